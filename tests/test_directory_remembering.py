"""What finding remembers is forgotten as soon as the directory changes, in every process."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine, event

from bot.settings import Settings
from knowledge.directory import editing, finding, reports
from knowledge.directory.remembering import Memory
from knowledge.directory.revising import Author

AT = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
AUTHOR = Author("staff-1", AT)
DUI = "documents/replace-national-id"
KEY = Settings(secret_key="a secret for tests alone, forty characters").vault().token("reports")


def shown(store: Engine, memory: Memory | None) -> list[finding.Found]:
    with store.begin() as connection:
        return ask(connection, memory)


def ask(connection: Connection, memory: Memory | None) -> list[finding.Found]:
    return finding.find(
        connection,
        term=DUI,
        country="SV",
        department="La Paz",
        municipality="Zacatecoluca",
        at=AT,
        memory=memory,
    )


def reads(store: Engine, act: Callable[[], object]) -> list[str]:
    """Return what is read meanwhile, but for the mark, which SQLite is asked for directly."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(store, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(store, "before_cursor_execute", note)
    return [one for one in seen if "SELECT" in one and "FROM versions" not in one]


def test_a_second_question_is_answered_alike_and_reads_only_the_mark(filled: Engine) -> None:
    memory = Memory()
    first = shown(filled, memory)
    assert first == shown(filled, None)
    again: list[finding.Found] = []
    assert reads(filled, lambda: shown(filled, Memory()))
    assert reads(filled, lambda: again.extend(shown(filled, memory))) == []
    assert again == first


def test_a_change_by_staff_is_seen_by_the_next_turn_of_another_process(filled: Engine) -> None:
    here, there = Memory(), Memory()
    before = shown(filled, here)
    assert shown(filled, there) == before
    service = before[0].service
    with filled.begin() as connection:
        entry = editing.read(connection, "service", service.id)
        editing.change(
            connection, "service", entry.id, {"name": "Otro nombre"}, entry.version, AUTHOR
        )
    for memory in (here, there):
        assert "Otro nombre" in {found.service.name for found in shown(filled, memory)}


def test_a_change_that_is_undone_leaves_what_was_remembered_right(filled: Engine) -> None:
    memory = Memory()
    before = shown(filled, memory)
    with filled.connect() as connection, connection.begin() as transaction:
        entry = editing.read(connection, "service", before[0].service.id)
        editing.change(connection, "service", entry.id, {"name": "Nunca"}, entry.version, AUTHOR)
        assert "Nunca" in {found.service.name for found in ask(connection, memory)}
        transaction.rollback()
    assert shown(filled, memory) == before


def test_a_caution_and_its_end_are_seen(filled: Engine) -> None:
    memory = Memory()
    at_id = shown(filled, memory)[0].service.at_id

    def caution() -> object:
        found = {found.service.at_id: found for found in shown(filled, memory)}
        return found[at_id].caution if at_id in found else "further down"

    for chat in (b"one", b"two", b"three", b"four"):
        with filled.begin() as connection:
            reports.report(connection, KEY, chat * 6, at_id, "closed", AT.date())
    assert caution() is not None
    with filled.begin() as connection:
        reports.close_task(connection, [at_id])
    assert caution() is None


def test_a_shared_location_is_kept_nowhere(filled: Engine) -> None:
    memory = Memory()
    with filled.begin() as connection:
        finding.find(connection, term=DUI, country="SV", near=(13.5, -88.87), at=AT, memory=memory)
    assert "13.5" not in repr(vars(memory))
    assert not any(vars(memory)["_answers"].values())


def test_memory_has_a_limit(filled: Engine) -> None:
    memory = Memory(kept=4)
    for place in ("San Salvador", "Soyapango", "Apopa", "Santa Ana", "San Miguel"):
        with filled.begin() as connection:
            finding.find(connection, term=DUI, country="SV", department=place, at=AT, memory=memory)
    assert [len(answers) for answers in vars(memory)["_answers"].values()] == [4]


@pytest.fixture
def filled(store: Engine) -> Engine:
    """A store with the shipped directory that a test may change."""
    from knowledge.directory import shipped

    with store.begin() as connection:
        shipped.load_shipped(connection)
    return store
