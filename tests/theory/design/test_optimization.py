"""Optimal degree laws: known optima, an independent scan of the law, random rivals, and bounds that can be seen to fail."""

import json
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from flint import fmpq

from deanalysis import DensityEvolution, Ensemble, InputError, OptimalLaw, Polynomial, load_model, optimize
from deanalysis.balls.numerical.floats import compile_floats
from deanalysis.model.symbols import G, t
from deanalysis.theory.design.equations import design
from deanalysis.theory.design.game import Game
from deanalysis.theory.design.law_sets import LawSet


def evolution_of(model: str | None = None, **laws: str) -> DensityEvolution:
    stated = load_model(model, **laws)
    return DensityEvolution(stated.ensemble, stated.learner)


IRSA = evolution_of("irsa(x^3)")
LDPC = evolution_of("ldpc(3,6)")
FOUNTAIN = evolution_of(texts="poisson(3)", skills="poisson(3*R)")
LIVA_8 = {2: "0.5", 3: "0.28", 8: "0.22"}


@pytest.fixture(scope="module")
def irsa8() -> OptimalLaw:
    return optimize(IRSA, "skills", "2:8")


def evolution_with(found: OptimalLaw) -> DensityEvolution:
    return DensityEvolution(found.ensemble, found.learner)


def low(found: OptimalLaw) -> Fraction:
    return Fraction(found.value.low)


def slotted_load(fractions: dict[int, float]) -> float:
    """The load up to which every user gets through: q = lambda(1 - e^{-G m q}) has no positive solution, on a plain grid in floats."""
    q = np.concatenate([np.geomspace(1e-7, 1e-2, 20_000), np.linspace(1e-2, 1, 400_000)])[:-1]
    mean = sum(degree * share for degree, share in fractions.items())
    # Solve lambda(y) = q for y = 1 - e^{-G m q} by interpolation, then for G.
    y = np.concatenate([[0], np.geomspace(1e-9, 1, 400_000)])
    edges = sum(degree * share / mean * y ** (degree - 1) for degree, share in fractions.items())
    return float(np.min(-np.log1p(-np.interp(q, edges, y)) / (mean * q)))


def test_irsa_of_degree_8(irsa8: OptimalLaw) -> None:
    """Liva (2011) prints 0.938 for this degree; the law found must do better, and no law much better than it."""
    assert float(irsa8.value) >= 0.9405
    assert irsa8.status == "proved"
    assert irsa8.binding == "emergence"
    assert low(irsa8) <= Fraction(irsa8.bound.high)
    assert irsa8.gap < 1e-4
    assert sum(irsa8.fractions.values()) == 1
    assert set(irsa8.fractions) <= set(range(2, 9))
    assert slotted_load({2: 0.5, 3: 0.28, 8: 0.22}) == pytest.approx(0.938635341973392, rel=1e-6)
    scanned = slotted_load({degree: float(share) for degree, share in irsa8.fractions.items()})
    assert scanned == pytest.approx(float(irsa8.value), rel=1e-6)


def test_random_laws_never_beat_the_bound(irsa8: OptimalLaw) -> None:
    generator = np.random.default_rng(7)
    rivals = [generator.dirichlet(np.full(7, 0.4)) for _ in range(15)]
    best = np.array([float(irsa8.fractions.get(degree, 0)) for degree in range(2, 9)])
    rivals += [0.98 * best + 0.02 * generator.dirichlet(np.ones(7)) for _ in range(25)]
    loads = [slotted_load(dict(zip(range(2, 9), rival, strict=True))) for rival in rivals]
    assert max(loads) < float(irsa8.bound)
    assert max(loads) > 0.93


def test_what_is_proved_is_proved_of_the_law_itself(irsa8: OptimalLaw) -> None:
    """Density evolution, iterated below and above the value, ends at 0 and does not."""
    below, above = (evolution_with(irsa8).fixed_point(G=str(float(irsa8.value) + shift)) for shift in (-1e-6, 1e-6))
    assert float(below.q) == 0
    assert float(above.q) > 0.01
    again = evolution_with(irsa8).thresholds("G").emergence[-1]
    assert again.value == irsa8.value


@pytest.mark.parametrize("model", ["irsa(x^3)", "irsa(0.3*x^2+0.7*x^9)"])
def test_the_placeholder_does_not_matter(model: str, irsa8: OptimalLaw) -> None:
    found = optimize(evolution_of(model), "skills", range(2, 9))
    assert abs(float(found.bound) - float(irsa8.bound)) < 1e-9
    assert found.ensemble.ratio == irsa8.ensemble.ratio == 1 / G


