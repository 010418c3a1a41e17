"""Functions of every preset and every law as code: what other languages compute is what the formula says, to 1e-12."""

import ctypes
import math
import random
import re
import subprocess
from pathlib import Path
from typing import Any

import mpmath
import numpy
import pytest
import sympy as sp
from browser import chromium as chromium, open_page
from command_line import output, run
from flint import arb, ctx
from sympy.parsing.mathematica import parse_mathematica
from system import needs

from deanalysis import PGF, DensityEvolution, Ensemble, InputError, Poisson, SkillLearner, c, load_model, x
from deanalysis.balls.compiling import compile_balls
from deanalysis.model.reading import parse_law, parse_learner
from deanalysis.present.paper.export import Exported, code, exported

LAWS = (
    "poisson(c*R)", "regular(3)", "binomial(9, 1/3)", "geometric(c)", "negative_binomial(c*R, 4/5)", "zipf(5/2, 2, 40)",
    "zipf(5/2, 2, 100, 1/20)", "polynomial(0.5*x^2 + 0.28*x^3 + 0.22*x^8)", "edge(0.7*x + 0.3*x^2)",
    "mixture(0.3: poisson(2), 0.7: poisson(9))", "pareto(c*R, 3)", "log_normal(c*R, 1)",
)  # fmt: skip
PRESETS = (
    ("paper", "1-skill"), ("paper", "2-skill"), ("paper", "success:exp(-x/2)"), ("ldpc(3,6)", "1-skill"),
    ("irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)", "1-skill"), ("hypergraph(3)", "2-skill"),
)  # fmt: skip


def models() -> dict[str, DensityEvolution]:
    """Return all presets, and all laws on either side."""
    found = {}
    for name, rule in PRESETS:
        model = load_model(name)
        found[f"{name}, {rule}"] = DensityEvolution(model.ensemble, parse_learner(rule))
    for law in LAWS:
        found[f"skills {law}"] = DensityEvolution(Ensemble(Poisson(c), parse_law(law)), SkillLearner(1))
        found[f"texts {law}"] = DensityEvolution(Ensemble(parse_law(law), Poisson(7)), SkillLearner(2))
    found["a sum of sums"] = DensityEvolution(Ensemble(parse_law("zipf(5/2, 2, 9)"), parse_law("zipf(2, 1, 7)")), SkillLearner(1))
    return found


MODELS = models()
FUNCTIONS = {name: exported(evolution)[0] for name, evolution in MODELS.items()}
RANGES = {"q": (0.01, 0.99), "eps": (0.2, 1.0), "c": (5.6, 8.0), "R": (0.3, 2.0), "G": (0.3, 1.0), "d": (0.3, 1.0)}
POINTS = 4


def drawn(one: Exported, seed: int) -> list[float]:
    """Return a random point for the arguments of a function."""
    chance = random.Random(f"{one.name} {seed}")
    return [chance.uniform(*RANGES[str(letter)]) for letter in one.arguments]


def meant(one: Exported, point: list[float]) -> float:
    """Return the value of the formula itself, in ball arithmetic."""
    with ctx.workprec(200):
        value = arb(compile_balls(one.body, list(one.arguments))(*map(arb, point)))
        assert value.rad() < 1e-20
        return float(value.mid())


def integrated(integral: sp.Integral) -> sp.Float:
    """Return the integral of a smooth function over all reals by the trapezoidal rule."""
    ((variable, *limits),) = integral.limits
    assert limits == [-sp.oo, sp.oo]
    states = numpy.arange(-800, 801) / 20
    with numpy.errstate(over="ignore", under="ignore"):
        return sp.Float(float(sp.lambdify(variable, integral.function, "numpy")(states).sum() / 20), 17)


def evaluated(body: sp.Expr, one: Exported, point: list[float]) -> float:
    """Return the value of an expression that was read back, by mpmath, its letters found by their names."""
    letters = {letter.name: letter for letter in body.free_symbols}
    bound = {letters[str(letter)]: value for letter, value in zip(one.arguments, point, strict=True) if str(letter) in letters}
    body = body.xreplace({integral: integrated(integral.xreplace(bound)) for integral in body.atoms(sp.Integral)})
    names = [str(letter) for letter in one.arguments]
    function = sp.lambdify([letters.get(name, sp.Symbol(name)) for name in names], body, "mpmath")
    with mpmath.workdps(25):
        return float(function(*map(mpmath.mpf, point)))


def in_numpy(text: str, one: Exported, point: list[float], names: dict[str, Any]) -> float:
    if "f" not in names:
        exec(text, names)
    return float(names[one.name](*point) if point else names[one.name])


def in_sympy(text: str, one: Exported, point: list[float], names: dict[str, Any]) -> float:
    if "f" not in names:
        exec(text, names)
    return evaluated(sp.sympify(names[one.name]), one, point)


def in_c(text: str, one: Exported, point: list[float], names: dict[str, Any]) -> float:
    if "library" not in names:
        source = names["folder"] / "model.c"
        source.write_text(text)
        flags = ["-std=c99", "-O2", "-Wall", "-Werror", "-Wno-unused-variable", "-Wno-unused-function", "-shared", "-fPIC"]
        subprocess.run([needs("gcc"), *flags, str(source), "-o", str(source.with_suffix(".so")), "-lm"], check=True, capture_output=True)
        names["library"] = ctypes.CDLL(str(source.with_suffix(".so")))
    function = names["library"][one.name]
    function.restype, function.argtypes = ctypes.c_double, [ctypes.c_double] * len(point)
    return float(function(*point))


