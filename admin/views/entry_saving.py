"""Writing what a form of an entry changes, and saying what became of it."""

from dataclasses import dataclass

from fastapi import Request
from sqlalchemy import Connection

from admin.doors import desk
from admin.views.entry_fields import label_of
from admin.views.flash import Flash, Undo
from admin.views.render import words_of
from flows.marking import N_
from knowledge.directory import proposals
from knowledge.directory.desk_edits import Edits, settle
from knowledge.directory.entries import Entry
from knowledge.directory.revising import Author, VersionConflict
from knowledge.staff.members import StaffError, by_id
from knowledge.staff.rights import Member, Role

SAVED = N_("Guardado: {fields}. Las personas ya lo ven así.")
SAVED_UNSEEN = N_("Guardado: {fields}. Esta oficina todavía no se muestra a las personas.")
NOTHING = N_("Ya estaba así: no había nada que guardar.")
WAITS = N_("Enviado a revisión: {fields}. Una coordinación lo aprueba antes de publicarse.")
AND_SAVED = N_("Lo demás ya está guardado: {fields}.")
OUTSIDE = N_(
    "Este dato vale también para oficinas fuera de su área. Pida el cambio a su coordinación."
)
YOU, THE_PROGRAM, AN_IMPORT = N_("usted"), N_("el programa"), N_("una importación")
WHO = {
    Role.EDITOR: N_("alguien de edición"),
    Role.COORDINATOR: N_("alguien de coordinación"),
    Role.ADMINISTRATOR: N_("alguien de administración"),
}
MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a form: the entry before and after it, what changed, what waits."""

    kind: str
    before: Entry
    after: Entry
    changed: tuple[str, ...]
    waiting: tuple[str, ...] = ()


def author(request: Request, member: Member, why: str = "") -> Author:
    """Return who changes something now."""
    return Author(member.id, desk(request).clock(), why)


def write(
    request: Request, member: Member, kind: str, entry_id: str, edits: Edits, version: int
) -> Written:
    """Carry out what a form changes in one entry, in one transaction.

    Raises `EntryNotFound`, `EditConflict`, `InvalidEntry`, `OutsideArea`.
    """
    for tries_left in reversed(range(MOST_TRIES)):
        try:
            with desk(request).engine.begin() as connection:
                return write_in(connection, request, member, kind, entry_id, edits, version)
        except VersionConflict:  # somebody else in the same instant: look again
            if not tries_left:
                raise
    raise AssertionError("unreachable")


def write_in(
    connection: Connection,
    request: Request,
    member: Member,
    kind: str,
    entry_id: str,
    edits: Edits,
    version: int,
) -> Written:
    """Do as `write`, in a transaction that somebody else ends."""
    settled = settle(connection, kind, entry_id, edits, version)
    before = settled.current
    if not settled.values:
        return Written(kind, before, before, ())
    saved = proposals.save(
        connection, kind, entry_id, settled.as_values(), before.version, member,
        author(request, member),
    )  # fmt: skip
    waiting = saved.proposal.drafts[0].values if saved.proposal else {}
    waits = tuple(name for name in settled.fields if name.partition("@")[0] in waiting)
    live = tuple(name for name in settled.fields if name not in waits)
    return Written(kind, before, saved.entry or before, live, waits)


def flash_of(request: Request, office_id: str, written: Written, status: str) -> Flash:
    """Return what the next page says of it, with the way back if something is live."""
    words = words_of(request)

    def named(fields: tuple[str, ...]) -> str:
        labels = (words.text(label_of(written.kind, field)) for field in fields)
        return ", ".join(dict.fromkeys(label.lower() for label in labels))

    if not written.changed and not written.waiting:
        return Flash(words.text(NOTHING))
    seen = SAVED if status == "active" else SAVED_UNSEEN
    if written.waiting:
        text = words.text(WAITS, fields=named(written.waiting))
        if written.changed:
            text += " " + words.text(AND_SAVED, fields=named(written.changed))
    else:
        text = words.text(seen, fields=named(written.changed))
    return Flash(text, undo_of(office_id, written) if written.changed else None)


def undo_of(office_id: str, written: Written) -> Undo | None:
    """Return the way back to the revision before."""
    if written.before.version == written.after.version or not written.before.version:
        return None
    return Undo(
        f"/admin/entries/{office_id}/undo",
        [
            ("kind", written.kind),
            ("number", str(written.before.version)),
            ("version", str(written.after.version)),
        ],
    )


def who_in_words(request: Request, connection: Connection, who: str, member: Member) -> str:
    """Return who made a change: the reader, or the role of somebody else; never a name."""
    words = words_of(request)
    if who == member.id:
        return words.text(YOU)
    if who.startswith("import"):
        return words.text(AN_IMPORT)
    try:
        return words.text(WHO[by_id(connection, who).member.role])
    except StaffError:
        return words.text(THE_PROGRAM)
