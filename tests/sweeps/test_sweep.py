"""Sweep files: reading, arms, checking, varying and storing."""

from __future__ import annotations

import pickle
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from society import InputError, Sweep
from society.schema import sweep_schema
from society.sweeps.sweep import CHECKED_AT_ONCE
from tests.files import SCENARIOS, command, contents, scenario_file, tiny
from tests.sweeps.files import AGE, POWER, SD, refused, sweep_file, swept
from tests.test_schema import parameters

GRAPHS = {"graph": {"options": {"ring": {"kind": "small_world", "mean_degree": 2}, "hubs": {"kind": "scale_free"}}}}
ARMS = {"with": {}, "without": {"title": "No feed", "set": {"platform.feed.enabled": False}}}


def unreadable(folder: Path, raw: Any) -> str:
    """What is said when a file is refused."""
    with pytest.raises(InputError) as caught:
        Sweep.from_file(sweep_file(folder, raw))
    return str(caught.value)


class TestReading:
    def test_it_is_called_after_its_file(self, tmp_path: Path) -> None:
        assert Sweep.from_file(sweep_file(tmp_path, {"sweep": {}})).name == "sweep"

    def test_its_own_name_comes_before_the_files(self, tmp_path: Path) -> None:
        assert Sweep.from_file(sweep_file(tmp_path, {"sweep": {"name": "mine"}})).name == "mine"

    def test_the_base_lies_beside_the_file(self, tmp_path: Path) -> None:
        assert Sweep.from_file(sweep_file(tmp_path, {"sweep": {}})).base.scenario.name == "tiny"

    def test_what_it_says_can_be_read(self, tmp_path: Path) -> None:
        header = {"title": "T", "description": "D", "replicates": 3, "pairing": "independent", "seed": 7}
        sweep = Sweep.from_file(sweep_file(tmp_path, {"sweep": header}))
        said = {key: getattr(sweep, key) for key in header}
        assert (said, sweep.kind, sweep.samples, sweep.n_runs) == (header, "grid", None, 3)

    def test_factors_stand_in_the_order_of_the_file(self) -> None:
        assert [*swept({SD: [1], POWER: [1], AGE: [1]}).factors] == [SD, POWER, AGE]

    @pytest.mark.parametrize(
        ("raw", "said"),
        [
            ("[factors]\n", "sweep: is required; the table [sweep] names the scenario and the design"),
            ("[graph]\n[run]\n", "has no table [sweep], but those of a scenario; society run runs it"),
            ("[sweep", "is not valid TOML"),
            ("sweep = 3\n", "sweep = 3: must be a table, [sweep]"),
            ("[sweep]\n", "sweep.scenario: is required"),
            ({"sweep": {"scenario": "tinny.toml"}}, "tinny.toml: no such file; did you mean 'tiny'?"),
            ({"sweep": {"replicate": 2}}, "sweep.replicate: unknown key 'replicate'; did you mean 'replicates'?"),
            (
                {"sweep": {"pairing": "comon"}},
                "sweep.pairing = 'comon': must be one of 'common', 'independent' or 'own'",
            ),
            ({"factor": {}}, "factor: unknown table; did you mean 'factors'?"),
            ({"factors": [1]}, "factors = [1]: must be a table, [factors]"),
            ({"set": 3}, "set = 3: must be a table, [set]"),
            ({"arm": {"a": 3}}, "arm.a = 3: must be a table, [arm.a]"),
            ({"arm": {"a b": {}}}, "arm.a b: a name must be made of letters, digits, _ . -"),
            ({"arm": {"a": {"sett": {}}}}, "arm.a.sett: unknown key 'sett'; did you mean 'set'?"),
            ({"arm": {"a": {POWER: 1}}}, f'arm.a: "{POWER}" belongs under [arm.a.set]'),
            ({"arm": {"a": {"scenario": "no.toml"}}}, "arm.a.scenario = 'no.toml'"),
        ],
        ids=str,
    )
    def test_a_broken_file_is_refused_with_its_name_and_the_place(self, tmp_path: Path, raw: Any, said: str) -> None:
        message = unreadable(tmp_path, raw)
        assert said in message
        assert message.startswith(f"{tmp_path / 'sweep.toml'}: ")

    def test_a_missing_file_is_refused_with_the_nearest(self, tmp_path: Path) -> None:
        sweep_file(tmp_path, {})
        with pytest.raises(InputError, match="no such file; did you mean 'sweep'"):
            Sweep.from_file(tmp_path / "sweeep.toml")

    @pytest.mark.parametrize(
        ("text", "path"),
        [
            ("[factors]\nplatform.feed.power = [0, 1]\n", POWER),
            ("[factors]\nplatform.feed.power = { low = 0, high = 1 }\n", POWER),
            ("[factors.platform.feed]\npower = [0, 1]\n", POWER),
            ("[factors]\nrun.steps = [3, 4]\n", "run.steps"),
            ("[set]\nrun.steps = 3\n", "run.steps"),
            ("[set]\ngraph.mean_degree = 3\n", "graph.mean_degree"),
            ("[arm.one.set]\nplatform.feed.power = 3\n", POWER),
        ],
    )
    def test_a_path_without_quotes_is_refused_with_the_path_that_was_meant(
        self, tmp_path: Path, text: str, path: str
    ) -> None:
        said = unreadable(tmp_path, f'[sweep]\nscenario = "tiny.toml"\n{text}')
        assert f'a path is written in quotes: "{path}" = …' in said

    def test_a_whole_graph_may_be_set(self) -> None:
        sweep = swept(values={"graph": {"kind": "scale_free"}})
        assert sweep.scenario_of(sweep.points()[0], replicate=0).raw["graph"] == {"kind": "scale_free"}


