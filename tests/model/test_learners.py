"""A learner's probabilities, derived from P_suc by a route of their own, and refused where they are none."""

from dataclasses import dataclass

import pytest
import sympy as sp

from deanalysis import (
    DensityEvolution,
    Ensemble,
    InputError,
    Learner,
    Poisson,
    PoissonLearner,
    R,
    SkillLearner,
    c,
    letter,
    parse_learner,
    validate,
    x,
)
from deanalysis.model.learners import _stays_positive


@pytest.mark.parametrize(
    ("success", "expected"),
    [
        ("exp(-x)", [1, 0, 0, 0]),
        ("exp(-x/2)", [1, sp.Rational(1, 2), sp.Rational(1, 4), sp.Rational(1, 8)]),
        ("exp(-x)*(1+x/2)", [1, sp.Rational(1, 2), 0, 0]),
        ("(1-exp(-x))/x", [1, sp.Rational(1, 2), sp.Rational(1, 3), sp.Rational(1, 4)]),
        ("1", [1, 1, 1, 1]),
        ("0.25*exp(-x) + 0.5", [sp.Rational(3, 4), sp.Rational(1, 2), sp.Rational(1, 2), sp.Rational(1, 2)]),
    ],
)
def test_probabilities(success: str, expected: list[sp.Expr]) -> None:
    learner = PoissonLearner(success)
    assert learner.probabilities(4) == expected
    series = sp.series(sp.exp(x) * learner.success, x, 0, 4).removeO()
    assert [sp.factorial(k) * sp.expand(series).coeff(x, k) for k in range(4)] == expected


@pytest.mark.parametrize("s", [1, 2, 5])
def test_s_skill(s: int) -> None:
    assert SkillLearner(s).probabilities(s + 3) == [1] * s + [0] * 3
    assert SkillLearner(s).reach == s
    assert PoissonLearner(SkillLearner(s).success).probabilities(9) == SkillLearner(s).probabilities(9)


@pytest.mark.parametrize("success", ["exp(x)", "1/(1+x)", "2*exp(-x)", "exp(-2*x)", "exp(-3*x)", "exp(-x)*x", "-exp(-x)", "exp(-x^2)",
                                     "log(x)", "1/x", "sqrt(x)", "0.9*exp(-x)*(1+x+x^2)", "exp(-x/2) - exp(-x/3)*x",
                                     "exp(-x)*(1+x)^100000"])  # fmt: skip
def test_no_success_probability(success: str) -> None:
    with pytest.raises(InputError):
        PoissonLearner(success)


def test_how_far_it_was_checked_is_said() -> None:
    assert PoissonLearner("exp(-x/2)").checked == "every k"
    assert PoissonLearner("0.5*exp(-x/2) + 0.5*exp(-x/3)").checked == "every k"
    assert PoissonLearner("exp(-x)*(1+x/2)").checked == "every k"
    assert PoissonLearner("(1-exp(-x))/x").checked == "k < 64"


def test_a_learner_of_one_s_own_is_checked_too() -> None:
    class Contrary(Learner):
        @property
        def success(self) -> sp.Expr:
            return x * sp.exp(-x)

    with pytest.raises(InputError, match="do not increase"):
        DensityEvolution(Ensemble(Poisson(2), Poisson(2)), Contrary())


def test_terms_that_come_late_are_not_proved_away() -> None:
    assert PoissonLearner(sp.exp(-x) + sp.exp(-x) * x**70 / sp.factorial(70)).checked == "k < 64"


def test_a_late_increase_is_not_proved() -> None:
    late = PoissonLearner(sp.exp(-x / 2) + sp.Rational(1, 10**21) * sp.exp(-x / 100) * x)
    assert late.checked == "k < 64"
    assert late.probability(80) > late.probability(79)


