"""Hysteresis: what becomes of a state while a parameter is moved slowly up and back down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from society.basins.flow import scale_of, settle
from society.basins.surface import Surface
from society.errors import InputError
from society.population import Array

if TYPE_CHECKING:
    from society.model import Society
    from society.scenario import Scenario


@dataclass(frozen=True)
class Loop:
    """The state at each value of a parameter, on its way up and on its way back."""

    values: Array
    """(n,) rising values of the parameter."""
    up: Array
    """(n,) the state as the parameter rises."""
    down: Array
    """(n,) the state as it falls, in the order of `values`."""

    @property
    def area(self) -> float:
        """Area between the way down and the way up, ∫ (down − up): 0 without hysteresis."""
        return float(np.trapezoid(self.down - self.up, self.values))

    @property
    def folds(self) -> tuple[float, float]:
        """Values at which the state jumps farthest on the way up and on the way down, in the middle of the step."""
        middle = 0.5 * (self.values[1:] + self.values[:-1])
        return tuple(float(middle[np.abs(np.diff(way)).argmax()]) for way in (self.up, self.down))  # type: ignore[return-value]


def sweep(
    scenario: Scenario,
    path: str,
    values: ArrayLike,
    *,
    observe: Callable[[Society], float],
    steps: int,
    settling: int = 0,
) -> Loop:
    """Move a parameter of a running society up through `values` and back down, and see its state at each.

    People live on through every change: it is one society, run for `steps` at each value. How slow is slow enough is
    a matter of `steps`: where chance carries people over a barrier in that time, the loop shrinks with them, as a real
    one does. The limit without chance is `sweep_flow`.

    Parameters
    ----------
    scenario
        The society at first.
    path
        Dotted path of the parameter: ``environment.home.field``.
    values
        (n,) rising values.
    observe
        The state, such as ``lambda model: float(model.population["traits"][:, 0].mean())``.
    steps
        Steps at each value, at the end of which the state is seen.
    settling
        Steps at the first value beforehand.

    Raises
    ------
    InputError
        If values do not rise, or another value makes a society of other columns.
    """
    from society.model import Society

    up = _rising(values)
    if steps < 1 or settling < 0:
        raise InputError(f"steps = {steps}, settling = {settling}: must be at least 1 and 0")
    model = Society(scenario.replace({path: up[0]}))
    for _ in range(settling):
        model.step()
    seen = []
    for value in [*up, *up[::-1]]:
        model = continued(model, {path: value})
        for _ in range(steps):
            model.step()
        seen.append(float(observe(model)))
    return Loop(np.array(up), np.array(seen[: len(up)]), np.array(seen[len(up) :])[::-1])


def continued(model: Society, values: Mapping[str, Any]) -> Society:
    """The same people with other parameters from now on, by dotted path.

    What is known of people, platforms and the step is carried over; what does not belong to people, such as the form
    of a landscape, follows from the parameters anew. With no change it goes on as it would have, bit by bit.

    Raises
    ------
    InputError
        If other values make a society of other columns, as those that add a source of reward do.
    """
    from society.model import Society

    after = Society(model.scenario.replace(dict(values)), threads=model.threads, graph=model.graph)
    old, new = model.population, after.population
    if old.per_agent != new.per_agent or any(old[name].shape != new[name].shape for name in old.per_agent):
        raise InputError(f"{', '.join(values)}: another value makes a society of other columns")
    for name in old.per_agent:
        new[name][...] = old[name]
    for platform, before in zip(after.platforms.values(), model.platforms.values(), strict=True):
        platform.power, platform.engagement, platform.opening = before.power, before.engagement, before.opening
    after.n_steps, after.n_born = model.n_steps, model.n_born
    after.graphs |= model.graphs
    after.tie(model.graph)
    return after


def sweep_flow(surface_at: Callable[[float], Surface], values: ArrayLike, *, start: ArrayLike, trait: int = 0) -> Loop:
    """Follow one attractor while a parameter of its surface moves up through `values` and back: no chance, no hurry.

    At each value the flow leads from the last attractor to that in whose basin it now lies.

    Parameters
    ----------
    surface_at
        From a value to the surface.
    values
        (n,) rising values.
    start
        (n_traits,) where it is at first.
    trait
        Number of the trait that is the state.

    Raises
    ------
    InputError
        If values do not rise, or if no attractor is reached at one of them.
    """
    up, point, seen = _rising(values), np.atleast_2d(np.asarray(start, float)), []
    for value in [*up, *up[::-1]]:
        surface = surface_at(value)
        point = settle(surface.gradient, point, scale=scale_of(surface.starts)).ends
        if np.isnan(point).any():
            raise InputError(f"at {value} the flow comes to no attractor")
        seen.append(point[0, trait])
    return Loop(np.array(up), np.array(seen[: len(up)]), np.array(seen[len(up) :])[::-1])


def _rising(values: ArrayLike) -> Sequence[float]:
    given = np.asarray(values, float)
    if given.ndim != 1 or len(given) < 2 or not (np.diff(given) > 0).all():
        raise InputError("values: must be two or more rising numbers")
    return [float(value) for value in given]
