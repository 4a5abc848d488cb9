"""Statements that every turn runs, straight through SQLite's driver.

2026-11-22. SQLAlchemy compiles a statement once and then spends 40 to 60 µs of each execution on
what surrounds it, several times what SQLite needs to find or write a row. A turn runs eight of
them. So the few that every turn runs are compiled here, once, and handed to the driver; on
PostgreSQL, where the way to the server takes longer than that, they go the usual way. What we gave
up: types that need translating (dates, say) are not for these statements.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection, Executable, delete
from sqlalchemy.dialects.sqlite.pysqlite import dialect as sqlite_dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler

Row = Mapping[str, Any]

AT_ONCE = 500  # numbers in a statement; every SQLite takes 999

_COUNTED = {"preserve_rowcount": True}  # else PostgreSQL does not say how many were inserted
_DIALECT = sqlite_dialect(paramstyle="qmark")


def first(connection: Connection, statement: Executable, row: Row) -> Sequence[Any] | None:
    """Return the first row that a statement gives, or None; the columns are in its order."""
    if not _goes_straight(connection):
        return connection.execute(statement, row).first()
    found: Sequence[Any] | None = _run(connection, statement, row).fetchone()
    return found


def changed(connection: Connection, statement: Executable, row: Row) -> int:
    """Return how many rows a statement inserted, changed or deleted."""
    if not _goes_straight(connection):
        return connection.execute(statement, row, execution_options=_COUNTED).rowcount
    return _run(connection, statement, row).rowcount


def for_all(connection: Connection, sql: str, row: str, numbers: Sequence[int]) -> None:
    """Insert a row for each number, or name them all, in SQLite's own words; SQLite only.

    `{rows}` in `sql` becomes as many `row` as there are numbers, each with a `?`: one statement,
    since the driver lets other threads run at every step of one, and then waits for its turn.
    """
    try:
        _driver(connection).execute(_repeated(sql, row, len(numbers)), numbers)
    except sqlite3.Error as error:
        raise _as_usual(error) from error


def delete_all(connection: Connection, column: Column[int], numbers: Sequence[int]) -> None:
    """Delete the rows whose `column` has one of some numbers."""
    sql = f"DELETE FROM {column.table.name} WHERE {column.name} IN ({{rows}})"  # noqa: S608 - names
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        if _goes_straight(connection):
            for_all(connection, sql, "?", some)
        else:
            connection.execute(delete(column.table).where(column.in_(some)))


def plain(connection: Connection, sql: str) -> None:
    """Run a statement in SQLite's own words; SQLite only."""
    try:
        _driver(connection).execute(sql)
    except sqlite3.Error as error:
        raise _as_usual(error) from error


def locked() -> Exception:
    """Return the error of a database that somebody else has been writing to for too long."""
    return _as_usual(sqlite3.OperationalError("database is locked"))


def _goes_straight(connection: Connection) -> bool:
    # Where nothing has begun yet, the usual way begins a transaction with the statement.
    return connection.dialect.name == "sqlite" and connection.in_transaction()


def _run(connection: Connection, statement: Executable, row: Row) -> sqlite3.Cursor:
    sql, names = _compiled(statement, tuple(row))
    try:
        return _driver(connection).execute(sql, [row[name] for name in names])
    except sqlite3.Error as error:
        raise _as_usual(error) from error


def _driver(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - what the name of the dialect says
    return driver


def _as_usual(error: sqlite3.Error) -> Exception:
    """Return the error that SQLAlchemy would have raised, without any value of the statement."""
    return DBAPIError.instance(
        None, None, error, sqlite3.Error, hide_parameters=True, dialect=_DIALECT
    )


@lru_cache(maxsize=256)
def _repeated(sql: str, row: str, times: int) -> str:
    return sql.replace("{rows}", ", ".join([row] * times))


@lru_cache(maxsize=256)
def _compiled(statement: ClauseElement, columns: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    compiled = statement.compile(dialect=_DIALECT, column_keys=list(columns))
    assert isinstance(compiled, SQLCompiler)  # noqa: S101 - what a statement compiles to
    return compiled.string, tuple(compiled.positiontup or ())
