"""Outcomes: what is taken of series, worked by hand, how it is written, and what is refused."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from society.errors import InputError
from society.outcomes import check_step, measured, never, parse, select

KNOWN = ("known.cooperative", "known.invariant", "interest")


def series() -> pd.DataFrame:
    """Run a: 1, 4, 2, 3 at steps 0, 10, 20, 30; run b: 0, none, 5 at steps 0, 10, 20; steps in disorder."""
    rows = [("a", 30, 3.0), ("a", 0, 1.0), ("b", 0, 0.0), ("a", 10, 4.0), ("b", 20, 5.0), ("a", 20, 2.0)]
    return pd.DataFrame([*rows, ("b", 10, np.nan)], columns=["run_id", "step", "x"])


@pytest.mark.parametrize(
    ("text", "a", "b"),
    [
        ("x", 3.0, 5.0),
        ("mean(x)", 2.5, 2.5),
        ("peak(x)", 4.0, 5.0),
        ("trough(x)", 1.0, 0.0),
        ("change(x)", 2.0, 5.0),
        ("slope(x)", 0.04, 0.25),  # a: Σ(t − 15)(x − 2.5) / Σ(t − 15)² = 20 / 500
        ("mean(x, 10:)", 3.0, 5.0),
        ("mean(x, :10)", 2.5, 0.0),
        ("mean(x, 10:20)", 3.0, 5.0),
        ("mean(x, -10:)", 2.5, 5.0),
        ("mean(x, :-10)", 7 / 3, 0.0),
        ("change(x, 10:)", -1.0, 0.0),
        ("slope(x, 20:20)", np.nan, np.nan),
        ("time(x > 2)", 10.0, 20.0),
        ("time(x >= 2, 20:)", 20.0, 20.0),
        ("time(x < 1)", np.nan, 0.0),
        ("time(x <= 1)", 0.0, 0.0),
    ],
)
def test_what_is_taken_of_two_runs_worked_by_hand(text: str, a: float, b: float) -> None:
    found = parse(text).of(series())
    assert found.to_dict() == pytest.approx({"a": a, "b": b}, nan_ok=True)


def test_a_run_without_the_measure_has_no_number() -> None:
    assert parse("peak(y)").of(series()).isna().all()


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (" interest ", "interest"),
        ("peak( known.cooperative )", "peak(known.cooperative)"),
        ("mean(interest,100 :)", "mean(interest, 100:)"),
        ("time(interest>=.50)", "time(interest >= 0.5)"),
        ("time(interest < -2, :-5)", "time(interest < -2, :-5)"),
        ("mean(interest, :)", "mean(interest)"),
    ],
)
def test_an_outcome_is_written_in_one_way_and_read_again(text: str, canonical: str) -> None:
    assert str(parse(text)) == canonical
    assert parse(canonical) == parse(text)


def test_a_measure_stands_for_all_its_columns() -> None:
    found = select(["peak(known, 5:)", "interest", "interest"], KNOWN, source="study")
    assert [str(each) for each in found] == [
        "peak(known.cooperative, 5:)",
        "peak(known.invariant, 5:)",
        "interest",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("peak(intrest)", "study: no outcome 'intrest'; did you mean 'interest'?"),
        ("maen(interest)", "maen(interest): no function 'maen' of a measure; did you mean 'mean'?"),
        ("mean(interest, 5-10)", "window '5-10' must be first:last in steps, such as 100: or 52:104"),
        ("mean(interest, 5:, 10:)", "window '5:, 10:' must be first:last"),
        ("mean(interest, 10:5)", "window 10:5 ends before it begins"),
        ("time(interest)", "time takes a measure and a threshold, such as time(capture.feed > 0.5)"),
        ("peak(interest > 1)", "peak takes a measure, and a window, such as peak(capture.feed, 100:)"),
        ("time(interest > much)", "threshold 'much' is no number"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        select([text], KNOWN, source="study")


def test_a_window_that_no_run_reaches_is_said() -> None:
    with pytest.raises(InputError, match=r"mean\(x, 40:\): no step within 40: was recorded; recorded: 0 to 30"):
        measured([series()], [parse("mean(x, 40:)")])


def test_a_window_that_one_run_reaches_leaves_the_others_without_a_number() -> None:
    found = measured([series()], [parse("mean(x, 30:)")])
    assert found["mean(x, 30:)"].to_dict() == pytest.approx({"a": 3.0, "b": np.nan}, nan_ok=True)


def test_parts_of_series_give_what_the_whole_gives() -> None:
    whole, outcomes = series(), [parse("peak(x)"), parse("time(x > 4)")]
    parts = [rows for _, rows in whole.groupby("run_id")]
    pd.testing.assert_frame_equal(measured(parts, outcomes), measured([whole], outcomes))


def test_runs_in_which_a_condition_never_holds_are_counted() -> None:
    runs = measured([series()], [parse("time(x > 4)")])
    assert never(runs, [parse("time(x > 4)")]) == [
        "time(x > 4): never so in 1 of 2 runs, which are left out; what is said is of the others."
    ]
    assert never(runs.fillna(0.0), [parse("time(x > 4)")]) == []


def test_a_step_is_for_measures_only() -> None:
    with pytest.raises(InputError, match=r"step = 5: is for measures, and peak\(x\) is of several steps"):
        check_step(5, [parse("x"), parse("peak(x)")])


@pytest.mark.parametrize(
    ("text", "unit", "bounds"),
    [
        ("known.invariant", "share of people", (0.0, 1.0)),
        ("mean(known, 5:)", "share of people", (0.0, 1.0)),
        ("change(known)", "share of people", (-1.0, 1.0)),
        ("slope(known)", "share of people a step", (-np.inf, np.inf)),
        ("time(known > 0.5)", "steps", (0.0, np.inf)),
        ("capture.feed", "share of the way to the target", (-np.inf, np.inf)),
        ("trait_sd.anger", "", (-np.inf, np.inf)),
    ],
)
def test_units_and_bounds_follow_from_the_measure_and_the_function(
    text: str, unit: str, bounds: tuple[float, float]
) -> None:
    assert (parse(text).unit, parse(text).bounds) == (unit, bounds)


def test_the_sentence_says_what_is_taken_of_what_and_when() -> None:
    said = parse("time(known > 0.5, 10:)").sentence
    assert said.startswith("First recorded step at which it is > 0.5 within steps 10:, of: share of people who know")
