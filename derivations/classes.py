"""Several classes: the novel skills of a text counted one by one, and the Jacobian."""

from itertools import product

import sympy as sp

from deanalysis import Learner, Poisson, PoissonLearner, R, Regular, SkillLearner, letter
from deanalysis.model.classes import ClassEnsemble, SkillClass, TextType
from deanalysis.present.paper.derivations import Derivation, Range, Step, present
from deanalysis.theory.classes.equations import ClassEquations

a, b, h, k = (letter(name) for name in "abhk")
LEARNERS: tuple[Learner, ...] = (SkillLearner(1), SkillLearner(2), PoissonLearner("exp(-x/2)"))


def two_classes(learner: Learner, degrees: tuple[int, int], above: bool) -> ClassEquations:
    """Return the equations of texts with so many skills of two classes each; with `above`, the second class requires the first."""
    first, second = SkillClass("x", "1/2"), SkillClass("y", "1/2", requires=("x",) if above else ())
    return ClassEquations(
        ClassEnsemble((first, second), (TextType("t", R, {"x": Regular(degrees[0]), "y": Regular(degrees[1])}),), learner)
    )


def counted(learner: Learner, degrees: tuple[int, int], q: tuple[sp.Expr, sp.Expr], above: bool) -> sp.Expr:
    """Return the chance that a text teaches a skill of the second class, over all states of its other skills."""
    total = sp.Integer(0)
    for states in product((True, False), repeat=sum(degrees) - 1):
        novel = states[: degrees[0]].count(True), states[degrees[0] :].count(True)
        chance = sp.prod([q[int(place >= degrees[0])] if state else 1 - q[int(place >= degrees[0])] for place, state in enumerate(states)])
        if above:
            total += chance * (learner.probability(novel[1]) if novel[0] == 0 else 0)
        else:
            total += chance * learner.probability(sum(novel))
    return total


def counting() -> list[Step]:
    """Return the steps that compare T with the count."""
    steps = []
    for learner, degrees, above in product(LEARNERS, ((1, 2), (2, 2), (3, 1)), (False, True)):
        equations = two_classes(learner, degrees, above)
        q = equations.edge("t", "x"), equations.edge("t", "y")
        what = f"{degrees[0]} + {degrees[1]} skills, {learner}, " + ("one class above the other" if above else "both at one level")
        where = tuple(Range(symbol, 0, 1) for symbol in q)
        steps.append(Step(equations.teaching("t", "y"), counted(learner, degrees, q, above), f"T counted over all states: {what}", where))
    return steps


def poisson_case() -> list[Step]:
    """Return the steps for Poisson laws: the right side of theory, section 7, and its Jacobian."""
    success = sp.exp(-sp.Symbol("x") / 2)
    ensemble = ClassEnsemble(
        (SkillClass("x", "1/2"), SkillClass("y", "1/2")),
        (TextType("t", R, {"x": Poisson(a), "y": Poisson(b)}), TextType("u", 2 * R, {"x": Poisson(h), "y": Poisson(k)})),
        PoissonLearner("exp(-x/2)"),
    )
    equations = ClassEquations(ensemble)
    q = equations.unknowns
    where = tuple(Range(symbol, 0, 1) for symbol in q) + tuple(Range(symbol, 0, 4) for symbol in (a, b, h, k, R))
    chances = {"t": success.subs("x", a * q[0] + b * q[1]), "u": success.subs("x", h * q[0] + k * q[1])}
    f = [sp.exp(-2 * R * one * chances["t"] - 4 * R * other * chances["u"]) for one, other in ((a, h), (b, k))]
    steps = [
        Step(side, own, "Poisson laws: q_k = exp(-sum_j R_jk c_jk P_suc(sum c q))", where)
        for side, own in zip(equations.right_sides, f, strict=True)
    ]
    means = {"t": (a, b), "u": (h, k)}
    for row, column in product(range(2), repeat=2):
        ratios = {"t": 2 * R, "u": 4 * R}
        grown = sum(ratios[kind] * means[kind][row] * means[kind][column] * chances[kind] / 2 for kind in ("t", "u"))
        steps.append(
            Step(
                equations.jacobian[row, column],
                f[row] * grown,
                "J_kl = -q_k sum_j R_jk c_jk c_jl P_suc'(sum c q), here P_suc' = -P_suc/2",
                where,
            )
        )
    return steps


derivation = Derivation(
    name="Jacobian of several classes",
    symbol=r"J_{22}",
    steps=(*counting(), *poisson_case()),
    reference="theory, section 7; Yu, Chang et al., arXiv:2008.07561",
)

if __name__ == "__main__":
    present(derivation)
