"""The command `society twin`: what it prints, where it writes, and what it refuses."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from society.twin_study import TwinStudy
from tests.files import TALK, command, scenario_file, wait_until

WITHOUT = ("--without", "platform.feed")
LESS_TALK = ("--set", "process.exchange.contact=0.1")


def pairs(folder: Path, *words: str | Path) -> list[str]:
    """Lines that two pairs of the tiny society print."""
    outcome = command("twin", scenario_file(folder), *words, "--replicates", "2", "--out", folder / "out")
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.out.splitlines()


def test_it_says_what_is_compared_with_what(tmp_path: Path) -> None:
    assert pairs(tmp_path, *WITHOUT)[1] == "as it is, less its twin without platform.feed: 6 steps, seeds 1 to 2"


def test_it_says_where_the_results_are(tmp_path: Path) -> None:
    assert pairs(tmp_path, *WITHOUT)[-1] == f"results: {tmp_path / 'out'}"


def test_it_shows_both_sides_and_their_difference(tmp_path: Path) -> None:
    lines = pairs(tmp_path, *WITHOUT)
    cells = next(line.split() for line in lines if line.split()[:1] == ["interest"])
    table = TwinStudy.load(tmp_path / "out").differences().set_index("measure").loc["interest"]
    assert cells[1:4] == [f"{table[column]:.3f}" for column in ("original", "twin", "difference")]
    assert cells[4:] == [f"{table['low']:.3f}", "to", f"{table['high']:.3f}"]


def test_differences_that_are_all_equal_show_no_interval(tmp_path: Path) -> None:
    cells = next(line.split() for line in pairs(tmp_path, *WITHOUT) if line.split()[:1] == ["attention.feed"])
    assert cells[1:] == ["0.500", "0.000", "0.500", "–"]


def test_it_shows_capture_in_people(tmp_path: Path) -> None:
    lines = pairs(tmp_path, *WITHOUT)
    cells = next(line.split() for line in lines if line.split()[:2] == ["capture.feed", "everybody"])
    table = TwinStudy.load(tmp_path / "out").differences_by_use().set_index(["among", "measure"])
    row = table.loc[("everybody", "capture.feed")]
    assert cells[2:4] == ["20", f"{row['difference']:.3f}"]
    assert cells[-1] == f"{row['sd_over_people']:.3f}"


def test_it_says_what_the_intervals_are(tmp_path: Path) -> None:
    lines = pairs(tmp_path, *WITHOUT)
    assert "Intervals of 95 % are over the 2 pairs (Student's t)." in lines
    assert any(line.startswith("The sd is over people within a pair: it describes them") for line in lines)


def test_one_pair_shows_no_interval(tmp_path: Path) -> None:
    words = ["twin", scenario_file(tmp_path), *WITHOUT, "--replicates", "1", "--out", tmp_path / "out"]
    lines = command(*words).out.splitlines()
    assert "One pair has no intervals: ask for more (--replicates)." in lines
    assert not [line for line in lines if " to " in line]


def test_set_is_for_the_twin_alone(tmp_path: Path) -> None:
    assert "with platform.feed.power = 2.5" in pairs(tmp_path, "--set", "platform.feed.power=2.5")[1]
    study = TwinStudy.load(tmp_path / "out")
    powers = [(study.study(1, side).folder / "scenario.toml").read_text() for side in ("original", "twin")]
    assert ["power = 2.5" in text for text in powers] == [False, True]


def test_seed_and_steps_are_for_both(tmp_path: Path) -> None:
    pairs(tmp_path, *WITHOUT, "--seed", "40", "--steps", "3")
    study = TwinStudy.load(tmp_path / "out")
    assert study.seeds == [40, 41]
    assert [study.study(41, side).steps_done for side in ("original", "twin")] == [3, 3]


def test_several_things_may_lack(tmp_path: Path) -> None:
    lines = pairs(tmp_path, *WITHOUT, "--without", "process.landscape")
    assert lines[1].startswith("as it is, less its twin without platform.feed and process.landscape:")


def test_quiet_prints_nothing(tmp_path: Path) -> None:
    assert pairs(tmp_path, *WITHOUT, "--quiet") == []


def test_there_are_eight_pairs_unless_told_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = command("twin", scenario_file(tmp_path, base=TALK), *LESS_TALK, "--steps", "1")
    assert outcome.out.splitlines()[-1] == "results: results/tiny-twin"
    assert TwinStudy.load("results/tiny-twin").seeds == [1, 2, 3, 4, 5, 6, 7, 8]


def test_measures_named_in_the_file_are_those_shown(tmp_path: Path) -> None:
    path = scenario_file(tmp_path, {"record.measures": ["drift_work", "quadrants"]})
    lines = command("twin", path, *WITHOUT, "--replicates", "2", "--out", tmp_path / "out").out.splitlines()
    shown = {line.split(".")[0].strip() for line in lines}
    assert shown >= {"drift_work", "quadrants"}
    assert "attention" not in shown


def test_a_twin_with_nothing_in_common_leaves_nothing_to_show(tmp_path: Path) -> None:
    words = ["--without", "process.exchange", "--replicates", "1", "--out", tmp_path / "out"]
    outcome = command("twin", scenario_file(tmp_path, base=TALK), *words)
    assert (outcome.code, outcome.out.splitlines()[-1]) == (0, f"results: {tmp_path / 'out'}")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--without", "platform.fed"], "tiny.toml: without: no 'platform.fed' here; did you mean 'platform.feed'?"),
        ([], "tiny.toml: twin: nothing differs; say what it is without, such as platform.feed, or set a value"),
        (["--set", "run.seed=2"], "run.seed = 2: a society and its twin share it; change it for both, in the file"),
        (["--set", "platform.feed.power=-1"], "platform.feed.power = -1: must be at least 0"),
        (["--without", "process.ageing"], "tiny.toml: there is no twin without process.ageing"),
        ([*WITHOUT, "--replicates", "0"], "replicates = 0: must be at least 1"),
    ],
)
def test_wrong_input_is_said(tmp_path: Path, words: list[str], message: str) -> None:
    outcome = command("twin", scenario_file(tmp_path), *words, "--out", tmp_path / "out")
    assert outcome.code == 2
    assert message in outcome.err
    assert not (tmp_path / "out").exists()


def test_a_standing_study_is_replaced_only_by_force(tmp_path: Path) -> None:
    words = ["twin", scenario_file(tmp_path), *WITHOUT, "--replicates", "1", "--out", tmp_path / "out", "--quiet"]
    assert [command(*words).code, command(*words).code, command(*words, "--force").code] == [0, 2, 0]


def test_interrupted_it_keeps_the_pairs_that_are_done(tmp_path: Path) -> None:
    path = scenario_file(tmp_path, base=TALK)
    words = ["twin", path, *LESS_TALK, "--replicates", "100000", "--out", tmp_path / "out"]
    process = subprocess.Popen([sys.executable, "-m", "society", *map(str, words)], stderr=subprocess.PIPE, text=True)
    try:
        wait_until(lambda: len([*tmp_path.glob("out/pairs/*/people.parquet")]) > 1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    study = TwinStudy.load(tmp_path / "out")
    assert (process.returncode, study.status) == (130, "interrupted")
    assert err.splitlines()[0] == f"{path}: interrupted"
    assert err.splitlines()[-1].startswith(f"kept {len(study.seeds)} of 100000 pairs in {tmp_path / 'out'}; ")
    assert study.differences()["pairs"].min() == len(study.seeds) > 1
