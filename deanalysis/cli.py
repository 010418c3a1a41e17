"""The command line: parse, call one public function, print."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from . import __version__
from .errors import InputError
from .options import (
    DIGITS,
    JSON,
    PARAMETER,
    SEED,
    SWEEP,
    WHOLE,
    WORKERS,
    after,
    as_texts,
    axis,
    evolution_of,
    pairs,
    peak_bytes,
    print_json,
    progress_bar,
    swept,
    with_model,
)

__all__ = ["main"]

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _Group(click.Group):
    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        command = super().get_command(ctx, name)
        if command is None and not name.startswith("-"):
            raise InputError("COMMAND", f"must be one of {', '.join(self.list_commands(ctx))}", given=name)
        return command

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=_Group, context_settings=_CONTEXT, invoke_without_command=True)
@click.version_option(__version__, prog_name="deanalysis", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Learning on random bipartite graphs: equations, thresholds with proof, simulation.

    MODEL is a preset (`deanalysis presets`) or a TOML file; or give --texts and --skills.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command()
@with_model(JSON, click.option("--format", "form", type=click.Choice(["text", "latex"]), default="text", help="How to print formulas."))
def derive(model: Any, values: dict[str, Any], as_json: bool, form: str) -> None:
    """Derive the fixed-point equation, the teaching probability and the errors, as formulas."""
    from .equations.formula import Formula
    from .present.tables import print_table

    evolution = evolution_of(model).at(**values)
    expressions = {
        "equation": evolution.equation,
        "teaching": evolution.teaching,
        "zeta": evolution.novel,
        "testing_error": evolution.testing_error,
        "testing_error_uniform": evolution.testing_error_uniform,
        "training_error": evolution.training_error,
    }
    formulas = {name: Formula.of(expression) for name, expression in expressions.items()}
    if as_json:
        print_json({name: formula.to_dict() for name, formula in formulas.items()})
    elif form == "latex":
        for formula in formulas.values():
            click.echo(formula.latex)
    else:
        print_table(("", ""), [(name, formula.text) for name, formula in formulas.items()])


@cli.command()
@with_model(
    PARAMETER,
    click.option("--kind", default="all", metavar="KIND", help="all, emergence, fold, stability, potential or cusp."),
    click.option("--search", metavar="LO:HI", help="Values to search, where the letter cannot be isolated."),
    DIGITS,
    JSON,
)
def threshold(model: Any, values: dict[str, Any], parameter: str | None, kind: str, search: str | None, digits: int, as_json: bool) -> None:
    """Find every threshold by its name, with proof.

    Emergence: the largest fixed point jumps. Fold: any other turning point. Stability: q = 0 changes stability. Potential: the global
    minimiser of the potential jumps. Cusp: a jump is born (solves for one more letter, left free).
    """
    from .present.tables import print_table, threshold_rows

    found = evolution_of(model).thresholds(parameter, kind=kind, digits=digits, search=search, **values)
    if as_json:
        print_json(found.to_dict())
        return
    if len(found):
        print_table(*threshold_rows(found))
    if found.reason:
        click.echo(found.reason)
    if found.searched:
        click.echo(f"searched: {found.searched}")


@cli.command()
@with_model(
    click.option("--x", "x_axis", required=True, metavar="NAME=LO:HI", help="The letter along, and its range."),
    click.option("--y", "y_axis", required=True, metavar="NAME=LO:HI", help="The letter upward, and its range."),
    click.option("-o", "--output", metavar="FILE", help="Write a figure (.svg, .pdf, .png), a table (.csv) or PGFPlots (.tex)."),
    JSON,
)
def phase(model: Any, values: dict[str, Any], x_axis: str, y_axis: str, output: str | None, as_json: bool) -> None:
    """Follow folds, cusps, potential and stability lines in the plane of two letters."""
    from .present.phase import write_phase_diagram
    from .present.tables import print_table

    (x, x_limits), (y, y_limits) = axis(x_axis, "--x"), axis(y_axis, "--y")
    free = {name: value for name, value in values.items() if name not in (x, y)}
    diagram = evolution_of(model).phase_diagram(x, y, x_limits, y_limits, **free)
    if output is not None:
        write_phase_diagram(diagram, output)
    if as_json:
        print_json(diagram.to_dict())
        return
    rows = [(line.kind, len(line.x), *(f"({line.x[end]:.6g}, {line.y[end]:.6g})" for end in (0, -1))) for line in diagram.lines]
    if rows:
        print_table(("line", "points", "from", "to"), rows)
    for place in diagram.cusp_points():
        click.echo(f"cusp at {x} = {place[0]:.15g}, {y} = {place[1]:.15g}")
    if not rows:
        click.echo("no line of any kind was found in this rectangle: none crosses its edges or the columns and rows that were searched")


@cli.command()
@with_model(PARAMETER, click.option("--testing-error", required=True, metavar="E", help="The target."), DIGITS, JSON)
def require(model: Any, values: dict[str, Any], parameter: str | None, testing_error: str, digits: int, as_json: bool) -> None:
    """Find the least R (or the bound on another letter) that reaches a testing error."""
    found = evolution_of(model).require(testing_error, parameter, digits=digits, **values)
    if as_json:
        print_json(found.to_dict())
    else:
        bound = "at least" if found.learned_side == "above" else "at most"
        where = " (just past it: an emergence)" if found.at_emergence else ""
        click.echo(f"{found.parameter} {bound} {found.value}{where}; {found.status}")


@cli.command()
@with_model(
    PARAMETER,
    click.option("--side", required=True, metavar="SIDE", help="Whose law to find: skills or texts."),
    click.option("--degrees", required=True, metavar="LIST", help="The degrees allowed: 2:8 or 2,3,8."),
    click.option("--mean", metavar="M", help="The mean degree to keep."),
    click.option("--least", multiple=True, metavar="DEGREE=FRACTION", help="A least fraction of nodes; repeatable."),
    click.option("--until", metavar="Q", help="The fraction of novel skills to be reached (default 0: all learned)."),
    DIGITS,
    JSON,
)
def optimize(
    model: Any,
    values: dict[str, Any],
    parameter: str | None,
    side: str,
    degrees: str,
    mean: str | None,
    least: tuple[str, ...],
    until: str | None,
    digits: int,
    as_json: bool,
) -> None:
    """Find the law of skills or texts that emerges earliest, and a proved bound on all others."""
    from .present.tables import print_table
    from .solve.optimization import optimize as best

    evolution = evolution_of(model)
    evolution = evolution.at(**{name: value for name, value in values.items() if name != parameter})
    found = best(evolution, side, degrees, parameter, mean=mean, least=pairs(least, "--least"), until=until, digits=digits)
    if as_json:
        print_json(found.to_dict())
        return
    rows = [(f"{side} of degree {degree}", f"{float(fraction):.12g}") for degree, fraction in found.fractions.items()]
    told = (found.parameter, found.value), ("what binds", found.binding), ("bound on all laws", found.bound), ("status", found.status)
    print_table(("", ""), [*rows, *told])


@cli.command()
@with_model(click.option("--rounds", type=WHOLE, metavar="L", help="Also the state after each of L rounds."), SWEEP, DIGITS, JSON)
def evolve(model: Any, values: dict[str, Any], rounds: int | None, sweep: str | None, digits: int, as_json: bool) -> None:
    """Evaluate where learning stops: q, zeta, testing and training error."""
    from .present.tables import print_table

    evolution = evolution_of(model)
    points = []
    for point in swept(model, values, sweep):
        content = evolution.fixed_point(digits=digits, **point).to_dict()
        if reason := evolution.at(**point).never_starts:
            content["reason"] = reason
        if rounds is not None:
            content["trajectory"] = evolution.trajectory(rounds, **point)
        points.append(content if sweep is None else {"parameters": as_texts(point), **content})
    if as_json:
        print_json(points[0] if sweep is None else {"points": points})
        return
    names = ("q", "zeta", "testing_error", "testing_error_uniform", "training_error", "rounds", "status")
    first = [] if sweep is None else [sweep.partition("=")[0]]
    rows = [[*(point["parameters"][name] for name in first), *(point[name] for name in names)] for point in points]
    if sweep is None:
        print_table(("", ""), list(zip(names, rows[0], strict=True)))
        if "reason" in points[0]:
            click.echo(points[0]["reason"])
    else:
        print_table((*first, *names), rows)
    if rounds is not None and sweep is None:
        print_table(("round", "q"), list(enumerate(points[0]["trajectory"])))


@cli.command()
@with_model(
    click.option("--size", type=WHOLE, required=True, metavar="N", help="Number of skills."),
    click.option("--replicates", type=WHOLE, default=8, metavar="K", help="Independent graphs (default 8)."),
    WORKERS,
    SEED,
    SWEEP,
    click.option("--output", metavar="FILE.csv", help="Append one row per finished graph."),
    JSON,
)
def simulate(
    model: Any,
    values: dict[str, Any],
    size: int,
    replicates: int,
    workers: int | None,
    seed: int | None,
    sweep: str | None,
    output: str | None,
    as_json: bool,
) -> None:
    """Simulate learning on random graphs."""
    from .present.tables import print_table
    from .simulate.runs import simulate as run
    from .simulate.statistics import QUANTITIES

    points = list(swept(model, values, sweep))
    models = [(model.ensemble.at(**point), model.learner.at(**point)) for point in points]
    done = []
    with progress_bar(len(points) * replicates) as step:
        for number, point in enumerate(points):
            label = str(model.name), ", ".join(f"{name}={value}" for name, value in as_texts(point).items())
            stats = run(
                *models[number],
                skills=size,
                replicates=replicates,
                seed=seed,
                workers=workers,
                progress=after(number * replicates, step),
                output=output,
                label=label,
            )
            seed = stats.seed
            content = {**stats.to_dict(), "peak_bytes": peak_bytes()}
            done.append(content if sweep is None else {"parameters": as_texts(point), **content})
    if as_json:
        print_json(done[0] if sweep is None else {"points": done})
        return
    first = [] if sweep is None else [sweep.partition("=")[0]]
    rows = [
        (*(content["parameters"][name] for name in first), quantity, *(f"{value:.8g}" for value in content[quantity].values()))
        for content in done
        for quantity in QUANTITIES
    ]
    print_table((*first, "", "mean", "low", "high"), rows)
    click.echo(f"{replicates} graphs of {size} skills, seed {seed}, {sum(content['seconds'] for content in done):.3g} s of work")


@cli.command()
@with_model(
    PARAMETER,
    click.option("--size", type=WHOLE, default=100_000, metavar="N", help="Number of skills (default 100000)."),
    click.option("--replicates", type=WHOLE, default=16, metavar="K", help="Independent graphs at each point (default 16)."),
    WORKERS,
    SEED,
    SWEEP,
    click.option("--theory-factor", default="1", metavar="F", help="Multiply the theory, to see that the check can fail."),
    JSON,
)
def validate(
    model: Any,
    values: dict[str, Any],
    parameter: str | None,
    size: int,
    replicates: int,
    workers: int | None,
    seed: int | None,
    sweep: str | None,
    theory_factor: str,
    as_json: bool,
) -> int:
    """Compare theory with simulation; exit status 1 if they disagree.

    Points on both sides of each jump are chosen where a letter is free and no --sweep is given.
    """
    from .model.checks import require_positive
    from .model.exact import exact
    from .present.tables import print_table
    from .present.validation import points_around
    from .present.validation import validate as compare

    factor = float(require_positive(exact(theory_factor, "--theory-factor"), "--theory-factor"))
    evolution = evolution_of(model)
    if sweep is None and {symbol.name for symbol in model.letters} - set(values):
        points = points_around(evolution, str(evolution.parameter(parameter, **values)), values)
    else:
        points = list(swept(model, values, sweep))
    with progress_bar(len(points) * replicates) as step:
        result = compare(
            evolution,
            points,
            skills=size,
            replicates=replicates,
            seed=seed,
            workers=workers,
            theory_factor=factor,
            progress=lambda finished, _: step(finished),
        )
    if as_json:
        print_json(result.to_dict())
    else:
        rows = [
            (", ".join(f"{letter}={value}" for letter, value in point.parameters.items()), name, f"{point.theory[name]:.6g}",
             f"{point.simulation[name]['mean']:.6g}", f"{z:.2f}", point.verdict)
            for point in result.points
            for name, z in point.z.items()
        ]  # fmt: skip
        print_table(("point", "quantity", "theory", "simulation", "z", "verdict"), rows)
        click.echo(f"{result.verdict}: {result.why}")
    return 1 if result.verdict == "disagrees" else 0


@cli.command()
@with_model(
    PARAMETER,
    click.option("-o", "--output", default="report", metavar="DIR", help="Folder (default report)."),
    WORKERS,
    SEED,
    JSON,
    default="paper",
)
def report(
    model: Any, values: dict[str, Any], parameter: str | None, output: str, workers: int | None, seed: int | None, as_json: bool
) -> int:
    """Write the main job's page and document about a model (default: paper)."""
    from .present.report import report as write

    with progress_bar(None) as step:
        written = write(model, output, values=values, parameter=parameter, seed=1 if seed is None else seed, workers=workers, progress=step)
    verdict = written.validation.verdict
    if as_json:
        print_json({"page": str(written.page), "document": str(written.document), "verdict": verdict})
    else:
        click.echo(written.validation.sentence)
        click.echo(f"page:     {written.page}\ndocument: {written.document}")
    return 1 if verdict == "disagrees" else 0


@cli.command()
@JSON
def presets(as_json: bool) -> None:
    """List the models that have a name."""
    from .model.presets import PRESETS
    from .present.tables import print_table

    if as_json:
        print_json({"presets": [{"form": one.form, "letters": one.letters.split(", "), "what": one.what} for one in PRESETS.values()]})
    else:
        print_table(("preset", "letters", "what"), [(one.form, one.letters, one.what) for one in PRESETS.values()])


def main() -> None:
    """Run the command line; a wrong input is one line and exit status 2."""
    try:
        status = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except InputError as error:
        _fail(str(error))
    except click.ClickException as error:
        _fail(" ".join(error.format_message().split()))
    except (click.Abort, KeyboardInterrupt):
        click.echo("deanalysis: interrupted; rows already written are kept", err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except MemoryError:
        _fail("the model needs more memory than there is")
    sys.exit(status if isinstance(status, int) else 0)


def _fail(message: str) -> None:
    click.echo(f"deanalysis: {message}", err=True)
    sys.exit(2)
