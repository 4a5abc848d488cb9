"""What the staff's pages and API are given by whoever wires the service together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Engine

from flows.definition import Flow
from knowledge.store.sealing import Vault
from locales.catalogs import Translator

# The card of a service at a location, exactly as people are shown it: (id, language) → its lines.
ShowCard = Callable[[str, str], str]


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
    public_url: str | None = None
    demo: bool = False
    clock: Callable[[], datetime] = now

    @property
    def is_secure(self) -> bool:
        """Whether people reach us by https, so that cookies may ask for it."""
        return (self.public_url or "").startswith("https://")
