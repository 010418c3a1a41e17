"""Models by name: ensembles of the literature, files, and either with laws replaced; what reads text is imported when it is needed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from os.path import isfile
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import sympy as sp

from ..checks import require_whole
from ..errors import InputError
from .degrees import Ensemble
from .exact import exact, letters_within
from .laws import Poisson, Regular
from .learners import Learner, SkillLearner
from .matching import DISTINCT, PARTS, REPEATED
from .symbols import G, R, c, check_letters, d, eps

if TYPE_CHECKING:
    from .association import Association

_CALL = re.compile(r"([A-Za-z]+)\s*(?:\((.*)\))?\s*\Z", re.DOTALL)


class Model(NamedTuple):
    """An ensemble with its learner, under a name: what a preset, a TOML file or the options state."""

    name: str
    ensemble: Any
    """An `Ensemble`; a `ClassEnsemble`, where there are classes of skills and types of texts; or a `Chain`, where there are topics."""
    learner: Learner
    bound: Mapping[sp.Symbol, sp.Expr] = MappingProxyType({})
    """Values that a TOML file gives to letters; others may be given in their place."""
    association: Association | None = None
    """The association graph that is asked about, if one is."""
    is_access: bool = False
    """Whether it is stated as random access, whose users lose packets and whose slots have a throughput."""

    @property
    def has_classes(self) -> bool:
        """Whether there are several classes of skills or types of texts, stated by name."""
        return not isinstance(self.ensemble, Ensemble) and not self.is_chain

    @property
    def is_chain(self) -> bool:
        """Whether it is a chain of topics, of which a protograph is one with one topic."""
        return hasattr(self.ensemble, "topics")

    @property
    def letters(self) -> frozenset[sp.Symbol]:
        """Letters that are still free."""
        return letters_within((self.ensemble, self.learner, self.association))


class Options(NamedTuple):
    """What is stated beside a model: that coefficients are normalized; how edge ends are matched; how a chain is coupled and ends; which
    columns are punctured."""

    normalize: bool = False
    coupling: str | None = None
    punctured: str | Sequence[int] | None = None
    ends: str | None = None
    known: int | str | None = None
    matching: str | None = None

    def refuse(self, takes: tuple[str, ...], what: str) -> None:
        """Raise `InputError` for an option that is stated and does not go with a model."""
        for option in ("coupling", "punctured", "ends", "known", "matching"):
            if getattr(self, option) is not None and option not in takes:
                raise InputError(option, f"does not go with {what}", given=getattr(self, option))


_NOTHING = Options()


class Preset(NamedTuple):
    """A named family of models: how it is called, its free letters, what it is, which options it takes, how its edge ends are matched."""

    form: str
    letters: str
    what: str
    build: Callable[[str, Options], Any]
    takes: tuple[str, ...] = ("matching",)
    is_access: bool = False
    matching: str = REPEATED


def _reading() -> Any:
    """Return the module that reads text; it knows all laws, of which a preset needs two."""
    return import_module(".reading", __package__)


def _paper(arguments: str, options: Options) -> Ensemble:
    return Ensemble(texts=Poisson(c), skills=Poisson(c * R))


def _ldpc(arguments: str, options: Options) -> Ensemble:
    degrees = arguments.split(",")
    if len(degrees) != 2:
        raise InputError("ldpc(DV, DC)", "must have two degrees", given=arguments)
    skills, texts = (Regular(exact(degree, "ldpc(DV, DC)")) for degree in degrees)
    return Ensemble(texts=texts, skills=skills, unknown=eps)


def _irsa(arguments: str, options: Options) -> Ensemble:
    skills = _reading().parse_law(f"polynomial({arguments})", "irsa(POLYNOMIAL)", normalize=options.normalize)
    return Ensemble(texts=Poisson(G * skills.mean), skills=skills)


def _hypergraph(arguments: str, options: Options) -> Ensemble:
    k = require_whole(exact(arguments, "hypergraph(K)"), 2, "hypergraph(K)")
    return Ensemble(texts=Poisson(k * d), skills=Regular(k))


def _lt(arguments: str, options: Options) -> Ensemble:
    stated = arguments if "(" in arguments else f"{'robust' if ',' in arguments else 'ideal'}_soliton({arguments})"
    texts = _reading().parse_law(stated, "lt(LAW)", normalize=options.normalize)
    return Ensemble(texts=texts, skills=Poisson(R * texts.mean))


def _coupled() -> Any:
    """Return the module that reads chains and protographs, which other presets do without."""
    return import_module(".coupled", __package__)


def _chain(arguments: str, options: Options) -> Any:
    return _coupled().parse_chain(arguments, options)


def _fuse(arguments: str, options: Options) -> Any:
    return _coupled().parse_fuse(arguments, options)


def _protograph(arguments: str, options: Options) -> Any:
    return _coupled().parse_protograph(arguments, options)


PRESETS = {
    "paper": Preset("paper", "c, R", "texts draw Poisson(c) skills uniformly; R texts per skill (Liao, Chang, Hong 2024)", _paper),
    "ldpc": Preset("ldpc(3,6)", "eps", "regular LDPC code on the erasure channel; eps is the erasure probability", _ldpc),
    "irsa": Preset(
        "irsa(0.5*x^2 + 0.5*x^3)",
        "G",
        "irregular repetition slotted ALOHA; G users per slot (Liva 2011)",
        _irsa,
        is_access=True,
        matching=DISTINCT,
    ),
    "hypergraph": Preset(
        "hypergraph(3)", "d", "peeling of a random k-uniform hypergraph; d hyperedges per vertex", _hypergraph, matching=PARTS
    ),
    "lt": Preset(
        "lt(10000, 0.03, 0.5)",
        "R",
        "LT code: lt(K, C, DELTA) of K input symbols, or lt(LAW); R received symbols per input symbol (Luby 2002)",
        _lt,
        matching=DISTINCT,
    ),
    "chain": Preset(
        "chain(paper, 50, 3)",
        "c, R",
        "chain(MODEL, L, W): L topics in a row, texts of W neighbouring ones; --coupling, --ends, --known",
        _chain,
        ("coupling", "punctured", "ends", "known"),
    ),
    "fuse": Preset(
        "fuse(3, 100)",
        "d",
        "fuse filter: items of K cells in consecutive segments, N starting segments; d items per cell of one (Graf, Lemire 2022)",
        _fuse,
        ("ends", "known"),
    ),
    "protograph": Preset(
        "protograph(FILE)",
        "eps",
        "base matrix of a code, in rows of integers or as alist (Thorpe 2003); --punctured",
        _protograph,
        ("punctured",),
    ),
}


def preset(text: str, options: Options = _NOTHING) -> Model | None:
    """Return the model that a preset such as `ldpc(3,6)` names, with the 1-skill learner; None if no preset has that name.

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
    options.refuse(known.takes, known.form)
    built = known.build(arguments or "", options)
    if isinstance(built, Model):
        return built._replace(name=text.strip())
    if "matching" in known.takes:
        built = replace(built, matching=options.matching or known.matching)
    return Model(text.strip(), built, SkillLearner(1), is_access=known.is_access)


