"""Each field of each table of the schema by itself: its name misspelt, and its value at a bound and beyond it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from society.errors import InputError
from society.scenario import SECTIONS, Scenario
from society.schema import json_schema
from tests.files import Raw, laid

SCHEMA = json_schema()
ALONE: Raw = {"population": {"n_agents": 20}, "graph": {"kind": "networkx", "generator": "cycle_graph"}}


@dataclass(frozen=True)
class Place:
    """A table of the schema, and a path where it can stand."""

    path: str
    part: Raw
    around: dict[str, Any] = field(default_factory=dict)
    """What else the file then needs, by path."""

    def raw(self, **values: Any) -> Raw:
        """The smallest file in which the table stands, with values of its own."""
        return laid(ALONE, {**self.around, self.path: {**smallest(self.part), **values}})

    def problems(self, **values: Any) -> str:
        """What is said of that file; nothing if it is good."""
        return problems(self.raw(**values))


def problems(raw: Raw) -> str:
    """What is said of a scenario; nothing if it is good."""
    try:
        Scenario.from_dict(raw)
    except InputError as error:
        return str(error)
    return ""


def smallest(part: Raw) -> Any:
    """A value of a part of the schema, with no more in it than is required."""
    if "properties" in part:
        fields = part["properties"].items()
        return {key: smallest(each) for key, each in fields if key in part.get("required", []) or "const" in each}
    if "const" in part or "enum" in part:
        return part["const"] if "const" in part else part["enum"][0]
    simple = {"string": "x", "boolean": True, "object": {"openness": 1.0}}
    if part["type"] == "array":
        return [smallest(part["items"])] * max(1, part.get("minItems", 1))
    return simple.get(part["type"]) or part.get("minimum", part.get("exclusiveMinimum", 0) + 1)


def places() -> Iterator[Place]:
    """All tables of the schema."""
    properties = SCHEMA["properties"]
    yield from (Place(key, properties[key], ALONE.get(key) or {}) for key in SECTIONS)
    yield from (Place("graph", kind) for kind in properties["graph"]["oneOf"])
    for kind, part in SCHEMA["$defs"].items():
        yield from with_inner(Place(f"process.{kind}", part))
    for family in ("environment", "platform", "meme", "meme_family"):
        (table,) = properties[family]["patternProperties"].values()
        for kind in table.get("oneOf", [table]):
            yield from with_inner(Place(f"{family}.x", kind))


def with_inner(place: Place) -> Iterator[Place]:
    """A table, and the tables that its fields can be."""
    yield place
    for name, part in place.part["properties"].items():
        kinds = [kind for option in part.get("anyOf", []) for kind in option.get("oneOf", [])]
        yield from (Place(f"{place.path}.{name}", kind, {place.path: smallest(place.part)}) for kind in kinds)


def fields() -> Iterator[Any]:
    """Every field of every table that is no choice of kind."""
    for place in places():
        kind = "-".join(str(each["const"]) for each in place.part["properties"].values() if "const" in each)
        for name, part in place.part["properties"].items():
            if "const" not in part:
                yield pytest.param(place, name, id=f"{place.path}.{name}" + f"-{kind}" * bool(kind))


@pytest.mark.parametrize("place", [*places()], ids=lambda place: f"{place.path}-{place.part['title']}")
def test_what_the_schema_does_not_require_may_be_left_out(place: Place) -> None:
    required = {key: value for key, value in smallest(place.part).items() if key in place.part.get("required", [])}
    raw = laid(place.raw(), {place.path: required | (ALONE.get(place.path) or {})})
    assert [line for line in problems(raw).splitlines() if re.search(rf"{place.path}\.\w+: is required$", line)] == []


@pytest.mark.parametrize(("place", "name"), [*fields()])
def test_a_key_misspelt_is_refused_with_the_right_one(place: Place, name: str) -> None:
    path = f"{place.path}.{name}x"
    assert f"scenario: {path}: unknown key '{name}x'; did you mean {name!r}?" in place.problems(**{f"{name}x": 1})


WORDS = {
    "minimum": "at least",
    "exclusiveMinimum": "above",
    "maximum": "at most",
    "exclusiveMaximum": "below",
}


def bounds() -> Iterator[Any]:
    """Every bound of a number: its place, field, words, the last value within and the first beyond."""
    for each in fields():
        place, name = each.values
        part = place.part["properties"][name]
        for number in part.get("anyOf", [part]):
            for key in sorted(WORDS.keys() & number.keys()):
                bound = number[key]
                further = -1 if "inimum" in key else 1
                step = partial(_next, number)
                is_open = key.startswith("exclusive")
                within, beyond = (step(bound, -further), bound) if is_open else (bound, step(bound, further))
                said = f"must be {WORDS[key]} {bound}"
                yield pytest.param(place, name, within, beyond, said, id=f"{each.id}-{key}")


def _next(number: Raw, value: float, sign: int) -> float:
    """The nearest value on one side that a number of that description can have."""
    if number["type"] == "integer":
        return value + sign * number.get("multipleOf", 1)
    return math.nextafter(float(value), sign * math.inf)


@pytest.mark.parametrize(("place", "name", "within", "beyond", "said"), [*bounds()])
class TestBounds:
    def test_one_step_beyond_is_refused_by_path_value_and_bound(
        self, place: Place, name: str, within: float, beyond: float, said: str
    ) -> None:
        assert f"scenario: {place.path}.{name} = {beyond!r}: {said}" in place.problems(**{name: beyond})

    def test_the_bound_itself_is_within(self, place: Place, name: str, within: float, beyond: float, said: str) -> None:
        assert f"{place.path}.{name} = {within!r}: must be" not in place.problems(**{name: within})
