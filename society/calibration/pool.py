"""Pool: worker processes that do the runs of one batch of trials after the other."""

from __future__ import annotations

from collections.abc import Sequence
from multiprocessing.connection import wait
from types import TracebackType
from typing import Self

from society.errors import InputError
from society.sweeps.executors import ATTEMPTS, _cores, _plugins
from society.sweeps.task import Result, Task, do
from society.sweeps.worker import Worker


class Pool:
    """Does runs, in this process or in worker processes that live until the pool is left.

    Parameters
    ----------
    workers
        Worker processes, one for each core by default; with 1 the runs are done in this process.
    most
        Runs that there are at once at most, and so the number of workers at most.
    """

    def __init__(self, workers: int | None, *, most: int) -> None:
        if workers is not None and workers < 1:
            raise InputError(f"workers = {workers}: must be at least 1")
        self._n_workers = min(workers or _cores(), most)
        self._plugins = _plugins() if self._n_workers > 1 else ()
        self._workers: list[Worker] = []

    def results(self, tasks: Sequence[Task]) -> list[Result]:
        """The results of some runs, in their order; a run whose worker dies is tried once more, in a new one."""
        if self._n_workers == 1:
            return [do(task) for task in tasks]
        waiting, deaths, found = [*reversed(tasks)], dict.fromkeys((task.run_id for task in tasks), 0), {}
        while len(found) < len(tasks):
            while waiting and (worker := self._idle()):
                worker.give(waiting.pop())
            busy = {worker.connection: worker for worker in self._workers if worker.task}
            for connection in wait([*busy]):
                worker = busy[connection]  # type: ignore[index]
                task = worker.task
                assert task is not None
                try:
                    result = worker.take()
                except EOFError:
                    self._workers.remove(worker)
                    deaths[task.run_id] += 1
                    said = f"its worker process ended with code {worker.end()}, {ATTEMPTS} times"
                    if deaths[task.run_id] < ATTEMPTS:
                        waiting.append(task)
                        continue
                    result = Result.failed(task.run_id, said)
                if result is not None:  # None says that it has come up
                    worker.task = None
                    found[result.run_id] = result
        return [found[task.run_id] for task in tasks]

    def _idle(self) -> Worker | None:
        """A worker that does nothing, a new one if there may be more."""
        idle = [worker for worker in self._workers if worker.task is None]
        if not idle and len(self._workers) < self._n_workers:
            self._workers.append(Worker(self._plugins))
            idle = self._workers[-1:]
        return idle[0] if idle else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for worker in self._workers:
            worker.end()