@pytest.mark.parametrize("text", ["0-skill", "skill", "1.5-skill", "-1-skill", "success:", "success:c+", "9999999-skill", "1-skill:2", ""])
def test_bad_rules(text: str) -> None:
    with pytest.raises(InputError):
        parse_learner(text)


def test_letters_in_a_learner_are_checked_when_bound() -> None:
    learner = parse_learner("success:exp(-b*x)")
    assert learner.at(b="1/2").probability(2) == sp.Rational(1, 4)
    with pytest.raises(InputError):
        learner.at(b=3)


@dataclass(frozen=True)
class Hesitant(Learner):
    """Learns the last novel skill with probability p, through another learner after a delay."""

    p: sp.Expr
    others: tuple[tuple[int, sp.Expr], ...] = ()
    then: Learner | None = None

    @property
    def success(self) -> sp.Expr:
        own = self.p * sp.exp(-x) + sp.Add(*(weight * x**power * sp.exp(-x) for power, weight in self.others))
        return own + (1 - self.p) * self.then.success if self.then else own


def test_letters_in_any_field_are_bound() -> None:
    a, b, p = map(letter, "abp")
    free = Hesitant(p, ((1, a),), Hesitant(b))
    assert free.letters == {a, b, p}
    assert free.at(p="1/2").letters == {a, b}
    assert free.at(a="1/8", b="1/4", p="1/2") == Hesitant(sp.Rational(1, 2), ((1, sp.Rational(1, 8)),), Hesitant(sp.Rational(1, 4)))
    assert free.at(c=5) is free
    assert SkillLearner(2).at(c=5) == SkillLearner(2)


def test_a_learner_with_letters_is_solved_and_simulated() -> None:
    evolution = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R)), Hesitant(letter("p")))
    plain = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R)), PoissonLearner("3/4*exp(-x)"))
    assert evolution.fixed_point(c=5, R=4, p="3/4") == plain.fixed_point(c=5, R=4)
    point = {"c": 5, "R": 3, "p": "1/2"}
    assert validate(evolution, [point], skills=20_000, replicates=8, seed=1, workers=1).verdict == "agrees"


def test_a_letter_in_no_field_is_refused() -> None:
    class Hidden(Learner):
        @property
        def success(self) -> sp.Expr:
            return letter("p") * sp.exp(-x)

    with pytest.raises(InputError, match="the learner Hidden must hold its letters in fields, got 'p'"):
        Hidden().at(p="1/2")


@pytest.mark.parametrize(
    ("slow", "weight", "power", "fast", "late"), [(100, 130, 60, 50, 2000), (100, 60, 30, 50, 1000), (50, 125, 60, 40, 1500)]
)
def test_a_late_negative_probability_is_not_proved_away(slow: int, weight: int, power: int, fast: int, late: int) -> None:
    """The slower rate wins at the start and in the end, but not between, where the high power of k is larger."""
    learner = PoissonLearner(f"exp(-x/{slow}) - 1e-{weight}*x^{power}*exp(-x/{fast})")
    a = (1 - sp.Rational(1, slow)) ** late - sp.Rational(10) ** -weight * sp.ff(late, power) * (1 - sp.Rational(1, fast)) ** (late - power)
    assert a < 0
    assert learner.checked == "k < 64"


def test_sums_that_turn_negative_late_or_start_negative_are_not_proved_positive() -> None:
    """(164 - k) 2^-k is negative from k = 165 on; 10^-30 (9/10)^k - 2^-k at k = 64."""
    k, half, most = sp.Symbol("k", integer=True, nonnegative=True), sp.Rational(1, 2), sp.Rational(9, 10)
    assert _stays_positive({half: k - 63}, k, 64)
    assert not _stays_positive({half: 164 - k}, k, 64)
    assert _stays_positive({most: sp.Rational(1, 10**10), half: sp.Integer(-1)}, k, 64)
    assert not _stays_positive({most: sp.Rational(1, 10**30), half: sp.Integer(-1)}, k, 64)
