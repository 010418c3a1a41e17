"""How often fits hold what is true, and refuse what is not: `PYTHONPATH=tests python tests/benchmarks/recovery.py [DRAWS [NAME...]]`.

Rows of the tables in README.md: for each parameter how many of the intervals hold it, and their mean width; for each other kind of curve,
for how many draws every model of the theory is refused, and the model that is nearest to it without noise.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from time import process_time

import numpy as np
from routes import known_curves as known

from deanalysis import Candidate, CurveFit, fit

DRAWS, WORKERS = 100, 2


def recovered(name: str, seed: int) -> tuple[CurveFit, float]:
    """Return the fit of one draw of a known model, and the seconds that it took."""
    model, began = known.KNOWN[name], process_time()
    group = "group" if len(model.curves) > 1 else None
    found = fit(model.drawn(seed), "x", "y", group=group, error="error", compare=False, **model.options)
    return found, process_time() - began


def by_theory(name: str, noise: float | known.Floats) -> list[Candidate]:
    """Return the models of the theory beside a curve of another kind."""
    x, clean = known.OTHERS[name]
    found = fit({"x": x, "y": clean + noise, "error": [known.ERROR_OF_OTHERS] * len(x)}, "x", "y", error="error", compare=False)
    return [one for one in found.candidates if one.kind == "theory"]


def refused(name: str, seed: int) -> bool:
    """Return whether no model of the theory fits one draw of a curve of another kind."""
    noise = np.random.default_rng(seed).normal(0, known.ERROR_OF_OTHERS, len(known.OTHERS[name][0]))
    return not any(one.verdict == "fits" for one in by_theory(name, noise))


def show(name: str, draws: list[tuple[CurveFit, float]]) -> None:
    """Print the rows of a known model."""
    fits = sum(found.fits for found, _ in draws)
    seconds = np.mean([taken for _, taken in draws])
    for parameter, value in known.KNOWN[name].every.items():
        intervals = [known.interval_of(found, parameter) for found, _ in draws]
        held = sum(known.holds(interval, value) for interval in intervals)
        widths = [interval.high - interval.low for interval in intervals if interval.low is not None and interval.high is not None]
        width = f"{np.mean(widths):.3g}" if widths else "open"
        print(f"| {name} | {parameter} = {value:.4g} | {held} of {len(draws)} | {width} | {fits} | {seconds:.2g} s |", flush=True)


def main(draws: int, names: list[str]) -> None:
    """Print every row."""
    with ProcessPoolExecutor(WORKERS) as pool:
        for name in names or known.KNOWN:
            if name in known.KNOWN:
                show(name, list(pool.map(recovered, [name] * draws, range(draws))))
        for name in names or known.OTHERS:
            if name in known.OTHERS:
                count = sum(pool.map(refused, [name] * draws, range(draws)))
                nearest = min(by_theory(name, 0.0), key=lambda one: one.chi_square)
                values = ", ".join(f"{parameter} = {value:.3g}" for parameter, value in nearest.parameters.items())
                print(f"| {name} | {count} of {draws} | {nearest.model}: {nearest.chi_square:.4g} | {values} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS, sys.argv[2:])
