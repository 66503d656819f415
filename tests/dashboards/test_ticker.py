"""Ticker: it draws when there is something new, and waits for the browser."""

from __future__ import annotations

import threading
import time

import pytest

from dashboards import ticker as module
from dashboards.ticker import Ticker


@pytest.fixture
def drawing(monkeypatch):
    monkeypatch.setattr(module, "PERIOD", 0.002)
    made = []

    def start(stamp, draw, **options):
        made.append(Ticker(stamp, draw, **options))
        made[-1].start()
        return made[-1]

    yield start
    for each in made:
        each.close()


def until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_a_frame_is_drawn_for_what_is_new_and_no_other(drawing):
    stamp, frames = [1], []
    ticker = drawing(lambda: stamp[0], frames.append)
    until(lambda: frames == [1])
    ticker.answer(1)
    time.sleep(0.05)
    assert frames == [1]
    stamp[0] = 2
    until(lambda: frames == [1, 2])


def test_no_frame_is_drawn_until_the_browser_has_answered(drawing):
    stamp, frames = [0], []
    ticker = drawing(lambda: stamp.__setitem__(0, stamp[0] + 1) or stamp[0], frames.append)
    until(lambda: frames == [1])
    time.sleep(0.05)
    assert frames == [1]
    ticker.answer(1)
    until(lambda: frames == [1, 2])


def test_a_browser_that_never_answers_is_not_waited_for_for_ever(drawing, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.02)
    stamp, frames = [0], []
    drawing(lambda: stamp.__setitem__(0, stamp[0] + 1) or stamp[0], frames.append)
    until(lambda: len(frames) >= 3)


@pytest.mark.parametrize(("is_stepping", "rest"), [(True, 0.8), (False, 0.0)])
def test_after_a_slow_frame_what_steps_has_its_share_and_what_stands_still_is_drawn_at_once(drawing, is_stepping, rest):
    stamp, times, begun = [1], [], time.monotonic()

    def draw(frame):
        time.sleep(0.2 if frame == 1 else 0.0)
        times.append(time.monotonic() - begun)
        stamp[0] = 2
        ticker.answer(frame)

    ticker = drawing(lambda: stamp[0], draw, is_stepping=lambda: is_stepping)
    until(lambda: len(times) == 2)
    waited = times[1] - times[0]
    assert waited >= rest
    assert (waited < 0.8) is not is_stepping


def test_what_steps_is_drawn_again_in_a_bounded_time_however_slow_a_frame_was(drawing, monkeypatch):
    monkeypatch.setattr(module, "LONGEST_REST", 0.05)
    stamp, frames = [0], []

    def draw(frame):
        time.sleep(0.5 if frame == 1 else 0.0)
        frames.append(time.monotonic())
        ticker.answer(frame)

    ticker = drawing(lambda: stamp.__setitem__(0, stamp[0] + 1) or stamp[0], draw)
    until(lambda: len(frames) >= 2)
    assert 0.05 <= frames[1] - frames[0] < 4 * 0.5


def test_a_closed_ticker_ends_its_thread(drawing):
    ticker = drawing(lambda: 1, lambda frame: None)
    ticker.close()
    ticker._thread.join(timeout=5)
    assert ticker._thread not in threading.enumerate()
