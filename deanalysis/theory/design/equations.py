"""Which degree law learns earliest: the condition that every degree of one side must meet, linear in the law."""

from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from ...errors import InputError
from ...model.compositions import Polynomial
from ...model.degrees import DegreeDistribution, Ensemble
from ...model.laws import Regular
from ...model.symbols import q, t
from ..evolution.equations.curve import Curve, curve
from ..evolution.equations.density_evolution import FixedPointEquation


@dataclass(frozen=True)
class Design:
    """The law w of one side passes the state t iff sum_i w_i i factor s_i(inner(t))/t < 1, or > 1 where that is a `gain`.

    w_i is the fraction of nodes of degree i. The same condition as q > f(q), solved for the law to be designed; so a law is good
    iff it wins a matrix game against all states (for LDPC and IRSA: Richardson, Urbanke 2008, section 3.18; Liva 2011).

    | side | parameter | state t | inner | s_i(y) | factor | q |
    |---|---|---|---|---|---|---|
    | skills | scales texts, q = 0 is to be reached | P'(1) q | 1 - T | y^(i-1) | eps/R | every t > 0 counts |
    | skills | fraction unknown, or with a target | q | 1 - T | y^(i-1) | eps/mean | t |
    | texts | scales skills | L'(1) T, a gain | eps Psi(t) | T_i(y) | R | inner |
    | texts | fraction unknown | 1 - T | eps lambda(t) | 1 - T_i(y) | 1/mean | inner |

    T_i(y) is the teaching probability of a text of degree i, `mean` the mean degree to be kept (None where it is free), and
    `until` the q to be reached (None: 0).
    """

    equation: FixedPointEquation
    side: str
    parameter: sp.Symbol
    inner: sp.Expr
    factor: sp.Expr
    q: sp.Expr
    gain: bool
    mean: sp.Expr | None
    until: sp.Expr | None

    def passed(self, degree: int) -> sp.Expr:
        """Return s_i as an expression in q."""
        if self.side == "skills":
            return q ** (degree - 1)
        ensemble = Ensemble(Regular(degree), self.equation.ensemble.skills, self.equation.ensemble.unknown)
        teaching = FixedPointEquation(ensemble, self.equation.learner).teaching
        return teaching if self.gain else 1 - teaching

    @cached_property
    def inverted(self) -> Curve:
        """The curve of fixed points of the simplest law that could be found."""
        return _simplest(self.equation, self.side, self.parameter)

    @property
    def rises(self) -> bool:
        """Whether a law is the better the greater the parameter at which it learns."""
        return self.inverted.learned_side == "below"

    def ensemble(self, law: DegreeDistribution) -> Ensemble:
        """Return the stated ensemble with a new law, the other law rescaled so that R is the same function of the parameter."""
        stated = self.equation.ensemble
        other = "texts" if self.side == "skills" else "skills"
        laws = {self.side: law, other: getattr(stated, other)}
        if self.parameter in laws[other].letters:
            laws[other] = _rescaled(laws[other], self.parameter, law.mean / getattr(stated, self.side).mean)
        return Ensemble(**laws, unknown=stated.unknown)


def _rescaled(law: DegreeDistribution, parameter: sp.Symbol, factor: sp.Expr) -> DegreeDistribution:
    """Return a law whose mean is `factor` times as large, by a change of the parameter: of Poisson(3 G), Poisson(4 G) by 4/3."""
    exponent = law.mean.as_independent(parameter, as_Add=False)[1].as_base_exp()[1]
    return law.bind({parameter: parameter * factor ** (1 / exponent)})


def design(
    equation: FixedPointEquation, side: str, parameter: sp.Symbol, least_degree: int, mean: sp.Expr | None, until: sp.Expr | None
) -> Design:
    """State the design of one side's law in a parameter of the other law or in the fraction unknown.

    All other letters must be bound. `least_degree` is the least that may be used. Raises `InputError` where a parameter or a target
    (`until`, None for q = 0) does not fit.

    >>> from deanalysis.model.presets import preset
    >>> from deanalysis.model.symbols import G
    >>> model = preset("irsa(x^3)")
    >>> stated = design(FixedPointEquation(model.ensemble, model.learner), "skills", G, 2, None, None)
    >>> stated.inner, stated.factor
    (1 - exp(-t), G)
    """
    law = getattr(equation.ensemble, side)
    if parameter in law.letters:
        raise InputError(f"parameter {parameter}", f"must not be a letter of the law of the {side}, which is to be found")
    inverted, texts, unknown = _simplest(equation, side, parameter), equation.ensemble.texts, equation.ensemble.unknown
    _check_target(equation, side, inverted, least_degree, until)
    scales, placeholder = not inverted.bounded, law.mean.doit()
    kept = placeholder if mean is None else mean
    if side == "texts" and scales:
        return Design(equation, side, parameter, inverted.q, equation.ensemble.ratio, inverted.q, True, mean, until)
    if side == "texts":
        inner = unknown * equation.ensemble.skills.edge_pgf(t)
        return Design(equation, side, parameter, inner, 1 / kept, inner, False, kept, until)
    if scales and until is None:
        return Design(equation, side, parameter, inverted.loop / unknown, unknown / equation.ensemble.ratio, t, False, mean, None)
    texts = _rescaled(texts, parameter, kept / placeholder) if scales else texts
    teaching = FixedPointEquation(Ensemble(texts, Regular(2), unknown), equation.learner).teaching
    return Design(equation, side, parameter, 1 - teaching.xreplace({q: t}), unknown / kept, t, False, kept, until)


def _simplest(equation: FixedPointEquation, side: str, parameter: sp.Symbol) -> Curve:
    """Return the curve in which the law to be found is the simplest there is: lambda(x) = x, or T(q) = a_0."""
    ensemble = equation.ensemble
    simplest = Ensemble(ensemble.texts, Regular(2), ensemble.unknown)
    if side == "texts":
        simplest = Ensemble(Polynomial(((1, sp.S.Half), (2, sp.S.Half))), ensemble.skills, ensemble.unknown)
    return curve(FixedPointEquation(simplest, equation.learner), parameter)


def _check_target(equation: FixedPointEquation, side: str, inverted: Curve, least_degree: int, until: sp.Expr | None) -> None:
    """Refuse to learn everything where that is out of reach, and targets that are no fraction."""
    unknown = equation.ensemble.unknown
    most = sp.Integer(1) if unknown.free_symbols else unknown
    if until is not None:
        if not (until.is_Rational and 0 < until < most):
            raise InputError("until", f"must be a rational number between 0 and {most}, the fraction unknown", given=until)
        return
    support = equation.ensemble.skills.support
    least = least_degree if side == "skills" else support[0] if support else 1
    remedy = "give `until`, the fraction of novel skills to be reached"
    for wrong, why, more in (
        (inverted.learns_along > 0, ": skills of such a law are never all learned", ""),
        (least < 2, " where a skill may have degree 1", ", or leave that degree out"),
        (equation.learner.probability(0) != 1, " where even a lone novel skill may be missed", ""),
    ):
        if wrong:
            raise InputError("until", f"is required{why}", remedy=remedy + more)
