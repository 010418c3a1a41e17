"""The largest fixed point of a large system to any number of digits, from the box in which it is located."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from flint import arb, ctx, fmpz
from numpy.typing import NDArray

from .intervals import Floats
from .located import Located
from .maps import LargeMap
from .solving import excess_at, solver


def polished(f: LargeMap, located: Located, p: arb | None) -> Callable[[int], list[arb]]:
    """Return bits -> the fixed point in a box to so many bits, for a value of the letter.

    With J e <= k e over the box, a point x of it is within |f(x) - x|/(1 - k) of the fixed point, in the norm max |z_i|/e_i.
    """
    zero = zeros_of(f, located)
    place = 1.0 if p is None else float(p.mid())
    solve = solver(excess_at(f, located.point, place))

    def compute(bits: int) -> list[arb]:
        with ctx.workprec(bits + 20):
            point = [arb(0) if is_zero else arb(float(at)) for at, is_zero in zip(located.point, zero, strict=True)]
            point, last = _inside(point, located), arb("inf")
            while True:
                off = [value - at for value, at in zip(f.balls(point, p), point, strict=True)]
                error = _size(off, located.e, zero) / (1 - arb(located.factor))
                if solve is None or error < arb(2) ** (-bits) or not error < last / 2:
                    return [_around(at, error, float(size), is_zero) for at, size, is_zero in zip(point, located.e, zero, strict=True)]
                step = _scaled(solve, off)
                moved = [arb(0) if is_zero else arb((at + change).mid()) for at, change, is_zero in zip(point, step, zero, strict=True)]
                point, last = _inside(moved, located), error

    return compute


def _around(at: arb, error: arb, size: float, is_zero: bool) -> arb:
    return arb(0) if is_zero else at + arb(0, (error * size).upper())


def _inside(point: Sequence[arb], located: Located) -> list[arb]:
    """Return a point of the box near another one."""
    ends = zip(point, located.box.low, located.box.high, strict=True)
    return [arb(float(low)) if at < float(low) else arb(float(high)) if at > float(high) else at for at, low, high in ends]


def _size(off: Sequence[arb], e: Floats, zero: NDArray[np.bool_]) -> arb:
    parts = [arb(abs(value).upper()) / float(size) for value, size, is_zero in zip(off, e, zero, strict=True) if not is_zero]
    return max(parts, default=arb(0), key=lambda part: float(part.upper()) if part.is_finite() else np.inf).upper()


def _scaled(solve: Callable[[Floats], Floats], values: Sequence[arb]) -> list[arb]:
    """Solve by floats for numbers that floats may not hold."""
    largest = max((arb(abs(value).upper()) for value in values), default=arb(0), key=lambda value: value.mid())
    if largest == 0 or not largest.is_finite():
        return list(values)
    mantissa, exponent = largest.mid().man_exp()
    unit = arb(2) ** (fmpz(exponent) + int(abs(mantissa)).bit_length())
    solution = solve(np.array([float((value / unit).mid()) for value in values]))
    return [arb(float(entry)) * unit for entry in solution]


def zeros_of(f: LargeMap, located: Located) -> NDArray[np.bool_]:
    """Return which unknowns are exactly 0: those that stay 0 where they are, whatever the others in the box."""
    zero = located.box.low == 0
    while np.any(zero):
        stays = f.layers.zeros(zero, f.values)
        if np.all(stays[zero]):
            break
        zero = zero & stays
    return np.asarray(zero)
