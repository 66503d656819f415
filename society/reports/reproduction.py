"""How to reproduce a study: commands, seeds, versions, digests, and how to cite it."""

from __future__ import annotations

from importlib.metadata import metadata

from society.reports.blocks import Block, Facts, Listing, Section
from society.reports.subject import Subject
from society.results import hash_of_results


def reproduction(subject: Subject) -> Section:
    """What somebody needs to get the same numbers."""
    manifest = subject.study.manifest
    versions = manifest["versions"]
    facts = {"Seeds": seeds_words(subject)}
    facts |= {name.replace("_", " ").capitalize(): str(manifest[name]) for name in DIGESTS if name in manifest}
    if subject.study.is_sweep and (subject.runs["status"] == "done").any():
        facts["Results hash"] = hash_of_results(subject.runs)
    facts["Versions"] = ", ".join(f"{name} {version}" for name, version in versions.items())
    blocks: list[Block] = [
        Listing("Commands; the same seed and versions give the same bits on x86-64 Linux", _commands(subject)),
        Facts(facts),
        Listing("To cite the software", _citation(versions["society"], str(manifest.get("finished", ""))[:4])),
    ]
    return Section("How to reproduce it", blocks)


DIGESTS = ("run_id", "scenario_digest", "code_digest", "state_hash", "results_hash")
"""Entries of the manifest that identify what was run and what came out."""


def seeds_words(subject: Subject) -> str:
    """The seeds of all runs: one, a range, or how many."""
    seeds = sorted({*subject.runs["seed"]})
    if len(seeds) == 1:
        return f"{seeds[0]}"
    if seeds[-1] - seeds[0] == len(seeds) - 1:
        return f"{seeds[0]} to {seeds[-1]}"
    return f"{len(seeds):,} different ones, in the column seed of design.parquet"


def _commands(subject: Subject) -> str:
    lines = ["# STUDY is the folder in which this report was made"]
    if subject.study.is_sweep:
        first = subject.runs["run_id"].iloc[0]
        lines += [
            "society sweep STUDY/sweep.toml --out again     # all runs",
            f"society reproduce STUDY {first}    # one run, and whether its final state is the same",
        ]
    else:
        lines.append("society run STUDY/scenario.toml --out again")
    return "\n".join(lines)


def _citation(version: str, year: str) -> str:
    known = metadata("society")
    author = known["Author"] or known["Name"]
    title = f"Society: {known['Summary'][0].lower()}{known['Summary'][1:]}"
    when = f" ({year})" if year else ""
    bibtex = f"  author = {{{{{author}}}}},\n  title = {{{title}}},\n  version = {{{version}}}"
    dated = bibtex + (f",\n  year = {{{year}}}" if year else "")
    return f"{author}{when}. {title}. Version {version}. Computer software.\n\n@software{{society,\n{dated}\n}}"
