"""The interactive part of the report page: its formulas as JavaScript, its sliders, and what they may be set to."""

from __future__ import annotations

import json
from dataclasses import dataclass

import sympy as sp

from ...errors import InputError
from ...model.learners import SkillLearner
from ...model.symbols import t
from ...theory.evolution.equations.fold_curve import fold_curve
from ...theory.facades.density_evolution import DensityEvolution
from ..kit.content import Explorer, Section, Slider, Text
from ..kit.figures import letter_of
from ..paper.export import functions
from ..paper.languages import Javascript
from .study import Study

__all__ = ["explorer_section"]

_MOST_SKILLS, _STEPS = 5, 200


def explorer_section(study: Study) -> Section | None:
    """Return the section with sliders, or None where the formulas cannot be written in JavaScript."""
    try:
        script = _script(study)
    except InputError:
        return None
    parameter = letter_of(str(study.parameter))
    words = (
        f"Move the sliders: the page computes everything below from the exported formulas. First the learning curve along {parameter}, "
        "with the states that are reached (thick) among all fixed points; then the rounds of density evolution, which stop at the largest "
        "fixed point; last " + ("the phase diagram with the folds and their cusp." if study.folds is not None else "all fixed points.")
    )
    return Section(
        "Try it", (Text(words), Explorer(tuple(_sliders(study)), tuple(_skills(study)), _rule(study), study.folds is not None, script))
    )


def _rule(study: Study) -> int:
    learner = study.evolution.learner
    return learner.s if isinstance(learner, SkillLearner) else 0


def _skills(study: Study) -> list[int]:
    """Return the numbers s of the s-skill learners to choose from; none for other learners."""
    return list(range(1, max(_MOST_SKILLS, _rule(study)) + 1)) if _rule(study) else []


def _sliders(study: Study) -> list[Slider]:
    """Return the letters in order of their names, each with its range and a first value at which something has been learned."""
    case, (low, high) = study.cases[-1], study.limits
    jumps = [float(one.value) for one in case.thresholds.emergence if one.value is not None]
    sliders = [_slider(str(study.parameter), low, high, _beside(jumps, low, high, case.curve.learned_side))]
    if study.other is not None:
        born = float(study.cusp.at[0][1]) if study.cusp is not None else 3.0
        sliders.append(_slider(str(study.other), 0.0, 3 * born, float(case.values[str(study.other)])))
    return sorted(sliders, key=lambda one: one.name)


def _beside(jumps: list[float], low: float, high: float, side: str) -> float:
    """Return a value just past the last jump, or the middle of the range."""
    if not jumps:
        return (low + high) / 2
    return min(high, 1.05 * max(jumps)) if side == "above" else max(low, 0.95 * min(jumps))


def _slider(name: str, low: float, high: float, value: float) -> Slider:
    step = float(f"{(high - low) / _STEPS:.1g}")
    low, high, value = (round(round(one / step) * step, 12) for one in (low, high, value))
    return Slider(name, max(low, step), high, step, value)


@dataclass(frozen=True)
class _Chosen:
    """One of the learners: its functions, the curve of its fixed points and, in the plane of c and R, its folds."""

    s: int
    evolution: DensityEvolution
    parameter: sp.Symbol

    @property
    def letters(self) -> tuple[sp.Symbol, ...]:
        """The letters in the order of the sliders."""
        return tuple(sorted(self.evolution.letters, key=str))

    def script(self, language: Javascript) -> str:
        """Write it as an object."""
        facts = {"s": self.s, "stuck": bool(self.evolution.never_starts), "completes": self.evolution.completes}
        parts = [f"{name}: {json.dumps(fact)}" for name, fact in facts.items()]
        parts += [_entry(language, one.name, one.arguments, one.body) for one in functions(self.evolution)]
        return f"{{{', '.join(parts)}, curve: {self._curve(language)}, folds: {self._folds(language)}}}"

    def _curve(self, language: Javascript) -> str:
        curve = self.evolution.curve(self.parameter)
        arguments = (t, *(letter for letter in self.letters if letter != self.parameter))
        parts = [_entry(language, "value", arguments, curve.value), _entry(language, "q", arguments, curve.q)]
        return f"{{{', '.join(parts)}, bounded: {json.dumps(curve.bounded)}, learnsAlong: {curve.learns_along}}}"

    def _folds(self, language: Javascript) -> str:
        folds = fold_curve(self.evolution) if len(self.letters) == 2 else None
        if folds is None:
            return "null"
        return f"{{{', '.join(_entry(language, name, (t,), body) for name, body in (('c', folds.c), ('R', folds.R)))}}}"


def _entry(language: Javascript, name: str, arguments: tuple[sp.Symbol, ...], body: sp.Expr) -> str:
    return f"{name}: ({', '.join(map(language.letter, arguments))}) => {language.formula(body)}"


def _script(study: Study) -> str:
    """Return the model as JavaScript: `model`, from which the page computes."""
    language, evolution = Javascript(), study.evolution
    chosen = [_Chosen(0, evolution, study.parameter)]
    if _rule(study):
        chosen = [_Chosen(s, DensityEvolution(evolution.ensemble, SkillLearner(s)), study.parameter) for s in _skills(study)]
    fields = {
        "parameter": json.dumps(str(study.parameter)),
        "sense": "1" if evolution.curve(study.parameter).learned_side == "above" else "-1",
        "letters": json.dumps([{key: getattr(one, key) for key in ("name", "shown", "low", "high")} for one in _sliders(study)]),
        "learners": "[" + ",\n".join(one.script(language) for one in chosen) + "]",
    }
    parts = [f"{name}: {value}" for name, value in fields.items()]
    parts.append(_entry(language, "unknown", chosen[0].letters, evolution.ensemble.unknown))
    body = ",\n".join(parts)
    used = [one for each in chosen for one in functions(each.evolution)]
    return "\n".join([*language.imports, *language.helpers(used), f"const model = {{{body}}};"])
