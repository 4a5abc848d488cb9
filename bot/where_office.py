"""«¿Dónde queda la oficina?», asked of the answer on the screen."""

from bot import navigation, phrases
from bot.content import Content
from bot.messages import Say, Session
from bot.navigation import Step
from flows.folding import words
from knowledge.places import without_places

_WHERE = frozenset(
    (
        "donde adonde direccion ubicacion oficina oficinas sede sedes cerca cercana cercanas"
        " cercano cercanos where wheres address location office offices near nearby nearest"
        " closest"
    ).split()
)
# Words that may stand beside those; any other asks for something: «¿dónde hay trabajo?».
_BESIDE = frozenset(
    (
        "a al en de del la el las los lo le me mi por y o que cual cuales es son esta estan queda"
        " quedan encuentra hay tengo ir voy puedo debo hacerlo sacarlo tramitarlo mas aqui aca ahi"
        " alli eso esa ese esos esas para favor disculpe oiga si tiene tienen saben sabe the is"
        " are it that this one ones in at to of for do does i we go can could should must have"
        " any there here what which me my from please get and so hey know you"
    ).split()
)


def asks_where(text: str, country: str | None) -> bool:
    """Whether a message asks for no more than where an office is, in some place perhaps."""
    said = words(text)
    if _WHERE.isdisjoint(said):
        return False
    known = _WHERE | _BESIDE
    return known.issuperset(said) or known.issuperset(words(without_places(text, country)))


def show(session: Session, content: Content) -> Step | None:
    """Show the offices for the last answer from the nearest on; None when it has none."""
    article = content.articles.get(session.article or "")
    if article is None or not article.needs_country or session.country is None:
        return None
    after, replies = navigation.show_services(session, content, article.id, from_start=True)
    if session.municipality is not None:
        return after, replies
    services, *asked = replies
    return after, (services, Say(phrases.SAY_WHERE), *asked)
