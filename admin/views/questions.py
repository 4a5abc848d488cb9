"""«Preguntas»: what people asked and we had no answer to; ignore it, settle it, or teach it."""

from typing import Annotated

from fastapi import Depends, Form, Request, Response

from admin.doors import desk, page_needs
from admin.paging import as_id
from admin.views.flash import Flash
from admin.views.parts import page_part
from admin.views.render import redirect, render, words_of
from flows.marking import N_
from knowledge.questions import working
from knowledge.questions.keeping import NEW, STATES
from knowledge.questions.teaching import Effect, School
from knowledge.questions.working import Question, QuestionError, QuestionNotFoundError
from knowledge.staff.rights import Action, Member
from knowledge.store.database import reading

LIST = "/admin/questions"
PER_PAGE = 30
STATE_NAMES = {
    "new": N_("Nuevas"),
    "answered": N_("Con respuesta"),
    "ignored": N_("Ignoradas"),
}
LANGUAGES = {"es": N_("en español"), "en": N_("en inglés")}
IGNORED = N_("Esa pregunta ya no vuelve a aparecer.")
ANSWERED = N_("Quedó como respondida. Si la siguen haciendo, aparece otra vez.")
TAUGHT = N_("Guardado para que alguien de contenido lo revise: «{phrasing}».")
GONE = N_("Esa pregunta ya no está. Las preguntas se borran a los 30 días.")
CLOSED = N_("Esa pregunta se ignoró y así se queda.")
PROBLEMS = {
    "article": N_("Elija el artículo que la responde."),
    "empty": N_("Escriba cómo lo pregunta la gente, en 120 letras o menos."),
    "private": N_("Quite números, nombres y direcciones: solo la pregunta."),
    "known": N_("Ese artículo ya se encuentra con esas palabras."),
}

router = page_part()
Worker = Annotated[Member, Depends(page_needs(Action.WORK_QUESTIONS))]
Text = Annotated[str, Form(max_length=400)]


@router.get(LIST)
def show_questions(request: Request, member: Worker) -> Response:  # noqa: ARG001 - the door asks
    """List the questions of one state, those that most people asked first."""
    parts = desk(request)
    asked = request.query_params.get("state")
    state = asked if asked in STATES else NEW
    page = request.query_params.get("page", "")
    number = int(page) if page.isdecimal() and 0 < len(page) < 5 else 1
    with reading(parts.engine).connect() as connection:
        counts = working.count_states(connection)
        pages = max(1, -(-counts[state] // PER_PAGE))
        first = (min(max(number, 1), pages) - 1) * PER_PAGE
        found = working.list_questions(connection, parts.vault, state, first, PER_PAGE)
    return render(
        request,
        "questions.html",
        questions=found.questions,
        state=state,
        states=STATE_NAMES,
        counts=counts,
        languages_asked=LANGUAGES,
        page=first // PER_PAGE + 1,
        pages=pages,
        titles=_titles(request),
        is_on=parts.questions is not None,
    )


@router.get(LIST + "/{question_id}")
def show_question(request: Request, member: Worker, question_id: str) -> Response:  # noqa: ARG001
    """Show one question and what can be done; `article` and `phrasing` are tried out."""
    question = _find(request, question_id)
    if question is None:
        return _gone(request)
    asked = request.query_params
    phrasing = asked.get("phrasing", "")[:400] or (question.wordings or ("",))[0]
    return _page(request, question, asked.get("article", ""), phrasing, tried="article" in asked)


@router.post(LIST + "/{question_id}/ignore")
def ignore(request: Request, member: Worker, question_id: str) -> Response:  # noqa: ARG001
    """Put a question away for good."""
    parts = desk(request)
    try:
        with parts.engine.begin() as connection:
            working.ignore(connection, parts.vault, as_id(question_id) or "")
    except QuestionNotFoundError:
        return _gone(request)
    return redirect(request, LIST, Flash(words_of(request).text(IGNORED)))


@router.post(LIST + "/{question_id}/answer")
def answer(request: Request, member: Worker, question_id: str) -> Response:  # noqa: ARG001
    """Note that a question has an answer now."""
    return _settle(request, question_id, None, Flash(words_of(request).text(ANSWERED)))


@router.post(LIST + "/{question_id}/teach")
def teach(
    request: Request,
    member: Worker,  # noqa: ARG001 - the door asks
    question_id: str,
    article: Text = "",
    phrasing: Text = "",
) -> Response:
    """Write a phrasing for an article, for somebody who keeps the texts to review."""
    parts, words = desk(request), words_of(request)
    question = _find(request, question_id)
    if question is None:
        return _gone(request)
    school = parts.questions
    if school is None or _problem(school, question, article, phrasing):
        return _page(request, question, article, phrasing, tried=True, status=422)
    written = school.teach(article, phrasing, question.language, parts.clock().date())
    said = Flash(words.text(TAUGHT, phrasing=written))
    return _settle(request, question.id, article, said)


def _settle(request: Request, question_id: str, article: str | None, said: Flash) -> Response:
    parts = desk(request)
    try:
        with parts.engine.begin() as connection:
            working.answer(connection, parts.vault, as_id(question_id) or "", article)
    except QuestionNotFoundError:
        return _gone(request)
    except QuestionError:
        closed = Flash(words_of(request).text(CLOSED), kind="trouble")
        return redirect(request, LIST, closed)
    return redirect(request, LIST, said)


def _page(
    request: Request,
    question: Question,
    article: str,
    phrasing: str,
    *,
    tried: bool,
    status: int = 200,
) -> Response:
    school = desk(request).questions
    problem, effect = "", None
    if tried and school is not None:
        problem = _problem(school, question, article, phrasing)
        if not problem:
            effect = school.effect(article, phrasing, question.language, question.wordings)
    titles = _titles(request)
    return render(
        request,
        "question.html",
        status,
        question=question,
        languages_asked=LANGUAGES,
        titles=titles,
        articles=sorted(titles.items(), key=lambda each: (each[0].split("/")[0], each[1])),
        article=article,
        phrasing=phrasing,
        problem=problem,
        problem_words=words_of(request).text(PROBLEMS[problem]) if problem else "",
        effect=effect,
        changed=_changed(effect, article),
        is_on=school is not None,
    )


def _problem(school: School, question: Question, article: str, phrasing: str) -> str:
    """Return which of `PROBLEMS` a phrasing has, "" for none."""
    return school.trouble_with(article, phrasing, question.language)


def _changed(effect: Effect | None, article: str) -> bool:
    """Whether the article is found first for more wordings than before."""
    if effect is None:
        return False
    return any(r.after[:1] == (article,) and r.before[:1] != (article,) for r in effect.rankings)


def _find(request: Request, question_id: str) -> Question | None:
    parts = desk(request)
    try:
        with reading(parts.engine).connect() as connection:
            return working.find_question(connection, parts.vault, as_id(question_id) or "")
    except QuestionNotFoundError:
        return None


def _gone(request: Request) -> Response:
    reason = words_of(request).text(GONE)
    return render(request, "refused.html", 404, reason=reason)


def _titles(request: Request) -> dict[str, str]:
    words = words_of(request)
    return {name: words.text(title) for name, title in desk(request).article_titles.items()}
