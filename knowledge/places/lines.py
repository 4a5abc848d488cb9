"""The lines of a file as one piece: 17,000 texts, each of its own, would take twice the memory."""

from array import array
from bisect import bisect
from collections.abc import Iterator


class Lines:
    """The lines below the comments and the heading of a file, by their number."""

    def __init__(self, text: str) -> None:
        self._bytes = text.removesuffix("\n").encode()
        self._starts = array("I", [0])
        found = -1
        while (found := self._bytes.find(b"\n", found + 1)) >= 0:
            self._starts.append(found + 1)
        self._starts.append(len(self._bytes) + 1)
        heading = next(n for n, line in enumerate(self) if not line.startswith("#"))
        del self._starts[: heading + 1]

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> str:
        return self._bytes[self._starts[number] : self._starts[number + 1] - 1].decode()

    def __iter__(self) -> Iterator[str]:
        return (self[number] for number in range(len(self)))

    def beginning(self, text: str) -> int | None:
        """Return the number of the first line that begins with a text."""
        found = self._bytes.find(f"\n{text}".encode(), self._starts[0] - 1)
        return None if found < 0 else bisect(self._starts, found + 1) - 1
