"""Planes: what the canvas of the social graph and that of personality show, worked out from a society.

Pure functions from a society that stands still to the traits of the widget `Plane`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter

from dashboards import colours
from dashboards.history import History
from dashboards.people import Choice
from dashboards.sample import Sample, ties_among
from society.basins import Surface, find_basins
from society.environments import Wells
from society.model import Society

type Array = np.ndarray[Any, np.dtype[Any]]
type Figure = dict[str, Any]

GRID = (66, 46)
"""Columns and rows of the density of people."""
CELLS = (13, 9)
"""Columns and rows of drift arrows."""
FEWEST_IN_A_CELL = 5
"""People whose drift is averaged, at least."""
DRIFT_YEARS = 0.5
"""Time over which drift is taken, or less where there is less history; shorter shows chance alone."""
MOST_COUNTED = 20_000
"""People whose density is worked out, at most: evenly from all rows."""
TRAILS = (5, 2, 3, 1, 4)
"""Numbers of the colours of trails, which lie on blue or orange."""
PCA = "pca"
GOLDEN = 0.6180339887
"""Multiples of it, less whole numbers, are spread evenly however many there are."""


def graph_plane(model: Society, sample: Sample, choice: Choice, *, scale: tuple[float, float] | None = None) -> Figure:
    """The social graph: people where the layout puts them, their ties, coloured by anything of theirs."""
    values = choice.values(model, sample, sample.rows)
    colour, legend = coloured(values, choice, scale)
    return {
        "points": sample.positions.astype("f4").tobytes(),
        "edges": ties_among(model.graph, sample.rows).tobytes(),
        "rows": sample.rows.astype("i4").tobytes(),
        "values": values.astype("f4").tobytes(),
        "colors": colour.tobytes(),
        "info": {"extent": [0.0, 1.0, 0.0, 1.0], "legend": legend, "name": f"graph-{choice.name}"},
    }


def coloured(values: Array, choice: Choice, scale: tuple[float, float] | None = None) -> tuple[Array, Figure]:
    """(n, 3) colours of values, and the legend that says what they mean."""
    labels = choice.trait.labels
    if labels:
        items = [{"name": label, "color": colours.shade(number, labels)} for number, label in enumerate(labels)]
        present = {int(number) for number in np.unique(values[np.isfinite(values)])}
        listed = [item for number, item in enumerate(items) if number in present]
        return colours.of_categories(values, labels), {"label": choice.label, "items": items, "listed": listed}
    low, high = scale or colours.nice_range(values, low=choice.trait.low, high=choice.trait.high)
    colour, stops = colours.of_numbers(values, low, high)
    return colour, {"label": choice.label, "low": low, "high": high, "stops": stops}


@dataclass(frozen=True)
class Projection:
    """Two directions in the space of traits, and what they are called."""

    middle: Array
    directions: Array
    """(2, n_traits)"""
    names: tuple[str, str]
    loadings: str = ""
    """What principal components consist of, in words."""

    @classmethod
    def of(cls, model: Society, axes: tuple[str, str] | None) -> Projection:
        """Two traits by name, or one and an empty name; or, for None, the two principal components of people now."""
        names, traits = model.scenario.population.traits, model.population["traits"].astype("f8")
        if axes is not None:
            across_and_up = np.array([[float(name == axis) for name in names] for axis in axes])
            return cls(np.zeros(len(names)), across_and_up, axes)
        middle = traits.mean(axis=0)
        values, vectors = np.linalg.eigh(np.atleast_2d(np.cov(traits.T)))
        order = np.argsort(-values)[:2]
        directions = vectors[:, order].T
        if len(directions) < 2:
            directions = np.vstack([directions, np.zeros(len(names))])
        directions *= np.where(directions.sum(axis=1, keepdims=True) < 0, -1.0, 1.0)
        shares = values[order] / values.sum() if values.sum() > 0 else np.zeros(len(order))
        said = [f"component {i + 1} ({share:.0%})" for i, share in enumerate(shares)]
        loads = "; ".join(f"component {i + 1}: {_loadings(directions[i], names)}" for i in range(len(said)))
        return cls(middle, directions, (said[0], said[1] if len(said) > 1 else ""), loads)

    def __call__(self, points: Array) -> Array:
        """(n, n_traits) points to (n, 2)."""
        return np.asarray((points - self.middle) @ self.directions.T)

    def places(self, traits: Array, rows: Array | int) -> Array:
        """(n, 2) places of traits that people have had; with a single trait each stands at the height of their row."""
        places = self(traits)
        if not self.names[1]:
            places[:, 1] = (rows * GOLDEN) % 1.0 - 0.5
        return places

    def people(self, traits: Array, rows: Array) -> Array:
        """(n, 2) places of people by row, of the (n_agents, n_traits) traits of everybody."""
        return self.places(traits[rows], rows)

    def back(self, points: Array, through: Array) -> Array:
        """(n, 2) points of the plane to (n, n_traits), on the plane through a point."""
        norms = (self.directions**2).sum(axis=1)
        at = self(through[None, :])
        return np.asarray(through + ((points - at) / np.where(norms > 0, norms, 1.0)) @ self.directions)


def _loadings(direction: Array, names: tuple[str, ...]) -> str:
    """The two traits that a component consists of most."""
    return ", ".join(f"{direction[d]:+.2f} {names[d]}" for d in np.argsort(-np.abs(direction))[:2])


@dataclass(frozen=True)
class SpaceView:
    """How personality is to be shown, and what in that picture stands still."""

    projection: Projection
    extent: tuple[float, float, float, float]
    """Lowest and highest across, lowest and highest up."""
    wells: tuple[tuple[str, Array], ...] = ()
    """Name and (n_traits,) place of what attracts in each environment, for the endowment 0."""
    environment: str = ""
    """Whose reward shades the plane instead of the density of people; empty for none."""

    @classmethod
    def of(cls, model: Society, axes: tuple[str, str] | None, *, environment: str = "") -> SpaceView:
        """A view of two traits, or of the principal components, wide enough for people as they are now."""
        projection, traits = Projection.of(model, axes), model.population["traits"]
        extent = extent_of(projection.people(traits, np.arange(len(traits))))
        return cls(projection, extent, tuple(wells(model)), environment)

    def widened(self, model: Society) -> SpaceView:
        """The same view, wider if many people have left it."""
        low_x, high_x, low_y, high_y = self.extent
        places = self.projection.people(model.population["traits"], _counted(model))
        outside = (places < (low_x, low_y)) | (places > (high_x, high_y))
        if outside.any(axis=1).mean() < 0.02:
            return self
        now = extent_of(places)
        wider = (min(low_x, now[0]), max(high_x, now[1]), min(low_y, now[2]), max(high_y, now[3]))
        return replace(self, extent=wider)

    @property
    def marks(self) -> list[Figure]:
        """The wells on the plane."""
        places = [self.projection(place[None])[0].tolist() for _, place in self.wells]
        return [{"x": x, "y": y, "label": name} for (name, _), (x, y) in zip(self.wells, places, strict=True)]


def wells(model: Society) -> Iterator[tuple[str, Array]]:
    """Name and place of the wells, or other attractors, of each environment."""
    if "endowment" not in model.population:
        return
    for name, table in model.environments.items():
        if isinstance(table, Wells):
            places = model.population["well_centre"][[*model.environments].index(name), : table.count]
        else:
            places = find_basins(Surface.from_environment(model, name)).places
        yield from ((f"{name}.{number}", place.astype("f8")) for number, place in enumerate(places))


def extent_of(places: Array) -> tuple[float, float, float, float]:
    """A frame of whole and half numbers round nearly all of (n, 2) places."""
    low, high = np.quantile(places, 0.002, axis=0), np.quantile(places, 0.998, axis=0)
    reach = np.maximum(high - low, 0.5)
    step = 0.5 * 10.0 ** np.floor(np.log10(reach))
    low, high = np.floor((low - 0.08 * reach) / step) * step, np.ceil((high + 0.08 * reach) / step) * step
    return float(low[0]), float(high[0]), float(low[1]), float(high[1])


def space_plane(
    model: Society,
    sample: Sample,
    choice: Choice,
    view: SpaceView,
    history: History,
    *,
    trails: Mapping[int, Array] | None = None,
    scale: tuple[float, float] | None = None,
) -> Figure:
    """Personality: density of people, those drawn as points, wells, mean drift, and the ways of some persons.

    `trails` are (n_steps, n_traits) the traits that persons have had, by row.
    """
    traits, project = model.population["traits"], view.projection
    values = choice.values(model, sample, sample.rows)
    colour, legend = coloured(values, choice, scale)
    ways = {row: project.places(trail, row) for row, trail in (trails or {}).items() if len(trail)}
    people = project.people(traits, _counted(model))
    shade = reward_shades(model, view) if view.environment else density(people, view.extent)
    info = {
        "extent": [*view.extent], "axes": True, "xlabel": project.names[0], "ylabel": project.names[1], "grid": [*GRID],
        "tint": [230, 140, 0] if view.environment else [0, 114, 178], "legend": legend, "marks": view.marks,
        "small": 0.75, "faint": 0.8, "name": "personality",
        "foot": project.loadings,
    }  # fmt: skip
    return {
        "points": project.people(traits, sample.rows).astype("f4").tobytes(),
        "rows": sample.rows.astype("i4").tobytes(),
        "values": values.astype("f4").tobytes(),
        "colors": colour.tobytes(),
        "density": shade.tobytes(),
        "arrows": drift(history, view, model.years_per_step).astype("f4").tobytes(),
        "trail": np.vstack([np.empty((0, 2)), *ways.values()]).astype("f4").tobytes(),
        "info": {**info, "trails": trails_said(ways)},
    }


def trails_said(trails: Mapping[int, Array]) -> list[Figure]:
    """Whose the trails are, how long, and in which colours."""
    shades = [colours.css(colours.CATEGORIES[TRAILS[place % len(TRAILS)]]) for place in range(len(trails))]
    return [
        {"row": row, "length": len(trail), "color": shade}
        for (row, trail), shade in zip(trails.items(), shades, strict=True)
    ]


def _counted(model: Society) -> Array:
    """Every so many of the rows of a large society, all of a small one."""
    return np.arange(0, model.n_agents, -(-model.n_agents // MOST_COUNTED))


def density(places: Array, extent: tuple[float, float, float, float]) -> Array:
    """(rows, columns) uint8: square root of the smoothed number of people, from the bottom up, its maximum 255."""
    low_x, high_x, low_y, high_y = extent
    columns, rows = GRID
    x = np.floor((places[:, 0] - low_x) / (high_x - low_x) * columns).astype("i8")
    y = np.floor((places[:, 1] - low_y) / (high_y - low_y) * rows).astype("i8")
    inside = (x >= 0) & (x < columns) & (y >= 0) & (y < rows)
    counts = np.bincount(y[inside] * columns + x[inside], minlength=columns * rows).reshape(rows, columns)
    return _shaded(np.sqrt(gaussian_filter(counts.astype("f8"), 1.3)))


def reward_shades(model: Society, view: SpaceView) -> Array:
    """(rows, columns) uint8: reward of an environment for the endowment 0, through people's mean traits."""
    columns, rows = GRID
    low_x, high_x, low_y, high_y = view.extent
    x, y = (
        low + (np.arange(n) + 0.5) / n * (high - low)
        for low, high, n in ((low_x, high_x, columns), (low_y, high_y, rows))
    )
    plane = np.stack([np.tile(x, rows), np.repeat(y, columns)], axis=1)
    surface = Surface.from_environment(model, view.environment)
    reward = surface.reward(view.projection.back(plane, model.population["traits"].mean(axis=0, dtype="f8")))
    least = np.quantile(reward, 0.3)  # far out it falls without end
    return _shaded(np.maximum(reward - least, 0.0).reshape(rows, columns))


