"""What is said of a spreadsheet: what its columns are called, and why a line is not taken.

The import gives its reasons in English, for programs; each has its sentence here. They stand beside
the cell that is meant, so that a person knows what to type instead.
"""

import re
from collections.abc import Mapping
from typing import Any

from admin.views.entry_words import schedule_in_words, topic_names
from admin.views.refusals import reason_in_words
from flows.marking import N_
from knowledge.directory.import_drafts import Cell
from knowledge.directory.importing import UNREACHABLE
from knowledge.directory.sheet import COLUMNS, split
from knowledge.directory.staff_import import OUTSIDE
from knowledge.directory.weekly import HoursError, read_hours
from locales.catalogs import Translator

COLUMN_LABELS: Mapping[str, str] = {
    "id": N_("Clave de la fila"),
    "organization": N_("Institución"),
    "service": N_("Servicio"),
    "description": N_("Qué hacen aquí"),
    "topics": N_("Temas"),
    "country": N_("País"),
    "department": N_("Departamento o estado"),
    "municipality": N_("Municipio"),
    "address": N_("Dirección"),
    "latitude": N_("Latitud"),
    "longitude": N_("Longitud"),
    "phones": N_("Teléfonos"),
    "whatsapp": N_("WhatsApp"),
    "email": N_("Correo"),
    "website": N_("Página"),
    "schedule": N_("Horario"),
    "hours_note": N_("Nota del horario"),
    "cost": N_("Costo"),
    "who": N_("Para quién"),
    "languages": N_("Idiomas que se hablan"),
    "alert": N_("Aviso"),
    "confidential": N_("La dirección es secreta"),
    "status": N_("Estado"),
    "source": N_("Página que lo confirma"),
    "source_date": N_("Fecha de la página"),
    "confidence": N_("Qué tan seguro es"),
    "assured_date": N_("Confirmado el"),
    "required_documents": N_("Qué llevar"),
    "accessibility": N_("Acceso"),
    "service_area": N_("Dónde se atiende"),
}
# How a cell is written, for the columns where it is not plain.
EXAMPLES: Mapping[str, str] = {
    "id": "sv-alcaldia-zacatecoluca-partidas",
    "topics": "documents/birth-certificate;documents/passport",
    "country": "SV",
    "phones": "2334-0000; 7777-0000 (citas)",
    "schedule": "Mo-Fr 08:00-12:00,13:00-16:00; Sa 08:00-12:00",
    "languages": "es;en",
    "confidential": "sí",
    "status": "active, to_complete, inactive, hidden",
    "confidence": "high, medium, low",
    "source_date": "2026-11",
    "assured_date": "2026-11-22",
    "latitude": "13.6929",
    "longitude": "-89.2182",
    "required_documents": "DUI; partida de nacimiento",
}
# Fields of the directory that a column has another name for.
_COLUMN_OF = {
    "name": "service", "terms": "topics", "schedules": "schedule", "source_url": "source",
    "url": "website", "addresses": "address", "fees_description": "cost",
    "eligibility_description": "who",
}  # fmt: skip

_REASONS = tuple(
    (re.compile(pattern, re.DOTALL), sentence)
    for pattern, sentence in (
        (r"(?P<n>\d+) rows have the same id",
         N_("Hay {n} filas con la misma clave. Deje una, o póngales claves distintas.")),
        (r"^is empty", N_("Falta este dato.")),
        (r'"(?P<text>.*)" is no id',
         N_("«{text}» no sirve de clave. Use letras, cifras y guiones.")),
        (r"is no UUID", N_("Deje esta celda vacía en una fila nueva.")),
        (r'"(?P<text>.*)" is no country', N_("«{text}» no es SV, GT, HN ni MX.")),
        (r'"(?P<text>.*)" is no topic of ours\. Did you mean "(?P<hint>.*)"',
         N_("«{text}» no es un tema. ¿Quiso decir «{hint}»?")),
        (r'"(?P<text>.*)" is no topic of ours',
         N_("«{text}» no es un tema. Copie uno de la lista de temas.")),
        (r'"(?P<text>.*)" is no number of degrees',
         N_("«{text}» no es un número. Ejemplo: 13.6929")),
        (r'"(?P<text>.*)" is neither yes nor no', N_("Escriba sí, o deje la celda vacía.")),
        (r'"(?P<text>.*)" is none of the numbers of this row',
         N_("El «{text}» no está entre los teléfonos de la fila. Copie el número de allí.")),
        (r'"(?P<text>.*)" is none of (?P<known>.*)\.',
         N_("«{text}» no está entre lo que se puede escribir: {known}.")),
        (r'"(?P<text>.*)" is no telephone number',
         N_("«{text}» no es un teléfono. Solo cifras; lo demás va entre paréntesis.")),
        (r'"(?P<text>.*)" is no number of (?P<country>.*)\.',
         N_("«{text}» no es un número de {country}. Cuente las cifras.")),
        (r'"(?P<text>.*)" is a number of (?P<country>.*), and the service',
         N_("«{text}» es de {country}. Si es correcto, ponga después: (desde {country}).")),
        (r"has a remark with brackets",
         N_("La nota de un teléfono no lleva paréntesis ni punto y coma.")),
        (r'"(?P<text>.*)" is (no weekly hours|no interval|no hour|no day)',
         N_("«{text}» no se entiende como horario. Escríbalo así: Mo-Fr 08:00-16:00.")),
        (r'no hour "(?P<text>.*)"', N_("No existe la hora «{text}»: van de 00:00 a 24:00.")),
        (r'"(?P<text>.*)" closes before it opens',
         N_("«{text}» cierra antes de abrir. Revise las horas.")),
        (r"runs backwards", N_("Nombre los días uno por uno: Sa,Su,Mo.")),
        (r"names a day twice|overlap", N_("El mismo día tiene dos horarios que se cruzan.")),
        (r"kept once for several locations",
         N_("Los teléfonos o las horas valen para varios lugares del servicio. Cámbielos en la "
            "página de la oficina.")),
        (r"is the id of something else|is in use already",
         N_("Esa clave ya es de otra cosa. Use una distinta.")),
        (r"it cannot be moved",
         N_("Esta fila es de otra oficina. No cambie las claves de la derecha.")),
        (r":(?P<line>\d+) says something else",
         N_("La fila {line} dice otra cosa del mismo servicio o lugar. Póngalas iguales.")),
        (r"its location is in another country", N_("El servicio y el lugar están en dos países.")),
        (r"is no page address, so people may not see it",
         N_("Falta la página que lo confirma. Póngala, o deje el estado «to_complete».")),
    )
)  # fmt: skip
NOT_YOURS = N_("Es de otra área, o de una institución que también atiende fuera de la suya.")
BESIDE = N_("{column}: {reason}")
NO_WAY = N_(
    "Nadie podría llegar ni llamar: ponga un teléfono, una página o una dirección, o deje el "
    "estado «to_complete»."
)

