"""A turn with all its effects: wholly or not at all, once, and no byte about a person."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import SECRET
from sqlalchemy import Engine, event, func, select
from sqlalchemy.exc import DBAPIError

from bot import chat as chats
from bot import outbox, sessions
from bot.chat import Chat, Inbound
from bot.compose import Composer
from bot.content import Content
from bot.messages import Kind, Message
from bot.settings import Settings
from bot.store import open_store
from knowledge.store import tables
from knowledge.store.sealing import SealError, Vault

USER = "5550001"
CANARY = "mi nombre es Xochiquetzal Canaria y perdi mi documento"


def told(text: str, update: str | None = None, user: str = USER, country: str = "SV") -> Inbound:
    message = Message(text=text, country=country)
    return Inbound("test", user, message, address=user, update_id=update)


def rows(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        query = select(func.count()).select_from(tables.metadata.tables[table])
        return int(connection.execute(query).scalar_one())


def test_replies_wait_in_the_outbox_in_order(chat: Chat) -> None:
    receipt = chat.take(told("perdi mi dui", "1"))
    assert [d.message for d in receipt.deliveries] == list(receipt.messages)
    with chat.engine.connect() as connection:
        waiting = outbox.pending(connection, chat.vault, "test")
    assert waiting == receipt.deliveries
    assert [d.id for d in waiting] == sorted(d.id for d in waiting)


def test_a_repeated_update_changes_nothing(chat: Chat) -> None:
    first = chat.take(told("documentos", "1"))
    before = (rows(chat.engine, "outbox"), rows(chat.engine, "sessions"))
    again = chat.take(told("documentos", "1"))
    assert not first.repeated
    assert again.repeated
    assert not again.messages
    assert (rows(chat.engine, "outbox"), rows(chat.engine, "sessions")) == before


def test_the_same_number_on_two_channels_is_two_updates(chat: Chat) -> None:
    chat.take(told("documentos", "1"))
    other = Inbound("other", USER, Message(text="documentos", country="SV"), update_id="1")
    assert not chat.take(other).repeated


def test_the_session_goes_on_between_turns(chat: Chat) -> None:
    chat.take(told("documentos", "1"))
    answered = chat.take(told("pasaporte", "2")).turn
    assert answered is not None
    assert answered.article == "documents/passport"


@pytest.mark.parametrize("word", ["salir", "borrar", "exit", "delete"])
def test_ending_leaves_no_row_of_the_chat(chat: Chat, word: str) -> None:
    chat.take(told("documentos", "1"))
    receipt = chat.take(told(word, "2"))
    assert rows(chat.engine, "sessions") == 0
    assert len(receipt.messages) == 1


def test_erasing_takes_replies_that_wait_with_it(chat: Chat) -> None:
    chat.take(told("documentos", "1"))
    receipt = chat.take(told("borrar", "2"))
    with chat.engine.connect() as connection:
        waiting = outbox.pending(connection, chat.vault, "test")
    assert waiting == receipt.deliveries  # only the confirmation is still to go


def test_a_blocked_bot_ends_the_session(chat: Chat) -> None:
    chat.take(told("documentos", "1"))
    chat.take(Inbound("test", USER, Message(kind=Kind.GONE), update_id="2"))
    assert rows(chat.engine, "sessions") == 0
    assert rows(chat.engine, "outbox") == 0


def test_what_was_kept_long_enough_expires(chat: Chat) -> None:
    chat.take(told("documentos", "1"))
    now = datetime.now(UTC)
    assert not any(chats.expire(chat.engine, now + timedelta(hours=20)).values())
    assert chats.expire(chat.engine, now + timedelta(hours=26))["outbox"] > 0
    assert chats.expire(chat.engine, now + timedelta(days=3))["handled_updates"] == 1
    assert chats.expire(chat.engine, now + timedelta(days=6, hours=20))["sessions"] == 0
    assert chats.expire(chat.engine, now + timedelta(days=7, hours=2))["sessions"] == 1


def test_a_turn_that_fails_half_way_leaves_no_trace(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: object, *_: object) -> None:
        raise DBAPIError("INSERT", {}, Exception("disk I/O error"))

    with monkeypatch.context() as broken:
        broken.setattr(sessions, "save", fail)
        with pytest.raises(DBAPIError):
            chat.take(told("documentos", "1"))
    assert rows(chat.engine, "handled_updates") == 0
    assert rows(chat.engine, "outbox") == 0
    assert not chat.take(told("documentos", "1")).repeated


def test_a_full_disk_loses_nothing_and_help_still_comes(chat: Chat) -> None:
    """SQLite's own "database or disk is full", brought on by a limit on its pages."""
    if chat.engine.dialect.name != "sqlite":
        pytest.skip("a full disk is brought on by a limit that only SQLite has")

    def fill(connection: object, *_: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]

    event.listen(chat.engine, "checkout", fill)
    chat.engine.dispose()

    def until_full() -> None:
        for number in range(5000):
            chat.take(told("documentos", str(number), user=str(number)))

    with pytest.raises(DBAPIError, match="full") as failure:
        until_full()
    event.remove(chat.engine, "checkout", fill)
    chat.engine.dispose()
    from knowledge.store.database import explain

    assert "full" in explain(failure.value, str(chat.engine.url))
    handled = rows(chat.engine, "handled_updates")
    assert handled == rows(chat.engine, "sessions")
    assert not chat.take(told("documentos", str(handled), user=str(handled))).repeated
    help_now = chat.without_database(Message(text="me quiero morir", country="MX"))
    assert help_now[0].urgent
    assert "911" in help_now[0].text
    (sorry,) = chat.without_database(Message(text="hola"))
    assert "problema" in sorry.text


