"""«Sigue igual» from a list: one entry or many, told at once, with the way to take it back."""

import base64
import json
import zlib

from fastapi import Request

from admin.doors import desk
from admin.views.flash import Flash, Undo
from admin.views.render import words_of
from flows.marking import N_
from knowledge.directory.assuring_lists import Assured
from knowledge.staff.rights import Member
from knowledge.store.sealing import SealError

UNDO_ADDRESS = "/admin/entries/assure/undo"
MOST_BYTES = 20_000


ASSURED_ONE = N_("Gracias. Quedó verificado con la fecha de hoy: {name}.")
ASSURED_MANY = N_("Gracias. Quedaron verificados con la fecha de hoy: {n}.")
LEFT_OUT = N_("No se cambiaron, porque no son de su área: {n}.")
NOTHING_TICKED = N_("Marque primero los servicios que siguen igual.")
WAS_DONE = N_("Ya estaban verificados hoy.")
TAKEN_BACK = N_("Deshecho. Quedó como antes.")
NOT_TAKEN_BACK = N_("Alguien los cambió después, así que no se deshicieron: {n}.")
CANNOT_TAKE_BACK = N_("Ya no se puede deshacer desde aquí. Abra el servicio y mire su historial.")


def flash_of(request: Request, member: Member, done: Assured, names: list[str], back: str) -> Flash:
    """Return what to say after an assurance of the services with these names."""
    words = words_of(request)
    said = []
    if len(done.services) == 1 and len(names) == 1:
        said.append(words.text(ASSURED_ONE, name=names[0]))
    elif done.services:
        said.append(words.text(ASSURED_MANY, n=len(done.services)))
    if done.left_out:
        said.append(words.text(LEFT_OUT, n=done.left_out))
    if not said:
        said.append(words.text(WAS_DONE if names else NOTHING_TICKED))
    fields = [("undo", sealed(request, member, done)), ("back", back)]
    undo = Undo(UNDO_ADDRESS, fields) if done.services or done.reports else None
    return Flash(" ".join(said), undo, "done" if done.services or names else "trouble")


def sealed(request: Request, member: Member, done: Assured) -> str:
    """Return an assurance as a form carries it: only the same member can send it back."""
    values = json.dumps([done.services, done.reports]).encode()
    packed = desk(request).vault.seal(zlib.compress(values, 9), _bound_to(member))
    return base64.urlsafe_b64encode(packed).decode()


def unsealed(request: Request, member: Member, text: str) -> Assured | None:
    """Return the assurance that a form carries; None for one that is not this member's."""
    try:
        packed = desk(request).vault.unseal(base64.urlsafe_b64decode(text), _bound_to(member))
        services, reports = json.loads(zlib.decompressobj().decompress(packed, MOST_BYTES))
    except (SealError, ValueError, zlib.error):
        return None
    return Assured(
        tuple((service_id, version) for service_id, version in services),
        tuple(tuple(report) for report in reports),
    )


def _bound_to(member: Member) -> bytes:
    return f"assured by {member.id}".encode()
