"""The `ventanilla` command as a person uses it: a child process, its output and its exit status."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from serving_for_tests import a_port

from bot.content import SHIPPED

COMMAND = [sys.executable, "-m", "bot.cli"]


def run(
    *arguments: str,
    data: Path,
    stdin: str | bytes = "",
    expect: int = 0,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Run the command with an environment of its own and check its exit status."""
    variables = {k: v for k, v in os.environ.items() if not k.startswith("VENTANILLA_")}
    variables |= {"VENTANILLA_DATA_DIR": str(data), **environment}
    done = subprocess.run(
        [*COMMAND, *arguments],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        env=variables,
        timeout=180,
        check=False,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == expect, err or out
    assert "Traceback" not in out + err
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that the first command prepares and the others find ready."""
    return tmp_path_factory.mktemp("data")


def test_ask_gives_steps_price_source_and_office(data: Path) -> None:
    answer = run("ask", "--country", "SV", "perdí mi DUI", data=data).stdout
    for part in ("Duicentro", "$10.31", "Fuente", "Dónde ir o llamar"):
        assert part in answer
    asked = ("ask", "--lang", "en", "--country", "HN", "I lost my honduran ID")
    english = run(*asked, data=data).stdout
    for part in ("DNI", "L200", "Source", "What to do"):
        assert part in english


def test_ask_jsonl_answers_line_by_line_in_order(data: Path) -> None:
    asked = [
        {"text": "perdi mi dui", "country": "SV"},
        {"text": "zxcv qwer"},
        {"text": "i want to kill myself"},
        {"text": "", "lang": "en"},
    ]
    lines = run("ask", "--jsonl", data=data, stdin="\n".join(map(json.dumps, asked))).stdout
    answers = [json.loads(line) for line in lines.splitlines()]
    assert [sorted(a) for a in answers] == [
        ["answered", "articles", "concern", "crisis", "lang"]
    ] * 4
    assert answers[0]["articles"][0] == "documents/replace-national-id"
    assert answers[0]["answered"]
    assert not answers[1]["answered"]
    assert answers[2]["crisis"] == "self-harm"
    assert answers[2]["lang"] == "en"


@pytest.mark.parametrize(
    ("line", "says"), [("{", "not JSON"), ("[1]", "text"), ('{"text": 3}', "text")]
)
def test_ask_jsonl_names_the_line_it_cannot_read(data: Path, line: str, says: str) -> None:
    failed = run("ask", "--jsonl", data=data, stdin=f'{{"text": "hola"}}\n{line}\n', expect=1)
    assert "Line 2" in failed.stderr
    assert says in failed.stderr
    assert len(failed.stderr.strip().splitlines()) == 1


def test_ask_without_a_question_is_wrong_usage(data: Path) -> None:
    assert "ventanilla ask" in run("ask", data=data, expect=2).stderr


def test_chat_in_a_pipe_is_plain_and_numbered(data: Path) -> None:
    said = run("chat", "--country", "SV", data=data, stdin="perdi mi dui\nsalir\n").stdout
    assert "  1. " in said
    assert "\x1b" not in said
    assert "$10.31" in said
    assert "Cerré esta conversación" in said


def test_chat_survives_bytes_that_are_no_text(data: Path) -> None:
    said = run("chat", "--country", "GT", data=data, stdin=b"\xff\xfe\x00\n\xc3\x28 dpi\n").stdout
    assert "¿En qué le ayudo?" in said


def test_check_is_clean_as_shipped(data: Path) -> None:
    assert "Todo en orden" in run("check", data=data).stdout


def test_check_names_file_line_and_way_out(data: Path, tmp_path: Path) -> None:
    for part in ("flows/library", "knowledge/articles", "knowledge/danger", "locales"):
        shutil.copytree(SHIPPED / part, tmp_path / part)
    flow = tmp_path / "flows/library/documents.yaml"
    flow.write_text(flow.read_text().replace("go: passport", "go: pasport", 1))
    article = tmp_path / "knowledge/articles/documents/passport.yaml"
    article.write_text(
        article.read_text().replace("    cost:\n", "    cost:\n      - Vale $99.\n", 1)
    )
    failed = run("check", data=data, expect=1, VENTANILLA_CONTENT_DIR=str(tmp_path))
    assert 'goes to "pasport", which this flow does not have. Did you mean "passport"?' in (
        failed.stdout
    )
    assert "holds a price without a source" in failed.stdout
    for line in failed.stdout.strip().splitlines():
        place, _, message = line.partition(": ")
        assert place.rpartition(":")[2].isdigit(), line
        assert message
    # A flow that leads nowhere must not be served.
    refused = run("ask", "x", data=data, expect=1, VENTANILLA_CONTENT_DIR=str(tmp_path))
    assert "ventanilla check" in refused.stderr


def test_a_flow_is_drawn_and_walked(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "documents.svg"
    run("flow", "draw", "documents", "--out", str(out), data=data)
    assert out.read_text().startswith("<svg")
    assert "flowchart" in run("flow", "draw", "documents", data=data).stdout
    english = run("flow", "walk", "documents", "--country", "SV", "--lang", "en", data=data).stdout
    assert "Which paper do you need?" in english
    unknown = run("flow", "draw", "document", data=data, expect=1)
    assert 'Did you mean "documents"?' in unknown.stderr
    assert "Error" in run("flow", "walk", "documents", data=data, expect=2).stderr


def test_the_database_is_upgraded_once(tmp_path: Path) -> None:
    assert "was upgraded" in run("database", "upgrade", data=tmp_path / "new").stdout
    assert "current already" in run("database", "upgrade", data=tmp_path / "new").stdout


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"VENTANILLA_DATABASE_URL": "mysql://x/y"}, "sqlite and postgresql"),
        ({"VENTANILLA_DATABASE_URL": "nonsense"}, "not a database address"),
        ({"VENTANILLA_SECRET_KEY": "short"}, "VENTANILLA_SECRET_KEY"),
        ({"VENTANILLA_CONTENT_DIR": "/nowhere/at/all"}, "is not a folder"),
        ({"VENTANILLA_PUBLIC_URL": "chat.example.org"}, "https://"),
        ({"VENTANILLA_TELEGRAM_WEBHOOK": "1"}, "VENTANILLA_PUBLIC_URL"),
        ({"VENTANILLA_RATE_LIMIT": "maybe"}, "«on» or «off»"),
        ({"VENTANILLA_DATA_DIR": "/proc/nowhere"}, "VENTANILLA_DATA_DIR"),
        (
            {"VENTANILLA_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2"},
            "does not answer",
        ),
    ],
)
def test_a_wrong_setting_is_one_line_with_the_way_out(
    tmp_path: Path, variables: dict[str, str], says: str
) -> None:
    failed = run("ask", "perdi mi dui", data=tmp_path, expect=1, **variables)
    assert says in failed.stderr
    assert len(failed.stderr.strip().splitlines()) == 1


def test_a_damaged_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "ventanilla.sqlite3").write_bytes(b"this is no database at all" * 300)
    failed = run("ask", "perdi mi dui", data=tmp_path, expect=1)
    assert "is damaged" in failed.stderr
    assert len(failed.stderr.strip().splitlines()) == 1


def test_a_port_in_use_says_which_other_to_take(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        failed = run("serve", "--port", str(port), data=data, expect=1)
    assert f"Port {port} is in use" in failed.stderr
    assert len(failed.stderr.strip().splitlines()) == 1


def test_serve_starts_on_an_empty_folder_and_stops_when_asked(tmp_path: Path) -> None:
    import urllib.request

    port = a_port()
    variables = {k: v for k, v in os.environ.items() if not k.startswith("VENTANILLA_")}
    variables |= {"VENTANILLA_DATA_DIR": str(tmp_path / "var")}
    server = subprocess.Popen(
        [*COMMAND, "serve", "--port", str(port)],
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        end = time.monotonic() + 120
        while True:
            try:
                ready = f"http://127.0.0.1:{port}/health/ready"
                with urllib.request.urlopen(ready, timeout=60) as answer:
                    assert answer.status == 200
                break
            except OSError:
                assert time.monotonic() < end
                assert server.poll() is None, "it ended"
                time.sleep(0.1)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as page:
            assert b"Ventanilla" in page.read()
    finally:
        server.terminate()
        output, _ = server.communicate(timeout=60)
    assert f"http://127.0.0.1:{port}/" in output.decode()
    assert "Traceback" not in output.decode()
    assert (tmp_path / "var" / "secret.key").stat().st_mode & 0o777 == 0o600
