"""`ClassEvolution`: the equations of several classes together with the numbers that are solved from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sympy as sp

from ...balls.numbers import check_digits
from ...errors import InputError
from ...model.exact import Value
from ..classes.equations import ClassEquations
from ..classes.states import ClassRequirement, class_requirement, class_state, measures_of
from ..classes.thresholds import class_thresholds
from ..evolution.letters import Lettered, Named
from ..evolution.search import Search, one_letter
from ..evolution.states.requirement import target_of
from ..evolution.thresholds.results import ClassState, Thresholds

if TYPE_CHECKING:
    from ..plane.diagram import PhaseDiagram
    from ..scaling.scaling import Scaling


@dataclass(frozen=True)
class ClassEvolution(ClassEquations, Lettered):
    """Density evolution of several classes of skills and types of texts: equations, fixed point, jumps (theory, section 7).

    >>> from deanalysis import R, ClassEnsemble, Poisson, SkillClass, TextType
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
        return class_state(self, self.all_bound(values), check_digits(digits))

    def thresholds(
        self, parameter: Named = None, *, kind: str = "all", digits: int = 15, search: Search = None, **values: Value
    ) -> Thresholds:
        """Return all jumps of the largest fixed point along a letter, in the order in which learning gets easier, and which classes jump.

        At a jump q = f(q), v = J v with v >= 0, so det(1 - J) = 0, proved by interval Newton; that there is no other change in the range is
        proved, too (see `deanalysis.theory.classes.jumps`). A class jumps if its zeta before is proved to be larger than after. At a
        stability point the Jacobian at q = 0 has the Perron eigenvalue 1; it is binding if classes that are learned completely cease to be.
        `search` is the range "LO:HI", by default the domain, up to 128; its lowest millionth is left out. `kind` asks for one kind only.

        Raises `InputError` for an unknown letter or kind, and where another letter is free.

        >>> from deanalysis import G, ClassEnsemble, Poisson, Regular, SkillClass, TextType
        >>> double, triple = (SkillClass(f"d{d}", "1/2", texts=Regular(d)) for d in (2, 3))
        >>> slots = TextType("slots", 1 / G, {"d2": Poisson(G), "d3": Poisson(3 * G / 2)})
        >>> ClassEvolution(ClassEnsemble((double, triple), (slots,))).thresholds(search="0.5:1")
        [<emergence G* = 0.792022134316736 ; 15 digits proved, d2 and d3>]
        """
        if kind not in ("all", "emergence", "stability"):
            raise InputError("kind", "must be all, emergence or stability where there are several classes", given=kind)
        changes = class_thresholds(self, *one_letter(self, parameter, search, values), check_digits(digits))
        return changes if kind == "all" else changes.of_kind(kind)

    def scaling(self, parameter: Named = None, *, digits: int = 15, search: Search = None, **values: Value) -> Scaling:
        """Return the square-root laws at the proved jumps along a letter: of q by unknown, of zeta by class, and of rounds.

        Each is A times a power of the distance to the jump, with A_NAME for each unknown or class (see
        `deanalysis.theory.scaling.classes`). Where the letter is a factor of how many texts of some types there are, `zeta:CLASS` is how
        zeta falls far from the jumps. There are no laws of finite size. Raises `InputError` for an unknown letter, and where another letter
        is free.

        >>> from deanalysis import ClassEnsemble, SkillLearner, load_model
        >>> one = ClassEnsemble.of(load_model("paper").ensemble, SkillLearner(1))
        >>> law = ClassEvolution(one).scaling("R", c=5, search="2:3").law("q", "before")
        >>> law.formula, law["A_skills"]
        (q - q* ~ A (R* - R)^(1/2), 0.209664508949830)
        """
        from ..scaling.classes import class_scaling

        return class_scaling(self, *one_letter(self, parameter, search, values), check_digits(digits))

    def require(
        self,
        testing_error: Value | None = None,
        parameter: Named = None,
        *,
        training_error: Value | None = None,
        zeta: Value | None = None,
        of: str | None = None,
        digits: int = 15,
        search: Search = None,
        **values: Value,
    ) -> ClassRequirement:
        """Return the least value (or the greatest) of a letter from which on a target is kept by all classes, or types of texts.

        `zeta` is a target of classes, the errors are of types of texts; `of` names one of them. Learning has to get easier, or harder, all
        along the letter, so that the states at the ends of an interval decide: it is halved until the state is proved to be continuous
        there and the measure to come to the target once, or to jump. Raises `InputError` where the target is kept all over the range or
        nowhere in it, and where nothing is shown to be monotone.

        >>> from deanalysis import R, ClassEnsemble, Poisson, SkillClass, TextType
        >>> basic, domain = SkillClass("basic", "2/3"), SkillClass("domain", "1/3", requires=("basic",))
        >>> general = TextType("general", "1.2", {"basic": Poisson(3)})
        >>> expert = TextType("expert", R, {"basic": Poisson(2), "domain": Poisson(4)})
        >>> evolution = ClassEvolution(ClassEnsemble((basic, domain), (general, expert)))
        >>> evolution.require(zeta="0.01", digits=10)
        <least R = 0.4935830233 for zeta 0.01000000000 of domain, just past an emergence, proved>
        """
        name, target = target_of(testing_error=testing_error, training_error=training_error, zeta=zeta)
        asked = (name, target, measures_of(self, name, of))
        return class_requirement(self, *one_letter(self, parameter, search, values), asked, check_digits(digits))

    def phase_diagram(
        self, x: sp.Symbol | str, y: sp.Symbol | str, x_limits: tuple[float, float], y_limits: tuple[float, float], **values: Value
    ) -> PhaseDiagram:
        """Return the lines on which classes jump in the plane of two letters, such as the loads of a system of coded Poisson receivers.

        On one side of them all classes have emerged (the stability region; Yu, Chang et al., arXiv:2008.07561), so `region` is another
        name for it. Lines are followed in floats from proved folds (see `deanalysis.theory.plane.classes`). Raises `InputError` where
        another letter is free, or the limits are no intervals.

        >>> from deanalysis import ClassEnsemble, Poisson, Regular, SkillClass, TextType, letter
        >>> A, B = letter("A"), letter("B")
        >>> users = SkillClass("a", A / (A + B), texts=Regular(3)), SkillClass("b", B / (A + B), texts=Regular(4))
        >>> slots = TextType("slots", 1 / (A + B), {"a": Poisson(3 * A), "b": Poisson(4 * B)})
        >>> ClassEvolution(ClassEnsemble(users, (slots,))).region("A", "B", (0, 1), (0, 1))
        <phase diagram in A and B: lines 1 emergence; 0 cusps>
        """
        from ..plane.classes import class_diagram

        across, upward, bound = self.plane("a phase diagram", x, y, values)
        return class_diagram(self, (across, upward), (x_limits, y_limits), bound)

    region = phase_diagram
