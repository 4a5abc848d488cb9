"""How easy Spanish text is to read: INFLESZ and the length of its sentences.

The formula is that of Szigriszt-Pazos, read with the INFLESZ scale: 65 and above is «bastante
fácil», 80 and above «muy fácil». It judges a whole section of an article or a whole flow; under
`MIN_WORDS` it swings too much, and only the sentences are judged.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flows.definition import Finding, Place
from knowledge.syllables import count_syllables

MIN_EASE = 65.0  # «bastante fácil», for every article and flow
MIN_EASE_IN_DANGER = 80.0  # «muy fácil», for who reads in fear
MAX_AVERAGE = 14.0  # words a sentence, over a whole text
MAX_SENTENCE = 25  # words of a single one
MIN_WORDS = 100  # what the formula needs to be stable

# What is read as one piece however long it is written: a name, an acronym, an amount, a number to
# call, an address. The word in its place has two syllables, as Spanish words have on average, so
# that pieces make a text neither easier nor harder.
PIECE = "dato"

_UPPER = "A-ZÁÉÍÓÚÜÑ"
_LOWER = "a-záéíóúüñ"
_DOT = "\u2024"  # stands in for a full stop that ends no sentence
_LIST_MARK = re.compile(r"(?m)^[ \t]*(?:\d{1,2}\.|-)[ \t]+")
_END = re.compile(r"(?<=[.!?…])[»\")\]]*\s+|\n+")
# These end a sentence only where a new one begins; the titles after them never do.
_PAIRED = re.compile(
    rf"\b(?P<inner>EE\. ?UU|[ap]\. ?m|etc)\.(?P<end>(?=\s*$|\s*\n|\s+[¿¡«(]?[{_UPPER}]))?"
)
_TITLE = re.compile(
    r"\b(?:Sra?|Dra?|Lic|Ing|Uds?|Avd?a?|Col|Blvd|Esq|[Tt]el|[Aa]rt|pág)\.(?=\s)"
    r"|\b(?:No|Nro|[Nn]úm)\.(?=\s?\d)"
)
_WORD = re.compile(r"[^\W\d_]+")
_NAME = rf"[{_UPPER}][{_LOWER}]+(?:-[{_UPPER}][{_LOWER}]+)*"
# What becomes a piece, in this order: an earlier kind may hold signs of a later one.
_PIECES = (
    re.compile(r"\{\w+\}"),  # a number or name that the program fills in
    re.compile(r"https?://\S+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b[\w/-]*"),  # citas.sre.gob.mx
    re.compile(r"\bEE\. ?UU\.?|\b[ap]\. ?m\."),
    re.compile(
        r"(?:[$€]|\b(?:US\$|Q|L\.?)(?=\s?\d))?\s?[+*#(]?\d[\d.,:/()°%-]*(?:[ -]\(?\d[\d.,:/()-]*)*"
    ),
    re.compile(rf"\b(?:[{_UPPER}]\.){{2,}}|\b[{_UPPER}][{_UPPER}0-9]+(?:[-/][{_UPPER}0-9]+)*\b\+?"),
    # A name is told by its capital inside a sentence; at the start of one, it reads as any word.
    re.compile(
        rf"(?<=[{_LOWER},;:)] )[«\"]?{_NAME}"
        rf"(?: (?:(?:de|del|la|las|los|el|al) ){{0,2}}{_NAME})*"
    ),
)
_RUN_OF_PIECES = re.compile(rf"\b{PIECE}\b(?: {PIECE}\b)+")


@dataclass(frozen=True, slots=True)
class Ease:
    """How a text reads: its INFLESZ, the words of a sentence on average, and the longest one."""

    score: float
    words: int
    sentences: int
    longest: str  # as it is written
    longest_words: int
    hardest: str  # the sentence that weighs most on the score

    @property
    def average(self) -> float:
        """Words a sentence."""
        return self.words / self.sentences if self.sentences else 0.0

    @property
    def is_stable(self) -> bool:
        """Whether the text is long enough for its score to mean something."""
        return self.words >= MIN_WORDS


def measure(texts: Iterable[str]) -> Ease:
    """Measure texts together; each text, as each line of a list, ends a sentence."""
    sentences = [sentence for text in texts for sentence in split_sentences(text)]
    counted = [(sentence, list(read_words(sentence))) for sentence in sentences]
    counted = [(sentence, words) for sentence, words in counted if words]
    total = sum(len(words) for _, words in counted)
    if not total:
        return Ease(100.0, 0, 0, "", 0, "")
    syllables = sum(count_syllables(word) for _, words in counted for word in words)
    longest, its_words = max(counted, key=lambda pair: len(pair[1]))
    hardest = min(counted, key=lambda pair: _weight(pair[1]))[0]
    return Ease(
        score=inflesz(syllables, total, len(counted)),
        words=total,
        sentences=len(counted),
        longest=longest,
        longest_words=len(its_words),
        hardest=hardest,
    )


def inflesz(syllables: int, words: int, sentences: int) -> float:
    """Return the score of Szigriszt-Pazos: the higher, the easier; over 100 for tiny texts."""
    return 206.835 - 62.3 * syllables / words - words / sentences


def split_sentences(text: str) -> list[str]:
    """Split a text at the ends of its sentences; `$10.31`, `8:00 a. m.` and `EE. UU.` stay whole.

    Each line of a list is a sentence, without its number or dash.


    >>> split_sentences("Cuesta $10.31 en EE. UU. y aquí. Abre a las 8:00 a. m. Vaya ya.")
    ['Cuesta $10.31 en EE. UU. y aquí.', 'Abre a las 8:00 a. m.', 'Vaya ya.']
    """
    guarded = _PAIRED.sub(_guard_paired, _LIST_MARK.sub("", text))
    guarded = _TITLE.sub(lambda m: m.group().replace(".", _DOT), guarded)
    return [part.replace(_DOT, ".").strip() for part in _END.split(guarded) if part.strip()]


def read_words(sentence: str) -> Iterator[str]:
    """Give the words of a sentence as a reader takes them: each name or number is one `PIECE`."""
    text = sentence
    for kind in _PIECES:
        text = " ".join(kind.sub(f" {PIECE} ", text).split())
    yield from _WORD.findall(_RUN_OF_PIECES.sub(PIECE, text))


def check_reading(
    what: str, parts: Sequence[tuple[Place, str]], min_ease: float = MIN_EASE
) -> list[Finding]:
    """Return what makes a text hard to read: one finding for the whole, one a long sentence.

    `what` names the text in the finding. A text under `MIN_WORDS` is judged by its sentences
    alone, except in danger, where every message must be very easy.
    """
    ease = measure(text for _, text in parts)
    wrong = []
    if ease.score < min_ease and (ease.is_stable or min_ease >= MIN_EASE_IN_DANGER):
        wrong.append(
            f"reads at INFLESZ {ease.score:.1f}; {min_ease:.0f} at least. "
            f"Use shorter words in «{ease.hardest}»."
        )
    if ease.average > MAX_AVERAGE:
        wrong.append(
            f"has {ease.average:.1f} words a sentence on average; {MAX_AVERAGE:.0f} at most. "
            f"Split «{ease.longest}»."
        )
    findings = [Finding(parts[0][0], f"{what}: {' It '.join(wrong)}")] if wrong else []
    for place, text in parts:
        one = measure([text])
        if one.longest_words > MAX_SENTENCE:
            findings.append(
                Finding(
                    place,
                    f"{what}: has a sentence of {one.longest_words} words; {MAX_SENTENCE} at most. "
                    f"Split «{one.longest}».",
                )
            )
    return findings


def _guard_paired(match: re.Match[str]) -> str:
    last = _DOT if match["end"] is None else "."
    return match["inner"].replace(".", _DOT) + last


def _weight(words: list[str]) -> float:
    """How far a sentence pulls the score of its text down; short ones hardly count."""
    syllables = sum(count_syllables(word) for word in words)
    return (inflesz(syllables, len(words), 1) - MIN_EASE) * len(words)
