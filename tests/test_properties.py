"""Properties of any scenario: what the schema allows either becomes a society that keeps its promises or is refused.

`pytest -m slow` draws two thousand examples of each instead of a few.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numba
import numpy as np
import pytest
import tomli_w
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import society.model
from society.errors import InputError
from society.files import parse_override
from society.model import Society
from society.recorder import Recorder
from society.scenario import TOP_LEVEL, Scenario
from tests.strategies import SCHEMA, anything, broken, sensible

type Raw = dict[str, Any]
type Check = Callable[[Scenario], Any]

VALIDATOR = Draft202012Validator(SCHEMA)
PROBLEM = re.compile(rf"scenario: ({'|'.join(TOP_LEVEL)})(\.\w+)*( = |: | is )|scenario: \w+: unknown table;")
"""How a line of a refusal begins: the source, a path, then the value or what is wrong."""

READER = re.compile(
    r": is required$|: unknown key|: must be (a (whole|number|string|list|table)|true|at|above|below|one)\b"
    r"(?!.* among \d+ people$)"
)
"""What is said of a value that is wrong by itself, which the schema can tell as well."""

CALM = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
"""The same examples in every run, however slow."""

FEW, MANY = 60, 2_000
amounts = pytest.mark.parametrize("n_examples", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
two_cores = pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="needs two cores")


def outcomes(strategy: st.SearchStrategy[Raw], n_examples: int, check: Check) -> Counter[str]:
    """Try examples of a strategy on a check, which may refuse them in words, and count how they end."""
    count: Counter[str] = Counter()

    @settings(CALM, max_examples=n_examples)
    @given(strategy)
    def each(raw: Raw) -> None:
        try:
            scenario = Scenario.from_dict(raw)
            check(scenario)
        except InputError as refusal:
            said = refusal
        else:
            assert VALIDATOR.is_valid(raw), [error.message for error in VALIDATOR.iter_errors(raw)]
            count["good"] += 1
            return
        lines = str(said).splitlines()
        assert lines
        for line in lines:
            assert PROBLEM.match(line), line
            assert not (READER.search(line) and VALIDATOR.is_valid(raw)), line
        count["refused"] += 1

    each()
    return count


def stepped(scenario: Scenario, *, threads: int | None = None) -> Society:
    """The society at the end of its run, with all rows recorded on the way."""
    model = Society(scenario, threads=threads)
    recorder = Recorder(model)
    recorder.row()
    while model.running:
        model.step()
        recorder.row()
    return model


def lives(scenario: Scenario) -> None:
    """Every column stays within its bounds and finite, save for a nan that stands for what is not there yet."""
    model = stepped(scenario)
    assert model.n_steps == scenario.run.steps
    for name, column in model.population.columns.items():
        values = model.population[name]
        if column.is_scratch:
            continue
        assert not (values < column.low).any(), name
        assert not (values > column.high).any(), name
        assert np.isfinite(values[~np.isnan(values)] if np.isnan(column.default) else values).all(), name
    low, high = scenario.population.trait_bounds
    if "traits" in model.population:
        assert (
            (np.float32(low) <= model.population["traits"]) & (model.population["traits"] <= np.float32(high))
        ).all()


def survives_writing(scenario: Scenario) -> None:
    """The resolved scenario, as tables and as text, is the same scenario and makes the same society."""
    again = Scenario.from_dict(scenario.resolved())
    read = Scenario.from_dict(tomllib.loads(scenario.to_toml()))
    assert scenario.digest() == again.digest() == read.digest()
    assert scenario.resolved() == again.resolved() == read.resolved()
    assert stepped(scenario).state() == stepped(read).state()


def does_not_know_its_threads(scenario: Scenario) -> None:
    """One thread and two make the same society."""
    with patch.object(society.model, "PARALLEL_FROM", 1):
        assert Society(scenario).threads > 1
        assert stepped(scenario, threads=1).state() == stepped(scenario, threads=2).state()


def can_be_laid_over(scenario: Scenario) -> None:
    """A value set by its path, in Python or as on the command line, is the value in the file."""
    for path, value in leaves(scenario.raw):
        without = without_key(scenario.raw, path)
        try:
            base = Scenario.from_dict(without)
        except InputError:
            continue  # the key is required, or something else depends on it
        assert base.replace({path: value}).resolved() == scenario.resolved(), path
        if not isinstance(value, dict):
            text = tomli_w.dumps({"value": value}).partition(" = ")[2].strip()
            assert base.replace(dict([parse_override(f"{path}={text}")])).resolved() == scenario.resolved(), path


def leaves(raw: Raw) -> list[tuple[str, Any]]:
    """Path and value of every field that stands in a table of a scenario."""
    tables = {key: table for key, table in raw.items() if key in ("run", "population", "record", "graph")}
    tables |= {f"{key}.{name}": each for key in raw.keys() - tables.keys() for name, each in raw[key].items()}
    return [(f"{path}.{key}", value) for path, table in tables.items() for key, value in table.items() if key != "kind"]


def without_key(raw: Raw, path: str) -> Raw:
    """A copy without what stands at a path."""
    key, _, rest = path.partition(".")
    if not rest:
        return {name: value for name, value in raw.items() if name != key}
    return raw | {key: without_key(raw[key], rest)}


@amounts
def test_a_sensible_scenario_lives(tmp_path: Path, n_examples: int) -> None:
    count = outcomes(sensible(tmp_path), n_examples, lives)
    assert count["good"] > 0.6 * count.total(), count


@amounts
def test_whatever_the_schema_allows_lives_or_is_refused_in_words(tmp_path: Path, n_examples: int) -> None:
    assert outcomes(anything(tmp_path), n_examples, lives)["refused"]


@amounts
def test_a_broken_scenario_is_refused_in_words_if_the_schema_refuses_it(tmp_path: Path, n_examples: int) -> None:
    count = outcomes(broken(sensible(tmp_path)), n_examples, lives)
    assert count["refused"] > 0.2 * count.total(), count
    assert count["good"], count


@amounts
def test_a_scenario_written_down_is_the_same_society(tmp_path: Path, n_examples: int) -> None:
    assert outcomes(sensible(tmp_path), n_examples // 3, survives_writing)["good"]


@two_cores
@amounts
def test_one_thread_and_two_make_the_same_society(tmp_path: Path, n_examples: int) -> None:
    assert outcomes(sensible(tmp_path), n_examples // 3, does_not_know_its_threads)["good"]


@amounts
def test_a_value_by_its_path_is_the_value_in_the_file(tmp_path: Path, n_examples: int) -> None:
    assert outcomes(sensible(tmp_path), n_examples // 2, can_be_laid_over)["good"]
