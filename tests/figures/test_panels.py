"""Figures of runs: what is drawn is what the frames say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from society.figures import distribution_figure, effects_figure, heat_map, run_figure, series_figure
from society.figures.effects import is_logarithmic
from society.figures.labels import label, number, shown, wrapped
from society.figures.series import MOST_LINES
from tests.figures.frames import GRAPH, POWER, grid, sampled, series

OUTCOME = "known.invariant"


class TestSeries:
    def test_a_line_for_each_level_is_the_mean_over_its_runs(self) -> None:
        runs = grid()
        figure = series_figure(series(runs), runs, outcome=OUTCOME, by=[POWER])
        lines = figure.axes[0].lines
        assert [line.get_label() for line in lines] == ["0", "1"]
        assert [line.get_ydata()[-1] for line in lines] == pytest.approx([51.0, 61.0])  # type: ignore[index]

    def test_there_is_a_panel_for_each_factor(self) -> None:
        runs = grid()
        figure = series_figure(series(runs), runs, outcome=OUTCOME, by=[POWER, GRAPH])
        assert [axes.get_legend().get_title().get_text() for axes in figure.axes] == [POWER, GRAPH]  # type: ignore[union-attr]

    def test_the_band_is_the_interval_over_replicates(self) -> None:
        runs = grid()
        figure = series_figure(series(runs).rename(columns={OUTCOME: "made"}), runs, outcome="made")
        edges = figure.axes[0].collections[0].get_paths()[0].vertices[:, 1]  # type: ignore[index]
        half = 4.302652729749464 / np.sqrt(3)  # the replicates are 0, 1 and 2 above what points have
        assert [edges.min(), edges.max()] == pytest.approx([0.0, 56.0 + half])

    def test_one_replicate_has_no_band_and_the_caption_says_so(self) -> None:
        runs = grid(1)
        figure = series_figure(series(runs), runs, outcome=OUTCOME, by=[POWER])
        assert not figure.axes[0].collections
        assert "no interval" in figure.caption

    def test_quantiles_are_those_of_runs(self) -> None:
        runs = sampled(101).assign(**{OUTCOME: np.arange(101.0)})
        figure = series_figure(series(runs), runs, outcome=OUTCOME, spread="quantiles")
        assert figure.axes[0].lines[0].get_ydata()[-1] == 50.0  # type: ignore[index]
        edges = [bands.get_paths()[0].vertices[:, 1] for bands in figure.axes[0].collections]  # type: ignore[index]
        assert [(edge.min(), edge.max()) for edge in edges] == [(0.0, 95.0), (0.0, 75.0)]

    def test_of_many_levels_some_are_drawn_with_the_first_and_the_last(self) -> None:
        runs = sampled(9).assign(x=np.arange(9.0))
        figure = series_figure(series(runs), runs, outcome=OUTCOME, by=["x"])
        assert [line.get_label() for line in figure.axes[0].lines] == ["0", "2", "4", "6", "8"]
        assert f"{MOST_LINES} are drawn" in figure.caption

    def test_time_is_in_years_if_asked(self) -> None:
        runs = grid()
        axes = series_figure(series(runs), runs, outcome=OUTCOME, steps_per_year=5).axes[0]
        assert list(axes.lines[0].get_xdata()) == [0.0, 1.0, 2.0]
        assert axes.get_xlabel() == "year"

    def test_the_axis_has_the_unit_and_the_caption_the_sentence_of_the_measure(self) -> None:
        runs = grid()
        figure = series_figure(series(runs), runs, outcome=OUTCOME)
        assert figure.axes[0].get_ylabel() == "known.invariant\n(share of people)"
        assert "share of people who know an item" in figure.caption

    def test_columns_of_one_measure_share_a_panel_in_a_single_run(self) -> None:
        frame = pd.DataFrame({"step": [0, 1], "known.invariant": [0, 1], "known.competitive": [1, 2], "wealth": [2, 3]})
        figure = run_figure(frame, outcomes=["known.invariant", "known.competitive", "wealth"])
        assert [(axes.get_title(loc="left"), len(axes.lines)) for axes in figure.axes] == [("known", 2), ("wealth", 1)]

    def test_the_band_of_a_share_stays_within_0_and_1(self) -> None:
        runs = grid().assign(**{OUTCOME: lambda frame: frame["replicate"] / 2})
        figure = series_figure(series(runs), runs, outcome=OUTCOME)
        edges = figure.axes[0].collections[0].get_paths()[0].vertices[:, 1]  # type: ignore[index]
        assert (edges.min(), edges.max()) == (0.0, 1.0)
        assert "Intervals of shares are cut at 0 and 1." in figure.caption

    def test_the_caption_counts_the_points_behind_a_line_of_each_panel(self) -> None:
        runs = grid()
        star = runs[runs[GRAPH] == "ring"].assign(row=lambda ring: ring["row"] + 8, **{GRAPH: "star"})
        runs = pd.concat([runs, star], ignore_index=True)
        runs["run_id"] = [f"run{number}" for number in range(len(runs))]
        figure = series_figure(series(runs), runs, outcome=OUTCOME, by=[POWER, GRAPH])
        assert f"over design points (by {POWER} 3, by {GRAPH} 2)" in figure.caption

    def test_runs_that_points_lack_are_counted(self) -> None:
        runs = grid().drop(index=[0, 4])
        figure = series_figure(series(runs), runs, outcome=OUTCOME)
        assert "2 of 12 runs of these points are not there: a point is the mean of those it has." in figure.caption

    def test_runs_that_end_before_others_are_counted(self) -> None:
        runs, recorded = grid(), series(grid())
        figure = series_figure(
            recorded[~((recorded["run_id"] == "run0") & (recorded["step"] == 10))], runs, outcome=OUTCOME
        )
        assert "Not all runs have a value at every step: lines are of 11 to 12 runs in all." in figure.caption


class TestEffects:
    def test_marks_are_means_at_each_level_over_the_other_factors(self) -> None:
        figure = effects_figure(grid(), outcome=OUTCOME, factors=[POWER, GRAPH])
        numbers, words = (axes.containers[0].lines[0] for axes in figure.axes)  # type: ignore[union-attr]
        assert list(numbers.get_xdata()) == [0.0, 1.0]
        assert list(numbers.get_ydata()) == pytest.approx([51.0, 61.0])
        assert list(words.get_ydata()) == pytest.approx([6.0, 106.0])
        assert [tick.get_text() for tick in figure.axes[1].get_xticklabels()] == ["ring", "hubs"]

    def test_every_mark_and_interval_is_inside_its_panel(self) -> None:
        figure = effects_figure(grid().rename(columns={OUTCOME: "made"}), outcome="made", factors=[POWER])
        (low, high), half = figure.axes[0].get_ylim(), 4.302652729749464 / np.sqrt(3)
        assert low < 51 - half < 61 + half < high
        assert figure.axes[0].get_xlim()[0] < 0 < 1 < figure.axes[0].get_xlim()[1]

    def test_arms_have_a_line_each(self) -> None:
        both = pd.concat([grid().assign(arm="with"), grid().assign(arm="without")])
        figure = effects_figure(both, outcome=OUTCOME, factors=[POWER], by="arm")
        assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["with", "without"]  # type: ignore[union-attr]

    def test_a_continuous_factor_has_a_point_a_run_and_means_of_bins(self) -> None:
        figure = effects_figure(sampled(), outcome=OUTCOME, factors=["x"])
        cloud, means = figure.axes[0].lines[0], figure.axes[0].containers[0].lines[0]  # type: ignore[union-attr]
        assert len(cloud.get_xdata()) == 200  # type: ignore[arg-type]
        middle = means.get_xdata()
        spread = (1 / len(middle)) ** 2 / 12  # of an even x in a bin about its middle
        assert means.get_ydata() == pytest.approx(middle**2 + spread, abs=1e-3)

    def test_runs_without_the_outcome_are_left_out(self) -> None:
        runs = grid()
        runs.loc[runs[GRAPH] == "hubs", OUTCOME] = np.nan
        figure = effects_figure(runs, outcome=OUTCOME, factors=[POWER])
        assert list(figure.axes[0].containers[0].lines[0].get_ydata()) == pytest.approx([1.0, 11.0])  # type: ignore[union-attr]

    def test_runs_without_the_outcome_are_counted(self) -> None:
        runs = grid()
        runs.loc[runs[GRAPH] == "hubs", OUTCOME] = np.nan
        for figure in (
            effects_figure(runs, outcome=OUTCOME, factors=[POWER]),
            heat_map(runs, x=POWER, y=GRAPH, outcome=OUTCOME),
        ):
            assert "6 of 12 runs have no value and are left out." in figure.caption

    def test_numbers_chosen_by_factors_stand_on_a_logarithmic_axis(self) -> None:
        assert is_logarithmic(pd.Series([0.1, 1.0, 10.0]))
        assert not is_logarithmic(pd.Series([0.0, 1.0, 10.0]))
        assert not is_logarithmic(pd.Series([1.0, 50.0, 100.0]))

    def test_units_of_factors_stand_on_the_axis(self) -> None:
        figure = effects_figure(grid(), outcome=OUTCOME, factors=[POWER], units={POWER: "per year"})
        assert figure.axes[0].get_xlabel() == "platform.feed.power\n(per year)"


class TestHeatMap:
    def test_cells_are_means_over_points_and_replicates(self) -> None:
        figure = heat_map(grid(), x=POWER, y=GRAPH, outcome=OUTCOME)
        assert figure.axes[0].images[0].get_array().tolist() == [[1.0, 11.0], [101.0, 111.0]]  # type: ignore[union-attr]

    def test_a_cell_without_a_run_is_empty_and_said(self) -> None:
        runs = grid()
        figure = heat_map(runs[runs["row"] != 3], x=POWER, y=GRAPH, outcome=OUTCOME)
        cells = figure.axes[0].images[0].get_array()
        assert np.ma.getmaskarray(cells).tolist() == [[False, False], [False, True]]  # type: ignore[no-untyped-call]
        assert "Where nothing is drawn there is no run that has a value." in figure.caption

    def test_numbers_on_both_sides_of_0_have_colours_that_part_there(self) -> None:
        runs = grid()
        runs[OUTCOME] -= 50
        norm = heat_map(runs, x=POWER, y=GRAPH, outcome=OUTCOME).axes[0].images[0].norm
        assert norm(0.0) == 0.5

    def test_arms_stand_side_by_side_in_the_same_colours(self) -> None:
        both = pd.concat([grid().assign(arm="with"), grid().assign(arm="without", **{OUTCOME: 7.0})])
        figure = heat_map(both, x=POWER, y=GRAPH, outcome=OUTCOME, by="arm")
        one, other = (axes.images[0] for axes in figure.axes[:2])
        assert one.norm is other.norm
        assert other.get_array().tolist() == [[7.0, 7.0], [7.0, 7.0]]  # type: ignore[union-attr]

    def test_numbers_of_narrow_cells_are_smaller_or_not_there(self) -> None:
        x, y = (each.ravel() for each in np.meshgrid(np.arange(7.0), np.arange(3.0)))
        runs = pd.DataFrame({"row": range(21), "replicate": 0, "arm": "a", "x": x, "y": y, OUTCOME: -x * y / 7})
        alone = heat_map(runs, x="x", y="y", outcome=OUTCOME)
        arms = pd.concat([runs.assign(arm=arm) for arm in "abc"])
        together = heat_map(arms, x="x", y="y", outcome=OUTCOME, by="arm")
        for figure in (alone, together):
            figure.draw_without_rendering()
            for axes in figure.axes:
                boxes = [text.get_window_extent() for text in axes.texts]
                assert not [1 for i, box in enumerate(boxes) for other in boxes[:i] if box.overlaps(other)]
        assert len(alone.axes[0].texts) == 21

    def test_an_outcome_that_is_the_same_everywhere_is_drawn(self) -> None:
        assert heat_map(grid().assign(**{OUTCOME: 0.0}), x=POWER, y=GRAPH, outcome=OUTCOME).svg()

    def test_continuous_factors_are_cut_into_bins(self) -> None:
        runs = sampled(216).assign(y=np.tile(np.linspace(0, 1, 36), 6))
        figure = heat_map(runs, x="x", y="y", outcome=OUTCOME)
        assert figure.axes[0].images[0].get_array().shape == (6, 6)  # type: ignore[union-attr]
        assert "Bins of x and y hold as many runs each" in figure.caption


class TestDistributions:
    def test_the_area_of_a_histogram_is_1(self) -> None:
        figure = distribution_figure(sampled(), outcomes=[OUTCOME])
        corners = figure.axes[0].patches[0].get_xy()  # type: ignore[attr-defined]
        x, y = corners[:, 0], corners[:, 1]
        assert abs(float(x[:-1] @ y[1:] - x[1:] @ y[:-1])) / 2 == pytest.approx(1.0)

    def test_the_line_is_the_median_of_its_arm(self) -> None:
        runs = pd.concat([sampled().assign(arm="with"), sampled().assign(arm="without", **{OUTCOME: 5.0})])
        figure = distribution_figure(runs, outcomes=[OUTCOME], by="arm")
        medians = [line.get_xdata()[0] for line in figure.axes[0].lines]  # type: ignore[index]
        assert medians == pytest.approx([0.25, 5.0], abs=1e-4)

    def test_runs_are_drawn_where_they_are_few(self) -> None:
        figure = distribution_figure(grid(), outcomes=[OUTCOME])
        assert sorted(figure.axes[0].lines[1].get_xdata()) == sorted(grid()[OUTCOME])  # type: ignore[arg-type]

    def test_one_value_has_a_histogram_about_it(self) -> None:
        low, high = distribution_figure(grid().assign(**{OUTCOME: 3.0}), outcomes=[OUTCOME]).axes[0].get_xlim()
        assert low < 3.0 < high


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"),
        (-0.25, "−0.25"),
        (12345.6, "12,346"),
        (1e-9, "1e−09"),
        (True, "true"),
        ("ring", "ring"),
        (1200, "1,200"),
    ],
)
def test_values_are_written_as_people_write_them(value: object, words: str) -> None:
    assert shown(value) == words


def test_what_is_not_there_is_a_dash() -> None:
    assert number(float("nan")) == "–"


def test_an_outcome_without_a_unit_is_its_name() -> None:
    assert (label("trait_sd.openness"), label("nothing.known")) == ("trait_sd.openness", "nothing.known")


def test_long_labels_are_broken_after_a_point() -> None:
    assert wrapped("process.some_long_name.and_a_parameter (per year)", 26).split("\n") == [
        "process.some_long_name.",
        "and_a_parameter",
        "(per year)",
    ]
