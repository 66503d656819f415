"""Replay: a run done again is the run that was recorded, and every recorded step of it can be looked at."""

from __future__ import annotations

import threading
import time

import pytest

from dashboards.replay import Copies, Replay
from society.model import Society
from society.processes.ageing import Ageing
from society.runner import run, state_hash
from society.scenario import Scenario
from tests.files import laid
from tests.societies import everything, stepped


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario.from_dict(laid(everything(), {"run.steps": 12, "record.every": 1}))


@pytest.fixture
def replay():
    """Makes replays, and closes them in the end."""
    made: list[Replay] = []

    def start(scenario: Scenario, **options) -> Replay:
        made.append(Replay(scenario, **options))
        return made[-1]

    yield start
    for each in made:
        each.close()


def wait(condition) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def hash_of(replayed: Replay) -> str:
    with replayed.look() as model:
        return state_hash(model.state())


def test_a_run_done_again_says_that_it_is_the_recorded_one(replay, scenario, tmp_path):
    recorded = run(scenario, out=tmp_path / "run").manifest["state_hash"]
    again = replay(scenario, recorded=recorded)
    wait(lambda: again.verdict)
    assert again.same
    assert again.verdict.startswith("Done again: the last state is the recorded one, bit by bit")
    wait(lambda: again.shown_step == 12)
    assert hash_of(again) == recorded


def test_another_state_than_the_recorded_one_is_said(replay, scenario):
    again = replay(scenario, recorded="0" * 64)
    wait(lambda: again.verdict)
    assert again.same is False
    assert "is not the recorded one" in again.verdict


def test_every_step_is_shown_as_it_was_whichever_way_one_goes(replay, scenario, monkeypatch):
    monkeypatch.setattr("dashboards.replay.MOST_COPIES", 3)
    again = replay(scenario)
    wait(lambda: again.verdict)
    for step in (7, 2, 11, 0, 5):
        again.show(step)
        wait(lambda step=step: again.shown_step == step)
        assert hash_of(again) == state_hash(stepped(Society(scenario), step).state())
        assert again.history.last_step == step


def test_a_step_between_recorded_ones_shows_the_last_recorded_one_before_it(replay, scenario, monkeypatch):
    monkeypatch.setattr("dashboards.replay.MOST_COPIES", 2)
    again = replay(scenario.replace({"record.every": 4}))
    wait(lambda: again.verdict)
    again.show(7)
    wait(lambda: again.shown_step == 4)


def test_what_is_asked_for_before_it_is_made_is_shown_once_it_is(replay, scenario):
    again = replay(scenario, step=9)
    wait(lambda: again.shown_step == 9)
    assert hash_of(again) == state_hash(stepped(Society(scenario), 9).state())


def test_the_traits_of_a_person_end_at_the_step_that_is_shown(replay, scenario):
    again = replay(scenario, step=5)
    wait(lambda: again.shown_step == 5)
    steps, traits = again.person_history(0)
    with again.look() as model:
        assert traits[-1].tolist() == model.population["traits"][0].tolist()
    assert steps[-1] == 5


def test_a_run_that_failed_is_shown_as_far_as_it_came_with_its_error(replay, scenario, monkeypatch):
    def fails(process: Ageing, model: Society) -> None:
        if model.n_steps == 4:
            raise FloatingPointError("too large")

    monkeypatch.setattr(Ageing, "step", fails)
    again = replay(scenario)
    wait(lambda: again.error)
    assert again.error == "Step 5 failed: FloatingPointError: too large"
    wait(lambda: again.shown_step == 4)


def test_a_closed_replay_leaves_no_thread(scenario):
    before = threading.active_count()
    for _ in range(3):
        Replay(scenario.replace({"run.steps": 100_000})).close()
    assert threading.active_count() == before


def test_copies_stay_within_their_number_and_the_first_is_kept(scenario):
    copies, model = Copies(most=4), Society(scenario)
    copies.keep(model)
    for _ in range(12):
        model.step()
        copies.keep(model)
        assert len(copies.steps) <= 4
    assert copies.steps[0] == 0
    assert copies.before(100).n_steps == copies.steps[-1]


def test_copies_stay_within_their_memory(scenario):
    model = Society(scenario)
    one = Copies()
    one.keep(model)
    copies = Copies(most_bytes=5 * one.n_bytes // 2)
    for _ in range(6):
        copies.keep(model)
        model.step()
        assert copies.n_bytes <= 5 * one.n_bytes // 2
    assert copies.steps[0] == 0
