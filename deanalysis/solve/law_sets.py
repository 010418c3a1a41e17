"""Sets of degree laws: the degrees allowed, the least fraction of each, and the mean; exactly."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Self

import sympy as sp

from ..errors import InputError
from ..model.checks import require_between
from ..model.compositions import Polynomial
from ..model.exact import Value, exact

__all__ = ["LawSet"]

_MOST_DEGREES, _LARGEST_DEGREE = 1000, 10_000
_DECIMALS = 10**12
_NEGLIGIBLE = 1e-10
_RANGE = re.compile(r"\s*([0-9]{1,9})\s*(?::\s*([0-9]{1,9})\s*)?\Z")


@dataclass(frozen=True)
class LawSet:
    """All laws on `degrees` in which a fraction of at least `least[i]` of the nodes has degree i, with a given mean or any (None).

    >>> LawSet.of("2:4", {2: "0.1"}, 3).round([0.2, 0.6, 0.2])
    Polynomial(terms=((2, 1/5), (3, 3/5), (4, 1/5)))
    """

    degrees: tuple[int, ...]
    least: tuple[Fraction, ...]
    mean: Fraction | None

    @classmethod
    def of(cls, degrees: str | Iterable[int], least: Mapping[int, Value] | None = None, mean: Value | None = None) -> Self:
        """Return the set that a user states; raises `InputError` where it is malformed or empty."""
        allowed = _degrees(degrees)
        bounds = {_whole(degree, "least"): _fraction(value, f"least {degree}") for degree, value in (least or {}).items()}
        for degree in bounds:
            if degree not in allowed:
                raise InputError(f"least {degree}", "must bound one of the degrees allowed", remedy=f"add {degree} to `degrees`")
        total = sum(bounds.values(), Fraction(0))
        if total > 1:
            raise InputError("least", "must not sum to more than 1", given=total)
        found = cls(allowed, tuple(bounds.get(degree, Fraction(0)) for degree in allowed), None)
        return found if mean is None else found.with_mean(mean)

    def with_mean(self, mean: Value) -> Self:
        """Return the subset of a given mean; raises `InputError` where it is empty."""
        value = exact(mean, "mean")
        if not value.is_Rational:
            raise InputError("mean", "must be a rational number", given=mean)
        rest, free = Fraction(int(value.p), int(value.q)), self.free
        rest -= sum((bound * degree for degree, bound in zip(self.degrees, self.least, strict=True)), Fraction(0))
        if not free * self.degrees[0] <= rest <= free * self.degrees[-1]:
            bounded = ", with the least fractions given" if any(self.least) else ""
            remedy = f"the degrees are {self.degrees[0]} to {self.degrees[-1]}{bounded}"
            raise InputError("mean", "must be the mean of a law of these degrees", given=value, remedy=remedy)
        return type(self)(self.degrees, self.least, Fraction(int(value.p), int(value.q)))

    @property
    def free(self) -> Fraction:
        """The fraction of nodes that no least fraction binds."""
        return 1 - sum(self.least, Fraction(0))

    def round(self, weights: Iterable[float]) -> Polynomial:
        """Return the law near `weights` that lies exactly in the set, without negligible fractions."""
        fractions = [
            max(bound, Fraction(round(weight * _DECIMALS), _DECIMALS)) if weight - bound > _NEGLIGIBLE else bound
            for weight, bound in zip(weights, self.least, strict=True)
        ]
        by_slack = sorted(range(len(fractions)), key=lambda place: self.least[place] - fractions[place])
        excess = 1 - sum(fractions, Fraction(0))
        if self.mean is None:
            fractions[by_slack[0]] += excess
            return self._law(fractions)
        missing = self.mean - sum((part * degree for degree, part in zip(self.degrees, fractions, strict=True)), Fraction(0))
        return self._law(self._mended(fractions, by_slack, excess, missing))

    def _mended(self, fractions: list[Fraction], order: list[int], excess: Fraction, missing: Fraction) -> list[Fraction]:
        """Change two fractions so that sum and mean are exact, those with most room first."""
        if excess == 0 and missing == 0:
            return fractions
        for one, other in combinations(order, 2):
            low, high = self.degrees[one], self.degrees[other]
            change = (missing - low * excess) / (high - low)
            mended = {one: fractions[one] + excess - change, other: fractions[other] + change}
            if all(value >= self.least[place] for place, value in mended.items()):
                return [mended.get(place, value) for place, value in enumerate(fractions)]
        raise InputError("mean", "leaves no law with rational fractions near the optimum", given=self.mean)

    def _law(self, fractions: list[Fraction]) -> Polynomial:
        pairs = zip(self.degrees, fractions, strict=True)
        return Polynomial(tuple((degree, sp.Rational(part.numerator, part.denominator)) for degree, part in pairs if part))


def _degrees(stated: str | Iterable[int]) -> tuple[int, ...]:
    """Return the degrees of 2:8 or 2,3,5:9 or of an iterable, in order."""
    found: set[int] = set()
    for part in stated.split(",") if isinstance(stated, str) else _listed(stated):
        match = _RANGE.match(str(part)) if not isinstance(part, bool) else None
        if not match:
            raise InputError("degrees", "must be whole numbers such as 2:8 or 2,3,8", given=part)
        low, high = int(match[1]), int(match[2] or match[1])
        if not 1 <= low <= high <= _LARGEST_DEGREE:
            raise InputError("degrees", f"must run upwards within 1 to {_LARGEST_DEGREE}", given=part)
        found.update(range(low, high + 1))
        if len(found) > _MOST_DEGREES:
            raise InputError("degrees", f"must be at most {_MOST_DEGREES}", given=f"{len(found)} of them")
    if not found:
        raise InputError("degrees", "must name at least one degree")
    return tuple(sorted(found))


def _listed(stated: Iterable[int]) -> Iterable[int]:
    if not isinstance(stated, Iterable):
        raise InputError("degrees", "must be whole numbers such as 2:8 or 2,3,8", given=stated)
    return stated


def _whole(value: object, argument: str) -> int:
    if isinstance(value, bool) or not re.fullmatch("[0-9]{1,9}", str(value).strip()):
        raise InputError(argument, "must name a degree, a whole number", given=value)
    return int(str(value).strip())


def _fraction(value: Value, argument: str) -> Fraction:
    number = require_between(exact(value, argument), 0, 1, argument)
    if not number.is_Rational:
        raise InputError(argument, "must be a rational number from 0 to 1", given=value)
    return Fraction(int(number.p), int(number.q))
