"""Models in TOML files: of one class of skills, or of classes, types and levels."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import sympy as sp

from ..errors import InputError
from .classes import ClassEnsemble, Prerequisites, SkillClass, TextType
from .degrees import DegreeDistribution
from .ensembles import Ensemble
from .exact import bindings, exact
from .learners import Learner
from .reading import parse_law, parse_learner

__all__ = ["has_classes", "normalizes", "read_classes", "read_toml"]

_KEYS: dict[str, tuple[str, ...] | None] = {
    "texts": ("degrees", "normalize"),
    "skills": ("degrees", "unknown", "normalize"),
    "learner": ("rule",),
    "parameters": None,
}
_LARGEST_FILE = 1_000_000
_SKILLS = ("share", "unknown", "requires", "degrees", "texts", "prerequisites", "prerequisites_per", "normalize")
_TEXTS = ("ratio", "skills", "degrees", "learner", "normalize")


def read_toml(path: Path, normalize: bool = False) -> tuple[Ensemble | ClassEnsemble, Learner, dict[sp.Symbol, sp.Expr]]:
    """Read ensemble, learner and values of letters from a TOML file; every key is checked against those there are."""
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
    return ensemble, learner, bindings(content.get("parameters", {}))


def _read_one_class(content: dict[str, Any], path: Path, normalize: bool) -> tuple[Ensemble, Learner]:
    _check_keys(content, path.name)
    skills, texts = content["skills"], content["texts"]
    ensemble = Ensemble(
        texts=parse_law(texts["degrees"], f"{path.name}: texts.degrees", path.parent, normalize or normalizes(texts, path.name)),
        skills=parse_law(skills["degrees"], f"{path.name}: skills.degrees", path.parent, normalize or normalizes(skills, path.name)),
        unknown=exact(skills.get("unknown", "1"), f"{path.name}: skills.unknown"),
    )
    return ensemble, parse_learner(content.get("learner", {}).get("rule", "1-skill"), f"{path.name}: learner.rule")


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


def has_classes(content: dict[str, Any]) -> bool:
    """Whether a file states classes of skills or types of texts, each a table of its own.

    >>> has_classes({"skills": {"degrees": "poisson(2)"}, "texts": {"degrees": "poisson(3)"}})
    False
    """
    sections = [content.get(name) for name in ("skills", "texts")]
    return any(isinstance(section, dict) and any(isinstance(part, dict) for part in section.values()) for section in sections)


def normalizes(table: dict[str, Any], where: str) -> bool:
    """Return what the key `normalize` of a table says.

    >>> normalizes({"normalize": True}, "model.toml"), normalizes({}, "model.toml")
    (True, False)
    """
    stated = table.get("normalize", False)
    if not isinstance(stated, bool):
        raise InputError(f"{where}: normalize", "must be true or false", given=stated)
    return stated


def read_classes(content: dict[str, Any], name: str, folder: Path, normalize: bool = False) -> ClassEnsemble:
    """Return the ensemble that [skills.NAME], [texts.NAME] and [learner] state; to `normalize` is as in `parse_law`."""
    classes, types = (_tables(content, section, keys, name) for section, keys in (("skills", _SKILLS), ("texts", _TEXTS)))
    reading = folder, normalize
    learner = parse_learner(content.get("learner", {}).get("rule", "1-skill"), f"{name}: learner.rule")
    try:
        return ClassEnsemble(
            tuple(_skill_class(one, table, len(classes), f"{name}: skills.{one}", *reading) for one, table in classes.items()),
            tuple(_text_type(one, table, f"{name}: texts.{one}", *reading) for one, table in types.items()),
            learner,
        )
    except InputError as error:
        raise error if error.argument.startswith(name) else InputError(f"{name}:", str(error)) from None


def _tables(content: dict[str, Any], section: str, keys: tuple[str, ...], name: str) -> dict[str, dict[str, Any]]:
    tables = content.get(section)
    if not isinstance(tables, dict) or not tables:
        raise InputError(name, f"must have tables [{section}.NAME]: classes of skills and types of texts go together")
    for one, table in tables.items():
        if not isinstance(table, dict):
            raise InputError(f"{name}: [{section}]", f"must hold tables [{section}.NAME] alone", given=one)
        for key in table:
            if key not in keys:
                raise InputError(f"{name}: [{section}.{one}]", f"has no key {key!r}", remedy=f"there are {', '.join(keys)}")
    return tables


def _skill_class(one: str, table: dict[str, Any], count: int, where: str, folder: Path, normalize: bool) -> SkillClass:
    if "share" not in table and count > 1:
        raise InputError(where, "must have the key share", remedy="the share of all skills that are in this class")
    requires = table.get("requires", [])
    if not isinstance(requires, list) or not all(isinstance(name, str) for name in requires):
        raise InputError(f"{where}.requires", "must be a list of names of classes", given=requires)
    prerequisites = None
    if "prerequisites" in table:
        mean = exact(table["prerequisites"], f"{where}.prerequisites")
        prerequisites = Prerequisites(mean, table.get("prerequisites_per", "skill"))
    elif "prerequisites_per" in table:
        raise InputError(f"{where}.prerequisites_per", "needs the key prerequisites")
    return SkillClass(
        one,
        exact(table.get("share", "1"), f"{where}.share"),
        exact(table.get("unknown", "1"), f"{where}.unknown"),
        tuple(requires),
        _laws(table, "texts", where, folder, normalize),
        prerequisites,
    )


def _text_type(one: str, table: dict[str, Any], where: str, folder: Path, normalize: bool) -> TextType:
    laws = _laws(table, "skills", where, folder, normalize)
    if "ratio" not in table or laws is None:
        missing = "ratio" if "ratio" not in table else "skills"
        raise InputError(where, f"must have the key {missing}", remedy="texts of this type per skill" if missing == "ratio" else "")
    learner = parse_learner(table["learner"], f"{where}.learner") if "learner" in table else None
    return TextType(one, exact(table["ratio"], f"{where}.ratio"), laws, learner)


def _laws(
    table: dict[str, Any], key: str, where: str, folder: Path, normalize: bool
) -> dict[str, DegreeDistribution] | DegreeDistribution | None:
    """Return the laws under a key, one for each name, or the one law under `degrees`."""
    normalize = normalize or normalizes(table, where)
    if "degrees" in table:
        if key in table:
            raise InputError(where, f"must have the key {key} or degrees, not both")
        return parse_law(table["degrees"], f"{where}.degrees", folder, normalize)
    laws = table.get(key)
    if laws is None:
        return None
    if not isinstance(laws, dict) or not laws:
        raise InputError(f"{where}.{key}", "must be a table of laws by name", given=laws)
    return {name: parse_law(law, f"{where}.{key}.{name}", folder, normalize) for name, law in laws.items()}