class TestArms:
    def test_every_row_is_run_in_each_arm_the_arms_outermost(self) -> None:
        points = swept({POWER: [1, 2]}, arms=ARMS).points()
        assert [(point.arm, point.row, point.labels[POWER]) for point in points] == [
            ("with", 0, 1), ("with", 1, 2), ("without", 0, 1), ("without", 1, 2),
        ]  # fmt: skip

    def test_a_sweep_without_arms_has_one_without_a_name(self) -> None:
        assert [point.arm for point in swept({POWER: [1, 2]}).points()] == ["", ""]

    def test_values_of_all_arms_are_set_in_each(self) -> None:
        points = swept(values={"run.steps": 9}, arms=ARMS).points()
        assert [point.values["run.steps"] for point in points] == [9, 9]

    def test_an_arm_has_its_own_of_what_is_set_for_all(self) -> None:
        sweep = swept(values={POWER: 0.25}, arms={"weak": {}, "strong": {"set": {POWER: 4.0}}})
        runs = [sweep.scenario_of(point, replicate=0) for point in sweep.points()]
        assert [run.platform["feed"].power for run in runs] == [0.25, 4.0]

    def test_an_arm_may_start_from_a_scenario_of_its_own(self, tmp_path: Path) -> None:
        (tmp_path / "deep").mkdir()
        scenario_file(tmp_path / "deep", {"run.steps": 77})
        arms = {"plain": {}, "long": {"scenario": "deep/tiny.toml"}}
        sweep = Sweep.from_file(sweep_file(tmp_path, {"arm": arms, "factors": {POWER: [2]}}))
        runs = [sweep.scenario_of(point, replicate=0) for point in sweep.points()]
        assert [(run.run.steps, run.platform["feed"].power) for run in runs] == [(6, 2.0), (77, 2.0)]

    def test_the_base_is_not_needed_if_every_arm_names_a_scenario(self, tmp_path: Path) -> None:
        path = sweep_file(tmp_path, '[arm.a]\nscenario = "tiny.toml"\n[sweep]\n')
        assert Sweep.from_file(path).base.scenario.name == "tiny"

    def test_without_a_base_every_arm_must_name_a_scenario(self, tmp_path: Path) -> None:
        said = unreadable(tmp_path, '[arm.a]\nscenario = "tiny.toml"\n[arm.b]\n[sweep]\n')
        assert "arm.b.scenario: is required, since [sweep] names no scenario" in said

    def test_scenarios_are_the_arms_of_a_sweep_without_factors(self) -> None:
        sweep = Sweep.from_scenarios({"one": tiny(), "other": tiny({"run.steps": 9})}, replicates=2)
        steps = [sweep.scenario_of(point, replicate=0).run.steps for point in sweep.points()]
        assert (sweep.factors, [*sweep.arms], steps, sweep.n_runs) == ({}, ["one", "other"], [6, 9], 4)


