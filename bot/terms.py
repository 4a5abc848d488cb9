"""Under which terms a service is run: who answers for it, and whether questions are kept.

The decisions say the same everywhere; here what they say is made true of this one service. A reply
that names nobody is followed by who runs it, and a sentence that promises too much gives way to one
that does not. With nothing set every reply stays as it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot import phrases
from bot.messages import Reply, Say, ShowArticle

ARTICLE = "assistant/privacy"


@dataclass(frozen=True, slots=True)
class Terms:
    """What whoever runs the service has said of it."""

    operator: str | None = None
    contact: str | None = None
    keeps_questions: bool = False

    def told(self, replies: Iterable[Reply]) -> Iterable[Reply]:
        """Return the replies, true of this service."""
        if self == Terms():
            return replies
        return [true for reply in replies for true in self._told(reply)]

    def _told(self, reply: Reply) -> Iterator[Reply]:
        if isinstance(reply, Say) and reply.text == phrases.PRIVACY_IN_SHORT:
            yield self._privacy()
            return
        yield reply
        if isinstance(reply, Say) and reply.text == phrases.WELCOME and self.operator:
            yield Say(phrases.OPERATED_BY, {"operator": self.operator})
        if isinstance(reply, Say) and reply.text == phrases.SMALL_TALK["authority"]:
            yield from self._exception()
        if isinstance(reply, ShowArticle) and reply.article == ARTICLE:
            yield from self._exception()
            if self.operator:
                yield Say(phrases.OPERATED_BY, {"operator": self.operator})
            if self.contact:
                yield Say(phrases.CONTACT, {"contact": self.contact})

    def _privacy(self) -> Say:
        days = {"days": _days("visit")}
        if self.keeps_questions:
            days["questions"] = _days("question_wordings")
            return Say(phrases.PRIVACY_WITH_QUESTIONS, days)
        return Say(phrases.PRIVACY_WITH_DAYS, days)

    def _exception(self) -> Iterator[Say]:
        if self.keeps_questions:
            yield Say(phrases.QUESTIONS_KEPT, {"days": _days("question_wordings")})


def _days(kept: str) -> str:
    from knowledge.retention import shipped_retention  # most starts do without the database

    keep = shipped_retention()[kept].keep
    return str(keep.days) if keep else ""
