"""Bits of semantic compression, by routes that share nothing with the formula: sums in floats, exhaustive choice, drawn popularities."""

from itertools import chain, combinations
from math import log2

import mpmath
import numpy as np
import pytest
from flint import arb
from scipy.special import gammaln
from scipy.stats import binom, nbinom, poisson

from deanalysis import Compression, DensityEvolution, InputError, Stop, best_stop, compress, gain_jumps, load_model, train
from deanalysis.balls.isolation import Isolation
from deanalysis.theory.compression.equations import cost_of
from deanalysis.theory.compression.semantic_rate import _Sums
from deanalysis.theory.evolution.branches.bound_curve import BoundCurve

PAPER = load_model("paper")
EVOLUTION = DensityEvolution(PAPER.ensemble, PAPER.learner)
COUNTS = np.arange(400)


def evolution_of(texts: str = "poisson(c)", skills: str = "poisson(c*R)", learner: str = "1-skill") -> DensityEvolution:
    model = load_model(None, texts=texts, skills=skills, learner=learner)
    return DensityEvolution(model.ensemble, model.learner)


def summed(chances: np.ndarray, known: float, listed: float, cost: np.ndarray, less: float = 0.0) -> float:
    """Return the bits by summation: entropy of flag and count, sets, and fallback."""
    shares, understood = chances * known**COUNTS, float((chances * known**COUNTS).sum())
    flag = -understood * log2(understood) - (1 - understood) * log2(1 - understood)
    given = shares[shares > 0] / understood
    counted = -float((given * np.log2(given)).sum())
    sets = (gammaln(listed + 1) - gammaln(COUNTS + 1) - gammaln(listed - COUNTS + 1)) / np.log(2) - less * COUNTS
    return flag + understood * counted + float((shares * sets).sum()) + float(((chances - shares) * cost).sum())


@pytest.mark.parametrize(
    ("texts", "chances"),
    [
        ("poisson(3)", poisson.pmf(COUNTS, 3)),
        ("negative_binomial(4, 3/2)", nbinom.pmf(COUNTS, 1.5, 1.5 / 5.5)),
        ("binomial(8, 1/2)", binom.pmf(COUNTS, 8, 0.5)),
        ("regular(2)", (COUNTS == 2).astype(float)),
        ("zipf(5/2, 1, 300)", np.where((COUNTS > 0) & (COUNTS <= 300), np.maximum(COUNTS, 1.0) ** -2.5, 0)),
    ],
)
def test_bits_are_the_sum(texts: str, chances: np.ndarray) -> None:
    chances = chances / chances.sum()
    evolution = evolution_of(texts, "negative_binomial(9, 2)", "2-skill")
    state = evolution.fixed_point()
    known = 1 - float(state.zeta)
    found = compress(evolution, 50_000, "30 + 11*k")
    assert float(found.understood) == pytest.approx(float((chances * known**COUNTS).sum()), rel=1e-12)
    cost = 30 + 11.0 * COUNTS
    assert float(found.bits_per_text) == pytest.approx(summed(chances, known, known * 50_000, cost), rel=1e-9)
    assert float(found.lossless_bits) == pytest.approx(float((chances * cost).sum()), rel=1e-12)
    assert float(found.gain) == pytest.approx(float(found.lossless_bits) / float(found.bits_per_text), rel=1e-12)
    assert float(found.flag_and_count) + float(found.indices) + float(found.fallback) == pytest.approx(float(found.bits_per_text))


def test_digits_are_proved() -> None:
    short, long = (compress(EVOLUTION, 10**6, "256", c=3, R=2, digits=digits) for digits in (15, 60))
    for name in Compression.measured():
        one, other = getattr(short, name), getattr(long, name)
        assert one.has(15)
        assert other.has(60)
        assert one.ball().overlaps(other.ball())
        assert one.text.rstrip("0")[:14] == other.text[: len(one.text.rstrip("0"))][:14]
    assert Compression.from_dict(long.to_dict()) == long


