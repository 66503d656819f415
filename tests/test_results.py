"""Study folders: what is in them, who can read them, and what is left when a run does not end well."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from society import folder, writers
from society.errors import InputError
from society.processes import PROCESSES, Process
from society.provenance import code_digest
from society.results import Study, results_hash
from society.runner import run, state_hash
from tests.files import TALK, Outcome, command, contents, journal_lines, scenario_file, stopped_midway, tiny

STEPS = [0, 1, 2, 3, 4, 5, 6]
PROMISED = ["state", "state_hash", "results_hash", "scenario_digest", "code_digest", "seed", "status", "versions"]
OTHERS = ["command", "timing", "schema_version", "run_id", "threads", "machine", "started", "finished", "notices"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A study that ran to its end; not to be written into."""
    scenario = tiny({"record.agents": True, "scenario.title": "Twenty on a ring"})
    return run(scenario, out=tmp_path_factory.mktemp("finished") / "study")


@pytest.fixture
def study(finished: Study, tmp_path: Path) -> Study:
    """A copy of it, to be written into."""
    return Study.load(shutil.copytree(finished.folder, tmp_path / "study"))


class TestFinished:
    def test_the_folder_holds_what_the_documentation_lists(self, finished: Study) -> None:
        assert sorted(path.name for path in finished.folder.iterdir()) == [
            "agents",
            "journal",
            "manifest.json",
            "runs.parquet",
            "scenario.toml",
            "series",
        ]

    @pytest.mark.parametrize(
        "key",
        [*PROMISED, *OTHERS],
    )
    def test_the_manifest_has_every_key(self, finished: Study, key: str) -> None:
        assert key in json.loads((finished.folder / "manifest.json").read_text())

    @pytest.mark.parametrize("key", ["build_s", "compile_s", "steps_s", "agent_steps_per_s", "peak_memory_mb"])
    def test_timings_are_numbers_from_zero_on(self, finished: Study, key: str) -> None:
        assert finished.manifest["timing"][key] >= 0

    def test_the_manifest_says_what_was_run(self, finished: Study) -> None:
        facts = finished.manifest
        assert (facts["name"], facts["title"], facts["seed"], facts["steps"]) == ("tiny", "Twenty on a ring", 1, 6)
        assert (facts["n_agents"], facts["n_ties"]) == (20, 20)

    def test_the_manifest_says_with_which_code(self, finished: Study) -> None:
        assert finished.manifest["code_digest"] == code_digest()

    def test_the_scenario_in_the_folder_is_the_one_that_ran(self, finished: Study) -> None:
        outcome = command("show", finished.folder / "scenario.toml")
        assert outcome.out == (finished.folder / "scenario.toml").read_text()

    def test_it_says_that_it_is_done(self, finished: Study) -> None:
        assert (finished.status, finished.steps_done) == ("done", 6)

    def test_there_is_a_row_a_step_from_before_the_first(self, finished: Study) -> None:
        assert finished.series["step"].tolist() == STEPS

    def test_there_is_one_run_with_its_outcomes(self, finished: Study) -> None:
        row = finished.runs.iloc[0]
        assert len(finished.runs) == 1
        assert row["trait_sd.anger"] == finished.series["trait_sd.anger"].iloc[-1]
        assert row["state_hash"] == finished.manifest["state_hash"]

    def test_there_is_a_row_a_person(self, finished: Study) -> None:
        assert finished.agents["uid"].tolist() == list(range(20))

    def test_people_at_the_end_agree_with_the_last_measures(self, finished: Study) -> None:
        mean = finished.agents["traits.anger"].astype("f8").mean()
        assert finished.series["trait_mean.anger"].iloc[-1] == pytest.approx(mean, rel=1e-6)

    def test_nothing_half_written_stays(self, finished: Study) -> None:
        assert [name for name in contents(finished.folder) if "/." in f"/{name}"] == []

    def test_the_state_hash_is_that_of_the_parts_in_the_manifest(self, finished: Study) -> None:
        assert state_hash(finished.manifest["state"]) == finished.manifest["state_hash"]

    def test_it_shows_itself_in_one_line(self, finished: Study) -> None:
        assert repr(finished) == "<Study tiny: done, step 6 of 6>"


