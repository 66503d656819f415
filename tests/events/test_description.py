"""Events in the description of a model, on the command line, in recordings, and by the names of their draws."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w

from society.events import Event
from society.model import Society
from society.odd import describe
from society.recorder import Recorder
from society.scenario import Scenario
from society.streams import Streams
from tests.events.lives import happening, lived
from tests.files import command
from tests.odd.documents import section, tables
from tests.societies import EVENTS, everything, stepped

FULL = Scenario.from_dict(everything(event=EVENTS))


@pytest.fixture(scope="module")
def document() -> str:
    return describe(FULL)


@pytest.mark.parametrize(
    ("name", "when", "who", "what"),
    [
        ("ban", "0.1 years after the start", "everybody", "`feed` closes and its users leave"),
        ("comeback", "0.15 years after the start", "everybody", "`feed` opens"),
        (
            "crisis", "0.02 years after the start", "everybody",
            "a reward of `anger` = 1 and `openness` = −0.5 a unit, rising for 0.05 years, until 0.08 years after it "
            "began, then falling for 0.05 years",
        ),
        (
            "dose", "at a rate of 20 a year for each person", "people, aged at least 15",
            "the learning rate is multiplied by 4 for 0.04 years",
        ),
        (
            "press", "every 0.03 years, in years from 0", "people, living in `home`, named `0`",
            "they come to know `craft`",
        ),
        (
            "schooling", "0.05 years after the start",
            "people, using `feed`, a share of 0.5, drawn by lot once and for all",
            "they move to `school`",
        ),
        (
            "therapy", "every 0.01 years, 15 times, in years from 0",
            "people, with `anger` at least 0, a share of 0.5, drawn by lot once and for all",
            "a kick of length 0.1 |N|, N standard normal, towards `anger` = −1, and not beyond it",
        ),
        (
            "trauma", "at a rate of 5 a year for each person, in years until 0.15", "everybody",
            "a kick of length at least 0.1, Pareto with tail index 1.5, in a random direction",
        ),
    ],
)  # fmt: skip
def test_an_event_is_described_by_when_who_and_what(document: str, name: str, when: str, who: str, what: str) -> None:
    table = tables(section(document, "## 3 Process overview and scheduling"))[0]
    said = {"Event": f"`event.{name}`", "When": when, "Who": who, "What": what}
    assert {key: cell.replace("\\", "") for key, cell in table.row(f"`event.{name}`").items()} == said


def test_events_come_before_processes(document: str) -> None:
    steps = section(document, "## 3 Process overview and scheduling")
    assert "\n2. Each event, as the table of events says: first all are asked" in steps
    assert "and people move.\n3. `ageing`:" in steps


def test_a_table_inside_an_event_has_its_parameters(document: str) -> None:
    (heading,) = (line for line in document.splitlines() if line.startswith("### Event: "))
    table = tables(section(document, heading))[0]
    assert table.row("`kick.size`")["`trauma`"] == "**0.1**"
    assert table.row("`who.traits`")["`therapy`"] == "**anger = (low = 0)**"
    assert table.row("`window.dur`")["Unit"] == "years"


def test_validate_counts_events(tmp_path: Path) -> None:
    path = tmp_path / "eventful.toml"
    path.write_text(tomli_w.dumps(everything(event=EVENTS)))
    n_processes = len(everything()["process"])
    assert command("validate", path).out.splitlines()[0].endswith(f" {n_processes} processes, 8 events")


def test_a_twin_lacks_the_event_and_nothing_else() -> None:
    scenario = FULL.replace({"record.twins": ["event.crisis"]})
    model = Society(scenario)
    row = Recorder(stepped(model, 10)).row()
    twin, without = model.twins["event.crisis"], Society(FULL.replace({"event.crisis.enabled": False}))
    assert np.array_equal(twin.population["traits"], stepped(without, 10).population["traits"])
    assert row["interest_lost.event.crisis"] != 0.0


def test_work_of_events_is_measured_by_name() -> None:
    model = Society(FULL.replace({"record.measures": ["work"]}))
    recorder = Recorder(stepped(model, 5))
    assert {"work.event.crisis.field", "work.event.therapy.kick", "work.event.trauma.kick"} <= recorder.row().keys()


def test_the_work_of_all_accounts_is_the_change_of_interest() -> None:
    model = Society(FULL)
    start = stepped(model).population["interest"] - model.population["work"].sum(axis=0) - model.population["world"]
    population = stepped(model, 9).population
    changed = population["work"].sum(axis=0) + population["world"]
    assert population["interest"] == pytest.approx(start + changed, rel=1e-3, abs=1e-3)


def test_events_draw_under_the_names_they_declare(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    key = Streams.key

    def spy(self: Streams, instance: str, decision: str) -> Any:
        if instance == "event.blow":
            asked.add(decision)
        return key(self, instance, decision)

    monkeypatch.setattr(Streams, "key", spy)
    lived(1, happening(event={"blow": {"rate": 9.0, "kick": {}, "who": {"fraction": 0.5}}}))
    assert asked == {*Event.decisions} == {"reached", "clock", "size", "direction"}, (
        "other names of decisions give other random numbers: say so in the changelog under 'Results:'"
    )


def test_an_event_leaves_to_chance_what_it_draws(document: str) -> None:
    drawn = {row[0] for row in tables(section(document, "### Stochasticity"))[0].rows if "event." in row[0]}
    assert "`event.dose.clock`" in drawn
    assert "`event.therapy.direction`" not in drawn


def test_who_runs_less_than_until_an_event_is_told() -> None:
    scenario = Scenario.from_dict(everything(event={"late": {"at": 50.0, "environment": "home"}}))
    assert any("event.late does not happen" in notice for notice in scenario.notices)
