"""Models in TOML files, and models stated by options."""

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import sympy as sp

from ..errors import InputError
from .class_files import has_classes, normalizes, read_classes
from .classes import ClassEnsemble
from .ensembles import Ensemble
from .exact import bindings, exact
from .learners import Learner, SkillLearner
from .presets import PRESETS, Model, preset
from .reading import parse_law, parse_learner

__all__ = ["load_model", "read_toml"]

_KEYS: dict[str, tuple[str, ...] | None] = {
    "texts": ("degrees", "normalize"),
    "skills": ("degrees", "unknown", "normalize"),
    "learner": ("rule",),
    "parameters": None,
}
_LARGEST_FILE = 1_000_000


def load_model(
    text: str | Path | None = None,
    *,
    texts: str | None = None,
    skills: str | None = None,
    unknown: str | None = None,
    learner: str | None = None,
    normalize: bool = False,
) -> Model:
    """Return the model named by a preset or a TOML file, with laws and learner replaced where they are given.

    To `normalize` is, in every law, to divide coefficients and weights by their sum, where the digits in which they are printed keep it
    from 1.

    >>> load_model("paper", learner="2-skill").learner
    SkillLearner(2)
    """
    model = _named(text, normalize) if text is not None else None
    if model is not None and isinstance(model.ensemble, ClassEnsemble):
        return _relearned(model, texts=texts, skills=skills, unknown=unknown, learner=learner)
    if model is None and (texts is None or skills is None):
        raise InputError("MODEL", "is required", remedy="give a preset, a TOML file, or both `texts` and `skills`")
    base = model.ensemble if model else None
    ensemble = Ensemble(
        texts=parse_law(texts, "texts", normalize=normalize) if texts is not None else base.texts,  # type: ignore[union-attr]
        skills=parse_law(skills, "skills", normalize=normalize) if skills is not None else base.skills,  # type: ignore[union-attr]
        unknown=exact(unknown, "unknown") if unknown is not None else base.unknown if base else exact(1),
    )
    rule = parse_learner(learner) if learner is not None else model.learner if model else SkillLearner(1)
    stated = {"texts": texts, "skills": skills, "unknown": unknown, "learner": learner}
    given = [f"{option} {' '.join(value.split())}" for option, value in stated.items() if value is not None]
    return Model(", ".join([*([model.name] if model else []), *given]), ensemble, rule, model.bound if model else {})


def _relearned(model: Model, learner: str | None, **laws: str | None) -> Model:
    """Return a model of classes with its learner replaced; its laws are those of its file."""
    for option, law in laws.items():
        if law is not None:
            raise InputError(option, "must not be given with a model of several classes", remedy="change its file")
    if learner is None:
        return model
    ensemble = replace(model.ensemble, learner=parse_learner(learner))
    return model._replace(name=f"{model.name}, learner {learner}", ensemble=ensemble, learner=ensemble.learner)


def _named(text: str | Path, normalize: bool) -> Model:
    if not isinstance(text, (str, Path)):
        raise InputError("MODEL", f"must be the name of a preset ({', '.join(PRESETS)}) or of a TOML file", given=text)
    if model := preset(str(text), normalize):
        return model
    path = Path(text)
    try:
        is_file = path.is_file()
    except (OSError, ValueError):
        is_file = False
    if not is_file and path.suffix == ".toml":
        raise InputError("MODEL", "is a file that is missing", given=text)
    if not is_file:
        raise InputError("MODEL", f"must be a preset ({', '.join(PRESETS)}) or a TOML file", given=text)
    return read_toml(path, normalize)


def read_toml(path: Path, normalize: bool = False) -> Model:
    """Read a model from a TOML file, of one class or of several; every key is checked against those there are."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise InputError(str(path), f"must be at most {_LARGEST_FILE} bytes long")
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error) or "nested too deeply"
        raise InputError(path.name, f"must be a readable TOML file: {reason}") from None
    _check_sections(content, path.name)
    ensemble: Ensemble | ClassEnsemble
    if has_classes(content):
        ensemble = read_classes(content, path.name, path.parent, normalize)
        learner = ensemble.learner
    else:
        ensemble, learner = _read_one_class(content, path, normalize)
    bound = bindings(content.get("parameters", {}))
    model = Model(path.name, ensemble, learner, bound)
    check_letters([symbol.name for symbol in bound], model.letters, f"{path.name}: parameters")
    return model


def _read_one_class(content: dict[str, Any], path: Path, normalize: bool) -> tuple[Ensemble, Learner]:
    _check_keys(content, path.name)
    skills, texts = content["skills"], content["texts"]
    ensemble = Ensemble(
        texts=parse_law(texts["degrees"], f"{path.name}: texts.degrees", path.parent, normalize or normalizes(texts, path.name)),
        skills=parse_law(skills["degrees"], f"{path.name}: skills.degrees", path.parent, normalize or normalizes(skills, path.name)),
        unknown=exact(skills.get("unknown", "1"), f"{path.name}: skills.unknown"),
    )
    return ensemble, parse_learner(content.get("learner", {}).get("rule", "1-skill"), f"{path.name}: learner.rule")


def check_letters(names: Iterable[str], letters: frozenset[sp.Symbol], argument: str) -> None:
    """Refuse a name that the model does not have, and list those it has."""
    there = sorted(symbol.name for symbol in letters)
    for name in names:
        if name not in there:
            remedy = f"it has {', '.join(there)}" if there else "it has none that is free"
            raise InputError(argument, f"names no letter {name!r} of the model", remedy=remedy)


def _check_sections(content: dict[str, Any], name: str) -> None:
    for section, table in content.items():
        if section not in _KEYS:
            raise InputError(name, f"has no section [{section}]", remedy=f"there are {', '.join(_KEYS)}")
        if not isinstance(table, dict):
            raise InputError(f"{name}: {section}", "must be a table", given=table)
        allowed = _KEYS[section] if section == "learner" else None
        _check_allowed(table, allowed, f"{name}: [{section}]")


def _check_keys(content: dict[str, Any], name: str) -> None:
    for section in ("texts", "skills"):
        _check_allowed(content.get(section, {}), _KEYS[section], f"{name}: [{section}]")
        if "degrees" not in content.get(section, {}):
            raise InputError(name, f"must have the key degrees under [{section}]")


def _check_allowed(table: dict[str, Any], allowed: tuple[str, ...] | None, where: str) -> None:
    for key in table:
        if allowed is not None and key not in allowed:
            raise InputError(where, f"has no key {key!r}", remedy=f"there are {', '.join(allowed)}")
