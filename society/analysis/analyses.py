"""analyse: the analyses that fit a study's design, for each arm and outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from society.analysis.anova import analysis_of_variance
from society.analysis.contrasts import differences_of_arms, differences_of_levels, means_by_level
from society.analysis.correlation import independent_columns, partial_rank_correlation, standardised_regression
from society.analysis.elementary_effects import elementary_effects
from society.analysis.layout import ENUMERATED, SAMPLED, Layout
from society.analysis.outcomes import chosen_outcomes, varying
from society.analysis.points import Points, by_point
from society.analysis.replicates import power_of_arms, power_of_mean, power_of_points
from society.analysis.result import Analysis
from society.analysis.seeds import over_seeds
from society.analysis.sobol_indices import sobol_indices
from society.analysis.variance import variance_components
from society.errors import InputError
from society.outcomes import Outcome, never
from society.population import Array
from society.results import Study

type Rows = list[dict[str, Any]]
type Method = Callable[..., pd.DataFrame]

MAX_LEVELS = 50
"""Levels of a factor beyond which they are not compared one by one."""
WIDE = 0.5
"""Width of an interval of a Sobol index, a share, from which on more samples are advised."""


def analyse(
    study: Study,
    outcomes: Sequence[str] | None = None,
    *,
    step: int | None = None,
    half_width: float | None = None,
    level: float = 0.95,
) -> Analysis:
    """Analyse a sweep: sensitivity to its factors, differences between arms, noise, and how many replicates it needs.

    Which analyses apply follows from the design: Sobol indices (sobol), elementary effects (morris), partial rank
    correlation and standardised regression (lhs, random, list, csv), means by level and analysis of variance (grid,
    zip, list, csv), contrasts (arms). Runs that failed or are missing are left out, and so are all blocks of a sobol
    and trajectories of a morris design that lack a point; equal points of a sample, which are the same runs, count
    once. `notes` says how many.

    Parameters
    ----------
    study
        Of a sweep; whatever of it is done counts.
    outcomes
        Measures, such as ``capture.feed``, or what is taken of their series, such as ``peak(capture.feed)``
        (`society.outcomes`); all measures by default.
    step
        A recorded step; the last of each run by default.
    half_width
        Wanted half-width of the intervals, for `power` to say how many replicates that needs.
    level
        Of all intervals.

    Returns
    -------
    Analysis
        Its `write` puts the tables into files. The same study gives the same numbers: the bootstrap is seeded by it.

    Raises
    ------
    InputError
        If there is nothing to analyse, or no such outcome or step.

    Examples
    --------
    >>> analysis = society.analyse(society.Study.load("results/stakes"), ["capture.feed"], half_width=0.01)
    >>> analysis.indices.sort_values("estimate")
    """
    if not 0 < level < 1:
        raise InputError(f"level = {level}: must be above 0 and below 1")
    if half_width is not None and not 0 < half_width < np.inf:
        raise InputError(f"half_width = {half_width}: must be a number above 0")
    if not study.is_sweep:
        raise InputError(f"{study.folder}: holds one run; what varies between runs is analysed (society sweep)")
    if not (study.runs["status"] == "done").any():
        raise InputError(f"{study.folder}: none of its {study.runs['run_id'].nunique():,} runs is done")
    runs, asked = chosen_outcomes(study, outcomes, step)
    return _Work(study, Layout.of(study), level, half_width).analysis(runs, asked)


class _Work:
    """One analysis on its way: the tables grow arm by arm and outcome by outcome."""

    def __init__(self, study: Study, layout: Layout, level: float, half_width: float | None) -> None:
        self.folder: Path = study.folder
        self.factors = study.factors
        self.seed = int(study.manifest["seed"])
        self.layout, self.level, self.half_width = layout, level, half_width
        self.variance: Rows = []
        self.means: Rows = []
        self.contrasts: Rows = []
        self.power: Rows = []
        self.indices: list[pd.DataFrame] = []
        self.effects: list[pd.DataFrame] = []
        self.notes: dict[str, list[str]] = {}

    def analysis(self, runs: pd.DataFrame, asked: Sequence[Outcome]) -> Analysis:
        """Go through all arms and outcomes."""
        kept = self._note_runs(runs, [str(outcome) for outcome in asked])
        for words in never(runs[runs["status"] == "done"], asked):
            self._note(words)
        arms = [self._distinct(points) for points in by_point(runs, self.factors, kept)]
        for points in arms:
            self._arm(points)
        for outcome in kept if len(arms) > len(kept) else ():
            self._arms([points for points in arms if points.outcome == outcome and points.n_runs])
        frames = {name: pd.DataFrame(getattr(self, name)) for name in ("variance", "means", "contrasts", "power")}
        return Analysis(
            self.folder, self.level, **frames, indices=_together(self.indices), effects=_together(self.effects),
            notes=tuple(_said(note, which) for note, which in self.notes.items()),
        )  # fmt: skip

    def _note_runs(self, runs: pd.DataFrame, names: Sequence[str]) -> list[str]:
        """Say which runs and outcomes are left out, and return the outcomes that are not."""
        unique = runs.drop_duplicates("run_id")["status"]
        n_failed, n_missing = int((unique == "failed").sum()), int((unique == "missing").sum())
        if n_failed or n_missing:
            self._note(f"{n_failed:,} of {len(unique):,} runs failed and {n_missing:,} are missing; they are left out")
        kept, constant, absent = varying(runs, names)
        if constant:
            self._note(f"the same in all runs, left out: {', '.join(constant)}")
        if absent:
            self._note(f"in no run, left out: {', '.join(absent)}")
        if not kept:
            raise InputError(f"{self.folder}: no outcome varies over the runs that are done")
        return kept

    def _distinct(self, points: Points) -> Points:
        """Each point once, but for designs whose rows have a place in a block."""
        once = points.distinct()
        if not (n_copies := len(points.values) - len(once.values)):
            return points
        said = f"{n_copies:,} of {len(points.values):,} points are the same as others, with the same runs"
        if self.layout.kind in ("sobol", "morris"):
            self._note(f"{said}: intervals take no account of the noise that these share")
            return points
        self._note(f"{said}: each counts once")
        return once

    def _arm(self, points: Points) -> None:
        """All that is said of one outcome in one arm."""
        there = points.present()
        values = there.values[np.isfinite(there.values)]
        if len(values) < 2 or values.min() == values.max():
            self._note("does not vary, left out", points)
            return
        self.variance.append(variance_components(points))
        if there.values.shape[1] > 1:
            self.power.append(power_of_mean(there, wanted=self.half_width, level=self.level))
            if len(there.values) > 1:
                self.power.append(power_of_points(there, wanted=self.half_width, level=self.level))
        else:
            self._note("one replicate: noise cannot be told from effects (society extend DIR --replicates N)")
        if not self.factors:
            return
        if there.values.shape[1] == 1 and points.is_common and len(there.values) > 1:
            self._note("all points share one seed: what is found holds for it (replicates, or pairing = 'independent')")
        if points.n_runs < points.values.size:
            self._note(f"{points.values.size - points.n_runs:,} of {points.values.size:,} values are missing", points)
        kind = self.layout.kind
        if kind in ("sobol", "morris"):
            self._blocks(points)
        if kind in (*SAMPLED, "list", "csv"):
            self._correlations(there)
        if kind in ENUMERATED:
            self._levels(there)

    def _blocks(self, points: Points) -> None:
        """Indices of designs whose rows count in blocks."""
        if self.layout.kind == "sobol":
            found, n_dropped = sobol_indices(
                points, second_order=self.layout.second_order, level=self.level, seed=self.seed
            )
            what = "blocks of the sobol design lack a point"
        else:
            codes = self.layout.codes(points.factors).to_numpy("f8")
            found, n_dropped = elementary_effects(
                points, codes, n_levels=self.layout.n_levels, level=self.level, seed=self.seed
            )
            what = "trajectories of the morris design lack a point"
        if n_dropped:
            self._note(f"{n_dropped:,} {what} and are left out", points)
        if found.empty:
            self._note(f"too few whole {what.split()[0]} are left for any index", points)
        elif found["estimate"].isna().any():
            self._note("all variance between points may be noise: no index can be told; more replicates may", points)
        elif self.layout.kind == "sobol" and found["low"].isna().any():
            self._note("so noisy that indices have no interval; more replicates or samples would give one", points)
        elif self.layout.kind == "sobol" and (wide := (found["high"] - found["low"]).max()) > WIDE:
            self._note(
                f"intervals of indices are up to {wide:.2f} wide: take more samples (society extend --samples)", points
            )
        self._add(self.indices, points, found)

    def _correlations(self, points: Points) -> None:
        """Correlation and regression over points."""
        unordered = [*self.layout.labels]
        if unordered:
            self._note(f"no order, left out of correlation and regression: {', '.join(unordered)}")
        x = self.layout.codes(points.factors.drop(columns=unordered))
        kept = independent_columns(x)
        if lost := [name for name in x if name not in kept]:
            self._note(f"constant or given by the others, left out of correlation: {', '.join(map(str, lost))}", points)
        y = points.means()
        if len(x) < len(kept) + 4 or not kept or y.min() == y.max():
            self._note(f"{len(x)} points are too few to correlate {len(kept)} factors", points)
            return
        for method in (partial_rank_correlation, standardised_regression):

            def index(values: Array, method: Method = method) -> pd.DataFrame:
                there = np.isfinite(values)
                return method(x.loc[there, kept], values[there], level=self.level)

            in_z = method is partial_rank_correlation
            found = over_seeds(points, index, level=self.level, in_z=in_z) if points.is_common else index(y)
            self._add(self.indices, points, found)

    def _levels(self, points: Points) -> None:
        """Means, differences and variance by level."""
        points = replace(points, factors=self.layout.sources(points.factors))
        n_levels = points.factors.nunique()
        if len(large := n_levels[n_levels > MAX_LEVELS]):
            self._note(f"more than {MAX_LEVELS} levels, not compared one by one: {', '.join(map(str, large.index))}")
        few = replace(points, factors=points.factors[n_levels.index[n_levels <= MAX_LEVELS]])
        self.means += means_by_level(few, level=self.level)
        self.contrasts += differences_of_levels(few, level=self.level)
        varied = points.factors[n_levels.index[n_levels > 1]]
        if varied.shape[1]:
            self._add(self.effects, points, analysis_of_variance(replace(points, factors=varied)))
        sizes = np.isfinite(points.values).sum(axis=1)
        is_whole = len(points.factors) == n_levels.prod()
        if varied.shape[1] > 1 and not (is_whole and (sizes == sizes[0]).all()):
            self._note(
                "not balanced: means are over the points there are, sums of squares of type II do not add up", points
            )

    def _arms(self, arms: list[Points]) -> None:
        """Differences between arms."""
        over = "points" if self.layout.kind in SAMPLED else "replicates"
        self.contrasts += differences_of_arms(arms, over=over, level=self.level)
        for other, one in combinations(arms, 2):
            if one.values.shape[1] > 1:
                self.power.append(power_of_arms(one, other, wanted=self.half_width, level=self.level))

    def _add(self, to: list[pd.DataFrame], points: Points, found: pd.DataFrame) -> None:
        if len(found):
            names = pd.DataFrame({"arm": points.arm, "outcome": points.outcome}, index=found.index)
            to.append(pd.concat([names, found], axis=1))

    def _note(self, note: str, points: Points | None = None) -> None:
        """Keep a note once, with all outcomes that it is about."""
        about = self.notes.setdefault(note, [])
        if points is not None:
            about.append(f"{points.outcome} ({points.arm})" if points.arm else points.outcome)


def _said(note: str, which: Sequence[str]) -> str:
    """A note with what it is about."""
    shown = ", ".join(which[:6]) + (f" and {len(which) - 6} more" if len(which) > 6 else "")
    return f"{note}: {shown}" if which else note


def _together(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
