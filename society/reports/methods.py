"""Methods: how a study was made and what its intervals are, as a paragraph for a paper."""

from __future__ import annotations

from collections.abc import Iterator

from society.figures.labels import bounds_of
from society.figures.summaries import independent
from society.reports.blocks import Paragraph, Section
from society.reports.reproduction import seeds_words
from society.reports.subject import Subject, levels_words

DESIGNS = {
    "grid": "a full factorial design",
    "zip": "a design in which the levels of all factors change together",
    "list": "a list of design points",
    "csv": "a table of design points",
    "lhs": "a Latin hypercube sample",
    "sobol": "a design for Sobol' indices by Saltelli's scheme",
    "morris": "a Morris design of trajectories along which one factor changes at a time",
    "random": "a random sample of design points",
}


def methods(subject: Subject) -> Section:
    """A paragraph to be pasted into a paper; nothing for a study without runs."""
    if not len(subject.done):
        return Section("Methods")
    told = [*_sweep(subject)] if subject.study.is_sweep else [*_run(subject)]
    return Section("Methods", [Paragraph(" ".join([*told, *_numbers(subject)]))])


def _model(subject: Subject) -> str:
    version, name = subject.study.manifest["versions"]["society"], subject.base.scenario.name
    return f"We simulated the scenario “{name}” with Society {version}"


def _run(subject: Subject) -> Iterator[str]:
    run = subject.scenario.run
    steps = f"{int(subject.done['steps_done'].max()):,} steps of {run.steps_per_year:,} a year"
    yield f"{_model(subject)}: one run of {steps}, seed {subject.study.manifest['seed']}."


def _sweep(subject: Subject) -> Iterator[str]:
    study, sweep = subject.study, subject.study.sweep
    n_points, n_replicates = study.design["row"].nunique(), study.design["replicate"].nunique()
    arms = f"{len(study.arms)} arms ({', '.join(study.arms)})" if study.arms else ""
    if study.factors:
        said = [f"{path}: {levels_words(factor, study.design[path])}" for path, factor in sweep.factors.items()]
        design = f"in {DESIGNS.get(sweep.kind, sweep.kind)} of {n_points:,} points over {'; '.join(said)}"
        design += f", each in {arms}" * bool(arms)
    else:
        design = f"in {arms}" if arms else "at one design point"
    each = f"with {n_replicates:,} replicates of each" if n_replicates > 1 else "with one run of each"
    yield f"{_model(subject)} {design}, {each} ({len(study.design):,} runs; seeds: {seeds_words(subject)})."
    if sweep.pairing == "common" and len(study.design) > n_replicates:
        yield "A replicate had the same seed, and hence the same random draws, at every design point and in every arm."
    counts = study.counts
    if left_out := counts["failed"] + counts["missing"]:
        total, failed, missing = sum(counts.values()), counts["failed"], counts["missing"]
        yield f"Of {total:,} runs {left_out:,} are left out: {failed:,} failed, {missing:,} were not done."


def _numbers(subject: Subject) -> Iterator[str]:
    """What outcomes and their intervals are."""
    yield "Outcomes are values at the last recorded step unless stated otherwise."
    n = subject.done["replicate"].nunique()
    if subject.study.is_sweep and independent(subject.done, subject.factors) == "points":
        yield "Intervals are 95 % intervals by Student's t over design points, taken as an independent sample."
    elif subject.study.is_sweep and n > 1:
        yield (
            f"Intervals are 95 % intervals of the mean over design points, by Student's t over {n:,} replicates, each "
            "averaged over its design points first, since runs of a replicate may share a seed; where runs are missing "
            "the variance is the cluster-robust one (Liang and Zeger 1986, Biometrika 73: 13–22)."
        )
        if any(bounds_of(outcome)[1] == 1.0 for outcome in subject.outcomes):
            yield "Intervals of shares are cut at the ends of their range."
    elif subject.study.is_sweep:
        yield "There is one replicate, and no interval."
    code = str(subject.study.manifest.get("code_digest", ""))[:12]
    yield f"The same seeds, versions and code (digest {code}…) give the same results bit by bit on x86-64 Linux."
