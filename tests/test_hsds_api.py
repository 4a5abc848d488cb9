"""The public feed against the specification's own schema, and what it must never tell."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from offices_for_tests import an_empty_directory, an_office, at_id, id_of, put
from sqlalchemy import Engine

from admin.hsds.router import hsds_router
from admin.hsds.schedules import hsds_schedules
from knowledge.directory.entries import (
    Accessibility,
    Contact,
    CostOption,
    Language,
    RequiredDocument,
    ServiceArea,
)
from knowledge.directory.hours import read_schedules
from knowledge.directory.opening import opening
from knowledge.directory.records import Phone, Schedule
from knowledge.directory.zones import zone_of
from knowledge.store.database import open_engine

SCHEMA = json.loads(
    (Path(__file__).parent / "hsds" / "service_with_definitions.json").read_text(encoding="utf-8")
)
AT = datetime(2026, 11, 23, 16, tzinfo=UTC)
SHELTER_SECRETS = (
    "Calle de refugio",
    "Sonsonate Centro Secreto",
    "13.7199",
    "89.7244",
    "Ana Pérez",
)


def _jsonschema() -> Any:
    # Its grammars of addresses take seconds to build, so no process does that to collect tests.
    return pytest.importorskip("jsonschema", reason="schema checks need the package jsonschema")


def validator(name: str | None = None) -> Any:
    """A validator with format checks for services, or for another object of the schema."""
    jsonschema = _jsonschema()
    schema = SCHEMA if name is None else {
        "$ref": f"#/definitions/{name}", "definitions": SCHEMA["definitions"],
    }  # fmt: skip
    kind = jsonschema.Draft202012Validator
    return kind(schema, format_checker=kind.FORMAT_CHECKER)


def offices() -> list[Any]:
    place = {"department": "Sonsonate", "municipality": "Sonsonate"}
    full = an_office(
        "oficina", hours="Mo-Fr 08:00-12:00,13:00-16:00; Sa 08:00-12:00", point=(13.72, -89.73),
        topics=("documents/passport", "documents/birth-certificate"),
        service={
            "texts": {"en": {"name": "Office", "alert": "Closed in Holy Week"}},
            "alert": "Cerrado en Semana Santa", "assured_date": "2026-11-01",
            "email": "oficina@example.org", "url": "https://example.org/oficina",
            "languages": (Language("es"), Language("quc", "k'iche'")),
            "cost_options": (CostOption("Adultos", 10.3, "USD"),),
            "required_documents": (RequiredDocument("Partida de nacimiento"),),
            "service_areas": (ServiceArea("Sonsonate"),),
            "last_modified": "2026-11-10T00:00:00.000Z",
            "phones": (Phone("2451-0000", "recepción", "voice", "+50324510000", "SV", 12,
                             notes={"en": "front desk"}),
                       Phone("7000-0000", type="whatsapp", e164="+50370000000")),
        },
        location={"accessibility": (Accessibility("Rampa"),)},
        at={"hours_note": "Con cita"}, **place,  # type: ignore[arg-type]
    )  # fmt: skip
    shelter = an_office(
        "refugio", topics=("psychosocial/violence-at-home",), confidential=True,
        point=(13.7199, -89.7244), department="Sonsonate",
        municipality="Sonsonate Centro Secreto",
        location={"contacts": (Contact("Ana Pérez"),), "name": "Casa en Calle de refugio",
                  "texts": {"en": {"name": "House in Calle de refugio"}}},
        at={"contacts": (Contact("Ana Pérez"),), "hours_note": "Toque en Calle de refugio"},
    )  # fmt: skip
    return [
        full, shelter, an_office("línea", hours="24/7", phone="114"),
        an_office("escondida", status="hidden"), an_office("por completar", status="to_complete"),
        an_office("capital", department="San Salvador", municipality="San Salvador",
                  point=(13.69, -89.19), topics=("health/pregnancy",)),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with an_empty_directory(tmp_path_factory.mktemp("hsds")) as engine:
        with engine.begin() as connection:
            put(connection, *offices())
        yield engine


class Reader:
    """Another system that reads the feed of an application."""

    def __init__(self, engine: Engine) -> None:
        self._app = FastAPI()
        self._app.include_router(hsds_router(engine, "https://ventanilla.example", lambda: AT))

    def request(self, method: str, path: str, **kind: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, path, **kind)

        return asyncio.run(ask())

    def get(self, path: str, **kind: Any) -> httpx.Response:
        return self.request("GET", path, **kind)


@pytest.fixture(scope="module")
def client(engine: Engine) -> Reader:
    return Reader(engine)


def get(client: Reader, path: str, language: str = "es", **parameters: Any) -> Any:
    answered = client.get(f"/hsds{path}", params=parameters, headers={"Accept-Language": language})
    assert answered.status_code == 200, answered.text
    assert answered.headers["content-type"] == "application/json"
    return answered.json()


def names(page: Any) -> list[str]:
    return sorted(entry["name"] for entry in page["contents"])


def test_the_root_says_version_and_profile(client: Reader) -> None:
    root = get(client, "/")
    assert root == {
        "version": "3.1",
        "profile": "https://ventanilla.example/hsds/profile",
        "openapi_url": "https://ventanilla.example/api/openapi.json",
    }
    assert "postal_code" in json.dumps(get(client, "/profile"))


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_answer_is_what_the_schema_asks_for(client: Reader, language: str) -> None:
    for full in (False, True):
        for service in get(client, "/services", language, full=full)["contents"]:
            validator().validate(service)
        for owner in get(client, "/organizations", language, full=full)["contents"]:
            validator("organization").validate(owner)
        for pair in get(client, "/service_at_locations", language, full=full)["contents"]:
            validator("service_at_location").validate(pair)
    for service in get(client, "/services")["contents"]:
        validator().validate(get(client, f"/services/{service['id']}", language))
    for taxonomy in get(client, "/taxonomies", language)["contents"]:
        validator("taxonomy").validate(taxonomy)
    terms = get(client, "/taxonomy_terms", language, per_page=500)["contents"]
    assert len(terms) > 60
    for term in terms:
        validator("taxonomy_term").validate(term)


def test_the_schema_would_notice() -> None:
    """The check itself: a wrong id, a wrong mail and a missing name are refused."""
    good = {"id": at_id("oficina"), "name": "Oficina", "status": "active"}
    validator().validate(good)
    for wrong in ({"id": "12"}, {"email": "nobody"}, {"status": "open"}, {"url": "no address"}):
        with pytest.raises(_jsonschema().ValidationError):
            validator().validate(good | wrong)


def test_a_service_has_all_that_belongs_to_it(client: Reader) -> None:
    service = get(client, f"/services/{id_of('service', 'oficina')}")
    assert service["organization"]["name"] == "Organización oficina"
    assert service["last_modified"] == "2026-11-10T00:00:00.000Z"
    assert service["assured_date"] == "2026-11-01"
    assert [p["number"] for p in service["phones"]] == ["+50324510000", "+50370000000"]
    assert service["phones"][0]["extension"] == 12
    assert service["phones"][0]["description"] == "recepción"
    assert service["phones"][1]["type"] == "cell"
    assert [a["taxonomy_term"]["code"] for a in service["attributes"]] == [
        "documents/passport", "documents/birth-certificate",
    ]  # fmt: skip
    (pair,) = service["service_at_locations"]
    assert pair["description"] == "Con cita"
    assert pair["location"]["latitude"] == 13.72
    assert pair["location"]["accessibility"][0]["description"] == "Rampa"
    (address,) = pair["location"]["addresses"]
    assert address["city"] == "Sonsonate"
    assert address["postal_code"] == ""
    assert {
        (s["byday"], s["opens_at"], s["closes_at"], s["timezone"]) for s in pair["schedules"]
    } == {
        ("MO,TU,WE,TH,FR", "08:00-06:00", "12:00-06:00", -6),
        ("MO,TU,WE,TH,FR", "13:00-06:00", "16:00-06:00", -6),
        ("SA", "08:00-06:00", "12:00-06:00", -6),
    }


def test_nothing_empty_and_nobody_of_the_staff_is_told(client: Reader) -> None:
    everything = json.dumps([
        get(client, path, full=True, full_service=True, per_page=500)
        for path in ("/services", "/organizations", "/service_at_locations", "/taxonomy_terms")
    ])  # fmt: skip
    for absent in ("metadata", "assurer_email", "null", "[]", "{}", "updated_by"):
        assert f'"{absent}"' not in everything
        assert f": {absent}" not in everything


def test_a_shelter_tells_its_phone_and_never_where_it_is(client: Reader) -> None:
    service = get(client, f"/services/{id_of('service', 'refugio')}")
    (pair,) = service["service_at_locations"]
    assert pair["phones"]
    assert set(pair["location"]) == {"id", "location_type"}
    seen = []
    for path in ("/services", "/organizations", "/service_at_locations"):
        for language in ("es", "en"):
            for kind in ({"full": True, "full_service": True}, {"format": "ndjson", "full": True}):
                answered = client.get(
                    f"/hsds{path}", params=kind, headers={"Accept-Language": language}
                )
                seen.append(answered.text)
    for secret in SHELTER_SECRETS:
        assert all(secret not in text for text in seen), secret
    near = get(client, "/services", latitude=13.7199, longitude=-89.7244, proximity=3000)
    assert names(near) == ["oficina"]


def test_what_is_not_public_does_not_exist(client: Reader) -> None:
    assert names(get(client, "/services")) == ["capital", "línea", "oficina", "refugio"]
    for name in ("escondida", "por completar"):
        for kind in ("services", "organizations"):
            key = id_of(kind.removesuffix("s"), name)
            assert client.get(f"/hsds/{kind}/{key}").status_code == 404
        assert client.get(f"/hsds/service_at_locations/{at_id(name)}").status_code == 404


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"search": "capital"}, ["capital"]),
        ({"search": "LINEA"}, ["línea"]),  # people type without accents, in capitals
        ({"search": "organizacion oficina"}, ["oficina"]),
        ({"search": "100%"}, []),
        ({"search": "_"}, ["capital", "línea", "oficina", "refugio"]),
        ({"taxonomy_term_id": "documents/passport"}, ["línea", "oficina"]),
        ({"taxonomy_term_id": "documents"}, ["línea", "oficina"]),
        ({"taxonomy_term_id": "health"}, ["capital"]),
        ({"taxonomy_term_id": "nothing"}, []),
        ({"organization_id": id_of("organization", "oficina")}, ["oficina"]),
        ({"modified_after": "2026-11-09T18:00:00-06:00"}, ["oficina"]),
        ({"modified_after": "2026-11-10T00:00:00.001Z"}, []),
        ({"modified_after": "2026-10-31"}, ["capital", "línea", "oficina", "refugio"]),
        ({"latitude": 13.70, "longitude": -89.20, "proximity": 5000}, ["capital"]),
        ({"latitude": 13.70, "longitude": -89.20, "proximity": 100000}, ["capital", "oficina"]),
        ({"postcode": "1101"}, []),
        ({"unknown": "1"}, ["capital", "línea", "oficina", "refugio"]),
    ],
)
def test_lists_are_narrowed(client: Reader, parameters: dict[str, Any], found: list[str]) -> None:
    assert names(get(client, "/services", **parameters)) == found


def test_a_taxonomy_term_is_found_by_its_id_too(client: Reader) -> None:
    (passport,) = get(client, "/taxonomy_terms", search="documents/passport")["contents"]
    found = get(client, "/services", taxonomy_term_id=passport["id"])
    assert names(found) == ["línea", "oficina"]
    assert names(get(client, "/services", taxonomy_id=passport["taxonomy_id"])) == [
        "capital", "línea", "oficina", "refugio",
    ]  # fmt: skip
    groups = get(client, "/taxonomy_terms", top_only=True)["contents"]
    assert all("parent_id" not in group for group in groups)
    members = get(client, "/taxonomy_terms", parent_id=passport["parent_id"])["contents"]
    assert passport["id"] in [member["id"] for member in members]


def test_pages_cover_everything_once(client: Reader) -> None:
    pages = [get(client, "/services", page=n, per_page=3) for n in (1, 2, 3)]
    assert [len(page["contents"]) for page in pages] == [3, 1, 0]
    ids = [entry["id"] for page in pages for entry in page["contents"]]
    assert len(set(ids)) == 4
    first, last, beyond = ({k: v for k, v in p.items() if k != "contents"} for p in pages)
    assert first == {
        "total_items": 4, "total_pages": 2, "page_number": 1, "size": 3,
        "first_page": True, "last_page": False, "empty": False,
    }  # fmt: skip
    assert last["last_page"]
    assert beyond["empty"]


def test_minimal_gives_ids_and_dates_of_everything(client: Reader) -> None:
    page = get(client, "/services", minimal=True, per_page=1)
    assert len(page["contents"]) == 4
    assert all(set(entry) == {"id", "modified_date"} for entry in page["contents"])
    for entry in page["contents"]:
        UUID(entry["id"])
        datetime.fromisoformat(entry["modified_date"])


def test_ndjson_gives_everything_a_line_each(client: Reader) -> None:
    answered = client.get("/hsds/services", params={"format": "ndjson", "per_page": 1})
    assert answered.headers["content-type"] == "application/x-ndjson"
    services = [json.loads(line) for line in answered.text.splitlines()]
    assert sorted(service["name"] for service in services) == names(get(client, "/services"))
    for service in services:
        validator().validate(service)


def test_one_language_an_answer(client: Reader) -> None:
    path = f"/hsds/services/{id_of('service', 'oficina')}"
    for wanted, language, name in (
        ("en", "en", "Office"),
        ("en-US,en;q=0.9", "en", "Office"),
        ("es", "es", "oficina"),
        ("fr, en;q=0.2", "en", "Office"),
        ("en;q=0, es", "es", "oficina"),
        ("quc", "es", "oficina"),
        (";;,=", "es", "oficina"),
    ):
        answered = client.get(path, headers={"Accept-Language": wanted})
        assert answered.headers["content-language"] == language, wanted
        assert "Accept-Language" in answered.headers["vary"]
        assert answered.json()["name"] == name
    english = client.get(path, headers={"Accept-Language": "en"}).json()
    assert english["alert"] == "Closed in Holy Week"
    assert english["description"].startswith("Atiende")  # no translation: Spanish
    assert english["phones"][0]["description"] == "front desk"


def test_a_tag_spares_a_second_reading(client: Reader, engine: Engine) -> None:
    for path in (f"/hsds/services/{id_of('service', 'oficina')}", "/hsds/services", "/hsds/"):
        first = client.get(path)
        tag = first.headers["etag"]
        again = client.get(path, headers={"If-None-Match": f'"other", {tag}'})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == tag
        assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    english = client.get("/hsds/services", headers={"Accept-Language": "en"})
    assert english.headers["etag"] != client.get("/hsds/services").headers["etag"]


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/services/no-id", 404, None),
        ("/services/00000000-0000-4000-8000-000000000000", 404, None),
        ("/taxonomies/1", 404, None),
        ("/contacts", 404, None),
        ("/services?page=0", 422, "page"),
        ("/services?per_page=501", 422, "per_page"),
        ("/services?per_page=many", 422, "per_page"),
        ("/services?format=xml", 422, "format"),
        ("/services?modified_after=yesterday", 422, "modified_after"),
        ("/services?latitude=13", 422, "latitude"),
        ("/services?latitude=113&longitude=1", 422, "latitude"),
        ("/services?proximity=10", 422, "proximity"),
        ("/services?proximity=10&postcode=00000", 422, "postcode"),
        ("/organizations?minimal=perhaps", 422, "minimal"),
    ],
)
def test_problems_have_one_shape(client: Reader, path: str, status: int, field: str | None) -> None:
    answered = client.get(f"/hsds{path}")
    assert answered.status_code == status
    assert answered.headers["content-type"] == "application/problem+json"
    problem = answered.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert [e["field"] for e in problem.get("errors", [])] == ([field] if field else [])


def test_it_is_read_only(client: Reader) -> None:
    for method in ("post", "put", "patch", "delete"):
        assert client.request(method, "/hsds/services").status_code == 405


def test_a_database_that_is_gone_is_a_problem_too(tmp_path: Path) -> None:
    answered = Reader(open_engine(f"sqlite:///{tmp_path / 'none.sqlite'}")).get("/hsds/services")
    assert answered.status_code == 503
    assert answered.json()["status"] == 503


def test_closed_days_are_gaps_and_special_hours_stand_alone() -> None:
    rows = (
        Schedule(("MO", "TU"), "08:00", "24:00", id=at_id("a")),
        Schedule((), None, None, "2026-12-24", "2026-12-26", exception=True, id=at_id("b")),
        Schedule((), "09:00", "11:00", "2026-12-31", "2026-12-31", exception=True, id=at_id("c")),
    )
    zone = zone_of("SV")
    told = hsds_schedules(rows, {"service_id": at_id("s")}, zone, AT)
    spans = [(s.get("valid_from"), s.get("valid_to"), s["opens_at"], s["closes_at"]) for s in told]
    assert spans == [
        (None, "2026-12-23", "08:00-06:00", "23:59-06:00"),
        ("2026-12-27", "2026-12-30", "08:00-06:00", "23:59-06:00"),
        ("2027-01-01", None, "08:00-06:00", "23:59-06:00"),
        ("2026-12-31", "2026-12-31", "09:00-06:00", "11:00-06:00"),
    ]
    assert len({s["id"] for s in told}) == 4
    for schedule in told:
        validator("schedule").validate(schedule)


days = st.integers(0, 40).map(lambda n: date(2026, 2, 9) + timedelta(days=n))


@given(
    st.lists(st.tuples(days, st.integers(0, 6), st.booleans()), max_size=4),
    st.tuples(days, st.integers(0, 30)) | st.none(),
)
def test_expanded_hours_say_the_same_as_ours(
    exceptions: list[tuple[date, int, bool]], season: tuple[date, int] | None
) -> None:
    """A reader that knows nothing of exceptions finds an office open when we do."""
    valid = (None, None)
    if season is not None:
        valid = (season[0].isoformat(), (season[0] + timedelta(days=season[1])).isoformat())
    rows = [Schedule(("MO", "WE", "SA"), "08:00", "16:00", *valid, id=at_id("usual"))]
    rows += [
        Schedule((), "09:00" if special else None, "11:00" if special else None,
                 first.isoformat(), (first + timedelta(days=length)).isoformat(), exception=True,
                 id=at_id(str(number)))
        for number, (first, length, special) in enumerate(exceptions)
    ]  # fmt: skip
    zone = zone_of("SV")
    told = hsds_schedules(rows, {}, zone, AT)
    ours = read_schedules(rows)
    closed = {
        first + timedelta(days=n)
        for first, length, special in exceptions if not special
        for n in range(length + 1)
    }  # fmt: skip
    for number in range(45):
        day = date(2026, 2, 5) + timedelta(days=number)
        if day in closed and any(s for _, _, s in exceptions):
            continue  # closed and special at once: ours says closed, HSDS cannot
        for hour in (7, 8, 10, 15):
            at = datetime(day.year, day.month, day.day, hour, 30, tzinfo=zone)
            plain = any(
                s.get("valid_from", "") <= day.isoformat() <= s.get("valid_to", "9")
                and ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[day.weekday()] in s["byday"]
                and s["opens_at"][:5] <= f"{hour:02}:30" < s["closes_at"][:5]
                for s in told
            )
            assert opening(*ours, at, "SV", zone).is_open is plain


def test_the_shipped_directory_is_good_hsds(shipped_store: Engine) -> None:
    reader = Reader(shipped_store)
    answered = reader.get("/hsds/services", params={"format": "ndjson", "full": True})
    services = [json.loads(line) for line in answered.text.splitlines()]
    assert len(services) >= 290
    wrong = [
        (service["name"], error.json_path, error.message)
        for service in services
        for error in validator().iter_errors(service)
    ]
    assert wrong == []
    assert get(reader, "/services")["total_items"] == len(services)  # type: ignore[arg-type]
