"""Controls: what a page lets one change of a scenario, from the declarations of its parameters.

Each parameter is known by its dotted path, as in the file and in `--set`; a change is a value by path.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic_core import PydanticUndefined

from society.errors import InputError
from society.files import parse_override
from society.scenario import FAMILIES, SECTIONS, Scenario
from society.schema import table_schema
from society.tables import Table

type Kind = Literal["number", "whole", "switch", "choice", "text", "value"]

WIDEST_SLIDER = 1000.0
"""Widest range between declared bounds that a slider spans; beyond, its ends follow from the value."""
HIDDEN = {"scenario.name", "scenario.title", "scenario.description"}


@dataclass(frozen=True)
class Control:
    """One parameter of a scenario.

    Attributes
    ----------
    path
        Dotted path.
    kind
        How it is set: a number with a slider, a whole number, a switch, a choice, a text, or any value as TOML.
    value
        What it is in the scenario; None if it has none.
    low, high
        Bounds that are declared; None where there are none.
    slider
        Ends of its slider; None if it has no slider.
    """

    path: str
    kind: Kind
    value: Any
    doc: str = ""
    unit: str = ""
    symbol: str = ""
    low: float | None = None
    high: float | None = None
    options: tuple[str, ...] = ()
    slider: tuple[float, float] | None = None

    @property
    def field(self) -> str:
        """The last part of the path."""
        return self.path.rsplit(".", 1)[1]

    @property
    def label(self) -> str:
        """The field with its unit and the symbol of the papers."""
        said = self.field + (f" {self.symbol}" if self.symbol else "")
        return f"{said} ({self.unit})" if self.unit else said

    @property
    def help(self) -> str:
        """What it is, the allowed range, and its path."""
        ends = [f"at least {self.low:g}"] if self.low is not None else []
        ends += [f"at most {self.high:g}"] if self.high is not None else []
        return f"{self.doc} {f'({", ".join(ends)}) ' if ends else ''}[{self.path}]"

    def parsed(self, text: str) -> Any:
        """The value that a text field says.

        Raises
        ------
        InputError
            If it is not a value of that kind.
        """
        text = text.strip()
        if self.kind == "number":
            return _read(float, text, f"{self.path} = {text!r}: must be a number")
        if self.kind == "whole":
            return _read(int, text.replace(",", ""), f"{self.path} = {text!r}: must be a whole number")
        return text if self.kind == "text" else parse_override(f"{self.path}={text}")[1]


def _read(kind: type, text: str, problem: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        raise InputError(problem) from None


def groups(scenario: Scenario) -> dict[str, list[Control]]:
    """All controls by table, such as `platform.feed`, in the order of the file."""
    tables: dict[str, Table] = {key: getattr(scenario, key) for key in (*SECTIONS, "graph")}
    order = [key for key in scenario.raw if key in FAMILIES]
    for family in order:
        tables |= {f"{family}.{name}": table for name, table in getattr(scenario, family).items()}
    found = {path: [*_controls(path, table)] for path, table in tables.items()}
    return {path: controls for path, controls in found.items() if controls}


def heading(scenario: Scenario, table: str) -> str:
    """What a table is called in a list: its path and, where it differs from the name, its kind."""
    family, _, name = table.partition(".")
    kind = scenario.raw.get(family, {}).get(name, {}).get("kind") if name else scenario.raw.get(family, {}).get("kind")
    return f"{table} · {kind}" if isinstance(kind, str) and kind != name else table


def _controls(path: str, table: Table) -> Iterator[Control]:
    schema = table_schema(type(table))["properties"]
    values = table.model_dump(mode="json")
    for field, declared in schema.items():
        full = f"{path}.{field}"
        is_tag = "const" in declared or field == "kind"
        if field == "name" or is_tag or full in HIDDEN:
            continue
        yield _control(full, values.get(field), declared)


def _control(path: str, value: Any, declared: Mapping[str, Any]) -> Control:
    branches = [each for each in declared.get("anyOf", ()) if each.get("type") != "null"]
    is_optional = "anyOf" in declared
    facts = {**(branches[0] if len(branches) == 1 else {}), **declared}
    about = {"doc": declared.get("description", ""), "unit": facts.get("unit", ""), "symbol": facts.get("symbol", "")}
    low, high = facts.get("minimum", facts.get("exclusiveMinimum")), facts.get("maximum", facts.get("exclusiveMaximum"))
    if "enum" in facts:
        return Control(path, "choice", value, **about, options=tuple(map(str, facts["enum"])))
    kind = {"boolean": "switch", "integer": "whole", "number": "number", "string": "text"}.get(
        facts.get("type", ""), "value"
    )
    if is_optional and value is None:
        kind = "value"
    slider = _slider(value, low, high) if kind == "number" else None
    return Control(path, kind, value, **about, low=low, high=high, slider=slider)  # type: ignore[arg-type]


def _slider(value: float, low: float | None, high: float | None) -> tuple[float, float]:
    """Ends of a slider: the declared bounds if they are near, else round numbers about the value."""
    if low is not None and high is not None and high - low <= WIDEST_SLIDER:
        return float(low), float(high)
    reach = 1.0
    while reach < 2 * abs(value):
        reach *= 10 if reach * 5 < 2 * abs(value) else 5
    least = 0.0 if low is not None and low >= 0 else -reach
    return (least if low is None else max(least, low)), (reach if high is None else min(reach, high))


def as_toml(value: Any) -> str:
    """A value as it stands behind `=` in a TOML file, in one line; empty for none."""
    if value is None or value is PydanticUndefined:
        return ""
    if isinstance(value, Mapping):
        if not value:
            return "{}"
        return (
            "{ " + ", ".join(f"{_key(key)} = {as_toml(each)}" for key, each in value.items() if each is not None) + " }"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else json.dumps(key)
