"""Entries by id as HSDS objects, in the order of the ids; what is not public is left out."""

from collections.abc import Callable

from sqlalchemy import Connection

from admin.hsds.parameters import Asked
from admin.hsds.shapes import Json, Shaper, hsds_taxonomy
from knowledge.directory import feed

Loader = Callable[[Connection, Shaper, Asked, tuple[str, ...]], list[Json]]


def services(c: Connection, shaper: Shaper, asked: Asked, ids: tuple[str, ...]) -> list[Json]:
    """Return services, each with its organization; whole with `asked.full`."""
    nested = feed.load_services(c, ids)
    found = [nested.services[key] for key in ids if key in nested.services]
    if asked.minimal:
        return [{"id": s.id, "modified_date": nested.modified(s)} for s in found]
    return [shaper.service(service, nested, full=asked.full) for service in found]


def pairs(c: Connection, shaper: Shaper, asked: Asked, ids: tuple[str, ...]) -> list[Json]:
    """Return services at locations, each with its location, and with `asked.full` its service."""
    nested = feed.load_pairs(c, ids)
    by_id = {pair.id: pair for found in nested.pairs.values() for pair in found}
    told = []
    for key in ids:
        if key not in by_id:
            continue
        pair = by_id[key]
        if asked.minimal:
            modified = nested.modified(nested.services[pair.service_id])
            told.append({"id": pair.id, "modified_date": modified})
            continue
        shape = shaper.pair(pair, nested.locations[pair.location_id])
        if asked.full:
            service = shaper.service(nested.services[pair.service_id], nested, full=True)
            service.pop("service_at_locations", None)
            shape["service"] = service
        told.append(shape)
    return told


def organizations(c: Connection, shaper: Shaper, asked: Asked, ids: tuple[str, ...]) -> list[Json]:
    """Return organizations; with `asked.full` with their services, by name or whole."""
    nested = feed.load_services(c, feed.service_ids_of(c, ids))
    told = []
    for key in ids:
        owner = nested.organizations.get(key)
        if owner is None:
            continue
        own = [s for s in nested.services.values() if s.organization_id == key]
        if asked.minimal:
            told.append({"id": key, "modified_date": max(nested.modified(s) for s in own)})
            continue
        shape = shaper.organization(owner, full=asked.full)
        if asked.full or asked.full_service:
            shape["services"] = [
                _without_owner(shaper.service(service, nested, full=asked.full_service))
                for service in own
            ]
        told.append(shape)
    return told


def taxonomies(c: Connection, _: Shaper, asked: Asked, ids: tuple[str, ...]) -> list[Json]:
    """Return lists of topics."""
    known = {taxonomy.id: taxonomy for taxonomy in feed.load_taxonomies(c)}
    found = [known[key] for key in ids if key in known]
    return [{"id": t.id} if asked.minimal else hsds_taxonomy(t) for t in found]


def terms(_: Connection, shaper: Shaper, asked: Asked, ids: tuple[str, ...]) -> list[Json]:
    """Return topics."""
    known = {term.id: term for term in shaper.terms.values()}
    found = [known[key] for key in ids if key in known]
    return [{"id": term.id} if asked.minimal else shaper.term(term) for term in found]


def _without_owner(service: Json) -> Json:
    return {key: value for key, value in service.items() if key != "organization"}
