"""`mesa.batch_run` over societies, in this process and in a pool of others."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from mesa import batch_run

from society.errors import InputError
from society.graph import SocialGraph
from society.model import Society
from society.recorder import Recorder
from society.scenario import Scenario
from tests.rules import Walker
from tests.societies import everything, stepped, with_processes

FEED = "platform.feed.power"
STEPS = 6


@pytest.fixture(autouse=True)
def start_method() -> Iterator[None]:
    """Give back the way of starting processes, which batch_run sets to spawn for good."""
    before = multiprocessing.get_start_method(allow_none=True)
    yield
    multiprocessing.set_start_method(before, force=True)


def rows_of(parameters: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
    """Rows of a batch run, in order of run and step."""
    options = {"rng": [1, 2], "display_progress": False, "max_steps": STEPS} | options
    return sorted(batch_run(Society, parameters, **options), key=lambda row: (row["RunId"], row["Step"]))


def expected(scenario: Scenario, steps: int = STEPS) -> dict[str, float]:
    """The row of a plain run at a step."""
    model = Society(scenario)
    recorder = Recorder(model)
    return dict(stepped(model, steps) and recorder.row())


def same(row: dict[str, Any], other: dict[str, float]) -> bool:
    """Whether a row of a batch has the same numbers, to the last bit."""
    return all(np.array_equal(row[name], value, equal_nan=True) for name, value in other.items())


@pytest.mark.parametrize("number_processes", [1, 2])
def test_a_batch_gives_what_plain_runs_give(number_processes: int) -> None:
    raw = with_processes({"walking": {"kind": "people", "person": Walker.__name__}})
    scenario = Scenario.from_dict(raw)
    rows = rows_of({"scenario": [scenario], FEED: [0, 1.5]}, number_processes=number_processes)
    assert [(row["iteration"], row[FEED], row["Step"]) for row in rows] == [
        (0, 0, STEPS), (0, 1.5, STEPS), (1, 0, STEPS), (1, 1.5, STEPS)
    ]  # fmt: skip
    for row in rows:
        assert same(row, expected(scenario.replace({"run.seed": row["rng"], FEED: row[FEED]})))


def test_the_four_runs_of_a_batch_are_different() -> None:
    rows = rows_of({"scenario": [Scenario.from_dict(everything())], FEED: [0, 1.5]})
    assert len({row["trait_mean.openness"] for row in rows}) == 4


def test_a_row_for_every_period() -> None:
    scenario = Scenario.from_dict(everything())
    rows = rows_of({"scenario": scenario}, data_collection_period=2, rng=[3])
    assert [row["Step"] for row in rows] == [0, 2, 4, 6]
    for row in rows:
        assert same(row, expected(scenario.replace({"run.seed": 3}), int(row["Step"])))


def test_a_row_for_every_step() -> None:
    rows = rows_of({"scenario": Scenario.from_dict(everything())}, data_collection_period=1, rng=None)
    assert [row["step"] for row in rows] == [*range(STEPS + 1)]


def test_a_batch_ends_with_the_file() -> None:
    rows = rows_of({"scenario": Scenario.from_dict(everything())}, max_steps=1000, rng=[1])
    assert [row["step"] for row in rows] == [10]


def test_iterations_without_seeds_are_the_same_run_again() -> None:
    """Mesa passes rng=None, and a society without a seed of its own has that of its file."""
    with pytest.warns(DeprecationWarning, match="iterations"):
        rows = rows_of({"scenario": Scenario.from_dict(everything())}, iterations=2, rng=None)
    first, second = ({key: row[key] for key in row if key not in ("RunId", "iteration", "scenario")} for row in rows)
    np.testing.assert_equal(first, second)  # for which nan is nan


def test_seeds_may_be_axes_by_path() -> None:
    rows = rows_of({"scenario": Scenario.from_dict(everything()), "run.seed": range(3)}, rng=None)
    assert len({row["trait_mean.openness"] for row in rows}) == 3


def test_the_scenario_of_a_society_is_one_value() -> None:
    """Mesa takes what can be iterated for a list of values."""
    model = Society(Scenario.from_dict(everything()), **{FEED: 0.5})
    (row,) = rows_of({"scenario": model.scenario}, rng=[1])
    assert same(row, expected(Scenario.from_dict(everything()).replace({FEED: 0.5})))


def test_a_batch_can_share_a_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Society(Scenario.from_dict(everything()))
    monkeypatch.setattr(SocialGraph, "from_edges", None)
    monkeypatch.setattr(SocialGraph, "from_networkx", None)
    (row,) = rows_of({"scenario": model.scenario, "graph": model.graph}, rng=[1])
    assert row["step"] == STEPS


def test_a_wrong_path_is_refused() -> None:
    with pytest.raises(InputError, match=r"no platform 'fed' here; did you mean 'feed'\?"):
        rows_of({"scenario": [Scenario.from_dict(everything())], "platform.fed.power": [0, 1]})


def test_a_seed_that_is_a_generator_is_refused() -> None:
    with pytest.raises(InputError, match="must be a whole number"):
        rows_of({"scenario": [Scenario.from_dict(everything())]}, rng=[np.random.default_rng(1)])
