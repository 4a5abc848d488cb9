"""The parts of some services at locations – phones, hours, papers, … – read with one statement.

They are in nine tables. Asking each of them takes longer than the few rows are worth, so all nine
answer together: each row has the name of its table, its owner and its place in the owner's list,
and then texts and numbers in the order of that table's columns.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    Row,
    Select,
    Text,
    and_,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from knowledge.directory.records import Phone
from knowledge.directory.rows import PHONE, part_columns, part_from
from knowledge.store import directory_tables as tables
from knowledge.store.entry_tables import texts
from knowledge.store.listed import Listed, Lists
from knowledge.store.tables import metadata

_LINKS = ("service_at_location_id", "service_id", "location_id")  # the nearest to a person first
_OWNERS: Mapping[str, tuple[str, ...]] = {
    "phones": _LINKS,
    "schedules": _LINKS,
    "languages": _LINKS[1:],
    "addresses": _LINKS[2:],
    "accessibility": _LINKS[2:],
    "required_documents": _LINKS[1:2],
    "service_areas": _LINKS[:2],
}
# A field of the summary → the field of an entry that other languages translate.
_TEXTS = {
    ("service", "name"): "name",
    ("service", "description"): "description",
    ("service", "eligibility_description"): "who",
    ("service", "fees_description"): "cost",
    ("service", "alert"): "alert",
    ("service_at_location", "hours_note"): "hours_note",
}


class Parts:
    """The parts of the services at locations in some rows (`at_id`, `id`, `location_id`)."""

    def __init__(self, connection: Connection, rows: Sequence[Row[Any]]) -> None:
        self._found: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        self.texts: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
        if not rows:
            return
        asked = {
            "service_at_location_id": [row.at_id for row in rows],
            "service_id": list({row.id for row in rows}),
            "location_id": list({row.location_id for row in rows}),
        }
        for row in sorted(_PARTS.execute(connection, asked).all(), key=itemgetter(2)):
            name, owner, _, *values = tuple(row)
            if name == "texts":
                self._translate(owner, *values[: len(_TEXT_COLUMNS)])
            elif name == "phones":
                self._add_phone(owner, [values[place] for place in _PLACES[name]])
            else:
                self._found[name][owner].append(_part(name, values))

    def _translate(self, owner: str, entity: str, field: str, language: str, text: str) -> None:
        if (entity, field) in _TEXTS:
            self.texts[owner][language][_TEXTS[entity, field]] = text

    def _add_phone(self, owner: str, values: Sequence[Any]) -> None:
        """Add a phone; one with remarks in several languages has a row for each, in a run."""
        *columns, language, note = values
        phones, notes = self._found["phones"][owner], {language: note} if language else {}
        phone: Phone = part_from("phones", columns)
        if phones and phones[-1].id == phone.id:
            notes |= phones.pop().notes
        phones.append(replace(phone, notes=notes) if notes else phone)

    def of(self, name: str, row: Row[Any]) -> list[Any]:
        """Return the parts of a pair, then of its service, then of its location."""
        found = self._found[name]
        return [
            part for owner in (row.at_id, row.id, row.location_id) for part in found.get(owner, ())
        ]

    def nearest(self, name: str, row: Row[Any]) -> list[Any]:
        """Return the most particular parts: of the pair, else the service, else the location."""
        found = self._found[name]
        owners = (row.at_id, row.id, row.location_id)
        return next((found[owner] for owner in owners if owner in found), [])


def _part(name: str, values: Sequence[Any]) -> Any:
    if name == "terms":
        return values[0]
    return part_from(name, [values[place] for place in _PLACES[name]])


_TEXT_COLUMNS = [texts.c[name] for name in ("link_entity", "field", "language", "text")]
_COLUMNS: dict[str, list[Column[Any]]] = {
    name: [metadata.tables[name].c[column] for column in part_columns(name)] for name in _OWNERS
} | {"terms": [tables.taxonomy_terms.c.code], "texts": _TEXT_COLUMNS}
_COLUMNS["phones"] += [texts.c.language, texts.c.text]  # a remark in another language


def _is_number(column: Column[Any]) -> bool:
    return isinstance(column.type, Integer)


_NUMBERS = max(sum(map(_is_number, columns)) for columns in _COLUMNS.values())
_WORDS = max(len(columns) - sum(map(_is_number, columns)) for columns in _COLUMNS.values())


def _places(columns: Sequence[Column[Any]]) -> list[int]:
    """Return where each column is among the values of a row: the texts first, then the numbers."""
    words, numbers = iter(range(_WORDS)), iter(range(_WORDS, _WORDS + _NUMBERS))
    return [next(numbers if _is_number(column) else words) for column in columns]


_PLACES = {name: _places(columns) for name, columns in _COLUMNS.items()}


def _select(name: str, owner: Any, position: Any) -> Select[Any]:
    """Select rows of one table in the shape that all of them have."""
    at = dict(zip(_PLACES[name], _COLUMNS[name], strict=True))
    values = [
        at.get(place, cast(null(), Text if place < _WORDS else Integer)).label(f"value_{place}")
        for place in range(_WORDS + _NUMBERS)
    ]
    named = literal_column(f"'{name}'", Text).label("name")
    return select(named, owner.label("owner"), position.label("position"), *values)


def _select_parts(name: str, lists: Lists) -> Select[Any]:
    table = metadata.tables[name]
    links = [table.c[link] for link in _OWNERS[name]]
    owner = func.coalesce(*links) if len(links) > 1 else links[0]
    found = _select(name, owner, table.c.position).where(
        or_(*(link.in_(lists(link.name)) for link in links))
    )
    if name != "phones":
        return found
    is_remark = and_(texts.c.link_entity == PHONE, texts.c.link_id == table.c.id)
    return found.select_from(table.outerjoin(texts, is_remark))


def _select_all(lists: Lists) -> Any:
    what, terms = tables.attributes, tables.taxonomy_terms
    return union_all(
        *(_select_parts(name, lists) for name in _OWNERS),
        _select("terms", what.c.service_id, what.c.rank)
        .join_from(what, terms, terms.c.id == what.c.taxonomy_term_id)
        .where(what.c.service_id.in_(lists("service_id"))),
        *(
            _select("texts", texts.c.link_id, literal_column("0", Integer)).where(
                texts.c.link_entity == link.removesuffix("_id"), texts.c.link_id.in_(lists(link))
            )
            for link in _LINKS[:2]
        ),
    )


_PARTS = Listed(_select_all)
