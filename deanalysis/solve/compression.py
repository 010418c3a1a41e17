"""What semantic compression takes, in proved bits: at a state of learning, before and after each jump, and at its best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp
from flint import arb, ctx

from ..equations.compression import SemanticCode, cost_of
from ..errors import InputError
from ..model.checks import check_count
from ..model.degrees import DegreeDistribution
from ..model.exact import Value
from ..model.laws import Zipf
from ..model.popularity import LogNormal, Pareto
from ..model.symbols import q, x
from .at_threshold import GUARD
from .compiling import ball_of, compile_balls, taylor
from .compute import with_one_letter
from .fixed_points import LargestFixedPoint
from .numbers import Number, check_digits, number, prove_numbers

if TYPE_CHECKING:
    from .evolution import DensityEvolution

__all__ = ["Compression", "Place", "Rate", "compress", "gain_jumps", "jumps_of"]

_FEWEST, _MOST = 1, 10**12
_FIRST_COUNTS, _MOST_COUNTS, _MOST_BY_INTEGRALS = 64, 1 << 18, 128
_SPARE, _LAST = 20, 8
_MASS = 1e-18


@dataclass(frozen=True)
class Compression:
    """What a text takes with n skills, in bits, when a trained learner sends what it understands as sets of skills.

    `understood` is the chance that a text is; `bits_per_text` the sum of `flag_and_count`, `indices` (the sets) and `fallback` (the
    others, losslessly); `lossless_bits` the mean cost without a learner, and `gain` the ratio of the two. `index_bits` is what one index
    takes, `learned` how many skills are listed. As n grows, a text takes `slope` log2 n + `offset` bits. `best_mix` is what it takes
    when the coder sends only texts of some `counts` of skills as sets, and all others losslessly, as well as that can be chosen.
    """

    understood: Number
    bits_per_text: Number
    gain: Number
    lossless_bits: Number
    flag_and_count: Number
    indices: Number
    fallback: Number
    learned: Number
    index_bits: Number
    slope: Number
    offset: Number
    best_mix: Number
    counts: tuple[int, ...] | None
    size: int
    picks: str

    NAMES = (
        "understood",
        "bits_per_text",
        "gain",
        "lossless_bits",
        "flag_and_count",
        "indices",
        "fallback",
        "learned",
        "index_bits",
        "slope",
        "offset",
        "best_mix",
    )

    def __repr__(self) -> str:
        return f"<{self.bits_per_text} bits per text, gain {self.gain}; {self.understood} of the texts are understood>"

    def _repr_latex_(self) -> str:
        return f"${self.bits_per_text._repr_latex_().strip('$')}\\ \\text{{bits per text}}$"

    def to_dict(self) -> dict[str, Any]:
        """Return what `compress --json` prints of it."""
        numbers = {name: getattr(self, name) for name in self.NAMES}
        content: dict[str, Any] = {name: one.json() for name, one in numbers.items()}
        content["counts"] = None if self.counts is None else list(self.counts)
        return content | {
            "size": self.size,
            "picks": self.picks,
            "enclosures": {name: one.enclosure() for name, one in numbers.items()},
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Compression:
        """Return what `to_dict` wrote."""
        numbers = {name: Number.from_json(content[name], content["enclosures"][name]) for name in cls.NAMES}
        counts = None if content["counts"] is None else tuple(content["counts"])
        return cls(**numbers, counts=counts, size=content["size"], picks=content["picks"])


@dataclass(frozen=True)
class Place:
    """Values of letters, q among them, as balls: where formulas are evaluated."""

    letters: tuple[sp.Symbol, ...]
    balls: tuple[arb, ...]

    def value(self, expression: sp.Expr) -> arb:
        """Enclose a formula."""
        return arb(compile_balls(expression, self.letters)(*self.balls))

    def chances(self, law: DegreeDistribution, count: int) -> list[arb]:
        """Enclose p_0, ..., p_{count-1} of a degree law; those of a law without letters are kept."""
        return _chances(law, count, self.letters, self.balls) if law.letters else _kept_chances(law, count, ctx.prec)


@lru_cache(maxsize=32)
def _kept_chances(law: DegreeDistribution, count: int, precision: int) -> list[arb]:
    with ctx.workprec(precision):
        return _chances(law, count, (), ())


def _chances(law: DegreeDistribution, count: int, letters: tuple[sp.Symbol, ...], balls: tuple[arb, ...]) -> list[arb]:
    """Enclose the chances from the weights of a law, one by one, or from the series of P."""
    if isinstance(law, Zipf):
        weight = compile_balls(law.weight(x), [x, *letters])
        weights = [arb(weight(arb(degree), *balls)) for degree in range(int(law.least), int(law.largest) + 1)]
        total = sum(weights, arb(0))
        return [arb(0)] * int(law.least) + [one / total for one in weights][: max(0, count - int(law.least))]
    if law.support is not None and law.support[1] is not None:
        chances = sp.Tuple(*(law.pmf(degree) for degree in range(count)))
        return [arb(one) for one in compile_balls(chances, letters)(*balls)]
    return taylor(compile_balls(law.pgf(x), [x, *letters]), arb(0), count, balls)


def compress(
    evolution: DensityEvolution, size: int, lossless_bits: Value, *, picks: str = "uniform", digits: int = 15, **values: Value
) -> Compression:
    """Return what a text takes with `size` skills, with proved digits; every letter must be bound.

    Arguments: `lossless_bits`, what the lossless code takes for a text, a number or a polynomial in the number k of its skills; `picks`,
    how texts choose skills: 'uniform', or by 'popularity' (skills must be mixed Poisson). Raises `InputError` for anything else.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("paper")
    >>> compress(DensityEvolution(model.ensemble, model.learner), 100_000, 256, c=3, R=2)
    <50.9435960364541 bits per text, gain 5.02516547549593; 0.992239573387128 of the texts are understood>
    """
    check_digits(digits)
    check_count(size, _FEWEST, _MOST, "--size")
    bound = evolution.bind(evolution.all_bound(dict(values)))
    rate = Rate(SemanticCode(bound, picks), cost_of(lossless_bits), size)
    largest = LargestFixedPoint(bound, {})

    def at_the_end() -> Place:
        return Place((q,), (largest.state(),))

    if largest.location[0] == "undecided":
        return rate.at(at_the_end(), digits)
    counts = rate.best_counts(at_the_end())
    return rate.result(prove_numbers(lambda: rate.balls(at_the_end(), counts), digits), counts)


def gain_jumps(
    evolution: DensityEvolution,
    size: int,
    lossless_bits: Value,
    parameter: sp.Symbol | str | None = None,
    *,
    picks: str = "uniform",
    digits: int = 15,
    **values: Value,
) -> list[tuple[Number, Compression, Compression]]:
    """Return where the gain jumps: each emergence threshold in `parameter`, with what a text takes just before it and just past it.

    >>> from deanalysis import DensityEvolution, load_model
    >>> model = load_model("paper")
    >>> for value, before, past in gain_jumps(DensityEvolution(model.ensemble, model.learner), 100_000, 256, "R", c=5):
    ...     print(value, before.gain, past.gain)
    2.45653088923920 1.01941373955108 3.25467899612346
    """
    check_digits(digits)
    check_count(size, _FEWEST, _MOST, "--size")
    bound, symbol = with_one_letter(evolution, parameter, values)
    rate = Rate(SemanticCode(bound, picks), cost_of(lossless_bits), size)
    results = []
    for value, *states in jumps_of(bound, symbol, digits):
        with ctx.workprec(_bits(digits)):
            sides = [rate.at(Place((q, symbol), (state.ball(), value.ball())), digits) for state in states]
            results.append((number(value.ball(), digits), sides[0], sides[1]))
    return results


def jumps_of(bound: DensityEvolution, symbol: sp.Symbol, digits: int) -> list[tuple[Number, Number, Number]]:
    """Return the value of each emergence with q before it and past it, all proved; raise `InputError` where some are not known."""
    found = bound.thresholds(symbol, kind="emergence", digits=digits + GUARD)
    if (found.reason or "").startswith("undecided"):
        raise InputError("the jumps of the gain", "must be known", given=found.reason)
    jumps = []
    for jump in found:
        if jump.status != "proved" or jump.lands_on is None or jump.value is None or jump.fixed_point is None:
            raise InputError("the jumps of the gain", "must be proved", given=str(jump))
        jumps.append((jump.value, jump.fixed_point, jump.lands_on))
    return jumps


def _bits(digits: int) -> int:
    """Return the bits to work with at a threshold, for so many digits."""
    return int(3.4 * (digits + GUARD)) + 60


@dataclass(frozen=True)
class Rate:
    """The bits of a semantic code of a size, at any place."""

    code: SemanticCode
    cost: sp.Poly
    size: int

    def at(self, place: Place, digits: int) -> Compression:
        """Return what a text takes at a place, with the digits that are known there."""
        counts = self.best_counts(place)
        return self.result([number(ball, digits) for ball in self.balls(place, counts)], counts)

    def result(self, found: Sequence[Number], counts: tuple[int, ...] | None) -> Compression:
        """Return the numbers by name."""
        return Compression(**dict(zip(Compression.NAMES, found, strict=True)), counts=counts, size=self.size, picks=self.code.picks)

    @cached_property
    def _formulas(self) -> tuple[sp.Expr, ...]:
        code = self.code
        means = code.lossless(self.cost), code.spared(self.cost)
        return code.known, code.listed, code.understood, code.sent, code.squares, *means

    def balls(self, place: Place, counts: tuple[int, ...] | None) -> list[arb]:
        """Enclose the numbers of a `Compression`, in the order of their names."""
        known, listed, understood, sent, squares, lossless, spared = map(place.value, self._formulas)
        understood = arb(1) if known == 1 else understood
        uneven = self._uneven(place, known)
        bit = 1 / arb(2).log()
        learned = listed * self.size
        terms = self._terms(place, known)
        sums = _Sums(terms, known, learned, understood, sent, squares)
        rest = _times_log(1 - understood)
        flag = (sums.entropy() - rest) * bit
        sets = (sums.sets() - uneven * sent) * bit
        fallback = arb(0) if known == 1 else lossless - spared
        bits = flag + sets + fallback
        weighted = place.value(self.code.weighted) if known > 0 else arb(0)
        offset = (sums.orders() - rest - weighted * sent) * bit + fallback
        best = bits if counts is None else lossless + self._gained(terms, learned, uneven, counts) * bit
        index = (learned.log() - uneven) * bit
        return [understood, bits, lossless / bits, lossless, flag, sets, fallback, learned, index, sent, offset, best]

    def _uneven(self, place: Place, known: arb) -> arb:
        """Enclose by how much less than log N an index takes; where nothing is learned there is none."""
        return place.value(self.code.uneven) if known > 0 else arb(0)

    def _terms(self, place: Place, known: arb) -> list[tuple[arb, arb]]:
        """Enclose p_k and s_k as far as they matter at the current precision."""
        law = self.code.equation.ensemble.texts
        most = _MOST_BY_INTEGRALS if isinstance(law, (LogNormal, Pareto)) else _MOST_COUNTS
        support = law.support
        if support is not None and support[1] is not None:
            most = min(most, support[1] + 1)
        count = _FIRST_COUNTS
        while True:
            count = min(count, most)
            terms, power = [], arb(1)
            for chance in place.chances(law, count):
                terms.append((chance, chance * power))
                power *= known
            if count == most or _are_small(terms[-_LAST:], count):
                return terms
            count *= 2

    def _gained(self, terms: list[tuple[arb, arb]], learned: arb, uneven: arb, counts: Sequence[int]) -> arb:
        """Enclose what is added to the lossless cost where texts of some counts alone are sent as sets, in nats."""
        total, met, choices = arb(0), arb(0), _choices(learned, len(terms))
        for count in counts:
            share, cost = terms[count][1], ball_of(self.cost.eval(count)) * arb(2).log()
            total += share * (choices[count] - uneven * count - cost) - _times_log(share)
            met += share
        return total - _times_log(1 - met)

    def best_counts(self, place: Place) -> tuple[int, ...]:
        """Return the counts to send as sets, so that a text takes fewest bits.

        With g_k what a text of k skills would save plus log2 s_k, and phi the share that is sent as sets, the sum of s_k g_k over these
        and (1 - phi) log2(1 - phi) is to be largest. That is convex in the shares sent, so at a best choice no count that is left out has
        a larger g_k than one that is sent (share moved from one to the other would gain): it is enough to compare the first 0, 1, 2, ...
        by falling g_k.
        """
        known, learned = place.value(self.code.known), place.value(self.code.listed) * self.size
        uneven = float(self._uneven(place, known).mid())
        shares = np.array([float(share.mid()) for _, share in self._terms(place, known)])
        counts = np.flatnonzero(shares > _MASS)
        shares = shares[counts]
        choices = _choices(learned, int(counts.max(initial=0)) + 1)
        sets = np.array([float(choices[count].mid()) for count in counts]) - counts * uneven
        costs = np.array([float(self.cost.eval(int(count))) for count in counts])
        gains = costs - (sets - np.log(shares)) / np.log(2)
        order = np.argsort(-gains, kind="stable")
        met = np.concatenate([[0.0], np.cumsum(shares[order])])
        left = np.maximum(1 - met, 1e-300)
        saved = np.concatenate([[0.0], np.cumsum((shares * gains)[order])]) + left * np.log2(left)
        return tuple(sorted(int(count) for count in counts[order[: int(np.argmax(saved))]]))


@dataclass(frozen=True)
class _Sums:
    """Sums over the counts k of understood texts, s_k = p_k p^k, in nats; what is beyond the last term is bounded.

    With S = sum s_k and M = sum k s_k beyond: -sum s_k log s_k <= M + S - S log S (no law of mean M/S has more entropy than a geometric
    one, at most 1 + log(1 + M/S)), 0 <= log binom(N, k) <= k log(N + 1) and log k! <= k^2.
    """

    terms: list[tuple[arb, arb]]
    known: arb
    learned: arb
    understood: arb
    sent: arb
    squares: arb

    @cached_property
    def _beyond(self) -> tuple[arb, arb, arb]:
        """Upper bounds of S, M and sum k^2 s_k beyond the last term."""
        sums = [arb(0), arb(0), arb(0)]
        for count, (_, share) in enumerate(self.terms):
            for power in range(3):
                sums[power] += share * count**power
        left = (whole - part for whole, part in zip((self.understood, self.sent, self.squares), sums, strict=True))
        first, second, third = (arb(max(one.upper(), arb(0))) for one in left)
        return first, second, third

    def _unsure(self) -> arb:
        share, mean, _ = self._beyond
        return mean + share - _times_log(share)

    def entropy(self) -> arb:
        """-sum s_k log s_k."""
        total = arb(0)
        for _, share in self.terms:
            total -= _times_log(share)
        return total + arb(0).union(self._unsure())

    def sets(self) -> arb:
        """sum s_k log binom(N, k)."""
        choices = _choices(self.learned, len(self.terms))
        total = sum((share * one for (_, share), one in zip(self.terms, choices, strict=True)), arb(0))
        return total + arb(0).union(self._beyond[1] * (self.learned + 1).log())

    def orders(self) -> arb:
        """-sum s_k log(p_k k!)."""
        total, orders = arb(0), arb(0)
        for count, (chance, share) in enumerate(self.terms):
            orders += arb(max(count, 1)).log()
            total -= self.known**count * _times_log(chance) + share * orders
        bound = self._unsure() + self._beyond[2]
        return total + (-bound).union(bound)


def _times_log(value: arb) -> arb:
    """Enclose v log v for v in [0, 1]; a ball that reaches below 0 stands for its part in [0, 1]."""
    if value > 0:
        return value * value.log()
    most = arb(value.upper())
    if not most > 0:
        return arb(0)
    lowest = most * most.log() if most < arb("0.36") else -(arb(-1).exp())
    return arb(0).union(lowest)


def _are_small(terms: list[tuple[arb, arb]], count: int) -> bool:
    """Whether what some counts add is below the current precision."""
    return all(abs(share).upper() * count**2 < arb(2) ** -(ctx.prec + _SPARE) for _, share in terms)


def _choices(learned: arb, count: int) -> list[arb]:
    """Enclose log binom(N, k) for k = 0, ..., count - 1; where there are no such sets, what the last ones take."""
    found = [arb(0)]
    for taken in range(1, count):
        left = learned - (taken - 1)
        found.append(found[-1] + (left / taken).log() if left > 0 else found[-1])
    return found
