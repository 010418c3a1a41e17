"""Numbers of hundreds of digits in a formula become floats without a change of its value."""

import mpmath
import pytest
import sympy as sp

from deanalysis.balls.numerical.engines import constant
from deanalysis.balls.numerical.floats import FLOATS, compile_floats
from deanalysis.model.symbols import q

LONG = [
    sp.Integer(1000) ** 1001 * (1 + q) * (1000 + 7 * q) ** -1001,
    sp.Integer(3) ** 900 * (sp.Rational(1, 7) ** 90) * (3 + q) ** -900 * (q + sp.Rational(1, 7)) ** -90,
    1 - sp.Rational(7, 10**4) ** 500 * (1 + 10**4 * q / 7) ** 500 / 2,
    q / sp.Integer(10) ** 500 + sp.exp(-q * sp.Integer(10) ** 400 * (10 + q) ** -400),
]


@pytest.mark.parametrize("expression", LONG)
@pytest.mark.parametrize("at", [sp.Integer(0), sp.Rational(1, 3), sp.Integer(1)])
def test_the_value_stays(expression: sp.Expr, at: sp.Rational) -> None:
    with mpmath.workdps(30):
        right = float(constant(expression.subs(q, at)))
    for function in (compile_floats(expression, q), FLOATS.compile(expression, (q,))):
        assert float(function(float(at))) == pytest.approx(right, rel=1e-11)


def test_an_indexed_root_is_a_number() -> None:
    root = sp.CRootOf(sp.Symbol("x") ** 5 - sp.Symbol("x") - 1, 0)
    for function in (compile_floats(root * q, q), FLOATS.compile(root * q, (q,))):
        assert (float(function(2.0)) / 2) ** 5 == pytest.approx(float(function(2.0)) / 2 + 1, rel=1e-14)
    with mpmath.workdps(40):
        assert abs(constant(root) ** 5 - constant(root) - 1) < mpmath.mpf(10) ** -38
