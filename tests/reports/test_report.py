"""Reports: what a page says of a study, finished or not, and that it stands alone."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import society
from society.console import HEADLINES
from society.errors import InputError
from society.folder import Lock
from society.processes.learning import Learning
from society.reports.blocks import Facts
from society.reports.choice import MOST_OUTCOMES, differs
from society.reports.progress import progress, warnings
from society.reports.subject import MOST_STEPS, Subject
from society.results import Study
from society.runner import run
from society.sweeps.sweep import Sweep
from tests.files import TALK, tiny
from tests.odd.test_html import Page

POWER = "platform.feed.power"
RAW = {
    "sweep": {"scenario": "tiny", "title": "How <strong> a feed", "replicates": 2, "description": "Power & trust."},
    "set": {"run.steps": 4, "record.twins": ["platform.feed"]},
    "factors": {POWER: [0.0, 1.0], "platform.feed.entry_age": [10, 20]},
    "arm": {"calm": {"title": "As it is"}, "wild": {"set": {"process.learning.temperature": 1.5}}},
}
FAILS = "seed 2 <cannot> be"


def sweep(**tables: Any) -> Sweep:
    return Sweep.from_dict({**RAW, **tables}, scenarios={"tiny": tiny()})


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """16 runs, of which those with power 1 and seed 2 in the wild arm fail."""
    step = Learning.step

    def failing(self: Learning, model: Any) -> None:
        scenario = model.scenario
        if scenario.run.seed == 2 and scenario.platform["feed"].power == 1.0 and self.temperature == 1.5:
            raise RuntimeError(FAILS)
        step(self, model)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Learning, "step", failing)
        return society.sweep(sweep(), out=tmp_path_factory.mktemp("finished") / "study", workers=1)


@pytest.fixture(scope="module")
def source(finished: Study, tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("report") / "page.html"
    return society.report(finished, out=out, outcomes=["interest"]).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    return Page(source)


@pytest.fixture
def study(finished: Study, tmp_path: Path) -> Study:
    """A copy, to be written into."""
    return Study.load(shutil.copytree(finished.folder, tmp_path / "study"))


def words_of(path: Path) -> str:
    return " ".join(Page(path.read_text(encoding="utf-8")).words.split())


class TestPage:
    def test_nothing_is_loaded_from_anywhere(self, source: str, page: Page) -> None:
        assert page.tags & {"script", "link", "iframe", "object", "embed", "base", "form"} == set()
        links = [value for name, value in page.attributes if name in ("href", "src", "xlink:href", "srcset", "action")]
        assert {value[:1] for value in links if not value.startswith("data:image/png;base64,")} == {"#"}
        assert set(re.findall(r"url\((.)", source)) <= {"#"}
        assert "@import" not in source

    def test_names_are_different_and_links_lead_to_them(self, page: Page) -> None:
        names = [value for name, value in page.attributes if name == "id"]
        assert len(names) == len({*names})
        links = {value[1:] for name, value in page.attributes if name in ("href", "xlink:href") and value[0] == "#"}
        assert links <= {*names}

    def test_every_picture_is_described_and_has_a_caption(self, source: str) -> None:
        figures = re.findall(r"<figure id=.*?</figure>", source, re.DOTALL)
        assert len(figures) == 6
        for number, figure in enumerate(figures, 1):
            assert re.search(r'<svg[^>]* role="img" aria-label="[^"]{20,}"', figure)
            assert f"<figcaption><b>Figure {number}.</b> " in figure

    def test_headings_go_down_by_one_at_most(self, source: str) -> None:
        depths = [int(depth) for depth in re.findall(r"<h(\d)", source)]
        assert depths[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(depths))

    def test_markup_in_a_title_or_an_error_is_text(self, page: Page) -> None:
        assert "How <strong> a feed" in page.words
        assert f"RuntimeError: {FAILS}" in page.words
        assert "cannot" not in page.tags

    def test_it_is_the_same_each_time(self, finished: Study, source: str, tmp_path: Path) -> None:
        again = society.report(finished.folder, out=tmp_path / "again.html", outcomes=["interest"])
        assert again.read_text(encoding="utf-8") == source

    def test_it_has_colours_for_the_dark_and_rules_for_paper(self, source: str) -> None:
        assert "prefers-color-scheme: dark" in source
        assert "@media print" in source


class TestSections:
    def test_all_are_there_and_in_the_contents(self, source: str) -> None:
        titles = re.findall(r'<h2 id="[^"]*">([^<]*)</h2>', source)
        nav = source[source.index("<nav") : source.index("</nav>")]
        assert titles[:8] == [
            "What was run",
            "Runs and failures",
            "Methods",
            "Outcomes",
            "Time series",
            "Effects of factors",
            "Distributions",
            "Heat maps",
        ]
        assert titles[8:] == ["Network", "Landscapes", "Model description", "How to reproduce it"]
        assert re.findall(">([^<]*)</a>", nav) == titles

    @pytest.mark.parametrize(
        "words",
        [
            "Power & trust.",
            "grid: every combination of the levels of all factors",
            "common random numbers",
            "run.steps = 4",
            "Strength of its pull at full attention.",
            "years",
            "process.learning.temperature = 1.5",
            "As it is",
            "16 planned: 14 done, 2 failed, 0 missing",
            "2 of 16 runs",
            "platform.feed.power = 1",
            "seed = 2",
            "in a full factorial design of 4 points over platform.feed.power: 0, 1; platform.feed.entry_age: 10, 20",
            "each in 2 arms (calm, wild), with 2 replicates of each (16 runs; seeds: 1 to 2).",
            "Of 16 runs 2 are left out: 2 failed, 0 were not done.",
            "Outcomes are those asked for.",
        ],
    )
    def test_the_design_and_the_runs_are_told(self, page: Page, words: str) -> None:
        assert words in " ".join(page.words.split())

    def test_what_is_set_in_all_runs_is_no_setting_of_an_arm(self, source: str) -> None:
        arms = source[source.index("<caption>Arms") :]
        assert "run.steps" not in arms[: arms.index("</table>")]

    def test_the_story_of_a_failure_is_where_the_page_says(self, finished: Study, page: Page) -> None:
        (story,) = re.findall(r"failures/\w+\.txt", page.words)
        assert FAILS in (finished.folder / story).read_text()

    def test_means_are_of_the_runs_that_are_done(self, finished: Study, page: Page) -> None:
        runs = finished.runs
        calm = runs[(runs["arm"] == "calm")]["interest"].mean()
        assert f"{calm:.4g}".replace("-", "−") in page.words

    def test_outcomes_that_are_not_drawn_are_listed(self, page: Page) -> None:
        assert (
            "Also recorded, and shown by --outcome NAME: trait_mean.anger, trait_mean.openness, trait_sd"
            in " ".join(page.words.split())
        )

    @pytest.mark.parametrize("key", ["code_digest", "run_id", "results_hash"])
    def test_digests_are_those_of_the_study(self, finished: Study, page: Page, key: str) -> None:
        assert str(finished.manifest[key]) in page.words

    def test_the_commands_name_a_run_of_the_study(self, finished: Study, page: Page) -> None:
        (run_id,) = re.findall(r"society reproduce STUDY (\w+)", page.words)
        assert run_id in {*finished.design["run_id"]}

    def test_the_software_can_be_cited(self, page: Page) -> None:
        assert (
            f"The Society developers (20{page.words.split('The Society developers (20')[1][:2]}). Society:"
            in page.words
        )
        assert "@software{society," in page.words

    def test_the_odd_is_folded_in_with_the_values_of_the_sweep(self, source: str) -> None:
        folded = source[source.index("<details>") : source.index("</details>")]
        assert "R_p(y) = −½ κ_p a_ip |y − T_p|² over" in folded
        assert '<h3 id="odd-' in folded or '<h4 id="odd-' in folded

    def test_it_is_of_a_run_that_was_done_and_says_which(self, finished: Study, page: Page) -> None:
        (run_id,) = {*re.findall(r"This is the society of run (\w+): arm = calm", page.words)}
        assert finished.runs.set_index("run_id").loc[run_id, "status"] == "done"

    def test_the_odd_marks_what_differs_between_runs(self, page: Page) -> None:
        words = " ".join(page.words.split())
        assert "0 (factor: 0, 1)" in words
        assert "(factor: 10, 20)" in words
        assert "(by arm: 1.5 in wild)" in words


class TestUnfinished:
    def test_runs_that_are_missing_are_counted(self, study: Study, tmp_path: Path) -> None:
        empty(study.folder)
        words = words_of(society.report(study.folder, out=tmp_path / "page.html"))
        assert "No run is done yet, so that there is nothing to draw." in words
        assert "16 planned: 0 done, 0 failed, 16 missing" in words
        assert "Time series" not in words
        assert "Network" in words

    def test_a_study_that_is_running_says_so(self, study: Study, held: None) -> None:
        subject = Subject(Study.load(study.folder), ["interest"])
        assert any("The study is still running" in words for words in warnings(subject))
        (facts,) = (block for block in progress(subject).blocks if isinstance(block, Facts))
        assert facts.items["Status"] == "running"
        assert "14 done, 2 failed" in facts.items["Runs"]

    def test_arms_with_scenarios_of_their_own_are_told_apart(self, tmp_path: Path) -> None:
        both = {
            "ring": tiny(base=TALK),
            "pairs": tiny({"graph.generator": "path_graph", "scenario.name": "path"}, base=TALK),
        }
        folder = society.sweep(Sweep.from_scenarios(both), out=tmp_path / "study", workers=1)
        words = words_of(society.report(folder))
        assert "scenario path; nothing of its own" in words
        assert "Arms have scenarios of their own; what is drawn above and described here is tiny." in words

    def test_a_base_that_runs_only_with_a_graph_of_a_factor_is_described_by_a_run(self, tmp_path: Path) -> None:
        ties = tmp_path / "ties.csv"
        ties.write_text("source,target\na,b\n")
        base = tiny(
            {"graph": {"kind": "csv", "path": str(ties)}, "population.n_agents": None, "run.steps": 1}, base=TALK
        )
        ring = {"kind": "small_world", "mean_degree": 2, "p_rewire": 0.0}
        raw = {
            "sweep": {"scenario": "tiny"},
            "set": {"population.n_agents": 7},
            "factors": {"graph": {"options": {"ring": ring}}},
        }
        study = society.sweep(Sweep.from_dict(raw, scenarios={"tiny": base}), out=tmp_path / "study", workers=1)
        words = words_of(society.report(study))
        assert "Social graph: all 7 people" in words
        assert "graph is not the same in all runs; factor: ring." in words
        assert "cannot be drawn" not in words

    def test_a_model_that_cannot_be_built_here_is_said(self, tmp_path: Path) -> None:
        ties = tmp_path / "ties.csv"
        ties.write_text("source,target\na,b\n")
        scenario = tiny({"graph": {"kind": "csv", "path": str(ties)}, "population.n_agents": None, "run.steps": 1})
        folder = run(scenario, out=tmp_path / "study").folder
        ties.unlink()
        words = words_of(society.report(folder))
        assert "The society cannot be drawn or described here." in words
        assert "ties.csv" in words
        assert "Time series" in words


def empty(folder: Path) -> None:
    """Take away all runs of a study, as if it had just begun."""
    (folder / "runs.parquet").unlink()
    for journal in (folder / "journal").iterdir():
        journal.write_text("")


@pytest.fixture
def held(study: Study) -> Iterator[None]:
    """The study is being written to."""
    manifest = json.loads((study.folder / "manifest.json").read_text())
    (study.folder / "manifest.json").write_text(json.dumps(manifest | {"status": "running"}))
    lock = Lock(study.folder)
    yield
    lock.release()


class TestChoice:
    def test_the_measures_that_the_scenario_names_are_drawn(self, tmp_path: Path) -> None:
        named = {"run.steps": 1, "record.measures": ["users", "trait_sd"]}
        study = society.sweep(sweep(set=named, arm={}), out=tmp_path / "study", workers=1)
        assert Subject(study).outcomes == ["users.feed", "trait_sd.anger", "trait_sd.openness"]

    def test_else_those_of_general_interest_that_differ_between_runs(self, finished: Study) -> None:
        chosen = Subject(finished).outcomes
        assert {name.split(".")[0] for name in chosen} <= {*HEADLINES}
        assert 0 < len(chosen) <= MOST_OUTCOMES

    def test_rounding_is_no_difference(self) -> None:
        columns = pd.DataFrame({"work.bounds": [1e-9, -1e-9], "work.peers": [0.3, 0.3], "work.chance": [-0.3, -0.2]})
        assert [name for name in columns if differs(columns[name], beside=columns)] == ["work.chance"]

    def test_a_measure_stands_for_all_its_columns(self, finished: Study) -> None:
        assert Subject(finished, ["trait_sd", "interest"]).outcomes == [
            "trait_sd.anger",
            "trait_sd.openness",
            "interest",
        ]

    def test_of_long_series_so_many_steps_are_read_as_can_be_seen(self, tmp_path: Path) -> None:
        study = run(tiny({"run.steps": 1003, "record.every": 3}, base=TALK), out=tmp_path / "study")
        steps = Subject(study).series["step"].to_list()
        assert steps[0] == 0
        assert steps[-1] == 1003
        assert len(steps) <= MOST_STEPS + 2
        assert {*steps} <= {*study.series["step"]}

    @pytest.mark.parametrize(
        ("how", "message"),
        [
            ({"outcomes": ["intrest"]}, "no outcome 'intrest'; did you mean 'interest'"),
            ({"figures": ["jpg"]}, "figures = 'jpg': must be one of png, svg, pdf; did you mean 'png'"),
            ({"out": "page.txt"}, "page.txt: must end in .html"),
        ],
    )
    def test_what_is_not_there_is_refused(self, finished: Study, how: dict[str, Any], message: str) -> None:
        with pytest.raises(InputError, match=re.escape(message)):
            society.report(finished, **how)

    def test_a_place_that_cannot_be_written_is_said(self, finished: Study, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(InputError, match=r"page\.html: cannot be written"):
            society.report(finished, out=tmp_path / "file" / "page.html")


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of one run whose people were recorded."""
    folder = tmp_path_factory.mktemp("one") / "study"
    scenario = tiny({"record.agents": True, "record.measures": ["users"], "scenario.title": "Twenty on a ring"})
    return words_of(society.report(run(scenario, out=folder)))


class TestOneRun:
    @pytest.mark.parametrize(
        "words_there", ["Twenty on a ring", "Outcomes over time", "step 6", "people at the end of the run"]
    )
    def test_what_applies_is_there(self, words: str, words_there: str) -> None:
        assert words_there in words

    @pytest.mark.parametrize("section", ["Effects of factors", "Distributions", "Heat maps", "Replicates"])
    def test_what_does_not_apply_is_left_out(self, words: str, section: str) -> None:
        assert section not in words

    def test_without_a_landscape_there_is_no_picture_of_one(self, tmp_path: Path) -> None:
        study = run(tiny(base=TALK), out=tmp_path / "study")
        path = society.report(study)
        assert path == tmp_path / "study" / "report" / "report.html"
        assert "Landscapes" not in words_of(path)
        assert Study.load(study.folder).status == "done"