@pytest.mark.parametrize(
    ("law", "draw"),
    [
        ("negative_binomial(15, 4/5)", lambda rng, n: rng.gamma(0.8, 1 / 0.8, n)),
        ("geometric(15)", lambda rng, n: rng.standard_exponential(n)),
        ("pareto(15, 3)", lambda rng, n: 2 / 3 * (1 + rng.pareto(3, n))),
        ("log_normal(15, 1)", lambda rng, n: rng.lognormal(-0.5, 1, n)),
        (
            "mixture(1/2: poisson(5), 1/2: geometric(25))",
            lambda rng, n: np.where(rng.random(n) < 0.5, 1 / 3, 5 / 3 * rng.exponential(size=n)),
        ),
    ],
)
def test_index_entropy_is_that_of_drawn_popularities(law: str, draw: object) -> None:
    """Draw popularities, let each skill be learned as its popularity says, and add up the entropy of an index."""
    evolution = evolution_of("poisson(3)", law)
    rng, skills = np.random.default_rng(1), 4_000_000
    popularity = draw(rng, skills)  # type: ignore[operator]
    teaching = np.exp(-3 * float(evolution.fixed_point().q))
    learned = popularity[rng.random(skills) > np.exp(-15 * popularity * teaching)]
    shares = learned / learned.sum()
    entropy = -float((shares * np.log2(shares)).sum())
    found = compress(evolution, skills, 256, picks="popularity")
    assert float(found.index_bits) == pytest.approx(entropy, abs=0.01)
    assert float(found.index_bits) < log2(float(found.learned)) - 0.05
    state = evolution.fixed_point()
    assert float(found.understood) == pytest.approx(1 - float(state.testing_error), rel=1e-12)
    less = log2(float(found.learned)) - float(found.index_bits)
    by_sum = summed(poisson.pmf(COUNTS, 3), 1 - float(state.q), float(found.learned), 256 + 0.0 * COUNTS, less)
    assert float(found.bits_per_text) == pytest.approx(by_sum, rel=1e-9)


@pytest.mark.parametrize(("law", "shape"), [("negative_binomial(15, 8/7)", "8/7"), ("geometric(15)", "1")])
def test_index_entropy_to_many_digits(law: str, shape: str) -> None:
    evolution = evolution_of("poisson(3)", law)
    found, state = compress(evolution, 10**6, 256, picks="popularity", digits=40), evolution.fixed_point(digits=60)
    with mpmath.workdps(60):
        kappa, q, zeta = mpmath.mpf(int(shape[0])) / (7 if "/" in shape else 1), state.q.mpf(), state.zeta.mpf()
        s = 15 * mpmath.exp(-3 * q)

        def moment(rate: mpmath.mpf) -> mpmath.mpf:
            return mpmath.quad(lambda w: weight(w) * w * mpmath.log(w) * mpmath.exp(-rate * w), [0, 1, 10, 100, 250])

        def weight(w: mpmath.mpf) -> mpmath.mpf:
            return kappa**kappa * w ** (kappa - 1) * mpmath.exp(-kappa * w) / mpmath.gamma(kappa)

        less = (moment(mpmath.mpf(0)) - moment(s)) / (1 - q) - mpmath.log((1 - q) / (1 - zeta))
        expected = (mpmath.log((1 - zeta) * 10**6) - less) / mpmath.log(2)
        assert abs(found.index_bits.mpf() - expected) < mpmath.mpf(10) ** -20
    assert found.index_bits.has(40)


def test_the_number_of_the_theory() -> None:
    found = compress(evolution_of("poisson(3)", "negative_binomial(15, 4/5)"), 300_000, 256, picks="popularity")
    assert float(found.index_bits) == pytest.approx(17.43, abs=0.005)
    assert log2(float(found.learned)) == pytest.approx(18.05, abs=0.005)


def test_asymptotics() -> None:
    """The difference falls as 1/n, with the constant E[K(K-1) 1_understood]/(2 N log 2)."""
    for picks, skills in (("uniform", "poisson(c*R)"), ("popularity", "negative_binomial(c*R, 1/2)")):
        evolution = evolution_of(skills=skills)
        for size in (10**4, 10**6):
            found = compress(evolution, size, "40", picks=picks, c=4, R=3, digits=20)
            known = 1 - float(evolution.fixed_point(c=4, R=3).zeta if picks == "uniform" else evolution.fixed_point(c=4, R=3).q)
            pairs = (4 * known) ** 2 * np.exp(-4 * (1 - known))
            left = found.bits_per_text.mpf() - found.slope.mpf() * np.log2(size) - found.offset.mpf()
            assert float(left) == pytest.approx(-pairs / (2 * float(found.learned) * np.log(2)), rel=0.01, abs=1e-12)


