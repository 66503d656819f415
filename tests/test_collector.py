"""Mesa's data collector of a society: the rows that a run would write, once somebody asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mesa
import pandas as pd
import pytest

import society
from society.collector import Collector
from society.errors import InputError
from society.model import Society
from society.scenario import Scenario
from tests.societies import everything, make_society, stepped


def collecting(**record: Any) -> Society:
    """A society whose collector has been asked for."""
    model = Society(Scenario.from_dict(everything(record=record)))
    assert isinstance(model.datacollector, mesa.DataCollector)
    return model


def steps_of(model: Society) -> list[int]:
    """Steps of the rows collected."""
    return model.datacollector.get_model_vars_dataframe()["step"].tolist()


@pytest.mark.parametrize("record", [{}, {"every": 4, "twins": ["platform.feed"], "measures": ["capture", "known"]}])
def test_the_rows_are_those_of_a_run(tmp_path: Path, record: dict[str, Any]) -> None:
    scenario = Scenario.from_dict(everything(record=record))
    model = Society(scenario, rng=None)
    model.run_model()
    series = society.run(scenario, out=tmp_path / "study").series.drop(columns="run_id")
    rows = model.datacollector.get_model_vars_dataframe()
    assert {*rows.columns} == {*series.columns}
    pd.testing.assert_frame_equal(rows, series[rows.columns], check_exact=True, check_dtype=False)


def test_it_starts_when_asked_for() -> None:
    model = stepped(make_society(), 3)
    assert "datacollector" not in vars(model)
    assert steps_of(model) == [3]
    assert steps_of(stepped(model, 2)) == [3, 4, 5]


def test_it_starts_at_once_where_mesas_tools_make_the_society() -> None:
    model = Society(Scenario.from_dict(everything()), rng=None)
    assert steps_of(stepped(model, 2)) == [0, 1, 2]


def test_rows_are_due_when_the_file_says_and_at_the_last_step() -> None:
    model = collecting(every=4)
    model.run_model()
    assert steps_of(model) == [0, 4, 8, 10]


def test_a_collector_asked_for_between_two_rows_keeps_to_the_file() -> None:
    model = stepped(Society(Scenario.from_dict(everything(record={"every": 4}))), 3)
    assert steps_of(model) == [3]
    assert steps_of(stepped(model, 5)) == [3, 4, 8]


def test_rows_go_on_after_the_last_step_of_the_file() -> None:
    model = stepped(collecting(every=4), 14)
    assert steps_of(model) == [0, 4, 8, 10, 12]


def test_a_row_can_be_taken_at_any_time() -> None:
    model = stepped(collecting(every=5), 2)
    model.datacollector.collect(model)
    assert steps_of(model) == [0, 2]


def test_it_takes_the_measures_that_the_file_names() -> None:
    assert [*collecting(measures=["known"]).datacollector.model_vars] == [
        "step",
        "known.invariant",
        "known.cooperative",
        "known.competitive",
    ]


def test_a_society_that_nothing_measures_still_has_steps() -> None:
    model = make_society()
    assert model.datacollector.model_vars == {"step": [0]}


def test_a_measure_that_does_not_apply_is_refused() -> None:
    model = make_society(record={"measures": ["wealth"]})
    with pytest.raises(InputError, match=r"record\.measures: 'wealth' needs 'wealth'"):
        _ = model.datacollector


def test_collecting_changes_nothing() -> None:
    watched, alone = collecting(twins=["platform.feed"]), Society(Scenario.from_dict(everything()))
    assert stepped(watched, 8).state() == stepped(alone, 8).state()


class Frugal(Society):
    """Collects what it wants itself, as Mesa models do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.datacollector = mesa.DataCollector(model_reporters={"n": "n_steps"})

    def step(self) -> None:
        """Step, then collect."""
        super().step()
        self.datacollector.collect(self)


def test_another_collector_may_take_its_place_and_is_left_to_its_owner() -> None:
    model = stepped(Frugal(Scenario.from_dict(everything()), rng=1), 3)
    assert not isinstance(model.datacollector, Collector)
    assert model.datacollector.model_vars == {"n": [1, 2, 3]}
