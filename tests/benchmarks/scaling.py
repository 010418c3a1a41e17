"""How long scaling laws take, beside the routes that confirm them: `PYTHONPATH=tests python tests/benchmarks/scaling.py`."""

import subprocess
import sys

import numpy as np
from routes.covariance import CovarianceEvolution
from thresholds import timed

from deanalysis import DensityEvolution, load_model, partial_sum, simulate
from deanalysis.theory.evolution.thresholds.find import GUARD, AtThreshold
from deanalysis.theory.scaling.equations.fluctuations import Fluctuations
from deanalysis.theory.scaling.finite_size import finite_size

_FEW = 5


def main() -> None:
    """Print every row."""
    model = load_model("paper")
    evolution = DensityEvolution(model.ensemble, model.learner).at(c=4)
    (jump,) = evolution.thresholds("R", kind="emergence", digits=15 + GUARD)
    place = AtThreshold(evolution, jump)
    closed = timed(lambda: finite_size(place, 15), _FEW)
    print(f"finite size in closed form, from the threshold: {1e3 * closed:.3g} ms")
    bound = evolution.at(R=str(jump.value))
    covariance = CovarianceEvolution(Fluctuations(bound, place.parameter), float(jump.fixed_point or 0))
    integrated = timed(covariance.variance, _FEW)
    print(f"covariance evolution: {1e3 * integrated:.3g} ms, {integrated / closed:.3g} x closed form")
    law = finite_size(place, 15)

    def graphs() -> None:
        value = law.value_at(0.5, 10_000)
        simulate(model.ensemble.at(c=4, R=repr(value)), model.learner, skills=10_000, replicates=400, seed=1, workers=1)

    drawn = timed(graphs, 1)
    print(f"400 graphs of 10^4 skills, for one point to 2.5 %: {drawn:.3g} s, {drawn / closed:.3g} x closed form")
    series = timed(lambda: partial_sum(evolution, 10, R=3), _FEW)
    solved = timed(lambda: evolution.fixed_point(R=3), _FEW)
    print(f"ten terms of the series, with their bound: {1e3 * series:.3g} ms; the proved fixed point: {1e3 * solved:.3g} ms")
    once, many = timed(lambda: evolution.one_pass(R=2), _FEW), timed(lambda: evolution.epochs(6, R=2), _FEW)
    print(f"one pass, proved: {1e3 * once:.3g} ms; six passes in floats: {1e3 * many:.3g} ms")
    command = [sys.executable, "-m", "deanalysis", "scaling", "paper", "--parameter", "R", "--set", "c=5"]
    process = float(np.median([timed(lambda: subprocess.run(command, check=True, capture_output=True), 1) for _ in range(_FEW)]))
    print(f"process, deanalysis scaling paper --parameter R --set c=5: {process:.3g} s")


if __name__ == "__main__":
    main()
