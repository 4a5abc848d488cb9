"""The staff's API: who may see and change what, tags against lost changes, problems in words."""

from collections.abc import Iterator
from typing import Any

import pytest
from api_for_tests import Api, an_api, offices
from offices_for_tests import at_id, id_of

MISSING = "00000000-0000-4000-8000-000000000000"


def path_of(kind: str, name: str) -> str:
    folder = kind.replace("_", "-") + "s"
    return f"/{folder}/{at_id(name) if kind == 'service_at_location' else id_of(kind, name)}"


def service(name: str) -> str:
    return path_of("service", name)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """An API that tests only read."""
    with an_api(tmp_path_factory.mktemp("api")) as api:
        yield api


@pytest.fixture
def api(tmp_path: Any) -> Iterator[Api]:
    with an_api(tmp_path) as api:
        yield api


def names(answered: Any) -> list[str]:
    assert answered.status_code == 200, answered.text
    return [entry["name"] for entry in answered.json()["contents"]]


# ---- who may know of what

SEEN = [
    # entry, editor there, editor elsewhere, with include_hidden for both
    ("oficina", 200, 200, 200, 200),
    ("por completar", 200, 404, 200, 404),
    ("escondida", 404, 404, 200, 404),
    ("refugio", 404, 200, 404, 200),
    ("lejana", 200, 200, 200, 200),
    ("línea", 200, 200, 200, 200),
]


@pytest.mark.parametrize(("name", "there", "elsewhere", "hidden_there", "hidden_elsewhere"), SEEN)
def test_what_one_may_not_know_of_is_not_there(
    still: Api, name: str, there: int, elsewhere: int, hidden_there: int, hidden_elsewhere: int
) -> None:
    for kind in ("service", "location", "service_at_location"):
        path = path_of(kind, name)
        shown = {"include_hidden": True}
        found = [
            still.get("editor", path), still.get("elsewhere", path),
            still.get("editor", path, params=shown), still.get("elsewhere", path, params=shown),
        ]  # fmt: skip
        expected = [there, elsewhere, hidden_there, hidden_elsewhere]
        assert [answered.status_code for answered in found] == expected, (kind, name)


@pytest.mark.parametrize("name", [row[0] for row in SEEN])
def test_lists_hold_what_single_entries_tell(still: Api, name: str) -> None:
    for who in ("editor", "elsewhere", "administrator"):
        for hidden in (False, True):
            asked = {"include_hidden": hidden, "per_page": 500}
            listed = names(still.get(who, "/services", params=asked))
            one = still.get(who, service(name), params={"include_hidden": hidden})
            assert (name in listed) is (one.status_code == 200), (who, hidden)


@pytest.mark.parametrize(
    ("who", "token", "status"),
    [(None, None, 401), (None, "Bearer nonsense", 401), (None, "Basic eDp5", 401),
     ("editor", None, 200)],
)  # fmt: skip
def test_nobody_comes_in_without_a_good_token(
    still: Api, who: str | None, token: str | None, status: int
) -> None:
    answered = still.get(who, "/services", headers={"Authorization": token} if token else {})
    assert answered.status_code == status
    if status == 401:
        assert answered.headers["www-authenticate"] == "Bearer"
        assert answered.json()["error"] == "Unauthorized"


# ---- lists


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"search": "OFICINA"}, ["oficina"]),
        ({"search": "linea"}, ["línea"]),
        ({"search": "organizacion lejana"}, ["lejana"]),
        ({"search": "100%"}, []),
        ({"country": "GT"}, ["chapina"]),
        ({"department": "Sonsonate"}, ["dos sedes", "lejana", "refugio"]),
        ({"department": "La Paz", "status": "active"}, ["dos sedes", "oficina"]),
        ({"municipality": "Mixco"}, ["chapina"]),
        ({"topic": "health"}, ["lejana"]),
        ({"topic": "psychosocial/violence-at-home"}, ["refugio"]),
        ({"status": "to_complete"}, ["por completar"]),
        ({"status": "hidden"}, []),
        ({"status": "hidden", "include_hidden": True}, ["escondida"]),
        ({"modified_after": "2026-11-02"}, []),
        ({"country": "GT", "sort": "-name"}, ["chapina"]),
        ({"department": "Sonsonate", "sort": "-name"}, ["refugio", "lejana", "dos sedes"]),
    ],
)
def test_lists_are_narrowed_and_sorted(still: Api, asked: dict[str, Any], found: list[str]) -> None:
    assert names(still.get("administrator", "/services", params=asked)) == found


