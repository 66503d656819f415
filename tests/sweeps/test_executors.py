"""Who does runs: real worker processes that are killed or do not come up, and executors that fail."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, ClassVar

import pytest

import society
from society import InputError, SocietyError, Study, Sweep
from society.processes import PROCESSES, Process
from society.provenance import code_digest
from society.sweeps import executors, worker
from society.sweeps.session import Counts
from tests.files import tiny
from tests.sweeps.files import POWER, swept

N_RUNS = 6


@pytest.fixture
def sweep() -> Sweep:
    return swept({POWER: [0.0, 0.5, 1.0]}, replicates=2)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """What it comes to in this process."""
    sweep = swept({POWER: [0.0, 0.5, 1.0]}, replicates=2)
    return society.sweep(sweep, out=tmp_path_factory.mktemp("here") / "study", workers=1)


def ended(sweep: Sweep, out: Path, **how: Any) -> str:
    """What is said by a sweep that cannot be done, none of whose runs is done or has failed."""
    with pytest.raises(SocietyError) as error:
        society.sweep(sweep, out=out, **how)
    assert Study.load(out).counts == {"done": 0, "failed": 0, "missing": N_RUNS}
    return str(error.value)


class TestWorkers:
    def test_those_that_cannot_start_end_the_sweep_in_words(
        self, tmp_path: Path, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "executable", "/bin/false")
        said = ended(sweep, tmp_path / "out", workers=2)
        assert (
            said
            == "a worker process ended with code 1 before it had come up, 3 times in a row: see what it wrote above"
        )

    def test_those_that_take_too_long_to_come_up_end_it_too(
        self, tmp_path: Path, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(worker, "COMING_UP", 0.05)
        said = ended(sweep, tmp_path / "out", workers=2)
        assert said.startswith("a worker process did not come up, and was killed, 3 times in a row")

    @pytest.mark.slow
    def test_a_run_whose_worker_is_killed_is_done_by_another(
        self, tmp_path: Path, sweep: Sweep, undisturbed: Study, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        there: list[worker.Worker] = []

        class Known(worker.Worker):
            def __init__(self, *arguments: Any) -> None:
                super().__init__(*arguments)
                there.append(self)

        def kill(counts: Counts) -> None:
            if counts.done == 2:
                for each in there:
                    os.kill(each.process.pid, signal.SIGKILL)

        monkeypatch.setattr(executors, "Worker", Known)
        study = society.sweep(sweep, out=tmp_path / "out", workers=2, progress=kill)
        assert study.counts["done"] == N_RUNS
        assert study.manifest["results_hash"] == undisturbed.manifest["results_hash"]
        assert len(there) > 2
        assert all(each.has_ended for each in there)


class Broken(Executor):
    """An executor of which every answer is an error."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def submit(self, *_: Any, **__: Any) -> Future[Any]:  # type: ignore[override]
        future: Future[Any] = Future()
        future.set_exception(self.error)
        return future


