"""A conversation in the terminal: reads a line, prints the replies, keeps nothing."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.compose import Composer, FindServices
from bot.content import Content
from bot.conversation import take_turn
from bot.messages import Kind, Message, OutgoingMessage, Session
from bot.shown_offices import look_up

Show = Callable[[OutgoingMessage], None]


class Conversation:
    """One visit held in memory; `find` looks offices up when they are to be shown."""

    def __init__(
        self, content: Content, find: FindServices, language: str | None, country: str | None
    ) -> None:
        self._content = content
        self._composer = Composer(content)
        self._find = find
        self._start = Session(language=language or "es", country=country)
        self._session = self._start

    def say(self, message: Message) -> tuple[OutgoingMessage, ...]:
        """Hand one message over and return the replies."""
        turn = take_turn(self._session, message, self._content)
        turn, found = look_up(turn, self._find, reports=False)  # nobody keeps count here
        self._session = self._start if turn.ending is not None else turn.session
        return self._composer.compose(turn, found)

    def skip_greeting(self) -> None:
        """Go on as with somebody who has read the first screen."""
        self._session = replace(self._session, greeted=True)


def hold(conversation: Conversation, lines: Iterable[str], show: Show) -> None:
    """Begin with the first screen, then answer line after line until the input ends."""
    _show_all(conversation.say(Message(kind=Kind.OPTION, option="w:start")), show)
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
