"""Reads the LaTeX that the package writes back to numbers: a Pratt parser for formulas, and for `align` blocks of them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from mpmath import mp

TOKEN = re.compile(r"\s*(?:(\\[A-Za-z]+|\\,)|(\d+(?:\.\d+)?)|(\S))")
SKIPPED = {"\\left", "\\right", "\\fitted", "\\limits", "\\quad", "\\displaystyle"}
CLOSING = {None, ")", "}", "]", ",", "\\,"}
FUNCTIONS = {"\\log": mp.log, "\\Gamma": mp.gammainc}
SUM, PRODUCT, POWER = 10, 20, 30


@dataclass
class Values:
    """What letters (by their commands) and moments (by their shape) stand for."""

    letters: dict[str, Any]
    moments: dict[str, Callable[[Any, Any], Any]] = field(default_factory=dict)


Meaning = Callable[[Values], Any]


class Reader:
    """Reads one formula."""

    def __init__(self, latex: str) -> None:
        self.tokens = [command or number or mark for command, number, mark in TOKEN.findall(latex)]
        self.tokens = [token for token in self.tokens if token not in SKIPPED]
        self.place = 0

    @property
    def next(self) -> str | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self, expected: str | None = None) -> str:
        token = self.next
        assert token is not None
        assert expected in (None, token), (expected, self.tokens[max(0, self.place - 5) : self.place + 5])
        self.place += 1
        return token

    def whole(self) -> Meaning:
        meaning = self.expression(0)
        assert self.next is None, self.tokens[self.place :]
        return meaning

    def expression(self, binding: int) -> Meaning:
        """Read as long as what follows binds closer than `binding`."""
        left = self.first()
        while (token := self.next) not in CLOSING:
            strength = {"+": SUM, "-": SUM, "^": POWER, "!": POWER}.get(token or "", PRODUCT)
            if strength <= binding:
                break
            left = self.rest(left, token or "")
        return left

    def first(self) -> Meaning:
        token = self.take()
        if token in "+-" and len(token) == 1:
            inner = self.expression(SUM)
            return (lambda values: -inner(values)) if token == "-" else inner
        if token in ("(", "{"):
            inner = self.expression(0)
            self.take(")" if token == "(" else "}")
            return inner
        if token[0].isdigit():
            return lambda values: mp.mpf(token)
        return self.named(token)

    def rest(self, left: Meaning, token: str) -> Meaning:
        if token == "^":
            self.take()
            right = self.expression(POWER)
            return lambda values: mp.power(left(values), right(values))
        if token == "!":
            self.take()
            return lambda values: mp.factorial(left(values))
        if token in "+-":
            self.take()
            right = self.expression(SUM)
            return (lambda values: left(values) + right(values)) if token == "+" else (lambda values: left(values) - right(values))
        if token in ("/", "\\cdot"):
            self.take()
        right = self.expression(PRODUCT)
        return (lambda values: left(values) / right(values)) if token == "/" else (lambda values: left(values) * right(values))

    def named(self, token: str) -> Meaning:
        """Read what begins with a letter or a command."""
        constants = {"e": mp.e, "\\pi": mp.pi}
        if token in constants:
            return lambda values: +constants[token]
        if token.startswith("\\letter"):
            return lambda values: values.letters[token]
        if token in FUNCTIONS:
            return self.applied(FUNCTIONS[token])
        special = {"\\frac": self.fraction, "\\sqrt": self.root, "\\sum": self.sum, "\\int": self.integral}
        special |= {"W": self.lambert, "M": self.moment, "\\operatorname": self.exponential_integral}
        return special[token]()

    def group(self) -> Meaning:
        self.take("{")
        inner = self.expression(0)
        self.take("}")
        return inner

    def applied(self, function: Callable[..., Any]) -> Meaning:
        """Read the arguments of a function."""
        braced = self.next == "{"
        if braced:
            self.take()
        self.take("(")
        arguments = [self.expression(0)]
        while self.next == ",":
            self.take()
            arguments.append(self.expression(0))
        self.take(")")
        if braced:
            self.take("}")
        return lambda values: function(*(one(values) for one in arguments))

    def fraction(self) -> Meaning:
        above, below = self.group(), self.group()
        return lambda values: above(values) / below(values)

    def root(self) -> Meaning:
        degree: Meaning = lambda values: mp.mpf(2)  # noqa: E731
        if self.next == "[":
            self.take()
            degree = self.expression(0)
            self.take("]")
        inner = self.group()
        return lambda values: mp.power(inner(values), 1 / degree(values))

    def sum(self) -> Meaning:
        self.take("_")
        self.take("{")
        index = self.take()
        self.take("=")
        low = self.expression(0)
        self.take("}")
        self.take("^")
        high, term = self.group(), self.expression(SUM)

        def value(values: Values) -> Any:
            bounds = range(int(low(values)), int(high(values)) + 1)
            return mp.fsum(term(Values({**values.letters, index: mp.mpf(k)}, values.moments)) for k in bounds)

        return value

    def integral(self) -> Meaning:
        """Read an integral over all numbers."""
        for token in ("_", "{", "-", "\\infty", "}", "^", "{", "\\infty", "}"):
            self.take(token)
        inner = self.expression(SUM)
        self.take("\\,")
        self.take("d")
        letter = self.take()

        def value(values: Values) -> Any:
            return over_all_numbers(lambda z: inner(Values({**values.letters, letter: z}, values.moments)))

        return value

    def indexed(self) -> list[str]:
        """Read an index as text, its parts between commas."""
        self.take("_")
        self.take("{")
        parts = [""]
        while self.next != "}":
            token = self.take()
            parts = [*parts, ""] if token == "," else [*parts[:-1], f"{parts[-1]} {token}"]
        self.take("}")
        return parts

    def powered(self, apply: Callable[[], Meaning]) -> Meaning:
        """Read an argument, and a power that stands before it."""
        if self.next != "^":
            return apply()
        self.take()
        power, inner = self.group(), apply()
        return lambda values: mp.power(inner(values), power(values))

    def lambert(self) -> Meaning:
        (branch,) = self.indexed()
        return self.powered(lambda: self.applied(lambda x: mp.lambertw(x, int(branch.replace(" ", "")))))

    def exponential_integral(self) -> Meaning:
        for token in ("{", "E", "}"):
            self.take(token)
        (index,) = map(read, self.indexed())

        def argument() -> Meaning:
            inner = self.applied(lambda x: x)
            return lambda values: mp.expint(index(values), inner(values))

        return self.powered(argument)

    def moment(self) -> Meaning:
        order, shape = self.indexed()
        index = read(order)

        def argument() -> Meaning:
            inner = self.applied(lambda x: x)
            return lambda values: values.moments[_plain(shape)](index(values), inner(values))

        return self.powered(argument)


def over_all_numbers(function: Callable[[Any], Any]) -> Any:
    """Integrate what falls like e^{-z^2/2} beside a smooth factor: the trapezoidal rule has all digits."""
    step = mp.mpf(1) / 8
    return step * mp.fsum(function(k * step) for k in range(-96, 97))


def read(latex: str) -> Meaning:
    """Read a formula."""
    return Reader(latex).whole()


@dataclass(frozen=True)
class Row:
    """A formula of an `align` block: its label and its sides, as LaTeX."""

    label: str
    left: str
    right: str


def rows(text: str) -> Iterator[Row]:
    """Yield the formulas of all `align` blocks in a text."""
    for block in re.findall(r"\\begin\{align\}\n(.*?)\n\\end\{align\}", text, flags=re.DOTALL):
        for formula, label in re.findall(r"(.*?) \\label\{eq:(.*?)\}(?: \\\\\n)?", block, flags=re.DOTALL):
            joined = re.sub(r" \\notag \\\\\n(?:&\\quad \{\} )?", " ", formula)
            left, right = re.split(r"\{\}=\{\} &|&= ", joined)
            yield Row(label, left.strip().lstrip("&"), right)


def evaluated(found: list[Row], values: Values) -> dict[str, Any]:
    """Evaluate the right sides in order; what stands alone on a left side is a letter for the rows after it."""
    known: dict[str, Any] = {}
    for row in found:
        if moment := re.fullmatch(r"M_\{(\\\w+),(.*)\}\\left\((\\\w+)\\right\)", row.left):
            values.moments[_plain(moment[2])] = _moment(row.right, moment[1], moment[3], values)
            continue
        known[row.label] = read(row.right)(values)
        if re.fullmatch(r"\\letter\w+", row.left):
            values.letters[row.left] = known[row.label]
    return known


def _plain(shape: str) -> str:
    return shape.replace(" ", "")


def _moment(latex: str, k: str, s: str, values: Values) -> Callable[[Any, Any], Any]:
    meaning = read(latex)
    return lambda order, argument: meaning(Values({**values.letters, k: order, s: argument}, values.moments))
