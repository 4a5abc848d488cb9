"""What an editor may not change at once waits beside the live entry; nobody sees half of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from api_for_tests import Api, an_api
from offices_for_tests import at_id, id_of

SERVICE = f"/services/{id_of('service', 'oficina')}"
OWNER = f"/organizations/{id_of('organization', 'oficina')}"
PAIR = f"/service-at-locations/{at_id('oficina')}"
TOPICS = ["documents/birth-certificate"]


@pytest.fixture
def api(tmp_path: Any) -> Iterator[Api]:
    with an_api(tmp_path) as api:
        yield api


def proposed(answered: Any) -> dict[str, Any]:
    assert answered.status_code == 202, answered.text
    proposal: dict[str, Any] = answered.json()["proposal"]
    assert answered.headers["location"] == f"/api/v1/proposals/{proposal['id']}"
    return proposal


def decide(api: Api, who: str, proposal: dict[str, Any], verb: str, **body: str) -> Any:
    return api.post(who, f"/proposals/{proposal['id']}/{verb}", json=body or None)


# who, what is sent, how it is answered, what is live then
SENT = [
    ("editor", OWNER, {"name": "Otra"}, 202, {"name": "Organización oficina"}),
    ("coordinator", OWNER, {"name": "Otra"}, 200, {"name": "Otra"}),
    ("editor", SERVICE, {"terms": TOPICS}, 202, {"terms": ["documents/passport"]}),
    ("editor", SERVICE, {"alert": "Hoy no"}, 200, {"alert": "Hoy no"}),
    ("editor", SERVICE, {"alert": "Hoy no", "terms": TOPICS}, 202,
     {"alert": "Hoy no", "terms": ["documents/passport"]}),
    ("editor", SERVICE, {"status": "hidden"}, 202, {"status": "active"}),
    ("editor", SERVICE, {"status": "inactive", "alert": "Cerró"}, 202,
     {"status": "active", "alert": "Cerró"}),
    ("editor", f"/locations/{id_of('location', 'oficina')}", {"confidential": True}, 202,
     {"confidential": False}),
    ("editor", PAIR, {"hours_note": "Con cita"}, 200, {"hours_note": "Con cita"}),
    ("editor", SERVICE, {"terms": ["documents/passport"]}, 200, {}),  # changes nothing
]  # fmt: skip


@pytest.mark.parametrize(("who", "path", "values", "status", "live"), SENT)
def test_what_is_sensitive_waits_and_the_rest_is_live(
    api: Api, who: str, path: str, values: Any, status: int, live: dict[str, Any]
) -> None:
    answered = api.change(who, path, values)
    assert answered.status_code == status, answered.text
    entry = api.get("administrator", path).json()
    assert {name: entry[name] for name in live} == live
    if status == 202:
        assert answered.json()["entry"] == entry
        assert answered.headers["etag"] == f'"{entry["version"]}"'


def test_a_coordinator_approves_and_the_author_is_told(api: Api) -> None:
    waits = proposed(api.change("editor", SERVICE, {"terms": TOPICS}))
    (draft,) = waits["drafts"]
    assert (draft["values"], draft["before"]) == (
        {"terms": TOPICS}, {"terms": ["documents/passport"]},
    )  # fmt: skip
    assert decide(api, "editor", waits, "approve").status_code == 403
    done = decide(api, "coordinator", waits, "approve")
    assert done.status_code == 200, done.text
    assert done.json()["entries"][0]["terms"] == TOPICS
    assert api.get("editor", SERVICE).json()["terms"] == TOPICS
    assert decide(api, "coordinator", waits, "reject", reason="No").status_code == 409
    (news,) = api.get("editor", "/proposals", params={"unseen": True}).json()["contents"]
    assert (news["status"], news["reviewer"]) == ("approved", api.ids["coordinator"])
    api.post("editor", f"/proposals/{waits['id']}/seen")
    assert api.get("editor", "/proposals", params={"unseen": True}).json()["total_items"] == 0
    (last, *_) = api.get("editor", f"{SERVICE}/revisions").json()["contents"]
    assert last["who"] == api.ids["editor"]


def test_a_rejected_proposal_changes_nothing_and_has_a_reason(api: Api) -> None:
    waits = proposed(api.change("editor", OWNER, {"name": "Otra"}))
    assert decide(api, "coordinator", waits, "reject").status_code == 422
    done = decide(api, "coordinator", waits, "reject", reason="Ese es su nombre viejo.")
    assert (done.status_code, done.json()["reason"]) == (200, "Ese es su nombre viejo.")
    assert api.get("editor", OWNER).json()["name"] == "Organización oficina"
    assert decide(api, "coordinator", waits, "approve").status_code == 409


def test_what_changed_since_is_shown_and_not_overwritten(api: Api) -> None:
    waits = proposed(api.change("editor", SERVICE, {"terms": TOPICS}))
    api.change("coordinator", SERVICE, {"alert": "Hoy no"})  # another field: no conflict
    shown = api.get("coordinator", f"/proposals/{waits['id']}").json()
    assert shown["conflicts"] == []
    api.change("coordinator", SERVICE, {"terms": ["health/pregnancy"]})
    answered = decide(api, "coordinator", waits, "approve")
    assert (answered.status_code, answered.json()["error"]) == (409, "ProposalConflict")
    assert answered.json()["conflicts"] == [{
        "field": "service.terms", "then": ["documents/passport"], "now": ["health/pregnancy"],
        "proposed": TOPICS,
    }]  # fmt: skip
    shown = api.get("coordinator", f"/proposals/{waits['id']}").json()
    assert (shown["status"], len(shown["conflicts"])) == ("waiting", 1)
    assert api.get("editor", SERVICE).json()["terms"] == ["health/pregnancy"]


def test_a_proposal_on_top_of_other_changes_keeps_them(api: Api) -> None:
    waits = proposed(api.change("editor", SERVICE, {"terms": TOPICS}))
    api.change("coordinator", SERVICE, {"alert": "Hoy no"})
    decide(api, "coordinator", waits, "approve")
    entry = api.get("editor", SERVICE).json()
    assert (entry["terms"], entry["alert"]) == (TOPICS, "Hoy no")


def test_a_deletion_waits_and_then_hides(api: Api) -> None:
    waits = proposed(api.send("editor", "DELETE", f"/api/v1{SERVICE}", tag=api.tag(SERVICE)))
    assert api.get("editor", SERVICE).status_code == 200
    decide(api, "coordinator", waits, "approve")
    assert api.get("editor", SERVICE).status_code == 404


def test_a_new_entry_waits_and_is_nowhere_before(api: Api) -> None:
    body = {"name": "Alcaldía de Olocuilta", "country": "SV"}
    waits = proposed(api.post("editor", "/organizations", json=body))
    path = f"/organizations/{waits['drafts'][0]['id']}"
    assert api.get("administrator", path).status_code == 404
    assert decide(api, "country", waits, "approve").status_code == 200
    assert api.get("editor", path).json()["name"] == body["name"]


def test_a_copy_of_an_office_is_one_proposal(api: Api) -> None:
    waits = proposed(api.post("editor", f"{PAIR}/duplicate"))
    kinds = [draft["kind"] for draft in waits["drafts"]]
    assert kinds == ["service", "location", "service_at_location"]
    done = decide(api, "coordinator", waits, "approve")
    assert done.status_code == 200, done.text
    pair = done.json()["entries"][-1]
    assert pair["status"] == "to_complete"
    original = api.get("editor", PAIR).json()
    assert pair["phones"][0]["number"] == original["phones"][0]["number"]
    assert pair["service_id"] != original["service_id"]


REVIEWERS = [("coordinator", 200), ("country", 200), ("administrator", 200), ("guatemala", 404),
             ("elsewhere", 404)]  # fmt: skip


@pytest.mark.parametrize(("who", "status"), REVIEWERS)
def test_only_those_of_the_area_see_a_proposal(api: Api, who: str, status: int) -> None:
    waits = proposed(api.change("editor", OWNER, {"name": "Otra"}))
    assert api.get(who, f"/proposals/{waits['id']}").status_code == status
    listed = api.get(who, "/proposals", params={"status": "waiting"}).json()
    assert listed["total_items"] == (status == 200)
    if status == 404 and who != "elsewhere":
        assert decide(api, who, waits, "approve").status_code == 404


def test_the_same_proposal_sent_twice_is_one(api: Api) -> None:
    first = proposed(api.change("editor", OWNER, {"name": "Otra"}))
    second = proposed(api.change("editor", OWNER, {"name": "Otra"}))
    assert first["id"] == second["id"]


def test_what_waits_is_a_setting(api: Api) -> None:
    assert api.get("coordinator", "/settings").status_code == 403
    chosen = api.get("administrator", "/settings").json()["sensitive_fields"]
    assert {"create", "hide", "organization.name", "service.terms"} <= set(chosen)
    wrong = api.send("administrator", "PATCH", "/api/v1/settings", json={"sensitive_fields": ["x"]})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "sensitive_fields")
    values = {"sensitive_fields": ["service.alert"]}
    api.send("administrator", "PATCH", "/api/v1/settings", json=values)
    assert api.change("editor", SERVICE, {"terms": TOPICS}).status_code == 200
    assert api.change("editor", SERVICE, {"alert": "Hoy no"}).status_code == 202
    gone = api.send("editor", "DELETE", f"/api/v1{SERVICE}", tag=api.tag(SERVICE))
    assert gone.status_code == 200


def test_an_editors_restore_of_a_name_waits(api: Api) -> None:
    api.change("coordinator", OWNER, {"description": "Otra."})
    api.change("coordinator", OWNER, {"name": "Otra", "email": "a@example.org"})
    restored = api.post("editor", f"{OWNER}/revisions/2/restore", tag=api.tag(OWNER))
    waits = proposed(restored)
    assert waits["drafts"][0]["values"] == {"name": "Organización oficina"}
    live = restored.json()["entry"]
    assert (live["name"], live["email"]) == ("Otra", "")


def test_the_card_is_shown_as_it_would_be_and_nothing_is_kept(api: Api) -> None:
    chosen = {"sensitive_fields": ["create", "service.name"]}
    api.send("administrator", "PATCH", "/api/v1/settings", json=chosen)
    waits = proposed(api.change("editor", SERVICE, {"name": "Oficina de retorno"}))
    path = f"/proposals/{waits['id']}/card"
    for who in ("editor", "coordinator"):
        card = api.get(who, path).json()
        assert (card["service_at_location_id"], card["hindered"]) == (at_id("oficina"), None)
        assert "Oficina de retorno" not in "\n".join(card["now"])
        assert "Oficina de retorno" in "\n".join(card["after"])
    assert api.get("coordinator", PAIR + "/card").json()["lines"] == card["now"]
    assert api.get("elsewhere", path).status_code == 404
    api.change("coordinator", SERVICE, {"name": "Otra"})
    late = api.get("coordinator", path).json()
    assert (late["after"], bool(late["hindered"])) == ([], True), "somebody changed it since"
    decide(api, "coordinator", waits, "reject", reason="Ya tiene otro nombre.")
    assert api.get("coordinator", path).json()["hindered"] is None


def test_a_new_office_has_no_card_before_it_is_there(api: Api) -> None:
    waits = proposed(api.post("editor", f"{PAIR}/duplicate"))
    card = api.get("coordinator", f"/proposals/{waits['id']}/card").json()
    assert (card["now"], card["after"], card["hindered"]) == ([], [], None)
