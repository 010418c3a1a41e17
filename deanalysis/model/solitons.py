"""Soliton laws: the degrees of the texts of an LT code, which are its received symbols; the skills are its K input symbols."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import sympy as sp

from ..checks import check_count
from ..errors import InputError
from .exact import between, exact, positive
from .laws import FEW_SUMMANDS, MANY_SUMMANDS, ClosedLaw

_k = sp.Symbol("k", integer=True, positive=True)


@dataclass(frozen=True)
class IdealSoliton(ClosedLaw):
    """Ideal soliton law of K symbols: rho(1) = 1/K, and rho(d) = 1/(d(d-1)) for d = 2, ..., K (Luby, FOCS 2002, definition 9).

    The generating function is an unevaluated `Sum`, so that K = 10^4 costs nothing here. Raises `InputError` unless K is a whole number.

    >>> IdealSoliton(4).pmf(1), IdealSoliton(4).pmf(4), IdealSoliton(4).mean.doit()
    (1/4, 1/12, 25/12)
    """

    symbols: sp.Expr
    _called: ClassVar[str] = "ideal_soliton"

    def __post_init__(self) -> None:
        super().__post_init__()
        argument = f"{self._called} K"
        self._set("symbols", sp.Integer(check_count(exact(self.symbols, argument), 2, MANY_SUMMANDS, argument)))

    @property
    def _weight(self) -> sp.Expr:
        """What the weights sum to."""
        return sp.S.One

    def derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        return sp.S.One if argument == 1 and order == 0 else self._moment(argument, order) / self._weight

    def edge_derivative(self, argument: sp.Expr, order: int) -> sp.Expr:
        return sp.S.One if argument == 1 and order == 0 else self._moment(argument, order + 1) / self._moment(sp.S.One, 1)

    def _moment(self, argument: sp.Expr, order: int) -> sp.Expr:
        """Return a derivative of the sum of the weights times powers of the argument."""
        alone = _power(argument, 1, order) / self.symbols
        return alone + _powers(1 / (_k * (_k + 1)), 1, int(self.symbols) - 1, argument, order, shift=1)

    def weight(self, degree: int) -> sp.Expr:
        """Return what p_d is proportional to, for d from 1 to K."""
        return 1 / self.symbols if degree == 1 else sp.Rational(1, degree * (degree - 1))

    def pmf(self, degree: int) -> sp.Expr:
        return self.weight(degree) / self._weight if 1 <= degree <= self.symbols else sp.S.Zero

    @property
    def support(self) -> tuple[int, int | None] | None:
        return 1, int(self.symbols)


@dataclass(frozen=True)
class RobustSoliton(IdealSoliton):
    """Robust soliton law of K symbols: mu(d) = (rho(d) + tau(d))/beta, rho the ideal one (Luby, FOCS 2002, definition 11).

    With S = C ln(K/DELTA) sqrt(K), tau(d) is S/(K d) for d < K/S, S ln(S/DELTA)/K at d = K/S, which is rounded to the nearest whole number,
    and 0 beyond; beta is the sum of rho and tau (MacKay, Information Theory, Inference, and Learning Algorithms, 2003, section 50.4).
    C > 0 and 0 < DELTA <= 1 are numbers. Raises `InputError` where DELTA < S <= K does not hold.

    >>> RobustSoliton(10000, "0.2", "0.05").spike
    41
    """

    scale: sp.Expr = field(metadata=positive("robust_soliton C"))
    failure: sp.Expr = field(metadata=between("robust_soliton DELTA", 0, 1, open_low=True))
    _called: ClassVar[str] = "robust_soliton"

    def __post_init__(self) -> None:
        super().__post_init__()
        for argument, value in {"C": self.scale, "DELTA": self.failure}.items():
            if value.free_symbols:
                raise InputError(f"robust_soliton {argument}", "must be a number", given=value)
        if not self.failure < self.ripple <= self.symbols:
            remedy = "choose another C"
            raise InputError(
                "robust_soliton S = C ln(K/DELTA) sqrt(K)", "must lie between DELTA and K", given=self.ripple.n(6), remedy=remedy
            )

    @property
    def ripple(self) -> sp.Expr:
        """S = C ln(K/DELTA) sqrt(K), the expected number of symbols that can be decoded at once."""
        return self.scale * sp.log(self.symbols / self.failure) * sp.sqrt(self.symbols)

    @cached_property
    def spike(self) -> int:
        """K/S, rounded to the nearest whole number: the degree at which tau has its spike."""
        return int(sp.floor(self.symbols / self.ripple + sp.S.Half))

    @property
    def _height(self) -> sp.Expr:
        """tau at the spike."""
        return self.ripple / self.symbols * sp.log(self.ripple / self.failure)

    @cached_property
    def _weight(self) -> sp.Expr:
        below = sp.Sum(1 / _k, (_k, 1, self.spike - 1)) if self.spike > 1 else sp.S.Zero
        return 1 + self.ripple / self.symbols * (below if self.spike > FEW_SUMMANDS else below.doit()) + self._height

    def _moment(self, argument: sp.Expr, order: int) -> sp.Expr:
        below = self.ripple / self.symbols * _powers(1 / _k, 1, self.spike - 1, argument, order)
        return super()._moment(argument, order) + below + self._height * _power(argument, self.spike, order)

    def weight(self, degree: int) -> sp.Expr:
        if degree > self.spike:
            return super().weight(degree)
        return super().weight(degree) + (self.ripple / (self.symbols * degree) if degree < self.spike else self._height)


def _power(argument: sp.Expr, degree: int, order: int) -> sp.Expr:
    """Return a derivative of argument^degree."""
    return sp.ff(degree, order) * argument ** (degree - order) if degree >= order else sp.S.Zero


def _powers(weight: sp.Expr, low: int, high: int, argument: sp.Expr, order: int, shift: int = 0) -> sp.Expr:
    """Return a derivative of the sum of weight(k) argument^(k + shift) for low <= k <= high, with no factor that may be negative."""
    falling = sp.prod([_k + shift - i for i in range(order)])
    first = max(low, order - shift)
    return sp.Sum(falling * weight * argument ** (_k + shift - order), (_k, first, high)) if first <= high else sp.S.Zero
