"""The figures beyond single tables: the API tells what the pages' files tell, no more."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from desk_for_tests import RunningDesk
from figures_desk_for_tests import FLOW, MONTH, WEEK, a_desk_with_figures

from bot.content import Content
from knowledge.staff import tokens
from knowledge.staff.rights import Role

ROLES = (Role.COORDINATOR, Role.ADMINISTRATOR)
OF_CELL = ("period", "unit", "by", "key", "by2", "key2", "people", "messages")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, content: Content) -> Iterator[RunningDesk]:
    folder = tmp_path_factory.mktemp("api-figures")
    with a_desk_with_figures(folder, content.flows[FLOW]) as desk:
        yield desk


@pytest.fixture(scope="module")
def bearers(running: RunningDesk) -> dict[Role, dict[str, str]]:
    with running.engine.begin() as connection:
        return {
            role: {
                "Authorization": "Bearer "
                + tokens.add(connection, running.members[role].id, "pruebas", running.now())
            }
            for role in Role
        }


@pytest.fixture(params=ROLES, ids=str)
def role(request: pytest.FixtureRequest) -> Role:
    found: Role = request.param
    return found


def both(
    running: RunningDesk, bearers: dict[Role, dict[str, str]], role: Role, name: str, **asked: str
) -> tuple[Any, list[dict[str, str]]]:
    """What the API tells, and the rows of the page's file."""
    with running.client(role, **bearers[role]) as client:
        told = client.get(f"/api/v1/statistics/{name}", params=asked)
        assert told.status_code == 200, told.text
        file = client.get(f"/admin/figures/{name}.csv", params=asked)
        return told.json(), list(csv.DictReader(io.StringIO(file.text)))


def as_texts(row: dict[str, Any], names: Sequence[str]) -> dict[str, str]:
    return {name: "" if row[name] is None else str(row[name]) for name in names}


def test_demand_beside_supply_is_that_of_the_page(
    running: RunningDesk, bearers: dict[Role, dict[str, str]], role: Role
) -> None:
    told, rows = both(running, bearers, role, "supply", period=MONTH)
    assert told["period"] == MONTH
    assert rows
    names = [name for name in rows[0] if name != "period"]
    assert [as_texts(row, names) for row in told["rows"]] == [as_texts(row, names) for row in rows]
    assert all(row["people"] >= 10 for row in told["rows"])
    asked = {"unit": "month", "period": MONTH, "by": "department", "by2": "topic"}
    with running.client(role, **bearers[role]) as client:
        cells = client.get("/api/v1/statistics", params=asked).json()["cells"]
    placed = [cell for cell in cells if not cell["key"].endswith("/unknown")]
    assert told["hidden"] == sum(cell["why"] is not None for cell in placed)
    assert len(told["rows"]) == sum(cell["why"] is None for cell in placed)
    countries = {row["country"] for row in told["rows"]}
    assert (countries == {"SV"}) is (role is Role.COORDINATOR)


def test_the_age_of_the_directory_is_that_of_the_page(
    running: RunningDesk, bearers: dict[Role, dict[str, str]], role: Role
) -> None:
    told, rows = both(running, bearers, role, "directory")
    assert rows
    assert [as_texts(town, list(rows[0])) for town in told["towns"]] == rows
    assert told["municipalities"] >= 44
    assert {row["country"] for row in rows} == (
        {"SV"} if role is Role.COORDINATOR else {"SV", "GT"}
    )


def test_indicators_are_those_of_the_page_with_what_they_do_not_say(
    running: RunningDesk, bearers: dict[Role, dict[str, str]], role: Role
) -> None:
    told, rows = both(running, bearers, role, "indicators", period=MONTH)
    assert {each["id"] for each in told["contents"]} >= {"entries_verified", "questions_answered"}
    for each, row in zip(told["contents"], rows, strict=True):
        assert (each["id"], each["period"] or "") == (row["indicator"], row["of"])
        assert as_texts(each, ("part", "whole")) == {name: row[name] for name in ("part", "whole")}
        assert (each["share"] is None) == (row["share"] == "")
        assert " ".join(cell["people"] for cell in each["hidden_by"]) == row["hidden"]
        assert all(cell["why"] for cell in each["hidden_by"])
        assert bool(each["hidden_by"]) <= (each["part"] is None)
        assert all(each[name] for name in ("title", "formula", "source", "not_said"))


def test_indicators_are_told_in_english_too(
    running: RunningDesk, bearers: dict[Role, dict[str, str]]
) -> None:
    with running.client(Role.COORDINATOR, **bearers[Role.COORDINATOR]) as client:
        titles = [
            client.get("/api/v1/statistics/indicators", params={"language": language})
            .json()["contents"][0]["title"]
            for language in ("es", "en")
        ]  # fmt: skip
    assert titles[0] == "Municipios con una oficina para personas retornadas"
    assert titles[0] != titles[1]


def test_where_people_give_up_is_that_of_the_page(
    running: RunningDesk, bearers: dict[Role, dict[str, str]], role: Role, content: Content
) -> None:
    asked = {"flow": FLOW, "period": MONTH}
    with running.client(role, **bearers[role]) as client:
        answer = client.get("/api/v1/statistics/flows", params=asked)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        file = client.get("/admin/figures/flows.csv", params=asked)
    rows = {tuple(row.values()) for row in csv.DictReader(io.StringIO(file.text))}
    assert [node["node"] for node in told["nodes"]] == list(content.flows[FLOW].nodes)
    known = {node["node"]: node for node in told["nodes"]}
    cells = [told["opened"]]
    for node in told["nodes"]:
        cells += [node[name] for name in ("came", "answered", "left") if node[name]]
    assert {tuple(str(cell[name]) for name in OF_CELL) for cell in cells} == rows
    hidden = [cell for cell in cells if not isinstance(cell["people"], int)]
    assert hidden, "some are too few to be told"
    assert all(cell["why"] for cell in hidden)
    first = known[content.flows[FLOW].first]
    assert first["share"] == round(first["left"]["people"] / first["came"]["people"], 4)
    for node in told["nodes"]:
        if node["share"] is not None:
            assert isinstance(node["left"]["people"], int), "a share would tell what is hidden"


@pytest.mark.parametrize(
    ("path", "asked", "field"),
    [("supply", {"period": "2099-01"}, "period"), ("supply", {"period": WEEK}, "period"),
     ("indicators", {"period": "x"}, "period"), ("flows", {"flow": "nothing"}, "flow"),
     ("flows", {}, "flow"), ("flows", {"flow": FLOW, "period": "2099-01"}, "period"),
     ("indicators", {"language": "xx"}, "language")],
)  # fmt: skip
def test_what_is_not_there_is_refused_with_its_field(
    running: RunningDesk,
    bearers: dict[Role, dict[str, str]],
    path: str,
    asked: dict[str, str],
    field: str,
) -> None:
    with running.client(Role.COORDINATOR, **bearers[Role.COORDINATOR]) as client:
        answer = client.get(f"/api/v1/statistics/{path}", params=asked)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].endswith(field)


@pytest.mark.parametrize("path", ["supply", "directory", "indicators", f"flows?flow={FLOW}"])
def test_figures_are_not_for_editors(
    running: RunningDesk, bearers: dict[Role, dict[str, str]], path: str
) -> None:
    with running.client(Role.EDITOR, **bearers[Role.EDITOR]) as client:
        assert client.get(f"/api/v1/statistics/{path}").status_code == 403
