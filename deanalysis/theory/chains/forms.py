"""The formulas of a chain by their form: what a text teaches and what is left of a skill, once for all edges that are alike."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import sympy as sp

from ...model.degrees import DegreeDistribution
from ...model.joint import JointLaw
from ...model.learners import Learner
from ..evolution.equations.sums import joint_sums

Laws = tuple[DegreeDistribution, ...]
"""The laws of the numbers of edges of a node, by the groups in which it draws them: that of the own edge first, where one is meant."""


class Form(NamedTuple):
    """A formula in as many arguments as there are groups of edges."""

    expression: sp.Expr
    arguments: tuple[sp.Symbol, ...]


class ByArgument(NamedTuple):
    """A product: functions of one argument each, and what multiplies their values."""

    factors: tuple[Form, ...]
    product: Form


@lru_cache(maxsize=4096)
def by_argument(form: Form) -> ByArgument | None:
    """Return a formula as a product of functions of one argument each; None where it is none, or has one argument alone.

    >>> a, b = _symbols("a", 2)
    >>> [str(factor.expression) for factor in by_argument(Form(2 * a * (1 - b) ** 2, (a, b))).factors]
    ['z_0', '(1 - z_0)**2']
    """
    own, number, z = dict[sp.Symbol, sp.Expr](), sp.S.One, _symbols("z", len(form.arguments))
    for factor in sp.Mul.make_args(form.expression):
        held = [symbol for symbol in form.arguments if factor.has(symbol)]
        if len(held) > 1:
            return None
        if held:
            own[held[0]] = own.get(held[0], sp.S.One) * factor
        else:
            number *= factor
    if len(form.arguments) < 2:
        return None
    factors = tuple(Form(own.get(symbol, sp.S.One).xreplace({symbol: z[0]}), z[:1]) for symbol in form.arguments)
    return ByArgument(factors, Form(number * sp.Mul(*z), z))


def as_product(form: Form) -> sp.Expr | None:
    """Return b of a formula b a_1 ... a_m with at least two arguments, each once; None of another."""
    rest = form.expression / sp.Mul(*form.arguments)
    return rest if len(form.arguments) > 1 and not rest.free_symbols & set(form.arguments) else None


def ordered(laws: Sequence[DegreeDistribution], own: int | None = None) -> list[int]:
    """Return the order in which groups of edges are arguments: the own one, then the others by their laws, so that like nodes are alike."""
    others = sorted((group for group in range(len(laws)) if group != own), key=lambda group: str(laws[group]))
    return [*([] if own is None else [own]), *others]


def _symbols(letter: str, count: int) -> tuple[sp.Symbol, ...]:
    return tuple(sp.Symbol(f"{letter}_{number}", nonnegative=True) for number in range(count))


def _joint(laws: Laws) -> tuple[JointLaw, list[str]]:
    kinds = [str(number) for number in range(len(laws))]
    return JointLaw.of(dict(zip(kinds, laws, strict=True))), kinds


@lru_cache(maxsize=4096)
def teaching(laws: Laws, learner: Learner) -> Form:
    """Return T in the q of the groups: a text teaches the skill at the end of an edge of the first group.

    >>> from deanalysis.model import Regular, SkillLearner
    >>> teaching((Regular(2), Regular(1)), SkillLearner(1)).expression
    (1 - q_0)*(1 - q_1)
    """
    q = _symbols("q", len(laws))
    law, kinds = _joint(laws)
    novel = dict(zip(kinds, q, strict=True))
    factor, sums = joint_sums(law, learner, {kind: 1 - state for kind, state in novel.items()}, novel, kinds[0])
    return Form(factor * sums.teaches(sp.S.Zero, sp.S.One), q)


@lru_cache(maxsize=4096)
def left_at_edge(laws: Laws, unknown: sp.Expr) -> Form:
    """Return eps times the chance that no other text teaches a skill, in the T of its groups, seen from an edge of the first group.

    >>> from deanalysis.model import Poisson, Regular
    >>> left_at_edge((Regular(2), Regular(3)), sp.S.One).expression
    (1 - T_0)*(1 - T_1)**3
    """
    taught = _symbols("T", len(laws))
    law, kinds = _joint(laws)
    return Form(unknown * law.edge_pgf(kinds[0], {kind: 1 - at for kind, at in zip(kinds, taught, strict=True)}), taught)


@lru_cache(maxsize=4096)
def left_at_node(laws: Laws, unknown: sp.Expr) -> Form:
    """Return zeta = eps L(1 - T) in the T of a skill's groups.

    >>> from deanalysis.model import Regular
    >>> left_at_node((Regular(2), Regular(3)), sp.S.One).expression
    (1 - T_0)**2*(1 - T_1)**3
    """
    taught = _symbols("T", len(laws))
    law, kinds = _joint(laws)
    return Form(unknown * law.pgf({kind: 1 - at for kind, at in zip(kinds, taught, strict=True)}), taught)


@lru_cache(maxsize=4096)
def error_of_fresh(laws: Laws) -> Form:
    """Return 1 - P(1 - q) in the q of a text's groups: the chance that a fresh text requires a novel skill.

    >>> from deanalysis.model import Regular
    >>> error_of_fresh((Regular(2), Regular(1))).expression
    -(1 - q_0)**2*(1 - q_1) + 1
    """
    q = _symbols("q", len(laws))
    law, kinds = _joint(laws)
    return Form(1 - law.pgf({kind: 1 - state for kind, state in zip(kinds, q, strict=True)}), q)


@lru_cache(maxsize=4096)
def error_of_training(laws: Laws, learner: Learner) -> Form:
    """Return the chance that a training text is not understood, in the q of its groups; a text without skills always is.

    >>> from deanalysis import SkillLearner
    >>> error_of_training((), SkillLearner(1)).expression
    0
    """
    if not laws:
        return Form(sp.S.Zero, ())
    q = _symbols("q", len(laws))
    law, kinds = _joint(laws)
    novel = dict(zip(kinds, q, strict=True))
    factor, sums = joint_sums(law, learner, {kind: 1 - state for kind, state in novel.items()}, novel)
    return Form(1 - factor * sums.learned_from(sp.S.Zero, sp.S.One), q)