class TestReadersWithoutSociety:
    def test_pandas_reads_the_series(self, finished: Study) -> None:
        assert pd.read_parquet(finished.folder / "series")["step"].tolist() == STEPS

    def test_pandas_reads_the_runs(self, finished: Study) -> None:
        assert pd.read_parquet(finished.folder / "runs.parquet")["status"].tolist() == ["done"]

    def test_pyarrow_reads_the_series(self, finished: Study) -> None:
        assert pq.read_table(finished.folder / "series")["step"].to_pylist() == STEPS

    def test_pandas_passes_over_a_file_half_written(self, study: Study) -> None:
        (study.folder / "series" / ".part-00009.parquet.tmp").write_bytes(b"PAR1 and no more")
        assert pd.read_parquet(study.folder / "series")["step"].tolist() == STEPS

    def test_the_runs_join_the_series_by_run_id(self, finished: Study) -> None:
        assert set(finished.series["run_id"]) == set(finished.runs["run_id"])


class TestJournal:
    def test_a_torn_last_line_is_no_line(self, study: Study) -> None:
        with (study.folder / "journal" / "main.jsonl").open("a") as journal:
            journal.write('{"run_id": "x", "part": "part-0')
        assert study.series["step"].tolist() == STEPS

    def test_a_part_without_a_line_does_not_count(self, study: Study) -> None:
        parts = sorted((study.folder / "series").glob("part-*.parquet"))
        shutil.copy(parts[0], study.folder / "series" / "part-00099.parquet")
        assert study.series["step"].tolist() == STEPS

    def test_parts_that_are_gone_are_said_in_one_line(self, study: Study) -> None:
        line = json.loads((study.folder / "journal" / "main.jsonl").read_text().splitlines()[-1])
        with (study.folder / "journal" / "main.jsonl").open("a") as journal:
            for part in ("part-00097", "part-00098", "part-00099"):
                journal.write(json.dumps(line | {"part": part, "holds": ["series"]}) + "\n")
        with pytest.raises(
            InputError, match=r"part-00097\.parquet: has been taken away, as have 2 other parts: "
        ) as raised:
            _ = study.series
        assert len(str(raised.value).splitlines()) == 1


