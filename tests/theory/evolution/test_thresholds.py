"""Thresholds: those of the literature, those of a slow and obviously right scan, and none where there is none."""

import csv
from fractions import Fraction
from pathlib import Path

import mpmath
import numpy as np
import pytest
import sympy as sp

from deanalysis import DensityEvolution, Ensemble, Poisson, R, SkillLearner, Thresholds, c, load_model

TABLE = (Path(__file__).parents[2] / "reference" / "published.csv").read_text().splitlines()
PUBLISHED = [row for row in csv.DictReader(TABLE) if row["kind"] in ("emergence", "stability", "potential")]
PAPER = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1))


def evolution_of(**laws: str) -> DensityEvolution:
    model = load_model(**laws)
    return DensityEvolution(model.ensemble, model.learner)


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: row["quantity"])
def test_published(row: dict[str, str]) -> None:
    evolution = evolution_of(texts=row["texts"], skills=row["skills"], unknown=row["unknown"], learner=row["learner"])
    (found,) = evolution.thresholds(row["parameter"]).of_kind(row["kind"])
    assert found.value.text == row["value_15_digits"]
    assert Fraction(found.value.low) <= Fraction(row["value_15_digits"]) <= Fraction(found.value.high)
    assert found.status == "proved"


@pytest.mark.parametrize("digits", [15, 50, 1000])
def test_the_certified_root_is_the_closed_form(digits: int) -> None:
    fold, potential, emergence = PAPER.thresholds(R, c=5, digits=digits)
    with mpmath.workdps(digits + 20):
        for found, branch in ((emergence, 0), (fold, -1)):
            u = -mpmath.lambertw(mpmath.mpf(-1) / 5, branch).real
            assert found.value.text == mpmath.nstr(u / 5 * mpmath.exp(1 / u), digits, strip_zeros=False)
            assert mpmath.almosteq(
                sp.N(found.closed_form.expression, digits + 10), mpmath.mpf(found.value.text), rel_eps=mpmath.mpf(10) ** (1 - digits)
            )
    assert [one.kind for one in (fold, potential, emergence)] == ["fold", "potential", "emergence"]
    assert {one.status for one in (fold, potential, emergence)} == {"proved"}


def test_the_closed_form_keeps_its_letter() -> None:
    found = PAPER.thresholds(R)
    assert [one.kind for one in found] == ["fold", "potential", "emergence", "cusp"]
    u = -sp.LambertW(-1 / c)
    assert sp.simplify(found.emergence[0].closed_form.expression - u / c * sp.exp(1 / u)) == 0
    prior = evolution_of(texts="poisson(c)", skills="poisson(c*R)", unknown="eps").thresholds(R)
    assert prior.emergence[0].closed_form.expression.free_symbols == {c, sp.Symbol("eps", positive=True)}


@pytest.mark.parametrize("k", [3, 4, 7])
def test_hypergraph_peeling_has_a_closed_form_too(k: int) -> None:
    model = load_model(f"hypergraph({k})")
    (found,) = DensityEvolution(model.ensemble, model.learner).thresholds("d", digits=40, kind="emergence")
    assert str(sp.N(found.closed_form.expression, 30))[:28] == found.value.text[:28]


@pytest.mark.parametrize("value", ["1", "2", "2.7182818", sp.E])
def test_no_emergence_because_of_c(value: object) -> None:
    found = PAPER.thresholds(R, c=value)
    assert len(found) == 0
    assert found.reason == "no emergence: learning is gradual, because c <= e"


def test_just_past_the_cusp() -> None:
    fold, _, emergence = PAPER.thresholds(R, c=sp.E * (1 + sp.Rational(1, 10**12)), digits=25)
    assert Fraction(fold.value.high) < 1 < Fraction(emergence.value.low)
    assert emergence.status == "proved"


def test_learning_that_never_starts() -> None:
    four = evolution_of(texts="regular(4)", skills="poisson(4*R)")
    assert four.thresholds(R).reason.startswith("learning never starts: every text requires at least 4 skills")
    assert float(four.fixed_point(R=9).zeta) == 1
    seeded = evolution_of(texts="polynomial(0.5*x^2+0.5*x^3)", skills="poisson(2.5*R)").thresholds(R)
    assert "any small seed may still set it off" in seeded.reason


def test_an_extremum_that_is_no_record_is_no_emergence() -> None:
    found = evolution_of(texts="poisson(3.6*G)", skills="polynomial(0.5*x^2 + 0.28*x^3 + 0.22*x^8)").thresholds("G")
    turns = [one for one in found if one.kind in ("emergence", "fold")]
    assert [(one.kind, one.value.text) for one in turns] == [
        ("fold", "0.962916614975193"), ("fold", "0.948457151978703"), ("emergence", "0.938635341973392"),
    ]  # fmt: skip


def test_two_stages_in_the_order_of_learning() -> None:
    found = evolution_of(texts="poisson(5.1*G)", skills="polynomial(0.9*x^3 + 0.1*x^24)").thresholds("G")
    assert [one.value.text for one in found.emergence] == ["0.938536389499204", "0.908653700577844"]
    assert all(one.learned_side == "below" for one in found)


