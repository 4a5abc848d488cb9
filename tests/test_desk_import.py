"""A spreadsheet is looked at before anything is written, and what is written is what was shown."""

import re
import time
from collections.abc import Iterator

import httpx
import pytest
from desk_for_tests import CAPITAL, FOREIGN, NEVER, OLD, RunningDesk, a_desk
from entry_for_tests import words_of
from offices_for_tests import at_id, id_of

from admin.views import importing
from knowledge.directory import csv_files, editing
from knowledge.directory.entries import ServiceAtLocation, ServiceEntry
from knowledge.directory.revising import Author
from knowledge.retention import expire_desk
from knowledge.staff.rights import Role
from knowledge.store.database import reading
from knowledge.store.desk_tables import import_drafts as table

IMPORT = "/admin/import"
NEW = {
    "id": "sv-nueva", "organization": "Alcaldía de Zacatecoluca", "service": "Partidas",
    "country": "SV", "department": "La Paz", "municipality": "Zacatecoluca",
    "address": "Calle Central, frente al parque", "phones": "2334-0000",
    "topics": "documents/birth-certificate", "schedule": "Mo-Fr 08:00-16:00",
    "source": "https://example.org/",
}  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    with a_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


def a_sheet(*rows: dict[str, str]) -> bytes:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    return csv_files.write_rows(columns, rows)


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page
    return found[1]


def bring(
    running: RunningDesk, raw: bytes, role: Role = Role.COORDINATOR, name: str = "hoja.csv"
) -> httpx.Response:
    """Send a file by the page's form; return the page after it."""
    client = running.client(role)
    page = client.get(IMPORT).text
    draft = re.search(r'name="draft" value="([^"]+)"', page)
    assert draft
    fields = {"csrf_token": token_in(page), "draft": draft[1]}
    answer = client.post(IMPORT, data=fields, files={"file": (name, raw)})
    return settled(client, answer)


def settled(client: httpx.Client, answer: httpx.Response) -> httpx.Response:
    """The page of a draft once nothing is being done with it."""
    if answer.status_code != 303:
        return answer
    end = time.monotonic() + 60
    while time.monotonic() < end:
        page = client.get(answer.headers["location"])
        if "<progress" not in page.text:
            return page
        time.sleep(0.05)
    raise AssertionError("the import does not end")


def apply(running: RunningDesk, page: httpx.Response, role: Role = Role.COORDINATOR) -> str:
    """Press the button of a preview; return the words of the page after it."""
    client = running.client(role)
    address = f"{page.url.path}/apply"
    answer = client.post(address, data={"csrf_token": token_in(client.get(page.url.path).text)})
    return words_of(settled(client, answer).text)


def service(running: RunningDesk, name: str) -> ServiceEntry:
    with reading(running.engine).connect() as connection:
        found = editing.read(connection, "service", id_of("service", name))
    assert isinstance(found, ServiceEntry)
    return found


def pair(running: RunningDesk, name: str) -> ServiceAtLocation:
    with reading(running.engine).connect() as connection:
        found = editing.read(connection, "service_at_location", at_id(name))
    assert isinstance(found, ServiceAtLocation)
    return found


def a_row(name: str, **cells: str) -> dict[str, str]:
    """A row of an office that is there already."""
    known = {"id": at_id(name), "organization": f"Organización {name}", "service": name}
    return known | {"country": "SV"} | cells


def exported(running: RunningDesk, name: str, **cells: str) -> dict[str, str]:
    """The whole row of an office as it is exported, with some cells changed."""
    raw = running.client(Role.ADMINISTRATOR).get("/api/v1/export.csv").content
    _, rows = csv_files.read_rows(raw, "all.csv")
    (row,) = (row.cells for row in rows if row.cells["id"] == at_id(name))
    return {**row, **cells}


