"""The potential threshold of the 1-skill learner on Poisson texts and skills is R = 1 for every c > e, by a symmetry."""

from fractions import Fraction

import sympy as sp

from deanalysis import DensityEvolution, Ensemble, Poisson, R, SkillLearner, c, q
from deanalysis.present.paper.derivations import Derivation, Range, Step, present

evolution = DensityEvolution(Ensemble(texts=Poisson(c), skills=Poisson(c * R)), SkillLearner(1))
f, potential = evolution.right_side, evolution.potential
half = sp.exp(-c * q)
y = sp.Symbol("y", positive=True)
symmetric = -q * y + (1 - y - q) / c
inside = (Range(c, 1, 20), Range(q, 0, 1))
both = (*inside, Range(y, 0, 1))
middle = sp.LambertW(c) / c

derivation = Derivation(
    name="potential threshold R = 1",
    symbol=r"S(q, y) \text{ at } R_{\mathrm{pot}} = 1",
    steps=(
        Step(sp.diff(potential, q), sp.diff(evolution.teaching, q) * (f - q), "U' = T'(q)(f(q) - q)", (*inside, Range(R, 0, 4))),
        Step(f.subs(R, 1), half.subs(q, half), "at R = 1 one function is used twice: f = phi(phi(q)), phi(q) = e^{-cq}", inside),
        Step(f.subs(R, 1).subs(q, half), half.subs(q, f.subs(R, 1)), "so phi takes fixed points to fixed points", inside),
        Step(
            potential.subs(R, 1),
            symmetric.subs(y, half) + (q - half.subs(q, half)) / c,
            "U with y = phi(q), as S(q, y) where q = f(q)",
            inside,
        ),
        Step(half.subs(q, middle), middle, "phi itself has one fixed point, W(c)/c, which the exchange keeps", (Range(c, 1, 20),)),
        Step(
            sp.diff(half, q).subs(q, middle) ** 2,
            sp.LambertW(c) ** 2,
            "there f' = phi'^2 = W(c)^2 > 1 iff c > e: a maximum between two minima that change places, so both are global",
            (Range(c, Fraction(272, 100), 40),),
        ),
        Step(
            symmetric,
            symmetric.subs({q: y, y: q}, simultaneous=True),
            "S is symmetric: the exchange leaves the potential alone, so at R = 1 the two outer fixed points tie",
            both,
        ),
    ),
    reference="Yedla, Jian, Nguyen, Pfister, IEEE Trans. IT 60(12), 2014, for the potential; the symmetry is derived here",
)

if __name__ == "__main__":
    present(derivation)
