"""Polynomials of many terms are the sums that they stand for, as formulas, as code and in balls, and are never written out inside."""

import pickle
import shutil
import subprocess
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from flint import acb, arb, ctx
from sympy.core.function import ArgumentIndexError

from deanalysis import DensityEvolution, load_model
from deanalysis.balls.compiling import compile_balls
from deanalysis.balls.numerical.engines import MPMATH
from deanalysis.balls.numerical.floats import compile_floats
from deanalysis.balls.numerical.jets import Jet
from deanalysis.balls.series import taylor
from deanalysis.model.compositions import Polynomial
from deanalysis.model.formula import latex, text
from deanalysis.model.symbols import q, x
from deanalysis.present.paper.export import code
from deanalysis.symbolic.functions import Coefficients, SparsePolynomial

COUNTS = {1: 900, **{k: 4000 // k**2 + 1 for k in range(2, 45)}, 200: 3, 13_413: 1}
TOTAL = sum(COUNTS.values())
TABLE = Polynomial.from_counts(COUNTS)


def derivative(at: Fraction, order: int) -> Fraction:
    """P^(order) at a rational number, by the definition."""
    total = Fraction(0)
    for degree, count in COUNTS.items():
        if degree >= order:
            falling = 1
            for step in range(order):
                falling *= degree - step
            total += Fraction(count, TOTAL) * falling * at ** (degree - order)
    return total


def ball(value: Fraction) -> arb:
    with ctx.workprec(400):
        return arb(value.numerator) / value.denominator


def test_a_table_is_a_function_of_its_argument() -> None:
    assert isinstance(TABLE.pgf(), SparsePolynomial)
    assert TABLE.pgf(sp.S.One) == 1
    assert TABLE.pmf(200) == sp.Rational(3, TOTAL)
    assert TABLE.mean == sp.Rational(sum(k * n for k, n in COUNTS.items()), TOTAL)
    assert TABLE.edge_pgf(sp.S.One) == 1
    assert TABLE.derivative(sp.S.Zero, 2) == sp.Rational(2 * COUNTS[2], TOTAL)


def test_a_copy_in_another_process_is_the_same() -> None:
    assert pickle.loads(pickle.dumps(TABLE)).pgf() == TABLE.pgf()
    assert pickle.loads(pickle.dumps(TABLE.edge_pgf(1 - q))) == TABLE.edge_pgf(1 - q)


def test_few_terms_and_letters_stay_sums() -> None:
    assert not Polynomial(((2, "1/2"), (13_413, "1/2"))).pgf().has(SparsePolynomial)
    lettered = Polynomial(((1, sp.Symbol("w", positive=True)), *((k, sp.Rational(1, 40)) for k in range(2, 22)))).pgf()
    assert lettered.is_Add


@pytest.mark.parametrize("order", [0, 1, 3])
@pytest.mark.parametrize(
    ("low", "high"), [("0", "0"), ("0", "1/3"), ("1/2", "1/2"), ("9/10", "1"), ("999/1000", "1"), ("-1/4", "1/3"), ("-1/3", "-1/4")]
)
def test_balls_hold_all_values_and_thin_ones_are_sharp(low: str, high: str, order: int) -> None:
    function = compile_balls(TABLE.derivative(x, order), [x])
    ends = Fraction(low), Fraction(high)
    found = function(ball(ends[0]).union(ball(ends[1])))
    for step in range(5):
        value = ball(derivative(ends[0] + (ends[1] - ends[0]) * step / 4, order))
        assert found.contains(arb(value.mid()))
    if 0 <= ends[0] == ends[1]:
        assert found == 0 or found.rel_accuracy_bits() > 40


def test_taylor_coefficients_of_nested_tables_are_those_of_the_sums() -> None:
    nested = TABLE.edge_pgf(1 - TABLE.edge_pgf(1 - q))
    with ctx.workprec(128):
        found = taylor(compile_balls(nested, [q]), arb(1) / 8, 4)
        slope = ball(derivative(Fraction(7, 8), 2) / derivative(Fraction(1), 1))
        inner = 1 - ball(derivative(Fraction(7, 8), 1) / derivative(Fraction(1), 1))
        outer = compile_balls(TABLE.derivative(x, 2), [x])(inner) / ball(derivative(Fraction(1), 1))
        assert found[1].overlaps(outer * slope)
        assert found[1].rel_accuracy_bits() > 80
        assert taylor(compile_balls(sp.diff(nested, q), [q]), arb(1) / 8, 3)[2].overlaps(3 * found[3])


def test_complex_balls_and_floats() -> None:
    value = compile_balls(TABLE.pgf(x), [x])(acb(0.5, 0.25))
    plain = sum(n / TOTAL * (0.5 + 0.25j) ** k for k, n in COUNTS.items())
    assert complex(float(value.real.mid()), float(value.imag.mid())) == pytest.approx(plain)
    points = np.linspace(0, 1, 7)
    floats = compile_floats(TABLE.derivative(x, 1), x)
    assert floats(points) == pytest.approx([float(derivative(Fraction(float(one)), 1)) for one in points])
    assert float(floats(0.5)) == pytest.approx(float(derivative(Fraction(1, 2), 1)))


def test_a_number_at_a_rational_point_is_compared_by_its_value() -> None:
    number = TABLE.pgf(sp.Rational(1, 3))
    assert number.evalf(30) == pytest.approx(float(derivative(Fraction(1, 3), 0)))
    assert 0 < number < 1
    assert number.is_positive
    assert (1 - TABLE.pgf(1 - q)).is_positive is None


def test_formulas_are_abridged_and_the_brackets_stand() -> None:
    short = SparsePolynomial(Coefficients.of((k, sp.Rational(1, k)) for k in range(1, 30)), 1 - q)
    assert text(short) == "(1 - q) + (1 - q)^2/2 + (1 - q)^3/3 + ... + (1 - q)^29/29"
    assert text(2 - q * short) == "2 - q*((1 - q) + (1 - q)^2/2 + (1 - q)^3/3 + ... + (1 - q)^29/29)"
    assert text(1 / short**2) == "((1 - q) + (1 - q)^2/2 + (1 - q)^3/3 + ... + (1 - q)^29/29)^(-2)"
    z = r"\left(1 - q\right)"
    inside = rf"\left({z} + \frac{{{z}^{{2}}}}{{2}} + \frac{{{z}^{{3}}}}{{3}} + \cdots + \frac{{{z}^{{29}}}}{{29}}\right)"
    assert latex(1 - short) == f"1 - {inside}"
    assert latex(short) == inside.removeprefix(r"\left(").removesuffix(r"\right)")
    assert latex(short**2) == inside + "^{2}"


@pytest.fixture(scope="module")
def evolution(tmp_path_factory: pytest.TempPathFactory) -> DensityEvolution:
    table = tmp_path_factory.mktemp("tables") / "table.csv"
    table.write_text("".join(f"{k},{n}\n" for k, n in COUNTS.items()))
    model = load_model(texts=f"table({table})", skills=f"table({table})", learner="2-skill")
    return DensityEvolution(model.ensemble, model.learner)


def plain_f(state: float) -> float:
    """f for a 2-skill learner, by sums of floats."""
    mean = sum(k * n for k, n in COUNTS.items())
    rho = {
        order: sum(n * np.prod([k - i for i in range(order + 1)]) * (1 - state) ** (k - 1 - order) for k, n in COUNTS.items() if k > order)
        / mean
        for order in (0, 1)
    }
    return float(sum(k * n * (1 - rho[0] - state * rho[1]) ** (k - 1) for k, n in COUNTS.items()) / mean)


def test_exported_code_computes_the_same(evolution: DensityEvolution) -> None:
    for language in ("numpy", "sympy"):
        names: dict[str, object] = {}
        exec(code(evolution, language), names)
        f = names["f"]
        value = f(0.3) if callable(f) else f.subs(names["q"], 0.3)  # type: ignore[attr-defined]
        assert float(value) == pytest.approx(plain_f(0.3))


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
def test_exported_c_computes_the_same(evolution: DensityEvolution, tmp_path: object) -> None:
    source, program = f"{tmp_path}/f.c", f"{tmp_path}/f"
    with open(source, "w") as file:
        file.write("#include <stdio.h>\n" + code(evolution, "c") + '\nint main(void) { printf("%.17g", f(0.3)); }\n')
    subprocess.run(["cc", "-O0", source, "-o", program, "-lm"], check=True)
    assert float(subprocess.run([program], check=True, capture_output=True).stdout) == pytest.approx(plain_f(0.3))


def test_the_largest_fixed_point_of_two_tables(evolution: DensityEvolution) -> None:
    found, state = evolution.fixed_point(), 1.0
    for _ in range(found.rounds or 10_000):
        state = plain_f(state)
    assert found.status == "proved"
    assert float(found.q) == pytest.approx(state, abs=1e-10)
    assert sp.count_ops(evolution.testing_error_uniform) < 60


def test_the_second_engine_sums_the_same(evolution: DensityEvolution) -> None:
    f = MPMATH.compile(evolution.right_side, (q,))
    assert float(f(mpmath.mpf("0.3"))) == pytest.approx(plain_f(0.3))
    slope = f(Jet((mpmath.mpf("0.3"), mpmath.mpf(1)))).coefficients[1]
    assert float(slope) == pytest.approx((plain_f(0.3 + 1e-6) - plain_f(0.3 - 1e-6)) / 2e-6, rel=1e-6)


def test_there_is_no_derivative_by_the_coefficients() -> None:
    with pytest.raises(ArgumentIndexError):
        SparsePolynomial(Coefficients.of([(2, sp.S.Half)]), x).fdiff(1)
