"""Studies: which runs are shown, what is drawn of them, and what a window of stored results does."""

from __future__ import annotations

import math
import os

import numpy as np
import pandas as pd
import pytest

import society
from dashboards.address import Address
from dashboards.server import first_page
from dashboards.session import Session
from dashboards.studies import headline
from dashboards.studies_charts import factor_spec, forest_spec, heat_spec, over_time, time_spec
from dashboards.studies_filters import ALL, Filters, groups_of, labels_of, sorted_by
from dashboards.studies_folder import LOOK_AGAIN, Folder, open_study, studies_near
from dashboards.studies_session import PAGE, StudySession
from dashboards.studies_views import STUDY_VIEWS, newness, picture
from society.errors import InputError
from society.results import Study
from society.scenario import Scenario
from society.twin_study import TwinStudy
from tests.files import tiny
from tests.sweeps.files import POWER, swept

FEED = {"with_feed": {}, "without_feed": {"set": {"platform.feed.enabled": False}}}
T = 4.302653
"""Quantile .975 of Student's t with 2 degrees of freedom."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two levels, two arms, two replicates."""
    folder = tmp_path_factory.mktemp("studies") / "feed"
    sweep = swept({POWER: [0.5, 1.0]}, arms=FEED, replicates=2, title="A feed")
    society.sweep(sweep, out=folder, workers=1)
    return folder


@pytest.fixture
def session(folder):
    session = StudySession(Address(study=str(folder)))
    yield session
    session.close()


def runs(**columns):
    """Runs that are done, one after another, with given columns."""
    n = len(next(iter(columns.values())))
    base = {"run_id": [f"r{i}" for i in range(n)], "row": range(n), "arm": "", "replicate": 0, "seed": 1}
    return pd.DataFrame({**base, "status": "done", "error": None, **columns})


# Filters and groups.


def test_filters_hold_all_together():
    table = runs(arm=["a", "a", "b", "b"], power=[0.5, 1.0, 0.5, 1.0])
    shown = Filters.of({"arm": "b", "where.power": "1", "status": "done"})(table)
    assert [*shown["run_id"]] == ["r3"]


def test_a_range_holds_its_ends():
    table = runs(power=np.linspace(0, 1, 21))
    assert len(Filters(where={"power": "0.2..0.4"})(table)) == 5
    assert len(Filters(where={"power": "..0.1"})(table)) == 3
    assert len(Filters(where={"power": "0.9.."})(table)) == 3


def test_a_range_that_cannot_be_read_is_said_in_words():
    with pytest.raises(InputError, match=r"power: 'low\.\.high' is not a range such as 0\.2\.\.0\.8"):
        Filters(where={"power": "low..high"})(runs(power=[0.5]))


def test_text_is_looked_for_in_names_and_errors_as_it_is():
    table = runs(arm=["plain", "plain", "x"], error=[None, "Overflow (in step 3)", None])
    assert [*Filters(text="overflow (in")(table)["run_id"]] == ["r1"]
    assert [*Filters(text="R2")(table)["run_id"]] == ["r2"]


def test_runs_are_sorted_by_a_column_both_ways_and_as_planned_without_one():
    table = runs(wall_s=[2.0, 3.0, 1.0])
    assert [*sorted_by(table, "wall_s")["run_id"]] == ["r2", "r0", "r1"]
    assert [*sorted_by(table, "-wall_s")["run_id"]] == ["r1", "r0", "r2"]
    assert [*sorted_by(table, "gone")["run_id"]] == ["r0", "r1", "r2"]


def test_levels_are_groups_in_order_and_a_range_falls_into_four_that_are_equally_full():
    levels = groups_of(runs(power=[1.0, 0.5, 10.0]), "power")
    assert [*levels.cat.categories] == ["0.5", "1", "10"]
    parts = groups_of(runs(power=np.arange(20.0)), "power")
    assert parts.value_counts(sort=False).tolist() == [5, 5, 5, 5]
    assert parts.cat.categories[0] == "0 to 4"
    assert labels_of(pd.Series(np.arange(20.0))) == []


def test_truth_is_a_level_in_words():
    assert labels_of(pd.Series([True, False])) == ["true", "false"]


# Charts.


def made_series():
    """Two groups of three replicates: 1, 2, 3 and 5, 5, 5 at step 0, ten more at step 4."""
    table = runs(arm=["a"] * 3 + ["b"] * 3, row=[0] * 6, replicate=[0, 1, 2] * 2)
    values = [1.0, 2.0, 3.0, 5.0, 5.0, 5.0]
    series = pd.DataFrame([
        {"run_id": f"r{i}", "step": step, "m": value + 2.5 * step} for i, value in enumerate(values) for step in (0, 4)
    ])  # fmt: skip
    return table, series


