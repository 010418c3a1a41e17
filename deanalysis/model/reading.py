"""From text to values: degree laws, tables of degrees, polynomials and learners, in the notation of the command line."""

import codecs
import re
from collections import Counter
from os.path import exists, getsize, isfile
from pathlib import Path
from typing import NamedTuple

import sympy as sp

from ..errors import InputError
from .compositions import Mixture, Polynomial, Thinned
from .degrees import DegreeDistribution
from .exact import settled
from .grammar import Scanner, parse_expression
from .laws import Binomial, Geometric, NegativeBinomial, Poisson, Regular, Zipf
from .learners import Ideal, Learner, PoissonLearner, SkillLearner
from .popularity import LogNormal, Pareto
from .solitons import IdealSoliton, RobustSoliton
from .symbols import x

_LAWS = {
    "poisson": (Poisson, "MEAN"),
    "regular": (Regular, "D"),
    "binomial": (Binomial, "N, P"),
    "geometric": (Geometric, "MEAN"),
    "negative_binomial": (NegativeBinomial, "MEAN, SHAPE"),
    "pareto": (Pareto, "MEAN, EXPONENT"),
    "log_normal": (LogNormal, "MEAN, SIGMA"),
    "zipf": (Zipf, "EXPONENT, KMIN[, KMAX[, CUTOFF]]"),
    "ideal_soliton": (IdealSoliton, "K"),
    "robust_soliton": (RobustSoliton, "K, C, DELTA"),
}
_KNOWN = (*_LAWS, "polynomial", "edge", "mixture", "thinned", "table")
_NAMES = {name.replace("_", ""): name for name in _KNOWN}
_PATH = re.compile(r"[^()]*\.[A-Za-z]{1,5}\s*\Z")
_MOST_TERMS, _HIGHEST_DEGREE = 20_000, 1_000_000
"""Of a polynomial: its terms are multiplied out, which bounds their number; the degree is at most that of a regular law."""
_LARGEST_TABLE = 100_000_000
"""Bytes of a table: it is read as a whole."""
_WHOLE, _NAME = re.compile(r"(0|[1-9][0-9]{0,14})(\.0*)?"), re.compile(r"[^\W\d]\w*( \w+)*")
_LINES, _BETWEEN, _MARK = re.compile(r"\r\n|\r|\n"), re.compile(r"\s*[,;]\s*|\s+"), re.compile("[#%]+")
_COLUMNS = {"degree": "degree degrees deg k", "count": "count counts number frequency freq n nodes"}
_COLUMN = {name: column for column, names in _COLUMNS.items() for name in names.split()}


def parse_law(text: str, argument: str = "a law", folder: Path | None = None, normalize: bool = False) -> DegreeDistribution:
    """Parse a degree law such as `poisson(c*R)` or `mixture(0.3: poisson(2), 0.7: poisson(9))`.

    `folder` is where `table(FILE)` looks for its file; to `normalize` is to divide coefficients and weights by their sum, where the digits
    in which they are printed keep it from 1.

    >>> str(parse_law("edge(0.5*x + 0.5*x^2)"))
    'polynomial(3*x^2/5 + 2*x^3/5)'
    """
    scanner = _LawScanner(text, argument, folder or Path(), normalize)
    if _PATH.match(text):
        raise InputError(argument, "must be a law, not a path", given=text, remedy=f"a file of degrees is written table({text.strip()})")
    law = scanner.law()
    scanner.end()
    return law


