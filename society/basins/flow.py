"""Gradient flow dx/dt = ∇R(x) of many points at once, and the attractors that they come to.

Rows never mix, so that each may belong to another person with a landscape of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from society.basins.surface import PointFunction
from society.population import Array

TOLERANCE = 1e-6
"""Error of position that a step of the flow may make, in units of its scale."""
DIFFERENCE = 1e-5
"""Half the distance between the gradients whose difference gives curvature, in units of the scale."""
STEPS_A_ROUND = 40
"""Steps of the flow between two looks at whether a point has come near its attractor."""
MOST_ROUNDS = 500
"""Rounds after which a point is held to come to no attractor."""
FARTHEST = 1e6
"""Distance, in units of the scale, from which a point is held to run away."""
NEWTON_STEPS = 8
NEAR, ON_BORDER = 1e-3, 1e-9
"""How near a point must come to a saddle, and along the ways that lead away from it, to be held to stay there, in units
of the scale: the steps of the flow do not let it come nearer than their error."""


@dataclass(frozen=True)
class Settled:
    """Where points come to."""

    ends: Array
    """(n, n_traits) the attractor of each point; nan where it comes to none."""
    curvatures: Array
    """(n, n_traits) eigenvalues of the Hessian of R there, ascending; all below 0."""

    @property
    def found(self) -> Array:
        """(n,) whether the point comes to an attractor."""
        return ~np.isnan(self.ends[:, 0])


def scale_of(points: Array) -> float:
    """Length that small distances are small beside: the widest spread of points along a trait, or 1."""
    return float(np.ptp(points, axis=0).max(initial=0.0)) or 1.0


def settle(
    gradient: PointFunction,
    points: Array,
    *,
    scale: float = 1.0,
    narrowed: Callable[[Array], PointFunction] | None = None,
) -> Settled:
    """Follow the gradient flow from points (n, n_traits) to the attractors in whose basins they lie.

    A point has arrived when Newton's method leads from it to a maximum p with ‖H(x) − H(p)‖ at most half the smallest
    curvature |λ(p)|: where that holds all the way from x to p, |x − p| can only fall, so that x lies in the basin of p.
    Points that come to a saddle, as those on the border of two basins do, to no place at all, or to one of a line of
    equal maxima, come to no attractor.

    Where points have gradients of their own, `narrowed` gives those of the points of some rows.
    """
    of = narrowed or (lambda rows: gradient)
    x, rows = np.array(points, float), np.arange(len(points))
    ends, curvatures = np.full(x.shape, np.nan), np.full(x.shape, np.nan)
    pace = np.full(len(x), np.nan)
    for _ in range(MOST_ROUNDS):
        near = np.flatnonzero(_may_rest(gradient, x, scale))
        beside = of(rows[near])
        tops, bends, reached = newton(beside, x[near], scale=scale)
        arrived = reached & _is_sure(beside, x[near], (tops, bends), scale)
        ends[rows[near[arrived]]], curvatures[rows[near[arrived]]] = tops[arrived], bends[arrived]
        left = (np.abs(x).max(axis=1, initial=0.0) < FARTHEST * scale) & gradient(x).any(axis=1)
        left[near] &= ~arrived & ~(reached & _is_on_border(beside, x[near], tops, scale))
        if not left.any():
            break
        rows, x, pace = rows[left], x[left], pace[left]
        gradient = of(rows)
        with np.errstate(over="ignore", invalid="ignore"):  # a step too far is taken again, shorter
            x, pace = _flowed(gradient, x, pace, scale)
    return Settled(ends, curvatures)


def newton(gradient: PointFunction, points: Array, *, scale: float = 1.0) -> tuple[Array, Array, Array]:
    """Critical points that Newton's method reaches from `points`, eigenvalues there, and whether it reached one."""
    x = np.array(points, float)
    with np.errstate(all="ignore"):
        for _ in range(NEWTON_STEPS):
            step = _newton_step(hessian(gradient, x, scale=scale), gradient(x))
            x += step
            if (np.abs(step) <= 1e-13 * scale).all():
                break
    reached = np.isfinite(x).all(axis=1) & (np.linalg.norm(step, axis=1) <= 1e-9 * scale)
    x[~reached] = points[~reached]
    return x, np.linalg.eigvalsh(hessian(gradient, x, scale=scale)), reached


