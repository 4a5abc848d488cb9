"""Changes that wait for a coordinator: the list, one of them before and after, and the decision."""

from typing import Annotated, Any

from fastapi import Depends, Request, Response
from sqlalchemy import Connection

from admin.doors import desk, page_needs
from admin.views import proposal_words, refusals
from admin.views.entry_form import Posted, text_of
from admin.views.entry_saving import author, who_in_words
from admin.views.flash import Flash
from admin.views.parts import page_part
from admin.views.render import LANGUAGE_NAMES, redirect, render, words_of
from flows.marking import N_
from knowledge.directory import proposed, reviewing
from knowledge.directory.areas_of_entries import OutsideArea
from knowledge.directory.desk_entry import read_office
from knowledge.directory.proposals import WAITING, Proposal
from knowledge.directory.proposed import Subject
from knowledge.directory.reviewing import AlreadyDecided, ProposalConflict, ProposalNotFound
from knowledge.directory.validation import InvalidEntry
from knowledge.staff.rights import Action, Member, may
from knowledge.store.database import reading

PROPOSALS = "/admin/proposals"
PER_PAGE = 20
SHOWS = ("waiting", "mine", "decided")
MOST_REASON = 300

router = page_part(prefix=PROPOSALS)
Reader = Annotated[Member, Depends(page_needs(Action.READ_ENTRIES))]
Publisher = Annotated[Member, Depends(page_needs(Action.PUBLISH))]


APPROVED = N_("Aprobada. Las personas ya lo ven así.")
REJECTED = N_("Rechazada. Quien la propuso va a leer el motivo.")
DECIDED = N_("Otra persona ya la decidió. Así quedó.")
CLASHES = N_("No se aprobó: la guía cambió después de la propuesta. Compare abajo.")
CANNOT = N_("No se puede aprobar así. {reasons}")
OUTSIDE = N_("Toca oficinas fuera de su área. La aprueba quien coordina todo el país.")
WHY_NEEDED = N_("Escriba el motivo; quien la propuso lo va a leer.")
WHY_TOO_LONG = N_("El motivo es demasiado largo: caben 300 letras.")
GONE = N_("No encontramos esa propuesta")
GONE_TEXT = N_("Puede ser de otra área. Mire la lista de propuestas.")


