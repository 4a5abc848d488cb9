"""The values a conversation is made of: what comes in, what is remembered, what goes out.

Nothing here knows a channel, a database or a language; every value is immutable and plain.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

MAX_MESSAGE_CHARS = 4096


class Kind(StrEnum):
    """What sort of thing a person sent."""

    TEXT = "text"
    OPTION = "option"  # a button, or an option of a page
    LOCATION = "location"
    OTHER = "other"  # a photo, a voice note, a document: we cannot read those
    GONE = "gone"  # the person blocked the bot or closed the chat


@dataclass(frozen=True, slots=True)
class Location:
    """Where the person is, in degrees; used for one answer and never kept."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Message:
    """One thing a person sent, with everything a decision may depend on.

    `language` and `country` are what the channel or the command line suggests; they only count
    while the session does not know better.
    """

    kind: Kind = Kind.TEXT
    text: str = ""
    option: str | None = None
    location: Location | None = None
    language: str | None = None
    country: str | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Session:
    """What is remembered of a visit: where it stands, never who it is.

    `answers` maps node id → option id in the order given; `offered` are the option ids on the
    screen, so that "2" means something; `pending` is the option to carry out once the country is
    known; `article` is the last one shown, for "where is the office?"; `situations` are what the
    person told by the way ("my son is 7"), so that no flow asks for it again; `offices` are the
    short ids of those on the screen, for "is it open now?" (never those near a shared location);
    `rated` are the last answers that the person rated, without what they said of them; `counted`
    says in which month, week, language and place the visit is counted already, and whether for
    questions with an answer or without one (`bot.counting`).
    """

    language: str = "es"
    country: str | None = None
    department: str | None = None
    municipality: str | None = None
    flow: str | None = None
    node: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    offered: tuple[str, ...] = ()
    pending: str | None = None
    article: str | None = None
    situations: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    rated: tuple[str, ...] = ()
    counted: str | None = None
    misses: int = 0
    greeted: bool = False


def changed(session: Session, **values: Any) -> Session:
    """Return the session with other values; itself where they are what it has already."""
    if all(getattr(session, name) == value for name, value in values.items()):
        return session
    return replace(session, **values)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing a person can tap or type.

    `label` is a Spanish sentence of our own (a gettext key), or `name` is shown as it is.
    """

    id: str
    label: str
    translate: bool = True


@dataclass(frozen=True, slots=True)
class Say:
    """One message of our own: a Spanish sentence (a gettext key) with what fills its gaps."""

    text: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rated(Say):
    """What is said to somebody who says whether an answer helped; whoever keeps count notes it."""

    helped: bool = True


@dataclass(frozen=True, slots=True)
class Ask:
    """A question with its options; the last reply of a turn that waits for a choice.

    `offices` are those it asks about, by short id: who shows it puts in their names, as {office}.
    """

    text: str
    options: tuple[Choice, ...]
    hint: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    offices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShowArticle:
    """An article for a country; `country` is None for an article that is the same everywhere."""

    article: str
    country: str | None


@dataclass(frozen=True, slots=True)
class ShowServices:
    """Offices and lines for a topic, nearest first; `first` skips those already shown.

    With `offices` (short ids) it is those, whatever they are for, as they are at this moment.
    """

    taxonomy_term: str
    country: str
    department: str | None = None
    municipality: str | None = None
    location: Location | None = None
    first: int = 0
    limit: int = 3
    offices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShowDanger:
    """The fixed, reviewed message for a danger, with the numbers of the country, or of all four."""

    category: str
    country: str | None


@dataclass(frozen=True, slots=True)
class ShowConcern:
    """One line that asks whether there is danger now, with its button; above an answer."""

    option: Choice


@dataclass(frozen=True, slots=True)
class Reported:
    """Thanks for saying what is wrong with an office (short id); whoever keeps count notes it."""

    office: str
    kind: str


@dataclass(frozen=True, slots=True)
class ShowData:
    """What is held of this chat; whoever keeps it fills it in, nothing where nothing is kept."""


Reply = Say | Ask | ShowArticle | ShowServices | ShowDanger | ShowConcern | Reported | ShowData


class Ending(StrEnum):
    """Why a session stops being kept."""

    EXIT = "exit"  # "salir": forget where we were
    ERASE = "erase"  # "borrar": erase everything tied to this chat


@dataclass(frozen=True, slots=True)
class Turn:
    """The outcome of one message: the next session, the replies, and what the turn was about.

    `article` is the first article shown; `crisis` a category of danger that opened the reply;
    `concern` is true when a line only asks about danger. `articles` lists candidates, best first.
    """

    session: Session
    replies: tuple[Reply, ...]
    ending: Ending | None = None
    article: str | None = None
    articles: tuple[str, ...] = ()
    answered: bool = True
    crisis: str | None = None
    concern: bool = False

    @property
    def report(self) -> Reported | None:
        """What the person says is wrong with an office: an effect, for whoever keeps count."""
        return next((reply for reply in self.replies if isinstance(reply, Reported)), None)

    @property
    def rating(self) -> Rated | None:
        """Whether the person says that an answer helped, the first time they say so of it."""
        return next((reply for reply in self.replies if isinstance(reply, Rated)), None)


@dataclass(frozen=True, slots=True)
class ShownOption:
    """A button in the person's language; the id (at most 64 bytes) comes back when it is tapped."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message ready for any channel: plain text with line breaks, at most 1,024 characters.

    `services` and `sources` repeat as data what the text already says in words, for channels that
    can draw cards and links.
    """

    text: str
    options: tuple[ShownOption, ...] = ()
    services: tuple[Mapping[str, Any], ...] = ()
    sources: tuple[Mapping[str, Any], ...] = ()
    urgent: bool = False  # holds help in danger: sent first, announced as an alert

    def as_json(self) -> dict[str, Any]:
        """Return the shape that `POST /chat` promises."""
        return {
            "text": self.text,
            "options": [{"id": option.id, "label": option.label} for option in self.options],
            "services": [dict(service) for service in self.services],
            "sources": [dict(source) for source in self.sources],
        }
