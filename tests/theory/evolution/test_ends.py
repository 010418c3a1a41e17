"""Ends of the curve of fixed points, against minimisation in mpmath: high orders, heavy popularity, formulas that are 0/0 there."""

from collections.abc import Callable

import mpmath as mp
import pytest
import sympy as sp
from flint import arb, fmpq

from deanalysis import DensityEvolution, load_model
from deanalysis.balls.compiling import compile_balls
from deanalysis.balls.series import taylor
from deanalysis.balls.tails import Tail
from deanalysis.balls.transforms import TRANSFORMS
from deanalysis.model.symbols import q
from deanalysis.theory.evolution.thresholds.results import Thresholds


def found(parameter: str, preset: str | None = None, **laws: str) -> Thresholds:
    model = load_model(preset, **laws)
    return DensityEvolution(model.ensemble, model.learner).thresholds(parameter)


def least(scale: Callable[[mp.mpf], mp.mpf], low: float, high: float) -> float:
    """Return the least value of a function with one minimum on [low, high], by golden sections."""
    a, b, ratio = mp.mpf(low), mp.mpf(high), (mp.sqrt(5) - 1) / 2
    for _ in range(90):
        left, right = b - ratio * (b - a), a + ratio * (b - a)
        a, b = (a, right) if scale(left) < scale(right) else (left, b)
    return float(scale(a))


def at_least(s: int, x: mp.mpf) -> mp.mpf:
    """P(Poisson(x) >= s)."""
    return mp.gammainc(s, 0, x, regularized=True)


@pytest.mark.parametrize(("edges", "s"), [(3, 6), (4, 5), (2, 10), (2, 30), (5, 1), (5, 17), (3, 24)])
def test_cores_of_hypergraphs(edges: int, s: int) -> None:
    """d* = least x/(h P(Poisson(x) >= s)^(h-1)) (Molloy 2005, for cores with k = s + 1)."""
    jumps = found("d", f"hypergraph({edges})", learner=f"{s}-skill").emergence
    assert [one.status for one in jumps] == ["proved"]
    assert float(jumps[0].value) == pytest.approx(least(lambda x: x / (edges * at_least(s, x) ** (edges - 1)), 0.5, 80), rel=1e-13)


@pytest.mark.parametrize(
    ("laws", "skills", "s", "wanted"),
    [
        ([("0.68", "0.501"), ("0.32", "5.343")], 4, 10, 5.896365),
        ([("1", "2.518")], 5, 5, 4.446894),
        ([("0.5", "1"), ("0.5", "2")], 3, 28, None),
    ],
)
def test_many_skills_and_mixed_texts(laws: list[tuple[str, str]], skills: int, s: int, wanted: float | None) -> None:
    """By the loads seen from an edge: q = (sum_i v_i P(Poisson(c_i G q) >= s))^(k-1), v_i the share of edges."""
    parts = [(mp.mpf(weight), mp.mpf(mean)) for weight, mean in laws]
    edges = sum(weight * mean for weight, mean in parts)

    def scale(y: mp.mpf) -> mp.mpf:
        return y / sum(weight * mean / edges * at_least(s, mean * y) for weight, mean in parts) ** (skills - 1)

    texts = f"mixture({', '.join(f'{weight}: poisson({mean}*G)' for weight, mean in laws)})"
    jumps = found("G", texts=texts, skills=f"regular({skills})", learner=f"{s}-skill").emergence
    assert [one.status for one in jumps] == ["proved"]
    assert float(jumps[0].value) == pytest.approx(least(scale, 0.3, 60), rel=1e-12)
    assert wanted is None or float(jumps[0].value) == pytest.approx(wanted, abs=1e-5)


def test_many_skills_of_other_texts_with_prior_knowledge() -> None:
    """Geometric texts: k more skills of a text met along an edge with (k + 1) y^k (1 - y)^2, y = t/(1 + t) at a mean of t novel ones."""

    def scale(t: mp.mpf) -> mp.mpf:
        y = t / (1 + t)
        return t / (mp.mpf("0.3") * (1 - (1 - y) ** 2 * sum((k + 1) * y**k for k in range(15))) ** 4)

    jumps = found("G", texts="geometric(2.5*G)", skills="regular(5)", learner="15-skill", unknown="0.3").emergence
    assert [one.status for one in jumps] == ["proved"]
    assert float(jumps[0].value) == pytest.approx(least(scale, 1, 200) / 2.5, rel=1e-12)


