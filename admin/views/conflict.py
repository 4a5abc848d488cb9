"""Two people at once: both versions side by side, and the second one still in the form."""

from fastapi import Request, Response

from admin.doors import desk
from admin.views.entry_fields import Section, label_of
from admin.views.entry_form import FormState
from admin.views.entry_page import office_parts
from admin.views.entry_saving import who_in_words
from admin.views.entry_words import value_in_words
from admin.views.render import is_swap, render, words_of
from knowledge.directory.desk_edits import EditConflict
from knowledge.directory.desk_entry import Office, read_office
from knowledge.staff.rights import Member
from knowledge.store.database import reading


def show_conflict(
    request: Request,
    member: Member,
    office: Office,
    section: Section,
    state: FormState,
    conflict: EditConflict,
) -> Response:
    """Return the page that shows both; its form carries the version now seen."""
    words = words_of(request)
    state.version = conflict.current.version
    with reading(desk(request).engine).connect() as connection:
        office = read_office(connection, office.id, member)
        who = ""
        if conflict.revision is not None:
            who = who_in_words(request, connection, conflict.revision.who, member)
        parts = office_parts(request, connection, office, member, {section.id: state})
    fields = [
        {
            "label": label_of(section.kind, change.field),
            "language": change.field.partition("@")[2],
            "theirs": value_in_words(change.field, change.before, words),
            "mine": value_in_words(change.field, change.after, words),
        }
        for change in conflict.fields
    ]
    block = next(one for one in parts["sections"] if one["section"].id == section.id)
    return render(
        request,
        "conflict.html",
        200 if is_swap(request) else 409,
        **parts,
        fields=fields,
        block=block,
        who=who,
        is_mine=conflict.revision is not None and conflict.revision.who == member.id,
        when=conflict.revision.at if conflict.revision else "",
    )
