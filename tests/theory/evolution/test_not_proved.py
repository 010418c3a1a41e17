"""What is not proved is not called proved: ties, too few digits, gaps and incomplete isolation."""

from collections.abc import Callable, Sequence

import mpmath as mp
import pytest
from flint import arb

from deanalysis import ClassEnsemble, DensityEvolution, Poisson, SkillClass, TextType, cheapest, load_model
from deanalysis.balls.numbers import Number, prove_numbers
from deanalysis.theory.classes import budget
from deanalysis.theory.classes.equations import ClassEquations
from deanalysis.theory.evolution.answers import Cause
from deanalysis.theory.evolution.branches import inverted, maxwell

DIGITS = 340
"""More than the 1024 bits at which turning points are compared, and at which fixed points are isolated."""


def evolution_of(form: str) -> DensityEvolution:
    model = load_model(form)
    return DensityEvolution(model.ensemble, model.learner)


def two_degrees(share: mp.mpf) -> DensityEvolution:
    """Skills of degrees 3 and 24; the share of the first decides where and how often the load turns."""
    with mp.workdps(2 * DIGITS):
        stated = mp.nstr(share, DIGITS)
        rest = mp.nstr(1 - mp.mpf(stated), 2 * DIGITS)
    return evolution_of(f"irsa({stated}*x^3 + {rest}*x^24)")


def weights(share: mp.mpf, y: mp.mpf, order: int) -> mp.mpf:
    """The derivatives of 3 a y^2 + 24 (1 - a) y^23."""
    return 3 * share * mp.ff(2, order) * y ** (2 - order) + 24 * (1 - share) * mp.ff(23, order) * y ** (23 - order)


def slope(share: mp.mpf, t: mp.mpf) -> mp.mpf:
    """Zero where the load t/lambda(1 - e^-t) turns."""
    y = 1 - mp.exp(-t)
    return weights(share, y, 0) - t * mp.exp(-t) * weights(share, y, 1)


def test_a_tie_of_two_jumps_is_no_proved_fold() -> None:
    """Whether the second of two emergences at the same load is one cannot be told."""
    with mp.workdps(DIGITS + 20):

        def equations(share: mp.mpf, one: mp.mpf, other: mp.mpf) -> list[mp.mpf]:
            loads = [t / weights(share, 1 - mp.exp(-t), 0) for t in (one, other)]
            return [slope(share, one), slope(share, other), loads[0] - loads[1]]

        share, *_ = mp.findroot(equations, (0.89, 1.27, 3.5), tol=mp.mpf(10) ** -DIGITS)
    turns = [turn for turn in two_degrees(share).thresholds("G") if turn.kind in ("fold", "emergence")]
    tied = [turn for turn in turns if f"{float(turn.value):.6f}" == "0.918318"]
    assert len(tied) == 2
    assert [turn.kind for turn in tied if turn.status == "proved"] in ([], ["emergence"])
    apart = [two_degrees(share + step).thresholds("G", kind="emergence") for step in (mp.mpf("1e-3"), mp.mpf("-1e-3"))]
    assert [[turn.status for turn in turns] for turns in apart] == [["proved"] * 2, ["proved"]]


def test_a_jump_at_the_end_of_the_domain_is_not_proved() -> None:
    """Whether it lies at eps = 1, where x = c (1 - e^-x)^2 has a double root, or beyond, cannot be told."""
    with mp.workdps(DIGITS + 20):
        x = mp.findroot(lambda x: mp.expm1(x) - 2 * x, 1.25, tol=mp.mpf(10) ** -DIGITS)
        mean = x / mp.expm1(-x) ** 2
        texts = [mp.nstr(one, DIGITS) for one in (mean, mean * (1 + mp.mpf("1e-30")))]
    end, inside = (
        DensityEvolution(model.ensemble, model.learner).thresholds("eps", kind="emergence", method="balls")
        for model in (load_model(texts=f"poisson({one})", skills="regular(3)", unknown="eps") for one in texts)
    )
    assert [jump.status for jump in end] == ["undecided"]
    assert [jump.status for jump in inside] == ["proved"]


