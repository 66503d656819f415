"""The keys of a sweep file, as tables for people: made from the declarations that check them."""

from __future__ import annotations

from society.odd import markdown
from society.odd.parameters import allowed, shown
from society.schema import Schema, table_schema
from society.sweeps.arms import ArmTable
from society.sweeps.designs import DESIGNS
from society.sweeps.factors import Normal, Options, Range
from society.tables import Table

FORMS: dict[str, type[Table]] = {"A range": Range, "A normal distribution": Normal, "Options by label": Options}
HEADS = ("key", "takes", "unless given", "what it says")


def sweep_reference() -> str:
    """Every key of a sweep file in Markdown: of `[sweep]` in each design, forms of factors, arms and values."""
    designs = {kind: table_schema(design) for kind, design in DESIGNS.items()}
    shared = {*set.intersection(*({*schema["properties"]} for schema in designs.values()))} - {"design"}
    kinds = {kind: schema["properties"]["design"]["description"] for kind, schema in designs.items()}
    parts = ["# Keys of a sweep file", "## [sweep]", _table(designs["grid"], only=shared)]
    choices = [[markdown.code(kind), markdown.text(words)] for kind, words in kinds.items()]
    parts += ["### sweep.design", markdown.table(["design", "what it is"], choices)]
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
    return markdown.table(HEADS, rows)


def _row(key: str, entry: Schema, *, is_required: bool) -> list[str]:
    default = "required" if is_required else shown(entry.get("default"))
    return [markdown.code(key), allowed(entry), default, markdown.text(entry.get("description", ""))]
