"""Clocks: things timed in turn, so that a change of the machine's mood meets all of them; processes within a step."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import numpy as np

from society import Society
from society.kernels import max_threads


@dataclass
class Times:
    """Wall time of each repeat, and CPU time over all threads, in seconds."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def summary(self, figure: Callable[[float], float]) -> tuple[float, tuple[float, float]]:
        """Median and quartiles over repeats of a figure of the wall time."""
        low, middle, high = np.quantile([figure(seconds) for seconds in self.wall], (0.25, 0.5, 0.75))
        return float(middle), (float(low), float(high))


def in_turn(actions: Mapping[Any, Callable[[], object]], *, repeats: int) -> dict[Any, Times]:
    """Time each action so many times, one after the other.

    Each is done once more just before its clock starts: in a run, too, a step follows another of its kind and finds
    threads awake and caches filled as that left them.
    """
    times = {name: Times() for name in actions}
    for _ in range(repeats):
        for name, action in actions.items():
            action()
            wall, cpu = time.perf_counter(), time.process_time()
            action()
            times[name].wall.append(time.perf_counter() - wall)
            times[name].cpu.append(time.process_time() - cpu)
    return times


def stepping(model: Society, threads: int) -> Callable[[], None]:
    """One step of a society in so many threads."""

    def step() -> None:
        model.threads = threads
        model.step()

    return step


def thread_counts() -> range:
    """One thread, and two where there are as many cores."""
    return range(1, min(2, max_threads()) + 1)


def counted(threads: int) -> str:
    """A number of threads in words."""
    return "1 thread" if threads == 1 else f"{threads} threads"


@contextmanager
def clocked(model: Society) -> Iterator[dict[tuple[str, int], list[float]]]:
    """Wall time of each process's part of each step, by process name and number of threads."""
    seconds: dict[tuple[str, int], list[float]] = defaultdict(list)

    def clocked_step(kind: type) -> Callable[..., None]:
        original = kind.step

        def step(process: Any, model: Society) -> None:
            start = time.perf_counter()
            original(process, model)
            seconds[process.name, model.threads].append(time.perf_counter() - start)

        return step

    with ExitStack() as stack:
        for kind in {type(process) for process in model.processes}:
            stack.enter_context(patch.object(kind, "step", clocked_step(kind)))
        yield seconds
