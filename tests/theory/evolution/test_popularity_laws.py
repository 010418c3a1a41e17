"""Laws of popularity by quadrature and by graphs."""

from itertools import product

import mpmath as mp
import pytest
import sympy as sp
from flint import ctx

from deanalysis import DensityEvolution, Ensemble, InputError, LogNormal, Pareto, Poisson, R, SkillLearner, parse_law, simulate
from deanalysis.balls.compiling import ball_of
from deanalysis.balls.numerical.engines import MPMATH
from deanalysis.balls.numerical.floats import compile_floats
from deanalysis.model.popularity import LogNormalMoment, ParetoMoment


def by_quadrature(law, s: float, order: int) -> mp.mpf:
    """Return E[W^order e^(-sW)]."""
    shape = float(law.shape)
    if isinstance(law, Pareto):
        least = 1 - 1 / shape
        density = lambda w: shape * least**shape * w ** (order - shape - 1) * mp.exp(-s * w)  # noqa: E731
        return mp.quad(density, [least, 1, 3, 10, 40, mp.inf])
    popularity = lambda z: mp.exp(shape * z - shape**2 / 2)  # noqa: E731
    return mp.quad(lambda z: mp.npdf(z) * popularity(z) ** order * mp.exp(-s * popularity(z)), [-10, -3, 0, 3, 10])


@pytest.mark.parametrize("law", [Pareto(3, 4), Pareto(5, "3/2"), LogNormal(3, 1), LogNormal(2, "1/4")])
def test_popularity_laws_by_quadrature(law) -> None:
    for place in (0.0, 0.3, 0.9):
        for order in (0, 1, 2):
            value = float(compile_floats(law.derivative(sp.Symbol("x", positive=True), order), sp.Symbol("x", positive=True))(place))
            s, power = float(law.mean) * (1 - place), float(law.mean) ** order
            wanted = by_quadrature(law, s, order)
            assert value == pytest.approx(power * float(wanted), rel=1e-9)
    assert str(parse_law(str(law))) == str(law)


@pytest.mark.parametrize("moment", [LogNormalMoment, ParetoMoment])
@pytest.mark.parametrize("shape", ["3/2", "2", "5"])
def test_floats_of_moments_are_right(moment, shape: str) -> None:
    s = sp.Symbol("s", positive=True)
    for order in (0, 1, 3):
        expression = moment(sp.Rational(shape), sp.Integer(order), s)
        for place in ("1/1000000", "1/2", "1", "40", "300"):
            with ctx.workprec(300):
                exact = ball_of(expression.subs(s, sp.Rational(place)))
            assert exact.rel_accuracy_bits() > 100
            assert float(compile_floats(expression, s)(float(sp.Rational(place)))) == pytest.approx(float(exact.mid()), rel=1e-12, abs=0)


@pytest.mark.parametrize("shape", ["3/2", "2", "3", "8/5", "21/20"])
def test_moments_of_both_engines_agree_near_zero(shape: str) -> None:
    s = sp.Symbol("s", positive=True)
    for order, place in product((0, 1, 2, 3), ("1e-10", "1e-40", "1e-4000")):
        expression = ParetoMoment(sp.Rational(shape), sp.Integer(order), s)
        with ctx.workprec(300):
            exact = ball_of(expression.subs(s, sp.Rational(place)))
        with mp.workdps(40):
            value = MPMATH.compile(expression, (s,))(mp.mpf(place))
            assert abs(value / mp.mpf(exact.mid().str(45, radius=False)) - 1) < 1e-36


@pytest.mark.parametrize("law", [Pareto(6, 4), LogNormal(6, 1)])
def test_popularity_laws_agree_with_graphs(law) -> None:
    evolution = DensityEvolution(Ensemble(Poisson(3), law), SkillLearner(1))
    theory, run = evolution.fixed_point(), simulate(Ensemble(Poisson(3), law), SkillLearner(1), skills=300_000, replicates=12, seed=2)
    for name in ("zeta", "training_error"):
        low, best, high = run.estimate(name)
        assert abs(best - float(getattr(theory, name))) < 1.6 * (high - low), name


def test_popularity_laws_have_thresholds() -> None:
    found = DensityEvolution(Ensemble(Poisson(5), LogNormal(5 * R, 1)), SkillLearner(1)).thresholds("R")
    assert [one.kind for one in found] == ["fold", "potential", "emergence"]
    assert all(one.status == "proved" for one in found)
    jump = float(found.emergence[0].value)
    before, after = (
        float(DensityEvolution(Ensemble(Poisson(5), LogNormal(5 * R, 1)), SkillLearner(1)).fixed_point(R=repr(jump * factor)).q)
        for factor in (0.999, 1.001)
    )
    assert before - after > 0.2


@pytest.mark.parametrize("text", ["pareto(3, 1)", "pareto(3, 0.5)", "pareto(3)", "log_normal(3, 9)", "log_normal(0, 1)"])
def test_popularity_laws_refuse(text: str) -> None:
    with pytest.raises(InputError):
        parse_law(text)
