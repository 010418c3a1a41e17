"""The equations of training that ends early: one pass over the texts, further ones, and room for some of the skills only."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import sympy as sp

from ...checks import require_between
from ...model.degrees import Ensemble
from ...model.exact import Limit, Value, bind, exact
from ...model.laws import Poisson
from ...model.learners import Learner, SkillLearner
from ...model.popularity import most_popular
from ...model.symbols import q
from ..evolution.equations.density_evolution import FixedPointEquation

_SHARE = "the share of skills kept"

tau = sp.Symbol("tau", positive=True)
"""The probability that the text at a random edge has taught the skill there, not counting other edges."""


@dataclass(frozen=True)
class OnePass:
    """Learning in one pass, at the time t in [0, 1]: the fraction of texts presented.

    An edge of a skill teaches it if its text came before t and at most the others that the learner allows were novel *then*. So
        q(t) = eps lambda(1 - tau(t)),   zeta(t) = eps L(1 - tau(t)),   dtau/dt = T(q(t)),   tau(0) = 0,
    and t = int_0^tau du/T(eps lambda(1 - u)). For Poisson laws that is dq/dR = -c q T(q) (theory, section 5).

    >>> from deanalysis.model import Ensemble
    >>> from deanalysis.model.symbols import R, c
    >>> OnePass(FixedPointEquation(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1))).slowness
    exp(c*exp(-R*c*tau))
    """

    equation: FixedPointEquation

    @cached_property
    def state(self) -> sp.Expr:
        """q(tau) = eps lambda(1 - tau)."""
        return self.equation.ensemble.unknown * self.equation.ensemble.skills.edge_pgf(1 - tau)

    @cached_property
    def novel(self) -> sp.Expr:
        """zeta(tau) = eps L(1 - tau)."""
        return self.equation.left(1 - tau)

    @property
    def teaching(self) -> sp.Expr:
        """T(q(tau)), the rate dtau/dt."""
        return self.equation.teaching.xreplace({q: self.state})

    @cached_property
    def slowness(self) -> sp.Expr:
        """dt/dtau."""
        return sp.powsimp(1 / self.teaching)

    @property
    def testing_error(self) -> sp.Expr:
        """The error of one more text at the state q(tau)."""
        return self.equation.testing_error.xreplace({q: self.state})

    def understood_rate(self, last: sp.Expr) -> sp.Expr:
        """Return what a training text gains by what it taught itself, by dtau: the errors of training are 1 - P(1 - q_1) - its integral.

        A text met at q with j novel skills teaches them with probability a_{j-1}; that counts where they would not all have been learned
        elsewhere by the end, where q_1 = `last` is left: sum_j a_{j-1} (q^j - (q - q_1)^j) P^(j)(1-q)/j!.
        """
        sums, known = self.equation.of_nodes, self.equation.known
        gained = sums.learned_from(known, q) - sums.learned_from(known, q - last)
        return gained.xreplace({q: self.state}) * self.slowness

    @property
    def closed_form(self) -> sp.Eq | None:
        """Ei(c eps) - Ei(c q) = mu, mu = L'(1), for Poisson laws and the 1-skill learner; None otherwise."""
        ensemble, learner = self.equation.ensemble, self.equation.learner
        poisson = isinstance(ensemble.texts, Poisson) and isinstance(ensemble.skills, Poisson)
        if not (poisson and isinstance(learner, SkillLearner) and learner.s == 1):
            return None
        c = ensemble.texts.mean
        return sp.Eq(sp.Ei(c * ensemble.unknown) - sp.Ei(c * q), ensemble.skills.mean, evaluate=False)


@dataclass(frozen=True)
class CapacityEquation(FixedPointEquation):
    """Density evolution with room for a share `kept` of the skills, the most popular ones or any where all are alike; others stay novel.

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
        """Return the equation; raise `InputError` where the share is not in (0, 1], or a law of skills has no order of popularity."""
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
