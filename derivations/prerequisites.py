"""Prerequisites along an order: the integral equation in the position, solved for both ways of drawing them."""

import sympy as sp

from deanalysis import Poisson, R, c, d, eps, letter
from deanalysis.model.classes import ClassEnsemble, Prerequisites, SkillClass, TextType
from deanalysis.present.paper.derivations import Derivation, Range, Step, present
from deanalysis.theory.classes.equations import ClassEquations

position, untaught, share = letter("p"), letter("u"), letter("s")
inside = (Range(position, 0, 1), Range(untaught, 0, 1), Range(d, 0, 3), Range(eps, 0, 1), Range(share, 0, 1))
anywhere = (*inside, Range(c, 0, 4), Range(R, 0, 2))


def right_side(per: str) -> tuple[sp.Expr, sp.Symbol]:
    """Return f of one class with prerequisites, and its unknown."""
    skills = SkillClass("a", 1, eps, prerequisites=Prerequisites(d, per))
    equations = ClassEquations(ClassEnsemble((skills,), (TextType("t", R, {"a": Poisson(c)}),)))
    return equations.right_sides[0], equations.unknowns[0]


def known(earlier: sp.Expr, mean: sp.Expr) -> sp.Expr:
    """Return the chance that none of Poisson(mean) prerequisites is novel, each with a given chance: e^(-mean earlier)."""
    return Poisson(mean).pgf(1 - earlier)


# Poisson(d t): q(t) = eps (1 - A (1 - u)), A = exp(-d int_0^t q). The integral I(t) of the claimed solution:
integral = sp.log(1 - untaught + untaught * sp.exp(eps * d * position)) / d
solution = sp.diff(integral, position)
by_pair, q_pair = right_side("pair")
by_skill, q_skill = right_side("skill")
nobody = sp.exp(-c * R * sp.exp(-c * share))

derivation = Derivation(
    name="prerequisites",
    symbol="q",
    steps=(
        Step(integral.subs(position, 0), sp.Integer(0), "per pair: nothing comes before the first skill", inside),
        Step(
            solution,
            eps * (1 - known(integral / position, d * position) * (1 - untaught)),
            "per pair: the logistic solution satisfies q(t) = eps (1 - e^(-d t I/t)(1 - u)), I/t the mean of q over earlier positions",
            inside,
        ),
        Step(
            eps * (1 - known(share, d) * (1 - nobody)),
            by_skill.xreplace({q_skill: share}),
            "per skill: a constant q has the mean q over the earlier positions, so q(t) = eps (1 - exp(-d q)(1 - u)) is the same at all t",
            anywhere,
        ),
        Step(
            sp.limit(sp.diff(by_pair.xreplace({q_pair: share}), share), d, 0),
            sp.diff(eps * nobody, share),
            "per pair: without prerequisites it is the equation of the plain model, to first order in q",
            anywhere,
        ),
        Step(
            sp.log(1 - untaught + untaught * sp.exp(eps * d)) / d - sp.log(1 + (sp.exp(eps * d) - 1) * untaught) / d,
            sp.Integer(0),
            "the mean over all positions, written as f is",
            inside,
        ),
        Step(
            integral.subs(position, 1).subs(untaught, nobody),
            by_pair.xreplace({q_pair: share}),
            "per pair: its mean over all positions, with u = exp(-c R T) for the chance that nobody teaches, is f",
            anywhere,
        ),
    ),
    reference="theory, section 7; the equation of prerequisites is derived here",
)

if __name__ == "__main__":
    present(derivation)
