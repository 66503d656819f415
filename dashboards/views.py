"""Views: what a panel can show of a society, each with the settings that it offers.

A view works out a figure from a `Scene`, a society that stands still. `VIEWS` lists them by name; pages choose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

from dashboards import charts
from dashboards.colours import nice_range
from dashboards.history import History
from dashboards.people import Choice, Trait, chosen, traits_of
from dashboards.planes import PCA, SpaceView, graph_plane, space_plane, trails_said
from dashboards.sample import Sample
from society.measures import MEASURES
from society.model import Society

type Array = np.ndarray[Any, np.dtype[Any]]
type Settings = Mapping[str, str]


@dataclass(frozen=True)
class Scene:
    """A society that stands still, with what is known of its past."""

    model: Society
    sample: Sample
    history: History
    selected: int = -1
    trails: Mapping[int, Array] = field(default_factory=dict)
    """(n_steps, n_traits) traits that persons who were chosen have had, by row."""
    memory: dict[Any, Any] = field(default_factory=dict)
    """What stays the same until the society is built anew."""
    beside: Scene | None = None
    """Another society that is drawn beside this one: both share ranges of colours and frames."""

    @cached_property
    def traits(self) -> dict[str, Trait]:
        """All that can be said of people."""
        return traits_of(self.model)

    @cached_property
    def row(self) -> dict[str, float]:
        """The newest row of measures."""
        return self.history.newest

    @property
    def both(self) -> tuple[Scene, ...]:
        """The scene, and the one beside it if there is any."""
        return (self, self.beside) if self.beside else (self,)


@dataclass(frozen=True)
class Setting:
    """Something that can be chosen about a view; the first option unless chosen otherwise.

    Those that `is_shared` hold for all panels of the page.
    """

    name: str
    label: str
    options: tuple[str, ...]
    is_shared: bool = False

    def of(self, settings: Settings) -> str:
        """What is chosen."""
        wanted = settings.get(self.name, "")
        return wanted if wanted in self.options else self.options[0]


@dataclass(frozen=True)
class View:
    """One way to look at a society."""

    name: str
    title: str
    widget: Literal["plane", "chart"]
    applies: Callable[[Scene], bool]
    settings: Callable[[Scene, Settings], list[Setting]]
    figure: Callable[[Scene, dict[str, str]], dict[str, Any]]

    def chosen(self, scene: Scene, settings: Settings) -> tuple[list[Setting], dict[str, str]]:
        """The settings that it offers, and what each is, with those of the whole page."""
        offered = self.settings(scene, settings)
        return offered, {**settings, **{setting.name: setting.of(settings) for setting in offered}}


def _choice_settings(scene: Scene, settings: Settings, name: str, *, is_shared: bool = False) -> list[Setting]:
    """What of people, and which part of it where it has parts."""
    what = Setting(name, name, (*scene.traits,), is_shared)
    parts = scene.traits[what.of(settings)].parts
    return [what, Setting(f"{name}_part", f"{name}: which", parts, is_shared)] if parts else [what]


def _choice(scene: Scene, settings: Settings, name: str) -> Choice:
    part = settings.get(f"{name}_part", "")
    what = settings.get(name, "")
    return chosen(scene.traits, f"{what}.{part}" if part else what)


def _shared_scale(scene: Scene, settings: Settings, name: str, rows: slice | None = None) -> tuple[float, float] | None:
    """The range of colours, or of `rows` of people, that fits a scene and the one beside it; None without such."""
    choices = [_choice(each, settings, name) for each in scene.both]
    if len({choice.name for choice in choices}) > 1 or scene.beside is None or choices[0].trait.labels:
        return None
    values = [
        choice.values(each.model, each.sample, each.sample.rows if rows is None else rows)
        for choice, each in zip(choices, scene.both, strict=True)
    ]
    trait = choices[0].trait
    return nice_range(np.concatenate(values), low=trait.low, high=trait.high)


def _always(scene: Scene) -> bool:
    return True


def _has(*columns: str) -> Callable[[Scene], bool]:
    return lambda scene: all(column in scene.model.population for column in columns)


# The social graph.


def _graph_settings(scene: Scene, settings: Settings) -> list[Setting]:
    return _choice_settings(scene, settings, "colour", is_shared=True)


def _graph(scene: Scene, settings: dict[str, str]) -> dict[str, Any]:
    choice = _choice(scene, settings, "colour")
    figure = graph_plane(scene.model, scene.sample, choice, scale=_shared_scale(scene, settings, "colour"))
    figure["info"]["trails"] = trails_said(scene.trails)
    return figure


# Personality.


def _space_settings(scene: Scene, settings: Settings) -> list[Setting]:
    names = scene.model.scenario.population.traits
    across = Setting("x", "across", (*names, PCA) if len(names) > 1 else names)
    found = [across]
    if across.of(settings) != PCA and len(names) > 1:
        found.append(Setting("y", "up", (*names[1:], *names[:1])))
    if "endowment" in scene.model.population:
        found.append(Setting("shade", "shade", ("people", *(f"reward.{name}" for name in scene.model.environments))))
    return found  # colours are those of the graph


def _space(scene: Scene, settings: dict[str, str]) -> dict[str, Any]:
    axes = None if settings["x"] == PCA else (settings["x"], settings.get("y", ""))
    environment = settings.get("shade", "people").partition(".")[2]
    key = ("space", axes, environment)
    view = scene.memory.get(key) or SpaceView.of(scene.model, axes, environment=environment)
    for each in scene.both:
        view = view.widened(each.model)
    scene.memory[key] = view
    choice, scale = _choice(scene, settings, "colour"), _shared_scale(scene, settings, "colour")
    return space_plane(scene.model, scene.sample, choice, view, scene.history, trails=scene.trails, scale=scale)


# Measures over time.


def _measure_settings(scene: Scene, settings: Settings) -> list[Setting]:
    return [Setting("measure", "measure", tuple(charts.measures_of(scene.history)) or ("",))]


def _measures(scene: Scene, settings: dict[str, str]) -> dict[str, Any]:
    return {"spec": charts.over_time(scene.history, settings["measure"], scene.model.scenario)}


# Information.

_OVER_TIME = ("known", "value", "sharing", "reach")


def _information_settings(scene: Scene, settings: Settings) -> list[Setting]:
    measures = [name for name in _OVER_TIME if MEASURES[name].applies_to(scene.model)]
    found = [Setting("show", "show", ("value of items", *measures, "cascade"))]
    if found[0].of(settings) == "cascade":
        found.append(Setting("item", "item", tuple(name for name in scene.model.memes.names if name)))
    return found


def _information(scene: Scene, settings: dict[str, str]) -> dict[str, Any]:
    show = settings["show"]
    if show == "value of items":
        return {"spec": charts.item_values(scene.model)}
    if show == "cascade":
        return {"spec": charts.cascade(scene.history, scene.model, settings["item"])}
    return {"spec": charts.over_time(scene.history, show, scene.model.scenario)}


# Platforms.


def _platform_settings(scene: Scene, settings: Settings) -> list[Setting]:
    options = ["attention by age"] if _has("attention", "age")(scene) else []
    measured = charts.measures_of(scene.history)
    options += [name for name in ("quadrants", "capture", "work", "gain") if name in measured]
    return [Setting("show", "show", tuple(options))]


def _platforms(scene: Scene, settings: dict[str, str]) -> dict[str, Any]:
    show = settings["show"]
    if show == "attention by age":
        return {"spec": charts.attention_by_age(scene.model)}
    if show == "quadrants":
        return {"spec": charts.quadrants(scene.row)}
    return {"spec": charts.accounts(scene.row, show)}


# Distributions.


def _distribution_settings(scene: Scene, settings: Settings) -> list[Setting]:
    return _choice_settings(scene, settings, "of")


def _distribution(scene: Scene, settings: dict[str, str]) -> dict[str, Any]:
    scale = _shared_scale(scene, settings, "of", slice(None))
    return {"spec": charts.distribution(scene.model, scene.sample, _choice(scene, settings, "of"), scale=scale)}


VIEWS: dict[str, View] = {
    view.name: view
    for view in (
        View("graph", "Graph", "plane", _always, _graph_settings, _graph),
        View("personality", "Personality", "plane", _has("traits"), _space_settings, _space),
        View("measures", "Measures", "chart", lambda scene: bool(scene.history.names), _measure_settings, _measures),
        View("distribution", "Distribution", "chart", _always, _distribution_settings, _distribution),
        View("information", "Information", "chart", _has("knows"), _information_settings, _information),
        View(
            "platforms", "Platforms", "chart",
            lambda scene: bool(scene.model.platforms) and bool(_platform_settings(scene, {})[0].options),
            _platform_settings, _platforms,
        ),
    )
}  # fmt: skip
"""What panels can show."""


def view_of(panel: str) -> View:
    """The view of a panel, whose name is that of the view, with a number behind it where there are several."""
    return VIEWS[panel.partition("-")[0]]
