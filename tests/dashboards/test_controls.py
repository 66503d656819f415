"""Controls: every parameter of a scenario, as its declaration says, and values in words."""

from __future__ import annotations

import pytest

from dashboards.controls import as_toml, groups, heading
from society.errors import InputError
from society.files import parse_override
from society.scenario import Scenario
from tests.files import SCENARIOS, TINY
from tests.societies import everything

FILES = sorted(SCENARIOS.glob("*.toml"))


def controls(scenario):
    return {control.path: control for table in groups(scenario).values() for control in table}


@pytest.fixture
def tiny():
    return Scenario.from_dict(TINY)


def test_tables_stand_in_the_order_of_the_file(tiny):
    assert [*groups(tiny)] == [
        "run", "population", "record", "graph", "environment.home", "platform.feed", "process.ageing",
        "process.exploration", "process.attention", "process.landscape", "process.capture", "process.learning",
    ]  # fmt: skip


def test_a_control_says_what_the_declaration_says(tiny):
    power = controls(tiny)["platform.feed.power"]
    assert (power.kind, power.value, power.low, power.high, power.symbol) == ("number", 1.0, 0, None, "κ")
    assert power.doc == "Strength of its pull at full attention."
    assert power.help == "Strength of its pull at full attention. (at least 0) [platform.feed.power]"
    entry = controls(tiny)["platform.feed.entry_age"]
    assert entry.label == "entry_age (years)"


def test_declared_bounds_that_are_near_are_the_ends_of_a_slider(tiny):
    assert controls(tiny)["platform.feed.monthly_exit"].slider == (0.0, 1.0)
    assert controls(tiny)["population.age_low"].slider == (0.0, 150.0)


def test_a_slider_without_declared_bounds_reaches_about_the_value(tiny):
    low, high = controls(tiny.replace({"platform.feed.power": 30.0}))["platform.feed.power"].slider
    assert low == 0.0
    assert high >= 60.0


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_slider_holds_its_value(file):
    for control in controls(Scenario.from_file(file)).values():
        if control.slider:
            low, high = control.slider
            assert low < high
            assert low <= control.value <= high, control.path


def test_kinds_follow_the_types(tiny):
    found = controls(tiny)
    assert found["platform.feed.enabled"].kind == "switch"
    assert found["run.steps"].kind == "whole"
    assert found["platform.feed.gain"].options == ("engagement", "traits", "nothing")
    assert found["platform.feed.target"].kind == "value"


@pytest.mark.parametrize("raw", [TINY, everything()], ids=["tiny", "everything"])
def test_every_value_reads_back_from_its_text(raw):
    scenario = Scenario.from_dict(raw)
    for control in controls(scenario).values():
        if control.value is not None and control.kind in ("number", "whole", "value"):
            assert control.parsed(as_toml(control.value)) == control.value, control.path


def test_every_value_set_to_itself_leaves_the_scenario_as_it_is(tiny):
    same = tiny.replace(
        {control.path: control.value for control in controls(tiny).values() if control.value is not None}
    )
    assert same.digest() == tiny.digest()


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("platform.feed.power", "much", "platform.feed.power = 'much': must be a number"),
        ("run.steps", "1.5", "run.steps = '1.5': must be a whole number"),
        ("platform.feed.target", "{ anger", "is not a TOML value"),
    ],
)
def test_a_text_that_is_no_value_is_said_in_words(tiny, path, text, said):
    with pytest.raises(InputError, match=said):
        controls(tiny)[path].parsed(text)


def test_a_table_is_called_by_its_path_and_kind():
    scenario = Scenario.from_file(SCENARIOS / "quickstart.toml")
    assert heading(scenario, "process.peers") == "process.peers · influence"
    assert heading(scenario, "process.ageing") == "process.ageing"
    assert heading(scenario, "graph") == "graph · csv"


@pytest.mark.parametrize("value", [{"a": 1.5, "b c": [1, 2]}, [], {}, 'say "yes"', True, [[1.0, 2.0], [3.0, 4.0]]])
def test_values_are_written_as_toml(value):
    assert parse_override(f"x.y={as_toml(value)}")[1] == value