_TROUBLE = tuple(
    (re.compile(pattern, re.DOTALL), sentence)
    for pattern, sentence in (
        (r"is empty", N_("El archivo está vacío. Elija el que tiene sus filas.")),
        (r"is a workbook or an archive",
         N_("Es un libro de Excel, no un CSV. En Excel elija «Guardar como», «CSV UTF-8».")),
        (r"is neither UTF-8 nor",
         N_("No es una tabla de texto. En su hoja de cálculo elija «Guardar como» y «CSV UTF-8».")),
        (r"column (?P<column>\S+) twice", N_("La columna «{column}» está dos veces.")),
        (r'no column is called "(?P<column>.*)"\. Did you mean "(?P<hint>.*)"',
         N_("No hay una columna «{column}». ¿Quiso decir «{hint}»?")),
        (r'no column is called "(?P<column>.*)"',
         N_("No hay una columna «{column}». Use los títulos de la plantilla.")),
        (r"lacks the columns (?P<columns>.*)\.",
         N_("Faltan estas columnas: {columns}. Use los títulos de la plantilla.")),
        (r":(?P<line>\d+): the row has (?P<cells>\d+) cells and the header (?P<columns>\d+)",
         N_("La fila {line} tiene {cells} celdas y los títulos son {columns}. Un texto con comas "
            "va entre comillas.")),
        (r":(?P<line>\d+): is no CSV",
         N_("La fila {line} no se puede leer: quizá le falta cerrar unas comillas.")),
    )
)  # fmt: skip
OURS = N_("Algo falló de nuestro lado. No se guardó nada.")
OTHER_TROUBLE = N_("Ese archivo no se puede leer. En su hoja de cálculo guárdelo como «CSV UTF-8».")


def column_in_words(column: str, words: Translator) -> str:
    """Return what a column is called; `cost_en` is that of `cost`, with its language."""
    known = COLUMN_LABELS.get(column)
    if known is not None:
        return words.text(known)
    name, _, language = column.rpartition("_")
    known = COLUMN_LABELS.get(name)
    return f"{words.text(known)} ({language})" if known is not None else column


def refusal_in_words(reason: str, words: Translator) -> str:
    """Return why a line is not taken, with the column that it is about."""
    if reason == OUTSIDE:
        return words.text(NOT_YOURS)
    if UNREACHABLE in reason:
        return words.text(NO_WAY)
    name, colon, rest = reason.partition(": ")
    column = _COLUMN_OF.get(name, name)
    about = colon and (column in COLUMNS or column.rpartition("_")[0] in COLUMN_LABELS)
    told = _first(_REASONS, rest if about else reason, words)
    text = told or reason_in_words(rest if about else reason, words)
    if not about:
        return text
    return words.text(BESIDE, column=column_in_words(column, words), reason=text)


def trouble_in_words(trouble: str, words: Translator) -> str:
    """Return why a file is none, or that it was our fault."""
    if not trouble:
        return words.text(OURS)
    return _first(_TROUBLE, trouble, words) or words.text(OTHER_TROUBLE)


def cell_in_words(cell: Cell, words: Translator) -> dict[str, Any]:
    """Return a cell that changes as people read it: what it is called, before and after."""
    return {
        "label": column_in_words(cell.column, words),
        "before": _text(cell.column, cell.before, words),
        "after": _text(cell.column, cell.after, words),
    }


def _text(column: str, text: str, words: Translator) -> str:
    if column == "schedule" and text:
        try:
            return "; ".join(schedule_in_words(read_hours(text), words))
        except HoursError:
            return text
    if column == "topics":
        names = topic_names(words.language)
        return ", ".join(names.get(code, code) for code in split(text))
    return text


def _first(table: Any, text: str, words: Translator) -> str:
    for pattern, sentence in table:
        if match := pattern.search(text):
            return words.text(sentence, **match.groupdict())
    return ""
