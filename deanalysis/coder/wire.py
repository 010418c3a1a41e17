"""Whole numbers and byte strings one after another, as they go over the wire; what cannot be read is `DamagedError`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError

_LOW, _MORE = 0x7F, 0x80
_WIDEST = 9
"""The most groups of 7 bits of a number: what a signed 64-bit number holds."""


class DamagedError(InputError):
    """Bytes that no encoder wrote."""

    def __init__(self) -> None:
        super().__init__("the file", "is damaged")


def encode(values: Any) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return whole numbers from 0 on in groups of 7 bits, the lowest first (LEB128), and how many bytes each takes.

    >>> encode([5, 300])[0].tolist()
    [5, 172, 2]
    """
    numbers = np.asarray(values, dtype=np.int64)
    sizes, rest = np.ones_like(numbers), numbers >> 7
    while rest.any():
        sizes += rest > 0
        rest >>= 7
    groups = np.repeat(numbers, sizes) >> 7 * _positions(sizes) | _MORE
    groups[np.cumsum(sizes) - 1] &= _LOW
    return groups.astype(np.uint8), sizes


def decode(data: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Undo `encode`; raise `DamagedError` where a number is unfinished, too wide, or could be written shorter."""
    lasts = np.flatnonzero(data < _MORE)
    sizes = np.diff(lasts, prepend=-1)
    if len(data) != sizes.sum() or sizes.max(initial=0) > _WIDEST or (data[lasts[sizes > 1]] == 0).any():
        raise DamagedError
    groups = (data & _LOW).astype(np.int64) << 7 * _positions(sizes)
    return (np.add.reduceat(groups, lasts - sizes + 1) if len(lasts) else groups), sizes


def _positions(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 0, ..., k - 1 for each size k."""
    ends = np.cumsum(sizes)
    return np.arange(sizes.sum()) - np.repeat(ends - sizes, sizes)


class Writer:
    """Collects what is written.

    >>> writer = Writer()
    >>> writer.numbers([300, 5])
    >>> writer.string(b"ab")
    >>> writer.content
    b'\\x02\\xac\\x02\\x05\\x02ab'
    """

    def __init__(self) -> None:
        self.content = b""

    def numbers(self, values: Iterable[int]) -> None:
        """Write how many numbers there are, and these."""
        numbers = [*values]
        self.content += encode([len(numbers), *numbers])[0].tobytes()

    def string(self, content: bytes) -> None:
        """Write how many bytes there are, and these."""
        self.content += encode([len(content)])[0].tobytes() + content


class Reader:
    """Reads what a `Writer` wrote.

    >>> reader = Reader(b"\\x02\\xac\\x02\\x05\\x02ab")
    >>> reader.numbers(2).tolist(), reader.string(), reader.end()
    ([300, 5], b'ab', None)
    """

    def __init__(self, content: bytes) -> None:
        self._left = np.frombuffer(content, dtype=np.uint8)

    def _take(self, count: int, largest: int) -> NDArray[np.int64]:
        """Read so many numbers, each at most `largest`."""
        window = self._left[: _WIDEST * count]
        lasts = np.flatnonzero(window < _MORE)[:count]
        if len(lasts) < count:
            raise DamagedError
        end = int(lasts[-1]) + 1 if count else 0
        (numbers, _), self._left = decode(window[:end]), self._left[end:]
        if int(numbers.max(initial=0)) > largest:
            raise DamagedError
        return numbers

    def number(self, largest: int) -> int:
        """Read a number of at most `largest`."""
        return int(self._take(1, largest)[0])

    def numbers(self, most: int, largest: int = 2**62) -> NDArray[np.int64]:
        """Read at most `most` numbers, each at most `largest`."""
        return self._take(self.number(most), largest)

    def string(self) -> bytes:
        """Read a byte string."""
        length = self.number(len(self._left))
        if length > len(self._left):
            raise DamagedError
        content, self._left = self._left[:length].tobytes(), self._left[length:]
        return content

    def rest(self) -> NDArray[np.uint8]:
        """Read everything that is left."""
        rest, self._left = self._left, self._left[:0]
        return rest

    def end(self) -> None:
        """Raise `DamagedError` unless everything has been read."""
        if len(self._left):
            raise DamagedError
