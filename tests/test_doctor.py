"""`ventanilla doctor` says what is wrong, each thing in one line with what to do."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import SECRET
from fake_telegram import TOKEN, FakeTelegram
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from bot import doctor
from bot.cli import app
from bot.doctor import Finding, State, examine
from bot.settings import Settings
from bot.store import open_store
from knowledge.store import backup_folder

NOW = datetime.now(UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, secret_key=SECRET, shipped_directory=False)


@contextmanager
def opened(settings: Settings) -> Iterator[Engine]:
    engine = open_store(settings)
    try:
        yield engine
    finally:
        engine.dispose()


def found(settings: Settings, about: str) -> Finding:
    matching = [finding for finding in examine(settings) if finding.about == about]
    return max(matching, key=lambda finding: list(State).index(finding.state))


def test_on_an_empty_folder_it_makes_nothing(tmp_path: Path) -> None:
    states = {f.about: f.state for f in examine(Settings(data_dir=tmp_path / "none"))}
    assert states["database"] is State.WARNING
    assert State.WRONG not in states.values()
    assert list(tmp_path.iterdir()) == []


def test_a_healthy_service_is_good_in_every_line(settings: Settings) -> None:
    settings = replace(settings, operator_name="Alcaldía", operator_contact="2222-2222")
    with opened(settings):
        settings.backup_dir.mkdir()
        (settings.backup_dir / backup_folder.name_for(NOW)).touch()
        states = {f.about: f.state for f in examine(settings)}
    assert set(states.values()) == {State.GOOD}
    assert set(states) == set(doctor.ABOUT) - {"clock"}


def test_who_runs_it_is_missed_until_it_is_said(settings: Settings) -> None:
    nobody = found(settings, "operator")
    assert (nobody.state, "VENTANILLA_OPERATOR_NAME" in nobody.sentence) == (State.WARNING, True)
    named = found(replace(settings, operator_name="Alcaldía"), "operator")
    assert named.state is State.WARNING
    assert "VENTANILLA_OPERATOR_CONTACT" in named.sentence


def test_postgresql_is_looked_at_too(postgresql_databases, tmp_path: Path) -> None:
    with postgresql_databases(tmp_path) as url:
        settings = Settings(data_dir=tmp_path, database_url=url, shipped_directory=False)
        assert found(settings, "database").state is State.GOOD
        assert found(settings, "clock").state is State.GOOD
        assert "VENTANILLA_SECRET_KEY" in found(settings, "settings").sentence


def test_a_damaged_or_foreign_file_is_wrong(settings: Settings) -> None:
    (settings.data_dir / "ventanilla.sqlite3").write_bytes(b"no database at all " * 400)
    wrong = found(settings, "database")
    assert wrong.state is State.WRONG
    assert "damaged" in wrong.values["reason"]


def test_a_schema_of_another_version_is_wrong(settings: Settings) -> None:
    with opened(settings) as engine, engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert "upgrade" in found(settings, "database").sentence


def test_what_waits_too_long_is_told(settings: Settings) -> None:
    long_ago = int(NOW.timestamp()) // 3600 - 5
    with opened(settings) as engine, engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO outbox (channel, chat, sealed, touched, attempts) "
                "VALUES ('telegram', x'00', x'00', :hour, 0)"
            ),
            {"hour": long_ago},
        )
        connection.execute(text("INSERT INTO leases VALUES ('job:expire', '', 1, 5.0)"))
    outbox, jobs = found(settings, "outbox"), found(settings, "jobs")
    assert outbox.state is State.WARNING
    assert outbox.values["count"] == 1
    assert outbox.values["hours"] in (5, 6)  # the hour may turn while the test runs
    assert jobs.values == {"jobs": "expire"}


@pytest.mark.parametrize(
    ("days", "state"),
    [((), State.WARNING), ((0,), State.GOOD), ((5,), State.WARNING), ((0, 40), State.WRONG)],
)
def test_backups_are_neither_too_old_nor_kept_too_long(
    settings: Settings, days: tuple[int, ...], state: State
) -> None:
    settings.backup_dir.mkdir()
    for age in days:
        (settings.backup_dir / backup_folder.name_for(NOW - timedelta(days=age))).touch()
    assert found(settings, "backups").state is state


def test_content_that_is_not_there_is_wrong(settings: Settings, tmp_path: Path) -> None:
    assert found(replace(settings, content_dir=tmp_path), "content").state is State.WRONG


def test_a_full_disk_and_a_wrong_clock_are_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "LITTLE_SPACE", 10**18)
    assert found(settings, "disk").state is State.WARNING
    monkeypatch.setattr(doctor, "NO_SPACE", 10**18)
    assert found(settings, "disk").state is State.WRONG
    states = [doctor._clock(timedelta(seconds=s), "x").state for s in (-3, 20, -3000)]
    assert states == [State.GOOD, State.WARNING, State.WRONG]


@contextmanager
def telegram() -> Iterator[FakeTelegram]:
    """A fake server in a loop of its own, since the doctor runs one of its own too."""
    ready, ended = threading.Event(), asyncio.Event()
    held: list[tuple[FakeTelegram, asyncio.AbstractEventLoop]] = []

    async def serve() -> None:
        async with FakeTelegram() as fake:
            held.append((fake, asyncio.get_running_loop()))
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(60)
    fake, loop = held[0]
    try:
        yield fake
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(60)


def test_telegram_is_asked_who_we_are_and_how_it_delivers(settings: Settings) -> None:
    with telegram() as fake:
        polling = replace(settings, telegram_token=TOKEN, telegram_api_url=fake.url)
        assert found(polling, "telegram").state is State.GOOD
        assert found(polling, "clock").state is State.GOOD
        webhook = replace(polling, public_url="https://chat.example.org")
        assert found(webhook, "telegram") == Finding(
            "telegram", *doctor.TELEGRAM["webhook-missing"], {"reason": "", "pending": 0}
        )
        foreign = found(replace(polling, telegram_token="1:wrong"), "telegram")
        assert foreign.sentence == doctor.TELEGRAM["token"][1]
        assert fake.calls["setWebhook"] == fake.calls["deleteWebhook"] == 0
    away = found(polling, "telegram")
    assert away.sentence == doctor.TELEGRAM["unreachable"][1]
    assert TOKEN not in str(away)


def test_the_command_prints_a_line_each_and_fails_when_something_is_wrong(tmp_path: Path) -> None:
    variables = {
        "VENTANILLA_DATA_DIR": str(tmp_path),
        "VENTANILLA_DATABASE_URL": "",
        "VENTANILLA_SECRET_KEY": SECRET,
    }
    told = CliRunner().invoke(app, ["doctor"], env=variables)
    assert told.exit_code == 0
    lines = told.output.splitlines()
    assert all(line.startswith(("bien", "aviso", "mal")) for line in lines)
    assert any("ventanilla database backup" in line for line in lines)
    (tmp_path / "ventanilla.sqlite3").write_bytes(b"nothing " * 1000)
    failed = CliRunner().invoke(app, ["doctor", "--json"], env=variables)
    assert failed.exit_code == 1
    found_there = [json.loads(line) for line in failed.output.splitlines()]
    assert {"about", "state", "detail"} == set(found_there[0])
    assert [f["about"] for f in found_there if f["state"] == "wrong"] == ["database"]
    broken = variables | {"VENTANILLA_SECRET_KEY": "short"}
    assert CliRunner().invoke(app, ["doctor"], env=broken).output.startswith("mal")
