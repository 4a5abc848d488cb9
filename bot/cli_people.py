"""`ventanilla users` and `ventanilla tokens`: let people and programs in from the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from knowledge.staff.rights import Area, Role

users_app = typer.Typer(no_args_is_help=True, help="Who looks after the directory.")
tokens_app = typer.Typer(no_args_is_help=True, help="Tokens with which programs use the API.")

LOCAL = "http://127.0.0.1:8000"
ROLES = ("editor", "coordinator", "administrator")
Email = Annotated[str, typer.Argument(help="The work address of the member")]


@users_app.command("add")
def add(
    email: Email,
    role: Annotated[str, typer.Option(help="editor, coordinator or administrator")],
    area: Annotated[str, typer.Option(help="SV[/DEPARTMENT[/MUNICIPALITY]]; '*' for all")],
) -> None:
    """Invite somebody; prints a one-time link to set a password."""
    from knowledge.staff import links, members

    settings = read_settings()
    with _database(settings) as connection:
        rights = _role(role), _area(area)
        now = datetime.now(UTC)
        found = members.add(connection, email, *rights, now)
        path = links.make(connection, found.id, now)
    _print_link(settings, path)


@users_app.command("list")
def list_() -> None:
    """Print everybody: address, role, area, state."""
    from knowledge.staff import members

    with _database(read_settings()) as connection:
        people = members.all_members(connection)
    for person in people:
        state = "active" if person.has_password else "invited"
        if person.is_disabled:
            state = "disabled"
        second = "second factor" if person.has_second_factor else "no second factor"
        fields = (person.email, person.member.role.value, str(person.member.area), state, second)
        print("\t".join(fields))


@users_app.command("link")
def link(
    email: Email,
    reset_second_factor: Annotated[
        bool, typer.Option("--reset-second-factor", help="Phone and recovery codes are lost")
    ] = False,
) -> None:
    """Print a new one-time link to set a password; older ones open nothing any more."""
    from knowledge.staff import links, members

    settings = read_settings()
    with _database(settings) as connection:
        found = members.by_email(connection, email)
        if found.is_disabled:
            members.enable(connection, found.id)
        if reset_second_factor:
            members.remove_second_factor(connection, found.id)
        path = links.make(connection, found.id, datetime.now(UTC))
    _print_link(settings, path)


@users_app.command("disable")
def disable(email: Email) -> None:
    """Shut somebody out at once; «users link» lets them in again."""
    from knowledge.staff import members

    with _database(read_settings()) as connection:
        members.disable(connection, members.by_email(connection, email).id)
    print(f"{email} cannot come in any more. «ventanilla users link {email}» undoes it.")


@tokens_app.command("add")
def add_token(
    email: Email,
    name: Annotated[str, typer.Option(help="What the token is for")],
    days: Annotated[int, typer.Option(min=1, max=366, help="How long it is good for")] = 90,
) -> None:
    """Print a token with the rights of a member, this once."""
    from knowledge.staff import members, tokens

    with _database(read_settings()) as connection:
        found = members.by_email(connection, email)
        print(tokens.add(connection, found.id, name, datetime.now(UTC), days))


def _role(text: str) -> "Role":
    from flows.yaml_reader import did_you_mean
    from knowledge.staff.rights import Role

    if text not in ROLES:
        hint = did_you_mean(text, ROLES)
        _stop(f'There is no role "{text}".{hint} There are: {", ".join(ROLES)}.')
    return Role(text)


def _area(text: str) -> "Area":
    from knowledge.staff.areas import known_area
    from knowledge.staff.rights import AreaError

    try:
        return known_area(text)
    except AreaError as error:
        _stop(str(error))


@contextmanager
def _database(settings: Settings) -> "Iterator[Connection]":
    """Open the database for one change; what cannot be done is one line."""
    from sqlalchemy.exc import DBAPIError

    from bot.store import open_store
    from knowledge.staff.members import StaffError
    from knowledge.store.database import explain

    engine = open_store(settings)
    try:
        with engine.begin() as connection:
            yield connection
    except StaffError as error:
        _stop(str(error))
    except DBAPIError as error:
        _stop(explain(error, settings.url))
    finally:
        engine.dispose()


def _print_link(settings: Settings, path: str) -> None:
    print(f"{settings.public_url or LOCAL}{path}")


def _stop(line: str) -> NoReturn:
    print(line, file=sys.stderr)
    raise typer.Exit(1)
