"""Analysis of variance of an outcome over the factors of a grid: how much of it goes with which factor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import f as f_distribution

from society.analysis.points import Points, Residual, within_points, within_points_and_seeds
from society.population import Array

MAX_COLUMNS = 1500
"""Of the design matrix: beyond it interactions are not told apart."""
SEEDS, HIGHER, BETWEEN, RESIDUAL, TOTAL = "seeds", "higher order", "interactions", "residual", "total"


def analysis_of_variance(points: Points) -> pd.DataFrame:
    """Main effects and two-factor interactions with their sums of squares, tests and sizes.

    Sums of squares are of type II: each effect beyond all others that do not contain it (Langsrud 2003). In a balanced
    design they are the classical ones and add up; where runs or points are missing they need not. The error is the
    variation between replicates at the same point and, under common seeds, beyond what a seed does at every point
    (replicates are blocks). Without replicates it is what the effects leave.

    Returns
    -------
    DataFrame
        One row a source: `source`, `df`, `ss`, `ms`, `f`, `p`, `eta2` (η² = SS / SS_total) and `omega2`
        (ω² = (SS − df MS_error) / (SS_total + MS_error), not biased upwards by noise; Hays 1963).

    References
    ----------
    Hays, W. L. (1963). Statistics for Psychologists. Holt, Rinehart & Winston.
    Langsrud, Ø. (2003). ANOVA for unbalanced data: Use Type II instead of Type III sums of squares. Statistics and
    Computing 13, 163–167.
    """
    there = points.present()
    model = _Model(there)
    names = there.factors.columns
    sources = [(" × ".join(term), model.beyond(term)) for term in model.terms]
    within = within_points_and_seeds(there.values) if points.is_common else within_points(there.values)
    seeds = Residual(within_points(there.values).sum_of_squares - within.sum_of_squares, model.n_seeds)
    everything = model.explained(model.terms)
    left = Residual(model.total - everything.sum_of_squares, model.n_runs - 1 - everything.df)
    rest = Residual(max(left.sum_of_squares - within.sum_of_squares, 0.0), left.df - within.df)
    if within.df == 0:
        within, rest = left, Residual(0.0, 0)
    if rest.df > 0:
        sources.append((HIGHER if len(names) > 2 and model.has_pairs else BETWEEN, rest))
    return _table(sources, seeds, within, Residual(model.total, model.n_runs - 1))


def _table(sources: Sequence[tuple[str, Residual]], seeds: Residual, error: Residual, total: Residual) -> pd.DataFrame:
    frame = pd.DataFrame(
        [(name, each.df, each.sum_of_squares) for name, each in sources], columns=["source", "df", "ss"]
    )
    frame["ms"] = frame["ss"] / frame["df"].where(frame["df"] > 0)
    frame["f"] = frame["ms"] / error.variance if error.variance > 0 else np.nan
    frame["p"] = f_distribution.sf(frame["f"], frame["df"], error.df)
    frame["omega2"] = (frame["ss"] - frame["df"] * error.variance) / (total.sum_of_squares + error.variance)
    ends = [(SEEDS, seeds)] * (seeds.df > 0) + [(RESIDUAL, error), (TOTAL, total)]
    rest = pd.DataFrame([(name, each.df, each.sum_of_squares, each.variance) for name, each in ends],
                        columns=["source", "df", "ss", "ms"])  # fmt: skip
    whole = pd.concat([frame, rest], ignore_index=True)
    whole["eta2"] = whole["ss"] / total.sum_of_squares
    return whole[["source", "df", "ss", "ms", "f", "p", "eta2", "omega2"]]


class _Model:
    """Least squares of the runs on effects of factors (and seeds), from sums over points alone."""

    def __init__(self, points: Points) -> None:
        there = np.isfinite(points.values)
        runs = np.where(there, points.values - points.values[there].mean(), 0.0)
        self._counts, self._sums = there.sum(axis=1).astype("f8"), runs.sum(axis=1)
        self.total, self.n_runs = float((runs**2).sum()), int(there.sum())
        self._incidence = there[:, there.any(axis=0)].astype("f8")
        self.n_seeds = self._incidence.shape[1] - 1 if points.is_common else 0
        self._seed_sums = runs[:, there.any(axis=0)].sum(axis=0)
        coded = {str(name): _coded(points.factors[name]) for name in points.factors}
        mains: list[tuple[str, ...]] = [(name,) for name in coded]
        widths = [columns.shape[1] for columns in coded.values()]
        n_columns = sum(widths) + sum(one * other for one, other in combinations(widths, 2))
        is_saturated = n_columns + 1 >= len(points.factors) and self.n_runs == len(points.factors)
        self.has_pairs = n_columns <= MAX_COLUMNS and not is_saturated  # else they are the only error there is
        self.terms = [*mains, *(combinations(coded, 2) if self.has_pairs else ())]
        self._columns = {term: reduce(_products, (coded[name] for name in term)) for term in self.terms}

    def beyond(self, term: tuple[str, ...]) -> Residual:
        """What a term explains beyond all others that do not contain it."""
        others = [other for other in self.terms if not set(term) <= set(other)]
        whole, part = self.explained([*others, term]), self.explained(others)
        return Residual(max(whole.sum_of_squares - part.sum_of_squares, 0.0), whole.df - part.df)

    def explained(self, terms: Iterable[tuple[str, ...]]) -> Residual:
        """Sum of squares and degrees of freedom of some terms together with those of seeds."""
        z = np.column_stack([np.ones(len(self._counts)), *(self._columns[term] for term in terms)])
        gram, right = z.T @ (self._counts[:, None] * z), z.T @ self._sums
        if self.n_seeds:
            crossed = z.T @ self._incidence
            gram = np.block([[gram, crossed], [crossed.T, np.diag(self._incidence.sum(axis=0))]])
            right = np.concatenate([right, self._seed_sums])
        values, vectors = np.linalg.eigh(gram)
        kept = values > values[-1] * 1e-10
        part = vectors[:, kept].T @ right
        return Residual(float((part**2 / values[kept]).sum()), int(kept.sum()) - 1)


def _coded(levels: pd.Series) -> Array:
    """(n_points, n_levels − 1) effects of a factor, summing to 0 over its levels."""
    codes, uniques = pd.factorize(levels)
    coded = np.eye(len(uniques))[codes]
    effects: Array = coded[:, :-1] - coded[:, [-1]]
    return effects


def _products(one: Array, other: Array) -> Array:
    """(n_points, n × m) products of the columns of two factors."""
    products: Array = (one[:, :, None] * other[:, None, :]).reshape(len(one), -1)
    return products
