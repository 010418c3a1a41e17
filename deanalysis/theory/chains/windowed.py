"""Windowed learning: a chain is learned by a window of a few topics, which then moves on by one (windowed decoding)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import sympy as sp

from ...balls.numbers import Number, check_digits
from ...balls.numerical.roots import in_common
from ...checks import check_count
from ...errors import InputError
from ...model.chains import Chain
from ...record import ALWAYS, Record, Table
from ..evolution.answers import Status
from ..evolution.search import Range
from .rounds import ChainRounds

_SETTLED, _MOST_ROUNDS = 1e-13, 1_000_000
"""A window in which a round changes less has settled; rounds in one place after which it is left as it is."""
_MOST_DIGITS = 8
"""Digits of a threshold in floats: near it a window takes rounds in proportion to one over the root of the distance."""
_COUNTS = 0.1
"""Unknowns count that differ by this share of the largest difference between a learned topic and a novel one."""


@dataclass(frozen=True)
class Windowed(Record):
    """What a window of topics that moves along a chain has learned in the end: zeta by class and topic, and all its rounds."""

    zeta: dict[str, tuple[float, ...]]
    rounds: int
    status: Status = field(default=Status.NUMERICAL, metadata=ALWAYS)

    def table(self) -> Table:
        """Return a row for each topic."""
        rows = [(topic, *levels) for topic, levels in enumerate(zip(*self.zeta.values(), strict=True), start=1)]
        return Table(("topic", *(f"zeta of {name}" for name in self.zeta)), rows, (f"{self.rounds} rounds", self.status))

    def __repr__(self) -> str:
        means = ", ".join(f"{name} = {np.mean(levels):.6g}" for name, levels in self.zeta.items())
        return f"<windowed: mean zeta {means}; {self.rounds} rounds; {self.status}>"


class Window:
    """A window of topics in a chain that moves on by one topic whenever it has settled.

    In place s = 1, 2, ... it learns the topics s..s+W'-1 from the texts at the positions s..s+W'-1 until nothing changes; topics
    before it stay as they were left, and those after it have not begun (Iyengar, Siegel, Urbanke, Wolf, IEEE Trans. IT 59(4), 2013).
    W' is at least W, so that topic s has all its texts; a window of L + W - 1 is the whole chain.
    """

    def __init__(self, chain: Chain, width: int) -> None:
        check_count(width, chain.window, chain.positions, "the window of topics")
        if chain.ends != "open":
            raise InputError("windowed learning", "needs a chain with open ends", given=chain.ends)
        self.rounds, self.width, self.count = ChainRounds(chain), width, 0
        start = np.repeat(self.rounds.starts, chain.topics, axis=1)
        self.state = np.pad(start, ((0, 0), (self.rounds.reach, self.rounds.reach)))
        self.left = np.zeros((len(chain.cell.classes), chain.topics))
        """zeta of the topics that are behind."""

    def settle(self, first: int) -> None:
        """Learn in the place where the window begins with a topic, counted from 0, until nothing changes."""
        reach, last = self.rounds.reach, min(first + self.width, self.rounds.chain.topics)
        behind, ahead = self.state[:, first : first + reach], self.state[:, last + reach : last + 2 * reach]
        inside, change, count = self.state[:, first + reach : last + reach], np.inf, 0
        while change > _SETTLED and count < _MOST_ROUNDS:
            following = self.rounds.step(inside, behind, ahead, self.width)
            change = np.max(np.abs(following - inside))
            inside, count = following, count + 1
        self.state[:, first + reach : last + reach] = inside
        self.left[:, first:last] = self.rounds.left(inside, behind, ahead, self.width)
        self.count += count


def windowed(chain: Chain, width: int, values: Mapping[sp.Symbol, sp.Expr]) -> Windowed:
    """Return what a window of `width` topics learns of a chain whose letters are bound.

    Raises `InputError` for a window narrower than the chain's own W or wider than its positions, and where the ends are not open.

    >>> from deanalysis import R, c, load_model
    >>> windowed(load_model("chain(paper, 20, 3)").ensemble, 8, {c: sp.Integer(5), R: sp.Rational(6, 5)})
    <windowed: mean zeta skills = 0.00267534; 1651 rounds; numerical>
    """
    window = Window(chain.bind(values), width)
    for first in range(chain.topics):
        window.settle(first)
    names = (part.name for part in chain.cell.classes)
    return Windowed({name: tuple(levels) for name, levels in zip(names, window.left.tolist(), strict=True)}, window.count)


def windowed_threshold(
    chain: Chain, width: int, parameter: sp.Symbol, values: Mapping[sp.Symbol, sp.Expr], search: Range, digits: int = 5
) -> Number:
    """Return the letter's value from which on a window of `width` topics learns all of a chain, by halving a range of it in floats.

    A topic is learned where its unknowns are nearer to what a topic settles in from q = 0 at the easy end of the range than to what it
    settles in from nothing learned at the hard end; those that differ little between the two do not count. Raises `InputError` unless
    the window learns the chain at one end of the range and not at the other.

    >>> from deanalysis import eps, load_model
    >>> code = load_model("chain(ldpc(3,6), 12, 3)").ensemble
    >>> windowed_threshold(code, 4, eps, {}, (sp.Rational("0.3"), sp.Rational("0.6")), digits=3)
    0.438
    """
    halving, digits = _Halving(chain.bind(values), width, parameter, search), min(check_digits(digits), _MOST_DIGITS)
    hard, easy = halving.ends
    while not in_common(hard, easy, digits).has(digits):
        middle = (hard + easy) / 2
        hard, easy = (hard, middle) if halving.is_learned(middle) else (middle, easy)
    return in_common(hard, easy, digits)


class _Halving:
    """A range of a letter, at one end of which a window learns a chain."""

    def __init__(self, chain: Chain, width: int, parameter: sp.Symbol, search: Range) -> None:
        self.chain, self.width, self.parameter = chain, width, parameter
        low, high = ((end, self._settled(float(end))) for end in search)
        easy, hard = (low, high) if np.sum(low[1]) < np.sum(high[1]) else (high, low)
        self.ends = float(hard[0]), float(easy[0])
        self.learned, self.novel = easy[1][0], hard[1][1]
        if self.is_learned(self.ends[0]) or not self.is_learned(self.ends[1]):
            said = f"must be LO:HI with a value at which a window of {width} topics learns the chain, and one at which it does not"
            raise InputError("search", said, given=f"{float(search[0]):.6g}:{float(search[1]):.6g}")

    def _bound(self, value: float) -> Chain:
        return self.chain.bind({self.parameter: sp.Rational(value)})

    def _settled(self, value: float) -> np.ndarray:
        """Return what topics settle in from q = 0, and from nothing learned."""
        rounds = ChainRounds(self._bound(value))
        return np.array([rounds.settled(0 * rounds.starts), rounds.settled(rounds.starts)])

    def is_learned(self, value: float) -> bool:
        """Whether the window learns each topic in its turn."""
        window, gap = Window(self._bound(value), self.width), self.novel - self.learned
        for first in range(self.chain.topics):
            window.settle(first)
            topic = window.state[:, [first + window.rounds.reach]]
            if np.any((topic - self.learned > gap / 2) & (gap > _COUNTS * np.max(gap))):
                return False
        return True
