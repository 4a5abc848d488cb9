"""What the staff's pages and API are given by whoever wires the service together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import Connection, Engine

from flows.definition import Flow
from knowledge.questions.teaching import School
from knowledge.store.sealing import Vault
from locales.catalogs import Translator


class ShowCard(Protocol):
    """Gives the lines of the card of a service at a location, exactly as people are shown it.

    With a `connection` it is the card as that transaction sees it: of what is only proposed.
    """

    def __call__(self, at_id: str, language: str, connection: Connection | None = None) -> str:
        """Return the card; empty for an id of nothing."""
        ...


def now() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts that staff work with; nothing here leads to a conversation."""

    engine: Engine
    vault: Vault
    show_card: ShowCard
    translators: Mapping[str, Translator]  # language → its translator, `es` among them
    flows: Mapping[str, Flow] = field(default_factory=dict)  # by id, to be drawn with figures
    article_titles: Mapping[str, str] = field(default_factory=dict)  # article id → Spanish title
    questions: School | None = None  # None: questions without an answer are not kept
    public_url: str | None = None
    demo: bool = False
    clock: Callable[[], datetime] = now

    @property
    def is_secure(self) -> bool:
        """Whether people reach us by https, so that cookies may ask for it."""
        return (self.public_url or "").startswith("https://")
