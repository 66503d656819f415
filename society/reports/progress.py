"""Runs and failures: how many came to their end, which did not and why, and what they took."""

from __future__ import annotations

from typing import Any

import pandas as pd

from society.figures.labels import number, shown
from society.reports.blocks import Block, Facts, Paragraph, Section, Table
from society.reports.subject import Subject

MOST_FAILURES = 20
"""Kinds of failures that are listed."""
TIMES = {"build_s": "building", "compile_s": "compiling", "steps_s": "stepping", "record_s": "recording"}


def progress(subject: Subject) -> Section:
    """How far the runs came."""
    blocks: list[Block] = [Paragraph(words, is_warning=True) for words in warnings(subject)]
    blocks.append(Facts(_counts(subject) | _costs(subject)))
    failed = subject.runs[subject.runs["status"] == "failed"].drop_duplicates("run_id")
    if len(failed) and subject.study.is_sweep:
        blocks.append(_failures(subject, failed))
    if len(history := subject.study.manifest.get("history", [])) > 1:
        blocks.append(_history(history))
    return Section("Runs and failures", blocks)


def warnings(subject: Subject) -> list[str]:
    """What keeps the figures from showing all that was planned."""
    study = subject.study
    if not study.is_sweep:
        return _run_warnings(subject)
    counts = study.counts
    said = []
    if not counts["done"]:
        said.append("No run is done yet, so that there is nothing to draw.")
    elif left_out := counts["failed"] + counts["missing"]:
        why = ", ".join(f"{counts[name]:,} {name}" for name in ("failed", "missing") if counts[name])
        said.append(
            f"Left out of all figures and tables of results: {left_out:,} of {sum(counts.values()):,} runs ({why})."
        )
    if study.status == "running":
        said.append("The study is still running; this report shows what was done when it was made.")
    digests = subject.counted["code_digest"].nunique() if "code_digest" in subject.counted else 1
    if digests > 1:
        said.append(f"The runs were made with {digests} different versions of the code (see code_digest in runs).")
    return said


def _run_warnings(subject: Subject) -> list[str]:
    study = subject.study
    if study.status == "done":
        return []
    error = study.manifest.get("error")
    why = f": {error}" if error else ""
    return [
        f"The run is {study.status}{why}. It is shown until step {study.steps_done:,} of {study.manifest['steps']:,}."
    ]


def _counts(subject: Subject) -> dict[str, str]:
    study, manifest = subject.study, subject.study.manifest
    facts = {"Status": study.status}
    if study.is_sweep:
        counts, n_rows = study.counts, len(subject.runs)
        n_runs = sum(counts.values())
        shared = f" ({n_rows:,} in the design, of which some are the same)" if n_rows > n_runs else ""
        facts["Runs"] = f"{n_runs:,} planned{shared}: " + ", ".join(f"{n:,} {name}" for name, n in counts.items())
    for key in ("started", "finished"):
        if key in manifest:
            facts[key.capitalize()] = str(manifest[key])
    return facts


def _costs(subject: Subject) -> dict[str, str]:
    """Time and memory that the runs took, and where."""
    runs = subject.counted.drop_duplicates("run_id")
    facts = {}
    phases = {words: runs[name] for name, words in TIMES.items() if name in runs and runs[name].notna().any()}
    if phases:
        each = " a run in the mean" if subject.study.is_sweep else ""
        facts["Time"] = (
            ", ".join(f"{number(float(times.mean()), 3)} s {words}" for words, times in phases.items()) + each
        )
    if subject.study.is_sweep and "wall_s" in runs and len(runs):
        facts["Time of all runs"] = f"{_duration(float(runs['wall_s'].sum()))} of one worker"
    if "peak_memory_mb" in runs and len(runs):
        facts["Memory"] = f"at most {runs['peak_memory_mb'].max():,.0f} MB a process"
    if "worker" in runs and runs["worker"].notna().any():
        facts["Workers"] = f"{runs['worker'].nunique():,}"
    if machine := subject.study.manifest.get("machine"):
        facts["Machine"] = f"{machine['system']} on {machine['machine']}, {machine['cores']} cores"
    return facts


def _duration(seconds: float) -> str:
    for unit, length in (("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= length:
            return f"{number(seconds / length, 3)} {unit}"
    return f"{number(seconds, 3)} seconds"


def _failures(subject: Subject, failed: pd.DataFrame) -> Table:
    """Kinds of failures, the most frequent first."""
    kinds = failed.groupby("error", sort=False)
    rows = []
    for error, runs in sorted(kinds, key=lambda kind: -len(kind[1]))[:MOST_FAILURES]:
        first = runs.iloc[0]
        where = ", ".join(f"{name} = {shown(first[name])}" for name in (*_names(subject), "seed"))
        rows.append([str(error), f"failures/{first['run_id']}.txt", where, f"{len(runs):,}"])
    more = f"; {len(kinds) - MOST_FAILURES} kinds more are in runs" if len(kinds) > MOST_FAILURES else ""
    return Table(f"Failures{more}", ["error", "its story, of the first", "in", "runs"], rows, n_words=3)


def _names(subject: Subject) -> list[str]:
    return [*(["arm"] if subject.study.arms else []), *subject.study.factors]


def _history(history: list[dict[str, Any]]) -> Table:
    """Which commands worked on the study."""
    rows = [
        [_words(each.get("command")), *(str(each.get(key) or "") for key in ("started", "finished", "status", "note"))]
        for each in history
    ]
    return Table("History", ["command", "started", "finished", "status", "note"], rows, n_words=5)


def _words(command: Any) -> str:
    return " ".join(map(str, command)) if isinstance(command, list | tuple) else str(command or "")