class _LawScanner(Scanner):
    """A parser that takes degree laws, too."""

    def __init__(self, text: str, argument: str, folder: Path, normalize: bool) -> None:
        super().__init__(text, argument, x)
        self.folder, self.normalize = folder, normalize

    def law(self) -> DegreeDistribution:
        """Take a law; its name may have capitals and no joints, as NegativeBinomial."""
        written = self.name()
        name = _NAMES.get(written.lower().replace("_", ""), "")
        if not name:
            raise InputError(self.argument, f"knows no law {written!r}", remedy=f"there are {', '.join(_KNOWN)}")
        self.expect("(")
        try:
            law = self._body(name)
        except InputError as error:
            if error.argument.startswith(self.argument):
                raise
            raise InputError(f"{self.argument}:", str(error)) from None
        self.expect(")")
        return law

    def _body(self, name: str) -> DegreeDistribution:
        if name == "table":
            return Polynomial.from_counts(read_counts(self.folder / self.until_closing()))
        if name == "mixture":
            return self._mixture()
        if name == "thinned":
            law = self.law()
            self.expect(",")
            return Thinned(law, self._free_of_x())
        if name in ("polynomial", "edge"):
            before = self.rounding
            coefficients = _coefficients(self.polynomial(), f"{name}(...)")
            shares = settled(list(coefficients.values()), self.rounding - before, self.normalize, "the coefficients")
            coefficients = dict(zip(coefficients, shares, strict=True))
            return Polynomial.from_edges(coefficients) if name == "edge" else Polynomial(tuple(coefficients.items()))
        kind, signature = _LAWS[name]
        arguments = [self._free_of_x()]
        while self.accept(","):
            arguments.append(self._free_of_x())
        most = signature.count(",") + 1
        if not most - signature.count("[") <= len(arguments) <= most:
            raise InputError(self.argument, f"must give {name}({signature})", given=f"{len(arguments)} arguments")
        return kind(*arguments)

    def _free_of_x(self) -> sp.Expr:
        expression = self.expression()
        if expression.has(x):
            raise InputError(self.argument, "may use x only in polynomial(...) and edge(...)", given=self.text)
        return expression

    def _mixture(self) -> Mixture:
        weights: list[sp.Expr] = []
        laws: list[DegreeDistribution] = []
        rounding = sp.S.Zero
        while not laws or self.accept(","):
            before = self.rounding
            weights.append(self._free_of_x())
            rounding += self.rounding - before
            self.expect(":")
            laws.append(self.law())
        return Mixture(tuple(zip(settled(weights, rounding, self.normalize, "the weights"), laws, strict=True)))


def _coefficients(expression: sp.Expr, argument: str) -> dict[int, sp.Expr]:
    """Return {degree: coefficient} of a polynomial in x, refusing one too large to write out."""
    size, degree = _extent(expression, argument)
    if size > _MOST_TERMS or degree > _HIGHEST_DEGREE:
        raise InputError(argument, f"must have at most {_MOST_TERMS} terms and degree {_HIGHEST_DEGREE}", given=expression)
    coefficients: dict[int, sp.Expr] = {}
    for term in sp.Add.make_args(sp.expand(expression)):
        coefficient, power = term.as_independent(x, as_Add=False)
        exponent = int(power.as_base_exp()[1]) if power != 1 else 0
        coefficients[exponent] = coefficients.get(exponent, sp.S.Zero) + coefficient
    return coefficients


def _extent(expression: sp.Expr, argument: str) -> tuple[int, int]:
    """Bound the number of terms and the degree in x of an expression before it is expanded."""
    if isinstance(expression, sp.Pow) and expression.has(x) and expression.exp.is_Integer and expression.exp >= 0:
        size, degree = _extent(expression.base, argument)
        power = int(expression.exp)
        return (1 if size == 1 else min(power, _MOST_TERMS + 1) ** min(size - 1, 5) + power), degree * power
    if isinstance(expression, (sp.Add, sp.Mul)):
        sizes, degrees = zip(*(_extent(inner, argument) for inner in expression.args), strict=True)
        return (sum(sizes), max(degrees)) if isinstance(expression, sp.Add) else (sp.prod(sizes), sum(degrees))
    if expression != x and expression.has(x):
        raise InputError(argument, "must be a polynomial in x with whole exponents", given=expression)
    return 1, int(expression == x)


