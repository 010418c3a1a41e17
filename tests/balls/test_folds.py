"""Folds of large systems against Newton's method in mpmath; zeros that are double are not proved; folds that follow one on its curve."""

from collections.abc import Callable

import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import arb
from scipy.sparse import csr_array

from deanalysis import ChainEvolution, load_model
from deanalysis.balls.vectors import snaking
from deanalysis.balls.vectors.folds import Fold, fold_near, prove_fold
from deanalysis.balls.vectors.formulas import Formula, Layer, Mean
from deanalysis.balls.vectors.intervals import Interval
from deanalysis.balls.vectors.layers import Layers
from deanalysis.balls.vectors.maps import LargeMap
from deanalysis.balls.vectors.zeros import Square, prove
from deanalysis.theory.chains.system import ChainSystem

x, load, c = sp.symbols("x R c", positive=True)


def chained(topics: int, window: int, mean: object) -> LargeMap:
    """Return q_i = exp(-R c mean_j e^(-c mean_k q_(i+j-k))) for all topics, without mirror images."""
    positions = topics + window - 1
    offsets = np.arange(window)[:, None]
    seen = np.arange(positions)[None, :] - offsets
    seen = np.where((seen >= 0) & (seen < topics), seen, topics)
    first = topics + 1
    taught = first + positions + np.arange(positions)
    share = first + 2 * positions + np.arange(topics)
    layers = list[Layer](
        [
            Mean(seen, window),
            Formula(first + np.arange(positions)[None, :], sp.exp(-c * x), (x,), {}),
            Mean(taught[np.arange(topics)[None, :] + offsets], window),
            Formula(share[None, :], sp.exp(-load * c * x), (x,), {}),
        ]
    )
    system = Layers(topics, tuple(layers), share + topics)
    return LargeMap(system, (sp.S.One,), np.zeros(topics, dtype=int), {c: sp.sympify(mean)}, load, 1)


def sides(topics: int, window: int, mean: int, q: list, v: list, ratio: object) -> list:
    """Return q - f, v - J v and sum v - 1 in mpmath, by the definition."""

    def over(values: list, start: int) -> object:
        return mpmath.fsum(values[k] for k in range(start, start + window) if 0 <= k < len(values)) / window

    places = [t - window + 1 for t in range(topics + window - 1)]
    taught = [mpmath.exp(-mean * over(q, start)) for start in places]
    moved = [-mean * each * over(v, start) for each, start in zip(taught, places, strict=True)]
    left = [mpmath.exp(-ratio * mean * over(taught, i)) for i in range(topics)]
    grown = [-ratio * mean * each * over(moved, i) for i, each in enumerate(left)]
    return [*(a - b for a, b in zip(q + v, left + grown, strict=True)), mpmath.fsum(v) - 1]


def exact_fold(topics: int, window: int, mean: int, start: np.ndarray) -> list:
    """Return the zero (q, v, R) of these equations near another."""
    with mpmath.workdps(60):
        zero = mpmath.findroot(
            lambda *z: sides(topics, window, mean, list(z[:topics]), list(z[topics:-1]), z[-1]), [mpmath.mpf(float(at)) for at in start]
        )
        return list(zero)


def near_40_digits(ball: arb, value: object) -> bool:
    with mpmath.workdps(60):
        return bool(abs(mpmath.mpf(ball.str(50, radius=False, more=True)) - value) < mpmath.mpf(10) ** -40)


def proved(f: LargeMap, q: list[float], p: float) -> Fold:
    """Return the fold near a state, proved."""
    z = fold_near(f, np.array(q), p)
    assert z is not None
    fold = prove_fold(f, z)
    assert fold is not None
    return fold


