"""Option ids: what a button carries, and what it is called.

An id says by itself what it does, so that a button from last week still makes sense: `o:` answers a
question (`o:documents/what_happened/lost`), `f:` opens a flow, `a:` shows an article, `s:` its
offices, `p:` says which place is meant, `r:` says that something is wrong with an office, `y:` and
`n:` whether an answer helped, `c:` sets the country, `l:` the language, `w:` is one of the words
that work everywhere.
"""

from bot import phrases
from bot.content import Content
from bot.messages import Choice, Session
from flows.definition import COUNTRIES, Question
from knowledge.places import place_by_id

MENU = "w:menu"
BACK = "w:back"
PERSON = "w:person"
CONTINUE = "w:continue"
EXIT = "w:exit"
OTHER_COUNTRY = "c:other"
HELPED, NOT_HELPED = "y:", "n:"  # with the id of an article, or flow/node of an outcome
_LASTING = ("w:", "c:", "f:", "a:", "o:", "d:")
SHORT_ID = 12  # hexadecimal digits of an office's id that fit a button, five times over

WORD_LABELS = {
    "menu": phrases.BUTTON_MENU,
    "back": phrases.BUTTON_BACK,
    "person": phrases.BUTTON_PERSON,
    "continue": phrases.BUTTON_CONTINUE,
    "exit": phrases.BUTTON_EXIT,
    "privacy": phrases.BUTTON_PRIVACY,
    "data": phrases.BUTTON_MY_DATA,
}
LANGUAGE_NAMES = {"es": phrases.BUTTON_SPANISH, "en": phrases.BUTTON_ENGLISH}


def answer_id(flow: str, node: str, option: str) -> str:
    """Return the id of an answer to a flow's question."""
    return f"o:{flow}/{node}/{option}"


def split_answer(option_id: str) -> tuple[str, str, str] | None:
    """Return flow, node and option of an answer id; None when it is none."""
    parts = option_id.removeprefix("o:").split("/")
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else None


def report_id(offices: tuple[str, ...], kind: str = "") -> str:
    """Return the id that asks what is wrong with one of some offices, or says it (`kind`)."""
    return "r:" + "".join(offices) + (f"/{kind}" if kind else "")


def split_report(option_id: str) -> tuple[tuple[str, ...], str]:
    """Return the short ids of the offices of a report id and its kind; no office if it is none."""
    joined, _, kind = option_id.removeprefix("r:").partition("/")
    if not joined or len(joined) % SHORT_ID or (kind and len(joined) > SHORT_ID):
        return (), ""
    return tuple(joined[n : n + SHORT_ID] for n in range(0, len(joined), SHORT_ID)), kind


def choice(option_id: str, content: Content) -> Choice | None:
    """Return an option with its label; None when what it stood for is gone."""
    known = content.choices.get(option_id)
    if known is None:
        known = _choice(option_id, content)
        if known is not None and is_lasting(option_id):
            content.choices[option_id] = known
    return known


def is_lasting(option_id: str) -> bool:
    """Whether an option that exists is one of the content's own: what it is called never changes.

    The others are as many as there are places, offices, and ids that somebody makes up.
    """
    return option_id.startswith(_LASTING)


def _choice(option_id: str, content: Content) -> Choice | None:
    kind, _, rest = option_id.partition(":")
    if kind == "w" and rest in WORD_LABELS:
        return Choice(option_id, WORD_LABELS[rest])
    if kind == "c":
        if option_id == OTHER_COUNTRY:
            return Choice(option_id, phrases.BUTTON_OTHER_COUNTRY)
        return Choice(option_id, phrases.COUNTRY_NAMES[rest]) if rest in COUNTRIES else None
    if kind == "l":
        return Choice(option_id, LANGUAGE_NAMES.get(rest, rest), translate=False)
    if kind == "f" and rest in content.flows:
        return Choice(option_id, content.flows[rest].title)
    if kind == "a" and rest in content.articles:
        return Choice(option_id, content.articles[rest].title)
    if kind == "s":
        return Choice(option_id, phrases.BUTTON_MORE_OFFICES)
    if kind == "r":
        about = split_report(option_id)[1]
        return Choice(option_id, phrases.REPORT_KINDS.get(about, phrases.BUTTON_REPORT))
    if kind == "y":
        return Choice(option_id, phrases.BUTTON_HELPED)
    if kind == "n":
        return Choice(option_id, phrases.BUTTON_NOT_HELPED)
    if kind == "p":
        place = place_by_id(rest)
        return Choice(option_id, place.label, translate=False) if place else None
    if kind == "d" and rest in content.danger.categories:
        return Choice(option_id, phrases.BUTTON_IN_DANGER)
    if kind == "o" and (answer := split_answer(option_id)):
        return _answer_choice(option_id, answer, content)
    return None


def _answer_choice(option_id: str, answer: tuple[str, str, str], content: Content) -> Choice | None:
    flow = content.flows.get(answer[0])
    node = flow.nodes.get(answer[1]) if flow else None
    if isinstance(node, Question):
        for option in node.options:
            if option.id == answer[2]:
                return Choice(option_id, option.label)
    return None


def choices(ids: tuple[str, ...], content: Content) -> tuple[Choice, ...]:
    """Return the options that still exist, in order, each once."""
    found = (choice(option_id, content) for option_id in dict.fromkeys(ids))
    return tuple(c for c in found if c is not None)


def country_ids(session: Session, content: Content) -> tuple[str, ...]:
    """Return the options of the question about the country, with the other languages at the end."""
    others = (f"l:{name}" for name in content.languages if name != session.language)
    return (*(f"c:{country}" for country in COUNTRIES), OTHER_COUNTRY, *others)


def question_ids(flow: str, question: Question) -> tuple[str, ...]:
    """Return the ids of a question's options, in order."""
    return tuple(answer_id(flow, question.id, option.id) for option in question.options)
