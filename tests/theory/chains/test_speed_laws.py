"""How the speed vanishes at the potential threshold: the law by energy against fronts that are iterated near it."""

import pytest
import sympy as sp

from deanalysis import InputError, R, eps, load_model
from deanalysis.model.exact import bindings
from deanalysis.model.symbols import d
from deanalysis.theory.chains.fronts.speed_laws import SpeedLaw, speed_laws
from deanalysis.theory.chains.fronts.waves import wave


def law(text: str, letter: sp.Symbol, **values: int) -> SpeedLaw:
    """Return the only law of a chain by its name."""
    (only,) = speed_laws(load_model(text).ensemble, letter, bindings(values))
    return only


@pytest.mark.parametrize(("model", "letter", "at"), [("paper", R, {"c": 5}), ("ldpc(3,6)", eps, {}), ("hypergraph(3)", d, {})])
@pytest.mark.parametrize("window", [10, 20])
def test_the_law_is_met_next_to_the_threshold(model: str, letter: sp.Symbol, at: dict[str, int], window: int) -> None:
    chain, near = f"chain({model}, 50, {window})", law(f"chain({model}, 50, {window})", letter, **at)
    side = 1 if letter == R else -1
    errors = []
    for distance in ("0.004", "0.002"):
        value = sp.Rational(near.threshold.text) * (1 + side * sp.Rational(distance))
        speed = float(wave(load_model(chain).ensemble, {letter: value, **bindings(at)}).speed)
        errors.append(near.speed(float(value)) / speed - 1)
    assert abs(errors[1]) < 8e-3
    assert abs(2 * errors[1] - errors[0]) < 4e-4


@pytest.mark.parametrize("window", [2, 3, 5])
def test_narrow_windows_keep_the_law_away_from_where_they_are_pinned(window: int) -> None:
    near = law(f"chain(ldpc(3,6), 50, {window})", eps)
    speed = wave(load_model(f"chain(ldpc(3,6), 50, {window})").ensemble, {eps: sp.Rational("0.4833")}).speed
    assert near.speed(0.4833) == pytest.approx(float(speed), rel=0.04)


def test_the_formula_is_of_wide_fronts() -> None:
    wide, narrow = (law("chain(paper, 50, 3)", R, c=number) for number in (3, 5))
    ratios = [float(one.wide) / float(one.slope) for one in (wide, narrow)]
    assert ratios[0] == pytest.approx(1.024, abs=2e-3)
    assert ratios[1] == pytest.approx(1.151, abs=2e-3)


def test_a_law_is_read_back_and_says_what_it_is() -> None:
    near = law("chain(paper, 50, 3)", R, c=5)
    assert SpeedLaw.from_dict(near.to_dict()) == near
    assert repr(near) == "<speed ~ 1.27302 (R - 1); numerical>"


def test_spread_chains_have_no_law() -> None:
    with pytest.raises(InputError, match="is known of uniform chains"):
        speed_laws(load_model("fuse(3, 9)").ensemble, d, {})
