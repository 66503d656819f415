"""Sweeps done by a real dask scheduler and real dask workers, in processes of their own on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from distributed import Client

import society
from society import InputError, SocietyError, Study, Sweep
from society.processes import PROCESSES
from society.sweeps import cluster, session
from society.sweeps.cluster import connected
from society.sweeps.session import Counts
from tests.files import command, tiny, wait_until
from tests.sweeps.files import POWER, sweep_file, swept

ROOT = Path(__file__).parents[2]
N_RUNS = 12


class Cluster:
    """A scheduler and its workers: one that computes in one thread, and one that takes up to four runs at a time.

    Workers have no nanny, so that one that is killed is gone.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        self.file = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", self.file)
        wait_until(lambda: self.file.exists() and bool(self.file.read_text()))
        self.address = str(json.loads(self.file.read_text())["address"])

    def hire(self, n_threads: int) -> subprocess.Popen[bytes]:
        """Start a worker."""
        local = ("--local-directory", self.folder)
        return self._start("worker", self.address, "--nthreads", str(n_threads), "--no-nanny", *local)

    def _start(self, *words: str | Path) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        told = (self.folder / "told.txt").open("ab")
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *map(str, words), "--no-dashboard"],
            env=environment,
            stdout=told,
            stderr=told,
            cwd=self.folder,
        )
        told.close()
        self.processes.append(process)
        return process

    def end(self) -> None:
        """End all processes."""
        for process in self.processes:
            process.kill()
            process.wait()


@contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    there = Cluster(folder)
    try:
        yield there
    finally:
        there.end()


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster whose workers may be harmed."""
    with running(tmp_path_factory.mktemp("cluster")) as there:
        yield there


@pytest.fixture(scope="module")
def connection(there: Cluster) -> Iterator[Client]:
    with Client(there.address, set_as_default=False) as client:
        yield client


@pytest.fixture
def client(there: Cluster, connection: Client) -> Client:
    """A client of two workers that are up, whatever befell others."""
    for n_threads in (4, 1)[len(connection.nthreads()) :]:
        there.hire(n_threads)
    connection.wait_for_workers(2, timeout=60)
    return connection


@pytest.fixture(scope="module")
def trouble() -> Iterator[None]:
    """A plug-in whose process takes its time."""
    from tests.sweeps.trouble import Trouble

    PROCESSES["trouble"] = Trouble
    yield
    del PROCESSES["trouble"]


@pytest.fixture(scope="module")
def sweep(trouble: None) -> Sweep:
    """Twelve runs that last long enough for something to happen meanwhile."""
    base = tiny({"process.trouble": {"pause": 0.03}})
    return swept({POWER: [0.0, 0.5, 1.0, 1.5]}, base=base, replicates=3)


@pytest.fixture(scope="module")
def undisturbed(sweep: Sweep, tmp_path_factory: pytest.TempPathFactory) -> Study:
    """What it comes to in this process."""
    return society.sweep(sweep, out=tmp_path_factory.mktemp("here") / "study", workers=1)


def assert_same(study: Study, undisturbed: Study) -> None:
    """Nothing is lost, nothing stands twice, and every bit is the same."""
    assert study.counts == {"done": N_RUNS, "failed": 0, "missing": 0}
    assert study.manifest["results_hash"] == undisturbed.manifest["results_hash"]
    assert not study.series.duplicated(["run_id", "step"]).any()
    assert len(study.series) == len(undisturbed.series)


def after(number: int, action: Callable[[], object]) -> Callable[[Counts], None]:
    """Progress that does something when so many runs are done."""

    def progress(counts: Counts) -> None:
        if counts.done == number:
            action()

    return progress


class TestWorkers:
    def test_they_come_to_the_same_bits(self, tmp_path: Path, sweep: Sweep, undisturbed: Study, client: Client) -> None:
        in_flight: list[int] = []
        study = society.sweep(
            sweep, out=tmp_path / "out", executor=client, progress=lambda _: in_flight.append(len(client.futures))
        )
        assert_same(study, undisturbed)
        assert study.runs["worker"].nunique() == 2, "both have worked"
        assert max(in_flight) <= 2 * 2 + 2, "what is done is let go of: twice as many runs as processes, and the last"

    def test_other_code_is_refused(
        self, tmp_path: Path, sweep: Sweep, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(session, "code_digest", lambda: "another")
        with pytest.raises(InputError, match="its Society is not the one that runs here; install the same version"):
            society.sweep(sweep, out=tmp_path / "out", executor=client)
        assert Study.load(tmp_path / "out").counts["done"] == 0

    def test_the_command_does_runs_there(self, tmp_path: Path, there: Cluster, client: Client) -> None:
        file = sweep_file(tmp_path, {"factors": {POWER: [0.0, 1.0]}})
        words = ("sweep", file, "--out", tmp_path / "out", "--executor", "dask", "--address", there.address)
        outcome = command(*words)
        assert outcome.code == 0, outcome
        assert str(os.getpid()) not in " ".join(Study.load(tmp_path / "out").runs["worker"])

    def test_a_worker_is_not_a_scheduler(self, client: Client) -> None:
        address = next(iter(client.nthreads()))
        assert refusal(address) == f"address = {address!r}: is a dask worker, not a scheduler"

    def test_one_that_is_killed_loses_nothing(
        self, tmp_path: Path, sweep: Sweep, undisturbed: Study, there: Cluster, client: Client
    ) -> None:
        victim = there.processes[-1]
        kill = after(4, lambda: victim.send_signal(signal.SIGKILL))
        study = society.sweep(sweep, out=tmp_path / "out", executor=client, progress=kill)
        assert victim.wait(60) == -signal.SIGKILL
        assert_same(study, undisturbed)


@pytest.mark.slow
def test_a_scheduler_that_is_killed_ends_the_sweep_in_words_and_it_resumes(
    tmp_path: Path, sweep: Sweep, undisturbed: Study
) -> None:
    with running(tmp_path) as there, Client(there.address, set_as_default=False) as client:
        there.hire(1)
        kill = after(4, lambda: there.scheduler.send_signal(signal.SIGKILL))
        with pytest.raises(
            SocietyError, match="the executor does no more runs: it has cancelled them, as a dask client"
        ) as ended:
            society.sweep(sweep, out=tmp_path / "out", executor=client, progress=kill)
    assert f"society resume {tmp_path / 'out'} goes on" in " ".join(ended.value.__notes__)
    counts = Study.load(tmp_path / "out").counts
    assert counts["failed"] == 0
    assert 4 <= counts["done"] < N_RUNS
    assert_same(society.resume(tmp_path / "out", workers=1), undisturbed)


def refusal(address: str) -> str:
    """What is said of an address."""
    with pytest.raises(InputError) as refused, connected(address):
        pass
    return str(refused.value)


class TestConnecting:
    @pytest.fixture(autouse=True)
    def impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cluster, "ANSWER_SECONDS", 1.0)

    @pytest.mark.parametrize("address", ["", "somewhere", "tcp://host:port", "http://127.0.0.1:8786"])
    def test_what_is_no_address_is_refused_with_what_one_looks_like(self, address: str) -> None:
        assert refusal(address).startswith(f"address = {address!r}: must be such as tcp://host:8786")

    def test_an_address_where_nobody_is_is_refused(self) -> None:
        assert refusal("tcp://127.0.0.1:1") == ("address = 'tcp://127.0.0.1:1': no dask scheduler answers there in 1 s")

    def test_another_service_is_refused(self) -> None:
        class Quiet(SimpleHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

        with HTTPServer(("127.0.0.1", 0), Quiet) as service:
            thread = threading.Thread(target=service.serve_forever)
            thread.start()
            address = f"tcp://127.0.0.1:{service.server_address[1]}"
            assert "no dask scheduler answers there" in refusal(address)
            service.shutdown()
            thread.join()

    def test_a_scheduler_without_workers_is_refused_with_how_to_start_some(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cluster, "WORKER_SECONDS", 0.2)
        with running(tmp_path) as there:
            said = refusal(there.address)
        assert f"the scheduler has no workers; start some: dask worker {there.address} --nthreads 1" in said

    def test_without_dask_the_extra_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "distributed", None)
        assert refusal("tcp://127.0.0.1:8786").endswith("pip install 'society[cluster]'")

    def test_what_is_no_executor_is_refused(self, sweep: Sweep, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"executor = 'dask': must be a concurrent\.futures\.Executor or a dask"):
            society.sweep(sweep, out=tmp_path / "out", executor="dask")  # type: ignore[arg-type]
        assert not (tmp_path / "out").exists()
