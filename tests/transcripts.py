"""Conversations as text: what a person says, what the assistant answers, with which buttons.

    # country: SV
    persona        | asistente                                | botones o contenido
    perdi mi dui   | ¿Qué pasó con su documento?              | Lo perdí · Está vencido
    1              | Estos son los pasos.                     | documents/replace-national-id

`replay` speaks the left column, writes the others anew, and passes the session through JSON between
turns. In the left column `[c:SV]` taps a button by its id, `[photo]` sends what we cannot read,
`[empty]` nothing at all, `[location 14.1,-87.2]` shares a place, and `(18:30)` in front says at
what time in Central America. With `# offices: shipped` the offices of the shipped directory are
looked up and shown, a line each. Run `make transcripts` to write every transcript anew, and read
the difference before you keep it.
"""

import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot import phrases
from bot.card import Card
from bot.chat import finder
from bot.compose import Composer, FindServices
from bot.content import Content, load_content
from bot.conversation import take_turn
from bot.messages import (
    Ask,
    Kind,
    Location,
    Message,
    Rated,
    Reply,
    Reported,
    Say,
    Session,
    ShowArticle,
    ShowConcern,
    ShowDanger,
    ShowData,
    ShowServices,
    Turn,
)
from bot.sessions import from_json, to_json
from bot.settings import Settings
from bot.shown_offices import look_up
from bot.store import open_store

CONVERSATIONS = Path(__file__).parent / "conversations"
HEADER = ("persona", "asistente", "botones o contenido")
AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # a Monday morning in Central America
CLOCK = re.compile(r"\((\d\d:\d\d)\) *(.*)")
OFFICES = "# offices: shipped"
SAID = re.compile(r"\[(?P<what>photo|empty|location|[a-z]:)(?P<rest>[^\]]*)\]")


def replay(text: str, content: Content, offices: Connection | None = None) -> str:
    """Return `text` with the assistant's side of today; offices are looked up in `offices`."""
    comments = [line for line in text.splitlines() if line.startswith("#")]
    hints = dict(re.findall(r"(country|lang): *(\w+)", " ".join(comments)))
    said = [line.split("|")[0].strip() for line in text.splitlines() if "|" in line][1:]
    said = [words for words in said if words]  # the assistant's further replies stand alone
    shown = offices if OFFICES in comments else None
    rows = [HEADER, *_rows(said, hints, content, shown)]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    table = [
        " | ".join([row[0].ljust(widths[0]), row[1].ljust(widths[1]), row[2]]).rstrip()
        for row in rows
    ]
    return "\n".join([*comments, *table]) + "\n"


def _rows(
    said: list[str], hints: dict[str, str], content: Content, offices: Connection | None
) -> Iterator[tuple[str, str, str]]:
    country = hints.get("country")
    # A conversation without a country is a first contact; the others have been greeted before.
    session = Session(
        language=hints.get("lang", "es"), country=country, greeted=country is not None
    )
    for words in said:
        message = _message(words)
        turn = take_turn(session, message, content)
        find: FindServices | None = None
        if offices is not None:
            turn, find = look_up(turn, finder(offices, message.at), reports=True)
        yield from _answers(words, turn.replies, turn.session.language, content, find)
        # A session that ended is forgotten: the next message is a first contact.
        session = (
            Session(language=turn.session.language)
            if turn.ending
            else from_json(to_json(turn.session))
        )


def _message(words: str) -> Message:
    if at := CLOCK.fullmatch(words):
        here = AT.astimezone(ZoneInfo("America/El_Salvador"))
        clock = datetime.combine(here, time.fromisoformat(at[1]), here.tzinfo)
        return replace(_message(at[2]), at=clock.astimezone(UTC))
    special = SAID.fullmatch(words)
    if special is None:
        return Message(text=words, at=AT)
    if special["what"] == "photo":
        return Message(kind=Kind.OTHER, at=AT)
    if special["what"] == "empty":
        return Message(text="  ", at=AT)
    if special["what"] == "location":
        latitude, longitude = map(float, special["rest"].split(","))
        return Message(kind=Kind.LOCATION, location=Location(latitude, longitude), at=AT)
    return Message(kind=Kind.OPTION, option=special["what"] + special["rest"], at=AT)


def _answers(
    words: str,
    replies: tuple[Reply, ...],
    language: str,
    content: Content,
    find: FindServices | None,
) -> Iterator[tuple[str, str, str]]:
    for reply in replies:
        if isinstance(reply, ShowServices) and find is not None:
            yield from _offices(words, reply, language, content, find)
        elif isinstance(reply, Ask) and reply.offices:  # their names are put in when it is shown
            turn = Turn(Session(language=language), (reply,))
            (shown,) = Composer(content).compose(turn, find)
            labels = [option.label for option in shown.options]
            yield words, shown.text.replace("\n", " / "), " · ".join(labels)
        else:
            yield (words, *_answer(reply, language, content))
        words = ""


def _offices(
    words: str, show: ShowServices, language: str, content: Content, find: FindServices
) -> Iterator[tuple[str, str, str]]:
    found = find(show)[show.first : show.first + show.limit]
    for office in found:
        card = Card.of(office, content, language, asked_hours=bool(show.offices))
        lines = card.lines()
        yield words, " / ".join(lines), "oficina"
        words = ""
    if not found:
        yield words, content.text(language, phrases.NO_SERVICES), ""


def _answer(reply: Reply, language: str, content: Content) -> tuple[str, str]:
    match reply:
        case Rated(text, params, helped):
            said = content.text(language, text, **params)
            return said, "cuenta: sirvió" if helped else "cuenta: no sirvió"
        case Say(text, params):
            return content.text(language, text, **params), ""
        case Ask(text, options, _, params):
            labels = [content.text(language, o.label) if o.translate else o.label for o in options]
            return content.text(language, text, **params), " · ".join(labels)
        case ShowArticle(article, country):
            section = content.articles[article].section(country)
            summary = section.summary if section else content.articles[article].summary
            return content.text(language, summary), article
        case ShowServices(term, country, department, municipality, location):
            near = "aquí cerca" if location else municipality or department or country
            return "(oficinas)", f"{term}, {near}"
        case Reported(office, kind):
            return content.text(language, phrases.REPORT_THANKS), f"aviso: {office} {kind}"
        case ShowData():
            return "(lo que se guarda de esta conversación)", "mis datos"
        case ShowConcern(option):
            return content.text(language, phrases.CONCERN), content.text(language, option.label)
        case ShowDanger(category, country):
            shown = Composer(content).trouble(
                Session(language=language, country=country), category
            )[0]
            return shown.text.replace("\n", " / "), f"peligro: {category}"


def main() -> None:
    """Write every transcript anew."""
    content = load_content()
    with tempfile.TemporaryDirectory() as folder:
        engine = open_store(Settings(data_dir=Path(folder), secret_key="for transcripts alone" * 2))
        with engine.connect() as offices:
            for path in sorted(CONVERSATIONS.glob("*.txt")):
                before = path.read_text(encoding="utf-8")
                after = replay(before, content, offices)
                if after != before:
                    path.write_text(after, encoding="utf-8")
                    print(f"{path.name} changed", file=sys.stderr)
        engine.dispose()


if __name__ == "__main__":
    main()
