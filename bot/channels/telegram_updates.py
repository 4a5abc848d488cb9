"""Telegram's updates, read down to what a turn needs; names and the rest end here.

A person's id serves for the pseudonym and the address of the reply and is then dropped (R4). Groups
are not answered: what somebody asks here is nobody else's business.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.chat import Inbound
from bot.messages import Kind, Location, Message

CHANNEL = "telegram"
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
MAX_OPTION_BYTES = 64

COMMANDS = {
    "start": "w:start",
    "menu": "w:menu",
    "idioma": "w:language",
    "language": "w:language",
    "ayuda": "w:help",
    "help": "w:help",
    "persona": "w:person",
    "person": "w:person",
    "atras": "w:back",
    "back": "w:back",
    "privacidad": "w:privacy",
    "privacy": "w:privacy",
    "misdatos": "w:data",
    "mydata": "w:data",
    "borrar": "w:delete",
    "delete": "w:delete",
    "salir": "w:exit",
    "exit": "w:exit",
}

# What a person can send that is no text; everything else without text is Telegram's own notice
# (a pinned message, a new wallpaper) and is not answered.
_OTHER = frozenset(
    {
        "animation",
        "audio",
        "checklist",
        "contact",
        "dice",
        "document",
        "gift",
        "live_photo",
        "paid_media",
        "photo",
        "poll",
        "sticker",
        "story",
        "video",
        "video_note",
        "voice",
    }
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What an update means to us: a message, a tap to acknowledge, both, or nothing."""

    inbound: Inbound | None = None
    tap: str | None = None


NOTHING = Arrival()


def update_id(update: Any) -> int | None:
    """Return an update's running number, or None for something that is no update."""
    value = update.get("update_id") if isinstance(update, Mapping) else None
    return value if isinstance(value, int) else None


def read_update(update: Any) -> Arrival:
    """Read one update, whatever it is; never raises."""
    number = update_id(update)
    if number is None:
        return NOTHING
    for kind, read in _READERS:
        content = update.get(kind)
        if isinstance(content, Mapping):
            return read(content, str(number))
    return NOTHING


def _read_message(message: Mapping[str, Any], number: str) -> Arrival:
    person = _private_sender(message.get("chat"), message.get("from"))
    content = _content(message) if person else None
    return _arrival(person, content, number)


def _read_edited(message: Mapping[str, Any], number: str) -> Arrival:
    # A corrected question is a new question. A live location moves on by edits, and a corrected
    # caption changes nothing that we read.
    return _read_message(message, number) if isinstance(message.get("text"), str) else NOTHING


def _read_tap(query: Mapping[str, Any], number: str) -> Arrival:
    tap = query.get("id")
    tap = tap if isinstance(tap, str) else None
    message = query.get("message")
    chat = message.get("chat") if isinstance(message, Mapping) else None
    person = _private_sender(chat, query.get("from"))
    option = query.get("data")
    if not isinstance(option, str) or len(option.encode(errors="replace")) > MAX_OPTION_BYTES:
        return Arrival(tap=tap)
    return _arrival(person, {"kind": Kind.OPTION, "option": option}, number, tap)


def _read_membership(change: Mapping[str, Any], number: str) -> Arrival:
    person = _private_sender(change.get("chat"), change.get("from"))
    member = change.get("new_chat_member")
    if not isinstance(member, Mapping) or member.get("status") != "kicked":
        return NOTHING
    return _arrival(person, {"kind": Kind.GONE}, number)


_READERS = (
    ("message", _read_message),
    ("callback_query", _read_tap),
    ("edited_message", _read_edited),
    ("my_chat_member", _read_membership),
)


def _private_sender(chat: Any, sender: Any) -> tuple[str, str | None] | None:
    """Return id and language of a person who writes in a private chat, where both ids are one."""
    if not isinstance(chat, Mapping) or chat.get("type") != "private":
        return None
    if not isinstance(chat.get("id"), int):
        return None
    language = None
    if isinstance(sender, Mapping):
        if sender.get("is_bot") is True:
            return None
        code = sender.get("language_code")
        language = code if isinstance(code, str) and len(code) <= 35 else None
    return str(chat["id"]), language


def _content(message: Mapping[str, Any]) -> dict[str, Any] | None:
    text = message.get("text")
    if isinstance(text, str):
        return _command(text) or {"kind": Kind.TEXT, "text": text}
    location = _location(message.get("location"))
    if location is not None:
        return {"kind": Kind.LOCATION, "location": location}
    if not _OTHER.isdisjoint(message):
        # The words beside a photo are not searched, but they are read for danger.
        caption = message.get("caption")
        return {"kind": Kind.OTHER, "text": caption if isinstance(caption, str) else ""}
    return None


def _command(text: str) -> dict[str, Any] | None:
    if not text.startswith("/"):
        return None
    command, _, rest = text[1:].partition(" ")
    option = COMMANDS.get(command.partition("@")[0].lower())
    if option is None:
        return None
    # What follows a command is read for danger only; after «start» it is a link's own code.
    words = "" if option == "w:start" else rest.strip()
    return {"kind": Kind.OPTION, "option": option, "text": words}


def _location(value: Any) -> Location | None:
    if not isinstance(value, Mapping):
        return None
    latitude, longitude = value.get("latitude"), value.get("longitude")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return Location(float(latitude), float(longitude))


def _arrival(
    person: tuple[str, str | None] | None,
    content: dict[str, Any] | None,
    number: str,
    tap: str | None = None,
) -> Arrival:
    if person is None or content is None:
        return Arrival(tap=tap)
    user, language = person
    message = Message(language=language, **content)
    return Arrival(Inbound(CHANNEL, user, message, address=user, update_id=number), tap)
