"""LiveRun: what is watched is what is run in batch; play, pause, step and reset do what they say; threads end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from dashboards.fair_lock import FairLock
from dashboards.history import History
from dashboards.live import LiveRun
from society.errors import InputError
from society.kernels import max_threads
from society.model import Society
from society.processes.ageing import Ageing
from society.runner import run, state_hash
from society.scenario import Scenario
from tests.files import TINY, laid
from tests.societies import everything, stepped


@pytest.fixture
def live() -> Iterator[Callable[..., LiveRun]]:
    """Makes live runs that are built, and closes them in the end."""
    runs: list[LiveRun] = []

    def start(scenario: Scenario, **options: int) -> LiveRun:
        runs.append(LiveRun(scenario, **options))
        runs[-1].wait()
        return runs[-1]

    yield start
    for each in runs:
        each.close()


@pytest.fixture
def scenario() -> Scenario:
    return Scenario.from_dict(laid(everything(), {"run.steps": 12}))


@pytest.fixture
def tiny() -> Scenario:
    return Scenario.from_dict(TINY)


def hash_of(live_run: LiveRun) -> str:
    with live_run.look() as model:
        return state_hash(model.state())


def test_a_run_that_is_watched_equals_the_run_in_batch(live, scenario, tmp_path):
    study = run(scenario, out=tmp_path / "batch")
    watched = live(scenario)
    watched.play()
    while watched.status == "playing":
        with watched.look() as model:
            model.population["traits"].mean()
    assert watched.status == "done"
    assert hash_of(watched) == study.manifest["state_hash"]


def test_the_measures_are_those_of_the_run_in_batch(live, tiny, tmp_path):
    scenario = tiny.replace({"record.every": 2})
    series = run(scenario, out=tmp_path / "batch").series
    watched = live(scenario)
    watched.play()
    watched.wait()
    frame = watched.history.frame()
    for column in series.columns.drop("run_id", errors="ignore"):
        np.testing.assert_array_equal(frame[column].to_numpy("f8"), series[column].to_numpy("f8"))


def test_steps_pause_after_the_number_asked_for(live, tiny):
    watched = live(tiny)
    watched.step(2)
    assert watched.wait() == "paused"
    assert watched.n_steps == 2
    assert hash_of(watched) == state_hash(stepped(Society(tiny), 2).state())


def test_play_ends_at_the_last_step_of_the_scenario_and_one_can_step_on(live, tiny):
    watched = live(tiny)
    watched.play()
    assert watched.wait() == "done"
    assert watched.n_steps == 6
    watched.run_to(8)
    watched.wait()
    assert watched.n_steps == 8


def test_a_step_that_is_past_is_refused_in_words(live, tiny):
    watched = live(tiny)
    watched.step(3)
    watched.wait()
    with pytest.raises(InputError, match="step 1 is past, since 3 are done; reset first"):
        watched.run_to(1)


def test_pause_stops_a_slow_run_at_once(live, tiny):
    watched = live(tiny.replace({"run.steps": 10**6}))
    watched.speed = 0.01
    watched.play()
    while not watched.n_steps:
        time.sleep(0.001)
    watched.pause()
    assert watched.wait(timeout=5) == "paused"
    assert watched.n_steps == 1


def test_speed_bounds_the_rate_of_steps(live, tiny):
    watched = live(tiny.replace({"run.steps": 10**6}))
    watched.speed = 50.0
    begun = time.perf_counter()
    watched.run_to(10)
    watched.wait()
    assert time.perf_counter() - begun > 9 / 50


def test_a_reset_begins_the_same_society_anew(live, tiny):
    watched = live(tiny)
    before = hash_of(watched)
    watched.step(3)
    watched.wait()
    watched.reset()
    watched.wait()
    assert (watched.n_steps, watched.generation) == (0, 2)
    assert hash_of(watched) == before
    assert watched.history.steps.tolist() == [0]


def test_a_reset_takes_another_scenario_and_goes_on_to_a_step(live, tiny):
    other = tiny.replace({"run.seed": 5})
    watched = live(tiny)
    watched.reset(other)
    watched.run_to(4)
    watched.wait()
    assert hash_of(watched) == state_hash(stepped(Society(other), 4).state())


def test_a_scenario_that_cannot_be_built_is_said_in_words_and_the_old_society_stays(live, tiny, tmp_path):
    watched = live(tiny)
    watched.step(2)
    watched.wait()
    gone = tmp_path / "ties.csv"
    gone.write_text("source,target\n0,1\n")
    other = tiny.replace({"graph": {"kind": "csv", "path": str(gone)}, "population.n_agents": 2})
    gone.unlink()
    watched.reset(other)
    assert watched.wait() == "paused"
    assert "ties.csv" in watched.error
    assert watched.n_steps == 2
    watched.reset()
    watched.wait()
    assert watched.error == ""


def test_a_step_that_fails_is_said_in_words_and_a_reset_helps(live, tiny, monkeypatch):
    watched = live(tiny)

    def fails(process: Ageing, model: Society) -> None:
        if model.n_steps == 1:
            raise FloatingPointError("too large")

    with monkeypatch.context() as patch:
        patch.setattr(Ageing, "step", fails)
        watched.play()
        assert watched.wait() == "failed"
    assert watched.error == "Step 2 failed: FloatingPointError: too large"
    watched.reset()
    watched.play()
    assert watched.wait() == "done"


def test_two_runs_with_several_threads_step_at_the_same_time(live):
    large = Scenario.from_dict(laid(TINY, {"population.n_agents": 6000, "run.steps": 30}))
    runs = [live(large, threads=2), live(large.replace({"run.seed": 2}), threads=2)]
    for each in runs:
        each.play()
    assert [each.wait() for each in runs] == ["done", "done"]
    for each in runs:
        assert hash_of(each) == state_hash(stepped(Society(each.scenario, threads=1), 30).state())


def test_a_closed_run_leaves_no_thread(tiny):
    before = threading.active_count()
    runs = [LiveRun(tiny.replace({"run.steps": 10**6})) for _ in range(5)]
    for each in runs:
        each.play()
    for each in runs:
        each.close()
    assert {each.status for each in runs} == {"closed"}
    assert threading.active_count() == before


def test_the_traits_of_who_is_followed_are_kept_from_then_on(live, monkeypatch, tiny):
    monkeypatch.setattr("dashboards.sample.MOST_PEOPLE", 2000)
    watched = live(tiny)
    watched.step(2)
    watched.wait()
    steps, traits = watched.person_history(3)
    assert steps.tolist() == [0, 1, 2]
    with watched.look() as model:
        assert traits[-1].tolist() == model.population["traits"][3].tolist()


def test_a_history_that_grows_long_keeps_every_other_row_and_the_newest():
    history = History(limit=4)
    for step in range(5):
        history.append(step, {"a": step}, {"x": np.array([step])})
    assert history.steps.tolist() == [0, 2, 4]
    assert history.stride == 2
    assert history.column("a").tolist() == [0.0, 2.0, 4.0]
    assert history.stacked("x").ravel().tolist() == [0, 2, 4]


def test_a_history_never_grows_beyond_its_limit():
    history = History(limit=8)
    for step in range(1000):
        if step % history.stride == 0:
            history.append(step, {"a": step}, {})
        assert len(history) <= 8
    gaps = np.diff(history.steps[:-1])
    assert (gaps == gaps[0]).all()


def test_a_fair_lock_goes_to_whoever_waits_longest():
    lock, order = FairLock(), []

    def take(number: int) -> None:
        with lock:
            order.append(number)

    waiting = [threading.Thread(target=take, args=(number,)) for number in range(5)]
    with lock:
        for number, thread in enumerate(waiting):
            thread.start()
            while len(lock._queue) <= number:
                time.sleep(0.001)
    for thread in waiting:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(("n_agents", "left"), [(6_000, 1), (30_000, 0)])
def test_a_core_is_left_to_drawing_unless_the_society_is_large(live, n_agents, left):
    run = live(Scenario.from_dict(laid(TINY, {"population.n_agents": n_agents})))
    run.wait()
    with run.look() as model:
        assert model.threads == max(max_threads() - left, 1)
