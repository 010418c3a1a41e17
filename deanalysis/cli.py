"""The command line: parse, call one public function, print."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click

from . import __version__
from .errors import InputError

__all__ = ["main"]

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _Bindings(click.ParamType):
    name = "NAME=VALUE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        name, separator, number = str(value).partition("=")
        if not (name.strip() and separator and number.strip()):
            raise InputError("--set", "must be NAME=VALUE", given=value)
        return name.strip(), number.strip()


class _Whole(click.ParamType):
    name = "N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value).strip().replace("_", "")
        if not text.lstrip("-").isdigit() or len(text) > 20:
            raise InputError(f"--{param.name}" if param else "a number", "must be a whole number", given=value)
        return int(text)


_WHOLE = _Whole()
_MODEL = [
    click.argument("model", required=False),
    click.option("--texts", metavar="LAW", help="Degree law of the texts."),
    click.option("--skills", metavar="LAW", help="Degree law of the skills."),
    click.option("--unknown", metavar="EXPR", help="Fraction of skills not known before training (default 1)."),
    click.option("--learner", metavar="RULE", help="1-skill, 2-skill, ... or success:EXPR in x."),
    click.option("--set", "bound", type=_Bindings(), multiple=True, metavar="NAME=VALUE", help="Bind a letter; repeatable."),
]
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_DIGITS = click.option("--digits", type=_WHOLE, default=15, metavar="N", help="Proved digits, 1 to 10000 (default 15).")
_PARAMETER = click.option("--parameter", metavar="NAME", help="The letter to solve for.")
_SWEEP = click.option("--sweep", metavar="NAME=LO:HI:POINTS", help="Vary a letter over a range.")
_SEED = click.option("--seed", type=_WHOLE, metavar="N", help="Seed of the generator.")
_WORKERS = click.option("--workers", type=_WHOLE, metavar="W", help="Processes (default: one per core).")


def _with(*options: Callable[..., Any], default: str | None = None) -> Callable[..., Any]:
    """Give a command a model (`default` if none is stated) and some options; the model arrives as one value."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def command(model: str | None, texts: str, skills: str, unknown: str, learner: str, bound: Any, **rest: Any) -> Any:
            from .model.files import check_letters, load_model

            stated = default if model is None and not (texts and skills) else model
            loaded = load_model(stated, texts=texts, skills=skills, unknown=unknown, learner=learner)
            given: dict[str, str] = {}
            for name, value in bound:
                if name in given:
                    raise InputError("--set", f"binds {name} twice", given=value)
                given[name] = value
            check_letters(given, loaded.letters, "--set")
            inherited = {symbol.name: value for symbol, value in loaded.bound.items() if symbol in loaded.letters}
            return function(loaded, {**inherited, **given}, **rest)

        result: Callable[..., Any] = command
        for option in (*reversed(options), *reversed(_MODEL)):
            result = option(result)
        return result

    return decorate


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
@_with(_JSON, click.option("--format", "form", type=click.Choice(["text", "latex"]), default="text", help="How to print formulas."))
def derive(model: Any, values: dict[str, Any], as_json: bool, form: str) -> None:
    """Derive the fixed-point equation, the teaching probability and the errors, as formulas."""
    from .equations.formula import Formula
    from .present.tables import print_table

    evolution = _evolution(model).at(**values)
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
        _print_json({name: formula.to_dict() for name, formula in formulas.items()})
    elif form == "latex":
        for formula in formulas.values():
            click.echo(formula.latex)
    else:
        print_table(("", ""), [(name, formula.text) for name, formula in formulas.items()])


@cli.command()
@_with(_PARAMETER, click.option("--kind", default="all", metavar="KIND", help="all, emergence or fold."), _DIGITS, _JSON)
def threshold(model: Any, values: dict[str, Any], parameter: str | None, kind: str, digits: int, as_json: bool) -> None:
    """Find where learning emerges: all jumps and folds, with proof."""
    from .present.tables import print_table

    if kind not in ("all", "emergence", "fold"):
        raise InputError("--kind", "must be all, emergence or fold", given=kind)
    found = _evolution(model).thresholds(_parameter(model, values, parameter), digits=digits, **_without(values, parameter))
    shown = found if kind == "all" else found.of_kind(kind)
    if as_json:
        _print_json(shown.to_dict())
        return
    if len(shown):
        header = ("kind", f"{shown.parameter}", "q there", "status", "learned", "closed form")
        rows = [(one.kind, one.value or "", one.fixed_point or "", one.status, one.learned_side, one.closed_form or "") for one in shown]
        print_table(header, rows)
    if shown.reason:
        click.echo(shown.reason)


