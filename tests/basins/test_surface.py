"""Surfaces of environments and of people against what they are made of."""

from __future__ import annotations

import numpy as np
import pytest

from society.basins import Surface, find_basins, membership
from society.basins.surface import landscape_of
from society.errors import InputError
from society.model import Society
from society.scenario import Scenario
from tests.basins.surfaces import double_well, gradient_society
from tests.societies import COMPLETE, PAIRS, everything, gradients, make_scenario, make_society, rewards, stepped

POINTS = np.random.default_rng(1).normal(size=(40, 2))


@pytest.fixture
def model() -> Society:
    """Everything runs, after a few steps."""
    return stepped(Society(Scenario.from_dict(everything())), 3)


def test_an_environment_pays_a_person_what_the_landscape_does(model: Society) -> None:
    row = int(np.flatnonzero(model.population["environment"] == 1)[0])
    for person in (0, row):
        name = [*model.environments][model.population["environment"][person]]
        surface = Surface.from_environment(model, name, endowment=model.population["endowment"][person])
        at = np.tile(model.population["traits"][person], (model.n_agents, 1))
        assert surface.reward(at)[person] == pytest.approx(rewards(model, "landscape", at)[person], rel=1e-5)
        assert surface.gradient(at)[person] == pytest.approx(gradients(model, "landscape", at)[person], rel=1e-4)


def test_a_person_is_paid_by_all_who_teach(model: Society) -> None:
    at, who = np.tile(POINTS[0], (model.n_agents, 1)), 5
    expected = np.nansum([rewards(model, row, at)[who] for row in model.sources])
    assert Surface.from_person(model, who).reward(POINTS[:1]) == pytest.approx([expected], rel=1e-5)


@pytest.fixture
def successors() -> Society:
    """Most have just been born, in either environment and with an endowment from their parent."""
    wells = {"kind": "wells", "n_wells": 3, "endowment_gain": 3.0}
    return stepped(
        make_society(
            population={"n_agents": 60},
            graph=COMPLETE,
            environment={"home": wells, "town": wells},
            process={"ageing": {}, "exploration": {}, "landscape": {}, "learning": {}, "turnover": {"rate": 52.0}},
        )
    )


def test_a_newborn_is_paid_by_their_own_environment_for_their_own_endowment(successors: Society) -> None:
    population, names = successors.population, [*successors.environments]
    for row in range(10):
        home, endowment = names[population["environment"][row]], population["endowment"][row]
        expected = Surface.from_environment(successors, home, endowment=endowment).reward(POINTS)
        assert Surface.from_person(successors, row).reward(POINTS).tolist() == expected.tolist()


def test_newborns_are_in_the_basins_of_their_own_environment_and_endowment(successors: Society) -> None:
    found = membership(successors)
    landscape_of(successors).step(successors)
    assert found.tolist() == membership(successors).tolist()


def test_sources_may_be_chosen(model: Society) -> None:
    at, who = np.tile(POINTS[0], (model.n_agents, 1)), 5
    surface = Surface.from_person(model, who, sources=["peers"])
    assert surface.reward(POINTS[:1]) == pytest.approx([rewards(model, "peers", at)[who]], rel=1e-5)


@pytest.mark.parametrize("maker", [lambda m: Surface.from_environment(m, "home"), lambda m: Surface.from_person(m, 3)])
def test_the_gradient_is_that_of_the_reward(model: Society, maker) -> None:  # type: ignore[no-untyped-def]
    surface, h = maker(model), 1e-5
    for d, aside in enumerate(h * np.eye(2)):
        slope = (surface.reward(POINTS + aside) - surface.reward(POINTS - aside)) / (2 * h)
        assert surface.gradient(POINTS)[:, d] == pytest.approx(slope, abs=1e-6)


def test_more_points_than_are_asked_for_at_a_time_are_paid_alike(model: Society) -> None:
    surface, points = Surface.from_environment(model, "home"), np.random.default_rng(2).normal(size=(2500, 2))
    assert np.array_equal(surface.reward(points)[2400:], surface.reward(points[2400:]))


