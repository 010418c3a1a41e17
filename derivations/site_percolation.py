"""Independent site percolation of the skills: messages counted case by case, and the threshold where one more skill follows each."""

from itertools import product

import sympy as sp

from deanalysis import Ensemble, Poisson, R, Regular, Uniform, c, letter
from deanalysis.present.paper.derivations import Derivation, Range, Step, present
from deanalysis.theory.percolation.equations import independent_system

p, u = letter("p"), sp.Symbol("u", nonnegative=True)
v = sp.Symbol("v", nonnegative=True)
anywhere = (Range(p, 0, 1), Range(u, 0, 1), Range(v, 0, 1), Range(c, 0, 4), Range(R, 0, 2))
source = "Callaway, Newman, Strogatz, Watts, PRL 85, 2000, where texts have two skills"


def dead(chance: sp.Expr, count: int) -> sp.Expr:
    """Return the chance that all of so many independent ways lead to no infinite component, over all their states."""
    states = product((chance, 1 - chance), repeat=count)
    return sp.Add(*(sp.prod(state) for state in states if all(one == chance for one in state)))


def texts(degree: int) -> Step:
    """Return the step for a text: dead if each of its other skills is no vertex, or a vertex all of whose other texts are dead."""
    system = independent_system(Ensemble(Regular(degree), Poisson(R)), Uniform(p))
    through = 1 - p + p * Poisson(R).edge_pgf(u)
    return Step(dead(through, degree - 1), system.shown[0].rhs, f"u = rho(1 - p + p lambda(u)), texts of {degree} skills", anywhere, source)


def skills(degree: int) -> Step:
    """Return the step for a random skill: a vertex, not all of whose texts are dead."""
    system = independent_system(Ensemble(Poisson(c), Regular(degree)), Uniform(p))
    return Step(p * (1 - dead(u, degree)), system.shown[1].rhs, f"S = p (1 - L(u)), skills of {degree} texts", anywhere, source)


def growth() -> tuple[Step, ...]:
    """Return the steps to the threshold: the slope of the message at the trivial solution is 1."""
    system = independent_system(Ensemble(Poisson(c), Poisson(c * R)), Uniform(p))
    slope = sp.diff(system.right_sides[0].subs(sp.Symbol("z", nonnegative=True), 1), v).subs(v, 1)
    return (
        Step(slope, p * c * R * c, "J = p lambda'(1) rho'(1), Poisson texts and skills", anywhere),
        Step(1 - slope, system.condition, "critical where J = 1", anywhere),
        Step(sp.solve(system.condition, p)[0], 1 / (c**2 * R), "c^2 R p = 1", anywhere),
    )


derivation = Derivation(
    name="independent site percolation",
    symbol="p^*",
    steps=(*(texts(degree) for degree in (2, 3, 4)), *(skills(degree) for degree in (1, 2, 3)), *growth()),
    reference="theory, section 6; Newman, Networks, 2018, section 16.3",
)

if __name__ == "__main__":
    present(derivation)
