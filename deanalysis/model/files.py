"""Models in TOML files: of one class of skills, or of classes, types and levels."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import sympy as sp

from ..errors import InputError
from .chains import Chain
from .classes import ClassEnsemble, Prerequisites, SkillClass, TextType
from .degrees import DegreeDistribution, Ensemble
from .exact import bindings, exact
from .learners import Learner
from .matching import REPEATED, check_matching
from .reading import parse_law, parse_learner

_SECTIONS = ("texts", "skills", "learner", "parameters", "chain")
_KEYS = {
    "texts": ("degrees", "normalize"),
    "skills": ("degrees", "unknown", "normalize"),
    "learner": ("rule",),
    "chain": ("topics", "window", "coupling", "ends", "known"),
}
_CLASS_KEYS = {
    "texts": ("ratio", "skills", "degrees", "learner", "normalize"),
    "skills": ("share", "unknown", "requires", "degrees", "texts", "prerequisites", "prerequisites_per", "normalize"),
}
_LARGEST_FILE = 1_000_000
"""Bytes: models are written by hand."""

Table = dict[str, Any]


def read_toml(path: Path, normalize: bool = False) -> tuple[Ensemble | ClassEnsemble | Chain, Learner, dict[sp.Symbol, sp.Expr]]:
    """Read ensemble, learner and values of letters from a TOML file; every key is checked against those there are."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise InputError(str(path), f"must be at most {_LARGEST_FILE} bytes long")
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error) or "nested too deeply"
        raise InputError(path.name, f"must be a readable TOML file: {reason}") from None
    matching = content.pop("matching", REPEATED)
    for section, table in content.items():
        if section not in _SECTIONS:
            raise InputError(path.name, f"has no section [{section}]", remedy=f"there are {', '.join(_SECTIONS)} and the key matching")
        if not isinstance(table, dict):
            raise InputError(f"{path.name}: {section}", "must be a table", given=table)
    learner_table = content.get("learner", {})
    _check_keys(learner_table, _KEYS["learner"], f"{path.name}: [learner]")
    learner = parse_learner(learner_table.get("rule", "1-skill"), f"{path.name}: learner.rule")
    file = _File(path.name, path.parent, normalize)
    has_classes = any(isinstance(table, dict) for section in ("skills", "texts") for table in content.get(section, {}).values())
    ensemble = file.classes(content, learner) if has_classes else file.one_class(content)
    if matching != REPEATED:
        ensemble = _matched(ensemble, matching, "chain" in content, path.name)
    if "chain" in content:
        return file.chain(content["chain"], ensemble, learner), learner, bindings(content.get("parameters", {}))
    return ensemble, learner, bindings(content.get("parameters", {}))


def _matched(ensemble: Ensemble | ClassEnsemble, matching: Any, in_chain: bool, name: str) -> Ensemble:
    """Return an ensemble with its edge ends matched as the key `matching` says."""
    if in_chain or not isinstance(ensemble, Ensemble):
        raise InputError(f"{name}: matching", f"must be {REPEATED} where there are several classes or a chain", given=matching)
    try:
        return replace(ensemble, matching=check_matching(matching, ensemble.texts, ensemble.skills))
    except InputError as error:
        raise error.under(name) from None


