"""Views: what is drawn is what the society is; a column or measure that nobody knows of appears by itself."""

from __future__ import annotations

import json

import numpy as np
import pytest

from dashboards import charts, colours
from dashboards.card import card_of
from dashboards.history import History, kept_of
from dashboards.people import Choice, chosen, traits_of
from dashboards.planes import Projection, SpaceView, density, drift, graph_plane
from dashboards.sample import Sample, ties_among
from dashboards.views import VIEWS, Scene, view_of
from dashboards.widgets import Chart, Plane
from society.graph import SocialGraph
from society.measures import MEASURES
from society.model import Society
from society.population import Column
from society.processes import PROCESSES, Process
from society.recorder import Recorder
from society.scenario import Scenario
from tests.files import SCENARIOS, TINY, laid
from tests.societies import everything, make_society, stepped, teach

FILES = sorted(file for file in SCENARIOS.glob("*.toml") if file.stem != "million")


LEARNING = {"ageing": {}, "exploration": {}, "learning": {}}


def scene_of(model: Society, steps: int = 0) -> Scene:
    """A society that was recorded in each of some steps."""
    recorder, history, sample = Recorder(model), History(), Sample.of(model.graph)
    for n in range(steps + 1):
        kept = [name for name in ("uid", "traits") if name in model.population]
        arrays = {name: model.population[name][sample.rows] for name in kept} | {"rows": sample.rows}
        if "knows" in model.population:
            arrays["known"] = np.zeros(model.memes.n_slots)
        history.append(model.n_steps, recorder.row(), arrays)
        if n < steps:
            model.step()
    return Scene(model, sample, history)


@pytest.fixture
def full() -> Scene:
    return scene_of(Society(Scenario.from_dict(everything())), steps=3)


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_with_every_setting_of_a_society_with_everything_can_be_drawn(full, name):
    view = VIEWS[name]
    assert view.applies(full)
    offered, _ = view.chosen(full, {})
    for setting in offered:
        for option in setting.options:
            _, settings = view.chosen(full, {setting.name: option})
            figure = view.figure(full, settings)
            widget = (Plane if view.widget == "plane" else Chart)(**figure)
            json.dumps(figure.get("spec", figure.get("info")), allow_nan=False)
            widget.close()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_view_that_applies_to_a_scenario_can_be_drawn(file):
    scenario = Scenario.from_file(file)
    n_agents = scenario.population.n_agents
    small = {"population.n_agents": 60} if n_agents and n_agents > 60 and scenario.graph.expected_agents is None else {}
    scene = scene_of(Society(scenario.replace({**small, "record.twins": [], "record.measures": []})), steps=1)
    for view in VIEWS.values():
        if view.applies(scene):
            assert view.figure(scene, view.chosen(scene, {})[1])


def test_panels_are_named_by_views_with_a_number_behind():
    assert view_of("measures-2") is VIEWS["measures"]


# What is said of people.


class Fame(Process):
    """A process that the dashboards have never heard of."""

    kind = "fame"
    owns = (
        Column("fame", "How famous one is.", low=0, unit="stars"),
        Column("rank", "Rank.", "i4", low=0, high=2),
        Column("fans", "Share of fans by platform.", dims=("platform", "agent"), low=0, high=1),
    )

    def step(self, model):
        """Make everybody a little more famous."""
        model.population["fame"] += 0.5


@pytest.fixture
def famous(monkeypatch) -> Scene:
    monkeypatch.setitem(PROCESSES, "fame", Fame)

    def fame(model):
        return {"": float(model.population["fame"].mean())}

    monkeypatch.setitem(MEASURES, "fame", MEASURES["interest"].__class__("fame", "Mean fame.", ("fame",), fame))
    return scene_of(Society(Scenario.from_dict(laid(TINY, {"process.fame": {}}))), steps=2)


def test_columns_of_a_new_process_appear_by_themselves(famous):
    traits = traits_of(famous.model)
    assert traits["fame"].unit == "stars"
    assert traits["rank"].labels == ("0", "1", "2")
    assert traits["fans"].parts == ("feed",)
    assert traits["most_fans"].labels == ("feed",)
    assert Choice(traits["fame"], 0).values(famous.model, famous.sample, slice(None)).tolist() == [1.0] * 20
    assert card_of(famous.model, famous.sample, 3).facts["fame"] == "1 stars"


def test_what_there_is_one_of_is_a_fact_of_the_card_and_no_chart(famous):
    card = card_of(famous.model, famous.sample, 3)
    assert card.facts["fans.feed"] == "0"
    assert "fans" not in card.bars


def test_with_one_trait_a_trail_lies_at_the_height_of_its_person():
    project = Projection(np.zeros(1), np.array([[1.0], [0.0]]), ("caution", ""))
    people, trail = (
        project.people(np.array([[0.5], [2.0], [1.0]]), np.arange(3)),
        project.places(np.array([[0.0], [2.0]]), 1),
    )
    assert trail[:, 0].tolist() == [0.0, 2.0]
    assert trail[:, 1].tolist() == [people[1, 1]] * 2