def test_stale_are_those_that_were_checked_too_long_ago(api: Api) -> None:
    api.change("administrator", service("oficina"), {"assured_date": "2026-11-20"})
    api.change("administrator", service("lejana"), {"assured_date": "2019-01-01"})
    stale = names(api.get("administrator", "/services", params={"stale": True}))
    assert "oficina" not in stale
    assert {"lejana", "línea"} <= set(stale)


def test_every_kind_can_be_narrowed_by_place_topic_and_words(still: Api) -> None:
    asked = {"department": "La Paz", "topic": "documents", "search": "oficina"}
    totals = {
        kind: still.get("administrator", f"/{kind}", params=asked).json()["total_items"]
        for kind in ("services", "service-at-locations")
    }
    assert totals == {"services": 1, "service-at-locations": 1}
    for kind in ("organizations", "locations"):
        page = still.get("administrator", f"/{kind}", params={"topic": "health"}).json()
        assert page["total_items"] == 1


def test_pages_cover_everything_once(still: Api) -> None:
    ids: list[str] = []
    for number in (1, 2, 3, 4):
        page = still.get("administrator", "/services", params={"page": number, "per_page": 3})
        ids += [entry["id"] for entry in page.json()["contents"]]
        assert page.json()["page_number"] == number
    assert len(ids) == len(set(ids)) == page.json()["total_items"] == 8 - 1


# ---- tags


WRITES: list[tuple[str, str, Any]] = [
    ("PATCH", "", {"description": "Otra."}),
    ("DELETE", "", None),
    ("POST", "/revisions/1/restore", None),
    ("POST", "/assure", None),
    ("POST", "/merge", {"into": id_of("service", "dos sedes")}),
]


@pytest.mark.parametrize(("method", "end", "body"), WRITES)
def test_a_write_needs_the_tag_of_what_was_read(
    still: Api, method: str, end: str, body: Any
) -> None:
    path = f"/api/v1{service('oficina')}{end}"
    for tag, status, error in (
        (None, 428, "IfMatchMissing"), ("*", 428, "IfMatchMissing"),
        ('"77"', 412, "VersionConflict"), ("nonsense", 412, "VersionConflict"),
    ):  # fmt: skip
        answered = still.send("administrator", method, path, json=body, tag=tag)
        assert (answered.status_code, answered.json()["error"]) == (status, error)
        assert answered.headers["content-type"] == "application/problem+json"


def test_somebody_elses_change_is_told_and_not_lost(api: Api) -> None:
    path = service("oficina")
    first = api.get("editor", path)
    api.change("coordinator", path, {"alert": "Cerrado hoy"})
    api.later(minutes=2)
    late = api.change("editor", path, {"alert": "Abierto"}, tag=first.headers["etag"])
    assert late.status_code == 412
    problem = late.json()
    assert problem["detail"].startswith("Somebody else changed alert 2 minutes ago.")
    assert problem["changed_fields"] == ["alert"]
    assert problem["changed_by"] == api.ids["coordinator"]
    assert problem["current"]["alert"] == "Cerrado hoy"
    again = api.change("editor", path, {"alert": "Abierto"}, tag=late.headers["etag"])
    assert again.status_code == 200
    assert again.json()["alert"] == "Abierto"
    assert again.headers["etag"] == f'"{again.json()["version"]}"'


# ---- changing


def test_hours_and_phones_go_live_at_once(api: Api) -> None:
    path = path_of("service_at_location", "oficina")
    hours = [{"byday": "MO,TU", "opens_at": "08:00", "closes_at": "12:00"}]
    noted = {"description": "recepción", "descriptions": {"en": "front desk"}}
    phones = [{"number": "2334-0000"} | noted]
    changed = api.change("editor", path, {"schedules": hours, "phones": phones})
    assert changed.status_code == 200
    entry = changed.json()
    assert entry["schedules"][0]["byday"] == "MO,TU"
    assert entry["phones"][0].items() >= (noted | {"e164": "+50323340000"}).items()
    # What was given can be sent back as it is, and changes nothing.
    kept = {name: entry[name] for name in ("schedules", "phones", "texts", "hours_note")}
    same = api.change("editor", path, kept)
    assert same.json()["version"] == entry["version"]
    phones = [phones[0] | {"descriptions": {"es": "recepción"}}]
    refused = api.change("editor", path, {"phones": phones})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "phones.notes"


