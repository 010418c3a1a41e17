"""How long chains take, beside plain rounds in floats: `python tests/benchmarks/chains.py`."""

from functools import partial

import numpy as np
from thresholds import timed

from deanalysis import ChainEvolution, load_model

_FEW = 5
_TOPICS, _WINDOW, _MEAN = 50, 3, 5


def iterated(ratio: float) -> None:
    """Iterate the equations in floats until they change by less than 1e-12, which proves nothing."""
    kernel, q, change = np.ones(_WINDOW) / _WINDOW, np.ones(_TOPICS), 1.0
    while change > 1e-12:
        taught = np.exp(-_MEAN * np.convolve(q, kernel))
        after = np.exp(-_MEAN * ratio * np.convolve(taught, kernel, "valid"))
        change, q = float(np.max(np.abs(after - q))), after


def main() -> None:
    """Print every row."""
    evolution = ChainEvolution(load_model(f"chain(paper, {_TOPICS}, {_WINDOW})").ensemble)
    for ratio in ("0.99", "1.1"):
        proved = timed(partial(evolution.fixed_point, c=_MEAN, R=ratio), _FEW)
        plain = timed(partial(iterated, float(ratio)), _FEW)
        print(f"{_TOPICS} topics, state at R = {ratio}, proved to 15 digits: {proved:.3f} s; {proved / plain:.1f} x rounds in floats")
    found = timed(lambda: evolution.thresholds("R", c=_MEAN, digits=10), 1)
    plain = timed(lambda: iterated(1.0003839), 1)
    print(f"{_TOPICS} topics, all jumps to 10 digits: {found:.1f} s; {found / plain:.1f} x rounds in floats just above the last one")


if __name__ == "__main__":
    main()
