"""What was changed in an office, by whom, and back to any of it."""

from collections.abc import Iterator

import pytest
from entry_for_tests import EntryDesk, Person, a_desk, flash_of, words_of

from knowledge.directory.desk_edits import EditConflict, settle
from knowledge.staff.rights import Role


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EntryDesk]:
    with a_desk(tmp_path_factory.mktemp("history")) as opened:
        yield opened


@pytest.fixture
def desk(desks: EntryDesk) -> EntryDesk:
    return desks.with_office()


@pytest.fixture
def person(desk: EntryDesk) -> Person:
    return desk.someone()


def test_the_history_says_who_when_before_and_after(desk: EntryDesk, person: Person) -> None:
    person.send("/schedule", {"times-0": "9-5"})
    desk.someone(Role.EDITOR, "SV/La Paz").send("/service", {"name": "Otro nombre"})
    desk.service.clock.advance(hours=3)
    text = words_of(person.get("/history").text)
    assert "hace 3 horas" in text
    assert "por alguien de edición" in text
    assert "por usted" in text
    assert "Antes lunes a viernes de 8:00 a 16:00" in text
    assert "Después lunes a viernes de 9:00 a 17:00" in text
    assert "Después Otro nombre" in text


def test_an_old_value_is_put_back_by_its_button(desk: EntryDesk, person: Person) -> None:
    person.send("/service", {"name": "Nombre nuevo"})
    person.send("/requirements", {"fees_description": "Gratis"})
    form = person.form("/history/restore", page="/history", has='value="name"')
    answer = person.send("/history/restore", {}, form)
    assert "nombre quedó como antes" in flash_of(answer)
    assert "Deshacer" in flash_of(answer)
    service = desk.office().service
    assert (service.name.startswith("oficina"), service.fees_description) == (True, "Gratis")


def test_all_of_an_entry_is_put_back_to_a_revision(desk: EntryDesk, person: Person) -> None:
    for times in ("9-5", "10-6"):
        person.send("/schedule", {"times-0": times, "hours_note": f"Desde las {times}"})
    form = person.form("/history/restore", page="/history")
    whole = {key: value for key, value in form.items() if key != "field"} | {"number": ["2"]}
    assert "quedó como estaba en ese momento" in flash_of(
        person.send("/history/restore", {}, whole)
    )
    pair = desk.office().pair
    assert (pair.schedules[0].opens_at, pair.hours_note) == ("09:00", "Desde las 9-5")


def test_one_field_can_be_followed_alone(person: Person) -> None:
    person.send("/schedule", {"times-0": "9-5"})
    person.send("/service", {"name": "Nombre nuevo"})
    text = words_of(person.get("/history?field=service.name").text)
    assert "Nombre nuevo" in text
    assert "de 9:00 a 17:00" not in text


def test_a_topic_that_an_editor_puts_back_waits_for_review(desk: EntryDesk) -> None:
    desk.someone().send("/service", {"terms": ["documents/tax-id"]})
    editor = desk.someone(Role.EDITOR, "SV/La Paz")
    form = editor.form("/history/restore", page="/history", has='value="terms"')
    assert "Enviado a revisión" in flash_of(editor.send("/history/restore", {}, form))
    assert desk.office().service.terms == ("documents/tax-id",)


def test_a_page_that_is_old_by_now_is_told_so(desk: EntryDesk, person: Person) -> None:
    person.send("/schedule", {"times-0": "9-5"})
    form = person.form("/history/restore", page="/history", has='value="schedules"')
    person.send("/schedule", {"times-0": "10-6"})
    answer = person.send("/history/restore", {}, form)
    assert "Alguien lo cambió mientras usted miraba" in flash_of(answer)
    assert desk.office().pair.schedules[0].opens_at == "10:00"


def test_the_history_of_another_area_is_not_told(desks: EntryDesk) -> None:
    desk = desks.with_office(department="San Salvador", municipality="San Salvador")
    desk.someone().send("/service", {"name": "Nombre de allá"})
    text = words_of(desk.someone(Role.EDITOR, "SV/La Paz").get("/history").text)
    assert "Todavía no hay cambios que mostrar." in text


@pytest.mark.parametrize(
    ("mine", "left"),
    [
        ({"name": "Mío"}, {"name": "Mío"}),
        ({"name": "oficina"}, {}),  # as it was when the form was opened: not a change of mine
        ({"fees_description": "Gratis"}, {}),  # what the other wrote too
        ({"description@en": "Hello"}, {"description@en": "Hello"}),
    ],
)
def test_edits_are_settled_field_by_field(
    desks: EntryDesk, mine: dict[str, str], left: dict[str, str]
) -> None:
    desk = desks.with_office(service={"name": "oficina"})
    desk.someone().send("/requirements", {"fees_description": "Gratis"})
    with desk.engine.connect() as connection:
        service = desk.office().service
        assert settle(connection, "service", service.id, mine, 1).values == left
        with pytest.raises(EditConflict):
            settle(connection, "service", service.id, {"fees_description": "Caro"}, 1)