OUTSIDE = [
    # who, what, may change it, may know of it
    ("editor", "oficina", True, True),
    ("editor", "escondida", True, True),
    ("elsewhere", "oficina", False, True),
    ("elsewhere", "escondida", False, False),
    ("editor", "dos sedes", False, True),  # one of its two places is elsewhere
    ("elsewhere", "dos sedes", False, True),
    ("country", "dos sedes", True, True),
    ("editor", "línea", False, True),  # the whole country's
    ("country", "línea", True, True),
    ("guatemala", "oficina", False, True),
    ("editor", "refugio", False, False),
    ("elsewhere", "refugio", True, True),
    ("administrator", "chapina", True, True),
]


@pytest.mark.parametrize(("who", "name", "may_change", "may_know"), OUTSIDE)
def test_only_ones_own_area_is_changed(
    still: Api, who: str, name: str, may_change: bool, may_know: bool
) -> None:
    path = service(name)
    answered = still.change(who, path, {"minimum_age": -1})
    assert answered.status_code == 422  # a body that makes no sense is told first
    answered = still.change(who, path, {}, tag='"99"')
    expected = 412 if may_change else 403 if may_know else 404
    assert answered.status_code == expected, answered.text
    history = still.get(who, f"{path}/revisions")
    assert (history.status_code == 200) >= may_change
    assert (history.status_code == 404) is (not may_know)


def test_a_place_cannot_be_moved_out_of_ones_area(api: Api) -> None:
    path = path_of("location", "oficina")
    moved = api.change("editor", path, {"department": "Sonsonate", "municipality": "Sonsonate"})
    assert (moved.status_code, moved.json()["error"]) == (403, "OutsideArea")
    assert api.get("editor", path).json()["department"] == "La Paz"


def test_a_deleted_entry_is_hidden_and_can_come_back(api: Api) -> None:
    path = service("oficina")
    api.change("coordinator", path, {"alert": "Cerrado el lunes"})
    tag = api.tag(path)
    gone = api.send("coordinator", "DELETE", f"/api/v1{path}", tag=tag)
    assert (gone.status_code, gone.json()["status"]) == (200, "hidden")
    assert api.get("coordinator", path).status_code == 404
    assert api.get("coordinator", path, params={"include_hidden": True}).status_code == 200
    assert api.get("country", path, params={"include_hidden": True}).status_code == 200
    assert api.get("elsewhere", path, params={"include_hidden": True}).status_code == 404
    back = api.post("coordinator", f"{path}/revisions/2/restore", tag=gone.headers["etag"])
    assert back.status_code == 200, back.text
    assert api.get("coordinator", path).json()["status"] == "active"
    history = api.get("coordinator", f"{path}/revisions").json()["contents"]
    assert [(r["number"], r["action"]) for r in history][:2] == [(4, "restore"), (3, "hide")]
    assert history[0]["who"] == api.ids["coordinator"]
    absent = api.post("coordinator", f"{path}/revisions/9/restore", tag=back.headers["etag"])
    assert absent.status_code == 404


def test_a_new_office_is_made_from_its_parts(api: Api) -> None:
    def made(path: str, body: Any) -> Any:
        answered = api.post("coordinator", path, json=body)
        assert answered.status_code == 201, answered.text
        assert answered.headers["location"] == f"/api/v1{path}/{answered.json()['id']}"
        assert answered.headers["etag"] == '"1"'
        return answered.json()["id"]

    owner = made("/organizations", {"name": "Alcaldía de Olocuilta", "country": "SV"})
    what = made("/services", {
        "name": "Partidas", "organization_id": owner, "country": "SV",
        "source_url": "https://example.org/", "terms": ["documents/birth-certificate"],
        "texts": {"en": {"name": "Certificates"}},
    })  # fmt: skip
    where = made("/locations", {
        "country": "SV", "department": "La Paz", "municipality": "Olocuilta",
        "addresses": [{"address_1": "Frente al parque"}],
    })  # fmt: skip
    pair = made("/service-at-locations", {"service_id": what, "location_id": where})
    found = api.get("editor", f"/service-at-locations/{pair}")
    assert (found.json()["service_id"], found.json()["location_id"]) == (what, where)
    listed = api.get("editor", "/services", params={"search": "partidas"}).json()["contents"]
    assert listed[0]["texts"] == {"en": {"name": "Certificates"}}
    elsewhere = {"country": "SV", "department": "Sonsonate", "municipality": "Sonsonate"}
    assert api.post("coordinator", "/locations", json=elsewhere).status_code == 403
    abroad = {"name": "X", "country": "GT"}
    assert api.post("coordinator", "/organizations", json=abroad).status_code == 403


