"""A learner with room for some of the skills only: the others stay novel for it, however many texts it is presented."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import sympy as sp

from ....checks import require_between
from ....model.ensembles import Ensemble
from ....model.exact import Limit, Value, bind, exact
from ....model.learners import Learner
from ....model.popularity import most_popular
from ....model.symbols import q
from ...evolution.equations.density_evolution import FixedPointEquation

_SHARE = "the share of skills kept"


@dataclass(frozen=True)
class CapacityEquation(FixedPointEquation):
    """Density evolution with room for a share `kept` of the skills, the most popular ones; where all are alike, any.

    A text meets a kept skill with probability g (`met`), E[W; kept] for popularities W. With q the probability that the skill at the end of
    a random edge is kept and still novel, 1 - g + q is that it is novel, so
        q = g eps lambda_kept(1 - T(1 - g + q)),   zeta = 1 - kept + kept eps L_kept(1 - T(1 - g + q)).
    `ensemble` states the kept skills: their law, and g eps in place of eps. Use `of`.

    >>> from deanalysis.model import Poisson, SkillLearner
    >>> from deanalysis.model.symbols import R, c, letter
    >>> paper = Ensemble(Poisson(c), Poisson(c * R))
    >>> CapacityEquation.of(paper, SkillLearner(1), "k").right_side
    k*exp(-R*c*exp(-c*(-k + q + 1)))
    """

    kept: sp.Expr = sp.S.One
    met: sp.Expr = sp.S.One

    @classmethod
    def of(cls, ensemble: Ensemble, learner: Learner, kept: Value) -> Self:
        """Return the equation of an ensemble and a learner with room for a share of the skills.

        Raises `InputError` where the share is not in (0, 1], and where a law of skills has no order of popularity.
        """
        share = require_between(exact(kept, _SHARE), 0, 1, _SHARE, open_low=True)
        law, met = most_popular(ensemble.skills, share)
        return cls(Ensemble(ensemble.texts, law, met * ensemble.unknown), learner, share, met)

    @property
    def known(self) -> sp.Expr:
        """g - q, the probability that the skill at the end of a random edge is kept and known, not counting that edge."""
        return self.met - q

    def left(self, untaught: sp.Expr) -> sp.Expr:
        """Return 1 - kept + kept eps L_kept(phi): a random skill is not kept, or still novel."""
        return 1 - self.kept + self.kept * self.ensemble.unknown / self.met * self.ensemble.skills.pgf(untaught)

    @cached_property
    def taught(self) -> sp.Expr:
        """The integral of T(1 - g + u) from u = 0 to q."""
        whole = FixedPointEquation(self.ensemble, self.learner).taught
        return whole.xreplace({q: 1 - self.known}) - whole.xreplace({q: 1 - self.met})

    @property
    def completes(self) -> bool:
        """Whether q = 0 is a fixed point: only where all skills are kept."""
        return bool(self.met == 1 and super().completes)

    @cached_property
    def never_starts(self) -> str | None:
        """The reason why nothing is ever learned; None where learning starts."""
        ensemble = replace(self.ensemble, unknown=self.ensemble.unknown / self.met)
        return FixedPointEquation(ensemble, self.learner).never_starts

    @property
    def has_room(self) -> bool:
        """Whether all skills are kept."""
        return bool(self.kept == 1)

    @property
    def limits(self) -> list[Limit]:
        """What the letters must satisfy."""
        return [*super().limits, *(Limit(share, 0, 1) for share in (self.kept, self.met, self.ensemble.unknown / self.met))]

    @cached_property
    def letters(self) -> frozenset[sp.Symbol]:
        """Letters that are still free."""
        return self.ensemble.letters | self.learner.letters | self.kept.free_symbols | self.met.free_symbols

    def bind(self, bound: Mapping[sp.Symbol, sp.Expr]) -> Self:
        """Return a copy with letters bound."""
        shares = (bind(share, bound, _SHARE) for share in (self.kept, self.met))
        return type(self)(self.ensemble.bind(bound), self.learner.bind(bound), *shares)
