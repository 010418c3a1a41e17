"""Formulas whose exact numbers are too long for floats, such as 1000^1001 before a power -1001 of what is as large."""

import sympy as sp

__all__ = ["within_floats"]

_MOST_BITS, _DIGITS, _FINEST = 1000, 17, 2**40


def within_floats(expression: sp.Expr) -> sp.Expr:
    """Write numbers of hundreds of digits as floats, those before a high power as part of what is raised: a b^n = a/r^n (r b)^n.

    >>> from deanalysis.model.symbols import q
    >>> within_floats(10**400 * (10 * q + 30) ** -400)
    1.0/(q + 3)**400
    """
    roots = {root: root.evalf(_DIGITS) for root in expression.atoms(sp.CRootOf)}
    expression = expression.xreplace(roots) if roots else expression
    if not any(_is_long(number) for number in expression.atoms(sp.Rational)):
        return expression
    expression = expression.replace(lambda part: part.is_Mul and part.has(sp.Pow), _shared)
    return expression.xreplace({number: number.evalf(_DIGITS) for number in expression.atoms(sp.Rational) if _is_long(number)})


def _is_long(number: sp.Expr) -> bool:
    return number.is_Rational and max(abs(number.p), number.q).bit_length() > _MOST_BITS


def _shared(product: sp.Mul) -> sp.Expr:
    """Give a long coefficient of a product, or of sums in it, to its highest power."""
    parts = [factor.primitive() for factor in product.args]
    number, factors = sp.Mul(*(content for content, _ in parts)), [rest for _, rest in parts]
    power = max((one for one in factors if one.is_Pow and one.exp.is_Integer), key=lambda one: abs(one.exp), default=None)
    if power is None or not _is_long(number):
        return product
    root = sp.Rational(abs(number).evalf(_DIGITS) ** (1 / power.exp)).limit_denominator(_FINEST)
    if root == 0:
        return product
    rest = (number / root**power.exp).evalf(_DIGITS)
    return sp.Mul(rest, sp.expand_mul(root * power.base) ** power.exp, *(one for one in factors if one != power))
