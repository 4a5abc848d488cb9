"""Full entries of the directory, with HSDS's field names: what staff edit and systems exchange.

Four entries stand by themselves (`Organization`, `ServiceEntry`, `Location`, `ServiceAtLocation`),
have an id, a status, a version and revisions; the others are parts of one of them. Empty text is
"", an unknown number None. `texts` holds languages other than Spanish: language → field → text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from knowledge.directory.records import Phone, Schedule

Status = Literal["active", "to_complete", "inactive", "hidden"]
Country = Literal["SV", "GT", "HN", "MX"]
Kind = Literal["physical", "postal", "virtual"]
Texts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a location is, in words."""

    address_1: str
    address_2: str = ""
    city: str = ""
    region: str = ""
    state_province: str = ""
    postal_code: str = ""
    country: str = ""
    address_type: Kind = "physical"
    id: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A named contact; public, so never a member of staff who did not agree to it."""

    name: str = ""
    title: str = ""
    department: str = ""
    email: str = ""
    phones: tuple[Phone, ...] = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class Language:
    """A language spoken there: `code` in BCP 47 (`quc`)."""

    code: str = ""
    name: str = ""
    note: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class CostOption:
    """One price, or its condition."""

    option: str = ""
    amount: float | None = None
    currency: str = ""
    amount_description: str = ""
    valid_from: str = ""
    valid_to: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class RequiredDocument:
    """Something to bring."""

    document: str
    uri: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class ServiceArea:
    """Where a service is given, when it is not only at its location."""

    name: str = ""
    description: str = ""
    extent: str = ""
    extent_type: str = ""
    uri: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Accessibility:
    """What a location has for people with a disability."""

    description: str
    details: str = ""
    url: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Organization:
    """Who is responsible for services."""

    name: str
    country: Country
    alternate_name: str = ""
    description: str = ""
    email: str = ""
    website: str = ""
    phones: tuple[Phone, ...] = ()
    contacts: tuple[Contact, ...] = ()
    texts: Texts = field(default_factory=dict)
    status: Status = "active"
    id: str = ""
    version: int = 0
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """What is done for people, wherever it is. `terms` are the codes of its topics, by rank."""

    name: str
    organization_id: str
    country: Country
    alternate_name: str = ""
    description: str = ""
    url: str = ""
    email: str = ""
    application_process: str = ""
    fees_description: str = ""
    eligibility_description: str = ""
    minimum_age: int | None = None
    maximum_age: int | None = None
    alert: str = ""
    assured_date: str = ""
    source_url: str = ""
    source_date: str = ""
    confidence: Literal["high", "medium", "low"] = "low"
    terms: tuple[str, ...] = ()
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    languages: tuple[Language, ...] = ()
    cost_options: tuple[CostOption, ...] = ()
    required_documents: tuple[RequiredDocument, ...] = ()
    service_areas: tuple[ServiceArea, ...] = ()
    contacts: tuple[Contact, ...] = ()
    texts: Texts = field(default_factory=dict)
    status: Status = "active"
    id: str = ""
    version: int = 0
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Location:
    """A place where services are given; `virtual` for a line or a page.

    `latitude` and `longitude` are the office's own, never its municipality's. Where it is
    `confidential`, whatever is public comes from `public()`.
    """

    country: Country
    department: str = ""
    municipality: str = ""
    location_type: Kind = "physical"
    name: str = ""
    description: str = ""
    transportation: str = ""
    url: str = ""
    latitude: float | None = None
    longitude: float | None = None
    confidential: bool = False
    addresses: tuple[Address, ...] = ()
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    languages: tuple[Language, ...] = ()
    accessibility: tuple[Accessibility, ...] = ()
    contacts: tuple[Contact, ...] = ()
    texts: Texts = field(default_factory=dict)
    status: Status = "active"
    id: str = ""
    version: int = 0
    last_modified: str = ""

    def settled(self) -> "Location":
        """Return it with its own place in those of its addresses that name none."""
        addresses = tuple(
            replace(
                address,
                city=address.city or self.municipality,
                state_province=address.state_province or self.department,
                country=address.country or self.country,
            )
            for address in self.addresses
        )
        return replace(self, addresses=addresses)

    def public(self) -> "Location":
        """Return what anybody may know of it: of a confidential one the department and phones."""
        if not self.confidential:
            return self
        return replace(
            self, municipality="", name="", description="", transportation="", url="",
            latitude=None, longitude=None, addresses=(), contacts=(), texts={},
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ServiceAtLocation:
    """A service at a location: its own phones and hours there.

    `slug` is the id that a spreadsheet gave it. `hours_note` says what schedules cannot.
    """

    service_id: str
    location_id: str
    slug: str = ""
    description: str = ""
    hours_note: str = ""
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    service_areas: tuple[ServiceArea, ...] = ()
    contacts: tuple[Contact, ...] = ()
    texts: Texts = field(default_factory=dict)
    status: Status = "active"
    id: str = ""
    version: int = 0
    last_modified: str = ""


Entry = Organization | ServiceEntry | Location | ServiceAtLocation
Part = (
    Address | Contact | Language | CostOption | RequiredDocument | ServiceArea | Accessibility
    | Phone | Schedule
)  # fmt: skip
# Fields that may have another language, entry by entry.
TRANSLATED: Mapping[str, tuple[str, ...]] = {
    "organization": ("name", "description"),
    "service": (
        "name", "description", "alert", "application_process", "fees_description",
        "eligibility_description",
    ),
    "location": ("name", "description", "transportation"),
    "service_at_location": ("description", "hours_note"),
}  # fmt: skip