class TestLoading:
    def test_a_folder_that_is_no_study_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"is not a study folder: it has no manifest\.json"):
            Study.load(tmp_path)

    @pytest.mark.parametrize("text", ["{", "", "[]", "3", '{"name": "browser extension"}'])
    def test_a_manifest_that_is_none_is_refused(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "manifest.json").write_text(text)
        with pytest.raises(InputError, match="manifest"):
            Study.load(tmp_path)

    def test_a_study_of_a_later_version_is_refused(self, study: Study) -> None:
        facts = json.loads((study.folder / "manifest.json").read_text())
        (study.folder / "manifest.json").write_text(json.dumps(facts | {"schema_version": folder.SCHEMA_VERSION + 1}))
        with pytest.raises(InputError, match="later version"):
            Study.load(study.folder)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A study whose process was killed midway."""
    folder = tmp_path_factory.mktemp("killed")
    stopped_midway(scenario_file(folder, base=TALK), folder / "study", signal.SIGKILL)
    return Study.load(folder / "study")


class TestKilled:
    def test_it_opens_and_says_so(self, killed: Study) -> None:
        assert killed.status == "killed"

    def test_it_says_how_far_it_came(self, killed: Study) -> None:
        assert killed.steps_done == json.loads(journal_lines(killed.folder)[-1])["step"] > 0

    def test_every_row_until_then_is_there_once(self, killed: Study) -> None:
        assert killed.series["step"].tolist() == list(range(killed.steps_done + 1))

    def test_it_has_its_one_row_of_runs(self, killed: Study) -> None:
        assert killed.runs[["status", "steps_done"]].values.tolist() == [["killed", killed.steps_done]]

    def test_its_folder_may_be_used_again_with_force(self, killed: Study, tmp_path: Path) -> None:
        folder = shutil.copytree(killed.folder, tmp_path / "study")
        assert run(tiny(base=TALK), out=folder, force=True).status == "done"

    def test_without_force_it_may_not(self, killed: Study) -> None:
        with pytest.raises(InputError, match="already exists"):
            run(tiny(base=TALK), out=killed.folder)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Study]:
    """What Ctrl-C midway leaves: the outcome of the command, and the study."""
    folder = tmp_path_factory.mktemp("interrupted")
    outcome = stopped_midway(scenario_file(folder, base=TALK), folder / "study", signal.SIGINT)
    return outcome, Study.load(folder / "study")


class TestInterrupted:
    def test_the_command_leaves_with_130(self, ended: tuple[Outcome, Study]) -> None:
        assert ended[0].code == 130

    def test_it_says_how_much_is_kept_and_where(self, ended: tuple[Outcome, Study]) -> None:
        outcome, study = ended
        assert f"kept until step {study.steps_done} of 1000000000 in {study.folder}" in outcome.err
        assert "Traceback" not in outcome.err

    def test_the_study_says_that_it_was_interrupted(self, ended: tuple[Outcome, Study]) -> None:
        assert ended[1].status == "interrupted"
        assert ended[1].runs["status"].tolist() == ["interrupted"]

    def test_every_row_until_then_is_there_once(self, ended: tuple[Outcome, Study]) -> None:
        study = ended[1]
        assert study.series["step"].tolist() == list(range(study.steps_done + 1))

    @pytest.mark.parametrize("writing", ["append_line", "write_frame"])
    def test_an_interrupt_while_rows_are_written_keeps_each_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writing: str
    ) -> None:
        write = getattr(writers, writing)

        def interrupted(path: Path, *content: Any) -> None:
            write(path, *content)
            if path.name != "runs.parquet":
                monkeypatch.setattr(writers, writing, write)
                raise KeyboardInterrupt

        monkeypatch.setattr(writers, "FLUSH_SECONDS", -1.0)
        monkeypatch.setattr(writers, writing, interrupted)
        with pytest.raises(KeyboardInterrupt):
            run(tiny(base=TALK), out=tmp_path / "study")
        assert Study.load(tmp_path / "study").series["step"].tolist() == [0]


def test_a_table_is_read_whole_while_others_take_its_place(tmp_path: Path) -> None:
    path, is_over = tmp_path / "table.parquet", threading.Event()
    tables = [pd.DataFrame({"a": range(n), "b": [str(i) for i in range(n)]}) for n in (5, 20_000)]
    folder.write_frame(path, tables[0])

    def replace() -> None:
        while not is_over.is_set():
            for table in tables:
                folder.write_frame(path, table)

    with ThreadPoolExecutor(1) as pool:
        replacing = pool.submit(replace)
        try:
            lengths = {len(folder.read_frame(path)) for _ in range(300)}
        finally:
            is_over.set()
        replacing.result()
    assert lengths == {5, 20_000}


def test_a_journal_line_torn_by_a_full_disk_costs_no_row_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = writers.append_line

    def torn(path: Path, line: str) -> None:
        monkeypatch.setattr(writers, "append_line", append)
        path.write_text(line[:10])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(writers, "FLUSH_SECONDS", -1.0)
    monkeypatch.setattr(writers, "append_line", torn)
    with pytest.raises(InputError, match="No space left on device"):
        run(tiny(base=TALK), out=tmp_path / "study")
    assert Study.load(tmp_path / "study").series["step"].tolist() == [0]


class Broken(Process):
    """Fails in the third step."""

    kind = "broken"

    def step(self, model: Any) -> None:
        if model.n_steps == 2:
            raise RuntimeError("the third step is one too many")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets scenarios name the process that fails."""
    monkeypatch.setitem(PROCESSES, "broken", Broken)


@pytest.mark.usefixtures("broken")
class TestFailed:
    def outcome(self, folder: Path) -> Outcome:
        """Run a file that fails midway."""
        path = scenario_file(folder, {"process.broken": {}}, base=TALK).rename(folder / "bad.toml")
        return command("run", path, "--out", folder / "out")

    def test_the_command_leaves_with_1_and_says_why(self, tmp_path: Path) -> None:
        outcome = self.outcome(tmp_path)
        assert outcome.code == 1
        assert f"{tmp_path / 'bad.toml'}: failed: RuntimeError: the third step is one too many" in outcome.err
        assert f"kept until step 2 of 6 in {tmp_path / 'out'}" in outcome.err

    def test_the_study_says_that_it_failed_and_keeps_its_rows(self, tmp_path: Path) -> None:
        self.outcome(tmp_path)
        study = Study.load(tmp_path / "out")
        assert (study.status, study.steps_done) == ("failed", 2)
        assert study.series["step"].tolist() == [0, 1, 2]
        assert study.runs["error"].tolist() == ["the third step is one too many"]

    def test_the_whole_story_is_kept_under_the_runs_name(self, tmp_path: Path) -> None:
        self.outcome(tmp_path)
        study = Study.load(tmp_path / "out")
        story = (study.folder / "failures" / f"{study.manifest['run_id']}.txt").read_text()
        assert story.startswith("Traceback")
        assert "the third step is one too many" in story

    def test_from_python_the_error_itself_comes_through(self, tmp_path: Path) -> None:
        with pytest.raises(RuntimeError, match="one too many"):
            run(tiny({"process.broken": {}}, base=TALK), out=tmp_path / "out")