@pytest.mark.parametrize(
    ("evolution", "degrees", "options", "threshold"),
    [(IRSA, [3], {}, 0.818469160761376), (IRSA, "4", {}, 0.772279839802508), (LDPC, [3], {"mean": 3}, 0.429439814419492)],
)
def test_a_set_of_one_law(evolution: DensityEvolution, degrees: object, options: dict, threshold: float) -> None:
    """Thresholds of regular laws (tests/reference/published.csv; Richardson, Urbanke 2008)."""
    found = optimize(evolution, "skills", degrees, **options)
    assert len(found.fractions) == 1
    assert float(found.value) == pytest.approx(threshold, rel=1e-14)
    assert float(found.bound) == pytest.approx(threshold, rel=1e-9)
    assert float(found.bound) >= threshold - 1e-14


def test_degree_two_alone_is_bound_by_stability() -> None:
    found = optimize(IRSA, "skills", [2])
    assert (found.binding, found.value.text, found.status) == ("stability", "0.500000000000000", "proved")
    assert Fraction(1, 2) <= Fraction(found.bound.low) < Fraction(1, 2) + Fraction(1, 10**9)


def test_more_degrees_are_never_worse(irsa8: OptimalLaw) -> None:
    bounds = [optimize(IRSA, "skills", degrees) for degrees in ("2:4", "2:6")] + [irsa8, optimize(IRSA, "skills", "2:12")]
    values = [float(found.value) for found in bounds]
    assert values == sorted(values)
    assert all(found.gap < 1e-8 for found in bounds)


def test_least_fractions_and_mean_are_kept(irsa8: OptimalLaw) -> None:
    found = optimize(IRSA, "skills", "2:8", least={4: "1/3", 2: "0.1"}, mean="3.2")
    assert found.fractions[4] >= sp.Rational(1, 3)
    assert sum(degree * share for degree, share in found.fractions.items()) == sp.Rational(16, 5)
    assert float(found.value) < float(irsa8.value)
    assert 0 < found.gap < 1e-8
    rival = {2: 2 / 3 - 0.1 - 6.5 / 90, 3: 0.1, 4: 1 / 3, 8: 6.5 / 90}
    assert sum(degree * share for degree, share in rival.items()) == pytest.approx(3.2)
    assert 0.8 < slotted_load(rival) < float(found.bound)


def test_an_ldpc_code_of_the_same_rate_beats_the_regular_one() -> None:
    found = optimize(LDPC, "skills", "2:12")
    assert found.ensemble.ratio == LDPC.ensemble.ratio
    assert 0.48 < float(found.value) < 0.5
    assert found.gap < 1e-8
    q = np.linspace(1e-4, 1, 200_001)
    shares = {degree: float(share) * degree / 3 for degree, share in found.fractions.items()}
    scan = np.min(q / sum(share * (1 - (1 - q) ** 5) ** (degree - 1) for degree, share in shares.items()))
    assert scan == pytest.approx(float(found.value), rel=1e-7)


def test_texts_for_a_given_code() -> None:
    """Right-hand laws of mean 6: regular(6) is among them, and capacity, 1 - rate = 1/2, is beyond them all."""
    found = optimize(LDPC, "texts", "2:12")
    assert 0.429439814419492 < float(found.value) < float(found.bound) < 0.5
    assert found.ensemble.texts.mean == 6
    assert found.gap < 1e-8


def test_texts_of_a_fountain() -> None:
    """Skills poisson(3R): the fewest texts per skill that leave at most a tenth novel; one text can teach only one skill."""
    found = optimize(FOUNTAIN, "texts", "1:12", until="0.1")
    assert 0.9 < float(found.bound) <= float(found.value)
    assert found.gap < 1e-8
    past, short = (evolution_with(found).fixed_point(R=str(float(found.value) + shift)) for shift in (1e-6, -1e-6))
    assert float(past.q) <= 0.1 < float(short.q)
    alone = optimize(FOUNTAIN, "texts", [1], until="0.1")
    assert alone.binding == "target"
    assert float(alone.value) == pytest.approx(np.log(10), rel=1e-14)


def test_a_target_with_users_that_send_once() -> None:
    found = optimize(IRSA, "skills", "1:8", until="0.1", mean=3)
    assert 1 in found.fractions
    before, after = (evolution_with(found).fixed_point(G=str(float(found.value) + shift)) for shift in (-1e-6, 1e-6))
    assert float(before.q) <= 0.1 < float(after.q)
    assert 0 < found.gap < 1e-8


