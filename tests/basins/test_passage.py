"""Residence and first-passage times of trajectories worked by hand, and the estimate of Kaplan and Meier."""

from __future__ import annotations

import numpy as np
import pytest

from society.basins import Trajectory, first_passages, follow, membership, residences, survival
from society.errors import InputError
from tests.basins.surfaces import gradient_society
from tests.societies import make_society, stepped

TIMES = np.array([0.0, 1.0, 2.0, 4.0])
SIDES = np.array([[0, 1], [0, 1], [1, 1], [0, 1]])
"""Who stands in the first row changes sides twice."""
NUMBERS = np.array([[7, 8], [7, 8], [7, 9], [7, 9]])
"""Who stood in the second row has died by the third look."""


def stays(trajectory: Trajectory) -> list[tuple[object, ...]]:
    """(uid, value, start, duration, ended, begun) of each stay."""
    columns = ["uid", "value", "start", "duration", "ended", "begun"]
    return list(residences(trajectory)[columns].itertuples(index=False, name=None))


class TestResidences:
    def test_a_stay_lasts_from_its_first_look_to_the_first_of_another(self) -> None:
        expected = [(0, 0, 0.0, 2.0, True, False), (0, 1, 2.0, 2.0, True, True), (0, 0, 4.0, 0.0, False, True)]
        assert stays(Trajectory(TIMES, SIDES))[:3] == expected

    def test_who_never_moves_is_censored(self) -> None:
        assert stays(Trajectory(TIMES, SIDES))[3:] == [(1, 1, 0.0, 4.0, False, False)]

    def test_who_dies_is_censored_at_the_last_look_and_their_successor_starts_anew(self) -> None:
        expected = [(8, 1, 0.0, 1.0, False, False), (9, 1, 2.0, 2.0, False, True)]
        assert stays(Trajectory(TIMES, SIDES, NUMBERS))[3:] == expected

    def test_somebody_else_on_the_other_side_has_not_moved(self) -> None:
        uid, sides = np.array([[1], [2]]), np.array([[0], [1]])
        expected = [(1, 0, 0.0, 0.0, False, False), (2, 1, 1.0, 0.0, False, True)]
        assert stays(Trajectory(np.array([0.0, 1.0]), sides, uid)) == expected


def passages(trajectory: Trajectory) -> list[tuple[object, ...]]:
    """(uid, duration, ended) of everybody until they are on side 1."""
    found = first_passages(trajectory, lambda side: side == 1)
    return list(found[["uid", "duration", "ended"]].itertuples(index=False, name=None))


class TestFirstPassages:
    def test_it_is_the_first_look_that_shows_it(self) -> None:
        assert passages(Trajectory(TIMES, SIDES)) == [(0, 2.0, True), (1, 0.0, True)]

    def test_who_never_gets_there_is_censored_at_the_end(self) -> None:
        assert passages(Trajectory(TIMES, 0 * SIDES)) == [(0, 4.0, False), (1, 4.0, False)]

    def test_who_dies_is_censored_at_the_last_look_whatever_their_successor_does(self) -> None:
        sides = np.array([[0, 0], [0, 0], [0, 1], [0, 1]])
        assert passages(Trajectory(TIMES, sides, NUMBERS)) == [(7, 4.0, False), (8, 1.0, False)]

    def test_times_count_from_the_first_look(self) -> None:
        assert passages(Trajectory(TIMES + 10, SIDES))[0] == (0, 2.0, True)


class TestFollowing:
    def test_people_are_seen_at_the_start_and_after_every_so_many_steps(self) -> None:
        model = gradient_society({"kind": "quadratic"}, run={"steps_per_year": 4})
        other = gradient_society({"kind": "quadratic"}, run={"steps_per_year": 4})
        seen = follow(model, lambda m: m.population["traits"][:, 0], steps=7, every=3)
        assert seen.times.tolist() == [0.0, 0.75, 1.5]
        assert np.array_equal(seen.values[0], other.population["traits"][:, 0])
        assert np.array_equal(seen.values[2], stepped(other, 6).population["traits"][:, 0])

    def test_who_was_seen_is_known_by_number(self) -> None:
        model = gradient_society({"kind": "quadratic"})
        model.population["uid"][:] = np.arange(6) + 100
        assert follow(model, lambda m: m.population["age"], steps=2).uid.tolist() == [[*range(100, 106)]] * 3

    def test_a_new_person_in_a_row_is_seen_to_be_another(self) -> None:
        model = gradient_society({"kind": "quadratic"})

        def someone_enters(m):  # type: ignore[no-untyped-def]
            m.population["uid"][0] = 6 if m.n_steps == 2 else 0
            return m.population["age"]

        assert follow(model, someone_enters, steps=2).uid[:, 0].tolist() == [0, 0, 6]

    def test_people_without_chance_stay_in_their_basins(self) -> None:
        """M7: neither self nor environment changes, so no basin is left."""
        model = gradient_society({"kind": "double_well"}, n_agents=100)
        found = residences(follow(model, membership, steps=60, every=20))
        assert len(found) == 100
        assert not found["ended"].any()

    def test_no_look_after_the_first_is_refused(self) -> None:
        with pytest.raises(InputError, match="steps = 2, every = 3"):
            follow(make_society(process={"ageing": {}}), lambda m: m.population["age"], steps=2, every=3)


