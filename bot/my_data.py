"""«Mis datos»: what the database holds of a chat, in words and exactly as it is stored.

The words are for the person; the data below them are the rows themselves, opened, so that nothing
can be left out. Only the pseudonym is not shown: in a chat that others may read it would lead to
the rows. It is read after the turn has been written, so what is shown is what stays. A mark of an
erasure is no row of a chat: only with the secret can it be asked for, so it is told in words.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot import phrases
from bot.content import Content
from bot.messages import Reply, Say, Session, ShowData, Turn
from bot.options import LANGUAGE_NAMES, answer_id, choices
from bot.sessions import KEEP_DAYS
from knowledge.store import erasures
from knowledge.store.of_a_chat import rows_of
from knowledge.store.sealing import SealError, Vault
from locales.formats import format_date

HOUR_COLUMN = "touched"
LONGEST = 300
UNREADABLE = "sealed with an older key"

Rows = Mapping[str, list[dict[str, Any]]]


def stored(connection: Connection, vault: Vault, chat: bytes) -> Rows:
    """Return table → the rows of a chat, unsealed; empty when nothing is held."""
    return {
        table: [{name: _plain(vault, chat, value) for name, value in row.items()} for row in rows]
        for table, rows in rows_of(connection, chat).items()
    }


def fill(turn: Turn, rows: Rows, content: Content, erased: date | None = None) -> Turn:
    """Return a turn whose session is stored, with what is held in the place of `ShowData`.

    `erased` is the day for which a mark says that this chat was erased or closed.
    """
    told: list[Reply] = []
    for reply in turn.replies:
        told += _told(rows, content, turn.session, erased) if reply == ShowData() else [reply]
    return replace(turn, replies=tuple(told))


def as_text(rows: Rows) -> str:
    """Return the rows as JSON text, a short value a line, so that messages end between lines.

    A long text is a list of its parts.
    """
    return json.dumps(_in_parts(rows), ensure_ascii=False, indent=1, sort_keys=True)


def _told(rows: Rows, content: Content, session: Session, erased: date | None) -> Iterator[Say]:
    if not rows:
        yield Say(phrases.DATA_NOTHING)
        return
    if erased is not None:
        yield _mark(erased, session)
    words = "\n".join(f"- {line}" for line in _in_words(rows, content, session))
    yield _under(phrases.DATA_IN_WORDS, words, content, session)
    yield Say(phrases.DATA_NEVER)
    yield _under(phrases.DATA_AS_STORED, as_text(rows), content, session)


def _mark(erased: date, session: Session) -> Say:
    gone = erased + timedelta(days=erasures.KEEP_DAYS + 1)

    def told(day: date) -> str:
        return format_date(day.isoformat(), session.language, session.country)

    return Say(phrases.DATA_MARK, {"date": told(erased), "until": told(gone)})


def _under(heading: str, text: str, content: Content, session: Session) -> Say:
    return Say("{held}", {"held": f"{content.text(session.language, heading)}\n{text}"})


def _in_words(rows: Rows, content: Content, session: Session) -> Iterator[str]:
    def say(text: str, **params: str) -> str:
        return content.text(session.language, text, **params)

    name = LANGUAGE_NAMES.get(session.language, session.language)
    yield say(phrases.DATA_LANGUAGE, name=name)
    if session.country in phrases.COUNTRY_NAMES:
        country = say(phrases.COUNTRY_NAMES[session.country or ""])
        place = (session.municipality, session.department, country)
        yield say(phrases.DATA_PLACE, place=", ".join(dict.fromkeys(p for p in place if p)))
    flow = content.flows.get(session.flow or "")
    if flow is not None:
        yield say(phrases.DATA_FLOW, flow=say(flow.title))
        ids = tuple(answer_id(flow.id, *answer) for answer in session.answers.items())
        if labels := ", ".join(say(option.label) for option in choices(ids, content)):
            yield say(phrases.DATA_ANSWERS, answers=labels)
    if session.article in content.articles:
        title = content.articles[session.article or ""].title
        yield say(phrases.DATA_ARTICLE, article=say(title))
    if session.situations:
        told = ", ".join(say(phrases.SITUATIONS.get(s, s)) for s in session.situations)
        yield say(phrases.DATA_SITUATIONS, situations=told)
    if rated := [called for name in session.rated if (called := _title(name, content))]:
        yield say(phrases.DATA_RATED, answers=", ".join(dict.fromkeys(map(say, rated))))
    if session.counted is not None:
        yield say(phrases.DATA_COUNTED)
    if "outbox" in rows:
        yield say(phrases.DATA_WAITING, count=str(len(rows["outbox"])))
    for row in rows.get("sessions", ()):
        end = datetime.fromtimestamp(row[HOUR_COLUMN] * 3600, UTC) + timedelta(days=KEEP_DAYS)
        day = format_date(f"{end:%Y-%m-%d}", session.language, session.country)
        yield say(phrases.DATA_UNTIL, date=day)


def _title(answer: str, content: Content) -> str | None:
    """Return what a rated answer is called: its article, or the flow that it ends."""
    if answer in content.articles:
        return content.articles[answer].title
    flow = content.flows.get(answer.partition("/")[0])
    return flow.title if flow else None


def _in_parts(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _in_parts(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_in_parts(item) for item in value]
    if isinstance(value, str) and len(value) > LONGEST:
        return [value[start : start + LONGEST] for start in range(0, len(value), LONGEST)]
    return value


def _plain(vault: Vault, chat: bytes, value: Any) -> Any:
    if not isinstance(value, bytes):
        return value
    try:
        opened = vault.unseal(value, chat)
    except SealError:
        return UNREADABLE
    try:
        return json.loads(opened)
    except ValueError:
        return opened.decode(errors="replace")
