"""What a page says about whole releases: noise in their numbers, tables that were hidden whole."""

from collections.abc import Iterable

from sqlalchemy import Connection

from admin.views.figure_words import period_in_words
from flows.marking import N_
from knowledge.figures import reading
from knowledge.figures.periods import Period
from locales.catalogs import Translator

NOISE = N_(
    "{period}: cada cifra lleva ruido al azar (épsilon {epsilon}). Puede ser mayor o menor que la "
    "verdadera. Los cambios pequeños no dicen nada."
)
TABLES = N_(
    "{period}: se escondieron tablas enteras, porque escoger cifra por cifra pedía demasiado "
    "cálculo. Esas cifras ya no se publican."
)


def notes_of(connection: Connection, periods: Iterable[Period], words: Translator) -> list[str]:
    """Return what is to be said about the releases of these periods; mostly nothing."""
    found = []
    for period in periods:
        release = reading.release_of(connection, period)
        if release is None:
            continue
        told = period_in_words(period, words)
        if release.epsilon is not None:
            found.append(words.text(NOISE, period=told, epsilon=f"{release.epsilon:g}"))
        if release.tables_hidden:
            found.append(words.text(TABLES, period=told))
    return found
