"""Card: what there is to say of one person, from all columns: numbers, shares and accounts by name, friends, items."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from dashboards.charts import Spec, numbers
from dashboards.colours import series_colour
from dashboards.people import YES_NO, Trait, traits_of
from dashboards.sample import Sample
from society.model import Society

type Array = np.ndarray[Any, np.dtype[Any]]

MOST_FRIENDS = 12


@dataclass(frozen=True)
class Card:
    """One person at one step.

    Attributes
    ----------
    facts
        Name and value in words of everything there is one of.
    bars
        Bar charts of what there is by name, such as attention by option or work by account.
    friends
        Row and weight of those the person hears from, the closest first.
    n_friends
        How many there are of them.
    docs
        What each of the facts is, by name.
    items
        For each column of items, the names of those that the person has.
    side, where, note
        Which of several societies it is about, by number and in words, and what has to be said of that.
    """

    row: int
    uid: int
    label: str
    facts: dict[str, str] = field(default_factory=dict)
    docs: dict[str, str] = field(default_factory=dict)
    bars: dict[str, Spec] = field(default_factory=dict)
    friends: tuple[tuple[int, float], ...] = ()
    n_friends: int = 0
    items: dict[str, tuple[str, ...]] = field(default_factory=dict)
    side: str = ""
    where: str = ""
    note: str = ""

    @property
    def shell(self) -> Card:
        """All but what the charts show, which changes from frame to frame."""
        return replace(self, bars={name: {} for name in self.bars})

    def figure_name(self, bars: str = "") -> str:
        """What the chart of traits over time, or that of some bars, is called on a board."""
        return f"person{self.side}:{bars}"

    def figures(self, past: Spec | None) -> dict[str, dict[str, Spec]]:
        """All charts by name, with that of the traits over time."""
        named = {self.figure_name(name): {"spec": spec} for name, spec in self.bars.items()}
        return named | ({self.figure_name(): {"spec": past}} if past else {})


def card_of(model: Society, sample: Sample, row: int) -> Card:
    """The card of the person of a row."""
    card = Card(
        row,
        int(model.population["uid"][row]),
        str(model.graph.labels[row]),
        n_friends=len(model.graph.neighbours(row)),
        friends=_friends(model, row),
    )
    for trait in traits_of(model).values():
        values = np.array(
            [trait.read(model, sample, part, np.array([row]))[0] for part in range(max(1, len(trait.parts)))], "f8"
        )
        if not trait.parts:
            card.facts[trait.name] = in_words(trait, values[0])
            card.docs[trait.name] = trait.doc
        elif trait.labels == YES_NO:
            card.items[trait.name] = tuple(part for part, has in zip(trait.parts, values, strict=True) if has)
        elif len(trait.parts) == 1:
            card.facts[f"{trait.name}.{trait.parts[0]}"] = in_words(trait, values[0])
            card.docs[f"{trait.name}.{trait.parts[0]}"] = trait.doc
        elif not trait.labels and np.isfinite(values).any() and len(trait.parts) <= 40:
            card.bars[trait.name] = _bars(trait, values)
    return card


def in_words(trait: Trait, value: float) -> str:
    """A number with its unit, or the name of the category."""
    if trait.labels:
        return trait.labels[int(value)] if 0 <= value < len(trait.labels) else "–"
    if not np.isfinite(value):
        return "–"
    text = f"{value:,.0f}" if value == int(value) else f"{value:,.3g}"
    return f"{text} {trait.unit}".strip()


def _friends(model: Society, row: int) -> tuple[tuple[int, float], ...]:
    """Those a person hears from with the weight of each tie, the closest first."""
    graph = model.graph
    arcs = slice(int(graph.indptr[row]), int(graph.indptr[row + 1]))
    others = graph.indices[arcs]
    weights = np.ones(len(others)) if graph.weights is None else graph.weights[arcs]
    order = np.argsort(-weights, kind="stable")[:MOST_FRIENDS]
    return tuple((int(others[i]), float(weights[i])) for i in order)


def _bars(trait: Trait, values: Array) -> Spec:
    return {
        "kind": "bars", "name": trait.name, "y": trait.name, "doc": trait.doc, "categories": [*trait.parts],
        "longest": 7 * max(map(len, trait.parts)),
        "series": [{"name": "", "values": numbers(values), "color": series_colour(0)}],
    }  # fmt: skip
