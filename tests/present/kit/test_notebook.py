"""In a real IPython every public value shows a formula, a table or a figure, and `import deanalysis` tells it how."""

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from functools import cache

import pytest
import sympy as sp
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import deanalysis as da
from deanalysis import R, c
from deanalysis.present.kit.notebook import DRAWN
from deanalysis.record import Shown, html_table
from deanalysis.theory.chains.fronts.speed_laws import speed_laws
from deanalysis.theory.chains.fronts.waves import wave
from deanalysis.theory.chains.fronts.windowed import windowed
from deanalysis.theory.evolution.equations.closed_forms import fold_curve
from deanalysis.theory.plane.diagram import Point

WITHOUT = {
    "ErasureCode": "a graph of a million edges; its repr says how large it is",
    "InputError": "an error, which is a sentence",
    "Learned": "a list of skills; its repr says how many",
    "Raw": "texts as data; the repr says how many",
    "Received": "texts as data; the repr says how many",
    "SemanticCoder": "a machine, not a result",
    "Texts": "texts as data; the repr says how many",
}
ABSTRACT = {"DegreeDistribution", "Learner", "Occupation"}


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InteractiveShell]:
    """A shell that was told how results show."""
    folder = tmp_path_factory.mktemp("ipython")
    running = InteractiveShell.instance(ipython_dir=str(folder), config=Config(HistoryManager={"enabled": False}))
    running.run_line_magic("load_ext", "deanalysis")
    yield running
    InteractiveShell.clear_instance()


def shown(shell: InteractiveShell, value: object) -> dict[str, str]:
    content, _ = shell.display_formatter.format(value)
    return content


def path_of(value: object) -> str:
    return f"{type(value).__module__}.{type(value).__name__}".removeprefix("deanalysis.")


def is_table(value: object) -> bool:
    return isinstance(value, Shown) and type(value).table is not Shown.table


def models() -> Iterator[object]:
    yield from (da.Poisson(c), da.Regular(3), da.Binomial(5, "1/2"), da.Geometric(2), da.NegativeBinomial(2, 3), da.Zipf(2, 1, 9))
    yield from (
        da.IdealSoliton(9),
        da.RobustSoliton(9, "0.2", "0.5"),
        da.LogNormal(3, 1),
        da.Pareto(3, 4),
        da.Polynomial(((2, "1/2"), (3, "1/2"))),
        da.PGF(sp.exp(da.x - 1)),
    )
    yield from (da.Mixture((("1/2", da.Poisson(1)), ("1/2", da.Poisson(3)))), da.Thinned(da.Poisson(3), "1/2"))
    yield from (da.SkillLearner(2), da.Ideal(), da.PoissonLearner("exp(-x/2)"), da.Uniform("1/2"), da.Decay("1/2"))
    yield from (da.Association(keep="p"), da.JointLaw.of({"a": da.Poisson(2)}), da.Prerequisites("1/2", "pair"))
    yield from (da.Cutoff(3, "1/4"), da.Protograph([[1, 2], [1, 2]]), da.Chain.fuse(3, 12))
    yield from (LEVELS.ensemble, *LEVELS.ensemble.classes, *LEVELS.ensemble.types)


def levels() -> da.ClassEvolution:
    basic, domain = da.SkillClass("basic", "2/3"), da.SkillClass("domain", "1/3", requires=("basic",))
    general = da.TextType("general", "1.2", {"basic": da.Poisson(3)})
    expert = da.TextType("expert", R, {"basic": da.Poisson(2), "domain": da.Poisson(4)})
    return da.ClassEvolution(da.ClassEnsemble((basic, domain), (general, expert)))


PAPER = da.DensityEvolution(da.Ensemble(texts=da.Poisson(c), skills=da.Poisson(c * R)), da.SkillLearner(1))
LEVELS = levels()
RUN = {"skills": 200, "replicates": 3, "seed": 1, "workers": 1}


def equations() -> Iterator[object]:
    yield from (PAPER, PAPER.ensemble, LEVELS, da.Hierarchy(LEVELS), da.Percolation(PAPER), da.ClassPercolation(LEVELS))
    yield da.Capacity.of(PAPER.ensemble, PAPER.learner, "1/2")
    yield PAPER.scaling(R).laws[0].formula
    yield fold_curve(PAPER)