def test_the_fold_of_one_unknown_has_40_digits_of_its_closed_form_and_of_newton() -> None:
    """u = -W_0(-1/c), q = e^-u, R = (u/c) e^(1/u) (theory, section 4)."""
    state, ratio = proved(chained(1, 1, 5), [0.7], 2.4).balls(140)
    with mpmath.workdps(60):
        u = -mpmath.lambertw(mpmath.mpf(-1) / 5)
        closed = mpmath.exp(-u), u / 5 * mpmath.exp(1 / u)
    q, _, newton = exact_fold(1, 1, 5, np.array([0.77, 1.0, 2.456]))
    for ball, value, root in ((state[0], closed[0], q), (ratio, closed[1], newton)):
        assert ball.rad() < arb(2) ** -138
        assert near_40_digits(ball, value)
        assert near_40_digits(ball, root)


@pytest.mark.parametrize(("topics", "window", "place"), [(2, 2, 1.5), (4, 3, 0.85)])
def test_the_fold_of_some_topics_has_40_digits_of_newton(topics: int, window: int, place: float) -> None:
    fold = proved(chained(topics, window, 5), [0.7] * topics, place)
    state, ratio = fold.balls(140)
    exact = exact_fold(topics, window, 5, fold.zero.point)
    for ball, value in zip([*state, ratio], [*exact[:topics], exact[-1]], strict=True):
        assert ball.rad() < arb(2) ** -138
        assert near_40_digits(ball, value)


def test_a_fold_that_is_a_cusp_is_not_proved_and_one_beside_it_is() -> None:
    """The cusp of the paper's model is at c = e, R = 1, q = 1/e, where f_qq is 0, too (theory, section 4)."""
    at_cusp = np.array([np.exp(-1), 1.0, 1.0])
    assert prove_fold(chained(1, 1, sp.E), at_cusp) is None
    assert proved(chained(1, 1, sp.Rational(3)), [0.5], 1.03).place == pytest.approx(1.037886, abs=1e-6)


def of_one(value: Callable[[object], object], slope: Callable[[object], object]) -> Square:
    """Return one equation in one unknown as a system."""

    def slopes(z: Interval) -> tuple[csr_array, csr_array]:
        around = slope(z)
        middle = around.middle
        return csr_array(middle[None, :]), csr_array((around.high - middle)[None, :] * 1.01 + 1e-15)

    return Square(lambda z: value(z), lambda z: slope(z)[None, :], lambda z: value(z), slopes, lambda z: [value(z[0])])


@pytest.mark.parametrize("off", [0.0, 1e-12, 1e-9, 1e-6])
def test_a_double_zero_is_not_proved(off: float) -> None:
    assert prove(of_one(lambda z: z * z, lambda z: z * 2), np.array([off]), np.ones(1)) is None


def test_two_zeros_that_are_near_each_other_are_told_apart() -> None:
    """z^2 = 2^-40, at 2^-20 and -2^-20."""
    square = of_one(lambda z: z * z - 2.0**-40, lambda z: z * 2)
    for zero in (2.0**-20, -(2.0**-20)):
        found = prove(square, np.array([zero * (1 + 1e-9)]), np.ones(1))
        assert found is not None
        (ball,) = found.balls(150)
        assert ball.contains(arb(zero))
        assert ball.rad() < arb(2) ** -148


@pytest.mark.parametrize("number", range(3))
def test_the_folds_that_follow_one_are_the_later_jumps_of_a_chain(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A walk with proof goes from jump to jump; the curve of fixed points, unstable ones too, winds through the same folds."""
    monkeypatch.setattr(snaking, "_AWAY", 0.1)  # here the curve comes back by a twentieth of the letter
    chain = load_model("chain(paper, 12, 2)").ensemble
    jumps = ChainEvolution(chain).thresholds("R", c=5, search="0.9:1.1", kind="emergence", digits=12)
    places = [float(jump.value) for jump in jumps]
    f = ChainSystem(chain).map({c: sp.Integer(5)}, load)
    first = fold_near(f, np.array([float(value) for value in jumps[number].fixed_point[: f.size]]), places[number])
    assert first is not None
    assert len(places) == 3
    assert [float(z[-1]) for z in snaking.later_folds(f, first, 1.0)] == pytest.approx(places[number + 1 :], rel=1e-11)
