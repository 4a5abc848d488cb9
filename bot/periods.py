"""The periods that the code keeps to, by their name in `knowledge/retention.yaml`."""

from collections.abc import Mapping
from datetime import timedelta

from bot import chat, outbox, poison, sessions
from knowledge.directory import answered, hooks, refused_imports, reports
from knowledge.figures import expiring
from knowledge.questions import keeping
from knowledge.retention import shipped_retention
from knowledge.staff import attempts, links
from knowledge.store import backup_folder, erasures


def periods_in_force() -> Mapping[str, timedelta]:
    """Return name → how long the code keeps it."""
    return {
        "visit": timedelta(days=sessions.KEEP_DAYS),
        "replies": timedelta(hours=outbox.KEEP_HOURS),
        "handled_updates": timedelta(hours=chat.KEEP_UPDATES_HOURS),
        "failed_turns": timedelta(hours=poison.KEEP_HOURS),
        "report_marks": timedelta(days=reports.KEEP_MARKS_DAYS),
        "counts": timedelta(days=expiring.KEEP_DAYS),
        "question_wordings": timedelta(days=keeping.KEEP_WORDINGS_DAYS),
        "questions": timedelta(days=keeping.KEEP_IGNORED_DAYS),
        "staff_visits": links.LASTS,
        "staff_attempts": attempts.KEPT,
        "staff_networks": attempts.KNOWN_KEPT,
        "answered_requests": answered.KEEP,
        "refused_imports": refused_imports.KEEP,
        "hook_deliveries": hooks.GIVE_UP_AFTER,
        "erasure_marks": timedelta(days=erasures.KEEP_DAYS),
        "backups": timedelta(days=backup_folder.KEEP_DAYS),
        # The desk's own rows go by the table itself (`knowledge.retention.expire_desk`).
        "import_drafts": shipped_retention()["import_drafts"].keep or timedelta(),
    }
