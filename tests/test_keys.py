"""A new secret cuts the link to all that was sealed before, and staff come in as they did."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import Databases
from sqlalchemy import Engine, LargeBinary, insert, select, update
from staff_for_tests import PASSWORD, a_desk, code_of
from typer.testing import CliRunner

from bot import keys, sessions
from bot.chat import Chat, Inbound
from bot.cli import app
from bot.compose import Composer
from bot.content import Content
from bot.messages import Message
from bot.settings import Settings, read_settings
from knowledge.staff import codes
from knowledge.staff.rights import Role
from knowledge.store import leases, rotating
from knowledge.store.alone import serve_alone
from knowledge.store.database import StoreError, open_engine
from knowledge.store.sealing import Vault
from knowledge.store.staff_tables import staff_members
from knowledge.store.tables import metadata
from knowledge.store.tables import sessions as table

AT = datetime(2026, 11, 23, 16, tzinfo=UTC)
OLD = "the old secret, longer than thirty-two characters"


@pytest.fixture
def place(tmp_path: Path, sqlite_databases: Databases) -> Settings:
    """A data folder with a database and a secret of its own."""
    with sqlite_databases(tmp_path):
        (tmp_path / "secret.key").write_text(OLD + "\n", encoding="ascii")
        return Settings(data_dir=tmp_path, shipped_directory=False)


def visit(
    settings: Settings, content: Content, user: str = "1", address: str | None = None
) -> None:
    engine = open_engine(settings.url)
    chat = Chat(engine, settings.vault(), content, Composer(content))
    message = Message(text="perdí mi dui", country="SV", at=AT)
    chat.take(Inbound("telegram", "1", message, address=address))
    engine.dispose()


def rotated(settings: Settings, **told: bool) -> keys.Rotation:
    engine = open_engine(settings.url)
    try:
        return keys.rotate(settings, engine, keys.secret_file(settings, None), **told)
    finally:
        engine.dispose()


def test_old_visits_cannot_be_read_and_people_begin_anew(place: Settings, content: Content) -> None:
    visit(place, content)
    done = rotated(place)
    assert done.rows is not None
    assert (done.rows.visits, done.rows.replies, done.erased) == (1, 0, True)
    path = place.data_dir / "secret.key"
    fresh = path.read_text(encoding="ascii").strip()
    assert fresh != OLD
    assert len(fresh) >= 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.with_name("secret.key.next").exists()
    old, new = Vault(OLD).pseudonym("telegram", "1"), place.vault().pseudonym("telegram", "1")
    assert old != new
    files = b"".join(f.read_bytes() for f in place.data_dir.glob("ventanilla.sqlite3*"))
    assert old not in files
    engine = open_engine(place.url)
    with engine.begin() as connection:
        assert sessions.load(connection, place.vault(), new) is None
        assert not connection.execute(select(table)).all()
    engine.dispose()
    visit(place, content)  # and the service goes on


def test_a_row_of_the_old_secret_that_came_back_is_no_visit(
    place: Settings, content: Content
) -> None:
    """Somebody restores rows from before: the new key opens none of them."""
    visit(place, content)
    engine = open_engine(place.url)
    with engine.connect() as connection:
        row = dict(connection.execute(select(table)).mappings().one())
    rotated(place)
    new = place.vault()
    chat = new.pseudonym("telegram", "1")
    with engine.begin() as connection:
        connection.execute(insert(table), [row, row | {"chat": chat}])
        assert sessions.load(connection, new, chat) is None
    engine.dispose()


def test_replies_on_their_way_are_not_lost_unless_told(place: Settings, content: Content) -> None:
    visit(place, content, address="1")
    with pytest.raises(StoreError, match="replies are on their way"):
        rotated(place)
    assert (place.data_dir / "secret.key").read_text(encoding="ascii").strip() == OLD
    done = rotated(place, drop_replies=True)
    assert done.rows is not None
    assert done.rows.replies >= 1


def test_another_process_that_serves_is_in_the_way_unless_told(place: Settings) -> None:
    serving = serve_alone(place.url)
    assert serving is not None
    with pytest.raises(StoreError, match="serves"):
        rotated(place)
    rotated(place, while_serving=True)
    serving.end()
    rotated(place)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_lease_of_another_process_is_in_the_way(
    store: Engine, database_url: str, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=database_url)
    settings.secret()
    path = keys.secret_file(settings, None)
    with store.begin() as connection:
        lease = leases.take(connection, "sender:telegram", "another", 60)
    assert lease is not None
    with pytest.raises(StoreError, match="Stop all of them"):
        keys.rotate(settings, store, path)
    with store.begin() as connection:
        leases.release(connection, lease)
    assert keys.rotate(settings, store, path).rows is not None


def test_staff_come_in_with_password_and_second_factor_as_before(
    place: Settings, content: Content
) -> None:
    engine = open_engine(place.url)
    service = a_desk(engine, content)
    object.__setattr__(service.desk, "vault", Vault(OLD))
    person = service.a_member(Role.ADMINISTRATOR)
    secret = service.with_app(person)
    done = rotated(place)
    assert done.rows is not None
    assert (done.rows.second_factors, done.rows.lost) == (1, 0)
    assert done.rows.recovery_codes > 0
    object.__setattr__(service.desk, "vault", place.vault())
    browser = service.browser()
    assert browser.sign_in(person.email, PASSWORD).status_code == 303
    answer = browser.send("/admin/second-factor", code=code_of(secret, service.clock.now))
    assert answer.status_code == 303
    service.clock.advance(seconds=codes.STEP_SECONDS)
    assert browser.is_in()
    engine.dispose()


def test_a_rotation_that_broke_off_is_ended_by_the_next(place: Settings, content: Content) -> None:
    engine = open_engine(place.url)
    service = a_desk(engine, content)
    object.__setattr__(service.desk, "vault", Vault(OLD))
    service.with_app(service.a_member(Role.ADMINISTRATOR))
    fresh = "the new secret of a rotation that broke off in the middle"
    with engine.begin() as connection:
        rotating.rotate(connection, Vault(OLD), Vault(fresh))
    path = place.data_dir / "secret.key"
    path.with_name("secret.key.next").write_text(fresh + "\n", encoding="ascii")
    assert rotated(place).rows is None
    assert path.read_text(encoding="ascii").strip() == fresh
    # One that broke off before the rows went over is begun again.
    path.with_name("secret.key.next").write_text("x" * 40 + "\n", encoding="ascii")
    assert rotated(place).rows is not None
    with engine.connect() as connection:
        assert rotating.opens(connection, place.vault())
    engine.dispose()


def test_every_sealed_or_keyed_column_is_thought_of() -> None:
    """A new column of bytes is of a chat, erased, sealed anew, or here with the reason."""
    unkeyed = {  # plain hashes of random secrets
        ("staff_links", "hash"),
        ("staff_sessions", "hash"),
        ("staff_tokens", "hash"),
    }
    thought_of = {(c.table.name, c.name) for c in rotating.SEALED_ANEW} | unkeyed
    for found in metadata.tables.values():
        if "chat" in found.c or found in rotating.ERASED:
            continue
        for column in found.c:
            if isinstance(column.type, LargeBinary):
                assert (found.name, column.name) in thought_of


def test_a_second_factor_that_cannot_be_opened_is_told(store: Engine, content: Content) -> None:
    service = a_desk(store, content)
    service.with_app(service.a_member(Role.ADMINISTRATOR))
    with store.begin() as connection:
        connection.execute(update(staff_members).values(second_factor=b"broken" * 10))
        done = rotating.rotate(connection, service.desk.vault, Vault("n" * 40))
    assert (done.second_factors, done.lost) == (0, 1)


def test_the_command_says_what_it_did(
    place: Settings, content: Content, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    visit(place, content)
    monkeypatch.setenv("VENTANILLA_DATA_DIR", str(place.data_dir))
    run = CliRunner()
    done = run.invoke(app, ["keys", "rotate"])
    assert done.exit_code == 0, done.output
    assert "1 visits" in done.output
    secret = (place.data_dir / "secret.key").read_text(encoding="ascii").strip()
    assert secret not in done.output
    assert run.invoke(app, ["keys", "age"]).exit_code == 0
    monkeypatch.setenv("VENTANILLA_SECRET_KEY", secret)
    refused = run.invoke(app, ["keys", "rotate"])
    assert refused.exit_code != 0
    assert "--to FILE" in str(refused.exception)
    to = tmp_path / "next" / "secret"
    to.parent.mkdir()
    assert run.invoke(app, ["keys", "rotate", "--to", str(to)]).exit_code == 0
    assert len(to.read_text(encoding="ascii").strip()) >= 64


def test_a_secret_in_a_file_of_its_own_is_changed_there(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text(OLD, encoding="ascii")
    settings = read_settings({"VENTANILLA_SECRET_KEY_FILE": str(path)})
    assert keys.secret_file(settings, None) == path
    assert keys.age_in_days(path, datetime.now(UTC)) == 0
    assert keys.age_in_days(tmp_path / "none", AT) is None