def _check_keys(table: Table, keys: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in keys:
            raise InputError(where, f"has no key {key!r}", remedy=f"there are {', '.join(keys)}")
    if not isinstance(table.get("normalize", False), bool):
        raise InputError(f"{where}: normalize", "must be true or false", given=table["normalize"])


class _File(NamedTuple):
    """A file by its name, the folder in which it looks for tables of degrees, and whether all its laws are normalized."""

    name: str
    folder: Path
    normalize: bool

    def one_class(self, content: Table) -> Ensemble:
        """Return the ensemble that [texts] and [skills] state."""
        laws: dict[str, Any] = {}
        for section in ("texts", "skills"):
            table = content.get(section, {})
            _check_keys(table, _KEYS[section], f"{self.name}: [{section}]")
            if "degrees" not in table:
                raise InputError(self.name, f"must have the key degrees under [{section}]")
            laws[section] = self.law(table, table["degrees"], f"{self.name}: {section}.degrees")
        return Ensemble(**laws, unknown=exact(content["skills"].get("unknown", "1"), f"{self.name}: skills.unknown"))

    def chain(self, table: Table, ensemble: Ensemble | ClassEnsemble, learner: Learner) -> Chain:
        """Return the chain of topics that [chain] makes of an ensemble."""
        where = f"{self.name}: [chain]"
        _check_keys(table, _KEYS["chain"], where)
        if not isinstance(ensemble, Ensemble):
            raise InputError(where, "must have one class of skills and one type of texts, those of a topic")
        for key in ("topics", "window"):
            if key not in table:
                raise InputError(where, f"must have the key {key}")
        try:
            return Chain(ensemble, learner, **table)
        except InputError as error:
            raise error.under(where) from None

    def law(self, table: Table, text: str, where: str) -> DegreeDistribution:
        """Return a law of a table, which may say that its laws are normalized."""
        return parse_law(text, where, self.folder, self.normalize or table.get("normalize", False))

    def classes(self, content: Table, learner: Learner) -> ClassEnsemble:
        """Return the ensemble that [skills.NAME], [texts.NAME] and [learner] state."""
        skills, texts = (self.tables(content, section) for section in ("skills", "texts"))
        try:
            classes = tuple(self.skill_class(name, table, len(skills), f"{self.name}: skills.{name}") for name, table in skills.items())
            types = tuple(self.text_type(name, table, f"{self.name}: texts.{name}") for name, table in texts.items())
            return ClassEnsemble(classes, types, learner)
        except InputError as error:
            raise error if error.argument.startswith(self.name) else InputError(f"{self.name}:", str(error)) from None

    def tables(self, content: Table, section: str) -> dict[str, Table]:
        tables: dict[str, Table] = content.get(section, {})
        if not tables:
            raise InputError(self.name, f"must have tables [{section}.NAME]: classes of skills and types of texts go together")
        for name, table in tables.items():
            if not isinstance(table, dict):
                raise InputError(f"{self.name}: [{section}]", f"must hold tables [{section}.NAME] alone", given=name)
            _check_keys(table, _CLASS_KEYS[section], f"{self.name}: [{section}.{name}]")
        return tables

    def skill_class(self, name: str, table: Table, count: int, where: str) -> SkillClass:
        if "share" not in table and count > 1:
            raise InputError(where, "must have the key share", remedy="the share of all skills that are in this class")
        requires = table.get("requires", [])
        if not isinstance(requires, list) or not all(isinstance(required, str) for required in requires):
            raise InputError(f"{where}.requires", "must be a list of names of classes", given=requires)
        if "prerequisites_per" in table and "prerequisites" not in table:
            raise InputError(f"{where}.prerequisites_per", "needs the key prerequisites")
        prerequisites = None
        if "prerequisites" in table:
            mean = exact(table["prerequisites"], f"{where}.prerequisites")
            prerequisites = Prerequisites(mean, table.get("prerequisites_per", "skill"))
        share, unknown = (exact(table.get(key, "1"), f"{where}.{key}") for key in ("share", "unknown"))
        return SkillClass(name, share, unknown, tuple(requires), self.laws(table, "texts", where), prerequisites)

    def text_type(self, name: str, table: Table, where: str) -> TextType:
        laws = self.laws(table, "skills", where)
        if "ratio" not in table:
            raise InputError(where, "must have the key ratio", remedy="texts of this type per skill")
        if laws is None:
            raise InputError(where, "must have the key skills")
        learner = parse_learner(table["learner"], f"{where}.learner") if "learner" in table else None
        return TextType(name, exact(table["ratio"], f"{where}.ratio"), laws, learner)

    def laws(self, table: Table, key: str, where: str) -> dict[str, DegreeDistribution] | DegreeDistribution | None:
        """Return the laws under a key, one for each name, or the one law under `degrees`."""
        if "degrees" in table:
            if key in table:
                raise InputError(where, f"must have the key {key} or degrees, not both")
            return self.law(table, table["degrees"], f"{where}.degrees")
        laws = table.get(key)
        if laws is None:
            return None
        if not isinstance(laws, dict) or not laws:
            raise InputError(f"{where}.{key}", "must be a table of laws by name", given=laws)
        return {name: self.law(table, law, f"{where}.{key}.{name}") for name, law in laws.items()}
