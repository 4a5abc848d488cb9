"""Moving through flows and showing what they end in: pure steps from a session to the next.

Each function returns the next session and the replies to give; none raises for an edited flow, an
old button or a session of another version.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot import phrases
from bot.children import remembered
from bot.content import Content
from bot.messages import Ask, Location, Reply, Say, Session, ShowArticle, ShowServices
from bot.options import BACK, MENU, PERSON, answer_id, choices, country_ids, question_ids
from flows import engine
from flows.conditions import Situation
from flows.definition import Flow, Outcome, Question

Step = tuple[Session, tuple[Reply, ...]]

SEE_ALSO_SHOWN = 3
SERVICES_SHOWN = 3
SERVICES_MORE = 5


def situation(session: Session, at: datetime, answers: Mapping[str, str]) -> Situation:
    """Return what a flow's rules may look at."""
    return Situation(country=session.country, language=session.language, answers=answers, at=at)


def leave_flow(session: Session, content: Content) -> Session:
    """Return the session outside of any flow, with nothing waiting; a child stays known as one."""
    session = remembered(session, content)
    return replace(session, flow=None, node=None, answers={}, pending=None)


def show_menu(session: Session, content: Content) -> Step:
    """Offer what the assistant can do."""
    session = leave_flow(session, content)
    ids = (*(f"f:{flow.id}" for flow in content.menu), PERSON, "w:privacy")
    return offer(session, content, phrases.ASK_MENU, ids, hint=phrases.MENU_HINT)


def offer(
    session: Session, content: Content, text: str, ids: tuple[str, ...], hint: str | None = None
) -> Step:
    """Ask with options, and remember them so that a typed number means something."""
    shown = choices(ids, content)
    session = replace(session, offered=tuple(c.id for c in shown))
    return session, (Ask(text, shown, hint),)


def ask_country(
    session: Session, content: Content, pending: str | None, text: str = phrases.ASK_COUNTRY
) -> Step:
    """Ask for the country; `pending` is carried out once it is known."""
    session = _waiting(session, content, pending)
    return offer(session, content, text, country_ids(session, content))


def open_flow(session: Session, content: Content, flow_id: str, at: datetime) -> Step:
    """Start a flow at its first node; an unknown flow leads to the menu."""
    flow = content.flows.get(flow_id)
    if flow is None:
        return _changed(session, content)
    session = replace(leave_flow(session, content), flow=flow.id)
    first = engine.begin(flow, situation(session, at, {}))
    if not isinstance(first, str):
        return _changed(session, content)
    return _go_on(replace(session, node=first), content, f"f:{flow_id}", at)


def answer(session: Session, content: Content, picked: tuple[str, str, str], at: datetime) -> Step:
    """Answer a question of a flow, the current one or one from an older button."""
    flow_id, node_id, option_id = picked
    flow = content.flows.get(flow_id)
    if flow is None:
        return _changed(session, content)
    if session.flow != flow_id:
        session = leave_flow(session, content)
    answers = dict(session.answers)
    if node_id in answers:  # an older question is answered anew: what came after it is open again
        answers = _before(answers, node_id)
    step = engine.answer(flow, node_id, option_id, situation(session, at, answers))
    picked_id = answer_id(*picked)
    if isinstance(step, engine.NeedsCountry):
        session = replace(session, flow=flow_id, node=node_id, answers=answers)
        return ask_country(session, content, picked_id, phrases.ASK_COUNTRY_FOR_ANSWER)
    if not isinstance(step, str):
        if session.flow == flow_id and session.node in flow.nodes:
            session, replies = show_node(session, content, None)
            return session, (Say(phrases.OLD_BUTTON), *replies)
        return _changed(session, content)
    session = replace(
        session, flow=flow_id, node=step, answers={**answers, node_id: option_id}, pending=None
    )
    return _go_on(session, content, picked_id, at)


def _go_on(session: Session, content: Content, came_by: str, at: datetime) -> Step:
    """Show the node, unless the person has told the answer already: then that answer is given."""
    told: list[Reply] = []
    while (waiting := current_question(session, content)) is not None:
        flow, question = waiting
        known = [o for o in question.options if o.situation in session.situations]
        if len(known) != 1 or question.id in session.answers:
            break
        step = engine.answer(
            flow, question.id, known[0].id, situation(session, at, session.answers)
        )
        if not isinstance(step, str):
            break
        came_by = answer_id(flow.id, question.id, known[0].id)
        label = content.text(session.language, known[0].label)
        told.append(Say(phrases.TOLD_ALREADY, {"option": label}))
        answers = {**session.answers, question.id: known[0].id}
        session = replace(session, node=step, answers=answers)
    after, replies = show_node(session, content, came_by)
    return after, (*told, *replies)


def go_back(session: Session, content: Content, at: datetime) -> Step:
    """Take back the last answer; before the first one, leave the flow."""
    flow = content.flows.get(session.flow or "")
    if flow is None or not session.answers:
        known_start = session.flow is None
        session, replies = show_menu(session, content)
        return session, ((Say(phrases.NOTHING_BEFORE),) if known_start else ()) + replies
    answers = dict(list(session.answers.items())[:-1])
    replayed = engine.replay(flow, answers, situation(session, at, {}))
    if not isinstance(replayed.stops, str):
        return _changed(session, content)
    session = replace(session, node=replayed.stops, answers=dict(replayed.answers), pending=None)
    return show_node(session, content, None)


def current_question(session: Session, content: Content) -> tuple[Flow, Question] | None:
    """Return the question that waits for an answer, if there is one."""
    flow = content.flows.get(session.flow or "")
    node = flow.nodes.get(session.node or "") if flow else None
    return (flow, node) if flow and isinstance(node, Question) else None


