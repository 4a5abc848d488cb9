"""The work that comes back by itself, done by one process among those that serve."""

from sqlalchemy import Engine

from admin.hook_sending import HookSender
from bot import apart
from bot import chat as chats
from bot.jobs import Job, Jobs, Run, clear_work
from bot.settings import Settings
from knowledge import retention
from knowledge.directory import hooks
from knowledge.figures import expiring, release
from knowledge.questions import keeping
from knowledge.staff import setting_up
from knowledge.store import backup_folder
from knowledge.store.checkpoint import forget_erased_bytes
from knowledge.store.database import reading

HOUR = 3600.0
DAY = 24 * HOUR
HOOKS_EVERY_SECONDS = 10.0
CHECKPOINT_EVERY_SECONDS = 600.0  # how long erased bytes may stay in the file beside the database


def make_jobs(settings: Settings, engine: Engine) -> Jobs:
    """Return every job of the server."""
    vault = settings.vault()
    sender = HookSender()

    def release_figures(run: Run) -> dict[str, int]:
        with reading(run.engine).connect() as connection:
            due = release.periods_due(connection, run.at)
        return {"released": apart.release(settings, run.at) if due else 0}

    def expire_figures(run: Run) -> object:
        with run.transaction() as connection:
            return expiring.expire(connection, run.at)

    def expire_desk(run: Run) -> dict[str, int]:
        with run.transaction() as connection:
            return retention.expire_desk(connection, run.at)

    def expire_questions(run: Run) -> dict[str, int]:
        with run.transaction() as connection:
            return keeping.expire(connection, run.at.date())

    def prune_backups(run: Run) -> dict[str, int]:
        return {"backups": backup_folder.prune(settings.backup_dir, run.at)}

    jobs = [
        Job("expire", HOUR, lambda run: chats.expire(run.engine, run.at)),
        Job("clear", HOUR, clear_work),
        Job("release_figures", HOUR, release_figures),
        Job("expire_figures", DAY, expire_figures),
        Job("expire_staff", HOUR, lambda run: setting_up.expire(run.engine, run.at)),
        Job("expire_desk", HOUR, expire_desk),
        Job("expire_questions", HOUR, expire_questions),
        Job("prune_backups", DAY, prune_backups),
        Job("checkpoint", CHECKPOINT_EVERY_SECONDS, lambda run: forget_erased_bytes(run.engine)),
        Job(
            "hooks",
            HOOKS_EVERY_SECONDS,
            lambda run: hooks.deliver_due(run.engine, run.at, sender.post, vault),
        ),
    ]
    return Jobs(engine, jobs)
