"""Density evolution of the 1-skill and the s-skill learner: all cases of a text counted, then averaged over both degree laws."""

from itertools import product

import sympy as sp

from deanalysis import DensityEvolution, Ensemble, Poisson, PoissonLearner, R, Regular, SkillLearner, c, eps, q
from deanalysis.model.learners import Learner
from deanalysis.present.paper.derivations import Derivation, Range, Step, present

LEARNERS: tuple[Learner, ...] = (SkillLearner(1), SkillLearner(2), SkillLearner(3), PoissonLearner("exp(-x/2)"))
anywhere = (Range(q, 0, 1), Range(eps, 0, 1), Range(c, 0, 6), Range(R, 0, 3))
k = sp.Symbol("k", integer=True, nonnegative=True)
taught = sp.Symbol("T", positive=True)
source = "Richardson, Urbanke, Modern Coding Theory, 2008, section 3.9"


def teaches(learner: Learner, degree: int) -> Step:
    """Return the step from all states of the other skills of a text to T(q)."""
    counted = sp.Integer(0)
    for novel in product((True, False), repeat=degree - 1):
        chance = sp.prod([q if one else 1 - q for one in novel])
        counted += chance * learner.probability(novel.count(True))
    evolution = DensityEvolution(Ensemble(Regular(degree), Poisson(R)), learner)
    return Step(counted, evolution.teaching, f"T(q), texts of {degree} skills, {learner}", anywhere)


def novel_on(degree: int) -> Step:
    """Return the step from all states of the other texts of a skill to eps (1 - T)^(d-1): none of them teaches it."""
    counted = sp.Integer(0)
    for teaching in product((True, False), repeat=degree - 1):
        counted += sp.prod([taught if one else 1 - taught for one in teaching]) * (0 if any(teaching) else eps)
    right = eps * Regular(degree).edge_pgf(1 - taught)
    return Step(counted, right, f"a skill of {degree} texts is novel along an edge", (*anywhere, Range(taught, 0, 1)), source)


def averaged() -> Step:
    """Return the step that averages over Poisson degrees as an edge meets them: k + 1 with probability (k + 1) L_(k+1)/L'(1)."""
    law = Poisson(c * R)
    met = (k + 1) * law.pmf(k + 1) / law.mean
    average = sp.summation(sp.simplify(met) * (1 - taught) ** k, (k, 0, sp.oo))
    return Step(eps * average, eps * law.edge_pgf(1 - taught), "the mean over skills along an edge is eps lambda(1 - T)", (), source)


def of_the_paper(s: int) -> Step:
    """Return the step to the equation of the s-skill learner for Poisson texts and skills."""
    evolution = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R), eps), SkillLearner(s))
    known = sp.exp(-c * q) * sp.Add(*((c * q) ** j / sp.factorial(j) for j in range(s)))
    right = eps * sp.exp(-c * R * known)
    return Step(evolution.right_side, right, f"Poisson texts and skills, s = {s}", anywhere, "Liao, Chang, Hong, arXiv:2404.07009v3")


derivation = Derivation(
    name="density evolution of the s-skill learner",
    symbol="f(q)",
    steps=(
        *(teaches(learner, degree) for learner in LEARNERS for degree in (2, 3, 4)),
        *(novel_on(degree) for degree in (1, 2, 3, 4)),
        averaged(),
        *(of_the_paper(s) for s in (3, 2, 1)),
    ),
    reference="Liao, Chang, Hong, arXiv:2404.07009v3; Richardson, Urbanke, Modern Coding Theory, 2008",
)

if __name__ == "__main__":
    present(derivation)
