"""What hides figures, or changes them, is told where they are: on pages, by API, by the export."""

from datetime import date
from pathlib import Path

import pytest
from desk_for_tests import RunningDesk, a_desk
from typer.testing import CliRunner

from bot.cli_figures import app
from knowledge.figures import stored
from knowledge.figures.cells import TOTAL, Cell
from knowledge.figures.figure import SHOWN, TABLE, Figure
from knowledge.figures.periods import Period, Unit
from knowledge.staff import tokens
from knowledge.staff.rights import Role

MONTH = Period(date(2026, 9, 1), Unit.MONTH)
FIGURES = [
    Figure(MONTH, TOTAL, 10, SHOWN, 120, 300),
    Figure(MONTH, Cell("topic", "documents"), 10, TABLE),
]


def test_what_is_to_be_said_about_a_release_is_said_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release with noise, whose table of topics was hidden whole."""
    with a_desk(tmp_path) as running:
        with running.engine.begin() as connection:
            assert stored.store(connection, MONTH, FIGURES, date(2026, 10, 9), 1.5)
        pages_say_it(running)
        the_api_says_it(running)
        monkeypatch.setenv("VENTANILLA_DATABASE_URL", str(running.engine.url))
        the_export_says_it()


def pages_say_it(running: RunningDesk) -> None:
    for address in (
        "figures?place=all&",
        "figures/flows?",
        "figures/supply?",
        "figures/indicators?",
    ):
        with running.client(Role.COORDINATOR) as client:
            page = client.get(f"/admin/{address}lang=es&period={MONTH.name}").text
        assert "cada cifra lleva ruido al azar (épsilon 1.5)" in page, address
        assert "se escondieron tablas enteras" in page, address
        assert ("se escondió la tabla entera</span>" in page) == ("place" in address)


def the_api_says_it(running: RunningDesk) -> None:
    with running.engine.begin() as connection:
        member = running.members[Role.COORDINATOR].id
        token = tokens.add(connection, member, "told", running.now())
    with running.client(Role.COORDINATOR, Authorization=f"Bearer {token}") as client:
        asked = {"unit": "month", "period": MONTH.name, "by": "topic"}
        table = client.get("/api/v1/statistics", params=asked).json()
    assert table["noise_epsilon"] == 1.5
    assert [(cell["people"], "whole table" in cell["why"]) for cell in table["cells"]] == [
        ("*", True)
    ]


def the_export_says_it() -> None:
    days = ["--from", f"{MONTH.start}", "--to", f"{MONTH.last_day}"]
    told = CliRunner().invoke(app, ["export", *days])
    # A service that runs for long enough releases the silent weeks of that month by itself.
    of_the_month = [line for line in told.stdout.splitlines() if line.startswith(MONTH.name)]
    assert of_the_month == [
        f"{MONTH.name},month,,,,,120,300",
        f"{MONTH.name},month,topic,documents,,,*,*",
    ]
    assert "noise in every number, epsilon 1.5" in told.stderr
    assert "hidden whole" in told.stderr
