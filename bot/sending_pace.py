"""How fast a channel may be sent to, and when it is better left alone for a while.

Telegram takes about 30 messages a second from a bot and one a second to a chat, and lets a short
burst to a chat pass; beyond that it refuses everything for a time.
"""

from collections.abc import Callable
from dataclasses import dataclass

# In any second there are at most `burst` + `per_second`: 30 to all, and a long answer to one chat.
ALL_PER_SECOND = 27.0
ALL_BURST = 3.0
CHAT_PER_SECOND = 1.0
CHAT_BURST = 5.0
REMEMBERED_CHATS = 20_000

# So many chats that fail in a row, without one success, mean that the channel itself is away.
CROWD = 5
FIRST_PAUSE_SECONDS = 0.5
LAST_PAUSE_SECONDS = 15.0


@dataclass(slots=True)
class _Bucket:
    """So many at once, then so many a second; full again after a rest."""

    per_second: float
    burst: float
    empty_until: float = 0.0  # the moment at which it would be full, were nothing more taken

    def seconds(self, now: float, share: int = 1) -> float:
        """Return how long to wait for the next one."""
        each = share / self.per_second
        return max(0.0, self.empty_until - now - (self.burst - 1) * each)

    def take(self, now: float, share: int = 1) -> None:
        self.empty_until = max(self.empty_until, now) + share / self.per_second


class Pace:
    """The limits of one channel, or none; `share` is how many processes send through it."""

    def __init__(self, *, limited: bool = True) -> None:
        self.share = 1
        self._limited = limited
        self._all = _Bucket(ALL_PER_SECOND, ALL_BURST)
        self._chats: dict[bytes, _Bucket] = {}

    def seconds(self, now: float) -> float:
        """Return how long to wait before the next message to anybody."""
        return self._all.seconds(now, self.share)

    def seconds_for(self, chat: bytes, now: float) -> float:
        """Return how long this chat must wait for its next message."""
        bucket = self._chats.get(chat)
        return bucket.seconds(now) if bucket else 0.0

    def note(self, chat: bytes, now: float) -> None:
        """Count one message, sent or tried."""
        if not self._limited:
            return
        self._all.take(now, self.share)
        bucket = self._chats.get(chat)
        if bucket is None:
            if len(self._chats) >= REMEMBERED_CHATS:
                self._chats = {c: b for c, b in self._chats.items() if b.empty_until > now}
            bucket = self._chats[chat] = _Bucket(CHAT_PER_SECOND, CHAT_BURST)
        bucket.take(now)


class Outage:
    """Whether the channel is away: then one message at a time tries whether it is back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._chats: set[bytes] = set()
        self._pauses = 0
        self._until = 0.0

    @property
    def on(self) -> bool:
        """Whether the channel is away, as far as is known."""
        return len(self._chats) >= CROWD

    def seconds(self) -> float:
        """Return how long to leave the channel alone."""
        return max(0.0, self._until - self._clock()) if self.on else 0.0

    def failed(self, chat: bytes) -> bool:
        """Note trouble with a chat; return whether that begins an outage."""
        before = self.on
        self._chats.add(chat)
        now = self._clock()
        # What was in flight when the pause began says nothing new.
        if self.on and now >= self._until:
            self._until = now + min(FIRST_PAUSE_SECONDS * 2**self._pauses, LAST_PAUSE_SECONDS)
            self._pauses = min(self._pauses + 1, 10)
        return self.on and not before

    def worked(self) -> bool:
        """Note that a message went through; return whether that ends an outage."""
        ended = self.on
        if self._chats:
            self._chats.clear()
            self._pauses = 0
        return ended
