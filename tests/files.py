"""Scenario files and commands for tests from the user's side: tiny files, and the command `society`.

A tiny society has 20 people on a ring, one platform, and lasts 6 steps.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from copy import deepcopy
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import tomli_w

from society.cli import main
from society.scenario import Scenario

type Raw = dict[str, Any]

SCENARIOS = Path(__file__).parent.parent / "scenarios"
SCENARIO_FILES = sorted(path for path in SCENARIOS.rglob("*.toml") if path.parent.name != "sweeps")

TINY: Raw = {
    "run": {"steps": 6},
    "population": {"n_agents": 20, "traits": ["openness", "anger"], "age_low": 10.0, "age_high": 40.0},
    "graph": {"kind": "networkx", "generator": "cycle_graph"},
    "environment": {"home": {"kind": "quadratic"}},
    "platform": {"feed": {"target": {"anger": 1.0}}},
    "process": {
        "ageing": {},
        "exploration": {},
        "attention": {},
        "landscape": {},
        "capture": {},
        "learning": {},
    },
}

TALK: Raw = {
    "run": {"steps": 6},
    "population": {"n_agents": 20, "traits": ["openness"]},
    "graph": {"kind": "networkx", "generator": "cycle_graph"},
    "meme": {"joke": {"kind": "invariant"}},
    "process": {"exchange": {}},
}
"""People who tell each other a joke: no personality, no platform."""


def laid(base: Raw, changes: Mapping[str, Any]) -> Raw:
    """A copy of nested tables with values set by dotted path; None takes away what stands there."""
    raw = deepcopy(base)
    for path, value in changes.items():
        *parents, last = path.split(".")
        table = raw
        for key in parents:
            table = table.setdefault(key, {})
        if value is None:
            del table[last]
        else:
            table[last] = value
    return raw


def scenario_file(folder: Path, changes: Mapping[str, Any] | None = None, *, base: Raw = TINY) -> Path:
    """Write tiny.toml, with changes by dotted path, into a folder."""
    path = folder / "tiny.toml"
    path.write_text(tomli_w.dumps(laid(base, changes or {})), encoding="utf-8")
    return path


def tiny(changes: Mapping[str, Any] | None = None, *, base: Raw = TINY) -> Scenario:
    """The scenario of the same tables, without a file."""
    return Scenario.from_dict(laid({"scenario": {"name": "tiny"}, **base}, changes or {}))


@dataclass(frozen=True)
class Outcome:
    """What came of a command."""

    code: int
    out: str
    err: str


def command(*words: str | Path) -> Outcome:
    """Call the command `society` in this process."""
    out, err = StringIO(), StringIO()
    code: Any = 0
    with patch.object(sys, "argv", ["society", *map(str, words)]), redirect_stdout(out), redirect_stderr(err):
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Cyclopts application invoked without tokens")
                main()
        except SystemExit as leaving:
            code = leaving.code
    return Outcome(code or 0, out.getvalue(), err.getvalue())


def python(code: str, *words: str | Path, cwd: Path | None = None) -> Outcome:
    """Run Python code in a process of its own."""
    done = subprocess.run(_words(code, words), cwd=cwd, env=_environment(), capture_output=True, text=True, timeout=120)
    return Outcome(done.returncode, done.stdout, done.stderr)


WRITES_EVERY_ROW = """
import society.writers
society.writers.FLUSH_SECONDS = 0.0
from society.cli import main
main()
"""
"""The command line, writing each row as it comes, so that a test need not wait for the next writing."""


def stopped_midway(scenario: Path, folder: Path, signal: int) -> Outcome:
    """Run a scenario that never ends until some rows are on disk, then send a signal."""
    words = _words(WRITES_EVERY_ROW, ["run", scenario, "--out", folder, "--steps", "1000000000"])
    process = subprocess.Popen(words, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        wait_until(lambda: len(journal_lines(folder)) > 3)
        process.send_signal(signal)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    return Outcome(process.returncode, out, err)


def journal_lines(folder: Path) -> list[str]:
    """Lines of a study's journal so far."""
    journal = folder / "journal" / "main.jsonl"
    return journal.read_text().splitlines() if journal.exists() else []


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for something to become true, for two minutes at most."""
    deadline = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen within two minutes"
        time.sleep(0.02)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under a folder, by its path in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _words(code: str, words: Sequence[str | Path]) -> list[str]:
    return [sys.executable, "-c", code, *map(str, words)]


def _environment() -> dict[str, str]:
    """This process's, without the wish to see colours."""
    return {**os.environ, "NO_COLOR": "1"}