def test_means_over_time_have_students_interval_over_replicates():
    table, series = made_series()
    found = over_time(series, table, "m", "arm", "replicates").set_index(["group", "step"])
    assert found.loc[("a", 4), "mean"] == pytest.approx(12.0)
    assert found.loc[("a", 0), "high"] - 2.0 == pytest.approx(T / math.sqrt(3), rel=1e-5)
    assert found.loc[("b", 0), "low"] == found.loc[("b", 0), "high"] == 5.0
    assert found.loc[("a", 0), "n"] == 3


def test_intervals_of_shares_end_where_shares_do():
    """Student's interval of .90, .98 and 1.00 ends above 1, at .96 + 4.303 · .0529 / √3 = 1.09."""
    table = runs(arm=["a"] * 3, row=[0] * 3, replicate=[0, 1, 2])
    series = pd.DataFrame({"run_id": ["r0", "r1", "r2"], "step": 0, "known.cooperative": [0.9, 0.98, 1.0]})
    assert over_time(series, table, "known.cooperative", ALL, "replicates")["high"].tolist() == [1.0]


def test_one_group_holds_all_runs():
    table, series = made_series()
    found = over_time(series, table, "m", ALL, "replicates")
    assert found["mean"].tolist() == pytest.approx([3.5, 13.5])


def test_the_chart_over_time_has_a_band_for_each_group_and_the_chosen_run_dashed():
    table, series = made_series()
    spec = time_spec(over_time(series, table, "m", "arm", "replicates"), "m", run=series[series["run_id"] == "r1"])
    assert [(line["name"], "low" in line) for line in spec["series"]] == [("a", True), ("b", True), ("run", False)]
    assert spec["series"][2]["y"] == [2.0, 12.0]
    assert spec["range"] == [0, 4]


def test_levels_of_a_factor_are_dots_with_intervals_over_replicates():
    table = runs(power=[0.0] * 3 + [1.0] * 3, row=[0] * 3 + [1] * 3, replicate=[0, 1, 2] * 2, m=[1, 2, 3, 4, 5, 6.0])
    (line,) = factor_spec(table, "m", "power", ALL, "replicates")["series"]
    assert (line["x"], line["y"]) == ([0.0, 1.0], [2.0, 5.0])
    assert line["high"][0] == pytest.approx(2 + T / math.sqrt(3), abs=1e-3)


def test_a_range_has_a_dot_for_each_run_and_a_line_that_finds_the_slope():
    power = np.linspace(0, 1, 60)
    dots, line = factor_spec(runs(power=power, m=2 * power + 1), "m", "power", ALL, "points")["series"]
    assert len(dots["x"]) == 60
    np.testing.assert_allclose(line["y"], 2 * np.array(line["x"]) + 1, atol=1e-3)


def test_arms_stand_side_by_side_at_each_level():
    table = runs(power=[0.0, 1.0, 0.0, 1.0], arm=["a", "a", "b", "b"], row=[0, 1, 0, 1], m=[1.0, 2.0, 3.0, 4.0])
    a, b = factor_spec(table, "m", "power", "arm", "replicates")["series"]
    assert (a["name"], b["name"]) == ("a", "b")
    assert np.subtract(b["x"], a["x"]) == pytest.approx([0.12, 0.12])


def test_a_heat_map_has_means_in_its_cells_and_nothing_where_there_is_no_run():
    table = runs(x=[0.0, 0.0, 1.0], y=["low", "low", "high"], m=[1.0, 3.0, 7.0])
    spec = heat_spec(table, "m", ("x", "y"))
    assert (spec["xs"], spec["ys"]) == (["0", "1"], ["low", "high"])
    assert [[cell and cell["value"] for cell in row] for row in spec["cells"]] == [[2.0, None], [None, 7.0]]
    assert (spec["low"], spec["high"]) == (2.0, 7.0)


def test_differences_are_drawn_in_standard_deviations_and_pale_where_they_may_be_none():
    row = {"a": 3.0, "b": 1.0, "method": "paired t", "n_a": 5, "n_b": 5, "p": 0.1, "p_holm": 0.1, "g_av": 1.0}
    table = pd.DataFrame([
        {"measure": "sure", "difference": 2.0, "low": 1.0, "high": 3.0, "sd": 0.5, **row},
        {"measure": "unsure", "difference": 2.0, "low": -1.0, "high": 5.0, "sd": 2.0, **row},
        {"measure": "same everywhere", "difference": 0.0, "low": 0.0, "high": 0.0, "sd": 0.0, **row},
    ])  # fmt: skip
    sure, unsure = forest_spec(table, ("one", "other"))["rows"]
    assert (sure["value"], sure["low"], sure["high"]) == (4.0, 2.0, 6.0)
    assert sure["color"] != unsure["color"]
    assert "difference  2 [1, 3]" in sure["said"]


