"""The command: ``python -m tests.benchmarks [--json FILE] [--sizes 1e4,1e5,1e6] [--minutes N] [--only NAME …]``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from rich.console import Console

from tests.benchmarks import (  # noqa: F401  (they register)
    against_mesa,
    build,
    dashboard,
    floor,
    machine,
    mechanisms,
    speed,
    start,
    sweeps,
)
from tests.benchmarks.report import as_json, table
from tests.benchmarks.rows import MEASUREMENTS, Plan

WIDTH = 130
"""Characters of the table, also where the output is no terminal."""


def main(words: Sequence[str] | None = None, *, plan: Plan | None = None) -> None:
    """Measure what the words ask for, print each table, and write all figures if they name a file."""
    options = _parser().parse_args(words)
    plan = plan or Plan(sizes=options.sizes, minutes=options.minutes)
    facts, console = machine.facts(), Console(soft_wrap=True)
    console.width = max(console.width, WIDTH)
    console.print(f"{facts['processor']}, {facts['usable_cores']} cores, {facts['memory_gb']} GB")
    console.print(", ".join(f"{name} {version}" for name, version in facts["versions"].items()))
    if warning := machine.warning(facts):
        console.print(warning, style="bold red")
    began, rows = perf_counter(), []
    for name in options.only or MEASUREMENTS:  # shown and kept at once: a run may take long, and be interrupted
        with console.status(f"measuring {name}"):
            measured = list(MEASUREMENTS[name](plan))
        console.print(table(measured))
        rows += measured
        facts["seconds"] = round(perf_counter() - began, 1)
        if options.json:
            figures = {"machine": facts, "rows": as_json(rows)}
            options.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False), encoding="utf-8")
    console.print(f"Medians of repeats. {facts['seconds']:.0f} s in all.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="How fast, how large, how soon.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument(
        "--sizes", type=_sizes, default=Plan.sizes, metavar="N,…", help="numbers of people (default: 1e4,1e5,1e6)"
    )
    parser.add_argument(
        "--minutes", type=float, default=Plan.minutes, metavar="N", help="for which the dashboard plays (default: 10)"
    )
    parser.add_argument("--only", nargs="+", choices=MEASUREMENTS, metavar="NAME", help=", ".join(MEASUREMENTS))
    return parser


def _sizes(text: str) -> tuple[int, ...]:
    """Numbers of people, smallest first."""
    return tuple(sorted(int(float(part)) for part in text.split(",")))


if __name__ == "__main__":
    main()
