"""Asks a server of this machine for pages as fast as it answers, with little work of its own."""

import asyncio
import time
from collections.abc import Sequence
from urllib.parse import urlsplit


def requests_a_second(
    base: str, paths: Sequence[str], *, seconds: float, at_once: int = 8
) -> float:
    """Return how many of the paths are answered in a second; raises where one is not a 200."""
    return asyncio.run(_measure(base, paths, seconds, at_once))


async def _measure(base: str, paths: Sequence[str], seconds: float, at_once: int) -> float:
    at = urlsplit(base)
    asked = [f"GET {path} HTTP/1.1\r\nHost: {at.netloc}\r\n\r\n".encode() for path in paths]
    begun = time.monotonic()
    done = await asyncio.gather(
        *(_keep_asking(at.port or 80, asked[n::at_once], begun + seconds) for n in range(at_once))
    )
    return sum(done) / (time.monotonic() - begun)


async def _keep_asking(port: int, asked: Sequence[bytes], until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    done = 0
    while time.monotonic() < until:
        writer.write(asked[done % len(asked)])
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode(errors="replace"))
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
        done += 1
    writer.close()
    await writer.wait_closed()
    return done
