"""Society against the same rules in plain Mesa, on the same people."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import networkx as nx
import numpy as np

from society import Society
from tests.benchmarks.model import GRAPH, default_model
from tests.benchmarks.plain_mesa import PlainSociety
from tests.benchmarks.rows import Plan, Row, measurement
from tests.benchmarks.speed import warm
from tests.benchmarks.timing import counted, in_turn, stepping, thread_counts

STEPS = 20
"""Steps of Society to one of plain Mesa: one alone is too short a time to compare with seconds."""
REPEATS = 3


@measurement
def plain_mesa(plan: Plan) -> Iterator[Row]:
    """Agent-steps a second of the plain Mesa model, and how many times faster Society is."""
    n_agents = plan.sizes[0]
    scenario = default_model(n_agents)
    ties = nx.gnm_random_graph(n_agents, round(n_agents * GRAPH["mean_degree"] / 2), seed=1)
    plain, model = PlainSociety(scenario, ties, seed=1), warm(Society(scenario))
    plain.step()
    actions = {threads: _several(model, threads) for threads in thread_counts()}
    times = in_turn({"plain": plain.step, **actions}, repeats=min(REPEATS, plan.most_repeats))

    group = "plain Mesa"
    median, quartiles = times["plain"].summary(lambda seconds: n_agents / seconds)
    yield Row(group, "plain Mesa", median, "agent-steps/s", n_agents, quartiles)
    for threads in thread_counts():
        median, quartiles = times[threads].summary(lambda seconds: STEPS * n_agents / seconds)
        yield Row(group, f"Society in {counted(threads)}", median, "agent-steps/s", n_agents, quartiles)
        for clock in ("wall", "cpu"):
            ratio = STEPS * np.median(getattr(times["plain"], clock)) / np.median(getattr(times[threads], clock))
            what = f"Society in {counted(threads)} against it" + (" in CPU time" if clock == "cpu" else "")
            yield Row(group, what, float(ratio), "×", n_agents)


def _several(model: Society, threads: int) -> Callable[[], None]:
    step = stepping(model, threads)

    def steps() -> None:
        for _ in range(STEPS):
            step()

    return steps
