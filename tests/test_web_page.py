"""The page without a script: forms, cookie, headers, quick exit."""

import re
from collections.abc import Iterator

import httpx
import pytest
from web_for_tests import Service, serving

from bot import phrases
from bot.channels import web_requests
from bot.channels.web_assets import Assets
from bot.channels.web_headers import HEADERS
from bot.channels.web_pages import NEUTRAL_PAGE, Pages
from bot.content import Content
from bot.danger import DangerBook
from bot.messages import OutgoingMessage, ShownOption
from knowledge.search import build_index
from locales.catalogs import translator

MAX_PAGE_BYTES = 60_000


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("web")) as running:
        yield running


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, timeout=60) as opened:
        yield opened


def replies(response: httpx.Response) -> str:
    """Return what the page shows in the conversation, without markup."""
    log = response.text.split('role="log"', 1)[1].split('id="write"', 1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", log))


def test_the_first_screen_keeps_nothing_and_sets_no_cookie(
    service: Service, client: httpx.Client
) -> None:
    before = service.rows()
    response = client.get("/")
    assert response.status_code == 200
    assert "set-cookie" not in response.headers
    assert service.rows() == before
    assert "Hola. Soy Ventanilla" in replies(response)
    assert '<button name="option" value="c:SV">' in response.text
    assert "<title>Información</title>" in response.text


def test_the_first_screen_is_there_without_a_database(
    service: Service, client: httpx.Client
) -> None:
    with service.without_database():
        assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("address", "header", "language"),
    [
        ("/", None, "es"),
        ("/", "en-US,en;q=0.9", "en"),
        ("/?lang=en", "es", "en"),
        ("/?lang=es", "en", "es"),
        ("/?lang=../../etc", "fr", "es"),
    ],
)
def test_the_language_of_the_page(
    client: httpx.Client, address: str, header: str | None, language: str
) -> None:
    response = client.get(address, headers={"Accept-Language": header or ""})
    assert f'<html lang="{language}">' in response.text
    assert response.headers["content-language"] == language


def test_a_conversation_by_forms(service: Service, client: httpx.Client) -> None:
    before = service.rows()
    first = client.post("/", data={"option": "c:SV", "lang": "es"})
    assert first.status_code == 200
    cookie = first.headers["set-cookie"]
    assert re.match(r"ventanilla=[\w-]{43}; HttpOnly; Path=/; SameSite=strict$", cookie)
    assert service.rows() == before + 1
    assert "Usted" in replies(first)
    assert "El Salvador" in replies(first)  # the label of what was tapped
    assert phrases.WELCOME not in replies(first)  # it was on the page before
    answer = client.post("/", data={"text": "perdí mi DUI", "lang": "es"})
    assert "perdí mi DUI" in replies(answer)
    assert "Duicentro" in replies(answer)
    assert "<ol><li>" in answer.text


def test_a_number_answers_the_first_screen(client: httpx.Client) -> None:
    client.post("/", data={"text": "1", "lang": "es"})
    assert "DUI" in replies(client.post("/", data={"text": "perdí mi documento de identidad"}))


def test_what_the_person_writes_is_only_text(client: httpx.Client) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
    for text in (attack, attack + "x" * 5000):
        page = client.post("/", data={"text": text}).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "&lt;script&gt;" in page
    option = client.post("/", data={"option": attack}).text
    assert "<script>alert" not in option


def test_leaving_in_words_ends_the_conversation(service: Service, client: httpx.Client) -> None:
    before = service.rows()
    for word in ("salir", "borrar"):
        client.post("/", data={"option": "c:GT"})
        assert service.rows() == before + 1
        response = client.post("/", data={"text": word})
        assert 'ventanilla=""' in response.headers["set-cookie"]
        assert service.rows() == before
        assert "ventanilla" not in client.cookies


