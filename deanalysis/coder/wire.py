"""Whole numbers and byte strings one after another, as they go over the wire; what cannot be read is `DamagedError`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..simulate.compiled import njit

_LOW, _MORE = 0x7F, 0x80
_WIDEST = 9
"""The most groups of 7 bits of a number: what a signed 64-bit number holds."""


class DamagedError(InputError):
    """Bytes that no encoder wrote."""

    def __init__(self) -> None:
        super().__init__("the file", "is damaged")


def encode(values: Any) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return whole numbers from 0 on in groups of 7 bits, the lowest first (LEB128), and where each ends.

    >>> encode([5, 300])[0].tolist()
    [5, 172, 2]
    """
    numbers = np.asarray(values, dtype=np.int64)
    data = np.empty(_WIDEST * len(numbers), dtype=np.uint8)
    ends = _write(numbers, data)
    return data[: ends[-1] if len(ends) else 0], ends


@njit(cache=True)
def _write(numbers: NDArray[np.int64], data: NDArray[np.uint8]) -> NDArray[np.int64]:
    ends, end = np.empty(len(numbers), dtype=np.int64), 0
    for index in range(len(numbers)):
        rest = numbers[index]
        while rest > _LOW:
            data[end] = rest & _LOW | _MORE
            rest >>= 7
            end += 1
        data[end] = rest
        end += 1
        ends[index] = end
    return ends


def decode(data: NDArray[np.uint8], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Undo `encode` for so many numbers; raise `DamagedError` where one is unfinished, too wide, or could be written shorter."""
    numbers, ends = np.zeros(min(count, len(data)), dtype=np.int64), np.zeros(min(count, len(data)), dtype=np.int64)
    if count > len(data) or not _read(data, numbers, ends):
        raise DamagedError
    return numbers, ends


@njit(cache=True)
def _read(data: NDArray[np.uint8], numbers: NDArray[np.int64], ends: NDArray[np.int64]) -> bool:
    end = 0
    for index in range(len(numbers)):
        group, more = 0, True
        while more:
            if end == len(data) or group == _WIDEST:
                return False
            numbers[index] |= np.int64(data[end] & _LOW) << 7 * group
            more = data[end] >= _MORE
            end += 1
            group += 1
        if group > 1 and data[end - 1] == 0:
            return False
        ends[index] = end
    return True


def listed(values: Any) -> bytes:
    """Write how many numbers there are, and these.

    >>> listed([300, 5])
    b'\\x02\\xac\\x02\\x05'
    """
    numbers = [*values]
    return encode([len(numbers), *numbers])[0].tobytes()


def measured(content: bytes) -> bytes:
    """Write how many bytes there are, and these."""
    return encode([len(content)])[0].tobytes() + content


class Reader:
    """Reads what `listed` and `measured` wrote.

    >>> reader = Reader(listed([300, 5]) + measured(b"ab"))
    >>> reader.numbers(2).tolist(), reader.string(), reader.end()
    ([300, 5], b'ab', None)
    """

    def __init__(self, content: bytes) -> None:
        self._left = np.frombuffer(content, dtype=np.uint8)

    def _take(self, count: int, largest: int) -> NDArray[np.int64]:
        """Read so many numbers, each at most `largest`."""
        numbers, ends = decode(self._left, count)
        if count and int(numbers.max()) > largest:
            raise DamagedError
        self._left = self._left[ends[-1] if count else 0 :]
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
