"""From text to values: degree laws, learners and polynomials, in the notation of the command line."""

import re
from pathlib import Path
from typing import NamedTuple

import sympy as sp

from ..errors import InputError
from .compositions import Mixture, Polynomial
from .degrees import DegreeDistribution
from .exact import exact
from .grammar import Scanner
from .laws import Binomial, Geometric, NegativeBinomial, Poisson, Regular, Zipf
from .learners import Learner, PoissonLearner, SkillLearner
from .popularity import LogNormal, Pareto
from .shares import settled
from .symbols import x
from .tables import read_counts

__all__ = ["parse_law", "parse_learner"]

_LAWS = {
    "poisson": (Poisson, "MEAN"),
    "regular": (Regular, "D"),
    "binomial": (Binomial, "N, P"),
    "geometric": (Geometric, "MEAN"),
    "negative_binomial": (NegativeBinomial, "MEAN, SHAPE"),
    "pareto": (Pareto, "MEAN, EXPONENT"),
    "log_normal": (LogNormal, "MEAN, SIGMA"),
    "zipf": (Zipf, "EXPONENT, KMIN[, KMAX[, CUTOFF]]"),
}
_OTHERS = ("polynomial", "edge", "mixture", "table")
_NAMES = {name.replace("_", ""): name for name in (*_LAWS, *_OTHERS)}
_PATH = re.compile(r"[^()]*\.[A-Za-z]{1,5}\s*\Z")
_MOST_TERMS, _HIGHEST_DEGREE = 20_000, 1_000_000


class _Reading(NamedTuple):
    """How laws are read: where tables are, and whether fractions are divided by their sum where rounding keeps it from 1."""

    folder: Path
    normalize: bool


def parse_law(text: str, argument: str = "a law", folder: Path | None = None, normalize: bool = False) -> DegreeDistribution:
    """Parse a degree law such as `poisson(c*R)` or `mixture(0.3: poisson(2), 0.7: poisson(9))`.

    `folder` is where `table(FILE)` looks for its file; to `normalize` is to divide coefficients and weights by their sum, where the digits
    in which they are printed keep it from 1.

    >>> str(parse_law("edge(0.5*x + 0.5*x^2)"))
    'polynomial(3*x^2/5 + 2*x^3/5)'
    """
    scanner = Scanner(text, argument, variable=x)
    if _PATH.match(text):
        raise InputError(argument, "must be a law, not a path", given=text, remedy=f"a file of degrees is written table({text.strip()})")
    law = _law(scanner, _Reading(folder or Path(), normalize))
    scanner.end()
    return law


def _bare(name: str) -> str:
    """Return the name of a law without capitals and joints: NegativeBinomial is negative_binomial, too."""
    return name.lower().replace("_", "")


def _law(scanner: Scanner, reading: _Reading) -> DegreeDistribution:
    written = scanner.name()
    name = _NAMES.get(_bare(written), "")
    if not name:
        raise InputError(scanner.argument, f"knows no law {written!r}", remedy=f"there are {', '.join((*_LAWS, *_OTHERS))}")
    scanner.expect("(")
    try:
        law = _body(scanner, name, reading)
    except InputError as error:
        if error.argument.startswith(scanner.argument):
            raise
        raise InputError(f"{scanner.argument}:", str(error)) from None
    scanner.expect(")")
    return law


def _body(scanner: Scanner, name: str, reading: _Reading) -> DegreeDistribution:
    if name == "table":
        return Polynomial.from_counts(read_counts(reading.folder / scanner.until_closing()))
    if name == "mixture":
        return _mixture(scanner, reading)
    if name in ("polynomial", "edge"):
        before = scanner.rounding
        coefficients = polynomial_coefficients(scanner.polynomial(), f"{name}(...)")
        shares = settled(list(coefficients.values()), scanner.rounding - before, reading.normalize, "the coefficients")
        coefficients = dict(zip(coefficients, shares, strict=True))
        return Polynomial.from_edges(coefficients) if name == "edge" else Polynomial(tuple(coefficients.items()))
    law, signature = _LAWS[name]
    arguments = [_free_of_x(scanner)]
    while scanner.accept(","):
        arguments.append(_free_of_x(scanner))
    most = signature.count(",") + 1
    if not most - signature.count("[") <= len(arguments) <= most:
        raise InputError(scanner.argument, f"must give {name}({signature})", given=f"{len(arguments)} arguments")
    return law(*arguments)


