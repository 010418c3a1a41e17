"""The letters of the theory, each declared once with its domain.

SymPy symbols of one name but different assumptions differ silently, so every letter comes from here.
"""

import re

import sympy as sp

from ..errors import InputError
from .assumptions import bound_sign_search

__all__ = ["G", "R", "c", "d", "eps", "identifier", "letter", "q", "t", "x"]

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


bound_sign_search()


def _positive(name: str) -> sp.Symbol:
    return sp.Symbol(name, positive=True)


c = _positive("c")
"""Mean number of skills per text."""
R = _positive("R")
"""Texts per skill, m/n."""
eps = _positive("eps")
"""Fraction of skills not known before training."""
G = _positive("G")
"""Load of a random-access frame: users (skills) per slot (text), 1/R."""
d = _positive("d")
"""Hyperedges (skills) per vertex (text), 1/R."""
q = _positive("q")
"""Probability that the skill at the end of a random edge is still novel, not counting that edge."""
x = _positive("x")
"""Variable of a generating function."""
t = _positive("t")
"""State along the curve of fixed points (see `deanalysis.theory.evolution.equations.curve`)."""


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
    """Return a name that is a short identifier.

    >>> identifier("basic", "the name of a class")
    'basic'
    """
    if not isinstance(name, str) or not _IDENTIFIER.match(name) or len(name) > 40:
        raise InputError(argument, "must be a short identifier", given=name)
    return name
