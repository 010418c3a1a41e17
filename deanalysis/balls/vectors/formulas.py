"""The layers of a large system: entries that are one formula, a mean or a product of entries before them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import accumulate
from operator import mul
from typing import Any, Self

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ...symbolic.algebra import simplified
from ..arithmetic import Function
from ..numerical.jets import Jet
from .kinds import FLOAT_JETS, FLOAT_KIND, INTERVAL_JETS, Kind

Where = NDArray[np.int64]
Letters = Mapping[sp.Symbol, Any]
Exact = tuple[sp.Expr | None, ...]


def _unit(value: sp.Expr) -> sp.Expr | None:
    """Return a value if it is 0 or 1."""
    return value if value in (0, 1) else None


@dataclass(frozen=True, eq=False)
class Layer:
    """Entries of one form; `where` says which entries of what was computed before are their arguments.

    Its rows are the arguments, its columns the entries.
    """

    where: Where

    @property
    def count(self) -> int:
        """How many entries it has."""
        return int(self.where.shape[1])

    def of(self, kind: Kind, entries: Any, letters: Letters) -> Any:
        """Return the entries, from all that were computed before and the values of the letters."""
        return self.values(kind, [kind.take(entries, row) for row in self.where], letters)

    def values(self, kind: Kind, arguments: Sequence[Any], letters: Letters) -> Any:
        """Return the entries, from their arguments."""
        raise NotImplementedError

    def slopes(self, kind: Kind, entries: Any, letters: Letters) -> list[Any]:
        """Return the derivatives of the entries by each argument, in floats or intervals."""
        jets, arguments = FLOAT_JETS if kind is FLOAT_KIND else INTERVAL_JETS, [kind.take(entries, row) for row in self.where]
        columns = []
        for number, _ in enumerate(arguments):
            one = kind.spread(1.0, self.count)
            moved = [Jet((value, one)) if index == number else value for index, value in enumerate(arguments)]
            result = self.values(jets, moved, letters)
            columns.append(result.coefficients[1] if isinstance(result, Jet) else kind.spread(0.0, self.count))
        return columns

    def exact(self, arguments: Exact, number: int, values: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr | None:
        """Return an entry that is exactly 0 or 1, of arguments of which some are known exactly (the others are None); None if it is not."""
        raise NotImplementedError

    def grown(self, steps: Where) -> Layer:
        """Return the layer of the derivatives along a direction whose entries, as those of the arguments, are at `steps`."""
        raise NotImplementedError

    def moved(self, where: Where) -> Self:
        """Return the layer with its arguments at other places."""
        return replace(self, where=where)


@dataclass(frozen=True, eq=False)
class Formula(Layer):
    """Entries F(a_1, ..., a_m), one formula for all; `constants` are exact numbers that differ from entry to entry, by their letters."""

    expression: sp.Expr
    arguments: tuple[sp.Symbol, ...]
    constants: Mapping[sp.Symbol, Sequence[sp.Expr]]

    def values(self, kind: Kind, arguments: Sequence[Any], letters: Letters) -> Any:
        """Return the entries, from their arguments."""
        key = kind, *letters
        if key not in self._compiled:
            self._compiled[key] = kind.compiled(self.expression, (*self.arguments, *self.constants, *letters))
        return kind.spread(self._compiled[key](*arguments, *self._constants(kind), *letters.values()), self.count)

    @cached_property
    def _compiled(self) -> dict[Any, Function]:
        return {}

    def exact(self, arguments: Exact, number: int, values: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr | None:
        """Return an entry that is exactly 0 or 1."""
        if not any(value is not None for value in arguments):
            return None
        constants = tuple(column[number] for column in self.constants.values())
        if (arguments, constants) not in self._known:
            put = {symbol: value for symbol, value in zip(self.arguments, arguments, strict=True) if value is not None}
            put |= dict(zip(self.constants, constants, strict=True)) | dict(values)
            self._known[arguments, constants] = _unit(simplified(self.expression.xreplace(put)))
        return self._known[arguments, constants]

    @cached_property
    def _known(self) -> dict[Any, sp.Expr | None]:
        return {}

    def _constants(self, kind: Kind) -> list[Any]:
        return [kind.constants(values) for values in self.constants.values()]

    def grown(self, steps: Where) -> Formula:
        """Return the layer of sum_k dF/da_k w_k."""
        w = tuple(sp.Dummy(f"w_{symbol}") for symbol in self.arguments)
        slope = sp.Add(*(step * sp.diff(self.expression, symbol) for step, symbol in zip(w, self.arguments, strict=True)))
        return Formula(np.vstack([self.where, steps]), slope, (*self.arguments, *w), self.constants)


@dataclass(frozen=True, eq=False)
class Mean(Layer):
    """Entries that are sums of others over a whole number, such as means over the topics of a window."""

    weight: int

    def of(self, kind: Kind, entries: Any, letters: Letters) -> Any:
        """Return the entries, from all that were computed before."""
        return kind.mean(entries, self.where, self.weight)

    def exact(self, arguments: Exact, number: int, values: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr | None:
        """Return an entry that is exactly 0 or 1."""
        return None if None in arguments else _unit(sp.Add(*arguments) / self.weight)

    def slopes(self, kind: Kind, entries: Any, letters: Letters) -> list[Any]:
        """Return 1 over the number, for each argument."""
        share = kind.spread(1.0, self.count) / self.weight
        return [share] * len(self.where)

    def grown(self, steps: Where) -> Mean:
        """Return the same mean of the steps."""
        return Mean(steps, self.weight)


@dataclass(frozen=True, eq=False)
class Product(Layer):
    """Entries b a_1 ... a_m, with one formula b of the letters for all."""

    coefficient: sp.Expr

    def values(self, kind: Kind, arguments: Sequence[Any], letters: Letters) -> Any:
        """Return the entries, from their arguments."""
        return self._scaled(kind, reduce(kind.times, arguments), letters)

    def exact(self, arguments: Exact, number: int, values: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr | None:
        """Return an entry that is exactly 0 or 1."""
        if any(value == 0 for value in arguments):
            return sp.S.Zero
        return None if None in arguments else _unit(sp.Mul(self.coefficient.xreplace(dict(values)), *arguments))

    def _scaled(self, kind: Kind, values: Any, letters: Letters) -> Any:
        if self.coefficient == 1:
            return values
        key = kind, *letters
        if key not in self._compiled:
            self._compiled[key] = kind.compiled(self.coefficient, tuple(letters))
        return kind.times(values, kind.spread(self._compiled[key](*letters.values()), self.count))

    @cached_property
    def _compiled(self) -> dict[Any, Function]:
        return {}

    def slopes(self, kind: Kind, entries: Any, letters: Letters) -> list[Any]:
        """Return the products of all other arguments, for each argument."""
        return [self._scaled(kind, other, letters) for other in _without_each([kind.take(entries, row) for row in self.where])]

    def grown(self, steps: Where) -> Layer:
        """Return the layer of b sum_k w_k prod_(l != k) a_l."""
        return _GrownProduct(np.vstack([self.where, steps]), self.coefficient)


@dataclass(frozen=True, eq=False)
class _GrownProduct(Product):
    """Entries b sum_k w_k prod_(l != k) a_l, with the a first and then the w as arguments: the slope of the product of a_k + w_k h."""

    def values(self, kind: Kind, arguments: Sequence[Any], letters: Letters) -> Any:
        """Return the entries, from their arguments."""
        half = len(arguments) // 2
        product, grown = arguments[0], arguments[half]
        for other, step in zip(arguments[1:half], arguments[half + 1 :], strict=True):
            grown = kind.plus(kind.times(grown, other), kind.times(product, step))
            product = kind.times(product, other)
        return self._scaled(kind, grown, letters)

    def slopes(self, kind: Kind, entries: Any, letters: Letters) -> list[Any]:
        """Return the slope of the product of all others for each a, and the product itself for each w."""
        arguments, half = [kind.take(entries, row) for row in self.where], len(self.where) // 2
        others = _without_each([Jet(pair) for pair in zip(arguments[:half], arguments[half:], strict=True)])
        return [self._scaled(kind, other.coefficients[order], letters) for order in (1, 0) for other in others]


def _without_each(factors: Sequence[Any]) -> list[Any]:
    """Return the products of all factors but one, for each of at least two."""
    before = list(accumulate(factors, mul))
    after = list(accumulate(reversed(factors), mul))[::-1]
    inner = [mul(low, high) for low, high in zip(before[:-2], after[2:], strict=True)]
    return [after[1], *inner, before[-2]]
