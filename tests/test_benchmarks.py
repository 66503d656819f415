"""Every benchmark runs, at a tiny size, and its table and its JSON say what they should. Nothing is timed here."""

import json
from functools import cache

import numpy as np
import pytest

from society import Society
from society.processes import PROCESSES
from tests.benchmarks import __main__ as command
from tests.benchmarks import floor, machine
from tests.benchmarks.build import bytes_a_person
from tests.benchmarks.model import PROCESSES as USUAL
from tests.benchmarks.model import default_model
from tests.benchmarks.report import aim, number, table
from tests.benchmarks.rows import AIMS, MEASUREMENTS, Plan, Row
from tests.benchmarks.timing import clocked, in_turn, thread_counts
from tests.browser.serving import CHROMIUM, is_required
from tests.files import TALK, scenario_file

N_AGENTS = 64
FEW_RUNS = {"runs": 10, "swept_agents": 20, "swept_steps": 3, "plain_runs": 2, "tiny_runs": (10,)}
SMALL = {"most_repeats": 1, "workers": 1, "stored_runs": 40} | FEW_RUNS
FAST = Row("speed", "2 threads", 3e6, "agent-steps/s", 10**6)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """What the command writes as JSON about a tiny plan."""
    folder = tmp_path_factory.mktemp("benchmarks")
    plan = Plan(sizes=(N_AGENTS,), scenario=scenario_file(folder, base=TALK), **SMALL)
    others = [name for name in MEASUREMENTS if name != "dashboard"]
    command.main(["--json", str(folder / "figures.json"), "--only", *others], plan=plan)
    return json.loads((folder / "figures.json").read_text(encoding="utf-8"))


@cache
def society():
    return Society(default_model(N_AGENTS))


@pytest.mark.slow
def test_every_measurement_yields_finite_figures(report):
    assert {row["group"] for row in report["rows"]} >= {"speed", "process, 1 thread", "plain Mesa", "floor", "build"}
    assert [row for row in report["rows"] if not np.isfinite(row["value"])] == []


@pytest.mark.slow
def test_every_figure_but_differences_of_others_is_above_zero(report):
    differences = ("rest of the step", "overhead", "memory that")
    assert [
        row
        for row in report["rows"]
        if row["value"] <= 0 and not row["what"].startswith(differences) and row["group"] != "one more"
    ] == []


@pytest.mark.slow
def test_every_process_has_its_time_in_each_number_of_threads(report):
    names = [*default_model(N_AGENTS).process, "rest of the step"]
    for group in {row["group"] for row in report["rows"] if row["group"].startswith("process")}:
        assert sorted(row["what"] for row in report["rows"] if row["group"] == group) == sorted(names)


@pytest.mark.slow
def test_every_process_that_the_default_model_does_without_is_added_to_it_once(report):
    added = {row["what"] for row in report["rows"] if row["group"] == "one more"}
    missing = PROCESSES.keys() - {table.get("kind", name) for name, table in USUAL.items()} - {"people"}
    assert missing < added


@pytest.mark.slow
def test_json_says_what_machine_it_was(report):
    assert {"processor", "cores", "memory_gb", "load_average", "versions"} <= report["machine"].keys()
    assert report["machine"]["versions"]["numba"]


@pytest.mark.slow
def test_every_aim_is_at_a_figure_that_is_measured(report):
    measured = {(row["group"], row["what"]) for row in report["rows"]}
    only_with_two_cores = {key for key in AIMS if "2 threads" in key[1]} if len(thread_counts()) == 1 else set()
    elsewhere = {key for key in AIMS if key[0] == "dashboard"}
    assert {key[:2] for key in AIMS.keys() - only_with_two_cores - elsewhere} <= measured


@pytest.mark.slow
def test_the_dashboard_is_measured_where_there_is_a_browser():
    if CHROMIUM is None and not is_required():
        pytest.skip("no Chromium on this machine")
    plan = Plan(shown=(N_AGENTS,), watched=0.2, minutes=0.01)
    rows = [*MEASUREMENTS["dashboard"](plan)]
    assert {key[:2] for key in AIMS if key[0] == "dashboard"} <= {(row.group, row.what) for row in rows}
    assert [row for row in rows if not (np.isfinite(row.value) and row.value > 0)] == []


