"""What is done once it is known what a person wants: an option, a word, a place, a location.

Each function returns the next session with its replies; none of them reads typed text.
"""

from dataclasses import replace

from bot import navigation, phrases, placing, rating, reporting
from bot.content import Content
from bot.helping import give_help
from bot.messages import Message, Reply, Say, Session, ShowData
from bot.navigation import Step
from bot.options import (
    CONTINUE,
    LANGUAGE_NAMES,
    MENU,
    OTHER_COUNTRY,
    PERSON,
    split_answer,
)
from flows.definition import COUNTRIES
from knowledge.places import Place

TALK_TO_PERSON = "assistant/talk-to-person"
PRIVACY = "assistant/privacy"


def carry_out(session: Session, option: str, message: Message, content: Content) -> Step:
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
    if kind == "r" and (reported := reporting.step(session, content, option)):
        return reported
    if kind in ("y", "n") and (rated := rating.step(session, content, option)):
        return rated
    if kind == "p" and (place := placing.place_chosen(rest)):
        return go_to_place(session, place, message, content)
    if kind == "c":
        return _country_chosen(session, option, message, content)
    if kind == "l":
        return _language_chosen(session, rest, content)
    if kind == "d" and rest in content.danger.categories:
        return give_help(session, content, rest)
    if kind == "w":
        return _word(session, rest, message, content)
    return stay(session, content, phrases.OLD_BUTTON)


def take_location(session: Session, message: Message, content: Content) -> Step:
    """Show the offices near a shared location, which serves this one answer and is not kept."""
    if session.article is None or message.location is None:
        return stay(session, content, phrases.LOCATION_WITHOUT_TOPIC)
    # A country that only the location tells is used like it: for this answer alone.
    country = session.country or placing.country_near(message.location)
    after, replies = navigation.show_services(
        replace(session, country=country), content, session.article, message.location
    )
    after = replace(after, country=session.country)
    return after, (Say(phrases.LOCATION_USED), *replies)


def go_to_place(session: Session, place: Place, message: Message, content: Content) -> Step:
    """Settle where the person is, and do what waited for it or show the offices there."""
    elsewhere = session.country not in (None, place.country)
    session = replace(session, misses=0, country=place.country)
    settled = placing.settle(session, place)
    if settled.pending is not None:
        return carry_out(replace(settled, pending=None), settled.pending, message, content)
    if settled.article is None:
        return resume(settled, content)
    if elsewhere:  # the steps are others in another country
        return navigation.show_article(settled, content, settled.article)
    return navigation.show_services(settled, content, settled.article, from_start=True)


def resume(session: Session, content: Content) -> Step:
    """Go on with the question that waits for an answer, else with the menu."""
    if navigation.current_question(session, content) is not None:
        return navigation.show_node(session, content, None)
    return navigation.show_menu(session, content)


def offer_person(session: Session, content: Content) -> Step:
    """Say which people one can call."""
    return navigation.show_article(replace(session, misses=0), content, TALK_TO_PERSON)


def stay(session: Session, content: Content, text: str) -> Step:
    """Say something and show again what was on the screen; the menu if that is gone."""
    after, replies = navigation.show_again(session, content)
    return after, (Say(text), *replies)


def is_welcome(replies: tuple[Reply, ...]) -> bool:
    """Whether the first screen is among the replies already."""
    return Say(phrases.WELCOME) in replies


def _word(session: Session, word: str, message: Message, content: Content) -> Step:
    if word == "start":
        return _welcome(session, content)
    if word == "back":
        return navigation.go_back(session, content, message.at)
    if word == "person":
        return offer_person(session, content)
    if word == "privacy":
        return navigation.show_article(session, content, PRIVACY)
    if word == "data":
        return _show_data(session, content)
    if word == "help":
        return _help(session, content)
    if word == "language":
        ids = tuple(f"l:{name}" for name in content.languages)
        return navigation.offer(session, content, phrases.ASK_LANGUAGE, ids)
    if word == "continue":
        return resume(session, content)
    return navigation.show_menu(session, content)


def _welcome(session: Session, content: Content) -> Step:
    opening: tuple[Reply, ...] = (Say(phrases.WELCOME), Say(phrases.PRIVACY_IN_SHORT))
    session = navigation.leave_flow(session, content)
    if session.country is not None:
        after, replies = navigation.show_menu(session, content)
    else:
        after, replies = navigation.ask_country(session, content, None)
        replies = (Say(phrases.HOW_TO_ASK), *replies)
    return after, (*opening, *replies)


def _country_chosen(session: Session, option: str, message: Message, content: Content) -> Step:
    if option == OTHER_COUNTRY:
        after, replies = navigation.ask_country(session, content, session.pending)
        return after, (Say(phrases.NOT_OUR_COUNTRY), *replies)
    country = option.removeprefix("c:")
    if country not in COUNTRIES:
        return stay(session, content, phrases.OLD_BUTTON)
    pending = session.pending
    session = replace(session, country=country, department=None, municipality=None, pending=None)
    if pending is not None:
        return carry_out(session, pending, message, content)
    return resume(session, content)


def _language_chosen(session: Session, language: str, content: Content) -> Step:
    if language not in LANGUAGE_NAMES or language not in content.languages:
        return stay(session, content, phrases.OLD_BUTTON)
    session = replace(session, language=language)
    if session.pending is not None or (session.country is None and session.flow is None):
        after, replies = navigation.ask_country(session, content, session.pending)
    else:
        after, replies = resume(session, content)
    return after, (Say(phrases.LANGUAGE_SET), *replies)


def _show_data(session: Session, content: Content) -> Step:
    after, (_, *asked) = stay(session, content, phrases.DATA_NOTHING)
    return after, (ShowData(), *asked)


def _help(session: Session, content: Content) -> Step:
    after, asked = navigation.offer(session, content, phrases.NEXT_STEP, (PERSON, CONTINUE, MENU))
    return after, (Say(phrases.EMERGENCY_ALL), Say(phrases.HELP), *asked)
