"""Reads typed text as one of the words that work everywhere, or as one of the options offered."""

from rapidfuzz import fuzz, process

from bot.content import Content
from bot.options import HELPED, NOT_HELPED, choice, is_lasting, split_answer
from flows.definition import Question
from flows.folding import fold

# Work at any moment, in both languages; also what Telegram's commands stand for.
WORDS_EVERYWHERE = {
    "start": ("inicio", "start", "hola", "hello", "hi", "empezar", "buenas", "ola", "hey",
              "buenos dias", "buenas tardes", "buenas noches", "good morning", "comenzar"),
    "back": ("atras", "back", "volver", "regresar", "anterior", "go back"),
    "menu": ("menu", "opciones", "options", "temas", "topics"),
    "language": ("idioma", "language", "lenguaje", "cambiar idioma", "change language"),
    "help": ("ayuda", "help", "sos", "911", "auxilio", "110"),
    "exit": ("salir", "exit", "quit", "adios", "bye", "terminar", "stop"),
    "delete": ("borrar", "delete", "borrar mis datos", "delete my data", "erase", "eliminar"),
    "person": ("persona", "person", "humano", "human", "hablar con una persona", "asesor",
               "talk to a person", "operador"),
    "privacy": ("privacidad", "privacy"),
    "data": ("mis datos", "my data", "ver mis datos", "see my data", "show my data",
             "muestre mis datos", "que guardan de mi", "what do you keep about me"),
}  # fmt: skip
_WORD_OF = {fold(text): name for name, texts in WORDS_EVERYWHERE.items() for text in texts}
_LANGUAGE_OF = {
    "english": "en", "ingles": "en", "in english": "en", "en ingles": "en",
    "espanol": "es", "spanish": "es", "en espanol": "es", "in spanish": "es",
}  # fmt: skip

_ENGLISH_GREETINGS = frozenset({"hello", "hi", "hey", "good morning", "start"})

# Answers «¿Está en peligro ahora?», unless an option on the screen is called the same.
YES = ("sí", "yes", "simón", "yeah", "yep", "claro", "sí estoy en peligro", "sí ayuda")

# Whether an answer helped, without the words that may stand beside it: «gracias, me sirvió mucho».
# Word for word, never nearly: «me ayuda» is a letter apart from «me ayudó», and asks for help.
_BESIDE_RATING = frozenset(
    "me gracias muchas muchisimas mil mucho bastante si ya ok pues la verdad esto eso informacion"
    " respuesta it that this thats was is thanks thank you so very much a lot really yes".split()
)
_RATING_WORDS = {
    HELPED: (
        "sirvio", "sirbio", "si me sirve", "ayudo", "fue util", "fue de ayuda", "helped", "helps",
        "helpful", "useful",
    ),
    NOT_HELPED: (
        "no sirvio", "no sirbio", "no sirve", "no sirvio de nada", "no sirvio nada",
        "no sirvio para nada", "nada sirvio", "no ayudo", "no ayudo nada", "no ayudo en nada",
        "no ayuda", "no fue util", "no fue de ayuda", "did not help", "didnt help",
        "does not help", "doesnt help", "not helpful", "not helpful at all", "unhelpful",
        "wasnt helpful", "isnt helpful", "not useful", "no help", "not helped",
    ),
}  # fmt: skip
_NEGATIONS = ("no", "nunca", "nada", "un", "did", "does", "dont", "was")

LONGEST_NUMBER = 2  # digits of the longest number in a list of options
NEAR_MISS_FROM = 86
NEAR_MISS_LEAD = 5
NEAR_MISS_EXTRA_WORDS = 2


def word_everywhere(text: str) -> str | None:
    """Return the option id of a word that works everywhere (`w:back`, `l:en`), or None."""
    folded = fold(text)
    if folded in _WORD_OF:
        return f"w:{_WORD_OF[folded]}"
    if folded in _LANGUAGE_OF:
        return f"l:{_LANGUAGE_OF[folded]}"
    return None


