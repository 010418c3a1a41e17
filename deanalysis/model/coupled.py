"""Chains, fuse filters and protographs from text: the presets that state them, and what options change of them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..checks import require_whole
from ..errors import InputError
from .base_matrices import read_matrices
from .chains import Chain, total
from .exact import Value, exact_number
from .presets import Model, Options, load_model, preset
from .protographs import Matrix, Protograph, listed

_CHAIN, _FUSE = "chain(MODEL, L, W)", "fuse(K, N)"
_PROTOGRAPH = re.compile(r"protograph\s*\((.*)\)\Z", re.DOTALL | re.IGNORECASE)
_SEVERAL = re.compile(r"(chain|fuse)\s*\(", re.IGNORECASE)


def parse_chain(arguments: str, options: Options) -> Model:
    """Return the chain of `MODEL, L, W`, with the values that a file as MODEL gives to letters.

    >>> parse_chain("ldpc(3,6), 32, 3", Options(coupling="spread")).ensemble
    <Chain: 32 topics, window 3, spread, of texts regular(6), skills regular(3), unknown eps>
    """
    parts = arguments.rsplit(",", 2)
    if len(parts) != 3:
        raise InputError(_CHAIN, "must have a model, a number of topics and a window", given=arguments)
    topics, window = (_whole(part, f"{name} of {_CHAIN}") for part, name in zip(parts[1:], "LW", strict=True))
    model, spreading = _one_topic(parts[0].strip(), options)
    coupling = options.coupling or ("spread" if spreading else "uniform")
    spreading = spreading if coupling == "spread" else ()
    return model._replace(ensemble=Chain(model.ensemble, model.learner, topics, window, coupling, spreading=spreading, **_ends(options)))


def _one_topic(text: str, options: Options) -> tuple[Model, tuple[Matrix, ...]]:
    """Return the model of one topic, a preset, a protograph or a file, and how a protograph is spread."""
    if call := _PROTOGRAPH.match(text):
        graph, spreading = _read_protograph(call[1], options.punctured)
        return Model(text, graph, Chain(graph).learner), spreading
    others = Options(options.normalize, punctured=options.punctured)
    model = None if _SEVERAL.match(text) else preset(text, others) or load_model(text, **others._asdict())
    if model is None or model.has_classes or model.is_chain:
        raise InputError(_CHAIN, "must have a model of one class, or a protograph", given=text)
    return model, ()


def parse_fuse(arguments: str, options: Options) -> Model:
    """Return the chain of `K, N`: items of K cells in consecutive segments, N of them starting segments.

    >>> parse_fuse("3, 12", Options()).ensemble
    <Chain: 12 topics, window 3, spread, of texts poisson(3*d), skills regular(3), unknown 1>
    """
    parts = arguments.split(",")
    if len(parts) != 2:
        raise InputError(_FUSE, "must have the cells of an item and a number of starting segments", given=arguments)
    chain = Chain.fuse(*(_whole(part, f"{name} of {_FUSE}", least) for part, name, least in zip(parts, "KN", (2, 1), strict=True)))
    return Model(_FUSE, replace(chain, **_ends(options)), chain.learner)


def parse_protograph(arguments: str, options: Options) -> Model:
    """Return the protograph of a file, which is a chain of one topic."""
    graph, spreading = _read_protograph(arguments, options.punctured)
    if spreading:
        what, several = f"protograph({arguments.strip()})", f"{len(spreading)} matrices"
        remedy = "write chain(protograph(FILE), L, W) for the chain that they state, or take out the blank lines between rows"
        raise InputError(what, "must be a file of one matrix", given=several, remedy=remedy)
    chain = Chain(graph)
    return Model("protograph", chain, chain.learner)


def _read_protograph(file: str, punctured: Any) -> tuple[Protograph, tuple[Matrix, ...]]:
    """Return the sum of the matrices of a file, and these matrices where there are several."""
    matrices = read_matrices(Path(file.strip()))
    return Protograph(total(matrices), _columns(punctured)), matrices if len(matrices) > 1 else ()


def changed(chain: Chain, options: Options) -> Chain:
    """Return a chain coupled, ended and punctured as options state.

    >>> changed(Chain.fuse(3, 12), Options(ends="ring", known=2))
    <Chain: 12 topics, window 3, spread, ring with 2 known, of texts poisson(3*d), skills regular(3), unknown 1>
    """
    stated: dict[str, Any] = _ends(options)
    if options.coupling is not None:
        stated |= {"coupling": options.coupling} | ({} if options.coupling == "spread" else {"spreading": ()})
    if options.punctured is not None:
        if not isinstance(chain.ensemble, Protograph):
            raise InputError("punctured", "goes with a protograph", given=options.punctured)
        stated["ensemble"] = replace(chain.ensemble, punctured=_columns(options.punctured))
    return replace(chain, **stated)


def _ends(options: Options) -> dict[str, Any]:
    return {name: value for name, value in (("ends", options.ends), ("known", options.known)) if value is not None}


def _columns(punctured: Any) -> tuple[int, ...]:
    """Return the numbers of columns that are stated as a list, or as text with commas."""
    parts = [] if punctured is None else punctured.split(",") if isinstance(punctured, str) else listed(punctured, "punctured")
    return tuple(_whole(part, "punctured") for part in parts)


def _whole(value: Value, argument: str, least: int = 1) -> int:
    return int(require_whole(exact_number(value, argument), least, argument))
