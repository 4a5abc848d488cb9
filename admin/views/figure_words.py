"""Figures in words: what keys, periods and changes are called, and why a figure is hidden."""

from collections.abc import Mapping

from admin.views.entry_words import topic_names
from admin.views.list_words import COUNTRIES
from flows.definition import Flow
from flows.marking import N_
from knowledge.figures.cells import OTHER, UNKNOWN
from knowledge.figures.figure import SMALL, TABLE, Figure
from knowledge.figures.periods import Period, Unit
from locales.catalogs import Translator
from locales.formats import format_date, format_number

LANGUAGES = {"es": N_("Español"), "en": N_("Inglés"), OTHER: N_("Otro idioma")}
CHANNELS = {
    "telegram": N_("Telegram"),
    "whatsapp": N_("WhatsApp"),
    "web": N_("Página web"),
    OTHER: N_("Otro medio"),
}
QUESTIONS = {"answered": N_("Con respuesta"), "unanswered": N_("Sin respuesta")}
NO_COUNTRY = N_("No dijo el país")
NO_DEPARTMENT = N_("No dijo el departamento")
FEW = N_("muy pocas personas")
KEPT_BACK = N_("protege otra cifra")
WHOLE_TABLE = N_("se escondió la tabla entera")
WEEK = N_("semana del {first}")
SHORT_WEEK = N_("S{number}")
SAME = N_("igual")
NOT_COMPARABLE = N_("no se compara")
MONTHS = {
    1: N_("ene"), 2: N_("feb"), 3: N_("mar"), 4: N_("abr"), 5: N_("may"), 6: N_("jun"),
    7: N_("jul"), 8: N_("ago"), 9: N_("sep"), 10: N_("oct"), 11: N_("nov"), 12: N_("dic"),
}  # fmt: skip


def key_in_words(by: str, key: str, words: Translator, flows: Mapping[str, Flow]) -> str:
    """Return what a key of a dimension is called."""
    if by in ("topic", "services"):
        return topic_names(words.language).get(key, key)
    if by == "country":
        return words.text(COUNTRIES.get(key, NO_COUNTRY))
    if by == "department":
        name = key.partition("/")[2]
        return words.text(NO_DEPARTMENT) if name == UNKNOWN else name
    if by == "flow":
        return words.text(flows[key].title) if key in flows else key
    known = {"language": LANGUAGES, "channel": CHANNELS, "question": QUESTIONS}.get(by, {})
    return words.text(known.get(key, key))


def period_in_words(period: Period, words: Translator) -> str:
    """Return a period as people say it: "octubre de 2026", "semana del 5 de …"."""
    if period.unit is Unit.MONTH:
        return format_date(period.name, words.language)
    return words.text(WEEK, first=format_date(period.start, words.language))


def short_period(period: Period, words: Translator) -> str:
    """Return a period in a few letters, for a chart."""
    if period.unit is Unit.MONTH:
        return words.text(MONTHS[period.start.month])
    return words.text(SHORT_WEEK, number=period.start.isocalendar().week)


def number(value: int, words: Translator) -> str:
    """Return a number as it is written in the language."""
    return format_number(value, words.language)


def value_in_words(figure: Figure, words: Translator) -> str:
    """Return the people of a figure, or the sign that hides them."""
    return number(figure.people, words) if figure.people is not None else figure.people_text


def why_hidden(figure: Figure, words: Translator) -> str:
    """Return why a figure is hidden; empty for one that is shown."""
    if figure.people is not None:
        return ""
    return words.text({SMALL: FEW, TABLE: WHOLE_TABLE}.get(figure.hidden, KEPT_BACK))


def change_in_words(now: int | None, before: int | None, words: Translator) -> tuple[str, str]:
    """Return how much more or less it is than in the period before, and the same as a share."""
    if now is None or before is None:
        return words.text(NOT_COMPARABLE), ""
    if now == before:
        return words.text(SAME), ""
    sign = "+" if now > before else "−"
    told = f"{sign}{number(abs(now - before), words)}"
    return told, f"{sign}{round(100 * abs(now - before) / before)} %" if before else ""


def share_in_words(share: float, words: Translator) -> str:
    """Return a share as a whole percentage."""
    return f"{format_number(round(100 * share), words.language)} %"
