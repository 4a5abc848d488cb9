"""A visit as people make it, for every benchmark that takes turns."""

import contextlib
import itertools
from collections.abc import Iterator

from bot.chat import Chat, Inbound
from bot.compose import Composer
from bot.content import Content
from bot.messages import Kind, Message
from bot.settings import Settings
from bot.store import open_store

SECRET = "a secret for benchmarks alone, forty characters"
# Some taps (an id with «:»), some numbers, some questions, and words of fear once.
VISIT = (
    *("hola", "c:SV", "f:documents", "1", "2", "menú", "ayuda", "w:menu", "f:documents", "atrás"),
    *("perdí mi dui", "gracias", "w:privacy", "inicio", "2", "w:menu", "pasaporte", "w:back"),
    *("dónde saco mi partida de nacimiento en soyapango", "tengo miedo de volver a mi colonia"),
    *("privacidad", "salir"),
)
_updates = itertools.count(1)


def a_message(text: str) -> Message:
    if text[1:2] == ":":
        return Message(Kind.OPTION, option=text)
    return Message(text=text)


def as_inbounds(person: str) -> list[Inbound]:
    """Return a visit of a person as Telegram would hand it over."""
    return [
        Inbound("telegram", person, a_message(text), address=person, update_id=str(next(_updates)))
        for text in VISIT
    ]


@contextlib.contextmanager
def a_chat(url: str, content: Content, *, shipped: bool = True) -> Iterator[Chat]:
    """A conversation over a database with today's schema and the shipped directory."""
    settings = Settings(database_url=url, secret_key=SECRET, shipped_directory=shipped)
    engine = open_store(settings)
    try:
        yield Chat(engine, settings.vault(), content, Composer(content))
    finally:
        engine.dispose()
