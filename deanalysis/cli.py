"""The command line: parse, call one public function, print."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import click

from .commands.progress import working
from .errors import InputError, visible
from .version import __version__

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
COMMANDS = {
    "derive": "Derive the fixed-point equation, the teaching probability and the errors, as formulas or code.",
    "threshold": "Find every threshold by its name, with proof.",
    "phase": "Follow folds, cusps, potential and stability lines in the plane of two letters.",
    "require": "Find the least R (or the bound on another letter) that reaches a target: of testing error, training error or zeta.",
    "optimize": "Find the law of skills or texts that emerges earliest, and a proved bound on all others.",
    "evolve": "Evaluate where learning stops: q, zeta, testing and training error.",
    "percolation": "Find the giant component of the skills that are learned, and the threshold at which it appears.",
    "scaling": "State the scaling laws: far from the thresholds, at each jump or cusp, and on graphs of finite size.",
    "size": "Find the least number of texts for N items and a chance of failure; or how many items fit; or what fails.",
    "floor": "Count small stuck sets, and state the error floor: exactly, to leading order, and how fast their number grows.",
    "compress": "State what a text takes when a trained learner sends sets of skills, and where the gain jumps.",
    "encode": "Encode a file of texts with a list of learned skills.",
    "decode": "Decode what encode wrote, with the same list of learned skills.",
    "classes": "Learn several classes of skills from several types of texts: equations, state, all jumps, levels, the region of two loads.",
    "graph": "Learn on a graph that exists, beside rewired copies and theory; put its texts into an order, find gifts, draw erasures.",
    "corpus": "Learn the words of plain text: sentences or lines are texts, the words in them skills.",
    "fit": "Fit the theory's learning curves to measured ones: parameters with intervals, a test, and the usual forms beside them.",
    "simulate": "Simulate learning on random graphs, and count the components of the association graph if one is stated.",
    "validate": "Compare theory with simulation; exit status 1 if they disagree.",
    "report": "Write the main job's page and document about a model (default: paper), a graph file, or a table of measurements.",
    "presets": "List the models that have a name.",
}
"""The first sentence of each command's help: so that the list of commands imports none of them."""
_MODULES = {
    "models": ("derive", "presets"),
    "theory": ("threshold", "phase", "require", "optimize", "evolve"),
    "compress": ("compress", "encode", "decode"),
    "sizing": ("size", "floor"),
    "experiments": ("simulate", "validate"),
}
"""The module of each command; one that is not here has a module of its name."""


class _Imported(Mapping[str, click.Command]):
    """The commands by name, each imported when it is asked for."""

    def __getitem__(self, name: str) -> click.Command:
        if name not in COMMANDS:
            raise KeyError(name)
        home = next((module for module, commands in _MODULES.items() if name in commands), name)
        if home == "models" and "sympy" not in sys.modules:
            os.environ.setdefault("SYMPY_GROUND_TYPES", "python")  # a formula needs no flint, which SymPy would load for its integers
        command: click.Command = getattr(import_module(f".commands.{home}", __package__), name)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class _Group(click.Group):
    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS and not name.startswith("-"):
            raise InputError("COMMAND", f"must be one of {', '.join(COMMANDS)}", given=name)
        return super().get_command(ctx, name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        limit = formatter.width - 6 - max(map(len, COMMANDS))
        shown = [(name, click.Command(name, help=sentence).get_short_help_str(limit)) for name, sentence in COMMANDS.items()]
        with formatter.section("Commands"):
            formatter.write_dl(shown)

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


@click.group(cls=_Group, commands=_Imported(), context_settings=_CONTEXT, invoke_without_command=True)
@click.version_option(__version__, prog_name="deanalysis", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Learning on random bipartite graphs: equations, thresholds with proof, simulation.

    MODEL is a preset (`deanalysis presets`) or a TOML file; or give --texts and --skills.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def main() -> None:
    """Run the command line; where there is no answer, one line says why, with exit status 2: of a wrong input, or of a fault here."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal may lack characters that names have
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
    click.echo(f"deanalysis: {visible(message)}", err=True)
    sys.exit(2)