def load_model(
    text: str | Path | Model | None = None,
    *,
    texts: str | None = None,
    skills: str | None = None,
    unknown: str | None = None,
    learner: str | None = None,
    normalize: bool = False,
    coupling: str | None = None,
    punctured: str | Sequence[int] | None = None,
    ends: str | None = None,
    known: int | str | None = None,
    matching: str | None = None,
) -> Model:
    """Return the model named by a preset or a TOML file, or another model, with laws and learner replaced where they are given.

    To `normalize` is, in every law, to divide coefficients and weights by their sum, where the digits in which they are printed keep it
    from 1. `matching` says how edge ends are matched (`repeated`, `distinct` or `parts`), `coupling` and `ends` how a chain is coupled and
    ends, `known` how many topics of a ring are known before, `punctured` which columns of a protograph are. Laws are those of one topic.
    Raises `InputError` for what is wrong with any of them.

    >>> load_model("paper", learner="2-skill").learner
    SkillLearner(2)
    >>> load_model("chain(ldpc(3,6), 16, 3)", coupling="spread").ensemble
    <Chain: 16 topics, window 3, spread, of texts regular(6), skills regular(3), unknown eps>
    """
    options = Options(normalize, coupling, punctured, ends, known, matching)
    model = _named(text, options)
    stated: dict[str, Any] = {"texts": texts, "skills": skills, "unknown": unknown, "learner": learner}
    stated |= {"coupling": coupling, "ends": ends, "known": known, "punctured": punctured, "matching": matching}
    given = {option: " ".join(str(value).split()) for option, value in stated.items() if value is not None}
    rule = _reading().parse_learner(learner) if learner is not None else model.learner if model else SkillLearner(1)
    if model is None and (texts is None or skills is None):
        raise InputError("MODEL", "is required", remedy="give a preset, a TOML file, or both `texts` and `skills`")
    typed = {option: law for option, law in (("texts", texts), ("skills", skills)) if law is not None}
    laws: dict[str, Any] = {option: _reading().parse_law(law, option, normalize=normalize) for option, law in typed.items()}
    if unknown is not None:
        laws["unknown"] = exact(unknown, "unknown")
    ensemble = Ensemble(**laws, matching=matching or REPEATED) if model is None else _restated(model, laws, rule, matching)
    name = ", ".join([*([model.name] if model else []), *(f"{option} {value}" for option, value in given.items())])
    return Model(name, ensemble, rule, model.bound, is_access=model.is_access) if model else Model(name, ensemble, rule)


