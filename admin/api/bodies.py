"""The JSON of entries: bodies as they come in, derived from the records, and entries going out.

Names are HSDS's. Three differ from the records inside: a phone's remark is `description`, in other
languages `descriptions`, and `byday` is one text ("MO,TU").
"""

from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from typing import Annotated, Any, Literal, get_args, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from knowledge.directory import entries
from knowledge.directory.editing import KEPT
from knowledge.directory.entries import Entry
from knowledge.directory.records import Phone, Schedule
from knowledge.directory.rows import KINDS, kind_of

_STRICT = ConfigDict(extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)
# As wide as the tables; a longer text is refused with its field and not by the database.
_Tag = Annotated[str, Field(max_length=16)]
_Texts = dict[_Tag, dict[str, str]]
_NARROW: dict[str, Any] = {
    "code": _Tag,
    "extent_type": Annotated[str, Field(max_length=8)],
    "slug": Annotated[str, Field(max_length=120)],
    "minimum_age": Annotated[int, Field(ge=0, le=150)] | None,
    "maximum_age": Annotated[int, Field(ge=0, le=150)] | None,
    "amount": Annotated[float, Field(ge=0, le=1e9)] | None,
    "latitude": Annotated[float, Field(ge=-90, le=90)] | None,
    "longitude": Annotated[float, Field(ge=-180, le=180)] | None,
    "interval": Annotated[int, Field(ge=1, le=100)] | None,
    "extension": Annotated[int, Field(ge=0, le=999_999)] | None,
    "texts": _Texts,
}
# What the directory works out by itself; it may come back in a body and changes nothing.
_WORKED_OUT = frozenset(("e164", "country"))
_OF_PHONES = {"note": "description", "notes": "descriptions"}


class PhoneBody(BaseModel):
    """A number as it is dialled in its country; `e164` and `country` are worked out from it.

    `descriptions` holds the remark in other languages: `{"en": "from Mexico"}`.
    """

    model_config = _STRICT
    number: str
    description: str = ""
    descriptions: dict[_Tag, str] = {}
    type: _Tag = "voice"
    extension: Annotated[int, Field(ge=0, le=999_999)] | None = None
    e164: str | None = None
    country: str | None = None
    id: str = ""


def _body_of_part(cls: type[Any]) -> type[BaseModel]:
    """Return the model of a part of an entry."""
    if cls is Phone:
        return PhoneBody
    made: dict[str, Any] = {}
    for field, kind in _types(cls):
        default = field.default if field.default is not MISSING else MISSING
        if cls is Schedule and field.name == "byday":
            kind, default = Annotated[str, BeforeValidator(_joined_days)], ""
        elif field.name == "country":
            kind = Literal["SV", "GT", "HN", "MX", ""]
        elif isinstance(default, tuple):
            default = []
        made[field.name] = (kind, ... if default is MISSING else default)
    doc = (cls.__doc__ or "").split("\n")[0]
    return create_model(f"{cls.__name__}Body", __config__=_STRICT, __doc__=doc, **made)


def _joined_days(value: Any) -> Any:
    is_list = isinstance(value, list) and all(isinstance(day, str) for day in value)
    return ",".join(value) if is_list else value


def _types(cls: type[Any]) -> list[tuple[Any, Any]]:
    """Return the fields of a record with their types as JSON has them."""
    hints = get_type_hints(cls)
    found = []
    for field in fields(cls):
        kind = hints[field.name]
        parts = [arg for arg in get_args(kind) if hasattr(arg, "__dataclass_fields__")]
        if parts:
            kind = list[_part(parts[0])]  # type: ignore[misc]  # the class is known only here
        elif kind == tuple[str, ...]:
            kind = list[str]
        found.append((field, _NARROW.get(field.name, kind)))
    return found


_PARTS: dict[type[Any], type[BaseModel]] = {}


def _part(cls: type[Any]) -> type[BaseModel]:
    if cls not in _PARTS:
        _PARTS[cls] = _body_of_part(cls)
    return _PARTS[cls]


def _body(name: str, cls: type[Any], *, partial: bool, kept: bool = False) -> type[BaseModel]:
    made: dict[str, Any] = {}
    for field, kind in _types(cls):
        if field.name in KEPT and not kept:
            continue
        needed = field.default is MISSING and field.default_factory is MISSING
        made[field.name] = (kind, ... if (needed and not partial) or kept else _unset())
    return create_model(name, __config__=_STRICT, **made)


def _unset() -> Any:
    # What is not sent is not changed, so the schema tells no default.
    return Field(default_factory=lambda: None)


NEW = {
    "organization": _body("NewOrganization", entries.Organization, partial=False),
    "service": _body("NewService", entries.ServiceEntry, partial=False),
    "location": _body("NewLocation", entries.Location, partial=False),
    "service_at_location": _body("NewServiceAtLocation", entries.ServiceAtLocation, partial=False),
}
CHANGES = {
    name: _body(f"{kind.cls.__name__.removesuffix('Entry')}Change", kind.cls, partial=True)
    for name, kind in KINDS.items()
}
ENTRIES = {
    name: _body(kind.cls.__name__.removesuffix("Entry"), kind.cls, partial=False, kept=True)
    for name, kind in KINDS.items()
}

SCHEDULE = _part(Schedule)


def values_of(body: BaseModel) -> dict[str, Any]:
    """Return what a body says, with the names of the records; what it leaves out is not in it."""
    sent = body.model_dump(include=body.model_fields_set)
    values: dict[str, Any] = _inward(sent)
    return values


def entry_json(entry: Entry) -> dict[str, Any]:
    """Return an entry as the API gives it."""
    values = asdict(entry)
    first = {"id": values.pop("id"), "version": values.pop("version")}
    told: dict[str, Any] = _outward({"kind": kind_of(entry).name} | first | values)
    del told["kind"]
    return told


def value_json(field: str, value: Any) -> Any:
    """Return one field of a record as the API gives it, for a history."""
    return _outward({field: value})[field]


def _outward(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _told(name, value) for name, value in values.items()}


def _told(name: str, value: Any) -> Any:
    if not isinstance(value, list | tuple):
        return value
    if name == "phones":
        return [_renamed(phone, _OF_PHONES) for phone in value]
    if name == "schedules":
        return [row | {"byday": ",".join(row["byday"])} for row in value]
    if name == "contacts":
        return [_outward(contact) for contact in value]
    return list(value)


def _inward(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _taken(name, value) for name, value in values.items()}


def _taken(name: str, value: Any) -> Any:
    if name == "phones":
        names = {told: name for name, told in _OF_PHONES.items()}
        return [_renamed(phone, names, _WORKED_OUT) for phone in value]
    if name == "schedules":
        days = [[day for day in row["byday"].split(",") if day] for row in value]
        return [row | {"byday": found} for row, found in zip(value, days, strict=True)]
    if name == "contacts":
        return [_inward(contact) for contact in value]
    return value


def _renamed(
    values: Mapping[str, Any], names: Mapping[str, str], without: frozenset[str] = frozenset()
) -> dict[str, Any]:
    kept = {name: value for name, value in values.items() if name not in without}
    return {names.get(name, name): value for name, value in kept.items()}
