"""Every threshold by its name: emergence, fold, stability, potential and cusp, in any letter, explicit where it can be isolated."""

from dataclasses import replace
from decimal import Decimal

import sympy as sp

from ....errors import InputError
from ....model.exact import Value
from ....model.formula import Formula, text
from ..answers import Status, Undecided, by_method, check_method
from ..branches.branch import Branch
from ..branches.inverted import Inverted
from ..branches.plane import PlaneBranch
from ..equations.closed_forms import closed_forms
from ..equations.curve import Curve, inverted
from ..equations.density_evolution import FixedPointEquation
from ..equations.fold_curve import fold_curve
from ..equations.self_dual import self_dual
from ..search import Question
from .cusps import cusps
from .methods import completed, is_open
from .results import Threshold, Thresholds

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
    check_method(method)
    _check_kind(kind, method)
    question = Question.of(equation, parameter, digits, search, values)
    return (symbolic_thresholds if question.free else bound_thresholds)(question, kind, method)


def _check_kind(kind: str, method: str) -> str:
    """Return `kind` if it is 'all' or the name of a kind of threshold that the method finds."""
    if kind != "all" and kind not in KINDS:
        raise InputError("kind", f"must be all, {', '.join(KINDS[:-1])} or {KINDS[-1]}", given=kind)
    if kind == "cusp" and method == "mpmath":
        raise InputError("method", "must be auto or balls for cusps, which only balls find", given=method)
    return kind


def bound_thresholds(question: Question, kind: str = "all", method: str = "auto") -> Thresholds:
    """Return the thresholds of one kind, or of all, where all other letters are bound."""
    if kind == "cusp":
        return Thresholds(str(question.parameter), (), "a cusp is solved for one more letter: leave one free")
    question = _with_exponents_bound(question)
    proved, numerical = (lambda: _found(_proved(question), kind)), (lambda: _found(_scanned(question), kind))
    return by_method(method, proved, is_open, numerical, lambda *both: _ordered(completed(*both)))


def _curve(question: Question) -> Curve | None:
    """Return the curve, where the letter can be isolated and no range of it is asked for."""
    return inverted(question.model, question.parameter) if question.search is None else None


def _proved(question: Question) -> Branch:
    """Return the branch that balls prove."""
    curve = _curve(question)
    return PlaneBranch(question) if curve is None else Inverted(question, curve)


def _scanned(question: Question) -> Branch:
    """Return the branch that floats and mpmath show."""
    from ..branches.scanned_curve import ScannedCurve
    from ..branches.scanned_plane import ScannedPlane

    curve = _curve(question)
    return ScannedPlane(question) if curve is None else ScannedCurve(question, curve)


def _found(branch: Branch, kind: str) -> Thresholds:
    """Return what there is on a branch."""
    entries: list[Threshold] = []
    reasons: list[str | Undecided | None] = []
    folds = None
    if kind in ("all", *_TURNS):
        entries, folds = branch.turns(kind), branch.folds
        reasons.append(_reason(branch, entries, kind))
    for name, search in (("stability", branch.stability), ("potential", branch.potentials)):
        if kind in ("all", name):
            points, reason = search()
            entries, reasons = entries + points, [*reasons, reason]
    said = [reason for reason in reasons if reason and (kind != "all" or reason is reasons[0] or isinstance(reason, Undecided))]
    undecided = tuple(reason for reason in said if isinstance(reason, Undecided))
    searched = branch.domain if kind == "stability" else ""
    searched = searched or branch.searched + (branch.compared if kind in ("all", "potential") else "")
    return _ordered(Thresholds(str(branch.parameter), tuple(entries), "; ".join(map(str, said)) or None, searched, folds, undecided))


def _with_exponents_bound(question: Question) -> Question:
    """Bind the letters that stand in exponents at once: bounds at the ends of the curve need to know a power, not to enclose it."""
    powers = {letter for power in question.model.right_side.atoms(sp.Pow) for letter in power.exp.free_symbols}
    early = {letter: value for letter, value in question.values.items() if letter in powers}
    late = {letter: value for letter, value in question.values.items() if letter not in powers}
    return replace(question, model=question.model.bind(early), values=late) if early else question


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


def symbolic_thresholds(question: Question, kind: str = "all", method: str = "auto") -> Thresholds:
    """Return what is known while letters are free: closed forms, and cusps where just one letter is free besides the parameter.

    Only balls find cusps: where every kind is asked for by mpmath, they are left out.
    Where the two Lambert branches are all the zeros of the fold condition, positive and in a known order, the curve rises to
    the first and falls to the second.
    """
    curve, free = inverted(question.bound, question.parameter), question.free
    found = _closed(curve) if curve and kind != "cusp" else []
    found = [one for one in found if kind in ("all", one.kind)]
    reason: str | None = _condition(curve, free, found)
    searched: str | None = None
    undecided: tuple[Undecided, ...] = ()
    have_cusps = kind == "all" and len(free) == 1 and (found or fold_curve(question.model))
    if have_cusps and method == "mpmath":
        reason = f"{reason}; only balls find cusps"
    elif kind == "cusp" or have_cusps:
        if len(free) != 1:
            raise InputError(
                "kind cusp", "solves for the parameter and one other letter", remedy=f"bind all but one of {', '.join(map(str, free))}"
            )
        result = cusps(question, free[0])
        found, searched = found + result.found, result.searched
        undecided = (result.reason,) if isinstance(result.reason, Undecided) else ()
        said = (result.reason,) if kind == "cusp" else (reason, *undecided)
        reason = "; ".join(str(one) for one in said if one) or None
    return Thresholds(str(question.parameter), tuple(found), reason, searched, undecided=undecided)


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
