"""The command about a graph that exists: what is learned, beside rewired copies and theory; what blocks, an order, gifts, erasures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, NamedTuple

import click

from ..errors import InputError
from ..record import Table
from .options import JSON, SEED, WHOLE, WORKERS, Given, saying
from .output import Answer, Part
from .progress import progress_bar

_OPTIONS = (
    click.option("--learner", default="1-skill", metavar="RULE", help="1-skill (default), 2-skill, ... or success:EXPR in x."),
    click.option("--known", metavar="FILE", help="Skills that are known before, a name a line."),
    click.option("--known-top", type=WHOLE, default=0, metavar="K", help="The K commonest skills are known before as well."),
    click.option("--rewire", type=WHOLE, default=4, metavar="COPIES", help="Rewired copies to compare with (default 4; 0: none)."),
    click.option("--curriculum", metavar="OUT", help="Write the texts in an order of learning: .csv, or .tsv for flash-card programs."),
    click.option("--curve", metavar="OUT", help="Write what is learned where the k commonest skills are known: .csv, .svg, .pdf or .png."),
    click.option("--gifts", type=WHOLE, metavar="K", help="Find K skills whose gift teaches most."),
    click.option("--unknown", metavar="P", help="Erasures: each skill is unknown with probability P, those of --known never."),
    click.option("--punctured", metavar="NAMES", help="Skills that erasures always take, separated by commas."),
    click.option("--replicates", type=WHOLE, metavar="K", help="Draws of erasures (default 100)."),
    click.option("--output", metavar="FILE.csv", help="Keep one row per finished draw of erasures, and draw only those that it lacks."),
    WORKERS,
    click.option("--residue", metavar="OUT", help="Write the graph of what is not learned, in the form that the ending says."),
    click.option("--save", metavar="OUT", help="Write the graph, in the form that the ending says."),
    click.option("--report", metavar="DIR", help="Write a page and a document about the graph into a folder."),
    SEED,
)
"""What is asked about a graph, wherever it comes from."""
_REPLICATES = 100
_FIRST = 10
"""Lines of a list that are shown."""


class _Asked(NamedTuple):
    """What these options say."""

    learner: str
    known: Given
    known_top: int
    rewire: int
    curriculum: Given
    curve: Given
    gifts: int | None
    unknown: Given
    punctured: Given
    replicates: int | None
    output: Given
    workers: int | None
    residue: Given
    save: Given
    report: Given
    seed: int | None


def about_graph(*options: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that returns a graph its options and those that ask about it, and print the answer."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def command(as_json: bool, **given: Any) -> int:
            asked = _Asked(**{name: given.pop(name) for name in _Asked._fields})
            if asked.unknown is None:
                for name in ("punctured", "replicates", "output", "workers"):
                    if (value := getattr(asked, name)) is not None:
                        raise InputError(f"--{name}", "needs --unknown, the probability of an erasure", given=value)
            name = " ".join(given["files"] if "files" in given else (given["file"],))
            return _answer(function(**given), asked, name).print(as_json, "text")

        result: Callable[..., Any] = command
        for option in reversed((*options, *_OPTIONS, JSON)):
            result = option(result)
        return result

    return decorate


@click.command()
@about_graph(
    click.argument("file", metavar="FILE"),
    click.option(
        "--format", "form", metavar="FORMAT", help="alist, mtx, npz, csv, tsv, parquet, jsonl, hif or graphml (default: by ending)."
    ),
    click.option("--columns", metavar="TEXT,SKILL", help="The columns of a table that hold texts and skills (default text,skill)."),
)
def graph(file: str, form: Given, columns: Given) -> Any:
    """Learn on a graph that exists, beside rewired copies and theory; put its texts into an order, find gifts, draw erasures.

    FILE is an alist, a Matrix Market file, a table of edges (.csv, .tsv, .parquet with columns text and skill), lines of JSON, a
    hypergraph (HIF) or a bipartite GraphML; all but Parquet may be gzipped.
    """
    from ..graphs.graph import Graph

    with progress_bar("bytes") as step:
        return Graph.read(file, form, columns=None if columns is None else _pair(columns), progress=step)


def _pair(columns: str) -> tuple[str, str]:
    names = [name.strip() for name in columns.split(",")]
    if len(names) != 2:
        raise InputError("--columns", "must name two columns, of texts and of skills, as text,skill", given=columns)
    return names[0], names[1]


def _answer(graph: Any, asked: _Asked, name: str) -> Answer:
    """Answer what is asked about a graph of a name."""
    from ..graphs.reading import read_names
    from ..model.reading import parse_learner
    from ..present.validation.graphs import compare

    learner, seed = parse_learner(asked.learner, "--learner"), 1 if asked.seed is None else asked.seed
    before: dict[str, Any] = {"known": read_names(asked.known) if asked.known else (), "known_top": asked.known_top}
    with progress_bar("copies") as step:
        compared = compare(graph, learner, **before, copies=asked.rewire, seed=seed, progress=step)
    learning = compared.learning
    content, parts = compared.to_dict() | _more(learning, seed), [compared.table(), *_told(learning, seed)]
    for key, result in _results(graph, learner, asked, before, seed):
        content[key] = result.to_dict()
        parts.append(result.table())
    for path, write in _outputs(graph, learner, learning, asked, before, seed):
        write(path)
        parts.append(f"written: {path}")
    if asked.report is not None:
        from ..present.report.graph import report_graph

        with progress_bar("copies") as step, saying(output="report"):
            written = report_graph(graph, asked.report, learner, name=name, **before, copies=asked.rewire, seed=seed, progress=step)
        parts.append(f"written: {written.page}, {written.document}")
    return Answer(content, parts)


def _more(learning: Any, seed: int) -> dict[str, Any]:
    """Return what else is said of learning on the graph."""
    residue = learning.residue
    return {
        "testing_error": learning.testing_error(seed=seed).to_dict(),
        "cascade": learning.cascade,
        "blocked": {str(left): count for left, count in learning.blocked.items()},
        "residue": {"skills": residue.skills, "texts": residue.texts, "edges": residue.edges},
        "components": learning.components.quantities(learning.skills),
    }


def _results(graph: Any, learner: Any, asked: _Asked, before: dict[str, Any], seed: int) -> Iterator[tuple[str, Any]]:
    """Yield the results that are asked for beside that, by their keys."""
    if asked.curve is not None:
        from ..present.validation.known import compare_known, write_known

        with progress_bar("copies") as step:
            along = compare_known(graph, learner, copies=asked.rewire, seed=seed, progress=step)
        write_known(along, asked.curve)
        yield "emergence", along
    if asked.gifts is not None:
        from ..graphs.gifts import gifts

        with progress_bar("skills") as step:
            yield "gifts", gifts(graph, asked.gifts, learner, **before, seed=seed, progress=step)
    if asked.unknown is not None:
        yield "erasures", _erased(graph, learner, asked, before["known"])


def _erased(graph: Any, learner: Any, asked: _Asked, known: Any) -> Any:
    """Draw erasures."""
    from ..graphs.erasures import erasures

    punctured = [name.strip() for name in asked.punctured.split(",")] if asked.punctured else []
    options = {"unknown": asked.unknown, "known": known, "punctured": punctured, "output": asked.output, "workers": asked.workers}
    replicates = _REPLICATES if asked.replicates is None else asked.replicates
    with progress_bar("draws") as step:
        return erasures(graph, learner, replicates=replicates, seed=asked.seed, progress=step, **options)


def _outputs(graph: Any, learner: Any, learning: Any, asked: _Asked, before: dict[str, Any], seed: int) -> Iterator[tuple[str, Any]]:
    """Yield the files that are asked for, each with what writes it."""
    if asked.curriculum is not None:
        from ..graphs.curricula import curriculum

        yield asked.curriculum, curriculum(graph, learner, **before, seed=seed).write
    if asked.residue is not None:
        if learning.learned == 1:
            raise InputError("--residue", "has nothing to write: everything is learned", given=asked.residue)
        yield asked.residue, learning.residue.write
    if asked.save is not None:
        yield asked.save, graph.write


def _told(learning: Any, seed: int) -> Iterator[Part]:
    """Yield what is learned round by round, what blocks the rest, and what connects the learned skills."""
    yield Table(("round", "skills learned"), _first(list(enumerate(learning.cascade, start=1)), "later"))
    yield Table(("novel skills left", "texts"), _first(sorted(learning.blocked.items()), "more"))
    giant = learning.components.quantities(learning.skills)["giant_component"]
    yield f"the largest component of associated skills holds {giant:.4g} of all skills"
    yield f"texts that are left out and tested fail: {learning.testing_error(seed=seed)}"


def _first(rows: list[tuple[int, int]], rest: str) -> list[tuple[object, int]]:
    """Return the first rows of a list of counts, and the sum of the others."""
    more = sum(count for _, count in rows[_FIRST:])
    return [*rows[:_FIRST], *([(rest, more)] if more else [])]