def parse_learner(text: str, argument: str = "learner") -> Learner:
    """Parse a rule: `1-skill`, `2-skill`, ..., `ideal`, or `success:EXPR` with EXPR = P_suc(x).

    >>> parse_learner("2-skill")
    SkillLearner(2)
    """
    if not isinstance(text, str):
        raise InputError(argument, "must be text", given=text)
    kind, _, rest = text.strip().partition(":")
    if kind == "success" and rest.strip():
        return PoissonLearner(parse_expression(rest, argument, x))
    if text.strip() == "ideal":
        return Ideal()
    count = kind.removesuffix("-skill")
    if rest or count == kind or not re.fullmatch("[0-9]{1,6}", count):
        raise InputError(argument, "must be 1-skill, 2-skill, ..., ideal or success:EXPR", given=text)
    try:
        return SkillLearner(int(count))
    except InputError as error:
        raise error.under(argument) from None


class _Row(NamedTuple):
    """A line of a table with its cells."""

    table: str
    number: int
    line: str
    cells: list[str]

    @property
    def columns(self) -> list[str]:
        """The columns that the cells name, empty where they are not known."""
        return [_COLUMN.get(cell.lower(), "") for cell in self.cells]

    def refused(self, requirement: str, remedy: str = "") -> InputError:
        """Return the error that says what the line must be."""
        return InputError(f"table {self.table}, line {self.number},", requirement, given=self.line.strip(), remedy=remedy)


def read_counts(path: Path) -> dict[int, int]:
    """Return {degree: count} of a table: lines of a degree and a count, or of one degree each, which are counted.

    Columns are split by commas, semicolons, tabs or blanks, and go by the names in the first line (`degree`, `count`) where it holds names;
    without them the degree comes first. Blank lines and lines that begin with # or % are passed over. Raises `InputError`, with the line,
    for everything else, which is never guessed: also for a degree that comes twice, as in a list of edges.
    """
    rows: list[_Row] = []
    comments: list[_Row] = []
    for number, line in enumerate(map(str.strip, _LINES.split(_read(path))), start=1):
        mark = _MARK.match(line)
        cells = _BETWEEN.split(line[mark.end() :].strip() if mark else line)
        cells = [cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell for cell in cells]
        if line and not (mark and rows):
            (comments if mark else rows).append(_Row(path.name, number, line, cells))
    columns, counts = _columns(rows, comments), Counter[int]()
    for row in rows:
        if len(row.cells) != len(columns) or not all(map(_WHOLE.fullmatch, row.cells)):
            raise row.refused(f"must be {'a degree and a count, whole numbers' if len(columns) == 2 else 'a degree, a whole number'}")
        numbers = dict(zip(columns, (int(cell.partition(".")[0]) for cell in row.cells), strict=True))
        if "count" in numbers and numbers["degree"] in counts:
            remedy = "give one line for each degree; a list of edges is no table of degrees"
            raise row.refused(f"must not repeat the degree {numbers['degree']}", remedy)
        counts[numbers["degree"]] += numbers.get("count", 1)
    if not rows:
        raise InputError(f"table {path.name}", "must have at least one line of a degree")
    return dict(counts)


def _columns(rows: list[_Row], comments: list[_Row]) -> list[str]:
    """Return what the columns are, and take the line that names them away; a comment before the table may name them, too."""
    width = len(rows[0].cells) if rows else 0
    headers = [comment for comment in comments if all(comment.columns) and len(comment.cells) == width]
    if rows and all(map(_NAME.fullmatch, rows[0].cells)):
        headers.append(rows.pop(0))
    if headers and sorted(headers[-1].columns) not in (["degree"], ["count", "degree"]):
        raise headers[-1].refused("must name the columns degree and count", "a list of edges is no table of degrees")
    return headers[-1].columns if headers else ["degree", "count"][:width]


def _read(path: Path) -> str:
    """Return the text of a file, of UTF-8 or, where its mark says so, UTF-16."""
    if not exists(path):
        raise InputError("table(FILE)", "names a file that is missing", given=path)
    if not isfile(path) or getsize(path) > _LARGEST_TABLE:
        raise InputError("table(FILE)", f"must name a file of at most {_LARGEST_TABLE} bytes", given=path)
    try:
        content = path.read_bytes()
        is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return content.decode("utf-16" if is_wide else "utf-8-sig")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise InputError("table(FILE)", f"must name a readable file ({reason})", given=path) from None
