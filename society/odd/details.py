"""The details of an ODD document: initialisation, data, submodels with every parameter, and how to repeat a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

import tomli_w

from society.errors import InputError
from society.memes import Information
from society.odd import markdown
from society.odd.concepts import SALMON
from society.odd.docstrings import description, lead, references
from society.odd.markdown import code, codes
from society.odd.parameters import is_parameter, parameter_table, shown
from society.odd.subject import Subject
from society.processes import Process, Source
from society.provenance import code_digest, versions
from society.scenario import Scenario
from society.tables import Named

PROTOCOL = (
    "Grimm, V., Railsback, S. F., Vincenot, C. E., et al. (2020). The ODD protocol for describing agent-based and "
    "other simulation models: a second update to improve clarity, replication, and structural realism. Journal of "
    "Artificial Societies and Social Simulation 23(2), 7.",
    "Müller, B., Bohn, F., Dreßler, G., et al. (2013). Describing human decisions in agent-based models: ODD + D, an "
    "extension of the ODD protocol. Environmental Modelling & Software 48, 37–48.",
)
"""What the form of the document follows."""


def initialisation(subject: Subject) -> Iterator[str]:
    """What is there before the first step."""
    yield "## 5 Initialisation"
    yield f"There are {subject.n_agents:,} people at the start."
    if subject.scenario.environments:
        yield "Each lives in an environment drawn by lot in proportion to `share`."
    world = [(each.name, type(each).setup) for each in subject.processes if type(each).setup is not Process.setup]
    people = [(each.name, type(each).born) for each in subject.processes if type(each).born is not Process.born]
    if fillers := world + people:
        yield "Variables start at the values of section 2, and then, in this order:"
        yield markdown.numbered(f"{code(name)}: {markdown.text(description(filler))}" for name, filler in fillers)
    if people and "leaving" in subject.population:
        names = ", ".join(code(name) for name, _ in people)
        yield f"Who is born later starts in the same way, by {names}, in the place of a person who left."
    table = subject.scenario.population
    if table.initial:
        origin = "a file (section 6)" if table.path else "the graph"
        yield f"Then {origin} says of people their {codes(table.initial)}; who is not in it keeps what was drawn."
    yield parameter_table({"population": subject.portable(subject.scenario.population)}, subject.varied)


def input_data(subject: Subject) -> Iterator[str]:
    """Files that the model reads."""
    yield "## 6 Input data"
    if not subject.files:
        yield "The model reads no files."
        return
    yield "The model reads these files, once, before the first step:"
    rows = []
    for at, path in subject.files.items():
        content, notes = path.read_bytes(), path.with_name("README.md")
        file, digest = code(subject.relative(path)), code(sha256(content).hexdigest())
        origin = code(subject.relative(notes)) if notes.is_file() else ""
        rows.append([file, code(at), f"{len(content):,}", digest, origin])
    yield markdown.table(["File", "Read for", "Bytes", "SHA-256", "Source and licence"], rows)


def submodels(subject: Subject) -> Iterator[str]:
    """Every process, then every other table, each with its docstring and parameters."""
    yield "## 7 Submodels"
    yield "Processes come first, in the order of a step, then what they work on."
    for family in ("process", *(family for family in subject.families if family != "process")):
        for kind, tables in _by_class(subject.families.get(family, {})).items():
            yield from _submodel(subject, family, kind, tables)


def _by_class(tables: Mapping[str, Named]) -> dict[type[Named], dict[str, Named]]:
    grouped: dict[type[Named], dict[str, Named]] = {}
    for name, table in tables.items():
        grouped.setdefault(type(table), {})[name] = table
    return grouped


def _submodel(subject: Subject, family: str, kind: type[Named], tables: Mapping[str, Named]) -> Iterator[str]:
    title = _title(family, kind).replace("_", " ").capitalize()
    yield f"### {title}: {codes(f'{family}.{name}' for name in tables)}"
    yield markdown.paragraphs(description(kind)) or "Its author has not described it."
    if issubclass(kind, Source):
        yield _reward(kind)
    yield parameter_table(
        {f"{family}.{name}": subject.portable(table) for name, table in tables.items()}, subject.varied
    )
    if issubclass(kind, Information):
        yield from _values({name: table for name, table in tables.items() if isinstance(table, Information)})
    yield f"Code: {code(f'{kind.__module__}.{kind.__qualname__}')}."


def _title(family: str, kind: type[Named]) -> str:
    """The kind where a file chooses one, else the family."""
    if issubclass(kind, Process):
        return kind.kind
    is_chosen = "kind" in kind.model_fields and not is_parameter(kind, "kind")
    return str(kind.model_fields["kind"].default) if is_chosen else family


def _reward(kind: type[Source]) -> str:
    """What a source says of its two functions, where it has its own."""
    pairs = (("Reward of behaviour `at`", kind.reward, Source.reward), ("Its gradient", kind.gradient, Source.gradient))
    return " ".join(f"{words}: {markdown.text(lead(own))}" for words, own, inherited in pairs if own is not inherited)


def _values(items: Mapping[str, Information]) -> Iterator[str]:
    """The value curve of each item, given or by default of its kind."""
    yield "Value curves in force, f the share of people who know the item:"
    rows = []
    for name, item in items.items():
        curve = item.curve
        numbers = {key: value for key, value in curve.model_dump().items() if key != "curve"}
        given = "given" if item.value else f"default of {item.kind}"
        rows.append([code(name), markdown.text(description(type(curve))), shown(numbers), given])
    yield markdown.table(["Item", "Value v(f)", "With", "Where from"], rows)


def implementation(subject: Subject) -> Iterator[str]:
    """Versions, digests, and the command that repeats the run."""
    scenario = subject.scenario
    yield "## 8 Implementation and reproduction"
    yield (
        "Society is a Python package built on Mesa and numba. The same scenario, seed and versions give the same bits "
        "on x86-64 Linux, whatever the number of threads."
    )
    yield markdown.table(["Package", "Version"], ([name, version] for name, version in versions().items()))
    digests = {"scenario": scenario.digest(), "code": code_digest()}
    yield markdown.bullets(f"SHA-256 of the {what}: {code(digest)}" for what, digest in digests.items())
    if subject.disabled:
        yield f"Switched off in the file, and not described here: {codes(subject.disabled)}."
    if subject.file and _is_as_in(subject.file, scenario):
        yield f"To repeat the run, in the folder of the file: {code(f'society run {subject.file.name}')}."
    else:
        name = f"{scenario.scenario.name}.toml"
        yield f"To repeat the run, save the appendix as {code(name)} and call {code(f'society run {name}')}."


def _is_as_in(file: Any, scenario: Scenario) -> bool:
    """Whether the scenario is what its file says, nothing set otherwise."""
    try:
        return Scenario.from_file(file).digest() == scenario.digest()
    except InputError:
        return False


def bibliography(subject: Subject) -> Iterator[str]:
    """All works that the docstrings of what is used refer to, and the protocol's."""
    tables = [table for family in subject.families.values() for table in family.values()]
    curves = [table.curve for table in tables if isinstance(table, Information)]
    kinds = {type(each) for each in (*tables, *curves, subject.scenario.graph)}
    found = {*references(*kinds), *PROTOCOL, SALMON}
    yield "## References"
    yield markdown.bullets(map(markdown.text, sorted(found, key=str.casefold)))


def appendix(subject: Subject) -> Iterator[str]:
    """The scenario as a file, every parameter with its value."""
    resolved = subject.scenario.resolved()
    for at, path in subject.files.items():
        *parents, last = at.split(".")
        table: Any = resolved
        for key in parents:
            table = table[key]
        table[last] = subject.relative(path)
    yield "## Appendix: the scenario in full"
    yield "Every parameter that has a value, defaults included, as a scenario file."
    yield markdown.block(tomli_w.dumps(resolved).rstrip(), "toml")
