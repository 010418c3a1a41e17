"""Chains, fuse filters and protographs from text: the presets that state them, and files of base matrices."""

from __future__ import annotations

import re
from dataclasses import replace
from os.path import getsize, isfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..checks import require_whole
from ..errors import InputError
from .chains import Chain, total
from .exact import exact
from .presets import Options, load_model, preset
from .protographs import Matrix, Protograph

if TYPE_CHECKING:
    from .presets import Model

_ROW = re.compile(r"[\s,;]+")
_WHOLE = re.compile(r"-?[0-9]{1,6}")
_LARGEST_FILE = 10_000_000
"""Bytes of a base matrix: those of standards have some thousands."""


def parse_chain(arguments: str, options: Options) -> Chain:
    """Return the chain of `MODEL, L, W`.

    >>> parse_chain("ldpc(3,6), 32, 3", Options(coupling="spread"))
    <Chain: 32 topics, window 3, spread, of texts regular(6), skills regular(3), unknown eps>
    """
    form = "chain(MODEL, L, W)"
    parts = arguments.rsplit(",", 2)
    if len(parts) != 3:
        raise InputError(form, "must have a model, a number of topics and a window", given=arguments)
    topics, window = (_count(part, f"{name} of {form}") for part, name in zip(parts[1:], ("L", "W"), strict=True))
    model = _one_topic(parts[0].strip(), options, form)
    return _coupled(model, topics, window, options.coupling or _usual(model.ensemble))


def _usual(ensemble: Any) -> str:
    return "spread" if isinstance(ensemble, Chain) and ensemble.spreading else "uniform"


def _one_topic(text: str, options: Options, form: str) -> Model:
    """Return the model of one topic: a preset or a file."""
    model = preset(text, options._replace(coupling=None)) or load_model(text, normalize=options.normalize)
    if model.has_classes or (isinstance(model.ensemble, Chain) and not isinstance(model.ensemble.ensemble, Protograph)):
        raise InputError(form, "must have a model of one class, or a protograph", given=text)
    return model


def _coupled(model: Model, topics: int, window: int, coupling: str) -> Chain:
    stated = model.ensemble
    if not isinstance(stated, Chain):
        return Chain(stated, model.learner, topics, window, coupling)
    return replace(stated, topics=topics, window=window, coupling=coupling, spreading=stated.spreading if coupling == "spread" else ())


def parse_fuse(arguments: str) -> Chain:
    """Return the chain of `K, N`: items of K cells in consecutive segments, N of them starting segments.

    >>> parse_fuse("3, 12")
    <Chain: 12 topics, window 3, spread, of texts poisson(3*d), skills regular(3), unknown 1>
    """
    parts = arguments.split(",")
    if len(parts) != 2:
        raise InputError("fuse(K, N)", "must have the cells of an item and a number of starting segments", given=arguments)
    cells, segments = (_count(part, f"{name} of fuse(K, N)") for part, name in zip(parts, ("K", "N"), strict=True))
    model = preset(f"hypergraph({cells})")
    assert model is not None
    return Chain.fuse(cells, segments, model.ensemble)


def _count(text: str, argument: str) -> int:
    return int(require_whole(exact(text.strip(), argument), 1, argument))


def parse_protograph(arguments: str, options: Options) -> Chain:
    """Return the protograph of a file, as a chain of one topic; a file of several matrices states how its sum is spread."""
    columns = [_count(part, "punctured") for part in (options.punctured or "").split(",") if part.strip()]
    matrices = read_matrices(Path(arguments.strip()))
    graph = Protograph(total(tuple(matrices)), tuple(columns))
    return Chain(graph, window=len(matrices), coupling="spread", spreading=tuple(matrices) if len(matrices) > 1 else ())


def read_matrices(path: Path) -> list[Matrix]:
    """Return the matrices of a file: rows of integers split by blanks or commas, a blank line between matrices; or one base graph as alist.

    Lines that begin with # or % are passed over. Raises `InputError`, with the line, for everything else.
    """
    blocks: list[list[list[int]]] = [[]]
    for number, line in enumerate(_lines(path), start=1):
        text = line.strip()
        if text.startswith(("#", "%")):
            continue
        if not text:
            blocks += [[]] if blocks[-1] else []
            continue
        entries = [entry for entry in _ROW.split(text) if entry]
        if not entries or not all(map(_WHOLE.fullmatch, entries)):
            raise InputError(f"protograph {path.name}, line {number},", "must be a row of whole numbers", given=text)
        blocks[-1].append([int(entry) for entry in entries])
    found = [block for block in blocks if block]
    if not found:
        raise InputError(f"protograph {path.name}", "must have at least one row")
    return [tuple(map(tuple, _of_alist(found[0]) or block)) if len(found) == 1 else tuple(map(tuple, block)) for block in found]


def _lines(path: Path) -> list[str]:
    if not isfile(path):
        raise InputError("protograph(FILE)", "names a file that is missing", given=path)
    if getsize(path) > _LARGEST_FILE:
        raise InputError("protograph(FILE)", f"must name a file of at most {_LARGEST_FILE} bytes", given=path)
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise InputError("protograph(FILE)", f"must name a readable file ({reason})", given=path) from None


def _of_alist(rows: list[list[int]]) -> list[list[int]] | None:
    """Return the base matrix of an alist: columns and rows, greatest degrees, degrees, then the rows of each column; None of another."""
    if len(rows) < 4 or len(rows[0]) != 2 or len(rows[1]) != 2:
        return None
    columns, checks = rows[0]
    if len(rows[2]) != columns or len(rows[3]) != checks or len(rows) < 4 + columns or {len(row) for row in rows} == {2}:
        return None
    matrix = [[0] * columns for _ in range(checks)]
    for column, listed in enumerate(rows[4 : 4 + columns]):
        for row in filter(None, listed):
            if not 0 < row <= checks:
                raise InputError("an alist", f"must count rows from 1 to {checks}", given=row)
            matrix[row - 1][column] += 1
    return matrix
