"""People: whatever can be said of each person of a society, found in its columns and twins.

Nothing here knows a process: a new one's columns are found by their dimensions, under the names of `agents/`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboards.sample import Sample
from society.measures.capture import captured
from society.model import Society
from society.population import Column

type Array = np.ndarray[Any, np.dtype[Any]]
type Rows = Array | slice

YES_NO = ("no", "yes")
MOST_CATEGORIES = 12
"""Of whole numbers in a column, beyond which they are an amount."""
MOST_COMMUNITIES = 8
"""Communities with a colour of their own."""
BITS = 64


@dataclass(frozen=True)
class Trait:
    """Something that everybody has: a number, or one of some categories.

    Attributes
    ----------
    parts
        Names of what there is one of for each: traits, options, items; empty if there is one alone.
    labels
        Names of the categories; empty for numbers.
    """

    name: str
    doc: str
    read: Callable[[Society, Sample, int, Rows], Array]
    parts: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    unit: str = ""
    low: float = -np.inf
    high: float = np.inf


def traits_of(model: Society) -> dict[str, Trait]:
    """All that can be said of people, by name."""
    found = [trait for name, column in model.population.per_agent.items() if (trait := _of_column(model, name, column))]
    found += [_mostly(model, name, column) for name, column in model.population.per_agent.items() if _shares(column)]
    found += [_COMMUNITY, _TIES]
    platforms = tuple(path.split(".")[1] for path in model.twins if path.startswith("platform."))
    if platforms:
        doc = "Displacement towards a platform's target against the twin without it."
        found.append(Trait("capture", doc, _capture, parts=platforms))
    return {trait.name: trait for trait in sorted(found, key=lambda trait: trait.name != "traits")}


@dataclass(frozen=True)
class Choice:
    """One thing of people, such as `traits.openness`: a trait and which part of it."""

    trait: Trait
    part: int

    @property
    def name(self) -> str:
        """Its name in `agents/`."""
        return f"{self.trait.name}.{self.trait.parts[self.part]}" if self.trait.parts else self.trait.name

    @property
    def label(self) -> str:
        """Its name with the unit."""
        return f"{self.name} ({self.trait.unit})" if self.trait.unit else self.name

    def values(self, model: Society, sample: Sample, rows: Rows) -> Array:
        """(n,) float64 of some people; the number of the category where there are categories."""
        return np.asarray(self.trait.read(model, sample, self.part, rows), "f8")


def chosen(traits: dict[str, Trait], name: str) -> Choice:
    """What a name says, such as `traits.openness`; the first of all if there is none of that name (any more)."""
    head, _, part = name.partition(".")
    trait = traits.get(head) or next(iter(traits.values()))
    while head not in traits and "." in part:  # names of columns may have dots, as those of events do
        more, _, part = part.partition(".")
        head = f"{head}.{more}"
        trait = traits.get(head, trait)
    if name in traits:
        trait, part = traits[name], ""
    return Choice(trait, trait.parts.index(part) if part in trait.parts else 0)


def _of_column(model: Society, name: str, column: Column) -> Trait | None:
    """What a column says of people; nothing if it has more than one dimension besides people."""
    others = [dim for dim in column.dims if dim != "agent"]
    if len(others) > 1 or name == "uid":
        return None
    facts: dict[str, Any] = {"doc": column.doc, "unit": column.unit, "low": column.low, "high": column.high}
    if others == ["word"]:
        places = np.array([place for place, item in enumerate(model.memes.names) if item])
        items = tuple(model.memes.names[place] for place in places)
        return Trait(name, column.doc, _bit_reader(name, places), parts=items, labels=YES_NO) if items else None
    if others:
        size = model.population.size(others[0])
        parts = model.population.labels(others[0]) or tuple(str(number) for number in range(size))
        if others == ["slot"]:
            parts = tuple(item or str(place) for place, item in enumerate(model.memes.names))
        return (
            Trait(name, read=_part_reader(name, column), parts=parts, labels=_labels(model, column), **facts)
            if parts
            else None
        )
    return Trait(name, read=_reader(name), labels=_labels(model, column), **facts)


def _labels(model: Society, column: Column) -> tuple[str, ...]:
    """Categories of a column: yes and no, names of the dimension it is called after, or a few whole numbers."""
    kind = np.dtype(column.dtype).kind
    if kind == "b":
        return YES_NO
    if kind in "iu" and (names := column.name in model.population.dims and model.population.labels(column.name)):
        return tuple(names)
    if kind in "iu" and column.low >= 0 and column.high < MOST_CATEGORIES:
        return tuple(str(number) for number in range(int(column.high) + 1))
    return ()


def _shares(column: Column) -> bool:
    """Whether a column divides something between named parts."""
    return (
        len(column.dims) == 2
        and "agent" in column.dims
        and (column.low, column.high) == (0, 1)
        and column.dtype[0] == "f"
    )


def _mostly(model: Society, name: str, column: Column) -> Trait:
    """Which part of a column that divides something has the largest share."""
    dim = next(dim for dim in column.dims if dim != "agent")
    labels = model.population.labels(dim) or tuple(str(number) for number in range(model.population.size(dim)))

    def read(model: Society, sample: Sample, part: int, rows: Rows) -> Array:
        axis = column.dims.index("agent")
        largest: Array = np.moveaxis(model.population[name], axis, 0)[rows].argmax(axis=1)
        return largest

    return Trait(f"most_{name}", f"What has most of: {column.doc}", read, labels=labels)


def _reader(name: str) -> Callable[[Society, Sample, int, Rows], Array]:
    def read(model: Society, sample: Sample, part: int, rows: Rows) -> Array:
        return model.population[name][rows]

    return read


def _part_reader(name: str, column: Column) -> Callable[[Society, Sample, int, Rows], Array]:
    by_agent = column.dims[0] == "agent"

    def read(model: Society, sample: Sample, part: int, rows: Rows) -> Array:
        array = model.population[name]
        return array[rows, part] if by_agent else array[part, rows]

    return read


def _bit_reader(name: str, places: Array) -> Callable[[Society, Sample, int, Rows], Array]:
    def read(model: Society, sample: Sample, part: int, rows: Rows) -> Array:
        word, bit = divmod(int(places[part]), BITS)
        return (model.population[name][rows, word] >> np.uint64(bit)) & np.uint64(1)

    return read


def _capture(model: Society, sample: Sample, part: int, rows: Rows) -> Array:
    paths = [path for path in model.twins if path.startswith("platform.")]
    return captured(model, model.twins[paths[part]], paths[part].split(".")[1])[rows]


def _community(model: Society, sample: Sample, part: int, rows: Rows) -> Array:
    found = np.full(model.n_agents, np.nan)
    found[sample.rows] = np.minimum(sample.community_rank, MOST_COMMUNITIES)
    return found[rows]


def _degree(model: Society, sample: Sample, part: int, rows: Rows) -> Array:
    return model.graph.degree[rows]


_COMMUNITY = Trait(
    "community", "Community by the Louvain method, the largest of those drawn first.", _community,
    labels=(*(str(number) for number in range(1, MOST_COMMUNITIES + 1)), "others"),
)  # fmt: skip
_TIES = Trait("ties", "Number of those one is tied to.", _degree, low=0)
