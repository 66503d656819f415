"""Networks: the social graph of a society as a picture, of a part of it where it is large."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize, to_rgba
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from society.errors import InputError, did_you_mean
from society.figures.labels import label
from society.figures.style import COLOURS, COLUMN_WIDTH, FAINT, PAPER, Figure, in_house_style, panels
from society.graph import SocialGraph
from society.graph_measures import communities, either_way

if TYPE_CHECKING:
    from society.model import Society

MOST_PEOPLE, MOST_TIES = 2_000, 12_000
"""People and ties that are drawn at most."""
MOST_DIVIDED = 200_000
"""People above whom communities are not looked for; then a neighbourhood is drawn."""


@in_house_style
def network_figure(
    model: Society, *, colour: str = "", people: pd.DataFrame | None = None, max_people: int = MOST_PEOPLE
) -> Figure:
    """Draw the social graph of a society, laid out by springs, the same each time.

    Parameters
    ----------
    model
        The society, at any step.
    colour
        What colours tell: ``"community"``, ``"degree"``, or a column of `people`; by default groups where there are
        any, else degree.
    people
        One row a person in the order of the graph, such as ``study.agents``.
    max_people
        Of more people, whole communities are drawn, the first that fit in an order by chance; of more than
        `MOST_DIVIDED` people, one person's nearest.

    Raises
    ------
    InputError
        If there is no such column, or it has another length.
    """
    graph, seed = model.graph, model.scenario.run.seed
    part = _part_of(graph, max_people, seed)
    values, name = _values(model, colour, people, part)
    places = layout(part.graph, seed=seed)
    figure, (axes,) = panels(1)
    figure.set_size_inches(COLUMN_WIDTH + 0.9, COLUMN_WIDTH + 0.2)
    n_drawn = _ties(axes, part.graph, places)
    _people(axes, places, values, name, part.graph.degree)
    axes.set_axis_off()
    axes.set_aspect("equal")
    figure.caption = _caption(graph, part, n_drawn, name)
    figure.alt = f"Network of {part.graph.n_agents:,} people coloured by {name}."
    return figure


@dataclass(frozen=True)
class _Part:
    """Some people and their ties among one another."""

    rows: NDArray[np.int64]
    graph: SocialGraph
    community: NDArray[np.int64] | None
    how: str


def _part_of(graph: SocialGraph, most: int, seed: int) -> _Part:
    """Everybody, whole communities, or one person's nearest."""
    if graph.n_agents <= MOST_DIVIDED:
        community = communities(graph, seed=seed)
        rows, how = _some_communities(community, most, seed)
    else:
        community, (rows, how) = None, _nearest(graph, most, seed)
    of_rows = None if community is None else community[rows]
    return _Part(rows, _within(either_way(graph), rows), of_rows, how)


def _some_communities(community: NDArray[np.int64], most: int, seed: int) -> tuple[NDArray[np.int64], str]:
    """People of whole communities, in an order by chance, until no more fit; of the last one some of its people."""
    if len(community) <= most:
        return np.arange(len(community)), ""
    order = np.random.default_rng(seed).permutation(int(community.max()) + 1)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    rows = np.argsort(place[community], kind="stable")[:most]
    n = len(np.unique(community[rows]))
    return np.sort(rows), f"{most:,} of {len(community):,} people, those of {n:,} of {len(order):,} communities"


def _nearest(graph: SocialGraph, most: int, seed: int) -> tuple[NDArray[np.int64], str]:
    """One person drawn by chance, whom they hear from, whom those hear from, and so on."""
    start = int(np.random.default_rng(seed).integers(graph.n_agents))
    found, edge = {start: None}, [start]
    while edge and len(found) < most:
        near = dict.fromkeys(int(j) for i in edge for j in graph.neighbours(i) if int(j) not in found)
        edge = list(near)[: most - len(found)]
        found |= dict.fromkeys(edge)
    return np.sort(np.fromiter(found, np.int64)), f"the {len(found):,} people nearest to one of {graph.n_agents:,}"


def _within(graph: SocialGraph, rows: NDArray[np.int64]) -> SocialGraph:
    """The ties among some people."""
    place = np.full(graph.n_agents, -1)
    place[rows] = np.arange(len(rows))
    one = place[np.repeat(np.arange(graph.n_agents), graph.degree)]
    other = place[graph.indices]
    kept = (one >= 0) & (other > one)
    return SocialGraph.from_edges(one[kept], other[kept], n_agents=len(rows))


