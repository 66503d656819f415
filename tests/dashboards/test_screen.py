"""Screen: figures go to their widgets past the page as long as nothing else changes, and never back in time."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from dashboards.board import Board
from dashboards.panels import Drawn
from dashboards.screen import Picture, Screen
from dashboards.widgets import Chart, Line, Pulse


@pytest.fixture
def session():
    """What a screen asks of a session that plays."""
    run = SimpleNamespace(
        generation=1, status="playing", error="", n_steps=3, steps_per_s=0.0, sample=object(),
        scenario=SimpleNamespace(run=SimpleNamespace(steps=10, steps_per_year=10)),
    )  # fmt: skip
    return SimpleNamespace(run=run, error="", link=lambda: "scenario=x")


@pytest.fixture
def screen(session):
    """A screen of one chart, whose pages are counted."""
    session.values, session.title, session.pages = iter(range(100)), "One", []

    def work(session, memory):
        spec = {"kind": "lines", "value": next(session.values)}
        return Picture(
            {"a": "A"}, ["a"], {"a": Drawn(session.title, "chart", figure={"spec": spec})}, n_steps=session.run.n_steps
        )

    def draw(number):
        session.pages.append(number)
        made.show(made.picture(), number)

    made = Screen(session, work, draw)
    draw(0)
    return made


@pytest.fixture
def chart(screen):
    widget = Chart()
    screen.board.attach("a", widget)
    yield widget
    widget.close()


def test_frames_that_differ_in_figures_alone_leave_the_page_as_it_is(screen, session, chart):
    screen.frame(1)
    screen.frame(2)
    assert session.pages == [0]
    assert chart.spec["value"] == 2


@pytest.mark.parametrize("change", ["title", "status", "error"])
def test_whatever_else_changes_draws_the_page(screen, session, chart, change):
    setattr(session.run if change == "status" else session, change, "failed")
    screen.frame(1)
    screen.frame(2)
    assert session.pages == [0, 1]
    assert chart.spec["value"] == 2


def test_an_older_picture_does_not_replace_a_newer_one(screen, chart):
    older, newer = screen.picture(), screen.picture()
    screen.show(newer, 2)
    screen.show(older, 1)
    assert chart.spec == newer.figures["a"]["spec"]


def test_the_browser_is_asked_about_the_newest_frame_though_the_page_is_drawn_for_another_reason(screen, chart):
    pulse = Pulse()
    screen.board.attach("pulse", pulse)
    screen.frame(7)
    screen.show(screen.picture(), 0)
    assert pulse.frame == 7
    pulse.close()


def test_the_line_says_where_the_society_stands(screen):
    line = Line()
    screen.board.attach("state", line)
    assert line.text == "Step 3 of 10 · year 0.3 · playing"
    line.close()


@pytest.mark.parametrize("status", ["playing", "done"])
def test_the_line_says_where_the_figures_stand_though_the_society_has_gone_on(screen, session, status):
    line, picture = Line(), screen.picture()
    screen.board.attach("state", line)
    session.run.n_steps, session.run.status = 10, status
    screen.show(picture, 1)
    assert line.text == "Step 3 of 10 · year 0.3 · playing"
    screen.show(screen.picture(), 2)
    assert line.text.startswith("Step 10 of 10")
    line.close()


def test_a_widget_that_is_detached_is_left_alone(chart):
    board, other = Board(), Chart()
    detach = board.attach("b", other)
    detach()
    board.show({"b": {"spec": {"kind": "bars"}}})
    assert other.spec == {}
    other.close()
