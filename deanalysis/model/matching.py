"""How the ends of edges are matched: which texts a skill may meet, and how often. Density evolution does not depend on it."""

from __future__ import annotations

from typing import Any, Protocol

from ..errors import InputError

REPEATED, DISTINCT, PARTS = "repeated", "distinct", "parts"
MATCHINGS = {
    REPEATED: "the configuration model: a skill may meet a text twice",
    DISTINCT: "a skill meets a text once at most",
    PARTS: "a skill of degree K meets one text in each of K equal parts",
}
"""What each matching is."""


class _Law(Protocol):
    """What is asked of a degree law."""

    @property
    def is_uniform(self) -> bool: ...

    @property
    def support(self) -> tuple[int, int | None] | None: ...

    @property
    def mean(self) -> Any: ...


def check_matching(matching: str, texts: _Law, skills: _Law) -> str:
    """Return a matching that goes with the laws of texts and skills; raise `InputError` for any other.

    Parts need skills of one degree K that choose their texts, which then have a Poisson law.

    >>> from deanalysis.model.laws import Poisson, Regular
    >>> check_matching("parts", Poisson(3), Regular(3))
    'parts'
    >>> check_matching("parts", Regular(6), Regular(3))
    Traceback (most recent call last):
    ...
    deanalysis.errors.InputError: matching parts needs skills regular(K) and texts poisson(MEAN), got 'skills regular(3), texts regular(6)'
    """
    if matching not in tuple(MATCHINGS):
        raise InputError("matching", f"must be one of {', '.join(MATCHINGS)}", given=matching)
    if matching == PARTS and not (texts.is_uniform and one_degree(skills)):
        raise InputError(f"matching {PARTS}", "needs skills regular(K) and texts poisson(MEAN)", given=f"skills {skills}, texts {texts}")
    return matching


def one_degree(law: _Law) -> int | None:
    """Return the degree of a law where there is one alone, else None.

    >>> from deanalysis.model.laws import Binomial, Regular
    >>> one_degree(Regular(3)), one_degree(Binomial(3, "1/2"))
    (3, None)
    """
    least, largest = law.support or (None, None)
    return least if least is not None and least == largest and law.mean == least else None
