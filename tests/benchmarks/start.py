"""Starting: from nothing to the first step, with and without compiled kernels; the command line."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.rows import ROOT, Plan, Row, measurement
from tests.benchmarks.timing import Times

FIRST_STEP = """
import sys
import society
model = society.Society(society.Scenario.from_file(sys.argv[1]))
model.step()
"""
REPEATS = 5


@measurement
def start(plan: Plan) -> Iterator[Row]:
    """Seconds from starting Python to the end of a first step, of `society --help` and of a whole run."""
    repeats = min(REPEATS, plan.most_repeats)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first_step = [sys.executable, "-c", FIRST_STEP, str(plan.scenario)]
        society = [sys.executable, "-m", "society"]
        run = [*society, "run", str(plan.scenario), "--quiet", "--force", "--out", str(folder / "study")]
        timed = {
            "to the first step, nothing compiled": _times(first_step, folder, 1),
            "to the first step, warm": _times(first_step, folder, repeats),
            "society --help": _times([*society, "--help"], folder, repeats),
            f"society run {plan.scenario.name}": _times(run, folder, min(3, repeats)),  # the first compiles a little
        }
    for what, times in timed.items():
        median, quartiles = times.summary(lambda seconds: seconds)
        yield Row("start", what, median, "s", quartiles=quartiles)


def _times(words: list[str], cache: Path, repeats: int) -> Times:
    """Wall time of a command that keeps its compiled kernels in a folder."""
    environment = {key: value for key, value in os.environ.items() if key != "NUMBA_CACHE_DIR"}
    environment["XDG_CACHE_HOME"] = str(cache)
    times = Times()
    for _ in range(repeats):
        start = time.perf_counter()
        subprocess.run(words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
        times.wall.append(time.perf_counter() - start)
    return times
