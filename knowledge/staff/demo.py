"""Three members of a demonstration: their passwords are public, their database is its own."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from knowledge.staff import members, passwords
from knowledge.staff.members import StaffError
from knowledge.staff.rights import EVERYWHERE, Area, Role


@dataclass(frozen=True, slots=True)
class DemoMember:
    """Somebody to try the desk as."""

    email: str
    password: str
    role: Role
    area: Area


DEMO = (
    DemoMember("editora@example.org", "mesa-de-prueba-1", Role.EDITOR, Area("SV", "La Paz")),
    DemoMember("coordinadora@example.org", "mesa-de-prueba-2", Role.COORDINATOR, Area("SV")),
    DemoMember("administradora@example.org", "mesa-de-prueba-3", Role.ADMINISTRATOR, EVERYWHERE),
)


def prepare(connection: Connection, now: datetime) -> tuple[DemoMember, ...]:
    """Make the three members, or give them their passwords, roles and areas back."""
    for demo in DEMO:
        try:
            found = members.by_email(connection, demo.email)
        except StaffError:
            found = members.add(connection, demo.email, demo.role, demo.area, now)
        members.enable(connection, found.id)
        members.set_password(connection, found.id, passwords.hash_password(demo.password))
        members.remove_second_factor(connection, found.id)
        if (found.member.role, found.member.area) != (demo.role, demo.area):
            members.change_rights(connection, found.id, demo.role, demo.area)
    return DEMO
