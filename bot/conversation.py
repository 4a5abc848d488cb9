"""The decisions: what to answer to one message. Pure, and the same on every channel.

The order in which a message is read is the order of what matters most: danger first, then what the
person plainly chose, then what they ask.
"""

from dataclasses import dataclass, replace

from bot import danger, hints, navigation, phrases, placing
from bot.content import Content
from bot.danger.book import UNNAMED
from bot.helping import ask_about_danger, give_help
from bot.messages import (
    MAX_MESSAGE_CHARS,
    Ask,
    Ending,
    Kind,
    Message,
    Reply,
    Say,
    Session,
    ShowArticle,
    Turn,
)
from bot.navigation import Step
from bot.options import (
    CONTINUE,
    EXIT,
    LANGUAGE_NAMES,
    MENU,
    OTHER_COUNTRY,
    PERSON,
    choices,
    split_answer,
)
from bot.typed import greeting_language, nearest_option, offered_option, word_everywhere
from flows.definition import COUNTRIES
from flows.folding import clean, fold
from knowledge import search
from knowledge.situations import situations_of

TALK_TO_PERSON = "assistant/talk-to-person"
PRIVACY = "assistant/privacy"
_COUNTRY_ALONE = {
    said: f"c:{country}"
    for country in COUNTRIES
    for said in (fold(phrases.COUNTRY_NAMES[country]), country.lower())
}
HELP_MISSES = 2  # misses in a row before a person to call is offered
# Where small talk hides a wish, what is offered with the reply.
SMALL_TALK_WAYS = {
    "insult": (PERSON, MENU),
    "robot": (PERSON, f"a:{PRIVACY}", MENU),
    "authority": (f"a:{PRIVACY}", PERSON, MENU),
}
# What each danger is about: the best of these leads the candidates, whatever words were used.
DANGER_ARTICLES = {
    "self-harm": ("psychosocial/suicidal-thoughts",),
    "violence": (
        "psychosocial/violence-at-home",
        "protection/threats-displacement",
        "protection/extortion",
    ),
    "trafficking": ("protection/human-trafficking",),
    "child-danger": ("children/child-danger",),
}


@dataclass(frozen=True, slots=True)
class _Read:
    """What a typed message came to: the step, the candidates, and whether it was an answer."""

    step: Step
    articles: tuple[str, ...] = ()
    answered: bool = True


def take_turn(session: Session, message: Message, content: Content) -> Turn:
    """Read one message and return the next session with the replies to give.

    No clock, network or database: equal arguments always give an equal turn. Never raises.
    """
    # Danger is read in whatever carries words, the caption of a photo too, and as it was typed:
    # line breaks keep sentences apart.
    reading = danger.examine(message.text, content.danger)
    text = clean(message.text)
    # An option on the screen, typed, is what it says: there is nothing to guess from its sound.
    if reading.guessed and offered_option(text, session.offered, content) is not None:
        reading = danger.Reading()
    if reading.category is not None:
        return _in_danger(session, text, reading, content)
    text = text if message.kind is Kind.TEXT else ""
    first_contact = not session.greeted
    option = message.option or "" if message.kind is Kind.OPTION else ""
    if option in (EXIT, "w:delete") or word_everywhere(text) in (EXIT, "w:delete"):
        return _ending(session, option or word_everywhere(text) or EXIT)
    if message.kind is Kind.TEXT:
        session = replace(_with_hints(session, text, content), greeted=True)
        read = _read_text(session, text, message, content)
    elif message.kind is Kind.OPTION:
        read = _Read(_carry_out(replace(session, greeted=True), option, message, content))
    elif message.kind is Kind.LOCATION:
        read = _Read(_located(replace(session, greeted=True), message, content))
    else:
        greeted = replace(session, greeted=True)
        read = _Read(_stay(greeted, content, phrases.CANNOT_READ_THIS))
    after, replies = read.step
    if first_contact and not _is_welcome(replies):
        replies = (Say(phrases.WELCOME), Say(phrases.PRIVACY_IN_SHORT), *replies)
    if reading.concern:
        after, replies = ask_about_danger((after, replies), content)
    shown = next((r.article for r in replies if isinstance(r, ShowArticle)), None)
    candidates = read.articles or ((shown,) if shown else ())
    return Turn(
        after,
        replies,
        article=shown,
        articles=candidates,
        answered=read.answered,
        concern=reading.concern,
    )


def _in_danger(session: Session, text: str, reading: danger.Reading, content: Content) -> Turn:
    articles = DANGER_ARTICLES.get(reading.contract or "", ())
    try:
        session = _with_hints(session, text, content)
        found = search.find(text, content.index, session.country, session.language)
        articles = found.led_by(articles)
    except Exception:  # noqa: BLE001, S110 - help goes out whatever else is broken
        pass
    session, replies = give_help(session, content, reading.category or UNNAMED)
    return Turn(session, replies, articles=articles, crisis=reading.contract)


