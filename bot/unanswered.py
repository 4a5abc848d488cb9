"""Which messages are kept as questions without an answer: few, and never of somebody in danger."""

from sqlalchemy import Connection

from bot import phrases
from bot.children import is_child
from bot.content import Content
from bot.messages import Kind, Message, Say, ShowConcern, ShowDanger, Turn
from knowledge.questions.keeping import keep
from knowledge.store.sealing import Vault

# What is said when we have no answer; a word that is no option of a question is not one of these.
NO_ANSWER = (phrases.NOT_FOUND, phrases.NOT_FOUND_AGAIN)


def note(
    connection: Connection,
    vault: Vault,
    chat: bytes,
    message: Message,
    turn: Turn,
    content: Content,
) -> bool:
    """Keep the question of a turn that had no answer, scrubbed; return whether it was kept.

    To be called in the turn's transaction, and only where the operator wants it
    (`Settings.unanswered`). `chat` is the pseudonym.
    """
    if not is_question_without_answer(message, turn, content):
        return False
    text = message.text or ""
    return keep(connection, vault, chat, text, turn.session.language, message.at.date())


def is_question_without_answer(message: Message, turn: Turn, content: Content) -> bool:
    """Whether a turn had no answer, and nothing says danger or that a child writes."""
    if message.kind is not Kind.TEXT or not message.text or turn.ending is not None:
        return False
    if turn.crisis is not None or turn.concern or is_child(turn.session, content):
        return False
    if any(isinstance(reply, ShowDanger | ShowConcern) for reply in turn.replies):
        return False
    said = {reply.text for reply in turn.replies if isinstance(reply, Say)}
    return not turn.answered and not said.isdisjoint(NO_ANSWER)
