"""Secrets from files, and settings that cannot work."""

from pathlib import Path

import pytest

from bot.settings import SECRETS, SettingsError, read_settings

TOKEN = "987654:token-of-a-file"


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    for name, value in (("token", TOKEN), ("key", "k" * 40), ("url", "sqlite:///x.db")):
        (tmp_path / name).write_text(value + "\n")
    settings = read_settings(
        {
            "VENTANILLA_TELEGRAM_TOKEN_FILE": str(tmp_path / "token"),
            "VENTANILLA_SECRET_KEY_FILE": str(tmp_path / "key"),
            "VENTANILLA_DATABASE_URL_FILE": str(tmp_path / "url"),
        }
    )
    assert settings.telegram_token == TOKEN
    assert settings.secret_key == "k" * 40
    assert settings.url == "sqlite:///x.db"


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_given_twice_or_in_no_file_is_refused_by_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text(TOKEN * 3)
    twice = {f"VENTANILLA_{name}": "x" * 40, f"VENTANILLA_{name}_FILE": str(path)}
    missing = {f"VENTANILLA_{name}_FILE": str(tmp_path / "nowhere")}
    path_empty = tmp_path / "empty"
    path_empty.write_text("\n")
    for wrong in (twice, missing, {f"VENTANILLA_{name}_FILE": str(path_empty)}):
        with pytest.raises(SettingsError, match=f"VENTANILLA_{name}_FILE") as refused:
            read_settings(wrong)
        assert TOKEN not in str(refused.value)
        assert "\n" not in str(refused.value)


def test_a_short_secret_in_a_file_is_refused_like_one_in_a_variable(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("short")
    with pytest.raises(SettingsError, match="at least"):
        read_settings({"VENTANILLA_SECRET_KEY_FILE": str(tmp_path / "key")})


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", "1001"])
def test_processes_are_counted_in_whole_numbers(value: str) -> None:
    with pytest.raises(SettingsError, match="VENTANILLA_PROCESSES"):
        read_settings({"VENTANILLA_PROCESSES": value})
    assert read_settings({"VENTANILLA_PROCESSES": "4"}).processes == 4
