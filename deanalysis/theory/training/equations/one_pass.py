"""Texts presented in turn, each once and never again, or in several passes in the same order."""

from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from ....model.laws import Poisson
from ....model.learners import SkillLearner
from ....model.symbols import q
from ...evolution.equations.density_evolution import FixedPointEquation

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

    @cached_property
    def slowness(self) -> sp.Expr:
        """dt/dtau = 1/T(q(tau))."""
        return sp.powsimp(1 / self.equation.teaching.xreplace({q: self.state}))

    def understood_rate(self, last: sp.Expr) -> sp.Expr:
        """Return what a training text gains by what it taught itself, by dtau: the errors of training are 1 - P(1 - q_1) - its integral.

        A text met at q with j novel skills teaches them with probability a_{j-1}; that counts where they would not all have been learned
        elsewhere by the end, where q_1 = `last` is left: sum_j a_{j-1} (q^j - (q - q_1)^j) P^(j)(1-q)/j!.
        """
        sums = self.equation.of_nodes
        known = self.equation.known
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
