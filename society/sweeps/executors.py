"""Where the runs of a sweep are done: in this process, in worker processes of this machine, or by any executor.

Each is a generator that takes tasks as it needs them and yields results in the order in which they come.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import wait as wait_for_any
from typing import TYPE_CHECKING, Any

from society.errors import InputError, SocietyError
from society.sweeps.task import Result, Task, do
from society.sweeps.worker import Worker

if TYPE_CHECKING:
    from distributed import Client

type Log = Callable[..., None]

ATTEMPTS = 2
"""How often a run is tried whose worker dies."""
STILLBORN = 3
"""Workers that may die before they have come up, one after the other."""


def _silent(event: str, **facts: Any) -> None:
    """Tell nobody of what happens to workers."""


@dataclass(frozen=True)
class Way:
    """How runs are done.

    Attributes
    ----------
    results
        Does tasks, in whatever order, and yields their results; the second argument is told what happens to workers.
    n_at_once
        How many runs are done at the same time, at present.
    is_here
        Whether they are done in this process.
    """

    results: Callable[..., Generator[Result]]
    n_at_once: Callable[[], int]
    is_here: bool = False

    @classmethod
    def choose(cls, executor: Executor | Client | None, workers: int | None) -> Way:
        """The way that a user asks for.

        Parameters
        ----------
        executor
            Any `concurrent.futures.Executor`, or a dask client; by default worker processes of this machine.
        workers
            Number of worker processes, one for each core by default; with 1 the runs are done in this process. For an
            executor, how many runs it does at the same time, if it does not say so itself.

        Raises
        ------
        InputError
            If there cannot be so many, or what is run exists in this process only.
        """
        if workers is not None and workers < 1:
            raise InputError(f"workers = {workers}: must be at least 1")
        if executor is not None:
            pool = executor.get_executor(pure=False) if hasattr(executor, "get_executor") else executor
            n_at_once = _size(executor, workers)
            return cls(lambda tasks, log=_silent: _in_executor(pool, n_at_once, tasks), n_at_once)
        number = workers or _cores()
        if number == 1:
            return cls(lambda tasks, log=_silent: _here(tasks), lambda: 1, is_here=True)
        plugins = _plugins()
        return cls(lambda tasks, log=_silent: _Workers(number, plugins, tasks, log).results(), lambda: number)


def _here(tasks: Iterator[Task]) -> Generator[Result]:
    """Do runs in this process."""
    for task in tasks:
        yield do(task)


class _Workers:
    """Worker processes that share out runs; a run whose worker dies is tried once more, in a new one."""

    def __init__(self, number: int, plugins: tuple[str, ...], tasks: Iterator[Task], log: Log) -> None:
        self.plugins, self.tasks, self.log = plugins, tasks, log
        self.again: list[Task] = []
        self.deaths: dict[str, int] = {}
        self.n_stillborn = 0
        self.workers = [self._new(task) for task in islice(tasks, number)]

    def results(self) -> Generator[Result]:
        """The results of all runs, in the order in which they come."""
        try:
            while busy := [worker for worker in self.workers if worker.task is not None]:
                ready = wait_for_any([worker.connection for worker in busy], timeout=_patience(busy))
                for worker in busy:
                    if worker.connection in ready:
                        yield from self._hear(worker)
                    elif worker.overdue <= 0:
                        yield self._kill(worker)
        finally:
            for worker in self.workers:
                worker.end()

    def _hear(self, worker: Worker) -> Iterator[Result]:
        """Take what a worker says, and let it or its successor go on before anybody looks at the result."""
        task = worker.task
        assert task is not None
        try:
            result = worker.take()
        except EOFError:
            result = self._bury(worker, task)
        else:
            self.n_stillborn = 0
            if result is None:  # it has come up, and will do what it was given
                return
        self._go_on(worker)
        if result is not None:
            yield result

    def _bury(self, worker: Worker, task: Task) -> Result | None:
        """See to the run of a dead worker: there may be another attempt."""
        code = worker.end()
        self.log("worker died", exit_code=code, run_id=task.run_id)
        self.n_stillborn = 0 if worker.is_ready else self.n_stillborn + 1
        if self.n_stillborn == STILLBORN:
            raise SocietyError(f"worker processes end with code {code} before they have come up")
        self.deaths[task.run_id] = self.deaths.get(task.run_id, 0) + 1
        if self.deaths[task.run_id] < ATTEMPTS:
            self.again.append(task)
            return None
        how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        return Result.failed(task.run_id, f"its worker process {how}, {ATTEMPTS} times")

    def _kill(self, worker: Worker) -> Result:
        """End a worker whose run does not stop by itself."""
        task = worker.task
        assert task is not None
        worker.end()
        self.log("worker killed", run_id=task.run_id)
        self._go_on(worker)
        return Result.failed(task.run_id, f"took longer than {task.timeout:g} s and did not stop: killed")

    def _go_on(self, worker: Worker) -> None:
        """Give a worker, or a new one in the place of a dead one, its next run, if there is any."""
        worker.task = None
        task = self.again.pop() if self.again else next(self.tasks, None)
        if task is None:
            return
        if worker.has_ended:
            self.workers[self.workers.index(worker)] = self._new(task)
        else:
            worker.give(task)

    def _new(self, task: Task) -> Worker:
        worker = Worker(self.plugins)
        worker.give(task)
        return worker


def _patience(busy: list[Worker]) -> float | None:
    """Seconds until the first worker has to be killed."""
    seconds = min(worker.overdue for worker in busy)
    return None if seconds == float("inf") else max(seconds, 0.0)


def _in_executor(executor: Executor, n_at_once: Callable[[], int], tasks: Iterator[Task]) -> Generator[Result]:
    """Do runs by an executor, with a few more submitted than it does at the same time."""
    futures: dict[Future[Result], Task] = {}
    try:
        while True:
            for task in islice(tasks, max(2 * n_at_once() - len(futures), 0)):
                futures[executor.submit(do, task)] = task
            if not futures:
                return
            for future in wait(futures, return_when=FIRST_COMPLETED).done:
                task = futures.pop(future)
                try:
                    yield future.result()
                except Exception as error:  # of the executor: what goes wrong in a run is a result
                    yield Result.failed(task.run_id, f"{type(error).__name__}: {error}")
    finally:
        for future in futures:
            future.cancel()


def _size(executor: Any, workers: int | None) -> Callable[[], int]:
    if workers is not None:
        return lambda: workers
    if hasattr(executor, "nthreads"):  # a dask client, whose workers come and go
        return lambda: max(sum(executor.nthreads().values()), 1)
    return lambda: getattr(executor, "_max_workers", None) or _cores()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _plugins() -> tuple[str, ...]:
    """Modules of what others add to Society, which workers have to import."""
    from society.person import PERSONS
    from society.processes import PROCESSES

    modules = {each.__module__ for each in (*PROCESSES.values(), *PERSONS.values())}
    if "__main__" in modules:
        (name, *_) = (
            each.__name__ for each in (*PROCESSES.values(), *PERSONS.values()) if each.__module__ == "__main__"
        )
        said = "is defined in this script or notebook, where worker processes do not find it"
        raise InputError(f"{name}: {said}; put it into a module, or run with workers = 1 (--workers 1)")
    return tuple(sorted(module for module in modules if not module.startswith("society.") and module in sys.modules))
