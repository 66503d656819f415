"""society.compare: which runs are matched, what is said of them, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import society
from society import InputError, compare
from tests.comparisons.studies import Made, run, study
from tests.files import tiny

POWER = "platform.feed.power"
SHARE = "platform.feed.monthly_exit"


def arms(*, replicates: int = 3, **more: Any) -> Made:
    """Two points in two arms; in arm `loud` interest is 1, 2, 3, … more than in `quiet`, by replicate."""
    rows = [
        run(row, r, interest=10.0 * row + (r + 1) * (arm == "loud"), arm=arm, **{POWER: 1.0 + row}, **more)
        for arm in ("loud", "quiet")
        for row in range(2)
        for r in range(replicates)
    ]
    return study(*rows, factors=[POWER])


def one(comparison: society.Comparison, outcome: str = "interest") -> pd.Series[Any]:
    return comparison.differences.set_index("measure").loc[outcome]


def test_arms_are_compared_in_pairs_of_point_and_replicate() -> None:
    found = one(compare(arms(), arms=["loud", "quiet"]))
    assert (found["difference"], found["a"], found["b"], found["n_a"]) == (2.0, 7.0, 5.0, 3)
    assert found["high"] - 2.0 == pytest.approx(4.302652729911275 / np.sqrt(3))  # sd 1 over three replicates


def test_the_only_two_arms_need_not_be_named() -> None:
    assert one(compare(arms()))["difference"] == 2.0


def test_the_other_way_round_the_difference_has_the_other_sign() -> None:
    assert one(compare(arms(), arms=["quiet", "loud"]))["difference"] == -2.0


def test_two_levels_are_compared_at_equal_values_of_all_else() -> None:
    rows = [
        run(2 * i + j, r, interest=100.0 * i + power * (r + 1), **{POWER: power, SHARE: share})
        for i, share in enumerate((0.1, 0.2, 0.3))
        for j, power in enumerate((0.0, 0.5))
        for r in range(2)
    ]
    comparison = compare(study(*rows, factors=[POWER, SHARE]), factor=[POWER, 0.5, 0.0])
    assert one(comparison)["difference"] == pytest.approx(0.75)
    assert comparison.matched.points[SHARE].tolist() == [0.1, 0.2, 0.3]


def test_levels_may_be_written_as_in_a_command() -> None:
    rows = [run(i, r, interest=i + 0.1 * r, **{"process.capture.enabled": i > 0}) for i in range(2) for r in range(2)]
    comparison = compare(
        study(*rows, factors=["process.capture.enabled"]), factor=["process.capture.enabled", "true", "false"]
    )
    assert one(comparison)["difference"] == pytest.approx(1.0)


def test_two_studies_are_compared_where_factors_replicates_and_seeds_are_equal() -> None:
    a = study(
        *(run(i, r, interest=i + 0.1 * r, **{POWER: float(i)}) for i in range(3) for r in range(2)), factors=[POWER]
    )
    b = study(
        *(run(9 - i, r, interest=0.0, **{POWER: float(i)}) for i in range(1, 4) for r in range(2)),
        factors=[POWER],
        folder=Path("other"),
    )
    comparison = compare(a, b)
    assert one(comparison)["difference"] == pytest.approx((1.05 + 2.05) / 2)
    assert "made: 1 design points are not on the other side, and are left out" in comparison.notes
    assert "other: 1 design points are not on the other side, and are left out" in comparison.notes


def test_a_factor_of_one_study_has_in_the_other_the_value_of_its_scenario() -> None:
    a = study(*(run(i, 0, interest=float(i), **{POWER: float(i)}) for i in range(3)), factors=[POWER])
    b = study(run(0, 0, interest=0.0), folder=Path("other"), base={POWER: 2.0})
    assert one(compare(a, b))["difference"] == 2.0


def varied(*levels: float, arms: tuple[str, ...] = ("",)) -> Made:
    """A study in which interest is the power of the feed."""
    rows = [run(i, 0, interest=power, arm=arm, **{POWER: power}) for i, power in enumerate(levels) for arm in arms]
    return study(*rows, factors=[POWER])


def test_what_a_sweep_sets_in_all_runs_is_their_value_and_not_that_of_the_base() -> None:
    b = study(run(0, 0, interest=0.0), folder=Path("other"), base={POWER: 1.2}, fixed={POWER: 2.0})
    comparison = compare(varied(1.2, 2.0), b)
    assert comparison.matched.points[POWER].tolist() == [2.0]
    assert one(comparison)["difference"] == 2.0
    assert POWER not in comparison.changes["path"].tolist()


def test_what_an_arm_sets_is_the_value_of_its_runs() -> None:
    b = study(
        *(run(0, 0, interest=0.0, arm=arm) for arm in ("loud", "soft")),
        folder=Path("other"),
        by_arm={"loud": {POWER: 2.0}, "soft": {POWER: 1.2}},
    )
    points = compare(varied(1.2, 2.0, arms=("loud", "soft")), b).matched.points
    assert {*points[["arm", POWER]].itertuples(index=False, name=None)} == {("soft", 1.2), ("loud", 2.0)}


def test_differences_that_are_all_the_same_are_said_to_be() -> None:
    a, b = (
        study(*(run(0, r, interest=more + r, wealth=float(r) * (1 + more)) for r in range(3)), folder=Path(name))
        for name, more in (("a", 1.0), ("b", 0.0))
    )
    comparison = compare(a, b)
    assert "interest: all 3 pairs differ by the same, so there is no interval and no p." in comparison.notes
    assert not any(note.startswith("wealth") for note in comparison.notes)
    assert np.isnan(one(comparison)[["low", "high", "p", "p_holm"]].to_numpy("f8")).all()
    assert one(comparison, "wealth")["p_holm"] == one(comparison, "wealth")["p"]  # one p to adjust for


def test_no_difference_is_not_said_to_have_no_interval() -> None:
    a, b = (study(*(run(0, r, interest=1.0) for r in range(3)), folder=Path(name)) for name in "ab")
    assert one(compare(a, b))["p"] == 1.0
    assert not any("no interval" in note for note in compare(a, b).notes)


def test_runs_of_other_seeds_are_compared_unpaired_and_it_is_said() -> None:
    a = study(*(run(0, r, interest=float(r)) for r in range(4)))
    b = study(*(run(0, r, interest=2.0 * r, seed=50 + r) for r in range(3)), folder=Path("other"))
    comparison = compare(a, b)
    assert one(comparison)["method"] == "Welch"
    assert one(comparison)["difference"] == 1.5 - 2.0
    assert any("has the seed of one of the other: they are compared unpaired" in note for note in comparison.notes)


def test_at_points_that_were_run_once_with_other_seeds_pairs_share_the_point() -> None:
    a = study(*(run(i, 0, interest=10.0 * i + 1, **{POWER: float(i)}, arm="loud", seed=i) for i in range(4)),
              *(run(i, 0, interest=10.0 * i, **{POWER: float(i)}, arm="quiet", seed=50 + i) for i in range(4)),
              factors=[POWER])  # fmt: skip
    comparison = compare(a)
    assert (one(comparison)["method"], one(comparison)["difference"]) == ("paired t", 1.0)
    assert np.isnan(one(comparison)["low"])  # both pairs differ by the same
    assert any("pairs share the point, not the random numbers" in note for note in comparison.notes)


def test_runs_that_failed_or_are_missing_are_left_out_openly() -> None:
    made = arms()
    made.frame.loc[made.frame["run_id"] == "0-2-loud", ["status", "interest"]] = ["failed", np.nan]
    made.frame.loc[made.frame["run_id"] == "1-0-quiet", ["status", "interest"]] = ["missing", np.nan]
    comparison = compare(made)
    assert one(comparison)["difference"] == pytest.approx((1.5 + 2.5) / 2)  # of replicates 1, 2 and 2, 3
    assert "loud: 1 of 6 runs are left out: 1 failed" in comparison.notes
    assert "quiet: 1 of 6 runs are left out: 1 missing" in comparison.notes
    assert (
        "Without a partner, and so in the unpaired (Welch's) interval only: 1 of loud, 1 of quiet." in comparison.notes
    )


def test_one_pair_has_a_difference_and_no_interval() -> None:
    comparison = compare(study(run(0, 0, interest=3.0)), study(run(0, 0, interest=1.0), folder=Path("other")))
    assert one(comparison)["difference"] == 2.0
    assert np.isnan([one(comparison)[name] for name in ("low", "high", "p", "g_av")]).all()
    assert "One pair has no interval: run more replicates." in comparison.notes


def test_what_only_one_side_has_is_named() -> None:
    made = arms(wealth=1.0)
    made.frame.loc[made.frame["arm"] == "quiet", "wealth"] = np.nan
    comparison = compare(made)
    assert comparison.outcomes == ["interest"]
    assert "Only on side loud: wealth." in comparison.notes


def test_what_only_one_side_has_is_not_named_if_something_else_is_asked_for() -> None:
    made = arms(wealth=1.0)
    made.frame.loc[made.frame["arm"] == "quiet", "wealth"] = np.nan
    assert not any("Only on side" in note for note in compare(made, outcomes=["interest"]).notes)


def test_the_largest_effect_comes_first_and_p_values_know_of_each_other() -> None:
    made = arms(replicates=4)
    made.frame["wealth"] = (
        made.frame["interest"] * 0 + np.where(made.frame["arm"] == "loud", 0.0, 50.0) + [*range(4)] * 4
    )
    table = compare(made).differences
    assert table["measure"].tolist() == ["wealth", "interest"]
    assert table["p_holm"].tolist() == pytest.approx([np.nan, table["p"].iloc[1]], nan_ok=True)


def test_pairs_of_the_same_bits_are_counted() -> None:
    made = arms()
    same = made.frame["replicate"] == 0
    made.frame.loc[same, "state_hash"] = "s"
    comparison = compare(made)
    assert comparison.matched.pairs["same_state"].sum() == 2
    assert "Final states are the same bit for bit in 2 of 6 pairs, series in 0." in comparison.notes
    made.frame[["state_hash", "results_hash"]] = "s"
    assert "Bit for bit the same in all 6 pairs: final states and recorded series." in compare(made).notes


def test_what_differs_between_the_scenarios_is_listed_by_path() -> None:
    changes = compare(arms()).changes
    assert changes.to_dict("records") == [{"path": "platform.feed.enabled", "a": True, "b": False}]


def test_other_versions_and_code_are_among_what_differs() -> None:
    b = study(
        run(0, 0, interest=1.0, code_digest="d" * 64),
        folder=Path("b"),
        facts={"versions": {**VERSIONS, "society": "0.2"}},
    )
    changes = compare(study(run(0, 0, interest=1.0)), b).changes
    assert changes["path"].tolist() == ["versions.society", "code_digest"]


VERSIONS = {"python": "3.12.0", "society": "0.1.0"}


def test_each_point_has_a_difference_of_its_own() -> None:
    made = arms()
    made.frame.loc[(made.frame["row"] == 1) & (made.frame["arm"] == "loud"), "interest"] += 5.0
    table = compare(made).by_point("interest")
    assert table[POWER].tolist() == [1.0, 2.0]
    assert table["difference"].tolist() == [2.0, 7.0]


def with_series(made: Made) -> Made:
    """Interest at steps 0, 3 and 6 that rises from 0 to what it is at the end."""
    rows = made.frame[["run_id", "interest"]]
    made.rows = pd.concat([rows.assign(step=step, interest=rows["interest"] * step / 6) for step in (0, 3, 6)])
    return made


def test_over_time_there_is_a_difference_at_each_step() -> None:
    table = compare(with_series(arms())).over_time("interest")
    assert table["step"].tolist() == [0, 3, 6]
    assert table["difference"].tolist() == [0.0, 1.0, 2.0]
    end = one(compare(arms()))
    assert (table["low"].iloc[-1], table["high"].iloc[-1]) == (end["low"], end["high"])


def test_at_a_step_it_is_what_it_is_over_time() -> None:
    assert one(compare(with_series(arms()), step=3))["difference"] == 1.0


def test_a_step_that_was_not_recorded_is_refused() -> None:
    with pytest.raises(InputError, match=r"step = 4: no such step was recorded on side loud; recorded: 0, 3, 6"):
        compare(with_series(arms()), step=4)


def test_runs_that_end_at_different_steps_are_said_to() -> None:
    made = arms()
    made.frame.loc[made.frame["arm"] == "loud", "steps_done"] = 12
    said = "Runs end at different steps, loud at 12 and quiet at 6"
    assert any(note.startswith(said) for note in compare(made).notes)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"arms": ["lout", "quiet"]}, "made: no arm 'lout'; did you mean 'loud'?"),
        ({"arms": ["loud"]}, r"arms = \['loud'\]: must be two names"),
        ({"arms": ["loud", "loud"]}, "made: both sides are the same runs"),
        (
            {"factor": ["platform.feed.powr", 1, 2]},
            "made: no factor 'platform.feed.powr'; did you mean 'platform.feed.power'",
        ),
        ({"factor": [POWER, 1, 7]}, "platform.feed.power = 7: no run has it; its levels are 1.0, 2.0"),
        ({"factor": [POWER, 1]}, "must be a path and two levels"),
        ({"outcomes": ["intrest"]}, "both sides: no outcome 'intrest'; did you mean 'interest'?"),
        ({"level": 95.0}, "level = 95.0: must be between 0 and 1"),
    ],
)
def test_wrong_input_is_said(how: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        compare(arms(), **how)


def test_without_two_sides_it_says_what_they_could_be() -> None:
    made = study(run(0, 0, interest=1.0, **{POWER: 1.0}), factors=[POWER])
    with pytest.raises(InputError, match=r"it has no arms\), or two levels .* its factors platform.feed.power\)"):
        compare(made)


def test_studies_without_a_common_point_are_refused() -> None:
    a = study(run(0, 0, interest=1.0, **{POWER: 1.0}), factors=[POWER])
    b = study(run(0, 0, interest=1.0, **{POWER: 2.0}), factors=[POWER], folder=Path("other"))
    with pytest.raises(InputError, match="no design point of made is one of other"):
        compare(a, b)


def test_a_study_of_which_no_run_is_done_is_refused() -> None:
    made = arms()
    made.frame["status"] = "missing"
    with pytest.raises(InputError, match="made: loud: no run is done"):
        compare(made)


def test_pairs_of_twins_are_compared_as_they_say_themselves(tmp_path: Path) -> None:
    twins = society.twin(tiny(), without="platform.feed", replicates=3, out=tmp_path / "twins")
    comparison, known = compare(tmp_path / "twins"), twins.differences().set_index("measure")
    columns = ["difference", "low", "high"]
    for outcome in ("interest", "trait_sd.anger", "attention.life"):
        assert one(comparison, outcome)[columns].tolist() == pytest.approx(
            known.loc[outcome, columns].tolist(), nan_ok=True
        )
    assert "platform.feed.enabled" in set(comparison.changes["path"])
    with pytest.raises(InputError, match="compare it alone"):
        compare(tmp_path / "twins", arms=["a", "b"])
