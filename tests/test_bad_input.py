"""Whatever the user gives wrong: exit code 2, a message that helps, no traceback, and nothing lost or left behind."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from society import writers
from society.results import Study
from tests.files import TALK, TINY, Outcome, Raw, command, contents, python, scenario_file

NAN, INF = float("nan"), float("inf")

ORDER = [name for name in TINY["process"] if name != "learning"]

CASES: dict[str, tuple[Raw, str]] = {
    "an unknown table": ({"platfrom": {}}, "platfrom: unknown table; did you mean 'platform'?"),
    "an unknown key": ({"run.step": 3}, "run.step: unknown key 'step'; did you mean 'steps'?"),
    "an unknown key of a platform": ({"platform.feed.pover": 1.0}, "platform.feed.pover: unknown key 'pover'; did you"),
    "an unknown key of a process": ({"process.learning.nois": 1.0}, "process.learning.nois: unknown key 'nois'; did"),
    "an unknown process": ({"process.ageeing": {}}, "process.ageeing: no process of kind 'ageeing'; did you mean 'age"),
    "an unknown kind of process": ({"process.learning.kind": "lerning"}, "process.learning: no process of kind 'lerni"),
    "an unknown kind of graph": ({"graph.kind": "networky"}, "graph.kind = 'networky': no such kind; did you mean 'ne"),
    "an unknown generator": ({"graph.generator": "cycel_graph"}, "graph.generator = 'cycel_graph': no such generator"),
    "an unknown argument of a generator": ({"graph.arguments": {"m": 1}}, "graph.arguments.m: cycle_graph has no such"),
    "an unknown kind of environment": ({"environment.home.kind": "well"}, "environment.home.kind = 'well': no such ki"),
    "an unknown kind of item": ({"meme.x": {"kind": "invarient"}}, "meme.x.kind = 'invarient': must be one of 'invari"),
    "an unknown curve": ({"meme.x": {"kind": "invariant", "value": {"curve": "powr"}}}, "meme.x.value"),
    "an unknown trait": (
        {"platform.feed.target": {"angr": 1.0}},
        "platform.feed.target: no trait 'angr'; did you mean",
    ),
    "an unknown gain": ({"platform.feed.gain": "votes"}, "platform.feed.gain = 'votes': must be one of 'engagement'"),
    "a gain by no trait": (
        {"platform.feed.gain": "traits"},
        "platform.feed.gain_towards: must name at least one trait",
    ),
    "a gain by an unknown trait": (
        {"platform.feed.gain": "traits", "platform.feed.gain_towards": {"angr": 1.0}},
        "platform.feed.gain_towards: no trait 'angr'; did you mean 'anger'?",
    ),
    "a gain by traits beside engagement": (
        {"platform.feed.gain_towards": {"anger": 1.0}},
        "platform.feed.gain_towards: only goes with gain = \"traits\", not 'engagement'",
    ),
    "an unknown measure": ({"record.measures": ["trait_men"]}, "record.measures: no measure 'trait_men'; did you mean"),
    "a measure that does not apply": ({"record.measures": ["known"]}, "record.measures: 'known' needs 'knows', which"),
    "an unknown twin": ({"record.twins": ["platform.fed"]}, "record.twins: no 'platform.fed' here; did you mean 'pla"),
    "an unknown process in the order": ({"run.order": ["agein"]}, "run.order: no process 'agein'; did you mean 'agein"),
    "text for a whole number": ({"run.steps": "10"}, "run.steps = '10': must be a whole number"),
    "a fraction for a whole number": ({"run.steps": 1.5}, "run.steps = 1.5: must be a whole number"),
    "a truth for a whole number": ({"run.seed": True}, "run.seed = true: must be a whole number"),
    "text for a number": ({"platform.feed.power": "high"}, "platform.feed.power = 'high': must be a number"),
    "a number for a truth": ({"process.learning.ledger": 1}, "process.learning.ledger = 1: must be true or false"),
    "a number for text": ({"graph.generator": 3}, "graph.generator = 3: must be a string in quotes"),
    "text for a list": ({"population.traits": "anger"}, "population.traits = 'anger': must be a list"),
    "a value for a table": ({"run": 3}, "run = 3: must be a table"),
    "a value for a family": ({"platform": 3}, "platform = 3: must be tables, [platform.name]"),
    "a value for a named table": ({"platform.feed": 3}, "platform.feed = 3: must be a table"),
    "an array of tables": ({"platform": [{"target": {"anger": 1.0}}]}, "must be tables, [platform.name]"),
    "a name given twice over": ({"platform.feed.name": "feed"}, "platform.feed.name: the name is the key of the table"),
    "a name in capitals": (
        {"platform.Feed": {"target": {"anger": 1.0}}},
        "must be made of lower-case letters, digits and und",
    ),
    "a required key left out": ({"platform.feed.target": None}, "platform.feed.target: is required"),
    "no graph": ({"graph": None}, "graph.kind: is required; known: blocks, csv, edge_list"),
    "below the range": ({"platform.feed.power": -0.5}, "platform.feed.power = -0.5: must be at least 0"),
    "above the range": ({"platform.feed.monthly_exit": 1.0}, "platform.feed.monthly_exit = 1.0: must be below 1"),
    "a negative seed": ({"run.seed": -1}, "run.seed = -1: must be at least 0"),
    "a seed too large for the tables of results": ({"run.seed": 2**63}, "run.seed = 9223372036854775808: must be at m"),
    "a platform called like what is no platform": ({"platform.life": {"target": {"anger": 1.0}}}, "platform.life"),
    "a source called like what is no source": (
        {"process": {**TINY["process"], "chance": {"kind": "influence"}}, "run.order": [*ORDER, "chance", "learning"]},
        "process.chance",
    ),
    "negative steps": ({"run.steps": -1}, "run.steps = -1: must be at least 0"),
    "a step of no time": ({"run.steps_per_year": 0}, "run.steps_per_year = 0: must be at least 1"),
    "a record of no rows": ({"record.every": 0}, "record.every = 0: must be at least 1"),
    "nan": ({"platform.feed.power": NAN}, "platform.feed.power = nan: must be a finite number, not nan or infinity"),
    "infinity": ({"platform.feed.appeal": INF}, "platform.feed.appeal = inf: must be a finite number, not nan or inf"),
    "nan in a table of numbers": (
        {"platform.feed.target": {"anger": NAN}},
        "platform.feed.target.anger = nan: must be",
    ),
    "nan in a list": ({"process.learning.age_curve": [[20.0, NAN]]}, "process.learning.age_curve"),
    "nan for a generator": ({"graph.generator": "gnp_random_graph", "graph.arguments": {"p": NAN}}, "graph.arguments"),
    "ages upside down": ({"population.age_low": 41.0}, "population.age_low = 41.0 is above population.age_high = 40.0"),
    "a trait twice": ({"population.traits": ["anger", "anger"]}, "population.traits: 'anger' stands twice"),
    "no traits": ({"population.traits": []}, "population.traits"),
    "nobody": ({"population.n_agents": 0}, "population.n_agents = 0: must be at least 1"),
    "fewer than nobody": ({"population.n_agents": -5}, "population.n_agents = -5: must be at least 1"),
    "more people than can be numbered": ({"population.n_agents": 2**31}, "must be at most 2147483646"),
    "fewer people than the graph": (
        {"graph.arguments": {"n": 30}},
        "population.n_agents = 20: the graph has 30 people",
    ),
    "a column that nobody owns": ({"process.exploration": None}, "process.learning: needs column 'trial', which no"),
    "who would own it": ({"process.ageing": None}, "needs column 'age', which no process here owns; [process.ageing]"),
    "a column that two own": ({"process.older": {"kind": "ageing"}}, "process.older: its column 'age' already belongs"),
    "exchange of nothing": ({"process.exchange": {}}, "process.exchange: needs an item: add a [meme.*]"),
    "an item and a family of one name": (
        {"meme.x": {"kind": "invariant"}, "meme_family.x": {"kind": "invariant"}},
        "meme.x: there is a meme_family.x too",
    ),
}


def refused(outcome: Outcome) -> str:
    """The message of a command that refused its input, and said nothing else."""
    assert outcome.code == 2, outcome
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    return outcome.err


@pytest.mark.parametrize(("changes", "said"), CASES.values(), ids=CASES.keys())
def test_a_wrong_scenario_is_refused_by_file_path_and_value(tmp_path: Path, changes: Raw, said: str) -> None:
    path = scenario_file(tmp_path, changes)
    message = refused(command("run", path, "--out", tmp_path / "out"))
    assert f"{path}: " in message
    assert said in message
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.parametrize(("changes", "said"), CASES.values(), ids=CASES.keys())
def test_validate_finds_whatever_run_would_refuse(tmp_path: Path, changes: Raw, said: str) -> None:
    path = scenario_file(tmp_path, changes)
    message = refused(command("validate", path))
    assert f"{path}: " in message
    assert said in message


TEXTS: dict[str, tuple[bytes, str]] = {
    "a word without value": (b"[run]\nsteps\n", "line 2, column 6"),
    "an open bracket": (b"[run\nsteps = 1\n", "line 1, column 5"),
    "a table twice": (b"[platform.feed]\n[platform.feed]\n", "line 2, column 15"),
    "a key twice": (b"[run]\nseed = 1\nseed = 2\n", "line 3, column 9"),
    "bytes that are no text": (b"\x89PNG\r\n\x1a\n\xff\xfe", "is not a text file"),
    "text that is no UTF-8": ("title = 'Zürich'".encode("latin-1"), "is not a text file"),
    "an empty file": (b"", "graph.kind: is required"),
}


@pytest.mark.parametrize(("content", "said"), TEXTS.values(), ids=TEXTS.keys())
def test_a_file_that_cannot_be_read_is_refused_with_the_place(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    message = refused(command("run", path, "--out", tmp_path / "out"))
    assert message.startswith(f"{path}: ")
    assert said in message


class TestFiles:
    def test_a_missing_file_is_named_with_the_nearest(self, tmp_path: Path) -> None:
        scenario_file(tmp_path)
        message = refused(command("run", tmp_path / "tinny.toml"))
        assert message == f"{tmp_path / 'tinny.toml'}: no such file; did you mean 'tiny'?\n"

    def test_a_folder_is_not_a_scenario(self, tmp_path: Path) -> None:
        assert refused(command("run", tmp_path)) == f"{tmp_path}: is a folder, not a scenario file\n"

    def test_a_process_of_its_own_leaves_with_2_and_no_traceback(self, tmp_path: Path) -> None:
        path = scenario_file(tmp_path, {"run.steps": -1})
        outcome = python("from society.cli import main; main()", "run", path, "--out", tmp_path / "out")
        assert refused(outcome) == f"{path}: run.steps = -1: must be at least 0\n"


GRAPHS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty graph, the file has no ties"),
    "a header only": (b"a,b\n", "empty graph, the file has no ties"),
    "self-loops only": (b"a,b\n0,0\n1,1\n", "empty graph, the file has no ties"),
    "one column": (b"a\n0\n", "needs two columns or more"),
    "bytes": (b"a,b\n\x00\x01\x02", "not a text file"),
    "another encoding": ("a,b\nJürg,Ann\n".encode("latin-1"), "not a text file in UTF-8"),
    "a missing end": (b"a,b\n0,1\n2,\n", "column 'b' is missing in data row 2"),
    "a row too long": (b"a,b\n0,1,2\n", "rows are longer than the header"),
}


@pytest.mark.parametrize(("content", "said"), GRAPHS.values(), ids=GRAPHS.keys())
def test_a_graph_file_that_makes_no_graph_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "ties.csv").write_bytes(content)
    message = refused(command("run", csv_scenario(tmp_path), "--out", tmp_path / "out"))
    assert message.startswith(f"{tmp_path / 'tiny.toml'}: graph.path = ")
    assert said in message
    assert not (tmp_path / "out").exists()


def csv_scenario(folder: Path, **changes: Any) -> Path:
    """A scenario of talk along the ties of ties.csv."""
    return scenario_file(
        folder, {"graph": {"kind": "csv", "path": "ties.csv"}, "population.n_agents": None} | changes, base=TALK
    )


class TestGraphFiles:
    def test_a_missing_one_is_refused(self, tmp_path: Path) -> None:
        message = refused(command("run", csv_scenario(tmp_path), "--out", tmp_path / "out"))
        assert "graph.path = " in message
        assert "ties.csv': no such file" in message
        assert not (tmp_path / "out").exists()

    def test_a_folder_in_its_place_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "ties.csv").mkdir()
        message = refused(command("run", csv_scenario(tmp_path), "--out", tmp_path / "out"))
        assert f"{tmp_path / 'tiny.toml'}: graph.path = " in message
        assert not (tmp_path / "out").exists()

    @pytest.mark.parametrize(
        ("ties", "n_agents", "said"),
        [
            ("a,b\n0,1\n1,1\n", None, "1 self-loop was dropped."),
            ("a,b\n0,1\n1,0\n0,1\n", None, "2 repeated ties were dropped; the first of each was kept."),
            ("a,b\n0,1\n", 5, "3 people without ties were added to reach 5."),
        ],
    )
    def test_what_is_dropped_or_added_is_said_in_the_manifest(
        self, tmp_path: Path, ties: str, n_agents: int | None, said: str
    ) -> None:
        (tmp_path / "ties.csv").write_text(ties)
        changes = {"population.n_agents": n_agents} if n_agents else {}
        outcome = command("run", csv_scenario(tmp_path, **changes), "--out", tmp_path / "out")
        assert outcome.code == 0
        assert said in Study.load(tmp_path / "out").manifest["notices"]

    def test_it_is_said_in_the_terminal_too(self, tmp_path: Path) -> None:
        (tmp_path / "ties.csv").write_text("a,b\n0,1\n1,1\n")
        outcome = command("run", csv_scenario(tmp_path), "--out", tmp_path / "out")
        assert "note: 1 self-loop was dropped." in outcome.out

    def test_a_file_without_oddities_gives_no_notice(self, tmp_path: Path) -> None:
        (tmp_path / "ties.csv").write_text("a,b\n0,1\n")
        command("run", csv_scenario(tmp_path), "--out", tmp_path / "out")
        assert Study.load(tmp_path / "out").manifest["notices"] == []


def test_more_people_than_memory_holds_are_refused_without_trying(tmp_path: Path) -> None:
    (tmp_path / "ties.csv").write_text("a,b\n0,1\n")
    changes = {"graph": {"kind": "csv", "path": "ties.csv"}, "population.n_agents": 2_000_000_000}
    path = scenario_file(tmp_path, changes)
    lines = [
        "import resource",
        f"resource.setrlimit(resource.RLIMIT_AS, ({8 * 2**30}, resource.RLIM_INFINITY))",
        "from society.cli import main",
        "main()",
    ]
    message = refused(python("\n".join(lines), "run", path, "--out", tmp_path / "out"))
    assert f"{path}: population.n_agents = 2000000000: needs" in message
    assert not (tmp_path / "out").exists()


class TestOptions:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--set", "run.sede=1"], "run.sede: unknown key 'sede'; did you mean 'seed'?"),
            (["--set", "run.seed"], "--set run.seed: must be path=value"),
            (["--set", "run.seed=1\n[process.x]"], "must be one value"),
            (["--set", "run.seed=__import__('os').system('id')"], "is not a TOML value"),
            (["--set", "run.seed=many"], "run.seed = 'many': must be a whole number"),
            (["--set", "platform.fed.power=1"], "no platform 'fed' here; did you mean 'feed'?"),
            (["--seed", "-1"], "run.seed = -1: must be at least 0"),
            (["--steps", "-1"], "run.steps = -1: must be at least 0"),
            (["--steps", "1.5"], "1.5"),
            (["--steps", "many"], "many"),
            (["--threads", "0"], "threads = 0: must be"),
            (["--threads", "100000"], "threads = 100000: must be"),
            (["--bogus"], "--bogus"),
        ],
    )
    def test_a_wrong_one_is_refused(self, tmp_path: Path, words: list[str], said: str) -> None:
        message = refused(command("run", scenario_file(tmp_path), "--out", tmp_path / "out", *words))
        assert said in message
        assert not (tmp_path / "out").exists()

    def test_code_in_an_override_is_not_run(self, tmp_path: Path) -> None:
        trace = tmp_path / "trace"
        word = f"scenario.title=__import__('pathlib').Path('{trace}').touch()"
        refused(command("show", scenario_file(tmp_path), "--set", word))
        assert not trace.exists()

    def test_no_file_at_all_is_refused(self) -> None:
        assert "FILES" in refused(command("run"))

    def test_an_unknown_command_is_refused(self) -> None:
        assert "bogus" in refused(command("bogus"))

    @pytest.mark.parametrize("name", ["../up", "/up", "a/b", ".."])
    def test_a_name_that_leads_out_of_the_results_folder_is_refused(self, tmp_path: Path, name: str) -> None:
        message = refused(command("validate", scenario_file(tmp_path, {"scenario.name": name})))
        assert f"scenario.name = {name!r}" in message


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """The folder of a finished study."""
    folder = tmp_path / "study"
    assert command("run", scenario_file(tmp_path, base=TALK), "--out", folder, "--quiet").code == 0
    return folder


class TestOutputFolder:
    def test_a_study_that_stands_there_is_left_untouched(self, study: Path) -> None:
        before = contents(study)
        message = refused(command("run", study.parent / "tiny.toml", "--out", study))
        assert f"{study}: already exists" in message
        assert "--force" in message
        assert contents(study) == before

    def test_even_with_force_a_wrong_scenario_costs_no_results(self, study: Path) -> None:
        before = contents(study)
        wrong = scenario_file(study.parent, {"graph.arguments": {"n": 30}}, base=TALK)
        refused(command("run", wrong, "--out", study, "--force"))
        assert contents(study) == before

    def test_force_on_what_is_no_study_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "thesis").mkdir()
        (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
        message = refused(command("run", scenario_file(tmp_path), "--out", tmp_path / "thesis", "--force"))
        assert f"{tmp_path / 'thesis'}: is not a study folder" in message
        assert contents(tmp_path / "thesis") == {"chapter.txt": b"years of work"}

    def test_force_on_a_folder_with_somebody_elses_manifest_is_refused(self, tmp_path: Path) -> None:
        theirs = {"manifest.json": b'{"name": "browser extension"}', "series/mine.txt": b"years of work"}
        for name, content in theirs.items():
            (tmp_path / "theirs" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "theirs" / name).write_bytes(content)
        refused(command("run", scenario_file(tmp_path), "--out", tmp_path / "theirs", "--force"))
        assert contents(tmp_path / "theirs") == theirs

    def test_a_file_in_its_place_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "out").write_text("mine")
        message = refused(command("run", scenario_file(tmp_path), "--out", tmp_path / "out", "--force"))
        assert f"{tmp_path / 'out'}: is a file, not a folder" in message
        assert (tmp_path / "out").read_text() == "mine"

    def test_a_file_above_it_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("mine")
        message = refused(command("run", scenario_file(tmp_path), "--out", tmp_path / "file" / "out"))
        assert f"{tmp_path / 'file' / 'out'}: cannot be written: Not a directory" in message

    def test_no_permission_to_make_it_is_said(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(path: Path, *_: Any, **__: Any) -> None:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

        monkeypatch.setattr(Path, "mkdir", refuse)
        message = refused(command("run", scenario_file(tmp_path), "--out", tmp_path / "out"))
        assert f"{tmp_path / 'out'}: cannot be written: Permission denied" in message


class TestFullDisk:
    """The disk takes a number of files and no more; each is forced to the disk with fsync, which then fails."""

    @pytest.fixture
    def disk_takes(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
        monkeypatch.setattr(writers, "FLUSH_SECONDS", -1.0)
        sync = os.fsync

        def limit(n_files: int) -> None:
            left = iter(range(n_files))

            def fsync(descriptor: int) -> None:
                if next(left, None) is None:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                sync(descriptor)

            monkeypatch.setattr(os, "fsync", fsync)

        return limit

    @pytest.mark.parametrize("n_files", range(12))
    def test_it_is_said_and_is_no_crash(self, tmp_path: Path, disk_takes: Callable[[int], None], n_files: int) -> None:
        disk_takes(n_files)
        message = refused(command("run", scenario_file(tmp_path, base=TALK), "--out", tmp_path / "out"))
        assert f"{tmp_path / 'out'}: cannot be written: No space left on device" in message

    @pytest.mark.parametrize("n_files", range(2, 12))
    def test_what_was_recorded_before_opens(
        self, tmp_path: Path, disk_takes: Callable[[int], None], n_files: int
    ) -> None:
        disk_takes(n_files)
        refused(command("run", scenario_file(tmp_path, base=TALK), "--out", tmp_path / "out"))
        study = Study.load(tmp_path / "out")
        n_rows = len(study.series)
        assert n_rows >= (n_files - 3) // 2
        assert study.series["step"].tolist() == list(range(n_rows))
        assert study.status in ("killed", "failed")

    def test_the_last_step_kept_is_said(self, tmp_path: Path, disk_takes: Callable[[int], None]) -> None:
        disk_takes(9)  # manifest, table of runs, scenario, then a part and a journal line for each of steps 0, 1 and 2
        message = refused(command("run", scenario_file(tmp_path, base=TALK), "--out", tmp_path / "out"))
        assert "recorded until step 2" in message


def test_what_is_wrong_with_several_files_is_said_at_once_and_nothing_is_run(tmp_path: Path) -> None:
    for name in ("bad", "worse"):
        (tmp_path / f"{name}.toml").write_text("[run]\n")
    files = [tmp_path / "bad.toml", scenario_file(tmp_path, base=TALK), tmp_path / "worse.toml"]
    outcome = command("run", *files, "--out", tmp_path / "out", "--quiet")
    assert outcome.code == 2
    assert "bad.toml: graph.kind: is required" in outcome.err
    assert "worse.toml: graph.kind: is required" in outcome.err
    assert not (tmp_path / "out").exists()
