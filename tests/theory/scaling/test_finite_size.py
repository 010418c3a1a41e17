"""Graphs of finite size: published constants, the independent route of covariance evolution, and graphs that get stuck."""

from dataclasses import replace

import mpmath as mp
import numpy as np
import pytest
from routes.covariance import CovarianceEvolution

from deanalysis import (
    DensityEvolution,
    Ensemble,
    FiniteSize,
    G,
    InputError,
    Mixture,
    NegativeBinomial,
    Number,
    Pareto,
    Poisson,
    Polynomial,
    R,
    Regular,
    SkillLearner,
    eps,
    load_model,
    parse_law,
    simulate,
)
from deanalysis.balls.numerical.floats import compile_floats
from deanalysis.model.symbols import q
from deanalysis.theory.scaling.equations.fluctuations import Fluctuations
from deanalysis.theory.scaling.finite_size import largest_below, mean_distance, mean_largest, next_order, variance_largest

PAPER, LDPC = load_model("paper"), load_model("ldpc(3,6)")


def evolution_of(model) -> DensityEvolution:
    return DensityEvolution(model.ensemble, model.learner)


def law_of(evolution: DensityEvolution, parameter: str, **values) -> FiniteSize:
    return evolution.scaling(parameter, **values).finite_size[0]


def test_the_published_constants_of_the_3_6_ensemble() -> None:
    law = law_of(evolution_of(LDPC), "eps")
    assert str(law.alpha) == str(law.alpha_fixed) == "0.560354739214426"
    assert str(law.beta_over_omega) == "0.616948703982882"


@pytest.mark.parametrize("c", ["3", "4", "8.5"])
def test_the_paper_s_closed_form(c: str) -> None:
    law = law_of(evolution_of(PAPER), "R", c=c)
    mean = mp.mpf(c)
    u = -mp.lambertw(-1 / mean).real
    ratio, state = u / mean * mp.exp(1 / u), mp.exp(-u)
    assert float(law.alpha) == pytest.approx(float(mp.sqrt((mean * ratio) ** 2 * state * (1 - state) - ratio)), rel=1e-14)
    assert float(law.beta_over_omega) == pytest.approx(float(u * mp.exp(1 / u) / mp.cbrt(mean * (1 - u))), rel=1e-14)
    fixed = (mean * ratio) ** 2 * state * (1 - state) - ratio - ratio / mean * (1 / u - 1) ** 2
    assert float(law.alpha_fixed) == pytest.approx(float(mp.sqrt(fixed)), rel=1e-14)


def test_digits_are_proved() -> None:
    law = evolution_of(LDPC).scaling("eps", digits=40).finite_size[0]
    assert str(law.alpha).startswith("0.56035473921442623604737559")
    assert law.alpha.digits == 40


def published(evolution: DensityEvolution, state: float, value: float) -> float:
    """The alpha of Amraoui, Montanari, Richardson and Urbanke for LDPC ensembles, theory section 5."""
    skills, texts, x = evolution.ensemble.skills, evolution.ensemble.texts, 1 - state

    def at(law, place: float, order: int = 0) -> float:
        return float(law.edge_derivative(place, order))

    y = 1 - at(texts, x)
    first = at(texts, x) ** 2 - at(texts, x**2) + at(texts, x, 1) * (1 - 2 * state * at(texts, x)) - x**2 * at(texts, x**2, 1)
    second = at(skills, y) ** 2 - at(skills, y**2) - y**2 * at(skills, y**2, 1)
    mean = float(skills.mean) * at(skills, y) ** 2
    return (first / (mean * at(texts, x, 1) ** 2) + value**2 * second / mean) ** 0.5


@pytest.mark.parametrize(
    ("texts", "skills"),
    [
        ("regular(6)", "regular(3)"),
        ("regular(8)", "regular(4)"),
        ("edge(x^5)", "edge(0.4*x^2 + 0.6*x^4)"),
        ("edge(0.5*x^5 + 0.5*x^6)", "edge(0.3*x + 0.3*x^2 + 0.4*x^7)"),
    ],
)
def test_degrees_in_exact_proportion_give_the_published_formula(texts: str, skills: str) -> None:
    evolution = DensityEvolution(Ensemble(parse_law(texts), parse_law(skills), eps), SkillLearner(1))
    (jump,) = evolution.thresholds("eps", kind="emergence")
    law = law_of(evolution, "eps")
    assert float(law.alpha_fixed) == pytest.approx(published(evolution, float(jump.fixed_point), float(jump.value)), rel=1e-12)
    assert (law.alpha == law.alpha_fixed) == ("edge(0" not in skills)


