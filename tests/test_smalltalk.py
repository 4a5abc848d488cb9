"""Greetings, thanks, insults and "are you a robot": a short, decent reply that leads back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import phrases
from bot.content import Content
from bot.conversation import take_turn
from bot.messages import Ask, Message, Say, Session, ShowDanger
from bot.options import question_ids
from bot.smalltalk import SmallTalk, load_smalltalk
from flows.definition import Question

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SAID = {
    "muchas gracias": "thanks", "Gracias, muy amable": "thanks", "thank you so much": "thanks",
    "grasias seño": "thanks", "qué onda": "greeting", "buenas tardes seño": "greeting",
    "how are you": "greeting", "hasta luego": "goodbye", "see ya": "goodbye", "ok": "agree",
    "ok está bien": "agree", "got it": "agree", "jajajaja": "laugh", "LOL": "laugh",
    "haha": "laugh", "qué chévere": "compliment", "good job": "compliment",
    "me ayudó": "compliment", "no me sirvió": "unhelped", "no me ayudó nada": "unhelped",
    "no me gustó": "unhelped", "that's not it": "unhelped", "no es lo que pregunté": "unhelped",
    "no sirves": "insult", "YOU SUCK": "insult", "estúpido bot": "insult",
    "¿Eres un robot?": "robot", "are you a real person?": "robot", "quién es usted": "robot",
    "are you la migra": "authority", "¿Usted es de la policía?": "authority",
    "r u ice": "authority", "perdón": "sorry", "probando": "test",
}  # fmt: skip
ABOUT_SOMETHING = [
    "gracias, cuánto cuesta el pasaporte", "ok y dónde saco el DUI", "la migra se llevó a mi tío",
    "hola quiero estudiar", "prueba de ADN", "no sirve mi partida porque tiene un error",
    "trabajo", "pasaporte", "",
]  # fmt: skip


def say(session: Session, text: str, content: Content):
    return take_turn(session, Message(text=text, at=AT), content)


@pytest.mark.parametrize(("text", "kind"), SAID.items(), ids=SAID)
def test_small_talk_is_told_apart(text: str, kind: str, content: Content) -> None:
    assert content.smalltalk.kind_of(text) == kind


@pytest.mark.parametrize("text", ABOUT_SOMETHING)
def test_what_is_about_something_is_no_small_talk(text: str, content: Content) -> None:
    assert content.smalltalk.kind_of(text) is None


def test_every_reply_is_short_and_leads_back(content: Content) -> None:
    session = Session(country="SV", greeted=True)
    for text in ("muchas gracias", "LOL", "no sirves", "no me sirvió", "probando"):
        turn = say(session, text, content)
        kind = content.smalltalk.kind_of(text) or ""
        assert turn.replies[0] == Say(phrases.SMALL_TALK[kind])
        assert len(phrases.SMALL_TALK[kind]) <= 90
        assert isinstance(turn.replies[-1], Ask)
        assert not turn.answered
        assert turn.session.misses == 0


def test_an_insult_is_offered_a_person_and_no_reproach(content: Content) -> None:
    turn = say(Session(country="SV", greeted=True), "idiota", content)
    assert "w:person" in turn.session.offered


def test_a_question_of_a_flow_waits_through_small_talk(content: Content) -> None:
    flow = next(f for f in content.flows.values() if isinstance(f.nodes[f.first], Question))
    node = flow.nodes[flow.first]
    assert isinstance(node, Question)
    session = Session(
        country="GT",
        flow=flow.id,
        node=node.id,
        offered=question_ids(flow.id, node),
        greeted=True,
    )
    turn = say(session, "jajaja", content)
    assert turn.session.node == node.id
    asked = turn.replies[-1]
    assert isinstance(asked, Ask)
    assert asked.text == node.text


def test_danger_comes_before_small_talk(content: Content) -> None:
    turn = say(Session(country="SV", greeted=True), "gracias, me quiero morir", content)
    assert isinstance(turn.replies[0], ShowDanger)


def test_each_kind_has_its_reply_and_the_file_is_clean(content: Content) -> None:
    assert set(content.smalltalk.kinds) == set(phrases.SMALL_TALK)


def test_a_wrong_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "smalltalk.yaml"
    path.write_text("thanks:\n  es: [gracias]\nsong:\n  es: [la]\n", encoding="utf-8")
    talk, findings = load_smalltalk(path, "knowledge/smalltalk.yaml")
    assert list(talk.kinds) == ["thanks"]
    told = [str(finding) for finding in findings]
    assert any('the key "song" is not known here' in text for text in told)
    assert any('the key "en" is missing' in text for text in told)
    assert load_smalltalk(tmp_path / "none.yaml", "x") == (SmallTalk(), [])
