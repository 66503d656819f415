"""Landscapes of reward: where personality comes to rest, what parts the basins, and where people are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from society.basins.attractors import find_basins
from society.basins.flow import scale_of, settle
from society.basins.paths import merged
from society.basins.surface import Surface, number_of
from society.errors import InputError, did_you_mean
from society.figures.style import COLOURS, COLUMN_WIDTH, INK, Figure, few_ticks, in_house_style, panels

if TYPE_CHECKING:
    from society.model import Society

MOST_PANELS = 6
"""Environments that are drawn."""
MOST_DOTS = 400
"""People who are drawn."""
MOST_JOINED = 10
"""Attractors up to which saddles between them are looked for."""
N_PLACES = 90
"""Places along each trait at which reward is asked for."""


@in_house_style
def basin_figure(
    model: Society,
    *,
    environments: Sequence[str] = (),
    traits: Sequence[str] = (),
    people: pd.DataFrame | None = None,
) -> Figure:
    """Draw the landscapes of environments, as they are for the endowment 0, in one trait or in two.

    Parameters
    ----------
    model
        A society with the process ``landscape``.
    environments
        A panel each; all (of many the first) if empty.
    traits
        Two traits, or one; by default those along which attractors lie farthest apart. With two, each place has the
        other traits of whichever attractor gives most reward there, so that all attractors are seen at their heights.
    people
        One row a person with ``traits.*`` and ``environment``, such as ``study.agents``; by default those of the model.

    Raises
    ------
    InputError
        If there is no landscape, no such environment or no such trait.
    """
    chosen = list(environments or [*model.environments][:MOST_PANELS])
    where = _where(model, people)
    figure, axes = panels(len(chosen), height=2.4)
    for one, environment in zip(axes, chosen, strict=True):
        land = _Land.of(model, environment)
        columns = _traits(model, land, traits)
        who = where[0][where[1] == number_of(model, environment)][:, columns]
        drawn = who[few_ticks(who, MOST_DOTS)]
        names = [model.scenario.population.traits[column] for column in columns]
        (_curve if len(columns) == 1 else _map)(one, land, columns, drawn)
        one.set_xlabel(names[0])
        one.set_ylabel(names[1] if len(columns) == 2 else "reward R")
        one.set_title(environment)
        if len(columns) == 2 and len(chosen) == 1:
            figure.colorbar(one.collections[0], ax=one, label="reward R", format="%.2f")
    if len(chosen) == 1:
        figure.set_size_inches(COLUMN_WIDTH + 0.9, COLUMN_WIDTH - 0.3)
    figure.keeps_colours = True
    figure.caption = _caption(model, chosen, people is not None)
    figure.alt = f"Landscapes of reward of {', '.join(chosen)}, with attractors and saddles."
    return figure


@dataclass(frozen=True)
class _Land:
    """A surface and its critical points."""

    surface: Surface
    attractors: NDArray[np.float64]
    saddles: NDArray[np.float64]

    @classmethod
    def of(cls, model: Society, environment: str) -> _Land:
        surface = Surface.from_environment(model, environment)
        scale = scale_of(surface.starts)
        settled = settle(surface.gradient, surface.starts, scale=scale)
        attractors, _ = merged(settled.ends[settled.found], scale=scale)
        if 1 < len(attractors) <= MOST_JOINED:
            found = find_basins(surface)
            return cls(surface, found.places, found.saddles)
        return cls(surface, attractors, attractors[:0])

    def reward(self, columns: list[int], places: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n,) reward at (n, n_columns) places, with the other traits of whichever attractor gives most."""
        best = np.full(len(places), -np.inf)
        for attractor in self.attractors if len(self.attractors) else np.zeros((1, self.surface.starts.shape[1])):
            at = np.tile(attractor, (len(places), 1))
            at[:, columns] = places
            best = np.maximum(best, self.surface.reward(at))
        return best

    def span(self, columns: list[int], people: NDArray[np.float64]) -> NDArray[np.float64]:
        """(2, n_columns) lowest and highest places drawn: all that is marked, most people, and a margin."""
        marked = np.concatenate([self.attractors[:, columns], self.saddles[:, columns]])
        if len(people):
            marked = np.concatenate([marked, np.nanquantile(people, (0.01, 0.99), axis=0)])
        marked = marked if len(marked) else np.zeros((1, len(columns)))
        low, high = marked.min(axis=0), marked.max(axis=0)
        margin = np.maximum(0.15 * (high - low), 0.3)
        return np.stack([low - margin, high + margin])


