"""What is kept and for how long: one table, held against the schema, the code and the files."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from conftest import SECRET
from sqlalchemy import Engine, MetaData, insert, select

from bot import outbox
from bot.chat import Chat, Inbound
from bot.housekeeping import make_jobs
from bot.jobs import Job, Jobs, Run
from bot.messages import Message
from bot.periods import periods_in_force
from bot.settings import Settings
from knowledge.retention import (
    check_periods,
    expire_desk,
    load_retention,
    period_in_words,
    shipped_retention,
)
from knowledge.store.checkpoint import CheckpointError, forget_erased_bytes
from knowledge.store.database import is_shared
from knowledge.store.desk_tables import answered_requests
from knowledge.store.job_states import State, job_states
from knowledge.store.tables import metadata, sessions
from knowledge.store.work_tables import leases

AT = datetime(2026, 11, 23, 16, tzinfo=UTC)
OF_THE_SCHEMA = {"alembic_version"}


def test_every_table_of_the_database_says_how_long_its_rows_stay(store: Engine) -> None:
    found = MetaData()
    found.reflect(store)
    named = [name for kept in shipped_retention().values() for name in kept.tables]
    assert set(found.tables) - OF_THE_SCHEMA == set(named)
    assert len(named) == len(set(named))
    assert set(metadata.tables) == set(named)


def test_the_table_says_what_the_code_does() -> None:
    table, findings = load_retention()
    assert not findings
    assert not check_periods(table, periods_in_force())


def test_every_period_has_a_job_that_runs(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, secret_key=SECRET, database_url="sqlite://")
    from bot.store import connect

    jobs = {job.name for job in make_jobs(settings, connect(settings))._jobs}
    for kept in shipped_retention().values():
        assert (kept.job in jobs) is (kept.keep is not None), kept.id


def test_another_period_in_the_table_or_in_the_code_is_found() -> None:
    table, periods = shipped_retention(), dict(periods_in_force())
    (other,) = check_periods(table, periods | {"visit": timedelta(days=90)})
    assert "visit → keep" in str(other)
    (unknown,) = check_periods(table, periods | {"plans": timedelta(days=90)})
    assert "plans" in str(unknown)
    (unkept,) = check_periods(table, {k: v for k, v in periods.items() if k != "replies"})
    assert "replies" in str(unkept)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("keep: 7 weeks", "neither «open» nor a period"),
        ("keep: 7 days\n  job: x\n  tables: [sessions, sessions]", "too"),
        ("colour: red", "colour"),
        ("what:\n    es: a", "en"),
    ],
)
def test_a_mistake_in_the_table_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "retention.yaml"
    path.write_text(f"visit:\n  {text}\n", encoding="utf-8")
    findings = load_retention(path)[1]
    assert any(told in finding.message for finding in findings), findings


def test_periods_are_said_in_days_where_that_is_shorter() -> None:
    assert period_in_words(timedelta(days=7), "es") == "7 días"
    assert period_in_words(timedelta(hours=48), "en") == "48 hours"


def test_what_the_desk_leaves_behind_goes_after_a_day(store: Engine) -> None:
    def row(key: str, at: str) -> dict[str, object]:
        return {"member": "m", "key": key, "request": "r", "status": 200, "headers": "{}",
                "body": "", "at": at}  # fmt: skip

    with store.begin() as connection:
        old, new = row("old", "2026-11-22T15:00:00.000Z"), row("new", "2026-11-22T17:00:00.000Z")
        connection.execute(insert(answered_requests), [old, new])
        assert expire_desk(connection, AT)["answered_requests"] == 1
        left = connection.execute(select(answered_requests.c.key)).scalars().all()
    assert left == ["new"]


def test_a_job_that_fails_is_seen_until_it_works_again(store: Engine) -> None:
    works = False

    def work(_run: Run) -> None:
        if not works:
            raise RuntimeError("the disk said something about iris@example.org")

    def states() -> list[tuple[str, State]]:
        with store.connect() as connection:
            return [(job.name, job.state) for job in job_states(connection)]

    def make_due() -> None:
        with store.begin() as connection:
            connection.execute(leases.update().values(expires=leases.c.expires - 7200))

    jobs, job = Jobs(store, []), Job("expire", 3600, work)
    assert not asyncio.run(jobs.do(job))
    assert states() == [("expire", State.FAILING)]
    make_due()
    works = True
    assert asyncio.run(jobs.do(job))
    assert states() == [("expire", State.RESTING)]
    make_due()
    assert states() == [("expire", State.LATE)]


def test_ready_names_a_job_that_failed_in_any_process(store: Engine, chat: Chat) -> None:
    from fastapi import FastAPI

    from bot.health import health_router

    def work(_run: Run) -> None:
        raise RuntimeError

    asyncio.run(Jobs(store, []).do(Job("prune_backups", 3600, work)))
    app = FastAPI()
    app.include_router(health_router(store, chat.content))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get("/health/ready")

    told = asyncio.run(ask()).json()
    assert told["status"] == "degraded"
    assert "prune_backups" in told["jobs"]["failing"]  # among others that failed in this process


def _files(store: Engine) -> bytes:
    path = Path(str(store.url.database))
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_erased_and_delivered_bytes_leave_the_files(chat: Chat) -> None:
    engine = chat.engine
    people = [str(number) for number in range(25)]
    for person in people:
        for text in ("perdí mi dui en Zacatecoluca", "pasaporte", "menú"):
            message = Message(text=text, country="SV", at=AT)
            chat.take(Inbound("telegram", person, message, address=person))
    pseudonyms = [chat.vault.pseudonym("telegram", person) for person in people]
    with engine.connect() as connection:
        sealed = list(connection.execute(select(sessions.c.state)).scalars())
        table = metadata.tables["outbox"]
        rows = connection.execute(select(table.c.id, table.c.sealed)).all()
    sealed += [row.sealed for row in rows]
    before = _files(engine)
    assert all(secret[:24] in before for secret in sealed[:25])
    with engine.begin() as connection:  # delivered
        outbox.delivered(connection, [row.id for row in rows])
    for person in people:
        chat.take(Inbound("telegram", person, Message(text="borrar", at=AT)))
    forget_erased_bytes(engine)
    after = _files(engine)
    for secret in (*sealed, *pseudonyms):
        for start in range(0, len(secret) - 15, 16):
            assert secret[start : start + 16] not in after


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_log_in_use_is_told_and_writers_go_on(store: Engine) -> None:
    assert not is_shared(store)
    with store.execution_options(read_only=True).connect() as reader:
        reader.execute(select(sessions.c.touched)).all()
        with store.begin() as connection:
            connection.execute(insert(sessions).values(chat=b"c" * 16, state=b"s", touched=1))
        with pytest.raises(CheckpointError):
            forget_erased_bytes(store)
    forget_erased_bytes(store)