def _ending(session: Session, word: str) -> Turn:
    ended = Session(language=session.language)
    if word == EXIT:
        return Turn(ended, (Say(phrases.EXIT),), ending=Ending.EXIT)
    return Turn(ended, (Say(phrases.ERASED),), ending=Ending.ERASE)


def _with_hints(session: Session, text: str, content: Content) -> Session:
    languages = content.index.reader.languages
    language = hints.language_of(text, languages, settled=session.greeted)
    if language is None and session.country is None:  # the visit has only begun
        language = greeting_language(text)
    if language is not None:
        session = replace(session, language=language)
    told = situations_of(text, content.situations)
    if told:
        session = replace(session, situations=tuple(dict.fromkeys((*session.situations, *told))))
    country = hints.country_of(text, session.country)
    if country is not None and country != session.country:
        session = replace(session, country=country, department=None, municipality=None)
    return placing.settle(session, placing.place_in(text, session.country))


def _read_text(session: Session, text: str, message: Message, content: Content) -> _Read:
    if not fold(text):
        return _Read(_stay(session, content, phrases.EMPTY_MESSAGE))
    if len(text) > MAX_MESSAGE_CHARS:
        return _Read(_stay(session, content, phrases.TOO_LONG))
    word = word_everywhere(text)
    picked = offered_option(text, session.offered, content)
    if word is not None and (picked is None or not _gives_way(word)):
        return _Read(_carry_out(replace(session, misses=0), word, message, content))
    if picked is None:
        # "Honduras", typed alone, answers nothing that was asked but settles the country.
        picked = _country_alone(text)
    if picked is not None:
        return _Read(_carry_out(replace(session, misses=0), picked, message, content))
    opened = _flow_called(text, content)
    found = search.find(text, content.index, session.country, session.language)
    articles = found.articles
    if opened is not None:
        step = navigation.open_flow(replace(session, misses=0), content, opened, message.at)
        return _Read(step, articles)
    sure = found.band is search.Band.ANSWER
    near = None if sure else nearest_option(text, session.offered, content)
    if near is not None:
        step = _carry_out(replace(session, misses=0), near, message, content)
        return _Read(step, articles)
    if sure:
        step = navigation.show_article(replace(session, misses=0), content, articles[0])
        return _Read(step, articles)
    kind = content.smalltalk.kind_of(text)
    if kind is not None:  # before places: "gracias" thanks, though Gracias is a town
        return _Read(_small_talk(session, kind, content), articles, answered=False)
    placed = _placed(session, text, message, content)
    if placed is not None and not found.offered:
        return _Read(placed, articles, answered=session.article is not None)
    return _not_sure(session, found, content, articles)


def _placed(session: Session, text: str, message: Message, content: Content) -> Step | None:
    """Answer a message that only says where: the offices there, or what waited for the country."""
    place = placing.place_said(text, session.country)
    if place is None:
        return None
    elsewhere = session.country not in (None, place.country)
    session = replace(session, misses=0, country=place.country)
    settled = placing.settle(session, place)
    if settled.pending is not None:
        return _carry_out(replace(settled, pending=None), settled.pending, message, content)
    if settled.article is None:
        return _resume(settled, content)
    if elsewhere:  # the steps are others in another country
        return navigation.show_article(settled, content, settled.article)
    return navigation.show_services(settled, content, settled.article, from_start=True)


def _gives_way(word: str) -> bool:
    """Whether an option of the same name on the screen is meant rather: "inglés", "empezar"."""
    return word == "w:start" or word.startswith("l:")


def _not_sure(
    session: Session,
    found: search.Result,
    content: Content,
    articles: tuple[str, ...],
) -> _Read:
    waiting = navigation.current_question(session, content)
    suggested = found.offered
    if suggested and (waiting is None or found.found[0].score >= search.ANSWER_FROM):
        ids = (*(f"a:{name}" for name in suggested), PERSON, MENU)
        step = navigation.offer(replace(session, misses=0), content, phrases.IS_IT_THIS, ids)
        return _Read(step, articles)
    misses = session.misses + 1
    if misses >= HELP_MISSES:
        after, replies = _person(replace(session, misses=0), content)
        step = after, (Say(phrases.NOT_FOUND_AGAIN), *replies)
        return _Read(step, articles, answered=False)
    session = replace(session, misses=misses)
    text = phrases.CHOOSE_ONE if waiting is not None else phrases.NOT_FOUND
    return _Read(_stay(session, content, text), articles, answered=False)


def _small_talk(session: Session, kind: str, content: Content) -> Step:
    session = replace(session, misses=0)
    said = phrases.SMALL_TALK[kind]
    ways = SMALL_TALK_WAYS.get(kind)
    if ways is None or navigation.current_question(session, content) is not None:
        return _stay(session, content, said)
    after, asked = navigation.offer(session, content, phrases.NEXT_STEP, ways)
    return after, (Say(said), *asked)