def layout(graph: SocialGraph, *, seed: int = 0) -> NDArray[np.float64]:
    """(n_agents, 2) places where ties pull and people push one another apart; the same each time.

    References
    ----------
    Fruchterman and Reingold 1991, Graph drawing by force-directed placement, Software: Practice and Experience 21.
    """
    import rustworkx as rx

    ties = rx.PyGraph()
    ties.add_nodes_from(range(graph.n_agents))
    ties.add_edges_from_no_data(list(zip(*_tie_ends(graph), strict=True)))
    found = rx.spring_layout(ties, num_iter=200, k=2.0 / np.sqrt(graph.n_agents), seed=seed % 2**32)
    return np.array([found[i] for i in range(graph.n_agents)])


def _tie_ends(graph: SocialGraph) -> tuple[list[int], list[int]]:
    one = np.repeat(np.arange(graph.n_agents), graph.degree)
    kept = one < graph.indices
    return one[kept].tolist(), graph.indices[kept].tolist()


def _values(model: Society, colour: str, people: pd.DataFrame | None, part: _Part) -> tuple[Any, str]:
    """What each person drawn is coloured by, and its name."""
    groups = model.population.labels("group")
    if (colour or ("group" if groups else "degree")) == "group" and groups:
        return np.array(groups)[model.population["group"][part.rows]], "group"
    if colour == "community" and part.community is not None:
        return part.community, "community"
    if colour in ("", "degree"):
        return model.graph.degree[part.rows], "degree"
    if people is None or colour not in people:
        known = ["degree", "community", *(["group"] if groups else []), *(() if people is None else people.columns)]
        raise InputError(f"colour = {colour!r}: is no column of people; {did_you_mean(colour, known)}")
    if len(people) != model.n_agents:
        raise InputError(f"people: {len(people):,} rows for {model.n_agents:,} people")
    return people[colour].to_numpy()[part.rows], colour


def _ties(axes: Axes, graph: SocialGraph, places: NDArray[np.float64]) -> int:
    """Draw ties, of very many each so-manieth; how many were drawn."""
    ends = np.array(_tie_ends(graph), int).T
    drawn = ends[:: max(1, -(-len(ends) // MOST_TIES))]
    width = float(np.clip(20 / np.sqrt(len(drawn) + 1), 0.2, 0.8))
    lines = np.full((len(drawn), 3, 2), np.nan)  # parted by nan, so that all are one path, which is small in a file
    lines[:, :2] = places[drawn]
    axes.plot(*lines.reshape(-1, 2).T, color=FAINT, linewidth=width, alpha=0.5, zorder=1)
    return len(drawn)


def _people(axes: Axes, places: NDArray[np.float64], values: Any, name: str, degree: NDArray[np.int32]) -> None:
    """Draw people, larger where they have more ties, the larger ones on top."""
    colours = _kinds(axes, values, name) if name == "community" or values.dtype.kind in "OUb" else None
    if colours is None:
        low, high = np.nanquantile(values.astype("f8"), (0.01, 0.99))
        scale = ScalarMappable(Normalize(low, high if high > low else low + 1))
        colours = scale.to_rgba(values.astype("f8"))
        beyond = "max" if values.max() > high else "neither"
        axes.figure.colorbar(scale, ax=axes, label=label(name), shrink=0.7, pad=0.01, extend=beyond)
    size = np.round(
        3 * np.sqrt(degree / max(int(degree.max(initial=1)), 1))
    )  # few sizes: each is a shape of its own in SVG
    least = float(np.clip(3000 / len(places), 2.0, 30))
    for each in np.unique(size):
        of = size == each
        marks: dict[str, Any] = {"s": least * (1 + each), "linewidths": 0.2, "edgecolors": PAPER, "zorder": 2 + each}
        axes.scatter(places[of, 0], places[of, 1], c=colours[of], **marks)


def _kinds(axes: Axes, values: Any, name: str) -> NDArray[Any]:
    """(n, 4) colour of each person's kind, with a legend of the kinds unless they are numbers without meaning."""
    kinds, number = np.unique(values.astype(str), return_inverse=True)
    if name != "community":
        dots = [Line2D([], [], linestyle="", marker="o", color=COLOURS[i % len(COLOURS)]) for i in range(len(kinds))]
        axes.legend(dots, [str(kind) for kind in kinds], title=name, alignment="left")
    return np.array([to_rgba(colour) for colour in COLOURS])[number % len(COLOURS)]


def _caption(graph: SocialGraph, part: _Part, n_drawn: int, name: str) -> str:
    who = part.how or f"all {graph.n_agents:,} people"
    ties = f"{part.graph.n_edges:,} ties among them"
    few = f", {n_drawn:,} drawn" if n_drawn < part.graph.n_edges else ""
    community = "; colours of communities repeat" if name == "community" else ""
    return f"Social graph: {who} and the {ties}{few}. Colours tell {name}{community}; larger dots have more ties."
