"""`POST /chat`: the contract, what is refused and how, and what is left behind."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web_for_tests import Service, serving

from bot import phrases
from bot.channels import web_requests

TOKEN_CHARS = 43
KEYS = ["conversation", "lang", "messages", "article", "crisis", "concern"]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("web")) as running:
        yield running


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, timeout=60) as opened:
        yield opened


def ask(client: httpx.Client, text: str = "", **more: Any) -> dict[str, Any]:
    body = {"conversation": None, "text": text, "option": None, "location": None}
    response = client.post("/chat", json=body | more)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def words(answer: dict[str, Any]) -> str:
    return "\n".join(message["text"] for message in answer["messages"])


def assert_problem(response: httpx.Response, status: int, sentence: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    assert problem["detail"] == sentence
    assert problem["title"]
    assert "Traceback" not in response.text
    return problem


def test_a_conversation_remembers_where_it_stands(client: httpx.Client) -> None:
    first = ask(client, "hola")
    assert list(first) == KEYS
    assert len(first["conversation"]) == TOKEN_CHARS
    assert list(first["messages"][0]) == ["text", "options", "services", "sources"]
    country = next(o for m in first["messages"] for o in m["options"] if o["id"] == "c:SV")
    assert country == {"id": "c:SV", "label": "El Salvador"}
    token = first["conversation"]
    second = ask(client, conversation=token, option="c:SV")
    assert second["conversation"] == token
    third = ask(client, "perdí mi DUI", conversation=token)
    assert third["article"] == "documents/replace-national-id"
    assert any(message["sources"] for message in third["messages"])


def test_two_conversations_know_nothing_of_each_other(client: httpx.Client) -> None:
    one, other = ask(client, option="c:SV"), ask(client, option="c:HN")
    assert one["conversation"] != other["conversation"]
    answers = [
        words(ask(client, "perdí mi documento de identidad", conversation=a["conversation"]))
        for a in (one, other)
    ]
    assert answers[0] != answers[1]


def test_language_and_country_count_for_a_conversation_seen_first(client: httpx.Client) -> None:
    assert ask(client, "ok", lang="en")["lang"] == "en"
    assert ask(client, "ok", lang="en-US")["lang"] == "en"
    headers = {"Accept-Language": "en;q=0.9, es;q=0.5"}
    assert client.post("/chat", json={"text": "ok"}, headers=headers).json()["lang"] == "en"
    spanish = client.post("/chat", json={"text": "ok", "lang": "es"}, headers=headers)
    assert spanish.json()["lang"] == "es"
    known = ask(client, "ok", lang="es")["conversation"]
    assert ask(client, "ok", conversation=known, lang="en")["lang"] == "es"
    assert "911" in words(ask(client, "mi esposo me pega", country="HN"))


@pytest.mark.parametrize("token", ["", "short", "x" * 44, "ñ" * 43, "a" * 42 + "\n", "../" * 14])
def test_a_token_that_is_not_ours_is_replaced(client: httpx.Client, token: str) -> None:
    answer = ask(client, "hola", conversation=token)
    assert answer["conversation"] != token
    assert len(answer["conversation"]) == TOKEN_CHARS


def test_our_own_page_is_told_more(client: httpx.Client) -> None:
    answer = client.post("/chat?page=1", json={"text": "me quiero morir"}).json()
    assert list(answer) == [*KEYS, "ended"]
    assert [message["urgent"] for message in answer["messages"]][:2] == [True, False]
    assert phrases.WELCOME not in words(answer)
    body = {"text": "salir", "conversation": answer["conversation"]}
    assert client.post("/chat?page=1", json=body).json()["ended"] is True


def test_danger_is_told_to_the_caller(client: httpx.Client) -> None:
    answer = ask(client, "me quiero morir", country="SV")
    assert answer["crisis"] == "self-harm"
    assert "911" in answer["messages"][0]["text"]


def test_an_unknown_option_is_no_error(client: httpx.Client) -> None:
    for option in ("zz:nothing", "o:a/b/c", "c:US", "f:", "💡", "x" * 5000):
        assert ask(client, option=option)["messages"]


def test_a_location_is_used_when_nothing_was_typed(client: httpx.Client) -> None:
    place = {"latitude": 13.7, "longitude": -89}
    token = ask(client, "perdí mi dui", country="SV")["conversation"]
    answer = ask(client, conversation=token, location=place)
    assert phrases.LOCATION_USED in words(answer)
    typed = ask(client, "me quiero morir", conversation=token, location=place)
    assert typed["crisis"] == "self-harm"


def test_nothing_at_all_gets_a_kind_answer(client: httpx.Client) -> None:
    token = ask(client, option="w:start")["conversation"]
    for body in ({}, {"text": None}, {"text": "  \n"}, {"text": "\x00"}):
        answer = client.post("/chat", json={"conversation": token} | body).json()
        assert phrases.EMPTY_MESSAGE in words(answer)


def test_control_characters_are_dropped(client: httpx.Client) -> None:
    text = "per\x00dí\x07 mi D\x1bUI\ud800"
    raw = json.dumps({"text": text, "country": "SV"})  # the lone half character as \ud800
    answer = client.post("/chat", content=raw, headers={"Content-Type": "application/json"})
    assert answer.json()["article"] == "documents/replace-national-id"


def test_a_text_may_have_4096_characters(client: httpx.Client) -> None:
    assert ask(client, "á" * 4096)["messages"]
    response = client.post("/chat", json={"text": "á" * 4097})
    problem = assert_problem(response, 422, web_requests.TEXT_TOO_LONG)
    assert problem["errors"][0]["field"] == "text"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": 5}, "text"),
        ({"text": ["hola"]}, "text"),
        ({"option": 1}, "option"),
        ({"conversation": {}}, "conversation"),
        ({"lang": True}, "lang"),
        ({"country": "US"}, "country"),
        ({"location": "here"}, "location"),
        ({"location": {"latitude": 1}}, "location.longitude"),
        ({"location": {"latitude": 91, "longitude": 0}}, "location.latitude"),
        ({"location": {"latitude": 0, "longitude": -180.5}}, "location.longitude"),
        ({"location": {"latitude": True, "longitude": 0}}, "location.latitude"),
        ({"location": {"latitude": float("nan"), "longitude": 0}}, "location.latitude"),
        ([], "body"),
        ("hola", "body"),
        (None, "body"),
    ],
)
def test_a_wrong_field_is_named(client: httpx.Client, body: Any, field: str) -> None:
    response = client.post(
        "/chat", content=json.dumps(body), headers={"Content-Type": "application/json"}
    )
    problem = assert_problem(response, 422, web_requests.WRONG_FIELDS.replace("{fields}", field))
    assert [error["field"] for error in problem["errors"]] == [field]
    assert problem["errors"][0]["reason"]


def test_a_refusal_does_not_repeat_what_was_written(client: httpx.Client) -> None:
    response = client.post("/chat", json={"text": ["mi esposo me pega"], "lang": "es"})
    assert response.status_code == 422
    assert "esposo" not in response.text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"text": "ho', web_requests.NOT_JSON),
        (b"", web_requests.NOT_JSON),
        (b"hola", web_requests.NOT_JSON),
        (b"[" * 60_000, web_requests.NOT_JSON),
        (b'{"a": ' + b"9" * 5000 + b"}", web_requests.NOT_JSON),
        ('{"text": "perdí"}'.encode("latin-1"), web_requests.NOT_UTF8),
        ('{"text": "hola"}'.encode("utf-16"), web_requests.NOT_UTF8),
    ],
)
def test_what_is_not_json_is_refused(client: httpx.Client, content: bytes, sentence: str) -> None:
    response = client.post("/chat", content=content, headers={"Content-Type": "application/json"})
    assert_problem(response, 400, sentence)


def test_a_body_over_64_kb_is_refused_with_or_without_its_length(client: httpx.Client) -> None:
    body = json.dumps({"text": "hola", "more": "x" * 70_000}).encode()
    headers = {"Content-Type": "application/json"}
    assert_problem(client.post("/chat", content=body, headers=headers), 413, web_requests.TOO_LARGE)
    pieces = (body[at : at + 1000] for at in range(0, len(body), 1000))
    assert_problem(
        client.post("/chat", content=pieces, headers=headers), 413, web_requests.TOO_LARGE
    )


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_content_type_is_refused(client: httpx.Client, content_type: str) -> None:
    response = client.post("/chat", content=b"{}", headers={"Content-Type": content_type})
    assert_problem(response, 415, web_requests.NOT_JSON_TYPE)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_another_method_is_refused(client: httpx.Client, method: str) -> None:
    response = client.request(method, "/chat")
    assert_problem(response, 405, web_requests.WRONG_METHOD)
    assert response.headers["allow"] == "POST"


def test_help_in_danger_does_not_need_the_database(service: Service, client: httpx.Client) -> None:
    with service.without_database():
        response = client.post("/chat", json={"text": "me quiero morir", "country": "MX"})
        problem = assert_problem(response, 503, web_requests.NO_DATABASE)
        assert "911" in problem["messages"][0]["text"]
        assert list(problem["messages"][0]) == ["text", "options", "services", "sources"]
        assert len(problem["conversation"]) == TOKEN_CHARS
        assert response.headers["retry-after"]
        other = client.post("/chat", json={"text": "perdí mi DUI"})
        assert other.json()["messages"][0]["text"].startswith(phrases.TROUBLE)
    assert ask(client, "perdí mi DUI", country="SV")["article"]


def test_what_was_written_is_nowhere_in_the_database(
    service: Service, client: httpx.Client
) -> None:
    secret_words = "zarigüeya violeta"
    token = ask(client, f"perdí mi {secret_words}", country="SV")["conversation"]
    ask(client, secret_words, conversation=token)
    files = list(service.database.parent.glob("*"))
    assert service.database in files
    for path in files:
        content = path.read_bytes()
        assert b"zarig" not in content
        assert token.encode() not in content


def test_an_answer_sets_no_cookie_and_is_not_kept(client: httpx.Client) -> None:
    response = client.post("/chat", json={"text": "hola"})
    assert "set-cookie" not in response.headers
    assert response.headers["cache-control"] == "no-store"


def test_the_api_description_says_what_goes_in_and_out(client: httpx.Client) -> None:
    described = client.get("/api/openapi.json").json()["paths"]["/chat"]
    assert list(described) == ["post"]
    body = described["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(body["properties"]) == {
        "conversation", "text", "option", "location", "lang", "country"
    }  # fmt: skip
    assert "$ref" not in json.dumps(body)
    assert {"200", "400", "413", "415", "422", "503"} <= set(described["post"]["responses"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
FIELDS = st.sampled_from(["conversation", "text", "option", "location", "lang", "country"])


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(body=JSON | st.dictionaries(FIELDS, JSON | st.text(max_size=30), max_size=6))
def test_whatever_comes_gets_an_answer_or_a_reason(client: httpx.Client, body: Any) -> None:
    response = client.post(
        "/chat", content=json.dumps(body), headers={"Content-Type": "application/json"}
    )
    assert response.status_code in (200, 422), response.text
    if response.status_code == 422:
        assert response.json()["errors"]


def test_tokens_are_long_and_all_different() -> None:
    tokens = {web_requests.new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(web_requests.known_shape(token) == token for token in tokens)