def test_no_byte_of_the_files_tells_who_wrote_or_what(tmp_path: Path, content: Content) -> None:
    settings = Settings(data_dir=tmp_path / "data", secret_key=SECRET, shipped_directory=False)
    engine = open_store(settings)
    chat = Chat(engine, settings.vault(), content, Composer(content))
    chat.take(told(CANARY, "1"))
    turn = chat.take(told("Honduras", "2")).turn
    assert turn is not None
    offered = turn.session.offered
    assert offered
    kept = b"".join(path.read_bytes() for path in settings.data_dir.iterdir())
    for secret in (CANARY, "Xochiquetzal", USER, '"offered"', '"HN"', "Honduras", *offered):
        for form in (secret.encode(), secret.encode("utf-16-le"), secret.encode().hex().encode()):
            assert form not in kept, secret
    engine.dispose()


def test_pseudonyms_need_the_key_and_differ_by_channel() -> None:
    one, other = Vault(SECRET), Vault(SECRET + "!")
    assert one.pseudonym("telegram", USER) == one.pseudonym("telegram", USER)
    assert one.pseudonym("telegram", USER) != other.pseudonym("telegram", USER)
    assert one.pseudonym("telegram", USER) != one.pseudonym("web", USER)
    assert len(one.pseudonym("telegram", USER)) == 16


def test_a_sealed_value_opens_only_where_it_belongs() -> None:
    vault = Vault(SECRET)
    sealed = vault.seal(b"state", b"chat one")
    assert vault.unseal(sealed, b"chat one") == b"state"
    for wrong in (lambda: vault.unseal(sealed, b"chat two"),
                  lambda: vault.unseal(sealed[:-1], b"chat one"),
                  lambda: Vault(SECRET + "!").unseal(sealed, b"chat one")):  # fmt: skip
        with pytest.raises(SealError):
            wrong()


def test_after_a_change_of_keys_people_begin_anew(chat: Chat, content: Content) -> None:
    chat.take(told("documentos", "1"))
    rotated = Chat(chat.engine, Vault(SECRET + "!"), content, Composer(content))
    turn = rotated.take(told("hola", "2")).turn
    assert turn is not None
    assert turn.session.flow is None


def test_an_office_is_shown_with_its_phone_and_a_caution(
    shipped_store: Engine, content: Content
) -> None:
    chat = Chat(shipped_store, Vault(SECRET), content, Composer(content))
    asked = Message(text="perdi mi ine", country="MX")
    messages = chat.take(Inbound("web", "3002", asked)).messages
    services = [s for m in messages for s in m.services]
    assert services
    assert all(service["source"]["url"].startswith("http") for service in services)
    assert any("Sin confirmar" in m.text for m in messages)


def test_what_waits_in_the_outbox_is_the_same_words_and_buttons_in_fewer_messages(
    shipped_store: Engine, content: Content
) -> None:
    chat = Chat(shipped_store, Vault(SECRET), content, Composer(content))
    asked = told("perdi mi ine", country="MX").message
    with_cards = chat.take(Inbound("web", "3001", asked)).messages
    by_outbox = chat.take(Inbound("test", "3001", asked, address="3001")).messages
    assert any(m.services for m in with_cards)
    assert "\n\n".join(m.text for m in by_outbox) == "\n\n".join(m.text for m in with_cards)
    assert by_outbox[-1].options == with_cards[-1].options
    assert len(by_outbox) < len(with_cards)
    assert not any(m.services or m.sources for m in by_outbox)


def test_what_is_not_for_the_public_is_never_shown(shipped_store: Engine) -> None:
    from directory_for_tests import people_see

    from knowledge.store import directory_tables

    terms = directory_tables.taxonomy_terms.c.code
    with shipped_store.connect() as connection:
        confidential = 0
        for term in connection.execute(select(terms).distinct()).scalars().all():
            for country in ("SV", "GT", "HN", "MX"):
                for service in people_see(connection, term, country):
                    assert service.source.startswith("http")
                    assert (
                        service.phones
                        or service.address
                        or service.website
                        or (service.whatsapp or service.email or service.confidential)
                    )
                    if service.confidential:
                        confidential += 1
                        assert service.address is None
                        assert service.latitude is None
    assert confidential > 0
