"""The offices on the screen: remembered for "is it open now?", and open to "something is wrong".

Which offices a turn shows is only known once they are looked up, after the decision; so the turn
gets its last words here. Offices near a shared location are not remembered: they would tell where
the person was. Their button still works, since it carries them itself.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot import phrases
from bot.card import Office
from bot.compose import FindServices
from bot.messages import Ask, Choice, Reply, ShowArticle, ShowServices, Turn
from bot.options import HELPED, NOT_HELPED, SHORT_ID, report_id
from knowledge.directory.found import at_any_time

REPORTED_AT_MOST = 5  # offices whose short ids fit the 64 bytes of a button


def look_up(turn: Turn, find: FindServices, *, reports: bool) -> tuple[Turn, FindServices]:
    """Look up what a turn shows; return the turn that remembers it, and what was found.

    With `reports` the question at its end offers to say that something is wrong.
    """
    found = {show: find(show) for show in turn.replies if isinstance(show, ShowServices)}
    shown = tuple(dict.fromkeys(s for show in found for s in _short_ids(show, found[show])))

    def known(show: ShowServices) -> Sequence[Office]:
        return found[show] if show in found else find(show)

    if not shown:
        if any(isinstance(reply, ShowArticle) for reply in turn.replies):
            turn = replace(turn, session=replace(turn.session, offices=()))
        return turn, known
    secret = any(show.location is not None for show in found)
    session = replace(turn.session, offices=() if secret else shown[:REPORTED_AT_MOST])
    *others, last = turn.replies
    if reports and isinstance(last, Ask) and last.text == phrases.NEXT_STEP:
        option = Choice(report_id(shown[:REPORTED_AT_MOST]), phrases.BUTTON_REPORT)
        # Before the pair that asks whether the answer helped, which ends every list.
        ways = [way for way in last.options if not way.id.startswith((HELPED, NOT_HELPED))]
        options = (*ways, option, *last.options[len(ways) :])
        replies: tuple[Reply, ...] = (*others, replace(last, options=options))
        turn = replace(turn, replies=replies)
        known_ids = (way.id for way in options if way != option or not secret)
        session = replace(session, offered=tuple(known_ids))
    return replace(turn, session=session), known


def _short_ids(show: ShowServices, found: Sequence[Office]) -> list[str]:
    on_screen = found[show.first : show.first + show.limit]
    at_ids = (at_any_time(office).service.at_id for office in on_screen)
    return [at_id.replace("-", "")[:SHORT_ID] for at_id in at_ids if at_id]
