"""The commands that draw graphs: simulate; validate, which lays theory beside them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import click

from ..errors import InputError
from ..record import Table
from .access import content_of, of_graphs, spoken
from .options import (
    ASSOCIATION,
    PARAMETER,
    SEED,
    SWEEP,
    WHOLE,
    WORKERS,
    Given,
    Many,
    Values,
    evolution_of,
    names_of,
    pairs,
    positive,
    swept,
    with_model,
)
from .output import Answer, Part, at, named, shortened
from .progress import peak_bytes, progress_bar

_SCHEDULER = click.option("--scheduler", metavar="ADDRESS", help="Draw the graphs on a Dask cluster (deanalysis[cluster]).")
_BATCH = click.option("--batch", type=WHOLE, metavar="B", help="Graphs handed over at a time (default: as many as make it worth while).")

_SKILLS, _OF_CHAIN, _FEWEST, _ELIMINATED = 100_000, 2_000_000, 1_000, 10_000
"""Skills that are drawn by default to compare with theory: of a graph, of a whole chain, and of a class of a topic at least; and of a graph
whose equations are eliminated, which takes time like their cube."""
_STUCK = "graphs with anything left"


@contextmanager
def _drawing(options: dict[str, Any]) -> Iterator[Callable[[int, int], None]]:
    """Show progress while graphs are drawn, on the cluster that the options state, if they do.

    It takes the place of its address; what goes wrong on it is said once, not logged as well.
    """
    scheduler = options.pop("scheduler")
    with ExitStack() as stack:
        if scheduler is not None:
            from ..simulate.executors import cluster

            logging.disable(logging.CRITICAL)
            options["executor"], threads = stack.enter_context(cluster(scheduler))
            options["workers"] = threads if options["workers"] is None else options["workers"]
        yield stack.enter_context(progress_bar())


@click.command()
@with_model(
    click.option("--size", type=WHOLE, metavar="N", help="Number of skills; of a chain, of each topic; of a protograph, of each column."),
    click.option("--texts-per-graph", type=WHOLE, metavar="M", help="Number of texts instead of --size; skills follow from the ratio."),
    click.option("--items", type=WHOLE, metavar="N", help="Skills of a whole chain, which choose their topics; with --cells."),
    click.option("--cells", type=WHOLE, metavar="M", help="Texts of each position of a chain, instead of the letter of their law."),
    click.option("--replicates", type=WHOLE, default=8, metavar="K", help="Independent graphs at each point, at most (default 8)."),
    click.option("--until", multiple=True, metavar="QUANTITY=WIDTH", help="Stop at this half width of the interval; repeatable."),
    click.option("--budget", metavar="SECONDS", help="Begin no more graphs after so many seconds."),
    click.option("--one-pass", is_flag=True, help="Present each text once, instead of again and again."),
    click.option("--passes", type=WHOLE, default=0, metavar="K", help="Present the texts K times in the same order."),
    click.option("--ideal", is_flag=True, help="Also zeta_ideal: what all texts together, by elimination over GF(2), leave undetermined."),
    click.option("--rounds", type=WHOLE, default=0, metavar="L", help="Also zeta after each of L rounds."),
    *ASSOCIATION,
    WORKERS,
    _SCHEDULER,
    _BATCH,
    SEED,
    SWEEP,
    click.option("--output", metavar="FILE.csv", help="Append one row per finished graph, and draw only those that it lacks."),
    classes=True,
    chains=True,
    ideal=True,
)
def simulate(model: Any, values: Values, size: int | None, until: Many, budget: Given, sweep: Many, **options: Any) -> Answer:
    """Simulate learning on random graphs, and count the components of the association graph if one is stated.

    Of a chain, `complete` is the share of the graphs in which every skill that is in some text was learned: with --items and --cells, how
    often a fuse filter of so many keys is built at the first attempt. `passed` is the share of those in which no topic has more than half
    of its unknown skills left: no front got stuck.

    Run again with the same --output, it goes on where it was stopped or killed.
    """
    from ..simulate.runs import sweep as run

    letters, points = swept(model, values, sweep)
    widths = {name: positive(width, "--until") for name, width in pairs(until, "--until").items()}
    seconds = None if budget is None else positive(budget, "--budget")
    limits = {"until": widths, "budget": seconds, "association": model.association}
    with _drawing(options) as step:
        runs = run(model.ensemble, model.learner, points, skills=size, progress=step, **limits, **options)
    peak = {"peak_bytes": peak_bytes()}
    access = [of_graphs(stats) if model.is_access else {} for stats in runs]
    contents = [stats.to_dict() | content_of(more) | peak for stats, more in zip(runs, access, strict=True)]
    told = _simulated([at(point, letters) for point in points], runs, letters, _quiet(model.association), access)
    return Answer.of_points(points, contents, sweep, told)


def _quiet(association: Any) -> tuple[str, ...]:
    """Return what nobody asks for: what is learned, of a network whose vertices are kept whether learned or not."""
    from ..simulate.statistics import QUANTITIES

    return () if association is None or association.learned else QUANTITIES


def _simulated(
    points: list[list[str]], runs: Sequence[Any], letters: list[str], quiet: tuple[str, ...], access: Sequence[Mapping[str, Any]]
) -> Iterator[Part]:
    """Yield the quantities at all points; at each whether learning emerged in some graphs alone, and zeta by rounds; what it took."""
    rows = [
        (*point, spoken(quantity), *_estimate(estimate))
        for point, stats, more in zip(points, runs, access, strict=True)
        for quantity, estimate in (stats.told | more | ({} if quiet else {_STUCK: stats.stuck})).items()
        if quantity.partition(":")[0] not in quiet and not isinstance(estimate, tuple)
    ]
    table = Table((*letters, "", "mean", "low", "high"), rows, keys=len(letters) + 1)
    yield table if letters else shortened(table, "quantities")
    for point, stats in zip(points, runs, strict=True):
        where = "".join(f"{name} = {value}: " for name, value in zip(letters, point, strict=True))
        if (emerged := stats.divided) and not quiet:
            share, low, high = (f"{100 * part:.3g} %" for part in (emerged.best, emerged.low, emerged.high))
            words = f"bimodal: in {share} [{low}, {high}] of the graphs learning emerged (zeta below {emerged.below:.3g})"
            yield f"{where}{words}; their mean describes neither kind"
        topics = [(number, *_estimate(state)) for number, state in enumerate(stats.topics, start=1)]
        yield shortened(Table((f"{where}topic", "zeta", "low", "high"), topics), "topics")
        rounds = [(number, *_estimate(state)) for number, state in enumerate(stats.followed, start=1)]
        yield Table((f"{where}round", "zeta", "low", "high"), rounds)
    graphs, seconds = sum(stats.replicates for stats in runs), sum(stats.seconds for stats in runs)
    size = f"{runs[0].skills} skills" if len({stats.skills for stats in runs}) == 1 else f"{runs[0].texts_per_graph} texts"
    yield f"{graphs} graphs of {size}, seed {runs[0].seed}, {seconds:.3g} s of work"


def _estimate(estimate: Any) -> tuple[str, ...]:
    return tuple(f"{value:.8g}" for value in (estimate.best, estimate.low, estimate.high))


@click.command()
@with_model(
    PARAMETER,
    click.option("--size", type=WHOLE, metavar="N", help="Number of skills (default 100000); of a chain, of each class of a topic."),
    click.option("--replicates", type=WHOLE, default=16, metavar="K", help="Independent graphs at each point (default 16)."),
    WORKERS,
    _SCHEDULER,
    SEED,
    SWEEP,
    *ASSOCIATION,
    click.option("--ideal", is_flag=True, help="Also what elimination leaves, around the potential thresholds (default size 10000)."),
    click.option("--independent", is_flag=True, help="Compare the independent approximation of the giant component."),
    click.option("--theory-factor", default="1", metavar="F", help="Multiply the theory, to see that the check can fail."),
    click.option("--results", metavar="FILE.csv", help="Keep one row per finished graph, and draw only those that it lacks."),
    click.option("-o", "--output", multiple=True, metavar="FILE", help="Write a figure (.svg, .pdf, .png) or a table (.csv); repeatable."),
    classes=True,
    chains=True,
    ideal=True,
)
def validate(model: Any, values: Values, parameter: Given, size: int | None, sweep: Many, output: Many, **options: Any) -> Answer:
    """Compare theory with simulation; exit status 1 if they disagree.

    Points on both sides of each jump are chosen where a letter is free and no --sweep is given; with --ideal, of each potential threshold.
    With --edges, --keep or --occupation, percolation on the association graph is compared as well. A chain is compared by topic and by
    position of its texts, a protograph by class and type; by default a chain has 2,000,000 skills in all, at most 100,000 of each class of
    a topic.
    """
    from ..present.validation.comparison import check_outputs, points_around, write_validation
    from ..present.validation.theory import ideal_of
    from ..present.validation.validate import validate as compare

    options["theory_factor"] = positive(options["theory_factor"], "--theory-factor")
    if options["independent"] and (model.association is None or not model.association.learned):
        raise InputError("--independent", "needs an association graph of learned skills", remedy="give --edges or --keep")
    evolution = evolution_of(model)
    own = {name: value for name, value in values.items() if name in names_of(evolution)}
    if not sweep and names_of(evolution) - set(own):
        around = ideal_of(evolution) if options["ideal"] else evolution
        points = [{**values, **point} for point in points_around(around, str(evolution.parameter(parameter, **own)), own)]
    else:
        points = swept(model, values, sweep)[1]
    check_outputs(output, points, by_place=model.is_chain)
    size = _default_size(model, options["ideal"]) if size is None else size
    if model.has_classes and (figures := [path for path in output if not path.lower().endswith(".csv")]):
        raise InputError("--output", "must be a table (.csv) where there are several classes", given=figures[0])
    with _drawing(options) as step:
        result = compare(evolution, points, skills=size, association=model.association, progress=step, **options)
    for path in output:
        write_validation(result, evolution, path)
    return Answer(result.to_dict(), _validated(result, _quiet(model.association)), int(result.verdict == "disagrees"))


def _default_size(model: Any, ideal: bool) -> int:
    """Return how many skills the graphs of a comparison have, fewer where they are eliminated; of a chain, each class of a topic."""
    from ..model.learners import Ideal

    if ideal or isinstance(model.learner, Ideal):
        return _ELIMINATED
    if not model.is_chain:
        return _SKILLS
    kinds = model.ensemble.topics * len(model.ensemble.cell.classes)
    return int(min(_SKILLS, max(_FEWEST, _OF_CHAIN // kinds)))


def _validated(result: Any, quiet: tuple[str, ...]) -> Iterator[Part]:
    """Yield what is said of each quantity at each point, of points that cannot be decided, and of all."""
    rows, left_out = [], 0
    for point in result.points:
        shown = [name for name in point.told if name.partition(":")[0] not in quiet]
        left_out += len(point.z) - len(point.told)
        where = named(point.parameters)
        numbers = ((f"{point.theory[name]:.6g}", f"{point.simulation[name].best:.6g}", f"{point.z[name]:.2f}") for name in shown)
        rows += [(where, name, *row, point.verdict) for name, row in zip(shown, numbers, strict=True)]
    yield Table(("point", "quantity", "theory", "simulation", "z", "verdict"), rows, keys=2)
    if left_out:
        yield f"of topics and positions, those of the largest |z|; {left_out} rows are left out (all: --json, or -o FILE.csv)"
    yield from (f"{named(point.parameters)}: {point.why}" for point in result.points if point.why)
    yield f"{result.verdict}: {result.why}"
