"""Sets of degree laws: the degrees allowed, the least and the greatest fraction of each, and the mean; exactly."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Self

import sympy as sp

from ...checks import require_between
from ...errors import InputError
from ...model.compositions import Polynomial
from ...model.exact import Value, exact

_MOST_DEGREES, _LARGEST_DEGREE = 1000, 10_000
"""Each degree takes a column of the linear programs, and polynomials of the largest degree in balls."""
_DECIMALS = 10**12
"""Fractions are rounded to 12 decimals, far below the tolerance of linear programs."""
_NEGLIGIBLE = 1e-10
"""A fraction so near to one of its bounds, the tolerance of linear programs, is that bound."""
_RANGE = re.compile(r"\s*([0-9]{1,9})\s*(?::\s*([0-9]{1,9})\s*)?\Z")


@dataclass(frozen=True)
class LawSet:
    """All laws on `degrees` in which a fraction from `least[i]` to `most[i]` of the nodes has degree i, with a given mean or any (None).

    >>> LawSet.of("2:4", {2: "0.1"}, 3).round([0.2, 0.6, 0.2])
    Polynomial(terms=((2, 1/5), (3, 3/5), (4, 1/5)))
    """

    degrees: tuple[int, ...]
    least: tuple[Fraction, ...]
    most: tuple[Fraction, ...]
    mean: Fraction | None

    @classmethod
    def of(
        cls,
        degrees: str | Iterable[int],
        least: Mapping[int, Value] | None = None,
        mean: Value | None = None,
        at_most: Mapping[int, Value] | None = None,
    ) -> Self:
        """Return the set that a user states; raises `InputError` where it is malformed or empty."""
        allowed = _degrees(degrees)
        low, high = _bounds(least, "least", allowed, 0), _bounds(at_most, "at_most", allowed, 1)
        if crossed := [degree for degree in allowed if low[degree] > high[degree]]:
            raise InputError(f"least {crossed[0]}", "must not exceed what it may be at most", given=low[crossed[0]])
        if (total := sum(low.values())) > 1:
            raise InputError("least", "must not sum to more than 1", given=total)
        if (total := sum(high.values())) < 1:
            raise InputError("at_most", "must leave room for all nodes: it sums to less than 1", given=total)
        used = [degree for degree in allowed if high[degree] > 0]
        laws = cls(tuple(used), tuple(low[degree] for degree in used), tuple(high[degree] for degree in used), None)
        return laws if mean is None else laws.with_mean(mean)

    def with_mean(self, mean: Value) -> Self:
        """Return the subset of a given mean; raises `InputError` where it is empty."""
        value = exact(mean, "mean")
        if not value.is_Rational:
            raise InputError("mean", "must be a rational number", given=mean)
        upward = range(len(self.degrees))
        least, most = (self._mean(self.filled(order)) for order in (upward, reversed(upward)))
        if not least <= (wanted := Fraction(int(value.p), int(value.q))) <= most:
            remedy = f"the means of these laws run from {least} to {most}"
            raise InputError("mean", "must be the mean of a law of these degrees", given=value, remedy=remedy)
        return replace(self, mean=wanted)

    def _mean(self, fractions: Iterable[Fraction]) -> Fraction:
        return sum((share * degree for degree, share in zip(self.degrees, fractions, strict=True)), Fraction(0))

    def filled(self, order: Iterable[int]) -> list[Fraction]:
        """Return the fractions of the law that gives each degree, in an order of their indices, as much as it may have.

        >>> LawSet.of("2:4", {2: "0.1"}, at_most={3: "0.3"}).filled([1, 0, 2])
        [Fraction(7, 10), Fraction(3, 10), Fraction(0, 1)]
        """
        shares, left = list(self.least), 1 - sum(self.least, Fraction(0))
        for index in order:
            more = min(left, self.most[index] - self.least[index])
            shares[index], left = shares[index] + more, left - more
        return shares

    def round(self, weights: Iterable[float]) -> Polynomial:
        """Return the law near `weights` that lies exactly in the set, without negligible fractions."""
        fractions = [_rounded(*bounded) for bounded in zip(weights, self.least, self.most, strict=True)]
        rooms = [min(share - low, high - share) for share, low, high in zip(fractions, self.least, self.most, strict=True)]
        by_room = sorted(range(len(fractions)), key=lambda index: -rooms[index])
        excess = 1 - sum(fractions, Fraction(0))
        if self.mean is None:
            fractions[by_room[0]] += excess
        else:
            fractions = self._mended(fractions, by_room, excess, self.mean - self._mean(fractions))
        shares = zip(self.degrees, fractions, strict=True)
        return Polynomial(tuple((degree, sp.Rational(share.numerator, share.denominator)) for degree, share in shares if share))

    def _mended(self, fractions: list[Fraction], order: list[int], excess: Fraction, missing: Fraction) -> list[Fraction]:
        """Change two fractions so that sum and mean are exact, those with most room first."""
        if excess == 0 and missing == 0:
            return fractions
        for first, second in combinations(order, 2):
            low, high = self.degrees[first], self.degrees[second]
            change = (missing - low * excess) / (high - low)
            mended = {first: fractions[first] + excess - change, second: fractions[second] + change}
            if all(self.least[index] <= share <= self.most[index] for index, share in mended.items()):
                return [mended.get(index, share) for index, share in enumerate(fractions)]
        raise InputError("mean", "leaves no law with rational fractions near the optimum", given=self.mean)


def _rounded(weight: float, low: Fraction, high: Fraction) -> Fraction:
    """Return a weight as a fraction of few decimals within its bounds, at a bound where it nearly is."""
    if weight - low <= _NEGLIGIBLE or high - weight <= _NEGLIGIBLE:
        return low if weight - low <= high - weight else high
    return min(high, max(low, Fraction(round(weight * _DECIMALS), _DECIMALS)))


def _bounds(stated: Mapping[int, Value] | None, name: str, allowed: tuple[int, ...], unstated: int) -> dict[int, Fraction]:
    """Read bounds on fractions by degree; those that are not stated are `unstated`."""
    bounds = dict.fromkeys(allowed, Fraction(unstated))
    for key, value in (stated or {}).items():
        if isinstance(key, bool) or not re.fullmatch("[0-9]{1,9}", str(key).strip()):
            raise InputError(name, "must name a degree, a whole number", given=key)
        degree = int(str(key))
        argument = f"{name} {degree}"
        if degree not in allowed:
            raise InputError(argument, "must bound one of the degrees allowed", remedy=f"add {degree} to `degrees`")
        share = require_between(exact(value, argument), 0, 1, argument)
        if not share.is_Rational:
            raise InputError(argument, "must be a rational number from 0 to 1", given=value)
        bounds[degree] = Fraction(int(share.p), int(share.q))
    return bounds


def _degrees(stated: str | Iterable[int]) -> tuple[int, ...]:
    """Return the degrees of 2:8 or 2,3,5:9 or of an iterable, in order."""
    degrees: set[int] = set()
    parts = stated.split(",") if isinstance(stated, str) else stated if isinstance(stated, Iterable) else [stated]
    for part in parts:
        match = _RANGE.match(str(part)) if not isinstance(part, bool) and isinstance(stated, Iterable) else None
        if not match:
            raise InputError("degrees", "must be whole numbers such as 2:8 or 2,3,8", given=part)
        low, high = int(match[1]), int(match[2] or match[1])
        if not 1 <= low <= high <= _LARGEST_DEGREE:
            raise InputError("degrees", f"must run upwards within 1 to {_LARGEST_DEGREE}", given=part)
        degrees.update(range(low, high + 1))
        if len(degrees) > _MOST_DEGREES:
            raise InputError("degrees", f"must be at most {_MOST_DEGREES}", given=f"{len(degrees)} of them")
    if not degrees:
        raise InputError("degrees", "must name at least one degree")
    return tuple(sorted(degrees))
