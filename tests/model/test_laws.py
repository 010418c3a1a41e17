"""Every law is a law: its pmf sums to one, its mean and moments follow from it, its text form reads back."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
import sympy as sp

import deanalysis as da
from deanalysis import PGF, DensityEvolution, Ensemble, InputError, Mixture, Poisson, Polynomial, R, SkillLearner, c, parse_law, x

LAWS = [
    "poisson(3)",
    "regular(4)",
    "binomial(6, 0.3)",
    "geometric(1.5)",
    "negative_binomial(2, 0.8)",
    "zipf(2.2, 1, 12)",
    "ideal_soliton(40)",
    "robust_soliton(60, 0.2, 0.05)",
    "polynomial(0.5*x^2 + 0.28*x^3 + 0.22*x^8)",
    "edge(0.7*x + 0.3*x^2)",
    "mixture(0.3: poisson(2), 0.7: regular(3))",
    "thinned(polynomial(0.5*x^2 + 0.5*x^8), 0.3)",
]


@pytest.mark.parametrize("text", LAWS)
def test_pmf_pgf_and_moments_agree(text: str) -> None:
    law = parse_law(text)
    pmf = [sp.N(law.pmf(k), 30) for k in range(90)]
    assert abs(sum(pmf) - 1) < 1e-12
    assert all(p >= 0 for p in pmf)
    assert abs(sum(k * p for k, p in enumerate(pmf)) - law.mean.doit()) < 1e-9
    assert abs(sum(k * (k - 1) * p for k, p in enumerate(pmf)) - law.factorial_moment(2).doit()) < 1e-7
    at = sp.Rational(1, 3)
    assert abs(sum(p * at**k for k, p in enumerate(pmf)) - law.pgf(at).doit()) < 1e-12
    edge = sum(k * p * at ** (k - 1) for k, p in enumerate(pmf) if k)
    assert abs(edge / law.mean.doit() - law.edge_pgf(at).doit()) < 1e-9


@pytest.mark.parametrize("text", LAWS)
def test_derivatives_are_those_of_the_pgf(text: str) -> None:
    law = parse_law(text)
    at = sp.Rational(2, 5)
    for order in range(4):
        general = sp.diff(law.pgf(x).doit(), x, order).subs(x, at)
        assert abs(sp.N(general - law.derivative(at, order).doit(), 30)) < 1e-20


@pytest.mark.parametrize("text", LAWS)
def test_text_reads_back(text: str) -> None:
    law = parse_law(text)
    assert parse_law(str(law)) == law


@pytest.mark.parametrize("text", LAWS)
def test_support(text: str) -> None:
    law = parse_law(text)
    least, largest = law.support
    assert law.pmf(least) > 0
    assert all(law.pmf(k) == 0 for k in range(1, least))
    assert largest is None or (law.pmf(largest) > 0 and law.pmf(largest + 1) == 0)


def test_any_pgf_is_a_law() -> None:
    logarithmic = da.PGF(sp.log(1 - x / 2) / sp.log(sp.Rational(1, 2)))
    assert logarithmic.mean == 1 / sp.log(2)
    assert sp.simplify(logarithmic.pmf(2) - 1 / (8 * sp.log(2))) == 0
    with pytest.raises(InputError, match="must be 1 at x = 1"):
        da.PGF(x / 2)
    with pytest.raises(InputError, match="not negative"):
        da.PGF((3 * x - x**2) / 2)


def test_a_singularity_at_one_that_can_be_removed_is() -> None:
    uniform = da.PGF((1 - x**6) / (6 * (1 - x)))
    assert uniform.mean == sp.Rational(5, 2)
    assert [uniform.pmf(degree) for degree in range(7)] == [sp.Rational(1, 6)] * 6 + [0]
    shifted = da.PGF((x - x**4) / (3 * (1 - x)))
    assert shifted.pmf(3) == sp.Rational(1, 3)
    listed = da.Polynomial(dict.fromkeys(range(6), sp.Rational(1, 6)))
    one, other = (da.DensityEvolution(da.Ensemble(da.Poisson(3), law), da.SkillLearner(1)).fixed_point() for law in (uniform, listed))
    assert one.q == other.q
    simulated = da.simulate(da.Ensemble(da.Poisson(3), uniform), da.SkillLearner(1), skills=20_000, replicates=3, seed=1, workers=1)
    assert simulated.zeta.mean == pytest.approx(float(one.zeta), abs=0.02)
    for function in ((sp.exp(x - 1) - 1) / (x - 1), 1 / (1 - x)):
        with pytest.raises(InputError, match="must have a value at x = 1"):
            da.PGF(function)


def test_a_law_of_one_s_own_needs_only_its_pgf() -> None:
    class NeverEmpty(da.DegreeDistribution):
        def pgf(self, argument: sp.Expr = x) -> sp.Expr:
            return (sp.exp(2 * argument) - 1) / (sp.exp(2) - 1)

    law = NeverEmpty()
    assert sp.simplify(law.pmf(2) - 2 / (sp.exp(2) - 1)) == 0
    assert sp.simplify(law.mean - 2 * sp.exp(2) / (sp.exp(2) - 1)) == 0
    never_empty = da.Ensemble(texts=law, skills=da.Poisson(2))
    with_empty = da.Ensemble(texts=da.Poisson(2), skills=da.Poisson(2))
    q, same = (da.DensityEvolution(one, da.SkillLearner(1)).fixed_point().q for one in (never_empty, with_empty))
    assert q == same
    assert da.simulate(never_empty, da.SkillLearner(1), skills=1000, replicates=2, seed=1, workers=1).zeta.mean < 1


def test_a_function_that_balls_do_not_know_is_refused() -> None:
    strange = da.PGF(sp.cosh(x) / sp.cosh(1))
    with pytest.raises(InputError, match="sinh"):
        da.DensityEvolution(da.Ensemble(texts=strange, skills=da.Poisson(2)), da.SkillLearner(1)).fixed_point()


def test_table(tmp_path) -> None:
    (tmp_path / "t.csv").write_text("degree,count\n1,3\n2,1\n")
    law = parse_law("table(t.csv)", folder=tmp_path)
    assert law.pgf(x) == 3 * x / 4 + x**2 / 4
    for content in ("1,a\n", "1,2,3\n", "-1,2\n", "0,5\n", "1,0\n"):
        (tmp_path / "bad.csv").write_text(content)
        with pytest.raises(InputError):
            parse_law("table(bad.csv)", folder=tmp_path)


def test_letters_are_bound_by_name_and_checked_again() -> None:
    law = da.Poisson(c - 2)
    assert law.at(c=5) == da.Poisson(3)
    with pytest.raises(InputError, match="poisson mean must be positive"):
        law.at(c=1)


@pytest.mark.parametrize(
    "text",
    ["poisson(0)", "poisson(-1)", "poisson(1,2)", "regular(0)", "regular(1.5)", "binomial(3,2)", "binomial(2.5,0.5)", "geometric(0)",
     "negative_binomial(1,0)", "zipf(2,0,5)", "zipf(2,5,3)", "zipf(2,1,1e9)", "polynomial(0.5*x^2)", "polynomial(1.5*x-0.5*x^2)",
     "polynomial(1)", "polynomial(x^0.5)", "polynomial(exp(x))", "polynomial((1+x)^1000000)", "edge(0.5*x)", "poisson(x)",
     "mixture(0.3: poisson(2), 0.6: poisson(9))", "mixture(0.3, poisson(2))", "nothing(3)", "poisson 3", "poisson(3) 4", "table(/none)"],
)  # fmt: skip
def test_bad_laws(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_law(text, "--texts")
    assert str(caught.value).startswith("--texts")


@pytest.mark.parametrize(
    ("stated", "culprit"),
    [
        (lambda: Poisson(None), "poisson mean must be a number"),
        (lambda: Ensemble(Poisson(1), Poisson(2), None), "unknown must be a number"),
        (lambda: da.Association(keep=None), "must be a number"),
        (lambda: Polynomial.from_counts([3, 3, 2]), "table counts must be a table"),
        (lambda: Polynomial.from_counts(np.array([[1, 1, 0], [0, 1, 1]])), "table counts must be a table"),
        (lambda: Polynomial.from_counts({1: 2.5}), "table counts must be whole numbers"),
        (lambda: Polynomial.from_counts({1: 3, 2: "3"}), "table counts must be whole numbers"),
        (lambda: Polynomial.from_counts({1: 3, "two": 3}), "polynomial degree"),
        (lambda: Polynomial.from_counts({2: 0}), "must not all be zero"),
        (lambda: Polynomial.from_edges([0.5, 0.5]), "edge coefficients must be a table"),
        (lambda: Polynomial(((float("nan"), 1),)), "polynomial degree"),
        (lambda: Polynomial("0.5*x^2 + 0.5*x^3"), "polynomial terms must be pairs"),
        (lambda: Polynomial(3), "polynomial terms must be pairs"),
        (lambda: Mixture([Poisson(1), Poisson(2)]), "mixture parts must be pairs"),
        (lambda: Mixture(((1, "poisson(2)"),)), "mixture part must be a degree law"),
        (lambda: Ensemble(texts=Poisson(1), skills="poisson(2)"), "skills must be a degree law"),
        (lambda: Ensemble(texts=3, skills=Poisson(2)), "texts must be a degree law"),
    ],
)
def test_what_is_no_law_is_refused_in_a_line(stated: Callable[[], object], culprit: str) -> None:
    with pytest.raises(InputError, match=culprit):
        stated()


def test_counts_of_any_whole_type_make_the_same_law() -> None:
    assert Polynomial.from_counts(Counter([3, 3, 2])) == Polynomial.from_counts({np.int64(3): np.uint8(2), 2: 1})
    assert Polynomial.from_counts(Counter([3, 3, 2])).mean == sp.Rational(8, 3)


def test_symbols_of_which_nothing_is_assumed_are_letters() -> None:
    mean, ratio, variable = sp.symbols("c R x")
    plain, meant = (DensityEvolution(Ensemble(Poisson(a), Poisson(a * b)), SkillLearner(1)) for a, b in ((mean, ratio), (c, R)))
    assert plain.ensemble == meant.ensemble
    assert plain.thresholds(ratio, c=5) == meant.thresholds("R", c=5)
    assert PGF((1 - variable**6) / (6 * (1 - variable))) == PGF((1 - x**6) / (6 * (1 - x)))
    with pytest.raises(InputError, match="the letter q is taken"):
        Poisson(sp.Symbol("q"))
    assert Poisson(sp.Symbol("k", integer=True)).mean != Poisson("k").mean
