"""Plain values of the directory: what callers get, never rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class DirectoryError(Exception):
    """The directory cannot be read or changed as asked; the text says what would help."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as dialled in the service's country, with a remark ("desde Estados Unidos")."""

    number: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """A service at a location, with where each claim comes from.

    `schedule` is in the form `Mo-Fr 08:00-16:00; Sa 08:00-12:00` or `24/7`. `source_date` is as
    exact as the page was: `2025`, `2025-12`, `2025-12-24`. `english` holds English texts by field.
    A `confidential` service has no address here: it is never public.
    """

    id: str
    organization: str
    name: str
    country: str
    description: str = ""
    who: str = ""
    cost: str = ""
    alert: str = ""
    department: str | None = None
    municipality: str | None = None
    address: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    phones: tuple[Phone, ...] = ()
    whatsapp: str | None = None
    email: str | None = None
    website: str | None = None
    schedule: str = ""
    hours_note: str = ""
    languages: tuple[str, ...] = ("es",)
    confidential: bool = False
    source: str = ""
    source_date: str | None = None
    confidence: str = "low"
    assured_date: str | None = None
    distance_km: float | None = None
    english: Mapping[str, str] = field(default_factory=dict)

    def text(self, name: str, language: str) -> str:
        """Return one of the texts in a language, the Spanish one where there is no other."""
        spanish: Any = getattr(self, name)
        return (self.english.get(name) if language == "en" else None) or spanish or ""
