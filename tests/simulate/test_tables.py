"""Degree laws as tables: the probabilities are those of the law, and what is drawn from the alias table follows them."""

import numpy as np
import pytest
from scipy.special import zeta
from scipy.stats import chisquare

from deanalysis import PGF, InputError, Polynomial, parse_law, x
from deanalysis.simulate.streams import Stream, new_streams, value
from deanalysis.simulate.tables import beyond, draw_degrees, probabilities, table_of, tails

LAWS = ["poisson(3)", "poisson(0.01)", "poisson(13)", "regular(4)", "binomial(6, 0.3)", "binomial(5, 1)", "binomial(3000, 0.9)",
        "geometric(1.5)", "negative_binomial(2, 0.8)", "negative_binomial(9, 7)", "zipf(2.2, 1, 12)", "zipf(1.5, 2, 2000)",
        "ideal_soliton(40)", "robust_soliton(1000, 0.1, 0.5)",
        "polynomial(0.5*x^2 + 0.28*x^3 + 0.22*x^8)", "mixture(0.3: poisson(2), 0.7: regular(3))",
        "thinned(polynomial(0.5*x^2 + 0.5*x^8), 0.3)"]  # fmt: skip


def draw(law_text: str, count: int) -> np.ndarray:
    """Draw degrees as graphs do."""
    return draw_degrees(table_of(parse_law(law_text)), new_streams(5, (), 1)[0], count)


def fits(degrees: np.ndarray, law_text: str) -> float:
    """Return the p-value of a chi-square test of degrees against the law's own pmf."""
    law = parse_law(law_text)
    most = min(int(degrees.max()), 100) + 1
    least = max(0, int(float(law.mean) - 12 * float(law.mean) ** 0.5))
    expected = np.array([float(law.pmf(k)) if k >= least else 0.0 for k in range(most)]) * len(degrees)
    observed = np.bincount(degrees, minlength=most)[:most].astype(float)
    big = expected >= 5
    if big.sum() == 1:
        return float(observed[big][0] == len(degrees))
    expected, observed = (
        np.append(expected[big], len(degrees) - expected[big].sum()),
        np.append(observed[big], len(degrees) - observed[big].sum()),
    )
    if expected[-1] < 1:
        expected, observed = expected[:-1], observed[:-1]
    return float(chisquare(observed, expected * observed.sum() / expected.sum()).pvalue)


@pytest.mark.parametrize("law", [law for law in LAWS if "3000" not in law])
def test_degrees_follow_their_law(law: str) -> None:
    assert fits(draw(law, 200_000), law) > 1e-4


def test_the_test_of_a_law_can_fail() -> None:
    assert fits(draw("poisson(3)", 200_000), "poisson(3.03)") < 1e-4


@pytest.mark.parametrize("law", LAWS)
def test_probabilities_are_those_of_the_generating_function(law: str) -> None:
    stated, chances = parse_law(law), probabilities(parse_law(law))
    assert chances.sum() == pytest.approx(1, abs=1e-12)
    assert np.arange(len(chances)) @ chances == pytest.approx(float(stated.mean), rel=1e-9)
    for degree in range(min(len(chances), 9)):
        assert chances[degree] == pytest.approx(float(stated.pmf(degree)), rel=1e-9, abs=1e-18)
    for place in (0.3, 0.9, 0.99):
        assert chances @ place ** np.arange(len(chances)) == pytest.approx(float(stated.pgf(x).subs(x, place)), rel=1e-9)


def test_a_law_that_states_only_its_generating_function() -> None:
    chances = probabilities(PGF((2 * x + x**5) / 3))
    assert chances[[0, 1, 2, 5]] == pytest.approx([0, 2 / 3, 0, 1 / 3], abs=1e-12)


def test_the_alias_table_holds_the_probabilities() -> None:
    """Adding up the columns' shares gives every p_k back to 1e-15."""
    for law in LAWS:
        table, chances = table_of(parse_law(law)), probabilities(parse_law(law))
        share = table.threshold / 2.0**64
        own = np.bincount(table.degrees, weights=share, minlength=len(chances))
        other = np.bincount(table.degrees[table.alias], weights=1 - share, minlength=len(chances))
        assert (own + other) / len(table.degrees) == pytest.approx(chances, abs=1e-12)


def test_degrees_too_large_to_sample_are_refused() -> None:
    for law in (parse_law("negative_binomial(100000, 0.001)"), Polynomial(((1, "0.5"), (20_000_000, "0.5")))):
        with pytest.raises(InputError, match="too large to sample"):
            probabilities(law)


@pytest.mark.parametrize("law", ["zipf(2.2, 1)", "zipf(3.5, 4)", "mixture(0.4: poisson(2), 0.6: zipf(2.5, 2))"])
def test_power_laws_without_end(law: str) -> None:
    assert fits(draw(law, 200_000), law) > 1e-4


@pytest.mark.parametrize(("exponent", "start"), [(2.2, 3), (3.5, 10)])
def test_degrees_beyond_a_table_follow_the_power_law(exponent: float, start: int) -> None:
    (stream,) = new_streams(3, (), 1)
    degrees = np.array([beyond(exponent, start, Stream(value(stream, k), stream.step)) for k in range(50_000)])
    expected = np.array([k**-exponent for k in range(start, 40)]) / zeta(exponent, start)
    observed = np.append(np.bincount(degrees[degrees < 40], minlength=40)[start:], (degrees >= 40).sum())
    assert chisquare(observed, np.append(expected, 1 - expected.sum()) * len(degrees)).pvalue > 1e-4


def test_the_tail_has_the_chance_that_the_table_lacks() -> None:
    law = parse_law("zipf(2.2, 1)")
    (tail,) = tails(law)
    assert probabilities(law).sum() + tail.chance == pytest.approx(1, abs=1e-12)
