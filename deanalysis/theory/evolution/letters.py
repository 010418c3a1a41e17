"""Letters by name, for everything that is solved: which are bound, which one is solved for, and the values that it may take."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple, Self, TypeAlias

import sympy as sp

from ...errors import InputError
from ...model.exact import Limit, Value, bindings
from ...model.symbols import check_letters
from ...symbolic.algebra import tried

Named: TypeAlias = sp.Symbol | str | None
"""A letter or its name; None stands for the only letter that is free."""

_BESIDE = sp.Rational(1, 2**40)
"""What stands for 0 where a model is checked that a letter falls to 0 in: small beside every mean, and no trouble for exact arithmetic."""


def vanishing(values: Mapping[sp.Symbol, sp.Expr]) -> list[sp.Symbol]:
    """Return the letters that fall to 0."""
    return sorted((symbol for symbol, value in values.items() if value == 0), key=str)


@contextmanager
def limit_refused(values: Mapping[sp.Symbol, sp.Expr]) -> Iterator[None]:
    """Say of what cannot be had where letters are 0 that they must be positive."""
    try:
        yield
    except (InputError, ZeroDivisionError) as error:
        raise InputError(", ".join(map(str, vanishing(values))), "must be positive: this model has no limit at 0 that is known") from error


class Lettered:
    """What has `letters` that `bind` can bind, within `limits` that hold together."""

    letters: Any
    limits: Any

    def bind(self, bound: Mapping[sp.Symbol, sp.Expr]) -> Any:
        """Return a copy with letters bound; `InputError` where that leaves it none of its kind."""
        raise NotImplementedError

    def parameter(self, name: str | None = None, **values: Value) -> sp.Symbol:
        """Return the letter to solve for: the one named, or the only one that `values` leave free."""
        return self.free(values, name)[1]

    def _checked(self, values: dict[str, Value], *, limits: bool = False) -> dict[sp.Symbol, sp.Expr]:
        check_letters(values, self.letters, "the binding")
        bound = bindings(values, limits=limits)
        self.bind({symbol: value for symbol, value in bound.items() if value != 0})
        if vanishing(bound):
            with limit_refused(bound):
                self.bind({symbol: value or _BESIDE for symbol, value in bound.items()})
        return bound

    def _named(self, name: sp.Symbol | str, argument: str = "parameter") -> sp.Symbol:
        check_letters([str(name)], self.letters, argument)
        return next(symbol for symbol in self.letters if symbol.name == str(name))

    def all_bound(self, values: dict[str, Value], *, limits: bool = False) -> dict[sp.Symbol, sp.Expr]:
        """Return the values of all letters, with `limits` some of them 0; raise `InputError` where one is left free."""
        bound = self._checked(values, limits=limits)
        if free := sorted(map(str, self.letters - set(bound))):
            raise InputError("the model", f"must have every letter bound; {', '.join(free)} is free", remedy=f"set {free[0]}")
        return bound

    def free(self, values: dict[str, Value], parameter: Named, *, alone: bool = False) -> tuple[dict[sp.Symbol, sp.Expr], sp.Symbol]:
        """Return the bound letters and the one to solve for, which with `alone` must be the only one that is free."""
        letter = None if parameter is None else self._named(parameter)
        bound = self._checked({name: value for name, value in values.items() if name != str(parameter)})
        free = sorted(self.letters - set(bound), key=str)
        if letter is None and len(free) != 1:
            there = f"{', '.join(map(str, free))} are free" if free else "no letter is free"
            raise InputError("parameter", f"must name the letter to solve for; {there}")
        letter = letter or free[0]
        if alone and (others := [str(symbol) for symbol in free if symbol != letter]):
            still_free = f"must have every letter but {letter} bound; {', '.join(others)} is free"
            raise InputError("the model", still_free, remedy=f"set {others[0]}")
        return bound, letter

    def with_one_letter(self, parameter: Named, values: dict[str, Value]) -> tuple[Self, sp.Symbol]:
        """Bind all letters but one, and return that one."""
        bound, letter = self.free(values, parameter, alone=True)
        return self.bind(bound), letter

    def plane(
        self, what: str, x: sp.Symbol | str, y: sp.Symbol | str, values: dict[str, Value]
    ) -> tuple[sp.Symbol, sp.Symbol, dict[sp.Symbol, sp.Expr]]:
        """Return two different letters that are left free, and the values of all others; `what` is what has two letters."""
        if str(x) == str(y):
            raise InputError(what, "must have two different letters", given=x)
        across, upward = (self._named(name, what) for name in (x, y))
        bound = self._checked({name: value for name, value in values.items() if name not in (str(x), str(y))})
        if free := sorted(map(str, self.letters - {across, upward} - set(bound))):
            raise InputError(what, f"has two letters; {', '.join(free)} is free, too", remedy=f"bind {free[0]}")
        return across, upward, bound


class Domain(NamedTuple):
    """The interval of a letter; `high` is None where it is unbounded. The letter is positive, so 0 itself does not belong to it."""

    low: sp.Expr
    high: sp.Expr | None

    def __str__(self) -> str:
        return f"({self.low}, {self.high})" if self.high is not None else f"({self.low}, oo)"


def domain(model: Lettered, parameter: sp.Symbol, values: Mapping[sp.Symbol, sp.Expr]) -> Domain:
    """Return the interval in which a letter keeps every weight, mean, shape and probability within its limits, the others bound.

    Raises `InputError` where the limits hold nowhere, in several intervals, or cannot be solved for the letter.

    >>> from deanalysis import Ensemble, Poisson, Polynomial, SkillLearner, letter
    >>> from deanalysis.theory.evolution.equations.density_evolution import FixedPointEquation
    >>> w = letter("w")
    >>> mixed = Ensemble(Poisson(3), Polynomial(((2, w / 2), (3, 1 - w / 2))))
    >>> print(domain(FixedPointEquation(mixed, SkillLearner(1)), w, {}))
    (0, 2)
    """
    bound = dict(values)
    limits = [Limit(limit.expression.xreplace(bound), limit.low, limit.high) for limit in model.limits]
    conditions = [condition for limit in limits if limit.expression.has(parameter) for condition in _conditions(limit, parameter)]
    ends: list[Any] = [sp.S.Zero, *sorted({root for condition in conditions for root in _roots(condition, parameter)}), None]
    allowed = [(low, high) for low, high in pairwise(ends) if _holds(conditions, parameter, low, high)]
    if not allowed:
        raise InputError(f"parameter {parameter}", "must have a value for which the model is one; there is none")
    if any(before[1] != after[0] for before, after in pairwise(allowed)):
        raise InputError(f"parameter {parameter}", "must have one interval of values for which the model is one; it has several")
    return Domain(allowed[0][0], allowed[-1][1])


def _conditions(limit: Limit, parameter: sp.Symbol) -> Iterable[sp.Expr]:
    """Return polynomials in the parameter that must not be negative."""
    for expression in (limit.expression - limit.low, *([limit.high - limit.expression] if limit.high is not None else [])):
        if expression.is_nonnegative:
            continue
        numerator, denominator = sp.fraction(tried(partial(sp.together, expression), expression))
        condition = sp.expand(numerator * denominator)
        if not condition.is_polynomial(parameter) or condition.free_symbols != {parameter}:
            raise InputError(f"parameter {parameter}", "must enter weights and probabilities rationally", given=limit.expression)
        yield condition


def _roots(condition: sp.Expr, parameter: sp.Symbol) -> list[sp.Expr]:
    """Return the positive roots of a polynomial, in radicals where SymPy does not isolate them."""
    polynomial = sp.Poly(condition, parameter)
    roots = tried(lambda: sp.real_roots(polynomial)) if polynomial.degree() > 0 else []
    if roots is None:
        roots = tried(lambda: _radicals(polynomial))
    if roots is None:
        raise InputError(f"parameter {parameter}", "must enter weights so that their limits can be solved for it", given=condition)
    return [root for root in roots if root > 0]


def _radicals(polynomial: sp.Poly) -> list[sp.Expr] | None:
    """Return the real roots in radicals, which there are over any numbers; None where they are not all of them."""
    roots = sp.roots(polynomial)
    if sum(roots.values()) != polynomial.degree() or any(root.is_real is None for root in roots):
        return None
    return [root for root in roots if root.is_real]


def _holds(conditions: list[sp.Expr], parameter: sp.Symbol, low: sp.Expr, high: sp.Expr | None) -> bool:
    inside = low + 1 if high is None else (low + high) / 2
    return all(condition.subs(parameter, inside) >= 0 for condition in conditions)
