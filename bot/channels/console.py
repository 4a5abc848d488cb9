"""A conversation in the terminal: reads a line, prints the replies, keeps nothing."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.chat import Chat
from bot.messages import Message, OutgoingMessage, Session

Show = Callable[[OutgoingMessage], None]


class Conversation:
    """One visit held in memory; the database is only read, for the offices."""

    def __init__(self, chat: Chat, language: str | None, country: str | None) -> None:
        self._chat = chat
        self._hints = Message(language=language, country=country)
        self._session: Session | None = None

    def say(self, message: Message) -> tuple[OutgoingMessage, ...]:
        """Hand one message over and return the replies."""
        message = replace(message, language=self._hints.language, country=self._hints.country)
        turn, replies = self._chat.turn_in_memory(self._session, message)
        self._session = None if turn.ending is not None else turn.session
        return replies


def hold(conversation: Conversation, lines: Iterable[str], show: Show) -> None:
    """Begin with the first screen, then answer line after line until the input ends."""
    _show_all(conversation.say(Message(text="inicio")), show)
    for line in lines:
        _show_all(conversation.say(Message(text=line.rstrip("\n"))), show)


def _show_all(messages: Iterable[OutgoingMessage], show: Show) -> None:
    for message in messages:
        show(message)


def plain(message: OutgoingMessage) -> str:
    """Return a message as plain text, its options numbered so that they can be typed."""
    lines = [message.text]
    lines += [f"  {n}. {option.label}" for n, option in enumerate(message.options, 1)]
    return "\n".join(lines) + "\n"


def printer() -> Show:
    """Return how to show a message here: in colours at a terminal, plain when piped."""
    if not sys.stdout.isatty():
        return lambda message: print(plain(message), flush=True)
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False, soft_wrap=False)

    def show(message: OutgoingMessage) -> None:
        console.print(escape(message.text), style="bold red" if message.urgent else None)
        for number, option in enumerate(message.options, 1):
            console.print(f"  [cyan]{number}.[/cyan] {escape(option.label)}")
        console.print()

    return show
