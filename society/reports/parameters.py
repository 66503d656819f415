"""What the schema says of a parameter by its path: its sentence and its unit."""

from __future__ import annotations

from pydantic.fields import FieldInfo

from society.scenario import FAMILIES, Scenario
from society.tables import Table


def sentence_of(scenario: Scenario, path: str) -> str:
    """The sentence of a parameter; nothing for a whole table."""
    found = _field(scenario, path)
    return (found.description or "") if found else ""


def unit_of(scenario: Scenario, path: str) -> str:
    """The unit of a parameter, if it has one."""
    found = _field(scenario, path)
    extra = found.json_schema_extra if found else None
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


def _field(scenario: Scenario, path: str) -> FieldInfo | None:
    """The field at a path, or that which holds what the path leads to."""
    root, *keys = path.split(".")
    table = getattr(scenario, root, None)
    if root in FAMILIES and keys:
        table, keys = getattr(scenario, root).get(keys[0]), keys[1:]
    found: FieldInfo | None = None
    for key in keys:
        if not isinstance(table, Table) or key not in type(table).model_fields:
            break
        found, table = type(table).model_fields[key], getattr(table, key)
    return found
