"""Brings a catalog up to date with the Spanish sentences of today.

A translation is never thrown away: it stays with its sentence, waits as fuzzy beside the sentence
that replaced it, or goes to the obsolete entries at the end of the file.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from babel.messages.catalog import Catalog, Message
from rapidfuzz import fuzz, process

from locales.po_files import is_translated
from locales.sources import Sentence

# From this likeness on (0 to 100), a new sentence is taken for a changed old one.
ALIKE = 80


@dataclass(frozen=True, slots=True)
class Merged:
    """A catalog as it should be now, and what changed on the way."""

    messages: tuple[Message, ...]
    obsolete: tuple[Message, ...]
    new: int  # sentences without any translation that were not there before
    changed: int  # sentences that took over the translation of an old one, as fuzzy
    retired: int  # translations that went out of use

    @property
    def fuzzy(self) -> int:
        """How many translations wait for review."""
        return sum(message.fuzzy for message in self.messages)

    @property
    def untranslated(self) -> int:
        """How many sentences have no translation at all."""
        return sum(not is_translated(message) for message in self.messages)


def merge(before: Catalog | None, sentences: Sequence[Sentence]) -> Merged:
    """Give the catalog for these sentences, in their order.

    `before` is the catalog of the last time; it is not changed.
    """
    active = {_key(message): message for message in before or () if message.id}
    retired_before = dict(_by_key(before.obsolete.values())) if before else {}
    today = {sentence.text for sentence in sentences}
    unused = [message for key, message in active.items() if key not in today]
    unknown = [
        sentence
        for sentence in sentences
        if sentence.text not in active and sentence.text not in retired_before
    ]
    replaced = _pair_changed(unknown, [each for each in unused if is_translated(each)])

    messages = []
    for sentence in sentences:
        known = active.get(sentence.text) or retired_before.get(sentence.text)
        if known is not None:
            messages.append(_carry_on(known, sentence))
        elif sentence.text in replaced:
            messages.append(_carry_over(replaced[sentence.text], sentence))
        else:
            messages.append(_message(sentence))

    taken = {_key(message) for message in replaced.values()}
    retired = [each for each in unused if is_translated(each) and _key(each) not in taken]
    obsolete = {key: message for key, message in retired_before.items() if key not in today} | dict(
        _by_key(retired)
    )
    return Merged(
        messages=tuple(messages),
        obsolete=tuple(obsolete[key] for key in sorted(obsolete)),
        new=len(unknown) - len(replaced),
        changed=len(replaced),
        retired=len(retired),
    )


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _by_key(messages: Iterable[Message]) -> Iterable[tuple[str, Message]]:
    return ((_key(message), message) for message in messages)


def _message(sentence: Sentence, old: Message | None = None, *, keep: bool = False) -> Message:
    return Message(
        sentence.id,
        old.string if old and keep else "",
        locations=[(path, 0) for path in sentence.files],
        auto_comments=sentence.comments,
        user_comments=old.user_comments if old else (),
    )


def _carry_on(old: Message, sentence: Sentence) -> Message:
    """Keep the translation of a sentence that stayed."""
    same_form = isinstance(old.id, str) == isinstance(sentence.id, str)
    if same_form and not isinstance(old.id, str) and tuple(old.id) != sentence.id:
        return _carry_over(old, sentence)  # the plural changed
    message = _message(sentence, old, keep=same_form)
    if same_form and old.fuzzy and is_translated(old):
        message.flags.add("fuzzy")
        message.previous_id = old.previous_id
    return message


def _carry_over(old: Message, sentence: Sentence) -> Message:
    """Keep the translation of the sentence that this one replaced, to be reviewed."""
    message = _message(sentence, old, keep=True)
    if is_translated(old):
        message.flags.add("fuzzy")
        # After two changes in a row, the translation is still that of the first sentence.
        message.previous_id = (old.fuzzy and old.previous_id) or (
            [old.id] if isinstance(old.id, str) else list(old.id)
        )
    return message


def _pair_changed(new: Sequence[Sentence], unused: Sequence[Message]) -> dict[str, Message]:
    """Find for each new sentence the unused one of the same file that it most resembles.

    Each old sentence is given to one new one, the pairs most alike first.
    """
    by_file: dict[str, list[Message]] = defaultdict(list)
    for message in unused:
        for path, _line in message.locations:
            by_file[path].append(message)
    pairs: list[tuple[float, int, Sentence, Message]] = []
    for position, sentence in enumerate(new):
        for path in sentence.files:
            candidates = [
                message
                for message in by_file[path]
                if isinstance(message.id, str) == isinstance(sentence.id, str)
            ]
            alike = process.extract(
                sentence.text,
                [_key(message) for message in candidates],
                scorer=fuzz.ratio,
                score_cutoff=ALIKE,
                limit=None,
            )
            pairs.extend(
                (-score, position, sentence, candidates[index]) for _, score, index in alike
            )
    pairs.sort(key=lambda pair: pair[:2])
    found: dict[str, Message] = {}
    taken: set[str] = set()
    for _score, _position, sentence, message in pairs:
        if sentence.text not in found and _key(message) not in taken:
            found[sentence.text] = message
            taken.add(_key(message))
    return found