def _where(model: Society, people: pd.DataFrame | None) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(n, n_traits) personality and (n,) environment of people."""
    if people is None:
        environment = np.asarray(model.population["environment"], int)
        return np.asarray(model.population["traits"], float), environment
    names = [f"traits.{trait}" for trait in model.scenario.population.traits]
    if missing := [name for name in (*names, "environment") if name not in people]:
        raise InputError(f"people: no column {missing[0]!r}; {did_you_mean(missing[0], map(str, people.columns))}")
    return people[names].to_numpy("f8"), people["environment"].to_numpy(int)


def _traits(model: Society, land: _Land, traits: Sequence[str]) -> list[int]:
    """Numbers of the traits drawn."""
    known = list(model.scenario.population.traits)
    for trait in traits:
        if trait not in known:
            raise InputError(f"traits: no trait {trait!r}; {did_you_mean(trait, known)}")
    if len(traits) > 2:
        raise InputError(f"traits: {len(traits)} of them; a picture has one or two")
    if traits:
        return [known.index(trait) for trait in traits]
    apart = np.ptp(land.attractors, axis=0) if len(land.attractors) else np.zeros(len(known))
    if np.count_nonzero(apart > 1e-6 * max(apart.max(initial=0), 1.0)) == 1:
        return [int(apart.argmax())]
    return sorted(np.argsort(-apart, kind="stable")[:2].tolist())


def _curve(axes: Axes, land: _Land, columns: list[int], people: NDArray[np.float64]) -> None:
    low, high = land.span(columns, people)[:, 0]
    places = np.linspace(low, high, 4 * N_PLACES)
    axes.plot(places, land.reward(columns, places[:, None]), color=INK)
    for points, marks in ((land.saddles, _SADDLE), (land.attractors, _ATTRACTOR)):
        axes.plot(points[:, columns[0]], land.surface.reward(points), **marks)
    axes.plot(people[:, 0], np.full(len(people), 0.03), "|", color=COLOURS[1], alpha=0.4, markersize=5,
              transform=axes.get_xaxis_transform())  # fmt: skip
    axes.set_xlim(low, high)


def _map(axes: Axes, land: _Land, columns: list[int], people: NDArray[np.float64]) -> None:
    low, high = land.span(columns, people)
    x, y = (np.linspace(low[k], high[k], N_PLACES) for k in (0, 1))
    places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    reward = land.reward(columns, places).reshape(N_PLACES, N_PLACES)
    marked = np.concatenate([land.attractors, land.saddles])
    heights = land.surface.reward(marked) if len(marked) else reward.ravel()
    top = max(float(reward.max()), float(heights.max()))
    floor = max(float(reward.min()), top - 4 * max(top - float(heights.min()), (top - float(reward.min())) / 8))
    axes.contourf(x, y, reward, levels=np.linspace(floor, top, 13), extend="min")
    axes.plot(*people.T, "o", color="white", markersize=1.6, markeredgecolor="black", markeredgewidth=0.2, alpha=0.8)
    axes.plot(*land.saddles[:, columns].T, **_SADDLE)
    axes.plot(*land.attractors[:, columns].T, **_ATTRACTOR)
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    axes.grid(visible=False)


_ATTRACTOR: dict[str, Any] = {
    "linestyle": "none",
    "marker": "o",
    "markersize": 6,
    "markerfacecolor": COLOURS[1],
    "color": "white",
}
_SADDLE: dict[str, Any] = {
    "linestyle": "none",
    "marker": "X",
    "markersize": 6,
    "markerfacecolor": COLOURS[5],
    "color": "white",
}


def _caption(model: Society, chosen: Sequence[str], are_recorded: bool) -> str:
    step = "at the end of the run" if are_recorded else f"at step {model.n_steps:,}"
    n_more = len(model.environments) - len(chosen)
    more = f" {n_more} more environments are not drawn." if n_more and len(chosen) == MOST_PANELS else ""
    return (
        "Landscapes of reward R for the endowment 0: attractors (dots), saddles between their basins (crosses), and "
        f"people {step} (small marks, at most {MOST_DOTS}). In maps, traits that are not drawn are those of whichever "
        f"attractor gives most reward.{more}"
    )
