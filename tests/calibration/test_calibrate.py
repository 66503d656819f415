"""society.calibrate: known parameters are found, what targets leave open stays open, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import tomli_w

import society
from society import PROCESSES, CalibrationStudy, InputError, Process, Scenario, calibrate
from society.sweeps import worker
from tests.calibration import forgetters
from tests.calibration.forgetters import (
    FORGETTERS,
    IDLE_PATH,
    N_PEOPLE,
    RANGE,
    RATE,
    RATE_PATH,
    calibration,
    known_after,
    tables,
)
from tests.files import laid, wait_until
from tests.sweeps.forked import Forked

N_REPLICATES = 4


def standard_error_of_rate(n_replicates: int) -> float:
    """That of the least-squares estimate of the rate from independent shares: 1 / √Σ (t e^(−r t) / s)²."""
    information = 0.0
    for step in forgetters.STEPS:
        p = known_after(step)
        information += (step / 52 * p) ** 2 / (forgetters.SD**2 + p * (1 - p) / (n_replicates * forgetters.N_PEOPLE))
    return float(1 / np.sqrt(information))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> CalibrationStudy:
    """Thirty trials that vary the rate and something that makes no difference."""
    raw = tables(trials=30, replicates=N_REPLICATES, slices=9) | {
        "factors": {RATE_PATH: RANGE, IDLE_PATH: {"low": 0.0, "high": 2.0}}
    }
    return calibrate(calibration(raw), out=tmp_path_factory.mktemp("calibrate") / "out", workers=1)


def test_the_rate_is_found(found: CalibrationStudy) -> None:
    assert abs(float(found.best[RATE_PATH]) - RATE) < 4 * standard_error_of_rate(N_REPLICATES)


def test_trials_about_as_good_as_the_best_are_near_the_truth(found: CalibrationStudy) -> None:
    row = found.identifiability.set_index("factor").loc[RATE_PATH]
    margin = 6 * standard_error_of_rate(N_REPLICATES)  # 1.96 for the limit of the profile, and 4 for the best
    assert RATE - margin < row["low"] <= row["best"] <= row["high"] < RATE + margin
    assert row["share"] < 0.2
    assert row["verdict"] == "determined"


def test_what_makes_no_difference_stays_open(found: CalibrationStudy) -> None:
    row = found.identifiability.set_index("factor").loc[IDLE_PATH]
    assert (row["low"], row["high"], row["share"], row["verdict"]) == (0.0, 2.0, 1.0, "open")
    assert f"{IDLE_PATH} is not determined by these targets" in "\n".join(found.notes)


def test_slices_go_along_each_factor_through_the_best_point_of_the_search(found: CalibrationStudy) -> None:
    searched, sliced = (found.trials[found.trials["phase"] == phase] for phase in ("search", "slice"))
    best = searched.loc[searched["distance"].idxmin()]
    assert len(sliced) == 18
    assert sliced[RATE_PATH][:9].tolist() == pytest.approx(np.geomspace(0.1, 10.0, 9).tolist())
    assert (sliced[IDLE_PATH][:9] == best[IDLE_PATH]).all()
    assert sliced[IDLE_PATH][9:].tolist() == pytest.approx(np.linspace(0.0, 2.0, 9).tolist())
    assert (sliced[RATE_PATH][9:] == best[RATE_PATH]).all()


def test_the_best_scenario_gives_what_the_trial_says(found: CalibrationStudy, tmp_path: Path) -> None:
    best = Scenario.from_file(found.folder / "best.toml")
    assert best.digest() == found.scenario().digest()
    last = [
        society.run(best.replace({"run.seed": 7 + r, "run.steps": 52}), out=tmp_path / str(r)).series
        for r in range(N_REPLICATES)
    ]
    assert np.mean([series["known.invariant"].iloc[-1] for series in last]) == found.targets["simulated"].iloc[-1]


def test_tables_say_what_the_study_says(found: CalibrationStudy) -> None:
    kept = pd.read_csv(found.folder / "trials.csv")
    assert kept["distance"].tolist() == found.trials["distance"].tolist()
    assert kept["distance"].min() == found.best["distance"]
    assert pd.read_csv(found.folder / "fit.csv")["z"].tolist() == found.targets["z"].tolist()
    assert (found.folder / "calibration_notes.txt").read_text().splitlines() == found.notes


def same_trials(a: CalibrationStudy, b: CalibrationStudy) -> bool:
    frames = [study.trials.drop(columns="seconds") for study in (a, b)]
    return frames[0].equals(frames[1])


def test_trials_do_not_depend_on_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker.subprocess, "Popen", Forked)
    settings = calibration(trials=5, batch=2, replicates=2)
    one = calibrate(settings, out=tmp_path / "one", workers=1)
    assert same_trials(one, calibrate(settings, out=tmp_path / "two", workers=2))


def test_a_calibration_that_is_done_has_nothing_left_to_do(tmp_path: Path) -> None:
    study = calibrate(calibration(trials=2, slices=3), out=tmp_path / "out", workers=1)
    journal = (tmp_path / "out" / "journal" / "trials.jsonl").read_text()
    assert same_trials(study, calibrate(tmp_path / "out", workers=1))
    assert (tmp_path / "out" / "journal" / "trials.jsonl").read_text() == journal


def test_a_calibration_goes_on_to_more_trials_as_if_never_ended(tmp_path: Path) -> None:
    calibrate(calibration(trials=13, batch=3, replicates=2), out=tmp_path / "short", workers=1)
    longer = calibrate(tmp_path / "short", trials=17, workers=1)
    assert len(longer.trials) == 17
    assert same_trials(
        longer, calibrate(calibration(trials=17, batch=3, replicates=2), out=tmp_path / "long", workers=1)
    )


def test_trials_that_fail_are_counted_and_the_rest_goes_on(tmp_path: Path) -> None:
    odd = {"kind": "networkx", "generator": "random_regular_graph", "arguments": {"d": 3}}  # 3 × 201 is odd
    graphs = {"alone": FORGETTERS["graph"], "odd": odd}
    raw = tables(trials=8, replicates=2) | {
        "set": {"population.n_agents": 201, "meme.joke.first_holders": 201},
        "factors": {RATE_PATH: RANGE, "graph": {"options": graphs}},
    }
    study = calibrate(calibration(raw), out=tmp_path / "out", workers=1)
    failed = study.trials[study.trials["graph"] == "odd"]
    assert 0 < study.n_failed == len(failed) < 8
    assert (failed["status"] == "failed").all()
    assert study.best["graph"] == "alone"
    assert study.notes[0].startswith(f"{study.n_failed} of 8 trials failed and count for nothing; the first: ")


def test_by_likelihood_the_rate_is_found_too(tmp_path: Path) -> None:
    settings = calibration(distance="likelihood", trials=20, replicates=6)
    study = calibrate(settings, out=tmp_path / "out", workers=1)
    one_society = standard_error_of_rate(1)  # the spread of single societies is what the likelihood allows for
    assert abs(float(study.best[RATE_PATH]) - RATE) < 4 * one_society


NOISY = "the standard error of the best trial is larger than the sd of the target"


@pytest.mark.parametrize(("sd", "distance", "is_said"), [(1e-6, "chi_square", True), (0.5, "chi_square", False),
                                                         (1e-6, "likelihood", False)])  # fmt: skip
def test_noise_above_the_error_of_a_target_is_said_where_it_makes_points_better(
    tmp_path: Path, sd: float, distance: str, is_said: bool
) -> None:
    targets = [{"measure": "known.invariant", "step": 13, "value": known_after(13), "sd": sd}]
    settings = calibration(targets=targets, trials=3, replicates=3, distance=distance)
    study = calibrate(settings, out=tmp_path / "out", workers=1)
    assert any(NOISY in note and "known.invariant at step 13" in note for note in study.notes) == is_said


def test_targets_that_cannot_be_met_are_said_not_to_be_and_by_how_much(tmp_path: Path) -> None:
    """A share of one half at all steps: a rate that meets it at one is too high or too low at the others."""
    targets = [{"measure": "known.invariant", "step": step, "value": 0.5, "sd": 0.01} for step in forgetters.STEPS]
    study = calibrate(calibration(targets=targets, trials=15), out=tmp_path / "out", workers=1)
    place = [note.startswith("No point tried meets all targets (χ² = ") for note in study.notes].index(True)
    missed, ranges = study.notes[place + 1 : place + 3]
    for row in study.targets.to_dict("records"):
        said = f"known.invariant at step {row['step']} ({row['simulated']:.4g} simulated, 0.5 observed: "
        said += f"{abs(row['z']):.3g} s too {'high' if row['simulated'] > 0.5 else 'low'})"
        assert (said in missed) == (abs(row["z"]) >= 2)
    assert ranges == "Parameters of points that do not fit are no estimates, however narrow their ranges."
    assert {*study.identifiability["verdict"]} == {"no point fits"}


def test_one_target_out_of_reach_of_one_parameter_is_missed_too(tmp_path: Path) -> None:
    targets = [{"measure": "known.invariant", "step": 13, "value": 1.5, "sd": 0.01}]
    study = calibrate(calibration(targets=targets, trials=3), out=tmp_path / "out", workers=1)
    assert study.fit.freedom == 1
    assert any(note.startswith("The best misses known.invariant at step 13 (") for note in study.notes)


def test_a_few_trials_about_as_good_identify_nothing(tmp_path: Path) -> None:
    study = calibrate(calibration(trials=2, sampler="random"), out=tmp_path / "out", workers=1)
    table = study.identifiability
    assert int(table["trials"][0]) < 5
    assert table["verdict"][0] != "determined"


def test_a_best_value_at_the_edge_of_its_range_is_said_to_be(tmp_path: Path) -> None:
    raw = tables(trials=30) | {"factors": {RATE_PATH: {"low": 3.0, "high": 10.0}}}
    study = calibrate(calibration(raw), out=tmp_path / "out", workers=1)
    assert any("is at the edge of its range" in note for note in study.notes)


def test_a_factor_that_the_targets_bound_from_one_side_is_not_determined(tmp_path: Path) -> None:
    nearly_none = [{"measure": "known.invariant", "step": 52, "value": 0.0, "sd": 0.05}]
    raw = tables(trials=20, slices=9, targets=nearly_none)  # e^−r ≤ √3.84 · 0.05 from r = 2.3 on, whatever lies above
    study = calibrate(
        calibration(raw | {"factors": {RATE_PATH: {"low": 0.1, "high": 10.0}}}), out=tmp_path / "out", workers=1
    )
    row = study.identifiability.set_index("factor").loc[RATE_PATH]
    assert row["high"] == 10.0
    assert row["share"] < 0.8
    assert row["verdict"] == "open above"
    assert f"{RATE_PATH} is bounded by these targets from below only" in "\n".join(study.notes)


def test_a_measure_that_the_society_lacks_is_said_before_anything_is_written(tmp_path: Path) -> None:
    settings = calibration(targets=[{"measure": "wealth", "value": 1.0, "sd": 1.0}])
    with pytest.raises(InputError, match="wealth"):
        calibrate(settings, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_columns_that_no_measure_has_are_said_before_the_first_trial_all_at_once(tmp_path: Path) -> None:
    names = ("known.invarient", "known.invariants")
    settings = calibration(targets=[{"measure": name, "value": 1.0, "sd": 1.0} for name in names], trials=1)
    with pytest.raises(InputError) as error:
        calibrate(settings, out=tmp_path / "out", workers=1)
    said = "is not in the results; did you mean 'known.invariant'?"
    assert str(error.value).splitlines() == [f"calibration: calibration.targets: {name!r} {said}" for name in names]
    assert not (tmp_path / "out").exists()


def test_a_column_that_only_another_level_has_is_a_target(tmp_path: Path) -> None:
    kinds = {kind: {"kind": kind, "first_holders": N_PEOPLE} for kind in ("invariant", "cooperative")}
    targets = [{"measure": "known.cooperative", "step": 13, "value": 0.7, "sd": 0.1}]
    raw = tables(targets=targets, trials=6, replicates=2) | {"factors": {"meme.joke": {"options": kinds}}}
    study = calibrate(calibration(raw), out=tmp_path / "out", workers=1)
    by_kind = study.trials.groupby("meme.joke")["status"].agg(set).to_dict()
    assert by_kind == {"cooperative": {"done"}, "invariant": {"failed"}}


LONG: dict[str, Any] = {"trials": 40, "replicates": 2, "slices": 3}
BEGIN = "import sys, society; society.calibrate(sys.argv[1], out=sys.argv[2], workers=1)"


def test_killed_and_gone_on_with_it_comes_to_the_same_as_undisturbed(tmp_path: Path) -> None:
    (tmp_path / "forgetters.toml").write_text(tomli_w.dumps(FORGETTERS))
    raw = laid(tables(**LONG), {"calibration.scenario": "forgetters.toml"})
    (tmp_path / "cal.toml").write_text(tomli_w.dumps(raw))
    journal = tmp_path / "out" / "journal" / "trials.jsonl"
    process = subprocess.Popen([sys.executable, "-c", BEGIN, tmp_path / "cal.toml", tmp_path / "out"])
    try:
        wait_until(lambda: journal.exists() and len(journal.read_text().splitlines()) > 3)
    finally:
        process.kill()
        process.wait()
    killed = CalibrationStudy.load(tmp_path / "out")
    assert killed.status == "killed"
    assert 3 < len(killed.trials) < 43
    with journal.open("a") as file:
        file.write('{"trial": 4, "po')  # a line torn by the kill
    again = calibrate(tmp_path / "out", workers=1, accept_changes=True)  # tests add processes of their own
    assert (again.status, len(again.manifest["history"])) == ("done", 2)
    assert same_trials(again, calibrate(tmp_path / "cal.toml", out=tmp_path / "whole", workers=1))


@pytest.mark.parametrize("n_kept", [2, 7, 10])
def test_interrupted_within_a_batch_it_keeps_each_trial_and_goes_on_to_the_same(tmp_path: Path, n_kept: int) -> None:
    """In the search (of eight, four at once) and in the slices."""
    settings = calibration(trials=8, batch=4, replicates=2, slices=5)

    def interrupt(n_done: int, n_all: int, best: float) -> None:
        if n_done == n_kept:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        calibrate(settings, out=tmp_path / "out", workers=1, progress=interrupt)
    assert len(CalibrationStudy.load(tmp_path / "out").trials) == n_kept
    again = calibrate(tmp_path / "out", workers=1)
    assert same_trials(again, calibrate(settings, out=tmp_path / "whole", workers=1))


def test_trials_that_were_done_in_any_order_go_on_to_the_same(tmp_path: Path) -> None:
    """Of a batch, and of slices, those that were being done when somebody stopped are missing in the middle."""
    settings = calibration(trials=8, batch=4, replicates=2, slices=5)
    whole = calibrate(settings, out=tmp_path / "out", workers=1)
    journal = tmp_path / "out" / "journal" / "trials.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join(line for place, line in enumerate(lines) if place not in (4, 5, 9, 11)))
    assert same_trials(calibrate(tmp_path / "out", workers=1), whole)


class Stuck(Process):
    """Hangs in every step of a society with many people."""

    kind = "stuck"

    def step(self, model: Any) -> None:
        """Take a while."""
        if model.n_agents > 20:
            time.sleep(0.2)


def test_a_trial_that_takes_too_long_fails_and_the_others_are_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PROCESSES, "stuck", Stuck)
    sizes = {name: {**FORGETTERS["population"], "n_agents": n} for name, n in (("few", 20), ("many", 40))}
    raw = laid(tables(trials=6, replicates=2), {"set": {"meme.joke.first_holders": 20, "process.stuck": {}}})
    settings = calibration(raw | {"factors": {"population": {"options": sizes}}})
    study = calibrate(settings, out=tmp_path / "out", workers=1, timeout=0.1)
    by_size = study.trials.groupby("population")["status"].agg(set).to_dict()
    assert by_size == {"few": {"done"}, "many": {"failed"}}
    assert study.trials["error"].dropna().iloc[0].startswith("took longer than 0.1 s: stopped at step ")


def test_interrupted_it_keeps_what_is_done_as_tables_too(tmp_path: Path) -> None:
    def interrupt(n_done: int, n_all: int, best: float) -> None:
        if n_done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as error:
        calibrate(calibration(), out=tmp_path / "out", workers=1, progress=interrupt)
    assert error.value.__notes__ == [f"trials that are done are kept; society calibrate {tmp_path / 'out'} goes on"]
    assert CalibrationStudy.load(tmp_path / "out").status == "interrupted"
    assert len(pd.read_csv(tmp_path / "out" / "trials.csv")) == 3
    kept = (tmp_path / "out" / "calibration_notes.txt").read_text()
    assert kept.startswith("3 of 30 trials are done: society calibrate ")


def test_changed_code_is_refused_unless_accepted_and_then_kept(tmp_path: Path) -> None:
    calibrate(calibration(trials=2), out=tmp_path / "out", workers=1)
    manifest = tmp_path / "out" / "manifest.json"
    manifest.write_text(
        manifest.read_text().replace(society.CalibrationStudy.load(tmp_path / "out").manifest["code_digest"], "0" * 64)
    )
    with pytest.raises(InputError, match="--accept-changes"):
        calibrate(tmp_path / "out", trials=3, workers=1)
    study = calibrate(tmp_path / "out", trials=3, workers=1, accept_changes=True)
    assert (len(study.trials), len(study.manifest["history"][-1]["changes"])) == (3, 1)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"trials": 0}, "trials = 0: must be at least 1"),
        ({"workers": 0}, "workers = 0: must be at least 1"),
        ({"timeout": 0.0}, "timeout = 0.0: must be above 0 seconds"),
    ],
)
def test_wrong_input_is_said(tmp_path: Path, how: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        calibrate(calibration(), out=tmp_path / "out", **how)
    assert not (tmp_path / "out").exists()


def test_a_standing_folder_is_replaced_only_by_force(tmp_path: Path) -> None:
    calibrate(calibration(trials=1), out=tmp_path / "out", workers=1)
    with pytest.raises(InputError, match="already exists"):
        calibrate(calibration(trials=1), out=tmp_path / "out", workers=1)
    assert len(calibrate(calibration(trials=2), out=tmp_path / "out", workers=1, force=True).trials) == 2


def test_fewer_trials_than_are_done_are_refused(tmp_path: Path) -> None:
    calibrate(calibration(trials=3), out=tmp_path / "out", workers=1)
    with pytest.raises(InputError, match="trials = 2: 3 are done already"):
        calibrate(tmp_path / "out", trials=2, workers=1)
