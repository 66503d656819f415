"""Twin views: what a panel can show of a society and its twin together; both over time, and how they differ.

A scene here is the society as it is, with that of its twin `beside` it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from dashboards import charts
from dashboards.charts import Spec
from dashboards.colours import round_up
from dashboards.history import History
from dashboards.people import YES_NO, Choice, Rows, Trait, chosen
from dashboards.planes import graph_plane, trails_said
from dashboards.sample import Sample
from dashboards.views import Scene, Setting, Settings, View
from society.differences import ABSENT_IS_NONE
from society.measures import MEASURES
from society.measures.capture import displacement, in_both
from society.model import Society

type Array = np.ndarray[Any, np.dtype[Any]]

DISTANCE = "distance"
"""Of a person's traits from who they are in the twin."""


def beside(scene: Scene) -> Scene:
    """The scene of the twin."""
    assert scene.beside is not None
    return scene.beside


# Over time.


def names_of(original: History, twin: History) -> list[str]:
    """Columns of measures of either society."""
    return [*dict.fromkeys([*original.names, *twin.names])]


def gap(original: History, twin: History, name: str) -> Array:
    """(n_rows,) a column as it is less that in the twin; where a measure compares by itself, that.

    What cannot be in the twin, such as work of a platform that it lacks, is 0 there.
    """
    head = name.split(".")[0]
    if head in MEASURES and MEASURES[head].compares:
        return original.column(name)
    absent = 0.0 if head in ABSENT_IS_NONE else np.nan
    columns = [each.column(name) if name in each.names else np.full(len(each), absent) for each in (original, twin)]
    difference: Array = columns[0] - columns[1]
    return difference


def difference_of(original: History, twin: History) -> pd.DataFrame:
    """One row a kept step and column of a measure: as it is, in the twin, and the difference."""
    parts = [
        pd.DataFrame(
            {
                "step": original.steps,
                "measure": name,
                "original": original.column(name),
                "twin": twin.column(name),
                "difference": gap(original, twin, name),
            }
        )
        for name in names_of(original, twin)
    ]
    return pd.concat(parts, ignore_index=True)


def _measure_settings(scene: Scene, settings: Settings) -> list[Setting]:
    measured = dict.fromkeys(name.split(".")[0] for name in names_of(scene.history, beside(scene).history))
    return [Setting("measure", "measure", tuple(measured) or ("",), is_shared=True)]


def _both_over_time(scene: Scene, settings: dict[str, str]) -> dict[str, Any]:
    """Columns of a measure in both: as it is drawn through, in the twin dashed."""
    measure, scenario = settings["measure"], scene.model.scenario
    spec = charts.over_time(scene.history, measure, scenario)
    twin = charts.over_time(beside(scene).history, measure, beside(scene).model.scenario)
    shades = {line["name"]: line["color"] for line in spec["series"]}
    dashed = [
        {**line, "color": shades.get(line["name"], line["color"]), "name": f"{line['name']} · twin", "dash": True}
        for line in twin["series"]
    ]
    doc = f"Dashed: the twin. {spec['doc']}"
    return {"spec": {**spec, "name": f"both-{measure}", "doc": doc, "series": [*spec["series"], *dashed]}}


def _difference_over_time(scene: Scene, settings: dict[str, str]) -> dict[str, Any]:
    measure, scenario, twin = settings["measure"], scene.model.scenario, beside(scene).history
    columns = [name for name in names_of(scene.history, twin) if name.split(".")[0] == measure]
    gaps = {name: gap(scene.history, twin, name) for name in columns}
    return {"spec": charts.lines_over_time(scene.history, measure, gaps, scenario) | _said_of_gap(measure)}


def _said_of_gap(measure: str) -> Spec:
    compares = measure in MEASURES and MEASURES[measure].compares
    return {
        "name": f"difference-{measure}",
        "y": measure if compares else f"{measure}: difference",
        "fromZero": True,
        "doc": "It is a difference from the twin by itself." if compares else "As it is, less in the twin.",
    }


# Person by person.


def differences_of(scene: Scene) -> dict[str, Trait]:
    """How each person differs from who they are in the twin, in all that both societies have; nan if not in both."""
    one, other = scene.traits, beside(scene).traits
    shared = [trait for name, trait in one.items() if _comparable(trait, other.get(name))]
    traits = {trait.name: _gap_of(scene, trait, other.get(trait.name)) for trait in shared}
    if "traits" in traits:
        doc = "Distance of a person's traits from those in the twin."
        traits = {DISTANCE: Trait(DISTANCE, doc, _of_model(scene, _distance), low=0.0), **traits}
    return traits


def _comparable(trait: Trait, other: Trait | None) -> bool:
    """Whether a trait means the same in both societies, or has a meaning where it is absent."""
    if trait.name in ("community", "ties"):
        return False
    return trait.name in ABSENT_IS_NONE if other is None else trait.labels == other.labels or trait.labels == ()


