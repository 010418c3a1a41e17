"""Every scaling law of a model in one letter: far from the thresholds, at each jump, at a cusp, and on graphs of finite size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import sympy as sp

from ...balls.compiling import ball_of
from ...balls.numbers import Number, check_digits, prove_number
from ...errors import InputError
from ...model.exact import Value
from ...model.formula import Formula, latex
from ...model.learners import SkillLearner
from ...model.symbols import q
from ...record import ALWAYS, Record, Table
from ..evolution.answers import Status
from ..evolution.equations.density_evolution import FixedPointEquation
from ..evolution.search import Question
from ..evolution.thresholds.find import GUARD, AtThreshold, thresholds
from .equations.critical import Critical
from .equations.expansions import Expansion, expansion
from .finite_size import FiniteSize, finite_size

_COLUMNS = ("quantity", "where", "law", "constants")


@dataclass(frozen=True)
class ScalingLaw(Record):
    """One law: what scales, where, by which exponent, its formula, the constants in it by name, and what they are by derivatives of f.

    `direction` is 1 where the law holds above a threshold, -1 below it, and 0 where it is of no threshold.
    """

    quantity: str
    where: str
    kind: str
    exponent: Formula
    formula: Formula
    constants: tuple[tuple[str, Number], ...] = ()
    definitions: tuple[tuple[str, Formula], ...] = field(default=(), metadata=ALWAYS)
    direction: int = field(default=0, metadata=ALWAYS)

    def __getitem__(self, name: str) -> Number:
        return dict(self.constants)[name]

    def __repr__(self) -> str:
        numbers = "".join(f", {name} = {value}" for name, value in self.constants)
        return f"<{self.quantity} {self.where}: {self.formula}{numbers}>"

    def _repr_latex_(self) -> str:
        return self.formula._repr_latex_()

    def table(self) -> Table:
        """Return quantity, place, law and constants."""
        return Table(_COLUMNS, [self.row()])

    def row(self) -> tuple[object, ...]:
        """Return the row of this law in a table of laws."""
        return self.quantity.replace("_", " "), self.where, self, dict(self.constants)


@dataclass(frozen=True)
class Scaling(Record):
    """The scaling laws of a model in one letter; `reasons` say which there are not, and why.

    `laws` holds the expansions far from the thresholds and those at each jump (or, with one more letter free, at the cusp), `finite_size`
    one law of finite size for each jump.
    """

    parameter: str
    laws: tuple[ScalingLaw, ...]
    finite_size: tuple[FiniteSize, ...]
    reasons: tuple[str, ...] = field(default=(), metadata=ALWAYS)

    def law(self, quantity: str, where: str = "") -> ScalingLaw:
        """Return the first law of a quantity in a place whose name begins with `where`.

        Raises `KeyError` where there is none.
        """
        for law in self.laws:
            if law.quantity == quantity and law.where.startswith(where):
                return law
        raise KeyError(f"{quantity} {where}")

    def __repr__(self) -> str:
        return f"<scaling in {self.parameter}: {len(self.laws)} laws, {len(self.finite_size)} of finite size>"

    def _repr_latex_(self) -> str:
        lines = [rf"{law.formula.latex} \quad\text{{({law.where})}}" for law in self.laws]
        return "$\\begin{gathered}" + " \\\\ ".join(lines) + "\\end{gathered}$"

    def table(self) -> Table:
        """Return a row for each law."""
        stuck = [("graphs that get stuck", f"{law.parameter}* = {law.threshold}", law, "") for law in self.finite_size]
        return Table(_COLUMNS, [*(law.row() for law in self.laws), *stuck], self.reasons)


def scaling(equation: FixedPointEquation, parameter: sp.Symbol | str | None = None, *, digits: int = 15, **values: Value) -> Scaling:
    """Return all laws in a letter; those at jumps need every other letter bound, those at a cusp one other letter free."""
    digits = check_digits(digits)
    known, letter = equation.free(values, parameter)
    bound = equation.bind(known)
    bound.require_peeling("scaling")
    free = sorted(bound.letters - {letter}, key=str)
    far = expansion(bound, letter)
    laws = _far(far, digits, bool(free)) if isinstance(far, Expansion) else []
    sizes: list[FiniteSize] = []
    reasons: list[str] = []
    if len(free) > 1:
        reasons.append(f"laws at a jump need {', '.join(map(str, free))} bound, those at a cusp all but one of them")
    else:
        points = thresholds(Question.of(bound, letter, digits + GUARD), "cusp" if free else "emergence")
        reasons += [points.reason] if points.reason else []
        for threshold in points:
            if threshold.status != Status.PROVED:
                reasons.append(f"{threshold} is not proved, so nothing is said of its neighbourhood")
                continue
            place = AtThreshold(bound, threshold)
            laws += _beside(place, digits, _AT_CUSP if free else _AT_JUMP)
            if not free and isinstance(bound.learner, SkillLearner):
                try:
                    sizes.append(finite_size(place, digits))
                except InputError as error:
                    reasons.append(f"no law of finite size at the {threshold.kind}: {error}")
        if not isinstance(bound.learner, SkillLearner):
            reasons.append("finite-size scaling is known for s-skill learners only")
    reasons += [f"no expansion far from the thresholds: {far}"] if isinstance(far, str) else []
    return Scaling(str(letter), tuple(laws), tuple(sizes), tuple(reasons))


def _far(far: Expansion, digits: int, free: bool) -> list[ScalingLaw]:
    """Return the laws of zeta and of the testing error far from the thresholds."""
    name = far.parameter
    where = f"{name} to {'infinity' if far.toward == sp.oo else '0'}" + (", after one round" if far.kind == "complete" else "")
    laws = []
    for quantity, symbol, leading, exponent, following in (
        ("zeta", sp.Symbol("zeta"), far.zeta, far.exponent, far.following),
        ("testing_error", sp.Symbol("P_test"), far.testing_error, far.exponent_error, far.following_error),
    ):
        if leading == 0:
            continue
        constants = []
        if not free and far.kind != "log-normal":
            decay = exponent if far.kind == "exponential" else sp.S.Zero
            constants = [
                ("exponent", _number(exponent, digits)),
                ("constant", _number(leading.xreplace({name: sp.S.One}) * sp.exp(decay), digits)),
            ]
        shown = leading if following is None else leading * (1 + following)
        laws.append(ScalingLaw(quantity, where, far.kind, Formula.of(exponent), similar(symbol, shown), tuple(constants)))
    return laws


def similar(left: sp.Expr, right: sp.Expr) -> Formula:
    """Return left ~ right."""
    measure, term = Formula.of(left), Formula.of(right)
    return Formula(rf"{measure.latex} \simeq {term.latex}", f"{measure.text} ~ {term.text}", right)


def _number(expression: sp.Expr, digits: int) -> Number:
    return prove_number(lambda: ball_of(expression), digits)


_third = sp.Rational(1, 3)
Terms = tuple[tuple[sp.Expr, Callable[[Critical], sp.Expr]], ...]
_ROUNDS: Terms = ((-2 * _third, lambda at: at.cusp_rounds),)

_AT_JUMP: tuple[tuple[bool, str, str, Terms], ...] = (
    (False, "q", "q - q*", ((sp.S.Half, lambda at: at.amplitude), (sp.S.One, lambda at: at.correction))),
    (False, "zeta", "zeta - zeta*", ((sp.S.Half, lambda at: at.of_zeta()[0]), (sp.S.One, lambda at: at.of_zeta()[1]))),
    (False, "rounds", "rounds per factor e", ((-sp.S.Half, lambda at: at.rounds_before),)),
    (True, "rounds", "rounds to pass q*", ((-sp.S.Half, lambda at: at.rounds_after),)),
)
"""The laws at a jump: past it or before, what scales, what it is the left side of, and the powers with their factors."""

_AT_CUSP: tuple[tuple[bool, str, str, Terms], ...] = (
    (False, "q", "q - q*", ((_third, lambda at: at.cusp_amplitude), (2 * _third, lambda at: at.cusp_correction))),
    (True, "q", "q - q*", ((_third, lambda at: -at.cusp_amplitude), (2 * _third, lambda at: at.cusp_correction))),
    (False, "rounds", "rounds per factor e", _ROUNDS),
    (True, "rounds", "rounds per factor e", _ROUNDS),
)


def _beside(place: AtThreshold, digits: int, laws: tuple[tuple[bool, str, str, Terms], ...]) -> list[ScalingLaw]:
    """Return the laws on both sides of a jump or a cusp, each factor as a number and by the names of derivatives."""
    critical, letter = Critical(place.equation, place.parameter, place.easier), place.parameter
    here = [(f"{letter}*", place.number(letter, digits)), ("q*", place.number(q, digits))]
    written = []
    for past, quantity, left, terms in laws:
        direction = place.easier if past else -place.easier
        constants = [(name, place.number(factor(critical), digits)) for name, (_, factor) in zip("AB", terms, strict=False)]
        definitions = tuple((name, _defined(factor(critical.named))) for name, (_, factor) in zip("AB", terms, strict=False))
        formula = power_law(left, [power for power, _ in terms], letter, direction)
        where = f"{'past' if past else 'before'} the {place.threshold.kind}"
        exponent = Formula.of(terms[0][0])
        written.append(ScalingLaw(quantity, where, "power law", exponent, formula, (*constants, *here), definitions, direction))
    return written


def _defined(factor: sp.Expr) -> Formula:
    plain = Formula.of(factor)
    return Formula(plain.latex.replace("eps}", r"\varepsilon}"), plain.text)


def power_law(left: str, powers: Sequence[sp.Expr], letter: sp.Symbol, direction: int) -> Formula:
    """Return left ~ A delta^k + B delta^m + ..., delta being the distance to a threshold, above it (1) or below it (-1)."""
    symbols = left.replace("zeta", r"\zeta").replace("*", "^*")
    if " - " not in left:
        symbols = rf"\text{{{left.removesuffix('q*')}}}" + ("q^*" if left.endswith("q*") else "")

    def total(show: Callable[[sp.Expr], str], star: str, raised: str) -> str:
        first, second = (show(letter), star) if direction > 0 else (star, show(letter))
        shown = ["" if power == 1 else raised.format(show(power)) for power in powers]
        return " + ".join(f"{factor} ({first} - {second}){power}" for factor, power in zip("AB", shown, strict=False))

    stars = latex(letter) + "^*", f"{letter}*"
    return Formula(rf"{symbols} \simeq {total(latex, stars[0], '^{{{}}}')}", f"{left} ~ {total(str, stars[1], '^({})')}")
