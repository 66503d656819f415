"""Figures of calibrations: what is drawn where."""

from __future__ import annotations

import numpy as np
import pandas as pd

from society.figures.calibration import by_parameter, by_trial

TRIALS = pd.DataFrame(
    {
        "phase": ["search", "search", "search", "slice"],
        "trial": [0, 1, 2, 0],
        "distance": [5.0, 2.0, np.nan, 3.0],
        "rate": [0.1, 0.2, 0.3, 0.4],
        "graph": ["ring", "alone", "ring", "ring"],
    }
)


def test_each_parameter_has_a_panel_of_distances_above_the_smallest() -> None:
    figure = by_parameter(TRIALS, ["rate", "graph"], logarithmic=["rate"])
    rate, graph = figure.axes
    assert [rate.get_xlabel(), rate.get_xscale(), graph.get_xlabel()] == ["rate", "log", "graph"]
    points = rate.lines[0]
    assert (points.get_xdata().tolist(), points.get_ydata().tolist()) == ([0.1, 0.2, 0.4], [3.0, 0.0, 1.0])
    assert [label.get_text() for label in graph.get_xticklabels()] == ["alone", "ring"]
    assert graph.lines[0].get_xdata().tolist() == [1.0, 0.0, 1.0]


def test_the_best_is_marked() -> None:
    marked = by_parameter(TRIALS, ["rate"]).axes[0].lines[1]
    assert (marked.get_xdata()[0], marked.get_ydata()[0]) == (0.2, 0.0)


def test_the_history_is_that_of_the_search() -> None:
    trials, smallest = by_trial(TRIALS).axes[0].lines
    assert trials.get_xdata().tolist() == [0, 1]
    assert smallest.get_ydata().tolist() == [3.0, 0.0]


def test_the_same_trials_give_the_same_bytes() -> None:
    assert by_trial(TRIALS).svg() == by_trial(TRIALS).svg()
