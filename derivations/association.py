"""The two messages of percolation on learned skills, from the rules of teaching and associating: all cases counted, for small degrees."""

from collections.abc import Iterator
from itertools import product

import sympy as sp

from deanalysis import (
    Association,
    DensityEvolution,
    Ensemble,
    Learner,
    Poisson,
    PoissonLearner,
    R,
    Regular,
    SkillLearner,
    c,
    eps,
    letter,
    q,
)
from deanalysis.present.paper.derivations import Derivation, Range, Step, present
from deanalysis.theory.percolation.equations import learned_system, z

v_learned, v_novel = sp.Symbol("v_L", nonnegative=True), sp.Symbol("v_N", nonnegative=True)
a = {"taught": letter("A"), "not": letter("Z")}
LEARNERS: tuple[Learner, ...] = (SkillLearner(1), SkillLearner(2), SkillLearner(3), PoissonLearner("exp(-x/2)"))
anywhere = (Range(v_learned, 0, 1), Range(v_novel, 0, 1), Range(q, 0, 1), Range(eps, 0, 1), Range(c, 0, 4), Range(R, 0, 2))
messages = (*anywhere, Range(a["taught"], 0, 1), Range(a["not"], 0, 1))


def others(count: int) -> Iterator[tuple[sp.Expr, list[str], list[bool]]]:
    """Yield all states of the other skills of a text, with their probability.

    Each is learned or novel without this text; once learned, it is dead (its other texts lead to no infinite component) or alive.
    """
    chance = {
        ("learned", True): v_learned,
        ("learned", False): 1 - q - v_learned,
        ("novel", True): v_novel,
        ("novel", False): q - v_novel,
    }
    for states in product(chance, repeat=count):
        yield sp.prod([chance[state] for state in states]), [state[0] for state in states], [state[1] for state in states]


def patience(learner: Learner, most: int) -> Iterator[tuple[sp.Expr, int]]:
    """Yield how many novel skills a text can teach at once, s with probability a_{s-1} - a_s, up to more than it has."""
    chances = [sp.Integer(1), *learner.probabilities(most)]
    yield from ((chances[s] - chances[s + 1], s) for s in range(most))
    yield chances[most], most


def by_rules(learner: Learner, degree: int, edges: str) -> dict[str, sp.Expr]:
    """Return the chances that a text leads to no infinite component, seen from a skill that is novel without it: A where it teaches it.

    Z where it does not, and the skill is learned elsewhere. A text teaches all its novel skills as soon as they are at most as many as its
    patience; then all its skills are learned. It is understood then, or where the skill learned elsewhere leaves few enough. Skills
    that stay novel are no vertices.
    """
    found = {"A": sp.Integer(0), "Z": sp.Integer(0)}
    for chance, kinds, dead in others(degree - 1):
        novel = kinds.count("novel")
        for likely, s in patience(learner, degree):
            taught, understood = novel + 1 <= s, novel <= s
            vertices = [one for one, kind in zip(dead, kinds, strict=True) if kind == "learned" or understood]
            if all(vertices) or (edges == "understood" and not understood):
                found["A" if taught else "Z"] += chance * likely
    return found


def text_steps(edges: str) -> Iterator[Step]:
    """Yield that the package's Y and Z are those counted, for texts of 2 to 4 skills."""
    for learner, degree in product(LEARNERS, (2, 3, 4)):
        equation = DensityEvolution(Ensemble(Regular(degree), Poisson(R)), learner)
        y, untaught = (one.rhs for one in learned_system(equation, Association(edges=edges)).shown[:2])
        rules, where = by_rules(learner, degree, edges), f"texts of {degree} skills, learner {learner}, edges {edges}"
        yield Step(rules["A"] + rules["Z"], y, f"Y, {where}", anywhere)
        yield Step(rules["Z"], untaught.subs(sp.Symbol("Y", nonnegative=True), y), f"Z, {where}", anywhere)


def skill_steps() -> Iterator[Step]:
    """Yield the messages of a skill of 2 and 3 texts, over all states of its other texts: taught it, or not, or alive."""
    for degree in (2, 3):
        taught = {True: sp.Integer(0), False: sp.Integer(0)}
        for states in product(a, repeat=degree - 1):
            taught["taught" in states] += sp.prod([a[state] for state in states])
        equation = DensityEvolution(Ensemble(Poisson(c), Regular(degree), eps), SkillLearner(1))
        known, novel = (one.rhs for one in learned_system(equation, Association()).shown[2:4])
        put = {sp.Symbol("Y", nonnegative=True): a["taught"] + a["not"], sp.Symbol("Z", nonnegative=True): a["not"]}
        counted = (1 - eps) * (taught[True] + taught[False]) + eps * taught[True]
        yield Step(counted, known.xreplace(put), f"v_L: known, or taught by another text; all dead, skills of {degree} texts", messages)
        yield Step(eps * taught[False], novel.xreplace(put), f"v_N: novel, all dead, skills of {degree} texts", messages)


def trivial_steps(edges: str) -> Iterator[Step]:
    """Yield that v_L = 1 - q, v_N = q gives Y = 1, Z = 1 - T, and that J and det(1 - J) are those of the right sides there."""
    for learner in LEARNERS:
        equation = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R), eps), learner)
        system = learned_system(equation, Association(edges=edges))
        put = {v_learned: 1 - q, v_novel: q, z: sp.Integer(1)}
        where = f"learner {learner}, edges {edges}"
        yield Step(system.shown[0].rhs.subs(put), sp.Integer(1), f"Y = 1 without a giant component, {where}", anywhere)
        jacobian = sp.Matrix([[sp.diff(side, message).subs(put) for message in system.messages] for side in system.right_sides])
        for i, j in product(range(2), repeat=2):
            yield Step(jacobian[i, j], system.jacobian[i, j], f"J[{i}, {j}], {where}", anywhere)
        yield Step((sp.eye(2) - jacobian).det(), system.condition, f"det(1 - J), {where}", anywhere)
        if edges == "all":
            slope = sp.diff(equation.right_side, q)
            yield Step(system.jacobian[1, 1], slope, f"dv_N/dv_N = f_q, {where}", anywhere)


def giant() -> Step:
    """Return the share of skills that are learned with a text that leads to an infinite component, over all states of three texts."""
    equation = DensityEvolution(Ensemble(Poisson(c), Regular(3), eps), SkillLearner(1))
    chances = {
        ("taught", True): a["taught"],
        ("taught", False): equation.teaching - a["taught"],
        ("not", True): a["not"],
        ("not", False): 1 - equation.teaching - a["not"],
    }
    counted = sp.Integer(0)
    for texts in product(chances, repeat=3):
        if not all(dead for _, dead in texts):
            learned = sp.Integer(1) if "taught" in [kind for kind, _ in texts] else 1 - eps
            counted += learned * sp.prod([chances[state] for state in texts])
    put = {sp.Symbol("Y", nonnegative=True): a["taught"] + a["not"], sp.Symbol("Z", nonnegative=True): a["not"]}
    result = learned_system(equation, Association()).shown[4].rhs.xreplace(put)
    return Step(counted, result, "S: learned, and not all dead, skills of 3 texts; A = Y - Z", messages)


derivation = Derivation(
    name="giant component of learned skills",
    symbol="S",
    steps=(*text_steps("all"), *text_steps("understood"), *skill_steps(), *trivial_steps("all"), *trivial_steps("understood"), giant()),
    reference="theory, section 6; Liao, Chang, Hong, arXiv:2404.07009v3 for the association graph",
)

if __name__ == "__main__":
    present(derivation)
