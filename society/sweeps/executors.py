"""Where the runs of a sweep are done: in this process, in worker processes of this machine, or by any executor.

Each is a generator that takes tasks as it needs them and yields results in the order in which they come. Where several
processes do runs, one of them first does what `rehearsal` says, whose results are dropped: it compiles what all need,
since all at once would take many times as long.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing.connection import wait as wait_for_any
from typing import TYPE_CHECKING, Any

from society.errors import InputError, SocietyError
from society.provenance import added
from society.sweeps.task import Result, Task, do, do_there
from society.sweeps.worker import Worker

if TYPE_CHECKING:
    from distributed import Client

type Log = Callable[..., None]

ATTEMPTS = 2
"""How often a run is tried whose worker dies."""
STILLBORN = 3
"""Workers that may die before they have come up, or answers of an executor that are no results, one after the other."""


def _silent(event: str, **facts: Any) -> None:
    """Tell nobody of what happens to workers."""


@dataclass(frozen=True)
class Way:
    """How runs are done.

    Attributes
    ----------
    results
        Does tasks, in whatever order, and yields their results. Takes the tasks; what to do with them first, in one
        process (`rehearsal`); and who is told what happens to workers (`log`).
    n_at_once
        How many runs are done at the same time, at present.
    """

    results: Callable[..., Generator[Result]]
    n_at_once: Callable[[], int]

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
            return cls._by(executor, workers)
        number = workers or _cores()
        if number == 1:
            return cls(_here, lambda: 1)
        plugins = importable_plugins()

        def results(tasks: Iterator[Task], rehearsal: Sequence[Task] = (), log: Log = _silent) -> Generator[Result]:
            return _Workers(number, plugins, tasks, log).results(rehearsal)

        return cls(results, lambda: number)

    @classmethod
    def _by(cls, executor: Executor | Client, workers: int | None) -> Way:
        """The way of an executor."""
        plugins = _plugins()
        if isinstance(executor, Executor):
            pool, size = executor, lambda: getattr(executor, "_max_workers", None) or _cores()
        elif hasattr(executor, "get_executor"):
            _check_others_find(plugins)
            pool, size = executor.get_executor(pure=False), _Processes(executor)
        else:
            raise InputError(f"executor = {executor!r}: must be a concurrent.futures.Executor or a dask client")
        n_at_once = size if workers is None else lambda: workers
        importable = None if "__main__" in plugins else plugins  # None: the executor is of this process, or none works

        def results(tasks: Iterator[Task], rehearsal: Sequence[Task] = (), log: Log = _silent) -> Generator[Result]:
            return _Pool(pool, importable, n_at_once).results(tasks, rehearsal)

        return cls(results, n_at_once)


def _here(tasks: Iterator[Task], rehearsal: Sequence[Task] = (), log: Log = _silent) -> Generator[Result]:
    """Do runs in this process, which needs no rehearsal: it does one after the other."""
    for task in tasks:
        yield do(task)


class _Workers:
    """Worker processes that share out runs; a run whose worker dies is tried once more, in a new one."""

    def __init__(self, number: int, plugins: tuple[str, ...], tasks: Iterator[Task], log: Log) -> None:
        self.number, self.plugins, self.tasks, self.log = number, plugins, tasks, log
        self.again: list[Task] = []
        self.deaths: dict[str, int] = {}
        self.n_stillborn = 0
        self.workers: list[Worker] = []

    def results(self, rehearsal: Sequence[Task]) -> Generator[Result]:
        """The results of all runs, in the order in which they come."""
        first = [*islice(self.tasks, self.number)]
        tasks = chain(first, self.tasks)
        try:
            for _ in first:  # all come up while one of them rehearses
                self.workers.append(Worker(self.plugins))
            self.tasks = iter(rehearsal)
            for worker in self.workers[:1]:
                self._go_on(worker)
            for _ in self._results():
                pass
            self.tasks, self.again, self.deaths = tasks, [], {}
            for worker in [*self.workers]:
                self._go_on(worker)
            yield from self._results()
        finally:
            for worker in self.workers:
                worker.end()

    def _results(self) -> Iterator[Result]:
        while busy := [worker for worker in self.workers if worker.task is not None]:
            ready = wait_for_any([worker.connection for worker in busy], timeout=_patience(busy))
            for worker in busy:
                if worker.connection in ready:
                    yield from self._hear(worker)
                elif worker.overdue <= 0:
                    yield from self._kill(worker)

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
            if result is None:  # it has come up, and does what it was given
                return
        self._go_on(worker)
        if result is not None:
            yield result

    def _bury(self, worker: Worker, task: Task) -> Result | None:
        """See to the run of a dead worker: there may be another attempt."""
        code = worker.bury()
        how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        self.log("worker died", exit_code=code, run_id=task.run_id)
        if not worker.is_ready:  # which is not the run's doing
            self._stillborn(f"a worker process {how} before it had come up")
            self.again.append(task)
            return None
        self.deaths[task.run_id] = self.deaths.get(task.run_id, 0) + 1
        if self.deaths[task.run_id] < ATTEMPTS:
            self.again.append(task)
            return None
        return Result.failed(task.run_id, f"its worker process {how}, {ATTEMPTS} times")

    def _kill(self, worker: Worker) -> Iterator[Result]:
        """End a worker that does not come up, or whose run does not stop by itself."""
        task = worker.task
        assert task is not None
        worker.end()
        self.log("worker killed", run_id=task.run_id)
        if not worker.is_ready:
            self._stillborn("a worker process did not come up, and was killed")
            self.again.append(task)
            self._go_on(worker)
            return
        self._go_on(worker)
        yield Result.failed(task.run_id, f"took longer than {task.timeout:g} s and did not stop: killed")

    def _stillborn(self, said: str) -> None:
        """Count workers that never came up; some may, many mean that none ever will."""
        self.n_stillborn += 1
        if self.n_stillborn == STILLBORN:
            raise SocietyError(f"{said}, {STILLBORN} times in a row: see what it wrote above")

    def _go_on(self, worker: Worker) -> None:
        """Give a worker, or a new one in the place of a dead one, its next run, if there is any."""
        worker.task = None
        task = self.again.pop() if self.again else next(self.tasks, None)
        if task is None:
            return
        if worker.has_ended:
            self.workers[self.workers.index(worker)] = worker = Worker(self.plugins)
        worker.give(task)


def _patience(busy: list[Worker]) -> float | None:
    """Seconds until the first worker has to be killed."""
    seconds = min(worker.overdue for worker in busy)
    return None if seconds == float("inf") else max(seconds, 0.0)


class _Pool:
    """An executor, to which a few more runs are submitted than it does at the same time."""

    def __init__(self, executor: Executor, plugins: tuple[str, ...] | None, n_at_once: Callable[[], int]) -> None:
        self.executor, self.plugins, self.n_at_once = executor, plugins, n_at_once
        self.futures: dict[Future[Result], Task] = {}
        self.n_errors = 0

    def results(self, tasks: Iterator[Task], rehearsal: Sequence[Task]) -> Generator[Result]:
        """The results of all runs, in the order in which they come."""
        try:
            for task in rehearsal:
                with suppress(Exception):  # which will show again
                    self._submit(task).result()
            while True:
                for task in islice(tasks, max(2 * self.n_at_once() - len(self.futures), 0)):
                    self.futures[self._submit(task)] = task
                if not self.futures:
                    return
                for future in wait(self.futures, return_when=FIRST_COMPLETED).done:
                    yield self._result(future, self.futures.pop(future))
        finally:
            for future in self.futures:
                future.cancel()

    def _submit(self, task: Task) -> Future[Result]:
        try:
            return self.executor.submit(do_there, task, self.plugins)
        except Exception as error:  # it is shut down, broken, or has lost its scheduler
            raise _gone(error) from error

    def _result(self, future: Future[Result], task: Task) -> Result:
        """What a run came to: what goes wrong in it is a result, what goes wrong with the executor is not."""
        try:
            result = future.result()
        except (BrokenExecutor, CancelledError) as error:
            raise _gone(error) from error
        except Exception as error:
            self.n_errors += 1
            if self.n_errors == STILLBORN:
                raise _gone(error) from error
            return Result.failed(task.run_id, f"{type(error).__name__}: {error}")
        self.n_errors = 0
        return result


def _gone(error: Exception) -> SocietyError:
    if isinstance(error, CancelledError):
        said = "it has cancelled them, as a dask client does whose scheduler is gone"
    else:
        said = f"{type(error).__name__}: {error}"
    return SocietyError(f"the executor does no more runs: {said}")


class _Processes:
    """How many worker processes a dask client has, asked once in a while: they come and go.

    Each does one run at a time, however many threads it has.
    """

    def __init__(self, client: Client) -> None:
        self.client, self.number, self.asked = client, 1, -float("inf")

    def __call__(self) -> int:
        if time.monotonic() - self.asked > 1.0:
            try:
                self.number, self.asked = max(len(self.client.nthreads()), 1), time.monotonic()
            except Exception as error:
                raise _gone(error) from error
        return self.number


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _plugins() -> tuple[str, ...]:
    """Modules of what others add to Society."""
    return tuple(sorted({each.__module__ for each in added()}))


def _check_others_find(plugins: tuple[str, ...]) -> None:
    """Refuse what is added in a script or at a prompt, which other processes cannot import."""
    if "__main__" in plugins:
        name = next(each.__name__ for each in added() if each.__module__ == "__main__")
        said = "is defined in this script or notebook, where worker processes do not find it"
        raise InputError(f"{name}: {said}; put it into a module, or run with workers = 1 (--workers 1)")


def importable_plugins() -> tuple[str, ...]:
    """Modules of what others add to Society, all of which other processes can import."""
    _check_others_find(plugins := _plugins())
    return plugins
