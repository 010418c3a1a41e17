"""What pages take from the program itself: its public names with their docstrings, the help of its commands, its figures."""

import ast
import inspect
import os
import re
from collections.abc import Iterator
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from docutils import nodes
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective
from sphinx.util.inspect import signature, stringify_signature

import deanalysis
from deanalysis.cli import cli
from deanalysis.present.kit.programs import FigureFiles, draw_picture, gallery_entries

FIGURES, DERIVATIONS = (Path(__file__).parent.parent / name for name in ("figures", "derivations"))
_WIDTH = 86


class _Written(SphinxDirective):
    """A directive that stands for the Markdown that it writes."""

    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes(self.write(), allow_section_headings=True)

    def write(self) -> str:
        """Return the Markdown."""
        raise NotImplementedError


class Public(_Written):
    """All public names of a room: `{public} model`."""

    required_arguments = 1

    def write(self) -> str:
        room = self.arguments[0]
        homes = {home: names for home, names in deanalysis._HOMES.items() if home.split(".")[0] == room}
        entries = [_entry(home, name) for home, names in homes.items() for name in names]
        if room in deanalysis._CALLABLE_ROOMS:
            entries.insert(0, _entry(f"{room}.runs", room))
        return "\n".join(entries)


class CommandLine(_Written):
    """What each command says when asked for help."""

    def write(self) -> str:
        return "\n".join(f"## {name}\n\n```text\n{_help(name, command)}\n```\n" for name, command in cli.commands.items())


class Gallery(_Written):
    """All figures, with what was computed for each and the tables behind it."""

    def write(self) -> str:
        return "\n".join(gallery_entries(FIGURES, "../figures/", pictures=True))


class Proofs(_Written):
    """All derivations, each with what it derives."""

    def write(self) -> str:
        said = {program.stem: ast.get_docstring(ast.parse(program.read_text())) or "" for program in sorted(DERIVATIONS.glob("*.py"))}
        return "\n".join(f"`{name}`\n: {' '.join(text.split())}\n" for name, text in said.items())


class Picture(SphinxDirective):
    """The picture of a figure's program, drawn from its tables when the page is read: `{picture} phase_diagram`."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        program, page = FIGURES / f"{self.arguments[0]}.py", Path(self.env.doc2path(self.env.docname))
        picture = _drawn(program, Path(self.env.doctreedir) / "figures")
        for source in (program, *FigureFiles(str(program), FIGURES).tables.iterdir()):
            self.env.note_dependency(str(source))
        title = ast.get_docstring(ast.parse(program.read_text())) or ""
        image = nodes.image(uri=os.path.relpath(picture, page.parent), alt=title.partition("\n")[0])
        self.set_source_info(image)
        return [image]


@cache
def _drawn(program: Path, folder: Path) -> Path:
    """Draw a picture, once for all pages that show it."""
    folder.mkdir(parents=True, exist_ok=True)
    return draw_picture(program, folder)


def _help(name: str, command: click.Command) -> str:
    program = click.Context(cli, info_name="deanalysis", terminal_width=_WIDTH, **cli.context_settings)
    return command.get_help(click.Context(command, info_name=name, parent=program))


def _entry(home: str, name: str) -> str:
    """Return the Markdown of a public name: its signature, its docstring and those of its methods."""
    value = getattr(deanalysis, name)
    if inspect.ismodule(value):
        value = getattr(import_module(f"deanalysis.{home}"), name)
    if not isinstance(value, type) and not inspect.isfunction(value):
        said = ModuleAnalyzer.for_module(f"deanalysis.{home}").find_attr_docs()["", name]
        return _described(4, "data", name, markdown("\n".join(said)))
    if inspect.isfunction(value):
        return _described(4, "function", name + _signature(value), markdown(value.__doc__))
    bases = [_link(base.__name__) for base in value.__bases__ if base.__name__ in deanalysis.__all__]
    inherits = [f"Inherits from {', '.join(bases)}."] if bases else []
    return _described(5, "class", name + _signature(value), "\n\n".join([markdown(value.__doc__), *inherits, *_members(value)]))


def _members(owner: type) -> Iterator[str]:
    for name, member in vars(owner).items():
        if name.startswith("_") or not member.__doc__:
            continue
        if isinstance(member, property | cached_property):
            yield _described(4, "property", name, markdown(member.__doc__))
        elif inspect.isfunction(member) or isinstance(member, classmethod):
            kind = "classmethod" if isinstance(member, classmethod) else "method"
            yield _described(4, kind, name + _signature(getattr(owner, name), bound_method=True), markdown(member.__doc__))


def _signature(value: Any, **options: bool) -> str:
    return stringify_signature(signature(value, **options), show_annotation=False, show_return_annotation=False)


def _described(ticks: int, kind: str, title: str, text: str) -> str:
    fence = "`" * ticks
    return f"{fence}{{py:{kind}}} {title}\n\n{text}\n{fence}\n"


def markdown(docstring: str) -> str:
    """Return a docstring as Markdown: examples as code, arguments as a list, public names and sections of the theory as links."""
    parts = []
    for part in re.split(r"\n\s*\n", inspect.cleandoc(docstring)):
        if part.startswith(">>>"):
            parts.append(f"```python\n{part}\n```")
        else:
            listed = re.sub(r"^    (\w[\w, ]*): ", r"- `\1`: ", part, flags=re.MULTILINE)
            named = re.sub(r"`(\w+)`", lambda name: _link(name[1]), listed)
            parts.append(re.sub(r"[Tt]heory, section (\d+)", r"{ref}`\g<0> <section-\1>`", named))
    return "\n\n".join(parts)


def _link(name: str) -> str:
    return f"{{py:obj}}`{name}`" if name in deanalysis.__all__ else f"`{name}`"


def _trim(app: Any, page: nodes.document) -> None:
    """Leave out the empty line that ends an example for doctest."""
    for block in page.findall(nodes.literal_block):
        block.rawsource = block.astext().rstrip()
        block[:] = [nodes.Text(block.rawsource)]


def setup(app: Any) -> dict[str, bool]:
    """Tell Sphinx."""
    app.add_directive("public", Public)
    app.add_directive("command-line", CommandLine)
    app.add_directive("gallery", Gallery)
    app.add_directive("picture", Picture)
    app.add_directive("proofs", Proofs)
    app.connect("doctree-read", _trim)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
