"""Who may do what, and where: the only place that says so.

A member of staff has a role and an area. The table gives each role its actions; an action that is
not in it is denied. The area must hold the entry, and is asked of the database in the query
itself (`inside`), so that an entry outside one's area is as if it were not there.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Table, and_, false, true


class Role(StrEnum):
    """What a member of staff is there for."""

    EDITOR = "editor"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class Action(StrEnum):
    """What can be done at the desk."""

    READ_ENTRIES = "read entries"
    EDIT_ENTRIES = "edit entries"  # sensitive fields wait as a proposal
    ASSURE_ENTRIES = "assure entries"
    IMPORT_ENTRIES = "import entries"
    EXPORT_ENTRIES = "export entries"
    PUBLISH = "publish"  # one's own sensitive changes at once, and other people's proposals
    MERGE_ENTRIES = "merge entries"
    READ_FIGURES = "read figures"
    WORK_QUESTIONS = "work questions"
    MANAGE_PEOPLE = "manage people"
    MANAGE_OWN_TOKENS = "manage own tokens"
    MANAGE_SETTINGS = "manage settings"  # jobs, hooks to other systems, which fields wait


_EDITOR = frozenset(
    {
        Action.READ_ENTRIES,
        Action.EDIT_ENTRIES,
        Action.ASSURE_ENTRIES,
        Action.IMPORT_ENTRIES,
        Action.EXPORT_ENTRIES,
        Action.MANAGE_OWN_TOKENS,
    }
)
_COORDINATOR = _EDITOR | {
    Action.PUBLISH,
    Action.MERGE_ENTRIES,
    Action.READ_FIGURES,
    Action.WORK_QUESTIONS,
}
PERMISSIONS: dict[Role, frozenset[Action]] = {
    Role.EDITOR: _EDITOR,
    Role.COORDINATOR: _COORDINATOR,
    Role.ADMINISTRATOR: frozenset(Action),
}


class AreaError(ValueError):
    """An area that cannot be read; the text says how one is written."""


@dataclass(frozen=True, slots=True)
class Area:
    """Everything, a country, a department of it or a municipality: names in Spanish."""

    country: str | None = None
    department: str | None = None
    municipality: str | None = None

    def __str__(self) -> str:
        parts = (self.country, self.department, self.municipality)
        return "/".join(part for part in parts if part) or "*"

    def holds(self, other: "Area") -> bool:
        """Whether `other` lies within this area, or is this area."""
        pairs = (
            (self.country, other.country),
            (self.department, other.department),
            (self.municipality, other.municipality),
        )
        return all(mine is None or mine == theirs for mine, theirs in pairs)


EVERYWHERE = Area()


def read_area(text: str) -> Area:
    """Read `SV`, `SV/La Paz`, `SV/La Paz/Zacatecoluca` or `*`; raises `AreaError`.

    Whether such a place exists is not asked here.
    """
    if text.strip() == "*":
        return EVERYWHERE
    parts = [part.strip() for part in text.split("/")]
    if not 1 <= len(parts) <= 3 or not all(parts):
        raise AreaError("An area is SV, SV/La Paz or SV/La Paz/Zacatecoluca; * means everywhere.")
    country, *rest = parts
    if country.upper() not in ("SV", "GT", "HN", "MX"):
        raise AreaError("An area begins with SV, GT, HN or MX; * means everywhere.")
    return Area(country.upper(), *rest)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff who has shown who they are; `id` is what revisions name."""

    id: str
    role: Role
    area: Area
    language: str = "es"


def may(member: Member | None, action: Action, area: Area | None = None) -> bool:
    """Whether a member may do this, somewhere (`area` None) or in this area; nobody may nothing."""
    if member is None or action not in PERMISSIONS.get(member.role, frozenset()):
        return False
    return area is None or member.area.holds(area)


def inside(area: Area, table: Table) -> ColumnElement[bool]:
    """Return the condition that a row of `table` lies in an area.

    The table has the columns `country`, `department` and `municipality`; one that has only
    `country` is inside no smaller area.
    """
    conditions: list[ColumnElement[bool]] = [true()]
    for name, wanted in (
        ("country", area.country),
        ("department", area.department),
        ("municipality", area.municipality),
    ):
        if wanted is not None:
            conditions.append(table.c[name] == wanted if name in table.c else false())
    return and_(*conditions)
