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
from itertools import islice
from typing import TYPE_CHECKING

from society.errors import InputError, SocietyError
from society.provenance import added
from society.sweeps.task import Result, Task, do, do_there
from society.sweeps.workers import STILLBORN, Log, Workers, silent

if TYPE_CHECKING:
    from distributed import Client


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

        def results(tasks: Iterator[Task], rehearsal: Sequence[Task] = (), log: Log = silent) -> Generator[Result]:
            with Workers(number, plugins, log) as pool:
                yield from pool.results(tasks, rehearsal)

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

        def results(tasks: Iterator[Task], rehearsal: Sequence[Task] = (), log: Log = silent) -> Generator[Result]:
            return _Pool(pool, importable, n_at_once).results(tasks, rehearsal)

        return cls(results, n_at_once)


def _here(tasks: Iterator[Task], rehearsal: Sequence[Task] = (), log: Log = silent) -> Generator[Result]:
    """Do runs in this process, which needs no rehearsal: it does one after the other."""
    for task in tasks:
        yield do(task)


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
