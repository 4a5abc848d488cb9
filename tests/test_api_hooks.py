"""Telling other systems of changes: signed, tried again, ended, and never into our own network."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from api_for_tests import START, Api, an_api
from offices_for_tests import id_of
from sqlalchemy import func, select

from admin.hook_sending import HookSender
from knowledge.directory import hooks
from knowledge.directory.hooks import NotSent
from knowledge.store.desk_tables import hook_deliveries

SERVICE = f"/services/{id_of('service', 'oficina')}"
PUBLIC = "https://93.184.215.14/hook"


@pytest.fixture
def api(tmp_path: Any) -> Iterator[Api]:
    with an_api(tmp_path) as api:
        yield api


class Receiver(BaseHTTPRequestHandler):
    """Another system: answers what it is told to, and keeps what it was sent."""

    answers: list[int]
    received: list[tuple[bytes, Mapping[str, str]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append((body, dict(self.headers)))
        self.send_response(self.answers.pop(0) if self.answers else 200)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[tuple[str, type[Receiver]]]:
    handler = type("Here", (Receiver,), {"answers": [], "received": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/told?x=1", handler
    server.shutdown()
    thread.join()
    server.server_close()


def add(api: Api, url: str) -> dict[str, Any]:
    made = api.post("administrator", "/hooks", json={"url": url})
    assert made.status_code == 201, made.text
    hook: dict[str, Any] = made.json()
    return hook


def deliver(api: Api) -> int:
    sender = HookSender(allow_loopback=True)
    return hooks.deliver_due(api.engine, api.now[0], sender.post, api.app.state.desk.vault)


def only_hook(api: Api) -> dict[str, Any]:
    (hook,) = api.get("administrator", "/hooks").json()["contents"]
    found: dict[str, Any] = hook
    return found


def test_nobody_is_told_before_an_address_is_added(api: Api) -> None:
    api.change("coordinator", SERVICE, {"alert": "Hoy no"})
    with api.engine.connect() as connection:
        count = connection.execute(select(func.count()).select_from(hook_deliveries)).scalar_one()
    assert (count, deliver(api)) == (0, 0)


def test_a_change_is_told_signed_and_without_a_word_about_persons(
    api: Api, receiver: tuple[str, type[Receiver]]
) -> None:
    url, there = receiver
    hook = add(api, url)
    assert only_hook(api)["key"] is None
    changed = api.change("coordinator", SERVICE, {"alert": "Hoy no"}).json()
    assert deliver(api) == 1
    ((body, headers),) = there.received
    assert json.loads(body) == {
        "kind": "service", "id": changed["id"], "version": 2, "action": "update",
        "at": changed["last_modified"],
    }  # fmt: skip
    at, _, digest = headers["Ventanilla-Signature"].partition(",v1=")
    assert at == f"t={int(START.timestamp())}"
    signed = f"{at[2:]}.".encode() + body
    assert digest == hmac.new(hook["key"].encode(), signed, hashlib.sha256).hexdigest()
    assert deliver(api) == 0
    assert only_hook(api)["waiting"] == 0
    api.send("administrator", "DELETE", f"/api/v1/hooks/{hook['id']}")
    api.change("coordinator", SERVICE, {"alert": ""})
    assert (deliver(api), len(there.received)) == (0, 1)


def test_what_is_refused_is_told_to_nobody(api: Api, receiver: tuple[str, type[Receiver]]) -> None:
    add(api, receiver[0])
    assert api.change("coordinator", SERVICE, {"url": "nowhere"}).status_code == 422
    api.change("editor", SERVICE, {"terms": ["documents/birth-certificate"]})  # it waits
    assert (deliver(api), receiver[1].received) == (0, [])


def test_a_failure_is_tried_again_ever_more_seldom_and_is_visible(
    api: Api, receiver: tuple[str, type[Receiver]]
) -> None:
    url, there = receiver
    there.answers[:] = [500, 302, 200]  # a redirect is no yes, and is not followed
    add(api, url)
    api.change("coordinator", SERVICE, {"alert": "Hoy no"})
    assert deliver(api) == 1
    failing = only_hook(api)
    assert (failing["status"], failing["last_failure"], failing["waiting"]) == (
        "failing", "answered 500", 1,
    )  # fmt: skip
    assert deliver(api) == 0
    api.later(seconds=30)
    assert deliver(api) == 1
    api.later(seconds=30)
    assert deliver(api) == 0
    api.later(seconds=30)
    assert deliver(api) == 1
    assert (only_hook(api)["status"], only_hook(api)["waiting"]) == ("active", 0)
    ids = {headers["Ventanilla-Delivery"] for _, headers in there.received}
    assert (len(there.received), len(ids)) == (3, 1)


def test_one_that_says_gone_is_asked_no_more(
    api: Api, receiver: tuple[str, type[Receiver]]
) -> None:
    url, there = receiver
    there.answers[:] = [410]
    add(api, url)
    for alert in ("uno", "dos"):
        api.change("coordinator", SERVICE, {"alert": alert})
    deliver(api)
    api.change("coordinator", SERVICE, {"alert": "tres"})
    api.later(hours=1)
    assert deliver(api) == 0
    assert (only_hook(api)["status"], only_hook(api)["waiting"]) == ("ended", 0)


def test_after_a_day_it_is_given_up(api: Api) -> None:
    add(api, "http://127.0.0.1:9/nobody")
    api.change("coordinator", SERVICE, {"alert": "Hoy no"})
    tries = 0
    for _ in range(60):
        tries += deliver(api)
        api.later(minutes=30)
    hook = only_hook(api)
    assert (hook["given_up"], hook["waiting"], hook["status"]) == (1, 0, "failing")
    assert hook["last_failure"] == "it does not answer"
    assert 10 < tries < 30


def test_two_processes_do_not_send_the_same(api: Api) -> None:
    add(api, "http://127.0.0.1:9/nobody")
    api.change("coordinator", SERVICE, {"alert": "Hoy no"})
    vault = api.app.state.desk.vault
    seen: list[int] = []

    def post(*_: Any) -> int:
        seen.append(hooks.deliver_due(api.engine, api.now[0], post, vault))
        return 200

    assert (hooks.deliver_due(api.engine, api.now[0], post, vault), seen) == (1, [0])


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "ftp://example.org/", "https://", "https://user:x@example.org/",
        "https://127.0.0.1/", "https://localhost/", "https://10.0.0.8/", "https://192.168.1.1/",
        "https://172.16.0.1/", "https://169.254.169.254/latest/meta-data", "https://0.0.0.0/",
        "https://100.64.0.1/", "https://[::1]/", "https://[fe80::1]/", "https://[fd00::1]/",
        "https://[::ffff:127.0.0.1]/", "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::a00:1]/",
        "https://[2002:7f00:1::]/", "https://2130706433/", "https://0x7f.1/", "https://224.0.0.1/",
        "https://example.org:99999/", "https://nobody.invalid/", "https://exa mple.org/",
    ],
)  # fmt: skip
def test_private_addresses_are_refused_when_added_and_when_sent(url: str) -> None:
    sender = HookSender()
    assert sender.judge(url)
    with pytest.raises(NotSent):
        sender.post(url, b"{}", {})


def test_a_public_address_may_be_told() -> None:
    assert HookSender().judge(PUBLIC) is None


def test_a_name_that_moves_into_our_network_is_not_followed(
    api: Api, receiver: tuple[str, type[Receiver]]
) -> None:
    """What was accepted before is judged again at the moment of sending."""
    add(api, receiver[0])
    api.change("coordinator", SERVICE, {"alert": "Hoy no"})
    hooks.deliver_due(api.engine, api.now[0], HookSender().post, api.app.state.desk.vault)
    assert receiver[1].received == []
    assert only_hook(api)["last_failure"] == "must begin with https://"


@pytest.mark.parametrize(
    ("who", "status"),
    [(None, 401), ("editor", 403), ("coordinator", 403), ("administrator", 422)],
)
def test_only_administrators_add_addresses(api: Api, who: str | None, status: int) -> None:
    made = api.post(who, "/hooks", json={"url": "https://10.0.0.8/"})
    assert made.status_code == status
    if status == 422:
        assert made.json()["errors"][0]["field"] == "url"


def test_a_signature_is_of_one_hook_alone(api: Api) -> None:
    vault = api.app.state.desk.vault
    assert hooks.signing_key(vault, "a") != hooks.signing_key(vault, "b")
    assert timedelta(seconds=30) == hooks.FIRST_WAIT
