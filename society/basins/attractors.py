"""Attractors and basins of a reward surface: where they are, how high, how curved, and what it takes to leave them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from society.basins.flow import scale_of, settle
from society.basins.paths import merged, saddles_between
from society.basins.surface import Surface
from society.errors import InputError
from society.population import Array


@dataclass(frozen=True)
class Basins:
    """The basins of a reward surface R and the saddles between them.

    Attractors are numbered from 0 in the order of their places, trait by trait, and saddles likewise.
    """

    surface: Surface
    places: Array
    """(n, n_traits) attractors: maxima of R."""
    heights: Array
    """(n,) R there, in units of reward."""
    curvatures: Array
    """(n, n_traits) eigenvalues of the Hessian of R there, ascending; all below 0."""
    saddles: Array
    """(n_saddles, n_traits) saddles with one direction in which R rises."""
    saddle_heights: Array
    """(n_saddles,) R there."""
    saddle_curvatures: Array
    """(n_saddles, n_traits) eigenvalues there, ascending; the last is above 0."""
    joins: Array
    """(n_saddles, 2) numbers of the attractors on both sides of each saddle, rising; −1 where there is none."""

    def __len__(self) -> int:
        return len(self.places)

    @property
    def barriers(self) -> Array:
        """(n, n) reward that must be given up on the best way from one attractor (row) to another (column).

        The best way is that whose lowest point is highest, through other basins if need be; inf where none is known.
        """
        n = len(self)
        passes = np.full((n, n), -np.inf)
        np.fill_diagonal(passes, self.heights)
        for (one, other), height in zip(self.joins, self.saddle_heights, strict=True):
            if one >= 0 and other >= 0:
                passes[one, other] = passes[other, one] = max(passes[one, other], height)
        for via in range(n):
            passes = np.maximum(passes, np.minimum(passes[:, [via]], passes[[via]]))
        return np.asarray(self.heights[:, None] - passes)

    def basin_of(self, points: ArrayLike) -> Array:
        """(n,) number of the attractor that gradient flow leads to from points (n, n_traits); −1 where to none."""
        points = np.atleast_2d(np.asarray(points, float))
        scale = scale_of(self.surface.starts)
        return number_nearest(settle(self.surface.gradient, points, scale=scale).ends, self.places)

    def escape_time(self, attractor: int, *, temperature: float, rate: float = 1.0) -> float:
        """Mean time in which chance at a low temperature carries somebody out of a basin and into another.

        1/Σ_s k_s with k_s = (η λ_s / 2π) √(|det H_a| / |det H_s|) exp(−ΔR_s / T) over the saddles s of the basin, λ_s
        the curvature along which R rises. An asymptote: good where T is small beside the barriers ΔR_s.

        Parameters
        ----------
        attractor
            Number of the attractor.
        temperature
            T of dx = η ∇R dt + √(2ηT) dW, in units of reward.
        rate
            Learning rate η, per unit of time.

        Returns
        -------
        float
            In that unit of time; inf if no saddle is known.

        References
        ----------
        Kramers, H. A. (1940). Brownian motion in a field of force and the diffusion model of chemical reactions.
        Physica 7, 284–304.
        Hänggi, P., Talkner, P., & Borkovec, M. (1990). Reaction-rate theory: fifty years after Kramers. Reviews of
        Modern Physics 62, 251–341.
        """
        if not 0 <= attractor < len(self):
            raise InputError(f"attractor = {attractor}: must be between 0 and {len(self) - 1}")
        if not (temperature > 0 and rate > 0):
            raise InputError(f"temperature = {temperature}, rate = {rate}: must be above 0")
        leaves = (self.joins == attractor).any(axis=1) & (self.joins[:, 0] != self.joins[:, 1])
        bends, well = np.abs(self.saddle_curvatures[leaves]), np.abs(self.curvatures[attractor])
        climb = self.heights[attractor] - self.saddle_heights[leaves]
        ratio = np.exp(0.5 * (np.log(well).sum() - np.log(bends).sum(axis=1)))
        hazard = float((rate * bends[:, -1] / (2.0 * np.pi) * ratio * np.exp(-climb / temperature)).sum())
        return 1.0 / hazard if hazard > 0 else np.inf


def find_basins(surface: Surface) -> Basins:
    """Find the attractors of a surface from its starts, and the saddles between them.

    From every start gradient flow leads up to an attractor; paths of least effort between each two attractors cross the
    saddles. Attractors in whose basin no start lies stay unknown, unless a saddle leads to them; so do saddles that are
    on no such path. Where R is flat along a line of maxima there is no attractor, and bounds of traits are not
    walls here.

    Raises
    ------
    InputError
        If starts are no points, or are not finite.
    """
    starts = np.asarray(surface.starts, float)
    if starts.ndim != 2 or not starts.size or not np.isfinite(starts).all():
        raise InputError(f"starts: must be finite and (n_starts, n_traits), not of shape {starts.shape}")
    scale = scale_of(starts)
    settled = settle(surface.gradient, starts, scale=scale)
    places, _ = merged(settled.ends[settled.found], scale=scale)
    while True:
        saddles = saddles_between(surface, places, scale=scale)
        sides = saddles.sides.reshape(-1, starts.shape[1])
        more, _ = merged(np.concatenate([places, sides[~np.isnan(sides[:, 0])]]), scale=scale)
        if len(more) == len(places):
            break
        places = more
    joins = np.sort([number_nearest(sides, places) for sides in saddles.sides.swapaxes(0, 1)], axis=0).T
    return Basins(
        surface, places, surface.reward(places), settle(surface.gradient, places, scale=scale).curvatures,
        saddles.places, surface.reward(saddles.places), saddles.curvatures, joins,
    )  # fmt: skip


def number_nearest(points: Array, places: Array) -> Array:
    """(n,) number of the nearest of `places` to each of the points; −1 for nan, or if there is no place."""
    known = ~np.isnan(points[:, 0])
    number = np.full(len(points), -1)
    if len(places) and known.any():
        square = ((points[known, None] - places[None]) ** 2).sum(axis=2)
        number[known] = square.argmin(axis=1)
    return number
