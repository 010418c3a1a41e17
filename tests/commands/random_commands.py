"""Random command lines, right ones and wrong ones, and what no command may leave behind.

By hand, for more of them: `python tests/commands/random_commands.py FIRST LAST SECONDS` runs the commands of these numbers, so long each at
most.
"""

import json
import re
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import process_time
from types import FrameType
from typing import Any

from command_line import LEVELS, Done, run_here

WRONG = ["0", "-1", "1", "nan", "inf", "1e400", "1e-400", " ", "x", "q", "1/0", "(", "2..3", "oo", "g*", "0^0", "regular(0)", "log(0)", "é"]
FILES = {
    "counts.csv": "degree,count\n1,5\n2,9\n4,3\n7,1\n",
    "learned.txt": "3\n1\n4\n15\n9\n2\n6\n",
    "texts.txt": "3 1 4\n\n1 5 9 2 6\n3 3\n",
    "levels.toml": LEVELS,
    "two.toml": """
        [skills.a]
        share = "1/4"
        degrees = "regular(3)"
        unknown = "eps"
        [skills.b]
        share = "3/4"
        degrees = "regular(2)"
        unknown = "eps"
        [texts.check]
        ratio = "3/4"
        skills = {a = "regular(1)", b = "regular(2)"}
        """,
    "one.toml": """
        [texts]
        degrees = "poisson(c)"
        [skills]
        degrees = "poisson(c*R)"
        [parameters]
        c = "4"
        """,
}
_PRESETS = {
    "paper": "c R",
    "ldpc(3,6)": "eps",
    "ldpc(2,5)": "eps",
    "irsa(0.5*x^2+0.28*x^3+0.22*x^8)": "G",
    "hypergraph(3)": "d",
    "one.toml": "R",
}
_RULES = [
    *("1-skill", "2-skill", "3-skill", "6-skill", "success:exp(-x/2)", "success:exp(-x)*(1+x/2)", "success:0.9*exp(-x)"),
    *("success:0.5*exp(-x)+0.5*exp(-x/3)", "success:(1-exp(-x))/x", "success:1/(1+x)^2", "success:x", "0-skill"),
]
_AGAIN = 0.5
_COMMANDS = {
    **{"derive": 2, "threshold": 3, "evolve": 3, "require": 2, "percolation": 3, "scaling": 2, "phase": 1, "optimize": 1, "compress": 2},
    **{"classes": 2, "simulate": 2, "validate": 1, "encode": 1, "decode": 1, "report": 1, "presets": 1},
}


