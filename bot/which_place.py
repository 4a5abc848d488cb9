"""Asking which place is meant where several share a name: «¿Cuál San Antonio?»."""

from dataclasses import replace

from bot import navigation, phrases
from bot.content import Content
from bot.messages import Ask, Session, ShowServices
from bot.navigation import Step
from bot.options import MENU, choices
from knowledge.places import PlaceMatch


def ask(session: Session, content: Content, match: PlaceMatch) -> Step:
    """Ask which of some places is meant, each with its department on a button."""
    shown = choices((*(f"p:{place.id}" for place in match.places), MENU), content)
    names = {place.name for place in match.places}
    session = replace(session, misses=0, offered=tuple(option.id for option in shown))
    if len(match.places) == 1:
        return session, (Ask(phrases.IS_IT_THIS_PLACE, shown),)
    if len(names) > 1:
        return session, (Ask(phrases.WHICH_OF_THESE_PLACES, shown),)
    return session, (Ask(phrases.WHICH_PLACE, shown, params={"place": names.pop()}),)


def ask_after(step: Step, content: Content, match: PlaceMatch | None) -> Step:
    """Ask at the end of an answer, in place of offices that may be in the wrong town."""
    session, replies = step
    waits = navigation.current_question(session, content) is not None
    if match is None or waits or not any(isinstance(r, ShowServices) for r in replies):
        return step
    session, asked = ask(session, content, match)
    return session, (*(r for r in replies if not isinstance(r, ShowServices | Ask)), *asked)