def test_prior_knowledge_is_a_change_of_letters() -> None:
    """R*(c, eps) = eps R*(eps c) (theory, section 4)."""
    prior = evolution_of(texts="poisson(c)", skills="poisson(c*R)", unknown="eps")
    here = prior.thresholds(R, c=8, eps="3/4", digits=30).emergence[0].value
    plain = PAPER.thresholds(R, c=6, digits=30).emergence[0].value
    assert abs(Fraction(here.text) - Fraction(3, 4) * Fraction(plain.text)) < Fraction(1, 10**28)


@pytest.mark.parametrize(
    ("laws", "fold"),
    [({"texts": "poisson(4*G)", "skills": "regular(3)", "learner": "success:0.999*exp(-x)"}, 62.5939117898799),
     ({"text": "ldpc(3,6)", "learner": "success:0.9*exp(-x)"}, 0.583599),
     ({"text": "irsa(x^3)", "learner": "success:0.999*exp(-x)"}, 83.4585)],
)  # fmt: skip
def test_folds_near_complete_learning_are_found(laws: dict[str, str], fold: float) -> None:
    """Where even a lone novel skill may be missed, the curve turns once more at small q (values of a scan)."""
    found = evolution_of(**laws).thresholds()
    assert [float(one.value) for one in found if one.kind == "fold"] == pytest.approx([fold], rel=1e-5)
    assert all(one.status == "proved" for one in found)


def test_no_closed_form_is_claimed_that_is_real_nowhere() -> None:
    found = evolution_of(texts="regular(2)", skills="poisson(2*R)", unknown="eps").thresholds(R)
    assert len(found) == 0
    assert "bind" in found.reason


def test_values_beyond_floats_and_many_digits() -> None:
    large = PAPER.thresholds(R, c=1000, kind="emergence")[0].to_dict()
    assert large["value"].endswith("e+427")
    many = PAPER.thresholds(R, c=5, digits=10_000)
    assert len(many) == 3
    assert many[2].value.digits == 10_000
    assert Thresholds.from_dict(many.to_dict()) == many
    near = PAPER.thresholds(R, c=sp.E * (1 + sp.Rational(1, 10**40)))
    assert [one.kind for one in near if one.kind != "potential"] == ["fold", "emergence"]


def test_results_read_back() -> None:
    for found in (PAPER.thresholds(R, c=5, digits=40), PAPER.thresholds(R, c=2), PAPER.thresholds(R)):
        assert Thresholds.from_dict(found.to_dict()) == found
    assert repr(PAPER.thresholds(R, c=5, digits=50)[2]) == "<emergence R* = 2.4565308892391953281... ; 50 digits proved>"


def test_a_turn_that_is_touched_but_not_taken_stays_undecided() -> None:
    """Exactly at the cusp, c = 2 e^(3/4), the 2-skill learner's curve has a zero of even order; beside it all is clear."""
    evolution = evolution_of(text="paper", learner="2-skill")
    at = evolution.thresholds("R", c="2*exp(3/4)")
    assert "undecided" in at.reason
    assert len(at) == 0
    below, above = (evolution.thresholds("R", c=f"2*exp(3/4)*(1 {sign} 1e-10)") for sign in "-+")
    assert (len(below), below.reason) == (0, "no emergence: learning is gradual in R")
    assert [one.kind for one in above] == ["fold", "potential", "emergence"]
    assert {one.status for one in above} == {"proved"}


def test_a_turning_point_at_a_round_state_is_found() -> None:
    """g - t g' = t^2 (t - 1)(...): the fold lies exactly at t = 1."""
    found = evolution_of(texts="geometric(2*G)", skills="regular(3)", learner="success:exp(-x)*(1+x/2)").thresholds("G", kind="emergence")
    assert [(one.value.text, one.closed_form.text) for one in found] == [("1.28000000000000", "32/25")]


SLOTTED = (
    {3: 0.9, 24: 0.1},
    {3: 0.8, 24: 0.2},
    {2: 0.5, 3: 0.28, 8: 0.22},
    {3: 0.95, 60: 0.05},
    {2: 0.5631, 3: 0.0436, 5: 0.3933},
    {3: 0.98, 200: 0.02},
)


@pytest.mark.parametrize("law", SLOTTED, ids=str)
def test_potential_thresholds_are_where_the_least_potential_jumps(law: dict[int, float]) -> None:
    """U(t) = 1 - (1 + t) e^-t - G L(1 - e^-t) on a grid: as many jumps of its least state, and where, though there are two emergences."""
    t = np.append(0, np.geomspace(1e-3, 40, 10_001))
    drawn, given = 1 - (1 + t) * np.exp(-t), sum(weight * (1 - np.exp(-t)) ** degree for degree, weight in law.items())
    loads = np.linspace(0.5, 2, 3001)
    least = np.array([t[np.argmin(drawn - load * given)] for load in loads])
    jumps = loads[np.flatnonzero(np.diff(least) > 0.1)]
    model = load_model(f"irsa({' + '.join(f'{weight}*x^{degree}' for degree, weight in law.items())})")
    found = DensityEvolution(model.ensemble, model.learner).thresholds("G", kind="potential")
    assert [one.status for one in found] == ["proved"] * len(jumps)
    assert [float(one.value) for one in found][::-1] == pytest.approx(jumps, abs=1e-3)
