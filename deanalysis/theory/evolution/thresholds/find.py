"""Every threshold by its name: emergence, fold, stability, potential and cusp, in any letter; and formulas evaluated at it in balls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, partial

import sympy as sp
from flint import arb, ctx

from ....balls.bound import Bound
from ....balls.numbers import Number, number
from ....errors import InputError
from ....model.formula import Formula, text
from ....model.learners import Ideal
from ....model.symbols import q
from ..answers import Status, Undecided, by_method, check_method
from ..branches.branch import Branch, Found
from ..branches.inverted import Inverted
from ..branches.plane import PlaneBranch
from ..equations.closed_forms import closed_forms, fold_curve, self_dual
from ..equations.curve import Curve, inverted, power_of
from ..equations.density_evolution import FixedPointEquation
from ..search import Question
from .cusps import cusps
from .results import TURNS, Threshold, Thresholds
from .stability import ProvedStability

GUARD = 20
"""So many more digits a threshold needs than what is evaluated at it, for derivatives at it cancel; a threshold costs little per digit."""
_KINDS = ("emergence", "fold", "stability", "potential", "cusp")
_IDEAL_KINDS = ("potential", "stability")
_IN_A_TIE = ("fold", "potential", "emergence", "stability", "cusp")
"""The order of points that the digits asked for cannot tell apart: that of a fold, the potential threshold and the jump past a cusp."""


def thresholds(question: Question, kind: str = "all", method: str = "auto") -> Thresholds:
    """Return the thresholds that are asked for, of one kind or all (see `DensityEvolution.thresholds`)."""
    check_method(method)
    if kind not in ("all", *_KINDS):
        raise InputError("kind", f"must be all, {', '.join(_KINDS[:-1])} or {_KINDS[-1]}", given=kind)
    if kind == "cusp" and method == "mpmath":
        raise InputError("method", "must be auto or balls for cusps, which only balls find", given=method)
    if isinstance(question.model.learner, Ideal) and kind not in ("all", *_IDEAL_KINDS):
        remedy = "take 1-skill, for the turning points of the same equation"
        raise InputError("kind", f"must be all, {' or '.join(_IDEAL_KINDS)} for the ideal learner", given=kind, remedy=remedy)
    if question.free:
        return _symbolic(question, kind, method)
    if kind == "cusp":
        return Thresholds(str(question.parameter), (), "a cusp is solved for one more letter: leave one free")
    asked = _with_exponents_bound(question)
    proved, numerical = (lambda: _read(_branch(asked, False), kind)), (lambda: _read(_branch(asked, True), kind))
    return _ordered(by_method(method, proved, numerical, asked.digits))


def _branch(question: Question, scanned: bool) -> Branch:
    """Return the branch that balls prove, or floats and mpmath show: a curve where the letter is isolated and no range is asked for."""
    curve = inverted(question.model, question.parameter) if question.search is None else None
    if not scanned:
        return PlaneBranch(question) if curve is None else Inverted(question, curve)
    from ..branches.scanned_curve import ScannedCurve
    from ..branches.scanned_plane import ScannedPlane

    return ScannedPlane(question) if curve is None else ScannedCurve(question, curve)


def _read(branch: Branch, kind: str) -> Thresholds:
    """Return the thresholds of one kind, or all, on a branch."""
    entries: list[Threshold] = []
    reasons: list[str | Undecided | None] = []
    folds = None
    turning = kind in ("all", *TURNS) and not isinstance(branch.equation.learner, Ideal)
    if turning:
        entries, folds = branch.turns(kind), branch.folds
        reasons.append(_reason(branch, entries, kind))
    for name, search in (("stability", partial(_stability, branch)), ("potential", branch.potentials)):
        if kind in ("all", name):
            points, reason = search()
            entries, reasons = entries + points, [*reasons, reason]
    of_jumps = reasons[0 if turning else -1]
    said = [reason for reason in reasons if reason and (kind != "all" or reason is of_jumps or isinstance(reason, Undecided))]
    undecided = tuple(reason for reason in said if isinstance(reason, Undecided))
    searched = branch.domain if kind == "stability" else ""
    searched = searched or branch.searched + (branch.compared if kind in ("all", "potential") else "")
    return Thresholds(str(branch.parameter), tuple(entries), "; ".join(map(str, said)) or None, searched, folds, undecided)


def _stability(branch: Branch) -> Found:
    """Return the stability points in the letter of a branch, as its arithmetic has them."""
    if not branch.is_scanned:
        return ProvedStability(branch.question).found()
    from ..branches.scanned_curve import ScannedStability

    return ScannedStability(branch.question).found()


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
    """Merge all points in the order in which learning gets easier, in order of value where they differ in that."""
    sign = -1 if {threshold.learned_side for threshold in result} == {"below"} else 1

    def rank(threshold: Threshold) -> tuple[Decimal, int]:
        known = threshold.value is not None and threshold.value.text != "nan"
        return sign * Decimal(str(threshold.value)) if known else Decimal("Infinity"), _IN_A_TIE.index(threshold.kind)

    return replace(result, thresholds=tuple(sorted(result, key=rank)))


def _symbolic(question: Question, kind: str, method: str) -> Thresholds:
    """Return what is known while letters are free: closed forms, and cusps where just one letter is free besides the parameter.

    Only balls find cusps: where every kind is asked for by mpmath, they are left out.
    """
    curve, free = inverted(question.bound, question.parameter), question.free
    ideal = isinstance(question.model.learner, Ideal)
    kinds = (kind,) if kind != "all" else _IDEAL_KINDS if ideal else _KINDS
    closed = [threshold for threshold in _closed(curve) if threshold.kind in kinds] if curve else []
    result = Thresholds(str(question.parameter), tuple(closed), _condition(curve, free, closed))
    has_cusps = kind == "all" and not ideal and len(free) == 1 and (closed or fold_curve(question.model))
    if has_cusps and method == "mpmath":
        return replace(result, reason=f"{result.reason}; only balls find cusps")
    if kind != "cusp" and not has_cusps:
        return result
    if len(free) != 1:
        remedy = f"bind all but one of {', '.join(map(str, free))}"
        raise InputError("kind cusp", "solves for the parameter and one other letter", remedy=remedy)
    born = cusps(question, free[0])
    reasons = (None if kind == "cusp" else result.reason, born.reason if kind == "cusp" or born.undecided else None)
    return replace(born, thresholds=(*closed, *born), reason="; ".join(filter(None, reasons)) or None)


def _closed(curve: Curve) -> list[Threshold]:
    """Return fold, potential threshold, emergence and stability point in closed form, so far as there is one.

    Where the two Lambert branches are all the zeros of the fold condition, positive and in a known order, the curve rises to the first and
    falls to the second.
    """
    forms, _, ordered = closed_forms(curve)
    values = [("fold", forms[1].value), ("emergence", forms[0].value)] if curve.learns_along > 0 and ordered else []
    if values and (symmetric := self_dual(curve)) is not None:
        values.insert(1, ("potential", symmetric))
    factor, exponent = power_of(curve.equation.growth, curve.parameter)
    if curve.equation.completes and exponent != 0 and not factor.has(sp.Sum):
        values.append(("stability", (1 / factor) ** (1 / exponent)))
    name, side = str(curve.parameter), curve.learned_side
    return [Threshold(kind, name, None, None, Status.PROVED, side, Formula.of(value)) for kind, value in values]


def _condition(curve: Curve | None, free: list[sp.Symbol], closed: list[Threshold]) -> str:
    if curve is not None and any(threshold.kind in (*TURNS, "potential") for threshold in closed):
        return f"real where {text(-1 / closed_forms(curve).forms[0].argument)} >= e"
    if curve is not None and (folds := fold_curve(curve.equation)) is not None:
        return f"all folds lie on {folds}"
    what = "of emergence or fold " if closed else ""
    return f"no closed form {what}was found with {', '.join(map(str, free))} left free; bind that first"


@dataclass(frozen=True)
class Place:
    """Values of letters, q among them, as balls, or as they are: where formulas are evaluated.

    q comes first, as formulas may seem singular where it is 0.
    """

    letters: tuple[sp.Symbol, ...] = ()
    balls: tuple[arb, ...] = ()
    exact: Mapping[sp.Symbol, sp.Expr] = field(default_factory=dict)

    def value(self, expression: sp.Expr) -> arb:
        """Enclose a formula."""
        return Bound(self.letters, {}).value(expression.xreplace(dict(self.exact)), *self.balls)


@dataclass(frozen=True)
class AtThreshold:
    """A threshold with its letters; `equation` has all others bound. Raises `InputError` where the threshold is not proved.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("paper")
    >>> evolution = DensityEvolution(model.ensemble, model.learner)
    >>> jump = evolution.thresholds("R", c=5, digits=30).emergence[0]
    >>> AtThreshold(evolution.at(c=5), jump).number(evolution.at(c=5).right_side / q, 10)
    1.000000000
    """

    equation: FixedPointEquation
    threshold: Threshold

    def __post_init__(self) -> None:
        if self.threshold.status != Status.PROVED or self.threshold.value is None or self.threshold.fixed_point is None:
            raise InputError("the threshold", "must be proved to say what is near it", given=str(self.threshold))

    @property
    def parameter(self) -> sp.Symbol:
        """The letter of the threshold."""
        return self._letter(self.threshold.parameter)

    @property
    def easier(self) -> int:
        """1 where learning gets easier as the letter grows, else -1."""
        return 1 if self.threshold.learned_side == "above" else -1

    def _letter(self, name: str) -> sp.Symbol:
        return next(symbol for symbol in self.equation.letters if symbol.name == name)

    @cached_property
    def place(self) -> Place:
        """The values of q, the parameter and a cusp's other letter."""
        known: dict[sp.Symbol, Number] = {q: self.threshold.fixed_point, self.parameter: self.threshold.value}  # type: ignore[dict-item]
        known |= {self._letter(name): value for name, value in self.threshold.at}
        return Place(tuple(known), tuple(value.ball() for value in known.values()))

    def number(self, expression: sp.Expr, digits: int) -> Number:
        """Return the value of an expression with the digits that are proved, at most `digits`."""
        with ctx.workprec(working_bits(digits)):
            return number(self.place.value(expression), digits)


def working_bits(digits: int) -> int:
    """Return the bits to work with at a threshold, for so many digits."""
    return int(3.4 * (digits + GUARD)) + 60


def both_sides(equation: FixedPointEquation, letter: sp.Symbol, digits: int, what: str) -> list[tuple[AtThreshold, AtThreshold]]:
    """Return each emergence in a letter, all others bound, before its jump and past it, for so many digits.

    Raises `InputError`, of `what` needs them, where the jumps are not all known and proved.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("paper")
    >>> evolution = DensityEvolution(model.ensemble, model.learner).at(c=5)
    >>> for sides in both_sides(evolution, evolution.parameter("R"), 10, "an example"):
    ...     print([side.number(evolution.novel, 5) for side in sides])
    [0.77169, 4.6327e-06]
    """
    jumps = thresholds(Question.of(equation, letter, digits + GUARD), "emergence")
    if jumps.undecided:
        raise InputError(what, "needs all jumps to be known", given=jumps.reason)
    return [(AtThreshold(equation, jump), AtThreshold(equation, replace(jump, fixed_point=jump.lands_on))) for jump in jumps]
