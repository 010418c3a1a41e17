"""When to stop training: texts spent on it against bits saved by it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy as sp
from flint import arb

from ...balls.numerical.floats import compile_floats
from ...checks import check_count
from ...errors import InputError
from ...model.exact import Value, exact_number
from ...model.symbols import q, t
from ...record import Record
from ..evolution.equations.curve import curve
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.thresholds.find import Place, both_sides
from ..scaling.compute import STATES, reached_states
from .equations import SemanticCode, cost_of
from .semantic_rate import Rate

_MOST = 10**12


@dataclass(frozen=True)
class Stop(Record):
    """How many texts to train on, of a stream of `stream` texts, so that all together take fewest bits.

    The texts of training go to both ends losslessly, R n of them; from then on a text takes what `compress` says at R. `bits` is the mean
    over the whole stream, `lossless_bits` what a text takes without training. `place` says whether the best is 'never' to train, just past
    an 'emergence', or in between ('smooth'); never, the coder still knows a text that requires no skill.
    """

    ratio: float
    texts: float
    bits: float
    lossless_bits: float
    stream: float
    place: str

    def __repr__(self) -> str:
        return f"<train on {self.texts:.8g} texts ({self.place}): {self.bits:.6g} bits per text instead of {self.lossless_bits:.6g}>"

    def _repr_latex_(self) -> str:
        return f"$R = {self.ratio:.8g}$"


def best_stop(
    evolution: FixedPointEquation,
    size: int,
    lossless_bits: Value,
    stream: Value,
    parameter: sp.Symbol | str | None = None,
    *,
    picks: str = "uniform",
    **values: Value,
) -> Stop:
    """Return how many texts of a stream to train on, in floats; the letter left free must be R, texts per skill.

    Minimises (R n ell + (S - R n) bits(R))/S over the states that learning reaches, and just past each jump.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("paper")
    >>> best_stop(DensityEvolution(model.ensemble, model.learner), 100_000, 256, "1e7", "R", c=5)
    <train on 245653.09 texts (emergence): 83.0125 bits per text instead of 256>
    """
    from scipy.optimize import minimize_scalar

    size = check_count(size, 1, _MOST, "size")
    total = float(exact_number(stream, "stream"))
    bound, letter = evolution.with_one_letter(parameter, values)
    if bound.ensemble.ratio != letter:
        raise InputError("stream", "needs R, texts per skill, to solve for", given=letter)
    if not total > 0:
        raise InputError("stream", "must be a positive number of texts", given=stream)
    cost = cost_of(lossless_bits)
    rate, bent = Rate(SemanticCode(bound, picks), cost, size), curve(bound, letter)
    lossless = float(Place().value(rate.code.lossless(cost)))
    ratio, state = (compile_floats(one, t) for one in (bent.value, bent.along(q)))

    def mean(value: float, at: float) -> float:
        """Return the mean bits of the stream, trained until a value of R and the state there."""
        spent = value * size / total
        if spent > 1:
            return np.inf
        bits = float(rate.balls(Place((q, letter), (arb(at), arb(value))), None)[1].mid())
        return spent * lossless + (1 - spent) * bits

    def on_curve(place: float) -> float:
        return mean(float(ratio(place)), float(state(place)))

    reached = reached_states(bent, ratio(STATES))
    means = np.array([on_curve(place) if there else np.inf for place, there in zip(STATES, reached, strict=True)])
    never = mean(0.0, float(bound.ensemble.unknown))
    candidates = [(min(lossless, never), 0.0, "never")]
    if np.isfinite(means).any():
        best = int(np.argmin(means))
        around = [STATES[place] if 0 <= place < len(STATES) and reached[place] else STATES[best] for place in (best - 1, best + 1)]
        found = minimize_scalar(on_curve, bounds=around, method="bounded", options={"xatol": 1e-10 * STATES[best]})
        candidates.append((float(found.fun), float(ratio(found.x)), "smooth"))
    for _, past in both_sides(bound, letter, 15, "stream"):
        jump, landed = (float(past.number(one, 15)) for one in (letter, q))
        candidates.append((mean(jump, landed), jump, "emergence"))
    bits, value, place = min(candidates)
    return Stop(value, value * size, bits, lossless, total, place)
