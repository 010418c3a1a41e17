"""`ChainEvolution`: the equations of a chain of topics, or of a protograph, together with the numbers that are solved from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from ...balls.numbers import check_digits
from ...checks import check_count
from ...errors import InputError
from ...model.degrees import Ensemble
from ...model.exact import Value
from ...model.learners import SkillLearner
from ...model.protographs import Protograph
from ..chains.equations import ChainEquations
from ..evolution.letters import Lettered, Named
from ..evolution.search import Search, one_letter
from ..evolution.thresholds.codes import design_rate
from ..evolution.thresholds.results import Threshold, Thresholds

if TYPE_CHECKING:
    from ..chains.fronts.speed_laws import SpeedLaw
    from ..chains.fronts.waves import Wave
    from ..chains.fronts.windowed import Windowed
    from ..chains.saturation import Saturation
    from ..chains.states import ChainState
    from ..chains.system import ChainSystem
    from .density_evolution import DensityEvolution

_MOST_ROUNDS = 10_000
"""Rounds whose states are returned: each has a number for every topic."""
_KINDS = ("all", "emergence", "stability", "potential")


@dataclass(frozen=True)
class ChainEvolution(ChainEquations, Lettered):
    """Density evolution of a chain of topics, or of a protograph: equations, fixed point, jumps (theory, section 11).

    >>> from deanalysis import load_model
    >>> evolution = ChainEvolution(load_model("chain(paper, 8, 3)").ensemble)
    >>> evolution.thresholds("R", c=5, search="0.5:2")
    [<emergence R* = 0.975397179836818 ; 15 digits proved, topics 1 to 8>]
    """

    @cached_property
    def system(self) -> ChainSystem:
        """The equations in layers."""
        from ..chains.system import ChainSystem

        return ChainSystem(self.chain)

    @cached_property
    def topic(self) -> DensityEvolution | None:
        """Density evolution of one topic alone; None of a protograph."""
        from .density_evolution import DensityEvolution

        one = self.chain.ensemble
        return DensityEvolution(one, self.chain.learner) if isinstance(one, Ensemble) else None

    @property
    def is_plain(self) -> bool:
        """Whether the chain is one topic alone, or a ring of topics that are all alike."""
        lone = self.chain.topics == self.chain.window == 1 and not self.chain.known
        return isinstance(self.chain.ensemble, Ensemble) and (lone or (self.chain.ends == "ring" and not self.chain.known))

    def fixed_point(self, *, digits: int = 15, **values: Value) -> ChainState:
        """Return the largest fixed point and the errors there, with proved digits; every letter must be bound.

        It is located in arrays of intervals (see `deanalysis.balls.vectors.located`). Where that fails, next to a jump, it is undecided and
        has no digits. More than 1500 unknowns are iterated in floats, and a very long chain (more than 60 topics, and 20 windows) is one of
        that length with its middle repeated; both are numerical.
        Raises `InputError` where a letter is left free, or a value is not in its domain.

        >>> from deanalysis import load_model
        >>> state = ChainEvolution(load_model("chain(ldpc(3,6), 4, 2)").ensemble).fixed_point(eps="0.6", digits=8)
        >>> state.zeta
        (0.33118136, 0.55595775, 0.55595775, 0.33118136)
        """
        from ..chains.states import chain_state, of_longer_state
        from ..chains.thresholds import fewer_topics

        bound, fewer = self.all_bound(values), fewer_topics(self.chain)
        if self.chain.topics <= fewer:
            return chain_state(self.system, bound, check_digits(digits))
        shorter = ChainEvolution(replace(self.chain, topics=fewer))
        return of_longer_state(chain_state(shorter.system, bound, check_digits(digits)), self.chain, fewer)

    def trajectory(self, rounds: int, **values: Value) -> list[list[float]]:
        """Return zeta by topic (and class) before training and after each parallel round: a picture of learning, in floats.

        Raises `InputError` for more than 10,000 `rounds`, and where a letter is left free.

        >>> from deanalysis import load_model
        >>> first, after = ChainEvolution(load_model("chain(paper, 3, 2)").ensemble).trajectory(1, c=1, R=1)
        >>> first, [round(zeta, 6) for zeta in after]
        ([1.0, 1.0, 1.0], [0.614341, 0.692201, 0.614341])
        """
        from ..chains.states import zeta_by_round

        return zeta_by_round(self.system, self.all_bound(values), check_count(rounds, 0, _MOST_ROUNDS, "rounds"))

    def thresholds(
        self,
        parameter: Named = None,
        *,
        kind: str = "all",
        digits: int = 15,
        search: Search = None,
        progress: Callable[[float], None] | None = None,
        **values: Value,
    ) -> Thresholds:
        """Return the jumps of the largest fixed point along a letter, in the order in which learning gets easier.

        A front that goes from topic to topic may stop at several of them, so that there may be several jumps; after the last one the front
        goes through. Each is a fold, q = f(q), v = J v, proved with its digits; for harder values the state is proved to be above that at
        the fold, and 1e-10 of the letter beyond it to be below (see `deanalysis.balls.vectors.jumps`). Where the fold is too flat for
        floats, or the state beyond it is proved only further on (by up to 1e-6), the jump is proved to be between two values, and has the
        digits that these share; `searched` says so. At a stability point q = 0 gains or loses its stability.

        `kind` is 'all', or asks for one kind only: 'emergence' (jumps), 'stability', or 'potential', the potential threshold of one topic,
        to which the last jump tends as L, and then W, grow. `search` is the range "LO:HI", by default the domain, cut at 128 where it has
        no end. Of very long chains (more than 60 topics, and 20 windows) the jumps are those of one of that length, and numerical: what is
        further from an end makes less difference than floats tell.

        Of a protograph whose letter is the fraction erased, `code` is its rate with its gap to capacity.
        Raises `InputError` for an unknown letter or kind, for the potential threshold of a protograph, and where another letter is free.

        >>> from deanalysis import load_model
        >>> ChainEvolution(load_model("chain(ldpc(3,6), 8, 2)").ensemble).thresholds("eps", digits=10)
        [<emergence eps* = 0.4886172546 ; 10 digits proved, topics 1 to 8>]
        """
        from ..chains.thresholds import chain_thresholds, fewer_topics, of_longer

        if kind not in _KINDS:
            raise InputError("kind", f"must be {', '.join(_KINDS[:-1])} or {_KINDS[-1]} for a chain", given=kind)
        if kind == "potential" or self.is_plain:
            if self.topic is None:
                raise InputError("kind", "must be all, emergence or stability for a protograph", given=kind)
            return self.topic.thresholds(parameter, kind=kind, digits=digits, search=search, **values)  # type: ignore[arg-type]
        asked = one_letter(self, parameter, search, values)
        if self.chain.topics > (fewer := fewer_topics(self.chain)):
            shorter = ChainEvolution(replace(self.chain, topics=fewer))
            found = of_longer(chain_thresholds(shorter.system, *asked, check_digits(digits), progress), self.chain, fewer)
        else:
            found = chain_thresholds(self.system, *asked, check_digits(digits), progress)
        graph, is_peeling = self.chain.ensemble, self.chain.learner == SkillLearner(1)
        if isinstance(graph, Protograph) and is_peeling and self.chain.positions == 1 and search is None and kind in ("all", "emergence"):
            found = found.of_code(design_rate(graph.rate, graph.unknowns, asked[0]), digits)
        return found if kind == "all" else found.of_kind(kind)

    def wave(self, *, backward: bool = False, **values: Value) -> Wave:
        """Return the front of a long chain, its profile and its speed in topics per round, in floats; every letter must be bound.

        Topics settle behind it from q = 0, and ahead of it from nothing learned; parallel rounds are iterated on a stretch of topics that
        moves along with it, until its speed repeats. With `backward` it goes from the last topic to the first, which is another front only
        where the edges are spread unevenly. A chain with open ends takes about L/(2 speed) rounds.

        Raises `InputError` where both states are the same, so that topics learn alone, and where states between break the front up.

        >>> from deanalysis import load_model
        >>> ChainEvolution(load_model("chain(ldpc(3,6), 50, 3)").ensemble).wave(eps="0.45")
        <wave of 0.2009576644 topics per round; numerical>
        """
        from ..chains.fronts.waves import wave

        return wave(self.chain, self.all_bound(values), backward=backward)

    def rounds(self, **values: Value) -> int | None:
        """Return after how many parallel rounds all q are within 1e-12 of where they end, in floats; None where it takes over 200,000.

        Raises `InputError` where a letter is left free.

        >>> from deanalysis import load_model
        >>> ChainEvolution(load_model("chain(ldpc(3,6), 50, 3)").ensemble).rounds(eps="0.45")
        123
        """
        from ..chains.fronts.learning import rounds_to_learn

        return rounds_to_learn(self.chain, self.all_bound(values))

    def speed_laws(self, parameter: Named = None, *, search: Search = None, **values: Value) -> tuple[SpeedLaw, ...]:
        """Return how the speed of the front vanishes at each potential threshold of one topic along a letter, for a uniform chain.

        Raises `InputError` for other chains, an unknown letter, and where another letter is free.

        >>> from deanalysis import load_model
        >>> ChainEvolution(load_model("chain(ldpc(3,6), 50, 3)").ensemble).speed_laws()
        (<speed ~ -4.0662 (eps - 0.488151); numerical>,)
        """
        from ..chains.fronts.speed_laws import speed_laws

        letter, bound, within = one_letter(self, parameter, search, values)
        return tuple(speed_laws(self.chain, letter, bound, within))

    def windowed(self, width: int, **values: Value) -> Windowed:
        """Return what a window of `width` topics has learned when it has moved along the chain, in floats; every letter must be bound.

        It learns from the texts at as many positions until nothing changes, and moves on by one topic. `width` is from W to L + W - 1.
        Raises `InputError` for another one, and unless both ends of the chain are open.

        >>> from deanalysis import load_model
        >>> ChainEvolution(load_model("chain(ldpc(3,6), 20, 3)").ensemble).windowed(5, eps="0.45")
        <windowed: mean zeta skills = 0.000539546; 2777 rounds; numerical>
        """
        from ..chains.fronts.windowed import windowed

        return windowed(self.chain, width, self.all_bound(values))

    def windowed_threshold(
        self, width: int, parameter: Named = None, *, digits: int = 4, search: Search = None, **values: Value
    ) -> Threshold:
        """Return the value of a letter from which on a window of `width` topics learns a chain without end, in floats.

        It tends to the last jump of long chains as the window grows. Raises `InputError` for a window narrower than W, and unless it learns
        the chain at one end of the range `search` (by default the domain) and not at the other.

        >>> from deanalysis import load_model
        >>> ChainEvolution(load_model("chain(ldpc(3,6), 12, 3)").ensemble).windowed_threshold(4, digits=3)
        <emergence eps* = 0.429 ; 3 digits numerical>
        """
        from ..chains.fronts.windowed import windowed_threshold

        return windowed_threshold(self.chain, width, *one_letter(self, parameter, search, values), check_digits(digits))

    def saturation(
        self,
        parameter: Named = None,
        *,
        topics: Sequence[int] = (8, 16, 32),
        windows: Sequence[int] = (2, 3, 4),
        digits: int = 10,
        search: Search = None,
        progress: Callable[[float], None] | None = None,
        **values: Value,
    ) -> Saturation:
        """Return the thresholds of chains like this one with other numbers of topics and windows, beside the potential threshold.

        Each is the last jump in the range `search`, with proved digits. Raises `InputError` as `thresholds` does, and where a matrix is
        spread in another number of parts.

        >>> from deanalysis import load_model
        >>> evolution = ChainEvolution(load_model("chain(ldpc(3,6), 8, 2)").ensemble)
        >>> evolution.saturation(topics=[8], windows=[2]).chains
        (<8 topics, window 2: 0.4886172546>,)
        """
        from ..chains.saturation import saturation

        return saturation(self.chain, *one_letter(self, parameter, search, values), (topics, windows), check_digits(digits), progress)
