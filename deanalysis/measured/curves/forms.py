"""Forms of curves that rise with x: the theory's, and the usual ones: a power law with floor, a logistic curve, Chinchilla's law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from ...errors import InputError
from .finite import understood
from .learning_curves import LAWS, WITH_ROOM, Floats, LearningCurve
from .parameters import Parameter

Values = Mapping[str, float]

_SHAPES = {
    "gamma": Parameter("shape", 0.05, 100.0, 5, True),
    "pareto": Parameter("exponent", 1.02, 40.0, 5, True, above=1.0),
    "log_normal": Parameter("sigma", 0.05, 4.0, 5, True),
}
"""The parameter of the popularities of each law: beyond these domains curves are those of all skills alike, or hardly learn."""
_C = Parameter("c", 0.05, 60.0, 14, True)
_ROOM = Parameter("room", 0.02, 1.0, 10, natural=(False, True))
_SKILLS = Parameter("skills", 100.0, 1e12, 6, True)
_WIDER = 1e4
"""A place on the axis of x may lie so many times below the least positive x, and above the largest."""


class Form(Protocol):
    """What is fitted: y = guess + (1 - guess) h(x), h = `rise` between 0 and 1.

    `location` names the parameter that x is divided by, which is not among `parameters`; None where there is no such parameter.
    `own` are parameters that each curve of several has for itself, if nothing else is said.
    """

    @property
    def name(self) -> str:
        """What the form is called."""
        ...

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its parameters beside the location and the guess."""
        ...

    @property
    def location(self) -> str | None:
        """The name of the parameter that x is divided by."""
        ...

    @property
    def own(self) -> tuple[str, ...]:
        """The names of the parameters that each curve has for itself."""
        ...

    def rise(self, values: Values, ratios: Floats, *, quickly: bool = False) -> Floats:
        """Return h at x/location (x itself where there is no location); `quickly` to 1e-2, for a coarse search."""
        ...


@dataclass(frozen=True)
class Theory:
    """h = 1 - P_test(R), R = x/scale, of a learning curve; `finite`: the mean over graphs of so many `skills`.

    Its location is `emergence`, the x at which learning emerges or rises most steeply (`Bend`): beside c it is what a curve determines
    best. With room for a share of the skills, scale and emergence are those of a learner with room for all.

    >>> form = Theory.named("gamma+2-skill")
    >>> form.name, [parameter.name for parameter in form.parameters], form.location
    ('gamma+2-skill', ['c', 'shape'], 'emergence')
    """

    location: ClassVar[str] = "emergence"

    curve: LearningCurve
    finite: float | None = None
    fits_skills: bool = False

    @classmethod
    def named(cls, name: str) -> Theory:
        """Return the form of a name: paper, gamma, pareto or log_normal, and after + signs `room`, `2-skill`, `3-skill`, ...

        Raises `InputError` for another name.
        """
        law, *options = [part.strip() for part in name.split("+")]
        learners = [option for option in options if option.endswith("-skill") and option[: -len("-skill")].isascii()]
        s = learners[0].removesuffix("-skill") if learners else "1"
        known = set(options) <= {"room", *learners} and len(options) == len(set(options)) and len(learners) <= 1 and s.isdigit()
        if law not in LAWS or not known or not 1 <= int(s) <= _MOST_S:
            requirement = f"must be {', '.join(LAWS)}, with +room or +2-skill to +{_MOST_S}-skill"
            raise InputError("a model", requirement, given=name)
        if "room" in options and law not in WITH_ROOM:
            raise InputError("a model", f"has room for some of the skills where the law is {' or '.join(WITH_ROOM)}", given=name)
        return cls(LearningCurve(law, int(s), "room" in options))

    @property
    def name(self) -> str:
        """The law, and what is added to it."""
        parts = [self.curve.law, "room" if self.curve.has_room else "", f"{self.curve.s}-skill" if self.curve.s > 1 else ""]
        return "+".join(filter(None, parts))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """c, the shape of the popularities, room, and the number of skills, as far as the form has them."""
        more = [self.shape_parameter] if self.shape_parameter else []
        return (_C, *more, *([_ROOM] if self.curve.has_room else []), *([_SKILLS] if self.fits_skills else []))

    @property
    def own(self) -> tuple[str, ...]:
        """Room is each curve's own."""
        return ("room",) if self.curve.has_room else ()

    @property
    def is_sharp(self) -> bool:
        """Whether a jump is one, and not smoothed by finite size."""
        return self.finite is None and not self.fits_skills

    @property
    def shape_parameter(self) -> Parameter | None:
        """The shape of the popularities, where there is one."""
        return _SHAPES.get(self.curve.law)

    def shape(self, values: Values) -> float:
        """Return the value of the shape of the popularities; 1 where there is none."""
        return values[self.shape_parameter.name] if self.shape_parameter else 1.0

    def bend(self, values: Values) -> tuple[float, bool]:
        """Return R where learning emerges or rises most steeply, with room for all, and whether it jumps."""
        return self.curve.bend(values["c"], self.shape(values))

    def own_bend(self, values: Values) -> tuple[float, bool]:
        """Return the same with the room that there is."""
        return self.curve.bend(values["c"], self.shape(values), values.get("room", 1.0))

    def within(self, larger: Theory) -> dict[str, float] | None:
        """Return the parameters that a larger form has beside these, at values where it is, but for the ends of domains, this form.

        None where it is not larger.

        >>> paper, larger = Theory.named("paper"), Theory.named("pareto+room")
        >>> paper.within(larger), paper.within(Theory.named("log_normal")), Theory.named("gamma").within(larger)
        ({'exponent': 40.0, 'room': 1.0}, {'sigma': 0.05}, None)
        """
        mine, other = self.curve, larger.curve
        alike = (mine.s, self.finite, self.fits_skills) == (other.s, larger.finite, larger.fits_skills)
        if self == larger or not alike or mine.law not in ("paper", other.law) or mine.has_room > other.has_room:
            return None
        shape = None if mine.law == other.law else larger.shape_parameter
        uniform = {} if shape is None else {shape.name: shape.low if other.law == "log_normal" else shape.high}
        return uniform | ({"room": 1.0} if other.has_room > mine.has_room else {})

    def rise(self, values: Values, ratios: Floats, *, quickly: bool = False) -> Floats:
        """Return 1 - P_test at x/location."""
        c, shape, room = values["c"], self.shape(values), values.get("room", 1.0)
        at = ratios * self.bend(values)[0]
        if quickly:
            with np.errstate(divide="ignore"):
                return self.curve.quickly(np.log(at), c, shape, room)
        skills = values.get("skills", self.finite)
        return self.curve.understood(at, c, shape, room) if skills is None else understood(self.curve, at, skills, c, shape)


