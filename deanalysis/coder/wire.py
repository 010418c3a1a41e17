"""Whole numbers and byte strings one after another, as they go over the wire; what cannot be read is `DamagedError`."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["DamagedError", "Reader", "Writer"]

_WIDEST = 10


class DamagedError(Exception):
    """Bytes that no encoder wrote."""


class Writer:
    """Collects what is written.

    >>> writer = Writer()
    >>> writer.numbers([300, 5])
    >>> writer.string(b"ab")
    >>> writer.content
    b'\\x02\\xac\\x02\\x05\\x02ab'
    """

    def __init__(self) -> None:
        self._content = bytearray()

    @property
    def content(self) -> bytes:
        """What has been written."""
        return bytes(self._content)

    def number(self, value: int) -> None:
        """Write a whole number from 0 on in groups of 7 bits (LEB128)."""
        while value > 0x7F:
            self._content.append(value & 0x7F | 0x80)
            value >>= 7
        self._content.append(value)

    def numbers(self, values: Iterable[int]) -> None:
        """Write how many numbers there are, and these."""
        numbers = [int(value) for value in values]
        self.number(len(numbers))
        for value in numbers:
            self.number(value)

    def string(self, content: bytes) -> None:
        """Write how many bytes there are, and these."""
        self.number(len(content))
        self._content += content


class Reader:
    """Reads what a `Writer` wrote.

    >>> reader = Reader(b"\\x02\\xac\\x02\\x05\\x02ab")
    >>> reader.numbers(2), reader.string(), reader.end()
    ([300, 5], b'ab', None)
    """

    def __init__(self, content: bytes) -> None:
        self._content, self._next = content, 0

    def number(self, most: int) -> int:
        """Read a number of at most `most`, written in the shortest way."""
        value = 0
        for group in range(_WIDEST):
            if self._next == len(self._content):
                raise DamagedError
            byte = self._content[self._next]
            self._next += 1
            value |= (byte & 0x7F) << 7 * group
            if byte < 0x80:
                if value > most or (group and not byte):
                    raise DamagedError
                return value
        raise DamagedError

    def numbers(self, most: int, largest: int = 2**62) -> list[int]:
        """Read at most `most` numbers, each at most `largest`."""
        return [self.number(largest) for _ in range(self.number(most))]

    def string(self) -> bytes:
        """Read a byte string."""
        length = self.number(len(self._content) - self._next)
        self._next += length
        if self._next > len(self._content):
            raise DamagedError
        return self._content[self._next - length : self._next]

    def rest(self) -> bytes:
        """Read everything that is left."""
        first, self._next = self._next, len(self._content)
        return self._content[first:]

    def end(self) -> None:
        """Raise `DamagedError` unless everything has been read."""
        if self._next != len(self._content):
            raise DamagedError
