"""Files that are written at once: a run that is killed leaves the old file or the new one, never half of one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import InputError


@contextmanager
def replacing(path: str | Path, argument: str) -> Iterator[Path]:
    """Give a path to write a draft to, which takes the place of the file at `path` when all is written; where that fails, it is removed.

    A link stays one: the file that it leads to is replaced. What is no file, such as /dev/stdout, is written to itself. Raises `InputError`
    of an `argument` for what the system refuses.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with replacing(Path(folder, "a.txt"), "output") as draft:
    ...         _ = draft.write_text("new")
    ...     [(path.name, path.read_text()) for path in Path(folder).iterdir()]
    [('a.txt', 'new')]
    """
    try:
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file():
            yield target
            return
        draft = target.with_name(f"{target.name}.draft")
        try:
            yield draft
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(argument, f"must be a file that can be written ({error.strerror or error})", given=path) from None
