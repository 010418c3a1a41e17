"""Codes on the erasure channel: rate, gap to capacity and stability margin, by a scan in floats and the literature."""

import numpy as np
import pytest

from deanalysis import ChainEvolution, Code, DensityEvolution, Protograph, Thresholds, load_model
from deanalysis.balls.numbers import ZERO
from deanalysis.model.chains import Chain

IRREGULAR = {"texts": "edge(x^5)", "skills": "edge(0.3*x + 0.7*x^2)", "unknown": "eps"}
EDGES = {"ldpc(3,6)": ({2: 1.0}, 5), "ldpc(3,4)": ({2: 1.0}, 3), "irregular": ({1: 0.3, 2: 0.7}, 5)}
"""lambda by powers, and the one power of rho."""


def found(name: str, **asked: object) -> Thresholds:
    model = load_model(**IRREGULAR) if name == "irregular" else load_model(name)
    return DensityEvolution(model.ensemble, model.learner).thresholds(**asked)


def code(name: str, **asked: object) -> Code:
    stated = found(name, **asked).code
    assert stated is not None
    return stated


@pytest.mark.parametrize("name", EDGES)
def test_rate_gap_and_margin_are_those_of_a_scan(name: str) -> None:
    powers, check = EDGES[name]
    x = np.linspace(1e-6, 1, 2_000_001)
    left = 1 - (1 - x) ** check
    threshold = (x / sum(share * left**power for power, share in powers.items())).min()
    rate = 1 - (1 / (check + 1)) / sum(share / (power + 1) for power, share in powers.items())
    stated = code(name)
    assert float(stated.rate) == pytest.approx(rate, abs=1e-12)
    assert float(stated.capacity_gap) == pytest.approx(1 - rate - threshold, abs=1e-9)
    assert float(stated.capacity_gap_share) == pytest.approx((1 - rate - threshold) / (1 - rate), abs=1e-8)
    if 1 in powers:
        assert float(stated.stability_margin) == pytest.approx(1 / (powers[1] * check) - threshold, abs=1e-9)
    else:
        assert stated.stability_margin is None


@pytest.mark.parametrize(("name", "rate"), [("ldpc(3,6)", "1/2"), ("ldpc(3,5)", "2/5"), ("ldpc(3,4)", "1/4")])
def test_published_thresholds_give_the_gap(name: str, rate: str) -> None:
    """Thresholds of regular codes: Mezard, Montanari, Information, Physics, and Computation, 2009, table 15.1."""
    published = {"ldpc(3,6)": 0.429440, "ldpc(3,5)": 0.517570, "ldpc(3,4)": 0.647426}[name]
    above, below = map(int, rate.split("/"))
    assert float(code(name).capacity_gap) == pytest.approx(1 - above / below - published, abs=6e-7)


def test_every_digit_is_proved_and_gaps_lose_few() -> None:
    for digits in (5, 15, 60):
        stated = code("ldpc(3,6)", digits=digits)
        assert stated.capacity_gap.digits >= digits - 3
        assert stated.capacity_gap.ball().overlaps(code("ldpc(3,6)", digits=80).capacity_gap.ball())


def test_a_code_without_a_jump_is_decoded_below_its_stability_point() -> None:
    stated = code("ldpc(2,4)")
    assert float(stated.capacity_gap) == pytest.approx(1 / 6, abs=1e-12)
    assert stated.stability_margin == ZERO


def test_without_proof_the_gap_has_none() -> None:
    stated = code("ldpc(3,6)", method="mpmath")
    assert float(stated.capacity_gap) == pytest.approx(float(code("ldpc(3,6)").capacity_gap), abs=1e-13)
    assert stated.to_dict()["capacity_gap_enclosure"] is None


def test_what_is_no_code_has_no_rate() -> None:
    assert found("ldpc(6,3)").code is None
    assert found("ldpc(3,6)", kind="potential").code is None
    assert found("ldpc(3,6)", search="0.1:0.3").code is None
    assert found("paper", parameter="R", c=5).code is None
    assert found("irsa(x^3)").code is None
    two = load_model("ldpc(3,6)", learner="2-skill")
    assert DensityEvolution(two.ensemble, two.learner).thresholds().code is None


def test_it_is_written_beside_the_thresholds_and_read_back() -> None:
    for result in (found("ldpc(3,6)"), found("irregular"), found("paper", parameter="R", c=5)):
        assert Thresholds.from_dict(result.to_dict()) == result
    assert found("ldpc(3,6)").to_dict()["rate"] == 0.5
    assert "rate" not in found("paper", parameter="R", c=5).to_dict()


def test_punctured_columns_are_not_sent() -> None:
    """AR4JA of rate 1/2 has eps* = 0.438743116083414 (Divsalar, Dolinar, Jones, Andrews, IEEE JSAC 27(6), 2009: 0.4387)."""
    graph = Protograph([[0, 0, 1, 0, 2], [1, 1, 0, 1, 3], [1, 2, 0, 2, 1]], punctured=(5,))
    stated = ChainEvolution(Chain(graph)).thresholds().code
    assert stated is not None
    assert float(stated.rate) == 0.5
    assert float(stated.capacity_gap) == pytest.approx(0.5 - 0.438743116083414, abs=1e-13)
    assert ChainEvolution(Chain(graph)).thresholds(kind="stability").code is None
    assert Protograph([[1, 1]], unknown=1).rate is None
