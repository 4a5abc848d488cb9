"""How much may come in: a token bucket for each chat and for each client address.

Nothing of it is stored: chats are known by their pseudonym, addresses by a hash with a key that
this process alone has and forgets when it ends.

2026-11-22. Buckets live in memory, and each of n processes lets 1/n through
(`VENTANILLA_PROCESSES`). A shared table would cost a write for every message to guard against the
few that are too many. What we gave up: where the balancer keeps a chat on one process, that chat's
limit is n times lower than the table says, so n should be counted honestly.

2026-11-22. Addresses get far more than chats: whole towns share one address at a mobile operator,
and so does everybody on the Wi-Fi of a reception centre.
"""

import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address

from bot import danger
from bot.content import Content
from bot.messages import Kind, Message

REMEMBERED = 100_000  # buckets of one kind, 20 MB at most over all kinds
KEY_BYTES = 8
IPV6_HOME_BITS = 64  # one connection has as many addresses as it likes below this


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then `per_second`."""

    burst: float
    per_second: float


RATES: Mapping[str, Rate] = {
    "chat": Rate(40, 1.0),  # messages of one conversation
    "messages": Rate(600, 10.0),  # messages from one address
    "urgent": Rate(40, 1.0),  # turns in danger beyond the two above; then help without a turn
    "reading": Rate(1200, 40.0),  # first screens, directory feed and staff API, by address
    "desk": Rate(120, 4.0),  # what an office's address sends to the staff pages
    "told": Rate(1, 1 / 60),  # the sentence that asks a chat to slow down
}
# Leaving and erasing are rights, and cost next to nothing.
ALWAYS_HEARD = frozenset({"w:exit", "w:delete"})


class Ruling(Enum):
    """What becomes of a message: a turn, fixed help without a turn, or a kind refusal."""

    TURN = "turn"
    HELP = "help"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Decision:
    """A ruling, how long to wait after a refusal, and whether this chat is to be told."""

    ruling: Ruling = Ruling.TURN
    seconds: int = 0
    tell: bool = True


TAKE = Decision()


class Limits:
    """The buckets of one process; used from one event loop. Without `rates` nothing is limited."""

    def __init__(
        self,
        rates: Mapping[str, Rate] = RATES,
        *,
        processes: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(16)
        self._buckets = {
            kind: _Buckets(max(1.0, rate.burst / processes), rate.per_second / processes)
            for kind, rate in rates.items()
        }

    @classmethod
    def off(cls) -> "Limits":
        """Return limits that let everything through."""
        return cls({})

    def wait(self, kind: str, key: bytes) -> float:
        """Count one event of a kind; return 0.0, or after how many seconds to come back."""
        buckets = self._buckets.get(kind)
        return buckets.wait(key, self._clock()) if buckets is not None else 0.0

    def refund(self, kind: str, key: bytes) -> None:
        """Take back one counted event: it was not handled and will come again."""
        buckets = self._buckets.get(kind)
        if buckets is not None:
            buckets.refund(key)

    def address_key(self, address: str | None) -> bytes:
        """Return what stands for a client's address until this process ends."""
        return blake2b(
            _network(address or "").encode(), key=self._key, digest_size=KEY_BYTES
        ).digest()

    def judge(
        self, message: Message, content: Content, chat: bytes, address: str | None = None
    ) -> Decision:
        """Decide what becomes of a message of a chat (its pseudonym), from an address if known.

        Danger is read only when a bucket is empty, and is never refused.
        """
        if not self._buckets:
            return TAKE
        keys = {"chat": chat}
        if address is not None:
            keys["messages"] = self.address_key(address)
        # What one chat sends too much of does not count for those who share its address.
        seconds = next((wait for kind, key in keys.items() if (wait := self.wait(kind, key))), 0.0)
        if not seconds or message.kind is Kind.GONE or message.option in ALWAYS_HEARD:
            return TAKE
        if is_urgent(message, content):
            # Addresses too, or a flood of new conversations would get a turn each.
            again = max([self.wait("urgent", key) for key in keys.values()])
            return Decision(Ruling.HELP) if again else TAKE
        return Decision(Ruling.REFUSE, math.ceil(seconds), not self.wait("told", chat))


def is_urgent(message: Message, content: Content) -> bool:
    """Whether a message must be answered however many came before it."""
    if (message.option or "").startswith("d:"):  # «sí, estoy en peligro»
        return True
    if not message.text:
        return False
    reading = danger.examine(message.text, content.danger)
    return reading.category is not None or reading.concern


class _Buckets:
    """Buckets of one kind, each a single number: when it will be full again."""

    def __init__(self, burst: float, per_second: float) -> None:
        self._each = 1 / per_second
        self._deep = burst / per_second
        self._full_at: OrderedDict[bytes, float] = OrderedDict()

    def wait(self, key: bytes, now: float) -> float:
        full_at = max(self._full_at.get(key, now), now) + self._each
        late = full_at - now - self._deep
        if late > 1e-9:
            return late
        self._full_at[key] = full_at
        self._full_at.move_to_end(key)
        # The oldest are full again, or nearly; a full bucket and none are the same.
        while len(self._full_at) > REMEMBERED or next(iter(self._full_at.values())) < now:
            self._full_at.popitem(last=False)
        return 0.0

    def refund(self, key: bytes) -> None:
        if key in self._full_at:
            self._full_at[key] -= self._each


def _network(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return f"{int(found) >> (128 - IPV6_HOME_BITS):x}::/{IPV6_HOME_BITS}"
