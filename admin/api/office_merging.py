"""Two offices made one in one step: compare them, pick of each, see the card, merge, undo.

An office is a service at a location with its service, location and organization.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from admin.api.bodies import entry_json, value_json
from admin.api.parameters import answers, as_entry_id
from admin.api.parts import api_part
from admin.api.problems import ApiProblem, refused
from admin.api.shapes import Id
from admin.api.work import IfMatch, Merger, Work, Working, answer, sent_tags
from knowledge.directory import editing, merging_offices
from knowledge.directory.desk_entry import Office, kinds_to_change, read_office
from knowledge.directory.merging_offices import GROUPS, Choice, Pick, Step
from knowledge.staff.rights import Member

PAIR = "service_at_location"
ADDRESS = "/service-at-locations/{entry_id}/merge-office"
TAG = "service-at-locations"
# Where two offices are one, these are one or both are changed; the institution may be others'.
_CHANGED = {PAIR, "service", "location"}
_GROUPS = {group.id: group for group in GROUPS}
GroupId = Annotated[str, Field(pattern=f"^({'|'.join(_GROUPS)})$")]
Kind = Literal["service_at_location", "service", "location", "organization"]
_OTHER = Query(max_length=45, examples=["11a54b8e-66b5-4e68-8a9f-6f7f0d8b6a01"])
Version = Annotated[int, Field(ge=1, le=999_999_999)]


_HIDDEN_STEP = {
    "kind": "service_at_location", "id": "11a54b8e-66b5-4e68-8a9f-6f7f0d8b6a01",
    "before": 3, "after": 4,
}  # fmt: skip


class OfficeMerge(BaseModel):
    """The office that stays, and what is picked where they differ: its own, the other's, both."""

    model_config = ConfigDict(extra="forbid")
    into: Id
    picks: Annotated[
        dict[GroupId, Pick], Field(examples=[{"phones": "both", "schedules": "gone"}])
    ] = {}


class StepBody(BaseModel):
    """One entry that a merge changed, from which version to which."""

    model_config = ConfigDict(extra="forbid")
    kind: Kind
    id: Id
    before: Version
    after: Version


class Steps(BaseModel):
    """What a merge answered as `steps`, to be undone."""

    model_config = ConfigDict(extra="forbid")
    steps: Annotated[list[StepBody], Field(min_length=1, max_length=10, examples=[[_HIDDEN_STEP]])]


class ChoiceAnswer(BaseModel):
    """Fields in which the two differ; `usual` is what is picked unless you say."""

    group: str
    kind: Kind
    kept: dict[str, Any]
    gone: dict[str, Any]
    picks: list[Pick]
    usual: Pick


class Comparison(BaseModel):
    """The four entries of each office by kind, and where they differ."""

    kept: dict[Kind, dict[str, Any]]
    gone: dict[Kind, dict[str, Any]]
    choices: list[ChoiceAnswer]
    may_merge: bool


class OfficesMerged(BaseModel):
    """The service at a location that stays, its card in every language, and the way back."""

    entry: dict[str, Any]
    cards: dict[str, list[str]]
    steps: list[StepBody]
    applied: bool


class RestoredOne(BaseModel):
    """An entry that is again what it was."""

    kind: Kind
    id: str
    version: int


class Restored(BaseModel):
    """What was undone."""

    restored: list[RestoredOne]