def test_the_quick_exit_leads_away_at_once(service: Service, client: httpx.Client) -> None:
    before = service.rows()
    client.post("/", data={"option": "c:GT"})
    response = client.get("/salir")
    assert response.status_code == 303
    assert response.headers["location"] == NEUTRAL_PAGE
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "ventanilla" not in client.cookies
    service.until_rows(before)
    assert client.get("/salir").status_code == 303  # also without a conversation


def test_the_quick_exit_works_without_a_database(service: Service, client: httpx.Client) -> None:
    before = service.rows()
    client.post("/", data={"option": "c:GT"})
    token = client.cookies["ventanilla"]
    with service.without_database():
        assert client.get("/salir").headers["location"] == NEUTRAL_PAGE
    # Its end may have been late and found the database again: it is not to fall into another test.
    client.post("/salir", data={"conversation": token})
    service.until_rows(before)


def test_the_script_ends_a_conversation_by_its_token(
    service: Service, client: httpx.Client
) -> None:
    before = service.rows()
    token = client.post("/chat", json={"option": "c:MX"}).json()["conversation"]
    assert service.rows() == before + 1
    assert client.post("/salir", data={"conversation": token}).status_code == 204
    assert service.rows() == before
    assert client.post("/salir", data={"conversation": "?"}).status_code == 204
    assert client.post("/salir", json={}).status_code == 415


def test_another_language_begins_another_conversation(
    service: Service, client: httpx.Client
) -> None:
    before = service.rows()
    client.post("/", data={"option": "c:GT", "lang": "es"})
    client.get("/?lang=en")
    assert "ventanilla" not in client.cookies
    service.until_rows(before)
    page = client.post("/", data={"text": "ok", "lang": "en"}).text
    assert '<html lang="en">' in page


def test_a_text_that_is_too_long_stays_in_the_field(client: httpx.Client) -> None:
    text = "no sé " * 1000
    response = client.post("/", data={"text": text})
    assert response.status_code == 422
    assert web_requests.TEXT_TOO_LONG in response.text
    assert f'value="{text}"' in response.text
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"text=%ff%fe", "application/x-www-form-urlencoded", 400),
        (b"text=\xff", "application/x-www-form-urlencoded", 400),
        (b"a=1&" * 30, "application/x-www-form-urlencoded", 400),
        (b"text=" + b"a" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"--x", "multipart/form-data; boundary=x", 415),
    ],
)
def test_a_broken_form_gets_the_page_with_a_reason(
    client: httpx.Client, body: bytes, content_type: str, status: int
) -> None:
    response = client.post("/", content=body, headers={"Content-Type": content_type})
    assert response.status_code == status
    assert 'class="problem"' in response.text
    assert "Hola. Soy Ventanilla" in response.text


def test_help_in_danger_is_shown_without_a_database(service: Service, client: httpx.Client) -> None:
    with service.without_database():
        response = client.post("/", data={"text": "me quiero morir"})
    assert response.status_code == 503
    assert 'href="tel:911"' in response.text
    assert web_requests.NO_DATABASE in response.text


@pytest.mark.parametrize(
    "address",
    ["/", "/?lang=en", "/privacy", "/salir", "/static/style.css", "/nothing", "/health/live"],
)
def test_every_answer_has_the_headers(client: httpx.Client, address: str) -> None:
    headers = client.get(address).headers
    for name, value in HEADERS.items():
        if name != "Cache-Control":
            assert headers[name] == value
    assert headers["cache-control"] in ("no-store", "no-cache")


