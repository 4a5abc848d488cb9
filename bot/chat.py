"""One turn, from a message to what must be sent: all its effects in one transaction.

A turn either happens wholly (the update is known, the session moved on, the replies wait in the
outbox) or not at all, and only then may a channel acknowledge the update. The text of a message is
never written anywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import Connection, Engine

from bot import (
    counting,
    danger,
    my_data,
    outbox,
    phrases,
    sessions,
    shown_offices,
    unanswered,
)
from bot.card import Office
from bot.children import is_child
from bot.compose import Composer, FindServices
from bot.content import Content
from bot.conversation import take_turn
from bot.messages import (
    Ending,
    Kind,
    Message,
    OutgoingMessage,
    Reported,
    Say,
    Session,
    ShowData,
    ShowServices,
    Turn,
)
from bot.outbox import Delivery
from knowledge.directory import finding, reports
from knowledge.directory.remembering import Memory
from knowledge.figures.counting import Keys
from knowledge.store import erasures, of_a_chat, straight
from knowledge.store.database import insert_once
from knowledge.store.sealing import Vault
from knowledge.store.tables import handled_updates


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message as a channel hands it over.

    `user` is the channel's own id, used for the pseudonym and then dropped. `address` is what the
    channel needs to send replies later (outbox); None when replies go back with the answer.
    `update_id` lets a repeated delivery be recognised. `welcomed` means that the channel has shown
    the first screen by itself (`Chat.preview`): a new conversation goes on from there.
    """

    channel: str
    user: str
    message: Message
    address: str | None = None
    update_id: str | None = None
    welcomed: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a turn left behind: `messages` to show, and `deliveries` when they go by the outbox.

    `repeated` means that this update had been handled before and nothing was done.
    """

    messages: tuple[OutgoingMessage, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    repeated: bool = False
    turn: Turn | None = None


class Chat:
    """Everything a turn needs: database, keys, content and the composer.

    With `keep_unanswered`, questions without an answer are kept, scrubbed, for the editors.
    """

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        content: Content,
        composer: Composer,
        *,
        keep_unanswered: bool = False,
    ) -> None:
        self.engine = engine
        self.vault = vault
        self.content = content
        self._composer = composer
        # What goes by the outbox is for channels that send texts and buttons.
        self._composer_of_texts = replace(composer, in_words=True)
        self._memory = Memory()
        self._keys = Keys(vault)
        self._keep_unanswered = keep_unanswered

    def take(self, inbound: Inbound) -> Receipt:
        """Handle one message, durably; safe to repeat with the same `update_id`.

        Raises SQLAlchemy's `DBAPIError` when the database cannot be used: nothing was changed, the
        update must not be acknowledged, and `without_database` says what to answer.
        """
        with self.engine.begin() as connection:
            return self.take_in(connection, inbound)

    def take_in(self, connection: Connection, inbound: Inbound) -> Receipt:
        """Handle one message in a transaction that the caller commits; see `take`."""
        chat = self.vault.pseudonym(inbound.channel, inbound.user)
        if inbound.update_id is not None and not self._is_new(connection, inbound):
            return Receipt(repeated=True)
        if inbound.message.kind is Kind.GONE:
            if of_a_chat.erase(connection, chat):
                erasures.note(connection, self.vault, chat, _day(inbound.message.at))
            return Receipt()
        known = sessions.load(connection, self.vault, chat)
        return self._turn(connection, chat, known, inbound)

    def preview(self, message: Message) -> tuple[OutgoingMessage, ...]:
        """Return what a first message would be answered, without beginning a visit.

        Needs no database, so that a first screen is always there; offices are left out.
        """
        session = Session(language=self._language(message.language), country=message.country)
        turn = take_turn(session, message, self.content)
        return self._composer.compose(turn, None)

    def without_database(self, message: Message) -> tuple[OutgoingMessage, ...]:
        """Return what can be said when the database is down: help in danger, or an apology."""
        category = danger.read(message.text, self.content.danger) if message.text else None
        session = Session(language=message.language or "es", country=message.country)
        return self._composer.trouble(session, category)

    def _turn(
        self, connection: Connection, chat: bytes, known: Session | None, inbound: Inbound
    ) -> Receipt:
        message = inbound.message
        turn = take_turn(known or self._new_session(inbound), message, self.content)
        turn = self._take_report(connection, chat, turn, message.at)
        turn, found = shown_offices.look_up(
            turn, finder(connection, message.at, self._memory), reports=True
        )
        count = counting.counting_of(known, turn, message, inbound.channel, self.content)
        if turn.ending is not None:
            turn = self._forget(connection, chat, turn, message.at)
        else:
            turn = _counted(turn, count.counted)
            if turn.session != known:
                sessions.save(connection, self.vault, chat, turn.session, message.at)
        if ShowData() in turn.replies:
            rows = my_data.stored(connection, self.vault, chat)
            marked = erasures.noted(connection, self.vault, chat)
            turn = my_data.fill(turn, rows, self.content, marked)
        composer = self._composer if inbound.address is None else self._composer_of_texts
        messages = composer.compose(turn, found)
        deliveries: tuple[Delivery, ...] = ()
        if inbound.address is not None:
            deliveries = outbox.add(
                connection,
                self.vault,
                inbound.channel,
                chat,
                inbound.address,
                messages,
                message.at,
            )
        counting.count(connection, self._keys, chat, message.at, count)
        if self._keep_unanswered:
            unanswered.note(connection, self.vault, chat, message, turn, self.content)
        return Receipt(messages, deliveries, turn=turn)

    def _forget(self, connection: Connection, chat: bytes, turn: Turn, at: datetime) -> Turn:
        """End a visit; what was there is marked, so that no backup brings it back.

        Without anything to erase no mark is written: leaving is never limited, and marks stay.
        """
        wholly = turn.ending is Ending.ERASE
        gone = of_a_chat.erase(connection, chat) if wholly else sessions.end(connection, chat)
        if not gone:
            return turn
        erasures.note(connection, self.vault, chat, _day(at))
        told = Say(phrases.ERASED_MARK, {"days": str(erasures.KEEP_DAYS)})
        return replace(turn, replies=(*turn.replies, told)) if wholly else turn

    def _take_report(self, connection: Connection, chat: bytes, turn: Turn, at: datetime) -> Turn:
        """Count what a person says is wrong with an office, and nothing of who said it."""
        said = turn.report
        if said is None:
            return turn
        if is_child(turn.session, self.content):  # of a child nothing stays but the visit
            return _instead_of_thanks(turn, phrases.REPORT_BY_CHILD)
        at_id = reports.find_entry(connection, said.office)
        if at_id is None:
            return _instead_of_thanks(turn, phrases.OFFICE_GONE)
        key = self.vault.token("reports")
        reports.report(connection, key, chat, at_id, said.kind, at.date())
        return turn

    def _new_session(self, inbound: Inbound) -> Session:
        message = inbound.message
        session = Session(language=self._language(message.language), country=message.country)
        if inbound.welcomed:
            start = Message(Kind.OPTION, option="w:start", at=message.at)
            session = take_turn(session, start, self.content).session
        return session

    def _language(self, suggested: str | None) -> str:
        base = (suggested or "es").split("-")[0].lower()
        return base if base in self.content.languages else "es"

    def _is_new(self, connection: Connection, inbound: Inbound) -> bool:
        row = {
            "channel": inbound.channel,
            "update_id": inbound.update_id,
            "touched": sessions.hours(inbound.message.at),
        }
        return straight.changed(connection, insert_once(connection, handled_updates), row) == 1


def _counted(turn: Turn, counted: str | None) -> Turn:
    """Return a turn whose session remembers what it is counted in."""
    if turn.session.counted == counted:
        return turn
    return replace(turn, session=replace(turn.session, counted=counted))


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _instead_of_thanks(turn: Turn, text: str) -> Turn:
    kept = (Say(text) if isinstance(reply, Reported) else reply for reply in turn.replies)
    return replace(turn, replies=tuple(kept))


def finder(
    connection: Connection, at: datetime | None = None, memory: Memory | None = None
) -> FindServices:
    """Return how offices are found for somebody who would go at a moment (now, if none).

    `memory` spares reading the directory again while it stays the same.
    """

    def find(show: ShowServices) -> Sequence[Office]:
        if show.offices:
            return finding.chosen(connection, show.offices, at)
        return finding.find(
            connection,
            term=show.taxonomy_term,
            country=show.country,
            department=show.department,
            municipality=show.municipality,
            near=(show.location.latitude, show.location.longitude) if show.location else None,
            at=at,
            limit=show.first + show.limit,
            memory=memory,
        )

    return find


def expire(engine: Engine, now: datetime) -> dict[str, int]:
    """Delete what has been kept long enough, kind by kind; return the counts."""
    with engine.begin() as connection:
        return {
            "sessions": sessions.expire(connection, now),
            "outbox": outbox.expire(connection, now),
            "report_marks": reports.expire(connection, now.date()),
            "erasure_marks": erasures.expire(connection, _day(now)),
            "handled_updates": connection.execute(
                handled_updates.delete().where(
                    handled_updates.c.touched < sessions.hours(now) - KEEP_UPDATES_HOURS
                )
            ).rowcount,
        }


# Telegram repeats an update for at most 24 hours.
KEEP_UPDATES_HOURS = 48
