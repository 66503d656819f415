"""A process in which Society is loaded and warm, and from which runs are born that may be killed, cheaply.

As a script it reads one job a line from its standard input (JSON), forks, lets the child be the command `society`, and
answers with how it ended. As a module it offers `Nursery`, the other end.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any, Self

from tests.files import Outcome


class Nursery:
    """Runs commands in processes of their own, one after another."""

    def __init__(self, scenario: Path) -> None:
        """Start it, warm for a scenario."""
        words = [sys.executable, "-m", "tests.nursery", str(scenario)]
        root = Path(__file__).parent.parent
        environment = {**os.environ, "NO_COLOR": "1"}
        self._process = subprocess.Popen(
            words, cwd=root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, *words: str | Path, **job: Any) -> Outcome:
        """Run a command to its end, which may be violent.

        Parameters
        ----------
        job
            `signal` is sent when the child has made so many calls (`at_call`) or after so many seconds (`after_s`);
            `max_file` is the size in bytes beyond which no file can grow; `nobody` takes away the rights of root;
            `plugins` are modules to import; `grace` is how long a worker may overrun; `forked` says what befalls
            workers, which are forked (see tests/sweeps/forked.py).
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps({"words": [*map(str, words)], **job}), file=self._process.stdin, flush=True)
        return Outcome(*json.loads(self._process.stdout.readline()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=60)


class Calls:
    """Counts the calls that this process makes, and sends it a signal at one of them."""

    def __init__(self, number: int | None, at_call: int, marks: Path | None) -> None:
        self.number, self.at_call, self.marks = number, at_call, marks
        self.count = 0

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        if event != "call":
            return
        self.count += 1
        if self.count == self.at_call and self.number is not None:
            os.kill(os.getpid(), self.number)

    def mark(self, name: str) -> None:
        """Note at which call something happens."""
        if self.marks is not None:
            with self.marks.open("a") as file:
                file.write(json.dumps([name, self.count]) + "\n")


def live(job: dict[str, Any]) -> int:
    """Be the command `society`, and return its exit code."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if "max_file" in job:
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["max_file"], job["max_file"]))
    if job.get("nobody") and os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    from society import cli, folder, writers
    from society.sweeps import worker
    from tests.sweeps import forked

    writers.FLUSH_SECONDS = -1.0
    for plugin in job.get("plugins", ()):
        import_module(plugin)
    if "forked" in job:
        forked.install(**job["forked"])
        worker.GRACE = job.get("grace", worker.GRACE)
    sys.argv = ["society", *job["words"]]
    calls = Calls(job.get("signal"), job.get("at_call", 0), Path(job["marks"]) if "marks" in job else None)
    for name in ("__init__", "_write_manifest", "flush", "finish"):
        _marked(calls, writers.RunWriter, name)
        _marked(calls, writers.SweepWriter, name)
    _marked(calls, folder, "_empty")
    if job.get("at_call") or "marks" in job:
        sys.setprofile(calls)
    try:
        cli.main()
    except SystemExit as leaving:
        sys.setprofile(None)
        calls.mark("end")
        return int(leaving.code or 0)
    finally:
        sys.setprofile(None)
    return 0


def _marked(calls: Calls, holder: Any, name: str) -> None:
    method = getattr(holder, name)

    def marking(*arguments: Any, **named: Any) -> Any:
        calls.mark(name)
        return method(*arguments, **named)

    setattr(holder, name, marking)


def _child(job: dict[str, Any], out: int, err: int) -> None:
    code = 70
    os.dup2(out, sys.stdout.fileno())
    os.dup2(err, sys.stderr.fileno())
    try:
        code = live(job)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _end_of(pid: int, job: dict[str, Any]) -> int:
    """Wait for a child, sending it the signal of its job when it is time, and return its exit code."""
    deadline = time.monotonic() + job["after_s"] if "after_s" in job else float("inf")
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= deadline:
            os.kill(pid, job["signal"])
            deadline = float("inf")
        time.sleep(0.002)


def _all_of(pipe: int) -> str:
    """What the child wrote, which is less than a pipe holds."""
    with os.fdopen(pipe, encoding="utf-8") as file:
        return file.read()


def serve(scenario: Path, jobs: Iterable[str]) -> None:
    """Warm up on a scenario, then do jobs."""
    import society.console
    import society.sweeps.execution  # noqa: F401
    from society.recorder import Recorder
    from society.runner import Scenario, Society

    model = Society(Scenario.from_file(scenario))
    recorder = Recorder(model)
    for _ in range(2):
        recorder.row()
        model.step()
    for line in jobs:
        job = json.loads(line)
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()  # files could be full, or not allowed
        pid = os.fork()
        if not pid:
            _child(job, out_end, err_end)
        os.close(out_end)
        os.close(err_end)
        print(json.dumps([_end_of(pid, job), _all_of(out), _all_of(err)]), flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(Path(sys.argv[1]), sys.stdin)
