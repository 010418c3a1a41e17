"""Working precision that rises until an answer is settled."""

import sys
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from flint import ctx

STEPS = (64, 128, 256, 512, 1024)
"""Bits of one attempt after another. 64 settle most questions, at the cost of machine words; each further step costs twice as much or more
and helps where values nearly cancel. What is undecided at the last one is mostly undecidable, such as a zero of even order."""

CERTIFYING = 160
"""Bits at which a zero that is already isolated is told from others and its kind decided; it costs little, for that is done once a zero."""

LEAST_KEPT = 128
"""Bits at which tables are computed at least: twice those of the first attempt, so that the second one finds them."""

Answer = TypeVar("Answer")
Key = TypeVar("Key", bound=Hashable)


def kept_bits() -> int:
    """Return the precision at which tables are computed and kept: that of 128, 256, ... which is next above the current one."""
    return max(LEAST_KEPT, 1 << (ctx.prec - 1).bit_length())


def kept(known: dict[Key, Answer], key: Key, make: Callable[[], Answer], most: int = sys.maxsize) -> Answer:
    """Return what is kept under a key, made if it is not; the oldest goes where there would be more than `most`."""
    if key not in known:
        if len(known) >= most:
            known.pop(next(iter(known)))
        known[key] = make()
    return known[key]


def at_rising_precision(
    attempt: Callable[[], Answer],
    most: int = STEPS[-1],
    spare: int = 0,
    settled: Callable[[Answer], Any] = lambda answer: answer is not None,
) -> Answer:
    """Return the first answer that is settled, of attempts at up to `most` bits (and `spare` bits more), or else the last answer.

    >>> from flint import arb
    >>> at_rising_precision(lambda: (arb(1) + arb(2) ** -100 - 1).rel_accuracy_bits() > 10 and ctx.prec or None)
    128
    """
    for bits in STEPS:
        with ctx.workprec(bits + spare):
            answer = attempt()
        if settled(answer) or bits >= most:
            break
    return answer