@router.get("")
def show_list(request: Request, member: Reader) -> Response:
    """Show what waits, one's own, or what was decided."""
    asked = request.query_params.get("show", "")
    publishes = may(member, Action.PUBLISH)
    shows = SHOWS if publishes else ("mine",)
    show = asked if asked in shows else shows[0]
    number = request.query_params.get("page", "1")
    page = min(int(number), 10_000) if number.isdecimal() and len(number) < 6 else 1
    with reading(desk(request).engine).connect() as connection:
        listed = reviewing.list_proposals(
            connection, member, WAITING if show == "waiting" else None,
            (max(page, 1) - 1) * PER_PAGE, PER_PAGE, mine=show == "mine", decided=show == "decided",
        )  # fmt: skip
        found = reviewing.find_proposals(connection, listed.ids, member)
        lines = [_line(request, connection, found[key], member) for key in listed.ids]
    return render(
        request, "proposals.html", lines=lines, show=show, shows=shows, total=listed.total,
        page=max(page, 1), pages=max(1, -(-listed.total // PER_PAGE)),
    )  # fmt: skip


@router.get("/{proposal_id}")
def show_one(request: Request, proposal_id: str, member: Reader) -> Response:
    """Show a proposal before and after; its author has then read what was decided."""
    with reading(desk(request).engine).connect() as connection:
        try:
            proposal = reviewing.find_proposal(connection, proposal_id, member)
        except ProposalNotFound:
            return _gone(request)
    if proposal.author == member.id and proposal.status != WAITING and not proposal.seen:
        with desk(request).engine.begin() as connection:
            reviewing.mark_seen(connection, proposal_id, member)
    return _page(request, proposal, member)


@router.post("/{proposal_id}/approve")
def approve(request: Request, proposal_id: str, member: Publisher) -> Response:
    """Write a proposal into the live directory, all of it or nothing."""
    words, address = words_of(request), f"{PROPOSALS}/{proposal_id}"
    try:
        with desk(request).engine.begin() as connection:
            reviewing.approve(connection, proposal_id, member, author(request, member))
    except ProposalNotFound:
        return _gone(request)
    except AlreadyDecided:
        return redirect(request, address, Flash(words.text(DECIDED), None, "trouble"))
    except ProposalConflict:
        return redirect(request, address, Flash(words.text(CLASHES), None, "trouble"))
    except OutsideArea:
        return redirect(request, address, Flash(words.text(OUTSIDE), None, "trouble"))
    except InvalidEntry as wrong:
        text = words.text(CANNOT, reasons=_reasons(request, wrong))
        return redirect(request, address, Flash(text, None, "trouble"))
    return redirect(request, PROPOSALS, Flash(words.text(APPROVED)))


@router.post("/{proposal_id}/reject")
def reject(request: Request, proposal_id: str, member: Publisher, form: Posted) -> Response:
    """Put a proposal away, with a reason for its author."""
    words = words_of(request)
    reason = " ".join(text_of(form, "reason").split())
    try:
        if not reason or len(reason) > MOST_REASON:
            with reading(desk(request).engine).connect() as connection:
                proposal = reviewing.find_proposal(connection, proposal_id, member)
            text = words.text(WHY_TOO_LONG if reason else WHY_NEEDED)
            return _page(request, proposal, member, reason, text)
        with desk(request).engine.begin() as connection:
            reviewing.reject(connection, proposal_id, reason, member, author(request, member))
    except ProposalNotFound:
        return _gone(request)
    except AlreadyDecided:
        said = Flash(words.text(DECIDED), None, "trouble")
        return redirect(request, f"{PROPOSALS}/{proposal_id}", said)
    return redirect(request, PROPOSALS, Flash(words.text(REJECTED)))


def _line(
    request: Request, connection: Connection, proposal: Proposal, member: Member
) -> dict[str, Any]:
    words = words_of(request)
    return {
        "proposal": proposal,
        "subject": proposed.subject_of(connection, proposal),
        "what": proposal_words.what_in_words(proposal, words),
        "who": who_in_words(request, connection, proposal.author, member),
        "is_mine": proposal.author == member.id,
        "status_words": words.text(proposal_words.STATUSES[proposal.status]),
    }


def _page(
    request: Request, proposal: Proposal, member: Member, reason: str = "", problem: str = ""
) -> Response:
    parts, words = desk(request), words_of(request)
    waits = proposal.status == WAITING
    with reading(parts.engine).connect() as connection:
        line = _line(request, connection, proposal, member)
        conflicts = reviewing.conflicts_of(connection, proposal) if waits else []
        names = proposed.names_of(connection, proposal)
        reviewer = who_in_words(request, connection, proposal.reviewer, member)
    subject: Subject = line["subject"]
    after: dict[str, list[str]] = {}
    trouble = ""
    if waits and not conflicts:
        after, trouble = _after(request, proposal, member, subject)
    now = {} if subject.is_new else _cards(request, subject.at_id)
    return render(
        request,
        "proposal.html",
        422 if problem else 200,
        **line,
        drafts=proposal_words.drafts_in_words(proposal, conflicts, names, words),
        conflicts=conflicts,
        reviewer=reviewer,
        now=now,
        after=after,
        trouble=trouble,
        card_languages=[(code, LANGUAGE_NAMES.get(code, code)) for code in parts.translators],
        may_decide=waits and may(member, Action.PUBLISH),
        reason=reason,
        problem=problem,
    )


def _after(
    request: Request, proposal: Proposal, member: Member, subject: Subject
) -> tuple[dict[str, list[str]], str]:
    """Return the cards as they would be, none where people would not see them, and what hinders."""
    words, engine = words_of(request), desk(request).engine
    try:
        with proposed.as_if_approved(
            engine, proposal, member, author(request, member)
        ) as connection:
            if (
                not subject.at_id
                or read_office(connection, subject.at_id, member).status != "active"
            ):
                return {}, ""
            return _cards(request, subject.at_id, connection), ""
    except InvalidEntry as wrong:
        return {}, words.text(CANNOT, reasons=_reasons(request, wrong))
    except OutsideArea:
        return {}, words.text(OUTSIDE)
    except (ProposalNotFound, AlreadyDecided, ProposalConflict):
        return {}, ""


def _cards(
    request: Request, at_id: str, connection: Connection | None = None
) -> dict[str, list[str]]:
    parts = desk(request)
    found = {code: parts.show_card(at_id, code, connection) for code in parts.translators}
    return {code: card.splitlines() for code, card in found.items() if card}


def _reasons(request: Request, wrong: InvalidEntry) -> str:
    return " ".join(refusals.in_words(wrong.problems, words_of(request)).values())


def _gone(request: Request) -> Response:
    words = words_of(request)
    return render(request, "error.html", 404, heading=words.text(GONE), text=words.text(GONE_TEXT))
