"""Charts: what the widget `Chart` draws of a society: measures over time, information, platforms, distributions.

Pure functions from a society that stands still, or from its history, to a specification of plain numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from dashboards.colours import OFF, css, nice_range, series_colour, shade
from dashboards.history import History
from dashboards.people import Choice
from dashboards.sample import Sample
from society.measures import MEASURES
from society.measures.base import rows_of
from society.measures.ledger import QUADRANTS
from society.model import Society
from society.scenario import Scenario

type Array = np.ndarray[Any, np.dtype[Any]]
type Spec = dict[str, Any]

MOST_LINES = 12
N_BINS = 40
LABELLED = 8
"""Of the edges of bins, one in so many has a label: a fifth of the range is a round number."""
AGE_CLASS = 5
"""Years of age in a bar."""
QUADRANT_COLOURS = {"symbiosis": 2, "capture": 5, "gift": 0, "mutual_harm": 3}
"""Number of the colour of each quadrant."""


def numbers(values: Iterable[float]) -> list[float | None]:
    """Numbers as JSON can say them, four digits each: null for nan and infinity."""
    array = np.asarray(values if isinstance(values, np.ndarray) else [*values], "f8")
    known = np.isfinite(array) & (array != 0)
    places = 3 - np.floor(np.log10(np.abs(array, where=known, out=np.ones(len(array)))))
    up, down = 10.0 ** np.maximum(places, 0), 10.0 ** np.maximum(-places, 0)
    rounded = np.round(np.where(known, array, 0.0) * up / down) / up * down
    missing = ~np.isfinite(array)
    return [None if gone else value for gone, value in zip(missing.tolist(), rounded.tolist(), strict=True)]


def measures_of(history: History) -> list[str]:
    """Names of the measures in a history, in its order."""
    return [*dict.fromkeys(name.split(".")[0] for name in history.names)]


def over_time(history: History, measure: str, scenario: Scenario) -> Spec:
    """All columns of a measure over the years, with the dates of events."""
    columns = {name: history.column(name) for name in history.names if name.split(".")[0] == measure}
    doc = MEASURES[measure].doc.split("\n")[0] if measure in MEASURES else ""
    return {**lines_over_time(history, measure, columns, scenario), "doc": doc}


def lines_over_time(history: History, measure: str, columns: Mapping[str, Array], scenario: Scenario) -> Spec:
    """A line for each of some columns of a measure at the steps of a history."""
    years = numbers(history.steps / scenario.run.steps_per_year)
    series = [
        {"name": name.removeprefix(f"{measure}."), "x": years, "y": numbers(values), "color": series_colour(i)}
        for i, (name, values) in enumerate([*columns.items()][:MOST_LINES])
    ]
    return {**_timed(scenario, history), "name": measure, "y": measure, "series": series}


def _timed(scenario: Scenario, history: History) -> Spec:
    """What charts over time share: the axis of years, and what happened within the time that has passed."""
    passed = max(history.last_step, 1) / scenario.run.steps_per_year
    return {
        "kind": "lines",
        "x": "years",
        "xShort": "year",
        "range": [0.0, passed],
        "events": event_dates(scenario, passed),
        "rings": event_rings(history, scenario),
    }


def event_dates(scenario: Scenario, years: float, *, most: int = 60) -> list[Spec]:
    """Dates of all enabled events so far; of a long course the first ones."""
    dates = [(date, name) for name, event in scenario.events.items() for date in event.dates(years)[:most]]
    return [{"x": date, "label": name.removeprefix("event.")} for date, name in sorted(dates)]


def event_rings(history: History, scenario: Scenario) -> list[Spec]:
    """Of events that happen at a rate, between which kept steps they happened to how many."""
    found = []
    kept = [(step / scenario.run.steps_per_year, arrays) for step, arrays in history.kept()]
    for name, event in scenario.events.items():
        rings = f"{event.name}.rings"
        totals = [(year, int(arrays[rings])) for year, arrays in kept if rings in arrays]
        if not totals:
            continue
        happened = [(year, now - before) for (_, before), (year, now) in pairwise(totals) if now > before]
        found.append({"label": name, "x": [year for year, _ in happened], "n": [number for _, number in happened]})
    return found


def item_values(model: Society) -> Spec:
    """What each item is worth to who knows it now, on its curve over the share of people who know it."""
    memes, known = model.memes, _known(model)
    worth, grid = memes.values(known), np.linspace(0.0, 1.0, 41)
    curves = np.stack([memes.values(np.full(memes.n_slots, share)) for share in grid])
    series: list[Spec] = []
    for i, (family, first) in enumerate(zip(memes.families, memes.first_slots, strict=False)):
        own = slice(first, first + family.n_items)
        line = {
            "name": "",
            "quiet": True,
            "x": numbers(grid),
            "y": numbers(curves[:, first]),
            "color": series_colour(i),
        }
        dots = {"name": family.name, "x": numbers(known[own]), "y": numbers(worth[own]), "color": series_colour(i)}
        series += [line, {**dots, "dots": True}]
    return {
        "kind": "lines", "name": "values", "x": "share of people who know it", "xShort": "known by",
        "y": "value to who knows it", "range": [0.0, 1.0], "fromZero": True, "series": series,
    }  # fmt: skip


def cascade(history: History, model: Society, item: str) -> Spec:
    """The share of people who know one item over the years, among the others of its family."""
    memes, scenario = model.memes, model.scenario
    place = memes.names.index(item)
    number = max(i for i, first in enumerate(memes.first_slots[: len(memes.families)]) if first <= place)
    family, first = memes.families[number], memes.first_slots[number]
    years, known = numbers(history.steps / scenario.run.steps_per_year), history.stacked("known")
    others = [
        {"name": f"others of {family.name}", "quiet": True, "x": years, "y": numbers(known[:, slot]), "color": css(OFF)}
        for slot in range(first, first + min(family.n_items, 40))
        if slot != place
    ]
    own = {"name": item, "x": years, "y": numbers(known[:, place]), "color": series_colour(0)}
    return {
        **_timed(scenario, history),
        "name": item,
        "y": "share of people who know it",
        "fromZero": True,
        "series": [*others, own],
    }


def _known(model: Society) -> Array:
    from society.kernels.memes import count_knowers

    return np.asarray(count_knowers(model.population["knows"], model.memes.n_slots) / model.n_agents)


def attention_by_age(model: Society) -> Spec:
    """How people of each age divide attention."""
    age, rows = model.population["age"], rows_of(model, "attention")
    number = np.floor(age / AGE_CLASS).astype("i8")
    first, last = int(number.min()), int(number.max())
    counts = np.bincount(number - first, minlength=last - first + 1)
    means = {
        option: np.bincount(number - first, weights=shares, minlength=len(counts)) / np.where(counts, counts, 1)
        for option, shares in rows.items()
    }
    classes = [f"{AGE_CLASS * n}–{AGE_CLASS * (n + 1) - 1}" for n in range(first, last + 1)]
    series = [
        {"name": option, "values": numbers(shares), "color": css(OFF) if i == 0 else series_colour(i)}
        for i, (option, shares) in enumerate(means.items())
    ]
    return {
        "kind": "bars", "name": "attention-by-age", "stacked": True, "x": "age in years", "y": "share of attention",
        "categories": classes, "limits": [0.0, 1.0], "series": series, "longest": 44,
        "said": [f"{name} years: {count:,} people" for name, count in zip(classes, counts.tolist(), strict=True)],
    }  # fmt: skip


def quadrants(row: dict[str, float]) -> Spec:
    """Shares of people whom each platform does good or harm while it gains or does not, from a row of measures."""
    names = dict.fromkeys(name.split(".")[1] for name in row if name.startswith("quadrants."))
    order = ("capture", "symbiosis", "mutual_harm", "gift")  # the platform gains above, the person on the right
    groups = [
        {
            "name": platform,
            "tiles": [
                {
                    "name": quadrant.replace("_", " "),
                    "share": numbers([row.get(f"quadrants.{platform}.{quadrant}", 0.0)])[0] or 0.0,
                    "color": series_colour(QUADRANT_COLOURS[quadrant]),
                }
                for quadrant in order
            ],
        }
        for platform in names
    ]
    assert {*order} == {*QUADRANTS}
    said = "share of people, by work on their interest and stated gain since the start"
    return {
        "kind": "tiles", "name": "quadrants", "groups": groups, "x": said, "columns": ["person loses", "person gains"],
        "rows": ["platform gains", "does not"],
    }  # fmt: skip


def accounts(row: dict[str, float], measure: str) -> Spec:
    """One bar for each column of a measure, now."""
    columns = [name for name in row if name.split(".")[0] == measure]
    names = [name.removeprefix(f"{measure}.") for name in columns]
    doc = MEASURES[measure].doc.split("\n")[0] if measure in MEASURES else ""
    return {
        "kind": "bars", "name": measure, "y": measure, "doc": doc, "categories": names,
        "longest": 7 * max(map(len, names), default=1),
        "series": [{"name": "", "values": numbers(row[name] for name in columns), "color": series_colour(0)}],
    }  # fmt: skip


def distribution(model: Society, sample: Sample, choice: Choice, *, scale: tuple[float, float] | None = None) -> Spec:
    """How something is distributed over everybody: a histogram (over `scale`), or a bar for each category."""
    values = choice.values(model, sample, slice(None))
    known = values[np.isfinite(values)]
    spec: Spec = {
        "kind": "bars",
        "name": choice.name,
        "x": choice.label,
        "y": "share of people",
        "doc": choice.trait.doc,
    }
    missing = f", {1 - len(known) / len(values):.0%} without" if len(known) < len(values) else ""
    spec["x"] += missing
    if labels := choice.trait.labels:
        shares: Array = np.bincount(known[known < len(labels)].astype("i8"), minlength=len(labels)) / len(values)
        table = [css(shade(number, labels)) for number in range(len(labels))]
        series = [
            {
                "name": label,
                "color": table[i],
                "values": [numbers([shares[i]])[0] if i == j else None for j in range(len(labels))],
            }
            for i, label in enumerate(labels)
        ]
        return {
            **spec,
            "categories": [*labels],
            "series": series,
            "stacked": True,
            "longest": 7 * max(map(len, labels)),
        }
    low, high = scale or nice_range(known)
    edges = np.linspace(low, high, N_BINS + 1)
    counts: Array = np.histogram(np.clip(known, low, high), edges)[0]
    said = [f"{a:.3g} to {b:.3g}" for a, b in pairwise(edges)]
    bars = {"name": "", "values": numbers(counts / max(len(values), 1)), "color": series_colour(0)}
    return {
        **spec, "categories": [f"{edge:.3g}" for edge in edges[:-1]], "said": said, "series": [bars], "touching": True,
        "atEdge": True, "every": LABELLED,
    }  # fmt: skip


def person_over_time(steps: Array, traits: Array, scenario: Scenario) -> Spec | None:
    """The traits of one person over the years; None without any."""
    if not len(steps):
        return None
    years = numbers(steps / scenario.run.steps_per_year)
    series = [
        {"name": name, "x": years, "y": numbers(traits[:, d]), "color": series_colour(d)}
        for d, name in enumerate(scenario.population.traits)
    ]
    return {"kind": "lines", "name": "traits", "x": "years", "xShort": "year", "y": "trait", "series": series}
