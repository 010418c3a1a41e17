"""The theory beside measured curves: `da.fit`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..checks import check_count
from ..errors import InputError
from .comparing import compare_curves
from .curves.forms import USUAL, Chinchilla, Form, Theory
from .least_squares.fitting import Fitted
from .least_squares.problem import LOCATIONS
from .points.measurements import Measurements, measured
from .points.sizes import BY_NAME, sizes_of
from .points.tables import Asked, read_columns
from .results import CurveFit
from .rising.emergence import emergence
from .rising.room_law import room_law

MODELS = ("paper", "paper+2-skill", "gamma", "pareto", "log_normal", "paper+room", "pareto+room")
"""The theory's models that are fitted where none is named."""
Progress = Callable[[int, int], None]
"""Called with how many steps are done, and of how many."""


def fit(
    table: Any,
    x: str,
    y: str,
    *,
    group: str | None = None,
    error: str | None = None,
    guess: float | None = None,
    where: Mapping[str, object] | None = None,
    of: str = "accuracy",
    models: str | Sequence[str] | None = None,
    own: str | Sequence[str] | None = None,
    skills: int | str | None = None,
    size: str | Mapping[str, float] | None = None,
    significance: float = 0.01,
    compare: bool = True,
    progress: Progress | None = None,
) -> CurveFit:
    """Fit the theory's learning curves to measured ones, with intervals, a test of the fit, and the usual forms beside it.

    y = guess + (1 - guess)(1 - P_test(R)), R = x/scale, P_test at the largest fixed point, with jumps (theory, sections 5 and 14). Least
    squares weighted by standard errors, from a coarse grid; intervals by profile likelihood; the model by AIC.

    Arguments:
    * `table`: a CSV or TSV file (also as .gz), or a mapping from names to columns, such as a data frame;
    * `x`, `y`, `group`, `error`: names of its columns: x >= 0, in proportion to the texts presented; y between 0 and 1, an `accuracy` or
      an `error` (`of`); the curve of a row; the standard error of y. Without errors noise is estimated (`measured`);
    * `guess`: the accuracy of guessing, fitted where it is not given;
    * `where`: only rows that hold these values, by names of columns;
    * `models`: names such as `paper`, `gamma+2-skill`, `pareto+room` (`Theory`); several of them where none is named;
    * `own`: parameters that each curve has for itself, the others are shared; if not stated, `room` alone. Where no model is named, those
      are fitted that have these parameters;
    * `skills`: the number of skills, by which the jump is smoothed (`finite.understood`), or "fit";
    * `size`: a column, or numbers by group, of the parameters of the trained model, or "names", which reads them from the names of curves
      (70m, 1.4b): then Chinchilla's law is fitted, too, and room by size (`room_law`);
    * `significance`: the p-value below which a model does not fit; `compare`: whether all models are compared on each curve.

    Raises `InputError` for a table, a column, a row, a name or a number that cannot be used.

    >>> x = [0.5, 1, 1.5, 2, 2.2, 2.4, 2.6, 2.8, 3, 4]
    >>> y = [0.009, 0.008, 0.01, 0.012, 0.014, 0.017, 1, 1, 1, 1]
    >>> found = fit({"x": x, "y": y, "e": [0.002] * 10}, "x", "y", error="e", guess=0, models="paper", compare=False)
    >>> found.verdict, found.parameters["c"].low < 5 < found.parameters["c"].high
    ('fits', True)
    """
    if not 0 < significance < 1:
        raise InputError("significance", "must lie between 0 and 1", given=significance)
    if guess is not None and not 0 <= guess < 0.95:
        raise InputError("guess", "must be from 0 to below 0.95", given=guess)
    others = (size,) if isinstance(size, str) and size != BY_NAME else ()
    columns = read_columns(table, Asked(x, y, group, error, others, tuple((name, str(value)) for name, value in (where or {}).items())))
    data = measured(columns, of=of)
    data = replace(data, sizes=sizes_of(columns, size))
    theory = [_finite(Theory.named(name), skills) for name in _names(models) or _usual_models(skills, _names(own))]
    theory.sort(key=lambda form: len(form.parameters))
    usual = [*USUAL, *([Chinchilla(min(data.sizes.values()), data.most)] if data.sizes and len(data.curves) > 1 else [])]
    tell = _Steps(progress, 2 * len(theory) + len(usual) + (len(data.curves) if compare else 0))
    found: list[tuple[str, Fitted]] = []
    for kind, forms in (("theory", theory), ("usual", usual)):
        for form in forms:
            one = Fitted.of(form, data, _own(form, own, guess, kind), guess, known=[known for _, known in found])
            found += [] if one is None else [(kind, one)]
            tell.done()
    if not any(kind == "theory" for kind, _ in found):
        raise InputError("the table", "must have more points than the model has parameters", given=data.points)
    best = min((one for kind, one in found if kind == "theory"), key=lambda one: one.aic)
    parameters, groups = best.intervals()
    tell.done(len(theory))
    ranked = sorted(found, key=lambda one: one[1].aic)
    candidates = [one.candidate(kind, significance) for kind, one in ranked]
    chosen = next(candidate for candidate in candidates if candidate.kind == "theory")
    open_ends = [name for name, interval in parameters.items() if not interval.is_determined]
    open_ends += [f"{name} of {curve}" for curve, each in groups.items() for name, interval in each.items() if not interval.is_determined]
    return CurveFit(
        chosen.model,
        parameters,
        groups,
        chosen.chi_square,
        chosen.degrees_of_freedom,
        chosen.p_value,
        chosen.verdict,
        chosen.aic,
        points=data.points,
        significance=significance,
        undetermined=tuple(open_ends),
        candidates=tuple(candidates),
        curves=compare_curves(data, theory, guess, tell.done) if compare else (),
        notes=(*data.notes, *_constant_said(data, significance)),
        emergence=emergence(best, significance),
        room_law=room_law([one for kind, one in ranked if kind == "theory"], groups, significance),
        fitted=tuple(one for _, one in ranked),
    )


