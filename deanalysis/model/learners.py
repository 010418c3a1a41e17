"""Learners: what a text teaches when some of its skills are still novel.

A learner is stated once, by its success probability; the probabilities a_k, the teaching probability T(q) and the
simulator's kernel all read that statement. To add a learner, subclass `Learner` with `success`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, Self

import sympy as sp

from ..checks import check_count
from ..errors import InputError
from ..symbolic.algebra import power_series
from .degrees import typed
from .exact import Stated, exact
from .grammar import parse_expression
from .symbols import x

_CHECKED = 64
"""How many a_k are looked at where no proof holds for all k; a proof starts there."""
_HIGHEST_POWER = 200
"""Highest power in a success probability: one is multiplied out to be read as a sum of terms."""


class Term(NamedTuple):
    """The term weight x^power e^{-rate x} of a success probability; the power is at least 0."""

    weight: sp.Expr
    power: int
    rate: sp.Expr


@dataclass(frozen=True)
class Learner(Stated):
    """A rule by which a text teaches a novel skill with probability a_k if k *other* required skills are novel.

    Liao, Chang, Hong (arXiv:2404.07009), section 2. `success` is P_suc(x) = sum_k a_k e^{-x} x^k/k!, the
    probability to learn a skill at a Poisson(x) number of other novel skills. A subclass declares it; letters stand in its fields.

    >>> @dataclass(frozen=True)
    ... class Hesitant(Learner):
    ...     p: sp.Expr
    ...     @property
    ...     def success(self):
    ...         return self.p * sp.exp(-x)
    >>> Hesitant(sp.Symbol("p", positive=True)).at(p="3/4").success
    3*exp(-x)/4
    """

    @property
    def success(self) -> sp.Expr:
        """P_suc(x)."""
        raise NotImplementedError

    @cached_property
    def terms(self) -> tuple[Term, ...] | None:
        """P_suc(x) as a sum of w x^m e^{-b x}, or None where it is no such sum."""
        if any(power.exp.is_Integer and power.exp > _HIGHEST_POWER for power in self.success.atoms(sp.Pow)):
            raise InputError(f"success:{self}", f"must have powers of at most {_HIGHEST_POWER}")
        terms = [_as_term(term) for term in sp.Add.make_args(sp.expand(self.success))]
        return None if None in terms else tuple(terms)  # type: ignore[arg-type]

    def probability(self, k: int) -> sp.Expr:
        """Return a_k = k! [x^k] e^x P_suc(x): of w x^m e^{-bx} it is w k!/(k-m)! (1-b)^{k-m}."""
        if self.terms is None:
            return self.probabilities(k + 1)[k]
        return sp.Add(*(w * sp.ff(k, m) * (1 - b) ** (k - m) for w, m, b in self.terms if m <= k))

    def probabilities(self, count: int) -> list[sp.Expr]:
        """Return a_0, ..., a_{count-1}, exactly."""
        if self.terms is not None:
            return [self.probability(k) for k in range(count)]
        series = power_series(sp.exp(x) * self.success, x, count)
        return [sp.expand(sp.factorial(k) * value) for k, value in enumerate(series)]

    @property
    def reach(self) -> int | None:
        """The least s with a_k = 0 for all k >= s: the most novel skills a text can teach; None if there is none."""
        if self.terms is None or any(term.rate != 1 for term in self.terms):
            return None
        return max((term.power + 1 for term in self.terms), default=0)

    def check(self) -> None:
        """Raise `InputError` unless the a_k are probabilities that do not increase; letters left free are not judged."""
        if not self.letters:
            _check_probabilities(self)

    @property
    def checked(self) -> str:
        """How far the a_k were checked: 'every k', by proof, or 'k < 64'."""
        return "every k" if self.is_proved else f"k < {_CHECKED}"

    @cached_property
    def is_proved(self) -> bool:
        """Whether the a_k are proved not to increase for every k."""
        return self.terms is not None and not self.letters and _never_increases(self.terms, _CHECKED)

    @property
    def letters(self) -> frozenset[sp.Symbol]:
        """Letters that are still free."""
        return super().letters | self.success.free_symbols - {x}

    def bind(self, bound: Mapping[sp.Symbol, sp.Expr]) -> Self:
        """Return a copy with letters bound in its fields; `InputError` where one of `success` stands in no field."""
        asked = self.letters & set(bound)
        if missing := sorted(map(str, asked - super().letters)):
            raise InputError(f"the learner {type(self).__name__}", "must hold its letters in fields", given=", ".join(missing))
        return super().bind(bound)

    def _latex(self, printer: Any) -> str:
        return rf"P_{{\mathrm{{suc}}}}(x) = {printer._print(self.success)}"


@dataclass(frozen=True)
class SkillLearner(Learner):
    """The s-skill learner: a text teaches all its novel skills as soon as at most s of them are novel.

    a_k = 1 for k < s, else 0, and P_suc(x) = e^{-x} sum_{k<s} x^k/k!. s = 1 is the peeling decoder.

    >>> SkillLearner(2).success
    x*exp(-x) + exp(-x)
    """

    s: int

    def __post_init__(self) -> None:
        name = "the s of an s-skill learner"
        self._set("s", check_count(exact(self.s, name), 1, 50, name))

    def check(self) -> None:
        """Do nothing: 1, ..., 1, 0, 0, ... never increases."""

    @property
    def success(self) -> sp.Expr:
        return sp.Add(*(x**k * sp.exp(-x) / sp.factorial(k) for k in range(self.s)))

    def __str__(self) -> str:
        return f"{self.s}-skill"

    def __repr__(self) -> str:
        return f"SkillLearner({self.s})"


@dataclass(frozen=True)
class Ideal(Learner):
    """The ideal learner: each text tells the XOR of its skills' values, and all texts are used together (elimination over GF(2)).

    It determines a skill iff no solution of the homogeneous equations touches it. It has the equation of the 1-skill learner, and so its
    `success`; of the fixed points its state is that of least potential, which jumps at the potential threshold (Maxwell's rule; Measson,
    Montanari, Urbanke, IEEE Trans. IT 54(12), 2008). What is of texts that are used one at a time refuses it.

    >>> Ideal().success
    exp(-x)
    """

    def check(self) -> None:
        """Do nothing: there is nothing that may be wrong."""

    @property
    def success(self) -> sp.Expr:
        return sp.exp(-x)

    def __str__(self) -> str:
        return "ideal"

    def __repr__(self) -> str:
        return "Ideal()"

    def _latex(self, printer: Any) -> str:
        return r"\text{ideal learner}"


def refuse_ideal(learner: Learner, what: str) -> None:
    """Raise `InputError` for the ideal learner, where `what` is of texts that are used one at a time.

    >>> refuse_ideal(Ideal(), "scaling")
    Traceback (most recent call last):
    ...
    deanalysis.errors.InputError: scaling needs a learner that uses one text at a time, got 'ideal'; take 1-skill
    """
    if isinstance(learner, Ideal):
        raise InputError(what, "needs a learner that uses one text at a time", given="ideal", remedy="take 1-skill")


@dataclass(frozen=True)
class PoissonLearner(Learner):
    """A learner given by its success probability P_suc(x) at a Poisson(x) number of other novel skills.

    The a_k are derived and checked to be probabilities that do not increase: for a sum of terms
    w x^m e^{-bx} by proof for every k, otherwise for the first 64 (`checked` says how far).

    >>> PoissonLearner("exp(-x/2)").checked
    'every k'
    >>> PoissonLearner("1/(1+x)")
    Traceback (most recent call last):
    ...
    deanalysis.errors.InputError: success:1/(x + 1) must give probabilities a_k that do not increase, got 'a_1 = 0, a_2 = 1'
    """

    function: sp.Expr

    def __post_init__(self) -> None:
        stated = self.function
        function = parse_expression(stated, "success", variable=x) if isinstance(stated, str) else exact(stated, "success")
        self._set("function", function)
        self.check()

    @property
    def success(self) -> sp.Expr:
        return self.function

    def __str__(self) -> str:
        return typed(self.function)


@lru_cache(maxsize=256)
def _check_probabilities(learner: Learner) -> None:
    name = f"success:{typed(learner.success)}"
    try:
        values = learner.probabilities(_CHECKED)
    except (ValueError, NotImplementedError, TypeError, AttributeError):
        raise InputError(name, "must have a power series at x = 0") from None
    for k, value in enumerate(values):
        if value.free_symbols or value.is_real is not True:
            raise InputError(name, "must have a power series at x = 0 with real coefficients")
        if (value < 0) == True or (value > 1) == True:  # noqa: E712
            raise InputError(name, "must give probabilities a_k", given=f"a_{k} = {value}")
        if k and (value > values[k - 1]) == True:  # noqa: E712
            rise = f"a_{k - 1} = {values[k - 1]}, a_{k} = {value}"
            raise InputError(name, "must give probabilities a_k that do not increase", given=rise)


def _as_term(expression: sp.Expr) -> Term | None:
    """Read weight x^power e^{-rate x}, or None where the expression has another form."""
    weight, rest = expression.as_independent(x, as_Add=False)
    power, rate = sp.Integer(0), sp.Integer(0)
    for factor in sp.Mul.make_args(rest):
        base, exponent = factor.as_base_exp()
        if base == x:
            power += exponent
        elif isinstance(factor, sp.exp) and factor.args[0].is_polynomial(x) and sp.degree(factor.args[0], x) == 1:
            slope, offset = factor.args[0].coeff(x, 1), factor.args[0].coeff(x, 0)
            rate, weight = rate - slope, weight * sp.exp(offset)
        elif factor != 1:
            return None
    return Term(weight, int(power), rate) if power.is_Integer and power >= 0 else None


def _never_increases(terms: tuple[Term, ...], start: int) -> bool:
    """Prove a_k >= a_{k+1} >= 0 for all k >= start, where all the weights speak for one dominant rate.

    With beta = 1 - b, the difference a_k - a_{k+1} and a_k itself are sums of polynomials in k times
    beta^k; the one of largest beta must outweigh the others at `start`, from where the ratio only grows.
    """
    k = sp.Symbol("k", integer=True, nonnegative=True)
    factors: dict[sp.Expr, sp.Expr] = {}
    for weight, power, rate in terms:
        beta = 1 - rate
        if beta.is_negative is not False or beta.is_zero is None or (beta.is_zero and power >= start):
            return False
        if not beta.is_zero:
            factors[beta] = factors.get(beta, sp.S.Zero) + weight * sp.ff(k, power) * beta**-power
    values = {beta: sp.expand(sp.expand_func(factor)) for beta, factor in factors.items()}
    steps = {beta: sp.expand(factor - beta * factor.subs(k, k + 1)) for beta, factor in values.items()}
    return _stays_positive(values, k, start) and _stays_positive(steps, k, start)


def _stays_positive(factors: Mapping[sp.Expr, sp.Expr], k: sp.Symbol, start: int) -> bool:
    """Prove that a sum of polynomials in k, each times the power k of its beta, is at least 0 from `start` on."""
    polynomials = {beta: sp.Poly(factor, k) for beta, factor in factors.items() if factor != 0}
    if not polynomials:
        return True
    largest = max(polynomials)
    lead = polynomials.pop(largest).shift(start)
    if any((coefficient < 0) == True for coefficient in lead.all_coeffs()):  # noqa: E712
        return False
    others = sp.S.Zero
    for beta, polynomial in polynomials.items():
        if (start * sp.log(largest / beta) < polynomial.degree()) == True:  # noqa: E712
            return False
        size = sp.Add(*(abs(value) * start**power for (power,), value in polynomial.terms()))
        others += size * (beta / largest) ** start
    return bool(others <= lead.eval(0))
