"""The overview of an ODD document: purpose, entities, state variables, scales, and what happens in a step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile

import numpy as np

from society import __version__
from society.layout import DIMS
from society.odd import markdown
from society.odd.docstrings import attributes, description, lead
from society.odd.events import events
from society.odd.markdown import code, codes
from society.odd.parameters import number, parameter_table, years
from society.odd.subject import Subject
from society.platforms import Platform
from society.population import Column

UPDATES = {
    "synchronous": "everybody's new state is computed from the state at the start of the process",
    "matching": "people act in disjoint pairs",
    "sequential": "people act one after another, in an order drawn anew each step, and see what those before them did",
}
_TYPES = {"f": "number", "i": "whole number", "u": "whole number", "b": "yes or no"}


def purpose(subject: Subject) -> Iterator[str]:
    """Title, protocol, and what the scenario file says it is for."""
    scenario = subject.scenario
    header = scenario.scenario
    file = f"the scenario file {code(subject.file.name)}" if subject.file else f"the scenario {code(header.name)}"
    yield f"# {markdown.text(header.title or header.name)}"
    yield (
        "This description follows the ODD protocol for agent-based models (Grimm et al. 2020) with the design concepts "
        "that ODD+D adds for human decisions (Müller et al. 2013). "
        f"Society {__version__} wrote it from {file} and from the declarations in its own code. "
        "In tables of parameters, **bold** marks a value other than the default."
        + (" What values are in other runs of the study stands beside them in brackets." if subject.varied else "")
    )
    yield "## 1 Purpose and patterns"
    if header.description:
        yield markdown.paragraphs(header.description)
    comment = leading_comment(subject)
    if comment:
        yield "The scenario file opens with these words:"
        yield markdown.quote(comment)
    if not header.description and not comment:
        yield "The scenario file states no purpose."
    names = codes(measure.name for measure in subject.measures)
    yield f"The outcomes by which the model can be judged are the recorded measures (section 4, Observation): {names}."


def leading_comment(subject: Subject) -> str:
    """The comment that a scenario file begins with, without its hashes."""
    lines = subject.file.read_text(encoding="utf-8").lstrip().splitlines() if subject.file else []
    comment = takewhile(lambda line: line.startswith("#"), lines)
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in comment).strip()


def entities(subject: Subject) -> Iterator[str]:
    """Who and what there is, all columns, and the scales of time and space."""
    yield "## 2 Entities, state variables and scales"
    yield "### Entities"
    rows = [["person", f"{subject.n_agents:,}", "Nodes of the social graph, with the state variables of people below."]]
    for family, tables in subject.families.items():
        if family != "process":
            kinds = dict.fromkeys(type(table) for table in tables.values())
            about = " ".join(markdown.text(description(kind)) for kind in kinds)
            rows.append([family.replace("_", " "), f"{len(tables)}: {codes(tables)}", about])
    yield markdown.table(["Entity", "Number", "What it is"], rows)
    yield from _variables(subject)
    yield from _scales(subject)


def _variables(subject: Subject) -> Iterator[str]:
    columns = [each for each in subject.population.values() if all(subject.size(dim) for dim in each.dims)]
    yield "### State variables"
    yield (
        "A variable has one owner, which writes it; section 3 says which other processes add to it. *Start* is its "
        "value before the set-up of section 5. State variables of people:"
    )
    yield _state_table(subject, (each for each in columns if not each.is_scratch and "agent" in each.dims))
    if shared := [each for each in columns if not each.is_scratch and "agent" not in each.dims]:
        yield "State variables that do not belong to a person:"
        yield _state_table(subject, shared)
    if subject.scenario.platforms:
        yield "State variables of each platform:"
        yield markdown.table(["Variable", "Meaning"], _platform_state())
    if scratch := [each for each in columns if each.is_scratch]:
        yield "Working variables, written anew in each step before they are read, and no part of the state:"
        yield markdown.table(
            ["Variable", "Meaning", "For each", "Unit", "Owner"],
            (
                [code(each.name), markdown.text(each.doc), _over(each), each.unit, _owner(subject, each)]
                for each in scratch
            ),
        )
    used = {dim for each in columns for dim in each.dims}
    yield "Dimensions of these variables:"
    yield markdown.table(
        ["Dimension", "Length", "Along it", "Entries"], (_dimension(subject, dim) for dim in DIMS if dim in used)
    )


def _state_table(subject: Subject, columns: Iterable[Column]) -> str:
    header = ["Variable", "Meaning", "For each", "Type", "Range", "Unit", "Start", "Owner"]
    rows = []
    for each in columns:
        about = [code(each.name), markdown.text(each.doc), _over(each), _type(each), _range(each)]
        rows.append([*about, markdown.text(each.unit), _start(each), _owner(subject, each)])
    return markdown.table(header, rows)


def _platform_state() -> Iterator[list[str]]:
    for name, sentence in attributes(Platform).items():
        if name != "table":  # that is what the scenario says of it
            yield [code(name), markdown.text(sentence)]


def _start(column: Column) -> str:
    if np.isnan(column.default):
        return "missing"
    return ("yes" if column.default else "no") if np.dtype(column.dtype).kind == "b" else number(column.default)


def _over(column: Column) -> str:
    return " × ".join(column.dims)


def _type(column: Column) -> str:
    dtype = np.dtype(column.dtype)
    return f"{_TYPES.get(dtype.kind, dtype.kind)} ({dtype.name})"


def _range(column: Column) -> str:
    low, high = np.isfinite(column.low), np.isfinite(column.high)
    if low and high:
        return f"{number(column.low)} to {number(column.high)}"
    if low or high:
        return f"at least {number(column.low)}" if low else f"at most {number(column.high)}"
    return "any"


def _owner(subject: Subject, column: Column) -> str:
    owner = subject.owners[column.name]
    return "every society" if owner == "society" else code(owner)


def _dimension(subject: Subject, dim: str) -> list[str]:
    labels = subject.dims[dim]
    return [dim, f"{subject.size(dim):,}", DIMS[dim], codes(labels) if isinstance(labels, tuple) else ""]


def _scales(subject: Subject) -> Iterator[str]:
    run, graph = subject.scenario.run, subject.scenario.graph
    yield "### Scales in time"
    yield (
        f"A step lasts {years(1 / run.steps_per_year)} (h); a run has {run.steps:,} steps and covers "
        f"{years(run.steps / run.steps_per_year)}. Rates are per year unless a unit says otherwise."
    )
    yield parameter_table({"run": run}, subject.varied)
    yield "### Scales in space: the social graph"
    yield markdown.paragraphs(description(type(graph)))
    yield parameter_table({"graph": subject.portable(graph)}, subject.varied)
    yield _graph_facts(subject)
    if notices := [*(subject.graph.notices if subject.graph else ()), *subject.scenario.notices]:
        yield markdown.bullets(map(markdown.text, notices))


def _graph_facts(subject: Subject) -> str:
    graph = subject.graph
    if graph is None:
        return (
            f"The graph of {subject.n_agents:,} people is made when a run starts, by the random decision `graph.ties`."
        )
    kind = "directed" if graph.directed else "undirected"
    weight = "unweighted" if graph.weights is None else "weighted"
    isolated = int((graph.degree == 0).sum())
    return (
        f"The graph has {graph.n_agents:,} people and {graph.n_edges:,} {kind}, {weight} ties; a person hears from "
        f"{number(round(graph.n_arcs / graph.n_agents, 2))} others on average, {isolated:,} from nobody."
    )


def processes(subject: Subject) -> Iterator[str]:
    """The order of a step, and what each process reads and writes."""
    yield "## 3 Process overview and scheduling"
    yield "Time moves in equal steps. In each step, in this order:"
    steps = [
        f"{code(name)}: {markdown.text(lead(type(each)))}" for name, each in subject.families.get("process", {}).items()
    ]
    if subject.scenario.events:
        steps.insert(
            0,
            "Each event, as the table of events says: first all are asked whom they reach, then they happen to people "
            "in order of name; last, in order of their moments in the step, platforms open and close and people move.",
        )
    if subject.scenario.platforms:
        steps.insert(0, f"Each platform, in order of name: {markdown.text(lead(Platform.step))}")
    if "leaving" in subject.population:
        steps.append("In the place of whoever leaves another person is born.")
    yield markdown.numbered(steps)
    yield from events(subject)
    yield "What processes read, and which variables they own or add to:"
    header = ["Process", "Kind", "Update", "Reads", "Takes account of", "Owns", "Adds to"]
    rows = []
    for process in subject.processes:
        owned = [name for name, owner in subject.owners.items() if owner == process.name]
        added = subject.present((*process.outputs(), *process.may_add_to))
        seen = (process.inputs(), subject.present(process.may_read), owned, added)
        rows.append([code(process.name), process.kind, process.update, *map(codes, seen)])
    yield markdown.table(header, rows)
    modes = dict.fromkeys(process.update for process in subject.processes)
    yield "; ".join(f"*{mode}*: {UPDATES[mode]}" for mode in modes) + "."
