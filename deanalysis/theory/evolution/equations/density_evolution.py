"""Density evolution of an ensemble and a learner: the fixed-point equation and the errors, as formulas in q."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Self

import sympy as sp

from ....checks import check_count, require_kind
from ....errors import InputError
from ....model.degrees import Ensemble, require_popularity
from ....model.exact import Limit, Value, bindings
from ....model.formula import latex
from ....model.laws import Poisson
from ....model.learners import Learner, refuse_ideal
from ....model.symbols import q, x
from ..letters import Lettered
from .sums import TextSums

_ORDERS = 3
"""How many of the a_k of a learner with letters limit these: each is a condition more to solve, and all are checked when bound."""
_MOST_NESTED = 20
"""Rounds of a nested formula, which has no use beyond a few lines."""


@dataclass(frozen=True)
class FixedPointEquation(Lettered):
    """q = f(q) = eps lambda(1 - T(q)) for an ensemble and a learner, with what follows from its solution.

    q is the probability that the skill at the end of a random edge is still novel, not counting that edge; T(q) = sum_k a_k q^k
    rho^(k)(1-q)/k! that a text teaches a given novel skill of its own (Liao, Chang, Hong, arXiv:2404.07009; Richardson, Urbanke 2008, 3.9).

    >>> from deanalysis import R, SkillLearner, c
    >>> paper = FixedPointEquation(Ensemble(Poisson(c), Poisson(c * R)), SkillLearner(1))
    >>> paper.equation
    Eq(q, exp(-R*c*exp(-c*q)))
    """

    ensemble: Ensemble
    learner: Learner

    def __post_init__(self) -> None:
        require_kind(self.ensemble, Ensemble, "the ensemble", "an Ensemble, such as load_model('paper').ensemble")
        require_kind(self.learner, Learner, "the learner", "a Learner, such as SkillLearner(1)").check()

    @cached_property
    def of_edges(self) -> TextSums:
        """Sums over the other skills of a text that is met along an edge."""
        return TextSums(self.ensemble.texts, self.learner)

    @cached_property
    def of_nodes(self) -> TextSums:
        """Sums over the skills of a random text."""
        return TextSums(self.ensemble.texts, self.learner, of_nodes=True)

    @property
    def known(self) -> sp.Expr:
        """1 - q, the probability that the skill at the end of a random edge is known, not counting that edge."""
        return 1 - q

    @cached_property
    def teaching(self) -> sp.Expr:
        """T(q), the probability that a text teaches a given novel skill of its own."""
        taught = self.of_edges.teaches(self.known, 1 - self.known)
        return sp.factor_terms(taught) if isinstance(self.ensemble.texts, Poisson) else taught

    @cached_property
    def fading(self) -> sp.Expr:
        """-T'(q), with nothing in it that cancels (see `TextSums.fades`)."""
        return -sp.diff(self.teaching, q) if self.of_edges.terms is None else self.of_edges.fades(self.known, 1 - self.known)

    @cached_property
    def right_side(self) -> sp.Expr:
        """f(q) = eps lambda(1 - T(q))."""
        return self.ensemble.unknown * self.ensemble.skills.edge_pgf(1 - self.teaching)

    @property
    def equation(self) -> sp.Eq:
        """The equation q = f(q)."""
        return sp.Eq(q, self.right_side, evaluate=False)

    def _repr_latex_(self) -> str:
        return f"${latex(self.equation)}$"

    @cached_property
    def novel(self) -> sp.Expr:
        """zeta = eps L(1 - T(q)): probability that a random skill is still novel when learning has stopped."""
        return self.left(1 - self.teaching)

    def left(self, untaught: sp.Expr) -> sp.Expr:
        """Return eps L(phi): a random skill is novel, where the text at each of its edges has not taught it with probability phi."""
        return self.ensemble.unknown * self.ensemble.skills.pgf(untaught)

    def novel_of(self, popularity: sp.Expr) -> sp.Expr:
        """Return eps e^{-L'(1) w T(q)}: the probability that a skill of popularity w is novel when learning has stopped.

        Raises `InputError` where skills do not get their texts by popularity.

        >>> from deanalysis.model.learners import SkillLearner
        >>> FixedPointEquation(Ensemble(Poisson(2), Poisson(3)), SkillLearner(1)).novel_of(sp.Rational(1, 2))
        exp(-3*exp(-2*q)/2)
        """
        self.require_room("popularity")
        skills = self.ensemble.skills
        require_popularity(skills)
        return self.ensemble.unknown * sp.exp(-skills.mean * sp.sympify(popularity) * self.teaching)

    @cached_property
    def testing_error(self) -> sp.Expr:
        """1 - P(1-q): one more text, attached like the others, requires a novel skill."""
        return 1 - self.ensemble.texts.pgf(self.known)

    @cached_property
    def testing_error_uniform(self) -> sp.Expr:
        """1 - P(1-zeta): a fresh text that picks its skills uniformly requires a novel skill."""
        return 1 - self.ensemble.texts.pgf(1 - self.novel)

    @cached_property
    def training_error(self) -> sp.Expr:
        """1 - P(1-q) - sum_{j>=1} a_{j-1} q^j P^(j)(1-q)/j!: a training text is not understood; 0 where each teaches all that it holds."""
        if self.teaching == 1:
            return sp.S.Zero
        understood = self.of_nodes.learned_from(self.known, q)
        return 1 - (sp.factor_terms(understood) if isinstance(self.ensemble.texts, Poisson) else understood)

    @property
    def state(self) -> tuple[sp.Expr, ...]:
        """q, zeta and the errors, in the order of `FixedPoint`."""
        return q, self.novel, self.testing_error, self.testing_error_uniform, self.training_error

    @property
    def known_state(self) -> sp.Expr | None:
        """The fixed point where the equation states it: eps where learning never starts, f where it does not depend on q."""
        if self.never_starts:
            return self.ensemble.unknown
        return None if self.right_side.has(q) else self.right_side

    @property
    def has_room(self) -> bool:
        """Whether the learner has room for all skills."""
        return True

    def require_room(self, what: str) -> None:
        """Raise `InputError` unless the learner has room for all skills, which `what` needs."""
        if not self.has_room:
            raise InputError(what, "needs a learner with room for all skills")

    def require_peeling(self, what: str) -> None:
        """Raise `InputError` unless the learner uses one text at a time as well, which `what` needs."""
        refuse_ideal(self.learner, what)
        self.require_room(what)

    def after(self, rounds: int) -> sp.Expr:
        """Return q_l after a finite number of rounds, q_0 = eps and q_{l+1} = f(q_l), as a nested formula.

        >>> from deanalysis.model.learners import SkillLearner
        >>> FixedPointEquation(Ensemble(Poisson(2), Poisson(3)), SkillLearner(1)).after(1)
        exp(-3*exp(-2))
        """
        rounds = check_count(rounds, 0, _MOST_NESTED, "rounds")
        state = self.ensemble.unknown
        for _ in range(rounds):
            state = self.right_side.xreplace({q: state})
        return state

    @cached_property
    def taught(self) -> sp.Expr:
        """The integral of T from 0 to q: (1/c) E[a_0 + ... + a_{N-1}] with P(N = j) = q^j P^(j)(1-q)/j!, in closed form where possible."""
        texts, terms = self.ensemble.texts, self.of_edges.terms
        if terms is not None:
            return sp.Add(*(weight * self._taught(power, rate) for weight, power, rate in terms if weight != 0))
        y = sp.Symbol("y", positive=True)
        return sp.Integral(self.learner.success.subs(x, y), (y, 0, texts.mean * q)) / texts.mean

    def _taught(self, power: int, rate: sp.Expr) -> sp.Expr:
        """Integrate u^m rho^(m)(1 - b u) over u from 0 to q, by parts m times."""
        texts = self.ensemble.texts
        if rate == 0:
            return q ** (power + 1) / (power + 1) * texts.edge_derivative(sp.Integer(1), power)
        if power == 0:
            return (1 - texts.pgf(1 - rate * q)) / (rate * texts.mean)
        return (power * self._taught(power - 1, rate) - q**power * texts.edge_derivative(1 - rate * q, power - 1)) / rate

    @cached_property
    def potential(self) -> sp.Expr:
        """U(q) = -q T(q) + int_0^q T - eps L(1 - T(q))/L'(1), stationary exactly at the fixed points: U' = T'(q)(f(q) - q).

        Yedla, Jian, Nguyen, Pfister, IEEE Trans. IT 60(12), 2014, for this equation and without its constant.
        """
        skills = self.ensemble.skills
        return self.taught - q * self.teaching - self.ensemble.unknown * skills.pgf(1 - self.teaching) / skills.mean

    @property
    def completes(self) -> bool:
        """Whether q = 0 is a fixed point: a lone novel skill is always taught, and no skill is required by a single text."""
        support = self.ensemble.skills.support
        return bool(self.learner.probability(0) == 1 and support is not None and support[0] >= 2)

    @property
    def growth(self) -> sp.Expr:
        """f'(0) = eps lambda'(0) (a_0 - a_1) rho'(1), where q = 0 is a fixed point: it is stable iff this is below 1."""
        skills, texts = self.ensemble.skills, self.ensemble.texts
        fall = self.learner.probability(0) - self.learner.probability(1)
        return self.ensemble.unknown * (2 * skills.pmf(2) / skills.mean) * fall * texts.edge_derivative(sp.S.One, 1)

    @cached_property
    def never_starts(self) -> str | None:
        """The reason why T(eps) = 0, so that nothing is ever learned; None where learning starts."""
        support = self.ensemble.texts.support
        if support is None or self.ensemble.unknown != 1:
            return None
        chance = self.learner.probability(support[0] - 1)
        if chance.is_zero is not True:
            return None
        reason = f"learning never starts: every text requires at least {support[0]} skills"
        return reason if self.learner.probability(1).is_zero else f"{reason}, too many novel ones at once for this learner"

    @property
    def seed_growth(self) -> sp.Expr:
        """-T'(1) lambda'(1): where nothing is known and learning never starts, a small seed spreads iff this exceeds 1."""
        return -sp.diff(self.teaching, q).subs(q, 1) * self.ensemble.skills.edge_derivative(sp.Integer(1), 1)

    @cached_property
    def letters(self) -> frozenset[sp.Symbol]:
        """Letters that are still free."""
        return self.ensemble.letters | self.learner.letters

    @property
    def limits(self) -> list[Limit]:
        """What the letters must satisfy: those of the ensemble, and of the first a_k where the learner has letters."""
        if not self.learner.letters:
            return self.ensemble.limits
        chances = self.learner.probabilities(_ORDERS)
        falling = [Limit(before - after, 0, None) for before, after in pairwise(chances)]
        return [*self.ensemble.limits, Limit(chances[0], 0, 1), *falling, Limit(chances[-1], 0, None)]

    def at(self, **values: Value) -> Self:
        """Return a copy with letters bound by name, exactly."""
        return self.bind(bindings(values))

    def bind(self, bound: Mapping[sp.Symbol, sp.Expr]) -> Self:
        """Return a copy with letters bound, the same one for the same values."""
        key = frozenset(bound.items())
        if key not in self._copies:
            self._copies[key] = type(self)(self.ensemble.bind(bound), self.learner.bind(bound))
        return self._copies[key]

    @cached_property
    def _copies(self) -> dict[frozenset[tuple[sp.Symbol, sp.Expr]], Self]:
        return {}
