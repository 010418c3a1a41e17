"""Results: frozen values that are written to JSON, read back and shown as tables, each by the declared types of its fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from enum import Enum
from functools import cache
from html import escape
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, NamedTuple, Self, Union, get_args, get_origin, get_type_hints

from .errors import InputError

ALWAYS = {"always": True}
"""Metadata of a field that is written even where it holds its default value."""
SPREAD = "*"
"""Key of a dict whose values are written beside the fields."""


BESIDE = {"beside": True}
"""Metadata of a field whose record is written under its own names, beside the other fields."""


def named(key: str) -> dict[str, str]:
    """Return the metadata of a field that is written under another key than its name."""
    return {"key": key}


class Table(NamedTuple):
    """What a result shows: a header, rows, and sentences below; a header of empty names is not shown. The first `keys` cells name a row."""

    header: tuple[object, ...]
    rows: Sequence[Sequence[object]]
    notes: tuple[str | None, ...] = ()
    keys: int = 1


class Shown:
    """A result that shows itself as a table, if it says of what."""

    def table(self) -> Table:
        """Return what is shown of the result; no rows where it has another way to show itself."""
        return Table((), ())

    def _repr_html_(self) -> str | None:
        header, rows, notes, _ = self.table()
        return html_table(header, rows, *notes) or None


class Record(Shown):
    """A base of frozen dataclasses: a result that can be written to JSON and read back.

    A field is written under its name. A number with an enclosure takes two keys, NAME and NAME_enclosure (`value` and `enclosure`); a
    dict, a tuple, or a tuple of pairs (name, number) of such numbers does the same. A field that holds its default value is left out,
    but for `ALWAYS`. One that is not compared is never written, and None when it is read. `ALSO` names properties that are written as
    well, and not read; what a dict under `SPREAD` holds is written under its own names, as is a record in a field that is `BESIDE`.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Passes(Record):
    ...     passes: int
    ...     worth: tuple[float, ...] = ()
    >>> Passes(2).to_dict(), Passes.from_dict({"passes": 1, "worth": [0.5]})
    ({'passes': 2}, Passes(passes=1, worth=(0.5,)))
    """

    ALSO: ClassVar[Mapping[str, str]] = {}

    def to_dict(self) -> dict[str, Any]:
        """Return what `--json` prints of the result."""
        content: dict[str, Any] = {}
        for field in _fields(type(self)):
            value = getattr(self, field.name)
            if field.always or value != field.default:
                content |= value.to_dict() if field.beside else field.form.keys(field.key, value)
        for key, name in self.ALSO.items():
            value = getattr(self, name)
            for written_key, part in value.items() if key == SPREAD else [(key, value)]:
                content |= written(written_key, part)
        return content

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """Return the result that `to_dict` wrote; raise `InputError` where a key is missing."""
        unwritten = (field for field in fields(cls) if not field.compare and field.default is field.default_factory is MISSING)  # type: ignore[arg-type]
        values: dict[str, Any] = {field.name: None for field in unwritten}
        for field in _fields(cls):
            if field.beside in content:
                values[field.name] = field.form.read(content, None)
            elif field.key in content:
                values[field.name] = field.form.read(content[field.key], content.get(_enclosure(field.key)))
            elif field.default is MISSING:
                raise InputError(f"the content of {cls.__name__}", f"must have the key {field.key}", given=", ".join(content))
        return cls(**values)

    @classmethod
    def measured(cls) -> tuple[str, ...]:
        """Return the names of the fields that are numbers with enclosures."""
        return tuple(field.name for field in _fields(cls) if field.form.enclosed)

    def table(self) -> Table:
        """Return what is shown of the result: each field that there is."""
        stated = ((field.name.replace("_", " "), getattr(self, field.name)) for field in _fields(type(self)))
        return Table((), [(name, value) for name, value in stated if value is not None and value != ()])


def written(name: str, value: Any) -> dict[str, Any]:
    """Return the key of a value, or the two keys of a number that has an enclosure."""
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return {name: [written("", part)[""] for part in value]}
    return _form(type(value)).keys(name, value)


class _Form(NamedTuple):
    """How values of a type are written and read; what is `enclosed` takes a second key."""

    write: Callable[[Any], Any]
    read: Callable[[Any, Any], Any]
    enclosed: Callable[[Any], Any] | None = None

    def keys(self, name: str, value: Any) -> dict[str, Any]:
        """Return what is written of a value under a name."""
        content = {name: None if value is None else self.write(value)}
        return content | ({_enclosure(name): None if value is None else self.enclosed(value)} if self.enclosed else {})


class _Field(NamedTuple):
    """A field of a record: its name, its key in JSON, its default value, whether it is always written, and the form of its type.

    Of a record that is written beside the other fields, `beside` is its own first key.
    """

    name: str
    key: str
    default: Any
    always: bool
    form: _Form
    beside: str = ""


def _read_fields(record: Any) -> tuple[_Field, ...]:
    read, hints = [], get_type_hints(record, include_extras=True)
    for field in (field for field in fields(record) if field.compare):
        default = field.default if field.default_factory is MISSING else field.default_factory()
        always = default is MISSING or field.metadata.get("always", False)
        beside = _first_key(hints[field.name]) if "beside" in field.metadata else ""
        read.append(_Field(field.name, field.metadata.get("key", field.name), default, always, _form(hints[field.name]), beside))
    return tuple(read)


def _first_key(hint: Any) -> str:
    """Return the first key of the record that a field may hold."""
    (kind,) = (kind for kind in get_args(hint) or (hint,) if kind is not NoneType)
    return str(_fields(kind)[0].key)


_fields: Callable[[Any], tuple[_Field, ...]] = cache(_read_fields)


def _enclosure(name: str) -> str:
    return "enclosure" if name == "value" else f"{name}_enclosure"


def _read_form(hint: Any) -> _Form:
    """Return the form of a type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _form(arguments[1])
    if origin in (Union, UnionType):
        return _either([kind for kind in arguments if kind is not NoneType])
    if origin is dict:
        return _container(_form(arguments[1]), dict, named=True)
    if origin is tuple and arguments[-1] is ...:
        parts = get_args(arguments[0]) if get_origin(arguments[0]) is tuple else ()
        if len(parts) == 2 and parts[0] is str:
            return _container(_form(parts[1]), tuple, named=True)
        return _container(_form(arguments[0]), lambda items: tuple(part for _, part in items), named=False)
    if origin is tuple:
        forms = [_form(kind) for kind in arguments]
        return _Form(
            lambda value: [form.write(part) for form, part in zip(forms, value, strict=True)],
            lambda content, _: tuple(form.read(part, None) for form, part in zip(forms, content, strict=True)),
        )
    return _of_class(hint)


