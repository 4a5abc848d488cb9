"""The directory as staff search it, and «Sigue igual» from the list, without a script."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

import httpx
import pytest
from desk_for_tests import (
    AREAS,
    CAPITAL,
    FOREIGN,
    FRESH,
    INCOMPLETE,
    NEVER,
    OLD,
    REPORTED,
    SHELTER,
    RunningDesk,
    a_desk,
    days_ago,
)
from offices_for_tests import an_empty_directory, an_office, at_id, id_of, put
from sqlalchemy import Engine, select

from knowledge.directory import areas_of_entries, desk_lists, editing, loading
from knowledge.directory.desk_index import desk_index
from knowledge.directory.desk_lists import Wanted
from knowledge.directory.queries import AT, JOINED, SERVICE
from knowledge.directory.reports import open_tasks
from knowledge.directory.revising import Author, read_revisions
from knowledge.staff.rights import EVERYWHERE, Area, Member, Role
from knowledge.store.database import reading

LIST = "/admin/entries"
# What a member of each role may see in the list, by name.
IN_LA_PAZ = {OLD, NEVER, FRESH, REPORTED, INCOMPLETE, SHELTER}
SEEN = {
    Role.EDITOR: IN_LA_PAZ,
    Role.COORDINATOR: IN_LA_PAZ | {CAPITAL},
    Role.ADMINISTRATOR: IN_LA_PAZ | {CAPITAL, FOREIGN},
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    with a_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


def names_in(page: httpx.Response) -> list[str]:
    assert page.status_code == 200, page.text
    return re.findall(r'<th scope="row"><a href="/admin/entries/[^"]+">([^<]+)</a>', page.text)


def token_of(page: httpx.Response) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def sent(client: httpx.Client, address: str, **fields: object) -> httpx.Response:
    """What a form of the list answers."""
    token = token_of(client.get(LIST))
    return client.post(address, data={"csrf_token": token, **fields})


def undo_of(page: httpx.Response) -> str:
    found = re.search(r'name="undo" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def assured(running: RunningDesk, name: str) -> str | None:
    with reading(running.engine).connect() as connection:
        query = select(SERVICE.c.assured_date).where(SERVICE.c.id == id_of("service", name))
        found: str | None = connection.execute(query).scalar_one()
    return found


def is_of_today(date: str | None) -> bool:
    # The day is that of the office's country, where it may still be yesterday.
    return date in (days_ago(0), days_ago(1))


@pytest.mark.parametrize("role", SEEN)
def test_everybody_sees_what_is_of_their_area(running: RunningDesk, role: Role) -> None:
    assert set(names_in(running.client(role).get(LIST))) == SEEN[role]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("q=zacatecoluca", {OLD, FRESH, REPORTED, INCOMPLETE, SHELTER}),
        ("q=CLINICA", {NEVER}),
        ("q=clínica olocuilta", {NEVER}),
        ("q=calle de registro", {OLD}),
        ("q=nada así", set()),
        ("town=Olocuilta", {NEVER}),
        ("topic=health", {NEVER}),
        ("topic=reception/shelter", {SHELTER}),
        ("status=to_complete", {INCOMPLETE}),
        ("age=check", {OLD, NEVER, REPORTED, SHELTER}),
        ("age=old", {OLD}),
        ("age=fresh", {FRESH}),
        ("scope=mine", set()),
        ("scope=all", IN_LA_PAZ | {CAPITAL, FOREIGN}),
        ("scope=all&place=GT", {FOREIGN}),
        ("scope=all&place=SV/San Salvador", {CAPITAL}),
        ("place=GT", IN_LA_PAZ),  # there is nothing of it in the area: passed over
        ("sort=nonsense&page=99999&age=x&topic=y", IN_LA_PAZ),
    ],
)
def test_the_list_is_narrowed(running: RunningDesk, asked: str, expected: set[str]) -> None:
    assert set(names_in(running.client().get(f"{LIST}?{asked}"))) == expected


def test_what_is_confidential_elsewhere_is_not_there(running: RunningDesk) -> None:
    outside = Member("somebody", Role.EDITOR, Area("GT"))
    with reading(running.engine).connect() as connection:
        found = desk_lists.list_rows(connection, outside, Wanted(scope="all"), today())
        again = desk_lists.rows_of(connection, outside, [at_id(SHELTER), at_id(OLD)], today())
    assert {row.name for row in found.rows} >= {OLD, FOREIGN}
    assert {row.name for row in found.rows}.isdisjoint({SHELTER, INCOMPLETE})
    assert [row.name for row in again] == [OLD]
    assert not again[0].may_change


def test_one_tap_says_that_it_is_still_true_and_another_takes_it_back(
    running: RunningDesk,
) -> None:
    client = running.client()
    before = assured(running, OLD)
    answer = sent(client, f"{LIST}/assure", one=at_id(OLD), back="age=old")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{LIST}?age=old")
    assert is_of_today(assured(running, OLD))
    page = client.get(answer.headers["location"])
    assert "Gracias. Quedó verificado con la fecha de hoy" in page.text
    assert "Gracias" not in client.get(LIST).text  # it is said once
    back = sent(client, f"{LIST}/assure/undo", undo=undo_of(page), back="")
    assert "Deshecho" in client.get(back.headers["location"]).text
    assert assured(running, OLD) == before


def test_many_are_assured_at_once_and_those_of_others_are_left_out(running: RunningDesk) -> None:
    client = running.client()
    before = assured(running, FRESH)
    ticked = [at_id(NEVER), at_id(FRESH), at_id(CAPITAL), "not-an-id"]
    page = client.get(sent(client, f"{LIST}/assure", ticked=ticked).headers["location"])
    assert is_of_today(assured(running, NEVER))
    assert is_of_today(assured(running, FRESH))
    assert not is_of_today(assured(running, CAPITAL))
    assert "Quedaron verificados con la fecha de hoy: 2." in page.text
    assert "no son de su área: 1." in page.text
    sent(client, f"{LIST}/assure/undo", undo=undo_of(page))
    assert assured(running, NEVER) in (None, "")
    assert assured(running, FRESH) == before


def test_reports_of_people_are_answered_and_come_back_when_it_is_undone(
    running: RunningDesk,
) -> None:
    client = running.client()
    page = client.get(sent(client, f"{LIST}/assure", one=at_id(REPORTED)).headers["location"])
    assert "Con avisos de personas" not in page.text
    sent(client, f"{LIST}/assure/undo", undo=undo_of(page))
    with reading(running.engine).connect() as connection:
        (task,) = open_tasks(connection)
    assert (task.at_id, task.kinds, task.caution) == (at_id(REPORTED), ("closed",), True)


def test_what_somebody_changed_since_is_not_undone(running: RunningDesk) -> None:
    client = running.client()
    page = client.get(sent(client, f"{LIST}/assure", one=at_id(NEVER)).headers["location"])
    service = id_of("service", NEVER)
    with running.engine.begin() as connection:
        version = editing.read(connection, "service", service).version
        author = Author("somebody-else", now())
        editing.change(connection, "service", service, {"alert": "Cerrado hoy."}, version, author)
    back = sent(client, f"{LIST}/assure/undo", undo=undo_of(page))
    assert "Alguien los cambió después" in client.get(back.headers["location"]).text
    assert is_of_today(assured(running, NEVER))


def test_only_whoever_did_it_can_undo_it(running: RunningDesk) -> None:
    client, other = running.client(), running.client(Role.COORDINATOR)
    page = client.get(sent(client, f"{LIST}/assure", one=at_id(OLD)).headers["location"])
    answer = sent(other, f"{LIST}/assure/undo", undo=undo_of(page))
    assert "Ya no se puede deshacer" in other.get(answer.headers["location"]).text
    assert is_of_today(assured(running, OLD))
    sent(client, f"{LIST}/assure/undo", undo=undo_of(page))


def test_nothing_ticked_says_what_to_do(running: RunningDesk) -> None:
    client = running.client()
    page = client.get(sent(client, f"{LIST}/assure").headers["location"])
    assert "Marque primero" in page.text
    assert 'role="alert"' in page.text


def test_the_way_back_leads_nowhere_else(running: RunningDesk) -> None:
    for back in ("https://example.org/", "//example.org", "x\r\nSet-Cookie: a=b"):
        answer = sent(running.client(), f"{LIST}/assure", one=at_id(FRESH), back=back)
        assert answer.headers["location"].startswith(f"{LIST}?")
        assert "example" not in answer.headers["location"].split("?")[0]
        assert "\n" not in answer.headers["location"]


def test_a_form_without_its_token_changes_nothing(running: RunningDesk) -> None:
    with reading(running.engine).connect() as connection:
        before = len(read_revisions(connection, "service", id_of("service", SHELTER)))
    answer = running.client().post(f"{LIST}/assure", data={"one": at_id(SHELTER)})
    assert answer.status_code == 403
    with reading(running.engine).connect() as connection:
        assert len(read_revisions(connection, "service", id_of("service", SHELTER))) == before


def test_a_name_with_markup_is_only_text(running: RunningDesk) -> None:
    asked = running.client().get(LIST, params={"q": '"><script>alert(1)</script>'})
    assert "<script>alert" not in asked.text


def test_the_page_is_english_for_who_chooses_it(running: RunningDesk) -> None:
    client = running.client()
    assert '<html lang="en">' in client.get(f"{LIST}?lang=en").text
    assert '<html lang="en">' in client.get(LIST).text  # kept until the browser is closed


def test_an_address_that_is_not_there_is_said_kindly(running: RunningDesk) -> None:
    answer = running.client().get("/admin/nada")
    assert answer.status_code == 404
    assert "No encontramos esa página" in answer.text


AREAS_TO_COMPARE = (*AREAS.values(), Area("GT"), Area("SV", "La Paz", "Olocuilta"), EVERYWHERE)


@pytest.mark.parametrize("area", AREAS_TO_COMPARE, ids=str)
def test_the_index_offers_what_the_rule_of_areas_allows(running: RunningDesk, area: Area) -> None:
    member = Member("somebody", Role.EDITOR, area)
    with reading(running.engine).connect() as connection:
        pairs = select(AT.c.id).select_from(JOINED)
        known = areas_of_entries.known_to("service_at_location", area)
        own = areas_of_entries.own_of("service_at_location", area)
        allowed = {
            scope: set(connection.execute(pairs.where(condition)).scalars())
            for scope, condition in (("all", known), ("area", own))
        }
        for scope, ids in allowed.items():
            wanted = Wanted(scope=scope)  # type: ignore[arg-type]  # one of the two above
            found = desk_lists.list_rows(connection, member, wanted, today())
            assert {row.at_id for row in found.rows} == ids
        services = select(SERVICE.c.id).where(areas_of_entries.changed_by("service", area))
        changeable = set(connection.execute(services).scalars())
        index = desk_index(connection)
        offered = {service for service in index.of_services if index.may_change(service, area)}
    assert offered == changeable


def test_a_change_by_another_process_is_seen_at_once(running: RunningDesk) -> None:
    client = running.client(Role.ADMINISTRATOR)
    client.get(LIST)
    with running.engine.begin() as connection:
        organization = id_of("organization", FOREIGN)
        version = editing.read(connection, "organization", organization).version
        values = {"name": "Registro Nacional de las Personas"}
        author = Author("somebody-else", now())
        editing.change(connection, "organization", organization, values, version, author)
    assert names_in(client.get(f"{LIST}?q=registro nacional personas")) == [FOREIGN]
    with running.engine.begin() as connection:
        put(connection, an_office("Oficina nueva", country="HN", department="Copán"))
    assert names_in(client.get(f"{LIST}?q=oficina nueva")) == ["Oficina nueva"]


def test_what_is_rolled_back_was_never_in_the_list(running: RunningDesk) -> None:
    client = running.client(Role.ADMINISTRATOR)
    client.get(LIST)
    service = id_of("service", CAPITAL)
    with running.engine.connect() as connection, connection.begin() as transaction:
        version = editing.read(connection, "service", service).version
        author = Author("somebody-else", now())
        editing.change(connection, "service", service, {"name": "Borrador"}, version, author)
        found = desk_lists.list_rows(
            connection, running.members[Role.ADMINISTRATOR], Wanted(search="borrador"), today()
        )
        assert found.total == 1
        transaction.rollback()
    assert names_in(client.get(f"{LIST}?q=borrador")) == []
    assert names_in(client.get(f"{LIST}?q=duicentro")) == [CAPITAL]


def test_a_page_of_thousands_of_entries_is_quick_and_small(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with an_empty_directory(tmp_path_factory.mktemp("many")) as engine:
        _fill(engine, 2000)
        member = Member("somebody", Role.COORDINATOR, Area("SV"))
        with reading(engine).connect() as connection:
            desk_lists.list_rows(connection, member, Wanted(), today())
            spent = []
            for search in ("oficina", "zacatecoluca", "calle oficina", "la paz"):
                begun = time.thread_time()
                found = desk_lists.list_rows(connection, member, Wanted(search=search), today())
                spent.append(time.thread_time() - begun)
                assert (found.total, len(found.rows), found.pages) == (2000, 50, 40)
    assert min(spent) < 0.06, spent  # what a busy machine adds to one of them is not meant


def _fill(engine: Engine, many: int) -> None:
    offices = [
        an_office(f"Oficina {n}", department="La Paz", municipality="Zacatecoluca")
        for n in range(many)
    ]
    with engine.begin() as connection:
        put(connection, *offices)
        assert len(loading.load(connection, "service", [id_of("service", "Oficina 1")])) == 1


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return now().date()
