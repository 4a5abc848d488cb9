"""Which changes of an editor wait for a coordinator: a setting, with a default."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, select

from knowledge.directory.entries import Entry
from knowledge.directory.records import DirectoryError
from knowledge.directory.revising import differences
from knowledge.directory.rows import KINDS, kind_of
from knowledge.store.database import upsert
from knowledge.store.desk_tables import desk_settings

NAME = "sensitive_fields"
CREATE, HIDE = "create", "hide"
# A name, a topic, whether people see it at all, and what would show where a shelter is.
DEFAULT = frozenset({
    CREATE, HIDE, "organization.name", "organization.status", "service.organization_id",
    "service.status", "service.terms", "location.confidential", "location.status",
    "service_at_location.location_id", "service_at_location.service_id",
    "service_at_location.status",
})  # fmt: skip
_NEVER = frozenset(("id", "version", "last_modified", "texts"))


def allowed() -> frozenset[str]:
    """Return everything that can be made to wait."""
    return frozenset({CREATE, HIDE}) | {
        f"{kind.name}.{field.name}"
        for kind in KINDS.values()
        for field in fields(kind.cls)
        if field.name not in _NEVER
    }


def read_sensitive(connection: Connection) -> frozenset[str]:
    """Return what waits: `create`, `hide` and fields as `service.terms`."""
    query = select(desk_settings.c.value).where(desk_settings.c.name == NAME)
    found = connection.execute(query).scalar_one_or_none()
    return DEFAULT if found is None else frozenset(json.loads(found))


def write_sensitive(connection: Connection, names: Iterable[str]) -> frozenset[str]:
    """Choose what waits; raises `DirectoryError` for what is no field of an entry."""
    wanted = frozenset(names)
    unknown = sorted(wanted - allowed())
    if unknown:
        raise DirectoryError(f'"{unknown[0][:60]}" is no field that can wait, as service.terms is.')
    row = {"name": NAME, "value": json.dumps(sorted(wanted))}
    connection.execute(upsert(connection, desk_settings, ("name",)), row)
    return wanted


def waiting_fields(before: Entry, after: Entry, sensitive: frozenset[str]) -> frozenset[str]:
    """Return the changed fields that wait; a translation waits with its sensitive field."""
    kind = kind_of(after).name
    found = set()
    for changed in differences(before, after):
        name, at, _ = changed.field.partition("@")
        if f"{kind}.{name}" in sensitive:
            found.add("texts" if at else name)
    return frozenset(found)


def plain_values(entry: Entry, names: Iterable[str]) -> dict[str, Any]:
    """Return some fields of an entry as JSON values."""
    values: Mapping[str, Any] = asdict(entry)
    picked: dict[str, Any] = json.loads(json.dumps({name: values[name] for name in names}))
    return picked