@pytest.mark.parametrize(("until", "degrees"), [("0.3", "2:12"), ("0.6", "2:12"), ("0.9", "2:8"), ("1e-3", "2:12")])
def test_texts_for_a_target(until: str, degrees: str) -> None:
    """The states of the target move with the fraction unknown; the answer is checked by the fixed points on both sides."""
    stated = evolution_of(texts="regular(6)", skills="poisson(3)", unknown="eps")
    found = optimize(stated, "texts", degrees, until=until)
    before, after = (evolution_with(found).fixed_point(eps=str(float(found.value) * (1 + shift))) for shift in (-1e-6, 1e-6))
    assert float(before.q) <= float(until) < float(after.q)
    assert 0 <= found.gap < 1e-8


@pytest.mark.parametrize("texts", ["negative_binomial(3*G, 2)", "geometric(2*G)"])
def test_other_texts_are_rescaled(texts: str) -> None:
    stated = evolution_of(texts=texts, skills="regular(3)")
    found = optimize(stated, "skills", "2:6")
    assert found.ensemble.ratio == stated.ensemble.ratio
    assert found.gap < 1e-8
    regular = optimize(stated, "skills", [3])
    assert float(regular.value) == pytest.approx(float(stated.thresholds().emergence[0].value), rel=1e-14)
    assert float(regular.value) < float(found.value)


def test_a_bound_can_fail(irsa8: OptimalLaw) -> None:
    """Just below the optimum nothing is excluded, with the right multipliers or wrong ones; a claim beyond the bound is refuted."""
    laws = LawSet.of("2:8")
    game = Game(design(IRSA, "skills", G, 2, None, None), laws)
    optimum = game.solve()
    value, bound = Fraction(irsa8.value.low), Fraction(irsa8.bound.high)
    assert game.excludes(optimum, fmpq(bound.numerator, bound.denominator))
    assert not game.excludes(optimum, fmpq(value.numerator, value.denominator))
    wrong = optimum._replace(states=optimum.states[:1], multipliers=optimum.multipliers[:1])
    assert not game.excludes(wrong, fmpq(bound.numerator, bound.denominator))
    liva = DensityEvolution(Ensemble(IRSA.ensemble.texts, Polynomial(tuple(LIVA_8.items()))), IRSA.learner)
    assert liva.thresholds("G").emergence


def test_states_beyond_the_target_prove_nothing() -> None:
    """With single-skill texts R = 3 leaves q = e^-3 < 0.1; the state q = 0.01 forbids it, but need not be passed."""
    game = Game(design(FOUNTAIN, "texts", FOUNTAIN.parameter(), 1, None, sp.Rational(1, 10)), LawSet.of([1]))
    optimum = game.solve()
    assert game.excludes(optimum, fmpq(23, 10))
    assert not game.excludes(optimum, fmpq(3))
    beyond = optimum._replace(states=np.array([np.log(100)]), multipliers=np.ones(1))
    assert not game.excludes(beyond, fmpq(3))


@pytest.mark.parametrize(("texts", "power"), [("poisson(3/R)", -1), ("poisson(3*s^2)", 2)])
def test_a_parameter_may_enter_as_a_power(texts: str, power: int, irsa8: OptimalLaw) -> None:
    found = optimize(evolution_of(texts=texts, skills="regular(3)"), "skills", "2:8")
    assert float(found.value) ** power == pytest.approx(float(irsa8.value), abs=1e-9)
    assert 0 < found.gap < 1e-8


def test_the_game_states_density_evolution() -> None:
    """Payoffs of a law, summed, are scale(p)^-1 g(t)/t of its own curve (an independent route through `curve`)."""
    law = Polynomial(tuple(LIVA_8.items()))
    states = np.geomspace(0.01, 20, 50)
    for stated, side, least, until in ((IRSA, "skills", 2, None), (LDPC, "skills", 2, None), (FOUNTAIN, "texts", 1, sp.Rational(1, 10))):
        parameter = stated.parameter()
        posed = design(stated, side, parameter, least, law.mean, until)
        game = Game(posed, LawSet.of(list(LIVA_8)))
        inverted = DensityEvolution(posed.ensemble(law), stated.learner).curve(parameter)
        states = states[states < 1] if stated is LDPC else states
        loop = compile_floats(inverted.loop, t)(states) / states
        scale = float(inverted.scale.subs(parameter, sp.Rational(1, 2)))
        summed = game.entries(states, 0.5) @ np.array([0.5, 0.28, 0.22])
        assert np.abs(summed) == pytest.approx(scale * loop, rel=1e-9)


