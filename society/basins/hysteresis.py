"""Hysteresis: what becomes of a state while a parameter is moved slowly up and back down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
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

BEGINNING = (
    "run.steps_per_year",
    "population.path",
    "population.id",
    "population.initial.*",
    "population.groups.*",
    "graph.*",
    "environment.*.share",
    "platform.*.launch",
    "meme.*.first_holders",
    "meme_family.*.first_holders",
)
"""Paths of parameters that only say how a society begins, and how long its steps are, by which it counts from there."""
FIRST_PEOPLE = ("population.trait_sd", "population.age_low", "population.age_high")
"""Paths of those that say what people begin with: they have an effect later only where people are born later."""


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
        If values do not rise, or a society cannot go on with another value, as `continued` says.
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
        If other values make a society of other columns, as those that add a source of reward do, or of other
        environments, platforms, groups, items or sources; or if they are of the beginning, which is over.
    """
    from society.model import Society

    after = Society(model.scenario.replace(dict(values)), threads=model.threads, graph=model.graph)
    paths = ", ".join(values)
    kinds = _kinds(after)
    for what, before in _kinds(model).items():
        if names := _differing(before, kinds[what]):
            raise InputError(f"{paths}: another value makes a society of other {what}: {', '.join(names)}")
    for path in _differing(_beginning(model), _beginning(after)):
        raise InputError(f"{path}: says how a society begins, and would change nothing in one that goes on")
    for name in model.population.per_agent:
        after.population[name][...] = model.population[name]
    for name, old in model.platforms.items():
        platform = after.platforms[name]
        platform.engagement, platform.opening = old.engagement, old.opening
        if platform.table.power == old.table.power:
            platform.power = old.power
    after.n_steps, after.n_born = model.n_steps, model.n_born
    after.graphs |= model.graphs
    earlier = {process.full_name: process for process in model.processes}
    for process in after.processes:
        if type(process) is type(earlier.get(process.full_name)):
            process.changed(after, earlier[process.full_name])
    return after


def _kinds(model: Society) -> dict[str, dict[str, Any]]:
    """What the numbers and rows that are kept of people stand for, by what it is called."""
    population = model.population
    named = ("environment", "group", "platform", "trait", "source", "account")
    dims = {f"{dim}s": population.labels(dim) for dim in named}
    kinds = {what: {name: number for number, name in enumerate(names)} for what, names in dims.items()}
    items = {name: number for number, name in enumerate(model.memes.names)}
    columns = {name: (column, population[name].shape) for name, column in population.per_agent.items()}
    return {**kinds, "items": items, "columns": columns}


def _beginning(model: Society) -> dict[str, Any]:
    """Parameters by path that say how the society begins, and nothing later."""
    of_beginning = BEGINNING if "leaving" in model.population else (*BEGINNING, *FIRST_PEOPLE)
    found = {}
    tables = [("", model.scenario.resolved())]
    for at, table in tables:
        for name, value in table.items():
            path = f"{at}{name}"
            if isinstance(value, dict):
                tables.append((f"{path}.", value))
            elif any(fnmatch(path, pattern) for pattern in of_beginning):
                found[path] = value
    return found


def _differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Names whose values differ, or that are on one side only."""
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


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
