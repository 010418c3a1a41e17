"""The front between topics that are learned and topics that are not: its profile and its speed, in topics per round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import sympy as sp

from ....balls.numbers import Number
from ....balls.numerical.roots import in_common
from ....errors import InputError
from ....model.chains import Chain
from ....record import ALWAYS, Record, Table
from ...evolution.answers import Status
from .rounds import ChainRounds

_DIGITS = 10
"""Digits of a speed: floats lose some of their 15 in hundreds of thousands of rounds."""
_FIRST, _MOST_ROUNDS = 500, 500_000
"""Rounds of the first look at a front, which are doubled until the speed has its digits; the most take some 15 s."""
_STANDS = 1e-15
"""A front whose unknowns change by no more than this in a round stands still."""
_WIDTH, _WIDENED = 24, 3
"""Windows that are followed with the front in their middle; and how often they are doubled, where it does not fit."""
_SLOW, _NODES = 0.1, 5
"""Topics per round up to which passing a topic is told between rounds, from so many of them on each side."""
_APART = 1e-9
"""Two states of one topic that differ by less are one."""
_FITS, _SHOWN = 1e-12, 1e-6
"""A front fits where it comes this close to the states beside it; its profile is shown up to where it comes as close as the latter."""


@dataclass(frozen=True)
class Wave(Record):
    """The front in a long chain: behind it topics are learned, ahead of it they are as one topic alone would be.

    `speed` is in topics per round: positive where learning advances, 0 where the front stands (the lattice of topics pins it), negative
    where it falls back; unless it is positive, a long chain gets stuck. `behind`, `ahead` and `profile` are zeta by class, on both sides
    of the front and topic after topic through it. Nothing is proved: the speed has the digits on which runs of different lengths agree.
    """

    speed: Number
    behind: dict[str, float]
    ahead: dict[str, float]
    profile: dict[str, tuple[float, ...]]
    status: Status = field(default=Status.NUMERICAL, metadata=ALWAYS)
    reason: str | None = None

    @property
    def width(self) -> int:
        """How many topics lie between a tenth and nine tenths of the way, in the first class."""
        name, levels = next(iter(self.profile.items()))
        share = (np.array(levels) - self.behind[name]) / (self.ahead[name] - self.behind[name])
        return int(np.sum((share > 0.1) & (share < 0.9)))

    def table(self) -> Table:
        """Return the numbers; the profile is for drawing."""
        sides = [(f"zeta {side} of {name}", value) for side in ("behind", "ahead") for name, value in getattr(self, side).items()]
        return Table((), [("topics per round", self.speed), *sides, ("width in topics", self.width)], (self.reason, self.status))

    def __repr__(self) -> str:
        return f"<wave of {self.speed} topics per round; {self.status}>"


def wave(chain: Chain, values: Mapping[sp.Symbol, sp.Expr], *, backward: bool = False) -> Wave:
    """Return the front that moves from the first topic to the last, or with `backward` the other way, in a chain that does not end.

    Raises `InputError` for a chain without a window, where one topic alone has one state only, so that there is no front, and where states
    between break it up.

    >>> from deanalysis import R, c, load_model
    >>> wave(load_model("chain(paper, 50, 3)").ensemble, {c: sp.Integer(5), R: sp.Rational("1.05")})
    <wave of 0.05957552110 topics per round; numerical>
    """
    if chain.window == 1:
        raise InputError("a wave", "needs a chain with a window of 2 topics or more")
    rounds = ChainRounds(chain.bind(values), mirrored=backward)
    front = Front.between(rounds)
    speed, reason = front.speed()
    levels = np.maximum(rounds.left(front.state, *front.sides), 0.0)
    inside = np.flatnonzero(np.any(np.minimum(*(np.abs(levels - end) for end in (levels[:, :1], levels[:, -1:]))) > _SHOWN, axis=0))
    first, last = (inside[0], inside[-1] + 1) if len(inside) else (0, levels.shape[1])
    rows = {part.name: row for part, row in zip(rounds.chain.cell.classes, levels.tolist(), strict=True)}
    behind, ahead = ({name: row[end] for name, row in rows.items()} for end in (0, -1))
    return Wave(speed, behind, ahead, {name: tuple(row[first:last]) for name, row in rows.items()}, reason=reason)


class Front:
    """A stretch of topics that moves along with the front: learned states before it, unlearned ones after it.

    Where the front is after l rounds is sum_i (ahead - q_i)/(ahead - behind), which grows by the speed v in the mean: it is v l plus a
    function of v l of period 1 (the profile is the same whenever the front has moved by whole topics).
    """

    def __init__(self, rounds: ChainRounds, sides: tuple[np.ndarray, np.ndarray], topics: int) -> None:
        self.rounds, self.sides, self.moved = rounds, sides, 0
        self.state = np.where(np.arange(topics) < topics // 2, *sides)

    @classmethod
    def between(cls, rounds: ChainRounds) -> Front:
        """Return the front between the states in which topics settle from q = 0 and from nothing learned."""
        sides = rounds.settled(0 * rounds.starts), rounds.settled(rounds.starts)
        if np.max(np.abs(sides[1] - sides[0])) < _APART:
            raise InputError("a wave", "must have two states to run between; one topic alone learns all that the chain does")
        return cls(rounds, sides, _WIDTH * rounds.chain.window)

    @property
    def place(self) -> float:
        """Topics that the front has passed, since the start."""
        behind, ahead = self.sides
        gap = np.sum(ahead - behind)
        return float(np.sum(ahead - self.state) / gap) - self.state.shape[1] // 2 + self.moved

    def step(self) -> float:
        """Learn for a round, move along by whole topics, and return the largest change of an unknown."""
        following = self.rounds.step(self.state, *self.sides)
        change = float(np.max(np.abs(following - self.state)))
        self.state = following
        shift = round(self.place - self.moved)
        if shift:
            self.moved += shift
            added = np.broadcast_to(self.sides[shift > 0], (self.state.shape[0], abs(shift)))
            kept = self.state[:, shift:] if shift > 0 else self.state[:, :shift]
            self.state = np.concatenate([kept, added] if shift > 0 else [added, kept], axis=1)
        return change

    @property
    def fits(self) -> bool:
        """Whether both ends of the stretch are in the states beside the front."""
        ends = zip((self.state[:, :1], self.state[:, -1:]), self.sides, strict=True)
        return all(np.max(np.abs(end - side)) < _FITS for end, side in ends)

    def widen(self) -> None:
        """Follow twice as many topics."""
        half = self.state.shape[1] // 2
        behind, ahead = (np.repeat(side, half, axis=1) for side in self.sides)
        self.state = np.concatenate([behind, self.state, ahead], axis=1)

    @property
    def extent(self) -> int:
        """How many topics are in neither of the states beside the front."""
        near = [np.all(np.abs(self.state - side) < _SHOWN, axis=0) for side in self.sides]
        return int(np.sum(~near[0] & ~near[1]))

    def speed(self) -> tuple[Number, str | None]:
        """Return the speed, and what is to be said of it."""
        rounds, widened, means, extents = _FIRST, 0, [0.0], [0]
        while rounds <= _MOST_ROUNDS and widened <= _WIDENED:
            places = self.places(rounds)
            if len(places) <= rounds:
                return Number("0", "-inf", "inf"), "the front stands"
            if not self.fits:
                self.widen()
                widened += 1
                continue
            means.append(mean_growth(places))
            extents.append(self.extent)
            before, last = passing_rates(places) or means[-2:]
            speed = in_common(before, last, _DIGITS)
            if speed.has(_DIGITS) and extents[-1] <= extents[-2] + 1:
                return speed, None
            rounds *= 2
        if widened > _WIDENED or extents[-1] > extents[-2] + 1:
            raise InputError("a wave", "must be one front; here states between those beside it break it up into several")
        return speed, f"after {rounds} rounds"

    def places(self, rounds: int) -> list[float]:
        """Return where the front is before each of some rounds and after the last; those up to where it stands."""
        places = [self.place]
        for _ in range(rounds):
            if self.step() <= _STANDS:
                break
            places.append(self.place)
        return places


def mean_growth(places: list[float]) -> float:
    """Return the rate of what grows evenly but for a smooth function of period 1 of itself.

    Differences are averaged with the weights exp(-1/(t (1 - t))), 0 < t < 1, under which what oscillates averages out faster than any power
    of their number (Das, Sander, Saiki, Yorke, Nonlinearity 30(11), 2017).

    >>> f"{mean_growth([0.3 * step + 0.1 * np.sin(2 * np.pi * 0.3 * step) for step in range(400)]):.12f}"
    '0.300000000000'
    """
    growth = np.diff(places)
    time = (np.arange(len(growth)) + 0.5) / len(growth)
    return float(np.average(growth, weights=np.exp(-1 / (time * (1 - time)))))


def passing_rates(places: list[float]) -> tuple[float, float] | None:
    """Return how fast what moves slowly went through the last two whole numbers but one, and the last two; None where it is not slow.

    When it passed each of them is interpolated from the rounds before and after.

    >>> ["%.12f" % rate for rate in passing_rates([-0.003 * step + 0.1 * np.sin(2 * np.pi * 0.003 * step) for step in range(1200)])]
    ['-0.003000000000', '-0.003000000000']
    """
    from scipy.interpolate import barycentric_interpolate

    passed = np.flatnonzero(np.diff(np.floor(places)))
    passed = passed[(passed >= _NODES) & (passed < len(places) - _NODES)]
    if len(passed) < 3 or np.max(np.abs(np.diff(places))) > _SLOW:
        return None
    times = []
    for step in passed[-3:]:
        nodes = np.arange(step - _NODES + 1, step + _NODES + 1)
        level = np.ceil(min(places[step], places[step + 1]))
        times.append(float(barycentric_interpolate(np.array(places)[nodes], nodes, level)))
    sign = np.sign(places[-1] - places[0])
    return sign / (times[1] - times[0]), sign / (times[2] - times[1])