def test_round_keeps_the_set_exactly() -> None:
    generator = np.random.default_rng(3)
    for _ in range(50):
        weights = generator.dirichlet(np.full(6, 0.3))
        laws = LawSet.of([2, 3, 5, 6, 9, 14], {3: "0.01"}).with_mean(sp.Rational(repr(float(np.dot(weights, [2, 3, 5, 6, 9, 14])))))
        try:
            law = laws.round(weights)
        except InputError:
            assert weights[1] < 0.01
            continue
        assert (law.pgf(sp.Integer(1)), law.mean) == (1, sp.Rational(str(laws.mean)))
        assert law.pmf(3) >= sp.Rational(1, 100)


def test_results_read_back(irsa8: OptimalLaw) -> None:
    for found in (irsa8, optimize(IRSA, "skills", [2, 3], digits=40), optimize(FOUNTAIN, "texts", [1, 2], until="0.2")):
        assert OptimalLaw.from_dict(json.loads(json.dumps(found.to_dict()))) == found
    assert repr(optimize(IRSA, "skills", "3")).startswith(
        "<optimal skills law x^3: G* = 0.818469160761376, no law of these degrees beyond 0.8184"
    )
    assert "x^{8}" in irsa8._repr_latex_()


WRONG = [
    ({"side": "users"}, "side must be skills or texts"),
    ({"degrees": "2.5"}, "degrees must be whole numbers"),
    ({"degrees": [2, 2.5]}, "degrees must be whole numbers"),
    ({"degrees": 3}, "degrees must be whole numbers"),
    ({"degrees": []}, "degrees must name at least one degree"),
    ({"degrees": "8:2"}, "degrees must run upwards"),
    ({"degrees": "0:4"}, "degrees must run upwards"),
    ({"degrees": "2:2000"}, "degrees must be at most 1000"),
    ({"degrees": "1:8"}, "until is required where a skill may have degree 1"),
    ({"mean": 9}, "mean must be the mean of a law of these degrees"),
    ({"mean": "sqrt(10)"}, "mean must be a rational number"),
    ({"mean": 8, "least": {2: "0.1"}}, "mean must be the mean"),
    ({"least": {2: "0.6", 3: "0.5"}}, "least must not sum to more than 1"),
    ({"least": {9: "0.1"}}, "least 9 must bound one of the degrees allowed"),
    ({"least": {2: "-0.1"}}, r"least 2 must lie in \[0, 1\]"),
    ({"until": 2}, "until must be a rational number between 0 and 1"),
    ({"until": "z"}, "until must be a rational number between 0 and 1"),
    ({"parameter": "c"}, "parameter names no letter 'c'"),
    ({"side": "texts"}, "parameter G must not be a letter of the law of the texts"),
    ({"digits": 0}, "digits must be"),
]


@pytest.mark.parametrize(("options", "said"), WRONG)
def test_wrong_input(options: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        optimize(**{"evolution": IRSA, "side": "skills", "degrees": "2:8", **options})


@pytest.mark.parametrize(
    ("laws", "side", "options", "said"),
    [
        ({"texts": "poisson(c)", "skills": "poisson(c*R)"}, "texts", {"parameter": "R"}, "c is free"),
        ({"texts": "poisson(3)", "skills": "poisson(3*R)"}, "texts", {}, "until is required"),
        ({"texts": "poisson(3)", "skills": "poisson(3*R)"}, "texts", {"degrees": "2:8", "until": "0.1"}, "must let learning start"),
        ({"model": "ldpc(3,6)"}, "skills", {"degrees": "5:8"}, "mean must be the mean of a law of these degrees"),
        ({"model": "ldpc(3,6)"}, "texts", {"degrees": "1", "mean": 1}, "degrees must leave"),
        ({"texts": "binomial(6,p)", "skills": "regular(3)"}, "skills", {}, "must scale the degrees"),
        ({"model": "irsa(x^3)", "learner": "success:0.9*exp(-x)"}, "skills", {}, "a lone novel skill may be missed"),
        ({"model": "irsa(x^3)", "learner": "success:0.9*exp(-x)"}, "skills", {"until": "1e-9"}, "until is out of reach"),
    ],
)
def test_what_cannot_be_designed(laws: dict, side: str, options: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        optimize(evolution_of(laws.pop("model", None), **laws), side, **{"degrees": "2:8", **options})


def test_the_command() -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "deanalysis", "optimize", "irsa(x^3)", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    done = run("--side", "skills", "--degrees", "2:4", "--least", "2=0.1", "--json")
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)
    found = json.loads(done.stdout)
    assert found["value"] <= found["bound"] < found["value"] + 1e-8
    assert [one["value"] for one in found["thresholds"]] == [found["value"]]
    assert sum(map(Fraction, found["law"]["fractions"].values())) == 1
    for wrong in (["--side", "x", "--degrees", "2:4"], ["--side", "skills", "--degrees", "2:4", "--least", "2"]):
        refused = run(*wrong)
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)


