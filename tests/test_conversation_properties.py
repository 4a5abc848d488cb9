"""Whatever people send, in whatever order, while editors change the flows: never an exception,
always an answer, and a session that survives JSON.

Ten thousand conversations are thrown with dice from a number that hypothesis draws, which costs a
fifth of drawing each message; five hundred more are drawn whole, so that it makes small what it
finds.
"""

import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from bot.compose import Composer
from bot.content import Content, load_content
from bot.conversation import take_turn
from bot.messages import Ask, Kind, Location, Message, OutgoingMessage, Session, ShownOption
from bot.options import question_ids
from bot.packing import HARD_LIMIT, TEXTS
from bot.sessions import from_json, to_json
from flows.definition import Flow, Outcome, Question, Rule

SEQUENCES = 10_000
EDITIONS = 200
CONTENT = load_content()
COMPOSER = Composer(CONTENT)
COMPOSER_OF_TEXTS = Composer(CONTENT, in_words=True)

OPTION_IDS = [
    *(f"c:{c}" for c in ("SV", "GT", "HN", "MX", "other", "US", "")),
    *("l:es", "l:en", "l:xx", "s:documents/passport", "s:nothing/here", "d:self_harm", "d:nothing"),
    *(f"w:{w}" for w in ("start", "menu", "back", "help", "person", "language", "privacy",
                         "continue", "exit", "delete", "nonsense", "")),
    *(f"f:{flow}" for flow in (*CONTENT.flows, "gone")),
    *(f"{kind}:{article}" for article in (*CONTENT.articles, "gone/gone") for kind in "ayn"),
    *(
        option
        for flow in CONTENT.flows.values()
        for node in flow.nodes.values()
        if isinstance(node, Question)
        for option in question_ids(flow.id, node)
    ),
    *("o:documents/gone/gone", "o:gone/x/y", "o:", "o:a/b", "", ":", "zzz", "o:documents//"),
]  # fmt: skip
WORDS = [
    "hola", "perdi mi dui", "atrás", "menu", "1", "2", "99", "0", "-1", "no sé", "idioma",
    "english", "persona", "salir", "borrar", "ayuda", "Honduras", "nunca",
    "soy de guatemala y no tengo partida", "lost my id", "me quiero morir", "he hits me",
    "🙂", "", "   ", "palabra" * 40, "\u200b", "<b>x</b>", "'; drop table",
    "pasaporte", "me sirvió", "no me sirvió", "my son was born in texas",
    "xq no me contestas", "a" * 5000, "؟", "١", "½", "²",
]  # fmt: skip

messages = st.one_of(
    st.builds(Message, text=st.one_of(st.sampled_from(WORDS), st.text(max_size=60))),
    st.builds(Message, kind=st.just(Kind.OPTION), option=st.sampled_from(OPTION_IDS)),
    st.builds(
        Message,
        kind=st.just(Kind.LOCATION),
        location=st.builds(Location, st.floats(-90, 90), st.floats(-180, 180)),
    ),
    st.builds(Message, kind=st.just(Kind.OTHER)),
    st.builds(Message, kind=st.just(Kind.LOCATION)),
)


@st.composite
def edited(draw: DrawFn, flow: Flow) -> Flow:
    """The flow as another editor might leave it: nodes or options gone, ways changed."""
    nodes = dict(flow.nodes)
    for gone in draw(st.lists(st.sampled_from(sorted(nodes)), max_size=3)):
        nodes.pop(gone, None)
    for name, node in list(nodes.items()):
        if isinstance(node, Question) and draw(st.integers(0, 9)) == 0:
            ways = tuple(Rule(draw(st.sampled_from(sorted(flow.nodes)))) for _ in range(2))
            nodes[name] = replace(node, options=node.options[1:], next=ways)
        elif isinstance(node, Outcome) and draw(st.integers(0, 9)) == 0:
            nodes[name] = replace(node, articles=("gone/article",), services=None)
    return replace(flow, nodes=nodes, first=draw(st.sampled_from([flow.first, "gone"])))


@st.composite
def contents(draw: DrawFn) -> Content:
    if draw(st.booleans()):
        return CONTENT
    flows = dict(CONTENT.flows)
    for name in draw(st.lists(st.sampled_from(sorted(flows)), max_size=2, unique=True)):
        flows[name] = draw(edited(flows[name]))
    for gone in draw(st.lists(st.sampled_from(sorted(flows)), max_size=2, unique=True)):
        del flows[gone]
    return replace(CONTENT, flows=flows)


sessions = st.builds(
    Session,
    language=st.sampled_from(["es", "en", "xx"]),
    country=st.sampled_from([None, "SV", "GT", "HN", "MX"]),
    greeted=st.booleans(),
)


@settings(max_examples=500)
@given(sessions, contents(), contents(), st.lists(messages, min_size=2, max_size=6))
def test_any_conversation_goes_on(
    session: Session, before: Content, after: Content, said: list[Message]
) -> None:
    """Two to six messages, with the flows edited half way."""
    goes_on(session, before, after, said)


