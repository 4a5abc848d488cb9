"""Questions without an answer: who can see them, for how long, and what becomes of them."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from figures_for_tests import VAULT, an_empty_store
from sqlalchemy import Engine, select

from bot import phrases, unanswered
from bot.content import Content
from bot.conversation import take_turn
from bot.messages import Kind, Message, Session
from bot.settings import read_settings
from knowledge.questions import keeping, working
from knowledge.questions.keeping import keep
from knowledge.questions.teaching import School
from knowledge.questions.working import Question, QuestionError, QuestionNotFoundError
from knowledge.store.question_tables import question_signs, question_wordings, questions

TODAY = date(2026, 11, 22)
ASKED = "¿Cómo cobro la herencia de un terreno en Chalatenango?"
ALIKE = (
    ASKED,
    "quiero cobrar una herencia, un terreno en chalatenango",
    "como se cobra herencia de terreno chalatenango",
    "HERENCIA terreno de mi abuelo en Chalatenango como la cobro",
    "cobrar la herencia del terreno que está en chalatenango",
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with an_empty_store(tmp_path) as store:
        yield store


def person(number: int) -> bytes:
    return hashlib.sha256(bytes([number])).digest()[:16]


def ask(engine: Engine, people: range, text: str = ASKED, on: date = TODAY) -> None:
    """Let so many people ask, in turns with wordings that are alike when it is the usual text."""
    with engine.begin() as connection:
        for number in people:
            wording = ALIKE[number % len(ALIKE)] if text == ASKED else text
            keep(connection, VAULT, person(number), wording, "es", on)


def shown(engine: Engine, state: str | None = None) -> tuple[Question, ...]:
    with engine.begin() as connection:
        return working.list_questions(connection, VAULT, state, 0, 50).questions


def test_four_people_are_too_few_and_more_are_shown_with_their_wordings(engine: Engine) -> None:
    ask(engine, range(4))
    assert shown(engine) == ()
    ask(engine, range(4, 12))
    [question] = shown(engine)
    assert question.people in (5, 10)
    assert ASKED in question.wordings
    assert len(question.wordings) <= keeping.MOST_WORDINGS


def test_one_person_who_asks_often_is_one_person(engine: Engine) -> None:
    for _ in range(30):
        ask(engine, range(7, 8))
    assert shown(engine) == ()


def test_people_are_never_counted_too_many(engine: Engine) -> None:
    for number in range(1, 20):
        ask(engine, range(number - 1, number))
        with engine.begin() as connection:
            told = connection.execute(select(questions.c.people)).scalars().all()
        assert len(told) == 1
        assert told[0] <= number


def test_other_questions_and_other_languages_are_other_groups(engine: Engine) -> None:
    ask(engine, range(3))
    ask(engine, range(3, 6), "¿dónde venden medicina para la tiroides?")
    with engine.begin() as connection:
        keep(connection, VAULT, person(9), ASKED, "en", TODAY)
        assert len(connection.execute(select(questions.c.id)).all()) == 3


def test_nothing_readable_and_nobody_is_in_the_database(engine: Engine, tmp_path: Path) -> None:
    ask(engine, range(8), "me llamo Canaria y mi numero es 7123-4567, sobre herencia lejana")
    [question] = shown(engine)
    assert question.wordings == ("[NAME] y mi numero es [PHONE], sobre herencia lejana",)
    with engine.begin() as connection:
        for table in (questions, question_signs, question_wordings):
            told = repr(connection.execute(select(table)).all()).lower()
            assert "herencia" not in told
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for secret in (b"Canaria", b"herencia", b"7123", *map(person, range(1, 8))):
        assert secret not in raw


def test_texts_go_after_thirty_days_and_an_ignored_one_stays_ignored(engine: Engine) -> None:
    ask(engine, range(9))
    [question] = shown(engine)
    with engine.begin() as connection:
        working.ignore(connection, VAULT, question.id)
    assert shown(engine, "new") == ()
    assert shown(engine, "ignored")[0].wordings == ()
    later = TODAY + timedelta(days=31)
    with engine.begin() as connection:
        keeping.expire(connection, later)
    ask(engine, range(20, 40), on=later)
    assert shown(engine, "new") == ()
    ask(engine, range(9), "¿y la visa de trabajo para Canadá?")
    with engine.begin() as connection:
        counts = keeping.expire(connection, TODAY + timedelta(days=30))
    assert counts["question_wordings"] >= 1
    assert shown(engine, "new") == ()
    with engine.begin() as connection:
        with pytest.raises(QuestionError):
            working.answer(connection, VAULT, question.id)
        last = later + timedelta(days=keeping.KEEP_IGNORED_DAYS)
        keeping.expire(connection, last)
        assert connection.execute(select(question_signs)).all() == []


def test_an_answered_question_comes_up_again_when_people_go_on(engine: Engine) -> None:
    ask(engine, range(9))
    with engine.begin() as connection:
        working.answer(connection, VAULT, shown_id(connection), "documents/passport")
    assert [q.article for q in shown(engine, "answered")] == ["documents/passport"]
    ask(engine, range(4))
    assert shown(engine, "new") == ()
    ask(engine, range(30, 39))
    assert len(shown(engine, "new")) == 1


def shown_id(connection: object) -> str:
    return working.list_questions(connection, VAULT, None, 0, 1).questions[0].id  # type: ignore[arg-type]  # a connection


def test_a_question_of_four_is_as_if_it_were_not_there(engine: Engine) -> None:
    ask(engine, range(4))
    with engine.begin() as connection:
        known = connection.execute(select(questions.c.id)).scalar_one()
        for act in (working.find_question, working.ignore, working.answer):
            with pytest.raises(QuestionNotFoundError):
                act(connection, VAULT, known)


def a_turn(text: str, content: Content, **session: object) -> bool:
    message = Message(Kind.TEXT, text=text, at=datetime(2026, 11, 22, tzinfo=UTC))
    begun = replace(Session(country="SV", greeted=True), **session)  # type: ignore[arg-type]
    turn = take_turn(begun, message, content)
    return unanswered.is_question_without_answer(message, turn, content)


def test_which_turns_of_a_conversation_are_kept(content: Content) -> None:
    assert a_turn("dónde compro un tractor", content)
    assert not a_turn("perdí mi dui", content)
    assert not a_turn("gracias", content)
    assert not a_turn("me quiero matar", content)
    assert not a_turn("mi marido me pega, dónde compro un tractor", content)
    assert not a_turn("dónde compro un tractor", content, situations=("minor",))
    assert not a_turn("salir", content)
    assert phrases.NOT_FOUND in unanswered.NO_ANSWER


def test_what_a_child_asks_is_not_kept_who_told_it_by_a_tap(content: Content) -> None:
    message = Message(
        Kind.TEXT, text="dónde compro un tractor", at=datetime(2026, 11, 22, tzinfo=UTC)
    )
    turn = take_turn(Session(country="SV", greeted=True), message, content)
    assert unanswered.is_question_without_answer(message, turn, content)
    session = replace(turn.session, flow="arrival", answers={"sleep_about": "minor"})
    turn = replace(turn, session=session)
    assert not unanswered.is_question_without_answer(message, turn, content)


def test_the_list_is_off_unless_somebody_turns_it_on() -> None:
    assert not read_settings({}).unanswered
    assert read_settings({"VENTANILLA_UNANSWERED": "on"}).unanswered


def test_a_phrasing_is_tried_and_then_written_for_review(content: Content, tmp_path: Path) -> None:
    school = a_school(content, tmp_path)
    phrasing = "cobrar la herencia de un terreno en chalatenango"
    effect = school.effect("legal/property-left-us", phrasing, "es", ALIKE[:2])
    assert [ranking.wording for ranking in effect.rankings] == [phrasing, *ALIKE[:2]]
    assert effect.rankings[0].after[0] == "legal/property-left-us"
    assert not school.file.exists()
    assert school.index.index.asked == content.index.index.asked
    school.teach("legal/property-left-us", phrasing, "es", TODAY)
    school.teach("legal/property-left-us", "otra frase nueva", "es", TODAY)
    rows = yaml.safe_load(school.file.read_text(encoding="utf-8"))
    assert [row["phrasing"] for row in rows] == [phrasing, "otra frase nueva"]
    assert school.file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("article", "phrasing", "trouble"),
    [
        ("legal/nothing", "algo", "article"),
        ("documents/passport", " ", "empty"),
        ("documents/passport", "x " * 100, "empty"),
        ("documents/passport", "llamar al 7123-4567", "private"),
    ],
)
def test_what_cannot_be_taught(
    content: Content, tmp_path: Path, article: str, phrasing: str, trouble: str
) -> None:
    school = a_school(content, tmp_path)
    assert school.trouble_with(article, phrasing, "es") == trouble
    with pytest.raises(QuestionError):
        school.teach(article, phrasing, "es", TODAY)


def a_school(content: Content, folder: Path) -> School:
    others = {name: t.text for name, t in content.translators.items() if name != "es"}
    lexicon = content.index.reader.lexicon
    return School(content.articles, content.index, others, lexicon, folder / "taught.yaml")