@cli.command()
@_with(_PARAMETER, click.option("--testing-error", required=True, metavar="E", help="The target."), _DIGITS, _JSON)
def require(model: Any, values: dict[str, Any], parameter: str | None, testing_error: str, digits: int, as_json: bool) -> None:
    """Find the least R (or the bound on another letter) that reaches a testing error."""
    chosen = _parameter(model, values, parameter)
    found = _evolution(model).require(testing_error, chosen, digits=digits, **_without(values, parameter))
    if as_json:
        _print_json(found.to_dict())
    else:
        bound = "at least" if found.learned_side == "above" else "at most"
        where = " (just past it: an emergence)" if found.at_emergence else ""
        click.echo(f"{found.parameter} {bound} {found.value}{where}; {found.status}")


@cli.command()
@_with(click.option("--rounds", type=_WHOLE, metavar="L", help="Also the state after each of L rounds."), _SWEEP, _DIGITS, _JSON)
def evolve(model: Any, values: dict[str, Any], rounds: int | None, sweep: str | None, digits: int, as_json: bool) -> None:
    """Evaluate where learning stops: q, zeta, testing and training error."""
    from .present.tables import print_table

    evolution = _evolution(model)
    points = []
    for point in _swept(model, values, sweep):
        content = evolution.fixed_point(digits=digits, **point).to_dict()
        if rounds is not None:
            content["trajectory"] = evolution.trajectory(rounds, **point)
        points.append(content if sweep is None else {"parameters": _texts(point), **content})
    if as_json:
        _print_json(points[0] if sweep is None else {"points": points})
        return
    names = ("q", "zeta", "testing_error", "testing_error_uniform", "training_error", "rounds", "status")
    first = [] if sweep is None else [sweep.partition("=")[0]]
    rows = [[*(point["parameters"][name] for name in first), *(point[name] for name in names)] for point in points]
    if sweep is None:
        print_table(("", ""), list(zip(names, rows[0], strict=True)))
    else:
        print_table((*first, *names), rows)
    if rounds is not None and sweep is None:
        print_table(("round", "q"), list(enumerate(points[0]["trajectory"])))


