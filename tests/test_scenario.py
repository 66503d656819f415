"""Scenario files: reading, extending, varying, resolving and naming them by digest."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from society.errors import InputError
from society.files import parse_override
from society.scenario import Scenario
from tests.files import SCENARIO_FILES, SCENARIOS, TALK, TINY, laid, scenario_file, tiny


def refusal(action: Any, *arguments: Any) -> str:
    """The message of the InputError that an action ends in."""
    with pytest.raises(InputError) as caught:
        action(*arguments)
    return str(caught.value)


def written(folder: Path, text: str) -> Path:
    """A file child.toml of this text."""
    path = folder / "child.toml"
    path.write_text(text)
    return path


class TestReading:
    def test_values_are_those_of_the_file(self, tmp_path: Path) -> None:
        assert Scenario.from_file(scenario_file(tmp_path, {"run.seed": 77})).run.seed == 77

    def test_what_the_file_does_not_say_has_its_default(self, tmp_path: Path) -> None:
        assert Scenario.from_file(scenario_file(tmp_path)).run.steps_per_year == 52

    def test_it_is_called_after_its_file(self, tmp_path: Path) -> None:
        assert Scenario.from_file(scenario_file(tmp_path)).scenario.name == "tiny"

    def test_its_own_name_comes_before_the_files(self, tmp_path: Path) -> None:
        assert Scenario.from_file(scenario_file(tmp_path, {"scenario.name": "mine"})).scenario.name == "mine"

    def test_a_whole_number_serves_where_a_number_is_asked_for(self) -> None:
        assert tiny({"platform.feed.power": 2}).platform["feed"].power == 2.0

    def test_a_path_to_data_starts_from_the_file_that_names_it(self, tmp_path: Path) -> None:
        path = scenario_file(tmp_path, {"graph": {"kind": "csv", "path": "data/ties.csv"}})
        assert Scenario.from_file(path).resolved()["graph"]["path"] == str((tmp_path / "data/ties.csv").resolve())

    def test_the_kind_of_a_process_is_its_name_unless_given(self) -> None:
        scenario = tiny({"process": {"exchange": {}, "oblivion": {"kind": "forgetting"}}}, base=TALK)
        assert [process.kind for process in scenario.processes] == ["exchange", "forgetting"]

    def test_a_process_switched_off_takes_no_part(self) -> None:
        names = [process.name for process in tiny({"process.capture.enabled": False}).processes]
        assert names == ["ageing", "exploration", "attention", "landscape", "learning"]

    def test_a_scenario_cannot_be_written_into(self) -> None:
        with pytest.raises(ValueError, match="frozen"):
            tiny().run.seed = 2

    def test_what_was_given_is_not_changed_by_reading(self) -> None:
        before = laid(TINY, {})
        Scenario.from_dict(before)
        assert before == TINY

    @pytest.mark.parametrize("path", SCENARIO_FILES, ids=lambda path: path.stem)
    def test_every_scenario_of_the_project_is_good(self, path: Path) -> None:
        assert Scenario.from_file(path).processes


class TestProblems:
    def test_all_are_said_at_once_each_with_its_file(self, tmp_path: Path) -> None:
        path = scenario_file(
            tmp_path, {"run.sede": 1, "platform.feed.power": -1.0, "processs": {}, "graph.kind": "ring"}
        )
        lines = refusal(Scenario.from_file, path).splitlines()
        assert len(lines) == 4
        assert all(line.startswith(f"{path}: ") for line in lines)

    def test_each_names_its_dotted_path(self, tmp_path: Path) -> None:
        path = scenario_file(tmp_path, {"run.steps": "many", "meme.joke": {"kind": "invariant", "first_holders": -1}})
        lines = refusal(Scenario.from_file, path).splitlines()
        assert [line.removeprefix(f"{path}: ").split(" ")[0] for line in lines] == [
            "run.steps",
            "meme.joke.first_holders",
        ]

    def test_those_between_tables_are_said_at_once_too(self) -> None:
        changes = {"population.age_low": 50.0, "platform.feed.target": {"rage": 1.0}, "record.twins": ["platform.fed"]}
        assert len(refusal(tiny, changes).splitlines()) == 3


class TestExtending:
    def test_a_value_replaces_that_of_the_same_path(self, tmp_path: Path) -> None:
        scenario_file(tmp_path)
        child = written(tmp_path, 'extends = "tiny.toml"\n[run]\nsteps = 9\n')
        assert Scenario.from_file(child).run.steps == 9

    def test_what_stands_beside_it_stays(self, tmp_path: Path) -> None:
        scenario_file(tmp_path, {"run.seed": 5})
        child = written(tmp_path, 'extends = "tiny.toml"\n[run]\nsteps = 9\n')
        assert Scenario.from_file(child).run.seed == 5

    def test_a_named_table_joins_the_others(self, tmp_path: Path) -> None:
        scenario_file(tmp_path)
        child = written(tmp_path, 'extends = "tiny.toml"\n[platform.party]\ntarget = { openness = 1.0 }\n')
        assert [*Scenario.from_file(child).platform] == ["feed", "party"]

    def test_a_list_is_replaced_whole(self, tmp_path: Path) -> None:
        scenario_file(tmp_path)
        child = written(tmp_path, 'extends = "tiny.toml"\n[population]\ntraits = ["anger"]\n')
        assert Scenario.from_file(child).population.traits == ("anger",)

    def test_it_reaches_over_several_files(self, tmp_path: Path) -> None:
        scenario_file(tmp_path, {"run.seed": 5})
        (tmp_path / "middle.toml").write_text('extends = "tiny.toml"\n[run]\nsteps = 9\n')
        scenario = Scenario.from_file(written(tmp_path, 'extends = "middle.toml"\n[population]\nn_agents = 21\n'))
        assert (scenario.run.seed, scenario.run.steps, scenario.population.n_agents) == (5, 9, 21)

    def test_the_file_extended_is_looked_for_beside_the_file(self, tmp_path: Path) -> None:
        (tmp_path / "base").mkdir()
        scenario_file(tmp_path / "base")
        assert Scenario.from_file(written(tmp_path, 'extends = "base/tiny.toml"\n')).run.steps == 6

    def test_each_file_has_its_own_place_for_data(self, tmp_path: Path) -> None:
        (tmp_path / "base").mkdir()
        scenario_file(tmp_path / "base", {"graph": {"kind": "csv", "path": "ties.csv"}})
        scenario = Scenario.from_file(written(tmp_path, 'extends = "base/tiny.toml"\n'))
        assert scenario.resolved()["graph"]["path"] == str((tmp_path / "base/ties.csv").resolve())

    def test_a_circle_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "other.toml").write_text('extends = "child.toml"\n')
        message = refusal(Scenario.from_file, written(tmp_path, 'extends = "other.toml"\n'))
        assert "child.toml → other.toml → child.toml" in message

    def test_a_file_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        scenario_file(tmp_path)
        message = refusal(Scenario.from_file, written(tmp_path, 'extends = "tinny.toml"\n'))
        assert f"{tmp_path / 'tinny.toml'}: no such file; did you mean 'tiny'?" in message

    def test_it_must_be_the_name_of_a_file(self, tmp_path: Path) -> None:
        assert "extends = 3" in refusal(Scenario.from_file, written(tmp_path, "extends = 3\n"))

    def test_it_means_nothing_without_a_file(self) -> None:
        assert "extends" in refusal(Scenario.from_dict, laid(TINY, {"extends": "other.toml"}))

    def test_a_process_more_asks_for_the_order(self, tmp_path: Path) -> None:
        scenario_file(tmp_path)
        child = written(tmp_path, 'extends = "tiny.toml"\n[process.friends]\nkind = "influence"\n')
        message = refusal(Scenario.from_file, child)
        said = f"{child}: run.order: is required, since process.friends is added to those of tiny.toml, which are "
        assert message == f"{said}ageing, exploration, attention, landscape, capture, learning"

    def test_a_process_that_is_switched_off_needs_no_place(self, tmp_path: Path) -> None:
        scenario_file(tmp_path)
        order = ["ageing", "exploration", "attention", "landscape", "learning"]
        text = f'extends = "tiny.toml"\nrun.order = {order}\nprocess.capture.enabled = false\n'
        assert [process.name for process in Scenario.from_file(written(tmp_path, text)).processes] == order

    def test_a_process_more_runs_where_the_order_says(self, tmp_path: Path) -> None:
        scenario_file(tmp_path)
        order = ["ageing", "exploration", "attention", "friends", "landscape", "capture", "learning"]
        text = f'extends = "tiny.toml"\nrun.order = {order}\n[process.friends]\nkind = "influence"\n'
        assert [process.name for process in Scenario.from_file(written(tmp_path, text)).processes] == order

    @pytest.mark.parametrize("table", ["process", "run", "population", "platform"])
    def test_a_value_in_place_of_a_table_is_refused(self, tmp_path: Path, table: str) -> None:
        scenario_file(tmp_path)
        added = "[process.friends]\nkind = 'influence'\n" if table == "run" else ""
        assert f"{table} = 3" in refusal(
            Scenario.from_file, written(tmp_path, f'extends = "tiny.toml"\n{table} = 3\n{added}')
        )


class TestOrder:
    def test_it_is_that_of_the_file(self) -> None:
        assert [process.name for process in tiny().processes] == [*TINY["process"]]

    @pytest.mark.parametrize(
        ("order", "problem"),
        [
            (["ageing"], "does not say where process 'learning' comes"),
            ([*TINY["process"], "ageing"], "'ageing' stands twice"),
            ([*TINY["process"], "aging"], "no process 'aging'; did you mean 'ageing'?"),
        ],
    )
    def test_an_order_must_name_every_process_once(self, order: list[str], problem: str) -> None:
        assert f"run.order: {problem}" in refusal(tiny, {"run.order": order})

    def test_who_reads_comes_after_who_writes(self) -> None:
        order = ["ageing", "attention", "landscape", "capture", "learning", "exploration"]
        assert "process.learning: must come after process.exploration" in refusal(tiny, {"run.order": order})


class TestReplacing:
    def test_a_field_of_a_section(self) -> None:
        assert tiny().replace({"run.seed": 3}).run.seed == 3

    def test_a_field_of_a_named_table(self) -> None:
        assert tiny().replace({"platform.feed.power": 0.5}).platform["feed"].power == 0.5

    def test_a_key_within_a_field(self) -> None:
        assert tiny().replace({"platform.feed.target.openness": 2.0}).platform["feed"].target == {
            "anger": 1.0,
            "openness": 2.0,
        }

    def test_a_whole_table(self) -> None:
        replaced = tiny({"platform.feed.power": 9.0}).replace({"platform.feed": {"target": {"openness": 1.0}}})
        assert (replaced.platform["feed"].power, replaced.platform["feed"].target) == (1.0, {"openness": 1.0})

    def test_a_table_that_was_not_there(self) -> None:
        assert [*tiny().replace({"platform.party": {"target": {"anger": 1.0}}}).platform] == ["feed", "party"]

    def test_several_at_once(self) -> None:
        replaced = tiny().replace({"run.seed": 3, "run.steps": 4})
        assert (replaced.run.seed, replaced.run.steps) == (3, 4)

    def test_the_original_stays_as_it_was(self) -> None:
        scenario = tiny()
        scenario.replace({"platform.feed.target.openness": 2.0})
        assert scenario.digest() == tiny().digest()

    @pytest.mark.parametrize(
        ("path", "said"),
        [
            ("runn.seed", "unknown table 'runn'; did you mean 'run'?"),
            ("run.sede", "run.sede: unknown key 'sede'; did you mean 'seed'?"),
            ("platform.fed.power", "no platform 'fed' here; did you mean 'feed'?"),
            ("process.captur.power", "no process 'captur' here; did you mean 'capture'?"),
            ("run.steps.low", "'steps' is a value, not a table"),
            ("extends.file", "extends"),
            ("seed", "seed: unknown table 'seed'"),
            ("run", "run = 1: must be a table"),
            ("run.", "'run.': is not a path"),
            ("run..seed", "'run..seed': is not a path"),
            ("Run.seed", "'Run.seed': is not a path"),
            ("run.seed ", "'run.seed ': is not a path"),
            ("process[0].kind", "'process[0].kind': is not a path"),
            ("run.seed\n", "is not a path"),
        ],
    )
    def test_a_path_that_leads_nowhere_is_refused(self, path: str, said: str) -> None:
        message = refusal(tiny().replace, {path: 1})
        assert said in message
        assert message.startswith("scenario: ")

    def test_a_new_value_is_checked_like_one_in_the_file(self) -> None:
        assert "run.steps = -1: must be at least 0" in refusal(tiny().replace, {"run.steps": -1})


class TestOverrides:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("a.b=1", 1),
            ("a.b=-0.5", -0.5),
            ("a.b=1e3", 1000.0),
            ("a.b=true", True),
            ('a.b="text"', "text"),
            ("a.b=['x', 'y']", ["x", "y"]),
            ("a.b={x = 1.0}", {"x": 1.0}),
            ("a.b=cycle_graph", "cycle_graph"),
            ("a.b=data/ties.csv", "data/ties.csv"),
            (" a.b = 1 ", 1),
            ("a.b='x=y'", "x=y"),
        ],
    )
    def test_values_are_read_as_toml_and_bare_words_as_text(self, text: str, value: Any) -> None:
        assert parse_override(text) == ("a.b", value)

    @pytest.mark.parametrize("text", ["run.seed", "run.seed=", "=1", "", "="])
    def test_path_and_value_must_both_be_there(self, text: str) -> None:
        assert "must be path=value" in refusal(parse_override, text)

    @pytest.mark.parametrize(
        "text",
        [
            "run.seed=1\n[process.x]",
            "run.seed=1\nother=2",
            "run.seed=1\n[value.x]",
            "run.seed={\n",
            "run.seed=1 2",
            "run.seed=__import__('os').getpid()",
            "run.seed=2 + 2",
            "run.seed=2*2",
            "run.seed=$HOME",
            "run.seed=`id`",
        ],
    )
    def test_nothing_but_one_value_is_taken(self, text: str) -> None:
        assert text in refusal(parse_override, text)

    def test_code_is_a_word_at_most(self) -> None:
        assert parse_override("run.seed=exit") == ("run.seed", "exit")


class TestResolving:
    def test_every_default_is_in_it(self) -> None:
        assert tiny().resolved()["platform"]["feed"]["monthly_exit"] == 0.0

    @pytest.mark.parametrize("path", SCENARIO_FILES, ids=lambda path: path.stem)
    def test_it_reads_back_as_the_same_scenario(self, path: Path, tmp_path: Path) -> None:
        scenario = Scenario.from_file(path)
        (tmp_path / "resolved.toml").write_text(scenario.to_toml(), encoding="utf-8")
        assert Scenario.from_file(tmp_path / "resolved.toml").resolved() == scenario.resolved()

    def test_processes_keep_their_order(self, tmp_path: Path) -> None:
        (tmp_path / "resolved.toml").write_text(tiny().to_toml())
        assert [process.name for process in Scenario.from_file(tmp_path / "resolved.toml").processes] == [
            *TINY["process"]
        ]


class TestDigest:
    def test_it_is_the_same_for_the_resolved_scenario(self) -> None:
        assert Scenario.from_dict(tiny().resolved()).digest() == tiny().digest()

    def test_it_does_not_depend_on_where_file_and_data_lie(self, tmp_path: Path) -> None:
        shutil.copytree(SCENARIOS, tmp_path / "elsewhere")
        there = Scenario.from_file(tmp_path / "elsewhere" / "quickstart.toml")
        assert there.digest() == Scenario.from_file(SCENARIOS / "quickstart.toml").digest()

    def test_it_depends_on_what_the_data_say(self, tmp_path: Path) -> None:
        path = scenario_file(tmp_path, {"graph": {"kind": "csv", "path": "ties.csv"}})
        digests = []
        for ties in ("a,b\n0,1\n", "a,b\n0,2\n"):
            (tmp_path / "ties.csv").write_text(ties)
            digests.append(Scenario.from_file(path).digest())
        assert digests[0] != digests[1]

    def test_it_does_not_depend_on_the_order_of_tables(self) -> None:
        party = {"target": {"openness": 1.0}}
        one = tiny({"platform": {"feed": TINY["platform"]["feed"], "party": party}})
        other = tiny({"platform": {"party": party, "feed": TINY["platform"]["feed"]}})
        assert one.digest() == other.digest()

    def test_it_depends_on_the_order_of_processes(self) -> None:
        order = ["ageing", "exploration", "attention", "capture", "landscape", "learning"]
        assert tiny({"process": {name: {} for name in order}}).digest() != tiny().digest()

    def test_it_does_not_depend_on_how_the_order_is_said(self) -> None:
        assert tiny({"run.order": [*TINY["process"]]}).digest() == tiny().digest()

    def test_it_depends_on_the_seed(self) -> None:
        assert tiny({"run.seed": 2}).digest() != tiny().digest()

    def test_without_the_seed_it_does_not(self) -> None:
        assert tiny({"run.seed": 2}).digest(without_seed=True) == tiny().digest(without_seed=True)

    def test_it_depends_on_every_other_parameter(self) -> None:
        assert tiny({"platform.feed.power": 1.5}).digest() != tiny().digest()

    def test_a_value_given_and_the_same_by_default_are_one(self) -> None:
        assert tiny({"platform.feed.power": 1.0}).digest() == tiny().digest()
