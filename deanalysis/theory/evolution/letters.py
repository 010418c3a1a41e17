"""Letters by name, for everything that is solved: which are bound, which one is solved for, and clear errors about the rest."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import sympy as sp

from ...errors import InputError
from ...model.exact import Value, bindings
from ...model.symbols import check_letters

__all__ = ["Lettered", "limit_refused", "vanishing"]

_BESIDE = sp.Rational(1, 2**40)
"""What stands for 0 where a model is checked that a letter falls to 0 in."""


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
    """What has `letters` that `bind` can bind."""

    letters: Any

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

    def all_bound(self, values: dict[str, Value], *, limits: bool = False) -> dict[sp.Symbol, sp.Expr]:
        """Return the values of all letters, with `limits` some of them 0; raise `InputError` where one is left free."""
        bound = self._checked(values, limits=limits)
        free = sorted(str(symbol) for symbol in self.letters - set(bound))
        if free:
            raise InputError("the model", f"must have every letter bound; {', '.join(free)} is free", remedy=f"set {free[0]}")
        return bound

    def with_one_letter(self, parameter: sp.Symbol | str | None, values: dict[str, Value]) -> tuple[Self, sp.Symbol]:
        """Bind all letters but one, and return that one."""
        letter = self.parameter(None if parameter is None else str(parameter), **values)
        bound = self.bind(bindings({name: value for name, value in values.items() if name != letter.name}))
        if free := sorted(map(str, bound.letters - {letter})):
            raise InputError("the model", f"must have every letter but {letter} bound", given=", ".join(free))
        return bound, letter

    def plane(
        self, what: str, x: sp.Symbol | str, y: sp.Symbol | str, values: dict[str, Value]
    ) -> tuple[sp.Symbol, sp.Symbol, dict[sp.Symbol, sp.Expr]]:
        """Return two different letters that are left free, and the values of all others; `what` is what has two letters."""
        if str(x) == str(y):
            raise InputError(what, "must have two different letters", given=x)
        across, upward = (self.free({**values, str(other): 1}, letter)[1] for letter, other in ((x, y), (y, x)))
        bound = self._checked({name: value for name, value in values.items() if name not in (str(x), str(y))})
        if free := sorted(map(str, self.letters - {across, upward} - set(bound))):
            raise InputError(what, f"has two letters; {', '.join(free)} is free, too", remedy=f"bind {free[0]}")
        return across, upward, bound

    def free(self, values: dict[str, Value], parameter: sp.Symbol | str | None) -> tuple[dict[sp.Symbol, sp.Expr], sp.Symbol]:
        """Return the bound letters and the one to solve for."""
        if parameter is not None:
            check_letters([str(parameter)], self.letters, "parameter")
            values = {name: value for name, value in values.items() if name != str(parameter)}
        bound = self._checked(values)
        free = sorted(self.letters - set(bound), key=str)
        if parameter is None and len(free) != 1:
            there = f"{', '.join(map(str, free))} are free" if free else "no letter is free"
            raise InputError("parameter", f"must name the letter to solve for; {there}")
        return bound, free[0] if parameter is None else next(symbol for symbol in free if str(symbol) == str(parameter))
