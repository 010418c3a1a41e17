"""The small grammar of expressions and laws: text becomes SymPy values by this parser alone, never by evaluation."""

import re
from collections.abc import Callable

import sympy as sp

from ..checks import check_magnitude, power
from ..errors import InputError, shorten
from .symbols import letter

_NUMBER = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SPACE = re.compile(r"\s*")
_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u00b7": "*", "\u22c5": "*", "\u00d7": "*", "\u2215": "/", "\u2044": "/"})
_RAISED = str.maketrans("\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079", "0123456789")
_RAISED_DIGITS = re.compile("[\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+")
_FUNCTIONS: dict[str, Callable[[sp.Expr], sp.Expr]] = {"exp": sp.exp, "log": sp.log, "sqrt": sp.sqrt}
_DEEPEST, _LONGEST, _LONGEST_NUMBER = 100, 200_000, 2_000
"""Most parentheses in each other, which Python's own stack bounds; most characters of a text, and digits of a number, read in a moment."""


def parse_expression(text: str, argument: str = "an expression", variable: sp.Symbol | None = None) -> sp.Expr:
    """Parse an expression in numbers, letters, + - * / ^ ( ) and exp, log, sqrt; decimals are exact rationals.

    `variable` is the one reserved letter that may occur (x in a generating function). Also read are ** for ^, // for / (21//25), and the
    signs of print: a minus, a dot or a cross between factors, raised digits.

    >>> parse_expression("0.5*c^2 + exp(-c)")
    c**2/2 + exp(-c)
    """
    scanner = Scanner(text, argument, variable)
    expression = scanner.expression()
    scanner.end()
    return expression


