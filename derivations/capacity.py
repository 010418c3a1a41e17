"""A learner with room for a share k of the skills has the same equation with other letters; its threshold in closed form."""

import sympy as sp

from deanalysis import Capacity, DensityEvolution, Ensemble, Pareto, Poisson, R, SkillLearner, c, letter
from deanalysis.model.popularity import most_popular
from deanalysis.model.symbols import q
from deanalysis.present.paper.derivations import Derivation, Range, Step, present

k = letter("k")
where = (Range(q, 0, 1), Range(c, 4, 9), Range(k, sp.Rational(4, 5), 1), Range(R, 0, 9))
paper = Ensemble(Poisson(c), Poisson(c * R))
capacity = Capacity.of(paper, SkillLearner(1), k)
plain = DensityEvolution(paper, SkillLearner(1))
u = -sp.LambertW(-1 / (c * k))
emergence = next(one for one in capacity.thresholds(R).emergence)
assert emergence.closed_form is not None

derivation = Derivation(
    name="room for a share of the skills",
    symbol="R^*",
    steps=(
        Step(
            capacity.right_side.subs(q, k * q) / k,
            plain.right_side.subs({c: k * c, R: R * sp.exp(-c * (1 - k)) / k}, simultaneous=True),
            "with q = k q': c becomes kc and R becomes R e^(-c(1-k))/k, for a text may have no skill for which there is no room",
            where,
        ),
        Step(
            most_popular(Pareto(c, 3), k)[1],
            k ** sp.Rational(2, 3),
            "Pareto: the k most popular have W > w with P(W > w) = k, mean k^(-1/a), so they are met k^(1-1/a) of the time, a = 3",
            where,
        ),
        Step(
            emergence.closed_form.expression,
            k * sp.exp(c * (1 - k)) * u / (c * k) * sp.exp(1 / u),
            "R* = k e^(c(1-k)) R*(kc), u = -W_0(-1/(kc))",
            where,
        ),
    ),
    reference="theory, section 4, by the substitution there; room for some skills: Nayak, Varshney, arXiv:2410.01243",
)

if __name__ == "__main__":
    present(derivation)
