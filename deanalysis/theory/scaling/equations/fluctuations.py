"""How what decides whether learning stops fluctuates from graph to graph, for any degree laws and s-skill learner.

The route is that of exponential clocks (Janson, Luczak, Random Struct. Alg. 30, 2007). Edges are matched one by one, in two kinds of steps:
an edge of a learned skill finds its text, or an edge of a text that is ready to teach finds its skill. Let theta and phi be the fractions
of edges not found yet from the side of the texts and of the skills. Then, per skill and whatever the order,

* M, edges not matched: on average mu theta phi, mu = L'(1);
* N, edges of novel skills: eps mu phi lambda(phi);
* H, edges of texts with more than s skills not found yet: mu theta (1 - T(theta)).

M - N edges of learned skills are still to be followed, and M - H edges of texts that are ready. Learning stops where M = N = H: that is
density evolution, with theta = q and phi = 1 - T(q). Along M = N the edges of ready texts are, to first order, W = kappa M + (1 - kappa) N
- H with kappa = 1 + lambda(phi)/(phi lambda'(phi)). At the jump W is a random walk with a parabolic drift, and its least value decides
(Amraoui, Montanari, Richardson, Urbanke, IEEE Trans. IT 55(2), 2009). So three numbers are needed at the critical point: the variance of W,
that of its steps, and its curvature.
"""

from dataclasses import dataclass
from functools import cached_property

import sympy as sp

from ....errors import InputError
from ....model.degrees import Ensemble
from ....model.learners import SkillLearner
from ....model.symbols import q
from ...evolution.equations.density_evolution import FixedPointEquation
from ...evolution.equations.sums import DegreeFunction, binomial_parts, shared, used_up

_phi = sp.Symbol("phi", positive=True)