def solved() -> Iterator[object]:
    found = PAPER.thresholds(R, c=5)
    yield from (found, found[0], found[0].value, PAPER.thresholds(R, c=2), PAPER.fixed_point(c=5, R=3), PAPER.require("0.01", c=2))
    scaling = PAPER.scaling(R, c=5)
    yield from (
        scaling,
        scaling.laws[0],
        *scaling.finite_size,
        LEVELS.fixed_point(R="1/2"),
        LEVELS.require(zeta="0.01", digits=5),
        *LEVELS.thresholds(R, search="0.4:0.6"),
    )
    yield from (
        da.Percolation(PAPER).component(c=1, R="1.5"),
        da.ClassPercolation(LEVELS).component(R="0.5"),
        *da.Hierarchy(LEVELS).thresholds(),
        da.cheapest(LEVELS),
    )
    yield LEVELS.require(zeta="0.01", digits=5)
    yield da.compress(PAPER, 1000, 80, c=5, R=3)
    line = da.PhaseLine("fold", (0.0, 1.0), (1.0, 2.0), (0.5, 0.5))
    yield from (line, da.PhaseDiagram("c", "R", ((0, 1), (1, 2)), (line,), ()))
    jumps = da.PhaseLine("emergence", (0.0, 1.0), (1.0, 2.0), {"basic": (0.5, 0.5), "domain": (0.7, 0.6)}, ("basic", "domain"))
    yield from (jumps, da.PhaseDiagram("A", "B", ((0, 1), (1, 2)), (jumps,), (), (Point(0.5, 1.5),), 1))


def used() -> Iterator[object]:
    ldpc = da.load_model("ldpc(3,6)")
    channel = da.erasure_channel(da.DensityEvolution(ldpc.ensemble, ldpc.learner), 10_000)
    bound = PAPER.at(c=3, R=2)
    yield from (channel, channel.send(50, texts=1000, erasure="0.41"), da.first_learned(bound, "1/2"), bound.epochs(1)[0], bound.one_pass())
    yield from (da.best_ratio(PAPER, "R", c=6), da.best_split(PAPER, "1e12", "R", c=6), da.partial_sum(PAPER, 2, c=5, R="2.6"))
    yield da.recursion(PAPER.ensemble, PAPER.learner, skills=20, c=3, R=2)
    chain, at = da.load_model("chain(paper, 9, 3)").ensemble, {c: sp.Integer(5), R: sp.Rational(6, 5)}
    yield from (wave(chain, at), windowed(chain, 4, at), *speed_laws(chain, R, {c: sp.Integer(5)}))
    evolution = da.ChainEvolution(chain)
    table = evolution.saturation(R, c=5, topics=[3], windows=[2], search="0.5:1", digits=5)
    yield from (evolution, evolution.fixed_point(c=5, R=1), table, *table.chains)
    yield da.best_stop(PAPER, 100_000, 256, "1e7", "R", c=5)
    irsa = da.load_model("irsa(x^3)")
    yield da.optimize(da.DensityEvolution(irsa.ensemble, irsa.learner), "skills", [3])
    yield from (da.Delivery(10, 9, 800, 3), da.fit_exponent([1, 2, 4], [3, 4, 6]), da.Language())
    yield da.code_texts(PAPER, skills=1000, texts=1000, c=3, R=2)
    sets = da.StuckSets(ldpc.ensemble.at(eps="0.2"), ldpc.learner, 120)
    yield from (sets, sets.floor(), da.size("hypergraph(4)", items=100, failure="1/240", degrees="3:4"))
    yield da.size("hypergraph(4)", items=100, failure="1/240", degrees=[4]).compared[0][1]
    floor = da.floor_law(ldpc.ensemble, ldpc.learner)
    yield from (da.growth_rate(ldpc.ensemble, ldpc.learner), floor, *floor.sets, da.light_load(irsa.ensemble, irsa.learner))
    yield da.DensityEvolution(ldpc.ensemble, ldpc.learner).thresholds(digits=5).code


def own() -> Iterator[object]:
    graph = da.Graph.from_edges([("t", "a"), ("u", "a"), ("u", "b"), ("v", "b"), ("v", "c"), ("v", "d")])
    fits = da.fit_laws(graph.text_degrees)
    yield from (fits, *fits.fits[:1])
    yield from (graph, da.learn(graph), da.curriculum(graph), da.gifts(graph, 1), da.gifts(graph, 1).gifts[0])
    several = da.erasures(graph, unknown=[0.2, 0.5], replicates=8, seed=1, workers=1)
    yield from (several, several[0])
    drawn = da.planted(40, 3, da.Poisson(3))
    embedding = da.embed(da.learn(drawn.graph))
    yield from (drawn, embedding, embedding.agreement(drawn.classes))
    yield from (da.known_curve(graph), da.known_curve(graph).emergence)
    yield from (da.compare(graph, copies=2), da.compare_known(graph, copies=2))
    prior = da.PriorKnowledge(da.Ensemble(da.Regular(3), da.Polynomial(((1, "0.9"), (20, "0.1")))), da.SkillLearner(1))
    yield from (prior, prior.state("0.05"), *prior.emergence())