def in_javascript(text: str, one: Exported, point: list[float], names: dict[str, Any]) -> float:
    call = f"{one.name}({', '.join(map(repr, point))})" if point else one.name
    return float(names["page"].evaluate(f"(() => {{ {text}\nreturn {call}; }})()"))


def in_mathematica(text: str, one: Exported, point: list[float], names: dict[str, Any]) -> float:
    """Parse the definition by SymPy's reader of the Wolfram language, and evaluate what it means."""
    (body,) = re.findall(rf"^{one.name.replace('_', '')}(?:\[.*?\] :)? ?=+ ?(.*);$", text, flags=re.MULTILINE)
    parsed = parse_mathematica(body)
    known = {
        "ProductLog": lambda branch, at: sp.LambertW(at, branch),
        "ExpIntegralE": sp.expint,
        "NIntegrate": lambda inside, limits: sp.Integral(inside, tuple(limits)).subs(sp.Symbol("Infinity"), sp.oo),
        "Sum": lambda term, limits: sp.Sum(term, tuple(limits)),
    }
    for name, function in known.items():
        parsed = parsed.replace(sp.Function(name), function)
    return evaluated(parsed, one, point)


def in_julia(text: str, one: Exported, point: list[float], names: dict[str, Any]) -> float:
    """Julia cannot be installed here: its one-line definitions mean in Python what they mean there, but for powers and ranges."""
    arguments, body = re.findall(rf"^(?:const )?{one.name}(?:\((.*?)\))? = (.*)$", text, flags=re.MULTILINE)[0]
    python = re.sub(r"in (\d+):(\d+)", lambda found: f"in range({found[1]}, {int(found[2]) + 1})", body.replace("^", "**"))
    if "exp" not in names:
        names.update(exp=math.exp, log=math.log, sqrt=math.sqrt)
        exec(code(names["evolution"], "numpy"), names)
    return float(eval(python, names | (dict(zip(arguments.split(", "), point, strict=True)) if point else {})))


RUNNERS = {"c": in_c, "javascript": in_javascript, "julia": in_julia, "mathematica": in_mathematica, "numpy": in_numpy, "sympy": in_sympy}


@pytest.fixture(scope="module")
def page(chromium: Any):
    with open_page(chromium) as (opened, wrong):
        yield opened
        assert wrong == []


@pytest.mark.parametrize("language", RUNNERS)
@pytest.mark.parametrize("name", MODELS)
def test_each_language_computes_what_the_formula_says(name: str, language: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    names: dict[str, Any] = {"folder": tmp_path, "evolution": MODELS[name]}
    if language == "javascript":
        names["page"] = request.getfixturevalue("page")
    text = code(MODELS[name], language)
    for one in FUNCTIONS[name]:
        for seed in range(POINTS):
            point = drawn(one, seed)
            assert RUNNERS[language](text, one, point, names) == pytest.approx(meant(one, point), rel=1e-12, abs=1e-14), (one, point)


def test_thresholds_are_those_of_the_model() -> None:
    by_name = {one.name: one for one in FUNCTIONS["ldpc(3,6), 1-skill"]}
    assert float(by_name["eps_emergence"].body) == pytest.approx(0.429439814419491837, rel=1e-16)
    names = [one.name for one in FUNCTIONS["irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8), 1-skill"]]
    assert names[5:] == ["G_stability", "G_fold", "G_potential", "G_fold_2", "G_emergence"]
    paper = {one.name: one for one in FUNCTIONS["paper, 1-skill"]}
    assert paper["R_emergence"].arguments == (c,)
    assert meant(paper["R_fold"], [5.0]) == pytest.approx(0.753562991657636, rel=1e-14)
    assert meant(paper["R_emergence"], [5.0]) == pytest.approx(2.4565308892391953, rel=1e-14)


def test_the_command_prints_code_that_runs(tmp_path: Path) -> None:
    done = run("derive", "ldpc(3,6)", "--format", "numpy")
    names: dict[str, Any] = {}
    exec(done.stdout, names)
    states = numpy.linspace(0, 1, 5)
    assert names["f"](states, 0.4) == pytest.approx([0.4 * (1 - (1 - q) ** 5) ** 2 for q in states], rel=1e-15)
    assert output("derive", "ldpc(3,6)", "--format", "c")["equation"]["text"] == "q = eps*(1 - (1 - q)^5)^2"


def test_a_law_that_a_language_cannot_write_is_refused() -> None:
    own = DensityEvolution(Ensemble(Poisson(c), PGF(sp.cosh(x) / sp.cosh(1))), SkillLearner(1))
    with pytest.raises(InputError, match=r"cannot be c for this law, got .sinh"):
        code(own, "c")


@pytest.mark.parametrize(
    ("language", "letter", "shown"), [("numpy", "lambda", "lambda_"), ("mathematica", "N", "NLetter"), ("julia", "end", "end_")]
)
def test_letters_that_are_words_of_a_language_are_renamed(language: str, letter: str, shown: str) -> None:
    model = load_model(None, texts=f"poisson({letter})", skills="poisson(3)")
    text = code(DensityEvolution(model.ensemble, model.learner), language)
    assert shown in text
    formulas = [line for line in text.splitlines() if re.match(r"(def )?[fT][\[(]|    return ", line)]
    assert len(formulas) >= 2
    assert not any(re.search(rf"\b{letter}\b", line) for line in formulas)
