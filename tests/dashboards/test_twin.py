"""Twin: both societies are those of `society.twin`, stepped together; what is said of their difference is true."""

from __future__ import annotations

import numpy as np
import pytest

from dashboards.address import Address
from dashboards.charts import Spec
from dashboards.people import Choice
from dashboards.twin import _drawn, scenes_of
from dashboards.twin_session import TwinSession, lackable
from dashboards.twin_views import TWIN_VIEWS, alike, differences_of
from society.counterfactual import Counterfactual
from society.model import Society
from society.pairs import twin as run_twin
from society.runner import run, state_hash
from society.scenario import Scenario
from tests.files import TALK, scenario_file, tiny
from tests.societies import stepped

EVENT = {"event.shock": {"at": 0.02, "kick": {"size": 1.0, "along": {"anger": 1.0}}}}


@pytest.fixture
def open_twin(tmp_path):
    """Opens a window on a tiny society and its twin."""
    sessions = []

    def start(changes=None, base=None, **address):
        file = scenario_file(tmp_path, changes, **({} if base is None else {"base": base}))
        sessions.append(TwinSession(Address(scenario=str(file), **address)))
        if sessions[-1].run is not None:
            sessions[-1].run.wait()
        return sessions[-1]

    yield start
    for session in sessions:
        session.close()


def walk(session: TwinSession, steps: int) -> TwinSession:
    session.run.run_to(steps)
    session.run.wait()
    return session


def hashes(session: TwinSession) -> tuple[str, str]:
    with session.run.look() as model:
        return state_hash(model.state()), state_hash(session.run.twin.state())


def scenes(session: TwinSession):
    ways = [{row: session.run.person_history(row, side=side) for row in session.persons} for side in range(2)]
    with session.run.look() as model:
        return scenes_of(session, (model, session.run.twin), ways, {})


def batch(session: TwinSession, change: Counterfactual, steps: int) -> tuple[str, str]:
    scenario = session.run.scenario
    return tuple(state_hash(stepped(Society(each), steps).state()) for each in (scenario, change.applied(scenario)))


def test_a_twin_lacks_the_first_platform_unless_told_otherwise(open_twin):
    assert open_twin().address.without == ("platform.feed",)


def test_without_platforms_it_lacks_the_first_event_and_without_events_a_process(open_twin):
    assert open_twin(
        {**EVENT, "platform": None, "process.capture": None, "process.attention": None}
    ).address.without == ("event.shock",)
    assert open_twin(base=TALK).address.without == ("process.exchange",)


@pytest.mark.parametrize(
    "change",
    [
        Counterfactual(("platform.feed",)),
        Counterfactual(("event.shock",)),
        Counterfactual(("process.capture",)),
        Counterfactual((), {"platform.feed.power": 0.25}),
    ],
    ids=str,
)
def test_both_are_bit_by_bit_what_they_are_in_batch(open_twin, change):
    session = walk(open_twin(EVENT, without=change.without, twin=change.values), 5)
    assert hashes(session) == batch(session, change, 5)


def test_both_stand_at_the_same_step_whenever_they_are_looked_at(open_twin):
    session = open_twin({"run.steps": 200})
    session.run.play()
    while session.run.status == "playing":
        with session.run.look() as model:
            assert model.n_steps == session.run.twin.n_steps


def test_differences_of_measures_are_those_of_the_command(open_twin, tmp_path):
    session = walk(open_twin(), 6)
    study = run_twin(tiny(), without="platform.feed", replicates=1, out=tmp_path / "pairs")
    said = study.differences().set_index("measure")["difference"]
    found = session.difference()
    found = found[found["step"] == 6].set_index("measure")["difference"]
    assert {*said.index} <= {*found.index}
    np.testing.assert_allclose(found[said.index].to_numpy("f8"), said.to_numpy("f8"), rtol=1e-12, equal_nan=True)


def test_differences_of_people_are_those_of_the_command(open_twin, tmp_path):
    session = walk(open_twin(), 6)
    study = run_twin(tiny(), without="platform.feed", replicates=1, out=tmp_path / "pairs")
    assert session.people_difference().equals(study.people)


def test_a_twin_that_differs_in_nothing_that_happens_differs_in_nothing(open_twin):
    session = walk(open_twin({"platform.feed.launch": 1000}), 4)
    differences = session.difference()
    differences = differences[~differences["measure"].str.startswith(("attention.feed", "users"))]
    assert differences["difference"].abs().max() == 0.0
    scene = scenes(session)[0]
    assert np.nanmax(Choice(differences_of(scene)["distance"], 0).values(scene.model, scene.sample, slice(None))) == 0.0


def test_the_difference_of_a_person_is_their_value_less_that_in_the_twin(open_twin):
    session = walk(open_twin(), 6)
    scene, twin = scenes(session)
    gap = Choice(differences_of(scene)["traits"], 1).values(scene.model, scene.sample, slice(None))
    own = [each.model.population["traits"][:, 1].astype("f8") for each in (scene, twin)]
    assert np.abs(gap).max() > 0
    np.testing.assert_array_equal(gap, own[0] - own[1])