def test_a_file_is_shown_first_and_written_after(running: RunningDesk) -> None:
    changed = a_row(OLD, schedule="Mo-Fr 09:00-17:00", cost="Gratis")
    page = bring(running, a_sheet(NEW | {"cost": ""}, NEW | changed))
    text = words_of(page.text)
    assert "Nuevas 1 Cambiadas 1 Ya estaban igual 0" in text
    assert "Partidas Zacatecoluca, SV · Fila 2" in text
    assert "lunes a viernes de 8:00 a 16:00; sábado y domingo cerrado pasa a lunes a" in text
    assert pair(running, OLD).schedules[0].opens_at == "08:00"
    done = apply(running, page)
    assert "Listo Nuevas 1 Cambiadas 1" in done
    assert pair(running, OLD).schedules[0].opens_at == "09:00"
    assert service(running, OLD).fees_description == "Gratis"


def test_three_bad_rows_are_named_kept_out_and_given_back(running: RunningDesk) -> None:
    rows = [
        exported(running, OLD, phones="2334-1111"),
        exported(running, NEVER, phones="2334-00"),
        NEW | {"id": "sv-otra", "topics": "documents/pasaporte"},
        NEW | {"id": "sv-mas", "schedule": "8am-4"},
    ]
    page = bring(running, a_sheet(*rows))
    text = words_of(page.text)
    assert "Filas que no entran: 3" in text
    assert "Fila 3" in text
    assert "Teléfonos: «2334-00» no es un número de El Salvador. Cuente las cifras." in text
    assert "Temas: «documents/pasaporte» no es un tema. ¿Quiso decir «documents/passport»?" in text
    assert "Horario: «8am-4» no se entiende como horario" in text
    before = pair(running, NEVER)
    done = apply(running, page)
    assert "No entraron 3" in done
    assert pair(running, OLD).phones[0].number == "2334-1111"
    assert pair(running, NEVER) == before

    given = running.client(Role.COORDINATOR).get(f"{page.url.path}/refused.csv")
    header, back = csv_files.read_rows(given.content, "filas.csv")
    assert (header[0], len(back)) == ("motivo", 3)
    assert "no es un número de El Salvador" in back[0].cells["motivo"]
    mended = [dict(row.cells) for row in back]
    mended[0]["phones"], mended[1]["topics"] = "2334-2222", "documents/passport"
    mended[2]["schedule"] = "Mo-Fr 08:00-16:00"
    again = bring(running, csv_files.write_rows(header, mended))
    assert "no entran" not in again.text
    assert "Listo" in apply(running, again)
    assert pair(running, NEVER).phones[0].number == "2334-2222"


def test_nothing_is_written_without_the_button(running: RunningDesk) -> None:
    before = service(running, OLD)
    page = bring(running, a_sheet(a_row(OLD, cost="Cinco dólares")))
    assert "Aplicar todo: 1" in words_of(page.text)
    assert service(running, OLD) == before


def test_a_form_sent_twice_brings_once_and_writes_once(running: RunningDesk) -> None:
    client = running.client(Role.COORDINATOR)
    form = client.get(IMPORT).text
    draft = re.search(r'name="draft" value="([^"]+)"', form)
    assert draft
    fields = {"csrf_token": token_in(form), "draft": draft[1]}
    raw = a_sheet(a_row(OLD, cost="Dos dólares"))
    sent = [client.post(IMPORT, data=fields, files={"file": ("a.csv", raw)}) for _ in range(2)]
    assert sent[0].headers["location"] == sent[1].headers["location"]
    page = settled(client, sent[0])
    before = service(running, OLD).version
    for _ in range(2):
        assert "Cambiadas 1" in apply(running, page)
    assert service(running, OLD).version == before + 1
    # Another file by the same form, after going back, is another import.
    other = client.post(IMPORT, data=fields, files={"file": ("a.csv", raw + b"\n")})
    assert other.headers["location"] != sent[0].headers["location"]


def test_what_changed_meanwhile_is_shown_and_not_overwritten(running: RunningDesk) -> None:
    page = bring(running, a_sheet(a_row(NEVER, cost="Tres dólares")))
    with running.engine.begin() as connection:
        now = service(running, NEVER)
        author = Author("somebody", running.now())
        values = {"fees_description": "Gratis"}
        editing.change(connection, "service", now.id, values, now.version, author)
    assert "Alguien cambió la guía mientras tanto" in apply(running, page)
    assert service(running, NEVER).fees_description == "Gratis"
    assert "Listo" in apply(running, page)
    assert service(running, NEVER).fees_description == "Tres dólares"