class TestFolder:
    def test_two_cannot_write_into_one(self, tmp_path: Path) -> None:
        seen: list[str] = []

        def meanwhile(n_steps: int) -> None:
            if n_steps == 3:
                with pytest.raises(InputError) as caught:
                    run(tiny(base=TALK), out=tmp_path / "out", force=True)
                seen.append(str(caught.value))

        study = run(tiny(base=TALK), out=tmp_path / "out", progress=meanwhile)
        assert [said.split(";")[0] for said in seen] == [f"{tmp_path / 'out'}: another run is writing here"]
        assert study.series["step"].tolist() == STEPS

    def test_a_study_being_written_opens_as_running(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(writers, "FLUSH_SECONDS", -1.0)
        seen: list[tuple[str, int]] = []

        def meanwhile(n_steps: int) -> None:
            study = Study.load(tmp_path / "out")
            seen.append((study.status, study.steps_done))

        run(tiny(base=TALK), out=tmp_path / "out", progress=meanwhile)
        assert seen == [("running", step) for step in STEPS[1:]]

    def test_force_replaces_a_study(self, study: Study) -> None:
        assert run(tiny({"run.seed": 2}, base=TALK), out=study.folder, force=True).manifest["seed"] == 2

    def test_force_leaves_nothing_of_the_study_before(self, study: Study) -> None:
        run(tiny(base=TALK), out=study.folder, force=True)
        assert not (study.folder / "agents").exists()

    def test_force_leaves_files_of_others_where_they_are(self, study: Study) -> None:
        (study.folder / "notes.txt").write_text("mine")
        run(tiny(base=TALK), out=study.folder, force=True)
        assert (study.folder / "notes.txt").read_text() == "mine"

    def test_an_empty_folder_will_do(self, tmp_path: Path) -> None:
        (tmp_path / "out").mkdir()
        assert run(tiny(base=TALK), out=tmp_path / "out").status == "done"

    def test_folders_above_it_are_made(self, tmp_path: Path) -> None:
        assert run(tiny(base=TALK), out=tmp_path / "a" / "b").folder == tmp_path / "a" / "b"

    def test_a_scenario_without_a_name_still_gets_a_folder_of_its_own(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        folders = [run(tiny({"scenario": {}}, base=TALK)).folder for _ in range(2)]
        assert [folder.parent.name for folder in folders] == ["results", "results"]
        assert folders[1].name == f"{folders[0].name}-2"


def frame(**columns: Any) -> pd.DataFrame:
    """A series of one run and two steps."""
    return pd.DataFrame({"run_id": ["a", "a"], "step": [0, 1], **columns})


class TestResultsHash:
    known: Callable[..., str] = staticmethod(results_hash)
    base = frame(wealth=[1.0, 2.0], known=[0.5, np.nan])

    def test_it_does_not_depend_on_the_order_of_rows(self) -> None:
        assert self.known(self.base.iloc[::-1], "s") == self.known(self.base, "s")

    def test_it_does_not_depend_on_the_order_of_columns(self) -> None:
        assert self.known(self.base[["known", "step", "wealth", "run_id"]], "s") == self.known(self.base, "s")

    @pytest.mark.parametrize(
        "other",
        [
            frame(wealth=[1.0, np.nextafter(2.0, 3.0)], known=[0.5, np.nan]),
            frame(wealth=[1.0, 2.0], known=[0.5, 0.0]),
            frame(riches=[1.0, 2.0], known=[0.5, np.nan]),
            frame(wealth=[1.0, 2.0]),
            base.iloc[:1],
            base.assign(step=[0, 2]),
        ],
    )
    def test_it_depends_on_every_value_name_and_row(self, other: pd.DataFrame) -> None:
        assert self.known(other, "s") != self.known(self.base, "s")

    def test_it_depends_on_the_final_state(self) -> None:
        assert self.known(self.base, "t") != self.known(self.base, "s")

    def test_minus_zero_is_zero(self) -> None:
        assert self.known(frame(x=[0.0, -0.0]), "s") == self.known(frame(x=[0.0, 0.0]), "s")
