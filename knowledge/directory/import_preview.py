"""What the plan of an import would do, row by row, for a person to look at before it is written."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, or_, select

from knowledge.directory.entries import Entry, ServiceAtLocation
from knowledge.directory.import_drafts import Cell, Outcome, Refusal, Row
from knowledge.directory.importing import Line, Plan
from knowledge.directory.loading import load
from knowledge.directory.sheet import Four, write_row
from knowledge.directory.sheet_rows import four_of
from knowledge.store.directory_tables import service_at_locations

SHOWN = 50  # rows of a kind; a thousand would not be read


def outcome_of(connection: Connection, plan: Plan, name: str) -> Outcome:
    """Return what a plan would do, with its first rows before and after."""
    return Outcome(
        name,
        added=_rows(connection, plan, plan.added[:SHOWN]),
        changed=_rows(connection, plan, plan.changed[:SHOWN]),
        adds=len(plan.added),
        changes=len(plan.changed),
        unchanged=plan.unchanged,
        refused=tuple(
            sorted(
                (Refusal(line_of(line), line.id, line.remark) for line in plan.refused),
                key=lambda refusal: refusal.line,
            )
        ),
        print=_print(plan),
    )


def line_of(line: Line) -> int:
    """Return the number of a line in its file (`offices.csv:7` is the seventh)."""
    return int(line.place.rpartition(":")[2])


def _print(plan: Plan) -> str:
    """Return what tells two plans apart, and one from what it became when the entries changed."""
    told = [
        [[line.place, line.id, line.remark] for line in lines]
        for lines in (plan.added, plan.changed, plan.refused)
    ]
    versions = {key: entry.version for key, entry in plan.before.items()}
    return hashlib.sha256(json.dumps([told, versions], sort_keys=True).encode()).hexdigest()


def _rows(connection: Connection, plan: Plan, lines: Sequence[Line]) -> tuple[Row, ...]:
    stored = _stored_fours(connection, plan, [line.id for line in lines])
    rows = []
    for line in lines:
        before, after = stored[line.id]
        columns = line.remark.split(", ") if before is not None else []
        old, new = write_row(before) if before is not None else {}, write_row(after)
        cells = tuple(Cell(name, old.get(name, ""), new.get(name, "")) for name in columns)
        place = ", ".join(dict.fromkeys((new["municipality"] or new["department"], new["country"])))
        rows.append(Row(line_of(line), new["service"], place.removeprefix(", "), cells))
    return tuple(rows)


def _stored_fours(
    connection: Connection, plan: Plan, row_ids: Sequence[str]
) -> dict[str, tuple[Four | None, Four]]:
    """Return for each row its entries as they are stored, None for a new one, and as planned."""
    at = service_at_locations.c
    query = select(at.id).where(or_(at.slug.in_(row_ids), at.id.in_(row_ids)))
    known: dict[str, Entry] = dict(
        load(connection, "service_at_location", connection.execute(query).scalars().all())
    )
    planned = [e for e in plan.after.values() if isinstance(e, ServiceAtLocation)]
    pairs = [entry for entry in known.values() if isinstance(entry, ServiceAtLocation)]
    for kind, link in (("service", "service_id"), ("location", "location_id")):
        wanted = {getattr(pair, link) for pair in (*pairs, *planned)}
        known |= load(connection, kind, sorted(wanted))
    owners = {
        owner
        for entry in (*known.values(), *plan.after.values())
        if (owner := getattr(entry, "organization_id", ""))
    }
    known |= load(connection, "organization", sorted(owners))
    after: Mapping[str, Entry] = known | plan.after
    stored = {pair.slug or pair.id: pair for pair in pairs}
    by_row = stored | {pair.slug or pair.id: pair for pair in planned}
    return {
        row_id: (
            four_of(known, stored[row_id]) if row_id in stored else None,
            four_of(after, by_row[row_id]),
        )
        for row_id in row_ids
    }
