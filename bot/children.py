"""Whether the person who writes is known to be under 18: nothing of theirs is counted (R22).

Told by the way, it is known for the rest of the visit. Told by an answer, it is known while that
answer stands – whoever touched the wrong button takes it back – and, once the flow is left, for the
rest of the visit too. It is kept in the session alone and goes with it.
"""

from dataclasses import replace

from bot.content import Content
from bot.messages import Session
from bot.options import split_answer
from flows.definition import Question

MINOR = "minor"  # the situation, as flows and `knowledge/situations.yaml` name it


def is_child(session: Session, content: Content) -> bool:
    """Whether they told it by the way, or by an answer in the flow they are in."""
    if MINOR in session.situations:
        return True
    if not session.answers and session.pending is None:
        return False
    given = [(session.flow or "", node, option) for node, option in session.answers.items()]
    # An answer that has to wait for the country has been given all the same.
    waiting = split_answer(session.pending or "")
    return any(_says_so(answer, content) for answer in (*given, *([waiting] if waiting else ())))


def remembered(session: Session, content: Content) -> Session:
    """Return the session of somebody who leaves a flow: who told it there stays known."""
    if MINOR in session.situations or not is_child(session, content):
        return session
    return replace(session, situations=(*session.situations, MINOR))


def _says_so(answer: tuple[str, str, str], content: Content) -> bool:
    flow_id, node_id, option_id = answer
    flow = content.flows.get(flow_id)
    node = flow.nodes.get(node_id) if flow else None
    options = node.options if isinstance(node, Question) else ()
    return any(option.id == option_id and option.situation == MINOR for option in options)