class TestScenarios:
    def test_it_has_the_values_of_the_point(self) -> None:
        sweep = swept({POWER: [1, 2], SD: {"low": 0.1, "high": 0.3, "steps": 3}})
        scenario = sweep.scenario_of(sweep.points()[-1], replicate=0)
        assert (scenario.platform["feed"].power, scenario.process["exploration"].model_dump()["sd"]) == (2.0, 0.3)

    def test_a_whole_table_is_chosen_by_its_label(self) -> None:
        sweep = swept(GRAPHS)
        kinds = {point.labels["graph"]: sweep.scenario_of(point, replicate=0).raw["graph"] for point in sweep.points()}
        assert kinds == GRAPHS["graph"]["options"]

    def test_it_is_that_of_the_base_with_the_same_values(self) -> None:
        sweep = swept({POWER: [1, 2]}, values={"run.steps": 3}, replicates=2)
        by_hand = tiny({POWER: 2, "run.steps": 3, "run.seed": 2})
        assert sweep.scenario_of(sweep.points()[1], replicate=1).digest() == by_hand.digest()


class TestChecking:
    def test_every_bad_path_is_told_at_once_with_the_nearest(self) -> None:
        said = refused({"platform.fed.power": [1], "plattform.x": [1], "platform.feed.powr": [1], POWER: [-1]})
        assert sorted(said.splitlines()) == [
            "sweep: platform.fed.power: no platform 'fed' here; did you mean 'feed'? (in the only point)",
            "sweep: platform.feed.power = -1: must be at least 0.0 (in the only point)",
            "sweep: platform.feed.powr: unknown key 'powr'; did you mean 'power'? (in the only point)",
            "sweep: plattform.x: unknown table 'plattform'; did you mean 'platform'? (in the only point)",
        ]

    def test_a_problem_of_many_points_is_told_once_with_the_first(self) -> None:
        said = refused({SD: [0.1, 0.2], POWER: [1.0, -2.0, -3.0]})
        where = f"(in 4 of 6 points, first row 1, {SD} = 0.1, {POWER} = -2.0)"
        assert said == f"sweep: platform.feed.power = -2.0: must be at least 0.0 {where}"

    def test_the_arm_that_has_it_is_named(self) -> None:
        said = refused({SD: [0.1, 0.2]}, arms={"good": {}, "bad": {"set": {POWER: -1}}})
        assert f"(in 2 of 4 points, first row 0 of arm 'bad', {SD} = 0.1)" in said

    def test_a_number_that_must_be_whole_is_told_how(self) -> None:
        said = refused({"run.steps": {"low": 1, "high": 9}}, design="lhs", samples=4)
        assert "must be a whole number; say whole = true in the factor (in all points)" in said

    def test_a_combination_that_is_wrong_is_found(self) -> None:
        said = refused({"population.age_low": [10.0, 50.0], "population.age_high": [40.0, 60.0]})
        assert "population.age_low = 50.0 is above population.age_high = 40.0 (in 1 of 4 points, first row 2" in said

    def test_no_more_than_twenty_lines_are_told(self) -> None:
        lines = refused({f"platform.p{number}.power": [1] for number in range(40)}).splitlines()
        assert (len(lines), lines[-1]) == (20, "sweep: and 21 problems more")

    def test_points_of_large_sweeps_are_checked_when_that_is_asked_for(self) -> None:
        large = {POWER: [*range(CHECKED_AT_ONCE)], SD: [0.1, -0.1]}
        sweep, seen = swept(large), []
        with pytest.raises(InputError, match=f"in {CHECKED_AT_ONCE:,} of {2 * CHECKED_AT_ONCE:,} points"):
            sweep.check(seen.append)
        assert seen == [*range(1, 2 * CHECKED_AT_ONCE + 1)]

    @pytest.mark.parametrize(
        ("tables", "said"),
        [
            ({"values": {POWER: 1}}, f'factors."{POWER}": set."{POWER}" sets the same'),
            ({"values": {"platform.feed": {}}}, f'factors."{POWER}": set."platform.feed" sets all of its table'),
            ({"arms": {"a": {"set": {POWER: 1}}}}, f'factors."{POWER}": arm.a.set."{POWER}" sets the same'),
        ],
        ids=str,
    )
    def test_a_factor_that_is_set_too_is_refused(self, tables: dict[str, Any], said: str) -> None:
        assert said in refused({POWER: [1, 2]}, **tables)

    def test_a_factor_within_another_is_refused(self) -> None:
        said = refused({**GRAPHS, "graph.mean_degree": [2, 4]})
        assert 'factors."graph": factors."graph.mean_degree" sets part of it' in said

    def test_names_that_begin_alike_are_not_within_one_another(self) -> None:
        assert swept({"population.age_low": [10.0]}, values={"population.age_high": 50.0}).n_runs == 1

    def test_a_hundred_thousand_points_are_made_in_seconds(self) -> None:
        steps = {"low": 0.1, "high": 1.0, "steps": 316}
        start = time.process_time()
        assert len(swept({POWER: steps, SD: steps}).points()) == 316**2
        assert time.process_time() - start < 10


