"""Draws the staff's pages: templates with the member's language, rights and what to say once.

Every template has: `_`, `format_date`, `format_number`, `ago`, `static`, `member`
(None before sign-in), `may("publish")`, `csrf()` (the hidden field of every form), `navigation`,
`language`, `languages`, `flash`, `demo`, `request`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from admin import forms
from admin.desk import Desk
from admin.views import flash as flashes
from admin.views.assets import static
from admin.views.flash import Flash
from flows.marking import N_
from knowledge.directory.zones import zone_of
from knowledge.staff import rights
from knowledge.staff.rights import Action, Member
from locales.catalogs import SOURCE_LANGUAGE, Translator
from locales.formats import format_date, format_number

PAGES = Path(__file__).resolve().parent.parent / "pages"
LANGUAGE_NAMES = {"es": "Español", "en": "English"}
LANGUAGE_COOKIE = "ventanilla_language"
LANGUAGE_PARAMETER = "lang"


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One entry of the navigation, for members that may do `action` (None: for all)."""

    label: str
    href: str
    action: Action | None


NAVIGATION = (
    NavigationItem(N_("Hoy"), "/admin/", Action.READ_ENTRIES),
    NavigationItem(N_("Directorio"), "/admin/entries", Action.READ_ENTRIES),
    NavigationItem(N_("Propuestas"), "/admin/proposals", Action.PUBLISH),
    NavigationItem(N_("Importar"), "/admin/import", Action.IMPORT_ENTRIES),
    NavigationItem(N_("Cifras"), "/admin/figures", Action.READ_FIGURES),
    NavigationItem(N_("Preguntas"), "/admin/questions", Action.WORK_QUESTIONS),
    NavigationItem(N_("Personas"), "/admin/people", Action.MANAGE_PEOPLE),
    NavigationItem(N_("Ajustes"), "/admin/settings", Action.MANAGE_SETTINGS),
    NavigationItem(N_("Mi cuenta"), "/admin/account", None),
)


def render(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a page in the language of who asks; what is to be said once is said and forgotten.

    `flash=Flash(…)` says something at once, without a redirection.
    """
    desk: Desk = request.app.state.desk
    member: Member | None = getattr(request.state, "member", None)
    said: Flash | None = context.pop("flash", None) or flashes.heard(request)
    words = words_of(request)
    html = _environment(words).get_template(template).render(
        request=request,
        member=member,
        may=partial(_may, member),
        csrf=partial(_csrf_field, request),
        navigation=_navigation(request, member),
        languages=_languages(request, desk),
        flash=said,
        demo=desk.demo,
        ago=_ago(words, desk.clock().astimezone(_zone(member))),
        format_date=partial(_date, language=words.language, country=_country(member)),
        format_number=partial(format_number, language=words.language, country=_country(member)),
        **context,
    )  # fmt: skip
    response = HTMLResponse(html, status)
    if flashes.COOKIE in request.cookies:
        flashes.forget(response)
    chosen = request.query_params.get(LANGUAGE_PARAMETER)
    if chosen and chosen in desk.translators:
        response.set_cookie(
            LANGUAGE_COOKIE, chosen, path=flashes.PATH, secure=desk.is_secure, httponly=True,
            samesite="lax",
        )  # fmt: skip
    return response


def redirect(request: Request, address: str, said: Flash | None = None) -> RedirectResponse:
    """Return the way to another page after a form was sent; that page says `said`."""
    response = RedirectResponse(address, status_code=303)
    if said is not None:
        flashes.say(request, response, said)
    return response


def words_of(request: Request) -> Translator:
    """Return the translator of who asks: what was chosen, else the member's, else the browser's."""
    desk: Desk = request.app.state.desk
    member: Member | None = getattr(request.state, "member", None)
    asked = (
        request.query_params.get(LANGUAGE_PARAMETER),
        request.cookies.get(LANGUAGE_COOKIE),
        member.language if member else None,
        *_accepted(request.headers.get("accept-language", "")),
    )
    for language in asked:
        if language and language in desk.translators:
            return desk.translators[language]
    return desk.translators[SOURCE_LANGUAGE]


def is_swap(request: Request) -> bool:
    """Whether a script asks for a part of a page, to put it in the place of another."""
    return request.headers.get("hx-request") == "true"


def _accepted(header: str) -> list[str]:
    return [part.split(";")[0].strip()[:2].lower() for part in header.split(",")[:5]]


def _csrf_field(request: Request) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(
        forms.FIELD, forms.csrf_token(request)
    )


def _may(member: Member | None, action: str) -> bool:
    return rights.may(member, Action(action))


def _country(member: Member | None) -> str | None:
    return member.area.country if member else None


def _zone(member: Member | None) -> tzinfo:
    country = _country(member)
    return zone_of(country) if country else UTC


def _navigation(request: Request, member: Member | None) -> list[Mapping[str, Any]]:
    if member is None:
        return []
    path = request.url.path
    return [
        {
            "label": item.label,
            "href": item.href,
            "current": path == item.href or (item.href != "/admin/" and path.startswith(item.href)),
        }
        for item in NAVIGATION
        if item.action is None or rights.may(member, item.action)
    ]


def _languages(request: Request, desk: Desk) -> list[tuple[str, str, str]]:
    """Return code, name and address of this page in every language."""
    asked = [(k, v) for k, v in request.query_params.multi_items() if k != LANGUAGE_PARAMETER]
    return [
        (
            code,
            LANGUAGE_NAMES.get(code, code),
            "?" + urlencode([*asked, (LANGUAGE_PARAMETER, code)]),
        )
        for code in desk.translators
    ]


def _date(value: date | str, language: str, country: str | None) -> str:
    day = value[:10] if isinstance(value, str) else value
    return format_date(day, language, country)


# Seconds → what is said of one and of many.
_SPANS = (
    (365 * 86_400, N_("hace un año"), N_("hace {n} años")),
    (30 * 86_400, N_("hace un mes"), N_("hace {n} meses")),
    (86_400, N_("ayer"), N_("hace {n} días")),
    (3_600, N_("hace una hora"), N_("hace {n} horas")),
    (60, N_("hace un minuto"), N_("hace {n} minutos")),
)


def _ago(words: Translator, now: datetime) -> Callable[[str], str]:
    def ago(instant: str) -> str:
        """Say how long ago an instant or a day was, in one round number."""
        if len(instant) == 10:  # a day has no hours to tell
            days = (now.date() - date.fromisoformat(instant)).days
            seconds = days * 86_400.0
            if days < 1:
                return words.text(N_("hoy"))
        else:
            seconds = (now - datetime.fromisoformat(instant)).total_seconds()
        for span, one, many in _SPANS:
            if seconds >= span:
                count = int(seconds // span)
                return words.text(one) if count == 1 else words.text(many, n=count)
        return words.text(N_("hace un momento"))

    return ago


@lru_cache(maxsize=16)
def _environment(words: Translator) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.globals.update(
        _=words.text,
        gettext=words.text,
        ngettext=words.plural,
        language=words.language,
        static=static,
    )
    return environment
