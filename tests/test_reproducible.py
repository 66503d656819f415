"""The promise of reproducibility, through the public interface: what may differ from run to run, and what may not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numba
import pytest

import society
from society.runner import state_hash
from tests.files import TINY, laid, python, scenario_file, tiny
from tests.societies import everything

BASE = laid(everything(), {"scenario": {"name": "tiny"}, "run.steps": 12})
"""A society in which every process runs."""

RECORDS: dict[str, dict[str, Any]] = {
    "seldom": {"every": 5},
    "one measure": {"measures": ["known"]},
    "another measure": {"measures": ["trait_mean"]},
    "a twin": {"twins": ["platform.feed"]},
    "twins": {"twins": ["platform.feed", "platform.party", "process.peers"], "every": 4},
    "people": {"agents": True},
}

two_cores = pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="needs two cores")


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> society.Study:
    """The study that all others are compared with."""
    return varied(tmp_path_factory.mktemp("reference"), {}, threads=1)


def varied(folder: Path, changes: Mapping[str, Any], *, threads: int | None = None) -> society.Study:
    """The same study but for some changes."""
    return society.run(tiny(changes, base=BASE), out=folder / "study", threads=threads)


def test_the_same_again_is_the_same(tmp_path: Path, reference: society.Study) -> None:
    again = varied(tmp_path, {})
    assert again.manifest["results_hash"] == reference.manifest["results_hash"]


@two_cores
def test_two_threads_give_what_one_gives(tmp_path: Path, reference: society.Study) -> None:
    parallel = varied(tmp_path, {}, threads=2)
    assert parallel.manifest["state"] == reference.manifest["state"]
    assert parallel.manifest["results_hash"] == reference.manifest["results_hash"]


@two_cores
def test_two_threads_give_what_one_gives_in_a_larger_society(tmp_path: Path) -> None:
    """Large enough that a kernel hands people to both threads, with a remainder."""
    changes = {"population.n_agents": 20_011, "graph.arguments": {"n": 20_011, "k": 4, "p": 0.2}, "run.steps": 3}
    one, two = (varied(tmp_path / str(threads), changes, threads=threads) for threads in (1, 2))
    assert one.manifest["state"] == two.manifest["state"]


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS.keys())
def test_what_is_recorded_changes_nothing(tmp_path: Path, reference: society.Study, record: Mapping[str, Any]) -> None:
    assert varied(tmp_path, {"record": record}).manifest["state"] == reference.manifest["state"]


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS.keys())
def test_another_record_changes_no_common_column(
    tmp_path: Path, reference: society.Study, record: Mapping[str, Any]
) -> None:
    series = varied(tmp_path, {"record": record}).series.set_index("step")
    common = [name for name in series.columns if name in reference.series.columns and name != "run_id"]
    expected = reference.series.set_index("step").loc[series.index]
    assert common
    assert series[common].equals(expected[common])


def test_a_loop_in_python_gives_what_run_gives(reference: society.Study) -> None:
    model = society.Society(tiny(base=BASE))
    for _ in range(12):
        model.step()
    assert state_hash(model.state()) == reference.manifest["state_hash"]


def test_the_command_line_gives_what_run_gives(tmp_path: Path, reference: society.Study) -> None:
    path = scenario_file(tmp_path, base=BASE)
    outcome = python("from society.cli import main; main()", "run", path, "--out", tmp_path / "out", "--quiet")
    study = society.Study.load(tmp_path / "out")
    assert outcome.code == 0
    assert study.manifest["results_hash"] == reference.manifest["results_hash"]


def test_another_seed_gives_something_else(tmp_path: Path, reference: society.Study) -> None:
    other = varied(tmp_path, {"run.seed": 2})
    assert other.manifest["state_hash"] != reference.manifest["state_hash"]
    assert other.manifest["results_hash"] != reference.manifest["results_hash"]


def test_another_parameter_gives_something_else(tmp_path: Path, reference: society.Study) -> None:
    other = varied(tmp_path, {"platform.feed.power": 1.01})
    assert other.manifest["state_hash"] != reference.manifest["state_hash"]


def test_the_order_of_platforms_in_the_file_changes_nothing(tmp_path: Path, reference: society.Study) -> None:
    platforms = dict(reversed(BASE["platform"].items()))
    assert varied(tmp_path, {"platform": platforms}).manifest["state"] == reference.manifest["state"]


def test_the_order_of_sources_changes_nothing(tmp_path: Path, reference: society.Study) -> None:
    order = ["ageing", "exploration", "mood", "attention", "monitoring", "habit", "capture", "peers", "landscape"]
    order += ["exchange", "forgetting", "income", "learning"]
    assert sorted(order) == sorted(BASE["process"])
    assert varied(tmp_path, {"run.order": order}).manifest["state"] == reference.manifest["state"]


def test_the_run_goes_on_from_where_it_was(reference: society.Study) -> None:
    """Steps in two portions are the same steps."""
    model = society.Society(tiny(base=BASE))
    for portion in (5, 7):
        for _ in range(portion):
            model.step()
        model.state()
    assert model.state() == reference.manifest["state"]


def test_two_societies_stepped_by_turns_do_not_disturb_each_other(reference: society.Study) -> None:
    model, other = society.Society(tiny(base=BASE)), society.Society(tiny({"run.seed": 9}, base=TINY))
    for _ in range(12):
        model.step()
        other.step()
    assert model.state() == reference.manifest["state"]
