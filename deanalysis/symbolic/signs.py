"""The sign of an expression whose letters are positive and whose states lie in [0, 1], where its form shows it."""

from collections.abc import Collection

import sympy as sp

__all__ = ["sign"]


def sign(expression: sp.Expr, states: Collection[sp.Symbol]) -> int | None:
    """Return 1 where an expression is surely at least 0, -1 where it is at most 0, 0 where it is 0; None where its form does not show it.

    >>> from deanalysis.model.symbols import G, q
    >>> sign(sp.diff((1 - sp.exp(-G * q)) ** 2, G), {q}), sign(q - G, {q})
    (1, None)
    """
    if expression.is_zero:
        return 0
    if expression.is_nonnegative or isinstance(expression, sp.exp) or _in_unit(expression, states):
        return 1
    if expression.is_nonpositive:
        return -1
    if expression.is_Mul:
        signs = [sign(factor, states) for factor in expression.args]
        return None if None in signs else int(sp.prod(signs))
    if expression.is_Add:
        found = {sign(term, states) for term in expression.args} - {0}
        return found.pop() if len(found) == 1 else None
    if expression.is_Pow and (expression.exp.is_even or sign(expression.base, states) == 1):
        return 1
    return None


def _in_unit(expression: sp.Expr, states: Collection[sp.Symbol]) -> bool:
    """Whether an expression surely lies in [0, 1]."""
    if expression in states:
        return True
    if expression.is_number:
        return (expression >= 0) == True and (expression <= 1) == True  # noqa: E712  what SymPy cannot compare is a relation
    if isinstance(expression, sp.exp):
        return sign(expression.args[0], states) in (-1, 0)
    if expression.is_Mul:
        return all(_in_unit(factor, states) for factor in expression.args)
    if expression.is_Pow:
        return bool(expression.exp.is_nonnegative) and _in_unit(expression.base, states)
    return bool(expression.is_Add and _in_unit_sum(expression, states))


def _in_unit_sum(expression: sp.Add, states: Collection[sp.Symbol]) -> bool:
    """Whether a sum is one less weights of things in [0, 1] that sum to at most one, or those weights alone."""
    rest = list(expression.args)
    constant = sum((term for term in rest if term.is_number), sp.S.Zero)
    weighted = [term.as_coeff_Mul() for term in rest if not term.is_number]
    if not all(_in_unit(part, states) for _, part in weighted):
        return False
    low = constant + sum((weight for weight, _ in weighted if weight < 0), sp.S.Zero)
    high = constant + sum((weight for weight, _ in weighted if weight > 0), sp.S.Zero)
    return bool(low >= 0 and high <= 1)
