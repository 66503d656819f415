"""Calibration files: read, checked with every problem in words, and stored so that they are the same anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tomli_w

from society import Calibration, InputError
from tests.calibration.forgetters import FORGETTERS, RANGE, RATE_PATH, SD, STEPS, calibration, known_after, tables
from tests.files import Raw, laid

CSV = "measure,step,value,sd\nknown.invariant,13,0.7,0.01\nknown.invariant,,0.2,\n"


def write(folder: Path, raw: Raw) -> Path:
    (folder / "forgetters.toml").write_text(tomli_w.dumps(FORGETTERS))
    (folder / "cal.toml").write_text(tomli_w.dumps(laid(raw, {"calibration.scenario": "forgetters.toml"})))
    return folder / "cal.toml"


def test_a_file_names_scenario_targets_and_factors(tmp_path: Path) -> None:
    found = Calibration.from_file(write(tmp_path, tables()))
    assert (found.header.name, found.seed, [*found.factors]) == ("cal", 7, [RATE_PATH])
    assert found.observed.names == [f"known.invariant@{step}" for step in STEPS]
    assert found.observed.values.tolist() == [known_after(step) for step in STEPS]


def test_targets_may_stand_in_a_csv_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "seen.csv").write_text(CSV)
    found = Calibration.from_file(write(tmp_path, tables(targets="seen.csv")))
    assert (found.observed.steps, found.observed.sds.tolist()) == ((13, 60), [0.01, 0.0])


def test_the_last_step_is_that_of_what_the_file_sets() -> None:
    raw = tables(targets=[{"measure": "known.invariant", "value": 0.5}]) | {"set": {"run.steps": 20}}
    assert calibration(raw).observed.steps == (20,)


def test_no_more_is_recorded_than_the_targets_need() -> None:
    found = calibration()
    recorded = found.observed.recorded(found.base)
    assert (recorded.run.steps, recorded.record.every, recorded.record.measures) == (52, 13, ("known",))


def test_stored_it_is_the_same_wherever_it_lies(tmp_path: Path) -> None:
    (tmp_path / "seen.csv").write_text(CSV)
    first = Calibration.from_file(write(tmp_path, tables(targets="seen.csv") | {"set": {"run.steps": 70}}))
    (tmp_path / "away").mkdir()
    for name, text in first.texts().items():
        (tmp_path / "away" / name).write_text(text)
    again = Calibration.from_file(tmp_path / "away" / "calibration.toml")
    assert again.base.digest() == first.base.digest()
    assert (again.targets, again.factors, again.seed) == (first.targets, first.factors, first.seed)


ONE = {"measure": "known.invariant", "value": 0.5}
LIKELY = {"calibration.distance": "likelihood"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"calibration.trails": 9}, "calibration.trails: unknown key 'trails'; did you mean 'trials'?"),
        ({"calibration.sampler": "tpee"}, "calibration.sampler = 'tpee': must be one of 'tpe', 'cmaes', 'qmc'"),
        ({"calibration.trials": 0}, "calibration.trials = 0: must be at least 1"),
        ({"calibration.targets": []}, "calibration.targets: must be a list of rows"),
        (
            {"calibration.targets": [{**ONE, "measure": "knwon.invariant"}]},
            "calibration.targets[0].measure = 'knwon.invariant': no such measure; did you mean 'known'?",
        ),
        ({"calibration.targets": [{**ONE, "sd": -1.0}]}, "calibration.targets[0].sd = -1.0: must be at least 0"),
        ({"calibration.targets": [ONE, ONE]}, "calibration.targets: 'known.invariant' stands twice"),
        ({"calibration.targets": [{**ONE, "step": 61}]}, "known.invariant: step = 61: the run ends at step 60"),
        ({"calibration.targets": "nowhere.csv"}, "nowhere.csv: no such file"),
        (
            {"calibration.replicates": 1, "calibration.targets": [ONE]},
            "calibration.replicates = 1: must be at least 2, since 'known.invariant' has no sd",
        ),
        ({**LIKELY, "calibration.replicates": 1}, "a likelihood needs at least 2"),
        (
            {**LIKELY, "calibration.replicates": 2, "calibration.targets": [ONE, {**ONE, "step": 3}]},
            "must be above the number of targets, 2",
        ),
        ({"calibration.scenario": "nowhere.toml"}, "nowhere.toml: no such file"),
        ({"factors": {}}, "factors: is required"),
        ({"factors": {"process.forgetting.rat": RANGE}}, "unknown key 'rat'; did you mean 'rate'?"),
        ({"factors": {RATE_PATH: {"low": -1.0, "high": 1.0}}}, "process.forgetting.rate = -"),
        ({"factors": {"run.steps": {"low": 60, "high": 70, "whole": True}}}, "targets are at fixed steps"),
        ({"target": {}}, "target: unknown table; known: calibration, factors, set"),
    ],
)
def test_wrong_input_is_said(changes: dict[str, Any], message: str) -> None:
    raw = tables()
    for path, value in changes.items():
        table, _, key = path.partition(".")
        raw[table] = {**raw[table], key: value} if key else value
    with pytest.raises(InputError) as error:
        calibration(raw)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("measure,valeu\nknown,1\n", "unknown column 'valeu'; did you mean 'value'?"),
        ("measure,value\nknown.invariant,much\n", "seen.csv[0].value = 'much': must be a number"),
        ("measure,value\nknown.invariant,\n", "seen.csv[0].value: is required"),
    ],
)
def test_wrong_tables_of_targets_are_said(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "seen.csv").write_text(text)
    with pytest.raises(InputError) as error:
        Calibration.from_file(write(tmp_path, tables(targets="seen.csv")))
    assert message in str(error.value)


def test_a_file_without_its_table_is_said() -> None:
    with pytest.raises(InputError, match="calibration: is required; a calibration file has a table"):
        Calibration.from_dict({"factors": {RATE_PATH: RANGE}})


def test_all_that_is_wrong_with_a_file_is_said_at_once() -> None:
    raw = tables(targets=[{**ONE, "measure": "knwon.invariant"}], trials=0, seed=-1) | {"target": {}}
    raw["factors"] = {"process.forgetting.rat": RANGE}
    with pytest.raises(InputError) as error:
        calibration(raw)
    places = [line.split(": ")[1].split(" = ")[0] for line in str(error.value).splitlines()]
    assert {*places} == {
        *("target", "calibration.trials", "calibration.seed", "calibration.targets[0].measure"),
        "process.forgetting.rat",
    }
    assert len(places) == 5


def test_the_error_of_an_observation_is_its_sd() -> None:
    assert calibration().observed.sds.tolist() == [SD] * 3
