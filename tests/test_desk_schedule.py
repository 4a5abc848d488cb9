"""Opening hours as staff type them, as they are said back, and as the form keeps them."""

from collections.abc import Iterator

import pytest
from entry_for_tests import EntryDesk, Person, a_desk, flash_of, words_of

from knowledge.directory.hours_in_words import in_words
from knowledge.directory.hours_typed import (
    CLOSES_FIRST,
    NO_SUCH_HOUR,
    NOT_UNDERSTOOD,
    OVERLAP,
    TimesError,
    read_times,
)
from knowledge.directory.records import Schedule
from knowledge.directory.weekly import read_hours
from locales.catalogs import translator

TYPED = {
    "8am-4": "08:00-16:00",
    "8:00 a 16:00": "08:00-16:00",
    "8-12 y 1-4 pm": "08:00-12:00 13:00-16:00",
    "8-12 y 1-4": "08:00-12:00 13:00-16:00",
    "de 8 a 12 y de 1 a 5": "08:00-12:00 13:00-17:00",
    "8 a 4 pm": "08:00-16:00",
    "7-7": "07:00-19:00",
    "2-6": "14:00-18:00",
    "02:00-06:00": "02:00-06:00",
    "12-1": "12:00-13:00",
    "0800-1600": "08:00-16:00",
    "8.30 a 12": "08:30-12:00",
    "8h-16h": "08:00-16:00",
    "8:00 hrs a 16:00 hrs": "08:00-16:00",
    "8 a mediodía": "08:00-12:00",
    "8:00 a.m. – 12:00 m. y 1:00 p.m. – 4:00 p.m.": "08:00-12:00 13:00-16:00",
    "8 de la mañana a 4 de la tarde": "08:00-16:00",
    "9 to 5": "09:00-17:00",
    "8pm-12am": "20:00-24:00",
    "24 horas": "00:00-24:00",
    "24/7": "00:00-24:00",
    "cerrado": "",
    "": "",
}
REFUSED = {
    "16:00 a 8:00": CLOSES_FIRST,
    "10pm-6am": CLOSES_FIRST,
    "25-30": NO_SUCH_HOUR,
    "8:75-9": NO_SUCH_HOUR,
    "8": NOT_UNDERSTOOD,
    "por la mañana": NOT_UNDERSTOOD,
    "<b>8</b> a 4": NOT_UNDERSTOOD,
    "8-12 y 11-4": OVERLAP,
}
WORDS = {
    "Mo-Fr 08:00-12:00,13:00-16:00": "lunes a viernes de 8:00 a 12:00 y de 13:00 a 16:00; "
    "sábado y domingo cerrado",
    "Mo-Fr 08:00-16:00; Sa 08:00-12:00": "lunes a viernes de 8:00 a 16:00; sábado de 8:00 a 12:00; "
    "domingo cerrado",
    "Mo,We,Fr 07:30-15:00": "lunes, miércoles y viernes de 7:30 a 15:00; "
    "martes, jueves, sábado y domingo cerrado",
    "Sa-Su 00:00-24:00": "sábado y domingo las 24 horas; lunes a viernes cerrado",
    "24/7": "24 horas, todos los días",
}


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EntryDesk]:
    with a_desk(tmp_path_factory.mktemp("schedule")) as opened:
        yield opened


@pytest.fixture
def desk(desks: EntryDesk) -> EntryDesk:
    return desks.with_office()


@pytest.fixture
def person(desk: EntryDesk) -> Person:
    return desk.someone()


@pytest.mark.parametrize(("text", "hours"), TYPED.items(), ids=repr)
def test_hours_are_read_as_people_type_them(text: str, hours: str) -> None:
    assert " ".join(f"{opens}-{closes}" for opens, closes in read_times(text)) == hours


@pytest.mark.parametrize(("text", "reason"), REFUSED.items(), ids=repr)
def test_what_is_no_hours_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(TimesError) as refused:
        read_times(text)
    assert refused.value.msgid == reason


@pytest.mark.parametrize(("line", "words"), WORDS.items(), ids=repr)
def test_hours_are_said_as_one_says_them(line: str, words: str) -> None:
    assert in_words(read_hours(line), translator("es").text, "es", str) == (words,)


def test_special_days_seasons_and_days_of_the_month_are_said_too() -> None:
    rows = [
        Schedule(("MO",), "08:00", "16:00"),
        Schedule((), None, None, "2026-12-24", "2026-12-24", exception=True, description="Navidad"),
        Schedule((), "08:00", "12:00", "2026-12-31", "2027-01-02", exception=True),
        Schedule(("2MO",), "08:00", "12:00", freq="MONTHLY"),
    ]
    assert in_words(rows, translator("es").text, "es", str)[1:] == (
        "cerrado el 2026-12-24 (Navidad)",
        "del 2026-12-31 al 2027-01-02, de 8:00 a 12:00",
        "segundo lunes de cada mes de 8:00 a 12:00",
    )


