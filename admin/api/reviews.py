"""The addresses of proposals: what waits for review, and what was decided."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from admin.api.bodies import entry_json, value_json
from admin.api.parameters import WantedPage, answers
from admin.api.parts import api_part
from admin.api.shapes import Approved, PageOfProposals, ProposalAnswer, Reason
from admin.api.work import Publisher, Reader, Working, answer
from admin.paging import as_id, page_of
from knowledge.directory import reviewing
from knowledge.directory.proposals import Draft, Proposal
from knowledge.directory.reviewing import ProposalNotFound
from knowledge.staff.rights import Member

Status = Literal["waiting", "approved", "rejected"]


def reviews_router() -> APIRouter:
    """Return the routes of proposals."""
    router = api_part(prefix="/proposals", tags=["proposals"])

    @router.get("", name="list_proposals", responses=answers(ok=PageOfProposals))
    def many(
        work: Working,
        member: Reader,
        page: WantedPage,
        status: Status | None = None,
        mine: bool = False,
        unseen: Annotated[bool, Query(description="Mine, decided and not read yet.")] = False,
    ) -> Response:
        """List the proposals that you may review, and your own, newest first."""
        with work.read() as connection:
            listed = reviewing.list_proposals(
                connection, member, status, page.first, page.size, mine=mine, unseen=unseen
            )
            found = reviewing.find_proposals(connection, listed.ids, member)
            contents = [proposal_json(connection, found[key], member) for key in listed.ids]
        return answer(page_of(contents, listed.total, page.number, page.size))

    @router.get("/{proposal_id}", name="get_proposal", responses=answers(404, ok=ProposalAnswer))
    def one(work: Working, member: Reader, proposal_id: str) -> Response:
        """Give one proposal, with the fields that changed since."""
        with work.read() as connection:
            proposal = reviewing.find_proposal(connection, key_of(proposal_id), member)
            return answer(proposal_json(connection, proposal, member))

    @router.post(
        "/{proposal_id}/approve", name="approve_proposal", responses=answers(404, 409, ok=Approved)
    )
    def approve(work: Working, member: Publisher, proposal_id: str) -> Response:
        """Write a proposal into the live directory, all of it or nothing."""

        def act(connection: Connection) -> Response:
            proposal, entries = reviewing.approve(
                connection, key_of(proposal_id), member, work.author(member)
            )
            told = proposal_json(connection, proposal, member)
            return answer({"proposal": told, "entries": [entry_json(e) for e in entries]})

        return work.write(member, act)

    @router.post(
        "/{proposal_id}/reject", name="reject_proposal",
        responses=answers(404, 409, ok=ProposalAnswer),
    )  # fmt: skip
    def reject(work: Working, member: Publisher, proposal_id: str, body: Reason) -> Response:
        """Put a proposal away, with a reason for its author."""

        def act(connection: Connection) -> Response:
            proposal = reviewing.reject(
                connection, key_of(proposal_id), body.reason, member, work.author(member)
            )
            return answer(proposal_json(connection, proposal, member))

        return work.write(member, act)

    @router.post(
        "/{proposal_id}/seen", name="see_proposal", responses=answers(404, ok=ProposalAnswer)
    )
    def seen(work: Working, member: Reader, proposal_id: str) -> Response:
        """Remember that you have read what was decided on your proposal."""

        def act(connection: Connection) -> Response:
            proposal = reviewing.mark_seen(connection, key_of(proposal_id), member)
            return answer(proposal_json(connection, proposal, member))

        return work.write(member, act)

    return router


def proposal_json(connection: Connection, proposal: Proposal, member: Member) -> dict[str, Any]:
    """Return a proposal as the API gives it, while it waits with its conflicts."""
    waits = proposal.status == "waiting"
    conflicts = reviewing.conflicts_of(connection, proposal) if waits else []
    return {
        "id": proposal.id, "status": proposal.status, "author": proposal.author,
        "at": proposal.at, "why": proposal.why, "reviewer": proposal.reviewer,
        "reviewed_at": proposal.reviewed_at, "reason": proposal.reason, "seen": proposal.seen,
        "mine": proposal.author == member.id,
        "drafts": [_draft_json(draft) for draft in proposal.drafts],
        "conflicts": [
            {"field": c.field, "then": c.then, "now": c.now, "proposed": c.proposed}
            for c in conflicts
        ],
    }  # fmt: skip


def _draft_json(draft: Draft) -> dict[str, Any]:
    return {
        "kind": draft.kind, "id": draft.id, "action": draft.action,
        "values": {name: value_json(name, value) for name, value in draft.values.items()},
        "before": {name: value_json(name, value) for name, value in draft.before.items()},
    }  # fmt: skip


def key_of(text: str) -> str:
    """Return the id of an address; raises `ProposalNotFound` for what is no id."""
    found = as_id(text)
    if found is None:
        raise ProposalNotFound("No proposal has this id.")
    return found
