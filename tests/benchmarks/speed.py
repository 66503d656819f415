"""Throughput of the default model by size, threads and process, with the ledger and without."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from society import Society
from tests.benchmarks.model import default_model
from tests.benchmarks.rows import Plan, Row, measurement
from tests.benchmarks.timing import Times, clocked, counted, in_turn, stepping, thread_counts

WARM_UP = 3
"""Steps before the clock starts, in each number of threads: kernels are compiled, people meet the platforms."""


@measurement
def speed(plan: Plan) -> Iterator[Row]:
    """Agent-steps a second and what each process takes of a step, with the ledger and without."""
    for n_agents in plan.sizes:
        yield from _with_ledger(plan, n_agents)
        yield from _without_ledger(plan, n_agents)


def _with_ledger(plan: Plan, n_agents: int) -> Iterator[Row]:
    model = warm(Society(default_model(n_agents)))
    with clocked(model) as seconds:
        times = _timed(model, plan)
    yield from _throughput(times, n_agents, "")
    for threads, timing in times.items():
        cpu = float(np.median(timing.cpu)) / n_agents * 1e9
        yield Row("speed", f"CPU time, {counted(threads)}", cpu, "ns/agent-step", n_agents)
    if 2 in times:
        ratio = np.median(times[1].wall) / np.median(times[2].wall)
        yield Row("speed", "2 threads against 1", float(ratio), "×", n_agents)
    for threads, timing in times.items():
        yield from _by_process(timing, seconds, threads, n_agents)


def _without_ledger(plan: Plan, n_agents: int) -> Iterator[Row]:
    scenario = default_model(n_agents, {"process.learning.ledger": False})
    yield from _throughput(_timed(warm(Society(scenario)), plan), n_agents, " without ledger")


def warm(model: Society) -> Society:
    """The same society a few steps later, with all kernels compiled."""
    for threads in thread_counts():
        for _ in range(WARM_UP):
            stepping(model, threads)()
    return model


def _timed(model: Society, plan: Plan) -> dict[int, Times]:
    return in_turn(
        {threads: stepping(model, threads) for threads in thread_counts()}, repeats=plan.repeats(model.n_agents)
    )


def _throughput(times: dict[int, Times], n_agents: int, variant: str) -> Iterator[Row]:
    for threads, timing in times.items():
        median, quartiles = timing.summary(lambda seconds: n_agents / seconds)
        yield Row("speed", counted(threads) + variant, median, "agent-steps/s", n_agents, quartiles)


def _by_process(
    timing: Times, seconds: dict[tuple[str, int], list[float]], threads: int, n_agents: int
) -> Iterator[Row]:
    """Nanoseconds a person and step of each process; what is left of the step is platforms and Mesa."""
    group, unit = f"process, {counted(threads)}", "ns/agent-step"
    rest = np.array(timing.wall)
    for name, at in seconds:
        if at == threads:
            part = Times(wall=seconds[name, at][-len(rest) :])
            median, quartiles = part.summary(lambda second: second / n_agents * 1e9)
            yield Row(group, name, median, unit, n_agents, quartiles)
            rest = rest - part.wall
    median, quartiles = Times(wall=rest.tolist()).summary(lambda second: second / n_agents * 1e9)
    yield Row(group, "rest of the step", median, unit, n_agents, quartiles)