FAMILIES = {
    "paper": (evolution_of(PAPER), "R", {"c": "4"}),
    "paper, 2-skill": (DensityEvolution(PAPER.ensemble, SkillLearner(2)), "R", {"c": "6"}),
    "paper, 3-skill, knowledge": (DensityEvolution(Ensemble(Poisson(9), Poisson(9 * R), "4/5"), SkillLearner(3)), "R", {}),
    "IRSA": (evolution_of(load_model("irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)")), "G", {}),
    "2-packet reception": (DensityEvolution(Ensemble(Poisson(3 * G), Regular(3)), SkillLearner(2)), "G", {}),
    "uneven slots": (DensityEvolution(Ensemble(NegativeBinomial(3 * G, 3), Regular(3)), SkillLearner(2)), "G", {}),
    "uneven texts": (DensityEvolution(Ensemble(NegativeBinomial(5, 2), Poisson(5 * R)), SkillLearner(1)), "R", {}),
    "Gamma popularity": (DensityEvolution(Ensemble(Poisson(5), NegativeBinomial(5 * R, 4)), SkillLearner(1)), "R", {}),
    "texts first": (
        DensityEvolution(Ensemble(Polynomial(((1, "0.1"), (5, "0.5"), (7, "0.4"))), Poisson(R), "9/10"), SkillLearner(1)),
        "R",
        {},
    ),
    "texts first, popularity": (
        DensityEvolution(Ensemble(Polynomial(((1, "0.1"), (5, "0.5"), (7, "0.4"))), NegativeBinomial(R, 7)), SkillLearner(1)),
        "R",
        {},
    ),
    "two popularities": (
        DensityEvolution(Ensemble(Poisson(6), Mixture((("1/2", Poisson(5 * R)), ("1/2", Poisson(7 * R))))), SkillLearner(1)),
        "R",
        {},
    ),
    "irregular LDPC": (
        DensityEvolution(
            Ensemble(parse_law("edge(0.5*x^5 + 0.5*x^6)"), parse_law("edge(0.3*x + 0.3*x^2 + 0.4*x^7)"), eps), SkillLearner(1)
        ),
        "eps",
        {},
    ),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_covariance_evolution_gives_the_same_variance(name: str) -> None:
    evolution, parameter, values = FAMILIES[name]
    jump = evolution.thresholds(parameter, kind="emergence", **values)[0]
    letter = next(symbol for symbol in evolution.letters if symbol.name == parameter)
    closed = []
    for fixed in (False, True):
        fluctuations = Fluctuations(evolution.at(**values, **{parameter: jump.value.text}), letter, fixed)
        closed.append(float(compile_floats(fluctuations.variance, q)(float(jump.fixed_point))))
        assert CovarianceEvolution(fluctuations, float(jump.fixed_point)).variance() == pytest.approx(closed[-1], rel=1e-9)
    assert (closed[0] == pytest.approx(closed[1], rel=1e-3)) is isinstance(evolution.ensemble.skills, Regular)


def stuck(evolution: DensityEvolution, law: FiniteSize, value: float, skills: int, replicates: int, **values) -> float:
    bound = evolution.ensemble.at(**values, **{law.parameter: repr(value)})
    run = simulate(bound, evolution.learner, skills=skills, replicates=replicates, seed=1)
    return 1 - run.emerged(below=float(law.residue) / 2).best


def z_of(share: float, chance: float, replicates: int) -> float:
    return (share - chance) / (chance * (1 - chance) / replicates) ** 0.5


@pytest.mark.parametrize("c", ["4", "5"])
@pytest.mark.parametrize("step", [-1.0, 0.0, 1.0])
def test_the_paper_s_graphs_get_stuck_as_predicted(c: str, step: float) -> None:
    evolution, small, large = evolution_of(PAPER), 4_000, 32_000
    law = law_of(evolution, "R", c=c)
    for skills, replicates in ((small, 3_000), (large, 400)):
        value = law.value_at(0.5, skills) + step * law.width(skills)
        predicted = law.stuck(repr(value), skills)
        share = stuck(evolution, law, value, skills, replicates, c=c)
        if skills == small:
            assert abs(share - predicted) < 0.02
        else:
            assert abs(z_of(share, predicted, replicates)) < 3
    unshifted = law.stuck(repr(law.value_at(0.5, small) - law.beta * small ** (-2 / 3)), small)
    assert abs(unshifted - 0.5) > 0.1


def test_block_errors_of_the_3_6_ensemble_at_8192() -> None:
    evolution = evolution_of(LDPC)
    law, skills, replicates = law_of(evolution, "eps"), 8_192, 1_500
    for chance in (0.9, 0.7, 0.5, 0.3, 0.1):
        value = law.value_at(chance, skills)
        assert law.stuck(repr(value), skills) == pytest.approx(chance, abs=1e-9)
        assert abs(stuck(evolution, law, value, skills, replicates) - chance) < 0.03


@pytest.mark.parametrize("name", [name for name in FAMILIES if name != "paper"])
def test_every_family_s_graphs_get_stuck_as_predicted(name: str) -> None:
    evolution, parameter, values = FAMILIES[name]
    law, skills, replicates = law_of(evolution, parameter, **values), 6_000, 500
    chances = np.array([0.85, 0.5, 0.15])
    shares = np.array([stuck(evolution, law, law.value_at(chance, skills), skills, replicates, **values) for chance in chances])
    assert np.abs(shares - chances).max() < 0.06
    wider = replace(law, alpha=Number(*[str(1.5 * float(law.alpha))] * 3))
    wrong = np.array([wider.stuck(repr(law.value_at(chance, skills)), skills) for chance in chances])
    assert np.abs(shares - wrong).max() > 0.06


def test_popularity_widens_the_curve() -> None:
    """The variance of the degrees is part of alpha: without it, graphs of uneven skills would be twice as sharp."""
    evolution, parameter, values = FAMILIES["Gamma popularity"]
    law = law_of(evolution, parameter, **values)
    assert float(law.alpha) > 1.2 * float(law.alpha_fixed)


def test_constants_of_the_parabolic_drift() -> None:
    """Omega from the place of the maximum equals Omega from the law of its height; the law is checked on random walks."""
    level = np.linspace(0, 7, 4001)
    above = 1 - largest_below(level) ** 2
    assert float(np.trapezoid(above, level)) == pytest.approx(mean_largest(), abs=1e-6)
    assert mean_largest() == pytest.approx(0.99619, abs=1e-5)
    assert next_order() == pytest.approx(-0.3218, abs=1e-4)
    rng, steps, paths = np.random.default_rng(1), 4_000, 10_000
    time = np.arange(1, steps + 1) * (4.0 / steps)
    sides = []
    for _ in range(2):
        best = np.zeros(paths)
        place = np.zeros(paths)
        for first in range(0, paths, 500):
            walk = np.cumsum(rng.normal(0, (4.0 / steps) ** 0.5, (500, steps)), axis=1) - time**2 / 2
            index = walk.argmax(axis=1)
            best[first : first + 500] = np.maximum(walk[range(500), index], 0)
            place[first : first + 500] = time[index]
        sides.append((best, place))
    height = np.maximum(sides[0][0], sides[1][0])
    far = np.where(sides[0][0] > sides[1][0], sides[0][1], sides[1][1])
    missed = 0.5826 * (4.0 / steps) ** 0.5
    assert height.mean() + missed == pytest.approx(mean_largest(), abs=0.02)
    assert height.var() == pytest.approx(variance_largest(), rel=0.05)
    assert far.mean() == pytest.approx(mean_distance(), rel=0.03)


def test_what_is_refused() -> None:
    sharp = replace(law_of(evolution_of(PAPER), "R", c=5), alpha=Number("0.1", "0.1", "0.1"))
    with pytest.raises(InputError, match="larger"):
        sharp.width(10)
    wide = law_of(evolution_of(PAPER), "R", c=5)
    for skills in (0, -3, 9, 10**13, 2.5):
        with pytest.raises(InputError, match="skills must be a whole number from 10"):
            wide.value_at(0.5, skills)
    for chance in (0, 1, float("nan")):
        with pytest.raises(InputError, match="between 0 and 1"):
            wide.value_at(chance, 1000)
    found = DensityEvolution(PAPER.ensemble, load_model("paper", learner="success:exp(-x/2)").learner).scaling("R", c=8)
    assert not found.finite_size
    assert any("s-skill" in reason for reason in found.reasons)
    with pytest.raises(InputError, match="degrees of at most 200"):
        CovarianceEvolution(Fluctuations(DensityEvolution(Ensemble(Poisson(3), Pareto(3, 2)), SkillLearner(1)), R), 0.5).variance()


def test_a_law_survives_its_dictionary() -> None:
    law = law_of(evolution_of(PAPER), "R", c=5)
    assert FiniteSize.from_dict(law.to_dict()) == law
    assert "Q" in law._repr_latex_()
