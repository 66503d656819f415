"""A worker process: it lives for many runs, computes in one thread, and ends with whoever started it.

Every worker has a pipe of its own, so that the death of one, at whatever moment, harms no other. It is started afresh
and not through `multiprocessing`, which would run the user's script again in each worker.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection, Pipe
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from society.sweeps.task import Result, Task

GRACE = 10.0
"""Seconds after its time is up in which a run may stop by itself before its worker is killed."""
COMING_UP = 120.0
"""Seconds that a worker may take to come up."""
LAST_WORDS = 2.0
"""Seconds in which a worker that has closed its pipe may end by itself, so that its exit code is its own."""
ONE_THREAD = dict.fromkeys(
    ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ARROW_NUM_THREADS"), "1"
)


class Worker:
    """The parent's end of a worker process.

    Parameters
    ----------
    plugins
        Modules to import there before any run: those of processes and classes of people that others add.

    Attributes
    ----------
    task : Task or None
        What it is doing.
    is_ready : bool
        Whether it has come up.
    """

    def __init__(self, plugins: tuple[str, ...] = ()) -> None:
        self.connection, theirs = Pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "society.sweeps.worker", str(theirs.fileno())],
            pass_fds=(theirs.fileno(),),
            env={**os.environ, **ONE_THREAD, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.DEVNULL,
            process_group=0,  # Ctrl-C is for the parent, who then ends us
        )
        theirs.close()
        self.task: Task | None = None
        self.is_ready = False
        self._since = time.monotonic()
        self._send(plugins)

    def give(self, task: Task) -> None:
        """Let it do a run, once it has come up: till then it reads nothing, and the time of the run does not count."""
        self.task = task
        if self.is_ready:
            self._since = time.monotonic()
            self._send(task)

    def take(self) -> Result | None:
        """What it has to say: a result, or None when it has come up.

        Raises
        ------
        EOFError
            If it has died.
        """
        try:
            said: Result | None = self.connection.recv()
        except OSError as error:
            raise EOFError from error
        if not self.is_ready:
            self.is_ready = True
            if self.task is not None:
                self.give(self.task)
        return said

    @property
    def overdue(self) -> float:
        """Seconds until it has to be killed; below 0 if that is past."""
        if not self.is_ready:
            return self._since + COMING_UP - time.monotonic()
        if self.task is None or self.task.timeout is None:
            return float("inf")
        return self._since + self.task.timeout + GRACE - time.monotonic()

    @property
    def has_ended(self) -> bool:
        """Whether it was seen to end."""
        return self.process.returncode is not None

    def end(self) -> int:
        """End it at once, if it has not ended, and return its exit code."""
        self.process.kill()
        self.connection.close()
        return self.process.wait()

    def bury(self) -> int:
        """Return the exit code of one that has died, or is about to."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(LAST_WORDS)
        return self.end()

    def _send(self, what: object) -> None:
        with suppress(OSError):  # of a dead worker, which shows when its answer is awaited
            self.connection.send(what)


def serve(connection: Connection) -> None:
    """Be a worker: do one run after the other until nobody sends any more."""
    parent = os.getppid()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        plugins = connection.recv()
        for plugin in plugins:
            import_module(plugin)
        from society.sweeps.task import do

        gc.freeze()  # what is there now stays, so that no collection need look at it
        connection.send(None)
        while True:
            connection.send(do(connection.recv(), plugins))


def _end_with(parent: int) -> None:
    """End this process in the middle of whatever it does once its parent is gone."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
