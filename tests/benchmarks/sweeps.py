"""Sweeps: what a run costs beyond its steps, against `mesa.batch_run`, and how many runs a study can hold."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import society
from society import Scenario, Society, Study, Sweep
from society.recorder import Recorder
from society.results import results_hash
from society.runner import state_hash
from tests.benchmarks.model import default_model
from tests.benchmarks.rows import ROOT, Plan, Row, measurement
from tests.benchmarks.stored import stored
from tests.files import tiny, wait_until

POWER = "platform.feed.power"
LEVELS = 10
GROUP = "sweep"


def base(plan: Plan) -> Scenario:
    """The default model, small and short, as sweeps for papers have it."""
    return default_model(plan.swept_agents, {"run.steps": plan.swept_steps})


def swept(scenario: Scenario, n_runs: int) -> Sweep:
    """So many runs of a scenario: ten levels of power, and replicates; at least one of each."""
    levels = [round(level / LEVELS, 3) for level in range(LEVELS)]
    raw = {"sweep": {"scenario": "base", "replicates": max(n_runs // LEVELS, 1)}, "factors": {POWER: levels}}
    return Sweep.from_dict(raw, scenarios={"base": scenario})


@measurement
def sweeps(plan: Plan) -> Iterator[Row]:
    """What a run of a sweep costs beyond a plain loop; time and memory against `mesa.batch_run`; large studies."""
    with tempfile.TemporaryDirectory() as name:
        yield from _overhead(plan, Path(name))
        yield from _against_mesa(plan, Path(name))
        yield from _memory(plan, Path(name))
        yield from _large(plan, Path(name))
        yield from _killed(plan, Path(name))


def _overhead(plan: Plan, folder: Path) -> Iterator[Row]:
    """Sweeps in one process and in two, each against the parts of a plain loop that are run before it and after it."""
    sweep = swept(base(plan), plan.runs)
    points, n_runs = sweep.points(), sweep.n_runs
    chosen = range(0, n_runs, max(n_runs // plan.plain_runs, 1))
    scenarios = [sweep.scenario_of(points[n % LEVELS], replicate=n // LEVELS) for n in chosen]
    plain_run(scenarios[0])
    parts = [scenarios[part::3] for part in range(3)]
    before = timed(lambda: [plain_run(scenario) for scenario in parts[0]])
    wall_1, cpu_1, one = timed(lambda: society.sweep(sweep, out=folder / "one", workers=1))
    between = timed(lambda: [plain_run(scenario) for scenario in parts[1]])
    wall_2, cpu_2, two = timed(lambda: society.sweep(sweep, out=folder / "two", workers=plan.workers))
    after = timed(lambda: [plain_run(scenario) for scenario in parts[2]])
    _check_equal([*before[2], *between[2], *after[2]], one, two)
    around_1, around_2 = _a_run(before, between), _a_run(between, after)
    n, unit = plan.swept_agents, "ms/run"
    yield Row(GROUP, "plain loop", 1e3 * _a_run(before, between, after)[0], unit, n)
    yield Row(GROUP, "overhead, in one process", 1e3 * (wall_1 / n_runs - around_1[0]), unit, n)
    yield Row(GROUP, "overhead, in one process, CPU time", 1e3 * (cpu_1 / n_runs - around_1[1]), unit, n)
    yield Row(GROUP, "overhead, two workers", 1e3 * (2 * wall_2 / n_runs - around_2[0]), unit, n)
    yield Row(GROUP, "overhead, two workers, CPU time", 1e3 * (cpu_2 / n_runs - around_2[1]), unit, n)
    yield Row(GROUP, "two workers, of ideal throughput", around_2[0] / (2 * wall_2 / n_runs), "×", n)


def _a_run(*parts: tuple[float, float, list[tuple[str, str]]]) -> tuple[float, float]:
    """Wall time and CPU time of a run in parts of the plain loop."""
    n_runs = sum(len(done) for _, _, done in parts)
    return sum(wall for wall, _, _ in parts) / n_runs, sum(cpu for _, cpu, _ in parts) / n_runs


def _check_equal(plain: list[tuple[str, str]], *studies: Study) -> None:
    """All ways of doing a run come to the same bits."""
    hashes = dict(plain)
    for study in studies:
        runs = study.runs.set_index("state_hash")["results_hash"]
        assert all(runs[state] == results for state, results in hashes.items())
        assert study.manifest["results_hash"] == studies[0].manifest["results_hash"]


def plain_run(scenario: Scenario) -> tuple[str, str]:
    """Do a run as anybody would in a loop, and return the hashes of its state and results."""
    import pandas as pd

    recorder = Recorder(Society(scenario, threads=1))
    model, rows = recorder.model, [recorder.row()]
    for _ in range(scenario.run.steps):
        model.step()
        rows.append(recorder.row())
    state = state_hash(model.state())
    return state, results_hash(pd.DataFrame(rows), state)


def timed[T](action: Callable[[], T]) -> tuple[float, float, T]:
    """Wall time and CPU time, that of ended children included, of an action, and what came of it."""
    wall, cpu = time.perf_counter(), _cpu()
    done = action()
    return time.perf_counter() - wall, _cpu() - cpu, done


def _cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _against_mesa(plan: Plan, folder: Path) -> Iterator[Row]:
    """The same model, recorded at each step, by Mesa's own tool, each in a process of its own with two below it."""
    n_runs = max(plan.runs // 2, LEVELS)  # enough for starting the processes not to count
    figures = {way: alone(way, plan, n_runs, folder / way) for way in ("mesa", "society")}
    assert figures["mesa"]["outcomes"] == figures["society"]["outcomes"], "the same bits"
    n = plan.swept_agents
    yield Row(GROUP, "mesa.batch_run, two processes", n_runs / figures["mesa"]["seconds"], "runs/s", n)
    yield Row(GROUP, "society.sweep, two workers", n_runs / figures["society"]["seconds"], "runs/s", n)
    yield Row(GROUP, "against mesa.batch_run", figures["mesa"]["seconds"] / figures["society"]["seconds"], "×", n)
    for way, name in (("mesa", "mesa.batch_run"), ("society", "society.sweep")):
        grown = figures[way]["peak_mb"] - figures[way]["before_mb"]
        yield Row(GROUP, f"memory that {name} takes, {n_runs:,} runs", grown, "MB", n)


def _memory(plan: Plan, folder: Path) -> Iterator[Row]:
    """Most memory of the parent of a sweep of tiny runs."""
    for n_runs in plan.tiny_runs:
        figures = alone("tiny", plan, n_runs, folder / f"tiny-{n_runs}")
        yield Row(GROUP, f"memory of the parent, {n_runs:,} tiny runs", figures["peak_mb"], "MB")
        yield Row(GROUP, f"{n_runs:,} tiny runs, two workers", 1e3 * figures["seconds"] / n_runs, "ms/run")


def alone(way: str, plan: Plan, n_runs: int, out: Path) -> dict[str, Any]:
    """Figures of a way of doing runs, in a fresh process."""
    done = subprocess.run(_words(way, plan, n_runs, out), cwd=ROOT, capture_output=True, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _words(way: str, plan: Plan, n_runs: int, out: Path) -> list[str]:
    size = json.dumps([plan.swept_agents, plan.swept_steps, plan.workers, n_runs])
    return [sys.executable, "-m", "tests.benchmarks.sweeps", way, size, str(out)]


def _in_this_process(way: str, size: list[int], out: Path) -> dict[str, Any]:
    plan, n_runs = Plan(swept_agents=size[0], swept_steps=size[1], workers=size[2]), size[3]
    if way == "resume":
        seconds, _, study = timed(lambda: society.resume(out, workers=plan.workers))
        return {"seconds": seconds, "results_hash": study.manifest["results_hash"]}
    scenario = tiny() if way == "tiny" else base(plan)
    plain_run(scenario)  # so that nobody compiles, and what is imported anyway is there
    before, start = peak_mb(), time.perf_counter()
    outcomes = (_mesa if way == "mesa" else _society)(swept(scenario, n_runs), out, plan.workers)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "before_mb": before, "peak_mb": peak_mb(), "outcomes": outcomes}


def _society(sweep: Sweep, out: Path, workers: int) -> list[float]:
    study = society.sweep(sweep, out=out, workers=workers)
    runs = study.runs.sort_values([POWER, "seed"])
    return [float(x) for x in runs["trait_sd.openness"]]


def _mesa(sweep: Sweep, out: Path, workers: int) -> list[float]:
    from mesa import batch_run

    rows = batch_run(
        Society,
        {"scenario": [sweep.base], POWER: list(sweep.factors[POWER].levels())},
        number_processes=workers,
        rng=[sweep.seed + replicate for replicate in range(sweep.replicates)],
        data_collection_period=1,
        max_steps=sweep.base.run.steps,
        display_progress=False,
    )
    last = [row for row in rows if row["Step"] == sweep.base.run.steps]
    return [float(row["trait_sd.openness"]) for row in sorted(last, key=lambda row: (row[POWER], row["rng"]))]


def peak_mb() -> float:
    """Most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _large(plan: Plan, folder: Path) -> Iterator[Row]:
    """A study of very many runs, written without doing them: they would take hours."""
    n_runs = plan.stored_runs
    seconds = stored(n_runs, folder / "large")
    yield Row(GROUP, "large study: runs", float(n_runs), "runs")
    yield Row(GROUP, "large study: writing", 1e3 * seconds / n_runs, "ms/run")
    files = [path for path in (folder / "large").rglob("*") if path.is_file()]
    yield Row(GROUP, "large study: files", float(len(files)), "files")
    yield Row(GROUP, "large study: size", sum(path.stat().st_size for path in files) / 1e6, "MB")
    times = [timed(lambda: Study.load(folder / "large").runs)[0] for _ in range(min(5, plan.most_repeats))]
    yield Row(GROUP, "large study: opening the table of runs", float(np.median(times)), "s")


def _killed(plan: Plan, folder: Path) -> Iterator[Row]:
    """A sweep whose parent is killed in the middle: what of it is kept, and that it comes to the same bits."""
    n_runs = plan.tiny_runs[0]
    out, undisturbed = folder / "killed", Study.load(folder / f"tiny-{n_runs}")
    process = subprocess.Popen(_words("tiny", plan, n_runs, out), cwd=ROOT, stdout=subprocess.DEVNULL)
    journal = out / "journal" / "main.jsonl"
    wait_until(lambda: process.poll() is not None or (journal.exists() and bool(journal.read_text())))
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    kept = Study.load(out).counts["done"]
    resumed = alone("resume", plan, n_runs, out)
    assert resumed["results_hash"] == undisturbed.manifest["results_hash"], "the same bits"
    yield Row(GROUP, f"kept of {n_runs:,} runs when killed at the first part", kept / n_runs, "of all")
    yield Row(GROUP, "to resume it to the same bits", resumed["seconds"], "s")


if __name__ == "__main__":
    print(json.dumps(_in_this_process(sys.argv[1], json.loads(sys.argv[2]), Path(sys.argv[3]))))