def test_attention_to_a_platform_that_the_twin_lacks_is_none_there(open_twin):
    session = walk(open_twin(), 6)
    scene = scenes(session)[0]
    attention = differences_of(scene)["attention"]
    gap = Choice(attention, attention.parts.index("feed")).values(scene.model, scene.sample, slice(None))
    np.testing.assert_array_equal(gap, scene.model.population["attention"][scene.model.options["feed"]])


@pytest.mark.parametrize("panel", [*TWIN_VIEWS, "graph", "personality", "distribution", "platforms"])
def test_every_panel_can_be_drawn(open_twin, panel):
    session = walk(open_twin(EVENT), 3)
    drawn = _drawn(session, scenes(session), panel)
    assert [each.problem for each in drawn.values()] == [""] * len(drawn)
    assert len(drawn) == (1 if panel in TWIN_VIEWS else 2)


def test_colours_of_both_mean_the_same(open_twin):
    session = walk(open_twin({"platform.feed.power": 30.0}), 6)
    session.see(colour="traits", colour_part="anger")
    legends = [each.figure["info"]["legend"] for each in _drawn(session, scenes(session), "graph").values()]
    assert legends[0] == legends[1]


def test_what_the_twin_does_not_have_is_said_in_words(open_twin):
    session = walk(open_twin(), 3)
    session.see(colour="capture")
    assert _drawn(session, scenes(session), "graph")["graph-twin"].note == (
        "There is no capture without platform.feed."
    )


def test_charts_side_by_side_have_the_same_axis():
    def bars(*values: float) -> Spec:
        return {"kind": "bars", "series": [{"name": "", "values": [*values]}]}

    assert [each["limits"] for each in alike(bars(0.2, 0.4), bars(-1.4, 0.9))] == [[-1.5, 1.0]] * 2


def test_a_parameter_is_changed_for_both(open_twin):
    session = open_twin()
    assert session.change("platform.feed.power", 3.0, shown=1.0)
    session.apply()
    session.run.wait()
    assert hashes(walk(session, 3)) == batch(session, Counterfactual(("platform.feed",)), 3)
    assert session.run.scenario.platform["feed"].power == 3.0


def test_another_change_begins_anew(open_twin):
    session = walk(open_twin(EVENT), 3)
    session.lack(["event.shock"])
    session.run.wait()
    assert session.run.n_steps == 0
    walk(session, 4)
    assert hashes(session) == batch(session, Counterfactual(("event.shock",)), 4)


def test_a_twin_can_be_given_a_value_of_what_it_lacked(open_twin):
    session = open_twin()
    session.vary("platform.feed.power = 0.5; platform.feed.entry_age=20.0")
    session.run.wait()
    assert (session.address.without, session.error) == ((), "")
    values = {"platform.feed.power": 0.5, "platform.feed.entry_age": 20.0}
    assert hashes(walk(session, 4)) == batch(session, Counterfactual((), values), 4)


def test_a_twin_that_would_differ_in_nothing_is_refused_in_words(open_twin):
    session = open_twin()
    session.lack([])
    assert "nothing differs" in session.error
    assert session.address.without == ("platform.feed",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("power", "must be path=value"),
        ("platform.feet.power=1.0", "did you mean"),
        ("run.steps=3", "a society and its twin share it"),
    ],
)
def test_a_wrong_value_is_said_in_words_and_changes_nothing(open_twin, text, said):
    session = open_twin()
    session.vary(text)
    assert said in session.error
    assert (session.address.without, session.run.generation) == (("platform.feed",), 1)


def test_a_link_opens_the_same_pair(open_twin):
    session = walk(open_twin({}, without=(), twin={"platform.feed.power": 0.5}), 4)
    other = TwinSession(Address.from_query(session.link()))
    other.run.wait()
    assert hashes(other) == hashes(session)
    other.close()


def test_both_downloaded_scenarios_bring_the_states_that_were_shown(open_twin, tmp_path):
    session = walk(open_twin(EVENT), 4)
    for number, content in enumerate((session.scenario_toml(), session.twin_toml())):
        (tmp_path / str(number)).mkdir()
        file = tmp_path / str(number) / "taken.toml"
        file.write_text(content)
        study = run(Scenario.from_file(file), out=tmp_path / f"again-{number}")
        assert study.manifest["state_hash"] == hashes(session)[number]


def test_the_command_runs_the_same_pair(open_twin):
    session = open_twin(EVENT, without=("event.shock",), twin={"platform.feed.power": 0.5})
    file = session.address.scenario
    assert session.command() == f"society twin {file} --without event.shock --set platform.feed.power=0.5"


def test_what_is_switched_off_cannot_be_lacking():
    assert "platform.feed" not in lackable(tiny({"platform.feed.enabled": False}))