@pytest.mark.parametrize(
    ("times", "values", "uid"),
    [
        ([0.0, 0.0], np.zeros((2, 1)), None),
        ([0.0], np.zeros((1, 1)), None),
        ([0.0, 1.0], np.zeros((3, 1)), None),
        ([0.0, 1.0], np.zeros(2), None),
        ([0.0, 1.0], np.zeros((2, 1)), np.zeros((2, 2))),
    ],
)
def test_a_trajectory_that_does_not_fit_together_is_refused(times, values, uid) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=r"times:|values:|uid:"):
        Trajectory(np.array(times), values, uid)


WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
"""Weeks of remission of 21 children under 6-mercaptopurine: Freireich et al. (1963), Blood 21, 699–716."""


class TestSurvival:
    @pytest.mark.parametrize(
        ("week", "share"),
        [(0, 1.0), (5.9, 1.0), (6, 0.857), (7, 0.807), (12, 0.753), (13, 0.690), (16, 0.627), (22, 0.538), (35, 0.448)],
    )
    def test_it_is_the_published_estimate(self, week: float, share: float) -> None:
        assert survival(WEEKS, RELAPSED).at(week) == pytest.approx(share, abs=6e-4)

    def test_the_median_is_the_published_one(self) -> None:
        assert survival(WEEKS, RELAPSED).median == 23

    def test_the_rate_is_relapses_by_weeks_watched(self) -> None:
        found = survival(WEEKS, RELAPSED)
        assert (found.rate, found.rate_error) == pytest.approx((9 / 359, 3 / 359))

    def test_beyond_the_longest_watched_nothing_is_known(self) -> None:
        assert np.isnan(survival(WEEKS, RELAPSED).at(36))

    def test_where_all_ended_nobody_lasts_longer(self) -> None:
        assert survival([1, 2], [True, True]).at(3) == 0

    def test_without_censoring_the_restricted_mean_is_that_of_the_lesser(self) -> None:
        lengths = np.array([1.0, 2.0, 5.0, 8.0])
        assert survival(lengths, [True] * 4).restricted_mean(4.0) == pytest.approx((1 + 2 + 4 + 4) / 4)

    def test_up_to_the_longest_it_is_the_mean(self) -> None:
        assert survival([1.0, 2.0, 6.0], [True] * 3).restricted_mean(6.0) == pytest.approx(3.0)

    def test_censoring_leaves_the_restricted_mean_right(self) -> None:
        """Exponential of mean 2, watched for an independent exponential time of mean 3: E min(T, 2) = 2(1 − 1/e)."""
        rng = np.random.default_rng(1)
        means = []
        for _ in range(40):
            length, watched = rng.exponential(2.0, 400), rng.exponential(3.0, 400)
            means.append(survival(np.minimum(length, watched), length <= watched).restricted_mean(2.0))
        error = np.std(means, ddof=1) / np.sqrt(40)
        assert abs(np.mean(means) - 2 * (1 - np.exp(-1))) < 4 * error

    def test_more_than_half_censored_have_no_median(self) -> None:
        assert np.isnan(survival([1, 2, 2], [True, False, False]).median)

    def test_where_none_ended_all_last(self) -> None:
        found = survival([1.0, 2.0], [False, False])
        assert (found.at(1.5), found.rate) == (1.0, 0.0)

    def test_the_interval_holds_the_estimate(self) -> None:
        """Log–log interval at 10 weeks, .753: .503 to .889."""
        found = survival(WEEKS, RELAPSED)
        place = int(np.flatnonzero(found.times == 10)[0])
        assert (found.low[place], found.high[place]) == pytest.approx((0.503, 0.889), abs=1e-3)

    @pytest.mark.parametrize(
        ("durations", "ended", "confidence"),
        [([], [], 0.95), ([1.0], [True, False], 0.95), ([-1.0], [True], 0.95), ([1.0], [True], 1.0)],
    )
    def test_what_is_no_duration_is_refused(self, durations, ended, confidence) -> None:  # type: ignore[no-untyped-def]
        with pytest.raises(InputError, match=r"durations|confidence"):
            survival(durations, ended, confidence=confidence)
