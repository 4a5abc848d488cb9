"""The addresses of the four kinds of entries: lists, single entries, their history and changes."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Response
from sqlalchemy import Connection

from admin.api import bodies
from admin.api.bodies import entry_json, value_json, values_of
from admin.api.changing import KINDS, answer_change, created, matched
from admin.api.parameters import Hidden, WantedList, WantedPage, answers, as_entry_id
from admin.api.parts import api_part
from admin.api.shapes import (
    PAGES,
    SAVED,
    PageOfRevisions,
)
from admin.api.work import (
    Editor,
    IfMatch,
    Reader,
    Working,
    answer,
    answer_entry,
    tag_of,
)
from admin.paging import page_of
from knowledge.directory import listing, proposals
from knowledge.directory.loading import load
from knowledge.directory.proposals import New, new_id
from knowledge.directory.revising import Revision, read_revisions


def entries_router() -> APIRouter:
    """Return the routes of organizations, services, locations and services at locations."""
    router = api_part()
    for name, (kind, called) in KINDS.items():
        _add_reading(router, name, kind, called)
        _add_changing(router, name, kind, called)
        _add_history(router, name, kind, called)
    return router


def _add_reading(router: APIRouter, name: str, kind: str, called: str) -> None:
    @router.get(
        f"/{name}", tags=[name], name=f"list_{kind}s", summary=f"List {name}",
        responses=answers(ok=PAGES[kind]),
    )  # fmt: skip
    def many(work: Working, member: Reader, wanted: WantedList, page: WantedPage) -> Response:
        with work.read() as connection:
            listed = listing.list_entries(connection, kind, member, wanted, page.first, page.size)
            found = load(connection, kind, listed.ids)
        contents = [entry_json(found[key]) for key in listed.ids]
        return answer(page_of(contents, listed.total, page.number, page.size))

    @router.get(
        f"/{name}/{{entry_id}}", tags=[name], name=f"get_{kind}", summary=f"Give one {called}",
        responses=answers(404, ok=bodies.ENTRIES[kind]),
    )  # fmt: skip
    def one(
        work: Working, member: Reader, entry_id: str, include_hidden: Hidden = False
    ) -> Response:
        with work.read() as connection:
            key = as_entry_id(kind, entry_id)
            entry = listing.find(connection, kind, key, member, include_hidden=include_hidden)
        return answer_entry(entry)


def _add_changing(router: APIRouter, name: str, kind: str, called: str) -> None:
    new_body: Any = bodies.NEW[kind]
    change_body: Any = bodies.CHANGES[kind]

    @router.post(
        f"/{name}", tags=[name], name=f"create_{kind}", summary=f"Add one {called}",
        status_code=201,
        responses=answers(ok=bodies.ENTRIES[kind], status=201)
        | {202: {"model": SAVED[kind], "description": "It waits for a coordinator."}},
    )  # fmt: skip
    def create(
        work: Working,
        member: Editor,
        body: Annotated[new_body, Body(openapi_examples=_EXAMPLE[kind])],
    ) -> Response:
        new = New(kind, values_of(body), new_id())
        return work.write(member, lambda c: created(c, work, member, name, [new]))

    @router.patch(
        f"/{name}/{{entry_id}}", tags=[name], name=f"change_{kind}",
        summary=f"Change fields of one {called}; a list is given whole",
        responses=answers(404, 412, 428, ok=bodies.ENTRIES[kind])
        | {202: {"model": SAVED[kind], "description": "Part of it waits for a coordinator."}},
    )  # fmt: skip
    def change(
        work: Working, member: Editor, entry_id: str, body: change_body,
        if_match: IfMatch = None,
    ) -> Response:  # fmt: skip
        def act(connection: Connection) -> Response:
            entry = matched(connection, work, kind, entry_id, member, if_match)
            saved = proposals.save(
                connection, kind, entry.id, values_of(body), entry.version, member,
                work.author(member),
            )  # fmt: skip
            return answer_change(connection, saved, member)

        return work.write(member, act)

    @router.delete(
        f"/{name}/{{entry_id}}", tags=[name], name=f"hide_{kind}",
        summary=f"Hide one {called}; nothing is destroyed",
        responses=answers(404, 412, 428, ok=bodies.ENTRIES[kind])
        | {202: {"model": SAVED[kind], "description": "It waits for a coordinator."}},
    )  # fmt: skip
    def hide(work: Working, member: Editor, entry_id: str, if_match: IfMatch = None) -> Response:
        def act(connection: Connection) -> Response:
            entry = matched(connection, work, kind, entry_id, member, if_match)
            saved = proposals.hide(
                connection, kind, entry.id, entry.version, member, work.author(member)
            )
            return answer_change(connection, saved, member)

        return work.write(member, act)


def _add_history(router: APIRouter, name: str, kind: str, called: str) -> None:
    @router.get(
        f"/{name}/{{entry_id}}/revisions", tags=[name], name=f"revisions_of_{kind}",
        summary=f"Give the history of one {called}, newest first",
        responses=answers(404, ok=PageOfRevisions),
    )  # fmt: skip
    def revisions(work: Working, member: Reader, entry_id: str, page: WantedPage) -> Response:
        with work.read() as connection:
            key = as_entry_id(kind, entry_id)
            entry = listing.find_history_of(connection, kind, key, member)
            found = read_revisions(connection, kind, key)[::-1]
        some = found[page.first : page.first + page.size]
        told = page_of([_revision_json(r) for r in some], len(found), page.number, page.size)
        return answer(told, headers={"ETag": tag_of(entry)})

    @router.post(
        f"/{name}/{{entry_id}}/revisions/{{number}}/restore", tags=[name], name=f"restore_{kind}",
        summary=f"Make one {called} again what a revision had made it",
        responses=answers(404, 412, 428, ok=bodies.ENTRIES[kind])
        | {202: {"model": SAVED[kind], "description": "Part of it waits for a coordinator."}},
    )  # fmt: skip
    def restore(
        work: Working, member: Editor, entry_id: str, number: int, if_match: IfMatch = None
    ) -> Response:
        def act(connection: Connection) -> Response:
            entry = matched(connection, work, kind, entry_id, member, if_match)
            saved = proposals.restore(
                connection, kind, entry.id, number, entry.version, member, work.author(member)
            )
            return answer_change(connection, saved, member)

        return work.write(member, act)


def _revision_json(revision: Revision) -> dict[str, Any]:
    return {
        "number": revision.number, "action": revision.action, "at": revision.at,
        "who": revision.who, "why": revision.why,
        "changes": [
            {"field": change.field, "before": value_json(change.field, change.before),
             "after": value_json(change.field, change.after)}
            for change in revision.changes
        ],
    }  # fmt: skip


_EXAMPLE: dict[str, Any] = {
    "organization": {"office": {"value": {"name": "RNPN", "country": "SV"}}},
    "service": {
        "office": {
            "value": {
                "name": "Reposición del DUI", "country": "SV",
                "organization_id": "3f9a4f4e-2d1c-4a7a-9d55-0a3a3c7f2b11",
                "terms": ["documents/replace-national-id"],
                "source_url": "https://www.rnpn.gob.sv/", "texts": {"en": {"name": "ID card"}},
            }
        }
    },
    "location": {
        "office": {
            "value": {
                "country": "SV", "department": "La Paz", "municipality": "Zacatecoluca",
                "addresses": [{"address_1": "2a calle oriente, frente al parque"}],
            }
        }
    },
    "service_at_location": {
        "office": {
            "value": {
                "service_id": "11a54b8e-66b5-4e68-8a9f-6f7f0d8b6a01",
                "location_id": "5a1d0f52-0a0a-4b76-8b0b-0b54ac3d7f02",
                "phones": [{"number": "2334-0000"}],
                "schedules": [
                    {"byday": "MO,TU,WE,TH,FR", "opens_at": "08:00", "closes_at": "16:00"}
                ],
            }
        }
    },
}  # fmt: skip
