"""The command `society calibrate`: what it prints, writes and refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomli_w

from society.calibration import CalibrationStudy
from tests.calibration.forgetters import FORGETTERS, RATE_PATH, tables
from tests.files import command, laid


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A calibration of 8 trials."""
    (tmp_path / "forgetters.toml").write_text(tomli_w.dumps(FORGETTERS))
    raw = laid(
        tables(trials=8, replicates=2), {"calibration.scenario": "forgetters.toml", "calibration.title": "Oblivion"}
    )
    (tmp_path / "cal.toml").write_text(tomli_w.dumps(raw))
    return tmp_path / "cal.toml"


def test_it_prints_the_best_point_and_goes_on_in_the_folder(file: Path, tmp_path: Path) -> None:
    outcome = command("calibrate", file, "--out", tmp_path / "out", "--workers", "1", "--figures", "svg")
    assert (outcome.code, outcome.err) == (0, "")
    study, lines = CalibrationStudy.load(tmp_path / "out"), outcome.out.splitlines()
    assert lines[:2] == ["Oblivion", "8 trials (tpe) and 0 along the factors, of 2 societies each, seed 7"]
    cells = next(line.split() for line in lines if line.split()[:1] == [RATE_PATH])
    assert cells[1] == f"{study.best[RATE_PATH]:.4g}"
    assert {path.name for path in (tmp_path / "out" / "figures").iterdir()} == {
        "distance_by_parameter.svg",
        "distance_by_trial.svg",
    }
    refused = command("resume", tmp_path / "out")
    assert (refused.code, "society calibrate goes on with it" in refused.err) == (2, True)
    again = command("calibrate", tmp_path / "out", "--trials", "9", "--workers", "1", "--quiet")
    assert (again.code, again.out) == (0, "")
    assert CalibrationStudy.load(tmp_path / "out").n_searched == 9


def test_a_target_that_results_lack_is_refused_by_validate_too(file: Path) -> None:
    assert command("validate", file).code == 0
    file.write_text(file.read_text().replace("known.invariant", "known.invarant"))
    outcome = command("validate", file)
    assert (outcome.code, outcome.out) == (2, "")
    assert "'known.invarant' is not in the results; did you mean 'known.invariant'?" in one_line(outcome.err)


def test_trials_that_failed_show_in_the_exit_code_and_there_is_no_best_point(file: Path, tmp_path: Path) -> None:
    words = ("--out", tmp_path / "out", "--trials", "2", "--workers", "1", "--timeout", "1e-9")
    outcome = command("calibrate", file, *words)
    assert outcome.code == 1
    assert "2 of 2 trials failed and count for nothing; the first: took longer than 1e-09 s" in one_line(outcome.out)
    assert outcome.out.splitlines()[-1] == f"results: {tmp_path / 'out'}"


def test_a_second_calibration_says_that_the_first_stays(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first, second = (command("calibrate", file, "--trials", "1", "--workers", "1").out.splitlines() for _ in range(2))
    assert (first[0], first[-1].split()[1]) == ("Oblivion", "results/cal")
    said = "note: results/cal stays as it is, and a new folder is made (society calibrate results/cal goes on there)"
    assert (second[0], second[-1].split()[1]) == (said, "results/cal-2")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--trials", "0"], "trials = 0: must be at least 1"),
        (["--figures", "gif"], "--figures = 'gif': must be one of png, svg, pdf"),
    ],
)
def test_wrong_input_is_said(file: Path, tmp_path: Path, words: list[str], message: str) -> None:
    outcome = command("calibrate", file, "--out", tmp_path / "out", *words)
    assert outcome.code == 2
    assert message in outcome.err
    assert not (tmp_path / "out").exists()


def test_a_folder_of_something_else_is_said(tmp_path: Path) -> None:
    assert "is not a study folder" in command("calibrate", tmp_path).err


def test_a_folder_is_gone_on_with_where_it_is(file: Path, tmp_path: Path) -> None:
    command("calibrate", file, "--out", tmp_path / "out", "--trials", "1", "--workers", "1")
    outcome = command("calibrate", tmp_path / "out", "--out", tmp_path / "other")
    assert "is gone on with, and cannot go elsewhere" in outcome.err
