"""What can be done with entries as wholes: verify, copy and merge them."""

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from admin.api import bodies
from admin.api.bodies import entry_json
from admin.api.changing import KINDS, created, matched
from admin.api.parameters import answers, as_entry_id
from admin.api.parts import api_part
from admin.api.shapes import SAVED, Assured, Ids, Into, Merged
from admin.api.work import Assurer, Editor, IfMatch, Merger, Working, answer, answer_entry, tag_of
from admin.paging import as_id
from knowledge.directory import merging, verifying


def operations_router() -> APIRouter:
    """Return the routes that come before those of single entries: `assure` is no id."""
    router = api_part()
    _add_assuring(router)
    for name, (kind, called) in KINDS.items():
        _add_copying(router, name, kind, called)
    return router


def _add_copying(router: APIRouter, name: str, kind: str, called: str) -> None:
    @router.post(
        f"/{name}/{{entry_id}}/duplicate", tags=[name], name=f"duplicate_{kind}",
        summary=f"Add a copy of one {called}, to be completed",
        status_code=201,
        responses=answers(404, ok=bodies.ENTRIES[kind], status=201)
        | {202: {"model": SAVED[kind], "description": "It waits for a coordinator."}},
    )  # fmt: skip
    def duplicate(work: Working, member: Editor, entry_id: str) -> Response:
        def act(connection: Connection) -> Response:
            new = merging.copy_of(connection, kind, as_entry_id(kind, entry_id), member)
            return created(connection, work, member, name, new)

        return work.write(member, act)

    @router.post(
        f"/{name}/{{entry_id}}/merge", tags=[name], name=f"merge_{kind}",
        summary=f"Make one of two: `into` stays, this {called} is hidden",
        responses=answers(404, 412, 428, ok=Merged),
    )  # fmt: skip
    def merge(
        work: Working, member: Merger, entry_id: str, body: Into, if_match: IfMatch = None
    ) -> Response:
        def act(connection: Connection) -> Response:
            entry = matched(connection, work, kind, entry_id, member, if_match)
            kept, hidden = merging.merge(
                connection, kind, entry.id, as_entry_id(kind, body.into), entry.version, member,
                work.author(member),
            )  # fmt: skip
            told = {"entry": entry_json(kept), "hidden": entry_json(hidden)}
            return answer(told, headers={"ETag": tag_of(kept)})

        return work.write(member, act)


def _add_assuring(router: APIRouter) -> None:
    @router.post(
        "/services/assure", tags=["services"], name="assure_services",
        summary="Say of many services that they are still as they stand",
        responses=answers(ok=Assured),
    )  # fmt: skip
    def assure_many(work: Working, member: Assurer, body: Ids) -> Response:
        ids = [found for key in body.ids if (found := as_id(key)) is not None]
        nothing = [key for key in dict.fromkeys(body.ids) if as_id(key) is None]

        def act(connection: Connection) -> Response:
            done, refused = verifying.assure_many(connection, ids, member, work.author(member))
            refused += [(key, "No service has this id.") for key in nothing]
            return answer({
                "assured": [{"id": s.id, "version": s.version} for s in done],
                "refused": [{"id": key, "reason": reason} for key, reason in refused],
            })  # fmt: skip

        return work.write(member, act)

    @router.post(
        "/services/{entry_id}/assure", tags=["services"], name="assure_service",
        summary="Say that a service is still as it stands: verified today",
        responses=answers(404, 412, 428, ok=bodies.ENTRIES["service"]),
    )  # fmt: skip
    def assure(work: Working, member: Assurer, entry_id: str, if_match: IfMatch = None) -> Response:
        def act(connection: Connection) -> Response:
            entry = matched(connection, work, "service", entry_id, member, if_match)
            author = work.author(member)
            return answer_entry(verifying.assure(connection, entry.id, member, author))

        return work.write(member, act)
