"""The design concepts of ODD and ODD+D, as far as declarations tell them."""

from __future__ import annotations

from collections.abc import Iterator

from society.odd import markdown
from society.odd.docstrings import lead, references, short
from society.odd.markdown import code, codes
from society.odd.parameters import number, parameter_table, years
from society.odd.subject import Subject

SALMON = (
    "Salmon, J. K., Moraes, M. A., Dror, R. O., & Shaw, D. E. (2011). Parallel random numbers: as easy as 1, 2, 3. "
    "Proceedings of the 2011 International Conference for High Performance Computing, Networking, Storage and Analysis."
)
"""The generator of all random numbers."""


def concepts(subject: Subject) -> Iterator[str]:
    """Every design concept under its heading."""
    yield "## 4 Design concepts"
    for title, section in SECTIONS.items():
        yield f"### {title}"
        yield from section(subject)


def _principles(subject: Subject) -> Iterator[str]:
    yield "The submodels of section 7 rest on these sources:"
    rows = ([code(process.name), "; ".join(map(_cited, references(type(process))))] for process in subject.processes)
    yield markdown.bullets(f"{name}: {cited or 'none is named'}" for name, cited in rows)


def _cited(work: str) -> str:
    return markdown.text(short(work))


def _decisions(subject: Subject) -> Iterator[str]:
    yield "People act by the rules of the submodels in section 7. What is left to chance there:"
    chosen = ((process, "; ".join(process.draws().values())) for process in subject.processes)
    yield markdown.bullets(f"{code(process.name)}: {markdown.text(what)}" for process, what in chosen if what)


def _emergence(subject: Subject) -> Iterator[str]:
    yield (
        "No measure enters a process: whatever is recorded follows from what people, platforms and environments do in "
        "the submodels. Imposed are the parameters, and the initial state of section 5."
    )


def _learning(subject: Subject) -> Iterator[str]:
    learners = [each for each in subject.processes if {"reward", "displacement"} & {*each.inputs()}]
    if not learners:
        yield "People do not learn from reward: no process here reads `reward` or `displacement`."
        return
    yield markdown.bullets(f"{code(each.name)}: {markdown.text(lead(type(each)))}" for each in learners)
    taught = [row for each in subject.sources if each.teaches for row in each.rows(subject.scenario)]
    direct = [row for each in subject.sources for row in each.direct_rows()]
    if taught:
        yield f"Rewards that are learnt from: {codes(taught)}."
    if direct:
        yield f"Rules that move people as they are, by `displacement`: {codes(direct)}."


def _objectives(subject: Subject) -> Iterator[str]:
    rows = [
        [code(row), number(source.interest), "yes" if source.teaches else "no"]
        for source in subject.sources
        for row in source.rows(subject.scenario)
    ]
    if not rows:
        yield "No process here rewards anything."
        return
    yield (
        "A person's own interest is U = Σ ω R over the rewards R below. It is a yardstick: people do not maximise it, "
        "they learn from the rewards marked so, whatever their weight ω in own interest."
    )
    yield markdown.table(["Reward", "Weight ω", "Learnt from"], rows)


def _prediction(subject: Subject) -> Iterator[str]:
    sentences = {column.name: column.doc for column in subject.population.values()}
    for process in subject.processes:
        fields = type(process).model_fields.items()
        sentences |= {f"{process.full_name}.{name}": field.description or "" for name, field in fields}
    expectations = {name: sentence for name, sentence in sentences.items() if "expect" in sentence.lower()}
    if expectations:
        yield "Variables and parameters that speak of expectations:"
        yield markdown.bullets(f"{code(name)}: {markdown.text(words)}" for name, words in expectations.items())
    else:
        yield "No variable or parameter here is an expectation."


def _sensing(subject: Subject) -> Iterator[str]:
    items = []
    for process in subject.processes:
        read = subject.present((*process.inputs(), *process.may_read))
        columns = [subject.population[name] for name in read if subject.owners[name] != process.name]
        if columns:
            docs = (f"{code(column.name)} ({markdown.text(column.doc.rstrip('.'))})" for column in columns)
            items.append(f"{code(process.name)}: {', '.join(docs)}")
    if items:
        yield (
            "Each process reads these variables, besides its own, as they are; an error that people make is a random "
            "decision (see Stochasticity)."
        )
    yield markdown.bullets(items) if items else "No process here reads what another writes."


