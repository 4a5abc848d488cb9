"""One office on the desk: its small forms, what is refused, two people at once, new offices."""

from collections.abc import Iterator

import pytest
from entry_for_tests import EntryDesk, Person, a_desk, fields_of, flash_of, words_of
from sqlalchemy import select

from knowledge.staff.rights import Role
from knowledge.store.desk_tables import proposals
from knowledge.store.directory_tables import organizations, service_at_locations

PAGE_LIMIT = 100_000


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EntryDesk]:
    with a_desk(tmp_path_factory.mktemp("entry")) as opened:
        yield opened


@pytest.fixture
def desk(desks: EntryDesk) -> EntryDesk:
    return desks.with_office()


@pytest.fixture
def person(desk: EntryDesk) -> Person:
    return desk.someone()


def count(desk: EntryDesk, table: object) -> int:
    with desk.engine.connect() as connection:
        return len(connection.execute(select(table)).all())  # type: ignore[call-overload]


def test_the_page_is_light_and_shows_the_card_in_both_languages(person: Person) -> None:
    page = person.get()
    assert page.status_code == 200
    assert len(page.content) < PAGE_LIMIT
    text = words_of(page.text)
    assert "Horario: lunes a viernes de 8:00 a 16:00" in text
    assert "Hours: Monday to Friday 8:00 am to 4:00 pm" in text
    assert "Textos sin traducir: 2" in text


def test_saving_one_section_changes_its_fields_and_no_others(
    desk: EntryDesk, person: Person
) -> None:
    before = desk.office()
    answer = person.send("/service", {"name": "Ventanilla nueva", "name@en": "New desk"})
    assert "Guardado: nombre." in flash_of(answer)
    after = desk.office()
    assert after.service.name == "Ventanilla nueva"
    assert after.service.texts["en"]["name"] == "New desk"
    assert after.service.terms == before.service.terms
    assert (after.pair, after.location) == (before.pair, before.location)


def test_what_to_bring_where_and_the_source_are_kept(desk: EntryDesk, person: Person) -> None:
    person.send(
        "/requirements",
        {"required_documents": "DUI\r\n\r\nPartida de nacimiento", "fees_description": "Gratis"},
    )
    person.send("/place", {"address_1": "Frente al parque", "latitude": "13,51"})
    person.send("/source", {"source_date": "2026-11", "confidence": "high"})
    office = desk.office()
    papers = [paper.document for paper in office.service.required_documents]
    assert papers == ["DUI", "Partida de nacimiento"]
    assert office.service.fees_description == "Gratis"
    assert (office.location.addresses[0].address_1, office.location.latitude) == (
        "Frente al parque", 13.51,
    )  # fmt: skip
    assert (office.service.source_date, office.service.confidence) == ("2026-11", "high")


def test_phones_are_added_changed_and_removed(desk: EntryDesk, person: Person) -> None:
    person.send("/phones", {"number-1": "119", "note-1": "emergencias"})
    person.send("/phones", {"number-2": "7000-0000", "type-2": "whatsapp"})
    numbers = [(phone.number, phone.type) for phone in desk.office().pair.phones]
    assert numbers == [("2334-0000", "voice"), ("119", "voice"), ("7000-0000", "whatsapp")]
    answer = person.send("/phones", {"remove-0": "1"})
    assert "Guardado: teléfonos." in flash_of(answer)
    assert [phone.number for phone in desk.office().pair.phones] == ["119", "7000-0000"]


def test_the_note_of_a_number_has_its_english_beside_it(desk: EntryDesk, person: Person) -> None:
    page = person.send("/phones", {"note-0": "recepción"})
    assert "Textos sin traducir: 3" in words_of(page.text)
    page = person.send("/phones", {"note-0@en": "front desk"})
    assert "Guardado: teléfonos." in flash_of(page)
    assert "Textos sin traducir: 2" in words_of(page.text)
    assert "2334-0000 (recepción · en: front desk)" in words_of(page.text)
    assert "Phone: 2334-0000 (front desk)" in words_of(page.text)
    (phone,) = desk.office().pair.phones
    assert (phone.note, phone.notes) == ("recepción", {"en": "front desk"})
    refused = person.send("/phones", {"note-0@en": "front; desk"})
    assert "La nota no lleva paréntesis ni punto y coma." in words_of(refused.text)
    assert 'value="front; desk"' in refused.text
    person.send("/phones", {"note-0": "oficina", "note-0@en": None})
    assert desk.office().pair.phones[0].notes == {}
    person.send("/phones", {"note-0@en": "office"})
    person.send("/phones", {"note-0@en": ""})
    assert desk.office().pair.phones[0].notes == {}


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("2334-000", "Este número no es de El Salvador: tiene 7 cifras, faltan 1."),
        ("2334-00000", "Este número no es de El Salvador: tiene 9 cifras, sobran 1."),
        ("9334-0000", "En El Salvador ningún número empieza así."),
        ("+502 2222-2222", "Este número es de Guatemala."),
        ("<b>2334-0000</b>", "no es un número de teléfono"),
    ],
)
def test_a_wrong_number_is_refused_in_words_and_kept_in_the_form(
    desk: EntryDesk, person: Person, number: str, reason: str
) -> None:
    answer = person.send("/phones", {"number-0": number})
    assert answer.status_code == 422
    assert reason in words_of(answer.text)
    assert fields_of(answer.text.split('id="phones"')[1].split("</form>")[0] + "</form>")[
        "number-0"
    ] == [number]
    assert "<b>2334" not in answer.text
    assert desk.office().pair.version == 1


