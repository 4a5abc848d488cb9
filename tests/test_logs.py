"""Logs tell what happened and where; never who, what was said, or a secret."""

import contextlib
import io
import json
import logging
import os
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from serving_for_tests import a_port

from bot import logs

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "123456789:AAF-canary_token_of_telegram_00000"
CANARIES = (
    "Iris Canaria Xóchitl",
    "04567890-1",
    "7012-3456",
    "+503 7012 3456",
    "iris.canaria@example.org",
    "13.69294",
    "-89.21819",
    "203.0.113.77",
    "2001:db8:85a3:8d3:1319:8a2e:370:7348",
    TOKEN,
    "https://example.org/private?name=iris",
    "/buscar?q=perdi+mi+dui",
    "una frase que nadie más escribiría",
)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is written to stderr with our logs set up, and the old set-up again afterwards."""
    root = logging.getLogger()
    kept = (root.handlers[:], root.level, sys.excepthook, threading.excepthook)
    configuration = structlog.get_config()
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    logs.set_up_logs()
    yield written
    root.handlers[:], sys.excepthook, threading.excepthook = kept[0], kept[2], kept[3]
    root.setLevel(kept[1])
    logging.captureWarnings(capture=False)
    logging.getLogger("uvicorn.access").disabled = False
    structlog.configure(**configuration)


def read(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def fail(words: str) -> None:
    from flows.yaml_reader import did_you_mean

    def broken() -> list[str]:
        raise ValueError(words)

    class Names:
        def __iter__(self) -> Iterator[str]:
            return iter(broken())

    did_you_mean("x", Names())  # type: ignore[arg-type]


@pytest.mark.parametrize("canary", CANARIES)
def test_no_key_and_no_text_carries_a_person_out(lines: io.StringIO, canary: str) -> None:
    log = structlog.get_logger("test")
    log.info("turn done", text=canary, name=canary, user=canary, chat=canary, url=canary)
    log.warning("turn failed", error="ValueError", where="chat.py:12")
    try:
        fail(canary)
    except ValueError:
        log.exception("turn failed", words=canary)
        logging.getLogger("some.library").exception("could not read %s", canary)
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    logging.getLogger("sqlalchemy").warning("value %r", canary)
    logging.getLogger("uvicorn.access").error("%s %s", canary, canary)
    told = lines.getvalue()
    assert canary not in told
    assert canary.split()[0] not in told.replace("turn", "")
    assert "turn failed" in told
    assert "flows/yaml_reader.py:" in told  # our own lines are named, with no value
    assert "ValueError" in told
    assert all(isinstance(line, dict) for line in read(lines))


@pytest.mark.parametrize(
    "canary", [c for c in CANARIES if any(sign in c for sign in "0123456789@/")]
)
def test_even_an_allowed_key_is_searched_for_what_looks_private(canary: str) -> None:
    assert canary not in logs.scrub(f"Bad Request: chat {canary} not found")


@pytest.mark.parametrize(
    "fine",
    ["Bad Request: can't parse entities", "bot/chat.py:101", "HTTP 502", "expired", "3 of 14"],
)
def test_what_helps_whoever_runs_it_stays(fine: str) -> None:
    assert logs.scrub(fine) == fine


def test_counts_stay_and_ids_do_not() -> None:
    event = {"event": "expired", "sessions": 31, "chat": 1234567890, "lat": 13.5, "ok": True}
    assert logs.scrub_event(None, "info", event) == {"event": "expired", "sessions": 31, "ok": True}


@given(st.text())
def test_any_text_becomes_one_short_line(text: str) -> None:
    scrubbed = logs.scrub(text)
    assert len(scrubbed) <= logs.MAX_CHARS
    assert "\n" not in scrubbed


def test_what_nobody_caught_is_told_without_its_words(lines: io.StringIO) -> None:
    thread = threading.Thread(target=fail, args=("una frase que nadie más escribiría",))
    thread.start()
    thread.join()
    (line,) = read(lines)
    assert line["event"] == "not caught"
    assert line["error"] == "ValueError"
    assert "frase" not in lines.getvalue()


def test_a_service_in_trouble_writes_nothing_of_what_people_sent(tmp_path: Path) -> None:
    """The web chat with a database that is taken away under it, asked by every door."""
    port = a_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("VENTANILLA_")} | {
        "VENTANILLA_DATA_DIR": str(tmp_path),
        "VENTANILLA_SHIPPED_DIRECTORY": "off",
        "VENTANILLA_TELEGRAM_TOKEN": TOKEN,
        "VENTANILLA_TELEGRAM_API_URL": "http://127.0.0.1:9",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "serve", "--port", str(port)],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    base = f"http://127.0.0.1:{port}"

    def ask(path: str, body: bytes | None = None, kind: str = "application/json") -> int:
        headers = {"Content-Type": kind, "User-Agent": CANARIES[0].encode().decode("latin-1")}
        headers["X-Forwarded-For"] = "203.0.113.77"
        request = urllib.request.Request(base + path, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    try:
        end = time.monotonic() + 120
        while True:
            try:
                assert ask("/health/live") == 200
                break
            except OSError:
                assert time.monotonic() < end
                assert process.poll() is None, "it ended"
                time.sleep(0.1)
        said = json.dumps({"text": " ".join(CANARIES), "lang": "es"}).encode()
        assert ask("/chat", said) == 200
        file = tmp_path / "ventanilla.sqlite3"
        with contextlib.closing(sqlite3.connect(file, timeout=60)) as database:
            for table in ("sessions", "services", "outbox"):
                database.execute(f"DROP TABLE {table}")
        assert ask("/chat", said) in (500, 503)
        ask("/?text=iris.canaria@example.org")
        ask("/", b"text=una+frase+04567890-1", "application/x-www-form-urlencoded")
        ask("/hsds/services?search=04567890-1")
        ask("/chat", b"{una frase")
        ask("/nada/04567890-1?x=una+frase")
        ask("/telegram/webhook", said)
        ask("/health/ready")
    finally:
        process.terminate()
        output = process.communicate(timeout=60)[0].decode()
    logged = [line for line in output.splitlines() if line.startswith("{")]
    assert any("OperationalError" in line for line in logged)
    assert all(json.loads(line) for line in logged)
    for canary in (*CANARIES, TOKEN.partition(":")[2], "una frase", "una+frase", "Canaria"):
        assert canary not in output
    assert "Traceback" not in output
