"""Random command lines, right ones and wrong ones.

By hand, for more of them: `python tests/commands/random_commands.py FIRST LAST SECONDS` runs the commands of these numbers, so long each at
most.
"""

import re
import shlex
import sys
import tempfile
from operator import methodcaller as do
from pathlib import Path
from random import Random
from time import process_time

from complaints import complaints, run_limited
from random_files import write_files

WRONG = ["0", "-1", "1", "nan", "inf", "1e400", "1e-400", " ", "x", "q", "1/0", "(", "2..3", "oo", "g*", "0^0", "regular(0)", "log(0)", "é"]
_PRESETS = {
    "paper": "c R",
    "ldpc(3,6)": "eps",
    "ldpc(2,5)": "eps",
    "irsa(0.5*x^2+0.28*x^3+0.22*x^8)": "G",
    "hypergraph(3)": "d",
    "one.toml": "R",
    "edges.csv": "",
}
_CHAINS = {
    **{"chain(paper, 9, 3)": "c R", "chain(paper,3,5)": "c R", "chain(ldpc(3,6), 6, 3)": "eps", "chain(one.toml, 4, 2)": "R"},
    **{"fuse(3, 12)": "d", "fuse(2,5)": "d", "chain.toml": "c R", "protograph(base.txt)": "eps", "protograph(base.alist)": "eps"},
    **{"chain(protograph(spread.txt), 6, 2)": "eps", "chain(two.toml, 3, 2)": "eps"},
}
_RULES = [
    *("1-skill", "2-skill", "3-skill", "6-skill", "success:exp(-x/2)", "success:exp(-x)*(1+x/2)", "success:0.9*exp(-x)"),
    *("success:0.5*exp(-x)+0.5*exp(-x/3)", "success:(1-exp(-x))/x", "success:1/(1+x)^2", "success:x", "0-skill"),
]
_COMMANDS = {
    **{"derive": 2, "threshold": 3, "evolve": 3, "require": 2, "percolation": 3, "scaling": 2, "phase": 1, "optimize": 1, "compress": 2},
    **{"graph": 2, "corpus": 1, "size": 2, "floor": 2},
    **{"classes": 2, "simulate": 2, "validate": 1, "encode": 1, "decode": 1, "report": 1, "presets": 1},
}
"""How often each command is drawn, but for `fit`, which has its own numbers as it takes seconds."""
_FITS = 29