@dataclass(frozen=True)
class Fluctuations:
    """Variance, steps and curvature of W at the critical point, per skill and as formulas in q; the rest is division.

    `fixed`: degrees that are not mixed Poisson come in exact proportion, as in LDPC ensembles, and the number of edges is fixed. Otherwise
    graphs are as `deanalysis.simulate` draws them: the number of texts is fixed, and degrees are drawn independently.

    Raises `InputError` for a learner that is no s-skill learner.
    """

    equation: FixedPointEquation
    parameter: sp.Symbol
    fixed: bool = False

    def __post_init__(self) -> None:
        self.equation.require_peeling("finite-size scaling")
        if not isinstance(self.equation.learner, SkillLearner):
            raise InputError("finite-size scaling", "is known for s-skill learners", given=str(self.equation.learner))

    @property
    def ensemble(self) -> Ensemble:
        """The ensemble."""
        return self.equation.ensemble

    @property
    def s(self) -> int:
        """How many novel skills a text teaches at once."""
        return self.equation.learner.s  # type: ignore[attr-defined]

    @cached_property
    def phi(self) -> sp.Expr:
        """1 - T(q)."""
        return 1 - self.equation.teaching

    @cached_property
    def kappa(self) -> sp.Expr:
        """1 + lambda(phi)/(phi lambda'(phi))."""
        skills = self.ensemble.skills
        return 1 + skills.edge_pgf(self.phi) / (self.phi * skills.edge_derivative(self.phi, 1))

    @cached_property
    def variance(self) -> sp.Expr:
        """Var W per skill: that of the matching, where degrees are given, and that of the degrees."""
        return self._of_matching() + self._of_degrees()

    @cached_property
    def _heavy(self) -> DegreeFunction:
        """The mean number of edges not found yet, of a text of k skills, where more than s are left."""
        return DegreeFunction.power(1) * q - binomial_parts(self.s, q, 1)

    @cached_property
    def _left(self) -> DegreeFunction:
        """(1 - kappa) eps k phi^k, the part of a skill in W."""
        return DegreeFunction.power(1, self.phi) * ((1 - self.kappa) * self.ensemble.unknown)

    def _of_matching(self) -> sp.Expr:
        texts, skills, unknown, phi, kappa = self.ensemble.texts, self.ensemble.skills, self.ensemble.unknown, self.phi, self.kappa
        ratio, degree = self.ensemble.ratio, DegreeFunction.power(1)
        squares = (DegreeFunction.power(1) * (q * (1 - q)) + DegreeFunction.power(2) * q**2 - binomial_parts(self.s, q, 2)).mean(texts)
        novel = DegreeFunction.power(2, phi).mean(skills)
        of_edges = skills.mean * q * phi * (1 - q * phi)
        of_novel = unknown * novel - unknown**2 * DegreeFunction.power(2, phi**2).mean(skills)
        of_heavy = squares - (self._heavy * self._heavy).mean(texts)
        with_novel = unknown * (1 - phi) * novel
        with_heavy = phi * ratio * (squares - q * (degree * self._heavy).mean(texts))
        return (
            kappa**2 * of_edges
            + (1 - kappa) ** 2 * of_novel
            + ratio * of_heavy
            + 2 * kappa * (1 - kappa) * with_novel
            - 2 * kappa * with_heavy
        )

    def _of_degrees(self) -> sp.Expr:
        texts, skills, ratio, degree = self.ensemble.texts, self.ensemble.skills, self.ensemble.ratio, DegreeFunction.power(1)
        if self.fixed:
            texts_alone, skills_alone = (
                shared(law, function).rest if law.is_mixed_poisson else sp.Integer(0)
                for law, function in ((texts, self._heavy), (skills, self._left))
            )
            return ratio * texts_alone + skills_alone
        by_edge = self.kappa * q * self.phi
        if skills.is_mixed_poisson and not texts.is_mixed_poisson:
            of_skills = shared(skills, self._left)
            return ratio * (degree * (by_edge + of_skills.slope) - self._heavy).variance(texts) + of_skills.rest
        of_texts = (shared if texts.is_mixed_poisson else used_up)(texts, self._heavy)
        return (degree * (by_edge - of_texts.slope) + self._left).variance(skills) + ratio * of_texts.rest

    @cached_property
    def slope(self) -> sp.Expr:
        """dW/dp per skill at the critical point: positive where learning gets easier with p."""
        skills, unknown = self.ensemble.skills, self.ensemble.unknown
        kappa = sp.Dummy("kappa")
        heavy = q * (1 - self.equation.teaching)
        w = skills.mean * (kappa * q * _phi + (1 - kappa) * unknown * _phi * skills.edge_pgf(_phi) - heavy)
        return sp.diff(w, self.parameter).xreplace({kappa: self.kappa, _phi: self.phi})

    @cached_property
    def curvature(self) -> sp.Expr:
        """The second derivative of W per skill along phi at the critical point: mu q d^2/dphi^2 T(eps lambda(phi))."""
        skills, unknown = self.ensemble.skills, self.ensemble.unknown
        first, second = (unknown * skills.edge_derivative(self.phi, order) for order in (1, 2))
        teaching = self.equation.teaching
        return skills.mean * q * (sp.diff(teaching, q, 2) * first**2 + sp.diff(teaching, q) * second)

    @property
    def alpha(self) -> sp.Expr:
        """The width of the jump, as a share n^{-1/2} of the parameter; negative where learning gets harder with that."""
        return sp.sqrt(self.variance) / self.slope

    @property
    def beta_over_omega(self) -> sp.Expr:
        """The shift of the jump, as a share Omega n^{-2/3} of the parameter, with the sign of `alpha`."""
        return (self.steps**2 / self.curvature) ** sp.Rational(1, 3) / self.slope

    @cached_property
    def steps(self) -> sp.Expr:
        """The variance of the steps of W per skill and unit of phi."""
        texts, skills, unknown, phi, kappa, s = (
            self.ensemble.texts,
            self.ensemble.skills,
            self.ensemble.unknown,
            self.phi,
            self.kappa,
            self.s,
        )
        all_edges = skills.mean * q * phi
        lost = self.ensemble.ratio * q ** (s + 1) * texts.derivative(1 - q, s + 1) / sp.factorial(s)
        of_texts = (all_edges - lost) * (1 - kappa) ** 2 + lost * (s + 1 - kappa) ** 2
        squared = {2: 2 * kappa * (1 - kappa), 1: kappa**2, 3: (1 - kappa) ** 2}
        of_skills = unknown * DegreeFunction({(power, phi): weight for power, weight in squared.items()}).mean(skills)
        return of_texts * unknown * skills.edge_derivative(phi, 1) / q + of_skills / phi
