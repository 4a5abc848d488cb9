"""The decisions: what to answer to one message. Pure, and the same on every channel.

The order in which a message is read is the order of what matters most: danger first, then what the
person plainly chose, then what they ask.
"""

from dataclasses import dataclass, replace

from bot import (
    acting,
    danger,
    hints,
    navigation,
    open_now,
    phrases,
    placing,
    rating,
    where_office,
    which_place,
)
from bot.content import Content
from bot.danger.book import UNNAMED
from bot.helping import ask_about_danger, give_help
from bot.messages import (
    MAX_MESSAGE_CHARS,
    Ending,
    Kind,
    Message,
    Say,
    Session,
    ShowArticle,
    Turn,
    changed,
)
from bot.navigation import Step
from bot.options import (
    EXIT,
    MENU,
    PERSON,
)
from bot.typed import (
    greeting_language,
    nearest_option,
    offered_option,
    tells_nothing_else,
    word_everywhere,
)
from flows.definition import COUNTRIES
from flows.folding import clean, fold
from knowledge import search
from knowledge.situations import situations_of

_COUNTRY_ALONE = {
    said: f"c:{country}"
    for country in COUNTRIES
    for said in (fold(phrases.COUNTRY_NAMES[country]), country.lower())
}
HELP_MISSES = 2  # misses in a row before a person to call is offered
# Where small talk hides a wish, what is offered with the reply.
SMALL_TALK_WAYS = {
    "unhelped": (PERSON, MENU),
    "insult": (PERSON, MENU),
    "robot": (PERSON, f"a:{acting.PRIVACY}", MENU),
    "authority": (f"a:{acting.PRIVACY}", PERSON, MENU),
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
    word = word_everywhere(text)
    if option in (EXIT, "w:delete") or word in (EXIT, "w:delete"):
        return _ending(session, option or word or EXIT)
    if message.kind is Kind.TEXT:
        if not (session.greeted and tells_nothing_else(text)):
            session = _with_hints(session, text, content)
        session = changed(session, greeted=True)
        read = _read_text(session, text, word, message, content)
    elif message.kind is Kind.OPTION:
        read = _Read(acting.carry_out(changed(session, greeted=True), option, message, content))
    elif message.kind is Kind.LOCATION:
        read = _Read(acting.take_location(changed(session, greeted=True), message, content))
    else:
        greeted = changed(session, greeted=True)
        read = _Read(acting.stay(greeted, content, phrases.CANNOT_READ_THIS))
    after, replies = read.step
    if first_contact and not acting.is_welcome(replies):
        replies = (Say(phrases.WELCOME), Say(phrases.PRIVACY_IN_SHORT), *replies)
    if reading.concern:
        after, replies = ask_about_danger((after, replies), content)
    else:
        after, replies = rating.offer_below((after, replies), content)
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
        session = changed(session, language=language)
    told = situations_of(text, content.situations)
    if told:
        session = replace(session, situations=tuple(dict.fromkeys((*session.situations, *told))))
    country = hints.country_of(text, session.country)
    if country is not None and country != session.country:
        session = replace(session, country=country, department=None, municipality=None)
    return placing.settle(session, placing.place_in(text, session.country))


def _read_text(
    session: Session, text: str, word: str | None, message: Message, content: Content
) -> _Read:
    if not fold(text):
        return _Read(acting.stay(session, content, phrases.EMPTY_MESSAGE))
    if len(text) > MAX_MESSAGE_CHARS:
        return _Read(acting.stay(session, content, phrases.TOO_LONG))
    picked = offered_option(text, session.offered, content)
    if word is not None and (picked is None or not _gives_way(word)):
        return _Read(acting.carry_out(changed(session, misses=0), word, message, content))
    if picked is None:
        # "Honduras", typed alone, answers nothing that was asked but settles the country.
        picked = _country_alone(text)
    if picked is not None:
        return _Read(acting.carry_out(changed(session, misses=0), picked, message, content))
    if open_now.asks_if_open(text) and (step := open_now.show_again(session, content)):
        return _Read(step, (session.article,) if session.article else ())
    if (step := _where(session, text, message, content)) is not None:
        return _Read(step, (session.article,) if session.article else ())
    opened = _flow_called(text, content)
    found = _search(text, session, content)
    articles = found.articles
    if opened is not None:
        step = navigation.open_flow(changed(session, misses=0), content, opened, message.at)
        return _Read(step, articles)
    sure = found.band is search.Band.ANSWER
    near = None if sure else nearest_option(text, session.offered, content)
    if near is not None:
        step = acting.carry_out(changed(session, misses=0), near, message, content)
        return _Read(step, articles)
    if sure:
        step = navigation.show_article(changed(session, misses=0), content, articles[0])
        meant = placing.places_meant(text, session.country)
        return _Read(which_place.ask_after(step, content, meant), articles)
    kind = content.smalltalk.kind_of(text)
    if kind is not None:  # before places: "gracias" thanks, though Gracias is a town
        return _Read(_small_talk(session, kind, content), articles, answered=False)
    placed = _placed(session, text, message, content)
    if placed is not None and not found.offered:
        return _Read(placed, articles, answered=session.article is not None)
    return _not_sure(session, found, content, articles)


def _search(text: str, session: Session, content: Content) -> search.Result:
    found = search.find(text, content.index, session.country, session.language)
    if found.band is not search.Band.OFFER:
        return found
    # The name of a town is no word of a topic, and a topic is less sure with it.
    topic = placing.topic_of(text, session.country)
    if topic is None:
        return found
    plain = search.find(topic, content.index, session.country, session.language)
    return plain if plain.articles[:1] == found.articles[:1] else found


def _where(session: Session, text: str, message: Message, content: Content) -> Step | None:
    """Answer who asks where the office is, for what is on the screen."""
    if session.article is None or not where_office.asks_where(text, session.country):
        return None
    if nearest_option(text, session.offered, content) is not None:
        return None
    session = changed(session, misses=0)
    return _placed(session, text, message, content) or where_office.show(session, content)


def _placed(session: Session, text: str, message: Message, content: Content) -> Step | None:
    """Answer a message that only says where: the offices there, or what waited for the country."""
    place = placing.place_said(text, session.country)
    if place is not None:
        return acting.go_to_place(session, place, message, content)
    waits = navigation.current_question(session, content) is not None
    if waits or (session.article is None and session.pending is None):
        return None
    meant = placing.places_said(text, session.country)
    return which_place.ask(session, content, meant) if meant else None


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
        step = navigation.offer(changed(session, misses=0), content, phrases.IS_IT_THIS, ids)
        return _Read(step, articles)
    misses = session.misses + 1
    if misses >= HELP_MISSES:
        after, replies = acting.offer_person(changed(session, misses=0), content)
        step = after, (Say(phrases.NOT_FOUND_AGAIN), *replies)
        return _Read(step, articles, answered=False)
    session = replace(session, misses=misses)
    text = phrases.CHOOSE_ONE if waiting is not None else phrases.NOT_FOUND
    return _Read(acting.stay(session, content, text), articles, answered=False)


def _small_talk(session: Session, kind: str, content: Content) -> Step:
    session = changed(session, misses=0)
    said = phrases.SMALL_TALK[kind]
    ways = SMALL_TALK_WAYS.get(kind)
    if ways is None or navigation.current_question(session, content) is not None:
        return acting.stay(session, content, said)
    after, asked = navigation.offer(session, content, phrases.NEXT_STEP, ways)
    return after, (Say(said), *asked)


def _flow_called(text: str, content: Content) -> str | None:
    """Return the flow that `text` names by itself, as in "documentos" or "perdí mi documento"."""
    return content.called.get(fold(text))


def _country_alone(text: str) -> str | None:
    return _COUNTRY_ALONE.get(fold(text))
