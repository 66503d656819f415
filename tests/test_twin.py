"""Pairs of a society and its twin, against theory where it is linear, and against runs of either alone."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import society
from society.differences import interval
from society.errors import InputError
from society.results import Study
from society.runner import run
from society.scenario import Scenario
from society.twin_study import TwinStudy
from tests.files import TALK, contents, laid, tiny
from tests.societies import CONSTANT_RATE, CROWD, QUARTERLY, Raw, crowd

FEED = ("platform.feed",)
ETA, CURVATURE, POWER, PULL = 0.1, 0.5, 1.5, 2.0
STEPS = 40


def linear(out: Path, *, without: tuple[str, ...] = FEED, replicates: int = 1, **tables: Any) -> TwinStudy:
    """People who start at 0 on a landscape −½ k x² beside a platform that has all their attention and pulls to 2."""
    base: Raw = {
        "run": {"steps": STEPS, **QUARTERLY},
        "population": {**crowd(3), "trait_sd": 0.0},
        "graph": CROWD,
        "environment": {"home": {"kind": "quadratic", "curvature": CURVATURE}},
        "platform": {
            "feed": {"target": {"openness": PULL}, "power": POWER, "appeal": 60.0, "rate_entry": 1e9, "entry_age": 20.0}
        },
        "process": {
            "ageing": {},
            "attention": {},
            "landscape": {},
            "capture": {},
            "learning": {"rule": "gradient", "temperature": 0.0, "age_curve": CONSTANT_RATE},
        },
    }
    scenario = Scenario.from_dict(laid(base, {key.replace("__", "."): value for key, value in tables.items()}))
    return society.twin(scenario, without=without, replicates=replicates, out=out)


def expected_capture(steps: int = STEPS) -> float:
    """κ/(k + κ) · (1 − (1 − ηh(k + κ))ⁿ), exactly what n Euler steps of the linear law give."""
    return POWER / (CURVATURE + POWER) * (1 - (1 - ETA / 4 * (CURVATURE + POWER)) ** steps)


def mean_of(table: pd.DataFrame, measure: str, among: str | None = None) -> float:
    chosen = table[(table["measure"] == measure) & (True if among is None else table["among"] == among)]
    return float(chosen["difference"].iloc[0])


class TestTheory:
    @pytest.fixture(scope="class")
    @classmethod
    def study(cls, tmp_path_factory: pytest.TempPathFactory) -> TwinStudy:
        return linear(tmp_path_factory.mktemp("linear") / "out")

    def test_displacement_is_the_pulls_share_of_all_curvature(self, study: TwinStudy) -> None:
        assert study.people["capture.feed"].to_numpy() == pytest.approx([expected_capture()] * 3, rel=1e-5)
        assert study.people["traits.openness"].to_numpy() == pytest.approx([PULL * expected_capture()] * 3, rel=1e-5)

    def test_capture_in_the_series_is_that_of_people_at_every_step(self, study: TwinStudy) -> None:
        original = study.study(1, "original").series
        expected = [expected_capture(step) for step in original["step"]]
        assert original["capture.feed"].to_numpy()[1:] == pytest.approx(expected[1:], rel=1e-5)

    def test_interest_lost_is_that_of_the_displacement(self, study: TwinStudy) -> None:
        expected = 0.5 * CURVATURE * (PULL * expected_capture()) ** 2
        assert study.people["interest_lost"].to_numpy() == pytest.approx([expected] * 3, rel=1e-5)

    def test_work_is_the_interest_lost_a_year(self, study: TwinStudy) -> None:
        # the twin stays at its optimum, where nothing does work
        work = study.people[["work.capture.feed", "work.landscape"]].sum(axis=1).to_numpy()
        assert work * STEPS / 4 == pytest.approx(-study.people["interest_lost"].to_numpy(), rel=1e-4)

    def test_who_is_given_all_attention_gains_a_year_a_year(self, study: TwinStudy) -> None:
        assert study.people["gain.feed"].to_numpy() == pytest.approx([1.0] * 3, rel=1e-6)

    def test_every_person_falls_into_capture(self, study: TwinStudy) -> None:
        last = study.study(1, "original").series.iloc[-1]
        quadrants = {name: last[f"quadrants.feed.{name}"] for name in ("symbiosis", "capture", "gift", "mutual_harm")}
        assert quadrants == {"symbiosis": 0.0, "capture": 1.0, "gift": 0.0, "mutual_harm": 0.0}

    def test_with_chance_the_mean_is_the_same(self, tmp_path: Path) -> None:
        # where the law is linear people differ only by where they stood when they were pulled
        study = linear(
            tmp_path / "out", population={**crowd(4000), "trait_sd": 1.0}, process__learning__temperature=1.0
        )
        values = study.people["capture.feed"]
        assert values.std() > 0.01
        assert abs(values.mean() - expected_capture()) < 4 * values.std() / math.sqrt(len(values))


class TestSpillOver:
    """Of 0–1 and 2–3, who are friends, only 0 is old enough for the feed."""

    LIKENESS = 0.4

    @pytest.fixture(scope="class")
    @classmethod
    def study(cls, tmp_path_factory: pytest.TempPathFactory) -> TwinStudy:
        folder = tmp_path_factory.mktemp("spill")
        (folder / "ties.csv").write_text("a,b\n0,1\n2,3\n")
        (folder / "people.csv").write_text("who,age\n0,30\n1,5\n2,5\n3,5\n")
        people = {
            "traits": ["openness"],
            "trait_sd": 0.0,
            "path": str(folder / "people.csv"),
            "initial": {"age": "age"},
        }
        likeness = {"kind": "influence", "strength": cls.LIKENESS}
        order = ["ageing", "attention", "landscape", "peers", "capture", "learning"]
        return linear(
            folder / "out",
            population={**people, "path": str(folder / "people.csv")},
            graph={"kind": "csv", "path": str(folder / "ties.csv")},
            process__peers=likeness,
            run__order=order,
        )

    def test_people_are_told_apart_by_use(self, study: TwinStudy) -> None:
        assert dict(zip(study.people["label"], study.people["use"], strict=True)) == {
            0: "users",
            1: "friends_of_users",
            2: "others",
            3: "others",
        }

    def test_a_friend_is_moved_as_the_linear_law_says(self, study: TwinStudy) -> None:
        user = friend = 0.0
        for _ in range(STEPS):
            drift = -CURVATURE * user + POWER * (PULL - user) + self.LIKENESS * (friend - user)
            drift_of_friend = -CURVATURE * friend + self.LIKENESS * (user - friend)
            user, friend = user + ETA / 4 * drift, friend + ETA / 4 * drift_of_friend
        table = study.differences_by_use()
        assert mean_of(table, "traits.openness", "users") == pytest.approx(user, rel=1e-5)
        assert mean_of(table, "traits.openness", "friends_of_users") == pytest.approx(friend, rel=1e-5)

    def test_who_hears_of_no_user_is_not_moved_at_all(self, study: TwinStudy) -> None:
        assert mean_of(study.differences_by_use(), "traits.openness", "others") == 0.0

    def test_everybody_is_the_mean_over_all(self, study: TwinStudy) -> None:
        mean = mean_of(study.differences_by_use(), "traits.openness", "everybody")
        assert mean == pytest.approx(study.people["traits.openness"].mean(), rel=1e-12)


class TestPairing:
    @pytest.fixture(scope="class")
    @classmethod
    def study(cls, tmp_path_factory: pytest.TempPathFactory) -> TwinStudy:
        folder = tmp_path_factory.mktemp("pairs") / "out"
        return society.twin(tiny({"record.agents": True}), without=FEED, replicates=3, out=folder)

    def test_each_pair_has_the_next_seed(self, study: TwinStudy) -> None:
        assert study.seeds == [1, 2, 3]
        assert [study.study(seed, "twin").manifest["seed"] for seed in study.seeds] == [1, 2, 3]

    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_each_side_is_the_society_that_runs_alone(self, study: TwinStudy, seed: int, tmp_path: Path) -> None:
        for side, changes in (("original", {}), ("twin", {"platform.feed.enabled": False})):
            alone = run(tiny({"run.seed": seed, **changes}), out=tmp_path / side)
            assert study.study(seed, side).manifest["state_hash"] == alone.manifest["state_hash"], side

    def test_the_scenario_kept_of_a_side_runs_to_the_same_results(self, study: TwinStudy, tmp_path: Path) -> None:
        for side in ("original", "twin"):
            kept = study.study(2, side)
            again = run(Scenario.from_file(kept.folder / "scenario.toml"), out=tmp_path / side)
            assert again.manifest["results_hash"] == kept.manifest["results_hash"]

    def test_differences_are_original_less_twin_person_by_person(self, study: TwinStudy) -> None:
        original, twin = (study.study(2, side).agents for side in ("original", "twin"))
        people = study.people[study.people["seed"] == 2].reset_index(drop=True)
        assert people["uid"].tolist() == original["uid"].tolist()
        moved = original["traits.anger"].astype("f8") - twin["traits.anger"]
        assert moved.abs().max() > 0
        assert people["traits.anger"].tolist() == moved.tolist()

    def test_what_comes_of_a_source_that_the_twin_lacks_is_all_difference(self, study: TwinStudy) -> None:
        original = study.study(1, "original").agents
        people = study.people[study.people["seed"] == 1]
        years = 6 / 52
        assert people["work.capture.feed"].to_numpy() * years == pytest.approx(original["work.capture.feed"].to_numpy())
        assert people["attention.feed"].to_numpy() == pytest.approx(original["attention.feed"].to_numpy())

    def test_the_interval_is_over_pairs(self, study: TwinStudy) -> None:
        series = study.series[study.series["step"] == 6].set_index(["side", "seed"])["trait_mean.anger"]
        pairs = series["original"] - series["twin"]
        table = study.differences()
        row = table[table["measure"] == "trait_mean.anger"].iloc[0]
        half = 4.302652729911275 * pairs.std() / math.sqrt(3)  # Student's t for 2 degrees of freedom at 97.5 %
        assert (row["difference"], row["low"], row["high"]) == pytest.approx(
            (pairs.mean(), pairs.mean() - half, pairs.mean() + half)
        )

    def test_measures_that_compare_are_differences_themselves(self, study: TwinStudy) -> None:
        row = study.differences().set_index("measure").loc["capture.feed"]
        series = study.series
        last = series[(series["step"] == 6) & (series["side"] == "original")]["capture.feed"]
        assert row["difference"] == pytest.approx(last.mean())
        assert math.isnan(row["original"])
        assert math.isnan(row["twin"])

    def test_an_earlier_step_may_be_asked_for(self, study: TwinStudy) -> None:
        assert (study.differences(step=0)["difference"].dropna() == 0.0).all()

    def test_a_step_that_was_not_recorded_is_refused(self, study: TwinStudy) -> None:
        with pytest.raises(InputError, match="step = 7: was not recorded in"):
            study.differences(step=7)

    def test_both_tables_are_kept_for_anything_to_read(self, study: TwinStudy) -> None:
        read = pd.read_csv(study.folder / "differences.csv")
        pd.testing.assert_frame_equal(read, study.differences(), check_dtype=False)
        assert len(pd.read_csv(study.folder / "differences_by_use.csv")) == len(study.differences_by_use())


class TestInterval:
    def test_it_is_students(self) -> None:
        found = interval(np.array([1.0, 2.0, 3.0]), 0.95)
        half = 4.302652729911275 / math.sqrt(3)
        assert found == pytest.approx({"difference": 2.0, "low": 2 - half, "high": 2 + half, "pairs": 3})

    def test_one_pair_has_none(self) -> None:
        found = interval(np.array([1.5]), 0.95)
        assert (found["difference"], found["pairs"]) == (1.5, 1)
        assert math.isnan(found["low"])

    def test_pairs_that_have_no_value_do_not_count(self) -> None:
        assert interval(np.array([1.0, math.nan, 3.0]), 0.95)["pairs"] == 2


class TestNothing:
    @pytest.mark.parametrize("without", ["platform.feed", "process.capture"])
    def test_what_has_no_power_makes_no_difference_at_all(self, tmp_path: Path, without: str) -> None:
        scenario = tiny({"platform.feed.power": 0.0, "run.steps": 30})
        people = society.twin(scenario, without=[without], replicates=2, out=tmp_path / "out").people
        measures = [name for name in people.columns if name.startswith(("traits.", "work.", "interest", "capture."))]
        assert len(measures) > 6
        assert (people[measures] == 0.0).all(axis=None)

    def test_what_is_set_to_what_it_is_makes_no_difference(self, tmp_path: Path) -> None:
        study = society.twin(tiny(), values={"platform.feed.power": 1.0}, replicates=2, out=tmp_path / "out")
        assert (study.differences()["difference"].dropna() == 0.0).all()

    def test_with_power_it_would(self, tmp_path: Path) -> None:
        people = society.twin(tiny(), without=FEED, replicates=1, out=tmp_path / "out").people
        assert (people["capture.feed"] != 0.0).any()


class TestOneSide:
    def test_the_twin_has_the_values(self, tmp_path: Path) -> None:
        study = society.twin(tiny(), values={"platform.feed.power": 3.0}, replicates=1, out=tmp_path / "pairs")
        alone = run(tiny({"platform.feed.power": 3.0}), out=tmp_path / "alone")
        assert study.study(1, "twin").manifest["state_hash"] == alone.manifest["state_hash"]

    def test_the_original_has_not(self, tmp_path: Path) -> None:
        study = society.twin(tiny(), values={"platform.feed.power": 3.0}, replicates=1, out=tmp_path / "pairs")
        alone = run(tiny(), out=tmp_path / "alone")
        assert study.study(1, "original").manifest["state_hash"] == alone.manifest["state_hash"]

    def test_a_stronger_twin_is_captured_further(self, tmp_path: Path) -> None:
        scenario = tiny({"run.steps": 60, "process.learning.noise": 0.0})
        found = society.twin(scenario, values={"platform.feed.power": 4.0}, replicates=4, out=tmp_path / "pairs")
        row = found.differences_by_use().query("measure == 'capture.feed' and among == 'everybody'").iloc[0]
        assert row["high"] < 0

    def test_a_platform_that_only_the_twin_has_is_a_change_too(self, tmp_path: Path) -> None:
        game = {"target": {"openness": 3.0}, "rate_entry": 1e9}
        study = society.twin(tiny(), values={"platform.game": game}, replicates=1, out=tmp_path / "out")
        assert "platform.game" in study.manifest["change"]
        assert set(study.people["use"]) == {"users"}

    def test_a_twin_that_lacks_two_lacks_both(self, tmp_path: Path) -> None:
        lacking = ["platform.feed", "process.landscape"]
        study = society.twin(tiny(), without=lacking, replicates=1, out=tmp_path / "pairs")
        alone = run(tiny({f"{path}.enabled": False for path in lacking}), out=tmp_path / "alone")
        assert study.study(1, "twin").manifest["state_hash"] == alone.manifest["state_hash"]

    def test_measures_that_the_twin_has_not_are_taken_of_the_original(self, tmp_path: Path) -> None:
        lacking = {"record.measures": ["users", "trait_mean"]}
        study = society.twin(
            tiny(lacking), without=["process.attention", "process.capture"], replicates=1, out=tmp_path / "out"
        )
        assert "users.feed" not in study.study(1, "twin").series
        assert "users.feed" in study.study(1, "original").series

    def test_a_society_without_personality_has_a_twin(self, tmp_path: Path) -> None:
        study = society.twin(tiny(base=TALK), without=["process.exchange"], replicates=1, out=tmp_path / "out")
        assert study.people["use"].tolist() == ["others"] * 20

    def test_people_who_are_told_more_know_more(self, tmp_path: Path) -> None:
        scenario = tiny({"process.exchange.contact": 50.0}, base=TALK)
        study = society.twin(scenario, values={"process.exchange.contact": 0.0}, replicates=1, out=tmp_path / "out")
        last = study.differences().set_index("measure").loc["known.invariant"]
        assert last["difference"] > 0
        assert study.people["known"].mean() == pytest.approx(last["difference"])
        assert set(study.people["known"]) == {0.0, 1.0}


class TestRefused:
    @pytest.mark.parametrize(
        ("without", "values", "message"),
        [
            (["platform.fed"], {}, r"tiny\.toml: without: no 'platform\.fed' here; did you mean 'platform\.feed'\?"),
            (["graph"], {}, r"without: no society is without 'graph'; known: "),
            (["platform.feed.power"], {}, r"only a whole one can be lacking: 'platform.feed'"),
            (
                ["platform.feed"],
                {"platform.feed.power": 2.0},
                r"platform.feed.power = 2.0: the twin is without platform",
            ),
            ([], {}, r"twin: nothing differs; say what it is without"),
            ([], {"run.steps": 3}, r"run\.steps = 3: a society and its twin share it"),
            ([], {"run.seed": 3}, r"run\.seed = 3: a society and its twin share it"),
            ([], {"graph.kind": "edge_list"}, r"graph\.kind = 'edge_list': a society and its twin share it"),
            ([], {"population.traits": ["x"]}, r"population\.traits = \['x'\]: a society and its twin share it"),
            ([], {"platform.feed.pwer": 1.0}, r"platform\.feed\.pwer: unknown key 'pwer'; did you mean 'power'\?"),
            (["process.ageing"], {}, r"there is no twin without process\.ageing\n.*needs column 'age'"),
        ],
    )
    def test_a_change_that_makes_no_twin(
        self, tmp_path: Path, without: list[str], values: dict[str, Any], message: str
    ) -> None:
        scenario = Scenario.from_dict(tiny().raw, source="tiny.toml")
        with pytest.raises(InputError, match=message):
            society.twin(scenario, without=without, values=values, out=tmp_path / "out")
        assert not (tmp_path / "out").exists()

    def test_no_pairs_at_all(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="replicates = 0: must be at least 1"):
            society.twin(tiny(), without=FEED, replicates=0, out=tmp_path / "out")

    def test_a_measure_that_does_not_exist_is_refused_before_anything_is_written(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="no measure 'welth'"):
            society.twin(tiny({"record.measures": ["welth"]}), without=FEED, out=tmp_path / "out")
        assert not (tmp_path / "out").exists()

    def test_the_order_of_a_step_may_differ(self, tmp_path: Path) -> None:
        order = ["ageing", "exploration", "attention", "capture", "landscape", "learning"]
        study = society.twin(tiny(), values={"run.order": order}, replicates=1, out=tmp_path / "out")
        assert (study.people["traits.anger"] == 0.0).all()  # the order of sources makes no difference


class TestFolder:
    @pytest.fixture
    def interrupted(self, tmp_path: Path) -> TwinStudy:
        """Two of three pairs done, the third interrupted after two steps of six."""

        def interrupt(n_steps: int) -> None:
            if n_steps == 2 * 6 + 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt) as raised:
            society.twin(tiny(), without=FEED, replicates=3, out=tmp_path / "out", progress=interrupt)
        assert raised.value.__notes__[-1].startswith(f"kept 2 of 3 pairs in {tmp_path / 'out'}; ")
        return TwinStudy.load(tmp_path / "out")

    def test_an_interrupted_study_says_so(self, interrupted: TwinStudy) -> None:
        assert (interrupted.status, interrupted.seeds) == ("interrupted", [1, 2])

    def test_its_pairs_that_are_done_count(self, interrupted: TwinStudy) -> None:
        assert set(interrupted.people["seed"]) == {1, 2}
        assert interrupted.differences()["pairs"].max() == 2

    def test_of_the_pair_that_was_cut_short_rows_are_kept(self, interrupted: TwinStudy) -> None:
        cut = interrupted.study(3, "original")
        assert (cut.status, cut.steps_done) == ("interrupted", 2)

    def test_a_study_whose_writer_died_was_killed(self, interrupted: TwinStudy) -> None:
        path = interrupted.folder / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"status": "running"}))
        assert TwinStudy.load(interrupted.folder).status == "killed"

    def test_progress_counts_the_steps_of_all_pairs(self, tmp_path: Path) -> None:
        told: list[int] = []
        society.twin(tiny(), without=FEED, replicates=2, out=tmp_path / "out", progress=told.append)
        assert told == [*range(1, 13)]

    def test_it_holds_what_the_documentation_lists(self, tmp_path: Path) -> None:
        society.twin(tiny(), without=FEED, replicates=2, out=tmp_path / "out")
        assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
            "differences.csv",
            "differences_by_use.csv",
            "manifest.json",
            "pairs",
            "scenario.toml",
        ]

    def test_the_same_pairs_again_are_the_same(self, tmp_path: Path) -> None:
        folders = [society.twin(tiny(), without=FEED, replicates=2, out=tmp_path / name).folder for name in "ab"]
        one, other = (
            {name: data for name, data in contents(folder).items() if name.endswith(("people.parquet", ".csv"))}
            for folder in folders
        )
        assert len(one) == 4
        assert one == other

    def test_it_is_not_replaced_unless_told(self, tmp_path: Path) -> None:
        society.twin(tiny(), without=FEED, replicates=1, out=tmp_path / "out")
        with pytest.raises(InputError, match="already exists"):
            society.twin(tiny(), without=FEED, replicates=1, out=tmp_path / "out")

    def test_force_replaces_it_and_leaves_what_is_not_ours(self, tmp_path: Path) -> None:
        society.twin(tiny(), without=FEED, replicates=2, out=tmp_path / "out")
        (tmp_path / "out" / "notes.txt").write_text("mine")
        run(tiny(base=TALK), out=tmp_path / "out", force=True)
        assert not (tmp_path / "out" / "pairs").exists()
        assert (tmp_path / "out" / "notes.txt").read_text() == "mine"

    def test_a_run_is_no_pair_and_a_pair_is_no_run(self, tmp_path: Path) -> None:
        society.twin(tiny(), without=FEED, replicates=1, out=tmp_path / "pairs")
        run(tiny(), out=tmp_path / "run")
        with pytest.raises(InputError, match=r"its twin: society\.TwinStudy\.load opens it"):
            Study.load(tmp_path / "pairs")
        with pytest.raises(InputError, match=r"holds one run: society\.Study\.load opens it"):
            TwinStudy.load(tmp_path / "run")
