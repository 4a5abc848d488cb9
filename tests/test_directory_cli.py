"""`ventanilla directory` as it is typed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from directory_for_tests import a_row, a_sheet
from typer.testing import CliRunner

from bot.cli_directory import app

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the shipped directory, for commands that only read."""
    data = tmp_path_factory.mktemp("shipped") / "data"
    run(data, "check", "--limit", "1")
    return data


def run(
    data: Path, *arguments: str, expect: int = 0, shipped: bool = True
) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "VENTANILLA_DATA_DIR": str(data),
        "VENTANILLA_SHIPPED_DIRECTORY": "on" if shipped else "off",
        "PYTHONUTF8": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "directory", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == expect, done.stderr or done.stdout
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize(
    ("form", "name"), [("csv", "d.csv"), ("hsds", "d.zip"), ("hsds", "folder")]
)
def test_an_export_imports_into_an_empty_directory(
    shipped: Path, tmp_path: Path, form: str, name: str
) -> None:
    first, second = tmp_path / name, tmp_path / f"again-{name}"
    done = run(shipped, "export", "--format", form, str(first))
    assert "10 confidential locations" in done.stderr
    report = run(tmp_path / "data", "import", str(first), shipped=False).stdout
    assert " added, 0 changed, 0 as they were, 0 refused." in report
    run(tmp_path / "data", "export", "--format", form, str(second), shipped=False)
    if first.is_dir():
        files = {path.name: path.read_bytes() for path in first.iterdir()}
        assert files == {path.name: path.read_bytes() for path in second.iterdir()}
    else:
        assert first.read_bytes() == second.read_bytes()
    again = run(tmp_path / "data", "import", str(first), shipped=False).stdout
    assert again.startswith("0 added, 0 changed, ")


def test_an_import_previews_refuses_and_keeps_the_good(tmp_path: Path) -> None:
    data, sheet = tmp_path / "data", tmp_path / "oficinas.csv"
    sheet.write_bytes(a_sheet(a_row(), a_row(id="sv-mala", schedule="Mo 08:00-25:00")))
    preview = run(data, "import", str(sheet), "--dry-run", shipped=False)
    assert "add  oficinas.csv:2: sv-oficina: Ventanilla del retornado" in preview.stdout
    assert "1 would be added, 0 would be changed, 0 as they were, 1 refused." in preview.stdout
    done = run(data, "import", str(sheet), expect=1, shipped=False)
    assert 'oficinas.csv:3: sv-mala: schedule: there is no hour "25:00"' in done.stderr
    assert "Nothing was imported" in done.stderr
    kept = run(data, "import", str(sheet), "--keep-good", shipped=False)
    assert "1 added, 0 changed, 0 as they were, 1 refused." in kept.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("import", "/nowhere/x.csv"), 1, "cannot be read"),
        (("import", "/nowhere/x.zip"), 1, "cannot be read"),
        (("export", "--format", "xml", "x"), 2, "write csv or hsds"),
        (("export", "--format", "csv", "/nowhere/x.csv"), 1, "cannot be written"),
        (("search", "--country", "US"), 1, "is no country"),
        (("search", "--topic", "documents/pasport"), 1, 'Did you mean "documents/passport"'),
        (("search", "--near", "12"), 1, "is no point"),
        (("search", "--near", "60,10"), 1, "is in none of"),
        (("search", "--place", "Qwxyz"), 1, "No place of ours"),
        (("search", "--open-at", "mañana"), 1, "is no instant"),
    ],
)
def test_what_is_typed_wrong_is_one_line(
    shipped: Path, arguments: tuple[str, ...], status: int, says: str
) -> None:
    done = CliRunner().invoke(app, arguments, env={"VENTANILLA_DATA_DIR": str(shipped)})
    assert done.exit_code == status, done.output
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_search_lists_what_the_assistant_would(shipped: Path) -> None:
    asked = ("--topic", "documents/replace-national-id", "--place", "san pdro sula", "--limit", "3")
    listed = json.loads(run(shipped, "search", "--country", "HN", *asked, "--json").stdout)
    assert 1 <= len(listed) <= 3
    assert listed[0]["municipality"] == "San Pedro Sula"
    assert all(entry["country"] == "HN" and entry["source"].startswith("http") for entry in listed)
    near = json.loads(
        run(shipped, "search", "--near", "14.0723,-87.1921", "--limit", "2", "--json").stdout
    )
    assert {entry["country"] for entry in near} == {"HN"}
    assert run(shipped, "search", "--country", "HN", *asked).stdout.startswith(listed[0]["name"])


def test_the_time_asked_about_is_the_offices_own(shipped: Path) -> None:
    asked = ("search", "--country", "SV", "--topic", "documents/replace-national-id", "--json",
             "--limit", "20")  # fmt: skip
    monday = json.loads(run(shipped, *asked, "--open-at", "2026-11-23T09:00").stdout)
    night = json.loads(run(shipped, *asked, "--open-at", "2026-11-23T23:30").stdout)

    def state(found: list[dict[str, str]]) -> str:
        return next(e["open"] for e in found if e["name"] == "Duicentro Plaza Mundo Soyapango")

    assert (state(monday), state(night)) == ("open", "opens_at")


def test_check_lists_the_worst_and_counts_by_municipality(shipped: Path) -> None:
    out = run(shipped, "check", "--country", "sv", "--limit", "3").stdout
    assert "By municipality:" in out
    assert "SV/San Salvador/San Salvador" in out
    assert "… and " in out


def test_the_template_can_be_written_and_imported(tmp_path: Path) -> None:
    run(tmp_path / "data", "template", str(tmp_path / "t.csv"), shipped=False)
    done = run(tmp_path / "data", "import", str(tmp_path / "t.csv"), shipped=False)
    assert done.stdout == "0 added, 0 changed, 0 as they were, 0 refused.\n"
