"""Ensembles of the literature under their own names."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import sympy as sp

from ..checks import require_whole
from ..errors import InputError
from .association import Association
from .compositions import Polynomial
from .ensembles import Ensemble
from .exact import exact
from .laws import Poisson, Regular
from .learners import Learner, SkillLearner
from .symbols import G, R, c, d, eps

__all__ = ["PRESETS", "Model", "Preset", "preset"]

_CALL = re.compile(r"([A-Za-z]+)\s*(?:\((.*)\))?\s*\Z", re.DOTALL)


class Model(NamedTuple):
    """An ensemble with its learner, under a name: what a preset, a TOML file or the options state."""

    name: str
    ensemble: Any
    """An `Ensemble`; or a `ClassEnsemble`, where there are classes of skills and types of texts."""
    learner: Learner
    bound: Mapping[sp.Symbol, sp.Expr] = MappingProxyType({})
    """Values that a TOML file gives to letters; others may be given in their place."""
    association: Association | None = None
    """The association graph that is asked about, if one is."""

    @property
    def letters(self) -> frozenset[sp.Symbol]:
        """Letters that are still free."""
        return self.ensemble.letters | self.learner.letters | (self.association.letters if self.association else frozenset())


class Preset(NamedTuple):
    """A named family of ensembles: how it is called, its free letters and what it is."""

    form: str
    letters: str
    what: str
    build: Callable[[str, bool], Ensemble]


def _paper(arguments: str, normalize: bool) -> Ensemble:
    return Ensemble(texts=Poisson(c), skills=Poisson(c * R))


def _ldpc(arguments: str, normalize: bool) -> Ensemble:
    parts = arguments.split(",")
    if len(parts) != 2:
        raise InputError("ldpc(DV, DC)", "must have two degrees", given=arguments)
    skills, texts = (Regular(exact(part, "ldpc(DV, DC)")) for part in parts)
    return Ensemble(texts=texts, skills=skills, unknown=eps)


def _irsa(arguments: str, normalize: bool) -> Ensemble:
    from .reading import parse_law

    skills = parse_law(f"polynomial({arguments})", "irsa(POLYNOMIAL)", normalize=normalize)
    assert isinstance(skills, Polynomial)
    return Ensemble(texts=Poisson(G * skills.mean), skills=skills)


def _hypergraph(arguments: str, normalize: bool) -> Ensemble:
    k = require_whole(exact(arguments, "hypergraph(K)"), 2, "hypergraph(K)")
    return Ensemble(texts=Poisson(k * d), skills=Regular(k))


PRESETS = {
    "paper": Preset("paper", "c, R", "texts draw Poisson(c) skills uniformly; R texts per skill (Liao, Chang, Hong 2024)", _paper),
    "ldpc": Preset("ldpc(3,6)", "eps", "regular LDPC code on the erasure channel; eps is the erasure probability", _ldpc),
    "irsa": Preset("irsa(0.5*x^2 + 0.5*x^3)", "G", "irregular repetition slotted ALOHA; G users per slot (Liva 2011)", _irsa),
    "hypergraph": Preset("hypergraph(3)", "d", "peeling of a random k-uniform hypergraph; d hyperedges per vertex", _hypergraph),
}


def preset(text: str, normalize: bool = False) -> Model | None:
    """Return the model that a preset such as `ldpc(3,6)` names, with the 1-skill learner; None if no preset has that name.

    To `normalize` is as in `parse_law`.

    >>> preset("ldpc(3,6)").ensemble
    <Ensemble: texts regular(6), skills regular(3), unknown eps>
    """
    call = _CALL.match(text.strip())
    if not call or call.group(1).lower() not in PRESETS:
        return None
    name, arguments = call.group(1).lower(), call.group(2)
    known = PRESETS[name]
    if ("(" in known.form) != (arguments is not None):
        raise InputError(f"the preset {name}", f"must be written {known.form}", given=text)
    return Model(text.strip(), known.build(arguments or "", normalize), SkillLearner(1))
