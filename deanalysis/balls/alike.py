"""Unknowns of a system that are alike: their values in its largest fixed point are the same.

Let a partition of the unknowns be such that starts are the same in each part, and that, as soon as one symbol stands for each part, so are
the right sides. Then each round of q <- f(q) from the starts leaves the values in each part equal, and so does the limit. The coarsest such
partition is found by refining (colour refinement, 1-WL; Cardon, Crochemore, Theoretical Computer Science 19, 1982).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sympy as sp


def copies(
    unknowns: Sequence[sp.Symbol], starts: Sequence[sp.Expr], sides: Sequence[sp.Expr], values: Mapping[sp.Symbol, sp.Expr]
) -> dict[sp.Symbol, sp.Symbol]:
    """Return for each unknown that is like one before it the first of these, letters standing for exact values.

    >>> a, b, c = sp.symbols("a b c")
    >>> copies([a, b, c], [sp.S.One] * 3, [(1 + b) / 2, (1 + a) / 2, c / 2 + a / 3], {})
    {b: a}
    """
    stands = _firsts(unknowns, [start.xreplace(dict(values)) for start in starts])
    while len(set(stands.values())) < len(stands):
        put = {**values, **stands}
        refined = _firsts(unknowns, [(stands[symbol], side.xreplace(put)) for symbol, side in zip(unknowns, sides, strict=True)])
        if refined == stands:
            break
        stands = refined
    return {symbol: first for symbol, first in stands.items() if symbol != first}


def _firsts(unknowns: Sequence[sp.Symbol], colours: Sequence[object]) -> dict[sp.Symbol, sp.Symbol]:
    """Return for each unknown the first that has its colour."""
    firsts: dict[object, sp.Symbol] = {}
    return {symbol: firsts.setdefault(colour, symbol) for symbol, colour in zip(unknowns, colours, strict=True)}
