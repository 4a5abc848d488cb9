"""The two pieces of long work on a spreadsheet: finding out what it would do, and writing it.

Judging a large file takes a while and is done without holding anybody up; only what has been judged
is then written, in one transaction, if the directory is still the one it was judged by.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Engine

from knowledge.directory import csv_files, import_drafts, refused_imports
from knowledge.directory.import_drafts import (
    DONE,
    FAILED,
    READY,
    Draft,
    DraftNotFound,
    Outcome,
    WorkTakenOver,
)
from knowledge.directory.import_preview import outcome_of
from knowledge.directory.importing import ImportFileError, Plan
from knowledge.directory.remembering import NAME as DIRECTORY
from knowledge.directory.revising import Author
from knowledge.directory.sheet import REMARKS
from knowledge.directory.staff_import import plan_for, write_plan
from knowledge.staff.rights import Member
from knowledge.store.database import reading, without_limits
from knowledge.store.sealing import Vault
from knowledge.store.versions import mark

MOST_TRIES = 5
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Worker:
    """Does the work on one member's drafts; `clock` gives the present instant in UTC."""

    engine: Engine
    vault: Vault
    clock: Callable[[], datetime]
    member: Member

    def read(self, draft: Draft) -> None:
        """Find out what a draft would do; it is `reading`, and then `ready` or `failed`."""
        self._do(draft, lambda: self._read(draft))

    def write(self, draft: Draft) -> None:
        """Write what is good in a draft as it was last looked at; `writing`, then `done`.

        If the directory changed so that something else would come of it, nothing is written, and it
        is `ready` again to be looked at.
        """
        self._do(draft, lambda: self._write(draft))

    def _do(self, draft: Draft, work: Callable[[], None]) -> None:
        try:
            work()
        except (WorkTakenOver, DraftNotFound):
            return
        except ImportFileError as error:
            self._end(draft, FAILED, Outcome(draft.outcome.name, trouble=str(error)))
        except Exception as error:  # noqa: BLE001 - nobody waits for this thread: it must be said
            # Without its text, which could quote the file.
            _log.error("import not done: %s", type(error).__name__)
            self._end(draft, FAILED, Outcome(draft.outcome.name))

    def _end(self, draft: Draft, state: str, outcome: Outcome) -> None:
        try:
            with self.engine.begin() as connection:
                self._note_end(connection, draft, state, outcome)
        except WorkTakenOver:
            return

    def _note_end(self, connection: Connection, draft: Draft, state: str, outcome: Outcome) -> None:
        now = self.clock()
        import_drafts.end(connection, self.vault, draft, state, outcome, now)
        refused_imports.note_outcome(
            connection, self.member.id, draft.id, outcome, now, applied=state == DONE
        )

    def _read(self, draft: Draft) -> None:
        _, outcome, _ = self._judged(draft)
        self._end(draft, READY, outcome)

    def _write(self, draft: Draft) -> None:
        for _ in range(MOST_TRIES):
            plan, outcome, judged_by = self._judged(draft)
            if outcome.print != draft.outcome.print:
                self._end(draft, READY, replace(outcome, moved=True))
                return
            with self.engine.begin() as connection:
                without_limits(connection)
                if mark(connection, DIRECTORY) != judged_by:
                    continue  # somebody changed something meanwhile: judge again
                author = Author(self.member.id, self.clock(), "import")
                brought = write_plan(connection, plan, self.member, author, keep_good=True)
                done = replace(outcome, waiting=len(brought.proposals))
                self._note_end(connection, draft, DONE, done)
                return
        self._end(draft, READY, replace(outcome, moved=True))

    def _judged(self, draft: Draft) -> tuple[Plan, Outcome, str]:
        """Return what a draft would do, and the mark of the directory that this was judged by."""
        name = draft.outcome.name
        with reading(self.engine).connect() as connection:
            without_limits(connection)
            raw = import_drafts.content_of(connection, self.vault, draft.id)
            judged_by = mark(connection, DIRECTORY)
            plan = plan_for(connection, raw, name, self.member)
            return plan, outcome_of(connection, plan, name), judged_by


def refused_csv(raw: bytes, outcome: Outcome, in_words: Callable[[str], str], column: str) -> bytes:
    """Return the refused rows as they were brought, with why in a column of its own.

    `column` is one of `sheet.REMARKS`, so that the file can be brought back once it is mended.
    """
    header, rows = csv_files.read_rows(raw, outcome.name)
    reasons: dict[int, list[str]] = {}
    for refusal in outcome.refused:
        reasons.setdefault(refusal.line, []).append(in_words(refusal.reason))
    kept = []
    for row in rows:
        found = reasons.get(int(row.place.rpartition(":")[2]))
        if found:
            kept.append({**row.cells, column: " ".join(found)})
    columns = [column, *(name for name in header if name not in REMARKS)]
    return csv_files.write_rows(columns, kept)
