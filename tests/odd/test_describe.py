"""The document says everything that its scenario and the code declare, and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, ClassVar

import pytest

import society
from society.measures import MEASURES
from society.model import Society
from society.odd import describe
from society.odd.parameters import is_parameter
from society.population import Column
from society.processes import PROCESSES, Process
from society.scenario import FAMILIES, SECTIONS, Scenario
from society.tables import Table
from society.topologies import Networkx
from tests.files import SCENARIOS, TALK, TINY, scenario_file, tiny
from tests.odd.documents import only_table, section, tables
from tests.societies import VARIANTS, everything, make_scenario

FILES = sorted(path for path in SCENARIOS.rglob("*.toml") if "sweeps" not in path.parts)
QUICKSTART = SCENARIOS / "quickstart.toml"


@pytest.fixture(scope="module")
def quickstart() -> str:
    return describe(Scenario.from_file(QUICKSTART))


@pytest.fixture(scope="module")
def full() -> str:
    return describe(Scenario.from_dict(everything()))


ALL = {path.stem: Scenario.from_file(path) for path in FILES} | {
    name: Scenario.from_dict(raw) for name, raw in VARIANTS.items()
}


def submodel_table(document: str, path: str) -> tuple[Any, str]:
    """The table of parameters of a submodel, and the header of its values."""
    (heading,) = re.findall(rf"^### .*`{re.escape(path)}`.*$", document, flags=re.MULTILINE)
    table = tables(section(document, heading))[0]
    name = f"`{path.partition('.')[2]}`"
    return table, name if name in table.header else "Value"


def read_back(cell: str, value: Any) -> Any:
    """What a cell says, as a value of the type of `value`."""
    words = cell.replace("**", "").replace("−", "-")
    if isinstance(value, bool):
        return {"true": True, "false": False}[words]
    if isinstance(value, int | float):
        return float(words)
    return words.replace("`", "")


def in_words(value: Any) -> Any:
    """A value as `read_back` gives it."""
    if value is None:
        return "not given"
    if isinstance(value, Table):
        return "as below"
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return ", ".join(f"{key} = {plain(inner)}" for key, inner in value.items()) or "empty"
    if isinstance(value, tuple):
        return ", ".join(plain(each) for each in value) or "empty"
    return value or "empty"


def plain(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(plain, value))})"
    return f"{value:g}" if isinstance(value, float) else str(value)


PLACES = {
    "run": "### Scales in time",
    "graph": "### Scales in space: the social graph",
    "record": "### Observation",
    "population": "## 5 Initialisation",
}
"""Where the parameters of sections stand."""


def test_every_section_has_its_place() -> None:
    """The section `scenario` is the title and the purpose."""
    assert {*PLACES, "scenario"} == {*SECTIONS, "graph"}


class TestEveryScenario:
    @pytest.mark.parametrize("scenario", ALL.values(), ids=ALL)
    def test_every_parameter_of_every_table_is_there_with_its_value_and_unit(self, scenario: Scenario) -> None:
        document = describe(scenario)
        for family in FAMILIES:
            for name, parameters in getattr(scenario, family).items():
                if not parameters.enabled:
                    continue
                kind = type(parameters)
                for field, info in kind.model_fields.items():
                    if not is_parameter(kind, field):
                        continue
                    table, header = submodel_table(document, f"{family}.{name}")
                    row, value = table.row(f"`{field}`"), getattr(parameters, field)
                    assert read_back(row[header], value) == in_words(value), (family, name, field)
                    assert row["Unit"] == ((info.json_schema_extra or {}).get("unit") or "–")
                    assert row["Meaning"] == info.description

    @pytest.mark.parametrize("scenario", ALL.values(), ids=ALL)
    @pytest.mark.parametrize(("key", "heading"), PLACES.items())
    def test_every_parameter_of_a_section_is_there(self, scenario: Scenario, key: str, heading: str) -> None:
        table = tables(section(describe(scenario), heading))[-1]
        kind = type(getattr(scenario, key))
        assert [row[0] for row in table.rows] == [f"`{name}`" for name in kind.model_fields if is_parameter(kind, name)]

    @pytest.mark.parametrize("scenario", ALL.values(), ids=ALL)
    def test_every_random_decision_is_named(self, scenario: Scenario) -> None:
        table = only_table(section(describe(scenario), "### Stochasticity"))
        for process in scenario.processes:
            for decision, sentence in process.draws().items():
                assert table.row(f"`{process.name}.{decision}`")["What it decides"] == sentence

    @pytest.mark.parametrize("scenario", ALL.values(), ids=ALL)
    def test_tables_have_as_many_cells_in_every_line(self, scenario: Scenario) -> None:
        found = tables(describe(scenario))
        assert found
        assert all(len(row) == len(table.header) for table in found for row in table.rows)

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
    def test_processes_are_in_the_order_of_the_file(self, path: Path) -> None:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        names = raw["run"].get("order") or [*raw["process"]]
        order = [name for name in names if raw["process"][name].get("enabled", True)]
        overview = section(describe(Scenario.from_file(path)), "## 3 Process overview and scheduling")
        assert re.findall(r"^\d+\. `(\w+)`:", overview, flags=re.MULTILINE) == order

    @pytest.mark.parametrize("name", VARIANTS)
    def test_columns_are_those_of_the_society(self, name: str) -> None:
        population = Society(ALL[name]).population
        found = tables(section(describe(ALL[name]), "### State variables"))
        columns = {row[0] for table in found for row in table.rows if "For each" in table.header}
        assert columns == {f"`{column}`" for column in population if population[column].size}

    @pytest.mark.parametrize("name", VARIANTS)
    def test_dimensions_are_as_long_as_those_of_the_society(self, name: str) -> None:
        population = Society(ALL[name]).population
        table = tables(section(describe(ALL[name]), "### State variables"))[-1]
        assert {row[0]: int(row[1]) for row in table.rows} == {row[0]: population.size(row[0]) for row in table.rows}


class TestColumns:
    def test_a_column_has_its_sentence_dimensions_range_unit_start_and_owner(self, quickstart: str) -> None:
        table = tables(section(quickstart, "### State variables"))[0]
        assert table.row("`plasticity`") == {
            "Variable": "`plasticity`",
            "Meaning": "Learning rate η.",
            "For each": "agent",
            "Type": "number (float32)",
            "Range": "at least 0",
            "Unit": "per year",
            "Start": "0",
            "Owner": "`learning`",
        }

    def test_what_a_process_owns_stands_in_the_overview(self, full: str) -> None:
        table = only_table(section(full, "## 3 Process overview and scheduling"))
        assert table.row("`forgetting`")["Owns"] == "`forgetting_hits`"
        assert table.row("`forgetting`")["Adds to"] == "`knows`"
        assert table.row("`capture`")["Reads"] == "`attention`"

    def test_platforms_have_their_state(self, quickstart: str) -> None:
        assert "| `engagement` | Attention it received in the last step" in section(quickstart, "### State variables")


class TestValues:
    def test_a_value_other_than_the_default_is_bold(self, quickstart: str) -> None:
        row = submodel_table(quickstart, "platform.feed")[0].row("`power`")
        assert (row["Value"], row["Default"], row["Symbol"]) == ("**1.2**", "1", "κ")

    def test_a_default_is_not_bold_even_where_the_file_gives_it(self, quickstart: str) -> None:
        assert submodel_table(quickstart, "process.forgetting")[0].row("`rate`")["Value"] == "0.2"

    def test_a_required_value_has_no_default(self, quickstart: str) -> None:
        row = submodel_table(quickstart, "platform.feed")[0].row("`target`")
        assert (row["Value"], row["Default"]) == ("neuroticism = 2, conscientiousness = −2", "required")

    @pytest.mark.parametrize(
        ("path", "name", "allowed"),
        [
            ("process.exchange", "audience", "number from 0 to 1"),
            ("process.exchange", "temperature", "number above 0"),
            ("process.exchange", "status", "any number"),
            ("process.exchange", "share", "`interest`, `sincere`"),
            ("process.learning", "ledger", "true or false"),
            (
                "process.learning",
                "age_curve",
                "number from 0 to 1000000 or 1 or more of: (number from 0 to 150, number from 1e−12 to 1000000) or "
                "table of kind `bump`, `exponential`",
            ),
            ("process.forgetting", "active_for", "whole number at least 1 or not given"),
            ("platform.feed", "monthly_exit", "number at least 0, below 1"),
            ("platform.feed", "target", "by name: any number"),
            ("meme_family.tip", "n_items", "whole number from 1 to 4096"),
        ],
    )
    def test_what_is_allowed_is_said_in_words(self, quickstart: str, path: str, name: str, allowed: str) -> None:
        assert submodel_table(quickstart, path)[0].row(f"`{name}`")["Allowed"] == allowed

    def test_values_are_those_in_force(self) -> None:
        scenario = Scenario.from_file(QUICKSTART).replace({"platform.feed.power": 0.5})
        assert submodel_table(describe(scenario), "platform.feed")[0].row("`power`")["Value"] == "**0.5**"

    def test_tables_of_one_class_stand_side_by_side(self, quickstart: str) -> None:
        row = submodel_table(quickstart, "meme_family.custom")[0].row("`kind`")
        assert [row[f"`{name}`"] for name in ("craft", "custom", "tip")] == [
            "`invariant`",
            "`cooperative`",
            "`competitive`",
        ]

    def test_a_table_inside_a_table_has_its_parameters_too(self) -> None:
        curve = {"curve": "logistic", "critical_mass": 0.4}
        document = describe(tiny({"meme.joke.value": curve}, base=TALK))
        table = submodel_table(document, "meme.joke")[0]
        assert table.row("`value.critical_mass`")["Value"] == "**0.4**"
        assert table.row("`value.width`")["Value"] == "0.1"
        assert table.row("`value.curve`")["Value"] == "`logistic`"

    @pytest.mark.parametrize(
        ("item", "formula", "numbers"),
        [
            ("craft", "v₀: worth", "base = 1"),
            ("custom", "v₀ f^a", "base = 1, exponent = 1"),
            ("tip", "v₀ e^(−f/s)", "base = 1, scale = 0.1"),
        ],
    )
    def test_the_value_curve_in_force_is_told(self, quickstart: str, item: str, formula: str, numbers: str) -> None:
        values = tables(section(quickstart, "## 7 Submodels"))[-1].row(f"`{item}`")
        assert values["Value v(f)"].startswith(formula)
        assert values["With"] == numbers


class TestText:
    def test_the_title_is_the_scenarios(self, quickstart: str) -> None:
        title = tomllib.loads(QUICKSTART.read_text(encoding="utf-8"))["scenario"]["title"]
        assert quickstart.startswith(f"# {title}\n")

    def test_a_scenario_without_title_is_called_by_its_name(self) -> None:
        assert describe(tiny()).startswith("# tiny\n")

    def test_the_opening_comment_is_quoted(self, quickstart: str) -> None:
        quoted = [
            line for line in section(quickstart, "## 1 Purpose and patterns").splitlines() if line.startswith(">")
        ]
        assert quoted[0] == (
            "> Young people on a real friendship graph: what they come to know, and what a feed makes of them."
        )
        assert any(line.startswith("> - who met the feed under 18") for line in quoted)

    def test_a_comment_further_down_is_not_quoted(self, tmp_path: Path) -> None:
        path = scenario_file(tmp_path)
        path.write_text(f"\n# What is seen.\n#\n# - First.\n\n# No more.\n{path.read_text()}# Nor this.\n")
        quoted = re.findall(r"^>.*$", describe(Scenario.from_file(path)), flags=re.MULTILINE)
        assert quoted == ["> What is seen.", ">", "> - First."]

    def test_the_description_is_the_purpose(self) -> None:
        document = describe(tiny({"scenario.description": "To see who wins."}))
        assert section(document, "## 1 Purpose and patterns").strip().startswith("To see who wins.")

    def test_a_scenario_without_words_says_so(self) -> None:
        assert "states no purpose" in section(describe(tiny()), "## 1 Purpose and patterns")

    def test_formulae_of_docstrings_stand_as_they_are(self, quickstart: str) -> None:
        assert "R_p(y) = −½ κ_p a_ip |y − T_p|² over the traits that the target names" in quickstart
        assert "Reward of behaviour `at`: −½ κ a |at − T|². Its gradient: κ a (T − at)." in quickstart

    def test_the_length_of_the_run_is_told(self, quickstart: str) -> None:
        assert "1,040 steps and covers 20 years" in section(quickstart, "### Scales in time")

    def test_what_was_dropped_from_the_graph_is_told(self, quickstart: str) -> None:
        space = section(quickstart, "### Scales in space: the social graph")
        assert "800 people and 6,418 undirected, unweighted ties" in space
        assert "- 11 self-loops were dropped." in space

    def test_tables_that_are_switched_off_are_left_out_and_named(self) -> None:
        document = describe(Scenario.from_dict(everything()).replace({"platform.party.enabled": False}))
        assert "not described here: `platform.party`" in document
        assert "`platform.party`" not in section(document, "## 7 Submodels")


class TestConcepts:
    def test_rewards_have_their_weight_in_own_interest(self, quickstart: str) -> None:
        table = only_table(section(quickstart, "### Objectives"))
        assert table.row("`capture.feed`") == {"Reward": "`capture.feed`", "Weight ω": "0", "Learnt from": "yes"}
        assert table.row("`attention.quality`") == {
            "Reward": "`attention.quality`",
            "Weight ω": "1",
            "Learnt from": "no",
        }

    def test_people_who_learn_nothing_are_said_to_learn_nothing(self) -> None:
        assert "do not learn" in section(describe(tiny(base=TALK)), "### Adaptation and learning")

    def test_processes_along_ties_are_named(self, quickstart: str) -> None:
        assert "`attention`, `peers`, `exchange`." in section(quickstart, "### Interaction").splitlines()[1]

    def test_a_society_without_such_processes_does_not_meet(self) -> None:
        assert "people do not meet" in section(describe(make_scenario(process={"ageing": {}})), "### Interaction")

    def test_what_passes_between_processes_is_told(self, quickstart: str) -> None:
        row = only_table(section(quickstart, "### Interaction")).row("`reward`")
        assert row["Written by"] == "`landscape`, `peers`, `capture`, `income`, `learning`"
        assert row["Read by"] == "`learning`"

    def test_environments_are_drawn_by_decisions_too(self, full: str) -> None:
        table = only_table(section(full, "### Stochasticity"))
        assert table.row("`environment.school.home`")["What it decides"] == "who lives there"

    def test_all_measures_that_apply_are_observed_if_none_is_named(self, quickstart: str) -> None:
        names = [row[0].strip("`") for row in tables(section(quickstart, "### Observation"))[0].rows]
        model = Society(Scenario.from_file(QUICKSTART))
        assert names == [name for name, each in MEASURES.items() if each.applies_to(model) and not each.if_named]
        assert len(names) > 10

    def test_measures_that_do_not_apply_are_not(self) -> None:
        names = [row[0] for row in tables(section(describe(tiny(base=TALK)), "### Observation"))[0].rows]
        assert names == ["`known`", "`reach`", "`value`", "`sharing`"]

    def test_only_the_named_measures_are_observed(self) -> None:
        names = [
            row[0] for row in tables(section(describe(tiny({"record.measures": ["users"]})), "### Observation"))[0].rows
        ]
        assert names == ["`users`"]

    @pytest.mark.parametrize(("name", "message"), [("usres", "did you mean 'users'"), ("known", "needs 'knows'")])
    def test_a_measure_that_cannot_be_taken_is_an_error(self, name: str, message: str) -> None:
        with pytest.raises(society.InputError, match=message):
            describe(tiny({"record.measures": [name]}))


class TestReferences:
    def test_those_of_all_docstrings_in_use_are_listed_once(self, quickstart: str) -> None:
        works = section(quickstart, "## References").splitlines()
        assert sum("Simple statistical gradient-following algorithms" in work for work in works) == 1

    @pytest.mark.parametrize("author", ["DeGroot", "Goldenberg", "Grimm", "Kermack", "McFadden", "Müller", "Williams"])
    def test_they_are_there(self, quickstart: str, author: str) -> None:
        assert f"\n- {author}, " in section(quickstart, "## References")

    def test_those_of_what_is_not_in_use_are_not(self) -> None:
        assert "McFadden" not in describe(tiny(base=TALK))

    def test_they_are_in_order(self, quickstart: str) -> None:
        works = section(quickstart, "## References").split("\n- ")
        assert works[1:] == sorted(works[1:], key=str.casefold)


class TestReproduction:
    def test_the_digest_is_the_scenarios(self, quickstart: str) -> None:
        assert Scenario.from_file(QUICKSTART).digest() in section(quickstart, "## 8 Implementation and reproduction")

    def test_the_data_have_their_digest(self, quickstart: str) -> None:
        row = only_table(section(quickstart, "## 6 Input data")).row("`data/copenhagen/friendships.csv`")
        assert row["SHA-256"] == "`f1d68cd97dd022f6136716a17c9dbda7c99983ca51cc94196d95a5c2d52f86b3`"
        assert row["Source and licence"] == "`data/copenhagen/README.md`"

    def test_a_scenario_without_files_reads_none(self) -> None:
        assert "reads no files" in section(describe(tiny()), "## 6 Input data")

    def test_the_command_is_that_of_the_file(self, quickstart: str) -> None:
        assert "`society run quickstart.toml`" in section(quickstart, "## 8 Implementation and reproduction")

    def test_a_changed_scenario_is_run_from_the_appendix(self) -> None:
        document = describe(Scenario.from_file(QUICKSTART).replace({"run.seed": 2}))
        assert "save the appendix as `quickstart.toml`" in document

    @pytest.mark.parametrize("raw", [TINY, TALK, everything()], ids=["tiny", "talk", "everything"])
    def test_the_appendix_is_the_same_scenario(self, raw: dict[str, Any]) -> None:
        scenario = Scenario.from_dict(raw)
        (block,) = re.findall(r"^```toml\n(.*?)^```$", describe(scenario), flags=re.MULTILINE | re.DOTALL)
        assert Scenario.from_dict(tomllib.loads(block)).digest() == scenario.digest()

    def test_no_path_of_this_machine_is_in_it(self, quickstart: str) -> None:
        assert str(SCENARIOS.parent) not in quickstart

    def test_it_is_the_same_in_every_process(self) -> None:
        code = f"import society; print(society.describe(society.Scenario.from_file({str(QUICKSTART)!r})), end='')"
        one, other = (
            subprocess.run(
                [sys.executable, "-c", code],
                env={**os.environ, "PYTHONHASHSEED": seed},
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for seed in ("1", "2")
        )
        assert one == other


class TestCost:
    def test_a_million_people_are_not_built(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: Any, **__: Any) -> None:
            raise AssertionError("the graph was built")

        monkeypatch.setattr(Networkx, "build", refuse)
        document = describe(Scenario.from_dict(everything()).replace({"population.n_agents": 10**6}))
        assert "| person | 1,000,000 |" in document

    def test_people_whom_only_the_graph_counts_are_counted(self) -> None:
        raw = {"graph": {"kind": "networkx", "generator": "karate_club_graph"}, "process": {"ageing": {}}}
        assert "34 people and 78 undirected" in describe(Scenario.from_dict(raw))

    def test_no_society_is_made(self, tmp_path: Path) -> None:
        code = (
            "import sys, society; society.describe(society.Scenario.from_file(sys.argv[1])); "
            "sys.exit('society.model' in sys.modules)"
        )
        subprocess.run([sys.executable, "-c", code, scenario_file(tmp_path)], check=True)


class Fashion(Process):
    """People dress alike: d' = d + s.

    References
    ----------
    Simmel, G. (1904). Fashion. International Quarterly 10, 130–155.
    """

    kind: ClassVar[str] = "fashion"
    owns: ClassVar[tuple[Column, ...]] = (Column("dress", "How one dresses.", unit="hats"),)
    decisions: ClassVar[dict[str, str]] = {"whim": "what one wears | today"}
    speed: float = society.parameter(1.0, "Speed of change.", symbol="s", unit="hats per step", ge=0)


class Silent(Process):
    kind: ClassVar[str] = "silent"


class TestPlugins:
    @pytest.fixture
    def document(self, monkeypatch: pytest.MonkeyPatch) -> str:
        for kind in (Fashion, Silent):
            monkeypatch.setitem(PROCESSES, kind.kind, kind)
        return describe(make_scenario(process={"mode": {"kind": "fashion", "speed": 2.0}, "silent": {}}))

    def test_its_docstring_is_its_submodel(self, document: str) -> None:
        assert "People dress alike: d' = d + s." in section(document, "### Fashion: `process.mode`")

    def test_its_parameters_are_there(self, document: str) -> None:
        row = submodel_table(document, "process.mode")[0].row("`speed`")
        assert (row["Symbol"], row["Value"], row["Unit"]) == ("s", "**2**", "hats per step")

    def test_its_columns_are_there(self, document: str) -> None:
        assert tables(section(document, "### State variables"))[0].row("`dress`")["Owner"] == "`mode`"

    def test_its_decisions_are_there(self, document: str) -> None:
        table = only_table(section(document, "### Stochasticity"))
        assert table.row("`mode.whim`")["What it decides"] == "what one wears | today"

    def test_its_references_are_there(self, document: str) -> None:
        assert "- Simmel, G. (1904). Fashion. International Quarterly 10, 130–155." in document

    def test_one_without_words_is_said_to_have_none(self, document: str) -> None:
        text = section(document, "### Silent: `process.silent`")
        assert "Its author has not described it." in text
        assert "It has no parameters." in text


def test_it_is_public() -> None:
    assert society.describe is describe
