"""The potential is stationary exactly at the fixed points, and along the inverted curve it is A - scale B with A' = w t, B' = w g."""

import sympy as sp

from deanalysis import DensityEvolution, G, R, c, eps, load_model, q
from deanalysis.model.symbols import t
from deanalysis.present.paper.derivations import Derivation, Range, Step, present

MODELS = (
    ("paper", "1-skill", R),
    ("paper", "3-skill", R),
    ("paper", "success:exp(-x/2)", R),
    ("ldpc(3,6)", "1-skill", eps),
    ("ldpc(3,6)", "2-skill", eps),
    ("irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)", "1-skill", G),
)
inside = (Range(q, 0, 1), Range(c, 1, 6), Range(R, 0, 3), Range(eps, 0, 1), Range(G, 0, 2))
along = (Range(t, 0, 1), Range(c, 1, 6))


def steps(name: str, rule: str, parameter: sp.Symbol) -> list[Step]:
    """Return the three identities for one model."""
    model = load_model(name, learner=rule)
    evolution = DensityEvolution(model.ensemble, model.learner)
    curve = evolution.curve(parameter)
    rise, run, weight = curve.potential
    letters = evolution.letters | {q}
    used = tuple(one for one in inside if one.letter in letters)
    there = tuple(one for one in along if one.letter in letters | {t})
    slope = sp.diff(evolution.teaching, q)
    return [
        Step(sp.diff(evolution.potential, q), slope * (evolution.right_side - q), f"U' = T'(f - q): {name}, {rule}", used),
        Step(sp.diff(rise, t), weight * t, f"A' = w t: {name}, {rule}", there),
        Step(sp.diff(run, t), weight * curve.loop, f"B' = w g: {name}, {rule}", there),
    ]


derivation = Derivation(
    name="potential function",
    symbol="U'(q)",
    steps=tuple(step for model in MODELS for step in reversed(steps(*model))),
    reference="Yedla, Jian, Nguyen, Pfister, IEEE Trans. IT 60(12), 2014",
)

if __name__ == "__main__":
    present(derivation)
