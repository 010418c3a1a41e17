"""The Lagrange series of the paper's model: its terms, and the ratio that bounds them."""

from fractions import Fraction

import sympy as sp
from sympy.functions.combinatorial.numbers import stirling

from deanalysis import DensityEvolution, Ensemble, Poisson, R, SkillLearner, c, eps
from deanalysis.model.symbols import q
from deanalysis.present.paper.derivations import Derivation, Range, Step, present
from deanalysis.theory.scaling.equations.lagrange import LagrangeSeries

anywhere = (Range(q, 0, 1), Range(c, 0, 9), Range(R, 0, 5), Range(eps, 0, 1))
above_e = (Range(c, 3, 9), Range(R, 1, 5), Range(eps, 0, 1), Range(q, 0, Fraction(1, 10)))
evolution = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R), eps), SkillLearner(1))
series = LagrangeSeries(evolution)
w, phi = eps * sp.exp(-c * R), sp.exp(c * R * (1 - sp.exp(-c * q)))
y = series.saddle


def touchard(order: int, at: sp.Expr) -> sp.Expr:
    """Return the Touchard polynomial T_n(x) = sum_k S(n, k) x^k, by the Stirling numbers of the second kind."""
    return sp.Add(*(stirling(order, k) * at**k for k in range(order + 1)))


def coefficient(number: int) -> sp.Expr:
    """Return w^k [q^(k-1)] phi^k/k by differentiating, k = `number`."""
    return w**number * sp.diff(phi**number, q, number - 1).subs(q, 0) / sp.factorial(number)


derivation = Derivation(
    name="Lagrange series",
    symbol=r"\sum_{k=1}^{5} w^k [q^{k-1}] \varphi(q)^k/k",
    steps=(
        Step(evolution.right_side, w * phi, "f(q) = w phi(q) with w = eps e^(-cR)", anywhere),
        *(
            Step(series.term(number), coefficient(number), f"term {number} is w^k [q^(k-1)] phi^k/k (Lagrange)", anywhere)
            for number in range(1, 6)
        ),
        Step(sp.diff(sp.log(q / phi), q).subs(q, y / c), sp.Integer(0), "q/phi turns first at q = y/c, y e^(-y) = 1/(cR)", above_e),
        Step(
            (w * phi / q).subs(q, y / c),
            eps * c * sp.exp(-1 / y) / y,
            "Cauchy's estimate there: the ratio of the terms is at most eps c e^(-1/y)/y",
            above_e,
        ),
        Step(
            sp.Add(*(coefficient(number) for number in range(1, 6))),
            sp.Add(*(w**k * (-c) ** (k - 1) * touchard(k - 1, -k * c * R) / sp.factorial(k) for k in range(1, 6))),
            "q = sum_k w^k (-c)^(k-1) T_(k-1)(-k c R)/k!, its first five terms",
            anywhere,
        ),
    ),
    reference="theory, section 5; Lagrange inversion: Flajolet, Sedgewick, Analytic Combinatorics, 2009, A.6 and IV.4",
)

if __name__ == "__main__":
    present(derivation)