def _restated(model: Model, laws: dict[str, Any], rule: Learner, matching: str | None) -> Any:
    """Return the ensemble of a model with some laws replaced, of a chain those of one topic, and with the learner where it holds one.

    Other laws than a preset's, which may have no parts, are matched `distinct` where nothing is said.
    """
    one = model.ensemble.ensemble if model.is_chain else model.ensemble
    if model.has_classes:
        for option, law in laws.items():
            raise InputError(option, "must not be given with a model of several classes", given=law, remedy="change its file")
        return replace(one, learner=rule)
    for option in (option for option in laws if option != "unknown" and not isinstance(one, Ensemble)):
        raise InputError(option, "must not be given with a protograph, whose matrix states the degrees", given=laws[option])
    if laws.keys() & {"texts", "skills"} and one.matching == PARTS and matching is None:
        laws["matching"] = DISTINCT
    one = replace(one, **laws)
    return replace(model.ensemble, ensemble=one, learner=rule) if model.is_chain else one


def _named(text: str | Path | Model | None, options: Options) -> Model | None:
    """Return the model of a name, with what is stated beside it; None where there is no name."""
    if text is None:
        options.refuse(("matching",), "a model of laws alone")
        return None
    if isinstance(text, Model):
        return _stated(text, options)
    if not isinstance(text, (str, Path)):
        raise InputError("MODEL", f"must be the name of a preset ({', '.join(PRESETS)}) or of a TOML file", given=text)
    if model := preset(str(text), options):
        return model
    path = Path(text)
    if not isfile(path):
        requirement = "is a file that is missing" if path.suffix == ".toml" else f"must be a preset ({', '.join(PRESETS)}) or a TOML file"
        raise InputError("MODEL", requirement, given=text)
    from .files import read_toml

    model = Model(path.name, *read_toml(path, options.normalize))
    check_letters([symbol.name for symbol in model.bound], model.letters, f"{path.name}: parameters")
    return _stated(model, options)


def _stated(model: Model, options: Options) -> Model:
    """Return a model with its chain coupled and ended as is stated."""
    if not model.is_chain:
        options.refuse(() if model.has_classes else ("matching",), f"{model.name}, which is no chain")
        return model if options.matching is None else model._replace(ensemble=replace(model.ensemble, matching=options.matching))
    options.refuse(("coupling", "punctured", "ends", "known"), f"{model.name}, a chain")
    return model._replace(ensemble=_coupled().changed(model.ensemble, options))