@pytest.mark.parametrize("cost", ["30 + 9*k", "60", "5*k^2", "200"])
def test_the_best_mix_is_best(cost: str) -> None:
    """Beside all choices of counts of a law with nine of them."""
    evolution = evolution_of("binomial(8, 1/2)", "poisson(9)")
    found = compress(evolution, 20_000, cost)
    known = 1 - float(evolution.fixed_point().zeta)
    shares = binom.pmf(COUNTS, 8, 0.5)[:9] * known ** COUNTS[:9]
    whole = float((binom.pmf(COUNTS, 8, 0.5)[:9] * [float(cost_of(cost).eval(int(count))) for count in range(9)]).sum())
    listed = known * 20_000
    sets = (gammaln(listed + 1) - gammaln(COUNTS[:9] + 1) - gammaln(listed - COUNTS[:9] + 1)) / np.log(2)
    paid = np.array([float(cost_of(cost).eval(int(count))) for count in range(9)])

    def taken(counts: tuple[int, ...]) -> float:
        chosen = list(counts)
        left = 1 - shares[chosen].sum()
        sent = shares[chosen] * (sets[chosen] - paid[chosen] - np.log2(shares[chosen]))
        return whole + float(sent.sum()) - (float(left * np.log2(left)) if left > 0 else 0.0)

    every = chain.from_iterable(combinations(range(9), size) for size in range(10))
    best = min(every, key=taken)
    assert found.counts == best
    assert float(found.best_mix) == pytest.approx(taken(best), rel=1e-9)
    assert float(found.best_mix) <= float(found.bits_per_text) * (1 + 1e-12)


def test_the_gain_jumps_where_learning_does() -> None:
    (value, before, past) = gain_jumps(EVOLUTION, 10**5, 256, "R", c=5)[0]
    assert value == EVOLUTION.thresholds("R", c=5, kind="emergence")[0].value
    near = float(value)
    for side, found, step in ((before, "below", -1e-9), (past, "above", 1e-9)):
        one = compress(EVOLUTION, 10**5, 256, c=5, R=repr(near + step), digits=6)
        assert float(one.bits_per_text) == pytest.approx(float(side.bits_per_text), rel=1e-3), found
    assert float(past.gain) > 3 * float(before.gain)
    assert gain_jumps(EVOLUTION, 10**5, 256, "R", c=2) == []
    both = load_model("ldpc(3,6)")
    (_, stuck, free) = gain_jumps(DensityEvolution(both.ensemble, both.learner), 1000, "99")[0]
    assert float(stuck.understood) < float(free.understood) == 1


@pytest.mark.parametrize(("c", "place"), [("2", "smooth"), ("5", "emergence")])
def test_stop_where_it_pays_no_more(c: str, place: str) -> None:
    """Beside a grid of fixed points."""
    found = best_stop(EVOLUTION, 10**5, 256, "3e6", "R", c=c)
    assert found.place == place

    def mean(ratio: float) -> float:
        spent = ratio * 1e5 / 3e6
        return spent * 256 + (1 - spent) * float(compress(EVOLUTION, 10**5, 256, c=c, R=repr(float(ratio)), digits=8).bits_per_text)

    grid = [mean(ratio) for ratio in np.linspace(0.05, 6, 60)]
    assert found.bits <= min(grid) * (1 + 1e-9)
    assert mean(found.ratio * (1 + 1e-9)) == pytest.approx(found.bits, rel=1e-3)
    assert Stop.from_dict(found.to_dict()) == found
    assert best_stop(EVOLUTION, 10**5, 256, "1000", "R", c=c).place == "never"


def test_what_a_learner_knows_decides() -> None:
    """The share of fresh texts that is understood, by drawn graphs."""
    for skills, picks in (("poisson(c*R)", "uniform"), ("negative_binomial(c*R, 4/5)", "popularity"), ("regular(6)", "uniform")):
        evolution = evolution_of(texts="poisson(3)" if "regular" in skills else "poisson(c)", skills=skills)
        values = {} if "regular" in skills else {"c": 3, "R": 2}
        learner = train(evolution.ensemble, evolution.learner, skills=200_000, seed=2, **values)
        start, met = learner.fresh(200_000, picks)
        novel = np.concatenate([[0], np.cumsum(~learner.learned[met - 1])])
        share = float((novel[start[1:]] == novel[start[:-1]]).mean())
        assert share == pytest.approx(float(compress(evolution, 200_000, 9, picks=picks, **values).understood), abs=0.006)


@pytest.mark.parametrize("skills", ["poisson(9)", "log_normal(1.4, 1.243)", "pareto(3, 1.7)"])
def test_where_nothing_is_learned(skills: str) -> None:
    """Exactly nothing is, though the last bits of q leave that open: q is put in as the number that it is."""
    for texts in ("regular(3)", "mixture(0.59: regular(3), 0.41: polynomial(0.96*x^13 + 0.04*x^2))"):
        nothing = compress(evolution_of(texts, skills), 1000, 50)
        assert float(nothing.understood) == float(nothing.learned) == 0
        assert float(nothing.bits_per_text) == 50


