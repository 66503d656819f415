"""Two hundred mutated scenario files and a hundred mutated graph files: each is good or refused, and none fails."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from society.topologies import TOPOLOGIES
from tests.files import SCENARIO_FILES, SCENARIOS, TALK, command, python, scenario_file
from tests.graph_files import WRITERS, write_graphs
from tests.mutations import mutated

IN_PROCESS = "from society.cli import main; main()"


def original(path: Path) -> bytes:
    """A scenario of the project, of fewer people, that finds its data from anywhere."""
    text = path.read_text(encoding="utf-8").replace('path = "data/', f'path = "{SCENARIOS}/data/')
    text = re.sub(r"(n_agents|first_holders) = [\d_]+", r"\1 = 50", text)
    return re.sub(r"\bm = \d+", "m = 100", text).encode()


def said(code: int, err: str, path: Path) -> None:
    """Check what a command said of a file: nothing, or what is wrong with it."""
    assert code in (0, 2), err
    assert "Traceback" not in err
    assert bool(err) == (code == 2)
    assert all(line.startswith(f"{path}: ") for line in err.splitlines()), err


@pytest.mark.parametrize("path", SCENARIO_FILES, ids=lambda path: path.stem)
def test_the_originals_are_good(tmp_path: Path, path: Path) -> None:
    (tmp_path / "s.toml").write_bytes(original(path))
    assert command("validate", tmp_path / "s.toml").code == 0


@pytest.mark.parametrize("number", range(200))
def test_a_mutated_scenario_is_good_or_refused(tmp_path: Path, number: int) -> None:
    path = tmp_path / "s.toml"
    path.write_bytes(mutated(original(SCENARIO_FILES[number % len(SCENARIO_FILES)]), number))
    outcome = command("validate", path)
    said(outcome.code, outcome.err, path)


@pytest.mark.parametrize("number", [0, 60, 120])
def test_a_process_of_its_own_says_the_same(tmp_path: Path, number: int) -> None:
    path = tmp_path / "s.toml"
    path.write_bytes(mutated(original(SCENARIO_FILES[number % len(SCENARIO_FILES)]), number))
    assert python(IN_PROCESS, "validate", path) == command("validate", path)


KINDS = [kind for kind in WRITERS if kind in TOPOLOGIES]


@pytest.mark.parametrize("number", range(100))
def test_a_mutated_graph_is_good_or_refused(tmp_path: Path, number: int) -> None:
    kind = KINDS[number % len(KINDS)]
    graph = Path(write_graphs(tmp_path)[kind])
    graph.write_bytes(mutated(graph.read_bytes(), number))
    changes = {"graph": {"kind": kind, "path": str(graph)}, "population.n_agents": None}
    path = scenario_file(tmp_path, changes, base=TALK)
    outcome = command("validate", path)
    said(outcome.code, outcome.err, path)


def test_every_kind_that_reads_a_file_is_among_them() -> None:
    reading = {kind for kind, topology in TOPOLOGIES.items() if "path" in topology.model_fields}
    assert reading == {*KINDS}


def chain(folder: Path, *links: tuple[str, str]) -> Path:
    """Files each of which extends another; the first of them."""
    for name, parent in links:
        (folder / f"{name}.toml").write_text(f'extends = "{parent}.toml"\n')
    return folder / f"{links[0][0]}.toml"


class TestExtends:
    @pytest.mark.parametrize("links", [[("a", "a")], [("a", "b"), ("b", "a")], [("a", "b"), ("b", "c"), ("c", "b")]])
    def test_in_a_circle_is_refused(self, tmp_path: Path, links: list[tuple[str, str]]) -> None:
        outcome = command("validate", chain(tmp_path, *links))
        assert outcome.code == 2
        assert "extends itself: " in outcome.err

    def test_two_thousand_deep_is_good_or_refused(self, tmp_path: Path) -> None:
        path = chain(tmp_path, *((f"s{number}", f"s{number + 1}") for number in range(2_000)))
        (tmp_path / "s2000.toml").write_bytes(scenario_file(tmp_path).read_bytes())
        outcome = command("validate", path)
        assert outcome.code in (0, 2), outcome.err


def test_mutations_leave_some_scenarios_good_and_spoil_others(tmp_path: Path) -> None:
    codes = []
    for number in range(60):
        path = tmp_path / "s.toml"
        path.write_bytes(mutated(original(SCENARIO_FILES[number % len(SCENARIO_FILES)]), number))
        codes.append(command("validate", path).code)
    assert codes.count(0) > 10
    assert codes.count(2) > 10
