"""What a typed message tells by the way: its language, and the country it speaks of."""

import re

from knowledge.folding import words

# Common words that only one of the two languages has.
SPANISH = frozenset(
    [
        "el",
        "la",
        "los",
        "las",
        "un",
        "una",
        "unos",
        "de",
        "del",
        "en",
        "y",
        "que",
        "es",
        "por",
        "para",
        "con",
        "mi",
        "mis",
        "su",
        "sus",
        "me",
        "te",
        "se",
        "lo",
        "le",
        "como",
        "donde",
        "cuando",
        "cuanto",
        "cuanta",
        "quiero",
        "necesito",
        "tengo",
        "estoy",
        "esta",
        "hay",
        "hola",
        "soy",
        "fue",
        "pero",
        "porque",
        "mi",
        "hijo",
        "hija",
        "no",
        "si",
        "ya",
        "al",
        "perdi",
        "papeles",
        "ayuda",
        "trabajo",
        "saco",
        "sacar",
        "hacer",
        "buenas",
        "dias",
    ]
)
ENGLISH = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "in",
        "on",
        "and",
        "that",
        "is",
        "are",
        "was",
        "for",
        "with",
        "my",
        "your",
        "their",
        "i",
        "im",
        "you",
        "he",
        "she",
        "it",
        "they",
        "we",
        "how",
        "where",
        "when",
        "what",
        "do",
        "does",
        "did",
        "dont",
        "cant",
        "need",
        "want",
        "have",
        "has",
        "got",
        "get",
        "hello",
        "hi",
        "but",
        "because",
        "son",
        "daughter",
        "lost",
        "papers",
        "help",
        "job",
        "work",
        "can",
        "could",
        "would",
        "should",
        "to",
        "from",
        "am",
        "not",
        "any",
        "this",
        "there",
    ]
)
MIN_WORDS = 3
MIN_LEAD = 2

# Longest first: "nuevo mexico" and "new mexico" are not the country.
COUNTRY_WORDS: tuple[tuple[str, str | None], ...] = (
    ("nuevo mexico", None),
    ("new mexico", None),
    ("el salvador", "SV"),
    ("salvadoreno", "SV"),
    ("salvadorena", "SV"),
    ("salvadorenos", "SV"),
    ("salvadoran", "SV"),
    ("guatemala", "GT"),
    ("guatemalteco", "GT"),
    ("guatemalteca", "GT"),
    ("guatemalan", "GT"),
    ("honduras", "HN"),
    ("hondureno", "HN"),
    ("hondurena", "HN"),
    ("honduran", "HN"),
    ("mexico", "MX"),
    ("mexicano", "MX"),
    ("mexicana", "MX"),
    ("mexican", "MX"),
)
# Papers and bodies that exist in one country alone; weaker than its name.
COUNTRY_SIGNS = {
    "dui": "SV",
    "duicentro": "SV",
    "rnpn": "SV",
    "dpi": "GT",
    "renap": "GT",
    "rtn": "HN",
    "curp": "MX",
    "ine": "MX",
    "ife": "MX",
    "rfc": "MX",
}
_COUNTRY = re.compile(r"\b(?:" + "|".join(word for word, _ in COUNTRY_WORDS) + r")\b")
_COUNTRY_OF = dict(COUNTRY_WORDS)


def language_of(text: str) -> str | None:
    """Return `es` or `en` when `text` is clearly one of them, else None ("ok", "DUI")."""
    found = words(text)
    if len(found) < MIN_WORDS:
        return None
    lead = sum(w in SPANISH for w in found) - sum(w in ENGLISH for w in found)
    if abs(lead) < MIN_LEAD:
        return None
    return "es" if lead > 0 else "en"


def country_of(text: str, known: str | None = None) -> str | None:
    """Return the one country that `text` speaks of; None when it names none, or several.

    A country's own paper ("DUI") only counts while the country is not `known`: people in Honduras
    drive drunk in English ("a DUI") and Mexicans speak of Salvadoran papers.
    """
    found = words(text)
    named = {_COUNTRY_OF[name] for name in _COUNTRY.findall(" ".join(found))} - {None}
    if len(named) == 1:
        return named.pop()
    if named or known:
        return None
    signs = {COUNTRY_SIGNS[word] for word in found if word in COUNTRY_SIGNS}
    return signs.pop() if len(signs) == 1 else None
