"""Connections that say too little or too much before their request begins are closed.

The server itself sets no limit there: whoever sends one letter of a header now and then would hold
a connection for ever.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_SECONDS = 15.0
MAX_HEADER_BYTES = 32 * 1024
# More requests than this wait elsewhere: a balancer tries another process, Telegram tries again.
MAX_CONNECTIONS = 1000
KEEP_ALIVE_SECONDS = 30


class PatientProtocol(HttpToolsProtocol):
    """HTTP as uvicorn speaks it, patient for fifteen seconds and 32 kB of headers."""

    _hurry: asyncio.TimerHandle | None = None
    _header_bytes = 0

    def connection_made(self, transport: Any) -> None:
        """Wait for the first request."""
        super().connection_made(transport)
        self._wait_for_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what comes before the headers are complete."""
        if self._hurry is not None:
            self._header_bytes += len(data)
        super().data_received(data)
        if self._hurry is not None and self._header_bytes > MAX_HEADER_BYTES:
            self.transport.abort()

    def on_message_begin(self) -> None:
        """Begin another request of the same connection."""
        super().on_message_begin()
        if self._hurry is None:
            self._wait_for_headers()

    def on_headers_complete(self) -> None:
        """Leave the rest to the application, which has limits for bodies."""
        self._stop_waiting()
        super().on_headers_complete()

    def _wait_for_headers(self) -> None:
        self._header_bytes = 0
        self._hurry = self.loop.call_later(HEADER_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        if self._hurry is not None:
            self._hurry.cancel()
            self._hurry = None

    def _give_up(self) -> None:
        self._hurry = None
        if self.transport is not None and not self.transport.is_closing():
            self.transport.abort()
