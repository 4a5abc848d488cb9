"""Two offices that are one: what each says is compared, picked, and written into one of them.

The other one is hidden, with its service, location and organization where nothing else uses them.
Nothing is destroyed: every entry that changes has a revision, and `undo` goes back over them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Engine, select

from knowledge.directory import editing, proposals
from knowledge.directory.desk_edits import same
from knowledge.directory.desk_entry import Office, read_office, services_of
from knowledge.directory.entries import TRANSLATED, Entry
from knowledge.directory.merging import without_ids
from knowledge.directory.records import Phone
from knowledge.directory.revising import Author, VersionConflict
from knowledge.directory.validation import InvalidEntry, Problem
from knowledge.staff.rights import Member
from knowledge.store.directory_tables import service_at_locations

Pick = Literal["kept", "gone", "both"]
PICKS: tuple[Pick, ...] = ("kept", "gone", "both")


@dataclass(frozen=True, slots=True)
class Group:
    """Fields of one entry that are picked together; `lists` can be had from both."""

    id: str
    kind: str
    fields: tuple[str, ...]
    lists: bool = False


GROUPS = (
    Group("organization", "service", ("organization_id",)),
    Group("name", "service", ("name",)),
    Group("description", "service", ("description",)),
    Group("terms", "service", ("terms",), lists=True),
    Group("phones", "service_at_location", ("phones",), lists=True),
    Group("schedules", "service_at_location", ("schedules", "hours_note")),
    Group("place", "location", ("addresses", "municipality", "department", "latitude", "longitude",
                                "location_type")),
    Group("confidential", "location", ("confidential",)),
    Group("transportation", "location", ("transportation",)),
    Group("accessibility", "location", ("accessibility",), lists=True),
    Group("alert", "service", ("alert",)),
    Group("required_documents", "service", ("required_documents",), lists=True),
    Group("fees_description", "service", ("fees_description",)),
    Group("eligibility_description", "service", ("eligibility_description",)),
    Group("application_process", "service", ("application_process",)),
    Group("languages", "service", ("languages",), lists=True),
    Group("email", "service", ("email",)),
    Group("url", "service", ("url",)),
    Group("source", "service", ("source_url", "source_date", "confidence")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """A group in which two offices differ; `usual` is what is picked unless somebody says."""

    group: Group
    kept: Mapping[str, Any]
    gone: Mapping[str, Any]
    usual: Pick


@dataclass(frozen=True, slots=True)
class Step:
    """One entry that a merge changed, from which version to which."""

    kind: str
    id: str
    before: int
    after: int


def choices(kept: Office, gone: Office) -> list[Choice]:
    """Return where two offices differ, in the order in which people look at them."""
    found = []
    for group in GROUPS:
        if kept.entry(group.kind).id == gone.entry(group.kind).id:
            continue
        ours, theirs = _values(kept, group), _values(gone, group)
        if all(same(name, ours[name], theirs[name]) for name in ours):
            continue
        empty = not any(ours[name] for name in group.fields)
        secret = group.id == "confidential" and theirs["confidential"]
        usual: Pick = "gone" if empty or secret else "kept"
        found.append(Choice(group, ours, theirs, usual))
    return found


def merge_offices(
    connection: Connection,
    kept: Office,
    gone: Office,
    picks: Mapping[str, Pick],
    member: Member,
    author: Author,
) -> list[Step]:
    """Write what was picked into `kept` and hide `gone`; return what was changed, in order.

    Raises as `proposals.save` does; `VersionConflict` when one is not any more what was read.
    """
    _require_one_country(kept, gone)
    for office in (kept, gone):
        stored = read_office(connection, office.id, member)
        if stored.entries != office.entries:
            raise VersionConflict(f"Office {office.id} was changed meanwhile. Read it again.")
    values: dict[str, dict[str, Any]] = {}
    for choice in choices(kept, gone):
        kind = choice.group.kind
        picked = _picked(choice, picks.get(choice.group.id, choice.usual))
        _merge_texts(values.setdefault(kind, {}), picked, kept.entry(kind))
    steps: list[Step] = []
    for kind, found in values.items():
        entry = kept.entry(kind)
        if found:
            saved = proposals.save(connection, kind, entry.id, found, entry.version, member, author)
            steps += _step(kind, entry, saved)
    for kind in _only_of(connection, gone, kept):
        entry = gone.entry(kind)
        saved = proposals.hide(connection, kind, entry.id, entry.version, member, author)
        steps += _step(kind, entry, saved)
    return steps


@contextmanager
def as_if_merged(
    engine: Engine,
    kept: Office,
    gone: Office,
    picks: Mapping[str, Pick],
    member: Member,
    author: Author,
) -> Iterator[Connection]:
    """Give a transaction in which two offices are merged, and which is never kept."""
    with engine.connect() as connection:
        held = connection.begin()
        try:
            merge_offices(connection, kept, gone, picks, member, author)
            yield connection
        finally:
            held.rollback()


def undo(connection: Connection, steps: Sequence[Step], member: Member, author: Author) -> None:
    """Make every entry again what it was before a merge; raises as `proposals.restore` does."""
    for step in reversed(steps):
        proposals.restore(connection, step.kind, step.id, step.before, step.after, member, author)


def _require_one_country(kept: Office, gone: Office) -> None:
    if kept.id == gone.id:
        raise InvalidEntry([Problem("into", "is the same entry.")])
    if kept.service.country != gone.service.country:
        raise InvalidEntry([Problem("into", "is in another country.")])


def _values(office: Office, group: Group) -> dict[str, Any]:
    """Return what an office says, wherever it keeps it, with the texts of other languages."""
    if group.id == "phones":
        return {"phones": (*office.pair.phones, *office.other_phones)}
    entry = office.entry(group.kind)
    found = {name: getattr(entry, name) for name in group.fields}
    if group.id == "schedules":
        found["schedules"] = office.schedules
    for name in group.fields:
        if name in TRANSLATED[group.kind]:
            found |= {
                f"{name}@{language}": texts[name]
                for language, texts in entry.texts.items()
                if texts.get(name)
            }
    return found


def _picked(choice: Choice, pick: Pick) -> dict[str, Any]:
    """Return the fields to write, none where everything stays."""
    if pick == "kept":
        return {}
    languages = {name for name in (*choice.kept, *choice.gone) if "@" in name}
    names = (*choice.group.fields, *sorted(languages))
    theirs = {name: without_ids(choice.gone.get(name, "")) for name in names}
    if pick == "gone" or not choice.group.lists:
        return theirs
    return {name: _both(choice.kept[name], theirs[name]) for name in choice.group.fields}


def _both(ours: Sequence[Any], theirs: Sequence[Any]) -> tuple[Any, ...]:
    known = [_sign(one) for one in ours]
    return (*ours, *(one for one in theirs if _sign(one) not in known))


def _sign(part: Any) -> Any:
    """Return by what two parts are the same to people: a phone by what is dialled."""
    if isinstance(part, Phone):
        return part.e164 or part.number
    return getattr(part, "document", None) or getattr(part, "code", None) or part


def _merge_texts(values: dict[str, Any], picked: Mapping[str, Any], entry: Entry) -> None:
    for name, value in picked.items():
        field, at, language = name.partition("@")
        if not at:
            values[name] = value
            continue
        texts = values.setdefault(
            "texts", {code: dict(found) for code, found in entry.texts.items()}
        )
        known = texts.setdefault(language, {})
        if value:
            known[field] = value
        else:
            known.pop(field, None)
    if "texts" in values:
        values["texts"] = {code: found for code, found in values["texts"].items() if found}


def _only_of(connection: Connection, gone: Office, kept: Office) -> Iterator[str]:
    """Yield which of the four nothing else uses, what is most particular first."""
    yield "service_at_location"
    table = service_at_locations.c
    others = select(table.id).where(table.status != "hidden", table.id != gone.id)
    users = {
        "service": table.service_id == gone.service.id,
        "location": table.location_id == gone.location.id,
        "organization": table.service_id.in_(services_of(connection, gone.organization.id)),
    }
    for kind, uses in users.items():
        is_hidden = gone.entry(kind).status == "hidden"
        moved = kept.entry(kind).id == gone.entry(kind).id
        if kind == "organization":
            moved = moved or _owner_now(connection, kept) == gone.organization.id
        if not is_hidden and not moved and connection.execute(others.where(uses)).first() is None:
            yield kind


def _owner_now(connection: Connection, kept: Office) -> str:
    service: Any = editing.read(connection, "service", kept.service.id)
    return str(service.organization_id)


def _step(kind: str, before: Entry, saved: proposals.Saved) -> Iterator[Step]:
    if saved.entry is not None and saved.entry.version != before.version:
        yield Step(kind, before.id, before.version, saved.entry.version)
