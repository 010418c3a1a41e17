"""Algebra that gives up is never the only way: the next is tried, and what is left is undecided or has no closed form."""

from collections.abc import Callable

import pytest
import sympy as sp
from sympy.polys.polyerrors import HeuristicGCDFailed, PolynomialError

from deanalysis import Ensemble, Poisson, Polynomial, SkillLearner
from deanalysis.errors import InputError
from deanalysis.model.symbols import R, c, letter
from deanalysis.symbolic.algebra import simplified, tried
from deanalysis.theory.evolution.equations.closed_forms import closed_forms
from deanalysis.theory.evolution.equations.curve import curve
from deanalysis.theory.evolution.equations.density_evolution import FixedPointEquation
from deanalysis.theory.evolution.letters import Domain, domain
from deanalysis.theory.evolution.thresholds.stability import exact_roots
from deanalysis.theory.facades.density_evolution import DensityEvolution

w = letter("w")


def gives_up(error: type[Exception]) -> Callable[..., None]:
    def algebra(*arguments: object, **options: object) -> None:
        raise error("no luck")

    return algebra


def weighted(weight: sp.Expr) -> FixedPointEquation:
    return FixedPointEquation(Ensemble(Poisson(3), Polynomial(((2, weight), (3, 1 - weight)))), SkillLearner(1))


@pytest.mark.parametrize("error", [HeuristicGCDFailed, PolynomialError, NotImplementedError])
def test_what_gives_up_has_a_fallback(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sp, "simplify", gives_up(error))
    assert simplified(c - c * R) == c - c * R
    assert tried(gives_up(error), "the next") == "the next"


def test_other_faults_are_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        tried(lambda: 1 // 0)


@pytest.mark.parametrize("name", ["together", "factor", "simplify"])
def test_thresholds_are_proved_without_algebra(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    evolution = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1))
    closed_forms.cache_clear()
    monkeypatch.setattr(sp, name, gives_up(HeuristicGCDFailed))
    (emergence,) = evolution.thresholds(R, c=5).emergence
    assert emergence.status == "proved"
    assert f"{float(emergence.value):.10f}" == "2.4565308892"


def test_no_closed_form_where_nothing_factors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sp, "factor", gives_up(NotImplementedError))
    inverted = curve(FixedPointEquation(Ensemble(Poisson(w), Poisson(w * R)), SkillLearner(1)), R)
    assert closed_forms(inverted).forms == ()


def test_no_exact_root_where_polynomials_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    growth, everywhere = R**2 + R, Domain(sp.Integer(0), None)
    assert exact_roots(growth, R, everywhere) == [sp.sqrt(5) / 2 - sp.Rational(1, 2)]
    monkeypatch.setattr(sp, "real_roots", gives_up(NotImplementedError))
    assert exact_roots(growth, R, everywhere) is None


def test_limits_with_irrational_coefficients_are_solved_in_radicals() -> None:
    """SymPy does not sort the roots of w^2 e/10 + w sqrt(2)/9 = 1; they are the quadratic formula's."""
    high = domain(weighted(w**2 * sp.E / 10 + w * sp.sqrt(2) / 9), w, {}).high
    assert high is not None
    a, b = float(sp.E) / 10, 2**0.5 / 9
    assert float(high) == pytest.approx((-b + (b * b + 4 * a) ** 0.5) / (2 * a), rel=1e-14)


def test_limits_that_nothing_solves_are_refused() -> None:
    with pytest.raises(InputError, match="so that their limits can be solved for it"):
        domain(weighted(w**6 * sp.E / 10 + w * sp.sqrt(2) / 9), w, {})
