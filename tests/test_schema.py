"""The JSON Schema of scenario files: it takes what the reader takes, and refuses what the reader refuses."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from society.schema import json_schema
from tests.files import SCENARIO_FILES, TALK, TINY, Raw, laid
from tests.societies import VARIANTS

SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", SCENARIO_FILES, ids=lambda path: path.stem)
def test_every_scenario_of_the_project_satisfies_it(path: Path) -> None:
    assert [*VALIDATOR.iter_errors(tomllib.loads(path.read_text()))] == []


@pytest.mark.parametrize("raw", [TINY, TALK, *VARIANTS.values()], ids=["tiny", "talk", *VARIANTS.keys()])
def test_every_society_of_the_tests_satisfies_it(raw: Raw) -> None:
    assert [*VALIDATOR.iter_errors(raw)] == []


def test_a_file_that_extends_another_need_not_have_a_graph() -> None:
    assert VALIDATOR.is_valid({"extends": "other.toml", "run": {"seed": 2}})


def test_a_file_that_stands_alone_must_have_a_graph() -> None:
    assert not VALIDATOR.is_valid({"run": {"seed": 2}})


@pytest.mark.parametrize(
    "changes",
    [
        {"platfrom": {}},
        {"run.sede": 1},
        {"run.steps": "10"},
        {"run.steps": 1.5},
        {"run.steps": -1},
        {"population.traits": []},
        {"process.learning.age_curve": []},
        {"platform.feed.monthly_exit": 1.0},
        {"platform.feed.target": None},
        {"platform.feed.name": "feed"},
        {"platform.Feed": {"target": {"anger": 1.0}}},
        {"platform": [{"target": {"anger": 1.0}}]},
        {"graph.kind": "ring"},
        {"graph.kind": None},
        {"environment.home.kind": "well"},
        {"environment.home.n_wells": 3},
        {"process.ageeing": {}},
        {"process.older.kind": "ageeing"},
        {"process.learning.rule": "habit"},
        {"process.learning.ledger": 1},
        {"meme.joke": {}},
        {"meme.joke": {"kind": "invarient"}},
        {"meme.joke": {"kind": "invariant", "value": {"curve": "power", "exponent": 0}}},
    ],
    ids=str,
)
def test_a_broken_scenario_does_not_satisfy_it(changes: Raw) -> None:
    assert not VALIDATOR.is_valid(laid(TINY, changes))


def parameters(part: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every parameter in a schema, with the path that leads to it."""
    if isinstance(part, list):
        for number, each in enumerate(part):
            yield from parameters(each, f"{path}.{number}")
    elif isinstance(part, dict):
        for key, each in part.items():
            yield from parameters(each, f"{path}.{key}")
            if key == "properties" and path:
                yield from ((f"{path}.{name}", schema) for name, schema in each.items() if isinstance(schema, dict))


def test_every_parameter_has_a_description() -> None:
    silent = [
        path
        for path, schema in parameters(SCHEMA)
        if not schema.get("description") and "const" not in schema and "anyOf" not in schema
    ]
    assert silent == []


def test_units_and_symbols_are_told() -> None:
    platform = SCHEMA["properties"]["platform"]["patternProperties"]["^[a-z][a-z0-9_]*$"]["properties"]
    assert (platform["power"]["symbol"], platform["rate_entry"]["unit"]) == ("κ", "per year")