# A folder.


def test_a_folder_is_read_again_when_something_was_written_and_only_then(folder, monkeypatch):
    opened = Folder(folder)
    before = opened.refresh()
    opened._looked_at -= LOOK_AGAIN + 1
    assert opened.refresh() is before
    os.utime(folder / "manifest.json")
    opened._looked_at -= LOOK_AGAIN + 1
    assert opened.refresh() is not before
    assert opened.version == 2


def test_the_tables_of_before_stay_while_a_folder_is_being_replaced(folder):
    opened = Folder(folder)
    hidden = (folder / "manifest.json").rename(folder / ".manifest")
    try:
        opened._looked_at -= LOOK_AGAIN + 1
        assert opened.refresh().counts["done"] == 8
    finally:
        hidden.rename(folder / "manifest.json")


def test_counts_say_what_became_of_each_run(folder):
    assert Folder(folder).tables.counts == {"done": 8, "failed": 0, "missing": 0}


def test_results_are_found_in_a_folder_and_below_it_but_not_within_other_results(folder):
    assert studies_near(folder.parent) == [str(folder)]
    assert studies_near(folder.parent / "gone") == []


def test_pairs_of_twins_open_as_a_study_of_two_arms(tmp_path):
    society.twin(tiny(), without=["platform.feed"], replicates=2, out=tmp_path / "pairs")
    session = StudySession(Address(study=str(tmp_path / "pairs")))
    assert session.error == ""
    assert studies_near(tmp_path / "pairs", tmp_path) == [str(tmp_path / "pairs")]
    assert session.tables.study.arms == ["original", "twin"]
    assert len(session.tables.runs) == 4
    _, chosen = STUDY_VIEWS["compare"].chosen(session.tables, {})
    drawn, said = picture(STUDY_VIEWS["compare"], session.selection, chosen)
    assert said == ""
    assert {*drawn.table["method"]} == {"paired t"}
    run_id = session.tables.runs["run_id"].iloc[-1]
    assert (
        session.tables.study.scenario(run_id).digest()
        == TwinStudy.load(tmp_path / "pairs").study(2, "twin").scenario().digest()
    )


def test_one_run_opens_as_a_study_of_one_row(tmp_path):
    society.run(tiny(), out=tmp_path / "one")
    session = StudySession(Address(study=str(tmp_path / "one")))
    assert session.page().said == "1–1 of 1 run"
    assert [name for name, view in STUDY_VIEWS.items() if view.applies(session.tables)] == ["time"]


# A window.


def test_a_wrong_folder_is_said_in_words(tmp_path):
    session = StudySession(Address(study=str(tmp_path / "gone")))
    assert session.folder is None
    assert session.error == f"{tmp_path / 'gone'}: is not a study folder: it has no manifest.json"


def test_a_run_that_is_not_there_is_said_in_words_and_the_study_is_shown(folder):
    session = StudySession(Address(study=str(folder), run="gone"))
    assert "no run 'gone'" in session.error
    assert len(session.page().rows) == 8


def test_a_filter_acts_on_the_table_and_on_the_charts(session):
    session.see(arm="with_feed", **{f"where.{POWER}": "1"})
    assert session.page().said == "1–2 of 2 runs of 8 in all"
    _, chosen = STUDY_VIEWS["time"].chosen(session.tables, session.settings("time"))
    drawn, _ = picture(STUDY_VIEWS["time"], session.selection, chosen)
    assert {*drawn.table["group"]} == {"with_feed"}


def test_a_filter_that_is_wrong_is_said_and_shows_all(session):
    session.see(**{f"where.{POWER}": "a..b"})
    assert session.page().said == "1–8 of 8 runs"
    assert [text for text in session.problems if "is not a range" in text]


def test_another_filter_begins_at_the_first_page(session, monkeypatch):
    monkeypatch.setattr("dashboards.studies_session.PAGE", 3)
    session.see(page="3")
    assert session.page().said == "7–8 of 8 runs"
    session.see(status="done")
    assert session.page().number == 1


