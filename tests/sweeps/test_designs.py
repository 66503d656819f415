"""Designs: each against what is known of it."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from society import Sweep
from tests.sweeps.files import AGE, POWER, SD, column, refused, sweep_file, swept

UNIT = {"low": 0.0, "high": 1.0}
SPREAD = "population.trait_sd"
CUBE: dict[str, Any] = {POWER: UNIT, SPREAD: UNIT, AGE: UNIT}
HOWEVER_DRAWN = [
    ("lhs", {"samples": 8}),
    ("random", {"samples": 8}),
    ("sobol", {"samples": 8}),
    ("morris", {"samples": 8}),
]


def unit_points(sweep: Sweep) -> np.ndarray:
    """(n_rows, n_factors) points of the unit cube that the rows of a sweep over CUBE are."""
    return np.array([[*row.values()] for row in sweep.rows])


class TestGrid:
    def test_it_is_every_combination_in_the_order_of_the_file_the_last_fastest(self) -> None:
        sweep = swept({SD: [0.1, 0.2], POWER: [1, 2, 3]})
        assert [[*row.values()] for row in sweep.rows] == [
            [0.1, 1], [0.1, 2], [0.1, 3], [0.2, 1], [0.2, 2], [0.2, 3],
        ]  # fmt: skip

    def test_it_has_one_point_without_factors(self) -> None:
        assert swept().rows == [{}]

    def test_it_is_the_design_unless_another_is_named(self) -> None:
        assert swept({POWER: [1]}).kind == "grid"

    def test_a_factor_without_levels_is_refused(self) -> None:
        assert f'factors."{POWER}".steps: is required' in refused({POWER: UNIT})

    def test_a_normal_distribution_is_refused(self) -> None:
        assert "has no levels" in refused({POWER: {"mean": 1, "sd": 0.1}})


class TestZip:
    def test_levels_stand_side_by_side(self) -> None:
        assert [[*row.values()] for row in swept({SD: [0.1, 0.2], POWER: [1, 2]}, design="zip").rows] == [
            [0.1, 1],
            [0.2, 2],
        ]

    def test_unequal_lengths_are_refused_with_their_numbers(self) -> None:
        said = refused({SD: [0.1, 0.2], POWER: [1]}, design="zip")
        assert f"{SD} has 2, {POWER} has 1" in said

    def test_it_is_empty_without_factors(self) -> None:
        assert "the design is empty" in refused(design="zip")


class TestList:
    def test_rows_are_those_of_the_file(self) -> None:
        rows = [{POWER: 1.5, SD: 0.1}, {SD: 0.2, POWER: 0.5}, {POWER: 1.5, SD: 0.1}]
        assert swept(design="list", rows=rows).rows == rows

    def test_an_option_is_chosen_by_its_label(self) -> None:
        options = {"graph": {"options": {"ring": {"kind": "small_world"}, "hubs": {"kind": "scale_free"}}}}
        sweep = swept(options, design="list", rows=[{"graph": "hubs"}, {"graph": "ring"}])
        assert [point.values["graph"]["kind"] for point in sweep.points()] == ["scale_free", "small_world"]

    def test_an_unknown_option_is_refused_with_the_nearest(self) -> None:
        options = {"graph": {"options": {"ring": {"kind": "small_world"}}}}
        said = refused(options, design="list", rows=[{"graph": "rink"}])
        assert "sweep.rows[0]: graph = 'rink': no such option; did you mean 'ring'?" in said

    def test_a_row_that_lacks_a_factor_is_refused(self) -> None:
        assert "sweep.rows[1]" in refused(design="list", rows=[{POWER: 1, SD: 1}, {POWER: 1}])

    def test_no_rows_are_an_empty_design(self) -> None:
        assert "the design is empty" in refused(design="list", rows=[])

    def test_levels_beside_the_rows_are_refused(self) -> None:
        assert "only options are declared" in refused({POWER: [1, 2]}, design="list", rows=[{POWER: 1}])


class TestCsv:
    def read(self, folder: Path, text: str, **tables: Any) -> Sweep:
        (folder / "design.csv").write_text(text, encoding="utf-8")
        return Sweep.from_file(sweep_file(folder, {"sweep": {"design": "csv", "rows": "design.csv"}, **tables}))

    def refused(self, folder: Path, text: str) -> str:
        with pytest.raises(ValueError, match=r"sweep\.toml") as caught:
            self.read(folder, text)
        return str(caught.value)

    def test_whole_numbers_floats_truths_and_texts_are_told_apart(self, tmp_path: Path) -> None:
        text = f"run.steps,{POWER},platform.feed.enabled,scenario.title\n3,1e-1,true,a b\n4,.5,False,1_0\n"
        assert [[(type(label), label) for label in row.values()] for row in self.read(tmp_path, text).rows] == [
            [(int, 3), (float, 0.1), (bool, True), (str, "a b")],
            [(int, 4), (float, 0.5), (bool, False), (str, "1_0")],
        ]

    def test_a_label_is_a_text_whatever_it_looks_like(self, tmp_path: Path) -> None:
        graphs = {"graph": {"options": {"1": {"kind": "small_world"}}}}
        assert self.read(tmp_path, "graph\n1\n", factors=graphs).rows == [{"graph": "1"}]

    def test_a_mark_of_byte_order_empty_lines_and_blanks_do_not_matter(self, tmp_path: Path) -> None:
        assert self.read(tmp_path, f"\ufeff{POWER} , {SD}\n1, 0.2\n\n2,0.3\n").rows == [
            {POWER: 1, SD: 0.2},
            {POWER: 2, SD: 0.3},
        ]

    def test_the_same_number_written_in_two_ways_is_one_level(self, tmp_path: Path) -> None:
        assert column(self.read(tmp_path, f"{POWER}\n1\n1.0\n"), POWER) == [1, 1.0]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "the design is empty"),
            (f"{POWER}\n", "the design is empty"),
            (f"{POWER},{SD}\n1\n", "line 2 has 1 entries; there are 2 columns"),
            (f"{POWER},{SD}\n\n1,\n", f"line 3 has nothing under '{SD}'"),
            (f"{POWER};{SD}\n1,5;2\n", "columns must be separated by commas (and decimals by points), not by ';'"),
            (f"{POWER},{POWER}\n1,2\n", f"column '{POWER}' stands twice"),
            (f"{POWER},\n1,2\n", "column 2 has no name"),
            (f"{POWER}\nnan\n", "must be a finite number"),
            (f"{POWER}\n1\nmuch\n", "all numbers, all strings"),
        ],
    )
    def test_a_broken_file_is_refused_with_the_line(self, tmp_path: Path, text: str, said: str) -> None:
        assert said in self.refused(tmp_path, text)

    def test_a_missing_file_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match=r"sweep\.rows: no such file: .*none\.csv"):
            Sweep.from_file(sweep_file(tmp_path, {"sweep": {"design": "csv", "rows": "none.csv"}}))


class TestHoweverDrawn:
    @pytest.mark.parametrize(("design", "header"), HOWEVER_DRAWN)
    def test_the_same_seed_gives_the_same_rows(self, design: str, header: Any) -> None:
        assert swept(CUBE, design=design, **header).rows == swept(CUBE, design=design, **header).rows

    @pytest.mark.parametrize(("design", "header"), HOWEVER_DRAWN)
    def test_another_seed_gives_others(self, design: str, header: Any) -> None:
        assert swept(CUBE, design=design, seed=8, **header).rows != swept(CUBE, design=design, seed=9, **header).rows

    @pytest.mark.parametrize(("design", "header"), HOWEVER_DRAWN)
    def test_replicates_do_not_matter(self, design: str, header: Any) -> None:
        assert swept(CUBE, design=design, **header).rows == swept(CUBE, design=design, replicates=9, **header).rows

    @pytest.mark.parametrize(("design", "header"), HOWEVER_DRAWN)
    def test_the_global_random_numbers_are_left_alone(self, design: str, header: Any) -> None:
        before = np.random.get_state()[1].copy()  # noqa: NPY002
        swept(CUBE, design=design, **header)
        assert (np.random.get_state()[1] == before).all()  # noqa: NPY002

    @pytest.mark.parametrize(("design", "header"), HOWEVER_DRAWN)
    def test_without_factors_it_is_refused(self, design: str, header: Any) -> None:
        assert "factors: is required" in refused(design=design, **header)

    @pytest.mark.parametrize("design", ["random", "sobol", "morris"])
    def test_more_samples_keep_the_earlier_rows(self, design: str) -> None:
        few, many = (swept(CUBE, design=design, samples=samples).rows for samples in (16, 64))
        assert (many[: len(few)], len(many)) == (few, 4 * len(few))


class TestLatinHypercube:
    def test_each_stratum_of_each_factor_has_one_point(self) -> None:
        strata = np.floor(unit_points(swept(CUBE, design="lhs", samples=20)) * 20)
        assert [sorted(stratum) for stratum in strata.T] == [[*range(20)]] * 3

    def test_each_option_has_its_share_of_points(self) -> None:
        graphs = {"graph": {"options": {kind: {"kind": kind} for kind in ("small_world", "scale_free")}}}
        assert (
            sorted(column(swept(graphs, design="lhs", samples=10), "graph")) == ["scale_free"] * 5 + ["small_world"] * 5
        )

    def test_constraints_leave_the_other_points_as_they_were(self) -> None:
        whole = swept(CUBE, design="lhs", samples=20)
        part = swept(CUBE, design="lhs", samples=20, constraints=[f"{POWER} < 0.5"])
        assert part.rows == [row for row in whole.rows if row[POWER] < 0.5]  # type: ignore[operator]

    def test_it_says_how_many_points_are_excluded(self) -> None:
        assert swept(CUBE, design="lhs", samples=20, constraints=[f"{POWER} < 0.5"]).n_excluded == 10


class TestRandom:
    def test_points_are_uniform(self) -> None:
        points = unit_points(swept(CUBE, design="random", samples=4000, seed=3))
        assert abs(points.mean(axis=0) - 0.5).max() < 4 / np.sqrt(12 * 4000)

    def test_factors_are_independent(self) -> None:
        points = unit_points(swept(CUBE, design="random", samples=4000, seed=3))
        assert abs(np.corrcoef(points.T)[np.triu_indices(3, 1)]).max() < 4 / np.sqrt(4000)

    def test_another_factor_leaves_those_there_as_they_were(self) -> None:
        alone, beside = (
            swept(factors, design="random", samples=9) for factors in ({POWER: UNIT}, {SD: UNIT, POWER: UNIT})
        )
        assert column(alone, POWER) == column(beside, POWER)

    def test_constraints_are_drawn_for_until_there_are_as_many_as_wanted(self) -> None:
        rows = swept(CUBE, design="random", samples=50, constraints=[f"{POWER} > {SPREAD}"]).rows
        assert (len(rows), all(row[POWER] > row[SPREAD] for row in rows)) == (50, True)  # type: ignore[operator]

    def test_with_constraints_too_more_samples_keep_the_earlier(self) -> None:
        few, many = (
            swept(CUBE, design="random", samples=n, constraints=[f"{POWER} > {SPREAD}"]).rows for n in (20, 90)
        )
        assert many[:20] == few

    def test_constraints_that_hardly_any_point_fulfils_are_refused(self) -> None:
        assert "only 0 of 10,000 points" in refused(CUBE, design="random", samples=5, constraints=[f"{POWER} > 2"])


class TestSobol:
    def test_rows_are_a_then_a_with_each_factor_of_b_then_b(self) -> None:
        blocks = unit_points(swept(CUBE, design="sobol", samples=16)).reshape(16, 5, 3)
        a, b = blocks[:, 0], blocks[:, 4]
        for factor in range(3):
            expected = a.copy()
            expected[:, factor] = b[:, factor]
            np.testing.assert_array_equal(blocks[:, 1 + factor], expected)

    def test_with_second_order_b_follows_with_each_factor_of_a(self) -> None:
        blocks = unit_points(swept(CUBE, design="sobol", samples=16, second_order=True)).reshape(16, 8, 3)
        a, b = blocks[:, 0], blocks[:, 7]
        for factor in range(3):
            expected = b.copy()
            expected[:, factor] = a[:, factor]
            np.testing.assert_array_equal(blocks[:, 4 + factor], expected)

    def test_a_has_one_point_in_each_stratum_of_each_factor(self) -> None:
        a = unit_points(swept(CUBE, design="sobol", samples=16))[::5]
        assert [sorted(np.floor(column * 16)) for column in a.T] == [[*range(16)]] * 3

    def test_samples_must_be_a_power_of_two(self) -> None:
        assert "sweep.samples = 100: must be a power of two, such as 64 or 128" in refused(
            CUBE, design="sobol", samples=100
        )


class TestMorris:
    @pytest.mark.parametrize(("levels", "delta"), [(2, 1.0), (4, 2 / 3), (6, 3 / 5)])
    def test_in_each_trajectory_each_factor_changes_once_and_alone_by_delta(self, levels: int, delta: float) -> None:
        trajectories = unit_points(swept(CUBE, design="morris", samples=10, levels=levels)).reshape(10, 4, 3)
        for trajectory in trajectories:
            changes = np.array([after - before for before, after in pairwise(trajectory)])
            np.testing.assert_allclose(np.sort(abs(changes), axis=None), [0] * 6 + [delta] * 3, atol=1e-15)
            assert {*abs(changes).argmax(axis=1)} == {0, 1, 2}

    def test_points_lie_on_the_levels(self) -> None:
        power = column(swept(CUBE, design="morris", samples=50), POWER)
        assert {*power} == {0.0, 1 / 3, 2 / 3, 1.0}

    def test_an_odd_number_of_levels_is_refused(self) -> None:
        assert "sweep.levels = 5: must be a multiple of 2" in refused(CUBE, design="morris", samples=10, levels=5)

    def test_an_unbounded_factor_is_refused(self) -> None:
        assert "so give low and high" in refused({POWER: {"mean": 1.0, "sd": 0.1}}, design="morris", samples=10)


@pytest.mark.parametrize("design", ["sobol", "morris"])
class TestOfSalib:
    def test_constraints_are_refused(self, design: str) -> None:
        said = refused(CUBE, design=design, samples=4, constraints=[f"{POWER} > 0"])
        assert f"sweep.constraints: a {design} design needs all of its points" in said

    def test_a_missing_library_is_named_with_how_to_install_it(self, design: str, monkeypatch: Any) -> None:
        monkeypatch.setitem(sys.modules, f"SALib.sample.{design}", None)
        assert "needs SALib: pip install 'society[analysis]'" in refused(CUBE, design=design, samples=4)

    def test_whole_numbers_and_levels_are_kept(self, design: str) -> None:
        sweep = swept({"run.steps": {"low": 3, "high": 9, "whole": True}, AGE: [1.0, 2.0]}, design=design, samples=8)
        assert ({*column(sweep, "run.steps")} <= {*range(3, 10)}, {*column(sweep, AGE)}) == (True, {1.0, 2.0})


def test_an_unknown_design_is_refused_with_the_nearest() -> None:
    assert "sweep.design = 'sobel': no such design; did you mean 'sobol'?" in refused(CUBE, design="sobel")


def test_a_table_for_a_design_is_refused_with_where_its_keys_stand() -> None:
    assert "stands beside it in [sweep]" in refused(CUBE, design={"kind": "lhs", "samples": 8})


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ({"replicates": 500_000}, "1,500,000 runs; at most 1,000,000"),
        ({"replicates": 0}, "sweep.replicates = 0: must be at least 1"),
        ({"replicates": 2, "seed": 2**63 - 1}, "go beyond 9223372036854775807"),
    ],
)
def test_too_many_runs_or_none_are_refused(header: Any, said: str) -> None:
    assert said in refused({POWER: [1, 2, 3]}, **header)


def test_a_design_of_too_many_points_is_refused_before_it_is_made() -> None:
    steps = {"low": 0.1, "high": 1.0, "steps": 10**4}
    assert "a design of 100,000,000 points" in refused({POWER: steps, SD: steps})
