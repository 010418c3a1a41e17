"""Scaling laws of several classes: far from the jumps, and beside them from the fold in normal form along the Perron vector."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp
from flint import arb, arb_mat

from ...balls.bound_map import BoundMap
from ...balls.monotone import locate, refined
from ...balls.numbers import Number, prove_numbers
from ...balls.precision import at_rising_precision
from ...balls.series import taylors
from ...model.formula import Formula
from ..classes.changes import Change, Enclosed
from ..classes.equations import ClassEquations
from ..classes.thresholds import changes_between, said_of_undecided
from ..evolution.search import Range
from .equations.class_expansions import ClassExpansion, class_expansion
from .scaling import Scaling, ScalingLaw, power_law, similar


def class_scaling(equations: ClassEquations, symbol: sp.Symbol, bound: Mapping[sp.Symbol, sp.Expr], search: Range, digits: int) -> Scaling:
    """Return the laws at every proved jump in a range of a letter; see `ClassEvolution.scaling`."""
    outcome = changes_between(equations, symbol, bound, search)
    jumps = [change for change in outcome.changes if isinstance(change, Change) and change.after is not None]
    enclosed = [change for change in outcome.changes if isinstance(change, Enclosed)]
    far = class_expansion(equations.bind(bound), symbol)
    laws = _far(far, symbol, digits) if isinstance(far, ClassExpansion) else []
    reasons = [] if jumps else ["no jump is proved"]
    reasons += [f"the jump at {float(change.low):.10g} is enclosed alone, so nothing is said of its neighbourhood" for change in enclosed]
    reasons += [said] if (said := said_of_undecided(outcome.undecided)) else []
    reasons += [f"no expansion far from the thresholds: {far}"] if isinstance(far, str) else []
    laws += [law for jump in jumps for law in _beside(equations, symbol, jump, digits)]
    return Scaling(str(symbol), tuple(laws), (), (*reasons, "laws of finite size are known for one class only"))


def _far(far: ClassExpansion, letter: sp.Symbol, digits: int) -> list[ScalingLaw]:
    """Return how zeta falls far from the jumps, by class; nothing where the limit of the other unknowns is not proved."""
    f = BoundMap.of(far, {})
    box = at_rising_precision(lambda: locate(f))
    if box is None:
        return []
    at_one = {letter: sp.S.One}
    falling = [
        (law.rate, law.zeta.xreplace(at_one) * sp.exp(law.rate)) if law.rate != 0 else (law.power, law.zeta.xreplace(at_one))
        for law in far.laws.values()
    ]
    wanted = [*(expression for pair in falling for expression in pair), *far.unknowns]
    numbers = prove_numbers(lambda: [arb(value) for value in f.compiled(wanted)(*refined(f, box, None), *f.known(None))], digits)
    limits = dict(zip(far.unknowns, numbers[2 * len(falling) :], strict=True))
    laws = []
    for place, (name, law) in enumerate(far.laws.items()):
        constants = [("exponent", numbers[2 * place]), ("constant", numbers[2 * place + 1])]
        constants += [(str(symbol), limits[symbol]) for symbol in far.unknowns if law.zeta.has(symbol)]
        kind = "exponential" if law.rate != 0 else "power law"
        shown = similar(sp.Symbol(f"zeta_{name}"), law.zeta)
        laws.append(ScalingLaw(f"zeta:{name}", f"{letter} to infinity", kind, Formula.of(falling[place][0]), shown, tuple(constants)))
    return laws


def _beside(equations: ClassEquations, symbol: sp.Symbol, jump: Change, digits: int) -> list[ScalingLaw]:
    """Return the laws of q, zeta and rounds on both sides of a jump.

    With u J = u, J v = v and u v = 1, q = q* + s v makes the equations a delta + b s^2 = 0 to leading order, a = u f_p and
    b = u D^2 f(v, v)/2, delta being the distance to the jump: s = (|a/b| |delta|)^(1/2). The Perron eigenvalue there is 1 - 2 |b| s, so
    that 1/(2 (|a b| |delta|)^(1/2)) rounds come nearer by a factor e, and past the jump pi/(|a b| |delta|)^(1/2) rounds pass q*.
    """
    f, moving = jump.f, {unknown for unknown, v in zip(jump.f.unknowns, jump.box[len(jump.f.unknowns) :], strict=False) if v > 0}
    names = [name for name, zeta in equations.novel.items() if zeta.xreplace(dict(f.fixed)).free_symbols & moving]
    places = {equations.labels[unknown]: f.places[unknown] for unknown in equations.unknowns if unknown in f.places}
    led = {label: place for label, place in places.items() if f.unknowns[place] in moving}
    n, all_names, zeta = len(f.unknowns), list(equations.novel), f.compiled(list(equations.novel.values()))

    def compute() -> list[arb]:
        fine = jump.refined()
        q, v, p = fine[:n], fine[n : 2 * n], fine[-1]
        slopes = f.jacobian(q, p)
        rows = [[int(i == k) - slopes[k][i] for k in range(n)] + [v[i]] for i in range(n)] + [[*v, arb(0)]]
        u = arb_mat(rows).solve(arb_mat([[0]] * n + [[1]])).entries()[:n]
        moved, bent = f.along(q, [arb(0)] * n, p, 2, moving=True), f.along(q, v, p, 3)
        a = sum((weight * side[1] for weight, side in zip(u, moved, strict=True)), arb(0))
        b = sum((weight * side[2] for weight, side in zip(u, bent, strict=True)), arb(0))
        amplitude, rate = (abs(a) / abs(b)).sqrt(), (abs(a) * abs(b)).sqrt()
        slid = taylors(lambda s: zeta(*(at + s * step for at, step in zip(q, v, strict=True)), *f.known(p)), arb(0), 2, len(all_names))
        grown = [v[place] for place in led.values()]
        grown += [terms[1] for terms, name in zip(slid, all_names, strict=True) if name in names]
        return [p, 1 / (2 * rate), arb.pi() / rate, *(q[place] for place in places.values()), *(amplitude * growth for growth in grown)]

    place, before, past, *numbers = prove_numbers(compute, digits)
    stars, m = numbers[: len(places)], len(places) + len(led)
    of_states = [(f"A_{label}", number) for label, number in zip(led, numbers[len(places) : m], strict=True)]
    of_classes = [(f"A_{name}", number) for name, number in zip(names, numbers[m:], strict=True)]
    here = [(f"{symbol}*", place), *((f"q*_{label}", star) for label, star in zip(places, stars, strict=True))]
    return [
        _law(symbol, jump.above, quantity, left, [*constants, *here])
        for quantity, left, constants in (
            ("q", "q - q*", of_states),
            ("zeta", "zeta - zeta*", of_classes),
            ("rounds", "rounds per factor e", [("A", before)]),
            ("rounds", "rounds to pass q*", [("A", past)]),
        )
    ]


def _law(symbol: sp.Symbol, above: bool, quantity: str, left: str, constants: list[tuple[str, Number]]) -> ScalingLaw:
    """Return left ~ A delta^(1/2), of rounds A delta^(-1/2): before the jump, but for those that pass it."""
    past = "pass" in left
    exponent = -sp.S.Half if quantity == "rounds" else sp.S.Half
    direction, where = 1 if above is past else -1, f"{'past' if past else 'before'} the emergence"
    formula = power_law(left, [exponent], symbol, direction)
    return ScalingLaw(quantity, where, "power law", Formula.of(exponent), formula, tuple(constants), (), direction)
