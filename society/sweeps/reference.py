"""The keys of a sweep file, as tables for people: made from the declarations that check them."""

from __future__ import annotations

from typing import Any

from society.schema import Schema, table_schema
from society.sweeps.arms import ArmTable
from society.sweeps.designs import DESIGNS
from society.sweeps.factors import Normal, Options, Range
from society.tables import Table

FORMS: dict[str, type[Table]] = {"A range": Range, "A normal distribution": Normal, "Options by label": Options}
BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "multipleOf": "a multiple of"}
HUGE = 1e15
"""Bounds beyond this are not worth saying."""
HEADS = ("key", "takes", "unless given", "what it says")


def sweep_reference() -> str:
    """Every key of a sweep file in Markdown: of `[sweep]` in each design, forms of factors, arms and values."""
    designs = {kind: table_schema(design) for kind, design in DESIGNS.items()}
    shared = {*set.intersection(*({*schema["properties"]} for schema in designs.values()))} - {"design"}
    kinds = {kind: schema["properties"]["design"]["description"] for kind, schema in designs.items()}
    parts = ["# Keys of a sweep file", "## [sweep]", _table(designs["grid"], only=shared)]
    choices = [[f"`{kind}`", words] for kind, words in kinds.items()]
    parts += ["### sweep.design", _lines(["design", "what it is"], choices)]
    for kind, schema in designs.items():
        if own := {*schema["properties"]} - shared - {"design"}:
            parts += [f"### Of design {kind}", _table(schema, only=own)]
    parts += ["## [set]", 'Values of every run by quoted path, over the base: `"run.steps" = 520`.']
    parts += ["## [factors]", 'By quoted path: a list of levels, `"platform.feed.power" = [0.0, 1.0]`, or one of:']
    for words, form in FORMS.items():
        parts += [f"### {words}", _table(table_schema(form))]
    parts += ["## [arm.NAME]", _table(table_schema(ArmTable))]
    return "\n\n".join(parts) + "\n"


def _table(schema: Schema, only: set[str] | None = None) -> str:
    """One row a key."""
    keys = [key for key in schema["properties"] if only is None or key in only]
    rows = [_row(key, schema["properties"][key], is_required=key in schema["required"]) for key in keys]
    return _lines(HEADS, rows)


def _row(key: str, entry: Schema, *, is_required: bool) -> list[str]:
    default = entry.get("default")
    unless = "required" if is_required else "" if default in (None, "", [], {}) else f"`{_literal(default)}`"
    return [f"`{key}`", _takes(entry), unless, entry.get("description", "")]


def _takes(entry: Schema) -> str:
    """What values a key takes, in words."""
    choices = [each for each in entry.get("anyOf", [entry]) if each.get("type") != "null"]
    return " or ".join(dict.fromkeys(_of_type(each) for each in choices))


def _of_type(entry: Schema) -> str:
    if "enum" in entry:
        return ", ".join(f"`{_literal(each)}`" for each in entry["enum"])
    words = {"integer": "whole number", "boolean": "true or false", "array": "list", "object": "table"}
    bounds = [f"{sign} {entry[key]:g}" for key, sign in BOUNDS.items() if key in entry and abs(entry[key]) < HUGE]
    kind = str(entry.get("type", "anything"))
    return ", ".join([words.get(kind, kind), *bounds])


def _literal(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)


def _lines(heads: list[str] | tuple[str, ...], rows: list[list[str]]) -> str:
    cells = [[*heads], ["---"] * len(heads), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)