@pytest.mark.parametrize(
    ("section", "field", "value", "reason"),
    [
        ("service", "name", "x" * 5000, "tiene 5000 letras y caben 200"),
        ("service", "name", "", "Falta este dato."),
        ("service", "description", "campana \x07", "un signo que no se puede mostrar"),
        ("place", "latitude", "mucho", "Eso no es un número."),
        ("place", "latitude", "-88.8", "no está en el país"),
        ("source", "source_url", "no hay", "Falta la página que lo confirma."),
        ("source", "source_date", "ayer", "Escriba la fecha así"),
        ("organization", "email", "correo", "Eso no es un correo."),
    ],
)
def test_what_cannot_be_kept_comes_back_with_its_reason(
    desk: EntryDesk, person: Person, section: str, field: str, value: str, reason: str
) -> None:
    answer = person.send(f"/{section}", {field: value})
    assert answer.status_code == 422
    assert reason in words_of(answer.text)
    assert not value or value[:60] in answer.text
    assert all(entry.version == 1 for entry in desk.office().entries.values())


def test_nothing_that_is_typed_is_run(person: Person) -> None:
    answer = person.send("/service", {"name": '<script>alert(1)</script>"'})
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


def test_two_people_at_once_are_shown_both_versions(desk: EntryDesk, person: Person) -> None:
    other = desk.someone(number=1)
    stale = person.form("/schedule")
    other.send("/schedule", {"times-0": "7-3"})
    desk.service.clock.advance(minutes=2)
    answer = person.send("/schedule", {"times-0": "9-5", "hours_note": "Fila corta"}, stale)
    assert answer.status_code == 409
    text = words_of(answer.text)
    assert "Otra persona cambió esto hace 2 minutos" in text
    assert "alguien de coordinación" in text
    assert "lunes a viernes de 7:00 a 15:00" in text
    assert "lunes a viernes de 9:00 a 17:00" in text
    assert desk.office().pair.schedules[0].opens_at == "07:00"
    mine = fields_of(answer.text.split('class="section-form"')[1].split("</form>")[0] + "</form>")
    assert (mine["times-0"], mine["hours_note"]) == (["9-5"], ["Fila corta"])
    person.send("/schedule", {}, mine)
    assert desk.office().pair.schedules[0].opens_at == "09:00"


def test_changes_of_different_fields_are_both_kept_without_asking(
    desk: EntryDesk, person: Person
) -> None:
    stale = person.form("/service")
    desk.someone(number=1).send("/requirements", {"fees_description": "Tres dólares"})
    answer = person.send("/service", {"name": "Con otro nombre"}, stale)
    assert "Guardado: nombre." in flash_of(answer)
    service = desk.office().service
    assert (service.name, service.fees_description) == ("Con otro nombre", "Tres dólares")


def test_a_form_sent_twice_changes_nothing_twice(desk: EntryDesk, person: Person) -> None:
    form = person.form("/phones") | {"number-1": ["119"]}
    person.send("/phones", {}, form)
    version = desk.office().pair.version
    answer = person.send("/phones", {}, form)
    assert "no había nada que guardar" in flash_of(answer)
    assert desk.office().pair.version == version
    assert len(desk.office().pair.phones) == 2


def test_a_topic_of_an_editor_waits_while_the_rest_is_live(desk: EntryDesk) -> None:
    editor = desk.someone(Role.EDITOR, "SV/La Paz")
    topics = ["documents/passport", "documents/tax-id"]
    answer = editor.send("/service", {"terms": topics, "description": "Lo nuevo de hoy."})
    said = flash_of(answer)
    assert "Enviado a revisión: temas." in said
    assert "Lo demás ya está guardado: qué hacen aquí." in said
    service = desk.office().service
    assert (service.terms, service.description) == (("documents/passport",), "Lo nuevo de hoy.")


def test_still_true_is_one_button_with_its_undo(desk: EntryDesk, person: Person) -> None:
    answer = person.send("/assure", {})
    assert "Quedó confirmado" in flash_of(answer)
    assert desk.office().service.assured_date
    person.send("/undo", {}, fields_of(_undo(answer.text)))
    assert not desk.office().service.assured_date