def tells_nothing_else(text: str) -> bool:
    """Whether a text is a number of the list or one word that works everywhere, and that is all.

    Neither says a place, a situation or, once a visit has begun, a language.
    """
    folded = fold(text)
    return (folded.isdigit() and len(folded) <= LONGEST_NUMBER) or (
        " " not in folded and folded in _WORD_OF
    )


def greeting_language(text: str) -> str | None:
    """Return the language of a greeting that only one of them has, else None ("hola", "ok")."""
    folded = fold(text)
    if folded in _ENGLISH_GREETINGS:
        return "en"
    return "es" if _WORD_OF.get(folded) == "start" else None


def offered_option(text: str, offered: tuple[str, ...], content: Content) -> str | None:
    """Return the offered option that `text` names exactly: its number, label or a synonym."""
    folded = fold(text)
    if folded.isdigit() and len(folded) <= LONGEST_NUMBER:
        number = int(folded)
        return offered[number - 1] if 1 <= number <= len(offered) else None
    for option_id, spoken in _spoken(offered, content):
        if folded == spoken:
            return option_id
    return _rating(folded, offered)


def nearest_option(text: str, offered: tuple[str, ...], content: Content) -> str | None:
    """Return the offered option that `text` nearly names, when no other is as near."""
    folded = fold(text)
    best: dict[str, float] = {}
    spoken = [
        (option_id, words)
        for option_id, words in _spoken(offered, content)
        if len(folded.split()) <= len(words.split()) + NEAR_MISS_EXTRA_WORDS
        # A letter apart is «no me sirvió» from its opposite: with a "no" nothing is near to a yes.
        and not (option_id.startswith(HELPED) and _denies(folded))
    ]
    matches = process.extract(
        folded, [w for _, w in spoken], scorer=fuzz.ratio, score_cutoff=NEAR_MISS_FROM, limit=None
    )
    for _, score, position in matches:
        option_id = spoken[position][0]
        best[option_id] = max(score, best.get(option_id, 0))
    ranked = sorted(best, key=lambda option_id: -best[option_id])
    if not ranked:
        return None
    if len(ranked) > 1 and best[ranked[0]] - best[ranked[1]] < NEAR_MISS_LEAD:
        return None
    return ranked[0]


def _rating(folded: str, offered: tuple[str, ...]) -> str | None:
    """Return the offered option that says whether an answer helped, when that is all of a text."""
    said = {folded, " ".join(word for word in folded.split() if word not in _BESIDE_RATING)}
    for option_id in offered:
        if said.intersection(_RATING_WORDS.get(option_id[: len(HELPED)], ())):
            return option_id
    return None


def _denies(folded: str) -> bool:
    return any(word.startswith(_NEGATIONS) for word in folded.split())


def _spoken(offered: tuple[str, ...], content: Content) -> list[tuple[str, str]]:
    """Return (option id, folded words) for every way to say each option, in every language."""
    return [(option_id, said) for option_id in offered for said in _ways(option_id, content)]


def _ways(option_id: str, content: Content) -> tuple[str, ...]:
    known = content.spoken.get(option_id)
    if known is not None:
        return known
    found = choice(option_id, content)
    if found is None:
        return ()
    labels = {found.label}
    if found.translate:
        labels |= {content.text(language, found.label) for language in content.languages}
    ways = (fold(said) for said in (*sorted(labels), *_synonyms(option_id, content)))
    folded = tuple(way for way in ways if way)
    if is_lasting(option_id):  # what people type is never kept in a cache
        content.spoken[option_id] = folded
    return folded


def _synonyms(option_id: str, content: Content) -> tuple[str, ...]:
    if option_id.startswith("d:"):
        return YES
    answer = split_answer(option_id) if option_id.startswith("o:") else None
    if answer is None:
        return ()
    flow = content.flows.get(answer[0])
    node = flow.nodes.get(answer[1]) if flow else None
    if not isinstance(node, Question):
        return ()
    return next((option.words for option in node.options if option.id == answer[2]), ())
