"""«¿Está abierto ahora?», asked of the offices on the screen."""

import re

from bot import navigation, phrases
from bot.content import Content
from bot.messages import Say, Session, ShowServices
from bot.navigation import Step
from bot.options import MENU
from flows.folding import words

_IT = r"(?:(?:the|that|this|those|these) (?:offices?|place)|it|they|that|this|those|these)"
_OPEN = re.compile(
    r"\b(?:esta|estan|estara|estaran|sigue|siguen|hay) (?:\w+ )?(?:abiert|cerrad)[oa]s?\b"
    r"|\babiert[oa]s? (?:ahora|ahorita|hoy|todavia)\b"
    r"|\b(?:atienden?|abren?|cierran?) (?:ahora|ahorita|hoy|manana|ya)\b"
    r"|\ba que horas? (?:abren?|cierran?|atienden?)\b"
    r"|\bya (?:abrio|abrieron|cerro|cerraron)\b"
    rf"|\b(?:is|are) {_IT} (?:still |already )?(?:open|closed)\b"
    r"|\bopen (?:now|today|right now|tomorrow)\b|\bstill open\b"
    rf"|\b(?:what time|when) (?:do|does|will) {_IT} (?:open|close)\b"
)
# Words that may stand beside it; any other names something else: «¿está abierto el consulado?».
_BESIDE = frozenset(
    (
        "y e o la el las los lo esa ese esas esos esta este estas estos oficina oficinas lugar"
        " ahora ahorita hoy manana todavia ya aun alla alli ahi aqui por favor disculpe oiga a esta"
        " hora horas que si no me puede decir sabe the office offices place places right now today"
        " tomorrow please still there here hey so and at this time do you know if"
    ).split()
)


def asks_if_open(text: str) -> bool:
    """Whether a message asks for no more than whether an office is open."""
    said = " ".join(words(text))
    found = _OPEN.search(said)
    if found is None:
        return False
    return _BESIDE.issuperset((said[: found.start()] + said[found.end() :]).split())


def show_again(session: Session, content: Content) -> Step | None:
    """Show the offices that are on the screen as they are now; None when there are none.

    Without any that are remembered, those for the last article are looked up anew.
    """
    article = content.articles.get(session.article or "")
    country = session.country
    if country is None:
        return None
    if not session.offices:
        if article is None or not article.needs_country:
            return None
        session, replies = navigation.show_services(session, content, article.id, from_start=True)
        return session, (Say(phrases.OFFICES_ANEW), *replies)
    shown = ShowServices(
        session.article or "",
        country,
        offices=session.offices,
        limit=len(session.offices),
    )
    if navigation.current_question(session, content) is not None:
        session, asked = navigation.show_node(session, content, None)
        return session, (shown, Say(phrases.CONTINUE_WITH), *asked)
    more = (f"s:{article.id}",) if article else ()
    session, asked = navigation.offer(session, content, phrases.NEXT_STEP, (*more, MENU))
    return session, (shown, *asked)
