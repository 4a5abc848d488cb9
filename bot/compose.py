"""Turns replies into words and buttons in the person's language, the same for every channel.

A reply is first made into blocks of text; blocks are then packed into as few messages as stay
readable on a small screen. A message that carries services as data holds nothing else, so that a
channel can draw cards in its place.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from bot import phrases, reporting
from bot.card import Card, Office, fitting, shorten
from bot.content import Content
from bot.messages import (
    Ask,
    Choice,
    OutgoingMessage,
    Reply,
    Reported,
    Say,
    Session,
    ShowArticle,
    ShowConcern,
    ShowDanger,
    ShowData,
    ShownOption,
    ShowServices,
    Turn,
)
from bot.packing import HARD_LIMIT, PAGE, TEXTS, Block, join_services, pack
from knowledge.articles import Section, Source
from knowledge.directory.found import at_any_time
from locales.formats import format_date, format_list

SOURCES_NAMED = 3
CARDS_IN_A_MESSAGE = 3
BUTTON_LIMIT = 60  # characters of an office's name on a button

PART_TITLES = {
    "steps": phrases.PART_STEPS,
    "bring": phrases.PART_BRING,
    "cost": phrases.PART_COST,
    "time": phrases.PART_TIME,
    "who": phrases.PART_WHO,
    "where": phrases.PART_WHERE,
    "good_to_know": phrases.PART_GOOD_TO_KNOW,
}
FIXED = {Reported: phrases.REPORT_THANKS, ShowData: phrases.DATA_NOTHING}
_Articles = dict[tuple[ShowArticle, str], tuple[Block, ...]]
FindServices = Callable[[ShowServices], Sequence[Office]]


@dataclass(frozen=True, slots=True)
class Composer:
    """Writes the messages of a turn; whoever calls it says how services are found.

    `in_words` is for channels that show nothing but text: services and sources are left out as
    data, and messages are longer and fewer.
    """

    content: Content
    in_words: bool = False
    _articles: _Articles = field(default_factory=dict, init=False, compare=False, repr=False)

    def compose(self, turn: Turn, find: FindServices | None) -> tuple[OutgoingMessage, ...]:
        """Return the messages of a turn in the session's language, none too long for its channel.

        `find` gives every service for what is to be shown, best first; without it none is shown.
        """
        blocks = [
            block
            for reply in self.content.terms.told(turn.replies)
            for block in self._blocks(reply, turn.session.language, find)
        ]
        return pack(blocks, TEXTS if self.in_words else PAGE)

    def trouble(self, session: Session, category: str | None) -> tuple[OutgoingMessage, ...]:
        """Return what can be said without a database: help in danger, or an apology."""
        if category is None:
            texts = (phrases.TROUBLE, phrases.EMERGENCY_ALL)
            said = "\n\n".join(self._say(session.language, text) for text in texts)
            return (OutgoingMessage(said),)
        return pack(self._danger(ShowDanger(category, session.country), session.language))

    def _say(self, language: str, text: str, **params: object) -> str:
        return self.content.text(language, text, **params)

    def _blocks(self, reply: Reply, language: str, find: FindServices | None) -> Sequence[Block]:
        match reply:
            case Say(text, params):
                return [Block(self._say(language, text, **params))]
            case Ask():
                return [self._ask(reply, language, find)]
            case Reported() | ShowData():
                return [Block(self._say(language, FIXED[type(reply)]))]
            case ShowArticle():
                return self._article(reply, language)
            case ShowServices():
                return self._services(reply, language, find)
            case ShowDanger():
                return self._danger(reply, language)
            case ShowConcern(option):
                shown = ShownOption(option.id, self._say(language, option.label))
                return [Block(self._say(language, phrases.CONCERN), (shown,), alone=True)]

    def _ask(self, ask: Ask, language: str, find: FindServices | None) -> Block:
        text = self._say(language, ask.text, **ask.params)
        if ask.hint:
            text += "\n" + self._say(language, ask.hint)
        names = self._names(ask.offices, language, find)
        if ask.offices and ask.offices[0] in names:
            text = names[ask.offices[0]] + "\n" + text
        return Block(text, tuple(self._option(c, language, names) for c in ask.options))

    def _option(self, choice: Choice, language: str, names: Mapping[str, str]) -> ShownOption:
        name = reporting.named(choice, names)
        if name is not None:
            other = self._say(language, phrases.REPORT_OTHER, office=name)
            return ShownOption(choice.id, shorten(other, BUTTON_LIMIT))
        label = self._say(language, choice.label) if choice.translate else choice.label
        return ShownOption(choice.id, label)

    def _names(
        self, offices: tuple[str, ...], language: str, find: FindServices | None
    ) -> dict[str, str]:
        """Return the names of offices by short id, of those that are still there."""
        if find is None or not offices:
            return {}
        found = [
            at_any_time(office).service for office in find(ShowServices("", "", offices=offices))
        ]
        return {
            short: service.text("name", language)
            for short in offices
            for service in found
            if service.at_id.replace("-", "").startswith(short)
        }

    def _article(self, show: ShowArticle, language: str) -> tuple[Block, ...]:
        """Return the parts of an article, which are the same whenever they are asked for."""
        asked = show, language
        written = self._articles.get(asked)
        if written is None:
            written = self._articles[asked] = tuple(self._parts(show, language))
        return written

    def _parts(self, show: ShowArticle, language: str) -> list[Block]:
        article = self.content.articles[show.article]
        section = article.section(show.country)
        if section is None:
            return [Block(self._say(language, article.summary))]
        blocks = [Block(self._say(language, section.summary))]
        used: dict[str, Source] = {}
        for name, sentences in section.parts():
            lines = [self._say(language, PART_TITLES[name])]
            for number, sentence in enumerate(sentences, 1):
                mark = f"{number}." if name == "steps" else "-"
                doubt = " " + self._say(language, phrases.CONFIRM) if sentence.confirm else ""
                lines.append(f"{mark} {self._say(language, sentence.text)}{doubt}")
                used |= {key: section.sources[key] for key in sentence.sources}
            blocks.append(Block("\n".join(lines)))
        if section.confidence == "low":
            blocks.append(Block(self._say(language, phrases.LOW_CONFIDENCE)))
        origin = self._origin(section, used, language, show.country)
        return [*blocks, origin] if origin else blocks

    def _origin(
        self, section: Section, used: Mapping[str, Source], language: str, country: str | None
    ) -> Block | None:
        if not used:
            return None
        dates: dict[str, str] = {}  # site → the newest date of what we took from it
        for source in used.values():
            site = urlsplit(source.url).hostname or source.url
            site = site.removeprefix("www.")
            dates[site] = max(dates.get(site, ""), source.date or "")
        newest = sorted(dates, key=lambda site: dates[site], reverse=True)[:SOURCES_NAMED]
        undated = self._say(language, phrases.SOURCE_UNDATED)
        named = [
            f"{site} ({format_date(dates[site], language, country) if dates[site] else undated})"
            for site in newest
        ]
        text = self._say(
            language,
            phrases.SOURCE_ONE if len(named) == 1 else phrases.SOURCE_MANY,
            sources=format_list(named, language, country),
        )
        checked = format_date(section.checked, language, country)
        text += " " + self._say(language, phrases.CHECKED, date=checked)
        if self.in_words:
            return Block(text)
        known = {source.url: source for source in used.values()}
        sources = tuple({"url": s.url, "date": s.date} for s in known.values())
        return Block(text, sources=sources)

    def _danger(self, show: ShowDanger, language: str) -> list[Block]:
        category = self.content.danger.categories[show.category]
        lines = [self._say(language, category.acknowledge)]
        sources: tuple[Mapping[str, Any], ...] = ()
        emergency = self.content.danger.number(show.country or "", "emergency")
        if show.country is None or emergency is None:
            lines.append(self._say(language, phrases.EMERGENCY_ALL))
        else:
            lines.append(self._say(language, category.act, emergency=emergency.number))
            sources = ({"url": emergency.source, "date": emergency.date},)
            special = self.content.danger.number(show.country, *category.lines)
            if special is not None:
                line = f"{special.number} ({self._say(language, special.what)})"
                said = self._say(language, category.line_text, line=line)
                lines.insert(1 if category.line_first else 2, said)
                sources += ({"url": special.source, "date": special.date},)
        lines.append(self._say(language, phrases.LIMITS))
        return [Block("\n".join(lines), sources=sources, alone=True, urgent=True)]

    def _services(
        self, show: ShowServices, language: str, find: FindServices | None
    ) -> list[Block]:
        if find is None:
            return []
        found = find(show)
        shown = found[show.first : show.first + show.limit]
        if not shown:
            text = phrases.NO_MORE_SERVICES if found else phrases.NO_SERVICES
            return [Block(self._say(language, text))]
        again = bool(show.offices)  # asked whether they are open
        title = phrases.OFFICES_NOW if again else phrases.SERVICES_HEADING
        heading = self._say(language, title) + "\n"
        cards = [Card.of(office, self.content, language, asked_hours=again) for office in shown]
        texts = [
            text
            for start in range(0, len(cards), CARDS_IN_A_MESSAGE)
            for text in fitting(
                cards[start : start + CARDS_IN_A_MESSAGE], HARD_LIMIT - len(heading)
            )
        ]
        texts[0] = heading + texts[0]
        blocks = [
            Block(text[:HARD_LIMIT], services=() if self.in_words else (card.data(),))
            for text, card in zip(texts, cards, strict=True)
        ]
        return [replace(block, alone=not self.in_words) for block in join_services(blocks)]
