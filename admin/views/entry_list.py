"""The directory as a list: search, filters, pages, and «Sigue igual» for one or for many."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, get_args
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, Form, Request, Response

from admin.doors import desk, page_needs
from admin.views import assured
from admin.views.entry_words import topic_names
from admin.views.flash import Flash
from admin.views.list_words import AGES, COUNTRIES, STATUSES, shown
from admin.views.parts import page_part
from admin.views.render import is_swap, redirect, render, words_of
from flows.marking import N_
from knowledge.directory import assuring_lists, desk_lists
from knowledge.directory.desk_index import Sort
from knowledge.directory.desk_lists import TO_CHECK, Scope, Wanted
from knowledge.directory.revising import Author
from knowledge.staff.rights import Action, Member, may
from knowledge.store.database import reading
from locales.catalogs import Translator

LIST, TODAY = "/admin/entries", "/admin/"
LONGEST = 100  # letters of anything that is asked for

Places = Mapping[str, Mapping[str, Sequence[str]]]  # country → department → municipalities


ALL_TO_CHECK = N_("Todo lo que hay que revisar")
_AGES: Mapping[str, str] = {age.value: words for age, words in AGES.items()}
SCOPES = {"mine": N_("Lo que yo he cambiado"), "all": N_("Todo el directorio")}

router = page_part()
Reader = Annotated[Member, Depends(page_needs(Action.READ_ENTRIES))]
Assurer = Annotated[Member, Depends(page_needs(Action.ASSURE_ENTRIES))]


@router.get(LIST)
def show_list(request: Request, member: Reader) -> Response:
    """Show one page of what is asked for; what makes no sense is passed over."""
    moment = desk(request).clock()
    with reading(desk(request).engine).connect() as connection:
        scope = _one_of(request.query_params.get("scope"), get_args(Scope), "area")
        places = desk_lists.places(connection, member, scope)
        wanted = _wanted(request.query_params, places)
        found = desk_lists.list_rows(connection, member, wanted, moment.date())
    words = words_of(request)
    asked = _asked(wanted)
    return render(
        request,
        "entries.html",
        rows=[shown(row, words, moment) for row in found.rows],
        found=found,
        wanted=wanted,
        places=places,
        countries=COUNTRIES,
        towns=_towns(wanted.country, wanted.department, places),
        one_place=sum(map(len, places.values())) < 2,
        topics=_topics(words.language),
        ages=AGES,
        to_check=TO_CHECK,
        statuses=STATUSES,
        asked=urlencode(asked),
        chips=_chips(wanted, asked, words),
        address_of=lambda page: f"{LIST}?{urlencode({**asked, 'page': page})}",
        may_assure=may(member, Action.ASSURE_ENTRIES),
        has_area=member.area.country is not None,
    )


@router.post(LIST + "/assure")
def assure(
    request: Request,
    member: Assurer,
    ticked: Annotated[list[str] | None, Form()] = None,
    one: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "",
) -> Response:
    """Note that entries are still true: `one`, or all that were ticked."""
    moment = desk(request).clock()
    at_ids = ([one] if one else ticked or [])[: assuring_lists.AT_MOST]
    with desk(request).engine.begin() as connection:
        rows = desk_lists.rows_of(connection, member, at_ids, moment.date())
        services = [row.service_id for row in rows]
        done = assuring_lists.assure(connection, services, member, Author(member.id, moment))
        after = desk_lists.rows_of(connection, member, at_ids, moment.date())
        alone = desk_lists.count_lines(connection, services) == len(services)
    said = assured.flash_of(request, member, done, [row.name for row in rows], back)
    if is_swap(request) and one and after and alone:
        line = shown(after[0], words_of(request), moment)
        return render(
            request,
            "_entry_swap.html",
            line=line,
            may_assure=True,
            ticks=back != "today",
            flash=said,
        )
    return _answer(request, back, said)


@router.post(assured.UNDO_ADDRESS)
def undo(
    request: Request,
    member: Assurer,
    undo: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "",
) -> Response:
    """Take an assurance back."""
    words = words_of(request)
    before = assured.unsealed(request, member, undo)
    if before is None:
        text = words.text(assured.CANNOT_TAKE_BACK)
        return _answer(request, back, Flash(text, kind="trouble"))
    with desk(request).engine.begin() as connection:
        author = Author(member.id, desk(request).clock())
        done = assuring_lists.take_back(connection, before, member, author)
    text = words.text(assured.TAKEN_BACK) if done.services or not before.services else ""
    if done.left_out:
        text = f"{text} {words.text(assured.NOT_TAKEN_BACK, n=done.left_out)}".strip()
    return _answer(request, back, Flash(text, kind="trouble" if done.left_out else "done"))


def _answer(request: Request, back: str, said: Flash) -> Response:
    """Return the way back to the list as it was asked for, or to «Hoy»."""
    address = TODAY if back == "today" else f"{LIST}?{urlencode(parse_qsl(back[:1000]))}"
    response: Response = redirect(request, address, said)
    if is_swap(request):  # the whole page is to be drawn anew, not a piece of it
        response.status_code = 204
        response.headers["HX-Redirect"] = address
    return response


def _wanted(asked: Mapping[str, str], places: Places) -> Wanted:
    def text(name: str) -> str:
        return asked.get(name, "").strip()[:LONGEST]

    country, _, department = text("place").partition("/")
    country = country if country in places else ""
    department = department if department in places.get(country, {}) else ""
    towns = _towns(country, department, places)
    page = text("page")
    return Wanted(
        search=text("q"),
        country=country,
        department=department,
        municipality=_one_of(text("town"), towns, ""),
        topic=_one_of(text("topic"), list(topic_names("es")), ""),
        status=_one_of(text("status"), list(STATUSES), ""),
        age=_one_of(text("age"), [TO_CHECK, *(age.value for age in AGES)], ""),
        scope=_one_of(text("scope"), get_args(Scope), "area"),
        sort=_one_of(text("sort"), get_args(Sort), "age"),
        page=int(page) if page.isdecimal() and len(page) < 7 else 1,
    )


def _asked(wanted: Wanted) -> dict[str, Any]:
    """Return what is asked for as the address says it; what is usual is left out."""
    usual = Wanted()
    place = f"{wanted.country}/{wanted.department}" if wanted.department else wanted.country
    values = {
        "q": wanted.search, "place": place, "town": wanted.municipality, "topic": wanted.topic,
        "status": wanted.status, "age": wanted.age,
        "scope": wanted.scope if wanted.scope != usual.scope else "",
        "sort": wanted.sort if wanted.sort != usual.sort else "",
        "page": wanted.page if wanted.page != usual.page else "",
    }  # fmt: skip
    return {name: value for name, value in values.items() if value}


def _towns(country: str, department: str, places: Places) -> Sequence[str]:
    """Return the municipalities to choose among: of the department, or of the only one there is."""
    departments = places.get(country, {}) if country else _joined(places)
    if not department and len(departments) == 1:
        return next(iter(departments.values()))
    return departments.get(department, ())


def _joined(places: Places) -> Mapping[str, Sequence[str]]:
    return next(iter(places.values())) if len(places) == 1 else {}


def _chips(wanted: Wanted, asked: Mapping[str, Any], words: Translator) -> list[tuple[str, str]]:
    """Return what narrows the list, in words, each with the address of the list without it."""
    labels = {
        "q": f"«{wanted.search}»",
        "place": wanted.department or words.text(COUNTRIES.get(wanted.country, "")),
        "town": wanted.municipality,
        "topic": topic_names(words.language).get(wanted.topic, ""),
        "status": words.text(STATUSES.get(wanted.status, "")),
        "age": words.text(ALL_TO_CHECK if wanted.age == TO_CHECK else _AGES.get(wanted.age, "")),
        "scope": words.text(SCOPES.get(wanted.scope, "")),
    }
    found = []
    for name, label in labels.items():
        if name in asked:
            gone = {name, "page"} | ({"town"} if name == "place" else set())
            rest = {key: value for key, value in asked.items() if key not in gone}
            found.append((label, f"{LIST}?{urlencode(rest)}" if rest else LIST))
    return found


def _one_of(value: str | None, known: Sequence[Any], usual: Any) -> Any:
    return value if value in known else usual


def _topics(language: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return the groups of topics with their members, in their order."""
    groups: dict[str, tuple[str, str, list[tuple[str, str]]]] = {}
    for code, name in topic_names(language).items():
        if "/" not in code:
            groups[code] = (code, name, [])
    for code, name in topic_names(language).items():
        if "/" in code and (group := groups.get(code.split("/")[0])) is not None:
            group[2].append((code, name))
    return list(groups.values())
