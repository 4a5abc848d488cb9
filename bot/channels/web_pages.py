"""Draws the page of the web chat on the server, so that it works without a script."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from bot import phrases
from bot.channels.web_assets import Assets
from bot.channels.web_text import (
    Block,
    Piece,
    blocks,
    map_link,
    numbers_to_call,
    phone_link,
    pieces,
    web_link,
)
from bot.content import Content
from bot.messages import OutgoingMessage, ShownOption
from bot.options import LANGUAGE_NAMES, choice
from locales.formats import format_date

# Where the quick exit leads: what anybody looks up, and light on data.
NEUTRAL_PAGE = "https://www.google.com/search?q=clima"
# What a card may show; the composer leaves out what is not known.
NO_SERVICE: Mapping[str, Any] = dict.fromkeys(
    (
        "name", "organization", "alert", "place", "opening", "details", "whatsapp", "notice",
        "phones", "latitude", "longitude", "website", "source",
    )
)  # fmt: skip
PAGES = Path(__file__).resolve().parent.parent / "pages"


@dataclass(frozen=True, slots=True)
class Reply:
    """One message as the template draws it; offices are cards, so their text is left out."""

    blocks: tuple[Block, ...]
    services: tuple[Mapping[str, Any], ...]
    sources: tuple[Mapping[str, Any], ...]
    options: tuple[ShownOption, ...]
    urgent: bool
    calls: tuple[Piece, ...] = ()  # in danger, the numbers as buttons too


def page_environment(assets: Assets) -> Environment:
    """Return what reads the templates of pages for people."""
    environment = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.globals.update(static=assets.url)
    return environment


class Pages:
    """Renders the chat page in every language of the content."""

    def __init__(self, content: Content, assets: Assets) -> None:
        self._content = content
        environment = page_environment(assets)
        environment.globals.update(
            phone_link=phone_link,
            web_link=web_link,
            map_link=map_link,
            site=site,
            neutral_page=NEUTRAL_PAGE,
        )
        self._template: Template = environment.get_template("chat.html")

    def render(
        self,
        language: str,
        messages: Iterable[OutgoingMessage],
        *,
        said: str = "",
        problem: str = "",
        draft: str = "",
        posted: bool = False,
    ) -> str:
        """Return the page: what the person `said`, the replies, the field with its `draft`.

        `problem` is a sentence on what could not be sent; `posted` tells an answer from the
        first screen.
        """

        def translate(spanish: str, **params: object) -> str:
            return self._content.text(language, spanish, **params)

        emergency = pieces(translate(phrases.EMERGENCY_ALL), urgent=True)
        return self._template.render(
            _=translate,
            language=language,
            other_languages=[
                (code, LANGUAGE_NAMES.get(code, code))
                for code in self._content.languages
                if code != language
            ],
            replies=[_reply(message) for message in messages],
            said=said,
            problem=problem,
            draft=draft,
            posted=posted,
            emergency=emergency,
            say_date=lambda day: format_date(day, language),
        )

    def label(self, language: str, option_id: str) -> str:
        """Return what a tapped option is called; empty when it is gone."""
        found = choice(option_id, self._content)
        if found is None:
            return ""
        return self._content.text(language, found.label) if found.translate else found.label


def site(address: str) -> str:
    """Return the name of the site an address belongs to, for people to read."""
    return (urlsplit(address).hostname or address).removeprefix("www.")


def _reply(message: OutgoingMessage) -> Reply:
    if message.services:
        first = pieces(message.text.split("\n", 1)[0])
        titled = first[-1].text.endswith(":") if first else False
        found: tuple[Block, ...] = (Block("title", (first,)),) if titled else ()
    else:
        found = blocks(message.text, urgent=message.urgent)
    return Reply(
        found,
        tuple({**NO_SERVICE, **service} for service in message.services),
        # In danger, nothing stands between a person and the number.
        () if message.urgent else message.sources,
        message.options,
        message.urgent,
        numbers_to_call(found) if message.urgent else (),
    )
