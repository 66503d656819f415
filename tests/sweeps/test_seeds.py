"""Seeds: which runs share them, and that no run's changes when others are added."""

from __future__ import annotations

from typing import Any

import pytest

from society import Sweep
from tests.files import tiny
from tests.sweeps.files import POWER, SD, refused, swept


def seeds(sweep: Sweep) -> dict[tuple[Any, ...], int]:
    """The seed of every run, by arm, labels and replicate."""
    return {
        (point.arm, *sorted(point.labels.items()), replicate): sweep.seed_of(point, replicate)
        for point in sweep.points()
        for replicate in range(sweep.replicates)
    }


GROWN = [
    {"replicates": 7},
    {"levels": [1, 3, 2]},
    {"levels": [1, 2, 5]},
    {"arms": {"first": {}, "with": {}, "without": {"set": {"platform.feed.enabled": False}}}},
]


@pytest.mark.parametrize("pairing", ["common", "independent", "own"])
@pytest.mark.parametrize("grown", GROWN, ids=str)
def test_adding_replicates_levels_or_arms_changes_no_seed(pairing: str, grown: dict[str, Any]) -> None:
    def make(*, levels: Any = (1, 2), replicates: int = 3, arms: Any = None) -> dict[tuple[Any, ...], int]:
        arms = arms or {"with": {}, "without": {"set": {"platform.feed.enabled": False}}}
        return seeds(swept({POWER: list(levels), SD: [0.1, 0.2]}, arms=arms, replicates=replicates, pairing=pairing))

    before, after = make(), make(**grown)
    assert len(after) > len(before)
    assert {run: after[run] for run in before if run in after} == {run: before[run] for run in before if run in after}


def test_more_samples_change_no_seed() -> None:
    space = {POWER: {"low": 0, "high": 1}}
    few, many = (seeds(swept(space, design="random", samples=n, pairing="independent")) for n in (5, 50))
    assert few.items() <= many.items()


class TestCommon:
    def test_replicates_count_from_the_seed_of_the_base_as_those_of_twins_do(self) -> None:
        sweep = swept({POWER: [1, 2]}, base=tiny({"run.seed": 40}), replicates=3, arms={"a": {}, "b": {}})
        assert [sweep.seed_of(point, r) for point in sweep.points() for r in range(3)] == [40, 41, 42] * 4

    def test_the_sweep_may_have_a_root_of_its_own(self) -> None:
        sweep = swept({POWER: [1, 2]}, replicates=2, seed=90)
        assert [sweep.seed_of(sweep.points()[1], replicate) for replicate in (0, 1)] == [90, 91]

    def test_it_is_the_pairing_unless_another_is_named(self) -> None:
        assert swept({POWER: [1]}).pairing == "common"


class TestIndependent:
    def test_every_run_has_another(self) -> None:
        sweep = swept(
            {POWER: [*range(20)], SD: [0.1, 0.2]}, arms={"a": {}, "b": {}}, replicates=50, pairing="independent"
        )
        assert len({*seeds(sweep).values()}) == 20 * 2 * 2 * 50

    def test_they_are_whole_numbers_of_63_bits(self) -> None:
        found = [*seeds(swept({POWER: [*range(50)]}, replicates=20, pairing="independent")).values()]
        assert 0 <= min(found) < max(found) < 2**63
        assert max(found) > 2**62

    def test_another_root_gives_others(self) -> None:
        one, other = (seeds(swept({POWER: [1, 2]}, pairing="independent", seed=seed)) for seed in (1, 2))
        assert not {*one.values()} & {*other.values()}

    def test_the_order_of_factors_does_not_matter(self) -> None:
        one, other = (
            swept(factors, pairing="independent") for factors in ({POWER: [1], SD: [2]}, {SD: [2], POWER: [1]})
        )
        assert one.seed_of(one.points()[0], 0) == other.seed_of(other.points()[0], 0)

    def test_a_whole_number_is_the_same_written_as_a_float(self) -> None:
        one, other = (swept({POWER: [level]}, pairing="independent") for level in (1, 1.0))
        assert one.seed_of(one.points()[0], 0) == other.seed_of(other.points()[0], 0)


class TestOwn:
    def test_each_scenario_keeps_its_seed_in_the_first_replicate(self) -> None:
        scenarios = {"one": tiny({"run.seed": 5}), "other": tiny({"run.seed": 70})}
        sweep = Sweep.from_scenarios(scenarios, replicates=2)
        runs = [sweep.scenario_of(point, replicate=r) for point in sweep.points() for r in range(2)]
        assert [run.run.seed for run in runs] == [5, 6, 70, 71]

    def test_a_root_of_the_sweep_comes_before_it(self) -> None:
        sweep = Sweep.from_scenarios({"one": tiny({"run.seed": 5})}).replace({"sweep.seed": 3})
        assert sweep.seed_of(sweep.points()[0], 0) == 3


def test_a_run_has_the_seed_that_the_design_says() -> None:
    sweep = swept({POWER: [1, 2]}, pairing="independent", replicates=2)
    point = sweep.points()[1]
    assert sweep.scenario_of(point, replicate=1).run.seed == sweep.seed_of(point, 1)


@pytest.mark.parametrize(
    ("tables", "place"),
    [
        ({"factors": {"run.seed": [1, 2]}}, "factors.run.seed"),
        ({"values": {"run.seed": 3}}, "set.run.seed"),
        ({"arms": {"a": {"set": {"run.seed": 3}}}}, "arm.a.set.run.seed"),
        ({"design": "list", "rows": [{"run.seed": 3}]}, "sweep.rows[0]: run.seed"),
    ],
    ids=str,
)
def test_a_seed_as_a_value_is_refused_in_favour_of_replicates(tables: dict[str, Any], place: str) -> None:
    assert f"{place}: seeds are the sweep's; say replicates" in refused(**tables)
