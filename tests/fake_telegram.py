"""A small Bot API server on this machine, for tests and benchmarks.

It behaves as Telegram does where it matters to us: updates stay until they are confirmed, a webhook
is called again until it answers 2xx, for one chat only one call at a time and in all no more at
once than the bot asked for, a second poller is a conflict. It records all that it is told, and
makes trouble on request.

As a script it serves until its input ends: `python tests/fake_telegram.py [--port N]`.
"""

import argparse
import asyncio
import functools
import itertools
import json
import sys
import time
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web
from fake_telegram_people import BOT, FakePeople, Sent, private_chat
from fake_telegram_wire import error_answer, json_answer, read_parameters

TOKEN = "123456:not-a-real-token"
PROFILE_PARTS = {
    "Commands": "commands",
    "Name": "name",
    "Description": "description",
    "ShortDescription": "short_description",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What to answer instead of doing as asked; `accepted` does it nevertheless."""

    status: int = 0  # 0: break the connection
    description: str = "Bad Gateway"
    retry_after: float | None = None
    accepted: bool = False
    delay: float = 0.0


BAD_GATEWAY = Trouble(502)
RESET = Trouble()
RESET_AFTER_ACCEPTING = Trouble(accepted=True)


def slow_down(seconds: float) -> Trouble:
    return Trouble(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


class FakeTelegram(FakePeople):
    """The server; make it inside an event loop and use it from there."""

    def __init__(self, token: str = TOKEN) -> None:
        super().__init__()
        self.token = token
        self.url = ""
        self.calls: Counter[str] = Counter()
        self.taps_answered: list[str] = []
        self.profile: dict[tuple[str, str], Any] = {}
        self.unknown: set[int] = set()
        self.on_sent: Callable[[Sent], None] | None = None
        self._troubles: dict[tuple[str, int | None], deque[Trouble]] = defaultdict(deque)
        self._poll: asyncio.Future[None] | None = None
        self._changed = asyncio.Event()
        self._runner: web.ServerRunner | None = None

    async def start(self, port: int = 0) -> "FakeTelegram":
        self._runner = web.ServerRunner(
            web.Server(self._serve, access_log=None), shutdown_timeout=0.1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self

    async def stop(self) -> None:
        self._stop_pushing()
        if self._poll is not None and not self._poll.done():
            self._poll.cancel()
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> "FakeTelegram":
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # What it is asked to do wrong, and what it saw.

    def trouble(self, method: str, *troubles: Trouble, chat: int | None = None) -> None:
        """Answer the next calls of a method (to one chat) like this."""
        self._troubles[method, chat].extend(troubles)

    def no_more_trouble(self) -> None:
        self._troubles.clear()

    async def replies(self, chat: int, count: int, seconds: float = 30) -> list[Sent]:
        """Wait until a chat has this many messages."""
        await self.until(lambda: len(self.sent_to(chat)) >= count, seconds)
        return self.sent_to(chat)

    async def until(self, condition: Callable[[], bool], seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            left = deadline - time.monotonic()
            assert left > 0, f"waited {seconds} s; calls {dict(self.calls)}"
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), min(left, 0.05))
            except TimeoutError:
                continue

    # The server.

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        prefix, _, method = request.path.lstrip("/").partition("/")
        if not prefix.startswith("bot") or ":" not in prefix:
            return error_answer(404, "Not Found")
        if prefix != f"bot{self.token}":
            return error_answer(401, "Unauthorized")
        self.calls[method] += 1
        self._changed.set()
        handler: Callable[[dict[str, Any]], Awaitable[Any] | Any] | None
        if method[:5] in ("setMy", "getMy") and method[5:] in PROFILE_PARTS:
            handler = functools.partial(self._do_profile, method)
        else:
            handler = getattr(self, f"_do_{method}", None)
        if handler is None:
            return error_answer(404, "Not Found: method not found")
        parameters = await read_parameters(request)
        trouble = self._next_trouble(method, parameters.get("chat_id"))
        if trouble is not None:
            return await self._make_trouble(trouble, handler, parameters, request)
        try:
            result = handler(parameters)
            if isinstance(result, Awaitable):
                result = await result
        except _Refusal as refusal:
            return error_answer(refusal.status, refusal.description)
        return json_answer({"ok": True, "result": result})

    def do_as_answered(self, call: dict[str, Any]) -> None:
        """Make the call that stands in the answer of a webhook; nobody hears what comes of it."""
        method = call.pop("method")
        assert method == "answerCallbackQuery", method
        self.calls[method] += 1
        self._do_answerCallbackQuery(call)

    async def _make_trouble(
        self,
        trouble: Trouble,
        handler: Callable[[dict[str, Any]], Any],
        parameters: dict[str, Any],
        request: web.BaseRequest,
    ) -> web.StreamResponse:
        await asyncio.sleep(trouble.delay)
        if trouble.accepted:
            handler(parameters)
        if trouble.status:
            return error_answer(trouble.status, trouble.description, trouble.retry_after)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _next_trouble(self, method: str, chat: Any) -> Trouble | None:
        for key in ((method, chat), (method, None)):
            if self._troubles.get(key):
                return self._troubles[key].popleft()
        return None

    def _do_getMe(self, _: dict[str, Any]) -> Any:  # noqa: N802 - Telegram's names
        return BOT

    async def _do_getUpdates(self, parameters: dict[str, Any]) -> Any:  # noqa: N802
        if self.webhook:
            raise _Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        poll = self._poll = asyncio.get_running_loop().create_future()
        offset = parameters.get("offset") or 0
        while self._pending and self._pending[0]["update_id"] < offset:
            self._pending.popleft()
        deadline = time.monotonic() + float(parameters.get("timeout") or 0)
        while not self._pending and (left := deadline - time.monotonic()) > 0:
            self._arrived.clear()
            waiting = asyncio.ensure_future(self._arrived.wait())
            await asyncio.wait({waiting, poll}, timeout=left, return_when="FIRST_COMPLETED")
            waiting.cancel()
            if poll.done():
                raise _Refusal(409, "Conflict: terminated by other getUpdates request")
        poll.cancel()
        return list(itertools.islice(self._pending, int(parameters.get("limit") or 100)))

    def _do_sendMessage(self, parameters: dict[str, Any]) -> Any:  # noqa: N802
        chat, text = int(parameters["chat_id"]), parameters.get("text") or ""
        if chat in self.blocked:
            raise _Refusal(403, "Forbidden: bot was blocked by the user")
        if chat in self.unknown:
            raise _Refusal(400, "Bad Request: chat not found")
        if not text.strip():
            raise _Refusal(400, "Bad Request: message text is empty")
        if len(text) > 4096:
            raise _Refusal(400, "Bad Request: message is too long")
        rows = (parameters.get("reply_markup") or {}).get("inline_keyboard") or []
        buttons = [(b["callback_data"], b["text"]) for row in rows for b in row]
        if any(not 1 <= len(id_.encode()) <= 64 for id_, _ in buttons):
            raise _Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
        sent = Sent(
            chat,
            text,
            tuple(buttons),
            tuple(len(row) for row in rows),
            next(self._message_ids),
            time.monotonic(),
            parameters,
        )
        self.sent.append(sent)
        if self.on_sent is not None:
            self.on_sent(sent)
        return {
            "message_id": sent.message_id,
            "date": int(time.time()),
            "chat": private_chat(chat),
            "from": BOT,
            "text": text,
        }

    def _do_answerCallbackQuery(self, parameters: dict[str, Any]) -> bool:  # noqa: N802
        self.taps_answered.append(parameters["callback_query_id"])
        return True

    def _do_setWebhook(self, parameters: dict[str, Any]) -> bool:  # noqa: N802
        self._stop_pushing()
        self._set_webhook(parameters)
        waiting = list(self._pending)
        self._pending.clear()
        for update in waiting:
            self._queue(update)
        self._push_all()
        return True

    def _do_deleteWebhook(self, _: dict[str, Any]) -> bool:  # noqa: N802
        self._stop_pushing()
        self.webhook = {}
        undelivered = [update for line in self._lines.values() for update in line]
        self._lines.clear()
        self._pending.extend(sorted(undelivered, key=lambda update: int(update["update_id"])))
        self._arrived.set()
        return True

    def _do_getWebhookInfo(self, _: dict[str, Any]) -> Any:  # noqa: N802
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": self.undelivered,
        }

    def _do_profile(self, method: str, parameters: dict[str, Any]) -> Any:
        part = PROFILE_PARTS[method[5:]]
        key = part, parameters.get("language_code") or ""
        if method.startswith("set"):
            self.profile[key] = parameters.get(part)
            return True
        if part == "commands":
            return self.profile.get(key, [])
        return {part: self.profile.get(key, "")}


class _Refusal(Exception):  # noqa: N818
    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.description = description


async def main() -> None:
    parser = argparse.ArgumentParser(description="A fake Bot API server")
    parser.add_argument("--port", type=int, default=0)
    fake = await FakeTelegram().start(parser.parse_args().port)
    print(fake.url, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await fake.stop()
    print(json.dumps(fake.calls))


if __name__ == "__main__":
    asyncio.run(main())
