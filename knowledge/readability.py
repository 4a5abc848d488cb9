"""How easy Spanish text is to read: INFLESZ and the length of its sentences.

The formula is that of Szigriszt-Pazos, read with the INFLESZ scale: 65 and above is «bastante
fácil», 80 and above «muy fácil». It judges a whole section of an article or a whole flow; under
`MIN_WORDS` it swings too much, and only the sentences are judged.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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
_LINK = re.compile(r"https?://\S+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b[\w/-]*")
# "EE. UU." and "a. m." end a sentence only where a new one begins; "Sr." and "Av." never do.
_PAIRED = re.compile(rf"\b(?:EE\. ?UU|[ap]\. ?m|etc)\.(?P<end>\s*$|\s+(?=[¿¡«(]?[{_UPPER}]))?")
_TITLE = re.compile(r"\b(?:Sra?|Dra?|Lic|Ing|Uds?|Av|Avda|Col|Ave|Blvd|Esq|Edif|Núm|No|Nro|Tel|Art|art|núm|tel|pág)\.(?=\s)")
_NUMBER = re.compile(r"(?:[$€]|\b(?:US\$|Q|L\.?)(?=\s?\d))?\s?[+*#(]?\d[\d.,:/()°%-]*(?:[ -]\(?\d[\d.,:/()-]*)*")
_FIELD = re.compile(r"\{\w+\}")
_ACRONYM = re.compile(rf"\b(?:[{_UPPER}]\.){{2,}}|\b[{_UPPER}][{_UPPER}0-9]+(?:[-/][{_UPPER}0-9]+)*\b(?:\+)?")
_NAME = rf"[{_UPPER}][{_LOWER}]+(?:-[{_UPPER}][{_LOWER}]+)*"
_NAMES = re.compile(
    rf"(?<=[{_LOWER},;:)] )[«\"]?{_NAME}(?: (?:(?:de|del|la|las|los|el|al) ){{0,2}}{_NAME})*"
)
_PIECES = re.compile(rf"\b{PIECE}\b(?: {PIECE}\b)+")
_END = re.compile(r"(?<=[.!?…])[»\")\]]*\s+|\n+")
_WORD = re.compile(r"[^\W\d_]+")


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

    >>> split_sentences("Cuesta $10.31 en EE. UU. y aquí. Abre a las 8:00 a. m. Vaya ya.")
    ['Cuesta $10.31 en EE. UU. y aquí.', 'Abre a las 8:00 a. m.', 'Vaya ya.']
    """
    guarded = _PAIRED.sub(_guard_paired, text)
    guarded = _TITLE.sub(lambda m: m.group().replace(".", _DOT), guarded)
    return [part.replace(_DOT, ".").strip() for part in _END.split(guarded) if part.strip()]


def read_words(sentence: str) -> Iterator[str]:
    """Give the words of a sentence as a reader takes them: each name or number is one `PIECE`."""
    text = _FIELD.sub(f" {PIECE} ", sentence)
    text = _LINK.sub(f" {PIECE} ", text)
    text = re.sub(r"EE\. ?UU\.?", PIECE, text)
    text = re.sub(r"\b([ap])\. ?m\.", PIECE, text)
    text = _NUMBER.sub(f" {PIECE} ", text)
    text = _ACRONYM.sub(PIECE, " ".join(text.split()))
    text = _NAMES.sub(PIECE, text)
    text = _PIECES.sub(PIECE, " ".join(text.split()))
    for match in _WORD.finditer(text):
        yield match.group()


_DOT = "\u2024"  # stands in for a full stop that ends no sentence


def _guard_paired(match: re.Match[str]) -> str:
    end = match["end"]
    if end is None:
        return match.group().replace(".", _DOT)
    return match.group()[: -len(end) or None].rstrip()[:-1].replace(".", _DOT) + "." + end


def _weight(words: list[str]) -> float:
    """How far a sentence pulls the score of its text down; short ones hardly count."""
    syllables = sum(count_syllables(word) for word in words)
    return (inflesz(syllables, len(words), 1) - MIN_EASE) * len(words)