_form: Callable[[Any], _Form] = cache(_read_form)


def _of_class(kind: Any) -> _Form:
    if hasattr(kind, "from_json"):
        return _Form(lambda value: value.json(), kind.from_json, lambda value: value.enclosure())
    if hasattr(kind, "to_dict"):
        return _Form(lambda value: value.to_dict(), lambda content, _: kind.from_dict(content))
    if kind is tuple:
        return _Form(lambda value: [written("item", item)["item"] for item in value], lambda content, _: tuple(content))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _Form(lambda value: value.value, lambda content, _: kind(content))
    if isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return _Form(list, lambda content, _: kind(*content))
    return _Form(lambda value: value, lambda content, _: content)


def _container(form: _Form, made: Callable[[Iterable[tuple[Any, Any]]], Any], *, named: bool) -> _Form:
    """Return the form of a row, or of what is written as a dict: a dict, or pairs (name, value); `made` of pairs (name or index, value)."""

    def each(write: Callable[[Any], Any]) -> Callable[[Any], Any]:
        if named:
            return lambda value: {name: None if part is None else write(part) for name, part in dict(value).items()}
        return lambda value: [write(part) for part in value]

    def read(content: Any, enclosures: Any) -> Any:
        items = content.items() if named else enumerate(content)
        return made((key, form.read(part, enclosures and enclosures[key])) for key, part in items)

    return _Form(each(form.write), read, form.enclosed and each(form.enclosed))


def _either(kinds: Sequence[Any]) -> _Form:
    """Return the form of values that may be None, and are told apart by how they are written: as an object, a row or something else."""
    forms = {_shape_of_kind(kind): _form(kind) for kind in kinds}

    def of(value: Any) -> _Form:
        return forms.get(_shape(value)) or forms.get("") or next(iter(forms.values()))

    def read(content: Any, enclosures: Any) -> Any:
        return None if content is None else of(content).read(content, enclosures)

    enclosed = next((form.enclosed for form in forms.values() if form.enclosed), None)
    return _Form(lambda value: of(value).write(value), read, enclosed and (lambda value: of(value).enclosed(value)))  # type: ignore[misc]


def _shape_of_kind(kind: Any) -> str:
    origin = get_origin(kind)
    return "object" if origin is dict or hasattr(kind, "to_dict") else "row" if origin is tuple else ""


def _shape(value: Any) -> str:
    return "object" if isinstance(value, dict) or hasattr(value, "to_dict") else "row" if isinstance(value, (tuple, list)) else ""


def html_table(header: Sequence[object], rows: Iterable[Sequence[object]], *notes: str | None) -> str:
    """Return a table, escaped, and a paragraph for each note.

    >>> html_table(("R", "law"), [("a < b", 0.25)], "two & two", None)
    '<table><tr><th>R</th><th>law</th></tr><tr><td>a &lt; b</td><td>0.25</td></tr></table><p>two &amp; two</p>'
    """
    lines = [_row("td", row) for row in rows]
    head = _row("th", header) if any(header) else ""
    table = f"<table>{head}{''.join(lines)}</table>" if lines else ""
    return table + "".join(f"<p>{escape(note)}</p>" for note in notes if note)


def _row(tag: str, cells: Iterable[object]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(_cell(cell))}</{tag}>' for cell in cells)}</tr>"


def _cell(value: Any) -> str:
    """Show a value in a cell: a number by its digits, what has a formula by that."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, dict):
        return ", ".join(f"{name} = {_cell(part)}" for name, part in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(map(_cell, value))
    shown = hasattr(value, "_repr_latex_") and not hasattr(value, "digits")
    return str(value._repr_latex_() if shown else value)
