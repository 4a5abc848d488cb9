"""Saying whether an answer helped, in one tap: pure steps, like the rest of a conversation.

A light pair of options ends the list below an answer, so that no other number shifts. It is never
in the way: not where there may be danger, not while a question waits, not for a child, and not
again for what was rated. Who counts it is told by the turn (`Turn.rating`).
"""

from dataclasses import replace

from bot import navigation, phrases
from bot.children import MINOR, is_child
from bot.content import Content
from bot.messages import Ask, Rated, Reply, Say, Session, ShowArticle, ShowServices
from bot.navigation import Step
from bot.options import BACK, HELPED, MENU, NOT_HELPED, PERSON, choices
from flows.definition import Outcome

REMEMBERED = 10  # rated answers of a visit; who rates more may be asked about the first ones again
OWN_TOPIC = "assistant/"  # about Ventanilla itself, people to call included: nothing to rate


def offer_below(step: Step, content: Content) -> Step:
    """Let the options below an answer end with the pair; any other step stays as it is."""
    session, replies = step
    *others, last = replies
    if not isinstance(last, Ask) or last.text != phrases.NEXT_STEP:
        return step
    answer = _answer_in(session, replies, content)
    if answer is None or answer in session.rated or _is_out_of_place(session, replies, content):
        return step
    shown = (*last.options, *choices((HELPED + answer, NOT_HELPED + answer), content))
    session = replace(session, offered=tuple(option.id for option in shown))
    return session, (*others, replace(last, options=shown))


def step(session: Session, content: Content, option: str) -> Step | None:
    """Return what follows a tap on the pair; None when what it rates is gone."""
    helped, answer = option.startswith(HELPED), option[len(HELPED) :]
    if answer not in content.articles and _outcome(answer, content) is None:
        return None
    pair = (HELPED + answer, NOT_HELPED + answer)
    again = answer in session.rated
    session = replace(
        session,
        misses=0,
        offered=tuple(shown for shown in session.offered if shown not in pair),
        rated=session.rated if again else (*session.rated, answer)[-REMEMBERED:],
    )
    text = phrases.RATED_HELPED if helped else phrases.RATED_NOT_HELPED
    thanks = Say(text) if again else Rated(text, helped=helped)
    if helped or navigation.current_question(session, content) is not None:
        after, asked = navigation.show_again(session, content)
    else:
        back = (BACK,) if session.flow is not None else ()
        ways = (PERSON, *back, MENU)
        after, asked = navigation.offer(session, content, phrases.NEXT_STEP, ways)
    return after, (thanks, *asked)


def _answer_in(session: Session, replies: tuple[Reply, ...], content: Content) -> str | None:
    """Return what some replies answer with: an article, its offices, or an outcome without one."""
    article = next((r.article for r in replies if isinstance(r, ShowArticle)), None)
    if article is not None:
        return article
    here = f"{session.flow}/{session.node}"
    outcome = _outcome(here, content)
    if outcome is not None and Say(outcome.text) in replies:
        return here
    offices_for = next((r.taxonomy_term for r in replies if isinstance(r, ShowServices)), None)
    return offices_for if offices_for in content.articles else None


def _outcome(name: str, content: Content) -> Outcome | None:
    flow_id, _, node_id = name.partition("/")
    flow = content.flows.get(flow_id)
    node = flow.nodes.get(node_id) if flow else None
    return node if isinstance(node, Outcome) else None


def _is_out_of_place(session: Session, replies: tuple[Reply, ...], content: Content) -> bool:
    """Whether these replies help in danger, are about the assistant, or go to a child."""
    told = {r.article for r in replies if isinstance(r, ShowArticle)}
    told |= {r.taxonomy_term for r in replies if isinstance(r, ShowServices)}
    helping = {name for known in content.danger.categories.values() for name in known.articles}
    return (
        not told.isdisjoint(helping)
        or any(name.startswith(OWN_TOPIC) for name in told)
        # An answer of that name says so of the person or of theirs: in doubt nobody is asked.
        or MINOR in session.answers.values()
        or is_child(session, content)
    )
