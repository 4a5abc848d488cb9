"""Steps of a conversation where somebody may be in danger: give help, or only ask about it.

Nothing here asks who, how, when or why; menus come back when the person chooses to go on.
"""

from dataclasses import replace

from bot import phrases
from bot.content import Content
from bot.danger.book import UNNAMED
from bot.messages import Ask, Choice, Reply, Session, ShowConcern, ShowDanger
from bot.navigation import Step
from bot.options import CONTINUE, EXIT, PERSON, choices
from flows.definition import COUNTRIES


def give_help(session: Session, content: Content, category: str) -> Step:
    """Answer with the fixed message of a category, and one choice to go on.

    Where the country is not known it is asked for, and the help comes again with its numbers.
    """
    known = content.danger.categories[category]
    if session.country is None:
        text = phrases.ASK_COUNTRY_CHILD if known.for_child else phrases.ASK_COUNTRY
        ways = tuple(f"c:{country}" for country in COUNTRIES)
    else:
        text = phrases.NEXT_STEP_CHILD if known.for_child else phrases.NEXT_STEP
        ways = tuple(f"a:{article}" for article in known.articles)
    shown = choices((*ways, PERSON, CONTINUE, EXIT), content)
    session = replace(
        session,
        misses=0,
        greeted=True,
        offered=tuple(choice.id for choice in shown),
        pending=None if session.country else f"d:{category}",
    )
    return session, (ShowDanger(category, session.country), Ask(text, shown))


def ask_about_danger(step: Step, content: Content) -> Step:
    """Put one line with a button above an answer; its option ends the list of options too."""
    session, replies = step
    option = choices((f"d:{UNNAMED}",), content)
    if not option:
        return step
    asked = tuple(_with_option(reply, option[0]) for reply in replies)
    for reply in asked:
        if isinstance(reply, Ask):
            session = replace(session, offered=tuple(choice.id for choice in reply.options))
    return session, (ShowConcern(option[0]), *asked)


def _with_option(reply: Reply, option: Choice) -> Reply:
    if not isinstance(reply, Ask) or option in reply.options:
        return reply
    return replace(reply, options=(*reply.options, option))