def _interaction(subject: Subject) -> Iterator[str]:
    along = [process.name for process in subject.processes if process.along_ties]
    if along:
        yield f"People meet along the ties of the social graph, as far as parameters say so, in {codes(along)}."
    else:
        yield "No process here follows the ties of the social graph: people do not meet."
    rows = []
    for name, owner in subject.owners.items():
        writers = [owner, *(each.name for each in subject.processes if name in (*each.outputs(), *each.may_add_to))]
        readers = [each.name for each in subject.processes if name in (*each.inputs(), *each.may_read)]
        if others := [reader for reader in readers if [reader] != writers]:
            rows.append([code(name), codes(each for each in writers if each != "society"), codes(others)])
    if rows:
        yield "Processes act on one another through these variables:"
        yield markdown.table(["Variable", "Written by", "Read by"], rows)


def _stochasticity(subject: Subject) -> Iterator[str]:
    seed = f"{code('run.seed')} = {subject.scenario.run.seed}"
    yield (
        "Random numbers come from Philox 4×32-10, a counter-based generator (Salmon et al. 2011). Each is a function "
        f"of the seed ({seed}), of the name of the decision it serves, and of whom, what and which step it is for. So "
        "draws do not depend on the number of threads, on what is recorded or on which other processes exist, and two "
        "runs that differ in one table are exactly paired. A decision made for each platform, environment or family of "
        "items has that name added to its own. Whether a decision is drawn at all may depend on parameters."
    )
    rows = [[code("graph.ties"), "which ties a random graph has"]]
    rows += [[code(f"environment.{name}.home"), "who lives there"] for name in subject.scenario.environments]
    rows += [
        [code(f"{process.name}.{decision}"), markdown.text(sentence)]
        for process in subject.processes
        for decision, sentence in process.draws().items()
    ]
    yield markdown.table(["Random decision", "What it decides"], rows)


def _collectives(subject: Subject) -> Iterator[str]:
    shared = [(family, subject.families.get(family, {})) for family in ("environment", "platform")]
    items = " and ".join(f"{family}s ({codes(tables)})" for family, tables in shared if tables)
    yield "People form no groups with a state of their own." + (f" They share {items}." if items else "")


def _heterogeneity(subject: Subject) -> Iterator[str]:
    names = [name for name, each in subject.population.items() if "agent" in each.dims and not each.is_scratch]
    yield (
        f"People differ in their ties and in their state variables: {codes(names)}. Parameters are the same for "
        "everybody whom a process, platform, environment or item reaches."
    )


def _observation(subject: Subject) -> Iterator[str]:
    run, record = subject.scenario.run, subject.scenario.record
    interval = "step" if record.every == 1 else f"{record.every:,} steps"
    yield (
        f"Measures are taken at step 0, every {interval} ({years(record.every / run.steps_per_year)}) and at step "
        f"{run.steps:,}. Taking them changes nothing in the society."
    )
    rows = ([code(each.name), markdown.text(each.doc)] for each in subject.measures)
    yield markdown.table(["Measure", "What it is"], rows)
    for twin in record.twins:
        yield (
            f"Beside the society runs its twin without {code(twin)}, with the same random numbers: what measures "
            "compare with it is the effect of that table alone."
        )
    yield parameter_table({"record": record}, subject.varied)


SECTIONS = {
    "Basic principles": _principles,
    "Individual decision-making": _decisions,
    "Emergence": _emergence,
    "Adaptation and learning": _learning,
    "Objectives": _objectives,
    "Prediction": _prediction,
    "Sensing": _sensing,
    "Interaction": _interaction,
    "Stochasticity": _stochasticity,
    "Collectives": _collectives,
    "Heterogeneity": _heterogeneity,
    "Observation": _observation,
}
"""Design concepts by heading, in the order of ODD with those of ODD+D among them."""
