"""Paths of least effort between attractors, and the saddles that they cross."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np

from society.basins.flow import hessian, newton, settle
from society.basins.surface import PointFunction, Surface
from society.population import Array

N_IMAGES = 40
"""Points that stand for a path."""
STEPS_A_ROUND, MOST_ROUNDS = 50, 80
"""Steps of a path between two looks at the saddles below it, and how many looks at most."""
BOW = 0.05
"""How far paths bend aside at first, in units of their length: a straight one may lie on a ridge for ever."""


class Saddles(NamedTuple):
    """Passes between basins: critical points of R with one direction in which it rises, and where both sides lead."""

    places: Array
    """(n, n_traits)."""
    curvatures: Array
    """(n, n_traits) eigenvalues of the Hessian of R, ascending; the last is above 0, the others below."""
    sides: Array
    """(n, 2, n_traits) the attractors to which R rises on both sides; nan where it leads to none."""


def saddles_between(surface: Surface, attractors: Array, *, scale: float) -> Saddles:
    """Saddles on the paths of least effort between all pairs of attractors (n, n_traits).

    Straight paths, a little bent, are moved up the gradient with their points kept at equal distances (simplified
    string method). From each low point of R on a path, Newton's method leads to a saddle; paths have found their places
    when they lead to the same saddles twice.

    References
    ----------
    E, W., Ren, W., & Vanden-Eijnden, E. (2007). Simplified and improved string method for computing the minimum energy
    paths in barrier-crossing events. Journal of Chemical Physics 126, 164103.
    """
    places, curvatures = np.empty((0, attractors.shape[1])), np.empty((0, attractors.shape[1]))
    paths = _bent(attractors)
    for _ in range(MOST_ROUNDS if len(paths) else 0):
        paths, before = _moved(surface.gradient, paths, scale), places
        places, curvatures = _passes(surface, paths, scale)
        if len(places) and places.shape == before.shape and np.abs(places - before).max() <= 1e-6 * scale:
            break
    return Saddles(places, curvatures, _sides(surface.gradient, places, scale))


def merged(points: Array, *, scale: float) -> tuple[Array, Array]:
    """Distinct points of (n, n_traits), in order of their first trait that differs, and the first row of each."""
    kept: list[int] = []
    for row, point in enumerate(points):
        if all(np.abs(points[other] - point).max() > 1e-6 * scale for other in kept):
            kept.append(row)
    rounded = np.round(points[kept] / scale, 6) + 0.0
    order = np.lexsort(rounded.T[::-1]) if kept else np.empty(0, int)
    first = np.array(kept, int)[order]
    return points[first], first


def _bent(attractors: Array) -> Array:
    """(n_pairs, n_images, n_traits) paths between all pairs, bent aside where there is an aside."""
    pairs = np.array([*combinations(range(len(attractors)), 2)], int).reshape(-1, 2)
    start, way = attractors[pairs[:, 0], None], (attractors[pairs[:, 1]] - attractors[pairs[:, 0]])[:, None]
    share = np.linspace(0.0, 1.0, N_IMAGES)[:, None]
    aside = np.random.default_rng(0).standard_normal(way.shape)  # any direction but along the path
    length = np.linalg.norm(way, axis=2, keepdims=True)
    aside -= (aside * way).sum(axis=2, keepdims=True) * way / length**2
    size = np.linalg.norm(aside, axis=2, keepdims=True)
    aside = np.divide(aside, size, out=np.zeros_like(aside), where=size > 1e-9)
    return np.asarray(start + share * way + BOW * np.sin(np.pi * share) * length * aside)


def _moved(gradient: PointFunction, paths: Array, scale: float) -> Array:
    """Paths a round of steps up the gradient later, their ends where they were."""
    shape, n_traits = paths.shape, paths.shape[2]
    bends = np.linalg.eigvalsh(hessian(gradient, paths.reshape(-1, n_traits), scale=scale))
    step = 0.25 / float(np.abs(bends).max())
    for _ in range(STEPS_A_ROUND):
        climb = step * gradient(paths.reshape(-1, n_traits)).reshape(shape)
        climb[:, [0, -1]] = 0.0
        paths = np.stack([_evenly(path) for path in paths + climb])
    return paths


def _evenly(path: Array) -> Array:
    """The path (n_images, n_traits) with points at equal distances along it."""
    lengths = np.linalg.norm(np.diff(path, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    even = np.linspace(0.0, along[-1], len(path))
    return np.stack([np.interp(even, along, values) for values in path.T], axis=1)


def _passes(surface: Surface, paths: Array, scale: float) -> tuple[Array, Array]:
    """Saddles to which the low points of R on paths lead, and the eigenvalues there."""
    reward = surface.reward(paths.reshape(-1, paths.shape[2])).reshape(paths.shape[:2])
    is_low = (reward[:, 1:-1] < reward[:, :-2]) & (reward[:, 1:-1] <= reward[:, 2:])
    places, curvatures, reached = newton(surface.gradient, paths[:, 1:-1][is_low], scale=scale)
    is_pass = reached & (curvatures[:, -1] > 0) & (curvatures[:, :-1] < 0).all(axis=1)
    distinct, first = merged(places[is_pass], scale=scale)
    return distinct, curvatures[is_pass][first]


def _sides(gradient: PointFunction, saddles: Array, scale: float) -> Array:
    """(n, 2, n_traits) attractors that the flow comes to from both sides of saddles."""
    _, vectors = np.linalg.eigh(hessian(gradient, saddles, scale=scale))
    aside = 1e-4 * scale * vectors[:, :, -1]
    return np.stack([settle(gradient, saddles + sign * aside, scale=scale).ends for sign in (-1.0, 1.0)], axis=1)
