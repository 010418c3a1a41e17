"""The main job: the report of a model, of a graph that exists, or of a table of measurements, as a page and a document."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from ..errors import InputError
from .fit import FIT, NAMES, columns_of, fitted
from .graph_files import check_numbers, check_outputs, known_names, read_graph
from .options import PARAMETER, SEED, WHOLE, WORKERS, Given, Values, pairs, saying, with_model
from .output import Answer
from .progress import progress_bar

_OF_MODELS = (
    "texts",
    "skills",
    "unknown",
    "matching",
    "coupling",
    "ends",
    "punctured",
    "normalize",
    "bound",
    "parameter",
    "workers",
)
_OF_GRAPHS = ("columns", "known_top", "rewire")
_OF_TABLES = tuple(name for name in NAMES if name != "skills")
_SAID = {"bound": "--set", "known_top": "--known-top", "models": "--model", "no_compare": "--no-compare"}
_COPIES = 4
_KNOWN = click.option("--known", metavar="FILE", help="Of a graph: skills that are known before, a name a line; of a ring: so many topics.")
_GRAPH = (
    click.option("--known-top", type=WHOLE, metavar="K", help="Of a graph: the K commonest skills are known before as well."),
    click.option("--rewire", type=WHOLE, metavar="COPIES", help=f"Of a graph: rewired copies to compare with (default {_COPIES})."),
    click.option("--columns", metavar="TEXT,SKILL", help="Of a table of edges: the columns that hold texts and skills."),
)


def _of_files_too(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let the report of a model be that of a table of measurements where its columns are named, else of a graph where MODEL is its file."""

    @wraps(function)
    def command(model: Given, **given: Any) -> int:
        from ..graphs.endings import is_graph_file

        if given["x"] is not None or given["y"] is not None:
            others = {name for name in given if name not in (*NAMES, "output", "as_json")}
            _refuse(given, tuple(sorted(others)), "is not for tables of measurements")
            return _table_answer(model, **{name: value for name, value in given.items() if name not in others})
        _refuse(given, _OF_TABLES, "is for tables of measurements alone: state --x and --y, too")
        given = {name: value for name, value in given.items() if name not in _OF_TABLES}
        if model is not None and is_graph_file(model):
            _refuse(given, _OF_MODELS, "is for models; a graph has its own degrees")
            return _graph_answer(model, **{name: value for name, value in given.items() if name not in _OF_MODELS})
        _refuse(given, _OF_GRAPHS, "is for graph files alone")
        return int(function(model=model, **{name: value for name, value in given.items() if name not in _OF_GRAPHS}))

    return command


def _refuse(given: dict[str, Any], names: tuple[str, ...], why: str) -> None:
    """Raise `InputError` for the first of some options that is given."""
    for name in names:
        if given[name] is not None and given[name] is not False and given[name] != ():
            shown = " ".join(given[name]) if isinstance(given[name], tuple) else given[name]
            raise InputError(_SAID.get(name, f"--{name}"), why, given=None if shown is True else shown)


def _table_answer(path: Given, output: str, as_json: bool, **given: Any) -> int:
    """Write the report of a table of measurements, and print where it is."""
    from ..measured.shown import verdict
    from ..present.report.fits import written_report
    from ..present.report.writing import folder_of

    if path is None:
        raise InputError("FILE", "must be given where --x and --y name its columns")
    if missing := [f"--{name}" for name in ("x", "y") if given[name] is None]:
        raise InputError(missing[0], "must be the name of a column")
    check_outputs({"output": output}, (path,), folders=("output",))
    with folder_of(output) as folder:
        asked = {**given, "where": pairs(given["where"], "--where"), "of": given["of"] or "accuracy"}
        written = written_report(fitted(path, **given), folder, Path(path).name, asked)
    told = (*verdict(written.fit), f"page:     {written.page}\ndocument: {written.document}")
    return Answer(written.to_dict(), told).print(as_json, "text")


def _graph_answer(
    path: str,
    learner: Given,
    columns: Given,
    known: Given,
    known_top: int | None,
    rewire: int | None,
    output: str,
    seed: int | None,
    as_json: bool,
) -> int:
    """Write the report of a graph file, and print where it is."""
    from ..graphs.learning import bound_learner
    from ..model.reading import parse_learner
    from ..present.report.graph import report_graph

    copies, seed = _COPIES if rewire is None else rewire, 1 if seed is None else seed
    check_numbers({"known_top": known_top, "rewire": copies, "seed": seed})
    check_outputs({"output": output}, (path, known), folders=("output",))
    rule = bound_learner(None if learner is None else parse_learner(learner, "--learner"))
    before: dict[str, Any] = {"known": known_names(known), "known_top": known_top or 0}
    graph = read_graph(path, columns=columns)
    with progress_bar("copies") as step, saying(copies="rewire"):
        written = report_graph(graph, output, rule, name=Path(path).name, **before, copies=copies, seed=seed, progress=step)
    return Answer(written.to_dict(), written.parts).print(as_json, "text")


@click.command()
@_of_files_too
@with_model(
    PARAMETER,
    click.option("-o", "--output", default="report", metavar="DIR", help="Folder (default report)."),
    WORKERS,
    SEED,
    *_GRAPH,
    *columns_of(required=False),
    *FIT,
    default="paper",
    chains=True,
    known=_KNOWN,
)
def report(model: Any, values: Values, parameter: Given, output: str, workers: int | None, seed: int | None) -> Answer:
    """Write the main job's page and document about a model (default: paper), a graph file, or a table of measurements.

    MODEL may be a graph that exists, in a file that ends as those of `deanalysis graph` do; or, with --x and --y, a table of measured
    learning curves: all options of `deanalysis fit` are for such tables, --skills N among them.
    """
    from ..present.report.report import report as write

    with progress_bar() as step:
        written = write(model, output, values=values, parameter=parameter, seed=1 if seed is None else seed, workers=workers, progress=step)
    content = {"page": str(written.page), "document": str(written.document), "verdict": written.validation.verdict}
    told = (written.validation.sentence, f"page:     {written.page}\ndocument: {written.document}")
    return Answer(content, told, int(written.validation.verdict == "disagrees"))
