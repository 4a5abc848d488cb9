"""Who runs the service and what it keeps: in the first message, the notice and the profile."""

import asyncio
import os
import re
import subprocess
import sys
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from bot import phrases
from bot.channels.telegram_profile import DESCRIPTION, DESCRIPTION_WITH_QUESTIONS, profiles
from bot.channels.web_privacy import make_router
from bot.compose import Composer
from bot.content import SHIPPED, Content, content_for
from bot.conversation import take_turn
from bot.messages import Kind, Message, Session
from bot.notice import as_markdown, make_notice
from bot.settings import Settings, SettingsError, read_settings
from bot.terms import Terms

NAME = "Alcaldía de <Prueba> & «Vecinos» {x} **ya**"
CONTACT = "datos@example.org, 2222-2222, lunes a viernes de 8 a 4"
ALL = Terms(NAME, CONTACT, keeps_questions=True)


def says(content: Content, terms: Terms, text: str, session: Session | None = None) -> str:
    content = replace(content, terms=terms)
    message = Message(text=text) if text else Message(Kind.OPTION, option="w:start")
    turn = take_turn(session or Session(), message, content)
    return "\n\n".join(m.text for m in Composer(content).compose(turn, None))


def page(content: Content, terms: Terms, address: str = "/privacy?lang=es") -> str:
    app = FastAPI()
    app.include_router(make_router(replace(content, terms=terms)))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(address)

    answer = asyncio.run(ask())
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    return re.sub(r"\s+", " ", answer.text)


def test_the_first_messages_say_who_runs_it_and_what_is_kept_before_any_question(
    content: Content,
) -> None:
    for text in ("", "perdí mi dui"):
        told = says(content, ALL, text)
        before, _, _ = told.partition("¿")
        assert f"Este servicio está a cargo de {NAME}." in before
        for part in ("7 días", "30 días", "«borrar»", "«salir»", "esa empresa sí puede guardar"):
            assert part in before, part
    named = Composer(replace(content, terms=ALL))
    turn = take_turn(Session(), Message(Kind.OPTION, option="w:start"), named.content)
    opening = [m.text for m in named.compose(turn, None)]
    assert len(opening) <= 2  # two short messages, the question among them


def test_no_more_is_promised_than_is_true(content: Content) -> None:
    promise = "No guardamos sus mensajes"
    keeps = replace(Terms(), keeps_questions=True)
    assert promise in says(content, Terms(), "")
    assert promise in says(content, replace(ALL, keeps_questions=False), "")
    assert promise not in says(content, keeps, "")
    assert "guardamos su pregunta 30 días" in says(content, keeps, "")
    for asked in ("es la migra?", "privacidad"):
        greeted = Session(greeted=True, country="SV")
        assert "guardamos su pregunta 30 días" in says(content, keeps, asked, greeted), asked
        assert "guardamos su pregunta" not in says(content, Terms(), asked, greeted)
    (spanish, *_) = profiles(content.translators, keeps_questions=True)
    assert spanish.description == DESCRIPTION_WITH_QUESTIONS
    assert profiles(content.translators)[0].description == DESCRIPTION


def test_with_nothing_set_every_reply_is_as_it_was(content: Content) -> None:
    turn = take_turn(Session(), Message(text="hola"), content)
    assert Terms().told(turn.replies) is turn.replies
    assert phrases.PRIVACY_IN_SHORT in says(content, Terms(), "")


def test_whoever_asks_about_privacy_in_the_chat_is_told_who_answers(content: Content) -> None:
    told = says(content, ALL, "privacidad", Session(greeted=True, country="SV"))
    assert NAME in told
    assert CONTACT in told


def test_the_notice_names_who_runs_it_and_where_to_complain(content: Content) -> None:
    told = page(content, ALL)
    assert "Alcaldía de &lt;Prueba&gt; &amp; «Vecinos» {x} **ya**" in told
    assert CONTACT in told
    assert "20 días hábiles" in told
    assert "se guardan 30 días, cifradas" in told
    assert "[" not in told.split("<main>")[1]


def test_the_notice_says_plainly_that_nobody_has_given_a_name(content: Content) -> None:
    told = page(content, Terms())
    assert "todavía no ha dado su nombre" in told
    assert "todavía no hay un contacto" in told
    assert "20 días hábiles" not in told  # nobody there to answer
    assert "<b>Preguntas sin respuesta:</b> no se guardan." in told
    for kept in ("7 días del último mensaje", "24 horas", "30 días"):
        assert kept in told


def test_the_notice_is_there_in_both_languages_and_as_a_paper(content: Content) -> None:
    assert 'lang="en"' in page(content, ALL, "/privacy?lang=en")
    for language, word in (("es", "Quién lo opera"), ("en", "Who runs it")):
        paper = as_markdown(make_notice(language, ALL), language)
        assert f"**{word}:** {NAME}." in paper
        assert paper.count("\n## ") == 3
    assert make_notice("quc", ALL) == make_notice("es", ALL)


def test_the_settings_reach_the_content_and_the_terminal(content: Content) -> None:
    variables = {"VENTANILLA_OPERATOR_NAME": "Alcaldía", "VENTANILLA_OPERATOR_CONTACT": CONTACT}
    settings = read_settings(variables | {"VENTANILLA_UNANSWERED": "on"})
    assert content_for(settings).terms == Terms("Alcaldía", CONTACT, keeps_questions=True)
    assert content_for(Settings()).terms == Terms()
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "chat"],
        env=os.environ | variables, cwd=SHIPPED, input="", capture_output=True, text=True,
        timeout=120, check=True,
    )  # fmt: skip
    assert "Este servicio está a cargo de Alcaldía." in done.stdout


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("OPERATOR_NAME", "Alcaldía\nde Prueba", "one line"),
        ("OPERATOR_NAME", "a\u202eb", "one line"),
        ("OPERATOR_NAME", "a" * 81, "81 characters; 80 fit"),
        ("OPERATOR_CONTACT", "a\tb", "one line"),
        ("OPERATOR_CONTACT", "a" * 201, "200 fit"),
    ],
)
def test_what_is_too_long_or_no_line_is_refused_by_name(name: str, value: str, told: str) -> None:
    with pytest.raises(SettingsError, match=f"VENTANILLA_{name}.*{told}") as refused:
        read_settings({f"VENTANILLA_{name}": value})
    assert "\n" not in str(refused.value)


def test_a_name_of_any_people_is_taken() -> None:
    name = "Municipalidad de Sololá – Q’eqchi’ 市"
    assert read_settings({"VENTANILLA_OPERATOR_NAME": f" {name} "}).operator_name == name
