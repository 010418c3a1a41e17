"""Wrong input: one line that names the argument and what is required, exit status 2, and no file is written."""

import shlex
from pathlib import Path

import pytest
from command_line import run_here

BAD = [
    ("threshold --texts poisson(3) --skills polynomial(0.5*x^2+0.6*x^3)", "--skills"),
    ("threshold --texts poisson(3) --skills polynomial(1.5*x^2-0.5*x^3)", "coefficient of x^2 must lie in [0, 1]"),
    ("threshold --skills poisson(R) --texts poisson(0)", "--texts"),
    ("threshold --skills poisson(R) --texts poisson(-1)", "--texts"),
    ("threshold --skills poisson(R) --texts poisson(inf)", "--texts"),
    ("threshold --skills poisson(R) --texts poisson(nan)", "--texts"),
    ("threshold --skills poisson(R) --texts poisson(1/0)", "--texts"),
    ("threshold --skills poisson(R) --texts nothing(3)", "nothing"),
    ("threshold --skills poisson(R) --texts \"poisson(__import__('os').system('touch x'))\"", "__import__"),
    ("threshold --skills poisson(R) --texts poisson(9^9^9^9)", "--texts"),
    ("threshold --skills poisson(R) --texts poisson(" + "(" * 10000 + "1" + ")" * 10000 + ")", "--texts"),
    ("threshold --skills poisson(R) --texts poisson(exp(exp(exp(c)))) --set c=100", "e^100000"),
    ("threshold --texts zipf((-1)^(1/3),1,10) --skills poisson(R)", "real number"),
    ("threshold --texts binomial(3,(-1)^(1/3)) --skills poisson(R)", "real number"),
    ("percolation paper --set c=1 --set R=1 --occupation decay((-1)^(1/3))", "real number"),
    ("threshold paper --set c=0", "c must be positive"),
    ("threshold paper --set c=inf", "inf"),
    ("threshold paper --set z=1", "it has R, c"),
    ("threshold paper", "--parameter"),
    ("evolve paper --set c=5", "R is free"),
    ("threshold paper --learner success:exp(x)", "exp(x)"),
    ("threshold paper --learner success:1/(1+x)", "1/(x + 1)"),
    ("threshold model.toml", "degres"),
    ("threshold none.toml", "none.toml"),
    ("simulate paper --set c=5 --set R=2 --size 1000000000", "would fit"),
    ("simulate paper --set c=5 --set R=2 --size many", "--size"),
    ("simulate paper --set c=5 --set R=2", "--size"),
    ("simulate paper --set c=5 --set R=2 --size 10 --output no/x.csv", "--output"),
    ("report paper -o model.toml/x", "--output"),
    ("report paper --set c=5 --set R=2", "report"),
    ("evolve ldpc(3,6) --set eps=2", "unknown"),
    ("evolve paper --set c=5 --sweep R=1:2", "--sweep"),
    ("simulate paper --size 9 --sweep R=1:2:2 --sweep R=1:2:2", "each letter once"),
    ("simulate paper --size 9 --sweep R=1:2:1000 --sweep c=1:2:1000", "100000 points"),
    ("simulate paper --set c=5 --set R=2 --size 100 --until zeta", "--until"),
    ("simulate paper --set c=5 --set R=2 --size 100 --until zeta=0", "--until"),
    ("simulate paper --set c=5 --set R=2 --size 100 --until beta=0.1", "--until"),
    ("simulate paper --set c=5 --set R=2 --size 100 --until zeta=x", "--until"),
    ("simulate paper --set c=5 --set R=2 --size 100 --budget -3", "--budget"),
    ("simulate paper --set c=5 --set R=2 --size 100 --budget soon", "--budget"),
    ("simulate paper --set c=5 --set R=2 --size 100 --one-pass --rounds 3", "--one-pass"),
    ("simulate paper --set c=5 --set R=2 --size 100 --rounds -1", "--rounds"),
    ("simulate paper --set c=5 --set R=2 --size 100 --batch 0", "--batch"),
    ("simulate paper --set c=5 --set R=2 --size 100 --workers 0", "--workers"),
    ("simulate paper --set c=5 --set R=2 --size 100 --seed -1", "--seed"),
    ("simulate paper --set c=5 --set R=2 --size 100 --scheduler somewhere", "--scheduler"),
    ("simulate paper --set c=5 --set R=2 --size 100 --output model.toml", "one of this tool's"),
    ("simulate paper --set c=5 --set R=2 --size 100 --output .", "--output"),
    ("validate paper --set c=5 --sweep R=2:3:3 -o x.doc", "--output"),
    ("validate paper --set c=5 --sweep R=2:3:3 --results model.toml", "--results must name"),
    ("validate paper --set c=5 --sweep R=2:3:3 -o no/x.svg", "--output"),
    ("validate paper --set c=5 --set R=2 -o x.svg", "--output"),
    ("threshold paper --set c=5 --digits 0", "--digits"),
    ("threshold paper --bogus", "--bogus"),
    ("bogus", "bogus"),
    ("threshold paper --set c=5 --kind percolation", "--kind"),
    ("threshold paper --set R=3 --search 9:2", "--search"),
    ("threshold paper --set R=3 --search \"__import__('os'):2\"", "--search"),
    ("threshold --texts poisson(3) --skills polynomial(a*x^2+0.5*x^3)", "sum to 1"),
    ("threshold --texts poisson(3) --skills regular(D)", "regular"),
    ("phase paper --x c=0:8", "--y"),
    ("phase paper --x c=8:0 --y R=0:3", "--x"),
    ("phase paper --x z=0:8 --y R=0:3", "z"),
    ("phase paper --x c=0:8 --y c=0:3", "two"),
    ("phase paper --unknown eps --x c=0:8 --y R=0:3", "eps"),
    ("phase paper --x c=0:8 --y R=0:3 -o x.doc", "--output"),
    ("phase paper --x c=0:8 --y R=0:3 -o no/x.svg", "--output"),
    ("evolve --texts poisson(c^c^c^c) --skills poisson(3) --set c=9", "power"),
    ("threshold --skills poisson(R) --texts table(/dev/zero)", "table"),
    ("evolve paper --set c=5 --set R=1e300", "1e6"),
    ("simulate paper --set c=5 --set R=0.0001 --size 10 --workers 2 --output o.csv", "--size"),
    ("simulate paper --set c=5 --sweep R=1:-1:3 --size 100 --output o.csv", "R"),
    ("threshold paper --set c=5 --digits ²", "--digits"),
    ("threshold paper --set c=٣", "c"),
    ("percolation paper", "--parameter must name the letter to solve for; R, c are free"),
    ("percolation paper --set c=1 --keep p --sweep R=1:2:3", "--sweep needs every other letter bound; p is free"),
    ("percolation paper --set c=1 --attack 0.1", "--attack needs every other letter bound; R is free"),
    ("percolation paper --set c=1 --set R=2 --attack 1.5", "--attack must lie in [0, 1], got '3/2'"),
    ("percolation paper --set c=1 --set R=2 --attack x", "--attack"),
    ("percolation paper --set c=1 --set R=2 --attack 2*a", "--attack must be a number, or a letter of its own"),
    ("percolation paper --set c=1 --set R=2 --attack c", "--attack must be a number, or a letter of its own"),
    ("percolation paper --set c=1 --attack a --parameter a", "every other letter bound; R is free"),
    ("percolation paper --set c=1 --set R=2 --attack a --parameter R", "the letter of --attack"),
    ("percolation paper --set c=1 --attack a --sweep R=1:2:3", "--sweep must not be given"),
    ("percolation paper --set c=1 --set R=2 --attack a --search 0:1", "--search must not be given"),
    ("percolation paper --set c=1 --set R=2 --attack a --method mpmath", "--method must not be given"),
    ("percolation paper --keep 0.5 --occupation 0.5", "--keep must not be given with --occupation"),
    ("percolation paper --occupation 0.5 --edges understood", "--edges must be all where skills are kept"),
    ("percolation paper --keep cutoff(1e9)", "cutoff(DEGREE)"),
    ("percolation paper --keep \"__import__('os')\"", "--keep"),
    ("percolation paper --set c=1 --search 2:1", "--search"),
    ("percolation paper --edges some", "--edges"),
    ("percolation paper --set c=1 --set R=2 --keep p --set p=2", "must lie in [0, 1]"),
    ("simulate paper --set c=1 --set R=2 --size 10 --edges all --one-pass", "--edges must not be given"),
    ("validate paper --set c=1 --set R=2 --independent", "--independent needs an association graph"),
    ("phase paper --x c=0:4 --y R=0:2 --keep p", "p is free, too"),
    ("graph", "FILE"),
    ("graph model.toml", "must end with one of .alist"),
    ("graph model.toml --format csv", "the file model.toml must have the columns text and skill"),
    ("graph model.toml --format hif", "the file model.toml"),
    ("graph /dev/zero --format csv", "no folder and no device"),
    ("graph . --format csv", "no folder and no device"),
    ("graph none.csv", "the file none.csv must be one that can be read"),
    ("threshold none.csv", "the file none.csv must be one that can be read"),
    ("corpus", "files must name at least one file or folder"),
    ("corpus none.txt", "the file none.txt must be one that can be read"),
    ("corpus model.toml --save model.toml", "--save: the file model.toml must end with one of .alist"),
    ("corpus model.toml --save no/edges.csv", "--save must be a file in a folder that can be written, got 'no/edges.csv'"),
    ("corpus model.toml --curriculum order.txt", "--curriculum"),
    ("corpus model.toml --unknown 0.5 --output no/draws.csv", "--output"),
]


@pytest.mark.parametrize(("arguments", "culprit"), BAD, ids=lambda value: str(value)[:60])
def test_wrong_input_is_one_line(tmp_path: Path, arguments: str, culprit: str) -> None:
    (tmp_path / "model.toml").write_text('[texts]\ndegres = "poisson(c)"\n[skills]\ndegrees = "poisson(c*R)"\n')
    done = run_here(*shlex.split(arguments), folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert culprit in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["model.toml"]


@pytest.mark.parametrize("size", ["1.5e0", "1e-3", "1e30", "many", "pi", "", "1/3"])
def test_no_whole_number_is_one_line(size: str) -> None:
    done = run_here("simulate", "paper", "--set", "c=3", "--set", "R=0.8", "--size", size)
    assert done.returncode == 2
    assert done.stderr == f"deanalysis: --size must be a whole number, got '{size}'\n"


def test_a_missing_file_is_called_missing() -> None:
    for arguments in (("derive", "none/model.toml"), ("derive", "--texts", "table(none.csv)", "--skills", "poisson(3)")):
        done = run_here(*arguments)
        assert done.returncode == 2
        assert "a file that is missing, got 'none" in done.stderr
