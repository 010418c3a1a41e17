"""Every formula that is exported means what was derived: read back from its LaTeX and evaluated beside the original; LaTeX compiles it."""

import random
import re
import runpy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sympy as sp
from mpmath import mp

from deanalysis import DensityEvolution, load_model
from deanalysis.model.presets import Model
from deanalysis.model.symbols import q
from deanalysis.present.paper.derivations import Answer, Check, Derivation, Range, Step, latex_derivation, written_steps
from deanalysis.present.paper.export import formulas, latex_fragment
from deanalysis.present.paper.latex_blocks import Letters, align, complete
from tests.latex_reader import Row, Values, evaluated, over_all_numbers, read, rows
from tests.system import compile_latex

PRESETS = ["paper", "ldpc(3,6)", "irsa(0.5*x^2 + 0.28*x^3 + 0.22*x^8)", "hypergraph(3)"]
LAWS = [
    "poisson(m)", "regular(4)", "regular(D)", "binomial(9, p)", "binomial(N, 1/3)", "geometric(m)", "negative_binomial(m, 2.5)",
    "negative_binomial(m, r)", "zipf(2.5, 2, 40)", "zipf(a, 1, 9)", "zipf(2, 1, 20, 10)", "polynomial(0.5*x^2 + 0.28*x^3 + 0.22*x^8)",
    "edge(0.7*x + 0.3*x^2)", "mixture(0.3: poisson(2), 0.7: regular(9))", "mixture(w: log_normal(2, 1), 1 - w: log_normal(3, 1/2))",
    "pareto(m, 2.5)", "pareto(m, a)", "log_normal(m, 1)", "log_normal(m, sigma)",
]  # fmt: skip
COUNTED = "degree,count\n1,30\n2,50\n4,20\n"
LEARNERS = ["1-skill", "2-skill", "success:(1 + x/2)*exp(-x/2)"]
PROGRAMS = sorted((Path(__file__).parents[3] / "derivations").glob("*.py"))
RANGES = {"a": (2.2, 2.9), "N": (5, 9), "D": (5, 9), "c": (3, 5), "m": (1, 3), "R": (0.5, 3)}
CLOSE = 1e-12


def pareto_moment(a: Any, k: Any, s: Any) -> Any:
    """E[W^k e^{-sW}] by the density of log W, independent of exponential integrals."""
    w = 1 - 1 / mp.mpf(a)
    most = mp.log(60 / (s * w) + 2)
    return mp.quad(lambda y: a * w**k * mp.exp((k - a) * y - s * w * mp.exp(y)), mp.linspace(0, most, 4))


def log_normal_moment(sigma: Any, k: Any, s: Any) -> Any:
    """E[W^k e^{-sW}] for W = e^{sigma Z - sigma^2/2}, by the density of Z."""

    def density(z: Any) -> Any:
        log = sigma * z - mp.mpf(sigma) ** 2 / 2
        return mp.npdf(z) * mp.exp(k * log - s * mp.exp(log))

    return over_all_numbers(density)


FUNCTIONS = {
    "LambertW": lambda x, k=0: mp.lambertw(x, int(k)),
    "ParetoMoment": pareto_moment,
    "LogNormalMoment": log_normal_moment,
    "uppergamma": mp.gammainc,
}


@pytest.fixture(autouse=True)
def _precision():
    with mp.workdps(22):
        yield


def value(expression: sp.Expr, point: dict[sp.Symbol, Any]) -> Any:
    letters = sorted(expression.free_symbols, key=str)
    return sp.lambdify(letters, expression, modules=[FUNCTIONS, "mpmath"])(*(point[letter] for letter in letters))


def close(one: Any, other: Any) -> bool:
    return bool(abs(mp.mpmathify(one) - mp.mpmathify(other)) <= CLOSE * max(1, abs(mp.mpmathify(other))))


def drawn(letters: Any, seed: int = 0) -> dict[sp.Symbol, Any]:
    chance = random.Random(seed)
    return {letter: mp.mpf(chance.uniform(*RANGES.get(letter.name, (0.1, 0.9)))) for letter in sorted(letters, key=str)}


