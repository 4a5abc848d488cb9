"""What people will read: cards as they are and as proposed, and how typed hours are understood."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, create_model

from admin.api import bodies
from admin.api.bodies import value_json
from admin.api.parameters import WantedWords, answers, as_entry_id
from admin.api.parts import api_part
from admin.api.problems import ApiProblem
from admin.api.reviews import key_of
from admin.api.work import Reader, Work, Working, answer
from knowledge.directory import proposed, reviewing
from knowledge.directory.desk_entry import read_office
from knowledge.directory.hours_in_words import DAY_NAMES, in_words
from knowledge.directory.hours_typed import TimesError
from knowledge.directory.proposals import WAITING, Proposal
from knowledge.directory.records import DAYS, DirectoryError
from knowledge.directory.validation import Problem
from knowledge.directory.week_typed import WeekError, read_week
from knowledge.staff.rights import Member
from locales.catalogs import Translator
from locales.formats import format_date

_DAY = f"({'|'.join(DAYS)})"


class CardAnswer(BaseModel):
    """The lines of a card, exactly as people get them; none where there is nothing to show."""

    service_at_location_id: str
    language: str
    lines: list[str]


class ProposedCard(BaseModel):
    """The card now and as it would be; `after` is empty where people would be shown nothing.

    `hindered` says why a proposal that waits cannot be carried out.
    """

    service_at_location_id: str | None
    language: str
    now: list[str]
    after: list[str]
    hindered: str | None


_Schedule: Any = bodies.SCHEDULE
HoursAnswer = create_model(
    "HoursAnswer",
    __doc__="Typed hours: `schedules` as an entry takes them, `words` as people will read them.",
    schedules=(list[_Schedule], ...),
    words=(list[str], ...),
    language=(str, ...),
)


def cards_router() -> APIRouter:
    """Return the routes of what people will read; they change nothing."""
    router = api_part()

    @router.get(
        "/service-at-locations/{entry_id}/card", tags=["service-at-locations"], name="get_card",
        responses=answers(404, ok=CardAnswer),
    )  # fmt: skip
    def card(work: Working, member: Reader, entry_id: str, words: WantedWords) -> Response:
        """Show the card as people get it now, for staff of the area also before it is public."""
        with work.read() as connection:
            office = read_office(connection, as_entry_id("service_at_location", entry_id), member)
            lines = work.desk.show_card(office.id, words.language, connection).splitlines()
        told = {"service_at_location_id": office.id, "language": words.language, "lines": lines}
        return answer(told)

    @router.get(
        "/proposals/{proposal_id}/card", tags=["proposals"], name="get_proposed_card",
        responses=answers(404, ok=ProposedCard),
    )  # fmt: skip
    def proposed_card(
        work: Working, member: Reader, proposal_id: str, words: WantedWords
    ) -> Response:
        """Show the card as people would get it if a proposal were approved."""
        with work.read() as connection:
            proposal = reviewing.find_proposal(connection, key_of(proposal_id), member)
            subject = proposed.subject_of(connection, proposal)
            at_id, now = subject.at_id, ""
            if at_id and not subject.is_new:
                read_office(connection, at_id, member)
                now = work.desk.show_card(at_id, words.language, connection)
        after, hindered = _after(work, member, proposal, at_id, words.language)
        return answer({
            "service_at_location_id": at_id or None, "language": words.language,
            "now": now.splitlines(), "after": after.splitlines(), "hindered": hindered,
        })  # fmt: skip

    @router.get(
        "/schedules/read", tags=["service-at-locations"], name="read_hours",
        responses=answers(ok=HoursAnswer),
    )  # fmt: skip
    def hours(
        work: Working,  # noqa: ARG001 - what every request of the API needs
        member: Reader,  # noqa: ARG001 - the door asks
        words: WantedWords,
        text: Annotated[
            str, Query(min_length=1, max_length=500, examples=["lunes a viernes de 8 a 4"])
        ],
        byday: Annotated[
            str | None,
            Query(
                pattern=f"^{_DAY}(,{_DAY}){{0,6}}$", examples=["MO,TU,WE,TH,FR"],
                description="The days of a text that names none.",
            ),
        ] = None,
    ) -> Response:  # fmt: skip
        """Say how typed hours are understood; nothing is saved. 422 tells what was not."""
        try:
            rows = read_week(text, byday.split(",") if byday else ())
        except TimesError as error:
            reason = _reason(error, words)
            problem = Problem("text", reason)
            raise ApiProblem(422, "HoursNotUnderstood", reason, [problem]) from None
        spoken = in_words(
            rows, words.text, words.language, lambda day: format_date(day, words.language)
        )
        schedules = value_json("schedules", [asdict(row) for row in rows])
        return answer({"schedules": schedules, "words": spoken, "language": words.language})

    return router


def _after(
    work: Work, member: Member, proposal: Proposal, at_id: str, language: str
) -> tuple[str, str | None]:
    """Return the card of a proposal that waits, and what hinders it."""
    if proposal.status != WAITING:
        return "", None
    try:
        with proposed.as_if_approved(
            work.desk.engine, proposal, member, work.author(member)
        ) as connection:
            if not at_id or read_office(connection, at_id, member).status != "active":
                return "", None
            return work.desk.show_card(at_id, language, connection), None
    except DirectoryError as error:  # outside the area, no sense any more, changed since
        return "", str(error)


def _reason(error: TimesError, words: Translator) -> str:
    names = dict(zip(DAYS, DAY_NAMES, strict=True))
    days = error.days if isinstance(error, WeekError) else ()
    named = ", ".join(words.text(names[day]) for day in days)
    return words.text(error.msgid, **error.params | {"days": named})