def _gap_of(scene: Scene, trait: Trait, other: Trait | None) -> Trait:
    """What a trait differs by: numbers by their difference, categories by whether they are others."""
    twin = beside(scene)
    parts = tuple(part for part in trait.parts if _in_twin(trait, other, part))

    def read(model: Society, sample: Sample, part: int, rows: Rows) -> Array:
        one = np.asarray(trait.read(model, sample, trait.parts.index(parts[part]) if parts else 0, rows), "f8")
        absent = other is None or (parts and parts[part] not in other.parts)
        place = other.parts.index(parts[part]) if other and parts and not absent else 0
        two = 0.0 if absent or other is None else np.asarray(other.read(twin.model, twin.sample, place, rows), "f8")
        difference = (one != two).astype("f8") if trait.labels else one - two
        difference[~in_both(model, twin.model)[rows]] = np.nan
        return difference

    said = f"Difference from the twin. {trait.doc}"
    if trait.labels:
        return Trait(trait.name, said, read, parts=parts, labels=YES_NO, unit="differs")
    return Trait(trait.name, said, read, parts=parts, unit=trait.unit)


def _in_twin(trait: Trait, other: Trait | None, part: str) -> bool:
    return trait.name in ABSENT_IS_NONE or (other is not None and part in other.parts)


def _of_model(scene: Scene, function: Callable[[Society, Society], Array]) -> Callable[..., Array]:
    twin = beside(scene).model

    def read(model: Society, sample: Sample, part: int, rows: Rows) -> Array:
        return function(model, twin)[rows]

    return read


def _distance(model: Society, twin: Society) -> Array:
    distance: Array = np.linalg.norm(displacement(model, twin), axis=1)
    return distance


def _person_settings(scene: Scene, settings: Settings) -> list[Setting]:
    traits = differences_of(scene)
    what = Setting("gap", "difference of", tuple(traits), is_shared=True)
    parts = traits[what.of(settings)].parts
    return [what, Setting("gap_part", "difference of: which", parts, is_shared=True)] if parts else [what]


def _gap_choice(scene: Scene, settings: Settings) -> Choice:
    traits, part = differences_of(scene), settings.get("gap_part", "")
    return chosen(traits, f"{settings['gap']}.{part}" if part else settings["gap"])


def _gap_graph(scene: Scene, settings: dict[str, str]) -> dict[str, Any]:
    figure = graph_plane(scene.model, scene.sample, _gap_choice(scene, settings))
    figure["info"] |= {"trails": trails_said(scene.trails), "foot": "as it is, less in the twin"}
    figure["info"]["name"] = f"difference-{settings['gap']}"
    return figure


def _gap_distribution(scene: Scene, settings: dict[str, str]) -> dict[str, Any]:
    choice = _gap_choice(scene, settings)
    spec = charts.distribution(scene.model, scene.sample, choice)
    return {"spec": {**spec, "name": f"difference-{choice.name}"}}


def _has_people(scene: Scene) -> bool:
    return bool(differences_of(scene))


# Side by side.


def alike(one: Spec, other: Spec) -> tuple[Spec, Spec]:
    """Two charts of the same kind with the same axis of values."""
    if one["kind"] == "lines":
        every = {"name": "", "quiet": True, "x": [], "y": [y for each in (one, other) for y in _heights(each)]}
        return {**one, "series": [*one["series"], every]}, {**other, "series": [*other["series"], every]}
    if one["kind"] == "bars" and "limits" not in one:
        heights = [0.0, *_heights(one), *_heights(other)]
        limits = [-round_up(-min(heights)), round_up(max(heights)) or 1.0]
        return {**one, "limits": limits}, {**other, "limits": limits}
    return one, other


def _heights(spec: Spec) -> list[float]:
    """The lowest and the highest value of a chart."""
    if spec["kind"] == "bars" and spec.get("stacked"):
        columns = zip(*(each["values"] for each in spec["series"]), strict=True)
        values = [sum(value or 0.0 for value in column) for column in columns]
    else:
        field = "values" if spec["kind"] == "bars" else "y"
        values = [value for each in spec["series"] for value in each[field] if value is not None]
    return [min(values), max(values)] if values else []


TWIN_VIEWS: dict[str, View] = {
    view.name: view
    for view in (
        View("both", "Both", "chart", lambda scene: True, _measure_settings, _both_over_time),
        View("difference", "Difference", "chart", lambda scene: True, _measure_settings, _difference_over_time),
        View("moved", "Differences of people", "plane", _has_people, _person_settings, _gap_graph),
        View("gaps", "How people differ", "chart", _has_people, _person_settings, _gap_distribution),
    )
}
"""What panels can show of both together."""