_MOST_S = 9
"""The s-skill learners that are offered."""


@dataclass(frozen=True)
class PowerLaw:
    """h = height (1 - (x/onset)^-exponent) from the onset on, before it 0: an error that falls from its start to a floor by a power law."""

    name: ClassVar[str] = "power law with floor"
    location: ClassVar[str] = "onset"
    own: ClassVar[tuple[str, ...]] = ("height", "onset", "exponent")
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("height", 0.001, 1.0, 12, natural=(False, True)),
        Parameter("exponent", 0.01, 50.0, 14, True),
    )

    def rise(self, values: Values, ratios: Floats, *, quickly: bool = False) -> Floats:
        """Return h at x/onset."""
        return np.asarray(-values["height"] * np.expm1(-values["exponent"] * np.log(np.maximum(ratios, 1.0))))


@dataclass(frozen=True)
class Logistic:
    """h = height/(1 + (x/midpoint)^-steepness), a logistic curve in log x."""

    name: ClassVar[str] = "logistic in log x"
    location: ClassVar[str] = "midpoint"
    own: ClassVar[tuple[str, ...]] = ("height", "midpoint", "steepness")
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("height", 0.001, 1.0, 12, natural=(False, True)),
        Parameter("steepness", 0.05, 100.0, 14, True),
    )

    def rise(self, values: Values, ratios: Floats, *, quickly: bool = False) -> Floats:
        """Return h at x/midpoint."""
        with np.errstate(divide="ignore", over="ignore"):
            return np.asarray(values["height"] / (1 + np.asarray(ratios) ** -values["steepness"]))


@dataclass(frozen=True)
class Chinchilla:
    """h = 1 - E - A/N^a - B/D^b where that is positive, else 0 (Hoffmann et al., arXiv:2203.15556): N parameters, D texts.

    N is `size`, that of the curve, and D is x. A and B are stated as the error that the smallest N, and the largest D, leave.
    """

    smallest: float
    most: float
    name: ClassVar[str] = "Chinchilla"
    location: ClassVar[None] = None
    own: ClassVar[tuple[str, ...]] = ()
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("E", 0.0, 1.0, 4, natural=(True, True)),
        Parameter("A", 0.0, 1.0, 5, natural=(True, True)),
        Parameter("a", 0.01, 3.0, 5, True),
        Parameter("B", 1e-4, 1.0, 6, True),
        Parameter("b", 0.01, 3.0, 6, True),
    )

    def rise(self, values: Values, ratios: Floats, *, quickly: bool = False) -> Floats:
        """Return h at x, of the curve whose size is `size` among the values."""
        with np.errstate(divide="ignore", over="ignore"):
            by_data = values["B"] * (ratios / self.most) ** -values["b"]
        by_size = values["A"] * (values["size"] / self.smallest) ** -values["a"]
        return np.clip(1 - values["E"] - by_size - by_data, 0.0, 1.0)


USUAL: tuple[Form, ...] = (PowerLaw(), Logistic())
"""The usual forms that need no more than x and y."""


def location(name: str, least: float, most: float) -> Parameter:
    """Return the parameter that x is divided by, where positive x lie between two values."""
    return Parameter(name, least / _WIDER, most * _WIDER, 48, True)
