"""The real service on a free port, for the tests of the web chat."""

import contextlib
import functools
import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from bot.app import make_app
from bot.settings import Settings
from bot.store import open_store

SECRET = "a secret for tests, longer than thirty-two characters"
START_SECONDS = 60.0
DATABASE = "ventanilla.sqlite3"


@dataclass(frozen=True)
class Service:
    """A running service: where it answers and where its database is."""

    url: str
    database: Path

    def rows(self, table: str = "sessions") -> int:
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def until_rows(self, wanted: int, seconds: float = 30.0) -> None:
        end = time.monotonic() + seconds
        while self.rows() != wanted and time.monotonic() < end:
            time.sleep(0.02)
        assert self.rows() == wanted

    @contextlib.contextmanager
    def without_database(self) -> Iterator[None]:
        """Take the sessions table away for a while: what a broken database looks like."""
        self._run("ALTER TABLE sessions RENAME TO away")
        try:
            yield
        finally:
            self._run("ALTER TABLE away RENAME TO sessions")

    def _run(self, statement: str) -> None:
        with contextlib.closing(sqlite3.connect(self.database, timeout=60)) as connection:
            connection.execute(statement)
            connection.commit()


@contextlib.contextmanager
def serving(folder: Path, public_url: str | None = None) -> Iterator[Service]:
    """Serve with a database of its own in `folder`, with the shipped content or another one."""
    content = os.environ.get("VENTANILLA_CONTENT_DIR")
    (folder / DATABASE).write_bytes(_prepared())
    settings = Settings(
        data_dir=folder,
        secret_key=SECRET,
        public_url=public_url,
        content_dir=Path(content) if content else None,
    )
    config = uvicorn.Config(
        make_app(settings), host="127.0.0.1", port=0, log_level="warning", access_log=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + START_SECONDS
    while not server.started and time.monotonic() < end:
        time.sleep(0.02)
    assert server.started, "the service did not start"
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Service(f"http://127.0.0.1:{port}", folder / DATABASE)
    finally:
        server.should_exit = True
        thread.join(timeout=START_SECONDS)


@functools.cache
def _prepared() -> bytes:
    """A database with the shipped directory, which takes a second or two to fill."""
    with tempfile.TemporaryDirectory() as folder:
        open_store(Settings(data_dir=Path(folder), secret_key=SECRET)).dispose()
        return (Path(folder) / DATABASE).read_bytes()
