"""What a start says about the staff's desk, and what a demonstration needs."""

import ipaddress
from collections.abc import Iterator
from dataclasses import replace

from admin.desk import Desk
from bot.settings import Settings, SettingsError
from knowledge.staff import demo, setting_up


def as_demo(settings: Settings, host: str) -> Settings:
    """Return settings for a demonstration; raises `SettingsError` off this machine.

    Everybody knows its passwords, and nobody outside should take it for the real one.
    """
    if host != "localhost" and not _is_loopback(host):
        raise SettingsError(
            f"A demonstration cannot be served on {host}: anybody knows its passwords. "
            "Leave --host away, or serve without --demo."
        )
    return replace(settings, demo=True, telegram_token=None, public_url=None)


def about_staff(desk: Desk, local: str) -> Iterator[str]:
    """Yield the lines that say where staff come in, and how the first of them does."""
    base = desk.public_url or local
    yield f"Staff: {base}/admin/"
    now = desk.clock()
    if desk.demo:
        with desk.engine.begin() as connection:
            people = demo.prepare(connection, now)
        yield "Demonstration, in a database of its own. Sign in with one of these:"
        for person in people:
            yield f"  {person.email}  {person.password}  ({person.role.value}, {person.area})"
        return
    path = setting_up.first_link(desk.engine, now)
    if path is None:
        yield "More people: ventanilla users add EMAIL --role editor --area SV"
    else:
        yield "Nobody can sign in yet. Make the first administrator, within 24 hours:"
        yield f"  {base}{path}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
