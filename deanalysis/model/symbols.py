"""The letters of the theory, each declared once with its domain.

SymPy symbols of one name but different assumptions differ silently, so every letter comes from here.

Whenever a product or an exponential of letters of known sign is written, SymPy looks for the sign of the polynomials in it: it multiplies
them out and isolates the roots of their derivatives (`_monotonic_sign`). Of eps (1 - (1 - q)^15)^50 these are 10^14 terms. So from here on
the sign of a polynomial of high degree is left unknown, as SymPy allows any sign to be:

>>> (1 - (1 - (1 - q) ** 199) ** 199).is_positive
"""

import re
from collections.abc import Iterable
from functools import lru_cache

import sympy as sp
from sympy.core import exprtools

from ..errors import InputError

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_NOT_FINITE = {"inf", "infinity", "nan", "oo", "zoo"}
_RESERVED = {
    "x": "the variable of generating functions",
    "q": "the unknown of the equation",
    "t": "the state along a curve",
    **dict.fromkeys(
        ("self", "digits", "parameter", "testing_error", "training_error", "zeta", "rounds"),
        "an argument of the functions that take letters",
    ),
}

_HIGHEST_DEGREE = 12
"""Up to it the search for a sign takes milliseconds; the sign of polynomials of degrees beyond decides nothing here."""
_monotonic_sign = exprtools._monotonic_sign


@lru_cache(maxsize=4096)
def _degree_bound(expression: sp.Expr) -> int:
    """Return a bound of the total degree that an expression has once it is multiplied out."""
    if expression.is_Symbol:
        return 1
    degrees = [_degree_bound(argument) for argument in expression.args]
    if expression.is_Pow and expression.exp.is_Integer:
        return abs(int(expression.exp)) * degrees[0]
    return sum(degrees) if expression.is_Mul else max(degrees, default=0)


def _sign_of_low_degree(expression: sp.Expr) -> sp.Expr | None:
    return _monotonic_sign(expression) if _degree_bound(expression) <= _HIGHEST_DEGREE else None


exprtools._monotonic_sign = _sign_of_low_degree


def _positive(name: str) -> sp.Symbol:
    return sp.Symbol(name, positive=True)


c = _positive("c")  #: mean number of skills per text
R = _positive("R")  #: texts per skill, m/n
eps = _positive("eps")  #: fraction of skills not known before training
G = _positive("G")  #: load of a random-access frame: users (skills) per slot (text), 1/R
d = _positive("d")  #: hyperedges (skills) per vertex (text), 1/R
q = _positive("q")  #: probability that the skill at the end of a random edge is still novel, not counting that edge
x = _positive("x")  #: variable of a generating function
t = _positive("t")  #: state along the curve of fixed points (`deanalysis.theory.evolution.equations.curve`)


def letter(name: str) -> sp.Symbol:
    """Return the positive letter called `name`.

    Raises `InputError` where the name is not an identifier or is taken by the theory (x, q, t).

    >>> letter("c") == c
    True
    """
    if name.lower() in _NOT_FINITE:
        raise InputError("every number", "must be finite", given=name)
    if name in _RESERVED:
        raise InputError(f"the letter {name}", f"is taken: it is {_RESERVED[name]}", remedy="choose another name")
    return _positive(identifier(name, "a letter"))


def identifier(name: object, argument: str) -> str:
    """Return a name that is a short identifier; `InputError` where it is not."""
    if not isinstance(name, str) or not _IDENTIFIER.match(name) or len(name) > 40:
        raise InputError(argument, "must be a short identifier", given=name)
    return name


def check_letters(names: Iterable[str], letters: frozenset[sp.Symbol], argument: str) -> None:
    """Refuse a name that the model does not have, and list those it has."""
    known = sorted(symbol.name for symbol in letters)
    for name in names:
        if name not in known:
            remedy = f"it has {', '.join(known) or 'none that is free'}"
            raise InputError(argument, f"names no letter {name!r} of the model", remedy=remedy)
