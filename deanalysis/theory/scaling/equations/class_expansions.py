"""Far from the jumps of several classes: how the classes are learned of whose texts there are more and more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from ....model.joint import Draw
from ....symbolic.algebra import simplified
from ...classes.equations import ClassEquations
from .expansions import LowerTail, lower_tail


@dataclass(frozen=True)
class FarLaw:
    """zeta ~ `zeta` of a class, a formula in the letter and in the limits of the q that do not go to 0, by their own symbols.

    `rate` is a where zeta falls like e^{-a p}, else 0, and `power` k where it then falls like p^{-k}.
    """

    zeta: sp.Expr
    rate: sp.Expr
    power: sp.Expr


@dataclass(frozen=True)
class ClassExpansion:
    """The laws by class, the unknowns that go to `vanishing`, and the equations q = f(q) of those that are left in the limit."""

    laws: dict[str, FarLaw]
    vanishing: tuple[sp.Symbol, ...]
    unknowns: tuple[sp.Symbol, ...]
    right_sides: tuple[sp.Expr, ...]
    starts: tuple[sp.Expr, ...]


def class_expansion(equations: ClassEquations, letter: sp.Symbol) -> ClassExpansion | str:
    """Return how zeta falls, as a letter goes to infinity, in the classes of whose texts it is a factor; or why there is no such law.

    Let the letter be a factor of how many texts of some types there are, and of nothing else. The largest fixed point falls as it grows,
    so it has a limit. There q = 0 in a class whose skills are in more and more texts that teach it with a positive probability; that
    probability falls as q grows, so that it is positive if it is at the start. And the others have the largest fixed point of their own
    equations with those zeros put in: the limit solves these, and lies above their largest solution, as the whole system does at each value
    of the letter. With L_i the laws of the skills in those texts, zeta = eps prod_i L_i(1 - sum_j w_ij T_jk) follows from the lower tails
    of L_i at the limit of T. Where these are exponential, p (T - lim T) has to vanish: q of the classes that go to 0 falls exponentially,
    and so do, at a stable limit, the distances of the others from theirs.

    >>> from deanalysis.model import Poisson
    >>> from deanalysis.model.classes import ClassEnsemble, SkillClass, TextType
    >>> from deanalysis.model.symbols import R
    >>> basic, domain = SkillClass("basic", "2/3"), SkillClass("domain", "1/3", requires=("basic",))
    >>> general = TextType("general", "1.2", {"basic": Poisson(3)})
    >>> expert = TextType("expert", R, {"basic": Poisson(2), "domain": Poisson(4)})
    >>> class_expansion(ClassEquations(ClassEnsemble((basic, domain), (general, expert))), R).laws["domain"].zeta
    exp(-12*R*exp(-2*q_basic))
    """
    ensemble = equations.ensemble
    growing = [kind.name for kind in ensemble.types if kind.ratio.has(letter)]
    elsewhere = [law for kind in ensemble.type_names for law in ensemble.text_law(kind).draws]
    fixed = not any(draw.law.letters & {letter} or any(weight.has(letter) for _, weight in draw.weights) for draw in elsewhere)
    if not fixed or any(kind.share.has(letter) or kind.unknown.has(letter) for kind in ensemble.classes):
        return f"{letter} is not only a factor of how many texts there are"
    ratios = [ensemble.text_type(kind).ratio for kind in growing]
    if any(simplified(ratio - letter * sp.diff(ratio, letter)) != 0 for ratio in ratios):
        return f"the numbers of texts do not grow in proportion to {letter}"
    before = dict(zip(equations.unknowns, equations.starts, strict=True))
    if any(simplified(equations.teaching(kind, name).xreplace(before)) == 0 for kind in growing for name in equations.own(kind)):
        return "some texts of which there are more and more teach nothing before the others do"
    reached = [name for name in ensemble.names if any(name in equations.own(kind) for kind in growing)]
    if not reached:
        return f"there are not more and more texts of any type as {letter} grows"
    if ordered := [name for name in reached if ensemble.skill_class(name).prerequisites is not None]:
        return f"skills of {', '.join(ordered)} have prerequisites of their own"
    vanishing = tuple(symbol for symbol in equations.unknowns if equations.class_of[symbol] in reached)
    zero = dict.fromkeys(vanishing, sp.S.Zero)
    laws: dict[str, FarLaw] = {}
    for name in reached:
        law = _law(equations, name, letter, zero)
        if isinstance(law, str):
            return law
        laws[name] = law
    if len({law.rate == 0 for law in laws.values()}) > 1:
        return "some classes fall exponentially and some by a power: that these do not matter to those is not shown"
    sides = dict(zip(equations.unknowns, zip(equations.right_sides, equations.starts, strict=True), strict=True))
    left = [(symbol, side.xreplace(zero), start) for symbol, (side, start) in sides.items() if symbol not in zero]
    unknowns, right_sides, starts = (tuple(part) for part in zip(*left, strict=True)) if left else ((), (), ())
    return ClassExpansion(laws, vanishing, unknowns, right_sides, starts)


def _law(equations: ClassEquations, name: str, letter: sp.Symbol, zero: dict[sp.Symbol, sp.Expr]) -> FarLaw | str:
    """Return the law of a class, or why there is none."""
    zeta, rate, power = equations.ensemble.skill_class(name).unknown, sp.S.Zero, sp.S.Zero
    for draw, taught in _taught(equations, name, zero):
        if taught == 0:
            continue
        if not draw.law.mean.has(letter):
            zeta *= draw.law.pgf(1 - taught)
            continue
        tail = lower_tail(draw.law)
        if not isinstance(tail, LowerTail) or any(weight.has(letter) for _, weight in draw.weights):
            return f"the lower tail of the law of {name}, {draw.law}, is not known"
        zeta *= tail.pgf(draw.law.mean * taught)
        rate += tail.rate * sp.diff(draw.law.mean, letter) * taught
        power += tail.power
    return FarLaw(sp.powsimp(simplified(zeta)), simplified(rate), power)


def _taught(equations: ClassEquations, name: str, zero: dict[sp.Symbol, sp.Expr]) -> Iterator[tuple[Draw, sp.Expr]]:
    """Yield the draws of a skill's texts with the limit of the chance that one of these texts teaches it."""
    for draw in equations.ensemble.skill_law(name).draws:
        yield draw, sp.Add(*(weight * equations.teaching(kind, name).xreplace(zero) for kind, weight in draw.weights))
