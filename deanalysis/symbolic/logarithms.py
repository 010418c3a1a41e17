"""Logarithms of products, powers and exponentials taken apart, without asking a computer-algebra system for the sign of anything."""

import sympy as sp

__all__ = ["log_slope", "logarithm"]


def logarithm(expression: sp.Expr) -> sp.Expr:
    """Return log(expression) for a positive expression, as a sum over its factors.

    >>> x = sp.Symbol("x", positive=True)
    >>> logarithm(x**3 * sp.exp(-x))
    -x + 3*log(x)
    """
    if expression.is_Mul:
        return sp.Add(*map(logarithm, expression.args))
    if isinstance(expression, sp.exp):
        return expression.args[0]
    if expression.is_Pow:
        return expression.exp * logarithm(expression.base)
    return sp.log(expression, evaluate=expression.is_Symbol or expression.is_number)


def log_slope(expression: sp.Expr, variable: sp.Symbol) -> sp.Expr:
    """Return the derivative of log(expression): a sum over its factors, each small.

    >>> x = sp.Symbol("x", positive=True)
    >>> log_slope(x**3 * sp.exp(-x), x)
    -1 + 3/x
    """
    if not expression.has(variable):
        return sp.Integer(0)
    if expression.is_Mul:
        return sp.Add(*(log_slope(factor, variable) for factor in expression.args))
    if isinstance(expression, sp.exp):
        return sp.diff(expression.args[0], variable)
    if expression.is_Pow and not expression.exp.has(variable):
        return expression.exp * log_slope(expression.base, variable)
    return sp.diff(expression, variable) / expression
