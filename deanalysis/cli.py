"""The command line: parse, call one public function, print."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from .commands import experiments, theory
from .commands.classes import classes
from .commands.compress import compress, decode, encode
from .commands.options import JSON, PARAMETER, SEED, WORKERS, with_model
from .commands.output import print_json
from .commands.percolation import percolation
from .commands.progress import progress_bar, working
from .commands.scaling import scaling
from .errors import InputError
from .version import __version__

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

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command: its errors name options, and an interrupt leaves no empty line, which Click would print."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            command = self.commands.get(ctx.invoked_subcommand or "")
            raise error.spoken(_options(command) if command else {}) from None
        except KeyboardInterrupt:
            raise click.Abort from None


def _options(command: click.Command) -> dict[str, str]:
    """Return the options of a command by the names that arguments of functions have."""
    options = [option for parameter in command.params for option in parameter.opts if option.startswith("--")]
    return {option[2:].replace("-", "_"): option for option in options}


@click.group(cls=_Group, context_settings=_CONTEXT, invoke_without_command=True)
@click.version_option(__version__, prog_name="deanalysis", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Learning on random bipartite graphs: equations, thresholds with proof, simulation.

    MODEL is a preset (`deanalysis presets`) or a TOML file; or give --texts and --skills.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for command in (
    theory.derive,
    theory.threshold,
    theory.phase,
    theory.require,
    theory.optimize,
    theory.evolve,
    percolation,
    scaling,
    compress,
    encode,
    decode,
    classes,
):
    cli.add_command(command)
for command in (experiments.simulate, experiments.validate):
    cli.add_command(command)


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
    from .present.report.report import report as write

    with progress_bar() as step:
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
    from .present.kit.tables import print_table

    if as_json:
        print_json({"presets": [{"form": one.form, "letters": one.letters.split(", "), "what": one.what} for one in PRESETS.values()]})
    else:
        print_table(("preset", "letters", "what"), [(one.form, one.letters, one.what) for one in PRESETS.values()])


def main() -> None:
    """Run the command line; where there is no answer, one line says why, with exit status 2: of a wrong input, or of a fault here."""
    try:
        with working("deanalysis"):
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
    except OSError as error:
        _fail(f"{error.filename or 'a file'} cannot be read or written: {error.strerror or error}")
    except Exception as error:
        from .commands.faults import fault

        _fail(fault(error, sys.argv[1:]))
    sys.exit(status if isinstance(status, int) else 0)


def _fail(message: str) -> None:
    click.echo(f"deanalysis: {message}", err=True)
    sys.exit(2)
