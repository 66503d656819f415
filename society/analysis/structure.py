"""What sobol and morris designs share: blocks of rows that count whole or not at all, and the noise within them."""

from __future__ import annotations

import numpy as np

from society.analysis.points import Points, within_points
from society.population import Array


def blocks(points: Points, size: int) -> tuple[Array, int]:
    """(n_blocks, size, n_replicates) runs of the blocks in which every row has a run, and how many have not."""
    chosen, kept, n_blocks = _complete(points, size)
    return points.values[chosen].reshape(-1, size, points.values.shape[1]), n_blocks - kept


def rows_of_blocks(points: Points, size: int) -> Array:
    """Places among the points of the rows that `blocks` keeps, in order."""
    return _complete(points, size)[0]


def same_runs(points: Points, size: int) -> Array:
    """(n_blocks, size, size) whether rows of the blocks that `blocks` keeps share their seeds.

    All do under common seeds. Else those do that are the same point, as rows may be whose factors have few levels: they
    are the same runs.
    """
    first = points.seeds[rows_of_blocks(points, size), 0].reshape(-1, size)
    shared: Array = first[:, :, None] == first[:, None, :]
    return shared


def _complete(points: Points, size: int) -> tuple[Array, int, int]:
    block = points.factors.index.to_numpy() // size
    n_blocks = int(block.max()) + 1
    there = np.isfinite(points.values).any(axis=1)
    whole = np.bincount(block[there], minlength=n_blocks) == size
    return np.flatnonzero(whole[block]), int(whole.sum()), n_blocks


def noise_of_means(runs: Array, same: Array) -> Array:
    """Estimate the covariance that noise makes between the means over replicates of the rows of a block.

    Replicates of a row are independent, so each mean has the variance s² / R (of a row with a single run: that of all
    rows pooled). Between rows there is none, unless they share their seeds (`same`).

    Returns
    -------
    (n_blocks, size, size) array, all 0 without replicates.
    """
    n_blocks, size, n_replicates = runs.shape
    if n_replicates == 1:
        return np.zeros((n_blocks, size, size))
    there = np.isfinite(runs)
    counts = there.sum(axis=2)
    deviations = np.where(there, runs - (np.where(there, runs, 0).sum(axis=2) / counts)[:, :, None], 0.0)
    pooled = within_points(runs.reshape(-1, n_replicates)).variance
    variance = np.where(counts > 1, (deviations**2).sum(axis=2) / np.maximum(counts - 1, 1), np.nan_to_num(pooled))
    both = np.einsum("nkr,nlr->nkl", there.astype("f8"), there.astype("f8"))
    products = np.einsum("nkr,nlr->nkl", deviations, deviations)
    shared = np.where(same & (both > 1), products / np.maximum(both - 1, 1), 0.0)
    covariance: Array = shared * both / (counts[:, :, None] * counts[:, None, :])
    diagonal = np.arange(size)
    covariance[:, diagonal, diagonal] = variance / counts
    return covariance