class _Line:
    """One command line."""

    def __init__(self, number: int) -> None:
        self.rng = Random(number)
        self.letters: list[str] = []
        self.arguments: list[str] = []
        self.is_chain = False

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

    def numbered(self, name: str, low: float, high: float, chance: float) -> None:
        self.option(name, self.number(low, high), chance)

    def flag(self, name: str, chance: float) -> None:
        if self.whether(chance):
            self.arguments.append(name)

    def say(self, *words: str) -> None:
        self.arguments += words

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

    def chain(self) -> None:
        """State a chain or a protograph, mostly with options that go with it."""
        name, self.is_chain = self.any(*_CHAINS), True
        self.letters += _CHAINS[name].split()
        self.arguments.append(name)
        if "proto" in name:
            self.option("--punctured", self.any("1", "2", "1,2"), 0.3, wrong=0.1)
        if name.startswith("chain"):
            self.option("--coupling", self.any("uniform", "spread"), 0.3, wrong=0.1)
        if self.whether(0.3):
            ends = self.any("open", "one", "ring", "ring")
            self.option("--ends", ends)
            self.option("--known", self.any("0", "1", "2"), 0.5 if ends == "ring" else 0.05)

    def model(self, chance_of_preset: float = 0.2, letter: bool = False, chance_of_chain: float = 0.04) -> None:
        """State a model, mostly with a letter where one is needed."""
        if self.whether(chance_of_chain):
            self.chain()
        elif self.whether(chance_of_preset):
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
        self.option("--matching", self.any("repeated", "distinct", "parts"), 0.15, wrong=0.1)
        self.letters = sorted(set(self.letters) | set(re.findall(r"\b(?:eps|g|R|c)\b", " ".join(self.arguments[1:]))))

    def levels_or_model(self) -> None:
        """State levels now and then, else a model."""
        if self.whether(0.15):
            self.arguments.append("levels.toml")
            self.letters = ["R"]
        else:
            self.model(chance_of_chain=0.3)

    def classes(self) -> None:
        """State several classes, mostly, with a letter to be solved for."""
        if not self.whether(0.8):
            self.model()
            self.solving()
            return
        file = self.any("levels.toml", "two.toml")
        self.arguments.append(file)
        self.letters = ["R"] if file == "levels.toml" else ["eps"]
        self.option("--learner", self.any(*_RULES), 0.3)
        self.bind(self.rng.randint(0, 1))
        self.option("--parameter", self.any(*self.letters), 0.3)

    def bind(self, left_free: int, chance: float = 1.0, otherwise: int = 0) -> list[str]:
        """Bind letters until so many are free (`otherwise` so many), which are returned."""
        left_free = left_free if chance == 1 or self.whether(chance) else otherwise
        free = list(self.letters)
        self.rng.shuffle(free)
        for name in free[left_free:]:
            if self.whether(0.97):
                self.option("--set", f"{name}={self.number(0.2, 1) if name in ('eps', 'g') else self.number(0.5, 4)}")
        self.option("--set", self.any("z=3", "g", "g=", "=", "c=1", "R=R"), 0.02)
        return free[:left_free]

    def bind_some(self) -> None:
        self.bind(self.rng.randint(0, 1))

    def solving(self) -> None:
        """Leave a letter free to solve for."""
        free = self.bind(1 if self.whether(0.9) else self.rng.randint(0, 2))
        self.option("--parameter", free[0] if free else "g", 0.5 if free else 0.05)

    def target(self) -> None:
        self.option(self.any("--testing-error", "--testing-error", "--training-error", "--zeta"), self.number(0, 0.6), 0.97)

    def plane(self) -> None:
        first, second = [*self.letters, "g", "R"][:2]
        self.option("--x", f"{first}={self.any('0:1', '0.5:3', '2:1')}", 0.97)
        self.option("--y", f"{second}={self.any('0:1', '0.5:3')}", 0.97)

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

    def association(self) -> None:
        """State an association graph, which a chain has not, now and then."""
        if self.is_chain and not self.whether(0.05):
            return
        self.option("--edges", self.any("all", "understood"), 0.4)
        name = self.any("--occupation", "--keep")
        self.option(name, self.any("0.5", "1", "decay(0.9)", "cutoff(3)", "cutoff(2, 0.5)", "decay(g)"), 0.4)

    def erasures(self) -> None:
        """Draw erasures now and then; their options alone are wrong."""
        if self.whether(0.3):
            self.option("--unknown", self.any("0", "0.5", "1/3", "1"))
            self.say("--workers", "1")
        self.option("--replicates", self.any("1", "5"), 0.1)
        self.option("--punctured", self.any("a", "b, c", '"a, b"', "z"), 0.05)
        self.option("--output", self.any("draws.csv", "edges.csv", "no/draws.csv"), 0.05)


