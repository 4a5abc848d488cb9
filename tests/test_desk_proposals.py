"""A proposal as a coordinator sees it and decides it, and as its author is told."""

import re
from collections.abc import Iterator

import pytest
from entry_for_tests import EntryDesk, Person, a_desk, flash_of, words_of

from knowledge.directory import editing
from knowledge.directory.revising import Author
from knowledge.staff.rights import Role

LIST = "/admin/proposals"


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EntryDesk]:
    with a_desk(tmp_path_factory.mktemp("proposals")) as opened:
        yield opened


@pytest.fixture
def desk(desks: EntryDesk) -> EntryDesk:
    desks.service.clock.advance(minutes=1)  # so that the newest proposal is the newest
    return desks.with_office()


@pytest.fixture
def editor(desk: EntryDesk) -> Person:
    return desk.someone(Role.EDITOR, "SV/La Paz")


@pytest.fixture
def coordinator(desk: EntryDesk) -> Person:
    return desk.someone()


def propose(editor: Person, terms: tuple[str, ...] = ("health/pregnancy",)) -> str:
    """Change the topics of the office; return the address of the proposal."""
    answer = editor.send("/service", {"terms": list(terms)})
    assert "Enviado a revisión" in flash_of(answer)
    return newest(editor)


def newest(person: Person) -> str:
    page = person.browser.get(f"{LIST}?show=mine").text
    found = re.search(r'href="(/admin/proposals/[^"?]+)"', page)
    assert found, page
    return found[1]


def decide(person: Person, address: str, verb: str, **fields: str) -> str:
    answer = person.browser.send(f"{address}/{verb}", address, **fields)
    if answer.status_code == 303:
        answer = person.browser.get(answer.headers["location"])
    return words_of(answer.text)


def test_a_proposal_is_shown_before_and_after_with_its_card(
    desk: EntryDesk, editor: Person, coordinator: Person
) -> None:
    address = propose(editor)
    assert address in coordinator.browser.get(LIST).text
    before = desk.office()
    text = words_of(coordinator.browser.get(address).text)
    assert "Cambiar temas: oficina" in text
    assert "por alguien de edición" in text
    assert "Sacar o renovar el pasaporte" in text
    assert "Aprobar y publicar" in text
    assert "La tarjeta no cambia" in text
    assert desk.office() == before  # to look at it changes nothing


def test_the_card_is_drawn_as_it_would_be_before_it_is_live(
    desk: EntryDesk, editor: Person, coordinator: Person
) -> None:
    editor.send("/place", {"confidential": "1"})
    page = coordinator.browser.get(newest(editor)).text
    live, proposed = re.findall(r'<div class="card">(.*?)</div>', page, re.DOTALL)[:2]
    assert "Si se aprueba · English" in words_of(page)
    assert "Calle de oficina" in live
    assert "Calle de oficina" not in proposed
    assert "2334-0000" in proposed
    assert not desk.office().location.confidential


def test_an_approved_one_is_live_and_its_author_told(
    desk: EntryDesk, editor: Person, coordinator: Person
) -> None:
    address = propose(editor)
    assert "Aprobada. Las personas ya lo ven así." in decide(coordinator, address, "approve")
    assert desk.office().service.terms == ("health/pregnancy",)
    assert "propuestas suyas con respuesta" in words_of(editor.browser.get("/admin/").text)
    assert "Sin leer" in editor.browser.get(LIST).text
    told = words_of(editor.browser.get(address).text)
    assert "Aprobada" in told
    assert "por alguien de coordinación" in told
    assert "propuestas suyas con respuesta" not in words_of(editor.browser.get("/admin/").text)
    assert "Otra persona ya la decidió" in decide(coordinator, address, "approve")


def test_a_rejected_one_needs_a_reason_which_its_author_reads(
    desk: EntryDesk, editor: Person, coordinator: Person
) -> None:
    address = propose(editor)
    before = desk.office()
    assert "Escriba el motivo" in decide(coordinator, address, "reject", reason=" ")
    assert "caben 300 letras" in decide(coordinator, address, "reject", reason="x" * 301)
    told = decide(coordinator, address, "reject", reason="Aquí no atienden <eso>.")
    assert "Rechazada" in told
    assert desk.office() == before
    assert "Aquí no atienden <eso>." in words_of(editor.browser.get(address).text)


def test_what_changed_meanwhile_is_shown_and_cannot_be_approved(
    desk: EntryDesk, editor: Person, coordinator: Person
) -> None:
    address = propose(editor)
    service = desk.office().service
    with desk.engine.begin() as connection:
        author = Author("somebody", desk.service.clock.now)
        values = {"terms": ["documents/passport", "health/chronic-medicine"]}
        editing.change(connection, "service", service.id, values, service.version, author)
    page = coordinator.browser.get(address)
    text = words_of(page.text)
    assert "La guía cambió después de la propuesta" in text
    assert "Así está ahora" in text
    assert "Aprobar y publicar" not in text
    assert "No se aprobó" in decide(coordinator, address, "approve")
    assert "health/pregnancy" not in desk.office().service.terms


def test_a_deletion_shows_that_nobody_would_see_it(
    desk: EntryDesk, editor: Person, coordinator: Person
) -> None:
    editor.send("/hide", {"why": "Se mudó"})
    address = newest(editor)
    text = words_of(coordinator.browser.get(address).text)
    assert "Esconder: oficina" in text
    assert "Si se aprueba · Español No se muestra a nadie." in text
    decide(coordinator, address, "approve")
    assert desk.office().status == "hidden"


def test_a_new_office_is_shown_whole(desk: EntryDesk, editor: Person, coordinator: Person) -> None:
    form = editor.browser.get("/admin/entries/new").text
    entry_id = re.search(r'name="entry_id" value="([^"]+)"', form)
    assert entry_id
    editor.browser.send(
        "/admin/entries/new", entry_id=entry_id[1], organization="Alcaldía de Olocuilta",
        name="Casa de la mujer", terms="health/pregnancy", country="SV", department="La Paz",
        municipality="Olocuilta", phone="2330-1111", source_url="https://example.org/",
    )  # fmt: skip
    address = newest(editor)
    text = words_of(coordinator.browser.get(address).text)
    assert "Oficina nueva: Casa de la mujer" in text
    assert "2330-1111" in text
    assert "Alcaldía de Olocuilta" in text
    assert "Antes" not in text
    decide(coordinator, address, "approve")
    assert desk.office(entry_id[1]).service.name == "Casa de la mujer"


def test_nobody_decides_or_sees_what_is_of_another_area(desk: EntryDesk, editor: Person) -> None:
    address = propose(editor)
    elsewhere = desk.someone(Role.COORDINATOR, "GT")
    assert elsewhere.browser.get(address).status_code == 404
    assert "No encontramos esa propuesta" in elsewhere.browser.send(
        f"{address}/approve", "/admin/account"
    ).text  # fmt: skip
    assert editor.browser.send(f"{address}/approve", "/admin/account").status_code == 403
    other_editor = desk.someone(Role.EDITOR, "SV/La Paz", 1)
    assert other_editor.browser.get(address).status_code == 404
