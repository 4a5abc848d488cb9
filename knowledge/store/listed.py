"""Statements about the rows of some ids, made once for every length that such a list can have.

SQLAlchemy can put a list of any length into a statement, but then writes a part of the statement
anew each time, which takes longer than SQLite needs to answer. Here a list is filled up to the next
power of two with its last value again, which finds nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, CursorResult, bindparam
from sqlalchemy.sql.base import Executable

AT_ONCE = 64  # values of the longest list that is worth asking about with one statement

# Gives what stands for the list of a name, for `column.in_(…)`.
Lists = Callable[[str], list[BindParameter[Any]]]


class Listed:
    """A statement with lists in it, which `make` writes for one length of all of them."""

    def __init__(self, make: Callable[[Lists], Executable]) -> None:
        self._make = make
        self._made: dict[int, Executable] = {}

    def execute(
        self, connection: Connection, lists: Mapping[str, Sequence[Any]], **others: Any
    ) -> CursorResult[*tuple[Any, ...]]:
        """Run the statement with these lists by name, and with its other parameters."""
        size = _size(max(map(len, lists.values())))
        if size not in self._made:
            self._made[size] = self._make(
                lambda name: [bindparam(f"{name}_{number}") for number in range(size)]
            )
        values = {
            f"{name}_{number}": value
            for name, given in lists.items()
            for number, value in enumerate(_filled(given, size))
        }
        return connection.execute(self._made[size], values | others)


def _size(length: int) -> int:
    return 1 << max(length - 1, 0).bit_length()


def _filled(values: Sequence[Any], size: int) -> list[Any]:
    last = values[-1] if values else None  # equal to nothing in a database
    return [*values, *[last] * (size - len(values))]
