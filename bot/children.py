"""Whether the person who writes is known to be under 18: nothing of theirs is counted (R22)."""

from bot.content import Content
from bot.messages import Session
from flows.definition import Question

MINOR = "minor"  # the situation, as flows and `knowledge/situations.yaml` name it


def is_child(session: Session, content: Content) -> bool:
    """Whether they told it by the way, or by an answer in the flow they are in."""
    if MINOR in session.situations:
        return True
    flow = content.flows.get(session.flow or "")
    if flow is None:
        return False
    return any(
        option.id == session.answers[node.id] and option.situation == MINOR
        for node in flow.nodes.values()
        if isinstance(node, Question) and node.id in session.answers
        for option in node.options
    )