def test_no_point_has_no_reward(model: Society) -> None:
    assert Surface.from_environment(model, "home").reward(np.empty((0, 2))).shape == (0,)


def test_looking_at_surfaces_changes_nothing(model: Society) -> None:
    before, scratch = model.state(), model.population["well_bonus"].copy()
    find_basins(Surface.from_environment(model, "home", endowment=[2.0, -1.0]))
    find_basins(Surface.from_person(model, 0))
    assert model.state() == before
    assert np.array_equal(model.population["well_bonus"], scratch)


def test_the_optimum_of_a_quadratic_goes_with_the_endowment() -> None:
    model = gradient_society({"kind": "quadratic", "optimum": 1.0, "endowment_weight": 0.5, "curvature": 3.0})
    basins = find_basins(Surface.from_environment(model, "home", endowment=[2.0]))
    assert basins.places.tolist() == [[pytest.approx(2.0)]]
    assert basins.curvatures.tolist() == [[pytest.approx(-3.0)]]


def test_a_double_well_lies_on_the_trait_it_names() -> None:
    table = {"kind": "double_well", "trait": "second", "depth": 2.0, "curvature": 0.5}
    basins = find_basins(Surface.from_environment(gradient_society(table, traits=("first", "second")), "home"))
    assert basins.places == pytest.approx(np.array([[0.0, -1.0], [0.0, 1.0]]), abs=1e-9)
    assert basins.barriers[0, 1] == pytest.approx(0.5)
    assert basins.curvatures == pytest.approx(np.array([[-4.0, -0.5]] * 2), rel=1e-6)


def test_friends_pull_an_optimum_towards_themselves() -> None:
    """−½ x² − ½ κ (x − m)² is greatest at κ m/(1 + κ), m the friend of a pair."""
    society = make_society(
        population={"n_agents": 2},
        graph=PAIRS,
        environment={"home": {"kind": "quadratic"}},
        process={"exploration": {}, "landscape": {}, "peers": {"kind": "influence", "strength": 3.0}}
        | {"learning": {}, "ageing": {}},
    )
    stepped(society)
    society.population["peers_norm"][:, 0] = [2.0, -1.0]
    places = [find_basins(Surface.from_person(society, row)).places.item() for row in (0, 1)]
    assert places == pytest.approx([1.5, -0.75])


def test_a_line_along_a_trait_holds_the_others() -> None:
    surface = Surface(lambda at: at[:, 0] + 10 * at[:, 1], np.ones_like, POINTS)
    assert surface.along(0, through=[9.0, 2.0])([1.0, 3.0]).tolist() == [21.0, 23.0]
    assert surface.along(1)([1.0]).tolist() == [10.0]


class TestRefusing:
    def test_an_environment_that_is_not_there(self, model: Society) -> None:
        with pytest.raises(InputError, match="no environment 'hom'; did you mean 'home'"):
            Surface.from_environment(model, "hom")

    def test_an_endowment_of_other_traits(self, model: Society) -> None:
        with pytest.raises(InputError, match=r"endowment: \(3,\) numbers for 2 traits"):
            Surface.from_environment(model, "home", endowment=[1.0, 2.0, 3.0])

    def test_a_person_that_is_not_there(self, model: Society) -> None:
        with pytest.raises(InputError, match="row = 40: must be between 0 and 39"):
            Surface.from_person(model, 40)

    def test_a_source_that_is_not_there(self, model: Society) -> None:
        with pytest.raises(InputError, match="no source of reward 'peer'; did you mean 'peers'"):
            Surface.from_person(model, 0, sources=["peer"])

    def test_a_society_without_a_landscape(self) -> None:
        scenario = make_scenario(environment={"home": {"kind": "quadratic"}}, process={"ageing": {}})
        with pytest.raises(InputError, match="no landscape"):
            Surface.from_environment(Society(scenario), "home")

    def test_a_trait_that_is_not_there(self) -> None:
        with pytest.raises(InputError, match="trait = 1: must be between 0 and 0"):
            double_well().along(1)
