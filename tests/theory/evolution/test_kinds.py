"""Stability, potential and cusp, each by a route of its own: quadrature, brute force, and the equations solved at another precision."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp

from deanalysis import DensityEvolution, Ensemble, InputError, Poisson, R, SkillLearner, c, load_model, q
from deanalysis.balls.numerical.floats import compile_floats
from deanalysis.model.symbols import letter

PAPER = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1))


def evolution_of(text: str | None = None, **laws: str) -> DensityEvolution:
    model = load_model(text, **laws)
    return DensityEvolution(model.ensemble, model.learner)


POTENTIALS = [
    (("paper",), {}, {"c": 5}, "R", np.linspace(0.9, 1.1, 81)),
    (("paper",), {"learner": "2-skill"}, {"c": 6}, "R", np.linspace(0.45, 0.5, 81)),
    (("ldpc(3,6)",), {}, {}, "eps", np.linspace(0.46, 0.52, 81)),
    (("irsa(0.5631*x^2 + 0.0436*x^3 + 0.3933*x^5)",), {}, {}, "G", np.linspace(0.9, 0.96, 81)),
    ((), {"texts": "negative_binomial(9*G, 2)", "skills": "polynomial(0.3*x^2+0.7*x^9)", "unknown": "0.9"}, {}, "G", None),
    ((), {"texts": "poisson(5)", "skills": "mixture(0.5: poisson(4*R), 0.5: poisson(9*R))", "learner": "success:exp(-x/2)"}, {}, "R", None),
    ((), {"texts": "regular(4)", "skills": "poisson(4*R)"}, {}, "R", np.linspace(0.95, 1.0, 81)),
]


@pytest.mark.parametrize(("preset", "laws", "values", "parameter", "grid"), POTENTIALS, ids=str)
def test_the_potential_threshold_is_where_the_minimiser_of_u_jumps(preset, laws, values, parameter, grid) -> None:
    """Minimise U(q) = q g - G(q) - H(g), its integrals by quadrature, on a grid of q for each value of the parameter."""
    evolution = evolution_of(*preset, **laws)
    found = evolution.thresholds(parameter, kind="potential", **values)
    if not found:
        assert "gradually" in found.reason
        grid = np.linspace(0.05, 4, 800)
    elif grid is None:
        grid = float(found[0].value) * np.linspace(0.97, 1.03, 81)
    bound = evolution.at(**values)
    f, teaching = (compile_floats(part, q, letter(parameter)) for part in (bound.right_side, bound.teaching))
    top = compile_floats(bound.ensemble.unknown, letter(parameter))
    minimisers = []
    for value in grid:
        states = np.linspace(0, float(top(value)), 8_001)
        taught = np.broadcast_to(teaching(states, value), states.shape)
        force = (states - np.broadcast_to(f(states, value), states.shape)) * -np.gradient(taught, states)
        potential = np.concatenate([[0], np.cumsum((force[1:] + force[:-1]) / 2 * np.diff(states))])
        minimisers.append(states[np.argmin(potential)])
    leaps = np.abs(np.diff(minimisers))
    if not found:
        assert leaps.max() < 0.1
        return
    at = int(np.argmax(leaps))
    (one,) = found
    assert leaps[at] > 0.1
    assert min(grid[at], grid[at + 1]) - 1e-3 < float(one.value) < max(grid[at], grid[at + 1]) + 1e-3
    assert sorted([float(one.fixed_point), float(one.lands_on)]) == pytest.approx(sorted(minimisers[at : at + 2]), abs=0.03)
    assert one.status == "proved"


@pytest.mark.parametrize("value", ["2.8", "4", "9"])
def test_the_potential_threshold_of_the_paper_s_learner_is_exactly_one(value: str) -> None:
    (one,) = PAPER.thresholds(R, kind="potential", c=value, digits=60)
    assert one.value.text == "1." + "0" * 59
    assert one.closed_form.text == "1"
    prior = evolution_of("paper", unknown="0.7").thresholds("R", kind="potential", c=value if value != "2.8" else "5")
    assert prior[0].closed_form.text == "7/10"


def test_the_potential_threshold_of_3_6_is_a_root_of_its_polynomial() -> None:
    evolution = evolution_of("ldpc(3,6)")
    x = sp.Symbol("x", positive=True)
    for one in evolution.thresholds("eps", digits=60):
        polynomial = one.minimal_polynomial.expression
        assert sp.Poly(polynomial, x).is_irreducible
        with mpmath.workdps(80):
            value = mpmath.mpf(one.value.text)
            assert abs(mpmath.polyval([int(k) for k in sp.Poly(polynomial, x).all_coeffs()], value)) < mpmath.mpf(10) ** -45
        assert str(sp.N(one.closed_form.expression, 50))[:45] == one.value.text[:45]


def test_emergence_of_a_regular_code_in_radicals() -> None:
    (one,) = evolution_of(texts="geometric(2*G)", skills="regular(3)").thresholds("G", kind="emergence", digits=40)
    assert str(sp.N(one.closed_form.expression, 40))[:38] == one.value.text[:38]
    assert one.closed_form.expression.has(sp.sqrt(17))


STABILITY = [
    ("irsa(0.5631*x^2 + 0.0436*x^3 + 0.3933*x^5)", "G", "0.887941751021133", True, sp.Rational(5000, 5631)),
    ("irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)", "G", "1.00000000000000", False, sp.Integer(1)),
    ("hypergraph(2)", "d", "0.500000000000000", True, sp.Rational(1, 2)),
    ("ldpc(2,6)", "eps", "0.200000000000000", True, sp.Rational(1, 5)),
]


@pytest.mark.parametrize(("name", "parameter", "value", "binding", "exact"), STABILITY)
def test_stability_and_whether_it_bounds_complete_learning(name: str, parameter: str, value: str, binding: bool, exact: sp.Expr) -> None:
    evolution = evolution_of(name)
    (one,) = evolution.thresholds(parameter, kind="stability")
    assert (one.value.text, one.binding, one.status, one.learned_side) == (value, binding, "proved", "below")
    assert one.closed_form.expression == exact
    for factor, complete in (("0.99", binding), ("1.01", False)):
        here = evolution.fixed_point(**{parameter: exact * sp.Rational(factor)})
        assert (float(here.q) == 0) is complete


def test_where_there_is_no_stability_point() -> None:
    for name, why in (("irsa(x^3)", "does not depend"), ("paper", "no fixed point")):
        evolution = evolution_of(name)
        values = {"c": 5} if name == "paper" else {}
        found = evolution.thresholds("R" if values else "G", kind="stability", **values)
        assert len(found) == 0
        assert why in found.reason


def test_stability_in_a_shape_and_in_a_weight() -> None:
    steep = evolution_of(texts="poisson(3)", skills="zipf(a, 2, 100)").thresholds("a", kind="stability")[0]
    k = np.arange(2, 101, dtype=float)
    a = float(steep.value)
    assert 3 * 2 * 2**-a / np.sum(k ** (1 - a)) == pytest.approx(1, rel=1e-12)
    weight = evolution_of(texts="poisson(4)", skills="polynomial(w*x^2+(1-w)*x^3)").thresholds("w", kind="stability")[0]
    assert weight.closed_form.text == "1/3"
    assert weight.binding is False


@pytest.mark.parametrize("s", [1, 2, 3, 4, 5])
def test_the_cusp_of_the_s_skill_learner(s: int) -> None:
    """c_s = s exp(e^s Gamma(s,s)/s^s), R_s = e^s (s-1)!/(c_s s^s) (theory, section 4)."""
    found = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(s)).thresholds(R, kind="cusp", digits=30)
    (cusp,) = found
    ((name, at),) = cusp.at
    with mpmath.workdps(50):
        born = s * mpmath.exp(mpmath.exp(s) * mpmath.gammainc(s, s) / mpmath.mpf(s) ** s)
        ratio = mpmath.exp(s) * mpmath.factorial(s - 1) / (born * mpmath.mpf(s) ** s)
        assert (name, at.text) == ("c", mpmath.nstr(born, 30, strip_zeros=False))
        assert cusp.value.text == mpmath.nstr(ratio, 30, strip_zeros=False)
        assert mpmath.almosteq(sp.N(cusp.closed_form.expression, 40), ratio, rel_eps=mpmath.mpf(10) ** -35)
    assert (cusp.status, cusp.binding, found.reason) == ("proved", True, None)


def test_a_jump_is_born_at_a_cusp_and_only_at_one_that_binds() -> None:
    """On one side of a binding cusp there is an emergence nearby, on the other none; of one that does not bind, never."""
    evolution = evolution_of(texts="poisson(4*G)", skills="polynomial(w*x^3+(1-w)*x^24)")
    found = evolution.thresholds("G", kind="cusp")
    assert [one.binding for one in found] == [True, False]
    for cusp in found:
        ((_, at),) = cusp.at
        counts = []
        for shift in (Fraction(-2, 1000), Fraction(2, 1000)):
            jumps = evolution.thresholds("G", kind="emergence", w=str(Fraction(at.text) + shift))
            counts.append(sum(abs(float(jump.value) / float(cusp.value) - 1) < 0.01 for jump in jumps))
        assert sorted(counts) == ([0, 1] if cusp.binding else [0, 0])


def test_a_cusp_is_solved_for_two_letters() -> None:
    assert "leave one free" in PAPER.thresholds(R, kind="cusp", c=5).reason
    with pytest.raises(InputError, match="one other letter"):
        evolution_of("paper", unknown="eps").thresholds("R", kind="cusp")
    swapped = PAPER.thresholds(c, kind="cusp")[0]
    assert swapped.closed_form.text == "e"
    none = evolution_of(texts="poisson(4)", skills="negative_binomial(4*R,k)").thresholds("R", kind="cusp", search="0.1:1")
    assert len(none) == 0
    assert none.reason.startswith("no cusp in R and k")


@pytest.mark.parametrize("offset", ["1e-12", "0", "-1e-12", "1e-30", "-1e-30"])
def test_near_the_cusp_nothing_is_wrong(offset: str) -> None:
    """At c = e(1 + x) the answers are right, or undecided, never wrong."""
    shift = sp.Rational(offset)
    found = PAPER.thresholds(R, c=sp.E * (1 + shift), digits=20)
    turns = [one for one in found if one.kind in ("emergence", "fold")]
    if shift > 0:
        assert [one.kind for one in turns] == ["fold", "emergence"]
        with mpmath.workdps(120):
            at = mpmath.e * (1 + mpmath.mpf(1) / mpmath.mpf(int(1 / shift)))
            for one, branch in zip(turns, (-1, 0), strict=True):
                u = -mpmath.lambertw(-1 / at, branch).real
                exact = u / at * mpmath.exp(1 / u)
                assert mpmath.mpf(one.value.low) <= exact <= mpmath.mpf(one.value.high)
    else:
        assert turns == []
        assert found.reason == "no emergence: learning is gradual, because c <= e"


@pytest.mark.parametrize("offset", ["1e-12", "1e-40"])
def test_the_order_does_not_depend_on_the_digits(offset: str) -> None:
    """Digits on both sides of those of the offset."""
    for digits in (15, 60):
        found = PAPER.thresholds(R, c=sp.E * (1 + sp.Rational(offset)), digits=digits)
        assert [one.kind for one in found] == ["fold", "potential", "emergence"]


def test_an_empty_list_says_why() -> None:
    assert evolution_of("ldpc(3,6)").thresholds("eps", kind="fold").reason == "no fold in eps: every turning point is an emergence"
    assert PAPER.thresholds(R, kind="fold", c=2).reason == "no fold in R: the curve of fixed points does not turn"
    assert PAPER.thresholds(c, kind="fold", R=3).reason == "no fold in c: every turning point is an emergence"
    assert "all folds lie on c = x*exp((x + 1)/x^2)" in evolution_of("paper", learner="2-skill").thresholds("R").reason


def test_where_learning_never_starts_at_the_very_end() -> None:
    """At eps = 1 texts of degree 2 teach nothing; below, everything may be learned: no fold, and no word of gradual learning up to 1."""
    evolution = evolution_of(texts="regular(2)", skills="poisson(3)", unknown="eps")
    assert float(evolution.fixed_point(eps=1).q) == 1
    assert float(evolution.fixed_point(eps="0.9999").q) < 0.06
    assert "at it never starts" in evolution.thresholds("eps").reason
    assert "never starts" in evolution.thresholds("eps", kind="emergence", search="0.1:1").reason


def test_the_answer_does_not_depend_on_how_a_shape_is_bound() -> None:
    letters = evolution_of(texts="poisson(6)", skills="negative_binomial(6*R,k)").thresholds("R", k=5)
    assert (
        letters.to_dict()["thresholds"]
        == evolution_of(texts="poisson(6)", skills="negative_binomial(6*R,5)").thresholds("R").to_dict()["thresholds"]
    )
    assert [one.kind for one in letters] == ["fold", "potential", "emergence"]


def test_a_power_of_the_fraction_unknown() -> None:
    squared = evolution_of(texts="poisson(5)", skills="regular(3)", unknown="eps^2").thresholds("eps", kind="emergence")[0]
    plain = evolution_of(texts="poisson(5)", skills="regular(3)", unknown="eps").thresholds("eps", kind="emergence")[0]
    assert float(squared.value) ** 2 == pytest.approx(float(plain.value), rel=1e-14)


def test_a_jump_of_the_minimiser_that_cannot_be_proved_is_said() -> None:
    laws = {"texts": "negative_binomial(2.2*G,2.63)", "skills": "zipf(2.33,3,41)", "learner": "success:exp(-x/2)"}
    (proved,) = evolution_of(**laws).thresholds("G", kind="potential")
    assert proved.value.text == "5.45970662555672"
    searched = evolution_of(**laws).thresholds("G", kind="potential", search="3:8")
    assert len(searched) == 1 or "5.4597" in searched.reason


def test_near_the_cusp_in_the_other_letter() -> None:
    """At R = 1 +- 1e-6 the fold in c is found, or said to be undecided; exactly at R = 1 it is never claimed."""
    for ratio in ("1.000001", "0.999999", "1"):
        found = PAPER.thresholds(c, kind="fold" if ratio < "1" else "emergence", R=ratio)
        if ratio == "1":
            assert len(found) == 0
            assert found.undecided
        else:
            assert found.undecided or abs(float(found[0].value) - np.e) < 0.05


def test_ten_thousand_digits() -> None:
    """R*(5) against Lambert's W by mpmath at 10,100 digits, to the last printed digit."""
    one = PAPER.thresholds(R, kind="emergence", c=5, digits=10_000)[0]
    with mpmath.workdps(10_100):
        u = -mpmath.lambertw(mpmath.mpf(-1) / 5).real
        assert one.value.text == mpmath.nstr(u / 5 * mpmath.exp(1 / u), 10_000, strip_zeros=False)
    assert one.status == "proved"


def test_kinds_and_ranges_are_checked() -> None:
    with pytest.raises(InputError, match="kind must be all"):
        PAPER.thresholds(R, kind="percolation", c=5)
    for search in ("3", "5:2", "a:b", "-1:2", "1:2:3"):
        with pytest.raises(InputError, match="search"):
            PAPER.thresholds(R, c=5, search=search)
