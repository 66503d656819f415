"""Pool: worker processes that do the runs of one batch of trials after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from multiprocessing.connection import wait
from types import TracebackType
from typing import Self

from society.errors import SocietyError
from society.sweeps.executors import ATTEMPTS, STILLBORN, Way, importable_plugins
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
        self._n_workers = min(Way.choose(None, workers).n_at_once(), most)
        self._plugins = importable_plugins() if self._n_workers > 1 else ()
        self._n_stillborn = 0
        self._workers: list[Worker] = []

    def results(self, tasks: Sequence[Task]) -> list[Result]:
        """The results of some runs, in their order; a run whose worker dies is tried once more, in a new one."""
        if self._n_workers == 1:
            return [do(task) for task in tasks]
        waiting, found = [*reversed(tasks)], dict[str, Result]()
        deaths = dict.fromkeys((task.run_id for task in tasks), 0)
        while len(found) < len(tasks):
            while waiting and (worker := self._idle()):
                worker.give(waiting.pop())
            for worker, task in self._heard():
                result = self._take(worker, task, deaths)
                if result is not None:
                    found[task.run_id] = result
                elif worker.has_ended:
                    waiting.append(task)
        return [found[task.run_id] for task in tasks]

    def _idle(self) -> Worker | None:
        """A worker that does nothing, a new one if there may be more."""
        idle = [worker for worker in self._workers if worker.task is None]
        if not idle and len(self._workers) < self._n_workers:
            self._workers.append(Worker(self._plugins))
            idle = self._workers[-1:]
        return idle[0] if idle else None

    def _heard(self) -> Iterator[tuple[Worker, Task]]:
        """Workers that have something to say, have died or do not come up, and what they were doing."""
        busy = [(worker, worker.task) for worker in self._workers if worker.task]
        seconds = min(worker.overdue for worker, _ in busy)
        ready = wait([worker.connection for worker, _ in busy], None if seconds == float("inf") else max(seconds, 0.0))
        for worker, task in busy:
            if worker.connection in ready or worker.overdue <= 0:
                yield worker, task

    def _take(self, worker: Worker, task: Task, deaths: dict[str, int]) -> Result | None:
        """A result; None if the worker has only come up, or has died and the run is to be tried again."""
        try:
            if not worker.connection.poll():
                raise EOFError  # it does not come up
            result = worker.take()
        except EOFError:
            return self._bury(worker, task, deaths)
        self._n_stillborn = 0
        if result is not None:
            worker.task = None
        return result

    def _bury(self, worker: Worker, task: Task, deaths: dict[str, int]) -> Result | None:
        """See to the run of a dead worker: there may be another attempt."""
        self._workers.remove(worker)
        code = worker.bury()
        self._n_stillborn = 0 if worker.is_ready else self._n_stillborn + 1
        if self._n_stillborn == STILLBORN:
            raise SocietyError(f"worker processes end with code {code} before they have come up")
        deaths[task.run_id] += 1
        if deaths[task.run_id] < ATTEMPTS:
            return None
        return Result.failed(task.run_id, f"its worker process ended with code {code}, {ATTEMPTS} times")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for worker in self._workers:
            worker.end()