class _Drawn:
    """One command line."""

    def __init__(self, number: int) -> None:
        self.rng = Random(number)
        self.letters: list[str] = []
        self.arguments: list[str] = []

    def any(self, *choices: str) -> str:
        return self.rng.choice(choices)

    def whether(self, chance: float) -> bool:
        return self.rng.random() < chance

    def number(self, low: float, high: float) -> str:
        return f"{self.rng.uniform(low, high):.{self.rng.randint(0, 3)}f}"

    def option(self, name: str, value: str, chance: float = 1.0, wrong: float = 0.04) -> None:
        """Give an option with some chance, and now and then a wrong value."""
        if self.whether(chance):
            self.arguments += [name, self.any(*WRONG) if self.whether(wrong) else value]

    def flag(self, name: str, chance: float) -> None:
        if self.whether(chance):
            self.arguments.append(name)

    def letter(self) -> str:
        name = self.any("g", "g", "g", "R", "c", "eps")
        self.letters = sorted({*self.letters, name})
        return name

    def mean(self) -> str:
        value = self.number(0.3, 9)
        kind = self.rng.random()
        return value if kind < 0.6 else f"{value}*{self.letter()}" if kind < 0.9 else f"{value}/{self.letter()}"

    def weight(self) -> tuple[str, str]:
        percent = self.rng.randint(1, 99)
        return f"{percent / 100}", f"{(100 - percent) / 100:.2f}"

    def law(self, depth: int = 0) -> str:
        one, other = self.weight()
        low, high = self.rng.randint(1, 4), self.rng.randint(5, 20)
        kind = self.rng.randint(0, 12 if depth else 15)
        laws = [
            *(lambda: f"poisson({self.mean()})", lambda: f"poisson({self.mean()})", lambda: f"regular({self.rng.randint(1, 6)})"),
            lambda: f"geometric({self.mean()})",
            lambda: f"binomial({self.rng.randint(1, 12)}, {self.number(0, 1)})",
            lambda: f"negative_binomial({self.mean()}, {self.any('1/2', '2', '0.7', '3.5', '20', '1000', 'g')})",
            lambda: f"pareto({self.mean()}, {self.any('1.5', '2', '2.5', '3')})",
            lambda: f"log_normal({self.mean()}, {self.any('0.3', '1', '1.243')})",
            lambda: f"zipf({self.number(0.3, 3.5)}, {low}, {high})",
            lambda: f"zipf({self.number(2.05, 4)}, {low})",
            lambda: f"zipf({self.number(0.5, 2)}, 1, {high}, {self.mean()})",
            lambda: f"polynomial({one}*x^{high} + {other}*x^{low})",
            lambda: f"edge({one}x^{high} + {other}x^{low})",
            lambda: f"polynomial(g*x^{low} + (1-g)*x^{high})",
            lambda: f"mixture({one}: {self.law(1)}, {other}: {self.law(1)})",
            lambda: "table(counts.csv)",
        ]
        return laws[kind]()

    def model(self, chance_of_preset: float = 0.2, letter: bool = False) -> None:
        """State a model, mostly with a letter where one is needed."""
        if self.whether(chance_of_preset):
            name = self.any(*_PRESETS)
            self.letters += _PRESETS[name].split()
            self.arguments.append(name)
        else:
            mean = f"{self.number(0.3, 9)}*{self.letter()}" if letter and self.whether(0.8) else ""
            self.option("--texts", f"{self.any('poisson', 'geometric')}({mean})" if mean else self.law(), 0.99, wrong=0.02)
            self.option("--skills", self.law(), 0.99, wrong=0.02)
        if self.whether(0.3):
            self.option("--unknown", self.any("0.9", "1/3", "eps", "eps/2", "1-eps", "1", "0.99*g", "exp(-g)"), wrong=0.05)
        self.option("--learner", self.any(*_RULES), 0.5, wrong=0.02)
        self.letters = sorted(set(self.letters) | set(re.findall(r"\b(?:eps|g|R|c)\b", " ".join(self.arguments[1:]))))

    def bind(self, left_free: int) -> list[str]:
        """Bind letters until so many are free, which are returned."""
        free = list(self.letters)
        self.rng.shuffle(free)
        for name in free[left_free:]:
            if self.whether(0.97):
                self.option("--set", f"{name}={self.number(0.2, 1) if name in ('eps', 'g') else self.number(0.5, 4)}")
        self.option("--set", self.any("z=3", "g", "g=", "=", "c=1", "R=R"), 0.02)
        return free[:left_free]

    def solving(self) -> None:
        """Leave a letter free to solve for."""
        free = self.bind(1 if self.whether(0.9) else self.rng.randint(0, 2))
        self.option("--parameter", free[0] if free else "g", 0.5 if free else 0.05)

    def sweep(self, chance: float) -> None:
        """Vary a letter, mostly one that there is."""
        if not (self.letters or self.whether(0.1)):
            return
        letter = self.any(*(self.letters or ["g"]))
        value = f"{letter}={self.any('0', '0.1', '0.5')}:{self.any('1', '2.5', '0.9')}:{self.rng.randint(2, 4)}"
        self.option("--sweep", value, chance)

    def methods(self) -> None:
        self.option("--method", self.any("auto", "balls", "mpmath"), 0.4)
        self.option("--digits", self.any("1", "5", "30", "60"), 0.25)

    def association(self, keep: bool = True) -> None:
        self.option("--edges", self.any("all", "understood"), 0.4)
        name = self.any("--occupation", "--keep") if keep else "--occupation"
        self.option(name, self.any("0.5", "1", "decay(0.9)", "cutoff(3)", "cutoff(2, 0.5)", "decay(g)"), 0.4)


def _derive(one: _Drawn) -> None:
    one.model()
    one.bind(2)
    one.option("--format", one.any("text", "latex", "document", "c", "javascript", "julia", "mathematica", "numpy", "sympy"), 0.7)


def _threshold(one: _Drawn) -> None:
    one.model(letter=True)
    one.solving()
    one.option("--kind", one.any("all", "emergence", "fold", "stability", "potential", "cusp"), 0.6)
    one.option("--search", one.any("0:2", "0.5:3", "1:100", "3:1"), 0.2)
    one.methods()


def _evolve(one: _Drawn) -> None:
    one.model()
    one.bind(0 if one.whether(0.9) else 1)
    one.option("--rounds", one.any("1", "3", "10"), 0.3)
    one.option("--passes", one.any("1", "2"), 0.15)
    one.sweep(0.25)
    one.methods()