def test_a_table_of_many_runs_sends_one_page_of_them(session):
    many = pd.concat([session.tables.runs] * 2000, ignore_index=True)
    session.tables.__dict__["runs"] = many
    page = session.page()
    assert (len(page.rows), page.n_pages) == (PAGE, -(-16000 // PAGE))


def test_the_values_at_the_end_of_the_series_are_those_of_the_table(session):
    settings = {"measure": "attention.feed", "by": "arm"}
    drawn, _ = picture(STUDY_VIEWS["time"], session.selection, settings)
    last = drawn.table[drawn.table["step"] == 6].set_index("group")["mean"]
    runs = session.tables.runs
    assert last["with_feed"] == pytest.approx(runs[runs["arm"] == "with_feed"]["attention.feed"].mean())


def test_the_range_of_steps_bounds_what_is_drawn(session):
    session.see(**{"time.steps": "2..4"})
    _, chosen = STUDY_VIEWS["time"].chosen(session.tables, session.settings("time"))
    drawn, _ = picture(STUDY_VIEWS["time"], session.selection, chosen)
    assert drawn.table["step"].min() >= 2
    assert drawn.table["step"].max() <= 4


def test_the_differences_are_those_of_compare(session, folder):
    _, chosen = STUDY_VIEWS["compare"].chosen(session.tables, {})
    drawn, _ = picture(STUDY_VIEWS["compare"], session.selection, chosen)
    pd.testing.assert_frame_equal(drawn.table, society.compare(folder, arms=["with_feed", "without_feed"]).differences)


def test_levels_can_be_compared_over_time(session, folder):
    wanted = {"by": POWER, "a": "0.5", "b": "1", "show": "attention.feed"}
    _, chosen = STUDY_VIEWS["compare"].chosen(session.tables, wanted)
    drawn, _ = picture(STUDY_VIEWS["compare"], session.selection, chosen)
    expected = society.compare(folder, factor=(POWER, 0.5, 1.0)).over_time("attention.feed")
    pd.testing.assert_frame_equal(drawn.table, expected)


def test_nothing_is_drawn_where_no_run_passes(session):
    session.see(text="nobody is called that")
    assert session.page().said == "no run of 8 in all"
    drawn, said = picture(STUDY_VIEWS["factor"], session.selection, {})
    assert (drawn, said) == (None, "No run that is done passes the filters.")


def test_what_costs_much_is_worked_out_anew_when_a_quarter_more_is_done(session):
    view, tables = STUDY_VIEWS["compare"], session.tables
    assert newness(view, tables, 1) != newness(view, tables, 2)
    tables.study.manifest["status"] = "running"
    tables.counts["done"] = 100
    before = newness(view, tables, 1)
    tables.counts["done"] = 102
    assert newness(view, tables, 2) == before
    tables.counts["done"] = 126
    assert newness(view, tables, 3) != before
    assert newness(STUDY_VIEWS["time"], tables, 3) == (3,)


def test_the_headline_says_what_the_study_is_and_how_far(session):
    title, quiet = headline(session)
    assert title == "sweep · 8 done"
    assert quiet == "A feed · grid: 2 points × 2 arms × 2 replicates"


def test_a_link_opens_the_same_view_again(session):
    session.see(arm="with_feed", order="-wall_s", **{"time.measure": "attention.feed"})
    session.choose(session.tables.runs["run_id"].iloc[0])
    again = StudySession(Address.from_query(session.link()))
    assert again.link() == session.link()
    assert again.page().rows == session.page().rows


def test_the_scenario_of_a_run_brings_its_state(session, folder, tmp_path):
    run = session.tables.runs.iloc[-1]
    session.choose(run["run_id"])
    (tmp_path / "taken.toml").write_text(session.run_toml())
    study = society.run(Scenario.from_file(tmp_path / "taken.toml"), out=tmp_path / "again")
    assert study.manifest["state_hash"] == run["state_hash"]


def test_explore_opens_the_exact_scenario_of_a_run(folder):
    study = Study.load(folder)
    run_id = study.design["run_id"].iloc[3]
    session = Session(Address.from_query(Address(study=str(folder), run=run_id).to_query()))
    try:
        assert session.error == ""
        assert session.applied.digest() == study.scenario(run_id).digest()
    finally:
        session.close()


def test_the_page_of_a_folder_is_that_of_studies_and_of_a_file_that_to_explore(folder, tmp_path):
    assert first_page(folder, {}) == ("studies", Address(study=str(folder)))
    assert first_page(None, {})[0] == "explore"
    with pytest.raises(InputError, match="is not a study folder"):
        first_page(tmp_path, {})
    with pytest.raises(InputError, match="--set goes with a scenario file"):
        first_page(folder, {"run.steps": 3})


def test_other_results_are_refused_in_words(tmp_path):
    (tmp_path / "manifest.json").write_text(
        '{"schema_version": 1, "run_id": "x", "status": "done", "kind": "calibration"}'
    )
    with pytest.raises(InputError, match="a calibration"):
        open_study(tmp_path)
