"""The command `society compare` on a real sweep: what it prints, what it writes, and what it refuses."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest
import rich.console

import society
from society.comparisons import compare
from society.comparisons.printing import _table
from society.figures.comparison import forest, over_time
from tests.files import command, scenario_file

SWEEP = """
[sweep]
scenario = "tiny.toml"
replicates = 3
[factors]
"platform.feed.power" = [0.5, 2.0]
[arm.with_feed]
[arm.without_feed.set]
"platform.feed.enabled" = false
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of 12 runs in two arms."""
    folder = tmp_path_factory.mktemp("compare")
    scenario_file(folder)
    (folder / "sweep.toml").write_text(SWEEP)
    society.sweep(folder / "sweep.toml", out=folder / "study", workers=1)
    return folder / "study"


def test_it_says_what_is_compared(folder: Path) -> None:
    outcome = command("compare", folder, "--arms", "with_feed", "without_feed")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines()[0] == "with_feed − without_feed: 6 pairs, at the end"
    assert "platform.feed.enabled" in outcome.out


def test_it_shows_the_numbers_of_the_python_call(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    table = compare(folder).differences
    row = table[(table["high"] > table["low"])].iloc[0]
    outcome = command("compare", folder, "--outcome", row["measure"])
    cells = next(line.split() for line in outcome.out.splitlines() if line.split()[:1] == [row["measure"]])
    shown = [float(cell.replace("−", "-")) for cell in (*cells[1:5], cells[6])]
    assert shown == pytest.approx([row[name] for name in ("a", "b", "difference", "low", "high")], rel=6e-3)


def test_a_narrow_terminal_has_no_room_for_the_means(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = command("compare", folder).out.splitlines()
    heading = next(line.split() for line in lines if line.split()[:1] == ["outcome"])
    assert heading == ["outcome", "difference", "95", "%", "interval", "g", "p"]
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("width", [76, 80, 120])
def test_numbers_are_whole_however_long_an_outcome_is(width: int) -> None:
    row = {"a": 1234.5, "b": -1234.5, "difference": -1234.567, "low": -1234.567, "high": 1234.567}
    rows = [{"measure": "process.of.a.very.long.name.indeed.and.more", **row, "g_av": -12.34, "p_holm": 0.0001}]
    out = rich.console.Console(width=width, record=True, file=io.StringIO())
    out.print(_table(rows, ("with", "without"), 0.95, width=width))
    line = next(line for line in out.export_text().splitlines() if "−" in line or "-1,234.567 to" in line)
    assert line.split()[-6:] == ["-1,234.567", "to", "1,234.567", "-12.34", "<", "0.001"]


def test_levels_of_a_factor_are_read_from_the_command(folder: Path) -> None:
    words = ["--factor", "platform.feed.power", "2", "0.5", "--arms", "with_feed", "with_feed", "--step", "3"]
    outcome = command("compare", folder, *words)
    assert outcome.out.splitlines()[0] == "feed.power = 2 − feed.power = 0.5: 3 pairs, at step 3"


def test_a_study_compared_with_another_of_the_same_scenario_is_the_same_bit_for_bit(
    folder: Path, tmp_path: Path
) -> None:
    society.sweep(folder.parent / "sweep.toml", out=tmp_path / "again", workers=1)
    outcome = command("compare", folder, tmp_path / "again")
    assert "Their scenarios, versions and code are the same." in outcome.out
    assert "Bit for bit the same in all 12 pairs: final states and recorded series." in outcome.out


def test_it_writes_tables_and_figures(folder: Path, tmp_path: Path) -> None:
    outcome = command("compare", folder, "--out", tmp_path / "out", "--figures", "svg", "--outcome", "interest")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {
        *("compare.csv", "compare_by_point.csv", "compare_changes.csv", "compare_notes.txt", "compare_over_time.csv"),
        *("compare_pairs.csv", "compare_forest.svg", "compare_over_time.svg"),
    }
    assert outcome.out.splitlines()[-1] == f"wrote {tmp_path / 'out' / 'compare_over_time.svg'}"
    kept = pd.read_csv(tmp_path / "out" / "compare.csv")
    assert kept["difference"].tolist() == compare(folder, outcomes=["interest"]).differences["difference"].tolist()


def test_a_measure_stands_for_its_columns_in_what_is_written_too(folder: Path, tmp_path: Path) -> None:
    command("compare", folder, "--out", tmp_path, "--outcome", "trait_mean", "--quiet")
    for name in ("compare.csv", "compare_over_time.csv", "compare_by_point.csv"):
        assert {*pd.read_csv(tmp_path / name)["measure"]} == {"trait_mean.openness", "trait_mean.anger"}


def test_what_is_taken_of_series_is_compared_like_a_measure(folder: Path) -> None:
    found = compare(folder, outcomes=["interest", "peak(interest)", "mean(interest, 3:)"]).differences
    series = society.Study.load(folder).series.groupby("run_id")["interest"]
    known = society.Study.load(folder).design.set_index("run_id").join(series.max().rename("peak"))
    by_arm = known.groupby("arm")["peak"].mean()
    row = found.set_index("measure").loc["peak(interest)"]
    assert row["difference"] == pytest.approx(by_arm["with_feed"] - by_arm["without_feed"])
    assert {*found["measure"]} == {"interest", "peak(interest)", "mean(interest, 3:)"}


def test_a_single_csv_file_is_refused_since_there_are_several_tables(folder: Path, tmp_path: Path) -> None:
    outcome = command("compare", folder, "--outcome", "interest", "--out", tmp_path / "x.csv")
    assert outcome.code == 2
    assert "name a folder for them, or a file that ends in .tex" in outcome.err
    assert not (tmp_path / "x.csv").exists()


def test_a_table_for_latex_holds_the_differences(folder: Path, tmp_path: Path) -> None:
    words = ["compare", folder, "--outcome", "interest", "--outcome", "peak(interest)", "--out", tmp_path / "x.tex"]
    outcomes = [command(*words, "--quiet"), command(*words), command(*words, "--force")]
    assert [outcome.code for outcome in outcomes] == [0, 2, 0]
    written = (tmp_path / "x.tex").read_text()
    assert "with\\_feed & without\\_feed & difference & 95\\% interval & g & p \\\\" in written
    assert written.count("peak(interest) & ") == 1


def test_a_standing_comparison_is_replaced_only_by_force(folder: Path, tmp_path: Path) -> None:
    words = ["compare", folder, "--out", tmp_path, "--quiet"]
    outcomes = [command(*words), command(*words), command(*words, "--force")]
    assert [outcome.code for outcome in outcomes] == [0, 2, 0]
    assert [outcome.out for outcome in outcomes] == ["", "", ""]
    assert "compare.csv: already exists" in outcomes[1].err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--figures", "png"], "--figures: needs --out"),
        (["--figures", "png", "--out", "x.tex"], "x.tex: figures are written into a folder"),
        (["--outcome", "paek(interest)"], "no function 'paek' of a measure; did you mean 'peak'?"),
        (["--outcome", "peak(interest)", "--step", "3"], "step = 3: is for measures, and peak(interest) is of several"),
        (["--figures", "gif", "--out", "out"], "figures = 'gif': must be one of png, svg, pdf"),
        (["--step", "7"], "step = 7: no such step was recorded on side with_feed; recorded: 0, 1, 2, …, 6"),
        (["--arms", "with_fed", "without_feed"], "no arm 'with_fed'; did you mean 'with_feed'?"),
        (["--outcome", "intrest"], "both sides: no outcome 'intrest'; did you mean 'interest'?"),
    ],
)
def test_wrong_input_is_said(folder: Path, words: list[str], message: str) -> None:
    outcome = command("compare", folder, *words)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err


def test_what_is_no_study_is_said(tmp_path: Path) -> None:
    assert "is not a study folder" in command("compare", tmp_path).err


def differences(n: int, **more: float) -> pd.DataFrame:
    """A table of n outcomes, of which the first is that of `more`."""
    row = {"difference": 1.0, "low": 0.5, "high": 1.5, "sd": 2.0, "p_holm": 0.01}
    return pd.DataFrame([{"measure": f"m{i}", **row, **(more if i == 0 else {})} for i in range(n)])


def test_a_forest_plot_is_in_standard_deviations() -> None:
    axes = forest(differences(3), labels=("a", "b")).axes[0]
    points = [line for line in axes.lines if line.get_marker() == "o"]
    assert [x for line in points for x in line.get_xdata()] == [0.5, 0.5, 0.5]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["m2", "m1", "m0"]


def test_what_does_not_vary_is_left_out_of_a_forest_plot_and_counted() -> None:
    figure = forest(differences(3, sd=0.0), labels=("a", "b"))
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["m2", "m1"]
    assert "1 outcomes that do not vary" in figure.caption


def test_differences_over_time_have_a_panel_each() -> None:
    rows = [
        {"measure": name, "step": step, "difference": step, "low": 0, "high": 9} for name in "ab" for step in (0, 5)
    ]
    figure = over_time(pd.DataFrame(rows), labels=("x", "y"))
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["a", "b"]
    assert figure.svg() == over_time(pd.DataFrame(rows), labels=("x", "y")).svg()
