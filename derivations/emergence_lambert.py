"""The emergence threshold of the 1-skill learner on Poisson texts and skills, by Lambert's W."""

from fractions import Fraction

import sympy as sp

from deanalysis import DensityEvolution, Ensemble, Poisson, R, SkillLearner, c, q
from deanalysis.present.paper.derivations import Derivation, Range, Step, present

f = DensityEvolution(Ensemble(texts=Poisson(c), skills=Poisson(c * R)), SkillLearner(1)).right_side
inverse = -sp.log(q) * sp.exp(c * q) / c
u = -sp.LambertW(-1 / c)
above_e = Range(c, Fraction(272, 100), 50)
inside = Range(q, 0, 1)

derivation = Derivation(
    name="emergence threshold with Lambert W",
    symbol="R^*",
    steps=(
        Step(f.subs(R, inverse), q, "every fixed point q lies on one curve R(q)", (above_e, inside)),
        Step(
            sp.diff(inverse, q),
            -sp.exp(c * q) / (c * q) * (1 + c * q * sp.log(q)),
            "the curve turns where 1 + c q log q = 0",
            (above_e, inside),
        ),
        Step(1 + c * sp.exp(-u) * sp.log(sp.exp(-u)), sp.Integer(0), "q = e^{-u} with u e^{-u} = 1/c turns it", (above_e,)),
        Step(
            sp.diff(f, q).subs({R: u / c * sp.exp(1 / u), q: sp.exp(-u)}),
            sp.Integer(1),
            "f touches the diagonal there",
            (above_e,),
        ),
        Step(inverse.subs(q, sp.exp(-u)), u / c * sp.exp(1 / u), "R there, with c e^{-u} = 1/u", (above_e,)),
    ),
    reference="Liao, Chang, Hong, arXiv:2404.07009v3",
)

if __name__ == "__main__":
    present(derivation)