def show_node(session: Session, content: Content, came_by: str | None) -> Step:
    """Show where the session stands; `came_by` is carried out again once the country is known."""
    flow = content.flows.get(session.flow or "")
    node = flow.nodes.get(session.node or "") if flow else None
    if flow is None or node is None:
        return _changed(session, content)
    if isinstance(node, Question):
        shown = choices(question_ids(flow.id, node), content)
        session = replace(session, offered=tuple(c.id for c in shown))
        return session, (Ask(node.text, shown, node.hint),)
    return _show_outcome(session, content, node, came_by)


def show_again(session: Session, content: Content) -> Step:
    """Show again what was on the screen; the menu if that is gone."""
    if current_question(session, content) is not None:
        return show_node(session, content, None)
    if choices(session.offered, content):
        return offer(session, content, phrases.NEXT_STEP, session.offered)
    return show_menu(session, content)


def _hand_over(session: Session, content: Content, node: Outcome) -> Step:
    """Go on in the one flow that an outcome names, when that flow begins with a question."""
    flow = content.flows.get(node.flows[0])
    first = flow.nodes.get(flow.first) if flow else None
    if flow is None or not isinstance(first, Question):
        return _changed(session, content)
    session = replace(leave_flow(session, content), flow=flow.id, node=first.id)
    session, asked = show_node(session, content, None)
    return session, (Say(node.text), *asked)


def _show_outcome(session: Session, content: Content, node: Outcome, came_by: str | None) -> Step:
    if len(node.flows) == 1 and not node.articles and node.services is None:
        return _hand_over(session, content, node)
    articles = [content.articles[name] for name in node.articles if name in content.articles]
    needs_country = node.services is not None or any(a.needs_country for a in articles)
    if needs_country and session.country is None:
        # The answer is taken back until the country is known, then given again.
        answers = dict(list(session.answers.items())[:-1])
        last = next(reversed(list(session.answers)), None)
        session = replace(session, node=last, answers=answers)
        return ask_country(session, content, came_by, phrases.ASK_COUNTRY_FOR_ANSWER)
    replies: list[Reply] = [Say(node.text)]
    replies += [ShowArticle(article.id, session.country) for article in articles]
    term = node.services.taxonomy_term if node.services else next(iter(node.articles), None)
    if term is not None and session.country is not None:
        replies.append(_services(session, term))
    also = [
        other for article in articles for other in article.see_also if other not in node.articles
    ]
    ids = (
        *(f"f:{name}" for name in node.flows),
        *(f"a:{name}" for name in also[:SEE_ALSO_SHOWN]),
        *((f"s:{term}",) if term else ()),
        BACK,
        MENU,
    )
    if articles:
        session = replace(session, article=articles[0].id)
    session, asked = offer(session, content, phrases.NEXT_STEP, ids)
    return session, (*replies, *asked)


def show_article(session: Session, content: Content, article_id: str) -> Step:
    """Show an article with its offices; asks for the country first where the answer needs it."""
    article = content.articles.get(article_id)
    if article is None:
        return _changed(session, content)
    if article.section(session.country) is None:
        session, asked = ask_country(
            session, content, f"a:{article_id}", phrases.ASK_COUNTRY_FOR_ANSWER
        )
        return session, (Say(article.summary), *asked)
    session = replace(_waiting(session, content, None), article=article_id)
    replies: list[Reply] = [ShowArticle(article_id, session.country)]
    if article.needs_country and session.country is not None:
        replies.append(_services(session, article_id))
    waiting = current_question(session, content)
    if waiting is not None:
        session, asked = show_node(session, content, None)
        return session, (*replies, Say(phrases.CONTINUE_WITH), *asked)
    also = tuple(f"a:{name}" for name in article.see_also)[:SEE_ALSO_SHOWN]
    more = (f"s:{article_id}",) if article.needs_country else ()
    session, asked = offer(session, content, phrases.NEXT_STEP, (*also, *more, MENU))
    return session, (*replies, *asked)


def show_services(
    session: Session,
    content: Content,
    term: str,
    location: Location | None = None,
    *,
    from_start: bool = False,
) -> Step:
    """Show more offices for an article or topic; the nearest ones for a location or a new place."""
    if session.country is None:
        return ask_country(session, content, f"s:{term}", phrases.ASK_COUNTRY_FOR_ANSWER)
    services = _services(session, term)
    if location is not None:  # finer than the place that was named before
        services = replace(
            services, location=location, department=None, municipality=None, limit=SERVICES_MORE
        )
    elif not from_start:
        services = replace(services, first=SERVICES_SHOWN, limit=SERVICES_MORE)
    session = _waiting(session, content, None)
    if current_question(session, content) is not None:
        session, asked = show_node(session, content, None)
        return session, (services, Say(phrases.CONTINUE_WITH), *asked)
    back_to = (f"a:{term}",) if term in content.articles and term != session.article else ()
    session, asked = offer(session, content, phrases.NEXT_STEP, (*back_to, MENU))
    return session, (services, *asked)


def _waiting(session: Session, content: Content, pending: str | None) -> Session:
    """Return the session with something else, or nothing, that waits to be carried out."""
    if session.pending not in (None, pending):
        session = remembered(session, content)
    return replace(session, pending=pending)


def _services(session: Session, term: str) -> ShowServices:
    return ShowServices(
        term,
        session.country or "",
        session.department,
        session.municipality,
        limit=SERVICES_SHOWN,
    )


def _changed(session: Session, content: Content) -> Step:
    session, replies = show_menu(session, content)
    return session, (Say(phrases.FLOW_CHANGED), *replies)


def _before(answers: Mapping[str, str], node_id: str) -> dict[str, str]:
    kept: dict[str, str] = {}
    for name, option in answers.items():
        if name == node_id:
            break
        kept[name] = option
    return kept
