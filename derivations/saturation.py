"""In a chain of topics the paper's learner needs R = 1 texts per skill of a topic, whatever c > e is, and its front moves at a known speed.

Let the chain be uniform, with L topics and texts of W neighbouring ones. What is proved in the literature (Yedla, Jian, Nguyen, Pfister,
IEEE Trans. IT 60(12), 2014; for LDPC codes Kudekar, Richardson, Urbanke, IEEE Trans. IT 57(2), 2011): where the potential of one topic has
its minimum in the learned state, by a gap to all other fixed points, a chain of any length is learned as far as that state, if W is larger
than a constant over the gap; and where it has it elsewhere, chains of a given W that are long enough are not learned. So as L and then W
grow, the threshold of a chain rises to the potential threshold of one topic. What is derived here: that this is R = 1, as the potential
takes the same value there in both outer fixed points; how the gap opens past it; and the speed of the front next to it.

What W costs: both open ends together take (W - 1)/L more texts per skill; and at finite W the front stands up to some R above 1, where the
lattice of topics pins it. By the literature that is at most of the order 1/W. By iteration it falls much faster: at c = 5 the front stands
up to R = 1 + 0.018, 3.8e-4, 7.9e-6, 1.5e-7 for W = 2, 3, 4, 5. It depends on c/W, the skills that a text has in one topic, and on little
else: up to 1 + 0.0036, 0.022, 0.078, 0.45, 1.4 for c/W = 2, 2.5, 3, 4, 5 (c from 8 to 20). These are numerical, not proved.
"""

from itertools import pairwise

import sympy as sp

from deanalysis import DensityEvolution, R, c, load_model, q
from deanalysis.present.paper.derivations import Derivation, Range, Step, present
from deanalysis.theory.chains.fronts.equations import ChainEnergy, ahead, behind

model = load_model("paper")
evolution = DensityEvolution(model.ensemble, model.learner)
energy = ChainEnergy(evolution)

texts = sp.symbols("x_1:5", positive=True)
shift = sp.symbols("d_1:5", real=True)
s = sp.Symbol("s", real=True)
k, topics, window, integral = sp.symbols("k L W J", positive=True)
place = sp.Symbol("n", integer=True)
a, b = k ** (-1 / (k - 1)), k ** (-k / (k - 1))
mean = sp.log(k) / (k - 1) * k ** (k / (k - 1))

taught = {x: sp.exp(-c * x) for x in texts}
topic = [sp.exp(-c * R * (taught[x] + taught[y]) / 2) for x, y in pairwise(texts)]
after = [sp.Add(*topic[max(i - 1, 0) : i + 1]) / 2 for i in range(len(texts))]


def own(x: sp.Expr) -> sp.Expr:
    """Return x g(x) - G(x) for g = 1 - T, where G(0) = 0."""
    return -x * sp.exp(-c * x) + (1 - sp.exp(-c * x)) / c


chain_energy = sp.Add(*map(own, texts)) - sp.Add(*topic) / (c * R)
moved = chain_energy.xreplace({x: x + s * step for x, step in zip(texts, shift, strict=True)})
gradient = sp.Add(*(c * taught[x] * (x - new) * step for x, new, step in zip(texts, after, shift, strict=True)))
gap = evolution.potential.xreplace({q: a}) - evolution.potential.xreplace({q: b})
at_one = {R: sp.S.One, c: mean}
opening = energy.gap_rate(R).xreplace({R: sp.S.One})
for here, there in ((behind, ahead), (ahead, behind)):
    opening = opening.subs(sp.exp(-c * sp.exp(-c * here)), here).subs(sp.exp(-c * here), there)
fall, slope = c * sp.exp(-c * q), sp.diff(evolution.right_side, q)
height = evolution.potential - evolution.potential.xreplace({q: behind})
steepness = 24 * height / ((window**2 - 1) * slope * fall)


inside = (*(Range(x, 0, 1) for x in texts), *(Range(step, -1, 1) for step in shift), Range(c, 1, 8), Range(R, 0, 3))
ratio = (Range(k, 1, 400),)

derivation = Derivation(
    name="speed of a front in a chain of topics",
    symbol="v",
    steps=(
        Step(
            sp.diff(moved, s).xreplace({s: sp.S.Zero}),
            gradient,
            "the energy of a chain (three topics, W = 2, texts at four positions) has the gradient g'(x_t)(x_t - x_t after a round)",
            inside,
            "Yedla, Jian, Nguyen, Pfister, IEEE Trans. IT 60(12), 2014",
        ),
        Step(
            own(q) - sp.exp(-c * R * sp.exp(-c * q)) / (c * R),
            evolution.potential,
            "where all topics are in one state, each has the potential of one topic as its energy",
            (Range(q, 0, 1), Range(c, 1, 8), Range(R, 0, 3)),
        ),
        Step(b, sp.exp(-mean * a), "k > 1 gives a pair a > b with b = e^{-ca}, a = e^{-cb}, for one c > e: here b", ratio),
        Step(a, sp.exp(-mean * b), "and here a: so a and b are the outer fixed points at R = 1", ratio),
        Step(gap.xreplace(at_one), sp.S.Zero, "they tie: R = 1 is the potential threshold, whatever c is", ratio),
        Step(
            energy.gap_rate(R).xreplace({ahead: a, behind: b}).xreplace(at_one),
            (a - b) / mean,
            "past it the gap opens at the rate (a - b)/c",
            ratio,
        ),
        Step(R * (topics + window - 1) / topics, R + R * (window - 1) / topics, "what the two open ends cost", (Range(R, 0, 3),)),
        Step(
            sp.summation((place - (window - 1) / 2) ** 2, (place, 0, window - 1)) / window,
            (window**2 - 1) / 12,
            "a mean over W topics adds half of this times the second derivative, for functions that change slowly",
        ),
        Step(
            fall**2 * steepness,
            24 / (window**2 - 1) * energy.density**2,
            "a wide front has (W^2 - 1)/24 f' g' (dx/dt)^2 = U(x) - U(q_0), so that (g' dx/dt)^2 is this; "
            "and the integral of g' (dx/dt)^2 over t is that of g' dx/dt over x",
            (*(Range(letter, 0, 1) for letter in (q, behind)), Range(c, 1, 8), Range(R, 0, 3), Range(window, 2, 9)),
        ),
        Step(
            sp.sqrt((window**2 - 1) / 24) * (R - 1) * opening / integral,
            sp.sqrt((window**2 - 1) / 24) * (R - 1) * (ahead - behind) / (c * integral),
            "a front that moves by v topics in a round loses v times the gap, and v^2 times the integral of g' (dx/dt)^2; here J is the "
            "integral of (g' (U - U(q_0))/f')^(1/2) from q_0 to q_1 at R = 1, where T changes these two for each other",
        ),
    ),
    reference="El-Khatib, Macris, Richardson, Urbanke, ITW 2016, for the argument; the formulas are derived here",
)

if __name__ == "__main__":
    present(derivation)
