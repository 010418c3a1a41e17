"""The commands that show models: derive, and presets."""

from __future__ import annotations

from typing import Any

import click

from .options import JSON, evolution_of, with_model
from .output import named, print_json, print_rows, print_table

__all__ = ["derive", "presets"]

_CODES = ("c", "javascript", "julia", "mathematica", "numpy", "sympy")
_FORMS = ("text", "latex", "document", *_CODES)
_DERIVED = {
    "equation": "equation",
    "teaching": "teaching",
    "zeta": "novel",
    "testing_error": "testing_error",
    "testing_error_uniform": "testing_error_uniform",
    "training_error": "training_error",
}
"""What is derived, and the attribute of the equation that holds it."""


@click.command()
@with_model(JSON, click.option("--format", "form", type=click.Choice(_FORMS), default="text", help="How to print the model."))
def derive(model: Any, values: dict[str, Any], as_json: bool, form: str) -> None:
    """Derive the fixed-point equation, the teaching probability and the errors, as formulas or code.

    `latex` is a fragment to be input, with closed forms, and a table and a curve where one letter is free; `document` compiles by itself.
    As code there are f, T, zeta, the errors and the thresholds.
    """
    if form != "text" and not as_json:
        click.echo(_source(model, values, form).rstrip("\n"))
        return
    from ..model.formula import Formula
    from ..theory.evolution.equations.density_evolution import FixedPointEquation

    equation = FixedPointEquation(model.ensemble, model.learner).at(**values)
    formulas = {name: Formula.of(getattr(equation, attribute)) for name, attribute in _DERIVED.items()}
    if as_json:
        print_json({name: formula.to_dict() for name, formula in formulas.items()})
    else:
        print_rows([*formulas.items()])


def _source(model: Any, values: dict[str, Any], form: str) -> str:
    """Return the model as LaTeX or as code."""
    evolution = evolution_of(model).at(**values)
    if form in _CODES:
        from ..present.paper.export import code

        return code(evolution, form)
    from ..present.paper.latex_export import latex_document, latex_fragment

    return (latex_fragment if form == "latex" else latex_document)(evolution, ", ".join(filter(None, (model.name, named(values)))))


@click.command()
@JSON
def presets(as_json: bool) -> None:
    """List the models that have a name."""
    from ..model.presets import PRESETS

    if as_json:
        print_json({"presets": [{"form": one.form, "letters": one.letters.split(", "), "what": one.what} for one in PRESETS.values()]})
    else:
        print_table(("preset", "letters", "what"), [(one.form, one.letters, one.what) for one in PRESETS.values()])
