"""Prior knowledge by degree is a smaller ensemble in which nothing is known; and what a text holds where some skills are hubs."""

from itertools import product

import sympy as sp

from deanalysis import DensityEvolution, Ensemble, Poisson, PoissonLearner, Polynomial, R, Regular, SkillLearner, Thinned, c, letter, q
from deanalysis.model.learners import Learner
from deanalysis.present.paper.derivations import Derivation, Range, Step, present
from deanalysis.theory.prior.equations import ByDegree

LEARNERS: tuple[Learner, ...] = (SkillLearner(1), SkillLearner(2), PoissonLearner("exp(-x/2)"))
TEXTS = Polynomial(((1, "1/4"), (2, "1/4"), (4, "1/2")))
SKILLS = Polynomial(((1, "1/2"), (2, "1/4"), (3, "1/8"), (6, "1/8")))
kept, alpha, beta, y, z, u = (letter(name) for name in ("k", "a", "b", "y", "z", "u"))
t = sp.Symbol("t")
shares = tuple(Range(symbol, 0, 1) for symbol in (q, kept, alpha, beta, u))
anywhere = (*shares, Range(c, 0, 6), Range(y, 0, 3), Range(z, 0, 3))
known = {1: alpha, 3: beta, 6: sp.S.One}
prior = ByDegree(Ensemble(TEXTS, SKILLS), known)
unknown = [(degree, share * (1 - known.get(degree, 0))) for degree, share in SKILLS.terms]


def thinned_text(learner: Learner, degree: int) -> Step:
    """Return the step from all states of the other skills of a text, each known before, learned or novel, to T of the thinned text."""
    chances = {"known": 1 - kept, "learned": kept * (1 - q), "novel": kept * q}
    counted = sp.Integer(0)
    for states in product(chances, repeat=degree - 1):
        counted += sp.prod([chances[state] for state in states]) * learner.probability(states.count("novel"))
    thinned = DensityEvolution(Ensemble(Thinned(Regular(degree), kept), Poisson(R)), learner)
    return Step(counted, thinned.teaching, f"texts of {degree} skills teach as they do without their known skills, {learner}", anywhere)


def thinned_texts(learner: Learner) -> list[Step]:
    """Return the steps by which thinned texts at q are the texts themselves at k q: teaching, and the training error."""
    steps = []
    for texts in (TEXTS, Poisson(c)):
        whole, thinned = (DensityEvolution(Ensemble(law, Poisson(R)), learner) for law in (texts, Thinned(texts, kept)))
        for what, left, right in (
            ("T", thinned.teaching, whole.teaching),
            ("the training error", thinned.training_error, whole.training_error),
        ):
            steps.append(
                Step(
                    left, right.subs(q, kept * q), f"{what} of thinned texts at q is that of the texts at k q: {texts}, {learner}", anywhere
                )
            )
    return steps


def remaining(learner: Learner) -> list[Step]:
    """Return the steps from the ensemble of the unknown skills, with q/k for q, to lambda_unknown and L_unknown at 1 - T(q)."""
    smaller = DensityEvolution(prior.remaining, learner)
    zeta = smaller.ensemble.skills.pgf(1 - smaller.teaching)
    untaught = 1 - DensityEvolution(prior.ensemble, learner).teaching
    novel = sp.Add(*(share * untaught**degree for degree, share in unknown))
    edges = sp.Add(*(degree * share * untaught ** (degree - 1) for degree, share in unknown)) / SKILLS.mean
    return [
        Step((1 - prior.known) * zeta.subs(q, q / prior.kept), novel, f"zeta = L_unknown(1 - T(q)), {learner}", anywhere),
        Step(
            prior.kept * smaller.right_side.subs(q, q / prior.kept),
            edges,
            f"k f_remaining(q/k) = lambda_unknown(1 - T(q)), {learner}",
            anywhere,
        ),
    ]


def drawn(degree: int) -> Step:
    """Return the step from all sets of two hubs that a text may hold, and all states of its skills, to the coefficient of t^j in E(t)."""
    counted = sp.Integer(0)
    for first, second in product((0, 1), repeat=2):
        others = degree - first - second
        novel = sp.Add(*(sp.binomial(others, k) * (u * q) ** k * (1 - q) ** (others - k) for k in range(others + 1)))
        hubs = (y * (1 - alpha + u * alpha)) ** first * (z * (1 - beta + u * beta)) ** second
        counted += hubs * novel / sp.factorial(others)
    factors = (1 + y * t * (1 - alpha + u * alpha)) * (1 + z * t * (1 - beta + u * beta))
    whole = sp.expand(factors * sp.Add(*((t * (1 - q + u * q)) ** k / sp.factorial(k) for k in range(degree + 1))))
    return Step(
        counted, whole.coeff(t, degree), f"[t^{degree}] E(t): the sets of hubs, y and z, that a text of {degree} skills may hold", anywhere
    )


def taught_by(learner: Learner, length: int) -> sp.Expr:
    """Return sum_k a_k [t^length u^k] exp(t (1 - q + u q)), times length!: the chance that so many other skills let a text teach."""
    return sp.Add(*(learner.probability(k) * sp.binomial(length, k) * q**k * (1 - q) ** (length - k) for k in range(length + 1)))


def without_hubs(learner: Learner) -> list[Step]:
    """Return the steps to T(q) from E(t) = exp(t (1 - q + u q)), and from one hub y as it gets rare."""
    teaching = DensityEvolution(Ensemble(TEXTS, Poisson(R)), learner).teaching
    met = [(degree, share * degree / TEXTS.mean) for degree, share in TEXTS.terms]
    averaged = sp.Add(*(share * taught_by(learner, degree - 1) for degree, share in met))
    # [t^(j-1)] exp(t) / [t^j] (1 + y t) exp(t) = j/(1 + j y), so d_h = m y sum_j p_j j/(1 + j y)
    held = sp.Add(*(share / (1 + degree * y) for degree, share in met))
    by_hub = sp.Add(*(share / (1 + degree * y) * taught_by(learner, degree - 1) for degree, share in met)) / held
    return [
        Step(averaged, teaching, f"without hubs a text is binomial, and E(t) gives T(q), {learner}", anywhere),
        Step(sp.limit(by_hub, y, 0), teaching, f"a hub that gets rare is taught as the others are, {learner}", anywhere),
    ]


derivation = Derivation(
    name="prior knowledge by degree",
    symbol="f(q)",
    steps=(
        *(drawn(degree) for degree in (2, 3, 4)),
        *(step for learner in LEARNERS for step in without_hubs(learner)),
        *(thinned_text(learner, degree) for learner in LEARNERS for degree in (2, 3, 4)),
        *(step for learner in LEARNERS for step in thinned_texts(learner)),
        *(step for learner in reversed(LEARNERS) for step in remaining(learner)),
    ),
    reference="Richardson, Urbanke, Modern Coding Theory, 2008, section 3.9; prior knowledge by degree and hubs are derived here",
)

if __name__ == "__main__":
    present(derivation)
