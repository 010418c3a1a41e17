"""The jumps of the largest fixed point of a large monotone system along its letter, one after the other, from where learning is hard.

Between jumps the state is followed by Newton's method in floats. Where it ends, the fold is proved; for all harder values of the letter the
largest fixed point is at least the state there, as f is larger. Just beyond the fold (by 1e-10 of the letter) the largest fixed point is
located with proof; it bounds that for all easier values, so that the way down is gone once. Where folds follow each other so closely that
the states between them are not told apart, the last of them is the jump that is proved, or else what is beyond the first is located
further on (by up to 1e-6); the jump is then proved to be between two values only. That no jump was passed over in between is not proved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from typing import NamedTuple

import numpy as np

from .folds import Fold, fold_near, prove_fold
from .intervals import Floats, Interval
from .located import Located, locate, newton
from .maps import LargeMap
from .snaking import later_folds
from .solving import BESIDE, excess_at, solver

GAPS = (1e-10, 1e-9, 1e-8, 1e-7, 1e-6)
"""How far beyond a fold the state that it leads to is located, relative to the letter: further where the next jump is as near."""

_WIDEST, _NARROW, _NARROWEST = 0.02, 2e-3, 1e-9
"""Steps of the letter, relative to it: the first; from where on a fold is looked for; and the least."""

_GROWTH, _LONGEST = 2.0, 0.5
"""By what a step grows after one that was taken, and the longest, relative to the letter."""

_FAR = 0.05
"""How far a state may move in a step: more might be another branch."""

_BEYOND = 0.05
"""How far beyond a state the fold in which it ends may be, relative to the letter."""

_APART = 1e-6
"""How far below the state at a fold, in some unknown, that beyond it is at least, or it is no jump."""

_TINY = 1e-12
"""Unknowns below this are put to 0 in a bound from below: what floats round might hide whether f raises them."""

_MOST_STEPS = 20_000
"""Steps along the letter, at most."""


class Jump(NamedTuple):
    """A jump: its fold, its place and the state before it in floats, and the largest fixed point beyond it, None where it is not proved.

    The box of that fixed point bounds those of all easier values from above. `gap` is how far beyond the place it is, relative to that.
    """

    fold: Fold | None
    """The proved fold; None where its proof fails, or the state that it leads to is proved only further on."""
    place: float
    before: Floats
    after: Located | None
    gap: float
    since: float
    """From where on the state falls in steps that were not told apart, the last of which is this jump; else its own place."""
    between: tuple[float, float] | None = None
    """Two values of the letter between which it is proved to be, where the fold is too flat to be proved in floats, or the state that it
    leads to is proved only further on."""


@dataclass(eq=False)
class Walk:
    """A walk along the letter: where it is, the state there, and a bound from above that is proved."""

    f: LargeMap
    start: float
    end: float
    state: Floats
    bound: Floats
    progress: Callable[[float], None] | None = None
    leaps: tuple[float, ...] = ()
    """Values of the letter at which unknowns leave 0: beside them a state is not followed but settles anew."""

    def __post_init__(self) -> None:
        self.place = self.start

    @property
    def direction(self) -> float:
        """1 where the letter grows on the way, else -1."""
        return 1.0 if self.end > self.start else -1.0

    @property
    def is_done(self) -> bool:
        """Whether the end is reached."""
        return (self.end - self.place) * self.direction <= 0

    def jumps(self) -> list[Jump]:
        """Walk to the end; return what was met."""
        met, step = list[Jump](), _WIDEST
        for _ in range(_MOST_STEPS):
            if self.progress is not None:
                self.progress(log(self.place / self.start) / log(self.end / self.start))
            if self.is_done:
                break
            if self._step(step):
                step = min(step * _GROWTH, _LONGEST)
                continue
            step /= 4
            z = self._fold() if step < _NARROW else None
            if z is None and step > _NARROWEST:
                continue
            jump = self._jump(z)
            met += [jump] if jump is not None else []
            step = _NARROW
        return met

    def _step(self, step: float) -> bool:
        """Go on by a step if the state is followed."""
        place = self.place * (1 + self.direction * step)
        place = min(place, self.end) if self.direction > 0 else max(place, self.end)
        for leap in self.leaps:
            near, beyond = (leap * (1 + side * self.direction * BESIDE) for side in (-1, 1))
            if (near - self.place) * self.direction > 0 >= (near - place) * self.direction:
                place = near
            elif (beyond - self.place) * self.direction > 0 >= (near - self.place) * self.direction:
                self.place, self.state = beyond, settled(self.f, self.state, beyond).state
                return True
        state = newton(self.f, self.state, place)
        if state is None or np.max(np.abs(state - self.state)) > _FAR or not is_stable(self.f, state, place):
            return False
        self.place, self.state = place, state
        return True

    def _fold(self) -> Floats | None:
        """Return the fold (q, v, letter) in which the state ends, if it is near."""
        z = fold_near(self.f, self.state, self.place)
        if z is None:
            return None
        ahead = (z[-1] - self.place) * self.direction
        is_near = -GAPS[0] * self.place <= ahead < _BEYOND * self.place and np.max(np.abs(z[: self.f.size] - self.state)) < 4 * _FAR
        return z if is_near and (self.end - z[-1]) * self.direction > 0 else None

    def _jump(self, z: Floats | None) -> Jump | None:
        """Go beyond the end of a state; return None where that leads to no state below, as what was followed was not the largest."""
        first = float(z[-1]) if z is not None else self.place
        for end, gap in self._ends(z):
            place = first if end is None else float(end[-1])
            after = self._located(place * (1 + self.direction * gap))
            if after is not None:
                return self._landed(end, place, gap, after, first)
        before, self.place = self.state if z is None else z[: self.f.size], first * (1 + self.direction * GAPS[-1])
        self.state = settled(self.f, before, self.place).state
        return Jump(None, first, before, None, GAPS[-1], first)

    def _landed(self, end: Floats | None, place: float, gap: float, after: Located, first: float) -> Jump | None:
        """Go on from the state that is proved beyond the end of one; None where it is not below that."""
        before = self.state if end is None else end[: self.f.size]
        self.place, self.state, self.bound = place * (1 + self.direction * gap), after.point, after.box.high
        if not np.any(before - after.box.high > _APART):
            return None
        fold = prove_fold(self.f, end) if end is not None and gap == GAPS[0] else None
        return Jump(fold, place, before, after, gap, first, None if fold is not None else self._between(before, place))

    def _between(self, before: Floats, place: float) -> tuple[float, float] | None:
        """Return a harder value of the letter at which the largest fixed point is proved to be above a state, and that beyond the fold."""
        state = np.where(before > _TINY, before, 0.0)
        for gap in GAPS if self.f.easier else ():
            harder = place * (1 - self.direction * gap)
            if np.all(self.f.at(Interval.of(state), Interval.of(np.float64(harder))).low >= state):
                return min(harder, self.place), max(harder, self.place)
        return None

    def _ends(self, z: Floats | None) -> Iterator[tuple[Floats | None, float]]:
        """Yield a fold, then those that follow on it, then it again, each with how far beyond it is looked."""
        yield z, GAPS[0]
        if z is not None:
            yield from ((later, GAPS[0]) for later in later_folds(self.f, z, self.direction))
        yield from ((z, gap) for gap in GAPS[1:])

    def _located(self, place: float) -> Located | None:
        at = Interval.of(np.float64(place))
        return locate(self.f, at, at, self.bound if self.f.easier else None)


def walk(f: LargeMap, start: float, end: float, progress: Callable[[float], None] | None = None, leaps: Sequence[float] = ()) -> Walk:
    """Return a walk from one value of the letter to another, which is to be the easier one where f is monotone in it."""
    bound = f.begin(Interval.of(np.float64(start)))
    return Walk(f, start, end, settled(f, bound, start).state, bound, progress, tuple(leaps))


MOST_ROUNDS, _STILL = 100_000, 1e-9
"""Rounds that a state in floats is iterated for, at most, and what a round changes at last."""


class Settled(NamedTuple):
    """A state to which rounds lead in floats, and whether it has settled."""

    state: Floats
    is_still: bool


def settled(f: LargeMap, start: Floats, place: float) -> Settled:
    """Return the state to which rounds lead in floats from a start above it."""
    state, moved = start, np.inf
    for _ in range(MOST_ROUNDS):
        ahead = np.minimum(f.floats(state, place), state)
        moved, state = float(np.max(state - ahead, initial=0.0)), ahead
        if moved < _STILL:
            break
    found = newton(f, state, place)
    if found is not None and np.max(np.abs(found - state), initial=0.0) < _FAR:
        return Settled(found, True)
    return Settled(state, moved < _STILL)


def is_stable(f: LargeMap, state: Floats, place: float) -> bool:
    """Whether a fixed point attracts, in floats: (1 - J)^-1 has no negative entry, so that it takes 1 to what is positive."""
    solve = solver(excess_at(f, state, place))
    return solve is not None and bool(np.all(solve(np.ones(f.size)) > 0))
