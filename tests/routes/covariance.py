"""Covariance evolution of peeling: means and covariances of what is left, integrated numerically to the critical point.

An independent route to the variance that `Fluctuations` gives in closed form. The state holds, per skill, the edges that are not matched
(M), the novel skills by degree (N_d) and the texts by how many of their skills are not found yet, where those are more than s (V_u). With
theta = e^{-t1} and phi = e^{-t2} every edge that is left is found at rate 1, from the side of the texts along t1 and from that of the
skills along t2. Learned skills are followed at once: theta = eps lambda(phi). Along this path dC = (J C + C J' + sum rate x step step') dt.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deanalysis.balls.compiling import ball_of
from deanalysis.balls.numerical.floats import compile_floats
from deanalysis.errors import InputError
from deanalysis.model.degrees import DegreeDistribution, Ensemble
from deanalysis.model.symbols import q, x
from deanalysis.theory.scaling.equations.fluctuations import Fluctuations

_MOST_DEGREES, _RARE = 200, 1e-17
_TOLERANCE = 1e-11

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CovarianceEvolution:
    """Covariance evolution of a model without free letters, from the start to the critical state q = `critical`.

    Raises `InputError` where degrees above 200 matter.

    >>> from deanalysis import DensityEvolution, eps, load_model
    >>> model = load_model("ldpc(3,6)")
    >>> evolution = DensityEvolution(model.ensemble, model.learner).at(eps="0.429439814419492")
    >>> round(CovarianceEvolution(Fluctuations(evolution, eps), 0.260571072906576).variance(), 6)
    0.157827
    """

    fluctuations: Fluctuations
    critical: float

    def variance(self) -> float:
        """Return Var W per skill at the critical point, W = kappa M + (1 - kappa) N - H."""
        kappa = self._float(self.fluctuations.kappa)
        weights = np.concatenate([[kappa], (1 - kappa) * self._degrees, -self._left])
        return float(weights @ self.covariance() @ weights)

    def covariance(self) -> Floats:
        """Return the covariances of (M, N_1, N_2, ..., V_{s+1}, V_{s+2}, ...) per skill at the critical point."""
        from scipy.integrate import solve_ivp

        size, unknown = 1 + len(self._degrees) + len(self._left), float(self._ensemble.unknown)
        edge, slope = (compile_floats(self._ensemble.skills.edge_derivative(x, order), x) for order in (0, 1))

        def known_first(time: float, flat: Floats) -> Floats:
            return self._change(np.exp(-time), 1.0, 1.0, 0.0, flat.reshape(size, size)).ravel()

        def along(time: float, flat: Floats) -> Floats:
            phi = np.exp(-time)
            speed = phi * float(slope(phi)) / float(edge(phi))
            return self._change(unknown * float(edge(phi)), phi, speed, 1.0, flat.reshape(size, size)).ravel()

        state = _start(self.fluctuations, *self._masses).ravel()
        for rate, end in ((known_first, -np.log(unknown)), (along, -np.log(self._float(self.fluctuations.phi)))):
            if end > 0:
                state = solve_ivp(rate, (0, end), state, method="DOP853", rtol=_TOLERANCE, atol=_TOLERANCE).y[:, -1]
        return state.reshape(size, size)

    @property
    def _ensemble(self) -> Ensemble:
        return self.fluctuations.ensemble

    def _float(self, expression: Any) -> float:
        return float(compile_floats(expression, q)(self.critical))

    @cached_property
    def _masses(self) -> tuple[Floats, Floats]:
        return _masses_of(self._ensemble.skills), _masses_of(self._ensemble.texts)

    @cached_property
    def _degrees(self) -> Floats:
        return np.arange(1.0, len(self._masses[0]))

    @cached_property
    def _left(self) -> Floats:
        return np.arange(self.fluctuations.s + 1.0, len(self._masses[1]))

    @cached_property
    def _sides(self) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """For an edge found from the side of texts, and of skills: the edges that each count holds, and which pass on to the one before.

        The count of an edge that is found falls by 1, and where it passes on the one before grows by 1: J is as sparse as the steps.
        """
        skills, texts = len(self._degrees), len(self._left)
        of_text, of_skill = np.append(np.zeros(skills), self._left), np.append(self._degrees, np.zeros(texts))
        return (np.append(1, of_text), np.repeat([0.0, 1.0], [1 + skills, texts - 1])), (np.append(1, of_skill), np.zeros(skills + texts))

    def _change(self, theta: float, phi: float, of_texts: float, of_skills: float, covariance: Floats) -> Floats:
        """Return dC along the path, where t1 and t2 grow at the speeds `of_texts` and `of_skills`."""
        of_skill, of_text = self._masses
        edges = float(self._ensemble.skills.mean) * theta * phi
        from scipy.stats import binom

        degrees = np.arange(len(of_text))
        heavy = float(self._ensemble.ratio) * self._left * (binom.pmf(self._left[:, None], degrees, theta) @ of_text)
        novel = float(self._ensemble.unknown) * self._degrees * of_skill[1:] * phi**self._degrees
        rates = np.append(np.zeros(1 + len(novel)), heavy), np.concatenate([[0], novel, np.zeros(len(heavy))])
        total = np.zeros_like(covariance)
        for speed, (held, passed), rate in zip((of_texts, of_skills), self._sides, rates, strict=True):
            moved, noise = _step(held[:, None] * covariance, passed), _step(_step(np.diag(rate), passed).T, passed)
            noise[0] = noise[:, 0] = -_step(rate[:, None], passed)[:, 0]
            noise[0, 0] = edges
            total += speed * (moved + moved.T + noise)
        return total


def _step(counts: Floats, passed: Floats) -> Floats:
    """Return how the counts, rows, change as each loses what it holds, and those that pass on give it to the row before."""
    change = -counts
    change[:-1] += passed[:, None] * counts[1:]
    return change


def _masses_of(law: DegreeDistribution) -> Floats:
    """Return p_0, p_1, ... up to where degrees are too rare to matter."""
    masses: list[float] = []
    while len(masses) <= _MOST_DEGREES:
        masses.append(float(ball_of(law.pmf(len(masses))).mid()))
        last = law.support[1] if law.support else None
        if last == len(masses) - 1 or (last is None and len(masses) > law.mean and masses[-1] < _RARE):
            return np.array(masses)
    raise InputError("covariance evolution", f"needs degrees of at most {_MOST_DEGREES}", given=str(law))


def _start(fluctuations: Fluctuations, of_skill: Floats, of_text: Floats) -> Floats:
    """Return the covariances before anything is found: those of the degrees, and of which skills are known."""
    ensemble, unknown, s = fluctuations.ensemble, float(fluctuations.ensemble.unknown), fluctuations.s
    counts = _of_degrees(ensemble, of_skill, of_text, fluctuations.fixed)
    skills, places = len(of_skill), [*range(1, len(of_skill)), *range(len(of_skill) + s + 1, len(of_skill) + len(of_text))]
    state = np.zeros((1 + len(places), len(counts)))
    state[0, :skills] = np.arange(skills)
    state[range(1, len(places) + 1), places] = [unknown] * (skills - 1) + [1.0] * (len(places) - skills + 1)
    thinned = np.zeros(len(state))
    thinned[1:skills] = unknown * (1 - unknown) * of_skill[1:]
    return state @ counts @ state.T + np.diag(thinned)


def _of_degrees(ensemble: Ensemble, of_skill: Floats, of_text: Floats, fixed: bool) -> Floats:
    """Return the covariances of the numbers of skills of degree 0, 1, ... and of texts of degree 0, 1, ..., per skill."""
    sides = ((ensemble.skills, of_skill, 1.0), (ensemble.texts, of_text, float(ensemble.ratio)))
    mixed = [law.is_mixed_poisson for law, _, _ in sides]
    if fixed:
        skills, texts = (
            weight * (_shared(law, masses)[1] if law.is_mixed_poisson else 0 * np.diag(masses)) for law, masses, weight in sides
        )
        return np.block([[skills, np.zeros((len(skills), len(texts)))], [np.zeros((len(texts), len(skills))), texts]])
    order = -1 if mixed[0] and not mixed[1] else 1
    (_, first, weight), (law, second, other) = sides[::order]
    drawn, degrees = weight * (np.diag(first) - np.outer(first, first)), np.arange(len(first))
    slope, rest = (_shared if law.is_mixed_poisson else _used_up)(law, second)
    cross = np.outer(drawn @ degrees, slope)
    following = degrees @ drawn @ degrees * np.outer(slope, slope) + other * rest
    return np.block([[drawn, cross], [cross.T, following]] if order > 0 else [[following, cross.T], [cross, drawn]])


def _used_up(law: DegreeDistribution, masses: Floats) -> tuple[Floats, Floats]:
    """Return nodes by degree per edge, and their covariances at a given number of edges, if they are drawn until those are used up."""
    degrees, slope = np.arange(len(masses)), masses / float(law.mean)
    apart = np.eye(len(masses)) - np.outer(slope, degrees)
    return slope, apart @ (np.diag(masses) - np.outer(masses, masses)) @ apart.T


def _shared(law: DegreeDistribution, masses: Floats) -> tuple[Floats, Floats]:
    """Return the same where edges are shared out by popularity: nodes of popularity W have Poisson degrees of mean mu W."""
    mean, squares = float(law.mean), float(law.factorial_moment(2) / law.mean**2)
    above = np.append(masses[1:], 0) * np.arange(1, len(masses) + 1)
    grown, popular = masses * np.arange(len(masses)) - above, above / mean - masses
    tilted = np.outer(grown, popular)
    rest = np.diag(masses) - np.outer(masses, masses) + np.outer(grown, grown) * (squares - 1 - 1 / mean) - tilted - tilted.T
    return grown / mean, rest