def commands(letters: Letters, point: dict[sp.Symbol, Any]) -> dict[str, Any]:
    return {letters.names[symbol]: number for symbol, number in point.items() if symbol in letters.names}


def originals(evolution: DensityEvolution) -> dict[str, sp.Expr]:
    return {
        "T": evolution.teaching,
        "f": evolution.right_side,
        "zeta": evolution.novel,
        "testing": evolution.testing_error,
        "uniform": evolution.testing_error_uniform,
        "training": evolution.training_error,
    }


def evolution_of(model: Model) -> DensityEvolution:
    return DensityEvolution(model.ensemble, model.learner)


def check_equations(evolution: DensityEvolution) -> str:
    """Read back the equations of a model and compare them; return the block."""
    shown = formulas(evolution)
    letters = Letters.of([*(side for one in shown for side in one.sides), q])
    block = align(shown, letters)
    point = drawn({*evolution.letters, q})
    found = evaluated(list(rows(block)), Values(commands(letters, point)))
    for name, expression in originals(evolution).items():
        assert close(found[name], value(expression, point)), (name, block)
    return "\n".join(["\\begingroup", *letters.definitions, block, "\\endgroup"])


@cache
def equations_of(texts: str, skills: str, learner: str) -> str:
    return check_equations(evolution_of(load_model(None, texts=texts, skills=skills, learner=learner)))


def models() -> list[tuple[str, str, str]]:
    """Each law on the side of skills and, where it has a learner for it, of texts."""
    sides = [(law, learner) for place, law in enumerate(LAWS) for learner in (LEARNERS[0], LEARNERS[1 + place % 2])]
    return [("poisson(c)", law, LEARNERS[place % 3]) for place, law in enumerate(LAWS)] + [
        (law, "poisson(3*R)", learner) for law, learner in sides
    ]


@pytest.mark.parametrize(("texts", "skills", "learner"), models())
def test_the_equations_of_every_law_read_back(texts: str, skills: str, learner: str) -> None:
    assert "\\label{eq:training}" in equations_of(texts, skills, learner)


@pytest.mark.parametrize("side", ["texts", "skills"])
def test_the_equations_of_counted_degrees_read_back(side: str, tmp_path: Path) -> None:
    (tmp_path / "degrees.csv").write_text(COUNTED)
    laws = {"texts": "poisson(c)", "skills": "poisson(3)", side: f"table({tmp_path / 'degrees.csv'})"}
    check_equations(evolution_of(load_model(None, learner="2-skill", **laws)))


@pytest.fixture(scope="module")
def fragments() -> dict[str, str]:
    return {name: latex_fragment(evolution_of(load_model(name)), name, f"{place}:") for place, name in enumerate(PRESETS)}


def commands_of(fragment: str) -> dict[str, str]:
    return {shown: command for command, shown in re.findall(r"\\providecommand\{(\\letter\w+)\}\{(.*)\}", fragment)}


@pytest.mark.parametrize("name", PRESETS)
def test_presets_read_back_with_their_closed_forms(name: str, fragments: dict[str, str]) -> None:
    evolution, fragment = evolution_of(load_model(name)), fragments[name]
    point = drawn({*evolution.letters, q})
    letters = {commands_of(fragment)[sp.latex(symbol).replace("eps", r"\varepsilon")]: number for symbol, number in point.items()}
    found = {label.partition(":")[2]: number for label, number in evaluated(list(rows(fragment)), Values(letters)).items()}
    assert all(close(found[label], value(expression, point)) for label, expression in originals(evolution).items())
    closed = [one for letter in evolution.letters for one in evolution.thresholds(letter) if one.closed_form and one.kind != "cusp"]
    for one in closed:
        if not one.closed_form.expression.atoms(sp.CRootOf):
            assert close(found[f"{one.parameter}-{one.kind}"], value(one.closed_form.expression, point))
    assert ("-W_{" in fragment.replace(" ", "")) is (name in ("paper", "hypergraph(3)"))