def test_measures_of_a_new_process_appear_by_themselves(famous):
    assert "fame" in charts.measures_of(famous.history)
    spec = charts.over_time(famous.history, "fame", famous.model.scenario)
    assert spec["series"][0]["y"] == [0.0, 0.5, 1.0]


def test_a_name_says_the_trait_and_the_part(full):
    traits = traits_of(full.model)
    name = full.model.scenario.population.traits[-1]
    choice = chosen(traits, f"traits.{name}")
    expected = full.model.population["traits"][:, -1]
    assert choice.name == f"traits.{name}"
    assert choice.values(full.model, full.sample, slice(None)).tolist() == expected.tolist()


def test_who_knows_an_item_is_read_from_the_bits():
    model = Society(Scenario.from_dict({
        "run": {"steps": 3}, "population": {"n_agents": 6, "traits": ["openness"]},
        "graph": {"kind": "networkx", "generator": "cycle_graph"},
        "meme_family": {"tip": {"kind": "invariant", "n_items": 70, "first_holders": 0}}, "process": {"exchange": {}},
    }))  # fmt: skip
    item = model.memes.names[-1] or [name for name in model.memes.names if name][-1]
    teach(model, item, [1, 4])
    choice = chosen(traits_of(model), f"knows.{item}")
    assert choice.values(model, Sample.of(model.graph), slice(None)).tolist() == [0, 1, 0, 0, 1, 0]


def test_a_card_names_friends_items_and_numbers(full):
    card = card_of(full.model, full.sample, 2)
    assert {row for row, _ in card.friends} <= set(full.model.graph.neighbours(2).tolist())
    assert card.n_friends == len(full.model.graph.neighbours(2))
    assert card.bars["traits"]["categories"] == [*full.model.scenario.population.traits]
    assert card.facts["age"].endswith("years")


# Who is drawn.