@settings(max_examples=SEQUENCES)
@given(st.integers(0, 2**32))
def test_ten_thousand_conversations_go_on(seed: int) -> None:
    dice = random.Random(seed)
    session = Session(
        language=dice.choice(["es", "en", "xx"]),
        country=dice.choice([None, "SV", "GT", "HN", "MX"]),
        greeted=dice.random() < 0.5,
    )
    before, after = (dice.choice([CONTENT, edition(dice.randrange(EDITIONS))]) for _ in range(2))
    goes_on(session, before, after, [_said_by(dice) for _ in range(dice.randint(2, 6))])


@cache
def edition(number: int) -> Content:
    """Return the content as editors may leave it half way."""
    return _edited_by(random.Random(number))


def _edited_by(dice: random.Random) -> Content:
    flows = dict(CONTENT.flows)
    for name in dice.sample(sorted(flows), dice.randint(0, 2)):
        flows[name] = _flow_edited_by(dice, flows[name])
    for gone in dice.sample(sorted(flows), dice.randint(0, 2)):
        del flows[gone]
    return replace(CONTENT, flows=flows)


def _flow_edited_by(dice: random.Random, flow: Flow) -> Flow:
    gone = dice.sample(sorted(flow.nodes), min(dice.randint(0, 3), len(flow.nodes)))
    nodes = {name: node for name, node in flow.nodes.items() if name not in gone}
    for name, node in nodes.items():
        if isinstance(node, Question) and dice.random() < 0.1:
            ways = tuple(Rule(dice.choice(sorted(flow.nodes))) for _ in range(2))
            nodes[name] = replace(node, options=node.options[1:], next=ways)
        elif isinstance(node, Outcome) and dice.random() < 0.1:
            nodes[name] = replace(node, articles=("gone/article",), services=None)
    return replace(flow, nodes=nodes, first=dice.choice([flow.first, "gone"]))


def _said_by(dice: random.Random) -> Message:
    match dice.randrange(5):
        case 0:
            if dice.random() < 0.5:
                return Message(text=dice.choice(WORDS))
            size, most = (
                dice.randint(0, dice.choice([5, 20, 60])),
                dice.choice([0x7F, 0x17F, 0xD7FF, sys.maxunicode]),
            )
            letters = (chr(dice.randint(0, most)) for _ in range(size))
            return Message(text="".join(one for one in letters if not "\ud800" <= one <= "\udfff"))
        case 1:
            return Message(kind=Kind.OPTION, option=dice.choice(OPTION_IDS))
        case 2:
            where = Location(dice.uniform(-90, 90), dice.uniform(-180, 180))
            return Message(kind=Kind.LOCATION, location=where)
        case 3:
            return Message(kind=Kind.OTHER)
        case _:
            return Message(kind=Kind.LOCATION)


def goes_on(session: Session, before: Content, after: Content, said: list[Message]) -> None:
    """Speak, and look at each turn."""
    for number, message in enumerate(said):
        content = before if number < len(said) // 2 else after
        turn = take_turn(session, message, content)
        assert turn.replies, message
        stored = from_json(to_json(turn.session))
        assert stored == turn.session
        session = Session() if turn.ending else stored
        asked = [r for r in turn.replies if isinstance(r, Ask)]
        assert len(asked) <= 1
        if asked and asked[0].options:
            assert turn.session.offered == tuple(o.id for o in asked[0].options)
        for option in turn.session.offered:
            assert len(option.encode()) <= 64


@settings(max_examples=500)
@given(sessions, messages)
def test_an_equal_turn_is_equal(session: Session, message: Message) -> None:
    assert take_turn(session, message, CONTENT) == take_turn(session, message, CONTENT)


@settings(max_examples=500)
@given(sessions, st.lists(messages, min_size=1, max_size=5))
def test_what_is_composed_fits_every_channel(session: Session, said: list[Message]) -> None:
    for message in said:
        turn = take_turn(session, message, CONTENT)
        shown = COMPOSER.compose(turn, None)
        texts = COMPOSER_OF_TEXTS.compose(turn, None)
        assert shown
        for out, longest in [*((m, HARD_LIMIT) for m in shown), *((m, TEXTS.hard) for m in texts)]:
            assert 0 < len(out.text) <= longest
            assert "{" not in out.text
            assert len({option.id for option in out.options}) == len(out.options)
        assert said_by(texts) == said_by(shown)
        assert len(texts) <= len(shown)
        session = turn.session


def said_by(messages: Sequence[OutgoingMessage]) -> tuple[list[str], list[ShownOption]]:
    """Return all words and buttons of some messages, in order."""
    words = [word for message in messages for word in message.text.split()]
    return words, [option for message in messages for option in message.options]


@given(st.text(max_size=300))
def test_a_session_of_any_version_is_read(text: str) -> None:
    assert isinstance(from_json(text), Session)


@given(
    st.dictionaries(
        st.sampled_from(["language", "country", "answers", "offered", "misses", "greeted", "new"]),
        st.one_of(st.none(), st.integers(), st.text(max_size=5), st.lists(st.integers()),
                  st.dictionaries(st.text(max_size=3), st.integers())),
    )
)  # fmt: skip
def test_a_session_with_odd_values_still_talks(value: dict[str, object]) -> None:
    import json

    session = from_json(json.dumps(value))
    assert take_turn(session, Message(text="hola", at=datetime.now(UTC)), CONTENT).replies
