"""What was run: the study in words, its factors and its arms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from society.figures.labels import shown
from society.reports.blocks import Block, Facts, Paragraph, Section, Table
from society.reports.parameters import sentence_of
from society.reports.subject import Subject, levels_words
from society.sweeps.arms import Arm
from society.sweeps.factors import Factor

KINDS = {
    "grid": "grid: every combination of the levels of all factors",
    "zip": "zip: the levels of all factors side by side",
    "list": "list: points that the file lists",
    "csv": "CSV: the rows of a table",
    "lhs": "Latin hypercube: every factor's range in as many even parts as there are points, each met once",
    "sobol": "Sobol: points from which shares of variance are estimated (Saltelli's scheme)",
    "morris": "Morris: trajectories along which one factor changes at a time",
    "random": "random: independent points, each factor drawn from its own distribution",
}
PAIRINGS = {
    "common": "common random numbers: a replicate has the same seed at every design point and in every arm, so that "
    "differences are paired",
    "independent": "independent: every run has a seed of its own",
    "own": "own: replicates of an arm count on from the seed of its scenario",
}


def design(subject: Subject) -> Section:
    """What was run."""
    study, scenario = subject.study, subject.scenario
    blocks: list[Block] = [Paragraph(words) for words in _descriptions(subject)]
    blocks.append(Facts(_design_facts(subject) if study.is_sweep else _run_facts(subject)))
    if study.is_sweep and study.factors:
        rows = [_factor_row(subject, path, factor) for path, factor in study.sweep.factors.items()]
        blocks.append(Table("Factors", ["factor", "values", "unit", "meaning"], rows, n_words=4))
    if study.arms:
        rows = [
            [name, arm.title or arm.scenario.scenario.title if arm.has_own_scenario else arm.title, _own(subject, arm)]
            for name, arm in study.sweep.arms.items()
        ]
        blocks.append(
            Table("Arms, in each of which every design point is run", ["arm", "title", "sets"], rows, n_words=3)
        )
    blocks += [Paragraph(notice) for notice in [*scenario.notices, *study.manifest.get("notices", [])]]
    return Section("What was run", blocks)


def _descriptions(subject: Subject) -> list[str]:
    """What the sweep and its scenario say of themselves."""
    said = [subject.base.scenario.description]
    if subject.study.is_sweep:
        said.insert(0, subject.study.sweep.description)
    return [" ".join(words.split()) for words in said if words]


def _design_facts(subject: Subject) -> dict[str, str]:
    study, sweep = subject.study, subject.study.sweep
    n_points, n_replicates = study.design["row"].nunique(), study.design["replicate"].nunique()
    facts = {
        "Scenario": _scenario_words(subject),
        "Design": KINDS.get(sweep.kind, sweep.kind) + (f"; {sweep.samples:,} samples" if sweep.samples else ""),
        "Design points": f"{n_points:,}",
    }
    if study.arms:
        facts["Arms"] = f"{len(study.arms):,}: {', '.join(study.arms)}"
    facts |= {"Replicates": f"{n_replicates:,} of each point", "Pairing": PAIRINGS.get(sweep.pairing, sweep.pairing)}
    if constraints := sweep.design.constraints:
        facts["Constraints"] = "; ".join(constraints)
    return facts | ({"Set in all runs": _settings(subject.fixed)} if subject.fixed else {}) | _sizes(subject)


def _run_facts(subject: Subject) -> dict[str, str]:
    return {"Scenario": _scenario_words(subject), "Seed": f"{subject.study.manifest['seed']:,}"} | _sizes(subject)


def _scenario_words(subject: Subject) -> str:
    header = subject.base.scenario
    return f"{header.name}: {header.title}" if header.title else header.name


def _sizes(subject: Subject) -> dict[str, str]:
    """How large the societies were, and for how long they ran."""
    run, known = subject.scenario.run, subject.study.manifest
    sizes = {}
    for name, words in (("n_agents", "People"), ("n_ties", "Ties")):
        values = [known[name]] if name in known else subject.runs.get(name, ())
        if numbers := sorted({int(value) for value in values if value == value}):
            sizes[words] = f"{numbers[0]:,}" if len(numbers) == 1 else f"{numbers[0]:,} to {numbers[-1]:,}"
    return sizes | {"Steps": ", ".join(_steps(run.steps, run.steps_per_year, subject))}


def _steps(steps: int, a_year: int, subject: Subject) -> Iterator[str]:
    varied = {"run.steps", "run.steps_per_year"} & {*subject.study.factors}
    yield f"{steps:,} of {a_year:,} a year" + (" unless a factor says otherwise" if varied else "")


def _factor_row(subject: Subject, path: str, factor: Factor) -> list[str]:
    taken = levels_words(factor, subject.study.design[path])
    return [path, taken, subject.units.get(path, ""), sentence_of(subject.scenario, path)]


def _own(subject: Subject, arm: Arm) -> str:
    """What an arm has that others have not."""
    settings = _settings({path: value for path, value in arm.values.items() if path not in subject.fixed})
    return f"scenario {arm.scenario.scenario.name}; {settings}" if arm.has_own_scenario else settings


def _settings(values: Mapping[str, Any]) -> str:
    return "; ".join(f"{path} = {shown(value)}" for path, value in values.items()) or "nothing of its own"