def _carry_out(session: Session, option: str, message: Message, content: Content) -> Step:
    """Do what an option stands for, whenever it was offered; never raises for an unknown one."""
    kind, _, rest = option.partition(":")
    if kind == "o" and (picked := split_answer(option)):
        return navigation.answer(session, content, picked, message.at)
    if kind == "f":
        return navigation.open_flow(session, content, rest, message.at)
    if kind == "a":
        return navigation.show_article(session, content, rest)
    if kind == "s":
        return navigation.show_services(session, content, rest)
    if kind == "c":
        return _country_chosen(session, option, message, content)
    if kind == "l":
        return _language_chosen(session, rest, content)
    if kind == "d" and rest in content.danger.categories:
        return give_help(session, content, rest)
    if kind == "w":
        return _word(session, rest, message, content)
    return _stay(session, content, phrases.OLD_BUTTON)


def _word(session: Session, word: str, message: Message, content: Content) -> Step:
    if word == "start":
        return _welcome(session, content)
    if word == "back":
        return navigation.go_back(session, content, message.at)
    if word == "person":
        return _person(session, content)
    if word == "privacy":
        return navigation.show_article(session, content, PRIVACY)
    if word == "help":
        return _help(session, content)
    if word == "language":
        ids = tuple(f"l:{name}" for name in content.languages)
        return navigation.offer(session, content, phrases.ASK_LANGUAGE, ids)
    if word == "continue":
        return _resume(session, content)
    return navigation.show_menu(session, content)


def _welcome(session: Session, content: Content) -> Step:
    opening: tuple[Reply, ...] = (Say(phrases.WELCOME), Say(phrases.PRIVACY_IN_SHORT))
    session = navigation.leave_flow(session)
    if session.country is not None:
        after, replies = navigation.show_menu(session, content)
    else:
        after, replies = navigation.ask_country(session, content, None)
        replies = (Say(phrases.HOW_TO_ASK), *replies)
    return after, (*opening, *replies)


def _is_welcome(replies: tuple[Reply, ...]) -> bool:
    return Say(phrases.WELCOME) in replies


def _country_chosen(session: Session, option: str, message: Message, content: Content) -> Step:
    if option == OTHER_COUNTRY:
        after, replies = navigation.ask_country(session, content, session.pending)
        return after, (Say(phrases.NOT_OUR_COUNTRY), *replies)
    country = option.removeprefix("c:")
    if country not in COUNTRIES:
        return _stay(session, content, phrases.OLD_BUTTON)
    pending = session.pending
    session = replace(session, country=country, department=None, municipality=None, pending=None)
    if pending is not None:
        return _carry_out(session, pending, message, content)
    return _resume(session, content)


def _language_chosen(session: Session, language: str, content: Content) -> Step:
    if language not in LANGUAGE_NAMES or language not in content.languages:
        return _stay(session, content, phrases.OLD_BUTTON)
    session = replace(session, language=language)
    if session.pending is not None or (session.country is None and session.flow is None):
        after, replies = navigation.ask_country(session, content, session.pending)
    else:
        after, replies = _resume(session, content)
    return after, (Say(phrases.LANGUAGE_SET), *replies)


def _resume(session: Session, content: Content) -> Step:
    if navigation.current_question(session, content) is not None:
        return navigation.show_node(session, content, None)
    return navigation.show_menu(session, content)


def _person(session: Session, content: Content) -> Step:
    return navigation.show_article(replace(session, misses=0), content, TALK_TO_PERSON)


def _help(session: Session, content: Content) -> Step:
    after, asked = navigation.offer(session, content, phrases.NEXT_STEP, (PERSON, CONTINUE, MENU))
    return after, (Say(phrases.EMERGENCY_ALL), Say(phrases.HELP), *asked)


def _located(session: Session, message: Message, content: Content) -> Step:
    if session.article is None or message.location is None:
        return _stay(session, content, phrases.LOCATION_WITHOUT_TOPIC)
    after, replies = navigation.show_services(session, content, session.article, message.location)
    return after, (Say(phrases.LOCATION_USED), *replies)


def _stay(session: Session, content: Content, text: str) -> Step:
    """Say something and show again what was on the screen; the menu if that is gone."""
    waiting = navigation.current_question(session, content)
    if waiting is not None:
        after, replies = navigation.show_node(session, content, None)
    elif shown := choices(session.offered, content):
        after = replace(session, offered=tuple(c.id for c in shown))
        replies = (Ask(phrases.NEXT_STEP, shown),)
    else:
        after, replies = navigation.show_menu(session, content)
    return after, (Say(text), *replies)


def _flow_called(text: str, content: Content) -> str | None:
    """Return the flow that `text` names by itself, as in "documentos" or "perdí mi documento"."""
    return content.called.get(fold(text))


def _country_alone(text: str) -> str | None:
    return _COUNTRY_ALONE.get(fold(text))
