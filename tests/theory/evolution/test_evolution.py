"""The derived formulas against sums over the definitions, term by term."""

import pytest
import sympy as sp

from deanalysis import DensityEvolution, Ensemble, InputError, Poisson, R, SkillLearner, c, load_model, parse_law, parse_learner, q

TEXTS = [
    "poisson(3)",
    "regular(4)",
    "binomial(6, 0.4)",
    "geometric(2)",
    "negative_binomial(3, 1.5)",
    "zipf(2.5, 1, 9)",
    "edge(0.5*x+0.5*x^2)",
]
RULES = ["1-skill", "2-skill", "3-skill", "success:exp(-x/2)", "success:exp(-x)*(1+x/2)", "success:0.5*exp(-x/2)+0.5*exp(-x)",
         "success:1", "success:exp(-x/2)*(1+x/8)"]  # fmt: skip
AT = sp.Rational(1, 4)
MANY = 140


def evolution_of(texts: str, rule: str) -> DensityEvolution:
    return DensityEvolution(Ensemble(parse_law(texts), Poisson(4)), parse_learner(rule))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("texts", TEXTS)
def test_teaching_and_training_error_by_conditioning_on_the_degree(texts: str, rule: str) -> None:
    """Given k skills of which each is novel with chance q, the numbers of novel ones are binomial."""
    evolution = evolution_of(texts, rule)
    law, learner = evolution.ensemble.texts, evolution.learner
    a = [float(value) for value in learner.probabilities(MANY)]
    p = [float(sp.N(law.pmf(k).doit())) for k in range(MANY)]
    mean = float(sp.N(law.mean.doit()))
    novel = float(AT)

    def expected(k: int, weight: list[float]) -> float:
        return sum(float(sp.binomial(k, j)) * novel**j * (1 - novel) ** (k - j) * weight[j] for j in range(k + 1) if weight[j])

    teaching = sum(k * p[k] / mean * expected(k - 1, a) for k in range(1, MANY) if p[k] > 1e-14)
    understood = sum(p[k] * expected(k, [1.0, *a]) for k in range(MANY) if p[k] > 1e-14)
    assert float(sp.N(evolution.teaching.subs(q, AT).doit())) == pytest.approx(teaching, abs=1e-9)
    assert float(sp.N(evolution.training_error.subs(q, AT).doit())) == pytest.approx(1 - understood, abs=1e-9)


def test_a_learner_without_a_finite_sum() -> None:
    evolution = evolution_of("poisson(3)", "success:(1-exp(-x))/x")
    fixed = evolution.fixed_point()
    novel = float(fixed.q)
    p = [float(sp.N(sp.exp(-3 * novel) * (3 * novel) ** j / sp.factorial(j))) for j in range(40)]
    understood = p[0] + sum(p[j] / j for j in range(1, 40))
    assert float(fixed.training_error) == pytest.approx(1 - understood, abs=1e-12)
    regular = evolution_of("regular(3)", "success:(1-exp(-x))/x")
    assert sp.expand(regular.teaching - ((1 - q) ** 2 + q * (1 - q) + q**2 / 3)) == 0
    with pytest.raises(InputError, match="poisson or of degree at most"):
        _ = evolution_of("geometric(3)", "success:(1-exp(-x))/x").teaching


def test_the_paper_s_equations() -> None:
    one = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1))
    assert str(one.equation) == "Eq(q, exp(-R*c*exp(-c*q)))"
    assert one.novel == one.right_side
    assert sp.simplify(one.training_error - (1 - sp.exp(-c * q) * (1 + c * q))) == 0
    two = DensityEvolution(one.ensemble, SkillLearner(2))
    assert sp.simplify(two.right_side - sp.exp(-c * R * sp.exp(-c * q) * (1 + c * q))) == 0


def test_rounds_are_iterates() -> None:
    evolution = DensityEvolution(Ensemble(Poisson(c), Poisson(c * R), "0.9"), SkillLearner(1))
    states = evolution.trajectory(3, c=3, R=1)
    for rounds, state in enumerate(states):
        assert float(evolution.at(c=3, R=1).after(rounds)) == pytest.approx(state, rel=1e-14)


@pytest.mark.parametrize(
    ("model", "ratio"), [("paper", "R"), ("ldpc(3,6)", "1/2"), ("irsa(0.5*x^2+0.5*x^3)", "1/G"), ("hypergraph(3)", "1/d")]
)
def test_the_ratio_is_derived(model: str, ratio: str) -> None:
    assert str(load_model(model).ensemble.ratio) == ratio


@pytest.mark.parametrize(
    ("texts", "rule", "starts"),
    [("regular(4)", "1-skill", False), ("regular(2)", "2-skill", True), ("regular(4)", "3-skill", False), ("zipf(2,4,9)", "2-skill", False),
     ("regular(4)", "success:exp(-x/2)", True), ("polynomial(0.1*x+0.9*x^4)", "1-skill", True)],
)  # fmt: skip
def test_whether_learning_starts(texts: str, rule: str, starts: bool) -> None:
    evolution = evolution_of(texts, rule)
    assert (evolution.never_starts is None) is starts
    assert (evolution.teaching.subs(q, 1).doit() == 0) is not starts
    known = DensityEvolution(Ensemble(evolution.ensemble.texts, Poisson(4), "0.9"), evolution.learner)
    assert known.never_starts is None


@pytest.mark.parametrize(("ensemble", "learner", "culprit"), [
    ("paper", SkillLearner(1), "the ensemble"),
    (load_model("paper"), SkillLearner(1), "the ensemble"),
    (Ensemble(Poisson(1), Poisson(2)), 1, "the learner"),
    (Ensemble(Poisson(1), Poisson(2)), "1-skill", "the learner"),
])  # fmt: skip
def test_what_is_no_ensemble_or_learner_is_refused(ensemble: object, learner: object, culprit: str) -> None:
    with pytest.raises(InputError, match=f"{culprit} must be"):
        DensityEvolution(ensemble, learner)
