"""Parameters as rows of a table: value in force, default, unit, what is allowed, and what each means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from pydantic.fields import FieldInfo

from society.odd import markdown
from society.odd.docstrings import lead
from society.schema import Schema, table_schema
from society.tables import Table


def parameter_table(tables: Mapping[str, Table], varied: Mapping[str, str] | None = None) -> str:
    """A table of the parameters of one or more tables of one class, each with a column of values.

    Parameters
    ----------
    tables
        Tables by path, such as ``platform.feed``.
    varied
        What else values are in other runs, by path.
    """
    kind, varied = type(next(iter(tables.values()))), varied or {}
    rows = [*_rows(kind, tables, varied)]
    names = [markdown.code(path.split(".")[-1]) for path in tables] if len(tables) > 1 else ["Value"]
    header = ["Parameter", "Symbol", *names, "Default", "Unit", "Allowed", "Meaning"]
    shown_paths = {f"{path}.{row[0].strip('`')}" for path in tables for row in rows}
    others = [
        f"{markdown.code(at)} is not the same in all runs; {markdown.text(words)}."
        for at, words in varied.items()
        if at not in shown_paths and any(f"{at}.".startswith(f"{path}.") for path in tables)
    ]
    return "\n\n".join([*others, markdown.table(header, rows) if rows else "It has no parameters."])


def is_parameter(kind: type[Table], name: str) -> bool:
    """Whether a field is a parameter of the model, not what headings tell: its name, the one kind it is of, its use."""
    return name not in ("name", "enabled") and not (name == "kind" and "const" in _schema(kind)["properties"][name])


def _rows(
    kind: type[Table], tables: Mapping[str, Table | None], varied: Mapping[str, str], prefix: str = ""
) -> Iterator[list[str]]:
    """A row for each parameter; one whose value is a table itself is followed by the rows of that table."""
    for name, field in kind.model_fields.items():
        if not prefix and not is_parameter(kind, name):
            continue
        values = [getattr(table, name) if table else None for table in tables.values()]
        others = [varied.get(f"{path}.{prefix}{name}", "") for path in tables]
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        yield [
            markdown.code(prefix + name),
            markdown.text(str(extra.get("symbol", ""))),
            *(
                _marked(value, field, other) if table else ""
                for table, value, other in zip(tables.values(), values, others, strict=True)
            ),
            "required" if field.is_required() else shown(_default(field)),
            markdown.text(str(extra.get("unit", ""))),
            allowed(_schema(kind)["properties"][name]),
            markdown.text(field.description or lead(kind)),
        ]
        for inner in dict.fromkeys(type(value) for value in values if isinstance(value, Table)):
            held = {
                path: value if isinstance(value, inner) else None for path, value in zip(tables, values, strict=True)
            }
            yield from _rows(inner, held, varied, f"{prefix}{name}.")


def _marked(value: Any, field: FieldInfo, other: str) -> str:
    """The value, in bold if it is another than the default, and what it is in other runs."""
    is_changed = not field.is_required() and value != _default(field)
    said = f"**{shown(value)}**" if is_changed else shown(value)
    return f"{said} ({markdown.text(other)})" if other else said


def _default(field: FieldInfo) -> Any:
    return field.get_default(call_default_factory=True)


def shown(value: Any) -> str:
    """A value as Markdown: text as code, lists in rows, numbers without a needless point."""
    if value is None:
        return "not given"
    if isinstance(value, Table):
        return "as below"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, str):
        return markdown.code(value) if value else "empty"
    if isinstance(value, Mapping):
        return ", ".join(f"{markdown.text(str(key))} = {_part(inner)}" for key, inner in value.items()) or "empty"
    return ", ".join(map(_part, value)) or "empty"


def _part(value: Any) -> str:
    """A value inside another: what has parts itself stands in brackets."""
    if isinstance(value, Table):
        value = value.model_dump(exclude_none=True)
    return f"({shown(value)})" if isinstance(value, Mapping | list | tuple) else shown(value)


def number(value: float) -> str:
    """The shortest number that reads back as the same, with a true minus."""
    return repr(value).removesuffix(".0").replace("-", "−")


def years(length: float) -> str:
    """A length of time."""
    amount = number(float(f"{length:.4g}"))
    return f"{amount} year" if amount == "1" else f"{amount} years"


def allowed(schema: Schema) -> str:
    """What values a parameter can take, in words, from its JSON Schema."""
    if "anyOf" in schema:
        return " or ".join(map(allowed, schema["anyOf"]))
    if "oneOf" in schema:
        kinds = [each["const"] for part in schema["oneOf"] for each in part["properties"].values() if "const" in each]
        return f"table of kind {markdown.codes(kinds)}"
    if "enum" in schema:
        return markdown.codes(map(str, schema["enum"]))
    if "const" in schema:
        return markdown.code(str(schema["const"]))
    match schema.get("type"):
        case "integer" | "number":
            return _numbers(schema)
        case "array":
            return _lists(schema)
        case "object" if "additionalProperties" in schema:
            inner = schema["additionalProperties"]
            return f"by name: {allowed(inner)}" if isinstance(inner, dict) else "by name: any value"
        case other:
            return _PLAIN.get(str(other), "any value")


_PLAIN = {"boolean": "true or false", "string": "text", "object": "table", "null": "not given"}
_BOUNDS = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most", "exclusiveMaximum": "below"}


def _numbers(schema: Schema) -> str:
    noun = "whole number" if schema["type"] == "integer" else "number"
    if {"minimum", "maximum"} <= {*schema}:
        return f"{noun} from {number(schema['minimum'])} to {number(schema['maximum'])}"
    bounds = [f"{word} {number(schema[key])}" for key, word in _BOUNDS.items() if key in schema]
    return f"{noun} {', '.join(bounds)}" if bounds else f"any {noun}"


def _lists(schema: Schema) -> str:
    if "prefixItems" in schema:
        return f"({', '.join(map(allowed, schema['prefixItems']))})"
    n_least = f"{schema['minItems']} or more" if schema.get("minItems") else "list"
    return f"{n_least} of: {allowed(schema.get('items', {}))}"


@lru_cache
def _schema(kind: type[Table]) -> Schema:
    return table_schema(kind)