class Scanner:
    """A recursive-descent parser over one text, which remembers how deep it is nested."""

    def __init__(self, text: str, argument: str, variable: sp.Symbol | None = None) -> None:
        if not isinstance(text, str):
            raise InputError(argument, "must be text", given=text)
        if len(text) > _LONGEST:
            raise InputError(argument, f"must be at most {_LONGEST} characters long", given=f"{len(text)} of them")
        self.text = _RAISED_DIGITS.sub(lambda digits: f"^{digits[0].translate(_RAISED)}", text.translate(_SIGNS))
        self.argument, self.variable = argument, variable
        self.position = self.depth = 0
        self.rounding = sp.S.Zero
        """Half a unit in the last place of each decimal number taken so far, added up."""
        self._juxtaposed = False
        self._skip()

    def fail(self, requirement: str) -> InputError:
        """Return the error that says what is required at the present place."""
        rest = self.text[self.position : self.position + 24]
        where = f"{requirement} at {shorten(rest)}" if rest else f"{requirement} at the end"
        before = self.text[: self.position].rstrip()[-1:]
        is_product = (before.isalnum() or before == ")") and (self.peek("(") or _NAME.match(self.text, self.position))
        return InputError(self.argument, where, given=self.text, remedy="write * between factors" if is_product else "")

    def _skip(self) -> None:
        self.position = _SPACE.match(self.text, self.position).end()  # type: ignore[union-attr]

    def _take(self, token: re.Match[str]) -> str:
        self.position = token.end()
        self._skip()
        return token.group()

    def peek(self, symbol: str) -> bool:
        """Whether a symbol comes next."""
        return self.text.startswith(symbol, self.position)

    def accept(self, symbol: str) -> bool:
        """Take a symbol if it comes next."""
        if not self.peek(symbol):
            return False
        self.position += len(symbol)
        self._skip()
        return True

    def expect(self, symbol: str) -> None:
        """Take a symbol that must come next."""
        if not self.accept(symbol):
            raise self.fail(f"needs {symbol!r}")

    def end(self) -> None:
        """Refuse anything that is left."""
        if self.position < len(self.text):
            raise self.fail("cannot be read")

    def name(self) -> str:
        """Take a name."""
        name = _NAME.match(self.text, self.position)
        if not name:
            raise self.fail("needs a name")
        return self._take(name)

    def until_closing(self) -> str:
        """Take the raw text up to the parenthesis that closes the one just opened."""
        depth, start = 1, self.position
        for position in range(start, len(self.text)):
            depth += {"(": 1, ")": -1}.get(self.text[position], 0)
            if depth == 0:
                self.position = position
                return self.text[start:position].strip()
        raise self.fail("needs ')'")

    def expression(self) -> sp.Expr:
        """Take an expression, with its sums."""
        self._deeper()
        terms = [self._term()]
        while (plus := self.accept("+")) or self.accept("-"):
            terms.append(self._term() if plus else -self._term())
        self.depth -= 1
        return check_magnitude(sp.Add(*terms), self.argument)

    def polynomial(self) -> sp.Expr:
        """Take a polynomial up to ')' as papers print it, where a factor may stand right before another: 0.4x + 1/2 x^2."""
        self._juxtaposed = True
        polynomial = self.expression()
        if not self.peek(")"):
            raise self.fail("needs ')'")
        self._juxtaposed = False
        return polynomial

    def _term(self) -> sp.Expr:
        factors = [self._signed()]
        while True:
            if self.accept("//") or self.accept("/"):
                divisor = self._signed()
                if divisor.is_zero:
                    raise InputError(self.argument, "must not divide by zero", given=self.text)
                factors.append(1 / divisor)
            elif self.accept("*"):
                factors.append(self._signed())
            elif self._juxtaposed and (self.peek("(") or _NAME.match(self.text, self.position)):
                factors.append(self._power())
            else:
                return sp.Mul(*factors)

    def _signed(self) -> sp.Expr:
        sign = 1
        while (plus := self.accept("+")) or self.accept("-"):
            sign = sign if plus else -sign
        return sign * self._power()

    def _power(self) -> sp.Expr:
        base = self._atom()
        if not (self.accept("^") or self.accept("**")):
            return base
        self._deeper()
        exponent = self._inner("}") if self.accept("{") else self._signed()
        self.depth -= 1
        return power(base, exponent, self.argument)

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise InputError(self.argument, f"must not be nested more than {_DEEPEST} deep", given=self.text)

    def _atom(self) -> sp.Expr:
        if self.accept("("):
            return self._inner()
        if number := _NUMBER.match(self.text, self.position):
            self._take(number)
            return self._number(*number.groups())
        name = self.name()
        if name in _FUNCTIONS:
            self.expect("(")
            return self._function(name, self._inner())
        if self.variable is not None and name == self.variable.name and (self._juxtaposed or not self.peek("(")):
            return self.variable
        if self.peek("("):
            raise InputError(self.argument, f"knows no function {name!r}", remedy="there are exp, log and sqrt")
        if self._juxtaposed and (index := re.fullmatch(f"{self.variable}_?([0-9]+)", name)):
            raise InputError(self.argument, f"must raise by ^, as in {self.variable}^{index[1]}", given=self.text)
        try:
            return letter(name)
        except InputError as error:
            raise InputError(f"{self.argument}:", str(error)) from None

    def _inner(self, closing: str = ")") -> sp.Expr:
        inner = self.expression()
        self.expect(closing)
        return inner

    def _number(self, digits: str, exponent: str | None) -> sp.Expr:
        if len(digits) > _LONGEST_NUMBER or (exponent and (len(exponent) > 6 or abs(int(exponent[1:])) > _LONGEST_NUMBER)):
            raise InputError(self.argument, f"must hold numbers of at most {_LONGEST_NUMBER} digits", given=digits + (exponent or ""))
        last = int((exponent or "e0")[1:]) - len(digits.partition(".")[2])
        self.rounding += sp.Rational(10) ** last / 2 if last < 0 else 0
        return sp.Rational(digits + (exponent or ""))

    def _function(self, name: str, inner: sp.Expr) -> sp.Expr:
        if inner.is_number:
            if name == "log" and not inner.is_positive:
                raise InputError(self.argument, "must take the log of a positive number", given=inner)
            if name == "sqrt" and inner.is_negative:
                raise InputError(self.argument, "must take the root of a number that is not negative", given=inner)
            if name == "exp":
                check_magnitude(sp.exp(inner, evaluate=False), self.argument)
        return _FUNCTIONS[name](inner)