class TestReplacing:
    def test_values_of_the_sweep_are_replaced_by_path(self) -> None:
        sweep = swept({POWER: [1, 2]}, arms=ARMS).replace(
            {"sweep.replicates": 4, f"factors.{POWER}": [1, 2, 3], "set.run.steps": 9, f"arm.with.set.{SD}": 0.2}
        )
        assert (sweep.n_runs, sweep.points()[0].values) == (24, {"run.steps": 9, SD: 0.2, POWER: 1})

    def test_part_of_a_factor_is_replaced_by_its_quoted_path(self) -> None:
        sweep = swept({POWER: {"low": 0, "high": 1, "steps": 2}}).replace({f'factors."{POWER}".steps': 5})
        assert len(sweep.rows) == 5

    def test_the_one_it_came_from_stays_as_it_was(self) -> None:
        sweep = swept({POWER: [1, 2]})
        sweep.replace({f"factors.{POWER}": [3]})
        assert [row[POWER] for row in sweep.rows] == [1, 2]

    @pytest.mark.parametrize(
        ("path", "said"),
        [
            ("sweep.replicate", "did you mean 'replicates'"),
            ("factor.x", "unknown table 'factor'; did you mean 'factors'"),
            ("sweep", "is not a path such as sweep.replicates"),
            (f'factors."{POWER}".steps', "is a value, not a table"),
        ],
    )
    def test_what_cannot_be_replaced_is_refused(self, path: str, said: str) -> None:
        with pytest.raises(InputError, match=said):
            swept({POWER: [1, 2]}).replace({path: 3})


class TestStoring:
    def stored(self, sweep: Sweep, folder: Path) -> Sweep:
        for name, text in sweep.texts().items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        return Sweep.from_folder(folder)

    def check_same(self, sweep: Sweep, folder: Path) -> Sweep:
        again = self.stored(sweep, folder)
        assert again.points() == sweep.points()
        for point in sweep.points():
            assert again.seed_of(point, 2) == sweep.seed_of(point, 2)
            assert again.scenario_of(point, replicate=0).digest() == sweep.scenario_of(point, replicate=0).digest()
        return again

    def test_a_folder_holds_the_same_sweep(self, tmp_path: Path) -> None:
        header = {"replicates": 3, "constraints": [f"{POWER} > 1"], "title": "T", "pairing": "independent"}
        sweep = swept({POWER: [1, 2], **GRAPHS}, arms=ARMS, values={"run.steps": 9}, **header)
        assert self.check_same(sweep, tmp_path).design.title == "T"

    def test_its_name_is_kept(self, tmp_path: Path) -> None:
        path = sweep_file(tmp_path, {})
        assert (
            self.stored(Sweep.from_file(path.rename(tmp_path / "my sweep.toml")), tmp_path / "out").name == "my-sweep"
        )

    def test_the_rows_of_a_csv_file_are_stored_too(self, tmp_path: Path) -> None:
        (tmp_path / "rows.csv").write_text(f"{POWER},{SD}\n1,0.1\n2,1e-3\n")
        raw = {"sweep": {"design": "csv", "rows": "rows.csv", "pairing": "independent"}}
        self.check_same(Sweep.from_file(sweep_file(tmp_path, raw)), tmp_path / "out")

    def test_scenarios_of_arms_are_stored_too(self, tmp_path: Path) -> None:
        sweep = Sweep.from_scenarios({"one": tiny({"run.seed": 5}), "other": tiny({"run.steps": 9})}, replicates=2)
        self.check_same(sweep, tmp_path)
        assert [*contents(tmp_path)] == ["scenario.toml", "scenarios/one.toml", "scenarios/other.toml", "sweep.toml"]

    def test_data_are_found_from_elsewhere_under_the_label_they_had(self, tmp_path: Path) -> None:
        for name in ("a.csv", "b.csv"):
            (tmp_path / name).write_text("0,1\n1,2\n")
        path = sweep_file(
            tmp_path, {"sweep": {"pairing": "independent"}, "factors": {"graph.path": ["a.csv", "b.csv"]}}
        )
        scenario_file(tmp_path, {"graph": {"kind": "csv", "path": "a.csv"}, "population.n_agents": None})
        again = self.check_same(Sweep.from_file(path), tmp_path / "out")
        assert [row["graph.path"] for row in again.rows] == ["a.csv", "b.csv"]

    def test_it_can_be_sent_to_another_process(self) -> None:
        sweep = swept({POWER: [1, 2], **GRAPHS}, arms=ARMS, design="sobol", samples=4)
        assert pickle.loads(pickle.dumps(sweep)).points() == sweep.points()

    def test_a_sweep_of_drawn_points_is_drawn_again_as_it_was(self, tmp_path: Path) -> None:
        space = {POWER: {"low": 0.1, "high": 1, "scale": "log"}, SD: {"mean": 0.5, "sd": 0.1, "low": 0.1}}
        self.check_same(swept(space, design="lhs", samples=9), tmp_path)