SUCCESSES = {
    "success:(1-exp(-x))/x": lambda x: -mp.expm1(-x) / x,
    "success:((1-exp(-x))/x+exp(-x))/2": lambda x: (mp.exp(-x) - mp.expm1(-x) / x) / 2,
    "success:2*(exp(-x)-1+x)/x^2": lambda x: 2 * (mp.expm1(-x) + x) / x**2,
}


@pytest.mark.parametrize("learner", SUCCESSES)
def test_learners_that_are_0_over_0(learner: str) -> None:
    """P_suc has a removable singularity at 0, where the curve of the load G ends."""
    jumps = found("G", texts="poisson(5*G)", skills="regular(3)", learner=learner)
    assert {one.status for one in jumps} == {"proved"}
    assert jumps.emergence[0].learned_side == "below"
    wanted = least(lambda x: x / (1 - SUCCESSES[learner](x)) ** 2 / 5, 0.2, 30)
    assert float(jumps.emergence[0].value) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("learner", SUCCESSES)
def test_fixed_points_of_learners_that_are_0_over_0(learner: str) -> None:
    """c = 5, R = 1: q by plain iteration, and close to q = 0 at R = 6."""
    model = load_model("paper", learner=learner)
    for ratio in (1, 6):
        state = DensityEvolution(model.ensemble, model.learner).fixed_point(c=5, R=ratio)
        novel = mp.mpf(1)
        for _ in range(3000):
            novel = mp.exp(-5 * ratio * SUCCESSES[learner](5 * novel))
        assert state.status == "proved"
        assert float(state.q) == pytest.approx(float(novel), rel=1e-9)


def test_what_is_0_over_0_is_enclosed_around_0() -> None:
    """2 (e^-y - 1 + y)/y^2 = 1 - y/3 + y^2/12 - ...: values and Taylor coefficients over balls that hold 0."""
    function = compile_balls(2 * (sp.exp(-q) - 1 + q) / q**2, [q])
    assert taylor(function, arb(0), 3)[1].contains(arb(-1) / 3)
    for ball in (arb(0), arb(0).union(arb("0.125")), arb(0.01, 0.02)):
        coefficients = taylor(function, ball, 3)
        for point in (ball.lower(), ball.upper(), ball.mid()):
            y = mp.mpf(float(point.mid()))
            exact = mp.taylor(lambda z: mp.hyp1f1(1, 3, -z), y, 2)
            assert all(ball.overlaps(arb(str(value), 1e-12)) for ball, value in zip(coefficients, exact, strict=True))
        assert all(one.rad() < 0.05 for one in coefficients)
    assert not function(arb(0.01, 0.02)).contains(arb("0.9"))


def test_a_pole_is_none() -> None:
    assert not compile_balls((2 - sp.exp(-q)) / q, [q])(arb(0, 0.1)).is_finite()


@pytest.mark.parametrize(("exponent", "wanted"), [("2", 1.4953234), ("1.5", 0.8971983), ("1.2", None), ("1.7", None)])
def test_heavy_popularity(exponent: str, wanted: float | None) -> None:
    """With s = 5R T(q): R(s) = s e^{5 M_1(s)}/5 and M_1(s) = a w E_a(ws), w = 1 - 1/a; an emergence is a maximum of it on the way up."""
    a = mp.mpf(exponent)
    w = 1 - 1 / a

    def ratio(s: mp.mpf) -> mp.mpf:
        return s * mp.exp(5 * a * w * mp.expint(a, w * s)) / 5

    places = [mp.mpf(10) ** (mp.mpf(k) / 20) for k in range(-120, 41)]
    heights = [ratio(s) for s in places]
    tops = [k for k in range(1, len(places) - 1) if heights[k - 1] < heights[k] > heights[k + 1]]
    jumps = found("R", texts="poisson(5)", skills=f"pareto(5*R, {exponent})")
    assert jumps.reason is None or "undecided" not in jumps.reason
    assert {one.status for one in jumps} <= {"proved"}
    highest = [-least(lambda s: -ratio(s), float(places[k - 1]), float(places[k + 1])) for k in tops]
    assert [float(jump.value) for jump in jumps.emergence] == pytest.approx(highest, rel=1e-12)
    assert wanted is None or highest == pytest.approx([wanted], rel=1e-7)
    assert highest or len(jumps.of_kind("fold")) == 0


