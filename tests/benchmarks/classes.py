"""How long several classes take, as whole processes and beside plain iteration: `python tests/benchmarks/classes.py`."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import sympy as sp
from thresholds import timed

from deanalysis import ClassEvolution, load_model
from deanalysis.balls.numerical.floats import compile_floats

_FEW = 5
_TWO = """
[skills.double]
share = "A/(A+B)"
degrees = "regular(2)"
[skills.five]
share = "B/(A+B)"
degrees = "regular(5)"
[texts.slots]
ratio = "1/(A+B)"
skills = {double = "poisson(2*A)", five = "poisson(5*B)"}
"""
_WEAK = """
[skills.a]
share = "1/2"
[skills.b]
share = "1/2"
[texts.t]
ratio = "R"
skills = {a = "poisson(4)", b = "poisson(1/4)"}
[texts.u]
ratio = "R/2"
skills = {a = "poisson(1/4)", b = "poisson(6)"}
learner = "2-skill"
"""


def coupled(topics: int, window: int = 3) -> str:
    """Return a (3,6) code spread over a chain, with a class for each topic."""
    places, lines = range(1, topics + 1), list[str]()
    for t in places:
        texts = ", ".join(f'p{t + k} = "regular(1)"' for k in range(window))
        lines.append(f'[skills.t{t}]\nshare = "1/{topics}"\nunknown = "eps"\ntexts = {{{texts}}}\n')
    for p in range(1, topics + window):
        skills = ", ".join(f't{t} = "regular(2)"' for t in range(p - window + 1, p + 1) if t in places)
        lines.append(f'[texts.p{p}]\nratio = "1/{2 * topics}"\nskills = {{{skills}}}\n')
    return "".join(lines)


def twelve() -> str:
    """Return 12 classes of which each of 12 types of texts has some skills."""
    classes = (f'[skills.k{k}]\nshare = "1/12"\n' for k in range(12))
    laws = (", ".join(f'k{k} = "poisson({1 + (3 * j + 5 * k) % 7}/8)"' for k in range(12)) for j in range(12))
    types = (f'[texts.t{j}]\nratio = "R*{j + 1}/40"\nskills = {{{law}}}\n' for j, law in enumerate(laws))
    return "".join([*classes, *types])


def command(*options: str) -> Callable[[], object]:
    """Run the command line as a process of its own."""
    return lambda: subprocess.run([sys.executable, "-m", "deanalysis", "classes", *options], check=True, capture_output=True)


def iterated(path: Path) -> Callable[[], object]:
    """Iterate the equations in floats until they change by less than 1e-12, which proves nothing."""
    bound = ClassEvolution(load_model(str(path)).ensemble).at(R="2.4")
    step = compile_floats(sp.Tuple(*bound.right_sides), *bound.unknowns)

    def work() -> None:
        state, change = np.ones(len(bound.unknowns)), 1.0
        while change > 1e-12:
            following = np.array(step(*state))
            change, state = float(np.max(abs(following - state))), following

    return work


def main() -> None:
    """Print every row."""
    with tempfile.TemporaryDirectory() as folder:
        many, two = Path(folder, "twelve.toml"), Path(folder, "two.toml")
        many.write_text(twelve())
        two.write_text(_TWO)
        evolution = ClassEvolution(load_model(str(many)).ensemble)
        evolution.fixed_point(R="2.4")
        proved, plain = timed(lambda: evolution.fixed_point(R="2.4"), _FEW), timed(iterated(many), _FEW)
        print(
            f"12 x 12, state at R = 2.4, proved to 15 digits, compiled before: {proved:.3f} s; {proved / plain:.1f} x iteration in floats"
        )
        print(f"process: 12 x 12, state at R = 2.4: {timed(command(str(many), '--set', 'R=2.4'), _FEW):.2f} s")
        print(f"process: 12 x 12, all jumps for R from 1 to 5: {timed(command(str(many), '--search', '1:5'), 1):.0f} s")
        drawn = ("--region", "A=0:1", "B=0:1", "-o", str(Path(folder, "region.svg")))
        print(f"process: region of two classes, with its figure: {timed(command(str(two), *drawn), _FEW):.2f} s")
        weak = Path(folder, "weak.toml")
        weak.write_text(_WEAK)
        start = timed(lambda: subprocess.run([sys.executable, "-m", "deanalysis", "presets"], check=True, capture_output=True), _FEW)
        one = timed(command(str(weak)), _FEW)
        print(f"process: two classes weakly coupled, all jumps: {one:.2f} s; {one / start:.1f} x a process that computes nothing")
        for topics in (2, 10):
            chain = Path(folder, f"chain{topics}.toml")
            chain.write_text(coupled(topics))
            one = timed(command(str(chain), "--parameter", "eps"), 1)
            print(f"process: a (3,6) code coupled over {topics} classes, all jumps: {one:.2f} s; {one / start:.1f} x one without work")
        print(f"process: two classes, all jumps in A: {timed(command(str(two), '--set', 'B=0.5', '--search', '0.01:1'), _FEW):.2f} s")


if __name__ == "__main__":
    main()
