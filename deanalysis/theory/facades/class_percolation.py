"""`ClassPercolation`: whether what several classes learn hangs together; giant component and threshold."""

from __future__ import annotations

from dataclasses import dataclass

from ...balls.numbers import check_digits
from ...errors import InputError
from ...model.exact import Value
from ..evolution.answers import check_method
from ..evolution.letters import Named
from ..evolution.search import Search, one_letter
from ..evolution.thresholds.results import Thresholds
from ..percolation.classes.component import ClassComponent, class_component
from ..percolation.classes.equations import ClassPercolationEquations
from ..percolation.classes.thresholds import class_percolation_thresholds


@dataclass(frozen=True)
class ClassPercolation(ClassPercolationEquations):
    """Percolation on the association graph of what several classes learn, exactly and in the independent approximation.

    >>> from deanalysis import ClassEnsemble, ClassEvolution, Poisson, R, SkillClass, TextType
    >>> basic, domain = SkillClass("basic", "2/3"), SkillClass("domain", "1/3", requires=("basic",))
    >>> general = TextType("general", "1.2", {"basic": Poisson(1)})
    >>> expert = TextType("expert", R, {"basic": Poisson("1/2"), "domain": Poisson(2)})
    >>> percolation = ClassPercolation(ClassEvolution(ClassEnsemble((basic, domain), (general, expert))))
    >>> component = percolation.component(R="1/2", digits=10)
    >>> component, component.giant_component_by_class["domain"]
    (<giant component 0.6829295590 of 0.7945762529 kept; independent approximation 0.5857563351; proved>, 0.8547136299)
    """

    def component(self, *, digits: int = 15, method: str = "auto", **values: Value) -> ClassComponent:
        """Return the giant component and its graph, in all and by class, with proved digits; every letter must be bound.

        There is no other method than balls. Raises `InputError` for 'mpmath'.
        """
        _check_balls(method)
        return class_component(self, self.all_bound(values), check_digits(digits))

    def thresholds(
        self,
        parameter: Named = None,
        *,
        digits: int = 15,
        search: Search = None,
        approximate: bool = False,
        method: str = "auto",
        **values: Value,
    ) -> Thresholds:
        """Return all values of a letter at which a giant component appears or disappears, in ascending order, with proved digits.

        There the spectral radius of the Jacobian of the messages passes 1, either gradually or with a jump of what is learned;
        `learned_side` is the side on which there is a giant component. `approximate` asks for the independent approximation. `search` is
        the range "LO:HI", by default the domain, up to 128; its lowest millionth is left out. Raises `InputError` where another letter is
        free, and for the method 'mpmath'.

        >>> from deanalysis import ClassEnsemble, ClassEvolution, SkillLearner, load_model
        >>> one = ClassEvolution(ClassEnsemble.of(load_model("paper").ensemble, SkillLearner(1)))
        >>> ClassPercolation(one).thresholds("R", c=1, search="0.5:2")
        [<percolation R* = 1.11574269517670 ; 15 digits proved>]
        """
        _check_balls(method)
        asked = one_letter(self, parameter, search, values)
        return class_percolation_thresholds(self, *asked, check_digits(digits), approximate=approximate)


def _check_balls(method: str) -> None:
    if check_method(method) == "mpmath":
        raise InputError("method", "must be auto or balls where there are several classes", given=method)