TAUGHT = {
    "poisson(2*G)": (2, lambda s, t: mp.gammainc(s, t, regularized=True)),
    "geometric(3*G)": (3, lambda s, t: sum((k + 1) * (t / (1 + t)) ** k for k in range(s)) / (1 + t) ** 2),
}


@pytest.mark.parametrize(
    ("texts", "skills", "s", "low", "high"),
    [
        ("poisson(2*G)", ("4", "1.6"), 3, 2, 40),
        ("poisson(2*G)", ("5", "1.3"), 9, 6, 60),
        ("poisson(2*G)", ("5", "2"), 2, 1.5, 30),
        ("geometric(3*G)", ("4", "1.6"), 8, 3, 60),
        ("geometric(3*G)", ("6", "1.9"), 7, 3, 60),
    ],
)
def test_texts_of_skills_with_heavy_popularity(texts: str, skills: tuple[str, str], s: int, low: float, high: float) -> None:
    """With t = mG q: G = t/(m M_1(s)), s = L'(1) T(t), of infinite slope where T falls to 0, as E W^2 is infinite."""
    mean, a = map(mp.mpf, skills)
    w = 1 - 1 / a
    scale, taught = TAUGHT[texts]
    jumps = found("G", texts=texts, skills=f"pareto({', '.join(skills)})", learner=f"{s}-skill")
    assert jumps.reason is None
    assert {one.status for one in jumps} == {"proved"}
    with mp.workdps(25):
        wanted = least(lambda t: t / (scale * a * w * mp.expint(a, w * mean * taught(s, t))), low, high)
    assert [float(jump.value) for jump in jumps.emergence] == pytest.approx([wanted], rel=1e-12)


def test_texts_of_skills_with_heavy_popularity_that_are_learned_gradually() -> None:
    jumps = found("G", texts="negative_binomial(3*G, 0.7)", skills="pareto(4, 1.6)", learner="2-skill")
    assert str(jumps.reason).startswith("no emergence: learning is gradual")


@pytest.mark.parametrize("order", [2, 3])
@pytest.mark.parametrize("shape", [(8, 5), (2, 1), (11, 10)])
def test_moments_that_are_infinite_at_0_are_bounded_near_it(shape: tuple[int, int], order: int) -> None:
    """E[W^k e^{-W/u}] for all u >= 20, at some of them, and no bound where it is 0."""
    moment = TRANSFORMS["ParetoMoment"]
    bound = moment(fmpq(*shape), order, 1 / Tail.variable(20))
    for u in (20, 1000, 10**9):
        value = moment(fmpq(*shape), order, arb(1) / u)
        assert value < (bound.factor * arb(u) ** -fmpq(bound.decay.numerator, bound.decay.denominator)).upper()
    assert bound.decay > -order
    assert not moment(fmpq(*shape), order, Tail.variable(20) * 0).ball().is_finite()


@pytest.mark.parametrize(("skills", "s"), [(12, 13), (15, 11)])
def test_curves_flat_to_an_order_above_a_hundred(skills: int, s: int) -> None:
    """Geometric texts: the fold's exact polynomial has numbers too long for a square root to be written; no closed form is shown."""
    jump = found("G", texts="geometric(2.4*G)", skills=f"regular({skills})", learner=f"{s}-skill").emergence[0]
    taught = TAUGHT["geometric(3*G)"][1]
    assert (jump.status, jump.closed_form) == ("proved", None)
    assert float(jump.value) == pytest.approx(least(lambda t: t / (1 - taught(s, t)) ** (skills - 1), 5, 400) / 2.4, rel=1e-12)
