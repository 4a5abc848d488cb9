"""The nearest office, whether it is open, and what is wrong with it, through real channels."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from fake_telegram import FakeTelegram
from offices_for_tests import an_office, at_id, put
from telegram_for_tests import SECRET_KEY, content, running, with_telegram
from web_for_tests import serving

from bot import phrases
from bot.app import make_chat
from bot.chat import Chat
from bot.settings import Settings
from bot.store import open_store
from knowledge.directory import reports, terms

ALICE = 1001
IN_LA_CEIBA = {"latitude": 15.7703, "longitude": -86.7919}


def a_chat_with_offices(folder: Path) -> Chat:
    settings = Settings(data_dir=folder, secret_key=SECRET_KEY, shipped_directory=False)
    chat = make_chat(settings, open_store(settings), content())
    with chat.engine.begin() as connection:
        terms.write_terms(connection)
        for name, department, town, point in (
            ("Capital", "Francisco Morazán", "Distrito Central", (14.08, -87.21)),
            ("Costa", "Atlántida", "La Ceiba", (15.78, -86.79)),
        ):
            office = an_office(
                name, country="HN", department=department, municipality=town, point=point,
                hours="24/7", phone="2440-0000", topics=("documents/replace-national-id",),
            )  # fmt: skip
            put(connection, office)
    return chat


def test_telegram_finds_the_nearest_and_takes_a_report(tmp_path: Path) -> None:
    async def conversation(fake: FakeTelegram) -> None:
        async def told(words: str) -> None:
            await fake.until(lambda: any(words in sent.text for sent in fake.sent_to(ALICE)))

        def buttons() -> list[tuple[str, str]]:
            return [button for sent in fake.sent_to(ALICE) for button in sent.buttons]

        chat = a_chat_with_offices(tmp_path)
        async with running(fake, tmp_path, chat=chat):
            fake.text(ALICE, "perdí mi dni en Honduras")
            await told("Capital")
            fake.message(ALICE, {"location": IN_LA_CEIBA})
            await told(phrases.LOCATION_USED)
            # The button names the nearest first; it comes with the last message of the answer.
            begins = f"r:{reports.short_id(at_id('Costa'))}"
            await fake.until(lambda: any(option.startswith(begins) for option, _ in buttons()))
            report = next(option for option, _ in buttons() if option.startswith(begins))
            near = [sent.text for sent in fake.sent_to(ALICE) if "Costa" in sent.text][-1]
            assert near.index("Costa") < near.index("Capital")
            assert "A unos 1.1 km" in near
            assert "Abierto ahora, las 24 horas." in near
            assert "Teléfono: 2440-0000" in near
            assert all(len(option.encode()) <= 64 for option, _ in buttons())
            fake.tap(ALICE, report)
            await told(phrases.ASK_REPORT)
            moved = next(o for o, label in buttons() if label == phrases.REPORT_KINDS["moved"])
            fake.tap(ALICE, moved)
            await told(phrases.REPORT_THANKS)
            with chat.engine.begin() as connection:
                (task,) = reports.open_tasks(connection)
            assert (task.at_id, task.kinds) == (at_id("Costa"), ("moved",))

    with_telegram(conversation)
    for file in tmp_path.iterdir():
        assert b"15.7703" not in file.read_bytes()


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with (
        serving(tmp_path_factory.mktemp("web")) as service,
        httpx.Client(base_url=service.url, timeout=60) as client,
    ):
        yield client


def test_the_web_finds_the_nearest_and_takes_a_report(web: httpx.Client) -> None:
    token = None

    def ask(**body: Any) -> list[dict[str, Any]]:
        nonlocal token
        answer = web.post("/chat", json={"conversation": token, "country": "HN", **body}).json()
        token = answer["conversation"]
        return list(answer["messages"])

    ask(text="perdí mi dni")
    near = ask(location=IN_LA_CEIBA)
    offices = [office for message in near for office in message["services"]]
    far = [office.get("distance_km", office.get("about_km")) for office in offices]
    assert len(far) == 5
    assert far == sorted(far)
    assert all(office["place"] and office["notice"] for office in offices)
    report, *pair = near[-1]["options"][-3:]
    assert report["label"] == phrases.BUTTON_REPORT
    assert [way["label"] for way in pair] == [phrases.BUTTON_HELPED, phrases.BUTTON_NOT_HELPED]
    (asked,) = ask(option=report["id"])
    assert asked["text"].startswith(offices[0]["name"])
    closed = asked["options"][0]
    assert closed["label"] == phrases.REPORT_KINDS["closed"]
    assert ask(option=closed["id"])[0]["text"].startswith(phrases.REPORT_THANKS)


def test_the_page_without_a_script_shows_the_card_and_takes_a_report(web: httpx.Client) -> None:
    web.post("/", data={"option": "c:SV", "lang": "es"})
    page = web.post("/", data={"text": "donde saco el dui en zacatecoluca", "lang": "es"}).text
    card = page[page.index("Duicentro Plaza Mundo") :]
    assert "A unos 37 km, según su municipio" in card
    assert 'class="state">' in card
    assert "Sin confirmar: pregunte antes de ir." in card
    report = page[page.rindex('value="r:') + 7 :].split('"')[0]
    asked = web.post("/", data={"option": report, "lang": "es"}).text
    assert phrases.ASK_REPORT in asked
    assert phrases.BUTTON_REPORT in asked  # what was tapped
