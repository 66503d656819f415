"""Table: the base of everything that stands in a scenario file, and validation errors in words.

A table is a frozen, strict pydantic model; its fields are scenario parameters and carry their bounds,
unit, paper symbol and one sentence of documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema

from society.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from society.scenario import Scenario


class Table(BaseModel):
    """A table of a scenario file: strict types, no unknown keys, no nan or infinity, immutable."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)


def parameter(default: Any, description: str, *, unit: str = "", symbol: str = "", **bounds: Any) -> Any:
    """Declare a scenario parameter: default (``...`` if required), a sentence, unit, paper symbol and bounds."""
    extra: dict[str, Any] = {key: value for key, value in (("unit", unit), ("symbol", symbol)) if value}
    return Field(default, description=description, json_schema_extra=extra or None, **bounds)


def _as_tuple(value: Any) -> Any:
    return tuple(_as_tuple(item) for item in value) if isinstance(value, list) else value


type Listed[T] = Annotated[T, BeforeValidator(_as_tuple)]
"""A tuple type that also accepts a TOML array."""


def _by_path(value: Any, above: str = "") -> Any:
    """Tables inside a table written as one, by dotted path."""
    if not isinstance(value, dict):
        return value
    flat: dict[str, Any] = {}
    for key, inner in value.items():
        below = _by_path(inner, f"{above}{key}.") if isinstance(inner, dict) else {f"{above}{key}": inner}
        if twice := flat.keys() & below.keys():
            raise InputError(f"{min(twice)!r} stands twice")
        flat |= below
    return flat


_Texts = {"type": "object", "additionalProperties": {"anyOf": [{"type": "string"}, {"type": "object"}]}}
ByPath = Annotated[dict[str, str], BeforeValidator(_by_path), WithJsonSchema(_Texts)]
"""Strings by dotted path, whether the file writes ``"a.b" = …`` or ``a.b = …``."""

NAME_PATTERN = r"^[a-z][a-z0-9_]*$"
Name = Annotated[str, Field(pattern=NAME_PATTERN)]
"""A name in a path: lower-case letters, digits and underscores, a letter first."""


type Share = Annotated[float, Field(gt=0, le=1e9)]
"""A size in proportion to others."""


class Named(Table):
    """A named table of a scenario, such as ``[platform.feed]``; its name is the key it stands under."""

    name: Name = parameter(..., "The key this table stands under.")
    enabled: bool = parameter(True, "False removes it from the society as if it were not in the file.")

    def check(self, scenario: Scenario) -> list[str]:
        """Problems that only show beside the other tables, each starting with a field of this one or with a colon."""
        return []


def _keys_at(table: type[Table], location: tuple[str | int, ...]) -> set[str]:
    """Keys of the table at a pydantic location inside `table`, where unions of tables appear by their tag."""
    for part in location:
        if part in table.model_fields:
            inner = _tables_in(table.model_fields[str(part)].annotation)
            if len(inner) == 1:
                table = inner[0]
                continue
        tagged = [each for each in inner if part in (field.default for field in each.model_fields.values())]
        table = tagged[0] if tagged else table
    return {*table.model_fields} - ({"name"} if issubclass(table, Named) else set())


def _tables_in(annotation: Any) -> list[type[Table]]:
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return [annotation]
    return [table for part in get_args(annotation) for table in _tables_in(part)]


def problems(error: ValidationError, *, table: type[Table], raw: Mapping[str, Any], at: str) -> list[str]:
    """Put each error of a failed validation of `raw` as a `table` at the path `at` into words."""
    return [_problem(item, table, raw, at) for item in error.errors(include_url=False)]


def _place(item: Any, raw: Any) -> list[str]:
    """The keys of an error's location that stand in the file, or are missing there: not the tags of unions."""
    is_missing, keys = item["type"] == "missing", []
    for key in item["loc"][:-1] if is_missing else item["loc"]:
        if isinstance(key, int) or (isinstance(raw, dict) and key in raw):
            keys.append(str(key))
            raw = raw[key]
    return [*keys, str(item["loc"][-1])] if is_missing else keys


_WANTED = {
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "string_type": "must be a string in quotes",
    "tuple_type": "must be a list",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "too_short": "must have at least one entry",
    "finite_number": "must be a finite number, not nan or infinity",
}
_BOUND = {
    "greater_than": ("above", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("below", "lt"),
    "less_than_equal": ("at most", "le"),
    "multiple_of": ("a multiple of", "multiple_of"),
}


def _problem(item: Any, table: type[Table], raw: Mapping[str, Any], at: str) -> str:
    keys, kind, context = _place(item, raw), item["type"], item.get("ctx", {})
    path = ".".join([at, *keys])
    if kind == "extra_forbidden":
        return f"{path}: unknown key {keys[-1]!r}; {did_you_mean(keys[-1], _keys_at(table, item['loc'][:-1]))}"
    if kind == "missing":
        return f"{path}: is required"
    if kind == "union_tag_not_found":
        return f"{path}.{context['discriminator'].strip(chr(39))}: is required"
    if kind == "union_tag_invalid":
        tag, expected = context["tag"], context["expected_tags"]
        path += "." + context["discriminator"].strip("'")
        return f"{path} = {tag!r}: must be one of {expected}{_near(tag, expected)}"
    value = f"{path} = {_shown(item['input'])}"
    if kind in _BOUND:
        words, key = _BOUND[kind]
        return f"{value}: must be {words} {context[key]}"
    if kind in _WANTED:
        return f"{value}: {_WANTED[kind]}"
    if kind == "literal_error":
        return f"{value}: must be one of {context['expected']}{_near(item['input'], context['expected'])}"
    if kind == "string_pattern_mismatch":
        is_name = context["pattern"].endswith(NAME_PATTERN[1:])
        allowed = "lower-case letters, digits and underscores, a letter first" if is_name else "letters, digits, _ . -"
        return f"{value}: must be made of {allowed}"
    if isinstance(error := context.get("error"), InputError):
        return "\n".join(f"{path}: {line}" for line in error.problems)
    return f"{value}: {item['msg'].removeprefix('Value error, ')}"


def _near(value: Any, expected: str) -> str:
    options = [part.strip("' ") for part in expected.replace(" or ", ",").split(",")]
    suggestion = did_you_mean(value, options) if isinstance(value, str) else ""
    return f"; {suggestion}" if suggestion.startswith("did") else ""


def _shown(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
