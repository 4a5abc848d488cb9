"""«Hoy»: what waits for this member, each with the one thing to do next."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from sqlalchemy import Connection

from admin.doors import desk, page_needs
from admin.views.entry_saving import who_in_words
from admin.views.list_words import REPORTS, area_in_words, shown
from admin.views.parts import page_part
from admin.views.render import redirect, render, words_of
from knowledge.directory import desk_lists, refused_imports, reviewing
from knowledge.directory.ageing import Age
from knowledge.directory.desk_lists import TO_CHECK, Wanted
from knowledge.directory.proposals import WAITING
from knowledge.directory.refused_imports import RefusedImport
from knowledge.directory.reports import open_tasks
from knowledge.directory.zones import zone_of
from knowledge.staff.rights import Action, Member, may
from knowledge.store.database import reading
from locales.formats import format_list

CAPITAL = "SV"  # whose day it is where an area is everywhere
SHOWN = 8  # entries of a kind; more of them are a list
LINES_SHOWN = 5  # numbers of lines, to find one's way in the file

router = page_part()
Reader = Annotated[Member, Depends(page_needs(Action.READ_ENTRIES))]


@router.get("/admin", include_in_schema=False)
def to_today(request: Request, member: Reader) -> Response:  # noqa: ARG001 - the door asks for it
    """People type the address without its last stroke."""
    return redirect(request, "/admin/")


@router.get("/admin/")
def show_today(request: Request, member: Reader) -> Response:
    """Show what people reported, what is old, what waits, what was not taken of spreadsheets."""
    moment: datetime = desk(request).clock()
    today = moment.date()
    area = member.area
    with reading(desk(request).engine).connect() as connection:
        ages = desk_lists.count_ages(connection, member, today)
        to_check = sum(count for age, count in ages.items() if age is not Age.FRESH)
        # Twice as many, since those that people reported stand above and not here.
        oldest = desk_lists.list_rows(
            connection, member, Wanted(age=TO_CHECK), today, per_page=2 * SHOWN
        ).rows
        tasks = open_tasks(connection, area.country, area.department, area.municipality)
        statuses = desk_lists.count_statuses(connection, member)
        waiting = reviewing.count_waiting(connection, member)
        mine = reviewing.list_proposals(connection, member, WAITING, 0, 1, mine=True).total
        refused = [
            _refused(request, connection, found, member)
            for found in refused_imports.list_refused(connection, member, moment)
        ]
        answered = reviewing.list_proposals(connection, member, None, 0, 1, unseen=True).total
    words = words_of(request)
    calm = [row for row in oldest if not row.reported]
    reports = [
        (task, format_list([words.text(REPORTS[kind]) for kind in task.kinds], words.language))
        for task in tasks[:SHOWN]
    ]
    return render(
        request,
        "today.html",
        today=moment.astimezone(zone_of(area.country or CAPITAL)).date(),
        rows=[shown(row, words, moment) for row in calm[:SHOWN]],
        area=area_in_words(area, words),
        to_check=to_check,
        total=ages.total(),
        fresh=ages[Age.FRESH],
        reports=reports,
        reported=len(tasks),
        refused=refused[:SHOWN],
        refused_total=len(refused),
        to_complete=statuses["to_complete"],
        waiting=waiting,
        own_waiting=mine,
        own_answered=answered,
        may_assure=may(member, Action.ASSURE_ENTRIES),
    )


def _refused(
    request: Request, connection: Connection, found: RefusedImport, member: Member
) -> dict[str, Any]:
    lines = [str(line) for line in found.lines[:LINES_SHOWN]]
    more = found.refused - len(lines)
    told = ", ".join(lines) if more else format_list(lines, words_of(request).language)
    return {
        "note": found,
        "is_mine": found.member == member.id,
        "who": who_in_words(request, connection, found.member, member),
        "lines": told if lines else "",
        "more": more,
    }
