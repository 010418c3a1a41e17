"""Letters by name, for everything that is solved: which are bound, which one is solved for, and clear errors about the rest."""

from collections.abc import Mapping
from typing import Any

import sympy as sp

from ..errors import InputError
from ..model.exact import Value, bindings
from ..model.files import check_letters

__all__ = ["Lettered"]


class Lettered:
    """What has `letters` that `bind` can bind."""

    letters: Any

    def bind(self, bound: Mapping[sp.Symbol, sp.Expr]) -> Any:
        """Return a copy with letters bound; `InputError` where that leaves it none of its kind."""
        raise NotImplementedError

    def parameter(self, name: str | None = None, **values: Value) -> sp.Symbol:
        """Return the letter to solve for: the one named, or the only one that `values` leave free."""
        return self._free(values, name)[1]

    def _checked(self, values: dict[str, Value]) -> dict[sp.Symbol, sp.Expr]:
        check_letters(values, self.letters, "the binding")
        bound = bindings(values)
        self.bind(bound)
        return bound

    def all_bound(self, values: dict[str, Value]) -> dict[sp.Symbol, sp.Expr]:
        """Return the values of all letters; raise `InputError` where one is left free."""
        bound = self._checked(values)
        free = sorted(str(symbol) for symbol in self.letters - set(bound))
        if free:
            raise InputError("the model", f"must have every letter bound; {', '.join(free)} is free", remedy=f"set {free[0]}")
        return bound

    def _plane(
        self, what: str, x: sp.Symbol | str, y: sp.Symbol | str, values: dict[str, Value]
    ) -> tuple[sp.Symbol, sp.Symbol, dict[sp.Symbol, sp.Expr]]:
        """Return two different letters that are left free, and the values of all others; `what` is what has two letters."""
        if str(x) == str(y):
            raise InputError(what, "must have two different letters", given=x)
        across, upward = (self._free({**values, str(other): 1}, letter)[1] for letter, other in ((x, y), (y, x)))
        bound = self._checked({name: value for name, value in values.items() if name not in (str(x), str(y))})
        if free := sorted(map(str, self.letters - {across, upward} - set(bound))):
            raise InputError(what, f"has two letters; {', '.join(free)} is free, too", remedy=f"bind {free[0]}")
        return across, upward, bound

    def _free(self, values: dict[str, Value], parameter: sp.Symbol | str | None) -> tuple[dict[sp.Symbol, sp.Expr], sp.Symbol]:
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
