"""The queue of questions without an answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from admin.api.parameters import WantedPage, answers
from admin.api.parts import api_part
from admin.api.problems import ApiProblem, refused
from admin.api.work import Work, Working, answer
from admin.doors import needs
from admin.paging import as_id, page_of
from knowledge.questions import working
from knowledge.questions.teaching import Effect, School
from knowledge.questions.working import Question, QuestionError, QuestionNotFoundError
from knowledge.staff.rights import Action, Member

Worker = Annotated[Member, Depends(needs(Action.WORK_QUESTIONS))]
State = Literal["new", "answered", "ignored"]


class Answered(BaseModel):
    """What the question is answered with, if that is an article."""

    model_config = ConfigDict(extra="forbid")
    article: Annotated[str | None, Field(max_length=80, examples=["documents/passport"])] = None


class Taught(BaseModel):
    """A way of asking for an article; with `write` false only its effect is told."""

    model_config = ConfigDict(extra="forbid")
    article: Annotated[str, Field(max_length=80, examples=["documents/passport"])]
    phrasing: Annotated[str, Field(max_length=200, examples=["sacar el pasaporte sin partida"])]
    write: bool = True


class QuestionAnswer(BaseModel):
    """A question; so many people or more asked it."""

    id: str
    language: str
    state: State
    people: int
    first_day: str
    last_day: str
    article: str | None
    wordings: list[str]


class PageOfQuestions(BaseModel):
    """A page of the queue."""

    total_items: int
    total_pages: int
    page_number: int
    size: int
    first_page: bool
    last_page: bool
    empty: bool
    contents: list[QuestionAnswer]


class RankingAnswer(BaseModel):
    """What a wording finds without the phrasing and with it."""

    wording: str
    before: list[str]
    after: list[str]
    sure_before: bool
    sure_after: bool


class TeachingAnswer(BaseModel):
    """The question, and what the phrasing would change in search."""

    question: QuestionAnswer
    written: bool
    phrasing: str
    rankings: list[RankingAnswer]
    worse: list[str]
    tried: int


def questions_router() -> APIRouter:
    """Return the routes of questions."""
    router = api_part(prefix="/questions", tags=["questions"])

    @router.get("", name="list_questions", responses=answers(ok=PageOfQuestions))
    def many(
        work: Working,
        member: Worker,  # noqa: ARG001 - the door asks for it
        page: WantedPage,
        state: State | None = None,
    ) -> Response:
        """List what at least five people asked alike, those that most asked first."""
        with work.read() as connection:
            found = working.list_questions(
                connection, work.desk.vault, state, page.first, page.size
            )
        contents = [question_json(question) for question in found.questions]
        return answer(page_of(contents, found.total, page.number, page.size))

    @router.get("/{question_id}", name="get_question", responses=answers(404, ok=QuestionAnswer))
    def one(work: Working, member: Worker, question_id: str) -> Response:  # noqa: ARG001 - the door
        """Give one question."""
        with work.read() as connection, _problems():
            found = working.find_question(connection, work.desk.vault, _key(question_id))
        return answer(question_json(found))

    @router.post(
        "/{question_id}/ignore", name="ignore_question", responses=answers(404, ok=QuestionAnswer)
    )
    def ignore(work: Working, member: Worker, question_id: str) -> Response:
        """Put a question away for good; its wordings are deleted."""

        def act(connection: Connection) -> Response:
            with _problems():
                done = working.ignore(connection, work.desk.vault, _key(question_id))
            return answer(question_json(done))

        return work.write(member, act)

    @router.post(
        "/{question_id}/answer", name="answer_question",
        responses=answers(404, 409, ok=QuestionAnswer),
    )  # fmt: skip
    def answer_it(work: Working, member: Worker, question_id: str, body: Answered) -> Response:
        """Note that a question has an answer now."""
        if body.article is not None and body.article not in work.desk.article_titles:
            raise refused("article", "there is no such article.")

        def act(connection: Connection) -> Response:
            with _problems():
                done = working.answer(connection, work.desk.vault, _key(question_id), body.article)
            return answer(question_json(done))

        return work.write(member, act)

    @router.post(
        "/{question_id}/teach",
        name="teach_question",
        responses=answers(404, 409, ok=TeachingAnswer),
    )
    def teach(work: Working, member: Worker, question_id: str, body: Taught) -> Response:
        """Propose a phrasing for an article, to be reviewed by an editor; tell what it changes."""
        with work.read() as connection, _problems():
            question = working.find_question(connection, work.desk.vault, _key(question_id))
        school = _school(work)
        try:
            effect = school.effect(
                body.article, body.phrasing, question.language, question.wordings
            )
        except QuestionError as error:
            raise refused("phrasing", str(error)) from None

        def act(connection: Connection) -> Response:
            done = question
            if body.write:
                with _problems():
                    done = working.answer(connection, work.desk.vault, question.id, body.article)
                school.teach(body.article, body.phrasing, question.language, work.now.date())
            told = {
                "question": question_json(done), "written": body.write,
                "phrasing": effect.rankings[0].wording, **effect_json(effect),
            }  # fmt: skip
            return answer(told)

        return work.write(member, act)

    return router


def question_json(question: Question) -> dict[str, Any]:
    """Return a question as the API gives it."""
    return {
        "id": question.id, "language": question.language, "state": question.state,
        "people": question.people, "first_day": question.first_day,
        "last_day": question.last_day, "article": question.article,
        "wordings": list(question.wordings),
    }  # fmt: skip


def effect_json(effect: Effect) -> dict[str, Any]:
    """Return what a phrasing changes in search."""
    rankings = [
        {
            "wording": each.wording, "before": list(each.before), "after": list(each.after),
            "sure_before": each.sure_before, "sure_after": each.sure_after,
        }
        for each in effect.rankings
    ]  # fmt: skip
    return {"rankings": rankings, "worse": list(effect.worse), "tried": effect.tried}


@contextmanager
def _problems() -> Iterator[None]:
    """Turn what the queue refuses into the problems of the API."""
    try:
        yield
    except QuestionNotFoundError as error:
        raise ApiProblem(404, "QuestionNotFound", str(error)) from None
    except QuestionError as error:
        raise ApiProblem(409, "QuestionClosed", str(error)) from None


def _school(work: Work) -> School:
    if work.desk.questions is None:
        raise ApiProblem(
            409, "QuestionsOff",
            "Questions without an answer are not kept here. VENTANILLA_UNANSWERED=on keeps them.",
        )  # fmt: skip
    return work.desk.questions


def _key(text: str) -> str:
    found = as_id(text)
    if found is None:
        raise QuestionNotFoundError("No question has this id.")
    return found
