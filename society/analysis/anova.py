"""Analysis of variance of an outcome over the factors of a grid: how much of it goes with which factor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import f as f_distribution

from society.analysis.points import Points, Residual, within_points, within_points_and_seeds
from society.population import Array

MAX_COLUMNS = 1500
"""Of the design matrix: beyond it interactions are not told apart."""
ROUNDING = 1e-14
"""Share of the total sum of squares that is none."""
SEEDS, HIGHER, BETWEEN, RESIDUAL, TOTAL = "seeds", "higher order", "interactions", "residual", "total"


class _Source(NamedTuple):
    """A source of variance, and what it is tested against."""

    name: str
    effect: Residual
    error: Residual


def analysis_of_variance(points: Points) -> pd.DataFrame:
    """Main effects and two-factor interactions with their sums of squares, tests and sizes.

    Sums of squares are of type II: each effect beyond all others that do not contain it (Langsrud 2003). In a balanced
    design they are the classical ones and add up; where runs or points are missing they need not. The error is the
    variation between replicates at the same point. Without replicates it is what the effects leave.

    Under common seeds replicates are blocks, and an effect is tested against how much it differs between seeds (its
    interaction with them, as effects within subjects are): a residual pooled over all effects may be far from that.
    It takes the replicates in which every point has a run; with fewer than two the residual serves.

    Returns
    -------
    DataFrame
        One row a source: `source`, `df`, `ss`, `ms`, `f` with `df_error`, `p`, `eta2` (η² = SS / SS_total) and
        `omega2` (ω² = (SS − df MS_error) / (SS_total + MS_error), not biased upwards by noise; Hays 1963).

    References
    ----------
    Hays, W. L. (1963). Statistics for Psychologists. Holt, Rinehart & Winston.
    Langsrud, Ø. (2003). ANOVA for unbalanced data: Use Type II instead of Type III sums of squares. Statistics and
    Computing 13, 163–167.
    """
    there = points.present()
    model = _Model(there)
    within = within_points_and_seeds(there.values) if points.is_common else within_points(there.values)
    seeds = Residual(within_points(there.values).sum_of_squares - within.sum_of_squares, model.n_seeds)
    everything = model.explained(model.terms)
    left = Residual(model.total - everything.sum_of_squares, model.n_runs - 1 - everything.df)
    rest = Residual(max(left.sum_of_squares - within.sum_of_squares, 0.0), left.df - within.df)
    if within.df == 0:
        within, rest = left, Residual(0.0, 0)
    sources = [_Source(" × ".join(term), model.beyond(term), model.over_seeds(term) or within) for term in model.terms]
    if rest.df > 0:
        sources.append(_Source(HIGHER if model.has_pairs else BETWEEN, rest, within))
    ends = {SEEDS: seeds, RESIDUAL: within, TOTAL: Residual(model.total, model.n_runs - 1)}
    return _table(sources, {name: end for name, end in ends.items() if end.df > 0 or name != SEEDS})


def _table(sources: Sequence[_Source], ends: Mapping[str, Residual]) -> pd.DataFrame:
    total = ends[TOTAL].sum_of_squares
    rows = []
    for name, found, error in sources:
        effect = found if found.sum_of_squares > ROUNDING * total else Residual(0.0, found.df)
        f = effect.variance / error.variance if error.variance > 0 and effect.sum_of_squares > 0 else np.nan
        rows.append({
            **{"source": name, "df": effect.df, "ss": effect.sum_of_squares, "ms": effect.variance, "f": f},
            **{"df_error": error.df, "p": f_distribution.sf(f, effect.df, error.df)},
            "omega2": (effect.sum_of_squares - effect.df * error.variance) / (total + error.variance),
        })  # fmt: skip
    rows += [{"source": name, "df": end.df, "ss": end.sum_of_squares, "ms": end.variance} for name, end in ends.items()]
    frame = pd.DataFrame(rows).assign(eta2=[row["ss"] / total for row in rows])
    return frame[["source", "df", "ss", "ms", "f", "df_error", "p", "eta2", "omega2"]]


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
        self._whole = points.values[:, there.all(axis=0)]
        self.terms = [*mains, *(combinations(coded, 2) if self.has_pairs else ())]
        self._columns = {term: reduce(_products, (coded[name] for name in term)) for term in self.terms}

    def beyond(self, term: tuple[str, ...]) -> Residual:
        """What a term explains beyond all others that do not contain it."""
        others = [other for other in self.terms if not set(term) <= set(other)]
        whole, part = self.explained([*others, term]), self.explained(others)
        return Residual(max(whole.sum_of_squares - part.sum_of_squares, 0.0), whole.df - part.df)

    def over_seeds(self, term: tuple[str, ...]) -> Residual | None:
        """How much what a term does differs between common seeds; None for fewer than two whole replicates."""
        n_whole = self._whole.shape[1]
        if not self.n_seeds or n_whole < 2:
            return None
        others = [self._columns[other] for other in self.terms if not set(term) <= set(other)]
        z = np.column_stack([np.ones(len(self._counts)), *others])
        beyond = self._columns[term] - z @ np.linalg.lstsq(z, self._columns[term], rcond=None)[0]
        left, sizes, _ = np.linalg.svd(beyond, full_matrices=False)
        effects = left[:, sizes > 1e-8 * max(sizes[0], 1.0)].T @ self._whole
        differing = effects - effects.mean(axis=1, keepdims=True)
        return Residual(float((differing**2).sum()), len(effects) * (n_whole - 1))

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
