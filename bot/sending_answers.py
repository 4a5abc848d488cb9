"""What a channel may answer when a message is given to it, for the sender to act on."""

from collections.abc import Awaitable, Callable

from bot.messages import OutgoingMessage

Deliver = Callable[[str, OutgoingMessage], Awaitable[None]]


class Later(Exception):  # noqa: N818 - an answer, not an error
    """The channel asks to wait before the next message to this chat, or to `everyone`."""

    def __init__(self, seconds: float, *, everyone: bool = False) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds
        self.everyone = everyone


class Unreachable(Exception):  # noqa: N818
    """Nothing can reach this chat any more: it blocked us, or it is gone."""


class Refused(Exception):  # noqa: N818
    """The channel will never accept this message."""
