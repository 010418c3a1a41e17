"""Windowed learning: a chain is learned by a window of a few topics, which then moves on by one (windowed decoding)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import sympy as sp

from ....balls.numerical.roots import in_common
from ....checks import check_count
from ....errors import InputError
from ....model.chains import Chain
from ....record import ALWAYS, Record, Table
from ...evolution.answers import Status
from ...evolution.search import Range, inner
from ...evolution.thresholds.results import Threshold
from .rounds import ChainRounds

_SETTLED, _MOST_ROUNDS = 1e-12, 1_000_000
"""A window in which a round changes less has settled; rounds in one place after which it is left as it is."""
_MOST_DIGITS = 8
"""Digits of a threshold in floats: near it a window takes rounds in proportion to one over the root of the distance."""
_REPEATS, _MOST_TOPICS = 1e-9, 10_000
"""A window leaves what it left before where that differs by less; topics after which it is taken to do so for ever."""
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


def windowed(chain: Chain, width: int, values: Mapping[sp.Symbol, sp.Expr]) -> Windowed:
    """Return what a window of `width` topics learns of a chain whose letters are bound, moving on whenever it has settled.

    In place s = 1, 2, ... it learns the topics s..s+W'-1 from the texts at the positions s..s+W'-1 until nothing changes; topics
    before it stay as they were left, and those after it have not begun (Iyengar, Siegel, Urbanke, Wolf, IEEE Trans. IT 59(4), 2013).
    W' is at least W, so that topic s has all its texts; a window of L + W - 1 is the whole chain.

    Raises `InputError` for a window narrower than the chain's own W or wider than its positions, and where the ends are not open.

    >>> from deanalysis import R, c, load_model
    >>> windowed(load_model("chain(paper, 20, 3)").ensemble, 8, {c: sp.Integer(5), R: sp.Rational(6, 5)})
    <windowed: mean zeta skills = 0.00267534; 1519 rounds; numerical>
    """
    if chain.ends != "open":
        raise InputError("windowed learning", "needs a chain with open ends", given=chain.ends)
    check_count(width, chain.window, chain.positions, "the window of topics")
    rounds, topics, count = ChainRounds(chain.bind(values)), chain.topics, 0
    state = np.pad(np.repeat(rounds.starts, topics, axis=1), ((0, 0), (rounds.reach, rounds.reach)))
    left = np.zeros((len(chain.cell.classes), topics))
    for first in range(topics):
        inside = slice(first + rounds.reach, min(first + width, topics) + rounds.reach)
        beside = state[:, first : inside.start], state[:, inside.stop : inside.stop + rounds.reach]
        state[:, inside], more = settled(rounds, state[:, inside], *beside, width)
        left[:, first] = rounds.left(state[:, inside], *beside, width)[:, 0]
        count += more
    names = (part.name for part in chain.cell.classes)
    return Windowed({name: tuple(levels) for name, levels in zip(names, left.tolist(), strict=True)}, count)


def settled(rounds: ChainRounds, inside: np.ndarray, behind: np.ndarray, ahead: np.ndarray, width: int) -> tuple[np.ndarray, int]:
    """Return the topics of a window when nothing changes any more, and the rounds that it took."""
    change, count = np.inf, 0
    while change > _SETTLED and count < _MOST_ROUNDS:
        following = rounds.step(inside, behind, ahead, width)
        change = float(np.max(np.abs(following - inside)))
        inside, count = following, count + 1
    return inside, count


def windowed_threshold(
    chain: Chain, width: int, letter: sp.Symbol, values: Mapping[sp.Symbol, sp.Expr], search: Range, digits: int
) -> Threshold:
    """Return the letter's value from which on a window of `width` topics learns a chain without end, by halving a range of it in floats.

    What it leaves grows from place to place until it repeats. Topics are learned where that is nearer to what topics settle in from q = 0
    than to what they settle in from nothing learned; where the two are the same, to the first at the easy end of the range than to the
    second at the hard end. Unknowns that differ little between these do not count. Raises `InputError` for a window narrower than the
    chain's own, and unless the window learns the chain at one end of the range and not at the other.

    >>> from deanalysis import eps, load_model
    >>> code = load_model("chain(ldpc(3,6), 12, 3)").ensemble
    >>> windowed_threshold(code, 4, eps, {}, (sp.Integer(0), sp.Integer(1)), 3)
    <emergence eps* = 0.429 ; 3 digits numerical>
    """
    halving, digits = _Halving(chain.bind(values), width, letter, search), min(digits, _MOST_DIGITS)
    hard, easy = halving.ends
    while not in_common(hard, easy, digits).has(digits):
        middle = (hard + easy) / 2
        hard, easy = (hard, middle) if halving.is_learned(middle) else (middle, easy)
    side = "above" if easy > hard else "below"
    return Threshold("emergence", letter.name, in_common(hard, easy, digits), None, Status.NUMERICAL, side)


class _Halving:
    """A range of a letter, at one end of which a window learns a chain without end."""

    def __init__(self, chain: Chain, width: int, letter: sp.Symbol, search: Range) -> None:
        self.chain, self.width, self.letter = chain, check_count(width, chain.window, _MOST_TOPICS, "the window of topics"), letter
        ends = tuple(map(float, inner(search)))
        low, high = ((end, *self._alone(self._rounds(end))) for end in ends)
        easy, hard = (low, high) if np.sum(low[1:]) < np.sum(high[1:]) else (high, low)
        self.ends, self.learned, self.novel = (hard[0], easy[0]), easy[1], hard[2]
        if self.is_learned(hard[0]) or not self.is_learned(easy[0]):
            said = f"must be LO:HI with a value at which a window of {width} topics learns the chain, and one at which it does not"
            raise InputError("search", said, given=f"{ends[0]:.6g}:{ends[1]:.6g}")

    def _rounds(self, value: float) -> ChainRounds:
        return ChainRounds(self.chain.bind({self.letter: sp.Rational(value)}))

    @staticmethod
    def _alone(rounds: ChainRounds) -> tuple[np.ndarray, np.ndarray]:
        """Return what topics settle in from q = 0, and from nothing learned."""
        return rounds.settled(0 * rounds.starts), rounds.settled(rounds.starts)

    def _level(self, rounds: ChainRounds) -> np.ndarray:
        """Return up to where each unknown is learned; 1 where it does not count."""
        learned, novel = self._alone(rounds)
        gap = self.novel - self.learned
        apart = novel - learned > _COUNTS * gap
        middle = np.where(apart, learned + novel, self.learned + self.novel) / 2
        return np.where(gap > _COUNTS * np.max(gap), middle, 1.0)

    def is_learned(self, value: float) -> bool:
        """Whether what the window leaves stays below the level, as far as it repeats."""
        rounds = self._rounds(value)
        level, topic = self._level(rounds), 0 * rounds.starts
        behind, inside = np.repeat(topic, rounds.reach, axis=1), np.repeat(rounds.starts, self.width, axis=1)
        for _ in range(_MOST_TOPICS):
            inside, _ = settled(rounds, inside, behind, rounds.starts, self.width)
            before, topic = topic, inside[:, :1]
            if np.any(topic > level) or np.max(np.abs(topic - before)) <= _REPEATS:
                break
            behind = np.concatenate([behind, topic], axis=1)[:, 1:]
            inside = np.concatenate([inside[:, 1:], rounds.starts], axis=1)
        return not np.any(topic > level)