def _names(names: str | Sequence[str] | None) -> list[str]:
    return [] if names is None else [part.strip() for part in names.split(",")] if isinstance(names, str) else list(names)


def _constant_said(data: Measurements, significance: float) -> list[str]:
    """Say which curves show no rise."""
    flat = data.constant(significance)
    if not flat:
        return []
    which = f"in {len(flat)} of {len(data.curves)} curves ({', '.join(flat)})" if len(data.curves) > 1 else "in the points"
    return [f"no rise is shown {which}: a constant fits, and parameters of a rise rest on nothing there"]


def _usual_models(skills: int | str | None, own: list[str]) -> list[str]:
    """Return the models that are fitted where none is named: without room where the number of skills is finite, and with all of `own`.

    All of them where none has these parameters, so that the first one refuses them.
    """
    named = {name: Theory.named(name) for name in MODELS}
    finite = [name for name, form in named.items() if skills is None or not form.curve.has_room]
    able = [name for name in finite if {*own} <= {*LOCATIONS, "guess", "skills", *(part.name for part in named[name].parameters)}]
    return able or finite


def _finite(form: Theory, skills: int | str | None) -> Theory:
    """Return a form on graphs of so many skills."""
    if skills is None:
        return form
    if form.curve.has_room:
        raise InputError(
            "skills", "has no law of finite size where there is room for some of the skills", remedy="state `models` without room"
        )
    return replace(form, fits_skills=True) if skills == "fit" else replace(form, finite=float(check_count(skills, 100, 10**12, "skills")))


def _own(form: Form, own: str | Sequence[str] | None, guess: float | None, kind: str) -> Sequence[str]:
    """Return the parameters that each curve has for itself: what was asked for, or what the form says, with the guess of a usual form."""
    if kind == "theory":
        return form.own if own is None else _names(own)
    return (*form.own, "guess") if form.own and guess is None else form.own


class _Steps:
    """Counts steps and says how many are done."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress, self.total, self.count = progress, total, 0

    def done(self, steps: int = 1) -> None:
        """Say that some steps more are done."""
        self.count += steps
        if self.progress:
            self.progress(self.count, self.total)
