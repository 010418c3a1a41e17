"""`ClassEvolution`: the equations of several classes together with the numbers that are solved from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sympy as sp
from flint import arb, ctx

from ...balls.compiling import ball_of
from ...balls.monotone import BoundMap, locate, refined
from ...balls.numbers import ZERO, Number, check_digits, prove_numbers
from ...balls.precision import STEPS, at_rising_precision
from ...errors import InputError
from ...model.exact import Value
from ...model.formula import text
from ...symbolic.algebra import simplified
from ..classes.equations import ClassEquations
from ..classes.jumps import Change, Enclosed, find_changes
from ..classes.stability import binds, stability_points
from ..evolution.answers import Status
from ..evolution.letters import Lettered
from ..evolution.search import parse_search, search_range
from ..evolution.thresholds.results import ClassState, Threshold, Thresholds

if TYPE_CHECKING:
    from ..plane.class_region import ClassRegion

__all__ = ["ClassEvolution"]

_MOST_BITS = 512
_LEFT_OUT = sp.Rational(1, 10**6)


@dataclass(frozen=True)
class ClassEvolution(ClassEquations, Lettered):
    """Density evolution of several classes of skills and types of texts: equations, fixed point, jumps (theory, section 7).

    >>> from deanalysis.model import Poisson
    >>> from deanalysis.model.classes import ClassEnsemble, SkillClass, TextType
    >>> from deanalysis.model.symbols import R
    >>> basic, domain = SkillClass("basic", "2/3"), SkillClass("domain", "1/3", requires=("basic",))
    >>> general = TextType("general", "1.2", {"basic": Poisson(3)})
    >>> expert = TextType("expert", R, {"basic": Poisson(2), "domain": Poisson(4)})
    >>> evolution = ClassEvolution(ClassEnsemble((basic, domain), (general, expert)))
    >>> evolution.fixed_point(R="1/2", digits=10)
    <zeta basic = 0.004885773280, domain = 0.002807969463; proved>
    """

    def fixed_point(self, *, digits: int = 15, **values: Value) -> ClassState:
        """Return the largest fixed point and the errors there, with proved digits; every letter must be bound.

        It is located from above, by steps that are proved to stay above it, and from below; interval Newton proves it the only one in
        between (see `deanalysis.balls.monotone`).
        """
        digits = check_digits(digits)
        bound = self.all_bound(values)
        f = BoundMap.of(self, bound)
        box = at_rising_precision(lambda: locate(f), _MOST_BITS)
        if box is None:
            unknown = Number("nan", "0", "1")
            names = {"q": self.labels.values(), "zeta": self.ensemble.names}
            return ClassState(
                **{name: dict.fromkeys(names.get(name, self.ensemble.type_names), unknown) for name in ClassState.measured()},
                status=Status.UNDECIDED,
            )
        reduced = f.zeros(box)
        kept = [side for symbol, side in zip(f.unknowns, box, strict=True) if symbol in reduced.unknowns]
        parts: dict[str, dict[str, sp.Expr]] = {
            "q": {label: symbol for symbol, label in self.labels.items()},
            "zeta": self.novel,
            "testing_error": self.testing_errors,
            "testing_error_uniform": self._uniform_errors(),
            "training_error": self.training_errors,
        }
        numbers = iter(_Proving(reduced, kept, digits)([one for named in parts.values() for one in named.values()]))
        state = {name: {key: next(numbers) for key in named} for name, named in parts.items()}
        complete = all(one.has(digits) for named in state.values() for one in named.values())
        return ClassState(**state, status=Status.of(complete))

    def _uniform_errors(self) -> dict[str, sp.Expr]:
        """By type: a fresh text that picks its skills uniformly within each class requires a novel one: with zeta in place of q."""
        laws = ((kind, self.ensemble.text_law(kind)) for kind in self.ensemble.type_names)
        return {kind: 1 - law.pgf({name: 1 - self.novel[name] for name in law.kinds}) for kind, law in laws}

    def thresholds(
        self,
        parameter: sp.Symbol | str | None = None,
        *,
        kind: str = "all",
        digits: int = 15,
        search: str | tuple[Value, Value] | None = None,
        **values: Value,
    ) -> Thresholds:
        """Return all jumps of the largest fixed point along a letter, in the order in which learning gets easier, and which classes jump.

        At a jump q = f(q), v = J v with v >= 0, so det(1 - J) = 0, proved by interval Newton; that there is no other change in the range is
        proved, too (see `deanalysis.theory.classes.jumps`). A class jumps if its zeta before is proved to be larger than after. At a
        stability point the Jacobian at q = 0 has the Perron eigenvalue 1; it is binding if classes that are learned completely cease to be.
        `search` is the range "LO:HI", by default the domain, up to 128; its lowest millionth is left out. `kind` asks for one kind only.

        Raises `InputError` for an unknown letter or kind, and where another letter is free.

        >>> from deanalysis import load_model
        >>> from deanalysis.model import Poisson, Regular
        >>> from deanalysis.model.classes import ClassEnsemble, SkillClass, TextType
        >>> from deanalysis.model.symbols import G
        >>> double, triple = (SkillClass(f"d{d}", "1/2", texts=Regular(d)) for d in (2, 3))
        >>> slots = TextType("slots", 1 / G, {"d2": Poisson(G), "d3": Poisson(3 * G / 2)})
        >>> ClassEvolution(ClassEnsemble((double, triple), (slots,))).thresholds(search="0.5:1")
        [<emergence G* = 0.792022134316736 ; 15 digits proved, d2 and d3>]
        """
        digits = check_digits(digits)
        if kind not in ("all", "emergence", "stability"):
            raise InputError("kind", "must be all, emergence or stability where there are several classes", given=kind)
        bound, symbol = self.free(values, parameter)
        self.all_bound({**values, str(symbol): 1})
        whole = search_range(self, symbol, bound, parse_search(search))
        low, high = whole[0] + (whole[1] - whole[0]) * _LEFT_OUT, whole[1]
        with ctx.workprec(STEPS[0]):
            f = BoundMap.of(self, bound, symbol)
            ends = arb(ball_of(low).mid()), arb(ball_of(high).mid())
            points = stability_points(f, *ends)
            found = find_changes(f, *ends, points.changes)
        entries = [self._threshold(str(symbol), change, digits) for change in found.changes]
        if entries and all(entry.learned_side == "below" for entry in entries):
            entries.reverse()
        where = f"{symbol} from {text(low)} to {text(high)}"
        searched = f"{where}: the state is proved to change continuously everywhere else, but for 1e-10 beside each"
        reason = None if any(entry.kind == "emergence" for entry in entries) else f"no emergence: the state is continuous in {where}"
        enclosed = [change for change in found.changes if isinstance(change, Enclosed)]
        if enclosed:
            places = ", ".join(f"{float(change.low):.10g}" for change in enclosed)
            reason = f"the states on both sides of the jump at {places} are proved, and not that there is one jump alone in between"
        undecided = [*found.undecided, *points.undecided]
        if undecided:
            open_ = ", ".join(f"{one:.10g} to {other:.10g}" for one, other in undecided[:5])
            more = ", ..." if len(undecided) > 5 else ""
            reason = f"it stayed undecided whether there is another change in {open_}{more}"
        result = Thresholds(str(symbol), tuple(entries), reason, searched)
        return result if kind == "all" else result.of_kind(kind)

    def region(
        self, x: sp.Symbol | str, y: sp.Symbol | str, x_limits: tuple[float, float], y_limits: tuple[float, float], **values: Value
    ) -> ClassRegion:
        """Return the lines on which classes jump in the plane of two letters, such as the loads of a system of coded Poisson receivers.

        On one side of them all classes have emerged (the stability region; Yu, Chang et al., arXiv:2008.07561). Lines are followed in
        floats from proved folds (see `deanalysis.theory.plane.region`). Raises `InputError` where another letter is free, or the limits
        are no intervals.

        >>> from deanalysis.model import Poisson, Regular
        >>> from deanalysis.model.classes import ClassEnsemble, SkillClass, TextType
        >>> from deanalysis.model.symbols import letter
        >>> A, B = letter("A"), letter("B")
        >>> users = SkillClass("a", A / (A + B), texts=Regular(3)), SkillClass("b", B / (A + B), texts=Regular(4))
        >>> slots = TextType("slots", 1 / (A + B), {"a": Poisson(3 * A), "b": Poisson(4 * B)})
        >>> ClassEvolution(ClassEnsemble(users, (slots,))).region("A", "B", (0, 1), (0, 1))
        <region in A and B: 1 lines of jumps, 0 corners, 0 cusps, from 417 proved folds>
        """
        across, upward, bound = self.plane("a region", x, y, values)
        from ..plane.region import class_region

        return class_region(self, across, upward, (x_limits, y_limits), bound)

    def _threshold(self, name: str, change: Change | Enclosed, digits: int) -> Threshold:
        zeta = change.f.compiled(list(self.novel.values()))

        def compute() -> list[arb]:
            before, after, p = change.states()
            sides = [before] if after is None else [before, after]
            novel = [arb(value) for side in sides for value in zeta(*side, *change.f.known(p))]
            return [p, *(one for side in sides for one in side), *novel]

        value, *numbers = prove_numbers(compute, digits)
        count, classes = len(change.f.unknowns), len(self.ensemble.names)
        landed = len(numbers) > count + classes
        states, novel = numbers[: count * (1 + landed)], numbers[count * (1 + landed) :]
        labels = [self.labels[symbol] for symbol in change.f.unknowns]
        before, after = tuple(zip(labels, states, strict=False)), tuple(zip(labels, states[count:], strict=False))
        if isinstance(change, Change) and change.after is None:
            kind, changing, binding = "stability", self._leaving(change), binds(change)
            certain = binding is not None
        else:
            pairs = zip(self.ensemble.names, novel[:classes], novel[classes:], strict=True)
            changing = tuple(one for one, first, last in pairs if float(first.low) > float(last.high))
            kind, binding, certain = "emergence", None, isinstance(change, Change)
        status = Status.of(certain and value.has(digits))
        side = "above" if change.above else "below"
        return Threshold(kind, name, value, None, status, side, binding=binding, classes=changing, before=before, after=after)

    def _leaving(self, change: Change) -> tuple[str, ...]:
        """Return the classes whose zeta is 0 at a stability point, and leaves 0 there."""
        put = {**dict(change.f.fixed), **{symbol: sp.S.Zero for symbol in change.f.unknowns if symbol not in change.system.unknowns}}
        leaving = set(change.leaving)
        return tuple(name for name, one in self.novel.items() if one.free_symbols & leaving and simplified(one.xreplace(put)) == 0)


@dataclass(frozen=True)
class _Proving:
    """Proves digits of expressions of the unknowns at the fixed point in a box."""

    f: BoundMap
    box: list[arb]
    digits: int

    def __call__(self, expressions: Iterable[sp.Expr]) -> list[Number]:
        """Return the numbers; those that are exactly 0 are known to all digits."""
        fixed = dict(self.f.fixed)
        put = [sp.sympify(expression).xreplace(fixed) for expression in expressions]
        exact = [one.is_number and bool(simplified(one.xreplace(dict(self.f.values))) == 0) for one in put]
        function: Callable[..., list[arb]] = self.f.compiled(put)

        def compute() -> list[arb]:
            return [arb(value) for value in function(*refined(self.f, self.box, None), *self.f.known(None))]

        return [ZERO if zero else one for zero, one in zip(exact, prove_numbers(compute, self.digits), strict=True)]
