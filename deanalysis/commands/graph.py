"""The command about a graph that exists: what is learned, beside rewired copies and theory; what blocks, an order, gifts, erasures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import click

from ..errors import InputError
from .graph_answer import Asked, Question
from .graph_files import check_numbers, check_outputs, known_names, read_graph
from .options import JSON, SEED, WHOLE, WORKERS, Given, saying

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
    click.option("--classes", metavar="FILE", help="Classes of skills to find again, as a table with the columns skill and class."),
    click.option("--embedding", metavar="OUT", help="Write the learned skills as points, near where texts associate them: .csv."),
    click.option("--residue", metavar="OUT", help="Write the graph of what is not learned, in the form that the ending says."),
    click.option("--save", metavar="OUT", help="Write the graph, in the form that the ending says."),
    click.option("--report", metavar="DIR", help="Write a page and a document about the graph into a folder."),
    SEED,
)
"""What is asked about a graph, wherever it comes from."""
_OF_ERASURES = ("punctured", "replicates", "output", "workers")
_NUMBERS = ("known_top", "rewire", "gifts", "replicates", "workers", "seed")
_OUTPUTS = ("curriculum", "curve", "embedding", "output", "residue", "save", "report")


def about_graph(*options: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that returns a graph its options and those that ask about it, and print the answer."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def command(as_json: bool, **given: Any) -> int:
            asked = Asked(**{name: given.pop(name) for name in Asked._fields})
            files = given["files"] if "files" in given else (given["file"],)
            learner = _check(asked, files)
            known = known_names(asked.known)
            with saying(copies="rewire", count="gifts"):
                return Question.of(function(**given), learner, known, asked).answer(" ".join(files)).print(as_json, "text")

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
    return read_graph(file, form, columns)


def _check(asked: Asked, files: Sequence[str]) -> Any:
    """Return the learner; raise `InputError` for what is wrong with the options whatever the graph, before that is read."""
    from ..checks import require_between
    from ..graphs.learning import bound_learner
    from ..model.exact import exact_number
    from ..model.reading import parse_learner

    check_numbers({name: getattr(asked, name) for name in _NUMBERS})
    for name in _OF_ERASURES:
        if asked.unknown is None and (value := getattr(asked, name)) is not None:
            raise InputError(f"--{name}", "needs --unknown, the probability of an erasure", given=value)
    if asked.unknown is not None:
        require_between(exact_number(asked.unknown, "--unknown"), 0, 1, "--unknown")
    check_outputs({name: getattr(asked, name) for name in _OUTPUTS}, (*files, asked.known, asked.classes))
    return bound_learner(parse_learner(asked.learner, "--learner"))