def _require(one: _Drawn) -> None:
    one.model(letter=True)
    one.solving()
    one.option(one.any("--testing-error", "--testing-error", "--training-error", "--zeta"), one.number(0, 0.6), 0.97)
    one.methods()


def _percolation(one: _Drawn) -> None:
    one.model()
    one.solving()
    one.association()
    one.option("--attack", one.any("0.1", "0.5", "a", "g"), 0.15)
    one.option("--search", one.any("0:2", "0.5:3"), 0.15)
    one.sweep(0.15)
    one.option("--output", one.any("giant.csv", "giant.svg", "giant.doc"), 0.05)
    one.option("--format", one.any("text", "latex"), 0.3)
    one.methods()


def _scaling(one: _Drawn) -> None:
    one.model(letter=True)
    one.solving()
    one.option("--size", one.any("1000", "1e6", "5"), 0.25)
    one.option("--terms", one.any("1", "4", "0"), 0.15)
    one.option("--compute", one.any("1e6", "1e3", "-2"), 0.1)
    one.option("--output", one.any("laws.csv", "laws.csv", "laws.doc"), 0.1)
    one.option("--format", one.any("text", "latex"), 0.3)
    one.option("--digits", one.any("5", "30"), 0.2)


def _phase(one: _Drawn) -> None:
    one.model(0.5)
    one.bind(2)
    first, second = [*one.letters, "g", "R"][:2]
    one.option("--x", f"{first}={one.any('0:1', '0.5:3', '2:1')}", 0.97)
    one.option("--y", f"{second}={one.any('0:1', '0.5:3')}", 0.97)
    one.option("--output", one.any("plane.csv", "plane.tex", "plane.doc"), 0.3)


def _optimize(one: _Drawn) -> None:
    one.model()
    one.solving()
    one.option("--side", one.any("skills", "texts"), 0.97)
    one.option("--degrees", one.any("2:5", "2,3,8", "3", "1:4", "5:2"), 0.97)
    one.option("--mean", one.number(2, 5), 0.4)
    one.option("--rate", one.number(0, 1), 0.2)
    one.option("--least", one.any("2=0.1", "9=0.1", "2"), 0.1)
    one.option("--until", one.any("0", "0.1", "0.01"), 0.4)


def _compress(one: _Drawn) -> None:
    one.model()
    one.bind(one.rng.randint(0, 1))
    one.option("--size", one.any("1000", "1e4"), 0.97)
    one.option("--lossless-bits", one.any("100", "12*k", "3*k^2+7", "k*z"), 0.97)
    one.option("--picks", one.any("uniform", "popularity"), 0.3)
    one.option("--coder", "200", 0.15)
    one.option("--stream", one.any("1e5", "10"), 0.1)
    one.option("--erasure", one.any("0.1", "0.42"), 0.1)
    one.option("--output", one.any("bits.csv", "bits.doc"), 0.1)


def _classes(one: _Drawn) -> None:
    if one.whether(0.8):
        file = one.any("levels.toml", "two.toml")
        one.arguments.append(file)
        one.letters = ["R"] if file == "levels.toml" else ["eps"]
        one.option("--learner", one.any(*_RULES), 0.3)
        one.bind(one.rng.randint(0, 1))
        one.option("--parameter", one.any(*one.letters), 0.3)
    else:
        one.model()
        one.solving()
    one.option("--search", one.any("0.2:2", "0:1"), 0.3)
    one.flag("--budget", 0.1)
    one.option("--format", one.any("text", "latex"), 0.3)


def _simulate(one: _Drawn) -> None:
    if one.whether(0.15):
        one.arguments.append("levels.toml")
        one.letters = ["R"]
    else:
        one.model()
    one.bind(0)
    one.option("--size", one.any("50", "1000"), 0.97)
    one.arguments += ["--workers", "1"]
    one.option("--replicates", one.any("1", "3"), 0.9)
    one.option("--seed", "5", 0.5)
    one.flag("--one-pass", 0.1)
    one.option("--passes", one.any("1", "3"), 0.1)
    one.option("--rounds", one.any("1", "4"), 0.2)
    one.option("--until", one.any("zeta=0.1", "zeta", "q=1"), 0.1)
    one.sweep(0.1)
    one.option("--output", one.any("runs.csv", "runs.doc"), 0.1)
    one.association()


def _validate(one: _Drawn) -> None:
    if one.whether(0.15):
        one.arguments.append("levels.toml")
        one.letters = ["R"]
    else:
        one.model()
    one.bind(0 if one.whether(0.8) else 1)
    one.option("--size", one.any("300", "1000"), wrong=0.1)
    one.option("--replicates", one.any("2", "4"))
    one.arguments += ["--workers", "1"]
    one.option("--theory-factor", one.any("1.01", "0.9"), 0.1)
    one.sweep(0.1)
    one.association()