def hessian(gradient: PointFunction, points: Array, *, scale: float = 1.0) -> Array:
    """(n, n_traits, n_traits) second derivatives of R, by central differences of its gradient."""
    n, n_traits = points.shape
    out, reach = np.empty((n, n_traits, n_traits)), DIFFERENCE * scale
    for d in range(n_traits):
        aside = np.zeros(n_traits)
        aside[d] = reach
        out[:, d] = (gradient(points + aside) - gradient(points - aside)) / (2.0 * reach)
    return np.asarray(0.5 * (out + out.transpose(0, 2, 1)))


def _newton_step(bends: Array, slope: Array) -> Array:
    """(n, n_traits) −H⁻¹∇R; infinite or nan where it is not defined."""
    bends = np.nan_to_num(bends, posinf=0.0, neginf=0.0)
    least = 1e-14 * np.abs(bends).max(axis=(1, 2)) + 1e-200  # so that a flat direction has a step: 0 where R is level
    bends -= least[:, None, None] * np.eye(bends.shape[1])
    return np.asarray(np.linalg.solve(bends, -np.nan_to_num(slope)[:, :, None])[:, :, 0])


def _may_rest(gradient: PointFunction, x: Array, scale: float) -> Array:
    """Whether each point can have come near an attractor, or to a saddle: R is concave there, or all but level."""
    bends = hessian(gradient, x, scale=scale)
    with np.errstate(all="ignore"):
        step = np.linalg.norm(_newton_step(bends, gradient(x)), axis=1)
    return np.asarray((np.linalg.eigvalsh(bends)[:, -1] < 0) | (step <= NEAR * scale))


def _is_sure(gradient: PointFunction, x: Array, found: tuple[Array, Array], scale: float) -> Array:
    """Whether each point is sure to go to what Newton's method found from it: (places, eigenvalues there)."""
    tops, bends = found
    least = -bends[:, -1]
    change = np.linalg.eigvalsh(hessian(gradient, x, scale=scale) - hessian(gradient, tops, scale=scale))
    noise = 1e-9 * np.abs(bends).max(axis=1)  # of differences: a flat direction is not to pass for a curved one
    return (least > noise) & (np.abs(change).max(axis=1) <= 0.5 * least)


def _is_on_border(gradient: PointFunction, x: Array, saddles: Array, scale: float) -> Array:
    """Whether each point is near the saddle beside it, and no nearer to any of the basins that it parts."""
    values, vectors = np.linalg.eigh(hessian(gradient, saddles, scale=scale))
    apart = np.einsum("nij,ni->nj", vectors, x - saddles)
    leads_away = np.abs(np.where(values > 0, apart, 0.0)).max(axis=1)
    rises = values[:, -1] > 0
    return np.asarray(rises & (np.linalg.norm(apart, axis=1) <= NEAR * scale) & (leads_away <= ON_BORDER * scale))


def _flowed(gradient: PointFunction, x: Array, pace: Array, scale: float) -> tuple[Array, Array]:
    """Points after a round of steps of the flow, each with a length of step of its own, and those lengths.

    Bogacki and Shampine (1989), A 3(2) pair of Runge–Kutta formulas, Applied Mathematics Letters 2, 321–325.
    """
    first = gradient(x)
    speed = np.linalg.norm(first, axis=1)
    start = np.divide(1e-3 * scale, speed, out=np.ones_like(speed), where=speed > 0)
    h = np.where(np.isnan(pace), start, pace)
    for _ in range(STEPS_A_ROUND):
        step = h[:, None]
        second = gradient(x + step * first / 2)
        third = gradient(x + step * second * 0.75)
        there = x + step * (2 * first + 3 * second + 4 * third) / 9
        last = gradient(there)
        error = np.abs(step * (-5 * first + 6 * second + 8 * third - 9 * last) / 72).max(axis=1) / (TOLERANCE * scale)
        good = error <= 1.0  # nan, beyond what can be computed, is not good
        x, first = np.where(good[:, None], there, x), np.where(good[:, None], last, first)
        h = h * np.clip(0.9 * np.maximum(np.nan_to_num(error, nan=1e9), 1e-9) ** (-1 / 3), 0.2, 4.0)
    return x, h
