"""Worker processes forked from a warm process, so that tests can afford many; they live and die like others."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from society.sweeps import worker


class Forked:
    """What a worker needs of `subprocess.Popen`."""

    def __init__(self, words: Sequence[str], *, pass_fds: tuple[int], env: Mapping[str, str], **_: Any) -> None:
        self.returncode: int | None = None
        self.pid = os.fork()
        if not self.pid:
            self._live(pass_fds[0], env)

    def _live(self, pipe: int, env: Mapping[str, str]) -> None:
        code = 70
        try:
            sys.setprofile(None)
            os.setpgid(0, 0)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.environ.update(env)
            os.closerange(3, pipe)
            os.closerange(pipe + 1, os.sysconf("SC_OPEN_MAX"))
            worker.serve(Connection(pipe))
            code = 0
        finally:
            os._exit(code)

    def kill(self) -> None:
        """End it at once."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float = 60.0) -> int:
        """Its exit code, once it has ended."""
        deadline = time.monotonic() + timeout
        while self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("worker", timeout)
            else:
                time.sleep(0.001)
        return self.returncode


def install(*, stillborn: int | None = None, killed: int = 0, seed: str = "") -> None:
    """Let this process fork its workers.

    Parameters
    ----------
    stillborn
        Exit code with which each ends before it comes up.
    killed
        How many are killed, each a little while after it has been given a run; no run has its worker killed twice.
    seed
        Of the moments at which they are.
    """
    worker.subprocess = type("subprocess", (), {**vars(subprocess), "Popen": Forked})  # type: ignore[attr-defined]
    if stillborn is not None:
        worker.serve = lambda connection: os._exit(stillborn)
    if killed:
        _kill_some(killed, random.Random(seed))


def _kill_some(number: int, dice: random.Random) -> None:
    give, victims = worker.Worker.give, set()

    def give_and_kill(self: Any, task: Any) -> None:
        give(self, task)
        if self.is_ready and len(victims) < number and task.run_id not in victims and dice.random() < 0.6:
            victims.add(task.run_id)
            threading.Timer(dice.uniform(0.0, 0.04), os.kill, (self.process.pid, signal.SIGKILL)).start()

    worker.Worker.give = give_and_kill  # type: ignore[method-assign]