def _file(one: _Drawn) -> None:
    one.arguments.append(one.any("texts.txt", "texts.txt", "learned.txt", "counts.csv", "levels.toml", "absent"))
    one.option("--learned", one.any("learned.txt", "learned.txt", "counts.csv", "texts.txt"), 0.95)
    one.option("--output", "coded", 0.95)


def _report(one: _Drawn) -> None:
    """Only what is wrong: a report that is right takes a minute."""
    one.arguments += [one.any("nothing", "levels.toml"), "--output", "report"]


def _presets(one: _Drawn) -> None:
    pass


_DRAWN = {
    **{"derive": _derive, "threshold": _threshold, "evolve": _evolve, "require": _require, "percolation": _percolation},
    **{"scaling": _scaling, "phase": _phase, "optimize": _optimize, "compress": _compress, "classes": _classes},
    **{"simulate": _simulate, "validate": _validate, "encode": _file, "decode": _file, "report": _report, "presets": _presets},
}


def command(number: int) -> list[str]:
    """Return the command line of a number."""
    one = _Drawn(number)
    name = one.rng.choices(list(_COMMANDS), list(_COMMANDS.values()))[0]
    _DRAWN[name](one)
    if name not in ("encode", "decode"):
        one.flag("--json", 0.4)
    return [name, *one.arguments]


def write_files(folder: Path) -> None:
    """Write the files that commands name."""
    for name, content in FILES.items():
        (folder / name).write_text(content)


def complaints(arguments: list[str], done: Done) -> Iterator[str]:
    """Say what a command must not have left behind."""
    allowed = (0, 1, 2) if arguments[0] in ("validate", "report") else (0, 2)
    if done.returncode not in allowed:
        yield f"exit status {done.returncode}"
    if "Traceback" in done.stderr or "please report" in done.stderr:
        yield f"a fault: {done.stderr.strip()}"
    if done.returncode == 2 and not (done.stderr.startswith("deanalysis: ") and done.stderr.count("\n") == 1 and not done.stdout):
        yield f"status 2 with {done.stdout!r} and {done.stderr!r}"
    if done.returncode < 2 and not (done.stdout.strip() or arguments[0] in ("encode", "decode")):
        yield "silence"
    if done.returncode < 2 and done.stderr:
        yield f"status {done.returncode} with {done.stderr!r}"
    if done.returncode < 2 and "--json" in arguments:
        try:
            yield from _unproved(json.loads(done.stdout, parse_constant=_refuse))
        except ValueError as error:
            yield f"no JSON: {error}"
    elif re.search(r"\bnan\b|\bzoo\b|Infinity\b", done.stdout) and "proved" in done.stdout.replace("not proved", ""):
        yield "nan beside what is called proved"


def _refuse(name: str) -> None:
    raise ValueError(name)


def _unproved(content: Any) -> Iterator[str]:
    """Find what is called proved and holds no number."""
    if isinstance(content, dict):
        if content.get("status") == "proved" and any(text in json.dumps(content) for text in ('"nan"', '"inf"', '"zoo"')):
            yield f"called proved: {content}"
        for part in content.values():
            yield from _unproved(part)
    elif isinstance(content, list):
        for part in content:
            yield from _unproved(part)


class Overtime(BaseException):
    """A command has used up its processor time; no `except Exception` on the way may catch it."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Stop what uses more processor time, again and again: what is called from C may lose an exception."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Overtime

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def run_limited(arguments: list[str], folder: Path, seconds: float) -> Done | None:
    """Run a command in a folder of its files; None where it takes too long."""
    try:
        with limited(seconds):
            return run_here(*arguments, folder=folder)
    except Overtime:
        return None


def _main(first: int, last: int, seconds: float) -> None:
    import shlex

    for number in range(first, last):
        arguments = command(number)
        with tempfile.TemporaryDirectory() as folder:
            write_files(Path(folder))
            start = process_time()
            done = run_limited(arguments, Path(folder), seconds)
            found = ["overtime"] if done is None else list(complaints(arguments, done))
        status = "-" if done is None else done.returncode
        said = done.stderr.strip()[:150] if done and done.returncode == 2 else ""
        print(number, f"{process_time() - start:.2f}", status, shlex.join(["deanalysis", *arguments]), said, sep="\t", flush=True)
        for line in found:
            print(f"    !! {line}", flush=True)


if __name__ == "__main__":
    _main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
