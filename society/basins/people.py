"""People in basins: in whose basin of attraction each is, and how many share one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from society import kernels
from society.basins.attractors import number_nearest
from society.basins.flow import scale_of, settle
from society.basins.paths import merged
from society.basins.staged import Staged
from society.basins.surface import (
    PointFunction,
    Surface,
    chosen_sources,
    landmarks,
    landscape_of,
    total_gradient,
)
from society.environments import Wells
from society.population import Array

if TYPE_CHECKING:
    from society.model import Society

BLOCK = 4096
"""People whose way is followed at a time."""


def basin_names(model: Society) -> tuple[str, ...]:
    """Name of each basin, ``environment.number``, in the order of the numbers that `membership` gives.

    Wells are basins by their own numbers. Another landscape has a basin for each attractor that it has for the
    endowment 0, numbered in the order of their places.
    """
    return _names(_marks(model))


def membership(model: Society, *, whole: bool = False) -> Array:
    """(n_agents,) number of the basin that each person is in, as in `basin_names`; −1 for who is in none.

    A person is in the basin of the attractor that gradient flow from their personality leads to, in the landscape of
    their own environment as their own endowment makes it. Attractors of several people are one basin if the same mark
    of the environment is nearest: the centre of a well, or an attractor of the landscape for the endowment 0.

    Parameters
    ----------
    model
        A society with traits and a landscape.
    whole
        Whether all that teaches them now counts, others, platforms and habit too, and not the environment alone.

    Raises
    ------
    InputError
        If there is no landscape.
    """
    return _membership(model, _marks(model), whole=whole)


def occupancy(model: Society, *, whole: bool = False) -> dict[str, float]:
    """Share of people in each basin, by name; the shares add up to 1 less the share of people in none."""
    marks = _marks(model)
    names, number = _names(marks), _membership(model, marks, whole=whole)
    counts = np.bincount(number[number >= 0], minlength=len(names))
    return dict(zip(names, (counts / model.n_agents).tolist(), strict=True))


def _names(marks: dict[str, Array]) -> tuple[str, ...]:
    return tuple(f"{name}.{number}" for name, places in marks.items() for number in range(len(places)))


def _membership(model: Society, marks_of: dict[str, Array], *, whole: bool) -> Array:
    marks = [*marks_of.values()]
    first = np.concatenate([[0], np.cumsum([len(places) for places in marks])])
    traits, environment = model.population["traits"], model.population["environment"]
    number, scale = np.full(model.n_agents, -1), scale_of(traits.astype(float))
    with kernels.threads(1):
        for start in range(0, model.n_agents, BLOCK):
            who = slice(start, min(start + BLOCK, model.n_agents))
            ends = _ends(model, who, whole=whole, scale=scale)
            for e, places in enumerate(marks):
                found = number_nearest(ends, places)
                here = (environment[who] == e) & (found >= 0)
                number[who][here] = first[e] + found[here]
    return number


def entropy(shares: dict[str, float]) -> float:
    """Entropy −Σ p ln p of shares made to add up to 1, in nats; nan if all are 0.

    0 where all are in one basin, ln n where n basins hold as many each.
    """
    p = np.array([share for share in shares.values() if share > 0])
    if not len(p):
        return float("nan")
    p /= p.sum()
    return float(-(p * np.log(p)).sum()) + 0.0


def _ends(model: Society, who: slice, *, whole: bool, scale: float) -> Array:
    """(n, n_traits) attractor of each of the people `who`; nan for who comes to none."""
    landscape = landscape_of(model)
    sources = chosen_sources(model, None if whole else landscape.rows(model.scenario))

    def gradient_of(rows: Array) -> PointFunction:
        stage: Any = Staged(model, who.start + rows, {})
        landscape.step(stage)  # who was born or moved at the end of the step is new to the environment
        return lambda at: total_gradient(stage, slice(0, len(at)), sources, np.ascontiguousarray(at))

    points = model.population["traits"][who]
    return settle(gradient_of(np.arange(len(points))), points, scale=scale, narrowed=gradient_of).ends


def _marks(model: Society) -> dict[str, Array]:
    """Marks (n, n_traits) by which basins are told apart, by environment."""
    landscape_of(model)  # without one there are no basins
    return {name: _marks_of(model, name) for name in model.environments}


def _marks_of(model: Society, environment: str) -> Array:
    if isinstance(model.environments[environment], Wells):
        return landmarks(model, environment, np.zeros(model.population.size("trait")))
    surface = Surface.from_environment(model, environment)
    scale = scale_of(surface.starts)
    settled = settle(surface.gradient, surface.starts, scale=scale)
    return merged(settled.ends[settled.found], scale=scale)[0]