def test_hiding_needs_a_reason_and_can_be_undone(desk: EntryDesk, person: Person) -> None:
    answer = person.send("/hide", {"why": ""})
    assert answer.status_code == 422
    assert "Escriba por qué la esconde" in answer.text
    answer = person.send("/hide", {"why": "Se mudó"})
    assert desk.office().status == "hidden"
    assert "Se mudó" in words_of(person.get("/history").text)
    person.send("/undo", {}, fields_of(_undo(answer.text)))
    assert desk.office().status == "active"
    person.send("/hide", {"why": "Cerró"})
    assert "ya la ven otra vez" in flash_of(person.send("/show", {}))
    assert desk.office().status == "active"


def test_an_undo_that_comes_too_late_harms_nothing(desk: EntryDesk, person: Person) -> None:
    answer = person.send("/schedule", {"times-0": "9-5"})
    desk.someone(number=1).send("/schedule", {"times-0": "7-3"})
    late = person.send("/undo", {}, fields_of(_undo(answer.text)))
    assert "Alguien lo cambió después" in flash_of(late)
    assert desk.office().pair.schedules[0].opens_at == "07:00"


def test_a_copy_is_not_shown_before_it_is_completed(desk: EntryDesk, person: Person) -> None:
    answer = person.send("/duplicate", {})
    assert "Esta es la copia" in flash_of(answer)
    at = str(answer.url).split("/entries/")[1].split("?")[0]
    copy = desk.office(at)
    assert (copy.status, copy.service.name.endswith("(copia)")) == ("to_complete", True)
    assert copy.pair.phones[0].number == desk.office().pair.phones[0].number


def test_an_office_outside_one_s_area_is_read_and_not_changed(desks: EntryDesk) -> None:
    desk = desks.with_office(department="San Salvador", municipality="San Salvador")
    editor = desk.someone(Role.EDITOR, "SV/La Paz")
    page = editor.get()
    assert page.status_code == 200
    assert "section-form" not in page.text
    token = desk.someone().form("/service")
    mine = desks.with_office().someone(Role.EDITOR, "SV/La Paz").form("/service")
    forged = token | {"csrf_token": mine["csrf_token"]}
    answer = editor.send("/service", {"name": "Otro"}, forged)
    assert "fuera de su área" in words_of(answer.text)
    assert desk.office().service.version == 1


def test_nobody_moves_an_office_out_of_their_area(desk: EntryDesk) -> None:
    editor = desk.someone(Role.EDITOR, "SV/La Paz")
    moved = {"department": "San Salvador", "municipality": "San Salvador"}
    answer = editor.send("/place", moved)
    assert "fuera de su área" in words_of(answer.text)
    assert desk.office().location.department == "La Paz"


NEW = {
    "organization": "Cruz Roja de prueba", "name": "Primeros pasos",
    "terms": ["documents/passport"],
    "department": "La Paz", "municipality": "Zacatecoluca", "address_1": "Calle al volcán 3",
    "phone": "2334-1111", "source_url": "https://example.org/cruz",
}  # fmt: skip


def test_a_coordinator_s_new_office_is_live_and_made_once(desk: EntryDesk, person: Person) -> None:
    form = _new_form(person)
    answer = person.send("", NEW, form, at="new")
    assert "Creada. Las personas ya la ven." in flash_of(answer)
    pairs = count(desk, service_at_locations.c.id)
    person.send("", NEW, form, at="new")
    assert count(desk, service_at_locations.c.id) == pairs
    owners = count(desk, organizations.c.id)
    person.send("", NEW | {"name": "Segundo servicio"}, _new_form(person), at="new")
    assert (count(desk, service_at_locations.c.id), count(desk, organizations.c.id)) == (
        pairs + 1, owners,
    )  # fmt: skip


def test_an_editor_s_new_office_waits_for_review(desk: EntryDesk) -> None:
    editor = desk.someone(Role.EDITOR, "SV/La Paz")
    pairs, waiting = count(desk, service_at_locations.c.id), count(desk, proposals.c.id)
    answer = editor.send("", NEW | {"name": "Del municipio"}, _new_form(editor), at="new")
    assert "Enviada a revisión." in flash_of(answer)
    assert count(desk, service_at_locations.c.id) == pairs
    assert count(desk, proposals.c.id) == waiting + 1


def test_a_new_office_says_what_it_lacks(person: Person) -> None:
    lacking = {"organization": "", "phone": "2334-00", "terms": []}
    answer = person.send("", NEW | lacking, _new_form(person), at="new")
    assert answer.status_code == 422
    text = words_of(answer.text)
    for reason in ("Falta este dato.", "Marque al menos un tema", "tiene 6 cifras, faltan 2"):
        assert reason in text
    assert 'value="Primeros pasos"' in answer.text


def _undo(page: str) -> str:
    return page.split('class="flash done"')[1].split("</form>")[0] + "</form>"


def _new_form(person: Person) -> dict[str, list[str]]:
    page = person.get("", at="new").text
    return fields_of(page.split('class="section-form"')[1].split("</form>")[0] + "</form>")