def test_static_files_are_kept_until_they_change(client: httpx.Client) -> None:
    page = client.get("/").text
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        response = client.get(address)
        assert "immutable" in response.headers["cache-control"]
        again = client.get(address, headers={"If-None-Match": response.headers["etag"]})
        assert again.status_code == 304
        plain = client.get(address, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.content == response.content
    assert client.get("/static/../web.py").status_code == 404
    assert client.get("/static/nothing.css").status_code == 404


def test_the_whole_page_is_small_and_all_its_own(client: httpx.Client) -> None:
    page = client.get("/").text
    loaded = re.findall(r'<(?:script|link|img)[^>]+(?:href|src)="([^"]+)"', page)
    assert len(loaded) == 5
    assert all(address.startswith("/static/") for address in loaded)
    own = {"Accept-Encoding": "identity"}
    size = len(page.encode()) + sum(
        len(client.get(address, headers=own).content) for address in loaded
    )
    assert size < MAX_PAGE_BYTES
    assert not re.search(r"<style|<script>|\son\w+=|style=", page)  # what the policy forbids


def test_a_cookie_is_for_https_alone_where_the_service_has_it(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("https")
    with serving(folder, public_url="https://ventanilla.example") as service:
        response = httpx.post(f"{service.url}/", data={"option": "c:SV"}, timeout=60)
        assert "; Secure" in response.headers["set-cookie"]


# ---- offices and sources, drawn from a message of our own making


def a_page(*messages: OutgoingMessage, language: str = "es") -> str:
    translators = {name: translator(name) for name in ("es", "en")}
    content = Content({}, {}, build_index({}, {}), DangerBook({}, {}), translators)
    return Pages(content, Assets()).render(language, messages)


AN_OFFICE = {
    "name": "Duicentro <Soyapango>",
    "organization": "Registro Nacional (RNPN)",
    "alert": "Cerró en otro lugar.",
    "place": ["Plaza Mundo, Soyapango", "A unos 3.3 km"],
    "opening": "Abierto ahora, cierra a las 18:00.",
    "details": ["Horario: lunes a viernes de 8:00 a 18:00", "Lleve: recibo", "Acceso: rampa"],
    "latitude": 13.7023,
    "longitude": -89.1508,
    "phones": [{"number": "2231-1000", "note": "recepción"}],
    "website": "javascript:alert(1)",
    "notice": "Sin confirmar: llame antes de ir.",
    "source": {"url": "https://www.rnpn.gob.sv/duicentros", "date": "2025-09"},
}


def test_an_office_is_a_card_with_ways_to_reach_it() -> None:
    text = "Dónde ir o llamar:\nDuicentro\nTeléfono: 2231-1000"
    page = a_page(OutgoingMessage(text, services=(AN_OFFICE,)))
    assert '<p class="title">Dónde ir o llamar:</p>' in page
    assert "<h2>Duicentro &lt;Soyapango&gt;</h2>" in page
    assert "Plaza Mundo, Soyapango" in page
    assert '<a href="tel:22311000">Llamar al 2231-1000 (recepción)</a>' in page
    assert "https://www.openstreetmap.org/?mlat=13.70230&amp;mlon=-89.15080" in page
    assert "javascript" not in page
    assert "<p>A unos 3.3 km</p>" in page
    assert '<p class="state">Abierto ahora, cierra a las 18:00.</p>' in page
    for line in AN_OFFICE["details"]:  # type: ignore[attr-defined]
        assert f"<p>{line}</p>" in page
    assert re.search(r'rel="noreferrer noopener">rnpn.gob.sv</a> \(septiembre de 2025\)', page)
    assert "Teléfono: 2231-1000" not in page  # said once, by the card


def test_an_office_of_which_little_is_known_is_still_drawn() -> None:
    page = a_page(OutgoingMessage("Oficina", services=({"name": "Línea"},)))
    assert "<h2>Línea</h2>" in page


def test_sources_are_links_except_in_danger() -> None:
    source = {"url": "https://www.example.org/a?b=1", "date": None}
    page = a_page(OutgoingMessage("Hola.", sources=(source,)))
    assert (
        '<a href="https://www.example.org/a?b=1" rel="noreferrer noopener">example.org</a>' in page
    )
    urgent = a_page(OutgoingMessage("Llame al 911.", sources=(source,), urgent=True))
    assert "example.org" not in urgent
    assert 'role="alert"' in urgent
    assert '<li><a href="tel:911">Llamar al 911</a></li>' in urgent


def test_a_language_to_choose_is_marked_as_such() -> None:
    page = a_page(OutgoingMessage("¿?", (ShownOption("l:en", "English"),)))
    assert '<button name="option" value="l:en" lang="en">' in page
