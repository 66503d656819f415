"""Worker processes that share out runs: one batch after the other, whichever of them dies on the way."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import chain, islice
from multiprocessing.connection import wait
from types import TracebackType
from typing import Any, Self

from society.errors import SocietyError
from society.sweeps.task import Result, Task
from society.sweeps.worker import Worker

type Log = Callable[..., None]

ATTEMPTS = 2
"""How often a run is tried whose worker dies."""
STILLBORN = 3
"""Workers that may die before they have come up, or answers of an executor that are no results, one after the other."""


def silent(event: str, **facts: Any) -> None:
    """Tell nobody of what happens to workers."""


class Workers:
    """Worker processes, started as they are needed, that live until they are left; used in a `with` block.

    A run whose worker dies is tried once more, in a new one.

    Parameters
    ----------
    number
        How many there are at most.
    plugins
        Modules that each imports before any run.
    log
        Told what happens to them.
    """

    def __init__(self, number: int, plugins: tuple[str, ...] = (), log: Log = silent) -> None:
        self.number, self.plugins, self.log = number, plugins, log
        self.workers: list[Worker] = []
        self.n_stillborn = 0
        self._begin(())

    def results(self, tasks: Iterable[Task], rehearsal: Sequence[Task] = ()) -> Generator[Result]:
        """The results of some runs, in the order in which they come; `rehearsal` is done first, by one worker alone.

        Whatever is still being done when the caller takes no more results is ended.
        """
        tasks = iter(tasks)
        first = [*islice(tasks, self.number)]
        try:
            for _ in range(len(first) - len(self.workers)):  # all come up while one of them rehearses
                self.workers.append(Worker(self.plugins))
            for batch in (rehearsal, chain(first, tasks)):
                self._begin(batch)
                for worker in self.workers[:1] if batch is rehearsal else [*self.workers]:
                    self._go_on(worker)
                for result in self._results():
                    if batch is not rehearsal:
                        yield result
        finally:
            for worker in self.workers:
                if worker.task is not None:
                    worker.end()
                    worker.task = None

    def _begin(self, tasks: Iterable[Task]) -> None:
        self.tasks = iter(tasks)
        self.again: list[Task] = []
        self.deaths: dict[str, int] = {}

    def _results(self) -> Iterator[Result]:
        while busy := [worker for worker in self.workers if worker.task is not None]:
            ready = wait([worker.connection for worker in busy], timeout=_patience(busy))
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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for worker in self.workers:
            worker.end()


def _patience(busy: list[Worker]) -> float | None:
    """Seconds until the first worker has to be killed."""
    seconds = min(worker.overdue for worker in busy)
    return None if seconds == float("inf") else max(seconds, 0.0)
