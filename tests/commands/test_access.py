"""Random access in the shell: packet loss rate and throughput beside zeta, from density evolution and from simulated frames."""

import pytest
from command_line import output, run_here

IRSA = "irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)"


@pytest.mark.parametrize("method", ["auto", "mpmath"])
def test_throughput_is_the_load_times_what_is_received(method: str) -> None:
    told = output("evolve", IRSA, "--set", "G=1.1", "--method", method)
    assert told["loss_rate"] == told["zeta"] > 0.3
    assert told["throughput"] == pytest.approx(1.1 * (1 - told["zeta"]), rel=1e-12)
    assert (told["throughput_enclosure"] is None) == (method == "mpmath")


def test_loads_are_swept_from_none() -> None:
    points = output("evolve", IRSA, "--sweep", "G=0:1.2:3")["points"]
    assert [point["throughput"] for point in points[:2]] == [0, pytest.approx(0.6)]
    assert points[2]["throughput"] < 1.2


def test_frames_lose_what_is_left() -> None:
    told = output("simulate", IRSA, "--set", "G=1.1", "--size", "2000", "--seed", "1", "--workers", "1")
    assert told["loss_rate"] == told["zeta"]
    load = told["skills"] / told["texts"]
    assert told["throughput"]["mean"] == pytest.approx(load * (1 - told["zeta"]["mean"]))
    assert told["throughput"]["low"] == pytest.approx(load * (1 - told["zeta"]["high"]))


def test_throughput_just_below_each_jump() -> None:
    """Liva 2011, table I: degrees 2, 3 and 8 have a threshold of G = 0.938, where all packets are received."""
    thresholds = output("threshold", IRSA)["thresholds"]
    (jump,) = [entry for entry in thresholds if "throughput" in entry]
    assert jump["kind"] == "emergence"
    assert jump["throughput"] == pytest.approx(jump["value"], rel=1e-12)
    low = output("threshold", "irsa(0.5631*x^2 + 0.0436*x^3 + 0.3933*x^5)", "--kind", "emergence")["thresholds"][0]
    assert 0.98 * low["value"] < low["throughput"] < low["value"]


def test_it_is_said_in_words_and_of_random_access_alone() -> None:
    shown = run_here("evolve", IRSA, "--set", "G=1.1").stdout
    assert "packet loss rate" in shown
    assert "throughput just below G = 0.938635341973392" in run_here("threshold", IRSA).stdout
    assert "loss_rate" not in output("evolve", "hypergraph(3)", "--set", "d=1")
    assert "loss_rate" in output("evolve", IRSA, "--learner", "2-skill", "--set", "G=1.1")