def test_beside_a_cusp_no_threshold_is_proved() -> None:
    """Whether there are two more turning points cannot be told, so that the list is not complete."""
    with mp.workdps(DIGITS + 20):

        def equations(share: mp.mpf, t: mp.mpf) -> list[mp.mpf]:
            y = 1 - mp.exp(-t)
            return [slope(share, t), weights(share, y, 1) - mp.exp(-t) * weights(share, y, 2)]

        share, _ = mp.findroot(equations, (0.78, 1.5), tol=mp.mpf(10) ** -DIGITS)
    turns = [turn for turn in two_degrees(share).thresholds("G", method="balls") if turn.kind in ("fold", "emergence", "potential")]
    assert turns
    assert "proved" not in {turn.status for turn in turns}
    assert {turn.status for turn in two_degrees(share + mp.mpf("1e-3")).thresholds("G", kind="emergence")} == {"proved"}


def statuses(kind: str) -> list[str]:
    return [one.status for one in evolution_of("irsa(0.9*x^3 + 0.1*x^24)").thresholds("G", kind=kind, method="balls")]


@pytest.mark.parametrize("place", [0, 1])
def test_a_threshold_whose_value_or_state_lacks_digits_is_not_proved(monkeypatch: pytest.MonkeyPatch, place: int) -> None:
    def lacking(compute: Callable[[], Sequence[arb]], digits: int) -> list[Number]:
        numbers = prove_numbers(compute, digits)
        if place < len(numbers):
            numbers[place] = prove_numbers(compute, digits - 1)[place]
        return numbers

    assert (statuses("emergence"), statuses("potential")) == (["proved", "proved"], ["proved"])
    monkeypatch.setattr(inverted, "prove_numbers", lacking)
    assert (statuses("emergence"), statuses("potential")) == (["undecided", "undecided"], ["undecided"])


def test_a_potential_threshold_beside_others_that_may_be_missing_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maxwell.ProvedMaxwell, "is_chain", lambda *_: False)
    assert statuses("potential") == ["undecided"]


def test_no_potential_threshold_where_another_minimum_may_be_as_low(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maxwell.ProvedMaxwell, "_is_above", lambda *_: None)
    assert statuses("potential") == []


@pytest.mark.parametrize(("form", "letter", "values"), [("ldpc(3,6)", "eps", {}), ("paper", "R", {"c": 5}), ("hypergraph(3)", "d", {})])
def test_at_a_jump_no_state_is_proved(form: str, letter: str, values: dict[str, int]) -> None:
    """On which side of the threshold its first 340 digits lie decides between two states far apart."""
    evolution = evolution_of(form)
    value = evolution.thresholds(letter, kind="emergence", digits=DIGITS, **values)[0].value.text
    fixed = evolution.fixed_point(method="balls", **values, **{letter: value})
    assert (fixed.status, [doubt.cause for doubt in fixed.undecided]) == ("undecided", [Cause.FIXED_POINT])
    assert evolution.fixed_point(**values, **{letter: value[:20]}).status == "proved"


def test_digits_that_were_not_had_are_not_proved() -> None:
    """The testing error loses 10857 digits, more than any precision here holds."""
    fixed = evolution_of("paper").fixed_point(c=5, R="5000", method="balls")
    assert not fixed.testing_error.has(15)
    assert (fixed.status, [doubt.cause for doubt in fixed.undecided]) == ("undecided", [Cause.DIGITS])
    assert evolution_of("paper").fixed_point(c=5, R="1000").status == "proved"


def test_a_budget_with_a_gap_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    basic, domain = SkillClass("basic", "2/3"), SkillClass("domain", "1/3", requires=("basic",))
    types = TextType("general", "1", {"basic": Poisson(3)}), TextType("expert", "1", {"basic": Poisson(2), "domain": Poisson(4)})
    equations = ClassEquations(ClassEnsemble((basic, domain), types))
    assert cheapest(equations).status == "proved"
    monkeypatch.setattr(budget, "_MOST_BOXES", 3)
    gap = cheapest(equations)
    assert gap.status == "gap"
    assert gap.least < 1.388 < gap.total
