"""What is known exactly along one trait: mean times of first passage, and how strong repeated pushes must be."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from society.errors import InputError
from society.population import Array

type Line = Callable[[Array], Array]
"""A function of one trait, taken at (n,) places at once."""

N_NODES = 8
"""Gauss–Legendre points of a cell."""
LEAST_CELLS, MOST_CELLS = 256, 2**18
"""Cells that each integral is divided into: twice as many, until that makes no difference."""
NEGLIGIBLE = 45.0
"""Reward below the highest, in units of T, from where on the law has no weight: e^−45 is 3e−20."""
N_PLACES = 2001
"""Places at which what is undone between two pushes is looked at before the greatest of it is refined."""


def mean_first_passage(
    reward: Line, start: float, to: float, *, temperature: float, rate: float = 1.0, wall: float | None = None
) -> float:
    """Mean time in which dx = η R'(x) dt + √(2ηT) dW first comes from `start` to a place.

    To a place b above the start, with a wall a below that throws back:
    (1/ηT) ∫_start^b dy ∫_a^y dz exp((R(z) − R(y))/T); to a place below, the mirror image.

    Parameters
    ----------
    reward
        (n,) places to (n,) R, in units of reward, such as `Surface.along`.
    start, to
        Where it starts, and the place it comes to.
    temperature
        T, in units of reward.
    rate
        Learning rate η, per unit of time.
    wall
        A reflecting wall on the far side; without one, R must fall without end there.

    Returns
    -------
    float
        In that unit of time; 0 if it is there at the start, inf if too long for a number.

    Raises
    ------
    InputError
        If T or η is not above 0, if the wall does not stand behind the start, or if R neither has a wall nor falls.

    References
    ----------
    Gardiner, C. (2009). Stochastic methods: a handbook for the natural and social sciences (4th ed.). Springer.
    """
    _check_above_0(temperature=temperature, rate=rate)
    if to < start:
        behind = None if wall is None else -wall
        mirrored = (lambda x: reward(-x)), -start, -to
        return mean_first_passage(*mirrored, temperature=temperature, rate=rate, wall=behind)
    if wall is not None and wall > start:
        raise InputError(f"wall = {wall}: must stand behind the start {start}, as seen from {to}")
    if to == start:
        return 0.0

    def exponent(x: Array) -> Array:
        return np.asarray(reward(x), float) / temperature

    low = _far_enough(exponent, start, to) if wall is None else wall
    before, n_cells = np.nan, LEAST_CELLS
    while n_cells <= MOST_CELLS:
        now = _double_integral(exponent, (low, start, to), n_cells)
        if now == before or abs(now - before) <= 1e-9 * now:
            break
        before, n_cells = now, 2 * n_cells
    return now / (rate * temperature)


def push_threshold(
    gradient: Line, attractor: float, saddle: float, *, every: float, rate: float = 1.0, step: float | None = None
) -> float:
    """Size that equal pushes at equal times must exceed to carry somebody from an attractor over a saddle.

    Without chance: with φ the flow dx/dt = η R'(x) for the time between two pushes, it is the most that the flow can
    undo, max |x − φ(x)| for x from the attractor to the saddle. A push of at most that size has a place where just that
    much is undone, which nobody from below gets past, since φ keeps their order; a greater one has none.

    Parameters
    ----------
    gradient
        (n,) places to (n,) R'.
    attractor, saddle
        Where it starts, and what it must get over.
    every
        Time between two pushes, from the attractor's side towards the saddle.
    rate
        Learning rate η, per unit of time.
    step
        Length of the steps of a simulation, of which `every` is a multiple; continuous time if not given.

    Raises
    ------
    InputError
        If a time or rate is not above 0, or `every` is no multiple of `step`.
    """
    from scipy.optimize import minimize_scalar

    _check_above_0(every=every, rate=rate)
    flow = _flow(gradient, every, rate, step)
    ahead = np.sign(saddle - attractor)

    def undone(x: Array) -> Array:
        return np.asarray(ahead * (x - flow(x)))

    places = np.linspace(attractor, saddle, N_PLACES)
    best = int(undone(places).argmax())
    around = np.sort(places[[max(best - 1, 0), min(best + 1, N_PLACES - 1)]])
    options = {"xatol": 1e-10 * abs(saddle - attractor)}
    found = minimize_scalar(
        lambda x: -float(undone(np.array([x]))[0]), bounds=around, method="bounded", options=options
    )
    return max(-float(found.fun), float(undone(places).max()))


def _flow(gradient: Line, every: float, rate: float, step: float | None) -> Line:
    """The flow for the time between two pushes: exact, or in steps."""
    from scipy.integrate import solve_ivp

    if step is None:
        return lambda x: np.asarray(
            solve_ivp(lambda _, y: rate * gradient(y), (0.0, every), x, rtol=1e-11, atol=1e-12).y[:, -1]
        )
    _check_above_0(step=step)
    n_steps = round(every / step)
    if n_steps == 0 or abs(n_steps * step - every) > 1e-9 * every:
        raise InputError(f"every = {every}: must be a multiple of step = {step}")

    def stepped(x: Array) -> Array:
        for _ in range(n_steps):
            x = x + rate * step * gradient(x)
        return x

    return stepped


def _far_enough(exponent: Line, start: float, to: float) -> float:
    """A place below the start beyond which the law has no weight."""
    reach = to - start
    for _ in range(60):
        places = np.linspace(start - reach, start, N_PLACES)
        values = exponent(places)
        if values[0] < values[1] and values.max() - values[0] > NEGLIGIBLE:
            return float(places[0])
        reach *= 2.0
    raise InputError("R does not fall on the far side of the start: give a wall")


def _double_integral(exponent: Line, limits: tuple[float, float, float], n_cells: int) -> float:
    """∫_start^to dy ∫_low^y dz exp(f(z) − f(y)) for limits (low, start, to), by Gauss–Legendre in so many cells each.

    Inner integrals are kept as logarithms, so that no barrier is too high.
    """
    low, start, to = limits
    edges = np.unique(np.concatenate([np.linspace(low, start, n_cells + 1), np.linspace(start, to, n_cells + 1)]))
    nodes, weights = np.polynomial.legendre.leggauss(N_NODES)
    mid, half = 0.5 * (edges[1:] + edges[:-1])[:, None], 0.5 * np.diff(edges)[:, None]
    f = exponent((mid + half * nodes).ravel()).reshape(-1, N_NODES)
    top = f.max(axis=1, keepdims=True)
    inside = half * np.exp(f - top)
    with np.errstate(over="ignore"):
        before = np.logaddexp.accumulate(np.log(inside @ weights) + top[:, 0])
        before = np.concatenate([[-np.inf], before[:-1]])[:, None]
        inner = np.exp(before - f) + (inside @ _partial(nodes)) * np.exp(top - f)
        return float((half * inner * weights)[mid[:, 0] > start].sum())


def _partial(nodes: Array) -> Array:
    """(n_nodes, n_nodes): column j weighs values at the nodes for the integral from −1 to node j."""
    powers = np.arange(len(nodes))
    to_node = (nodes[:, None] ** (powers + 1) - (-1.0) ** (powers + 1)) / (powers + 1)
    return np.asarray(np.linalg.solve(np.vander(nodes, increasing=True).T, to_node.T))


def _check_above_0(**values: float) -> None:
    for name, value in values.items():
        if not 0 < value < np.inf:
            raise InputError(f"{name} = {value}: must be above 0")
