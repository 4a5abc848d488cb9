"""«Hoy»: what waits for a member, and that it says so when nothing does."""

import re
from collections.abc import Iterator

import pytest
from desk_for_tests import INCOMPLETE, NEVER, OLD, REPORTED, SHELTER, RunningDesk, a_desk
from offices_for_tests import at_id
from sqlalchemy import delete, update

from knowledge.directory import proposals
from knowledge.directory.queries import AT, SERVICE
from knowledge.directory.remembering import directory_changed
from knowledge.directory.revising import Author
from knowledge.staff.rights import Role
from knowledge.store.report_tables import service_reports

HOY = "/admin/"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    with a_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


def tiles(running: RunningDesk, role: Role = Role.EDITOR) -> dict[str, str]:
    page = running.client(role).get(HOY)
    assert page.status_code == 200, page.text
    found = re.findall(r"<strong>(\d+)</strong> ([^<]+)</a>", page.text)
    return {words: count for count, words in found}


def test_a_member_sees_what_waits_in_the_area(running: RunningDesk) -> None:
    assert tiles(running) == {
        "con avisos de personas": "1", "por verificar": "4", "por completar": "1",
    }  # fmt: skip
    assert tiles(running, Role.COORDINATOR)["por verificar"] == "5"
    page = running.client().get(HOY).text
    assert "Lo dicen dos personas o más" in page
    assert f'<a href="/admin/entries/{at_id(REPORTED)}">{REPORTED}</a>' in page
    for name in (OLD, NEVER, SHELTER):
        assert name in page
    assert INCOMPLETE not in page
    assert page.count(f">{REPORTED}</a>") == 1  # with its report, not among the old ones again


def test_the_address_without_its_last_stroke_leads_there(running: RunningDesk) -> None:
    assert running.client().get("/admin").headers["location"] == HOY


def test_a_visitor_is_sent_to_sign_in(running: RunningDesk) -> None:
    client = running.client()
    client.cookies.clear()
    assert client.get(HOY).headers["location"].startswith("/admin/sign-in")


def test_still_true_from_today_leads_back_to_it(running: RunningDesk) -> None:
    client = running.client()
    page = client.get(HOY)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    fields = {"csrf_token": token[1], "one": at_id(NEVER), "back": "today"}
    answer = client.post("/admin/entries/assure", data=fields)
    assert answer.headers["location"] == HOY
    assert tiles(running)["por verificar"] == "3"


def test_proposals_wait_for_those_who_publish(running: RunningDesk) -> None:
    with running.engine.begin() as connection:
        editor = running.members[Role.EDITOR]
        author = Author(editor.id, running.now())
        proposals.hide(connection, "service_at_location", at_id(OLD), 1, editor, author)
    assert tiles(running, Role.COORDINATOR)["propuestas por revisar"] == "1"
    assert tiles(running)["propuestas suyas en espera"] == "1"


def test_when_nothing_waits_it_says_so(running: RunningDesk) -> None:
    today = running.now().date().isoformat()
    with running.engine.begin() as connection:
        connection.execute(update(SERVICE).values(assured_date=today, status="active"))
        connection.execute(update(AT).where(AT.c.id == at_id(INCOMPLETE)).values(status="hidden"))
        connection.execute(delete(service_reports))
        connection.execute(update(AT).values(last_modified="2099-01-01T00:00:00.000Z"))
        directory_changed(connection)
    page = running.client().get(HOY).text
    assert "Todo está al día en su área" in page
    assert tiles(running) == {}