def test_a_figure_at_another_size_has_no_aim():
    assert Row("speed", "2 threads", 3e6, "agent-steps/s", 10**5).is_met is None


def test_an_aim_from_below_is_met_by_what_is_above():
    assert FAST.is_met
    assert aim(FAST) == "≥ 2,500,000 met"


def test_an_aim_from_above_is_missed_by_what_is_above():
    assert aim(Row("start", "society --help", 0.6, "s")) == "≤ 0.50 missed"


def test_the_table_has_a_line_a_figure_and_a_column_a_size():
    small = Row("speed", "2 threads", 2e6, "agent-steps/s", 10**5)
    shown = table([small, FAST, Row("build", "time", 4.0, "s", 10**6)])
    assert shown.row_count == 2
    assert [column.header for column in shown.columns] == [
        *("", "figure", "unit", "n = 100,000", "n = 1,000,000", "any n", "aim")
    ]


@pytest.mark.parametrize(("value", "text"), [(2.5e6, "2,500,000"), (43.21, "43.2"), (0.5, "0.50")])
def test_numbers_are_written_with_few_digits(value, text):
    assert number(value) == text


def test_sizes_may_be_written_as_powers_of_ten_in_any_order():
    assert command._parser().parse_args(["--sizes", "1e5,1e4"]).sizes == (10**4, 10**5)


def test_only_takes_names_of_measurements():
    assert {*MEASUREMENTS} == {"speed", "plain_mesa", "floor", "build", "start", "mechanisms", "sweeps", "dashboard"}
    with pytest.raises(SystemExit):
        command._parser().parse_args(["--only", "sped"])


@pytest.mark.parametrize(("load", "is_busy"), [(0.1, False), (1.5, True)])
def test_a_busy_machine_is_warned_of(load, is_busy):
    assert (machine.warning({"load_average": load}) is not None) == is_busy


def test_actions_are_timed_in_turn():
    done = []
    times = in_turn({"a": lambda: done.append("a"), "b": lambda: done.append("b")}, repeats=2)
    assert done == [*"aabb", *"aabb"], "each once before its clock starts"
    assert len(times["a"].wall) == len(times["b"].cpu) == 2


def test_clocks_are_taken_off_again():
    model = society()
    with clocked(model) as seconds:
        model.step()
    model.step()
    assert {name for name, _ in seconds} == {process.name for process in model.processes}
    assert {len(each) for each in seconds.values()} == {1}


def test_the_default_model_is_the_one_it_is_said_to_be():
    model = society()
    assert (model.population.size("trait"), model.memes.n_slots, len(model.platforms)) == (8, 64, 2)
    assert {*default_model(60).process} >= {"ageing", "exploration", "attention", "landscape", "peers", "capture"}


def test_the_default_model_has_mean_degree_ten():
    assert Society(default_model(5000)).graph.degree.mean() == pytest.approx(
        10.0, abs=4 * 2 * 25_000**0.5 / 5000
    )  # G(n, p): Poisson


def test_the_floor_moves_every_column_of_people():
    bare, population = floor.Floor(society()), society().population
    of_people = {name for name, column in population.columns.items() if "agent" in column.dims}
    assert {*bare.renewed} | {*bare.skimmed} == of_people
    assert {"traits", "wealth", "knows", "trial", "exploration_sd"} <= {*bare.renewed}
    assert {"uid", "endowment"} <= {*bare.skimmed}


def test_moving_leaves_everything_as_it_was():
    model = Society(default_model(N_AGENTS))
    before = model.state()
    bare = floor.Floor(model)
    bare.stream()
    bare.gather()
    assert model.state() == before


def test_gathering_reaches_every_neighbour():
    rows, out = np.array([[1], [2], [4]], "u8"), np.empty((3, 1), "u8")
    floor.gather_of(1)(np.array([0, 2, 3, 3]), np.array([1, 2, 0], "i4"), rows, out)
    assert out.tolist() == [[6], [1], [0]]


def test_bytes_a_person_add_up():
    figures = bytes_a_person(society())
    parts = [figures[what] for what in ("columns of the state", "columns of a step", "graph")]
    assert figures["columns and graph"] == pytest.approx(sum(parts))
