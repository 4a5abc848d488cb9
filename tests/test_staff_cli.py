"""The command line lets people in; a start says how the first one does; a demonstration."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app as cli
from bot.serving_staff import about_staff, as_demo
from bot.settings import Settings, SettingsError

PLACE = {"VENTANILLA_SHIPPED_DIRECTORY": "off", "VENTANILLA_SECRET_KEY": "x" * 40}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    for name, value in {**PLACE, "VENTANILLA_DATA_DIR": str(tmp_path / "data")}.items():
        monkeypatch.setenv(name, value)

    def invoke(*words: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(cli, [*words])
        return result.exit_code, result.stdout, result.stderr

    return invoke


LINK = re.compile(r"http://127\.0\.0\.1:8000/admin/set-up/[\w-]{43}\n")


def test_people_and_tokens_come_and_go(run) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run(
        "users", "add", "ana@alcaldia.gob.sv", "--role", "editor", "--area", "SV/La Paz"
    )
    assert code == 0
    assert LINK.fullmatch(out)
    code, out, _ = run("users", "list")
    assert out == "ana@alcaldia.gob.sv\teditor\tSV/La Paz\tinvited\tno second factor\n"
    code, out, _ = run("tokens", "add", "ANA@alcaldia.gob.sv", "--name", "tablero", "--days", "5")
    assert re.fullmatch(r"vt_[\w-]{43}\n", out)
    assert run("users", "disable", "ana@alcaldia.gob.sv")[0] == 0
    assert "\tdisabled\t" in run("users", "list")[1]
    code, out, _ = run("users", "link", "ana@alcaldia.gob.sv")
    assert LINK.fullmatch(out)
    assert "\tinvited\t" in run("users", "list")[1]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("users", "add", "ana", "--role", "editor", "--area", "SV"), "not an e-mail address"),
        (("users", "add", "a@b.sv", "--role", "editr", "--area", "SV"), 'Did you mean "editor"?'),
        (("users", "add", "a@b.sv", "--role", "editor", "--area", "SV/La Pas"),
         'Did you mean "SV/La Paz"?'),
        (("users", "add", "a@b.sv", "--role", "editor", "--area", "US"), "begins with SV, GT"),
        (("users", "link", "nadie@b.sv"), "no member with this address"),
        (("users", "disable", "nadie@b.sv"), "no member with this address"),
        (("tokens", "add", "nadie@b.sv", "--name", "x"), "no member with this address"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_line(run, words, line) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run(*words)
    assert (code, out) == (1, "")
    assert line in err
    assert err.count("\n") == 1


def test_a_member_is_not_added_twice(run) -> None:  # type: ignore[no-untyped-def]
    words = ("users", "add", "ana@alcaldia.gob.sv", "--role", "editor", "--area", "*")
    assert run(*words)[0] == 0
    assert run(*words)[0] == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "ventanilla.example"])
def test_a_demonstration_stays_on_this_machine(host: str) -> None:
    with pytest.raises(SettingsError, match="anybody knows its passwords"):
        as_demo(Settings(), host)


def test_a_demonstration_has_a_database_of_its_own_and_three_members(tmp_path: Path) -> None:
    from bot.content import load_content
    from bot.desk import make_desk
    from bot.store import open_store
    from knowledge.staff.demo import DEMO
    from knowledge.staff.sign_in import Outcome, with_password

    real = Settings(
        data_dir=tmp_path, secret_key="x" * 40, shipped_directory=False,
        database_url="postgresql://nobody@nowhere/real", telegram_token="1:x",
        public_url="https://ventanilla.example",
    )  # fmt: skip
    settings = as_demo(real, "127.0.0.1")
    assert settings.telegram_token is None
    assert settings.url == f"sqlite:///{tmp_path / 'demo.sqlite3'}"
    engine = open_store(settings)
    desk = make_desk(settings, engine, load_content())
    for _ in range(2):  # a second start gives the same three
        lines = list(about_staff(desk, "http://127.0.0.1:8000"))
    assert len(lines) == 2 + len(DEMO)
    for person in DEMO:
        assert f"{person.email}  {person.password}" in "\n".join(lines)
        result = with_password(
            engine, desk.vault, person.email, person.password, "127.0.0.1", desk.clock()
        )
        assert result.outcome is Outcome.IN
    engine.dispose()
