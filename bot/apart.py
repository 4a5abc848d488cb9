"""Work that takes much memory once, done in a process that ends with it.

Python keeps what it once needed: a first start that reads a thousand YAML sentences and migrates
the database would leave a server 25 MB larger for ever, a release of figures 40 MB, and describing
the API 14 MB. Settings go by the standard input, since they hold the secret; what came of it comes
back as JSON.
"""

import json
import pickle
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path

from bot import content_cache, cores
from bot.settings import Settings

ROOT = Path(__file__).resolve().parent.parent


class ApartError(Exception):
    """The other process failed; why is in the log, which it shares."""


def prepare(settings: Settings) -> None:
    """Read the content and prepare the database apart, where a start finds neither as it should.

    What is wrong with them is not told here: whoever opens them next meets it again.
    """
    directory = settings.content_dir or ROOT
    if content_cache.is_missing(directory) or _lacks_database(settings):
        _run("prepare", settings, quiet=True)


def release(settings: Settings, at: datetime) -> int:
    """Release apart the figures of every period that is over; return how many periods.

    Raises `ApartError`, after the other process has logged the reason.
    """
    done = _run("release", settings, at.isoformat())
    if done.returncode:
        raise ApartError("release")
    return int(json.loads(done.stdout))


class Description:
    """What OpenAPI says of the whole service: made apart when first asked for, then kept."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._making = threading.Lock()
        self._made: bytes | None = None

    def __call__(self) -> bytes:
        """Return it as JSON; raises `ApartError`, after the other process has logged the reason."""
        with self._making:
            if self._made is None:
                done = _run("describe", self._settings)
                if done.returncode:
                    raise ApartError("describe")
                self._made = done.stdout
            return self._made


def _lacks_database(settings: Settings) -> bool:
    from bot import store
    from knowledge.store import schema

    try:
        engine = store.connect(settings)
        try:
            return not schema.is_current(engine)
        finally:
            engine.dispose()
    except Exception:  # noqa: BLE001 - opening the store tells what is wrong with it
        return False


def _run(
    what: str, settings: Settings, *arguments: str, quiet: bool = False
) -> subprocess.CompletedProcess[bytes]:
    cores.use_all()
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot.apart", what, *arguments],
        input=pickle.dumps(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if quiet else None,
        check=False,
    )


def main() -> None:
    """Do what is asked of another process."""
    settings: Settings = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    if sys.argv[1] == "prepare":
        from bot.content import load_content
        from bot.store import open_store

        load_content(settings.content_dir or ROOT)
        open_store(settings)
        return
    if sys.argv[1] == "describe":
        from bot.app import described

        sys.stdout.buffer.write(described(settings))
        return

    from bot.logs import set_up_logs
    from bot.store import connect
    from knowledge.figures import release as releasing
    from knowledge.figures.catalog import content_catalog

    set_up_logs()
    catalog = content_catalog(settings.content_dir or ROOT)
    at = datetime.fromisoformat(sys.argv[2])
    engine = connect(settings)
    done = releasing.release_due(engine, at, catalog, settings.noise_epsilon)
    sys.stdout.write(json.dumps(len(done)))


if __name__ == "__main__":
    main()
