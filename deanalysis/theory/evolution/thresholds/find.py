"""Every threshold by its name: emergence, fold, stability, potential and cusp, in any letter, explicit where it can be isolated."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import NamedTuple

import sympy as sp

from ....balls.numbers import check_digits
from ....errors import InputError
from ....model.exact import Value
from ....model.formula import Formula, text
from ..answers import Status, Undecided, by_method, check_method
from ..branches.branch import Branch, Found
from ..branches.implicit.plane import PlaneBranch
from ..branches.inverted.inverted import Inverted
from ..equations.closed_forms import closed_forms
from ..equations.curve import Curve, inverted
from ..equations.density_evolution import FixedPointEquation
from ..equations.fold_curve import fold_curve
from ..equations.self_dual import self_dual
from ..search import Range, parse_search
from .cusps import cusps
from .methods import completed, is_open
from .results import Threshold, Thresholds
from .stability import stability

__all__ = ["KINDS", "bound_thresholds", "symbolic_thresholds", "thresholds"]

KINDS = ("emergence", "fold", "stability", "potential", "cusp")
_TURNS = ("emergence", "fold")
_IN_A_TIE = ("fold", "potential", "emergence", "stability", "cusp")


def thresholds(
    equation: FixedPointEquation,
    parameter: sp.Symbol | str | None = None,
    *,
    kind: str = "all",
    digits: int = 15,
    search: str | tuple[Value, Value] | None = None,
    method: str = "auto",
    **values: Value,
) -> Thresholds:
    """Return the thresholds in a letter, of one kind or all (see `DensityEvolution.thresholds`)."""
    digits = check_digits(digits)
    check_method(method)
    _check_kind(kind, method)
    bound, symbol = equation.free(values, parameter)
    find = symbolic_thresholds if equation.letters - {symbol} - set(bound) else bound_thresholds
    return find(equation, symbol, bound, digits, kind, parse_search(search), method)


def _check_kind(kind: str, method: str) -> str:
    """Return `kind` if it is 'all' or the name of a kind of threshold that the method finds."""
    if kind != "all" and kind not in KINDS:
        raise InputError("kind", f"must be all, {', '.join(KINDS[:-1])} or {KINDS[-1]}", given=kind)
    if kind == "cusp" and method == "mpmath":
        raise InputError("method", "must be auto or balls for cusps, which only balls find", given=method)
    return kind


def bound_thresholds(
    equation: FixedPointEquation,
    parameter: sp.Symbol,
    values: Mapping[sp.Symbol, sp.Expr],
    digits: int = 15,
    kind: str = "all",
    search: Range | None = None,
    method: str = "auto",
) -> Thresholds:
    """Return the thresholds of one kind, or of all, in a letter, the other letters bound to `values`."""
    equation, values = _with_exponents_bound(equation, values)
    if kind == "cusp":
        return Thresholds(str(parameter), (), "a cusp is solved for one more letter: leave one free")
    asked = _Asked(equation, parameter, values, digits, kind, search)
    proved, numerical = (lambda: _found(asked, _balls(asked))), (lambda: _found(asked, _mpmath(asked)))
    return by_method(method, proved, is_open, numerical, lambda *both: _ordered(completed(*both)))


class _Asked(NamedTuple):
    """The thresholds that are asked for."""

    equation: FixedPointEquation
    parameter: sp.Symbol
    values: Mapping[sp.Symbol, sp.Expr]
    digits: int
    kind: str
    search: Range | None

    @property
    def curve(self) -> Curve | None:
        """The curve, where the letter can be isolated and no range of it is asked for."""
        return inverted(self.equation, self.parameter) if self.search is None else None


class _Engine(NamedTuple):
    """The branch on which thresholds are found, and what finds stability points."""

    branch: Branch
    stability: Callable[..., Found]


def _found(asked: _Asked, engine: _Engine) -> Thresholds:
    """Return what one engine finds."""
    branch, kind, folds = engine.branch, asked.kind, None
    entries: list[Threshold] = []
    reasons: list[str | Undecided | None] = []
    if kind in ("all", *_TURNS):
        entries, folds = branch.turns(kind), branch.folds
        reasons.append(_reason(branch, entries, kind))
    stability = partial(engine.stability, asked.equation, asked.parameter, asked.values, asked.digits, asked.search)
    for name, search in (("stability", stability), ("potential", branch.potentials)):
        if kind in ("all", name):
            points, reason = search()
            entries, reasons = entries + points, [*reasons, reason]
    said = [reason for reason in reasons if reason and (kind != "all" or reason is reasons[0] or isinstance(reason, Undecided))]
    undecided = tuple(reason for reason in said if isinstance(reason, Undecided))
    searched = branch.domain if kind == "stability" else ""
    searched = searched or branch.searched + (branch.compared if kind in ("all", "potential") else "")
    return _ordered(Thresholds(str(asked.parameter), tuple(entries), "; ".join(map(str, said)) or None, searched, folds, undecided))


def _balls(asked: _Asked) -> _Engine:
    """Return the engine that proves."""
    equation, parameter, values, digits, _, search = asked
    if asked.curve is not None:
        return _Engine(Inverted(asked.curve, values, digits), stability)
    return _Engine(PlaneBranch(equation, parameter, values, digits, search), stability)


def _mpmath(asked: _Asked) -> _Engine:
    """Return the engine that finds without proof."""
    from ..branches.scanned.minima import ScannedPlane
    from ..branches.scanned.potential import ScannedCurve
    from ..branches.scanned.stability import numerical_stability

    equation, parameter, values, digits, _, search = asked
    if asked.curve is not None:
        return _Engine(ScannedCurve(asked.curve, values, digits), numerical_stability)
    return _Engine(ScannedPlane(equation, parameter, values, digits, search), numerical_stability)


def _with_exponents_bound(
    equation: FixedPointEquation, values: Mapping[sp.Symbol, sp.Expr]
) -> tuple[FixedPointEquation, Mapping[sp.Symbol, sp.Expr]]:
    """Bind the letters that stand in exponents at once: bounds at the ends of the curve need to know a power, not to enclose it."""
    powers = {letter for power in equation.right_side.atoms(sp.Pow) for letter in power.exp.free_symbols}
    early = {letter: value for letter, value in values.items() if letter in powers}
    return (
        (equation.bind(early), {letter: value for letter, value in values.items() if letter not in powers}) if early else (equation, values)
    )


def _reason(branch: Branch, turns: list[Threshold], kind: str) -> str | Undecided | None:
    if kind == "fold":
        every = "every turning point is an emergence" if branch.folds else "the curve of fixed points does not turn"
        return branch.undecided or (None if turns else f"no fold in {branch.parameter}: {every}")
    if any(turn.kind == "emergence" for turn in turns):
        return branch.undecided
    return branch.gradual or branch.undecided


def _ordered(result: Thresholds) -> Thresholds:
    """Merge all points in the order in which learning gets easier, in order of value where they differ in that.

    Where the digits asked for cannot tell them apart, just past a cusp, a fold comes before the potential threshold, and that before
    the jump.
    """
    sign = -1 if {one.learned_side for one in result} == {"below"} else 1

    def place(one: Threshold) -> tuple[Decimal, int]:
        known = one.value is not None and one.value.text != "nan"
        return sign * Decimal(one.value.text) if known and one.value else Decimal("Infinity"), _IN_A_TIE.index(one.kind)

    return replace(result, thresholds=tuple(sorted(result, key=place)))


def symbolic_thresholds(
    equation: FixedPointEquation,
    parameter: sp.Symbol,
    values: Mapping[sp.Symbol, sp.Expr],
    digits: int = 15,
    kind: str = "all",
    search: Range | None = None,
    method: str = "auto",
) -> Thresholds:
    """Return what is known while letters are free: closed forms, and cusps where just one letter is free besides the parameter.

    Only balls find cusps: where every kind is asked for by mpmath, they are left out.
    Where the two Lambert branches are all the zeros of the fold condition, positive and in a known order, the curve rises to
    the first and falls to the second.
    """
    curve = inverted(equation.bind(values), parameter)
    free = sorted(equation.letters - {parameter} - set(values), key=str)
    found = _closed(curve) if curve and kind != "cusp" else []
    found = [one for one in found if kind in ("all", one.kind)]
    reason: str | None = _condition(curve, free, found)
    searched: str | None = None
    undecided: tuple[Undecided, ...] = ()
    have_cusps = kind == "all" and len(free) == 1 and (found or fold_curve(equation))
    if have_cusps and method == "mpmath":
        reason = f"{reason}; only balls find cusps"
    elif kind == "cusp" or have_cusps:
        if len(free) != 1:
            raise InputError(
                "kind cusp", "solves for the parameter and one other letter", remedy=f"bind all but one of {', '.join(map(str, free))}"
            )
        result = cusps(equation, parameter, free[0], values, digits, {free[0]: search} if search else None)
        found, searched = found + result.found, result.searched
        undecided = (result.reason,) if isinstance(result.reason, Undecided) else ()
        said = (result.reason,) if kind == "cusp" else (reason, *undecided)
        reason = "; ".join(str(one) for one in said if one) or None
    return Thresholds(str(parameter), tuple(found), reason, searched, undecided=undecided)


def _closed(curve: Curve) -> list[Threshold]:
    """Return emergence, fold, stability and potential threshold in closed form, so far as there is one."""
    name, side = str(curve.parameter), curve.learned_side
    forms, _, ordered = closed_forms(curve)
    kinds = list(zip(("fold", "emergence"), reversed(forms), strict=True)) if curve.learns_along > 0 and ordered else []
    found = [Threshold(kind, name, None, None, Status.PROVED, side, Formula.of(form.value)) for kind, form in kinds]
    if found and (symmetric := self_dual(curve)) is not None:
        found.insert(1, Threshold("potential", name, None, None, Status.PROVED, side, Formula.of(symmetric)))
    return found + _closed_stability(curve)


def _closed_stability(curve: Curve) -> list[Threshold]:
    if not curve.equation.completes:
        return []
    growth = curve.equation.growth
    factor, power = growth.as_independent(curve.parameter, as_Add=False)
    base, exponent = power.as_base_exp()
    if base != curve.parameter or factor.has(sp.Sum):
        return []
    value = (1 / factor) ** (1 / exponent)
    return [Threshold("stability", str(curve.parameter), None, None, Status.PROVED, curve.learned_side, Formula.of(value))]


def _condition(curve: Curve | None, free: list[sp.Symbol], found: list[Threshold]) -> str:
    forms = closed_forms(curve).forms if curve else ()
    if any(one.kind in (*_TURNS, "potential") for one in found):
        return f"real where {text(forms[0].condition)}"
    if curve is not None and (folds := fold_curve(curve.equation)) is not None:
        return f"all folds lie on {folds}"
    what = "of emergence or fold " if found else ""
    return f"no closed form {what}was found with {', '.join(map(str, free))} left free; bind that first"
