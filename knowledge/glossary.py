"""The words that people may not know: acronyms and names of papers and offices, by country.

A term is explained where it first comes in a section: in brackets («el RNPN (registro de las
personas)»), after a comma, or by words of the same sentence. The check names what is not, with the
words that would explain it. The texts themselves explain: nothing is added when they are shown,
because what people read is what an editor wrote, a translator translated and a reviewer approved,
and because only the writer can see that «La UNAH y la UTH (universidades)» needs one bracket.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flows.definition import COUNTRIES, Finding, Place
from flows.folding import fold
from flows.yaml_reader import Reader
from flows.yaml_source import YamlMap, read_yaml
from knowledge.readability import split_sentences

FILE = Path(__file__).parent / "glossary.yaml"
COMMON = "common"
TERM_KEYS = ("es", "en", "full", "also", "words", "everyday")

# Two capitals and more: an acronym. «US$100», web addresses and house numbers are none.
_ACRONYM = re.compile(
    r"(?<![\w$.@/-])[A-ZÁÉÍÓÚÑ][A-ZÁÉÍÓÚÑ0-9]*[A-ZÁÉÍÓÚÑ][A-ZÁÉÍÓÚÑ0-9]*\+?(?![\w$@])"
)
_LETTERS = "a-záéíóúüñ"
# «RNPN (registro …)», «UNAH de Tegucigalpa (universidad)»
_BRACKET_AFTER = re.compile(
    rf"(?:-[\w-]+)?[»\"]?(?: (?:de|del|la|[A-ZÁÉÍÓÚÑ]\w+))* \([^)]*[{_LETTERS}]{{3,}}[^)]*\)"
)
_BRACKET_AROUND = re.compile(rf"[{_LETTERS}]{{3,}}[»\"]? \($")  # «registro de las personas (RNP)»
_COMMA_AFTER = re.compile(
    r", (?:el|la|los|las|un|una|su|sus)\b"
)  # «el CUI, el número de 13 cifras»


@dataclass(frozen=True, slots=True)
class Term:
    """A word and what it means; `spanish` is what stands in brackets after it."""

    term: str
    spanish: str
    english: str
    full: str | None = None  # the official name
    also: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # that explain it as well, in the same sentence
    everyday: bool = False  # people say it: no need to explain

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every way it is written."""
        return (self.term, *self.also)


@dataclass(frozen=True, slots=True)
class Glossary:
    """The terms of each country, and those that hold everywhere."""

    terms: Mapping[str, tuple[Term, ...]] = field(default_factory=dict)  # country or `common`
    known: Collection[str] = ()  # never explained
    names: Collection[str] = ()  # proper names in capitals

    def terms_in(self, country: str | None) -> tuple[Term, ...]:
        """Return the terms that hold in a country; in no country in particular, all of them."""
        places = (country,) if country in self.terms else COUNTRIES
        return tuple(t for place in (*places, COMMON) for t in self.terms.get(place or "", ()))

    def spelled_in(self, country: str | None) -> dict[str, Term]:
        """Return the terms of a country by every way they are written."""
        backwards = reversed(self.terms_in(country))  # so that those of the country win
        return {spelling: term for term in backwards for spelling in term.spellings}

    def find(self, word: str, country: str | None) -> Term | None:
        """Return the term that is written `word`, that of the country first."""
        return self.spelled_in(country).get(word)


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A term that nobody has explained where it first comes; `position` counts the texts."""

    word: str
    position: int
    term: Term | None  # None: the glossary does not have it

    @property
    def remedy(self) -> str:
        """What an editor should write."""
        if self.term is None:
            return (
                f"Explain it in brackets and add it to knowledge/glossary.yaml: «{self.word} (…)»."
            )
        return f"Write «{self.word} ({self.term.spanish})»."


def load_glossary(
    path: Path = FILE, shown_as: str = "knowledge/glossary.yaml"
) -> tuple[Glossary, list[Finding]]:
    """Read the glossary and all that is wrong with it."""
    node, findings = read_yaml(path, shown_as)
    if not isinstance(node, YamlMap):
        return Glossary(), findings
    reader = Reader(node, shown_as, findings)
    reader.unknown_keys(("known", "names", "terms"))
    reader.require("terms")
    terms = {}
    places = reader.map("terms")
    if places is not None:
        places.unknown_keys((COMMON, *COUNTRIES))
        for place, _ in places.entries():
            inside = places.map(place, where=place)
            if inside is not None:
                terms[place] = tuple(_read_terms(inside))
    return Glossary(terms, reader.texts("known"), reader.texts("names")), findings


def _read_terms(reader: Reader) -> Iterator[Term]:
    for name, _ in reader.entries():
        entry = reader.map(name)
        if entry is None:
            continue
        entry.unknown_keys(TERM_KEYS)
        entry.require("es", "en")
        yield Term(
            term=name,
            spanish=entry.text("es") or "",
            english=entry.text("en") or "",
            full=entry.text("full"),
            also=entry.texts("also"),
            words=entry.texts("words"),
            everyday=entry.text("everyday", ("bool",)) == "true",
        )


def find_unexplained(
    texts: Iterable[str], country: str | None, glossary: Glossary
) -> Iterator[Unexplained]:
    """Give each term of the texts, read in order, that is not explained where it first comes."""
    terms = glossary.spelled_in(country)
    wanted = sorted((s for s, term in terms.items() if not term.everyday), key=len, reverse=True)
    listed = re.compile(rf"(?<![\w.@/-])(?:{'|'.join(map(re.escape, wanted)) or '(?!)'})(?![\w@])")
    seen = {part for known in glossary.known for part in (known, *re.findall(r"\w+", known))}
    for position, text in enumerate(texts):
        plain = _without(text, glossary.names)
        for sentence in split_sentences(plain):
            for start, end in sorted(_spans(sentence, listed)):
                word = sentence[start:end]
                term = terms.get(word)
                key = term.term if term is not None else word
                if key in seen or (term is not None and term.everyday):
                    continue
                seen.add(key)
                if not _is_explained(sentence, start, end, term):
                    yield Unexplained(word, position, term)


def check_terms(
    what: str, parts: Sequence[tuple[Place, str]], country: str | None, glossary: Glossary
) -> list[Finding]:
    """Return a finding for each term of a section that is not explained where it first comes."""
    return [
        Finding(
            parts[miss.position][0],
            f'{what}: uses "{miss.word}" without saying what it is. {miss.remedy}',
        )
        for miss in find_unexplained([text for _, text in parts], country, glossary)
    ]


def _without(text: str, names: Iterable[str]) -> str:
    """Write names in small letters, so that nothing in them is read as a term."""
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", name.lower(), text)
    return text


def _spans(sentence: str, listed: re.Pattern[str]) -> set[tuple[int, int]]:
    spans = {m.span() for m in listed.finditer(sentence)}
    acronyms = {m.span() for m in _ACRONYM.finditer(sentence)}
    inside = {(a, b) for a, b in acronyms for s, e in spans if s <= a and b <= e}
    return spans | (acronyms - inside)


def _is_explained(sentence: str, start: int, end: int, term: Term | None) -> bool:
    before, after = sentence[:start], sentence[end:]
    if _BRACKET_AFTER.match(after) or _COMMA_AFTER.match(after) or _BRACKET_AROUND.search(before):
        return True
    if term is None:
        return False
    said = f" {fold(f'{before} {after}')} "
    return any(f" {fold(words)} " in said for words in (term.spanish, *term.words))
