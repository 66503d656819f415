"""The command society analyse on the study of a small sweep that was run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

import society
from society.analysis.shown import short_names
from society.results import Study
from tests.analysis.made import sweep
from tests.files import command, scenario_file

ARMS = {"fed": {"set": {"platform.feed.power": 0.5}}, "starved": {"set": {"platform.feed.power": 0.0}}}


def ran(folder: Path, factors: dict[str, list[float]], **settings: object) -> Path:
    """The folder of a sweep that was run."""
    with ThreadPoolExecutor(1) as executor:
        society.sweep(sweep(factors, **settings), out=folder, executor=executor)
    return folder


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three powers of the feed, three replicates."""
    factors = {"platform.feed.power": [0.0, 0.5, 1.0]}
    return ran(
        tmp_path_factory.mktemp("studies") / "grid", factors, design="grid", replicates=3, title="Three [powers]"
    )


class TestOutput:
    def test_it_says_what_it_is_about_and_where_the_tables_are(self, grid: Path) -> None:
        outcome = command("analyse", grid)
        lines = outcome.out.splitlines()
        assert (outcome.code, outcome.err) == (0, "")
        assert lines[0] == "Three [powers]"
        assert lines[-1] == f"Intervals are of level 0.95. Tables: {grid / 'analysis'}"

    def test_tables_are_those_of_the_call_in_python(self, grid: Path, tmp_path: Path) -> None:
        command("analyse", grid, "--out", tmp_path / "tables", "--level", "0.9", "--half-width", "0.1")
        analysis = society.analyse(Study.load(grid), level=0.9, half_width=0.1)
        assert len(analysis.effects) > 0
        for name, table in analysis.tables.items():
            if len(table):
                found = pd.read_csv(tmp_path / "tables" / f"{name}.csv", keep_default_na=False)
                assert found.shape == table.shape
        assert "needed" in pd.read_csv(tmp_path / "tables" / "power.csv")

    def test_quiet_prints_nothing_and_writes(self, grid: Path, tmp_path: Path) -> None:
        outcome = command("analyse", grid, "--quiet", "--out", tmp_path / "tables")
        assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
        assert (tmp_path / "tables" / "effects.csv").exists()

    def test_outcomes_are_chosen_by_name(self, grid: Path, tmp_path: Path) -> None:
        command("analyse", grid, "--outcome", "trait_sd.anger", "--outcome", "interest", "--out", tmp_path / "tables")
        assert set(pd.read_csv(tmp_path / "tables" / "variance.csv")["outcome"]) == {"trait_sd.anger", "interest"}

    def test_a_step_is_that_of_the_series(self, grid: Path, tmp_path: Path) -> None:
        study = Study.load(grid)
        step = sorted(study.series["step"].unique())[-2]
        command("analyse", grid, "--outcome", "interest", "--step", str(step), "--out", tmp_path / "tables")
        expected = study.series.query("step == @step")["interest"].mean()
        assert pd.read_csv(tmp_path / "tables" / "variance.csv")["mean"][0] == pytest.approx(expected)

    def test_what_is_taken_of_series_is_analysed_like_a_measure(self, grid: Path, tmp_path: Path) -> None:
        command("analyse", grid, "--outcome", "mean(interest, 1:)", "--out", tmp_path / "tables")
        series = Study.load(grid).series.query("step >= 1")
        expected = series.groupby("run_id")["interest"].mean().mean()
        assert pd.read_csv(tmp_path / "tables" / "variance.csv")["mean"][0] == pytest.approx(expected)

    def test_tables_for_latex_are_those_of_the_terminal(self, grid: Path, tmp_path: Path) -> None:
        outcome = command("analyse", grid, "--outcome", "interest", "--out", tmp_path / "x.tex")
        written = (tmp_path / "x.tex").read_text()
        titles = [line for line in outcome.out.splitlines() if f"\\caption{{{line}}}" in written and line]
        assert "Analysis of variance" in titles
        assert written.count("\\begin{tabular}") == len(titles)

    def test_arms_without_factors_are_compared(self, tmp_path: Path) -> None:
        folder = ran(tmp_path / "arms", {}, design="grid", replicates=3, arm=ARMS)
        outcome = command("analyse", folder)
        assert "Differences between arms" in outcome.out
        assert "starved − fed" in outcome.out


class TestWrongInput:
    def test_an_outcome_that_is_not_there(self, grid: Path) -> None:
        outcome = command("analyse", grid, "--outcome", "intrest")
        assert (outcome.code, outcome.err) == (2, f"{grid}: no outcome 'intrest'; did you mean 'interest'?\n")

    def test_a_folder_that_is_none(self, tmp_path: Path) -> None:
        outcome = command("analyse", tmp_path / "nothing")
        assert outcome.code == 2
        assert "is not a study folder" in outcome.err

    def test_a_single_run(self, tmp_path: Path) -> None:
        command("run", scenario_file(tmp_path), "--out", tmp_path / "one", "--quiet")
        outcome = command("analyse", tmp_path / "one")
        assert outcome.code == 2
        assert "holds one run; what varies between runs is analysed" in outcome.err

    def test_a_level_that_is_none(self, grid: Path) -> None:
        assert command("analyse", grid, "--level", "95").err == "level = 95.0: must be above 0 and below 1\n"


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["platform.feed.power", "run.steps"], ["feed.power", "run.steps"]),
        (["platform.feed.power", "process.feed.power"], ["platform.feed.power", "process.feed.power"]),
        (["graph", "a.graph.b"], ["graph", "graph.b"]),
        (["a.b", "x.a.b"], ["a.b", "x.a.b"]),
    ],
)
def test_factors_are_shortened_as_far_as_they_can_be_told_apart(paths: list[str], expected: list[str]) -> None:
    assert list(short_names(paths).values()) == expected