class TestExecutors:
    def test_one_that_breaks_ends_the_sweep_and_no_run_has_failed(self, tmp_path: Path, sweep: Sweep) -> None:
        said = ended(sweep, tmp_path / "out", executor=Broken(BrokenProcessPool("a process died")))
        assert said == "the executor does no more runs: BrokenProcessPool: a process died"

    def test_one_that_is_shut_down_ends_it_too(self, tmp_path: Path, sweep: Sweep) -> None:
        pool = ThreadPoolExecutor(1)
        pool.shutdown()
        said = ended(sweep, tmp_path / "out", executor=pool)
        assert said.startswith("the executor does no more runs: RuntimeError: cannot schedule new futures")

    def test_one_that_has_lost_its_scheduler_ends_it_too(self, tmp_path: Path, sweep: Sweep) -> None:
        class Lost:
            """What is asked of a dask client."""

            def get_executor(self, **_: Any) -> Executor:
                return ThreadPoolExecutor(1)

            def nthreads(self) -> dict[str, int]:
                raise OSError("connection reset")

        with pytest.raises(SocietyError, match="the executor does no more runs: OSError: connection reset"):
            society.sweep(sweep, out=tmp_path / "out", executor=Lost())  # type: ignore[arg-type]

    def test_one_that_answers_with_nothing_but_errors_ends_it_too(self, tmp_path: Path, sweep: Sweep) -> None:
        pool = Broken(ModuleNotFoundError("No module named 'society'"))
        with pytest.raises(SocietyError, match="the executor does no more runs: ModuleNotFoundError: No module named"):
            society.sweep(sweep, out=tmp_path / "out", executor=pool)
        assert Study.load(tmp_path / "out").counts["done"] == 0

    def test_the_number_at_once_is_that_of_the_executor_or_what_the_user_says(self) -> None:
        with ThreadPoolExecutor(3) as pool:
            assert executors.Way.choose(pool, None).n_at_once() == 3
            assert executors.Way.choose(pool, 2).n_at_once() == 2

    @pytest.mark.slow
    def test_processes_that_are_spawned_come_to_the_same_bits_and_may_break(
        self, tmp_path: Path, sweep: Sweep, undisturbed: Study
    ) -> None:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(2, mp_context=context) as pool:

            def kill(counts: Counts) -> None:
                if counts.done == 2:
                    for process in [*pool._processes.values()]:
                        os.kill(process.pid or 0, signal.SIGKILL)

            whole = society.sweep(sweep, out=tmp_path / "whole", executor=pool)
            assert whole.manifest["results_hash"] == undisturbed.manifest["results_hash"]
            with pytest.raises(SocietyError, match="the executor does no more runs: BrokenProcessPool"):
                society.sweep(sweep, out=tmp_path / "broken", executor=pool, progress=kill)
        study = society.resume(tmp_path / "broken", workers=1)
        assert study.manifest["results_hash"] == undisturbed.manifest["results_hash"]


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Makes and imports a plug-in module of some name."""
    monkeypatch.syspath_prepend(tmp_path)
    added: list[str] = []

    def make(name: str) -> None:
        (tmp_path / f"{name}.py").write_text(
            "from society import PROCESSES, Process\n"
            "class Idle(Process):\n"
            f"    '''Nothing happens.'''\n    kind = '{name}'\n"
            "    def step(self, model):\n        pass\n"
            f"PROCESSES['{name}'] = Idle\n"
        )
        __import__(name)
        added.append(name)

    yield make
    for name in added:
        PROCESSES.pop(name, None)
        sys.modules.pop(name, None)


class TestPlugins:
    def test_the_digest_does_not_depend_on_the_order_of_import(self, plugin: Callable[[str], None]) -> None:
        plugin("idle_b")
        plugin("idle_a")
        before = code_digest()
        PROCESSES["idle_b"] = PROCESSES.pop("idle_b")
        assert [*PROCESSES][-1] == "idle_b"
        assert code_digest() == before

    def test_a_process_that_has_seen_other_plugins_works_for_a_sweep_without(
        self, plugin: Callable[[str], None]
    ) -> None:
        alone, before = code_digest(), executors._plugins()
        plugin("idle_c")
        assert code_digest() != alone
        assert code_digest(executors._plugins()) == code_digest()
        assert code_digest(before) == alone

    def test_a_worker_in_which_a_class_is_not_defined_yet_has_the_same_code(
        self, plugin: Callable[[str], None]
    ) -> None:
        plugin("idle_d")
        here, plugins = code_digest(), executors._plugins()
        del PROCESSES["idle_d"]
        assert code_digest(plugins) == here

    def test_code_that_is_added_between_two_sweeps_counts(
        self, tmp_path: Path, sweep: Sweep, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = society.sweep(sweep, out=tmp_path / "first", workers=1)

        class Late(Process):
            """Comes late."""

            kind = "late"

            def step(self, model: Any) -> None:
                """Do nothing."""

        monkeypatch.setitem(PROCESSES, "late", Late)
        second = society.sweep(sweep, out=tmp_path / "second", workers=1)
        assert {*first.runs["code_digest"]} != {*second.runs["code_digest"]} == {code_digest()}


class Counting(Process):
    """Counts the societies of this process that are in a step at the same time."""

    kind = "counting"
    present: ClassVar[list[int]] = []
    most: ClassVar[list[int]] = []

    def step(self, model: Any) -> None:
        """Be there for a while."""
        self.present.append(model.n_steps)
        self.most.append(len(self.present))
        time.sleep(0.002)
        self.present.pop()


def test_threads_of_a_process_do_one_run_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numba must not compute in two of them at once."""
    monkeypatch.setitem(PROCESSES, "counting", Counting)
    base = tiny({"process.counting": {}})
    with ThreadPoolExecutor(4) as pool:
        study = society.sweep(swept({POWER: [0.0, 0.5, 1.0]}, base=base), out=tmp_path / "out", executor=pool)
    assert study.counts["done"] == 3
    assert len(Counting.most) >= 3 * 6
    assert {*Counting.most} == {1}


class Leaving(Process):
    """Leaves."""

    kind = "leaving"

    def step(self, model: Any) -> None:
        """Leave."""
        sys.exit("enough")


def test_a_run_that_leaves_the_process_is_one_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PROCESSES, "leaving", Leaving)
    base = tiny({"process.leaving": {}})
    study = society.sweep(swept({POWER: [0.0, 1.0]}, base=base), out=tmp_path / "out", workers=1)
    assert study.runs["error"].tolist() == ["SystemExit: enough"] * 2


def test_a_class_that_no_other_process_could_find_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Local(Process):
        """Defined within a function."""

        kind = "local"

    monkeypatch.setitem(PROCESSES, "local", Local)
    base = tiny({"process.local": {}})
    with pytest.raises(InputError, match=r"cannot be handed to whoever does the runs: .*Local.*at the top of a module"):
        society.sweep(swept({POWER: [0.0, 1.0]}, base=base), out=tmp_path / "out", workers=1)


def test_a_scenario_of_a_plugin_in_a_script_is_refused_by_a_dask_client(monkeypatch: pytest.MonkeyPatch) -> None:
    class Client:
        """What is asked of a dask client."""

        def get_executor(self, **_: Any) -> Executor:
            return ThreadPoolExecutor(1)

    class Mine(Process):
        """Mine."""

        kind = "mine"

    monkeypatch.setattr(Mine, "__module__", "__main__")
    monkeypatch.setitem(PROCESSES, "mine", Mine)
    with pytest.raises(InputError, match="Mine: is defined in this script or notebook"):
        executors.Way.choose(Client(), None)  # type: ignore[arg-type]
