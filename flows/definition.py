"""What a flow is, once it has been read: immutable values that the engine walks.

A flow is a graph of nodes. A node is either a `Question`, which waits for one of its options, or
an `Outcome`, which ends the flow with something to do. Editors write flows as YAML
(`flows/library/`); `flows.loader` turns them into these values and `flows.checks` judges them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

COUNTRIES = ("SV", "GT", "HN", "MX")

# What a person may have told by the way ("my son is 7"): an option that names one of these answers
# its question by itself, so that nobody is asked what they have said already.
SITUATIONS = (
    "minor",
    "children",
    "pregnant",
    "disability",
    "indigenous_language",
    "lgbtiq",
    "record",
    "foreign_family",
)

# Limits that keep a flow small enough for a person, a button and a diagram. Telegram refuses button
# data over 64 bytes and our option ids hold flow, node and option ("o:flow/node/option"). Titles
# are as short as labels, because menus show them on buttons.
MAX_NODES = 120
MAX_DEPTH = 30
MAX_OPTIONS = 10
MAX_RULES = 60  # lines of one "next": every option in every country, and some more
MAX_LABEL = 40
MAX_TEXT = 600
MAX_OPTION_ID_BYTES = 64


class FlowError(Exception):
    """A flow cannot be read or followed; the text says where and what would mend it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in an editor's file, so that a finding can point at it."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a file of content, told to the person who edits it."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


# In the values below `place` is where a thing begins in the editor's file and `keys` where each of
# its keys stands. Two flows that say the same are equal, wherever they were written.


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a question: the id is kept in sessions, the label is what people see."""

    id: str
    label: str
    words: tuple[str, ...] = ()  # other ways to type this answer, in any language
    situation: str | None = None  # one of SITUATIONS that gives this answer by itself
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of `next`: when every part of `if` holds, the flow goes on at node `go`.

    Each mapping value is the set of accepted ids; an empty condition always holds.
    """

    go: str
    answer: frozenset[str] = frozenset()
    country: frozenset[str] = frozenset()
    earlier: Mapping[str, frozenset[str]] = field(default_factory=dict)  # node id → option ids
    condition: str | None = None  # a name in flows.conditions
    place: Place | None = field(default=None, compare=False)
    keys: Mapping[str, Place] = field(default_factory=dict, compare=False)

    @property
    def unconditional(self) -> bool:
        """Whether the rule holds for everybody, as the last rule of a node must."""
        return not (self.answer or self.country or self.earlier or self.condition)


@dataclass(frozen=True, slots=True)
class ServiceQuery:
    """Which services of the directory an outcome shows.

    `taxonomy_term` is an article id or topic of the knowledge base; `near` is how close they should
    be: `municipality`, `department` or `country`.
    """

    taxonomy_term: str
    near: str = "municipality"


@dataclass(frozen=True, slots=True)
class Question:
    """A node that waits for an answer; exactly one of `next` then applies."""

    id: str
    text: str
    options: tuple[Option, ...]
    next: tuple[Rule, ...]
    hint: str | None = None
    place: Place | None = field(default=None, compare=False)
    keys: Mapping[str, Place] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A node that ends the flow: what to do now, with articles, services, flows to go on with."""

    id: str
    text: str
    articles: tuple[str, ...] = ()
    services: ServiceQuery | None = None
    flows: tuple[str, ...] = ()
    place: Place | None = field(default=None, compare=False)
    keys: Mapping[str, Place] = field(default_factory=dict, compare=False)


Node = Question | Outcome


@dataclass(frozen=True, slots=True)
class Flow:
    """A whole flow, read and complete; `nodes` keeps the order of the file."""

    id: str
    title: str
    first: str
    nodes: Mapping[str, Node]
    starts_with: tuple[str, ...] = ()
    menu: int | None = None  # its position in the main menu; None when the menu does not show it
    place: Place | None = field(default=None, compare=False)
    keys: Mapping[str, Place] = field(default_factory=dict, compare=False)


def place_of(flow: Flow, part: Flow | Node | Rule | Option, key: str | None = None) -> Place:
    """Where a part of a flow, or one of its keys, stands; line 1 for a flow that has no file."""
    keys = {} if isinstance(part, Option) else part.keys
    found = keys.get(key) if key is not None else None
    return found or part.place or flow.place or Place(flow.id, 1)
