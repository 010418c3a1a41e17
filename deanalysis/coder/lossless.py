"""The lossless code: texts as they are written, with their lengths, packed by zstd (or, to compare, by xz)."""

from __future__ import annotations

import lzma

import numpy as np
import zstandard

from .texts import Raw
from .wire import DamagedError, Reader, Writer

__all__ = ["METHODS", "MOST_BYTES", "bits_by", "pack", "unpack"]

MOST_BYTES = 2**25
"""The most bytes of texts that are packed at once."""
_LEVEL = 3
_HEAD = 2**20
_DESCRIPTOR, _NEVER = 4, 0x1F
"""Where a frame says how it is written, and the bits of that which `pack` never sets: a checksum, a dictionary, two without a meaning."""


def pack(written: Raw) -> bytes:
    """Return texts packed by zstd, level 3; nothing where there is no text.

    >>> unpack(pack(Raw.of([b"a cat", b""])), 2) == Raw.of([b"a cat", b""])
    True
    """
    return zstandard.ZstdCompressor(level=_LEVEL).compress(_joined(written)) if len(written) else b""


def _joined(written: Raw) -> bytes:
    writer = Writer()
    writer.numbers(written.counts)
    return writer.content + written.data.tobytes()


def unpack(content: bytes, count: int) -> Raw:
    """Return the `count` texts that `pack` packed; raise `DamagedError` where it did not."""
    if not count:
        if content:
            raise DamagedError
        return Raw.of([])
    try:
        size = zstandard.frame_content_size(content)
        if not 0 < size <= MOST_BYTES + _HEAD or content[_DESCRIPTOR] & _NEVER:
            raise DamagedError
        unpacked = zstandard.ZstdDecompressor().decompress(content, max_output_size=size, allow_extra_data=False)
    except zstandard.ZstdError:
        raise DamagedError from None
    reader = Reader(unpacked)
    lengths = np.array(reader.numbers(count, MOST_BYTES), dtype=np.int64)
    data = np.frombuffer(reader.rest(), dtype=np.uint8)
    if len(lengths) != count or int(lengths.sum()) != len(data):
        raise DamagedError
    return Raw.joined(lengths, data)


METHODS = {"zstd": pack, "xz": lambda written: lzma.compress(_joined(written))}
"""The lossless codes by their names."""


def bits_by(method: str, written: Raw) -> float:
    """Return what a text takes by a lossless code ('zstd' or 'xz'), in bits, where all are packed together."""
    return 8 * len(METHODS[method](written)) / max(1, len(written))
