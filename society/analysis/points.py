"""Points: the outcomes of one arm by design point and replicate, and what replicates say of noise.

Every analysis starts here. A run that failed or is missing is nan; what it would have been is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from society.population import Array


@dataclass(frozen=True)
class Points:
    """One outcome of one arm at every point of a design.

    Attributes
    ----------
    arm
        Name of the arm; "" if there are none.
    outcome
        Name of the measure.
    factors
        (n_points, n_factors) values as in the design, indexed by the number of the point.
    values
        (n_points, n_replicates) outcome of each run; nan where a run failed, is missing, or has no such measure.
    seeds
        (n_points, n_replicates) seed of each run.
    """

    arm: str
    outcome: str
    factors: pd.DataFrame
    values: Array
    seeds: Array

    @property
    def is_common(self) -> bool:
        """Whether replicate r has the same seed at every point, so that what a seed does everywhere can be told."""
        return bool((self.seeds == self.seeds[:1]).all())

    @property
    def n_runs(self) -> int:
        """Number of runs that count."""
        return int(np.isfinite(self.values).sum())

    def present(self) -> Points:
        """Only the points with at least one run."""
        there = np.isfinite(self.values).any(axis=1)
        return replace(self, factors=self.factors[there], values=self.values[there], seeds=self.seeds[there])

    def distinct(self) -> Points:
        """Each point once: rows of a sample whose factors are the same are the same runs, and tell nothing more."""
        first = ~self.factors.duplicated().to_numpy()
        return replace(self, factors=self.factors[first], values=self.values[first], seeds=self.seeds[first])

    def means(self) -> Array:
        """(n_points,) mean over replicates, less what common seeds do everywhere; nan without a run."""
        return mean_over_replicates(adjusted(self.values) if self.is_common else self.values)


def by_point(runs: pd.DataFrame, factors: Sequence[str], outcomes: Sequence[str]) -> Iterator[Points]:
    """The points of each arm and outcome, arms outermost, points and replicates in the order of their numbers."""
    for arm, rows in runs.groupby("arm", sort=False):
        table = rows.drop_duplicates("row").set_index("row")[[*factors]].sort_index()
        replicates = np.unique(rows["replicate"])
        at = table.index.get_indexer(pd.Index(rows["row"])), np.searchsorted(replicates, rows["replicate"])
        seeds = np.full((len(table), len(replicates)), -1, "i8")
        seeds[at] = rows["seed"]
        is_done = (rows["status"] == "done").to_numpy()
        for outcome in outcomes:
            values = np.full((len(table), len(replicates)), np.nan)
            measured = rows[outcome].to_numpy("f8")
            values[at] = np.where(is_done & np.isfinite(measured), measured, np.nan)
            yield Points(str(arm), outcome, table, values, seeds)


class Residual(NamedTuple):
    """What is left of runs once their design point, and under common seeds their replicate, is known."""

    sum_of_squares: float
    df: int

    @property
    def variance(self) -> float:
        """Unbiased estimate of the variance of a run; nan without replicates."""
        return self.sum_of_squares / self.df if self.df > 0 else np.nan


def within_points(values: Array) -> Residual:
    """Variation of runs at the same point: E Var(Y | x), pooled over points."""
    deviations = _deviations(values)
    there = np.isfinite(values)
    return Residual(float((deviations**2).sum()), int(there.sum() - there.any(axis=1).sum()))


def within_points_and_seeds(values: Array) -> Residual:
    """The same, less what the seed of a replicate does at every point: rows and replicates by least squares."""
    whole = within_points(values)
    effects, explained = _replicate_effects(values)
    return Residual(max(whole.sum_of_squares - explained, 0.0), whole.df - max(len(effects) - 1, 0))


def adjusted(values: Array) -> Array:
    """(n_points, n_replicates) outcomes less the effect of each replicate's seed on all points; the mean stays."""
    result: Array = values - replicate_effects(values)
    return result


def replicate_effects(values: Array) -> Array:
    """(n_replicates,) what each replicate's seed does on all points, by least squares; nan without a run."""
    counted = np.isfinite(values).any(axis=0)
    effects = np.full(values.shape[1], np.nan)
    effects[counted] = _replicate_effects(values)[0]
    return effects


def mean_over_replicates(values: Array) -> Array:
    """(n_points,) mean of the runs there are; nan if there is none."""
    there = np.isfinite(values)
    counts = there.sum(axis=1)
    means: Array = np.where(counts > 0, np.where(there, values, 0.0).sum(axis=1) / np.maximum(counts, 1), np.nan)
    return means


def _deviations(values: Array) -> Array:
    """(n_points, n_replicates) runs less the mean of their point, 0 where there is none."""
    return np.where(np.isfinite(values), values - mean_over_replicates(values)[:, None], 0.0)


def _replicate_effects(values: Array) -> tuple[Array, float]:
    """Least-squares effects of the replicates that have runs, points known, and the sum of squares they explain.

    Exact for missing runs too; in a balanced design it is the mean deviation of each replicate.
    """
    there, deviations = np.isfinite(values), _deviations(values)
    if there.all():
        by_replicate: Array = deviations.mean(axis=0)
        return by_replicate, float(len(values) * (by_replicate**2).sum())
    deviations = deviations[:, there.any(axis=0)]
    there = there[:, there.any(axis=0)].astype("f8")
    counts = there.sum(axis=1)
    shared = there / np.maximum(counts, 1)[:, None]
    right = deviations.sum(axis=0)
    effects: Array = np.linalg.pinv(np.diag(there.sum(axis=0)) - there.T @ shared, hermitian=True) @ right
    return effects, float(effects @ right)