# ---- problems


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "field"),
    [
        ("GET", "/services/no-id", None, 404, None),
        ("GET", f"/services/{MISSING}", None, 404, None),
        ("GET", "/nothing", None, 404, None),
        ("PUT", "/services", None, 405, None),
        ("GET", "/services?page=0", None, 422, "page"),
        ("GET", "/services?sort=color", None, 422, "sort"),
        ("GET", "/services?modified_after=ayer", None, 422, "modified_after"),
        ("GET", "/services?search=%00", None, 422, "search"),
        ("POST", "/organizations", {"country": "SV"}, 422, "name"),
        ("POST", "/organizations", {"name": "X", "country": "US"}, 422, "country"),
        ("POST", "/organizations", {"name": "X", "country": "SV", "id": MISSING}, 422, "id"),
        ("POST", "/organizations", {"name": "X", "country": "SV", "color": 1}, 422, "color"),
        ("POST", "/organizations",
         {"name": "X", "country": "SV", "phones": [{"number": "<b>12"}]}, 422, "phones"),
        ("POST", "/organizations", {"name": "x" * 5000, "country": "SV"}, 422, "name"),
        ("POST", "/organizations", {"name": "X", "country": "SV", "email": "nobody"}, 422, "email"),
        ("POST", "/services/assure", {"ids": []}, 422, "ids"),
        ("POST", "/service-at-locations", {"service_id": MISSING, "location_id": MISSING}, 422,
         "service_id"),
    ],
)  # fmt: skip
def test_problems_have_one_shape(
    still: Api, method: str, path: str, body: Any, status: int, field: str | None
) -> None:
    answered = still.send("administrator", method, f"/api/v1{path}", json=body)
    assert answered.status_code == status, answered.text
    assert answered.headers["content-type"] == "application/problem+json"
    assert answered.headers["cache-control"] == "no-store"
    problem = answered.json()
    assert problem["status"] == status
    assert all(problem[name] for name in ("type", "title", "error", "detail"))
    fields = [error["field"] for error in problem.get("errors", [])]
    assert fields[:1] == ([field] if field else [])


def test_a_body_that_is_no_json_is_told_in_words(still: Api) -> None:
    answered = still.post(
        "administrator",
        "/organizations",
        content=b"{",
        headers={"content-type": "application/json"},
    )
    assert (answered.status_code, answered.json()["error"]) == (400, "MalformedBody")


def test_a_wrong_method_is_told_the_right_ones(still: Api) -> None:
    answered = still.send("administrator", "PUT", "/api/v1/services")
    assert answered.headers["allow"] == "GET, POST"


def test_offices_for_these_tests_are_as_many_as_the_tables_say() -> None:
    assert len(offices()) == 9


# ---- what is kept in memory


def test_what_changes_is_found_by_its_new_words_at_once(api: Api) -> None:
    def found(kind: str, word: str) -> int:
        page = api.get("administrator", f"/{kind}", params={"search": word, "stale": True})
        total: int = page.json()["total_items"]
        return total

    kinds = ("services", "service-at-locations")
    assert [found(kind, "ÑANDÚ") for kind in kinds] == [0, 0]
    api.change(
        "administrator", service("lejana"), {"name": "El ñandú", "assured_date": "2019-01-01"}
    )
    assert [found(kind, "ÑANDÚ") for kind in kinds] == [1, 1]
    owner = path_of("organization", "lejana")
    api.change("administrator", owner, {"name": "Casa Pingüino"})
    assert [found(kind, "casa pinguino nandu") for kind in kinds] == [1, 1]
    api.change("administrator", service("lejana"), {"assured_date": "2026-11-20"})
    assert [found(kind, "nandu") for kind in kinds] == [0, 0]


def test_a_service_that_is_nowhere_yet_is_found_too(api: Api) -> None:
    new = {"name": "Atención sin sede", "organization_id": id_of("organization", "oficina"),
           "country": "SV"}  # fmt: skip
    made = api.post("administrator", "/services", json=new | {"status": "to_complete"})
    assert made.status_code == 201, made.text
    asked = {"search": "atencion sede", "stale": True, "include_hidden": True}
    assert names(api.get("administrator", "/services", params=asked)) == [new["name"]]
    fresh = {"assured_date": "2026-11-20"}
    api.change("administrator", f"/services/{made.json()['id']}", fresh)
    assert names(api.get("administrator", "/services", params=asked)) == []