def _shaded(field: Array) -> Array:
    most = field.max()
    return (255.0 * field / most if most > 0 else field).astype("u1")


def drift(history: History, view: SpaceView, years_per_step: float) -> Array:
    """(n_arrows, 4) mean movement of those drawn by where they were: from x, y, by dx, dy; the longest fills a cell."""
    kept = history.kept()
    if len(kept) < 2:
        return np.empty((0, 4))
    last, now = kept[-1]
    wanted = last - DRIFT_YEARS / years_per_step
    _, then = min(kept[:-1], key=lambda row: abs(row[0] - wanted))
    _, *places = np.intersect1d(then["rows"], now["rows"], assume_unique=True, return_indices=True)
    same = then["uid"][places[0]] == now["uid"][places[1]]
    start, end = (view.projection(kept["traits"][place[same]]) for kept, place in zip((then, now), places, strict=True))
    low_x, high_x, low_y, high_y = view.extent
    columns, rows = CELLS
    size = np.array([(high_x - low_x) / columns, (high_y - low_y) / rows])
    cell = np.floor((start - (low_x, low_y)) / size).astype("i8")
    inside = ((cell >= 0) & (cell < CELLS)).all(axis=1)
    number = cell[inside, 1] * columns + cell[inside, 0]
    counts = np.bincount(number, minlength=columns * rows)
    moved = [np.bincount(number, weights=(end - start)[inside, d], minlength=columns * rows) for d in range(2)]
    enough = np.flatnonzero(counts >= FEWEST_IN_A_CELL)
    step = np.stack([moved[d][enough] / counts[enough] for d in range(2)], axis=1)
    longest = np.abs(step / size).max(initial=0.0)
    middle = np.stack([low_x + (enough % columns + 0.5) * size[0], low_y + (enough // columns + 0.5) * size[1]], axis=1)
    return np.hstack([middle, 0.9 * step / longest]) if longest > 0 else np.empty((0, 4))
