"""An office in words: open or not, how far, how sure; three of them in one message."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.card import Card
from bot.compose import Composer
from bot.content import Content
from bot.hours import opening_in_words
from bot.messages import Session, ShowServices, Turn
from bot.packing import HARD_LIMIT
from knowledge.directory.ageing import Age
from knowledge.directory.finding import find
from knowledge.directory.found import Caution, Found, Where, at_any_time
from knowledge.directory.hours import read_schedules
from knowledge.directory.opening import opening
from knowledge.directory.records import Phone, Schedule, Service
from knowledge.directory.terms import known_terms
from knowledge.directory.weekly import read_hours
from knowledge.directory.zones import zone_of

MONDAY_TEN = datetime(2026, 11, 23, 16, tzinfo=UTC)  # 10:00 in El Salvador
OFFICE = Service(
    id="1", organization="RNPN", name="Duicentro Sonsonate", country="SV",
    description="Aquí repone su DUI.", cost="$10.31", department="Sonsonate",
    municipality="Sonsonate", address="2a calle oriente 5", phones=(Phone("2451-0000"),),
    schedule="Mo-Fr 08:00-16:00", schedules=read_hours("Mo-Fr 08:00-16:00"),
    source="https://example.org/", source_date="2025-12", confidence="high",
    languages=("es", "quc"), required_documents=("Partida de nacimiento", "Recibo de pago"),
    accessibility=("Rampa",),
)  # fmt: skip


def seen(service: Service = OFFICE, at: datetime = MONDAY_TEN, **more: object) -> Found:
    zone = zone_of(service.country, service.department)
    hours = read_schedules(service.schedules, service.hours_note)
    found = Found(service, opening(*hours, at, service.country, zone), Where.NEAR)
    return replace(found, **more)  # type: ignore[arg-type]


def lines(content: Content, found: Found, language: str = "es") -> list[str]:
    return Card(found, content, language).lines()


@pytest.mark.parametrize(
    ("hours", "local", "said"),
    [
        ("Mo-Fr 08:00-16:00", "2026-11-23T10:00", "Abierto ahora, cierra a las 16:00."),
        ("Mo-Fr 08:00-16:00", "2026-11-23T15:30", "Abierto, pero cierra pronto: a las 16:00."),
        ("Mo-Fr 08:00-13:00", "2026-11-23T12:59", "Abierto, pero cierra pronto: a las 13:00."),
        ("Mo-Fr 08:00-12:00,13:00-16:00", "2026-11-23T12:30", "Cerrado. Abre hoy a las 13:00."),
        ("Mo-Fr 08:00-16:00", "2026-11-22T10:00", "Cerrado. Abre mañana a las 8:00."),
        ("Mo-Fr 08:00-16:00", "2026-11-20T17:00", "Cerrado. Abre el lunes a las 8:00."),
        ("Mo-Fr 01:00-16:00", "2026-11-22T10:00", "Cerrado. Abre mañana a la 1:00."),
        ("Mo 08:00-24:00", "2026-11-23T20:00", "Abierto ahora, cierra a medianoche."),
        ("24/7", "2026-12-25T03:00", "Abierto ahora, las 24 horas."),
        ("Mo-Fr 08:00-16:00", "2026-12-25T10:00",
         "Hoy es feriado. Cerrado. Abre el lunes a las 8:00."),
        ("", "2026-11-23T10:00", ""),
    ],
)  # fmt: skip
def test_open_or_not_in_words(content: Content, hours: str, local: str, said: str) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=zone_of("SV"))
    found = seen(replace(OFFICE, schedules=read_hours(hours)), at)
    assert opening_in_words(found.opening, content, "es") == said


def test_far_ahead_it_names_the_date(content: Content) -> None:
    monthly = Schedule(("2MO",), "08:00", "12:00", freq="MONTHLY")
    found = seen(replace(OFFICE, schedules=(monthly,)))
    words = opening_in_words(found.opening, content, "es")
    assert words == "Cerrado. Abre el 14 de diciembre de 2026 a las 8:00."


def test_a_card_says_what_one_needs_to_go(content: Content) -> None:
    near = seen(replace(OFFICE, distance_km=3.2))
    assert lines(content, near) == [
        "Duicentro Sonsonate",
        "2a calle oriente 5, Sonsonate",
        "A unos 3.2 km",
        "Abierto ahora, cierra a las 16:00.",
        "Teléfono: 2451-0000",
        "Aquí repone su DUI.",
        "Costo: $10.31",
        "Lleve: Partida de nacimiento y Recibo de pago",
        "Horario: lunes a viernes de 8:00 a 16:00",
        "También atienden en k’iche’",
        "Dato de diciembre de 2025. Sin confirmar: llame antes de ir.",
    ]


def test_the_remark_of_a_number_is_in_the_language_of_the_card(content: Content) -> None:
    abroad = Phone("1-888-301-1130", "desde México", notes={"en": "from Mexico"})
    noted = seen(replace(OFFICE, phones=(abroad, Phone("119", "emergencias"))))
    spanish = "Teléfono: 1-888-301-1130 (desde México), 119 (emergencias)"
    english = "Phone: 1-888-301-1130 (from Mexico), 119 (emergencias)"  # what nobody translated
    assert spanish in lines(content, noted)
    assert english in lines(content, noted, "en")
    notes = [phone["note"] for phone in Card(noted, content, "en").data()["phones"]]
    assert notes == ["from Mexico", "emergencias"]


def test_a_map_only_where_the_office_s_own_point_is_known(content: Content) -> None:
    short = replace(OFFICE, description="", cost="", required_documents=(), schedule="")
    known = replace(short, latitude=13.72, longitude=-89.73)
    assert "Mapa: https://osm.org/?mlat=13.72000&mlon=-89.73000" in lines(content, seen(known))
    assert not any("osm.org" in line for line in lines(content, seen(short, about_km=12.0)))


def test_distance_from_a_municipality_is_told_as_such(content: Content) -> None:
    assert "A unos 12 km, según su municipio" in lines(content, seen(about_km=12.4))
    assert not any("A unos" in line for line in lines(content, seen(about_km=2.0)))
    far = seen(replace(OFFICE, municipality=None, department="Santa Ana"), where=Where.FAR)
    assert "En otro lugar: Santa Ana" in lines(content, far)


def test_a_shelter_asks_to_be_called(content: Content) -> None:
    shelter = replace(OFFICE, confidential=True, address=None, municipality=None)
    said = lines(content, seen(shelter, where=Where.DEPARTMENT))
    assert "Por seguridad no damos la dirección. Llame primero." in said
    assert "Teléfono: 2451-0000" in said
    assert "Sonsonate" in said


@pytest.mark.parametrize(
    ("service", "more", "said"),
    [
        ({"assured_date": "2026-11-01"}, {"age": Age.FRESH},
         "Verificado el 1 de noviembre de 2026."),
        ({"assured_date": "2026-08-01"}, {"age": Age.AGEING},
         "Verificado el 1 de agosto de 2026; puede haber cambiado."),
        ({"assured_date": "2025-08-01"}, {"age": Age.OLD},
         "Verificado el 1 de agosto de 2025: llame antes de ir."),
        ({"assured_date": "2025-08-01", "phones": ()}, {"age": Age.OLD},
         "Verificado el 1 de agosto de 2025: pregunte antes de ir."),
        ({"source_date": None}, {}, "Sin confirmar: llame antes de ir."),
        ({"source_date": "2019", "confidence": "low", "phones": ()}, {},
         "Dato de 2019. Dato dudoso. Sin confirmar: pregunte antes de ir."),
        ({"department": None, "municipality": None, "address": None, "source_date": None}, {},
         "Sin confirmar."),
        ({"source_date": None}, {"caution": Caution(("closed", "phone"), "2026-11-20")},
         "Otras personas lo encontraron cerrado. "  # noqa: ISC004
         "Otras personas avisaron que el teléfono no sirve. Sin confirmar: llame antes de ir."),
    ],
)  # fmt: skip
def test_how_much_to_believe_is_always_said(
    content: Content, service: dict[str, object], more: dict[str, object], said: str
) -> None:
    found = seen(replace(OFFICE, **service), **more)  # type: ignore[arg-type]
    assert lines(content, found)[-1] == said


def test_a_service_alone_has_its_hours_and_no_state(content: Content) -> None:
    said = lines(content, at_any_time(OFFICE))
    assert "Horario: lunes a viernes de 8:00 a 16:00" in said
    assert not any("Abierto" in line or "Cerrado" in line for line in said)


def test_who_asks_for_the_hours_is_told_when_they_are_not_known(content: Content) -> None:
    unknown = seen(replace(OFFICE, schedule="", schedules=()))
    assert not any("horario" in line for line in Card(unknown, content, "es").lines())
    asked = Card.of(unknown, content, "es", asked_hours=True)
    assert "No tengo su horario." in asked.lines()
    known = Card.of(seen(), content, "es", asked_hours=True)
    assert "No tengo su horario." not in known.lines()


def test_the_same_is_there_as_data(content: Content) -> None:
    data = Card(seen(replace(OFFICE, distance_km=3.2)), content, "es").data()
    assert data["opening"] == "Abierto ahora, cierra a las 16:00."
    assert data["state"] == "open"
    assert data["bring"] == ["Partida de nacimiento", "Recibo de pago"]
    assert data["age"] == "never"
    assert data["place"] == ["2a calle oriente 5, Sonsonate", "A unos 3.2 km"]
    assert data["details"] == [
        "Horario: lunes a viernes de 8:00 a 16:00",
        "Costo: $10.31",
        "Lleve: Partida de nacimiento y Recibo de pago",
        "También atienden en k’iche’",
        "Acceso: Rampa",
    ]
    assert data["notice"].endswith("llame antes de ir.")
    assert None not in data.values()
    assert "latitude" not in data


@pytest.mark.parametrize("language", ["es", "en"])
def test_three_offices_fit_one_message(
    shipped_store: Engine, content: Content, language: str
) -> None:
    """Every topic and country of the shipped directory, at a time when most are open."""
    composer = Composer(content)
    of_three = 0
    with shipped_store.connect() as connection:
        for term in sorted(known_terms(connection)):
            for country in ("SV", "GT", "HN", "MX"):
                found = find(connection, term=term, country=country, at=MONDAY_TEN, limit=3)
                if not found:
                    continue
                turn = Turn(Session(language=language), (ShowServices(term, country),))
                (message,) = composer.compose(turn, lambda _, found=found: found)  # type: ignore[misc]
                assert len(message.text) <= HARD_LIMIT
                assert len(message.services) == len(found)
                of_three += len(found) == 3
    assert of_three > 100


def test_an_hour_later_the_words_have_changed(content: Content) -> None:
    said = {
        opening_in_words(seen(at=MONDAY_TEN + timedelta(hours=n)).opening, content, "en")
        for n in (0, 5, 6, 24 * 5)
    }
    assert len(said) == 4
