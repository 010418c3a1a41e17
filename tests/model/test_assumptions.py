"""SymPy never multiplies out the high powers of a model, whatever is asked of it."""

from collections.abc import Callable

import pytest
import sympy as sp
from sympy.core.power import Pow

from deanalysis import DensityEvolution, load_model
from deanalysis.model.degrees import DegreeDistribution
from deanalysis.model.formula import Formula
from deanalysis.model.symbols import eps, q
from deanalysis.theory.scaling.equations.critical import Critical

LAWS = [
    ("regular(200)", "regular(200)"),
    ("edge(x^15)", "edge(3/20*x + 3/20*x^2 + 14/20*x^50)"),
    ("mixture(0.3: regular(150), 0.7: binomial(90, 1/3))", "polynomial(0.5*x^2 + 0.5*x^97)"),
]


@pytest.fixture(params=LAWS)
def evolution(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> DensityEvolution:
    """A model of high powers, while SymPy's expansion of powers beyond the 40th is an error."""
    texts, skills = request.param
    expand: Callable[..., sp.Expr] = Pow._eval_expand_multinomial

    def guarded(power: sp.Pow, **hints: bool) -> sp.Expr:
        assert not (power.exp.is_Integer and power.exp > 40 and power.base.is_Add), power
        return expand(power, **hints)

    monkeypatch.setattr(Pow, "_eval_expand_multinomial", guarded)
    model = load_model(texts=texts, skills=skills, unknown="eps")
    return DensityEvolution(model.ensemble, model.learner)


def test_formulas_and_derivatives_of_high_powers_are_left_as_they_are(evolution: DensityEvolution) -> None:
    critical = Critical(evolution, eps, -1)
    for expression in (evolution.right_side, evolution.testing_error_uniform, critical.derivative(3, 0), critical.derivative(1, 1)):
        assert Formula.of(expression).text
    assert critical.derivative(1, 0).subs({q: 0.02, eps: 1}) == pytest.approx(slope(evolution, 0.02))


def slope(evolution: DensityEvolution, state: float) -> float:
    """f'(q) = lambda'(1 - T) rho'(1 - q) at eps = 1, by sums of floats."""
    taught = edge_sum(evolution.ensemble.texts, 1 - state, 0)
    return edge_sum(evolution.ensemble.skills, 1 - taught, 1) * edge_sum(evolution.ensemble.texts, 1 - state, 1)


def edge_sum(law: DegreeDistribution, at: float, order: int) -> float:
    """The edge pgf or its first derivative."""
    weighted = [(k - 1, k * p) for k, p in chances(law)]
    return sum(w * (j if order else 1) * at ** (j - order) for j, w in weighted if j >= order) / float(law.mean)


def chances(law: DegreeDistribution) -> list[tuple[int, float]]:
    """Degrees and their chances."""
    assert law.support is not None
    assert law.support[1] is not None
    return [(k, float(p)) for k in range(law.support[0], law.support[1] + 1) if (p := law.pmf(k)) != 0]


def test_signs_of_low_degree_are_still_known() -> None:
    assert (1 + q**3 + q).is_positive
    assert (q**2 + 2 * q + 1).is_positive
