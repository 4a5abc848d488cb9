"""What people report: the offices that somebody has to call."""

from dataclasses import asdict

from fastapi import APIRouter, Response

from admin.api.parameters import WantedPage, answers
from admin.api.parts import api_part
from admin.api.shapes import PageOfReports
from admin.api.work import Reader, Working, answer
from admin.paging import page_of
from knowledge.directory.reports import Task, open_tasks


def reports_router() -> APIRouter:
    """Return the route of reports; verifying the service (`assure`) closes one."""
    router = api_part(prefix="/reports", tags=["reports"])

    @router.get("", name="list_reports", responses=answers(ok=PageOfReports))
    def many(work: Working, member: Reader, page: WantedPage) -> Response:
        """List the offices of your area that people say something is wrong with."""
        area = member.area
        with work.read() as connection:
            found = open_tasks(connection, area.country, area.department, area.municipality)
        contents = [_told(task) for task in found[page.first : page.first + page.size]]
        return answer(page_of(contents, len(found), page.number, page.size))

    return router


def _told(task: Task) -> dict[str, object]:
    told = asdict(task)
    return {"service_at_location_id": told.pop("at_id"), **told, "kinds": list(task.kinds)}
