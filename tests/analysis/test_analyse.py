"""society.analyse on studies of every design: which tables there are, what is left out, and what is said of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import society
from society.errors import InputError
from tests.analysis.made import Made, sweep

POWER, AGE, KIND = "platform.feed.power", "population.age_high", "platform.feed.enabled"
RANGES = {POWER: {"low": 0.0, "high": 1.0}, AGE: {"low": 20.0, "high": 60.0}}
LEVELS = {POWER: [0.0, 0.5, 1.0], AGE: [30.0, 40.0]}


def outcomes(design: pd.DataFrame) -> pd.DataFrame:
    """One that rises by 2 over power, one of noise alone, one that never changes and one that no run has."""
    noise = np.random.default_rng(5).normal(0, 1, (2, len(design)))
    power = design[POWER].astype("f8") if POWER in design else 0.0
    return pd.DataFrame({
        "capture.feed": 2 * power + 0.1 * noise[0], "mood": noise[1], "known": 0.5, "gain": np.nan
    })  # fmt: skip


def made(folder: Path, factors: Any = None, **settings: Any) -> Made:
    return Made(sweep(LEVELS if factors is None else factors, **settings), outcomes, folder)


class TestWhichTables:
    @pytest.mark.parametrize(
        ("settings", "indices"),
        [
            ({"design": "sobol", "samples": 64}, {"S1", "ST"}),
            ({"design": "sobol", "samples": 64, "second_order": True}, {"S1", "ST", "S2"}),
            ({"design": "morris", "samples": 8}, {"mu_star", "mu", "sigma"}),
            ({"design": "lhs", "samples": 40}, {"PRCC", "SRC", "R2"}),
            ({"design": "random", "samples": 40}, {"PRCC", "SRC", "R2"}),
        ],
    )
    def test_a_sample_has_indices_that_find_the_factor_that_matters(
        self, tmp_path: Path, settings: dict[str, Any], indices: set[str]
    ) -> None:
        analysis = society.analyse(made(tmp_path, RANGES, replicates=3, **settings))
        assert set(analysis.indices["index"]) == indices
        main = analysis.indices[analysis.indices["outcome"] == "capture.feed"]
        first = main[main["index"] == main["index"].iloc[0]].set_index("factor")["estimate"].abs()
        assert first[POWER] > 0.9
        assert first[AGE] < 0.3

    def test_a_grid_has_effects_means_and_contrasts(self, tmp_path: Path) -> None:
        analysis = society.analyse(made(tmp_path, design="grid", replicates=4))
        assert analysis.indices.empty
        assert set(analysis.effects["source"]) >= {POWER, AGE, f"{POWER} × {AGE}", "seeds", "residual", "total"}
        assert analysis.means.query("outcome == 'capture.feed' and factor == @POWER")[
            "mean"
        ].to_list() == pytest.approx([0, 1, 2], abs=0.15)
        assert len(analysis.contrasts) == 2 * (2 + 1)

    def test_a_list_has_both_and_its_rows_are_the_levels(self, tmp_path: Path) -> None:
        rows = [{POWER: n / 9, AGE: float(20 + (7 * n) % 10)} for n in range(10)]
        analysis = society.analyse(made(tmp_path, {}, design="list", rows=rows, replicates=2))
        assert set(analysis.indices["index"]) == {"PRCC", "SRC", "R2"}
        assert set(analysis.means["factor"]) == {f"{POWER} & {AGE}"}

    def test_factors_of_a_zip_cannot_be_told_apart(self, tmp_path: Path) -> None:
        study = made(tmp_path, {POWER: [0.0, 1.0], AGE: [30.0, 40.0]}, design="zip", replicates=3)
        analysis = society.analyse(study)
        assert list(analysis.means["level"].unique()) == ["0.0 & 30.0", "1.0 & 40.0"]

    def test_each_arm_is_analysed_for_itself_and_arms_are_compared(self, tmp_path: Path) -> None:
        arms = {"young": {"set": {"population.age_low": 10.0}}, "old": {"set": {"population.age_low": 15.0}}}
        analysis = society.analyse(made(tmp_path, design="grid", replicates=4, arm=arms))
        assert set(analysis.variance["arm"]) == {"young", "old"}
        between = analysis.contrasts[analysis.contrasts["factor"] == "arm"]
        assert between[["outcome", "a", "b"]].to_numpy().tolist() == [
            ["capture.feed", "old", "young"], ["mood", "old", "young"]
        ]  # fmt: skip
        assert "old − young" in set(analysis.power["quantity"])

    def test_a_sample_of_one_replicate_compares_arms_over_points(self, tmp_path: Path) -> None:
        arms = {"young": {"set": {"population.age_low": 10.0}}, "old": {"set": {"population.age_low": 15.0}}}
        analysis = society.analyse(made(tmp_path, RANGES, design="lhs", samples=40, arm=arms))
        assert (analysis.contrasts["over"] == "points").all()
        assert np.isfinite(analysis.contrasts["low"]).all()


class TestWhatIsLeftOut:
    def test_constant_and_absent_outcomes_are_named(self, tmp_path: Path) -> None:
        analysis = society.analyse(made(tmp_path, design="grid", replicates=2))
        assert "the same in all runs, left out: known" in analysis.notes
        assert "in no run, left out: gain" in analysis.notes
        assert set(analysis.variance["outcome"]) == {"capture.feed", "mood"}

    def test_failed_and_missing_runs_are_counted(self, tmp_path: Path) -> None:
        study = made(tmp_path, design="grid", replicates=4)
        study.fail([0, 5])
        study.fail([7], status="missing")
        analysis = society.analyse(study)
        assert analysis.notes[0] == "2 of 24 runs failed and 1 are missing; they are left out"
        assert (analysis.variance["n_runs"] == 21).all()

    def test_what_a_failed_run_left_behind_does_not_count(self, tmp_path: Path) -> None:
        study = made(tmp_path, design="grid", replicates=4)
        study._runs.loc[3, "capture.feed"] = 1e9
        study.fail([3])
        assert society.analyse(study).variance["mean"].max() < 2

    @pytest.mark.parametrize(("samples", "is_said"), [(4, True), (256, False)])
    def test_too_few_samples_of_sobol_are_said(self, samples: int, is_said: bool, tmp_path: Path) -> None:
        notes = society.analyse(made(tmp_path, RANGES, design="sobol", samples=samples)).notes
        assert any("take more samples" in note for note in notes) == is_said

    def test_blocks_of_sobol_that_lack_a_point_are_counted(self, tmp_path: Path) -> None:
        study = made(tmp_path, RANGES, design="sobol", samples=64)
        study.fail([0, 1, 17])
        assert any(
            note.startswith("2 blocks of the sobol design lack a point") for note in society.analyse(study).notes
        )

    def test_trajectories_of_morris_that_lack_a_point_are_counted(self, tmp_path: Path) -> None:
        study = made(tmp_path, RANGES, design="morris", samples=8)
        study.fail([4])
        assert any(note.startswith("1 trajectories of the morris") for note in society.analyse(study).notes)

    def test_options_have_no_rank(self, tmp_path: Path) -> None:
        target = {"options": {"calm": {"anger": 0.0}, "angry": {"anger": 1.0}}}
        study = made(tmp_path, {**RANGES, "platform.feed.target": target}, design="lhs", samples=40)
        analysis = society.analyse(study)
        assert "no order, left out of correlation and regression: platform.feed.target" in analysis.notes
        assert set(analysis.indices["factor"]) == {POWER, AGE, ""}

    def test_options_enter_sobol_and_morris(self, tmp_path: Path) -> None:
        target = {"options": {"calm": {"anger": 0.0}, "angry": {"anger": 1.0}}}
        for settings in ({"design": "sobol", "samples": 64}, {"design": "morris", "samples": 8}):
            study = made(tmp_path, {**RANGES, "platform.feed.target": target}, **settings)
            assert "platform.feed.target" in set(society.analyse(study).indices["factor"])

    def test_true_and_false_have_ranks(self, tmp_path: Path) -> None:
        rows = [{POWER: n / 11, KIND: n % 3 == 0} for n in range(12)]
        assert {POWER, KIND} <= set(society.analyse(made(tmp_path, {}, design="list", rows=rows)).indices["factor"])

    def test_too_few_points_are_said_to_be(self, tmp_path: Path) -> None:
        analysis = society.analyse(made(tmp_path, RANGES, design="lhs", samples=4, replicates=2))
        assert any(note.startswith("4 points are too few to correlate 2 factors") for note in analysis.notes)

    def test_one_replicate_is_said_to_hide_noise(self, tmp_path: Path) -> None:
        analysis = society.analyse(made(tmp_path, design="grid"))
        assert any(note.startswith("one replicate: noise cannot be told") for note in analysis.notes)
        assert analysis.power.empty


class TestChoice:
    def test_of_outcomes(self, tmp_path: Path) -> None:
        analysis = society.analyse(made(tmp_path, design="grid", replicates=2), ["mood"])
        assert set(analysis.variance["outcome"]) == {"mood"}

    def test_of_a_step(self, tmp_path: Path) -> None:
        study = made(tmp_path, design="grid", replicates=2)
        last, earlier = (society.analyse(study, ["mood"], step=step).variance["mean"][0] for step in (6, 4))
        assert earlier == pytest.approx(10 * last)

    def test_of_a_half_width(self, tmp_path: Path) -> None:
        """Noise of sd 1 and half-width 0.5 need about (1.96 / 0.5)² = 15.4 replicates, two more for t."""
        study = made(tmp_path, design="grid", replicates=40)
        needed = society.analyse(study, ["mood"], half_width=0.5).power.set_index("quantity").loc["mean", "needed"]
        assert 14 <= needed <= 22

    def test_of_a_level(self, tmp_path: Path) -> None:
        study = made(tmp_path, design="grid", replicates=4)
        wide, narrow = (society.analyse(study, level=level).means for level in (0.99, 0.5))
        assert (wide["high"] > narrow["high"]).all()


class TestWrongInput:
    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({"outcomes": ["capture.fed"]}, "no outcome 'capture.fed'; did you mean 'capture.feed'?"),
            ({"step": 5}, "step = 5: was not recorded in .*; nearest: 4, 6"),
            ({"level": 1.0}, "level = 1.0: must be above 0 and below 1"),
            ({"half_width": 0.0}, "half_width = 0.0: must be a number above 0"),
            ({"outcomes": ["known"]}, "no outcome varies over the runs that are done"),
        ],
    )
    def test_it_is_refused_in_words(self, tmp_path: Path, options: dict[str, Any], said: str) -> None:
        with pytest.raises(InputError, match=said):
            society.analyse(made(tmp_path, design="grid", replicates=2), **options)

    def test_no_run_that_is_done(self, tmp_path: Path) -> None:
        study = made(tmp_path, design="grid")
        study.fail(slice(None), status="missing")
        with pytest.raises(InputError, match="none of its 6 runs is done"):
            society.analyse(study)


class TestWrite:
    def test_each_table_is_a_file_that_reads_back(self, tmp_path: Path) -> None:
        analysis = society.analyse(made(tmp_path, design="grid", replicates=3))
        folder = analysis.write()
        assert folder == tmp_path / "analysis"
        assert {path.name for path in folder.iterdir()} == {
            "variance.csv", "effects.csv", "means.csv", "contrasts.csv", "power.csv", "notes.txt"
        }  # fmt: skip
        assert np.allclose(pd.read_csv(folder / "means.csv")["mean"], analysis.means["mean"])

    def test_files_of_an_earlier_analysis_do_not_stay(self, tmp_path: Path) -> None:
        society.analyse(made(tmp_path, design="grid", replicates=3)).write()
        society.analyse(made(tmp_path, RANGES, design="lhs", samples=40)).write()
        assert not (tmp_path / "analysis" / "effects.csv").exists()

    def test_a_folder_that_cannot_be_written_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(InputError, match="file/tables: cannot be written"):
            society.analyse(made(tmp_path, design="grid", replicates=2)).write(tmp_path / "file" / "tables")


def test_the_same_study_gives_the_same_tables(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"design": "sobol", "samples": 16, "replicates": 2}
    one, other = (society.analyse(made(tmp_path, RANGES, **settings)).indices for _ in range(2))
    assert one.equals(other)


class TestEqualPoints:
    """Samples of factors with few levels: two times three points, however many rows."""

    def test_rows_that_are_the_same_runs_count_once(self, tmp_path: Path) -> None:
        study = made(tmp_path, design="lhs", samples=24, replicates=2)
        analysis = society.analyse(study)
        n = int(study.design.groupby([POWER, AGE]).ngroups)
        assert (analysis.variance["n_points"] == n).all()
        assert f"{24 - n} of 24 points are the same as others, with the same runs: each counts once" in analysis.notes

    def test_in_blocks_they_keep_their_place_and_it_is_said(self, tmp_path: Path) -> None:
        study = made(tmp_path, design="sobol", samples=8, replicates=2)
        n_rows, n = study.design["row"].nunique(), int(study.design.groupby([POWER, AGE]).ngroups)
        analysis = society.analyse(study)
        assert (analysis.variance["n_points"] == n_rows).all()
        said = f"{n_rows - n} of {n_rows} points are the same as others, with the same runs"
        assert f"{said}: intervals take no account of the noise that these share" in analysis.notes
