"""Which outcomes a report draws if none are named, and what it says of the choice."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import f as fisher

from society.reports.choice import MOST_OUTCOMES, Choice, between_points, default_choice


def points(n_points: int, n_replicates: int) -> pd.DataFrame:
    return pd.DataFrame([*product(range(n_points), range(n_replicates))], columns=["row", "replicate"])


def choice(done: pd.DataFrame, *, measures: tuple[str, ...] = ()) -> Choice:
    """That of a sweep with these runs; all columns but those of the design are outcomes."""
    columns = [name for name in done if name not in ("row", "arm", "replicate")]
    subject: Any = SimpleNamespace(
        measured=columns,
        done=done.assign(arm=""),
        scenario=SimpleNamespace(record=SimpleNamespace(measures=measures)),
        study=SimpleNamespace(is_sweep=True),
    )
    return default_choice(subject)


def names(found: Choice) -> list[str]:
    return [str(outcome) for outcome in found.outcomes]


def test_the_share_between_points_worked_by_hand() -> None:
    runs = points(2, 2)
    found = between_points(pd.Series([0.0, 2.0, 10.0, 12.0]), runs[["row"]])
    assert found == pytest.approx((100 - 2) / (100 + 2))  # mean squares 2 × 50 and 4 / 2


def test_with_missing_runs_points_count_by_what_they_have() -> None:
    runs = points(2, 3)
    found = between_points(pd.Series([0.0, 2.0, np.nan, 10.0, 12.0, 11.0]), runs[["row"]])
    between, within, n_each = 1.2 * 100, (2 + 2) / 3, (5 - (4 + 9) / 5) / 1  # 2 × 3 / 5 × (11 − 1)²
    assert found == pytest.approx((between - within) / (between + (n_each - 1) * within))


def test_with_one_replicate_it_is_not_known() -> None:
    assert np.isnan(between_points(pd.Series([1.0, 2.0]), points(2, 1)[["row"]]))


def test_where_points_do_not_differ_it_is_above_0_as_often_as_chance_makes_it() -> None:
    runs, rng, n_times = points(4, 5), np.random.default_rng(31), 400
    above = np.mean([between_points(pd.Series(rng.normal(size=20)), runs[["row"]]) > 0 for _ in range(n_times)])
    expected = fisher.sf(1.0, 3, 16)
    assert abs(above - expected) < 4 * np.sqrt(expected * (1 - expected) / n_times)


def test_what_points_decide_is_chosen_before_what_noise_does_and_one_of_each_measure_first() -> None:
    runs, rng = points(3, 4), np.random.default_rng(32)
    row, noise = runs["row"], rng.normal(size=(4, 12))
    found = choice(
        runs.assign(
            **{
                "interest": noise[0] - noise[0] @ np.ones(12) / 12,
                "capture.feed": row + 0.01 * noise[1],
                "capture.other": row + 0.02 * noise[2],
                "wealth": row + 1.0 * noise[3],
            }
        )
    )
    assert names(found)[0] == "capture.feed"
    assert names(found).index("wealth") < names(found).index("capture.other")
    assert "intraclass correlation: capture.feed 100%" in found.words
    assert "--outcome NAME chooses others" in found.words


def test_no_more_are_drawn_than_can_be_read() -> None:
    runs = points(3, 2)
    many = {f"made.m{i}": runs["row"] + 0.1 * runs["replicate"] for i in range(20)}
    assert len(names(choice(runs.assign(**many)))) == MOST_OUTCOMES


def test_measures_that_the_scenario_names_come_before_all() -> None:
    runs = points(3, 2)
    frame = runs.assign(**{"wealth": runs["row"], "trait_sd.a": 1.0, "trait_sd.b": 2.0})
    found = choice(frame, measures=("trait_sd",))
    assert names(found) == ["trait_sd.a", "trait_sd.b"]
    assert "the measures that the scenario records" in found.words


@pytest.mark.parametrize(
    ("n_points", "n_replicates", "why"),
    [
        (3, 1, "noise cannot be told from effects, with one replicate a point"),
        (1, 3, "there is one design point"),
        (2, 3, "none differs between design points by more than noise"),
    ],
)
def test_where_noise_tells_nothing_what_is_of_interest_is_chosen_and_why_is_said(
    n_points: int, n_replicates: int, why: str
) -> None:
    runs = points(n_points, n_replicates)
    frame = runs.assign(**{"made": 5.0, "interest": runs["replicate"] * 1.0 if n_replicates > 1 else runs["row"] * 1.0})
    found = choice(frame)
    assert names(found) == ["interest"]
    assert why in found.words
