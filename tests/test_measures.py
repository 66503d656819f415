"""Measures worked by hand on four people whose columns are set by hand."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from society.errors import InputError
from society.measures import MEASURES, choose
from society.model import Society
from society.recorder import Recorder
from society.runner import run
from tests.files import TALK, laid, tiny
from tests.societies import teach

FOUR = {
    "population.n_agents": 4,
    "meme": {
        "joke": {"kind": "invariant", "first_holders": 0},
        "norm": {"kind": "cooperative", "first_holders": 0},
        "norm_too": {"kind": "cooperative", "first_holders": 0},
        "trick": {"kind": "competitive", "first_holders": 0},
    },
    "process": {
        "ageing": {},
        "exploration": {},
        "mood": {"n_moods": 2},
        "attention": {},
        "landscape": {},
        "capture": {},
        "exchange": {"share": "sincere", "willingness": 0.7},
        "income": {},
        "habit": {},
        "monitoring": {},
        "learning": {},
        "migration": {},
        "turnover": {"senescence": 0.0},
    },
}


@pytest.fixture
def model() -> Society:
    """Four people on a ring, before the first step."""
    return Society(tiny(FOUR))


def measured(name: str, model: Society) -> dict[str, float]:
    """Values of one measure by result column."""
    return MEASURES[name](model)


class TestEveryMeasure:
    @pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES.keys())
    def test_it_has_a_sentence(self, measure: Any) -> None:
        assert measure.doc[0].isupper()
        assert measure.doc.rstrip().endswith(".")

    @pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES.keys())
    def test_its_result_columns_start_with_its_name(self, model: Society, measure: Any) -> None:
        assert all(column.split(".")[0] == measure.name for column in measure(model))

    @pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES.keys())
    def test_it_changes_nothing(self, model: Society, measure: Any) -> None:
        model.step()
        before = model.state()
        measure(model)
        assert model.state() == before


class TestChoosing:
    def test_all_that_apply_are_taken_if_none_is_named(self) -> None:
        names = {measure.name for measure in choose([], Society(tiny(base=TALK)))}
        assert names == {"known", "reach", "value", "sharing"}

    def test_the_named_are_taken(self, model: Society) -> None:
        assert [measure.name for measure in choose(["wealth", "known"], model)] == ["known", "wealth"]

    def test_one_that_does_not_exist_is_refused_with_the_nearest(self, model: Society) -> None:
        with pytest.raises(InputError, match=r"record\.measures: no measure 'welth'; did you mean 'wealth'\?"):
            choose(["welth"], model)


class TestPersonality:
    def test_the_mean_is_by_trait(self, model: Society) -> None:
        model.population["traits"] = [[1, 0], [2, 0], [3, 0], [6, 4]]
        assert measured("trait_mean", model) == {"trait_mean.openness": 3.0, "trait_mean.anger": 1.0}

    def test_the_standard_deviation_is_that_of_all_people(self, model: Society) -> None:
        model.population["traits"] = [[1, 5], [1, 5], [3, 5], [3, 5]]
        assert measured("trait_sd", model) == {"trait_sd.openness": 1.0, "trait_sd.anger": 0.0}

    def test_plasticity_is_the_mean_learning_rate(self, model: Society) -> None:
        model.population["plasticity"] = [0.0, 0.5, 0.5, 1.0]
        assert measured("plasticity", model) == {"plasticity": 0.5}


class TestInformation:
    def test_known_is_the_share_of_knowers_by_kind(self, model: Society) -> None:
        teach(model, "joke", [0, 1, 2])
        teach(model, "norm", [0, 1])
        teach(model, "norm_too", [0, 1, 2, 3])
        assert measured("known", model) == {"known.invariant": 0.75, "known.cooperative": 0.75, "known.competitive": 0}

    def test_value_follows_the_curve_of_the_kind(self, model: Society) -> None:
        teach(model, "joke", [0])
        teach(model, "norm", [0, 1])
        teach(model, "norm_too", [0])
        teach(model, "trick", [3])
        expected = {"invariant": 1.0, "cooperative": (0.5 + 0.25) / 2, "competitive": math.exp(-0.25 / 0.1)}
        assert measured("value", model) == pytest.approx({f"value.{kind}": v for kind, v in expected.items()})

    def test_the_sincere_share_everything_alike(self, model: Society) -> None:
        expected = {f"sharing.{kind}": 0.7 for kind in ("invariant", "cooperative", "competitive")}
        assert measured("sharing", model) == pytest.approx(expected)

    def test_by_interest_sharing_is_logistic_in_the_gain(self) -> None:
        exchange = {"share": "interest", "status": 0.5, "cost": 1.0, "stake": 2.0, "audience": 0.25, "temperature": 0.5}
        model = Society(tiny(FOUR | {"process.exchange": exchange}))
        for item in ("norm", "norm_too"):
            teach(model, item, [0])
        # v(f) = f gains 1/4 by an audience of 1/4 of the people: (0.5 − 1 + 2/4) / 0.5 = 0; what is invariant gains 0
        shared = measured("sharing", model)
        assert shared["sharing.cooperative"] == pytest.approx(0.5)
        assert shared["sharing.invariant"] == pytest.approx(1 / (1 + math.e))

    def test_wealth_is_the_mean(self, model: Society) -> None:
        model.population["wealth"] = [0.0, 1.0, 2.0, 5.0]
        assert measured("wealth", model) == {"wealth": 2.0}


class TestPlatforms:
    def test_attention_is_the_mean_share_by_option(self, model: Society) -> None:
        model.population["attention"] = [[1, 1, 0.5, 0.5], [0, 0, 0.5, 0.5]]
        assert measured("attention", model) == {"attention.life": 0.75, "attention.feed": 0.25}

    def test_users_are_counted_by_platform(self, model: Society) -> None:
        model.population["is_user"] = [[True, False, False, False]]
        assert measured("users", model) == {"users.feed": 0.25}


class TestLedger:
    def test_interest_is_the_mean_over_those_who_have_any(self, model: Society) -> None:
        model.population["interest"] = [1.0, 2.0, 3.0, math.nan]
        assert measured("interest", model) == {"interest": 2.0}

    def test_work_is_a_person_and_year(self, model: Society) -> None:
        half_a_year(model)
        row = model.population.labels("account").index("landscape")
        model.population["work"][row] = [1.0, 1.0, 2.0, 0.0]
        assert measured("work", model)["work.landscape"] == pytest.approx(1.0 / 0.5)

    def test_every_account_has_its_work(self, model: Society) -> None:
        accounts = {"capture.feed", "habit", "landscape", "income", "chance", "bounds"}
        assert {*measured("work", model)} == {f"work.{account}" for account in accounts}

    def test_agitation_is_work_less_work_of_the_mean_movement(self, model: Society) -> None:
        half_a_year(model)
        for column, labels, amount in (("work", "account", -1.0), ("drift_work", "source", 2.0)):
            model.population[column][model.population.labels(labels).index("capture.feed")] = amount
        assert measured("agitation", model)["agitation.capture.feed"] == pytest.approx(-3.0 / 0.5)

    def test_only_sources_agitate(self, model: Society) -> None:
        assert {*measured("agitation", model)} == {
            f"agitation.{row}" for row in ("capture.feed", "habit", "landscape", "income")
        }

    def test_world_is_a_person_and_year(self, model: Society) -> None:
        half_a_year(model)
        model.population["world"] = [0.0, 0.0, 0.0, 2.0]
        assert measured("world", model) == {"world": pytest.approx(0.5 / 0.5)}


class TestSelves:
    def test_depth_and_tenure_of_habits_are_means(self, model: Society) -> None:
        model.population["habit_depth"] = [0.0, 1.0, 1.0, 2.0]
        model.population["habit_tenure"] = [1.0, 2.0, 3.0, 6.0]
        assert measured("habit_depth", model) == {"habit_depth": 1.0}
        assert measured("habit_tenure", model) == {"habit_tenure": 3.0}

    def test_moods_are_counted_by_number(self, model: Society) -> None:
        model.population["mood"] = [0, 1, 1, 1]
        assert measured("mood", model) == {"mood.0": 0.25, "mood.1": 0.75}

    def test_before_the_first_step_nobody_is_in_a_mood(self, model: Society) -> None:
        assert measured("mood", model) == {"mood.0": 0.0, "mood.1": 0.0}

    def test_the_error_of_self_report_is_a_distance_a_trait_by_practice(self, model: Society) -> None:
        model.population["traits"] = 0.0
        model.population["self_image"] = [[1, 7], [3, 4], [0, 0], [1, 1]]
        model.population["practice"] = [0.0, 0.0, 1.0, 0.5]
        errors = [5.0, math.sqrt(12.5), 0.0, 1.0]
        assert measured("self_report_error", model) == pytest.approx(
            {
                "self_report_error": sum(errors) / 4,
                "self_report_error.practising": 0.5,
                "self_report_error.others": (errors[0] + errors[1]) / 2,
            }
        )

    def test_who_noticed_is_counted_of_all_and_of_the_changed(self, model: Society) -> None:
        model.population["changed_step"] = [3, 5, -1, -1]
        model.population["noticed_step"] = [29, -1, 7, 8]
        assert measured("noticed", model) == {"noticed": 0.75, "noticed.changed": 0.5}

    def test_the_lag_is_the_time_from_changing_to_noticing_of_those_who_did_both(self, model: Society) -> None:
        model.population["changed_step"] = [0, 30, 9, -1]
        model.population["noticed_step"] = [52, 4, -1, 8]
        assert measured("detection_lag", model) == {"detection_lag": pytest.approx((1.0 - 0.5) / 2)}


def half_a_year(model: Society) -> None:
    """Let 26 weekly steps have passed in which nothing happened."""
    model.n_steps = 26


class TestGain:
    def book(self, model: Society, **columns: list[float]) -> None:
        """Let half a year have passed with this drift work of the feed, and gain."""
        half_a_year(model)
        model.population["drift_work"][model.population.labels("source").index("capture.feed")] = columns["work"]
        model.population["gain"][0] = columns["gain"]

    def test_gain_is_a_person_and_year(self, model: Society) -> None:
        self.book(model, work=[0.0] * 4, gain=[1.0, 1.0, 0.0, 0.0])
        assert measured("gain", model) == {"gain.feed": pytest.approx(0.5 / 0.5)}

    def test_who_gains_with_whom_is_the_quadrant(self, model: Society) -> None:
        self.book(model, work=[1.0, -1.0, 1.0, -1.0], gain=[1.0, 1.0, -1.0, -1.0])
        shares = {f"quadrants.feed.{name}": 0.25 for name in ("symbiosis", "capture", "gift", "mutual_harm")}
        assert measured("quadrants", model) == shares

    def test_a_gain_of_nothing_is_none(self, model: Society) -> None:
        self.book(model, work=[1.0, 1.0, 1.0, -1.0], gain=[0.0] * 4)
        shares = {"symbiosis": 0.0, "capture": 0.0, "gift": 0.75, "mutual_harm": 0.25}
        assert measured("quadrants", model) == {f"quadrants.feed.{name}": share for name, share in shares.items()}

    def test_who_is_not_moved_is_in_no_quadrant(self, model: Society) -> None:
        self.book(model, work=[0.0, 0.0, 0.0, -1.0], gain=[1.0, 0.0, -1.0, 1.0])
        assert sum(measured("quadrants", model).values()) == 0.25

    def test_the_flows_of_the_quadrants_are_of_their_people_a_person_of_all(self, model: Society) -> None:
        self.book(model, work=[3.0, -1.0, -2.0, 0.0], gain=[0.5, 1.0, 0.25, 4.0])
        work, gain = measured("quadrant_work", model), measured("quadrant_gain", model)
        assert work["quadrant_work.feed.symbiosis"] == pytest.approx(3.0 / 4 / 0.5)
        assert work["quadrant_work.feed.capture"] == pytest.approx(-3.0 / 4 / 0.5)
        assert gain["quadrant_gain.feed.capture"] == pytest.approx(1.25 / 4 / 0.5)
        assert sum(work.values()) == pytest.approx(measured("drift_work", model)["drift_work.capture.feed"])

    def test_two_sources_of_one_platform_work_together(self) -> None:
        processes = {"push": {"kind": "capture"}, **FOUR["process"]}
        order = [name for name in processes if name != "push"]
        order.insert(order.index("capture"), "push")
        model = Society(tiny(FOUR | {"process": processes, "run.order": order}))
        for row, amount in (("capture.feed", -1.0), ("push.feed", 3.0)):
            model.population["drift_work"][model.population.labels("source").index(row)] = amount
        model.population["gain"][0] = 1.0
        assert measured("quadrants", model)["quadrants.feed.symbiosis"] == 1.0

    def test_a_platform_that_pulls_nobody_has_no_quadrants(self) -> None:
        assert measured("quadrants", Society(tiny({"process.capture": None}))) == {}


class TestDivisions:
    @pytest.fixture
    def divided(self) -> Society:
        """Four people in two groups, of ages 17, 20, 30 and 40 half a year ago; the last two never met the feed."""
        model = Society(tiny(FOUR | {"population.groups": {"girls": 1.0, "boys": 1.0}}))
        half_a_year(model)
        model.population["age"] = [17.5, 20.5, 30.5, 40.5]
        model.population["group"] = [0, 1, 1, 1]  # boys, then girls
        model.population["age_at_entry"] = [[17.2, 20.1, math.nan, math.nan]]
        model.population["work"][model.population.labels("account").index("landscape")] = [1.0, 2.0, 3.0, 5.0]
        model.population["gain"][0] = [0.25, 0.5, 0.0, 0.0]
        return model

    def test_by_age_means_the_age_at_the_start(self, divided: Society) -> None:
        divided.population["age"][0] = 18.4  # 17.9 at the start
        values = measured("work_by_age", divided)
        ages = {age: values[f"work_by_age.landscape.{age}"] for age in ("under_18", "from_18_to_24", "from_25")}
        assert ages == {"under_18": 2.0, "from_18_to_24": 4.0, "from_25": 8.0}

    def test_groups_go_by_their_names(self, divided: Society) -> None:
        values = measured("work_by_group", divided)
        assert values["work_by_group.landscape.boys"] == 2.0
        assert values["work_by_group.landscape.girls"] == pytest.approx(10.0 / 3 / 0.5)

    def test_use_is_having_ever_met_the_platform(self, divided: Society) -> None:
        values = measured("work_by_use", divided)
        assert values["work_by_use.landscape.feed.ever"] == 3.0
        assert values["work_by_use.landscape.feed.never"] == 8.0

    def test_gain_is_divided_too(self, divided: Society) -> None:
        values = measured("gain_by_use", divided)
        assert values == {"gain_by_use.feed.feed.ever": 0.75, "gain_by_use.feed.feed.never": 0.0}

    def test_who_was_born_since_has_the_age_of_entry(self, divided: Society) -> None:
        divided.population["entered"] = [0, 0, 0, 13]
        divided.population["age"][3] = 20.25  # 20 at entry, a quarter ago
        values = measured("work_by_age", divided)
        ages = {age: values[f"work_by_age.landscape.{age}"] for age in ("under_18", "from_18_to_24", "from_25")}
        assert ages == {"under_18": 2.0, "from_18_to_24": pytest.approx((2.0 + 5.0) / (0.5 + 0.25)), "from_25": 6.0}

    def test_by_the_years_lived_in_them_parts_add_up_to_the_whole(self, divided: Society) -> None:
        divided.population["entered"] = [0, 6, 13, 20]
        lived = (26 - divided.population["entered"]) / 52
        whole = measured("work", divided)["work.landscape"] * lived.sum()
        by_group, by_use = measured("work_by_group", divided), measured("work_by_use", divided)
        groups = by_group["work_by_group.landscape.boys"] * lived[:1].sum()
        groups += by_group["work_by_group.landscape.girls"] * lived[1:].sum()
        use = by_use["work_by_use.landscape.feed.ever"] * lived[:2].sum()
        use += by_use["work_by_use.landscape.feed.never"] * lived[2:].sum()
        assert (whole, groups, use) == pytest.approx((11.0, 11.0, 11.0))

    def test_so_do_quadrants(self, divided: Society) -> None:
        divided.population["entered"] = [0, 6, 13, 20]
        row = divided.population.labels("source").index("capture.feed")
        divided.population["drift_work"][row] = [1.0, -2.0, -3.0, 0.5]
        quadrants = measured("quadrant_work", divided).values()
        assert sum(quadrants) == pytest.approx(measured("drift_work", divided)["drift_work.capture.feed"])

    def test_who_has_just_been_born_has_done_nothing(self, divided: Society) -> None:
        divided.population["entered"][0] = 26
        divided.population["work"][:, 0] = 0.0
        assert measured("work_by_group", divided)["work_by_group.landscape.boys"] == 0.0

    def test_they_are_recorded_only_where_named(self, divided: Society) -> None:
        taken = {each.name for each in choose([], divided)}
        assert {"work", "gain", "quadrants"} <= taken
        assert not {name for name in taken if "_by_" in name}
        assert [each.name for each in choose(["drift_work_by_group"], divided)] == ["drift_work_by_group"]


class TestCapture:
    @pytest.fixture
    def pair(self) -> Society:
        """A society with a feed that wants anger 2 and openness −1, beside its twin; both start alike."""
        changes = laid(FOUR, {"platform.feed.target": {"anger": 2.0, "openness": -1.0}})
        model = Society(tiny(changes))
        model.twins["platform.feed"] = Society(tiny(changes | {"platform.feed.enabled": False}))
        model.population["age_at_entry"] = [[12.0, 20.0, 30.0, math.nan]]
        return model

    def test_whoever_stands_at_the_target_is_captured_by_one(self, pair: Society) -> None:
        twin = pair.twins["platform.feed"].population["traits"]
        twin[:] = 0.0
        pair.population["traits"] = [[-1, 2]] * 4
        assert measured("capture", pair)["capture.feed"] == 1.0

    def test_it_is_the_projection_on_the_target_by_age_at_entry(self, pair: Society) -> None:
        pair.twins["platform.feed"].population["traits"][:] = 0.0
        # along T = (−1, 2), |T|² = 5: ½T, T askew by something across, −T; the last never met the platform
        pair.population["traits"] = [[-0.5, 1], [-1 + 2, 2 + 1], [1, -2], [100, 100]]
        assert measured("capture", pair) == pytest.approx(
            {
                "capture.feed": 0.5 / 3,
                "capture.feed.under_18": 0.5,
                "capture.feed.from_18_to_24": 1.0,
                "capture.feed.from_25": -1.0,
            }
        )

    def test_who_is_another_person_in_the_twin_is_not_compared(self, pair: Society) -> None:
        pair.twins["platform.feed"].population["traits"][:] = 0.0
        pair.twins["platform.feed"].population["uid"][1] = 99
        pair.population["traits"] = [[-0.5, 1], [50, 50], [-1.5, 3], [0, 0]]
        assert measured("capture", pair)["capture.feed"] == 1.0

    def test_the_cosine_tells_direction_without_size(self, pair: Society) -> None:
        pair.twins["platform.feed"].population["traits"][:] = 0.0
        # along the target, across it, against it, and not at all
        pair.population["traits"] = [[-3, 6], [2, 1], [0.1, -0.2], [0, 0]]
        pair.population["age_at_entry"] = [[12.0, 20.0, 30.0, 30.0]]
        assert measured("capture_cosine", pair) == pytest.approx(
            {
                "capture_cosine.feed": 0.0,
                "capture_cosine.feed.under_18": 1.0,
                "capture_cosine.feed.from_18_to_24": 0.0,
                "capture_cosine.feed.from_25": -1.0,
            },
            abs=1e-6,
        )

    @pytest.mark.parametrize(
        ("age", "group"),
        [(17.9, "under_18"), (18.0, "from_18_to_24"), (24.9, "from_18_to_24"), (25.0, "from_25")],
    )
    def test_groups_begin_with_their_birthday(self, pair: Society, age: float, group: str) -> None:
        pair.population["age_at_entry"] = [[age] * 4]
        values = measured("capture", pair)
        assert [column for column, value in values.items() if not math.isnan(value)] == [
            "capture.feed",
            f"capture.feed.{group}",
        ]

    def test_interest_lost_is_the_twins_interest_less_ones_own(self) -> None:
        model, without = (
            Society(tiny({"record.twins": ["platform.feed"]})),
            Society(tiny({"platform.feed.enabled": False})),
        )
        recorder = Recorder(model)
        for _ in range(5):
            model.step()
            without.step()
        lost = without.population["interest"].mean() - model.population["interest"].mean()
        assert lost != 0.0
        assert recorder.row()["interest_lost.feed"] == pytest.approx(lost, rel=1e-9)

    def test_without_the_platform_it_is_exactly_zero(self, tmp_path: Path) -> None:
        off = {"platform.feed.enabled": False, "record.twins": ["platform.feed"], "run.steps": 30}
        series = run(tiny(off), out=tmp_path / "out").series
        assert series["capture.feed"].tolist() == [0.0] * 31

    def test_with_the_platform_it_is_not(self, tmp_path: Path) -> None:
        on = {"record.twins": ["platform.feed"], "run.steps": 30}
        series = run(tiny(on), out=tmp_path / "out").series
        assert series["capture.feed"].iloc[-1] != 0.0
