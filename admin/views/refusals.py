"""Why an entry cannot be kept, said to the person who filled in the form.

The directory gives its reasons in English, for programs; each has its sentence here.
"""

import re
from collections.abc import Iterable, Mapping

from flows.marking import N_
from knowledge.directory.importing import UNREACHABLE
from knowledge.directory.validation import Problem
from locales.catalogs import Translator

_REASONS = tuple(
    (re.compile(pattern), sentence)
    for pattern, sentence in (
        (r"is missing: a municipality needs it", N_("Escriba también el departamento.")),
        (r"is missing: give both", N_("Faltan la latitud o la longitud: van las dos o ninguna.")),
        (r"is missing", N_("Falta este dato.")),
        (r"is longer than (?P<most>\d+) characters",
         N_("Es demasiado largo: caben {most} letras. Acórtelo, por favor.")),
        (r"character that cannot be shown",
         N_("Hay un signo que no se puede mostrar. Bórrelo y escríbalo de nuevo.")),
        (r"is no topic of ours", N_("Ese tema ya no existe. Elija otro.")),
        (r"names a topic twice", N_("Un tema está dos veces.")),
        (r"is no e-mail address", N_("Eso no es un correo. Ejemplo: oficina@alcaldia.gob.sv")),
        (r"is no page address, so people may not see it",
         N_("Falta la página que lo confirma. Sin ella no se puede mostrar a las personas.")),
        (r"is no page address", N_("Eso no es la dirección de una página. Empieza con https://")),
        (r"is no date", N_("Escriba la fecha así: 2026, 2026-11 o 2026-11-22.")),
        (r"is not in .*turned round",
         N_("Ese punto no está en el país. ¿Puso la latitud en el lugar de la longitud?")),
        (r"without its first line", N_("Falta la dirección.")),
        (r"is below the minimum age", N_("La edad máxima es menor que la mínima.")),
        (r"has this service already", N_("En este lugar ya está ese servicio.")),
        (r"valid number|valid float|unable to parse", N_("Eso no es un número. Ejemplo: 13.6929")),
    )
)  # fmt: skip
NOBODY_REACHES = N_(
    "Así nadie podría llegar ni llamar: deje un teléfono, una dirección, un correo o una página. "
    "Si ya no atienden, escóndala."
)
OTHER = N_("Así no se puede guardar. Motivo técnico: {reason}")

# A field of the directory → the one of the form, where they differ.
_FORM_FIELDS = {"addresses": "address_1"}


def in_words(problems: Iterable[Problem], words: Translator) -> dict[str, str]:
    """Return what is wrong by the form's field, the first reason of each."""
    found: dict[str, str] = {}
    for problem in problems:
        field = problem.field.split(".")[0]
        found.setdefault(_FORM_FIELDS.get(field, field), reason_in_words(problem.reason, words))
    return found


def reason_in_words(reason: str, words: Translator) -> str:
    """Return one reason in the member's language."""
    if reason == UNREACHABLE:
        return words.text(NOBODY_REACHES)
    for pattern, sentence in _REASONS:
        if match := pattern.search(reason):
            params: Mapping[str, str] = match.groupdict()
            return words.text(sentence, **params)
    return words.text(OTHER, reason=reason)
