"""The equations of prior knowledge by degree: a share of the skills of each degree is known before training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from ...checks import require_between, require_kind
from ...errors import InputError
from ...model.compositions import Polynomial, Thinned
from ...model.degrees import Ensemble


@dataclass(frozen=True)
class ByDegree:
    """Of the skills of degree j a share known[j] is known before training, chosen at random among them (theory, section 10).

    L(x) splits into known and unknown parts, and lambda_unknown(x) = sum_j (1 - known_j) j l_j x^(j-1)/L'(1) takes the place of eps lambda.
    The same equation is that of a smaller ensemble, in which all is unknown: its skills are the unknown ones, and each edge of a text is
    kept with probability kept = lambda_unknown(1), so that its texts have P(1 - kept (1-x)). q there is that of the unknown skills alone,
    q/kept.

    Raises `InputError` where skills have no table of degrees, or a share is none.

    >>> from deanalysis.model.laws import Regular
    >>> skills = Polynomial(((1, "0.5"), (4, "0.5")))
    >>> prior = ByDegree(Ensemble(Regular(3), skills), {4: 1})
    >>> prior.known, prior.kept
    (1/2, 1/5)
    """

    ensemble: Ensemble
    by_degree: Mapping[int, sp.Expr]

    def __post_init__(self) -> None:
        require_kind(self.ensemble, Ensemble, "the ensemble", "an Ensemble, such as Graph.read(path).ensemble")
        if not isinstance(self.ensemble.skills, Polynomial):
            raise InputError("prior knowledge by degree", "needs skills with a table of degrees", given=self.ensemble.skills)
        shares = {degree: require_between(sp.sympify(share), 0, 1, f"the share known of degree {degree}") for degree, share in self._given}
        object.__setattr__(self, "by_degree", shares)

    @property
    def _given(self) -> list[tuple[int, sp.Expr]]:
        return [(int(degree), share) for degree, share in self.by_degree.items()]

    @property
    def _unknown(self) -> list[tuple[int, sp.Expr]]:
        """(1 - known_j) l_j by degree j."""
        terms = self.ensemble.skills.terms  # type: ignore[attr-defined]
        return [(degree, share * (1 - self.by_degree.get(degree, sp.S.Zero))) for degree, share in terms]

    @cached_property
    def known(self) -> sp.Expr:
        """The share of all skills that is known: 1 - L_unknown(1)."""
        return 1 - sp.Add(*(share for _, share in self._unknown))

    @cached_property
    def kept(self) -> sp.Expr:
        """The share of all edges whose skill is unknown: lambda_unknown(1)."""
        return sp.Add(*(degree * share for degree, share in self._unknown)) / self.ensemble.skills.mean

    @cached_property
    def remaining(self) -> Ensemble | None:
        """The ensemble of the unknown skills, all of them unknown before training; None where no text has one of them."""
        if self.kept == 0:
            return None
        total = 1 - self.known
        skills = Polynomial(tuple((degree, share / total) for degree, share in self._unknown if share))
        texts = self.ensemble.texts if self.kept == 1 else Thinned(self.ensemble.texts, self.kept)
        return Ensemble(texts, skills, self.ensemble.unknown)


def of_commonest(skills: Polynomial, share: sp.Expr) -> dict[int, sp.Expr]:
    """Return which share of the skills of each degree is known where the commonest ones are, a `share` of all.

    >>> of_commonest(Polynomial(((1, "0.5"), (2, "0.3"), (5, "0.2"))), sp.Rational(1, 4))
    {5: 1, 2: 1/6}
    """
    known, left = {}, require_between(share, 0, 1, "the share known")
    for degree, part in reversed(skills.terms):
        if left <= 0:
            break
        known[degree] = sp.Integer(1) if left >= part else left / part
        left -= part
    return known