class TestSchema:
    VALIDATOR = Draft202012Validator(sweep_schema())

    def test_it_is_a_schema(self) -> None:
        Draft202012Validator.check_schema(sweep_schema())

    def test_the_command_prints_it(self) -> None:
        assert '"title": "Society sweep"' in command("schema", "--sweep").out

    @pytest.mark.parametrize(
        "raw",
        [
            {"sweep": {"scenario": "a.toml"}},
            {
                "sweep": {"scenario": "a.toml"},
                "factors": {POWER: [1, 2], **GRAPHS},
                "arm": ARMS,
                "set": {"run.steps": 3},
            },
            {"sweep": {"scenario": "a.toml", "design": "lhs", "samples": 3}, "factors": {POWER: {"low": 0, "high": 1}}},
            {"sweep": {"scenario": "a.toml", "design": "csv", "rows": "a.csv"}},
            {"sweep": {"scenario": "a.toml", "design": "list", "rows": [{POWER: 1}]}},
            {"sweep": {"scenario": "a.toml", "design": "morris", "samples": 3, "levels": 6}},
            {"sweep": {"scenario": "a.toml"}, "factors": {SD: {"mean": 0, "sd": 1, "low": 0}}},
        ],
        ids=str,
    )
    def test_sweeps_satisfy_it(self, raw: Any) -> None:
        assert [*self.VALIDATOR.iter_errors(raw)] == []

    def test_every_sweep_of_the_project_satisfies_it(self) -> None:
        for path in sorted((SCENARIOS / "sweeps").glob("*.toml")):
            assert [*self.VALIDATOR.iter_errors(tomllib.loads(path.read_text()))] == [], path

    @pytest.mark.parametrize(
        "raw",
        [
            {},
            {"sweep": {"replicate": 3}},
            {"sweep": {"design": "gird"}},
            {"sweep": {"design": "lhs"}},
            {"sweep": {"design": "morris", "samples": 3, "levels": 5}},
            {"sweep": {"second_order": True}},
            {"sweep": {}, "factors": {"platform": {"feed": {"power": [1]}}}},
            {"sweep": {}, "factors": {POWER: []}},
            {"sweep": {}, "factors": {POWER: [[1]]}},
            {"sweep": {}, "factors": {POWER: {"low": 1}}},
            {"sweep": {}, "set": {"run": {"steps": 3}}},
            {"sweep": {}, "arm": {"a b": {}}},
            {"sweep": {}, "arm": {"a": {"sett": {}}}},
            {"sweep": {}, "factor": {}},
        ],
        ids=str,
    )
    def test_a_broken_sweep_does_not(self, raw: Any) -> None:
        assert not self.VALIDATOR.is_valid(raw)

    def test_every_parameter_has_a_description(self) -> None:
        assert [path for path, schema in parameters(sweep_schema()) if not schema.get("description")] == []