_FORMAT = ("--format", 0.3, "text latex")
_FILE = [
    ("", 1.0, "texts.txt texts.txt learned.txt counts.csv levels.toml absent"),
    ("--learned", 0.95, "learned.txt learned.txt counts.csv texts.txt"),
    do("option", "--output", "coded", 0.95),
]
_ABOUT = [
    *(("--learner", 0.3, "1-skill 2-skill success:exp(-x/2) success:exp(-g*x)"), ("--known", 0.2, "known.txt learned.txt absent")),
    *(("--known-top", 0.3, "0 1 3 99"), ("--rewire", 0.95, "0 1 2"), ("--gifts", 0.2, "1 2 50"), do("erasures")),
    *(("--curriculum", 0.2, "order.csv order.tsv order.pdf no/order.csv"), ("--curve", 0.1, "curve.csv curve.svg curve.doc")),
    *(("--classes", 0.1, "counts.csv edges.csv known.txt absent"), ("--embedding", 0.1, "points.csv points.txt no/points.csv")),
    *(("--residue", 0.1, "left.csv left.json left.x"), ("--save", 0.1, "saved.jsonl.gz saved.mtx saved.json edges.csv")),
    do("option", "--seed", "5", 0.3),
]
_STEPS = {
    "derive": [
        do("model", chance_of_chain=0.2),
        do("bind", 2),
        ("--format", 0.7, "text latex document c javascript julia mathematica numpy sympy"),
    ],
    "threshold": [
        *(do("model", letter=True, chance_of_chain=0.2), do("solving"), ("--kind", 0.6, "all emergence fold stability potential cusp")),
        *(("--search", 0.2, "0:2 0.5:3 1:100 3:1"), do("methods")),
    ],
    "evolve": [
        *(
            do("model", chance_of_chain=0.2),
            do("bind", 0, 0.9, 1),
            ("--rounds", 0.3, "1 3 10"),
            ("--passes", 0.15, "1 2"),
            do("sweep", 0.25),
            do("methods"),
        ),
    ],
    "require": [do("model", letter=True), do("solving"), do("target"), do("methods")],
    "percolation": [
        *(do("model"), do("solving"), do("association"), ("--attack", 0.15, "0.1 0.5 a g"), ("--search", 0.15, "0:2 0.5:3")),
        *(do("sweep", 0.15), ("--output", 0.05, "giant.csv giant.svg giant.doc"), _FORMAT, do("methods")),
    ],
    "scaling": [
        *(do("model", letter=True), do("solving"), ("--size", 0.25, "1000 1e6 5"), ("--terms", 0.15, "1 4 0")),
        *(
            ("--at", 0.2, "0.5 3 1e9"),
            ("--compute", 0.1, "1e6 1e3 -2"),
            ("--output", 0.1, "laws.csv laws.csv laws.doc"),
            _FORMAT,
            ("--digits", 0.2, "5 30"),
        ),
    ],
    "size": [
        *(
            do("model", 0.6, letter=True, chance_of_chain=0.01),
            do("bind", 1),
            ("--items", 0.85, "30 3 1 1000 1e6"),
            ("--failure", 0.85, "0.01 0.5 1e-9 2"),
        ),
        *(("--texts-per-graph", 0.2, "50 2000 2"), ("--degrees", 0.1, "3:4 2 4:1"), ("--by", 0.2, "law recursion auto")),
    ],
    "floor": [
        *(do("model", 0.6, chance_of_chain=0.01), do("bind", 0), ("--size", 0.97, "60 5 1000 1e6"), ("--texts-per-graph", 0.05, "50")),
        *(("--largest", 0.1, "3 1 300"), ("--expurgate", 0.15, "0 1 4"), ("--digits", 0.1, "5 30"), _FORMAT),
    ],
    "phase": [do("model", 0.5), do("bind", 2), do("plane"), ("--output", 0.3, "plane.csv plane.tex plane.doc")],
    "optimize": [
        *(do("model"), do("solving"), ("--side", 0.97, "skills texts"), ("--degrees", 0.97, "2:5 2,3,8 3 1:4 5:2")),
        *(do("numbered", "--mean", 2, 5, 0.4), do("numbered", "--rate", 0, 1, 0.2), ("--least", 0.1, "2=0.1 9=0.1 2")),
        ("--until", 0.4, "0 0.1 0.01"),
    ],
    "compress": [
        *(do("model"), do("bind_some"), ("--size", 0.97, "1000 1e4"), ("--lossless-bits", 0.97, "100 12*k 3*k^2+7 k*z")),
        *(("--picks", 0.3, "uniform popularity"), do("option", "--coder", "200", 0.15), ("--stream", 0.1, "1e5 10")),
        *(("--erasure", 0.1, "0.1 0.42"), ("--output", 0.1, "bits.csv bits.doc")),
    ],
    "classes": [do("classes"), ("--search", 0.3, "0.2:2 0:1"), do("flag", "--budget", 0.1), _FORMAT],
    "simulate": [
        *(do("levels_or_model"), do("bind", 0), ("--size", 0.97, "50 1000"), do("say", "--workers", "1"), ("--replicates", 0.9, "1 3")),
        *(do("option", "--seed", "5", 0.5), do("flag", "--one-pass", 0.1), ("--passes", 0.1, "1 3"), ("--rounds", 0.2, "1 4")),
        *(
            ("--texts-per-graph", 0.05, "60 3"),
            do("flag", "--ideal", 0.1),
            ("--items", 0.05, "300 0"),
            ("--cells", 0.05, "50 1e9"),
            ("--until", 0.1, "zeta=0.1 zeta q=1"),
            do("sweep", 0.1),
            ("--output", 0.1, "runs.csv runs.doc"),
            do("association"),
        ),
    ],
    "validate": [
        *(do("levels_or_model"), do("bind", 0, 0.8, 1), ("--size", 1.0, "300 1000"), ("--replicates", 1.0, "2 4")),
        *(do("say", "--workers", "1"), ("--theory-factor", 0.1, "1.01 0.9"), do("sweep", 0.1), do("association")),
    ],
    "graph": [("", 1.0, "edges.csv edges.csv lines.jsonl counts.csv texts.txt"), ("--columns", 0.1, "text,skill skill,text text"), *_ABOUT],
    "corpus": [
        *(("", 1.0, "story.txt texts.txt levels.toml . absent"), ("--unit", 0.3, "line sentence word"), ("--min-count", 0.2, "1 2 9")),
        *(("--encoding", 0.2, "utf-8 latin-1 ascii"), *_ABOUT),
    ],
    "fit": [
        *(
            ("", 1.0, "curve.csv curve.csv curve.csv counts.csv learned.txt absent ."),
            ("--x", 0.97, "x x x y degree"),
            ("--y", 0.97, "y y y x count"),
        ),
        *(("--error", 0.4, "e e y z"), ("--group", 0.3, "g g x"), ("--guess", 0.8, "0 0.1 1/4 1"), ("--where", 0.2, "g=a g=z z=1 g")),
        *(
            ("--model", 0.97, "paper paper paper paper+2-skill gamma paper+room room"),
            ("--own", 0.1, "c emergence shape"),
            ("--skills", 0.1, "1000 5 fit"),
        ),
        *(("--size", 0.1, "names x z"), ("--of", 0.1, "error accuracy loss"), ("--significance", 0.1, "0.05 2"), do("say", "--no-compare")),
    ],
    "encode": _FILE,
    "decode": _FILE,
    "report": [("", 1.0, "nothing levels.toml"), do("say", "--output", "report")],
    "presets": [],
}
"""How each command is drawn: what is done, or an option with its chance and values; of reports only wrong ones, for a right one is slow."""


def command(number: int) -> list[str]:
    """Return the command line of a number."""
    line = _Line(number)
    drawn = line.rng.choices(list(_COMMANDS), list(_COMMANDS.values()))[0]
    name = "fit" if number % _FITS == _FITS - 1 else drawn
    for step in _STEPS[name]:
        if not isinstance(step, tuple):
            step(line)
        elif step[0]:
            line.option(step[0], line.any(*step[2].split()), step[1])
        else:
            line.say(line.any(*step[2].split()))
    if name not in ("encode", "decode"):
        line.flag("--json", 0.4)
    return [name, *line.arguments]


def _main(first: int, last: int, seconds: float) -> None:
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
