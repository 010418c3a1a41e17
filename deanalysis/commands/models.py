"""The commands that show models: derive, and presets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from ..record import Table
from .options import JSON, Values, evolution_of, with_model
from .output import Answer, named

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
@with_model(click.option("--format", "language", type=click.Choice(_FORMS), default="text", help="How to print the model."), chains=True)
def derive(model: Any, values: Values, language: str) -> Answer:
    """Derive the fixed-point equation, the teaching probability and the errors, as formulas or code.

    `latex` is a fragment to be input, with closed forms, and a table and a curve where one letter is free; `document` compiles by itself.
    As code there are f, T, zeta, the errors and the thresholds. Of a chain or a protograph
    there are formulas for a topic t, as text or LaTeX.
    """
    if model.is_chain:
        from .chains import derived

        return derived(model, values, language)
    from ..model.formula import Formula
    from ..theory.evolution.equations.density_evolution import FixedPointEquation

    equation = FixedPointEquation(model.ensemble, model.learner).at(**values)
    formulas = {name: Formula.of(getattr(equation, attribute)) for name, attribute in _DERIVED.items()}
    content = {name: formula.to_dict() for name, formula in formulas.items()}
    return Answer(content, [Table((), [*formulas.items()])] if language == "text" else _source(model, values, language))


def _source(model: Any, values: Values, language: str) -> Iterator[str]:
    """Yield the model as LaTeX or as code."""
    from ..present.paper.export import code, latex_document, latex_fragment

    evolution = evolution_of(model).at(**values)
    if language in _CODES:
        yield code(evolution, language).rstrip("\n")
    else:
        name = ", ".join(filter(None, (model.name, named(values))))
        yield (latex_fragment if language == "latex" else latex_document)(evolution, name).rstrip("\n")


@click.command()
@JSON
def presets(as_json: bool) -> int:
    """List the models that have a name."""
    from ..model.presets import PRESETS

    matchings = [preset.matching if "matching" in preset.takes else None for preset in PRESETS.values()]
    rows = [
        (preset.form, preset.letters, matching or "", preset.what) for preset, matching in zip(PRESETS.values(), matchings, strict=True)
    ]
    content = [
        {"form": preset.form, "letters": preset.letters.split(", "), "matching": matching, "what": preset.what}
        for preset, matching in zip(PRESETS.values(), matchings, strict=True)
    ]
    return Answer({"presets": content}, [Table(("preset", "letters", "matching", "what"), rows)]).print(as_json, "text")
