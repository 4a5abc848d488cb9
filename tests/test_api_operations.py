"""Verify, merge, copy, bring in and take out; and a request sent twice is carried out once."""

from collections.abc import Iterator
from typing import Any

import pytest
from api_for_tests import Api, an_api
from directory_for_tests import a_row, a_sheet
from offices_for_tests import at_id, id_of

from admin.api import transfers

SERVICE = f"/services/{id_of('service', 'oficina')}"
NEW = {"name": "Alcaldía de Olocuilta", "country": "SV"}


@pytest.fixture
def api(tmp_path: Any) -> Iterator[Api]:
    with an_api(tmp_path) as api:
        yield api


def total(api: Api, path: str, **asked: Any) -> int:
    found: int = api.get("administrator", path, params=asked).json()["total_items"]
    return found


# ---- sent twice


def test_a_post_sent_twice_with_its_key_is_carried_out_once(api: Api) -> None:
    before = total(api, "/organizations")
    key = {"Idempotency-Key": "8e03978e"}
    first = api.post("coordinator", "/organizations", json=NEW, headers=key)
    again = api.post("coordinator", "/organizations", json=NEW, headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["idempotency-replayed"] == "true"
    assert total(api, "/organizations") == before + 1
    other = api.post("coordinator", "/organizations", json=NEW | {"name": "X"}, headers=key)
    assert (other.status_code, other.json()["error"]) == (422, "IdempotencyKeyReused")
    # A key is its member's own, and is forgotten after a day.
    assert api.post("country", "/organizations", json=NEW, headers=key).status_code == 201
    api.later(hours=25)
    late = api.post("coordinator", "/organizations", json=NEW | {"name": "X"}, headers=key)
    assert late.status_code == 201
    assert total(api, "/organizations") == before + 3


def test_a_request_that_was_refused_can_be_mended_under_its_key(api: Api) -> None:
    key = {"Idempotency-Key": "once"}
    wrong = api.post("coordinator", "/organizations", json=NEW | {"email": "x"}, headers=key)
    assert wrong.status_code == 422
    good = api.post("coordinator", "/organizations", json=NEW, headers=key)
    assert good.status_code == 201


# ---- verified today


def test_a_service_is_verified_by_the_date_of_its_country(api: Api) -> None:
    api.later(hours=11)  # 03:00 UTC, still yesterday in El Salvador
    done = api.post("editor", f"{SERVICE}/assure", tag=api.tag(SERVICE))
    assert (done.status_code, done.json()["assured_date"]) == (200, "2026-11-23")
    again = api.post("editor", f"{SERVICE}/assure", tag=done.headers["etag"])
    assert again.headers["etag"] == done.headers["etag"]
    history = api.get("editor", f"{SERVICE}/revisions").json()["contents"]
    assert [revision["action"] for revision in history] == ["assure"]


def test_many_are_verified_at_once_and_the_others_are_told(api: Api) -> None:
    names = ("oficina", "lejana", "refugio", "escondida")
    ids = [id_of("service", name) for name in names]
    done = api.post("editor", "/services/assure", json={"ids": ids})
    assert done.status_code == 200, done.text
    assert [s["id"] for s in done.json()["assured"]] == [ids[0]]
    assert [r["id"] for r in done.json()["refused"]] == ids[1:]
    assert "outside your area" in done.json()["refused"][0]["reason"]
    assert "No service" in done.json()["refused"][1]["reason"]  # no word that it is there


# ---- merge


def test_two_services_become_one_and_nothing_is_lost(api: Api) -> None:
    into = f"/services/{id_of('service', 'por completar')}"
    api.change("coordinator", SERVICE, {"alert": "Traiga copia", "url": "https://example.org/a"})
    api.change("coordinator", into, {"url": "https://example.org/b"})
    body = {"into": into.rsplit("/", 1)[-1]}
    assert api.post("editor", f"{SERVICE}/merge", json=body, tag='"1"').status_code == 403
    done = api.post("coordinator", f"{SERVICE}/merge", json=body, tag=api.tag(SERVICE))
    assert done.status_code == 200, done.text
    kept = done.json()["entry"]
    assert (kept["alert"], kept["url"]) == ("Traiga copia", "https://example.org/b")
    assert done.json()["hidden"]["status"] == "hidden"
    pair = api.get("coordinator", f"/service-at-locations/{at_id('oficina')}").json()
    assert pair["service_id"] == kept["id"]
    assert api.get("coordinator", SERVICE).status_code == 404


def test_organizations_hand_their_services_over(api: Api) -> None:
    gone, into = (f"/organizations/{id_of('organization', n)}" for n in ("oficina", "dos sedes"))
    body = {"into": into.rsplit("/", 1)[-1]}
    outside = api.post("coordinator", f"{gone}/merge", json=body, tag=api.tag(gone))
    assert outside.status_code == 403  # the other has an office in another department
    done = api.post("country", f"{gone}/merge", json=body, tag=api.tag(gone))
    assert done.status_code == 200, done.text
    assert api.get("country", SERVICE).json()["organization_id"] == body["into"]


@pytest.mark.parametrize(
    ("into", "status"),
    [(id_of("service", "oficina"), 422), (id_of("service", "chapina"), 422), ("no-id", 404),
     (id_of("location", "oficina"), 404)],
)  # fmt: skip
def test_what_cannot_be_merged_is_told(api: Api, into: str, status: int) -> None:
    done = api.post("administrator", f"{SERVICE}/merge", json={"into": into}, tag='"1"')
    assert done.status_code == status


def test_a_copy_is_to_be_completed_before_people_see_it(api: Api) -> None:
    made = api.post("coordinator", f"{SERVICE}/duplicate")
    assert made.status_code == 201, made.text
    copy = made.json()
    assert (copy["status"], copy["name"], copy["version"]) == ("to_complete", "oficina", 1)
    assert made.headers["location"] == f"/api/v1/services/{copy['id']}"


# ---- spreadsheets

LA_PAZ = {"department": "La Paz", "municipality": "Zacatecoluca"}
GOOD = a_row(id="sv-uno")
BAD = [
    a_row(id="sv-dos", phones="8am-4"),
    a_row(id="sv-tres", schedule="siempre"),
    a_row(id="sv-cuatro", topics="documents/passaport"),
]
ELSEWHERE = a_row(id="sv-lejos", department="Sonsonate", municipality="Sonsonate",
                  latitude="", longitude="", service="Otra", organization="Otra")  # fmt: skip


def bring(api: Api, who: str, raw: bytes, **asked: Any) -> Any:
    return api.post(who, "/import", params=asked, files={"file": ("oficinas.csv", raw)})


def test_refused_rows_are_told_with_their_lines(api: Api) -> None:
    raw = a_sheet(GOOD, *BAD)
    for asked, applied, offices in (({}, False, 0), ({"dry_run": True}, False, 0),
                                    ({"keep_good": True}, True, 1)):  # fmt: skip
        done = bring(api, "coordinator", raw, **asked)
        assert done.status_code == 200, done.text
        report = done.json()
        assert [line["place"] for line in report["refused"]] == [
            "oficinas.csv:3", "oficinas.csv:4", "oficinas.csv:5",
        ]  # fmt: skip
        assert report["applied"] is applied
        assert total(api, "/services", search="ventanilla") == offices


def test_the_body_alone_is_a_file_too(api: Api) -> None:
    done = api.post(
        "coordinator", "/import", content=a_sheet(GOOD), headers={"content-type": "text/csv"}
    )
    assert (done.status_code, len(done.json()["added"])) == (200, 1)
    assert total(api, "/services", search="ventanilla") == 1


def test_lines_outside_ones_area_are_refused(api: Api) -> None:
    bring(api, "country", a_sheet(ELSEWHERE))
    mine = GOOD | {"service": "Primera", "organization": "Primera"}
    raw = a_sheet(mine, ELSEWHERE | {"description": "Cambiada."})
    done = bring(api, "coordinator", raw).json()
    assert ([line["id"] for line in done["refused"]], done["applied"]) == (["sv-lejos"], False)
    done = bring(api, "coordinator", raw, keep_good=True).json()
    assert ([line["id"] for line in done["added"]], done["applied"]) == (["sv-uno"], True)
    (far,) = api.get("country", "/services", params={"search": "otra"}).json()["contents"]
    assert far["description"] == ELSEWHERE["description"]


def test_new_lines_of_an_editor_wait_and_hours_are_live(api: Api) -> None:
    bring(api, "coordinator", a_sheet(GOOD))
    changed = GOOD | {"schedule": "Mo-Fr 09:00-12:00", "organization": "Otro nombre"}
    new = a_row(id="sv-nueva", service="Nueva", organization="Nueva")
    done = bring(api, "editor", a_sheet(changed, new))
    assert done.status_code == 200, done.text
    report = done.json()
    assert report["applied"] is True
    assert report["proposals"]
    assert total(api, "/services", search="nueva") == 0
    (pair,) = api.get("editor", "/service-at-locations", params={"search": "sv-uno"}).json()[
        "contents"
    ]
    assert {row["opens_at"] for row in pair["schedules"]} == {"09:00"}
    for proposal in report["proposals"]:
        answered = api.post("coordinator", f"/proposals/{proposal}/approve")
        assert answered.status_code == 200, answered.text
    assert total(api, "/services", search="nueva") == 1


def test_what_is_taken_out_can_be_brought_back_and_is_of_ones_area(api: Api) -> None:
    out = api.get("editor", "/export.csv")
    assert out.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in out.headers["content-disposition"]
    assert "Sonsonate" not in out.text
    assert "escondida" in out.text
    # Languages that had no row are written; the office in two departments is not ours to change.
    first = bring(api, "coordinator", out.content, keep_good=True).json()
    assert (first["added"], first["applied"], len(first["refused"])) == ([], True, 1)
    out = api.get("editor", "/export.csv")
    back = bring(api, "coordinator", out.content).json()
    assert (back["added"], back["changed"], len(back["refused"])) == ([], [], 1)


@pytest.mark.parametrize(
    ("raw", "said"),
    [(b"", "empty"), (b"\x89PNG\r\n\x1a\n\x00\x00", "neither UTF-8 nor"),
     (b"PK\x03\x04 workbook", "not CSV"), ("a,b\n1,2".encode("cp1252"), "column")],
)  # fmt: skip
def test_what_is_no_spreadsheet_is_told_in_words(api: Api, raw: bytes, said: str) -> None:
    done = bring(api, "coordinator", raw)
    assert (done.status_code, done.json()["error"]) == (422, "ImportFileError")
    assert said in done.json()["detail"]


def test_too_many_changes_at_once_are_told_and_not_written(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfers, "MOST_CHANGES", 1)
    raw = a_sheet(GOOD, a_row(id="sv-dos", service="Segunda", organization="Segunda"))
    assert len(bring(api, "coordinator", raw, dry_run=True).json()["added"]) == 2
    done = bring(api, "coordinator", raw)
    assert (done.status_code, done.json()["error"]) == (422, "TooManyChanges")
    assert done.headers["content-type"] == "application/problem+json"
    assert "adds or changes 2 offices, and at most 1 " in done.json()["detail"]
    assert total(api, "/services", search="segunda") == 0
    assert bring(api, "coordinator", a_sheet(GOOD)).json()["applied"] is True
    # What is there already does not count.
    assert bring(api, "coordinator", raw).json()["applied"] is True


def test_a_file_that_is_too_large_is_refused(api: Api) -> None:
    done = bring(api, "coordinator", b"x" * 20_000_001)
    assert (done.status_code, done.json()["error"]) == (413, "FileTooLarge")
    missing = api.post("coordinator", "/import", files={"other": ("a.csv", b"x")})
    assert missing.status_code == 422
