"""Indicators with their formula, where they come from, and what they do not say."""

from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response

from admin.doors import desk, page_needs
from admin.views.figure_periods import chosen_period, period_choices
from admin.views.figure_tables import csv_file
from admin.views.figure_words import number, period_in_words, share_in_words, why_hidden
from admin.views.list_words import area_in_words
from admin.views.render import N_, render, words_of
from knowledge.figures import indicators, reading
from knowledge.figures.indicators import Indicator
from knowledge.figures.periods import Unit
from knowledge.staff.rights import Action, Member
from knowledge.store.database import reading as for_reading
from locales.catalogs import Translator

ADDRESS = "/admin/figures/indicators"
COLUMNS = ("indicator", "of", "part", "whole", "share", "hidden")
PART_OF_WHOLE = N_("{part} de {whole}")
HIDDEN = N_("No se muestra: {why}.")
NO_FIGURE = N_("Todavía no hay cifra.")
OF_GUIDE = N_("La guía de políticas de reintegración lo nombra. Dato: esta guía de servicios, hoy.")
OF_GUIDE_AND_CHAT = N_(
    "La guía de políticas de reintegración lo nombra. Dato: conversaciones de un mes completo."
)
OF_CHAT = N_("Propio de Ventanilla. Dato: conversaciones de un mes completo.")
OF_DIRECTORY = N_("Propio de Ventanilla. Dato: esta guía de servicios, hoy.")


class Meaning(NamedTuple):
    """What an indicator is called, how it is made, whence, and what nobody should read in it."""

    title: str
    formula: str
    source: str
    not_said: str


MEANINGS = {
    "towns_with_office": Meaning(
        N_("Municipios con una oficina para personas retornadas"),
        N_("Municipios con al menos un servicio publicado de recepción, entre todos los "
           "municipios."),
        OF_GUIDE,
        N_("No dice si la oficina atiende bien, ni cuenta las que faltan en la guía."),
    ),
    "institutions_for_children": Meaning(
        N_("Instituciones para la niñez"),
        N_("Instituciones con al menos un servicio publicado para niñas, niños y adolescentes."),
        OF_GUIDE,
        N_("No dice cuántos niños y niñas atienden. Faltan las que nadie ha puesto en la guía."),
    ),
    "entries_verified": Meaning(
        N_("Servicios verificados"),
        N_("Servicios que alguien verificó dentro de su plazo, entre los servicios publicados."),
        OF_DIRECTORY,
        N_("Un servicio verificado puede haber cambiado ayer."),
    ),
    "questions_answered": Meaning(
        N_("Preguntas con respuesta"),
        N_("Mensajes escritos que tuvieron respuesta, entre todos los que preguntaban algo."),
        OF_CHAT,
        N_("No dice si la respuesta era la buena, ni si resolvió el problema."),
    ),
    "answers_helped": Meaning(
        N_("Satisfacción con las respuestas"),
        N_("Personas que dijeron «me sirvió», entre «me sirvió» y «no me sirvió»."),
        OF_GUIDE_AND_CHAT,
        N_("Casi nadie califica. Quien se enojó y se fue no está. Quien dijo las dos cosas cuenta "
           "dos veces."),
    ),
    "without_papers": Meaning(
        N_("Sin ningún papel, entre quienes usaron el camino de documentos"),
        N_("Personas que dijeron que no tienen ningún papel, entre quienes abrieron el camino "
           "«Papeles e identidad»."),
        OF_GUIDE_AND_CHAT,
        N_("No es la parte de toda la gente retornada: solo de quienes buscaron papeles aquí."),
    ),
}  # fmt: skip

router = APIRouter()
Watcher = Annotated[Member, Depends(page_needs(Action.READ_FIGURES))]


@router.get(ADDRESS)
def show_indicators(request: Request, member: Watcher) -> Response:
    """Show every indicator of an area, of today or of a released month."""
    words = words_of(request)
    found, period = _found(request, member)
    with for_reading(desk(request).engine).connect() as connection:
        periods = reading.periods(connection)
    return render(
        request,
        "figures_indicators.html",
        indicators=[_told(each, words) for each in found],
        area=area_in_words(member.area, words),
        periods=period_choices(periods, words, Unit.MONTH),
        period=period,
        period_words=next(
            (period_in_words(p, words) for p in periods if p.name == period), ""
        ),
        asked=urlencode({"period": period}),
    )  # fmt: skip


@router.get(ADDRESS + ".csv")
def give_indicators(request: Request, member: Watcher) -> Response:
    """Give the same as a file."""
    found, period = _found(request, member)
    rows = [
        (
            each.id, period if each.id not in TODAY else "", each.part, each.whole,
            "" if each.share is None else f"{each.share:.4f}",
            " ".join(figure.people_text for figure in each.hidden_by),
        )
        for each in found
    ]  # fmt: skip
    return csv_file("indicators", [COLUMNS, *rows])


TODAY = ("towns_with_office", "institutions_for_children", "entries_verified")


def _found(request: Request, member: Member) -> tuple[list[Indicator], str]:
    today = desk(request).clock().date()
    with for_reading(desk(request).engine).connect() as connection:
        period = chosen_period(request, reading.periods(connection), Unit.MONTH)
        found = indicators.of_directory(connection, member.area, today)
        if period is not None:
            found += indicators.of_month(connection, period.name, member.area)
    return found, period.name if period else ""


def _told(indicator: Indicator, words: Translator) -> dict[str, object]:
    return {
        "id": indicator.id,
        "meaning": MEANINGS[indicator.id],
        "value": _value(indicator, words),
        "detail": _detail(indicator, words),
        "everywhere": indicator.everywhere,
        "is_of_today": indicator.id in TODAY,
    }


def _value(indicator: Indicator, words: Translator) -> str:
    if indicator.share is not None:
        return share_in_words(indicator.share, words)
    if indicator.part is not None and indicator.whole is None:
        return number(indicator.part, words)
    return "–"


def _detail(indicator: Indicator, words: Translator) -> str:
    if indicator.hidden_by:
        return words.text(HIDDEN, why=why_hidden(indicator.hidden_by[0], words))
    if indicator.part is None or indicator.whole == 0:
        return words.text(NO_FIGURE)
    if indicator.whole is None:
        return ""
    part, whole = number(indicator.part, words), number(indicator.whole, words)
    return words.text(PART_OF_WHOLE, part=part, whole=whole)
