"""What a typed message tells by the way: its language, and the country it speaks of."""

import re
from collections.abc import Iterable

from flows.folding import words
from knowledge.search import Languages

# Within a conversation, a word or two ("ok", "call center") never change its language.
MIN_WORDS = 3

# Names of countries and their peoples; None is a name that only looks like one.
COUNTRY_NAMES: dict[str, str | None] = {
    "nuevo mexico": None,
    "new mexico": None,
    "gulf of mexico": None,
    "el salvador": "SV",
    "guatemala": "GT",
    "guate": "GT",
    "honduras": "HN",
    "mexico": "MX",
}
PEOPLES = {
    "salvadoren": "SV",
    "salvadoran": "SV",
    "salvi": "SV",
    "guanac": "SV",
    "guatemaltec": "GT",
    "guatemalan": "GT",
    "chapin": "GT",
    "honduren": "HN",
    "honduran": "HN",
    "catrach": "HN",
    "mexican": "MX",
}
# Towns and regions that are nowhere else. Left out: names with namesakes (San Miguel, Santa Ana),
# and towns on the way, where people of all four countries are stopped or sent back to (Tijuana).
PLACES = {
    "SV": (
        "san salvador", "soyapango", "usulutan", "chalatenango", "ahuachapan", "sonsonate",
        "cuscatlan", "morazan", "cojutepeque", "apopa", "mejicanos", "ilopango", "zacatecoluca",
        "santa tecla", "chalchuapa", "la chacra", "guanacolandia",
    ),
    "GT": (
        "xela", "quetzaltenango", "huehuetenango", "huehue", "totonicapan", "chimaltenango",
        "escuintla", "chiquimula", "zacapa", "jutiapa", "jalapa", "mazatenango", "retalhuleu",
        "alta verapaz", "baja verapaz", "coban", "izabal", "puerto barrios", "solola", "mixco",
        "villa nueva", "tecun uman", "santa rosa de lima", "antigua guatemala", "peten",
        "el quiche",
    ),
    "HN": (
        "tegucigalpa", "tegus", "comayagua", "comayaguela", "san pedro sula", "choluteca",
        "la ceiba", "olancho", "juticalpa", "yoro", "copan", "santa rosa de copan",
        "puerto cortes", "omoa", "el progreso", "siguatepeque", "danli", "tocoa", "la mosquitia",
        "gracias a dios", "ocotepeque", "intibuca", "la lima", "corinto", "choloma", "roatan",
    ),
    "MX": (
        "oaxaca", "michoacan", "jalisco", "guadalajara", "puebla", "chiapas", "guanajuato",
        "cdmx", "ciudad de mexico", "veracruz", "zacatecas", "sinaloa", "culiacan", "monterrey",
        "tlaxcala", "nayarit", "queretaro", "quintana roo", "yucatan", "tabasco",
        "san luis potosi", "aguascalientes", "tamaulipas",
    ),
}  # fmt: skip
# Papers and bodies that exist in one country alone; weaker than a place.
SIGNS = {
    "SV": (
        "dui", "duicentro", "duicentros", "rnpn", "insaforp", "incaf", "isss", "conapina", "gami",
    ),
    "GT": (
        "dpi", "renap", "intecap", "igss", "conalfa", "cui",
    ),
    "HN": (
        "rtn", "infop", "ihss", "dinaf", "conadeh", "unah",
    ),
    "MX": (
        "curp", "ine", "ife", "rfc", "imss", "inea", "infonavit", "cedula profesional",
    ),
}  # fmt: skip
# "mi esposa es hondureña": another person's country.
_OTHERS = re.compile(
    r"\b(?:esposa|esposo|marido|mujer|novia|novio|pareja|wife|husband|girlfriend|boyfriend|partner)"
    r"(?: \w+){0,2} (?:es|is|from|de|nacio|born)\b"
)
_DRUNK = re.compile(
    r"\b(?:tomad[oa]|borrach[oa]|ebri[oa]|manej\w+|conduc\w+|driv\w+|drunk|arrest\w*)\b"
)
_HERE = re.compile(
    r"\b(?:estoy en|aqui en|aca en|vivo en|soy de|llegue a|regrese a|volvi a|deport\w* (?:a|to)"
    r"|im in|i am in|here in|back in|back to|return\w* to|live in|im from|i am from"
    r"|sent (?:me )?to)"
    r" (?:el )?$"
)


def _any_of(texts: Iterable[str], ending: str = r"\b") -> re.Pattern[str]:
    longest_first = sorted(texts, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + ")" + ending)


_NAMES = _any_of(COUNTRY_NAMES)
_PEOPLES = _any_of(PEOPLES, r"\w{0,3}\b")
_PLACE_OF = {place: country for country, places in PLACES.items() for place in places}
_SIGN_OF = {sign: country for country, signs in SIGNS.items() for sign in signs}
_PLACES = _any_of(_PLACE_OF)
_SIGNS = _any_of(_SIGN_OF)


def language_of(text: str, languages: Languages, *, settled: bool) -> str | None:
    """Return the language `text` is clearly in, else None ("ok", "DUI", half and half).

    `settled` says that the conversation has a language already, which a word or two leave alone.
    """
    found = words(text)
    if settled and len(found) < MIN_WORDS:
        return None
    return languages.read(found).language


def country_of(text: str, known: str | None = None) -> str | None:
    """Return the one country that `text` speaks of; None when it names none, or several.

    While the country is `known`, only its plain name changes it: people in Honduras drive drunk in
    English ("a DUI"), and somebody's wife may be Mexican.
    """
    folded = " ".join(words(text))
    named = [(COUNTRY_NAMES[m.group()], m.start()) for m in _NAMES.finditer(folded)]
    here = {country for country, start in named if _HERE.search(folded[:start])} - {None}
    countries = here if len(here) == 1 else {country for country, _ in named} - {None}
    if known is not None:
        other_person = _OTHERS.search(folded) and not here
        return None if len(countries) != 1 or other_person else countries.pop()
    if not countries:
        countries = {
            country
            for stem, country in PEOPLES.items()
            if any(m.group().startswith(stem) for m in _PEOPLES.finditer(folded))
        }
    if not countries:
        countries = {_PLACE_OF[m.group()] for m in _PLACES.finditer(folded)}
    if not countries:
        drunk = _DRUNK.search(folded)  # "un DUI por manejar tomado" is no paper
        signs = {m.group() for m in _SIGNS.finditer(folded)} - ({"dui"} if drunk else set())
        countries = {_SIGN_OF[sign] for sign in signs}
    return countries.pop() if len(countries) == 1 else None
