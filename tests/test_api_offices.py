"""What staff do with whole offices: see the card, read typed hours, make one of two and undo it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from api_for_tests import Api, an_api
from offices_for_tests import an_office, at_id, id_of

from knowledge.directory import revising
from knowledge.directory.revising import Author

LA_PAZ: dict[str, Any] = {"department": "La Paz", "municipality": "Zacatecoluca"}
OFFICE = f"/service-at-locations/{at_id('oficina')}"
BEGINNING = Author("import", datetime(2026, 11, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with an_api(tmp_path_factory.mktemp("offices")) as api:
        yield api


# ---- the card


def test_the_card_is_what_people_get_in_each_language(api: Api) -> None:
    cards = {
        language: api.get("editor", f"{OFFICE}/card", params={"language": language}).json()
        for language in ("es", "en")
    }
    for language, card in cards.items():
        assert card["language"] == language
        assert card["lines"] == api.app.state.desk.show_card(at_id("oficina"), language).split("\n")
        assert any("2222-2222" in line for line in card["lines"])
    assert any("lunes a viernes" in line for line in cards["es"]["lines"])
    assert any("Monday to Friday" in line for line in cards["en"]["lines"])
    usual = api.get("editor", f"{OFFICE}/card").json()
    assert usual == cards["es"]


@pytest.mark.parametrize(
    ("who", "office", "status"),
    [("editor", "escondida", 200), ("elsewhere", "escondida", 404), ("elsewhere", "refugio", 200),
     ("editor", "refugio", 404), ("elsewhere", "oficina", 200), (None, "oficina", 401)],
)  # fmt: skip
def test_a_card_is_for_who_may_know_of_the_office(
    api: Api, who: str | None, office: str, status: int
) -> None:
    found = api.get(who, f"/service-at-locations/{at_id(office)}/card")
    assert found.status_code == status
    assert (status == 200) == bool(found.json().get("lines"))


def test_a_language_that_is_none_of_ours_is_refused(api: Api) -> None:
    found = api.get("editor", f"{OFFICE}/card", params={"language": "fr"})
    assert (found.status_code, found.json()["errors"][0]["field"]) == (422, "language")


# ---- typed hours

WEEKS = {
    "lunes a viernes de 8 a 4": "MO,TU,WE,TH,FR 08:00-16:00",
    "L-V 8am-4pm; sáb. 8-12": "MO,TU,WE,TH,FR 08:00-16:00 | SA 08:00-12:00",
    "lun y mié 8-12 y 1-4, domingo cerrado": "MO,WE 08:00-12:00 | MO,WE 13:00-16:00",
    "de 7:30 a.m. a 3:30 p.m. del lunes al viernes": "MO,TU,WE,TH,FR 07:30-15:30",
    "Monday to Friday 8am to 4pm": "MO,TU,WE,TH,FR 08:00-16:00",
    "viernes a lunes 9-5": "MO,FR,SA,SU 09:00-17:00",
    "todos los días las 24 horas": None,
    "24/7": "MO,TU,WE,TH,FR,SA,SU 00:00-24:00",
    "lunes: 8-12\nmartes: 9-3": "MO 08:00-12:00 | TU 09:00-15:00",
    "8 a 4": None,
    "lunes a viernes": None,
    "lunes a viernes y feriados 8 a 4": None,
    "lunes 8-12, lunes 1-4": None,
    "lunes a viernes 8 a 25": None,
    "lunes de 16:00 a 8:00": None,
    "domingo cerrado": None,
    "si llueve, lunes 8-4": None,
}


@pytest.mark.parametrize(("text", "week"), WEEKS.items(), ids=repr)
def test_a_typed_week_is_read_whole_or_refused(api: Api, text: str, week: str | None) -> None:
    found = api.get("editor", "/schedules/read", params={"text": text})
    if week is None:
        assert (found.status_code, found.json()["error"]) == (422, "HoursNotUnderstood")
        (problem,) = found.json()["errors"]
        assert problem["field"] == "text"
        assert problem["reason"]
        assert "{" not in problem["reason"]
        return
    assert found.status_code == 200, found.text
    rows = found.json()["schedules"]
    assert week == " | ".join(f"{r['byday']} {r['opens_at']}-{r['closes_at']}" for r in rows)


def test_understood_hours_are_said_back_and_can_be_sent_as_they_came(api: Api) -> None:
    asked = {"text": "8 a 12 y 1 a 4", "byday": "MO,TU,WE,TH,FR"}
    found = api.get("editor", "/schedules/read", params=asked).json()
    assert found["words"] == [
        "lunes a viernes de 8:00 a 12:00 y de 13:00 a 16:00; sábado y domingo cerrado"
    ]
    english = api.get("editor", "/schedules/read", params=asked | {"language": "en"}).json()
    assert "Monday to Friday" in english["words"][0]
    done = api.change("editor", OFFICE, {"schedules": found["schedules"]})
    assert done.status_code == 200, done.text
    assert [row["opens_at"] for row in done.json()["schedules"]] == ["08:00", "13:00"]
    assert any("13:00" in line for line in api.get("editor", f"{OFFICE}/card").json()["lines"])


def test_the_reason_is_in_the_language_that_is_asked_for(api: Api) -> None:
    asked = {"text": "lunes 8 a 25"}
    reasons = [
        api.get("editor", "/schedules/read", params=asked | {"language": language}).json()["detail"]
        for language in ("es", "en")
    ]
    assert reasons[0] == "«8 a 25» no es una hora. Las horas van de 0:00 a 24:00."
    assert "0:00" in reasons[1]
    assert reasons[0] != reasons[1]


@pytest.mark.parametrize("piece", ["lunes a ", "y de los ", "8 a ", ", ", "24/", "lun,mar y "])
def test_a_text_as_long_as_it_may_be_is_judged_at_once(api: Api, piece: str) -> None:
    text = (piece * 500)[:500]
    before = time.process_time()
    assert api.get("editor", "/schedules/read", params={"text": text}).status_code == 422
    assert time.process_time() - before < 1


# ---- two offices in one step


@dataclass
class Two:
    """Two offices that are one, as another program looks at them."""

    api: Api
    kept: str
    gone: str

    @property
    def path(self) -> str:
        return f"/service-at-locations/{self.gone}/merge-office"

    def compare(self, who: str = "coordinator") -> Any:
        return self.api.get(who, self.path, params={"into": self.kept})

    def merge(self, tag: str, who: str = "coordinator", **more: Any) -> Any:
        asked = more.pop("params", {})
        headers = more.pop("headers", {})
        body = {"into": self.kept} | more
        return self.api.post(who, self.path, json=body, params=asked, headers=headers, tag=tag)

    def office(self, at: str) -> Any:
        params = {"include_hidden": True}
        return self.api.get("country", f"/service-at-locations/{at}", params=params).json()


@pytest.fixture
def two(api: Api, request: pytest.FixtureRequest) -> Two:
    names = [f"{side} {request.node.name}"[:60] for side in ("una", "otra")]
    gone: dict[str, Any] = {
        "phone": "2334-9999", "hours": "Mo-Fr 07:00-15:00",
        "service": {"fees_description": "Gratis", "texts": {"en": {"fees_description": "Free"}}},
    }  # fmt: skip
    with api.engine.begin() as connection:
        revising.add(
            connection, an_office(names[0], hours="Mo-Fr 08:00-16:00", **LA_PAZ), BEGINNING
        )
        revising.add(connection, an_office(names[1], **LA_PAZ, **gone), BEGINNING)
    return Two(api, at_id(names[0]), at_id(names[1]))


def test_two_offices_are_compared_field_by_field(two: Two) -> None:
    found = two.compare()
    assert found.status_code == 200, found.text
    told = found.json()
    assert told["may_merge"] is True
    assert told["kept"]["service_at_location"]["id"] == two.kept
    assert told["gone"]["service_at_location"]["id"] == two.gone
    choices = {choice["group"]: choice for choice in told["choices"]}
    assert choices["phones"]["picks"] == ["kept", "gone", "both"]
    assert choices["phones"]["gone"]["phones"][0]["number"] == "2334-9999"
    assert choices["schedules"]["picks"] == ["kept", "gone"]
    assert choices["schedules"]["kept"]["schedules"][0]["byday"] == "MO,TU,WE,TH,FR"
    assert choices["fees_description"]["usual"] == "gone", "what the one that stays does not know"
    assert choices["fees_description"]["gone"]["fees_description@en"] == "Free"


def test_they_are_merged_in_one_step_and_two_again_by_its_steps(two: Two) -> None:
    before = [two.office(at) for at in (two.kept, two.gone)]
    tag = two.compare().headers["etag"]
    picks = {"phones": "both", "schedules": "gone"}
    seen = two.merge(tag, picks=picks, params={"dry_run": True})
    assert seen.status_code == 200, seen.text
    assert (seen.json()["applied"], seen.json()["steps"]) == (False, [])
    assert [two.office(at) for at in (two.kept, two.gone)] == before
    done = two.merge(tag, picks=picks, headers={"Idempotency-Key": two.gone})
    assert done.status_code == 200, done.text
    again = two.merge(tag, picks=picks, headers={"Idempotency-Key": two.gone})
    assert (again.json(), again.headers["idempotency-replayed"]) == (done.json(), "true")
    told = done.json()
    assert told["applied"] is True
    assert told["cards"] == seen.json()["cards"]
    assert "Free" in "\n".join(told["cards"]["en"])
    assert [phone["number"] for phone in told["entry"]["phones"]] == ["2222-2222", "2334-9999"]
    assert told["entry"]["schedules"][0]["opens_at"] == "07:00"
    assert two.office(two.gone)["status"] == "hidden"
    assert {(step["kind"], step["id"]) for step in told["steps"]} >= {
        ("service_at_location", two.kept), ("service_at_location", two.gone)
    }  # fmt: skip
    undone = two.api.post("coordinator", f"{two.path}/undo", json={"steps": told["steps"]})
    assert undone.status_code == 200, undone.text
    assert len(undone.json()["restored"]) == len(told["steps"])
    for at, then in zip((two.kept, two.gone), before, strict=True):
        now = two.office(at)
        assert now["status"] == "active"
        for name in ("phones", "schedules"):
            assert [as_typed(part) for part in now[name]] == [as_typed(part) for part in then[name]]
    late = two.api.post("coordinator", f"{two.path}/undo", json={"steps": told["steps"]})
    assert (late.status_code, late.json()["error"]) == (412, "VersionConflict")


def as_typed(part: dict[str, Any]) -> dict[str, Any]:
    """A phone or an interval without what the directory works out by itself."""
    return {name: value for name, value in part.items() if name not in ("id", "e164")}


@pytest.mark.parametrize("dry_run", [True, False])
def test_nothing_is_merged_over_a_change_that_nobody_saw(two: Two, dry_run: bool) -> None:
    tag = two.compare().headers["etag"]
    asked = {"dry_run": dry_run}
    assert two.merge("", params=asked).status_code == 428
    service = two.office(two.gone)["service_id"]
    changed = two.api.change("country", f"/services/{service}", {"fees_description": "Dos dólares"})
    assert changed.status_code == 200
    late = two.merge(tag, params=asked)
    assert (late.status_code, late.json()["error"]) == (412, "VersionConflict")
    current = late.json()["current"]
    assert current["gone"]["service"]["fees_description"] == "Dos dólares"
    assert late.headers["etag"] == two.compare().headers["etag"]
    assert two.office(two.gone)["status"] == "active"


def test_only_who_may_change_both_merges_them(two: Two) -> None:
    tag = two.compare().headers["etag"]
    assert two.compare("editor").status_code == 403
    assert two.merge(tag, "editor").status_code == 403
    assert two.compare("guatemala").json()["may_merge"] is False
    assert two.merge(tag, "guatemala").status_code == 403
    refugio = Two(two.api, two.kept, at_id("refugio"))
    assert refugio.compare("coordinator").status_code == 404, "nobody here may know of it"
    assert two.office(two.gone)["status"] == "active"


@pytest.mark.parametrize(
    ("body", "field"),
    [({"picks": {"schedules": "both"}}, "picks.schedules"),
     ({"picks": {"secret": "gone"}}, "picks"),
     ({"picks": {"phones": "none"}}, "picks.phones"), ({"other": 1}, "other")],
)  # fmt: skip
def test_what_cannot_be_picked_is_told(two: Two, body: dict[str, Any], field: str) -> None:
    found = two.merge(two.compare().headers["etag"], **body)
    assert found.status_code == 422
    assert found.json()["errors"][0]["field"].startswith(field)


def test_an_office_is_not_merged_with_itself_nor_over_a_border(two: Two) -> None:
    for kept in (two.gone, at_id("chapina")):
        pair = Two(two.api, kept, two.gone)
        compared = pair.compare("administrator")
        assert compared.json()["may_merge"] is False
        found = pair.merge(compared.headers["etag"], "administrator")
        assert (found.status_code, found.json()["errors"][0]["field"]) == (422, "into")


def test_only_steps_of_its_own_merge_are_undone(two: Two) -> None:
    steps = [{"kind": "service", "id": id_of("service", "oficina"), "before": 1, "after": 1}]
    found = two.api.post("coordinator", f"{two.path}/undo", json={"steps": steps})
    assert (found.status_code, found.json()["errors"][0]["field"]) == (422, "steps")