def test_hours_are_saved_as_typed_and_said_back_with_the_way_to_undo(
    desk: EntryDesk, person: Person
) -> None:
    answer = person.send("/schedule", {"times-0": "8-12", "second-0": "1-4 pm"})
    assert "Guardado: horario." in flash_of(answer)
    assert "Deshacer" in flash_of(answer)
    assert "lunes a viernes de 8:00 a 12:00 y de 13:00 a 16:00" in words_of(answer.text)
    times = [(row.opens_at, row.closes_at) for row in desk.office().pair.schedules]
    assert times == [("08:00", "12:00"), ("13:00", "16:00")]


def test_the_words_are_shown_before_anything_is_saved(desk: EntryDesk, person: Person) -> None:
    answer = person.send("/schedule", {"times-0": "8am-4", "do": "look"})
    assert "lunes a viernes de 8:00 a 16:00" in words_of(answer.text)
    piece = person.send("/schedule/words", {"times-0": "9 a 3"}, person.form("/schedule"))
    assert "lunes a viernes de 9:00 a 15:00" in words_of(piece.text)
    assert "<html" not in piece.text
    assert desk.office().pair.version == 1


def test_a_wrong_hour_comes_back_beside_its_reason_and_nothing_else_is_lost(
    desk: EntryDesk, person: Person
) -> None:
    answer = person.send("/schedule", {"times-0": "16:00 a 8:00", "hours_note": "Fila corta"})
    assert answer.status_code == 422
    assert "cierra antes de abrir" in answer.text
    assert 'value="16:00 a 8:00"' in answer.text
    assert 'value="Fila corta"' in answer.text
    assert desk.office().pair.version == 1


def test_one_day_cannot_have_two_hours(person: Person) -> None:
    more = person.send("/schedule", {"do": "more"})
    assert 'name="times-1"' in more.text
    answer = person.send("/schedule", {"days-1": "FR", "times-1": "8-12"})
    assert "Este día ya tiene otro horario arriba: viernes." in answer.text


def test_special_days_and_appointments_are_kept_and_shown(desk: EntryDesk, person: Person) -> None:
    answer = person.send(
        "/schedule",
        {"first-0": "2026-12-24", "last-0": "2026-12-26", "why-0": "Navidad", "appointment": "1"},
    )
    text = words_of(answer.text)
    assert "cerrado del 24 de diciembre de 2026 al 26 de diciembre de 2026 (Navidad)" in text
    assert desk.office().pair.hours_note == "Sólo con cita."
    form = person.form("/schedule")
    assert (form["first-0"], form["why-0"], form["appointment"]) == (
        ["2026-12-24"], ["Navidad"], ["1"],
    )  # fmt: skip
    person.send("/schedule", {"drop-0": "1", "appointment": None})
    pair = desk.office().pair
    assert (len(pair.schedules), pair.hours_note) == (1, "")


def test_round_the_clock_is_one_tick(desk: EntryDesk, person: Person) -> None:
    days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    answer = person.send("/schedule", {"days-0": days, "times-0": "", "always-0": "1"})
    assert "24 horas, todos los días" in words_of(answer.text)
    assert desk.office().pair.schedules[0].closes_at == "24:00"


def test_rows_that_the_form_cannot_show_survive_it(desks: EntryDesk) -> None:
    monthly = Schedule(("1MO",), "08:00", "12:00", freq="MONTHLY")
    desk = desks.with_office(hours=(Schedule(("MO",), "08:00", "16:00"), monthly))
    person = desk.someone()
    assert "primer lunes de cada mes" in words_of(person.get().text)
    person.send("/schedule", {"times-0": "9-5"})
    assert {row.freq for row in desk.office().pair.schedules} == {"WEEKLY", "MONTHLY"}


def test_hours_of_the_service_become_the_place_s_own_only_when_they_are_changed(
    desks: EntryDesk,
) -> None:
    week = tuple(read_hours("Mo-Fr 08:00-16:00"))
    desk = desks.with_office(hours="", service={"schedules": week})
    person = desk.someone()
    person.send("/schedule", {"hours_note": "Lleve su número"})
    assert desk.office().pair.schedules == ()
    person.send("/schedule", {"times-0": "8-3"})
    assert desk.office().pair.schedules[0].closes_at == "15:00"
    assert desk.office().service.schedules[0].closes_at == "16:00"
