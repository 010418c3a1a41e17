"""Formulas put into layers for arrays: against the formulas one by one, and what is located by arrays against balls."""

import numpy as np
import pytest
import sympy as sp
from flint import arb

from deanalysis import ClassEnsemble, ClassEvolution, Poisson, SkillClass, SkillLearner, TextType
from deanalysis.balls import monotone
from deanalysis.balls.bound_map import BoundMap
from deanalysis.balls.layering import layered
from deanalysis.balls.numerical.floats import compile_floats
from deanalysis.balls.vectors.layers import Layers
from deanalysis.model.symbols import R


def five_classes() -> ClassEvolution:
    """Texts of five types, which differ in how many skills of each of five classes they have, and in their learner."""
    names = "abcde"
    classes = tuple(SkillClass(name, "1/5") for name in names)
    laws = ({name: Poisson(sp.Rational(1 + (3 * j + 5 * k) % 7, 6)) for k, name in enumerate(names)} for j in range(5))
    types = tuple(TextType(f"t{j}", R * (j + 1) / 5, law, SkillLearner(1 + j % 2)) for j, law in enumerate(laws))
    return ClassEvolution(ClassEnsemble(classes, types))


def test_layers_give_what_the_formulas_give() -> None:
    f = BoundMap.of(five_classes(), {}, R)
    assert f.large is not None
    step, rng = compile_floats(sp.Tuple(*f.sides), *f.unknowns, R), np.random.default_rng(1)
    for _ in range(5):
        q, p = rng.uniform(size=len(f.unknowns)), float(rng.uniform(0.1, 2))
        assert f.large.floats(q, p) == pytest.approx(step(*q, p), rel=1e-13)
        slopes = [[float(side) for side in row] for row in f.jacobian([arb(side) for side in q.tolist()], arb(p))]
        assert f.large.jacobian(q, p) == pytest.approx(np.array(slopes), rel=1e-11)


def test_formulas_that_are_alike_are_one_layer() -> None:
    a, b, c = sp.symbols("a b c")
    layers = layered([a, b, c], [(1 - a) ** 2 * b / 3, (1 - c) ** 2 * a / 7, (1 - b) ** 3 * a / 7])
    assert isinstance(layers, Layers)
    assert [layer.count for layer in layers.layers] == [3, 2, 1]
    assert layered([a], [sp.Function("unheard")(a)]) is None


@pytest.mark.parametrize("value", ["0.3", "0.66", "2"])
def test_arrays_locate_what_balls_locate(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    f, p = BoundMap.of(five_classes(), {}, R), arb(value)
    known = monotone.refined(f, monotone.locate(f, arb(p.mid())) or [], arb(p.mid()))
    monkeypatch.setattr(monotone, "_LARGE", 1)
    box = monotone.locate(f, arb(p.mid()))
    assert box is not None
    assert all(side.overlaps(other) and side.rad() < 1e-15 for side, other in zip(box, known, strict=True))