def test_all_of_a_small_society_are_drawn_and_a_large_one_by_whole_communities():
    rings = [(10 * c + i, 10 * c + (i + 1) % 10) for c in range(30) for i in range(10)]
    source, target = np.array(rings).T
    graph = SocialGraph.from_edges(source, target, n_agents=300)
    assert Sample.of(graph).is_all
    sample = Sample.of(graph, limit=100)
    assert len(sample.rows) <= 100
    sizes = np.bincount(sample.rows // 10)
    assert ((sizes == 0) | (sizes == 10)).sum() >= len(sizes) - 1


def test_positions_lie_in_the_unit_square():
    sample = Sample.of(make_society().graph)
    assert sample.positions.shape == (6, 2)
    assert (sample.positions >= 0).all()
    assert (sample.positions <= 1).all()


def test_ties_among_some_people_are_theirs_alone():
    graph = make_society().graph  # a ring of six
    assert ties_among(graph, np.array([0, 1, 3, 5])).tolist() == [[0, 1], [0, 3]]


def test_the_graph_is_drawn_in_the_colours_of_its_values():
    model = make_society(process=LEARNING)
    model.population["traits"][:, 0] = [-1, 0, 1, np.nan, 1, -1]
    figure = graph_plane(model, Sample.of(model.graph), chosen(traits_of(model), "traits.openness"), scale=(-1.0, 1.0))
    shades = np.frombuffer(figure["colors"], "u1").reshape(6, 3).tolist()
    ends = [list(colours.DIVERGING[0]), list(colours.DIVERGING[-1])]
    assert [shades[0], shades[2]] == ends
    assert shades[3] == list(colours.UNKNOWN)


# Personality.


def test_principal_components_find_the_direction_in_which_people_differ():
    model = make_society(population={"n_agents": 6, "traits": ["openness", "anger", "calm"]}, process=LEARNING)
    along = np.arange(-2.5, 3)
    model.population["traits"][:] = along[:, None] * np.array([0.6, 0.8, 0.0])
    projection = Projection.of(model, None)
    np.testing.assert_allclose(np.abs(projection.directions[0]), [0.6, 0.8, 0.0], atol=1e-6)
    np.testing.assert_allclose(projection(model.population["traits"])[:, 0], along, atol=1e-5)


def test_people_of_a_single_trait_stand_side_by_side_at_what_they_have_of_it():
    model = make_society(population={"n_agents": 100, "traits": ["caution"]}, process=LEARNING)
    traits = model.population["traits"]
    projection = Projection.of(model, ("caution", ""))
    across, up = projection.people(traits, np.arange(100)).T
    assert across.tolist() == traits[:, 0].tolist()
    assert np.histogram(up, bins=10, range=(-0.5, 0.5))[0].tolist() == pytest.approx([10] * 10, abs=1)
    assert [each.name for each in VIEWS["personality"].settings(scene_of(model), {})] == ["x"]


def test_a_point_of_the_plane_comes_back_to_itself():
    model = make_society(population={"n_agents": 6, "traits": ["openness", "anger", "calm"]}, process=LEARNING)
    projection = Projection.of(model, ("calm", "openness"))
    point = np.array([[0.5, -1.5]])
    back = projection.back(point, np.array([9.0, 7.0, 9.0]))
    assert back.tolist() == [[-1.5, 7.0, 0.5]]


def test_density_is_where_people_are():
    field = density(np.full((50, 2), [0.9, 0.1]), (0.0, 1.0, 0.0, 1.0))
    row, column = np.unravel_index(field.argmax(), field.shape)
    assert field.max() == 255
    assert (row / field.shape[0], column / field.shape[1]) == pytest.approx((0.1, 0.9), abs=0.03)


def test_arrows_point_where_people_went():
    history, rows = History(), np.arange(40)
    place = np.tile([[-1.0, 0.0], [1.0, 0.0]], (20, 1))
    moved = place + np.tile([[0.2, 0.0], [0.0, -0.1]], (20, 1))
    for step, traits in enumerate((place, moved)):
        history.append(step, {}, {"rows": rows, "uid": rows, "traits": traits})
    view = SpaceView(Projection(np.zeros(2), np.eye(2), ("a", "b")), (-2.0, 2.0, -2.0, 2.0))
    arrows = drift(history, view, years_per_step=0.5)
    left, right = arrows[np.argsort(arrows[:, 0])]
    assert left[2] > 0
    assert left[3] == pytest.approx(0, abs=1e-12)
    assert right[2] == pytest.approx(0, abs=1e-12)
    assert right[3] < 0
    assert left[2] / -right[3] == pytest.approx(2.0)


def test_who_was_born_in_between_has_not_moved():
    history, rows = History(), np.arange(10)
    for step, uid in enumerate((rows, rows + 10)):
        history.append(step, {}, {"rows": rows, "uid": uid, "traits": np.full((10, 2), float(step))})
    view = SpaceView(Projection(np.zeros(2), np.eye(2), ("a", "b")), (-2.0, 2.0, -2.0, 2.0))
    assert len(drift(history, view, years_per_step=1.0)) == 0


# Charts.


def test_bars_of_attention_add_up_to_one_where_there_are_people(full):
    spec = charts.attention_by_age(stepped(Society(Scenario.from_dict(TINY)), 2))
    sums = np.sum([series["values"] for series in spec["series"]], axis=0)
    said = [int(text.split(": ")[1].split(" ")[0]) for text in spec["said"]]
    assert sum(said) == 20
    np.testing.assert_allclose(sums[np.array(said) > 0], 1.0, atol=1e-3)


def test_a_distribution_adds_up_to_everybody(full):
    spec = charts.distribution(full.model, full.sample, chosen(full.traits, "age"))
    assert sum(spec["series"][0]["values"]) == pytest.approx(1.0, abs=1e-3)


def test_events_stand_at_their_dates_until_now():
    scenario = Scenario.from_dict(laid(TINY, {
        "run.steps_per_year": 4,
        "event.shock": {"times": [0.25, 1.0, 9.0], "kick": {"size": 0.1, "towards": {"anger": 1.0}}},
    }))  # fmt: skip
    assert charts.event_dates(scenario, 1.5) == [{"x": 0.25, "label": "shock"}, {"x": 1.0, "label": "shock"}]


def test_numbers_beyond_json_are_null():
    assert charts.numbers([1.23456, np.nan, np.inf]) == [1.235, None, None]


# Colours.


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0.0, 0.42], (0.0, 0.5)), ([-2.0, 1.8], (-2.0, 2.0)), ([10.0, 40.0], (0.0, 50.0)), ([np.nan], (0.0, 1.0))],
)
def test_ranges_are_round(values, expected):
    assert colours.nice_range(np.array(values)) == expected


@pytest.mark.parametrize("low", [0.0, -3.0])
def test_colours_of_numbers_go_from_one_end_to_the_other(low):
    shades, stops = colours.of_numbers(np.array([low, 3.0]), low, 3.0)
    assert shades.tolist() == [list(stops[0]), list(stops[-1])]


def test_events_at_a_rate_are_marked_when_they_happen():
    kick = {"event.blow": {"rate": 26.0, "kick": {"size": 0.1, "along": {"anger": 1.0}}}}
    scene = scene_of(Society(Scenario.from_dict(laid(TINY, kick))), steps=0)
    model, history, rings = scene.model, History(), [0]
    for _ in range(6):
        history.append(model.n_steps, {}, kept_of(model, scene.sample.rows))
        model.step()
        rings.append(int(model.population["event.blow.rings"].sum()))
    history.append(model.n_steps, {}, kept_of(model, scene.sample.rows))
    (found,) = charts.event_rings(history, model.scenario)
    gained = np.diff(rings)
    assert gained.sum() > 0
    assert found["n"] == gained[gained > 0].tolist()
    assert found["x"] == ((np.flatnonzero(gained) + 1) / model.scenario.run.steps_per_year).tolist()
    assert charts.event_dates(model.scenario, 1.0) == []
