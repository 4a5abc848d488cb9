"""Saying what is wrong with an office, in two taps: pure steps, like the rest of a conversation.

The first tap asks about the first of the offices that were shown, and names the others; the second
says what is wrong. Who counts it is told by the turn (`Turn.report`).
"""

from collections.abc import Mapping

from bot import navigation, phrases
from bot.content import Content
from bot.messages import Ask, Choice, Reported, Session
from bot.navigation import Step
from bot.options import MENU, report_id, split_report


def step(session: Session, content: Content, option: str) -> Step | None:
    """Return what follows a report button; None when it is none of ours."""
    offices, kind = split_report(option)
    if kind in phrases.REPORT_KINDS and offices:
        return _thank(session, content, Reported(offices[0], kind))
    if kind or not offices:
        return None
    return _ask(session, content, offices)


def _ask(session: Session, content: Content, offices: tuple[str, ...]) -> Step:
    first = offices[:1]
    ids = (
        *(report_id(first, kind) for kind in phrases.REPORT_KINDS),
        *(report_id((other,)) for other in offices[1:]),
        MENU,
    )
    session, (asked,) = navigation.offer(session, content, phrases.ASK_REPORT, ids)
    assert isinstance(asked, Ask)  # noqa: S101 - what `offer` promises
    return session, (Ask(asked.text, asked.options, offices=offices),)


def _thank(session: Session, content: Content, reported: Reported) -> Step:
    if navigation.current_question(session, content) is not None:
        session, asked = navigation.show_node(session, content, None)
    else:
        again = (f"a:{session.article}",) if session.article else ()
        session, asked = navigation.offer(session, content, phrases.NEXT_STEP, (*again, MENU))
    return session, (reported, *asked)


def named(option: Choice, names: Mapping[str, str]) -> str | None:
    """Return the name of the one other office that an option asks about, when it is known."""
    offices, kind = split_report(option.id) if option.id.startswith("r:") else ((), "")
    return names.get(offices[0]) if len(offices) == 1 and not kind else None
