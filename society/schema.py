"""JSON Schema of scenario files and sweep files, from the declarations that check them, for editors and other tools."""

from __future__ import annotations

from typing import Any

from society.environments import ENVIRONMENTS
from society.processes import PROCESSES
from society.scenario import PLAIN_FAMILIES, SECTIONS
from society.sweeps.arms import ARM_NAME, ArmTable
from society.sweeps.designs import DESIGNS
from society.sweeps.factors import Normal, Options, Range
from society.tables import NAME_PATTERN, Named, Table
from society.topologies import TOPOLOGIES

type Schema = dict[str, Any]


def json_schema() -> Schema:
    """The schema of a whole scenario file (JSON Schema 2020-12)."""
    families = {family: _family(table_schema(table)) for family, table in PLAIN_FAMILIES.items()}
    processes = {kind: _with_kind(kind, process, required=True) for kind, process in PROCESSES.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Society scenario",
        "type": "object",
        "properties": {
            "extends": {"type": "string", "description": "Scenario file whose tables these are laid over."},
            **{key: table_schema(table) for key, table in SECTIONS.items()},
            "graph": _one_of(TOPOLOGIES),
            "environment": _family(_one_of(ENVIRONMENTS)),
            **families,
            "process": _processes(),
        },
        "anyOf": [{"required": ["graph"]}, {"required": ["extends"]}],
        "additionalProperties": False,
        "$defs": processes,
    }


SWEPT_PATH = r"^(graph|[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)+)$"
"""A path that a sweep can set: unlike others, the graph is a table without a name."""


def sweep_schema() -> Schema:
    """The schema of a whole sweep file (JSON Schema 2020-12)."""
    levels = {"type": "array", "items": {"type": ["number", "string", "boolean"]}, "minItems": 1, "uniqueItems": True}
    factor = {"anyOf": [levels, *(table_schema(form) for form in (Range, Normal, Options))]}
    arm = table_schema(ArmTable)
    arm["properties"]["set"] |= {"propertyNames": {"pattern": SWEPT_PATH}}
    paths = {"type": "object", "propertyNames": {"pattern": SWEPT_PATH}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Society sweep",
        "type": "object",
        "properties": {
            "sweep": {"oneOf": [table_schema(design) for design in DESIGNS.values()]},
            "set": {**paths, "description": "Values of every run by quoted path, over the base scenario."},
            "factors": {**paths, "description": "What is varied, by quoted path.", "additionalProperties": factor},
            "arm": {"type": "object", "propertyNames": {"pattern": ARM_NAME}, "additionalProperties": arm},
        },
        "required": ["sweep"],
        "additionalProperties": False,
    }


def table_schema(table: type[Table]) -> Schema:
    """Schema of one table, self-contained: references are resolved in place."""
    schema = table.model_json_schema()
    definitions = schema.pop("$defs", {})
    schema = {**_resolved(schema, definitions)}
    if issubclass(table, Named):
        del schema["properties"]["name"]
    schema["required"] = [key for key in schema.get("required", []) if key in schema["properties"]]
    return schema


def _resolved(part: Any, definitions: Schema) -> Any:
    """The same with every reference replaced by what it refers to."""
    if isinstance(part, list):
        return [_resolved(each, definitions) for each in part]
    if not isinstance(part, dict):
        return part
    if "discriminator" in part:
        tag = part["discriminator"]["propertyName"]  # which the reader needs, default or not
        options = [_resolved(each, definitions) for each in part["oneOf"]]
        return {"oneOf": [each | {"required": sorted({tag, *each.get("required", [])})} for each in options]}
    if "oneOf" in part:  # by type, and so not more than one in any case
        part = {"anyOf" if key == "oneOf" else key: value for key, value in part.items()}
    if "$ref" in part:
        rest = {key: value for key, value in part.items() if key != "$ref"}
        return _listed(_resolved(definitions[part["$ref"].rsplit("/", 1)[1]], definitions) | rest)
    return _listed({key: _resolved(value, definitions) for key, value in part.items()})


def _listed(part: Schema) -> Schema:
    """The same with the bounds of a list in the words of JSON Schema: pydantic's are those of a text."""
    if part.get("type") != "array":
        return part
    words = {"minLength": "minItems", "maxLength": "maxItems"}
    return {words.get(key, key): value for key, value in part.items()}


def _with_kind(kind: str, table: type[Table], *, required: bool) -> Schema:
    """Schema of a table with the word that chooses it."""
    schema = table_schema(table)
    schema["properties"] = {"kind": {"const": kind}, **{k: v for k, v in schema["properties"].items() if k != "kind"}}
    if required:
        schema["required"] = ["kind", *(key for key in schema["required"] if key != "kind")]
    return schema


def _one_of(registry: dict[str, Any]) -> Schema:
    return {"oneOf": [_with_kind(kind, table, required=True) for kind, table in registry.items()]}


def _family(table: Schema) -> Schema:
    return {"type": "object", "patternProperties": {NAME_PATTERN: table}, "additionalProperties": False}


def _processes() -> Schema:
    """A process named after a kind may leave `kind` out; any other must say it."""
    any_kind = {"oneOf": [{"$ref": f"#/$defs/{kind}"} for kind in PROCESSES]}
    by_name = {
        kind: {"anyOf": [_with_kind(kind, process, required=False), any_kind]} for kind, process in PROCESSES.items()
    }
    return {
        "type": "object",
        "propertyNames": {"pattern": NAME_PATTERN},
        "properties": by_name,
        "additionalProperties": any_kind,
    }
