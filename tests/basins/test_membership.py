"""Membership against borders worked out for each person."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from society.basins import basin_names, entropy, membership, occupancy
from society.basins.surface import landscape_of
from society.measures import MEASURES, choose
from society.model import Society
from society.population import Array
from tests.basins.surfaces import gradient_society
from tests.societies import COMPLETE, make_society, stepped

DOUBLE = {"kind": "double_well"}


def at(model: Society, *places: float) -> Society:
    """The society with people at places on the first trait."""
    model.population["traits"][:, 0] = places
    return model


def test_people_of_a_double_well_are_in_the_basin_of_their_side() -> None:
    model = at(gradient_society(DOUBLE), -3.0, -0.01, 0.0, 0.01, 1.0, 50.0)
    assert membership(model).tolist() == [0, 0, -1, 1, 1, 1]


def test_the_endowment_moves_the_border_of_each_person() -> None:
    """Two wells at ±2, log weights apart by b = 2 k u: −x + 2 tanh(2x + b/2) changes sign at everybody's own border."""
    model = gradient_society({"kind": "wells", "centres": [[-2.0], [2.0]]}, n_agents=300)
    model.population["well_direction"][0, :, 0] = [-1.0, 1.0]
    u = model.population["endowment"][:, 0] = np.linspace(-0.8, 0.8, 300)  # within which both wells attract
    landscape_of(model).step(model)
    model.population["traits"][:, 0] = x = np.random.default_rng(1).uniform(-1, 1, 300)
    expected = [int(place > middle(2 * endowment)) for place, endowment in zip(x, u, strict=True)]
    assert membership(model).tolist() == expected
    assert 20 < sum(place * middle(2 * endowment) > 0 for place, endowment in zip(x, u, strict=True)) < 280


def middle(push: float) -> float:
    """The unstable of the three zeros of −x + 2 tanh(2x + b/2)."""
    grid = np.linspace(-2.5, 2.5, 2001)
    drift = -grid + 2 * np.tanh(2 * grid + push / 2)
    rising = np.flatnonzero((drift[:-1] < 0) & (drift[1:] >= 0))
    assert len(rising) == 1
    return float(brentq(lambda x: -x + 2 * np.tanh(2 * x + push / 2), grid[rising[0]], grid[rising[0] + 1]))


def two_places() -> Society:
    """Half live where there are three wells, half in a double well."""
    model = make_society(
        population={"n_agents": 4},
        environment={"home": {"kind": "wells", "centres": [[-6.0], [0.0], [6.0]]}, "town": DOUBLE},
        process={"ageing": {}, "exploration": {}, "landscape": {}, "learning": {}},
    )
    model.population["endowment"][:] = 0.0
    model.population["environment"][:] = [0, 0, 1, 1]
    landscape_of(model).step(model)
    return at(model, -5.0, 5.0, -0.5, 0.5)


def test_basins_are_numbered_by_environment() -> None:
    model = two_places()
    assert basin_names(model) == ("home.0", "home.1", "home.2", "town.0", "town.1")
    assert membership(model).tolist() == [0, 2, 3, 4]


def test_occupancy_is_the_share_of_people_in_each_basin() -> None:
    expected = {"home.0": 0.25, "home.1": 0.0, "home.2": 0.25, "town.0": 0.25, "town.1": 0.25}
    assert occupancy(two_places()) == expected


def test_who_is_in_no_basin_is_missing_from_the_shares() -> None:
    assert sum(occupancy(at(two_places(), -5.0, 5.0, 0.0, 0.5)).values()) == 0.75


def test_how_many_are_followed_at_a_time_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("society.basins.people.BLOCK", 3)
    assert membership(two_places()).tolist() == [0, 2, 3, 4]


def pulled() -> Society:
    """Six people, one of them on the other side of a shallow double well than all their friends."""
    processes = {"exploration": {}, "landscape": {}, "peers": {"kind": "influence", "strength": 5.0}}
    model = make_society(
        graph=COMPLETE, environment={"home": DOUBLE}, process=processes | {"learning": {}, "ageing": {}}
    )
    stepped(model)
    model.population["peers_norm"][:] = 1.0
    return at(model, -0.5, 1.0, 1.0, 1.0, 1.0, 1.0)


def test_all_that_teaches_may_lead_elsewhere_than_the_environment_alone() -> None:
    assert membership(pulled()).tolist() == [0, 1, 1, 1, 1, 1]
    assert membership(pulled(), whole=True).tolist() == [1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("shares", "expected"),
    [([1.0, 0.0], 0.0), ([0.5, 0.5], np.log(2)), ([0.25] * 4, np.log(4)), ([0.2, 0.2], np.log(2))],
)
def test_entropy_is_that_of_the_shares(shares: list[float], expected: float) -> None:
    assert entropy({str(number): share for number, share in enumerate(shares)}) == pytest.approx(expected)


def test_nobody_in_any_basin_has_no_entropy() -> None:
    assert np.isnan(entropy({"home.0": 0.0}))


class TestMeasures:
    def test_occupancy_has_a_result_column_for_each_basin(self) -> None:
        model = two_places()
        shares = {f"basin_occupancy.{name}": share for name, share in occupancy(model).items()}
        assert MEASURES["basin_occupancy"](model) == shares

    def test_entropy_is_one_number(self) -> None:
        assert MEASURES["basin_entropy"](two_places()) == {"basin_entropy": pytest.approx(np.log(4))}

    def test_they_are_taken_only_if_named(self) -> None:
        model = two_places()
        assert not {"basin_occupancy", "basin_entropy"} & {measure.name for measure in choose([], model)}
        assert [measure.name for measure in choose(["basin_entropy"], model)] == ["basin_entropy"]


def people(model: Society) -> Array:
    """(n_agents, n_traits) traits as doubles."""
    return model.population["traits"].astype(float)


def test_people_without_chance_end_where_they_were_said_to() -> None:
    """Steps of 1/50 and 2,000 of them: those within .01 of a border may differ from the flow in continuous time."""
    model = gradient_society({"kind": "wells", "n_wells": 5, "spread": 3.0}, n_agents=500, traits=("a", "b", "c"))
    before, marks = membership(model), model.population["well_centre"][0]
    square = ((people(stepped(model, 2000))[:, None] - marks) ** 2).sum(axis=2)
    assert (square.argmin(axis=1) == before).mean() > 0.99
    assert len(set(before.tolist())) >= 3