CAPPED = {"at_most": {2: "0.4", 8: "0.1"}, "least": {5: "0.05"}}


def test_greatest_fractions_are_kept_and_no_rival_within_them_is_better() -> None:
    found = optimize(IRSA, "skills", "2:8", **CAPPED)
    shares = {degree: float(share) for degree, share in found.fractions.items()}
    assert found.status == "proved"
    assert found.gap < 1e-8
    assert (shares[2], shares[8], sum(found.fractions.values())) == (0.4, 0.1, 1)
    assert shares[5] >= 0.05
    assert slotted_load(shares) == pytest.approx(float(found.value), rel=1e-6)
    rng = np.random.default_rng(3)
    for _ in range(6):
        part = rng.dirichlet(np.ones(7))
        rival = {degree: 0.3 * share for degree, share in zip(range(2, 9), part, strict=True)}
        rival = {degree: share + 0.7 * shares.get(degree, 0) for degree, share in rival.items()}
        if rival[2] <= 0.4 and rival[8] <= 0.1 and rival[5] >= 0.05:
            assert slotted_load(rival) <= float(found.bound.high) + 1e-6


def test_one_law_alone_fits_tight_bounds() -> None:
    found = optimize(IRSA, "skills", "2:8", at_most={2: "0.5", 3: "0.28", 8: "0.22", **dict.fromkeys(range(4, 8), 0)})
    assert found.fractions == {2: sp.Rational("0.5"), 3: sp.Rational("0.28"), 8: sp.Rational("0.22")}
    assert float(found.value) == pytest.approx(0.938635341973392, rel=1e-12)


def test_a_rate_states_the_mean() -> None:
    by_rate, by_mean = (optimize(LDPC, "skills", "2:10", **stated) for stated in ({"rate": "0.4"}, {"mean": "3.6"}))
    assert by_rate == by_mean
    assert 1 - by_rate.ensemble.ratio == sp.Rational("0.4")
    capped = optimize(LDPC, "skills", "2:10", rate="0.5", at_most={2: "0.3", 3: "0.4"})
    assert capped.fractions == {2: sp.Rational("0.3"), 3: sp.Rational("0.4"), 4: sp.Rational("0.3")}
    texts = optimize(LDPC, "texts", "4:8", rate="0.4")
    assert 1 - texts.ensemble.ratio == sp.Rational("0.4")


@pytest.mark.parametrize(
    ("evolution", "options", "words"),
    [
        (IRSA, {"at_most": {9: "0.1"}}, "at_most 9 must bound one of the degrees allowed; add 9 to `degrees`"),
        (IRSA, {"at_most": {2: "1.1"}}, "at_most 2 must lie"),
        (IRSA, {"at_most": dict.fromkeys(range(2, 9), "0.1")}, "at_most must leave room for all nodes"),
        (IRSA, {"at_most": {2: "0.1"}, "least": {2: "0.2"}}, "least 2 must not exceed what it may be at most"),
        (IRSA, {"at_most": {2: "0.1"}, "mean": "2.5"}, "the means of these laws run from 29/10 to 8"),
        (IRSA, {"rate": "0.5"}, "rate needs a ratio R that G does not change"),
        (LDPC, {"rate": "1.5"}, "rate must be a rational number between 0 and 1"),
        (LDPC, {"rate": "0.5", "mean": 3}, "rate must not be given with `mean`"),
    ],
)
def test_bounds_that_leave_no_law(evolution: DensityEvolution, options: dict[str, object], words: str) -> None:
    with pytest.raises(InputError) as caught:
        optimize(evolution, "skills", "2:8", **options)  # type: ignore[arg-type]
    assert words in str(caught.value)
