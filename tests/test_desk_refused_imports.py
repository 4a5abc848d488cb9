"""What a spreadsheet was not taken for is told on «Hoy» until it is seen to, without its texts."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from desk_for_tests import FOREIGN, OLD, RunningDesk, a_desk
from entry_for_tests import words_of
from sqlalchemy import Engine, delete, select
from test_desk_import import NEW, a_row, a_sheet, apply, bring, exported, token_in

from knowledge.directory import import_drafts, refused_imports
from knowledge.directory.import_drafts import DraftNotFound
from knowledge.retention import expire_desk
from knowledge.staff import members
from knowledge.staff.rights import Area, Member, Role
from knowledge.store.desk_tables import import_drafts as table
from knowledge.store.sealing import Vault

HOY = "/admin/"
AT = datetime(2026, 11, 23, 16, tzinfo=UTC)
SECRET_CELL = "8am-4 preguntar por Iris"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    with a_desk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture(autouse=True)
def nothing_brought(request: pytest.FixtureRequest) -> None:
    if "running" in request.fixturenames:
        with request.getfixturevalue("running").engine.begin() as connection:
            connection.execute(delete(table))


def today(running: RunningDesk, role: Role = Role.EDITOR) -> str:
    return running.client(role).get(HOY).text


def put_away(running: RunningDesk, role: Role) -> httpx.Response:
    page = today(running, role)
    found = re.search(r'action="(/admin/import/[\w-]+/put-away)"', page)
    assert found, page
    return running.client(role).post(found[1], data={"csrf_token": token_in(page)})


def test_refused_rows_are_told_with_the_way_back_until_they_are_seen_to(
    running: RunningDesk,
) -> None:
    rows = [NEW | {"id": f"sv-mala-{n}", "schedule": SECRET_CELL} for n in range(7)]
    page = bring(
        running, a_sheet(*rows, exported(running, OLD, cost="Gratis")), Role.EDITOR, "iris.csv"
    )
    words = words_of(today(running))
    assert "1 importación por corregir" in words
    assert "Un archivo CSV: 7 filas no entraron" in words
    assert "Filas 2, 3, 4, 5, 6 y 2 más." in words
    assert f'href="{page.url.path}"' in today(running)
    assert "Fila 8" in running.client().get(page.url.path).text
    assert "lo demás sí se guardó" not in words
    apply(running, page, Role.EDITOR)
    assert "lo demás sí se guardó" in words_of(today(running))
    answer = put_away(running, Role.EDITOR)
    assert answer.headers["location"] == HOY
    assert "por corregir" not in today(running)
    # The draft itself is still there to be looked at.
    assert running.client().get(page.url.path).status_code == 200


def test_a_coordinator_of_the_area_is_told_by_number_and_sees_no_cell(running: RunningDesk) -> None:
    page = bring(running, a_sheet(NEW | {"schedule": SECRET_CELL}), Role.EDITOR, "iris.csv")
    seen = today(running, Role.COORDINATOR)
    words = words_of(seen)
    assert "Un archivo CSV: 1 fila no entró" in words
    assert "Fila 2." in words
    assert page.url.path not in seen
    assert "8am" not in seen
    assert "iris" not in seen.lower()
    assert running.client(Role.COORDINATOR).get(page.url.path).status_code == 404
    put_away(running, Role.COORDINATOR)
    assert "Un archivo CSV" not in today(running, Role.COORDINATOR)
    assert "Un archivo CSV" in today(running, Role.EDITOR)
    # The other way about an editor is told nothing of a coordinator's.
    bring(running, a_sheet(exported(running, FOREIGN, cost="Q1")), Role.COORDINATOR)
    assert words_of(today(running)).count("Un archivo CSV") == 1


def test_a_file_that_is_none_is_told_and_a_good_one_is_not(running: RunningDesk) -> None:
    bring(running, a_sheet(a_row(OLD, cost="Un peso")), Role.EDITOR)
    assert "Un archivo CSV" not in today(running)
    bring(running, b"\x89PNG\r\n\x1a\n\x00\x00", Role.EDITOR)
    assert "Un archivo CSV que no se pudo leer" in words_of(today(running))


def test_after_a_day_the_texts_are_gone_and_the_numbers_stay_a_month(running: RunningDesk) -> None:
    page = bring(running, a_sheet(NEW | {"schedule": SECRET_CELL}), Role.EDITOR, "iris.csv")
    now = running.now()
    with running.engine.begin() as connection:
        assert expire_desk(connection, now + timedelta(hours=25))["import_drafts"] == 1
        (left,) = connection.execute(select(table)).all()
        assert left.content == b""
        assert set(json.loads(left.outcome)) == {
            "draft", "refused", "lines", "unreadable", "applied", "put_away",
        }  # fmt: skip
        for told in (b"8am", b"iris", b"sv-nueva", b"Iris"):
            assert told not in left.outcome
    assert running.client().get(page.url.path).status_code == 404
    seen = today(running)
    assert "Fila 2." in words_of(seen)
    assert page.url.path not in seen
    assert "Los textos se borran al pasar un día" in words_of(seen)
    with running.engine.begin() as connection:
        assert expire_desk(connection, now + timedelta(days=31))["refused_imports"] == 1
    assert "Un archivo CSV" not in today(running)


def test_a_note_is_no_draft_and_is_put_away_by_who_sees_it_alone(running: RunningDesk) -> None:
    bring(running, a_sheet(NEW | {"schedule": SECRET_CELL}), Role.COORDINATOR)
    page = today(running, Role.COORDINATOR)
    found = re.search(r'action="(/admin/import/[\w-]+)/put-away"', page)
    assert found
    assert running.client(Role.COORDINATOR).get(found[1]).status_code == 404
    editor = running.client()
    token = token_in(editor.get("/admin/import").text)
    assert editor.post(f"{found[1]}/put-away", data={"csrf_token": token}).status_code == 404
    assert words_of(editor.get("/admin/import").text).count("hoja.csv") == 0


def test_a_refused_file_of_another_program_is_told_once_and_by_the_api(
    running: RunningDesk,
) -> None:
    client = running.client()
    client.headers["x-csrf-token"] = token_in(client.get("/admin/import").text)
    raw = a_sheet(NEW | {"schedule": SECRET_CELL})
    send = {"content": raw, "headers": {"content-type": "text/csv"}}
    assert client.post("/api/v1/import?dry_run=true", **send).status_code == 200
    assert client.get("/api/v1/import/refused").json()["contents"] == []
    for _ in range(2):
        assert client.post("/api/v1/import", **send).status_code == 200
    (told,) = client.get("/api/v1/import/refused").json()["contents"]
    assert (told["refused"], told["lines"], told["applied"], told["mine"], told["draft"]) == (
        1, [2], False, True, None,
    )  # fmt: skip
    (theirs,) = running.client(Role.COORDINATOR).get("/api/v1/import/refused").json()["contents"]
    assert (theirs["id"], theirs["mine"]) == (told["id"], False)
    assert "Un archivo CSV: 1 fila no entró" in words_of(today(running))
    assert client.post("/api/v1/import", **(send | {"content": b"\x00"})).status_code == 422
    assert [t["unreadable"] for t in client.get("/api/v1/import/refused").json()["contents"]] == [
        True, False,
    ]  # fmt: skip
    path = f"/api/v1/import/refused/{told['id']}"
    assert client.delete(path).status_code == 204
    assert client.delete(path).status_code == 404
    assert len(client.get("/api/v1/import/refused").json()["contents"]) == 1


def test_who_is_told_is_asked_of_the_area_on_both_engines(store: Engine) -> None:
    vault = Vault("a secret for tests alone, forty characters")
    with store.begin() as connection:
        people: dict[str, Member] = {
            name: members.add(connection, f"{name}@example.org", role, area, AT).member
            for name, role, area in (
                ("editor", Role.EDITOR, Area("SV", "La Paz")),
                ("neighbour", Role.EDITOR, Area("SV", "La Paz")),
                ("coordinator", Role.COORDINATOR, Area("SV", "La Paz")),
                ("elsewhere", Role.COORDINATOR, Area("GT")),
                ("all", Role.ADMINISTRATOR, Area()),
            )
        }
        mine = people["editor"]
        draft, _ = import_drafts.keep(
            connection, vault, import_drafts.new_id(), mine.id, "a.csv", b"a,b\n", AT
        )
        refused_imports.note(connection, mine.id, draft.id, AT, [4, 2, 2])
        refused_imports.note(connection, mine.id, draft.id, AT, [4, 2, 2], applied=True)

        def seen(name: str, at: datetime = AT) -> list[refused_imports.RefusedImport]:
            return refused_imports.list_refused(connection, people[name], at)

        (note,) = seen("editor")
        assert (note.refused, note.lines, note.applied, note.draft) == (2, (2, 4), True, draft.id)
        assert [len(seen(name)) for name in people] == [1, 0, 1, 0, 1]
        assert seen("all")[0].draft is None
        assert seen("editor", AT + refused_imports.KEEP) == []
        for name in ("neighbour", "elsewhere"):
            with pytest.raises(DraftNotFound):
                refused_imports.put_away(connection, note.id, people[name])
        refused_imports.put_away(connection, note.id, people["all"])
        assert [len(seen(name)) for name in people] == [1, 0, 1, 0, 0]
        # Mended in the draft itself, it is forgotten for all.
        refused_imports.note(connection, mine.id, draft.id, AT, [])
        assert [len(seen(name)) for name in people] == [0] * 5
        assert [d.id for d in import_drafts.list_own(connection, vault, mine.id, 5)] == [draft.id]
