"""How old an entry of the directory is, and how much of it to believe: rules in `ageing.yaml`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from flows.definition import Finding
from flows.yaml_reader import Reader
from flows.yaml_source import YamlMap, read_yaml

FILE = Path(__file__).parent / "ageing.yaml"
SHOWN_AS = "knowledge/directory/ageing.yaml"


class Age(StrEnum):
    """How long ago somebody checked an entry with the office."""

    FRESH = "fresh"
    AGEING = "ageing"  # may have changed
    OLD = "old"  # call before you go
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class AgeRule:
    """From which day on a kind of service is no longer fresh (`plain`), and old (`call_first`)."""

    kind: str
    plain: int
    call_first: int
    topics: tuple[str, ...] = ()
    lines: bool = False

    def covers(self, terms: Collection[str], is_line: bool) -> bool:
        """Whether a service with these topics, a line or not, is of this kind."""
        if self.lines and not is_line:
            return False
        if not self.topics:
            return True
        return any(term in self.topics or term.split("/")[0] in self.topics for term in terms)


def age_of(
    assured_date: str | None,
    on: date,
    terms: Sequence[str] = (),
    *,
    is_line: bool = False,
    rules: Sequence[AgeRule] | None = None,
) -> Age:
    """Return how old an entry is on a day.

    `assured_date` is `YYYY-MM-DD`, None or empty when nobody ever checked it; what is no date
    counts as never. `terms` are the codes of its topics, what it is for first of all in front: this
    one alone tells the kind. `is_line`: attended by phone or web alone.
    """
    try:
        assured = date.fromisoformat(assured_date or "")
    except ValueError:
        return Age.NEVER
    days = (on - assured).days
    for rule in shipped_rules() if rules is None else rules:
        if rule.covers(terms[:1], is_line):
            if days < rule.plain:
                return Age.FRESH
            return Age.AGEING if days < rule.call_first else Age.OLD
    return Age.OLD


@cache
def shipped_rules() -> tuple[AgeRule, ...]:
    """Return the rules that come with the program, in order."""
    return load_rules()[0]


def load_rules(
    path: Path = FILE, shown_as: str = SHOWN_AS, known_topics: Collection[str] = ()
) -> tuple[tuple[AgeRule, ...], list[Finding]]:
    """Read the rules with all that is wrong in them; `known_topics`, when given, are checked."""
    node, findings = read_yaml(path, shown_as)
    if not isinstance(node, YamlMap):
        return (), findings
    reader = Reader(node, shown_as, findings)
    reader.unknown_keys(("rules",))
    reader.require("rules")
    rules = tuple(
        rule for at in reader.maps("rules") if (rule := _read_rule(at, known_topics)) is not None
    )
    if not rules or rules[-1].topics or rules[-1].lines:
        reader.note("the last rule has to be for everything: without topics and lines.", "rules")
    return rules, findings


def _read_rule(at: Reader, known_topics: Collection[str]) -> AgeRule | None:
    at.unknown_keys(("kind", "topics", "lines", "plain", "call_first"))
    if not at.require("kind", "plain", "call_first"):
        return None
    plain, call_first = _days(at, "plain"), _days(at, "call_first")
    topics = at.texts("topics")
    for topic in topics:
        if known_topics and topic not in known_topics:
            at.note(f'"{topic}" is no topic of ours.', "topics")
    if plain is None or call_first is None:
        return None
    if call_first < plain:
        at.note(f"call_first ({call_first}) comes before plain ({plain}).", "call_first")
        return None
    lines = (at.text("lines", accepts=("bool",)) or "").lower() in ("true", "yes", "on")
    return AgeRule(at.text("kind") or "", plain, call_first, topics, lines)


def _days(at: Reader, key: str) -> int | None:
    text = at.text(key, accepts=("int",)) or ""
    if not text.isascii() or not text.isdigit() or len(text) > 5:
        at.note(f'"{text[:20]}" is no number of days.', key)
        return None
    return int(text)