def test_tables_show_proved_digits_and_curves_break_at_the_jump(fragments: dict[str, str]) -> None:
    text = fragments["ldpc(3,6)"]
    assert "emergence & $0.429439814419492$ & $0.260571072906576$ & proved" in text
    assert "searched: all eps in (0, 1]" in text
    curves = re.findall(r"\\addplot\[(.*?)\] coordinates \{(.*)\}; % zeta", text)
    assert [style for style, _ in curves] == ["thick", "thick, forget plot"]
    before, after = (re.findall(r"\(([\d.e-]+),([\d.e-]+)\)", points) for _, points in curves)
    assert min(float(x) for x, _ in before) == pytest.approx(0.42944, abs=1e-4) == max(float(x) for x, _ in after)
    assert {y for _, y in after} == {"0"}
    assert "\\addplot" not in fragments["paper"]


@pytest.mark.parametrize(("sign", "wrong"), [("1 - ", "1 + "), ("e^{- ", "e^{"), (r"\frac{7}{30}", r"\frac{7}{31}"), ("^{2}", "^{3}")])
def test_a_mutated_formula_is_caught(sign: str, wrong: str, fragments: dict[str, str]) -> None:
    name = PRESETS[2]
    fragment = fragments[name].replace(sign, wrong, 1)
    assert fragment != fragments[name]
    evolution = evolution_of(load_model(name))
    point = drawn({*evolution.letters, q})
    letters = {commands_of(fragment)[symbol.name]: number for symbol, number in point.items()}
    found = {label.partition(":")[2]: number for label, number in evaluated(list(rows(fragment)), Values(letters)).items()}
    assert not all(close(found[label], value(expression, point)) for label, expression in originals(evolution).items())


def test_letters_never_share_a_command() -> None:
    symbols = sp.symbols("m2 mTwo m_2 mOf2 mOfTwo eps R v_L", positive=True)
    letters = Letters.of(symbols)
    assert len(set(letters.names.values())) == len(symbols)
    assert all(re.fullmatch(r"\\letter[A-Za-z]+", command) for command in letters.names.values())


def derivation_of(path: Path) -> Derivation:
    found = runpy.run_path(str(path))["derivation"]
    assert isinstance(found, Derivation)
    return found


@pytest.fixture(scope="module")
def derivations() -> dict[str, Derivation]:
    return {path.stem: derivation_of(path) for path in PROGRAMS}


@pytest.mark.parametrize("name", [path.stem for path in PROGRAMS])
def test_every_step_of_a_derivation_reads_back(name: str, derivations: dict[str, Derivation]) -> None:
    result, *steps = written_steps(derivations[name])
    shown = Letters.of([side for row in (result, *steps) for one in row for side in one.sides])
    defined = list(rows(align(result, shown)))[1:]
    for written, step in zip(steps, derivations[name].steps, strict=True):
        point = drawn(step.left.free_symbols | step.right.free_symbols) | at(step)
        values = Values(commands(shown, point))
        *before, last = rows(align(written, shown))
        evaluated(usable(defined, values), values)
        evaluated(before, values)
        for side, expression in ((last.left, step.left), (last.right, step.right)):
            assert close(read(side)(values), value(expression, point)), (step.reason, side)


def usable(defined: list[Row], values: Values) -> list[Row]:
    """The definitions whose letters a step has."""
    return [row for row in defined if set(re.findall(r"\\letter\w+", row.right)) <= set(values.letters)]


def at(step: Step) -> dict[sp.Symbol, Any]:
    chance = random.Random(1)
    points = {one.letter: one.draw(chance) for one in step.assumptions if isinstance(one, Range)}
    return {letter: mp.mpf(point.p) / point.q for letter, point in points.items() if point is not None}


def test_all_of_it_compiles_without_a_warning(
    fragments: dict[str, str], derivations: dict[str, Derivation], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Step, "check", lambda self: Check(Answer.TRUE, 40))
    parts = [f"\\begingroup\n{text}\n\\endgroup" for text in fragments.values()]
    laws = [equations_of(*stated) for stated in models()]
    parts += [re.sub(r" \\label\{eq:.*?\}", "", block) for block in laws]
    parts += [f"\\begingroup\n{latex_derivation(one, f'{name}:')}\n\\endgroup" for name, one in derivations.items()]
    (tmp_path / "all.tex").write_text(complete("\n\n".join(parts)))
    log = compile_latex(tmp_path / "all.tex")
    assert "Overfull" not in log
    assert "Warning" not in log
