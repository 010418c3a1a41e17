"""The one kind of error that is the user's to mend: it names the argument, the requirement, what was given and the remedy."""

import re
from collections.abc import Callable, Mapping
from unicodedata import category

_LONGEST = 80
"""Of what was given so much is quoted, one line of a terminal."""
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Categories of Unicode whose characters show nothing, command a terminal, reorder what follows, or cannot be written."""
_JOINERS = "\u200c\u200d"
"""These belong to words of some languages."""
_FIRST, _NAMED = re.compile(r"[a-z_]+(?![\w-])"), re.compile("`([a-z_]+)`")


class InputError(ValueError):
    """An input that cannot be used, said in one line.

    Arguments: `argument` (what is wrong), `requirement` (what it must be), `given` (what was
    given; shortened if long) and `remedy` (what to do instead). Arguments of functions go by their names in Python, in the
    requirement and the remedy between backquotes; the command line says them as the options that they are there (`spoken`).

    >>> error = InputError("digits", "must be a whole number from 15 to 10000", given="3", remedy="see `method`")
    >>> print(error)
    digits must be a whole number from 15 to 10000, got '3'; see `method`
    >>> print(error.spoken({"digits": "--digits", "method": "--method"}))
    --digits must be a whole number from 15 to 10000, got '3'; see --method
    """

    def __init__(self, argument: str, requirement: str, given: object = None, remedy: str = "") -> None:
        self.argument, self.requirement, self.remedy = argument, requirement, remedy
        self.given = None if given is None else shorten(given)
        message = f"{argument} {requirement}"
        if given is not None:
            message += f", got {self.given}"
        if remedy:
            message += f"; {remedy}"
        super().__init__(" ".join(message.split()))

    def spoken(self, options: Mapping[str, str]) -> "InputError":
        """Return the same error with arguments under the names of the options that state them."""

        def said(part: str) -> str:
            return _NAMED.sub(lambda name: options.get(name[1], name[0]), part)

        first = _FIRST.match(self.argument)
        argument = options.get(first[0], first[0]) + self.argument[first.end() :] if first else self.argument
        return _said(argument, said(self.requirement), self.given, said(self.remedy))

    def under(self, option: str) -> "InputError":
        """Return the same error as one of what an option says.

        >>> print(InputError("the file known.txt", "must not be empty").under("--known"))
        --known: the file known.txt must not be empty
        """
        return _said(f"{option}: {self.argument}", self.requirement, self.given, self.remedy)

    def __reduce__(self) -> tuple[Callable[..., "InputError"], tuple[str | None, ...]]:
        """Travel between processes as what is said."""
        return _said, (self.argument, self.requirement, self.given, self.remedy)


def _said(argument: str, requirement: str, given: str | None, remedy: str) -> InputError:
    """Return the error again, with what was given as it is quoted already."""
    error = InputError(argument, requirement + ("" if given is None else f", got {given}"), remedy=remedy)
    error.requirement, error.given = requirement, given
    return error


def shorten(given: object) -> str:
    """Quote what was given, cut to a readable length.

    >>> shorten("x" * 200)[-5:]
    "xxx…'"
    """
    text = str(given)
    return repr(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")


def visible(text: str, kept: str = "") -> str:
    r"""Return a text with characters that show nothing by their numbers, but for those that are kept: names command no terminal.

    >>> visible("\x1b[2J na\xefve\n")
    '[U+001B][2J naïve[U+000A]'
    """
    if text.isprintable():
        return text
    return "".join(f"[U+{ord(mark):04X}]" if category(mark) in _HIDDEN and mark not in _JOINERS + kept else mark for mark in text)
