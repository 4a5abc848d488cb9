"""What people do in Telegram, and how it is handed on: the incoming half of the fake server."""

import asyncio
import itertools
import json
import time
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

import aiohttp

BOT = {"id": 123456, "is_bot": True, "first_name": "Ventanilla", "username": "ventanilla_test_bot"}
WEBHOOK_RETRY_SECONDS = 0.05
WEBHOOK_CONNECTIONS = 40  # at once, unless the bot asks for another number
FIRST_UPDATE = 700_000_000


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the bot sent and the server accepted."""

    chat: int
    text: str
    buttons: tuple[tuple[str, str], ...]  # id and label, in order
    rows: tuple[int, ...]  # how many buttons a row has
    message_id: int
    at: float
    parameters: dict[str, Any] = field(compare=False, repr=False)


class FakePeople:
    """People who write to the bot; updates wait for a poller or are pushed to the webhook."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.webhook: dict[str, Any] = {}
        self._free_hands = asyncio.Semaphore(WEBHOOK_CONNECTIONS)
        self.webhook_statuses: Counter[int] = Counter()
        self.blocked: set[int] = set()
        self.deliver_twice = False
        self.history: list[dict[str, Any]] = []
        self._pending: deque[dict[str, Any]] = deque()
        self._arrived = asyncio.Event()
        self._ids = itertools.count(FIRST_UPDATE)
        self._message_ids = itertools.count(1)
        self._lines: dict[int, deque[dict[str, Any]]] = defaultdict(deque)
        self._pushing: dict[int, asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None

    def sent_to(self, chat: int) -> list[Sent]:
        return [sent for sent in self.sent if sent.chat == chat]

    def updates_of(self, chat: int) -> list[dict[str, Any]]:
        return [update for update in self.history if _chat_of(update) == chat]

    @property
    def undelivered(self) -> int:
        return len(self._pending) + sum(map(len, self._lines.values()))

    # What people do.

    def text(self, chat: int, text: str, language: str = "es") -> int:
        return self.message(chat, {"text": text}, language)

    def message(self, chat: int, content: dict[str, Any], language: str = "es") -> int:
        return self.update({"message": self._message(chat, content, language)})

    def edit(self, chat: int, content: dict[str, Any]) -> int:
        return self.update({"edited_message": self._message(chat, content, "es")})

    def tap(self, chat: int, option: str, language: str = "es") -> int:
        """Tap a button by its id or label; an unknown one is one of an old message."""
        labels = {label: id_ for sent in self.sent_to(chat) for id_, label in sent.buttons}
        shown = [sent for sent in self.sent_to(chat) if sent.buttons]
        message = self._message(chat, {"text": shown[-1].text if shown else "…"}, language)
        message["from"] = BOT
        query = {
            "id": f"tap{len(self.history)}",
            "from": person(chat, language),
            "message": message,
            "chat_instance": "1",
            "data": labels.get(option, option),
        }
        return self.update({"callback_query": query})

    def membership(self, chat: int, status: str) -> int:
        member = {"user": BOT, "status": status, "until_date": 0}
        return self.update(
            {
                "my_chat_member": {
                    "chat": private_chat(chat),
                    "from": person(chat),
                    "date": int(time.time()),
                    "old_chat_member": {"user": BOT, "status": "member"},
                    "new_chat_member": member,
                }
            }
        )

    def kick(self, chat: int) -> int:
        self.blocked.add(chat)
        return self.membership(chat, "kicked")

    def update(self, content: dict[str, Any]) -> int:
        """Queue any update and return its id."""
        update = {"update_id": next(self._ids), **content}
        self.history.append(update)
        self._queue(update)
        return int(update["update_id"])

    def redeliver(self) -> None:
        """Deliver everything that ever came again."""
        for update in self.history:
            self._queue(update)

    def _message(self, chat: int, content: dict[str, Any], language: str) -> dict[str, Any]:
        return {
            "message_id": next(self._message_ids),
            "date": int(time.time()),
            "chat": private_chat(chat),
            "from": person(chat, language),
            **content,
        }

    # Delivery of updates.

    def _queue(self, update: dict[str, Any]) -> None:
        if not self.webhook:
            self._pending.append(update)
            self._arrived.set()
            return
        chat = _chat_of(update)
        self._lines[chat].append(update)
        if self.deliver_twice:
            self._lines[chat].append(update)
        self._push_line(chat)

    def _push_all(self) -> None:
        for chat in list(self._lines):
            self._push_line(chat)

    def _push_line(self, chat: int) -> None:
        line = self._lines[chat]
        if line and chat not in self._pushing:
            self._pushing[chat] = asyncio.create_task(self._push(chat, line))

    async def _push(self, chat: int, line: deque[dict[str, Any]]) -> None:
        while line:
            tries = 0
            while not await self._call_webhook(line[0]):
                tries += 1
                await asyncio.sleep(min(1.0, WEBHOOK_RETRY_SECONDS * 2**tries))
            line.popleft()
        self._pushing.pop(chat, None)

    async def _call_webhook(self, update: dict[str, Any]) -> bool:
        assert self._session is not None
        headers = {"Content-Type": "application/json"}
        if self.webhook.get("secret_token"):
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.webhook["secret_token"]
        try:
            async with (
                self._free_hands,
                self._session.post(
                    self.webhook["url"], data=json.dumps(update), headers=headers
                ) as response,
            ):
                self.webhook_statuses[response.status] += 1
                answer = await response.read()
                if response.status == 200 and answer:
                    self.do_as_answered(json.loads(answer))
                return 200 <= response.status < 300
        except (aiohttp.ClientError, OSError):
            self.webhook_statuses[0] += 1
            return False

    def do_as_answered(self, call: dict[str, Any]) -> None:
        """Make the call that a webhook's answer holds; the server beside these people does it."""
        raise NotImplementedError

    def _set_webhook(self, webhook: dict[str, Any]) -> None:
        self.webhook = webhook
        connections = webhook.get("max_connections", WEBHOOK_CONNECTIONS)
        self._free_hands = asyncio.Semaphore(int(connections))

    def _stop_pushing(self) -> None:
        for task in self._pushing.values():
            task.cancel()
        self._pushing.clear()


def person(chat: int, language: str = "es") -> dict[str, Any]:
    return {
        "id": chat,
        "is_bot": False,
        "first_name": "Nombre Secreto",
        "username": "usuario_secreto",
        "language_code": language,
    }


def private_chat(chat: int) -> dict[str, Any]:
    return {"id": chat, "type": "private", "first_name": "Nombre Secreto"}


def _chat_of(update: dict[str, Any]) -> int:
    for content in update.values():
        if isinstance(content, dict):
            chat = content.get("chat") or (content.get("message") or {}).get("chat") or {}
            return int(chat.get("id", 0))
    return 0