def simulated() -> Iterator[object]:
    ensemble = PAPER.ensemble
    runs = da.sweep(ensemble, PAPER.learner, [{"c": 3, "R": 1}, {"c": 3, "R": 2}], **RUN)
    validation = da.validate(PAPER, [{"c": 3, "R": "0.8"}], **RUN)
    yield from (runs, runs[0], runs[0].estimate("zeta"), validation, validation.points[0])
    yield da.follow(da.load_model("chain(paper, 3, 2)").ensemble, skills=200, c=3, R=2)
    yield da.train(ensemble.at(c=3, R=2), PAPER.learner, skills=200, seed=1)


@cache
def measured() -> da.CurveFit:
    x, y = [0.5, 1, 1.5, 2, 2.2, 2.4, 2.6, 2.8, 3, 4], [0.009, 0.008, 0.01, 0.012, 0.014, 0.017, 1, 1, 1, 1]
    return da.fit({"x": x, "y": y, "e": [0.002] * 10}, "x", "y", error="e", guess=0, models="paper")


def beside_measurements() -> Iterator[object]:
    found = measured()
    yield from (found, found.parameters["c"], found.candidates[0], found.curves[0], found.curves[0].models[0])
    assert found.emergence is not None
    row = found.emergence.curves[0]
    yield from (found.emergence, row, row.step, row.by_theory, da.OneOnset(3.0, 1.2, (1, 40.0), 0.3, "may be one", False))
    yield da.RoomLaw("paper+room", True, {"net-1b": 1e9}, {"net-1b": da.Interval(0.5, 0.4, 0.6)}, da.Interval(0.3, 0.2, 0.4), 1e-3, 0.5)


@pytest.fixture(scope="module")
def values() -> list[object]:
    return [value for made in (models, equations, solved, used, own, simulated, beside_measurements) for value in made()]


def test_every_value_shows(shell: InteractiveShell, values: list[object]) -> None:
    for value in values:
        content = shown(shell, value)
        assert set(content) & {"text/latex", "text/html", "image/svg+xml"}, type(value)
        assert ("text/html" in content, "image/svg+xml" in content) == (is_table(value), path_of(value) == ".".join(DRAWN))


def test_no_public_class_is_forgotten(values: list[object]) -> None:
    there = {type(value).__name__ for value in values} | ABSTRACT | set(WITHOUT)
    assert {name for name in da.__all__ if isinstance(getattr(da, name), type)} <= there


def test_figures_are_of_a_type_that_there_is(values: list[object]) -> None:
    assert ".".join(DRAWN) in map(path_of, values)


def test_tables_and_figures_are_well_formed(shell: InteractiveShell, values: list[object]) -> None:
    count = 0
    for value in values:
        for kind in ("text/html", "image/svg+xml"):
            if written := shown(shell, value).get(kind):
                ET.fromstring(written if kind != "text/html" else f"<div>{written}</div>")
                count += 1
    assert count > 35


def test_cells_are_escaped() -> None:
    table = html_table(("<script>",), [("a & b", {"x<y": 1.0})], "<b>")
    assert [cell.text for cell in ET.fromstring(f"<div>{table}</div>").iter() if cell.text] == ["<script>", "a & b", "x<y = 1", "<b>"]


def test_a_table_says_what_was_found(shell: InteractiveShell) -> None:
    table = ET.fromstring(f"<div>{shown(shell, PAPER.thresholds(R, c=5))['text/html']}</div>")
    cells = [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")]
    assert cells[0][:2] == ["kind", "R"]
    assert ["emergence", "2.45653088923920"] in [row[:2] for row in cells]


def test_import_in_a_shell_tells_it_and_loads_nothing() -> None:
    code = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell("import deanalysis as da")
print(any(name in sys.modules for name in ("sympy", "numpy", "matplotlib")))
shell.run_cell("found = da.PhaseDiagram('c', 'R', ((0, 1), (0, 1)), (), ())")
print(sorted(shell.display_formatter.format(shell.user_ns["found"])[0]))
"""
    environment = {**os.environ, "IPYTHONDIR": tempfile.mkdtemp()}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert ran.stdout == "False\n['image/svg+xml', 'text/plain']\n"


def test_a_fit_shows_its_figure_above_its_table(shell: InteractiveShell) -> None:
    found = measured()
    page = ET.fromstring(f"<div>{shown(shell, found)['text/html']}</div>")
    assert [part.tag.rpartition("}")[2] for part in page][:2] == ["svg", "table"]
    read = da.CurveFit.from_dict(found.to_dict())
    assert shown(shell, read)["text/html"] == found._repr_html_()
