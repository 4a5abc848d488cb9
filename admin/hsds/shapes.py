"""Entries as HSDS objects in one language; what is empty or private is left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from admin.hsds.schedules import hsds_schedules
from knowledge.directory.entries import (
    Address,
    Contact,
    Entry,
    Location,
    Organization,
    ServiceAtLocation,
    ServiceEntry,
)
from knowledge.directory.feed import Nested, Taxonomy, Term
from knowledge.directory.records import Phone
from knowledge.directory.rows import derived_id
from knowledge.directory.zones import zone_of

Json = dict[str, Any]
# A type of phone that HSDS does not know, and what it says instead.
PHONE_TYPES = {"whatsapp": ("cell", "WhatsApp")}


def trimmed(values: Mapping[str, Any]) -> Json:
    """Return an object without what is empty."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {}, ())}


@dataclass(frozen=True, slots=True)
class Shaper:
    """Writes entries in a language; `at` decides on offsets from UTC."""

    language: str
    terms: Mapping[str, Term]  # by code
    at: datetime

    def service(self, service: ServiceEntry, nested: Nested, *, full: bool) -> Json:
        """Return a service with its organization; with `full` also with all that belongs to it."""
        link = {"service_id": service.id}
        owner = nested.organizations[service.organization_id]
        told: Json = {
            "id": service.id,
            "organization_id": service.organization_id,
            "name": self._text(service, "name"),
            "alternate_name": service.alternate_name,
            "description": self._text(service, "description"),
            "url": service.url,
            "email": service.email,
            "status": "active",
            "application_process": self._text(service, "application_process"),
            "fees_description": self._text(service, "fees_description"),
            "eligibility_description": self._text(service, "eligibility_description"),
            "minimum_age": service.minimum_age,
            "maximum_age": service.maximum_age,
            "assured_date": service.assured_date,
            "alert": self._text(service, "alert"),
            "last_modified": nested.modified(service),
            "organization": self.organization(owner, full=False),
        }
        if full:
            pairs = nested.pairs.get(service.id, ())
            place = nested.locations[pairs[0].location_id] if pairs else None
            zone = zone_of(service.country, place.department if place else None)
            told |= {
                "phones": self._phones(service.phones, link),
                "schedules": hsds_schedules(service.schedules, link, zone, self.at),
                "service_areas": _parts(service.service_areas, link),
                "service_at_locations": [
                    self.pair(pair, nested.locations[pair.location_id]) for pair in pairs
                ],
                "languages": _parts(service.languages, link),
                "cost_options": _parts(service.cost_options, link),
                "required_documents": _parts(service.required_documents, link),
                "contacts": self._contacts(service.contacts, link),
                "attributes": self._attributes(service),
            }
        return trimmed(told)

    def pair(self, pair: ServiceAtLocation, location: Location) -> Json:
        """Return a service at a location with the location; of a secret one no more than phones."""
        link = {"service_at_location_id": pair.id}
        zone = zone_of(location.country, location.department, location.municipality)
        description = self._text(pair, "hours_note") or self._text(pair, "description")
        return trimmed({
            "id": pair.id,
            "service_id": pair.service_id,
            "location_id": pair.location_id,
            "description": "" if location.confidential else description,
            "service_areas": _parts(pair.service_areas, link),
            "contacts": [] if location.confidential else self._contacts(pair.contacts, link),
            "phones": self._phones(pair.phones, link),
            "schedules": hsds_schedules(pair.schedules, link, zone, self.at),
            "location": self.location(location),
        })  # fmt: skip

    def location(self, location: Location) -> Json:
        """Return a location as `Location.public` leaves it."""
        link = {"location_id": location.id}
        zone = zone_of(location.country, location.department, location.municipality)
        return trimmed({
            "id": location.id,
            "location_type": location.location_type,
            "url": location.url,
            "name": self._text(location, "name"),
            "description": self._text(location, "description"),
            "transportation": self._text(location, "transportation"),
            "latitude": location.latitude,
            "longitude": location.longitude,
            "languages": _parts(location.languages, link),
            "addresses": [
                _address(address, location)
                for address in (() if location.confidential else location.addresses)
            ],
            "contacts": self._contacts(location.contacts, link),
            "accessibility": _parts(location.accessibility, link),
            "phones": self._phones(location.phones, link),
            "schedules": hsds_schedules(location.schedules, link, zone, self.at),
        })  # fmt: skip

    def organization(self, owner: Organization, *, full: bool) -> Json:
        """Return an organization; HSDS wants a description, so its name stands in for one."""
        link = {"organization_id": owner.id}
        told: Json = {
            "id": owner.id,
            "name": self._text(owner, "name"),
            "alternate_name": owner.alternate_name,
            "description": self._text(owner, "description") or self._text(owner, "name"),
            "email": owner.email,
            "website": owner.website,
        }
        if full:
            told["phones"] = self._phones(owner.phones, link)
            told["contacts"] = self._contacts(owner.contacts, link)
        return trimmed(told)

    def term(self, term: Term) -> Json:
        """Return a topic."""
        return trimmed({
            "id": term.id,
            "code": term.code,
            "name": self._name(term),
            "description": term.description,
            "parent_id": term.parent_id,
            "language": self.language if self.language in term.names else "es",
            "taxonomy_id": term.taxonomy_id,
        })  # fmt: skip

    def _name(self, term: Term) -> str:
        return term.names.get(self.language) or term.name

    def _attributes(self, service: ServiceEntry) -> list[Json]:
        return [
            {
                "id": derived_id("attribute", service.id, code),
                "link_id": service.id,
                "link_entity": "service",
                "taxonomy_term_id": self.terms[code].id,
                "taxonomy_term": self.term(self.terms[code]),
            }
            for code in service.terms
            if code in self.terms
        ]

    def _phones(self, phones: Iterable[Phone], link: Mapping[str, str]) -> list[Json]:
        found = []
        for phone in phones:
            kind, remark = PHONE_TYPES.get(phone.type, (phone.type, ""))
            found.append(
                trimmed({
                    "id": phone.id,
                    **link,
                    "number": phone.e164 or phone.number,
                    "extension": phone.extension,
                    "type": kind,
                    "description": ". ".join(
                        part for part in (remark, phone.note_in(self.language)) if part
                    ),
                })
            )  # fmt: skip
        return found

    def _contacts(self, contacts: Iterable[Contact], link: Mapping[str, str]) -> list[Json]:
        return [
            trimmed({
                "id": contact.id,
                **link,
                "name": contact.name,
                "title": contact.title,
                "department": contact.department,
                "email": contact.email,
                "phones": self._phones(contact.phones, {"contact_id": contact.id}),
            })
            for contact in contacts
        ]  # fmt: skip

    def _text(self, entry: Entry, field: str) -> str:
        spanish: str = getattr(entry, field)
        return entry.texts.get(self.language, {}).get(field) or spanish


def hsds_taxonomy(taxonomy: Taxonomy) -> Json:
    """Return a list of topics."""
    return trimmed({
        "id": taxonomy.id,
        "name": taxonomy.name,
        "description": taxonomy.description,
        "uri": taxonomy.uri,
        "version": taxonomy.version,
    })  # fmt: skip


def _address(address: Address, location: Location) -> Json:
    """Return an address; what HSDS requires and nobody knows is empty text, as the profile says."""
    required = {
        "address_1": address.address_1,
        "city": address.city or location.municipality,
        "state_province": address.state_province or location.department,
        "postal_code": address.postal_code,
        "country": address.country or location.country,
        "address_type": address.address_type,
    }
    optional = {"address_2": address.address_2, "region": address.region}
    return {"id": address.id, "location_id": location.id, **required, **trimmed(optional)}


def _parts(parts: Sequence[Any], link: Mapping[str, str]) -> list[Json]:
    """Return parts whose fields have HSDS's names."""
    found = []
    for part in parts:
        values = {name: getattr(part, name) for name in part.__slots__}
        found.append(trimmed({"id": values.pop("id"), **link, **values}))
    return found
