"""What a person, a program or an attacker sees over the limits of the web service."""

import asyncio
import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request

from bot import connections, request_limits
from bot.channels import web
from bot.chat import Chat
from bot.connections import PatientProtocol
from bot.content import Content
from bot.limits import Limits, Rate
from bot.request_limits import RequestLimits
from bot.settings import LOCAL_PROXY
from bot.worker import Worker

TOKEN = "A" * 43
FEW = {"chat": Rate(3, 0.01), "messages": Rate(6, 0.01), "reading": Rate(4, 0.01)}


@contextlib.contextmanager
def listening(app: Callable[..., object], trusted: str = LOCAL_PROXY) -> Iterator[int]:
    """Serve on a free port as `ventanilla serve` does."""
    config = uvicorn.Config(
        app,
        port=0,
        http=PatientProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        forwarded_allow_ips=trusted,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def client(chat: Chat) -> Iterator[httpx.Client]:
    """The web chat and another page, with a few messages allowed and hardly any more."""
    app = FastAPI()
    limits = Limits(FEW)
    worker = Worker(chat)

    @app.get("/hsds/")
    def feed() -> dict[str, str]:
        return {}

    @app.post("/api/v1/import")
    @app.post("/api/v1/other")
    async def take_in(request: Request) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    app.add_middleware(RequestLimits, limits=limits, content=chat.content)
    web.install(app, worker, limits)
    with (
        listening(app) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        yield client
    worker.close()


def say(client: httpx.Client, text: str, token: str | None = TOKEN, lang: str = "es"):
    body = {"conversation": token, "text": text, "lang": lang}
    return client.post("/chat", json=body)


def test_a_conversation_over_its_limit_is_asked_kindly_to_wait(client: httpx.Client) -> None:
    assert [say(client, "hola").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = say(client, "hello", lang="en")
    assert refused.headers["content-type"] == "application/problem+json"
    assert 1 <= int(refused.headers["retry-after"]) <= 100
    assert refused.json()["status"] == 429
    assert refused.json()["conversation"] == TOKEN
    spanish = say(client, "hola").json()["detail"]
    assert "Espere" in spanish
    for _ in range(10):
        assert say(client, "hola").status_code == 429
    assert say(client, "hola", "B" * 43).status_code == 200  # somebody else goes on


def test_danger_is_answered_over_any_limit(client: httpx.Client) -> None:
    for number in range(12):
        say(client, "hola", f"{number:043}")
    assert say(client, "hola", None).status_code == 429
    for text in ("me quiero matar", "mi esposo me pega", "i want to kill myself"):
        answer = say(client, text)
        assert answer.status_code == 200
        assert "911" in answer.json()["messages"][0]["text"]


def test_the_page_keeps_what_was_written_and_says_to_wait(client: httpx.Client) -> None:
    client.cookies.set("ventanilla", TOKEN)
    for _ in range(3):
        assert client.post("/", data={"text": "hola"}).status_code == 200
    refused = client.post("/", data={"text": "perdi mi dui ayer"})
    assert refused.status_code == 429
    assert refused.headers["retry-after"]
    assert "Espere" in refused.text
    assert "perdi mi dui ayer" in refused.text
    helped = client.post("/", data={"text": "me quiero matar"})
    assert helped.status_code == 200
    assert "911" in helped.text


def test_other_addresses_are_refused_with_a_problem(client: httpx.Client) -> None:
    assert [client.get("/hsds/").status_code for _ in range(5)] == [200] * 4 + [429]
    refused = client.get("/hsds/", headers={"Accept-Language": "en"})
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["content-language"] == "en"
    assert refused.headers["x-content-type-options"] == "nosniff"
    assert int(refused.headers["retry-after"]) > 0


def test_a_body_has_a_length_that_its_address_needs(client: httpx.Client) -> None:
    long = b"x" * 1_500_000
    assert client.post("/api/v1/import", content=long).json() == {"bytes": 1_500_000}
    announced = client.post("/api/v1/other", content=long)
    assert announced.status_code == 413


def test_a_body_without_a_length_is_stopped_on_its_way(client: httpx.Client) -> None:
    def in_parts() -> Iterator[bytes]:
        for _ in range(30):
            yield b"x" * 50_000

    refused = client.post("/api/v1/other", content=in_parts())
    assert refused.status_code == 413
    assert refused.json()["status"] == 413


@pytest.mark.parametrize(
    ("trusted", "statuses"),
    [(LOCAL_PROXY, [200, 429, 200, 429]), ("10.0.0.1", [200, 429, 429, 429])],
    ids=["a proxy that is trusted", "anybody else"],
)
def test_only_a_trusted_proxy_says_where_a_request_comes_from(
    trusted: str, statuses: list[int], content: Content
) -> None:
    async def app(_scope: object, _receive: object, send: Callable[[object], object]) -> None:
        headers = [(b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"ok"})

    limited = RequestLimits(app, Limits({"reading": Rate(1, 0.001)}), content)
    with listening(limited, trusted) as port:
        told = [
            httpx.get(f"http://127.0.0.1:{port}/", headers={"X-Forwarded-For": address}).status_code
            for address in ("190.5.1.2", "8.8.8.8, 190.5.1.2", "190.5.1.3", "190.5.1.3")
        ]
    assert told == statuses


def read_all(connection: socket.socket) -> bytes:
    told = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65536):
            told += part
    return told


def test_slow_and_endless_requests_are_ended(
    content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_limits, "BODY_SECONDS", 0.4)

    async def echo(scope: object, receive: Callable[[], object], send: Callable[[object], object]):
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})

    app = RequestLimits(echo, Limits.off(), content)
    with listening(app) as port:

        def connect() -> socket.socket:
            return socket.create_connection(("127.0.0.1", port), timeout=60)

        with connect() as slow, connect() as fine:
            slow.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nabc")
            fine.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert b"done" in read_all(fine)
            # Only now is there a hurry: on a busy machine those two may begin late.
            monkeypatch.setattr(connections, "HEADER_SECONDS", 0.4)
            with connect() as silent, connect() as half:
                half.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-A")
                assert read_all(silent) == b""
                assert read_all(half) == b""
            told = read_all(slow)
            assert told.startswith(b"HTTP/1.1 408")
            assert json.loads(told.split(b"\r\n\r\n", 1)[1])["status"] == 408
        with connect() as endless, contextlib.suppress(ConnectionError):
            endless.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
            for _ in range(50):
                endless.sendall(b"X-Long: " + b"y" * 1000 + b"\r\n")
            assert read_all(endless) == b""


def test_a_request_that_ended_leaves_its_connection_open_for_the_next(content: Content) -> None:
    async def app(_scope: object, receive: Callable[[], object], send: Callable[[object], object]):
        await receive()
        await asyncio.sleep(0)
        headers = [(b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"ok"})

    with listening(app) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.connect()
        connection.auto_open = 0  # a closed one is not to be opened again in silence
        for _ in range(3):
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"ok"
        connection.close()
