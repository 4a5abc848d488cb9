"""People, tokens and one's own account through the API: what the pages allow, and no more."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from api_for_tests import LA_PAZ, START, Api, an_api
from sqlalchemy import select

from knowledge.staff import links, members, second_factor, sessions, tokens
from knowledge.staff.rights import Role
from knowledge.staff.sessions import Stage
from knowledge.staff.setting_up import look, set_up
from knowledge.store.desk_tables import answered_requests
from knowledge.store.staff_tables import staff_members

NEW = {"email": "nueva@alcaldia.gob.sv", "role": "editor", "area": "sv/la paz"}
CHIEF = "administrator"


@pytest.fixture
def api(tmp_path: Any) -> Iterator[Api]:
    with an_api(tmp_path) as api:
        yield api


def path_of(api: Api, who: str) -> str:
    return f"/people/{api.ids[who]}"


def change(api: Api, who: str, path: str, values: Any, tag: str | None = None) -> Any:
    if tag is None:
        tag = api.get(CHIEF, path).headers["etag"]
    return api.send(who, "PATCH", f"/api/v1{path}", json=values, tag=tag)


def a_chief_of_la_paz(api: Api) -> None:
    """An administrator of SV/La Paz with a second factor, known as `local`."""
    with api.engine.begin() as connection:
        person = members.add(connection, "local@example.org", Role.ADMINISTRATOR, LA_PAZ, START)
        api.ids["local"] = person.id
        api.tokens["local"] = tokens.add(connection, person.id, "tests", START)
        vault = api.app.state.desk.vault
        second_factor.begin(connection, vault, person.id)
        table = staff_members
        sealed = select(table.c.second_factor_pending).where(table.c.id == person.id)
        secret = connection.execute(sealed).scalar_one()
        connection.execute(
            table.update().where(table.c.id == person.id).values(second_factor=secret)
        )


# ---- people


def test_an_invited_person_comes_in_by_the_link_which_is_told_once(api: Api) -> None:
    made = api.post(CHIEF, "/people", json=NEW)
    assert made.status_code == 201, made.text
    person = made.json()
    assert (person["role"], person["area"], person["has_password"]) == (
        "editor",
        "SV/La Paz",
        False,
    )
    assert made.headers["location"] == f"/api/v1/people/{person['id']}"
    found = re.fullmatch(r"http://api(/admin/set-up/[\w-]+)", person["link"])
    assert found
    secret = found[1].removeprefix(links.PATH)
    assert set_up(api.engine, secret, "", "cuatro palabras bien sueltas", START) is None
    shown = api.get(CHIEF, f"/people/{person['id']}")
    assert shown.json()["has_password"] is True
    assert "link" not in shown.json()
    listed = api.get(CHIEF, "/people", params={"per_page": 3, "page": 3}).json()
    assert (listed["total_items"], len(listed["contents"])) == (7, 1)


def test_an_invitation_sent_twice_gives_the_same_link_and_stores_it_sealed(api: Api) -> None:
    key = {"Idempotency-Key": "once"}
    first = api.post(CHIEF, "/people", json=NEW, headers=key)
    again = api.post(CHIEF, "/people", json=NEW, headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert api.post(CHIEF, "/people", json=NEW).status_code == 409
    with api.engine.connect() as connection:
        (kept,) = connection.execute(select(answered_requests.c.body)).scalars()
    assert "set-up" not in kept
    assert NEW["email"] not in kept


@pytest.mark.parametrize(
    ("values", "status", "field"),
    [
        ({"email": "sin arroba"}, 422, "email"),
        ({"email": "EDITOR@example.org"}, 409, None),
        ({"role": "chief"}, 422, "role"),
        ({"area": "SV/La Pas"}, 422, "area"),
        ({"area": "US"}, 422, "area"),
        ({"is_admin": True}, 422, "is_admin"),
    ],
)
def test_a_wrong_invitation_names_its_field(
    api: Api, values: dict[str, Any], status: int, field: str | None
) -> None:
    made = api.post(CHIEF, "/people", json=NEW | values)
    assert made.status_code == status, made.text
    if field is not None:
        assert [error["field"] for error in made.json()["errors"]] == [field]
    assert api.get(CHIEF, "/people").json()["total_items"] == 6


def test_a_role_an_area_and_the_door_are_changed_with_the_tag(api: Api) -> None:
    path = path_of(api, "editor")
    with api.engine.begin() as connection:
        person = members.by_id(connection, api.ids["editor"])
        session = sessions.begin(connection, person.member, Stage.FULL, START)
    before = api.get(CHIEF, path).headers["etag"]
    done = change(api, CHIEF, path, {"role": "coordinator", "area": "SV"}, before)
    assert (done.status_code, done.json()["role"], done.json()["area"]) == (
        200,
        "coordinator",
        "SV",
    )
    with api.engine.begin() as connection:
        assert sessions.find(connection, session, START) is None
    stale = change(api, CHIEF, path, {"disabled": True}, before)
    assert (stale.status_code, stale.json()["current"]["role"]) == (412, "coordinator")
    missing = api.send(CHIEF, "PATCH", f"/api/v1{path}", json={"disabled": True})
    assert missing.status_code == 428
    assert api.get("editor", "/services").status_code == 200
    done = change(api, CHIEF, path, {"disabled": True}, done.headers["etag"])
    assert done.json()["disabled"] is True
    assert api.get("editor", "/services").status_code == 401
    refused = api.post(CHIEF, f"{path}/link")
    assert (refused.status_code, refused.json()["error"]) == (409, "PersonDisabled")
    assert change(api, CHIEF, path, {"disabled": False}).json()["disabled"] is False
    assert api.get("editor", "/services").status_code == 200


def test_a_new_link_ends_the_one_before(api: Api) -> None:
    path = path_of(api, "editor")
    made = [api.post(CHIEF, f"{path}/link") for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    old, new = (answer.json()["link"].rpartition("/")[2] for answer in made)
    assert look(api.engine, old, START) is None
    found = look(api.engine, new, START)
    assert found is not None
    assert found.email == "editor@example.org"


def test_nobody_changes_themselves_nor_what_is_beyond_their_area(api: Api) -> None:
    a_chief_of_la_paz(api)
    inside, outside = path_of(api, "coordinator"), path_of(api, "guatemala")
    assert {p["email"] for p in api.get("local", "/people").json()["contents"]} == {
        "local@example.org", "editor@example.org", "coordinator@example.org",
    }  # fmt: skip
    for method, path, values, status in (
        ("PATCH", inside, {"area": "SV"}, 403),
        ("PATCH", inside, {"role": "editor"}, 200),
        ("PATCH", outside, {"role": "editor"}, 404),
        ("PATCH", path_of(api, "local"), {"area": "SV/La Paz", "role": "editor"}, 403),
        ("PATCH", path_of(api, "local"), {"disabled": True}, 403),
        ("DELETE", f"{path_of(api, 'local')}/second-factor", None, 403),
        ("DELETE", f"{outside}/second-factor", None, 404),
        ("DELETE", f"{inside}/second-factor", None, 200),
        ("POST", f"{outside}/link", None, 404),
        ("POST", "/people", NEW | {"role": "administrator", "area": "SV"}, 403),
        ("GET", outside, None, 404),
        ("GET", "/people/no-id", None, 404),
    ):
        person = "/".join(path.split("/")[:3])
        tag = api.get(CHIEF, person).headers.get("etag") if method == "PATCH" else None
        done = api.send("local", method, f"/api/v1{path}", json=values, tag=tag)
        assert done.status_code == status, (method, path, values, done.text)


def test_an_administrator_without_a_second_factor_opens_no_door_for_anybody(api: Api) -> None:
    with api.engine.begin() as connection:
        members.remove_second_factor(connection, api.ids[CHIEF])
    assert api.get(CHIEF, "/settings").status_code == 200
    for method, path in (
        ("GET", "/people"), ("POST", "/people"), ("POST", f"{path_of(api, 'editor')}/link"),
        ("POST", "/account/tokens"), ("GET", "/account/tokens"),
    ):  # fmt: skip
        done = api.send(CHIEF, method, f"/api/v1{path}", json=NEW)
        assert (done.status_code, "second factor" in done.text) == (403, True), path


@pytest.mark.parametrize("who", ["editor", "country"])
def test_who_does_not_manage_people_learns_of_nobody(api: Api, who: str) -> None:
    for method, path in (
        ("GET", "/people"), ("POST", "/people"), ("GET", path_of(api, who)),
        ("PATCH", path_of(api, who)), ("POST", f"{path_of(api, 'elsewhere')}/link"),
    ):  # fmt: skip
        done = api.send(who, method, f"/api/v1{path}", json={}, tag='"1"')
        assert done.status_code == 403, path
        assert "example.org" not in done.text


# ---- one's own account and tokens


def test_a_member_sees_who_they_are_and_changes_the_language(api: Api) -> None:
    told = api.get("editor", "/account").json()
    assert (told["email"], told["area"], told["sessions"]) == (
        "editor@example.org",
        "SV/La Paz",
        [],
    )
    path = "/api/v1/account"
    done = api.send("editor", "PATCH", path, json={"language": "en"})
    assert (done.status_code, done.json()["language"]) == (200, "en")
    assert api.send("editor", "PATCH", path, json={"language": "xx"}).status_code == 422
    assert api.send("editor", "PATCH", path, json={"role": "administrator"}).status_code == 422


def test_signing_out_everywhere_ends_sessions_and_leaves_tokens(api: Api) -> None:
    with api.engine.begin() as connection:
        person = members.by_id(connection, api.ids["editor"])
        secrets = [sessions.begin(connection, person.member, Stage.FULL, START) for _ in range(2)]
    assert len(api.get("editor", "/account").json()["sessions"]) == 2
    assert api.post("editor", "/account/sign-out-everywhere").status_code == 204
    with api.engine.connect() as connection:
        assert [sessions.find(connection, secret, START) for secret in secrets] == [None, None]
    assert api.get("editor", "/account").json()["sessions"] == []


def test_a_token_is_told_once_has_its_owners_rights_and_is_revoked(api: Api) -> None:
    body = {"name": "hoja de cálculo", "days": 30}
    made = api.post("editor", "/account/tokens", json=body)
    assert made.status_code == 201, made.text
    secret = made.json()["token"]
    listed = api.get("editor", "/account/tokens")
    assert secret not in listed.text
    assert {t["name"] for t in listed.json()["contents"]} == {"tests", "hoja de cálculo"}
    api.tokens["made"] = secret
    assert api.get("made", "/account").json()["id"] == api.ids["editor"]
    assert api.get("made", "/settings").status_code == 403
    path = made.headers["location"]
    assert api.send("elsewhere", "DELETE", path).status_code == 404
    assert api.get("made", "/services").status_code == 200
    assert api.send("editor", "DELETE", path).status_code == 204
    assert api.get("made", "/services").status_code == 401
    assert api.send("editor", "DELETE", path).status_code == 404


def test_a_token_made_by_a_token_does_not_outlive_it(api: Api) -> None:
    own = api.get("editor", "/account/tokens").json()["contents"][0]
    api.later(days=60)
    made = api.post("editor", "/account/tokens", json={"name": "larga", "days": 366}).json()
    assert made["ends"] == own["ends"]
    assert datetime.fromisoformat(own["ends"]) == START + timedelta(days=tokens.DAYS)
    short = api.post("editor", "/account/tokens", json={"name": "corta", "days": 2}).json()
    assert datetime.fromisoformat(short["ends"]) == START + timedelta(days=62)


@pytest.mark.parametrize(
    "body",
    [{"name": " "}, {"name": "x", "days": 0}, {"name": "x", "days": 367}, {"name": "a\0b"}, {}],
)
def test_a_token_without_a_name_or_with_other_days_is_refused(api: Api, body: Any) -> None:
    assert api.post("editor", "/account/tokens", json=body).status_code == 422
