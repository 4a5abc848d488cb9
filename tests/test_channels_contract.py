"""One contract for every channel: the same conversation, told in each channel's own way, gets the
same words and the same options in the same order."""

import asyncio
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_telegram import FakeTelegram
from telegram_for_tests import rows, running
from web_for_tests import Service, serving

from bot import phrases
from bot.channels.console import Conversation
from bot.content import Content
from bot.messages import Kind, Message, OutgoingMessage
from knowledge.store import erasures

# What a person types, and the id of a button they tap ("=…"). No office is among the answers: they
# come from the directory, which is another test's business.
CONVERSATIONS = {
    "es": ["hola", "=c:HN", "1", "atrás", "¿le pasan esto a la migra?", "=l:en", "qwerty", "exit"],
    "en": ["hello", "=c:MX", "2", "back", "menu", "😀", "<i>2</i> & '\"", "help", "delete"],
    "danger": ["me quiero morir", "=c:SV", "seguir", "salir"],
    "rough": ["\u200b\u202e", "x" * 4000, "'; DROP TABLE sessions;--", "=o:gone/a/b", "9"],
}

Told = list[tuple[str, list[tuple[str, str]]]]  # text, options as (id, label)
Channel = Callable[[list[str], Path], Told]

WEB: list[Service] = []  # the one that all conversations of the web use


@pytest.fixture(scope="module", autouse=True)
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with serving(tmp_path_factory.mktemp("web")) as service:
        WEB.append(service)
        yield
        WEB.clear()


def as_told(messages: tuple[OutgoingMessage, ...]) -> Told:
    return [(m.text, [(o.id, o.label) for o in m.options]) for m in messages]


def by_decision(said: list[str], content: Content) -> Told:
    """What the conversation itself answers."""
    conversation = Conversation(content, lambda _: [], "es", None)
    told: Told = []
    for words in said:
        tapped = words.startswith("=")
        message = Message(kind=Kind.OPTION, option=words[1:]) if tapped else Message(text=words)
        told += as_told(conversation.say(message))
    return told


def marked(text: str, content: Content) -> str:
    """What is said of an erasure where a visit was kept: a mark stays of it, which is told."""
    for language in content.languages:
        if text == content.text(language, phrases.ERASED):
            days = erasures.KEEP_DAYS
            return f"{text}\n\n{content.text(language, phrases.ERASED_MARK, days=days)}"
    return text


def by_web(said: list[str], folder: Path) -> Told:
    told: Told = []
    url = WEB[0].url
    token = None
    for words in said:
        tapped = words.startswith("=")
        body = {
            "conversation": token,
            "text": "" if tapped else words,
            "option": words[1:] if tapped else None,
            "lang": "es",
        }
        request = urllib.request.Request(
            f"{url}/chat", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            reply = json.load(answer)
        token = reply["conversation"]
        told += [
            (m["text"], [(o["id"], o["label"]) for o in m["options"]]) for m in reply["messages"]
        ]
    return told


def by_telegram(way: str) -> Channel:
    def tell(said: list[str], folder: Path) -> Told:
        async def converse() -> Told:
            async with FakeTelegram() as fake, running(fake, folder, way) as service:
                for words in said:
                    before = len(fake.sent_to(7))
                    if words.startswith("="):
                        fake.tap(7, words[1:])
                    else:
                        fake.text(7, words)
                    await fake.replies(7, before + 1)
                    # All replies of a turn are written at once, and leave when they are delivered.
                    await fake.until(lambda: rows(service.chat, "outbox") == 0)
                return [(sent.text, list(sent.buttons)) for sent in fake.sent_to(7)]

        return asyncio.run(asyncio.wait_for(converse(), 180))

    return tell


CHANNELS: dict[str, Channel] = {
    "web": by_web,
    "telegram polling": by_telegram("polling"),
    "telegram webhook": by_telegram("webhook"),
}


@pytest.mark.parametrize("said", CONVERSATIONS.values(), ids=CONVERSATIONS)
@pytest.mark.parametrize("channel", CHANNELS.values(), ids=CHANNELS)
def test_a_channel_shows_what_was_decided(
    channel: Channel, said: list[str], content: Content, tmp_path: Path
) -> None:
    decided = [(marked(text, content), options) for text, options in by_decision(said, content)]
    assert channel(said, tmp_path) == decided


@pytest.mark.parametrize("said", CONVERSATIONS.values(), ids=CONVERSATIONS)
def test_the_terminal_shows_what_was_decided(
    said: list[str], content: Content, tmp_path: Path
) -> None:
    """The terminal has no buttons: labels are typed, and the greeting comes by itself."""
    typed = [words for words in said if not words.startswith("=")]
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "chat", "--lang", "es"],
        input="\n".join(typed) + "\n",
        capture_output=True,
        text=True,
        env={**os.environ, "VENTANILLA_DATA_DIR": str(tmp_path)},
        timeout=180,
        check=True,
    )
    expected = by_decision(["=w:start", *typed], content)
    shown = [
        "\n".join([text, *(f"  {n}. {label}" for n, (_, label) in enumerate(options, 1))]) + "\n"
        for text, options in expected
    ]
    assert done.stdout == "".join(f"{message}\n" for message in shown)
    assert done.stderr == ""
