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
    for name, answer in session.answers.items():
        node = flow.nodes.get(name)
        options = node.options if isinstance(node, Question) else ()
        if any(option.id == answer and option.situation == MINOR for option in options):
            return True
    return False
