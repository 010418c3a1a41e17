"""The one kind of error that is the user's to mend: it names the argument, the requirement, what was given and the remedy."""

from collections.abc import Callable

__all__ = ["InputError"]

_LONGEST = 80


class InputError(ValueError):
    """An input that cannot be used, said in one line.

    Arguments: `argument` (what is wrong), `requirement` (what it must be), `given` (what was
    given; shortened if long) and `remedy` (what to do instead).

    >>> print(InputError("--digits", "must be a whole number from 15 to 10000", given="3"))
    --digits must be a whole number from 15 to 10000, got '3'
    """

    def __init__(self, argument: str, requirement: str, given: object = None, remedy: str = "") -> None:
        message = f"{argument} {requirement}"
        if given is not None:
            message += f", got {shorten(given)}"
        if remedy:
            message += f"; {remedy}"
        super().__init__(" ".join(message.split()))

    def __reduce__(self) -> tuple[Callable[[str], "InputError"], tuple[str]]:
        """Travel between processes as the finished line."""
        return _said, (str(self),)


def _said(line: str) -> InputError:
    error = InputError.__new__(InputError)
    ValueError.__init__(error, line)
    return error


def shorten(given: object) -> str:
    """Quote what was given, cut to a readable length.

    >>> shorten("x" * 200)[-5:]
    "xxx…'"
    """
    text = str(given)
    return repr(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")
