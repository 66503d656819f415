"""SolaraViz of a society, drawn without a screen: its buttons and sliders do what they say to the loaded file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ipyvuetify
import matplotlib
import pytest
import solara

from society.model import Society
from society.scenario import Scenario
from tests.files import laid, scenario_file
from tests.societies import everything, stepped

matplotlib.use("agg")
FEED = "platform.feed.power"


class Screen:
    """What SolaraViz draws for a society."""

    def __init__(self, model: Society) -> None:
        from mesa.visualization import Slider, SolaraViz, make_plot_component

        self.model = solara.reactive(model)
        parameters = {FEED: Slider("power", 1.0, 0.0, 2.0, 0.25)}

        @solara.component
        def Page() -> Any:
            with solara.AppLayout():
                SolaraViz(
                    self.model,
                    components=[make_plot_component("known.invariant")],
                    model_params=parameters,
                    play_interval=1,
                )

        _, self.context = solara.render(Page(), handle_error=False)

    @property
    def society(self) -> Society:
        """The society on show."""
        return self.model.value

    def press(self, label: str) -> None:
        """Press a button."""
        (button,) = (each for each in self.context.find(ipyvuetify.Btn).widgets if each.children == [label])
        assert not button.disabled
        button.click()

    def slide(self, label: str, value: float) -> None:
        """Move a slider."""
        (slider,) = (each for each in self.context.find(ipyvuetify.Slider).widgets if each.label == label)
        slider.v_model = value

    def errors(self) -> list[Any]:
        """Alerts on show."""
        return [alert.children for alert in self.context.find(ipyvuetify.Alert).widgets]


@pytest.fixture
def file(tmp_path: Path) -> Scenario:
    """A scenario that was loaded from a file."""
    base = laid(everything(), {"run.steps": 12})
    return Scenario.from_file(scenario_file(tmp_path, base=base))


@pytest.fixture
def show() -> Iterator[Callable[..., Screen]]:
    """Draws a society."""
    screens: list[Screen] = []

    def draw(scenario: Scenario, **values: Any) -> Screen:
        screens.append(Screen(Society(scenario, **values)))
        return screens[-1]

    yield draw
    for screen in screens:
        screen.context.close()


def test_the_step_button_makes_a_step(show, file):
    screen = show(file)
    screen.press("Step")
    screen.press("Step")
    assert screen.society.n_steps == 2
    assert screen.society.state() == stepped(Society(file, **{FEED: 1.0}), 2).state()
    assert screen.errors() == []


def test_the_play_button_plays_to_the_end(show, file):
    screen = show(file)
    screen.press("▶")
    deadline = time.monotonic() + 60
    while screen.society.running:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert screen.society.n_steps == 12
    assert screen.society.state() == stepped(Society(file), 12).state()
    assert screen.errors() == []


def test_what_is_plotted_is_collected_as_the_society_steps(show, file):
    screen = show(file)
    screen.press("Step")
    screen.press("Step")
    assert screen.society.datacollector.model_vars["step"] == [0, 1, 2]


def test_the_reset_button_starts_the_same_file_anew(show, file):
    screen = show(file)
    first = screen.society
    screen.press("Step")
    screen.press("Reset")
    assert screen.society is not first
    assert screen.society.n_steps == 0
    assert screen.society.scenario.source == file.source
    assert screen.society.scenario.resolved() == file.resolved()
    assert stepped(screen.society).state() == stepped(Society(file)).state()


def test_a_reset_keeps_the_seed_and_the_values_the_society_was_made_with(show, file):
    screen = show(file, rng=7, **{"meme_family.tip.n_items": 9})
    screen.press("Reset")
    assert screen.society.scenario.run.seed == 7
    assert screen.society.scenario.meme_family["tip"].n_items == 9


def test_a_reset_takes_what_sliders_say(show, file):
    screen = show(file)
    screen.slide("power", 0.5)
    assert screen.society.scenario.platform["feed"].power == 1.0
    screen.press("Reset")
    assert screen.society.scenario.resolved() == file.replace({FEED: 0.5}).resolved()
    screen.press("Step")
    assert screen.society.state() == stepped(Society(file, **{FEED: 0.5})).state()
    assert screen.errors() == []


def test_one_reset_after_another_keeps_the_file(show, file):
    screen = show(file)
    for _ in range(3):
        screen.press("Step")
        screen.press("Reset")
    assert screen.society.scenario.source == file.source
    assert screen.society.n_steps == 0


def test_two_files_side_by_side_do_not_mix(show, file):
    one, other = show(file), show(file.replace({"run.seed": 99}))
    one.press("Reset")
    other.press("Reset")
    assert (one.society.scenario.run.seed, other.society.scenario.run.seed) == (1, 99)
