"""Levels of skills: the factor by which unknown lower skills raise the threshold of a level, in closed form."""

import sympy as sp

from deanalysis import Poisson, R, SkillClass, TextType, letter
from deanalysis.model.classes import ClassEnsemble
from deanalysis.present.paper.derivations import Derivation, Range, Step, present
from deanalysis.theory.classes.equations import ClassEquations
from deanalysis.theory.classes.hierarchy import Hierarchy

a, b, h, k = (letter(name) for name in "abhk")


def steps() -> tuple[Step, ...]:
    """Return the steps for levels: the factor, and the closed form of the threshold that follows."""
    classes = SkillClass("basic", "1/3"), SkillClass("middle", "1/3", requires=("basic",)), SkillClass("top", "1/3", requires=("middle",))
    types = (
        TextType("one", R, {"basic": Poisson(4)}),
        TextType("two", R, {"basic": Poisson(a), "middle": Poisson(4)}),
        TextType("three", R, {"basic": Poisson(b), "middle": Poisson(k), "top": Poisson(h)}),
    )
    equations = ClassEquations(ClassEnsemble(classes, types))
    q = {name: equations.unknowns_of(name)[0] for name in ("basic", "middle", "top")}
    lower = sp.exp(-b * q["basic"] - k * q["middle"])
    where = tuple(Range(symbol, 0, 1) for symbol in q.values()) + tuple(Range(symbol, 0, 4) for symbol in (a, b, k, R)) + (Range(h, 3, 9),)
    u = -sp.LambertW(-1 / h)
    closed = Hierarchy(equations).levels[2].closed_form()
    assert closed is not None
    return (
        Step(
            equations.teaching("three", "top"), lower * sp.exp(-h * q["top"]), "all lower-level skills known: exp(-sum c_hg zeta_g)", where
        ),
        Step(
            closed,
            u / h * sp.exp(1 / u) / lower,
            "R* = (u/c) e^(1/u) exp(sum c_hg zeta_g), u = -W_0(-1/c): the price of a poor foundation",
            where,
        ),
    )


derivation = Derivation(
    name="hierarchy factor",
    symbol=r"R^*_{\mathrm{top}}",
    steps=steps(),
    reference="theory, section 7",
)

if __name__ == "__main__":
    present(derivation)
