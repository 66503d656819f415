"""The model behind the runs: its graph, its landscapes and its description."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from society.errors import InputError
from society.figures import basin_figure, network_figure
from society.model import Society
from society.odd import describe
from society.odd.html import to_fragment
from society.reports.blocks import Block, Folded, Paragraph, Picture, Section
from society.reports.subject import Subject


def world(subject: Subject) -> Iterator[Section]:
    """Pictures of the society of one run, and its ODD with what differs in other runs."""
    which = f"This is the society of run {subject.example['run_id']}: {subject.example_words}."
    said: list[Block] = [Paragraph(which)] if subject.study.is_sweep else []
    try:
        model = Society(subject.scenario)
        yield Section("Network", [*said, *_network(model, _people(subject, model))])
        landscapes = [*_landscapes(model, _people(subject, model))]
        yield Section("Landscapes", [*said, *landscapes] if landscapes else [])
        document = describe(subject.scenario, varied=subject.varied)
    except InputError as error:  # such as a graph whose file is on another machine
        yield Section("Model", [Paragraph(f"The society cannot be drawn or described here. {error}", is_warning=True)])
        return
    html = to_fragment(document, prefix="odd-", depth=2)
    described = Folded("ODD+D description of the model, from its scenario and its code", html)
    if subject.study.arms and any(arm.has_own_scenario for arm in subject.study.sweep.arms.values()):
        name = subject.scenario.scenario.name
        said.append(Paragraph(f"Arms have scenarios of their own; what is drawn above and described here is {name}."))
    if subject.varied:
        said.append(Paragraph("Where a value differs between runs, what it is in others stands in brackets beside it."))
    yield Section("Model description", [*said, described])


def _people(subject: Subject, model: Society) -> pd.DataFrame | None:
    """Everybody at the end of a single run, if they were recorded and nobody was born."""
    if subject.study.is_sweep:
        return None
    agents = subject.study.agents
    return agents if len(agents) == model.n_agents else None


def _network(model: Society, people: pd.DataFrame | None) -> Iterator[Block]:
    if not model.graph.n_arcs:
        yield Paragraph("The society has no ties.")
        return
    yield Picture("network", network_figure(model))
    trait = f"traits.{model.scenario.population.traits[0]}"
    if people is not None and trait in people:
        yield Picture(f"network-{trait}", network_figure(model, colour=trait, people=people))


def _landscapes(model: Society, people: pd.DataFrame | None) -> Iterator[Block]:
    if model.environments and "landscape_form" in model.population:
        yield Picture("landscapes", basin_figure(model, people=people))