@cli.command()
@_with(
    click.option("--size", type=_WHOLE, required=True, metavar="N", help="Number of skills."),
    click.option("--replicates", type=_WHOLE, default=8, metavar="K", help="Independent graphs (default 8)."),
    _WORKERS,
    _SEED,
    _SWEEP,
    click.option("--output", metavar="FILE.csv", help="Append one row per finished graph."),
    _JSON,
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

    points = list(_swept(model, values, sweep))
    done = []
    with _progress(len(points) * replicates) as step:
        for number, point in enumerate(points):
            label = str(model.name), ", ".join(f"{name}={value}" for name, value in _texts(point).items())
            stats = run(
                model.ensemble.at(**point),
                model.learner.at(**point),
                skills=size,
                replicates=replicates,
                seed=seed,
                workers=workers,
                progress=_after(number * replicates, step),
                output=output,
                label=label,
            )
            seed = stats.seed
            content = {**stats.to_dict(), "peak_bytes": _peak_bytes()}
            done.append(content if sweep is None else {"parameters": _texts(point), **content})
    if as_json:
        _print_json(done[0] if sweep is None else {"points": done})
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
@_with(
    _PARAMETER,
    click.option("--size", type=_WHOLE, default=100_000, metavar="N", help="Number of skills (default 100000)."),
    click.option("--replicates", type=_WHOLE, default=16, metavar="K", help="Independent graphs at each point (default 16)."),
    _WORKERS,
    _SEED,
    _SWEEP,
    click.option("--theory-factor", default="1", metavar="F", help="Multiply the theory, to see that the check can fail."),
    _JSON,
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
    from .model.exact import exact, require_positive
    from .present.tables import print_table
    from .present.validation import points_around
    from .present.validation import validate as compare

    factor = float(require_positive(exact(theory_factor, "--theory-factor"), "--theory-factor"))
    evolution = _evolution(model)
    if sweep is None and {symbol.name for symbol in model.letters} - set(values):
        points = points_around(evolution, _parameter(model, values, parameter), values)
    else:
        points = list(_swept(model, values, sweep))
    with _progress(len(points) * replicates) as step:
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
        _print_json(result.to_dict())
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
@_with(
    _PARAMETER,
    click.option("-o", "--output", default="report", metavar="DIR", help="Folder (default report)."),
    _WORKERS,
    _SEED,
    _JSON,
    default="paper",
)
def report(
    model: Any, values: dict[str, Any], parameter: str | None, output: str, workers: int | None, seed: int | None, as_json: bool
) -> int:
    """Write the main job's page and document about a model (default: paper)."""
    from .present.report import report as write

    with _progress(None) as step:
        written = write(model, output, values=values, parameter=parameter, seed=1 if seed is None else seed, workers=workers, progress=step)
    verdict = written.validation.verdict
    if as_json:
        _print_json({"page": str(written.page), "document": str(written.document), "verdict": verdict})
    else:
        click.echo(f"theory {verdict} with simulation: {written.validation.why}")
        click.echo(f"page:     {written.page}\ndocument: {written.document}")
    return 1 if verdict == "disagrees" else 0


@cli.command()
@_JSON
def presets(as_json: bool) -> None:
    """List the models that have a name."""
    from .model.presets import PRESETS
    from .present.tables import print_table

    if as_json:
        _print_json({"presets": [{"form": one.form, "letters": one.letters.split(", "), "what": one.what} for one in PRESETS.values()]})
    else:
        print_table(("preset", "letters", "what"), [(one.form, one.letters, one.what) for one in PRESETS.values()])


def _evolution(model: Any) -> Any:
    from .solve.evolution import DensityEvolution

    return DensityEvolution(model.ensemble, model.learner)


def _parameter(model: Any, values: dict[str, Any], parameter: str | None) -> str:
    """Return the letter to solve for: the one named, or the only one free."""
    from .model.files import check_letters

    if parameter is not None:
        check_letters([parameter], model.letters, "--parameter")
        return parameter
    free = sorted(symbol.name for symbol in model.letters if symbol.name not in values)
    if len(free) != 1:
        there = f"{', '.join(free)} are free" if free else "no letter is free"
        raise InputError("--parameter", f"must name the letter to solve for; {there}")
    return free[0]


def _without(values: dict[str, Any], parameter: str | None) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != parameter}


def _swept(model: Any, values: dict[str, Any], sweep: str | None) -> Iterator[dict[str, Any]]:
    """Yield the bindings of a sweep, exactly; every letter must be bound at each."""
    from .model.exact import exact
    from .model.files import check_letters

    name, points = _range(sweep) if sweep is not None else ("", [None])
    if sweep is not None:
        check_letters([name], model.letters, "--sweep")
    free = sorted({symbol.name for symbol in model.letters} - set(values) - {name})
    if free:
        raise InputError("the model", f"must have every letter bound; {', '.join(free)} is free", remedy=f"--set {free[0]}=VALUE")
    for point in points:
        yield values if point is None else {**values, name: exact(point)}


def _range(sweep: str) -> tuple[str, list[Any]]:
    from .model.exact import exact

    name, _, rest = sweep.partition("=")
    parts = rest.split(":")
    if len(parts) != 3 or not parts[2].strip().isdigit() or not 2 <= int(parts[2]) <= 100_000:
        raise InputError("--sweep", "must be NAME=LO:HI:POINTS with 2 to 100000 points", given=sweep)
    low, high = (exact(part, "--sweep") for part in parts[:2])
    if low.free_symbols or high.free_symbols:
        raise InputError("--sweep", "must run between numbers", given=sweep)
    count = int(parts[2])
    return name.strip(), [low + (high - low) * index / (count - 1) for index in range(count)]


def _texts(point: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in point.items()}


def _peak_bytes() -> int:
    """Return the largest resident size of this process and its workers."""
    import resource

    users = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(user).ru_maxrss for user in users) * 1024


@contextmanager
def _progress(total: int | None) -> Iterator[Callable[..., None]]:
    """Show progress on standard error where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("graphs", total=total)
        yield lambda done, of=total: bar.update(task, completed=done, total=of)


def _after(before: int, step: Callable[..., None]) -> Callable[[int, int], None]:
    return lambda finished, _: step(before + finished)


def _print_json(content: Any) -> None:
    click.echo(json.dumps(content, allow_nan=False, default=str))


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
