"""The association graph: which skills are its vertices, with which probability they are kept, and which texts associate them."""

from dataclasses import dataclass, field, fields
from typing import Any

import sympy as sp

from ..checks import check_count
from ..errors import InputError
from .degrees import DegreeDistribution, typed
from .exact import Stated, Value, between, exact
from .grammar import Scanner
from .symbols import x

HIGHEST_CUT = 1000
"""The highest degree at which skills can be cut off: a generating function is a sum of as many terms."""
_EDGES = ("all", "understood")
_k = sp.Symbol("k", integer=True, positive=True)


@dataclass(frozen=True)
class Occupation(Stated):
    """Skills of k texts are kept with probability phi_k, independently of each other (Callaway, Newman, Strogatz, Watts, PRL 85, 2000).

    A subclass declares `probability`, which is enough where skills have bounded degrees, and `pgf` where there is a closed form.
    """

    def probability(self, degree: int) -> sp.Expr:
        """Return phi_k."""
        raise NotImplementedError

    def pgf(self, law: DegreeDistribution, argument: sp.Expr = x, order: int = 0) -> sp.Expr:
        """Return F^(order)(argument) with F(x) = sum_k p_k phi_k x^k, the generating function of the kept skills' degrees.

        Raises `InputError` where that would be a sum of more than a thousand terms.
        """
        highest = self._highest(law)
        if highest is None or highest > HIGHEST_CUT:
            raise InputError(f"keeping skills by {self}", f"needs skills of degree at most {HIGHEST_CUT}", given=law)
        degrees = range(order, highest + 1)
        return sp.Add(*(law.pmf(k) * self.probability(k) * sp.ff(k, order) * argument ** (k - order) for k in degrees))

    def _highest(self, law: DegreeDistribution) -> int | None:
        return law.support[1] if law.support else None

    def edge_pgf(self, law: DegreeDistribution, argument: sp.Expr = x, order: int = 0) -> sp.Expr:
        """Return the derivative, of an order, of F'(x)/P'(1): the skill at the end of a random edge is kept, and its *other* edges."""
        return self.pgf(law, argument, order + 1) / law.mean

    def _latex(self, printer: Any) -> str:
        return rf"\phi_k = {printer._print(self.probability(_k))}"

    def __str__(self) -> str:
        return f"{type(self).__name__.lower()}({', '.join(typed(getattr(self, stated.name)) for stated in fields(self))})"


@dataclass(frozen=True)
class Uniform(Occupation):
    """phi_k = p: random failure, or dilution.

    >>> from deanalysis.model import Poisson
    >>> Uniform("1/2").pgf(Poisson(3))
    exp(3*x - 3)/2
    """

    p: sp.Expr = field(metadata=between("occupation", 0, 1))

    def probability(self, degree: int) -> sp.Expr:
        return self.p

    def pgf(self, law: DegreeDistribution, argument: sp.Expr = x, order: int = 0) -> sp.Expr:
        return self.p * law.derivative(argument, order)

    def edge_pgf(self, law: DegreeDistribution, argument: sp.Expr = x, order: int = 0) -> sp.Expr:
        return self.p * law.edge_derivative(argument, order)

    def __str__(self) -> str:
        return typed(self.p)


@dataclass(frozen=True)
class Decay(Occupation):
    """phi_k = b^k: each text of a skill spares it with probability b.

    >>> from deanalysis.model import Poisson
    >>> Decay("1/2").pgf(Poisson(3))
    exp(3*x/2 - 3)
    """

    b: sp.Expr = field(metadata=between("decay(B)", 0, 1))

    def probability(self, degree: int) -> sp.Expr:
        return self.b**degree

    def pgf(self, law: DegreeDistribution, argument: sp.Expr = x, order: int = 0) -> sp.Expr:
        return self.b**order * law.derivative(self.b * argument, order)


@dataclass(frozen=True)
class Cutoff(Occupation):
    """phi_k = 1 below a degree, `share` at it and 0 above: the attack that removes skills of most texts first.

    >>> from deanalysis.model import Regular
    >>> Cutoff(3, "1/4").pgf(Regular(3)), Cutoff(2).pgf(Regular(3)), Cutoff(4).pgf(Regular(3))
    (x**3/4, 0, x**3)
    """

    degree: int
    share: sp.Expr = field(default=sp.S.One, metadata=between("cutoff(DEGREE, SHARE)", 0, 1))

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set("degree", check_count(exact(self.degree, "cutoff(DEGREE)"), 0, HIGHEST_CUT, "cutoff(DEGREE)"))

    def probability(self, degree: int) -> sp.Expr:
        return sp.Integer(int(degree < self.degree)) if degree != self.degree else self.share

    def _latex(self, printer: Any) -> str:
        return rf"\phi_k = {printer._print(sp.Piecewise((1, _k < self.degree), (self.share, sp.Eq(_k, self.degree)), (0, True)))}"

    def _highest(self, law: DegreeDistribution) -> int | None:
        return self.degree


def parse_occupation(text: str, argument: str = "occupation") -> Occupation:
    """Parse a probability, `decay(B)` or `cutoff(DEGREE)`, `cutoff(DEGREE, SHARE)`.

    >>> parse_occupation("p/2"), parse_occupation("cutoff(10, 0.5)")
    (Uniform(p=p/2), Cutoff(degree=10, share=1/2))
    """
    name = text.strip().partition("(")[0].strip()
    if name not in ("decay", "cutoff"):
        return Uniform(exact(text, argument))
    scanner = Scanner(text, argument)
    scanner.name()
    scanner.expect("(")
    first = scanner.expression()
    share = scanner.expression() if name == "cutoff" and scanner.accept(",") else sp.S.One
    scanner.expect(")")
    scanner.end()
    return Decay(first) if name == "decay" else Cutoff(first, share)


@dataclass(frozen=True)
class Association(Stated):
    """Two vertices are associated when a text requires both (Liao, Chang, Hong, arXiv:2404.07009; theory, section 6).

    The vertices are the learned skills (or, with `learned=False`, any skills), each kept with the probability that `keep` gives;
    `edges` is 'all', or 'understood' if only texts that have been understood associate their skills.

    >>> Association(edges="understood", keep="0.9")
    Association(edges='understood', keep=Uniform(p=9/10), learned=True)
    """

    edges: str = "all"
    keep: Occupation | Value = sp.S.One
    learned: bool = True

    def __post_init__(self) -> None:
        if self.edges not in _EDGES:
            raise InputError("edges", f"must be {' or '.join(_EDGES)}", given=self.edges)
        if self.edges == "understood" and not self.learned:
            raise InputError("edges", "must be all where skills are kept whether learned or not", given=self.edges)
        keep = self.keep
        if not isinstance(keep, Occupation):
            keep = parse_occupation(keep, "the probability to keep a skill") if isinstance(keep, str) else Uniform(keep)
        self._set("keep", keep)

    @property
    def kept(self) -> Occupation:
        """Which of the vertices stay."""
        assert isinstance(self.keep, Occupation)
        return self.keep

    @property
    def _which(self) -> str:
        return "learned skills" if self.learned else "skills, learned or not"

    def _latex(self, printer: Any) -> str:
        return rf"{printer._print(self.kept)},\quad\text{{{self._which}; edges {self.edges}}}"

    def __str__(self) -> str:
        kept = "" if self.kept == Uniform(sp.S.One) else f" kept with probability {self.kept}"
        return f"{self._which}{kept}; edges {self.edges}"
