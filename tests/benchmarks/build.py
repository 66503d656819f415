"""Building a large society in a fresh process: time, peak memory, bytes a person."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from society import Society
from tests.benchmarks.model import default_model
from tests.benchmarks.rows import ROOT, Plan, Row, measurement
from tests.benchmarks.timing import Times, thread_counts

UNITS = {"time": "s", "of it the graph": "s", "peak memory, built": "GB", "peak memory, built and stepping": "GB"}
"""Unit of each figure; all others are bytes a person."""


@measurement
def build(plan: Plan) -> Iterator[Row]:
    """What the largest society costs to build and to keep."""
    n_agents = plan.sizes[-1]
    words = [sys.executable, "-m", "tests.benchmarks.build", str(n_agents)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    for what, value in json.loads(done.stdout).items():
        yield Row("build", what, value, UNITS.get(what, "bytes/person"), n_agents)


def built(n_agents: int) -> dict[str, float]:
    """Build a society of so many people in this process, and step it."""
    threads = thread_counts()[-1]
    Society(default_model(100), threads=threads).step()  # so that no time goes into loading kernels
    scenario = default_model(n_agents)
    topology, graph = type(scenario.graph), Times()
    with patch.object(topology, "build", _clocked(topology.build, graph)):
        start = time.perf_counter()
        model = Society(scenario, threads=threads)
        figures = {"time": time.perf_counter() - start, "of it the graph": sum(graph.wall)}
    figures["peak memory, built"] = peak_gb()
    for _ in range(3):
        model.step()
    return figures | {"peak memory, built and stepping": peak_gb()} | bytes_a_person(model)


def _clocked(action: Callable[..., Any], times: Times) -> Callable[..., Any]:
    def clocked(*arguments: Any, **named: Any) -> Any:
        start = time.perf_counter()
        done = action(*arguments, **named)
        times.wall.append(time.perf_counter() - start)
        return done

    return clocked


def bytes_a_person(model: Society) -> dict[str, float]:
    """What stays in memory for each person."""
    population, graph = model.population, model.graph
    sizes = {name: array.nbytes / model.n_agents for name, array in population.items()}
    scratch = sum(size for name, size in sizes.items() if population.columns[name].is_scratch)
    arrays = (graph.indptr, graph.indices, graph.arc_weights, graph.labels)
    ties = sum(array.nbytes for array in arrays) / model.n_agents
    columns = sum(sizes.values())
    return {
        "columns of the state": columns - scratch,
        "columns of a step": scratch,
        "graph": ties,
        "columns and graph": columns + ties,
    }


def peak_gb() -> float:
    """Most memory this process ever held."""
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e9


if __name__ == "__main__":
    print(json.dumps(built(int(sys.argv[1]))))