def office_merging_router() -> APIRouter:
    """Return the routes of merging offices; `merge` alone makes one of two entries of a kind."""
    router = api_part(tags=[TAG])

    @router.get(ADDRESS, name="compare_offices", responses=answers(404, ok=Comparison))
    def compare(
        work: Working, member: Merger, entry_id: str, into: Annotated[str, _OTHER]
    ) -> Response:  # fmt: skip
        """Compare this office with the one that would stay; the ETag is that of both."""
        with work.read() as connection:
            kept, gone = _two(connection, into, entry_id, member)
            told = _comparison(connection, kept, gone, member)
        return answer(told, headers={"ETag": _tag(kept, gone)})

    @router.post(ADDRESS, name="merge_offices", responses=answers(404, 412, 428, ok=OfficesMerged))
    def merge(
        work: Working, member: Merger, entry_id: str, body: OfficeMerge,
        dry_run: Annotated[bool, Query(description="Only show what would come of it.")] = False,
        if_match: IfMatch = None,
    ) -> Response:  # fmt: skip
        """Make one of two offices: `into` stays, this one is hidden; `steps` undo it."""
        picks = _picks(body.picks)
        author = work.author(member, f"merged with {entry_id}")
        if dry_run:
            with work.read() as connection:
                kept, gone = _two(connection, body.into, entry_id, member)
                _require_match(connection, kept, gone, member, if_match)
            with merging_offices.as_if_merged(
                work.desk.engine, kept, gone, picks, member, author
            ) as connection:
                return _answer_merged(connection, work, kept, (), applied=False)

        def act(connection: Connection) -> Response:
            kept, gone = _two(connection, body.into, entry_id, member)
            _require_match(connection, kept, gone, member, if_match)
            steps = merging_offices.merge_offices(connection, kept, gone, picks, member, author)
            return _answer_merged(connection, work, kept, steps, applied=True)

        return work.write(member, act)

    @router.post(
        f"{ADDRESS}/undo", name="undo_merged_offices", responses=answers(404, 412, ok=Restored)
    )
    def undo(work: Working, member: Merger, entry_id: str, body: Steps) -> Response:
        """Make every entry again what it was before a merge; 412 where one changed since."""
        steps = [
            Step(s.kind, as_entry_id(s.kind, s.id), s.before, s.after) for s in body.steps
        ]  # fmt: skip

        def act(connection: Connection) -> Response:
            office = read_office(connection, as_entry_id(PAIR, entry_id), member)
            if not any(step.kind == PAIR and step.id == office.id for step in steps):
                raise refused("steps", "are not those of a merge that hid this office.")
            merging_offices.undo(connection, steps, member, work.author(member))
            now = [editing.read(connection, step.kind, step.id) for step in steps]
            told = [
                {"kind": step.kind, "id": step.id, "version": entry.version}
                for step, entry in zip(steps, now, strict=True)
            ]
            return answer({"restored": told})

        return work.write(member, act)

    return router


def _two(connection: Connection, into: str, gone: str, member: Member) -> tuple[Office, Office]:
    """Return the office that stays and the one that goes."""
    ids = (as_entry_id(PAIR, into), as_entry_id(PAIR, gone))
    return read_office(connection, ids[0], member), read_office(connection, ids[1], member)


def _tag(kept: Office, gone: Office) -> str:
    """Return the ETag of two offices: one of their eight entries changed, and it is another."""
    told = [
        (kind, entry.id, entry.version)
        for office in (kept, gone)
        for kind, entry in office.entries.items()
    ]
    return f'"{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]}"'


def _require_match(
    connection: Connection, kept: Office, gone: Office, member: Member, if_match: str | None
) -> None:
    tag = _tag(kept, gone)
    if tag not in [sent.removeprefix("W/") for sent in sent_tags(if_match)]:
        raise ApiProblem(
            412, "VersionConflict", "One of the two is not as you compared it. Compare again.",
            extra={"current": _comparison(connection, kept, gone, member)}, headers={"ETag": tag},
        )  # fmt: skip


def _comparison(
    connection: Connection, kept: Office, gone: Office, member: Member
) -> dict[str, Any]:
    may_change = all(
        kinds_to_change(connection, office, member) >= _CHANGED for office in (kept, gone)
    )
    alike = kept.id == gone.id or kept.service.country != gone.service.country
    return {
        "kept": {kind: entry_json(entry) for kind, entry in kept.entries.items()},
        "gone": {kind: entry_json(entry) for kind, entry in gone.entries.items()},
        "choices": [_choice(choice) for choice in merging_offices.choices(kept, gone)],
        "may_merge": may_change and not alike,
    }


def _choice(choice: Choice) -> dict[str, Any]:
    group = choice.group
    return {
        "group": group.id, "kind": group.kind,
        "kept": _values(choice.kept), "gone": _values(choice.gone),
        "picks": ["kept", "gone", "both"] if group.lists else ["kept", "gone"],
        "usual": choice.usual,
    }  # fmt: skip


def _values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value_json(name, [_plain(part) for part in value])
        if isinstance(value, tuple)
        else value
        for name, value in values.items()
    }


def _plain(part: Any) -> Any:
    return asdict(part) if is_dataclass(part) and not isinstance(part, type) else part


def _picks(asked: Mapping[str, Pick]) -> dict[str, Pick]:
    for name, pick in asked.items():
        if pick == "both" and not _GROUPS[name].lists:
            raise refused(f"picks.{name}", "is no list, so there is one of it: kept or gone.")
    return dict(asked)


def _answer_merged(
    connection: Connection, work: Work, kept: Office, steps: Sequence[Step], *, applied: bool
) -> Response:
    entry = editing.read(connection, PAIR, kept.id)
    cards = {
        code: work.desk.show_card(kept.id, code, connection).splitlines()
        for code in work.desk.translators
    }
    return answer({
        "entry": entry_json(entry), "cards": cards, "steps": [asdict(step) for step in steps],
        "applied": applied,
    })  # fmt: skip