def test_where_all_is_learned() -> None:
    code = load_model("ldpc(3,6)")
    all_known = compress(DensityEvolution(code.ensemble, code.learner), 1000, 50, eps="0.1")
    assert float(all_known.bits_per_text) == pytest.approx((gammaln(1001) - gammaln(7) - gammaln(995)) / np.log(2))
    assert float(all_known.fallback) == 0


def test_bad_input_is_refused() -> None:
    for options, words in (
        ({"size": 0}, "^size "),
        ({"lossless_bits": "0"}, "^lossless_bits"),
        ({"lossless_bits": "y"}, "^lossless_bits"),
        ({"lossless_bits": "1/k"}, "polynomial in k"),
        ({"lossless_bits": "3 - k"}, "not negative"),
        ({"picks": "x"}, "^picks"),
        ({"R": None}, "R is free"),
    ):
        given = {"size": 100, "lossless_bits": 9, "c": 3, "R": 2} | options
        size, cost = given.pop("size"), given.pop("lossless_bits")
        with pytest.raises(InputError, match=words):
            compress(EVOLUTION, size, cost, **{name: value for name, value in given.items() if value is not None})
    with pytest.raises(InputError, match="mixed Poisson"):
        compress(evolution_of("poisson(3)", "regular(9)"), 100, 9, picks="popularity")
    regular = train(PAPER.ensemble.at(c=3, R=2), PAPER.learner, skills=100)
    with pytest.raises(InputError, match="picks"):
        regular.fresh(10, "all")
    regular = train(load_model(None, texts="poisson(3)", skills="regular(6)").ensemble, PAPER.learner, skills=100)
    with pytest.raises(InputError, match="mixed Poisson"):
        regular.fresh(10, "popularity")
    with pytest.raises(InputError, match="seed"):
        train(PAPER.ensemble, PAPER.learner, skills=100, seed=-1, c=3, R=2)
    with pytest.raises(InputError, match="stream"):
        best_stop(EVOLUTION, 100, 9, "-1", "R", c=3)
    with pytest.raises(InputError, match="stream"):
        best_stop(EVOLUTION, 100, 9, "100", "c", R=3)


def test_jumps_that_are_not_known_are_not_denied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BoundCurve, "turning_points", lambda self: Isolation([], [arb("nan")]))
    with pytest.raises(InputError, match="the gain needs all jumps to be known"):
        gain_jumps(EVOLUTION, 1000, 99, "R", c=5)
    with pytest.raises(InputError, match="every letter but R bound"):
        gain_jumps(EVOLUTION, 1000, 99, "R")


@pytest.mark.parametrize("law", [poisson(0.3), poisson(1), nbinom(1, 0.5)], ids=["rare", "Poisson", "geometric"])
def test_entropy_is_bounded_where_nothing_is_added_up(law) -> None:
    """No law of its mean has more entropy than the geometric one, which has more than the mean itself."""
    counts = np.arange(200)
    shares = law.pmf(counts)
    sums = _Sums([], arb(1), arb(100), *(arb(float((shares * counts**power).sum())) for power in range(3)))
    assert float(law.mean()) < float(law.entropy()) <= float(sums.entropy().upper())


@pytest.mark.parametrize("known", [1.0, 0.8, 0.2])
@pytest.mark.parametrize("taken", [1, 3, 6, 12, 30])
@pytest.mark.parametrize("law", [poisson(3), nbinom(1.5, 1.5 / 5.5), nbinom(0.3, 0.05)], ids=["Poisson", "negative binomial", "heavy"])
def test_what_is_beyond_the_last_term_is_bounded(law, taken: int, known: float) -> None:
    """However few terms are added up, the sums over all counts lie in the balls."""
    counts = np.arange(2000)
    chances = law.pmf(counts)
    shares, listed = chances * known**counts, 10_000.0
    logs = np.log(shares[shares > 0])
    sums = _Sums(
        [(arb(chance), arb(share)) for chance, share in zip(chances[:taken], shares[:taken], strict=True)], arb(known), arb(listed),
        *(arb(float((shares * counts**power).sum())) for power in range(3)),
    )  # fmt: skip
    entropy = -float((shares[shares > 0] * logs).sum())
    sets = float((shares * (gammaln(listed + 1) - gammaln(counts + 1) - gammaln(listed - counts + 1))).sum())
    orders = -float((shares[shares > 0] * (np.log(chances[shares > 0]) + gammaln(counts[shares > 0] + 1))).sum())
    for ball, exact in ((sums.entropy(), entropy), (sums.sets(), sets), (sums.orders(), orders)):
        assert float(ball.lower()) - 1e-9 <= exact <= float(ball.upper()) + 1e-9