def _free_of_x(scanner: Scanner) -> sp.Expr:
    expression = scanner.expression()
    if expression.has(x):
        raise InputError(scanner.argument, "may use x only in polynomial(...) and edge(...)", given=scanner.text)
    return expression


def _mixture(scanner: Scanner, reading: _Reading) -> Mixture:
    parts: list[tuple[sp.Expr, DegreeDistribution]] = []
    rounding = sp.S.Zero
    while not parts or scanner.accept(","):
        before = scanner.rounding
        weight = _free_of_x(scanner)
        rounding += scanner.rounding - before
        scanner.expect(":")
        parts.append((weight, _law(scanner, reading)))
    weights = settled([weight for weight, _ in parts], rounding, reading.normalize, "the weights")
    return Mixture(tuple((weight, law) for weight, (_, law) in zip(weights, parts, strict=True)))


def polynomial_coefficients(expression: sp.Expr, argument: str) -> dict[int, sp.Expr]:
    """Return {degree: coefficient} of a polynomial in x, refusing one too large to write out.

    >>> polynomial_coefficients((1 + x)**2 / 4, "a law")
    {0: 1/4, 1: 1/2, 2: 1/4}
    """
    size, degree = _extent(expression, argument)
    if size > _MOST_TERMS or degree > _HIGHEST_DEGREE:
        raise InputError(argument, f"must have at most {_MOST_TERMS} terms and degree {_HIGHEST_DEGREE}", given=expression)
    coefficients: dict[int, sp.Expr] = {}
    for term in sp.Add.make_args(sp.expand(expression)):
        coefficient, power = term.as_independent(x, as_Add=False)
        exponent = power.as_base_exp()[1] if power != 1 else sp.Integer(0)
        coefficients[int(exponent)] = coefficients.get(int(exponent), sp.Integer(0)) + coefficient
    return coefficients


def _extent(expression: sp.Expr, argument: str) -> tuple[int, int]:
    """Bound the number of terms and the degree in x of an expression before it is expanded."""
    if isinstance(expression, sp.Pow) and expression.has(x) and expression.exp.is_Integer and expression.exp >= 0:
        size, degree = _extent(expression.base, argument)
        power = int(expression.exp)
        return (1 if size == 1 else min(power, _MOST_TERMS + 1) ** min(size - 1, 5) + power), degree * power
    if isinstance(expression, (sp.Add, sp.Mul)):
        extents = [_extent(part, argument) for part in expression.args]
        sizes, degrees = zip(*extents, strict=True)
        return (sum(sizes), max(degrees)) if isinstance(expression, sp.Add) else (sp.prod(sizes), sum(degrees))
    if expression == x:
        return 1, 1
    if expression.has(x):
        raise InputError(argument, "must be a polynomial in x with whole exponents", given=expression)
    return 1, 0


def parse_learner(text: str, argument: str = "learner") -> Learner:
    """Parse a rule: `1-skill`, `2-skill`, ..., or `success:EXPR` with EXPR = P_suc(x).

    >>> parse_learner("2-skill")
    SkillLearner(2)
    """
    if not isinstance(text, str):
        raise InputError(argument, "must be text", given=text)
    kind, _, rest = text.strip().partition(":")
    if kind == "success" and rest.strip():
        scanner = Scanner(rest, argument, variable=x)
        success = scanner.expression()
        scanner.end()
        return PoissonLearner(success)
    count = kind.removesuffix("-skill")
    if rest or count == kind or not re.fullmatch("[0-9]+", count) or len(count) > 6:
        raise InputError(argument, "must be 1-skill, 2-skill, ... or success:EXPR", given=text)
    return SkillLearner(exact(int(count)))