def test_an_editor_takes_lines_of_the_own_area_alone_and_the_new_waits(
    running: RunningDesk,
) -> None:
    rows = a_sheet(
        exported(running, OLD, cost="Un dólar"),
        exported(running, CAPITAL, cost="Un dólar"),
        exported(running, FOREIGN, cost="Un dólar"),
        NEW | {"id": "sv-espera", "service": "Espera", "cost": ""},
    )
    page = bring(running, rows, Role.EDITOR)
    text = words_of(page.text)
    assert "Filas que no entran: 2" in text
    assert text.count("Es de otra área") == 2
    assert "esperan a una coordinación" in text
    done = apply(running, page, Role.EDITOR)
    assert "Ver sus propuestas" in done
    assert service(running, OLD).fees_description == "Un dólar"
    assert service(running, CAPITAL).fees_description == ""
    waiting = running.client(Role.COORDINATOR).get("/api/v1/proposals?status=waiting").json()
    names = {d["values"].get("name") for p in waiting["contents"] for d in p["drafts"]}
    assert "Espera" in names


def test_a_draft_is_nobody_elses_and_gone_after_a_day(running: RunningDesk) -> None:
    page = bring(running, a_sheet(a_row(OLD, cost="Cuatro dólares")))
    other = running.client(Role.ADMINISTRATOR).get(page.url.path)
    assert (other.status_code, "ya no está" in other.text) == (404, True)
    with running.engine.begin() as connection:
        values = {"at": "2020-01-01T00:00:00.000Z"}
        connection.execute(table.update().values(**values))
        assert expire_desk(connection, running.now())["import_drafts"] > 0
    gone = running.client(Role.COORDINATOR).get(page.url.path)
    assert gone.status_code == 404


def test_work_that_was_cut_off_says_so_and_is_begun_again(running: RunningDesk) -> None:
    page = bring(running, a_sheet(a_row(OLD, cost="Seis dólares")))
    draft_id = page.url.path.rpartition("/")[2]
    client = running.client(Role.COORDINATOR)
    with running.engine.begin() as connection:
        this = table.update().where(table.c.id == draft_id)
        connection.execute(this.values(state="writing", since="2020-01-01T00:00:00.000Z"))
    text = client.get(page.url.path).text
    assert "Se interrumpió" in text
    answer = client.post(f"{page.url.path}/again", data={"csrf_token": token_in(text)})
    assert "Aplicar todo: 1" in settled(client, answer).text


def test_too_much_at_once_is_shown_and_not_written(
    running: RunningDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = bring(running, a_sheet(exported(running, OLD, cost="Un quetzal")))
    before = service(running, OLD)
    monkeypatch.setattr(importing, "MOST_CHANGES", 0)
    client = running.client(Role.COORDINATOR)
    text = client.get(page.url.path).text
    assert "Son muchos cambios de una vez: 1" in text
    assert "/apply" not in text
    client.post(f"{page.url.path}/apply", data={"csrf_token": token_in(text)})
    assert service(running, OLD) == before


def test_while_it_works_the_page_says_so_and_asks_again(running: RunningDesk) -> None:
    page = bring(running, a_sheet(a_row(OLD, cost="Siete dólares")))
    draft_id = page.url.path.rpartition("/")[2]
    client = running.client(Role.COORDINATOR)
    with running.engine.begin() as connection:
        this = table.update().where(table.c.id == draft_id)
        connection.execute(this.values(state="reading", since="2999-01-01T00:00:00.000Z"))
    text = client.get(page.url.path).text
    assert "<progress" in text
    assert 'http-equiv="refresh"' in text
    assert f'hx-get="{page.url.path}" hx-trigger="every 1s"' in text
    assert client.get(page.url.path, headers={"hx-request": "true"}).status_code == 204


def test_the_template_has_the_right_titles(running: RunningDesk) -> None:
    given = running.client().get(f"{IMPORT}/template.csv")
    page = bring(running, given.content, Role.EDITOR)
    assert "no hay nada que aplicar" in page.text
