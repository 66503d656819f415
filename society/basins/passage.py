"""Passage: how long people stay in a basin and when they first get somewhere, from what was seen of them.

Nobody is watched for ever: who had not left when watching ended is censored, and counted as such.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from society.errors import InputError
from society.population import Array

if TYPE_CHECKING:
    from society.model import Society


@dataclass(frozen=True)
class Trajectory:
    """What was seen of people at successive times.

    Parameters
    ----------
    times
        (n_times,) rising times, in years or any unit; it is that of the durations found.
    values
        (n_times, n_agents) what was seen: a basin's number, a trait, whether something holds.
    uid
        (n_times, n_agents) permanent number of who stood in each row, where people die and others take their rows.
    """

    times: Array
    values: Array
    uid: Array | None = None

    def __post_init__(self) -> None:
        times, shape = np.asarray(self.times), np.shape(self.values)
        if times.ndim != 1 or len(times) < 2 or not (np.diff(times) > 0).all():
            raise InputError("times: must be two or more rising times")
        if len(shape) != 2 or shape[0] != len(times):
            raise InputError(f"values: must be (n_times, n_agents), not {shape}, for {len(times)} times")
        if self.uid is not None and self.uid.shape != shape:
            raise InputError(f"uid: must be of the shape {shape} of values, not {self.uid.shape}")


def follow(model: Society, observe: Callable[[Society], ArrayLike], *, steps: int, every: int = 1) -> Trajectory:
    """Step a society and see something of everybody at the start and after every so many steps.

    Parameters
    ----------
    model
        The society, which is moved on by `steps`.
    observe
        What is seen: from a society to (n_agents,) values, such as `membership`.
    steps, every
        How many steps, and how many between two looks.
    """
    if every < 1 or steps < every:
        raise InputError(f"steps = {steps}, every = {every}: need at least one look after the first")
    times: list[float] = []
    values: list[Array] = []
    uid: list[Array] = []
    for step in range(steps // every * every + 1):
        if step:
            model.step()
        if step % every == 0:
            times.append(model.n_steps * model.years_per_step)
            values.append(np.array(observe(model)))
            here = model.population["uid"]
            uid.append(uid[-1] if uid and np.array_equal(uid[-1], here) else here.copy())
    same = all(each is uid[0] for each in uid)
    numbers = np.broadcast_to(uid[0], (len(uid), len(uid[0]))) if same else np.stack(uid)
    return Trajectory(np.array(times), np.stack(values), numbers)


def residences(trajectory: Trajectory) -> pd.DataFrame:
    """Stays at one value, such as in one basin: a row each.

    Times are those of the looks: a stay begins at the first look that shows it and ends at the first that shows another
    value; stays between two looks are not seen. Someone's last stay, and the stay that is cut short by their death, is
    censored.

    Returns
    -------
    pandas.DataFrame
        Columns `row`, `uid`, `value`, `start`, `duration`, in the unit of the times; `ended`, whether its end was seen;
        `begun`, whether its beginning was: stays already under way at the first look have lasted longer than is known,
        so leave them out of a law of residence times, or take them for times since that look.
    """
    times, values, uid = trajectory.times, trajectory.values, _uid(trajectory)
    new_value, new_person = values[1:] != values[:-1], uid[1:] != uid[:-1]
    border = np.pad(new_value | new_person, ((1, 1), (0, 0)), constant_values=True)
    row, first = np.nonzero(border[:-1].T)
    last = np.nonzero(border[1:].T)[1] + 1  # the look that no longer belongs to it, one past the end if it was cut
    until = np.minimum(last, len(times) - 1)
    has_died = uid[until, row] != uid[first, row]
    stays = {
        "row": row,
        "uid": uid[first, row],
        "value": values[first, row],
        "start": times[first],
        "duration": times[until - has_died] - times[first],
        "ended": (last < len(times)) & ~has_died,
        "begun": first > 0,
    }
    return pd.DataFrame(stays)


def first_passages(trajectory: Trajectory, reached: Callable[[Array], Array]) -> pd.DataFrame:
    """Time until each person of the first look is first seen where `reached` holds.

    Parameters
    ----------
    trajectory
        What was seen.
    reached
        From (n_agents,) values at a look to (n_agents,) whether they are there.

    Returns
    -------
    pandas.DataFrame
        Columns `row`, `uid`, `duration` since the first look, `ended`, whether it was reached; who died or was
        watched no longer is censored at the last look at them.
    """
    times, uid = trajectory.times, _uid(trajectory)
    duration, ended = np.full(uid.shape[1], times[-1] - times[0]), np.zeros(uid.shape[1], bool)
    left = np.ones(uid.shape[1], bool)
    for look, (time, values) in enumerate(zip(times, trajectory.values, strict=True)):
        died = left & (uid[look] != uid[0])
        duration[died] = times[max(look - 1, 0)] - times[0]
        left &= ~died
        there = left & np.asarray(reached(values), bool)
        duration[there], ended[there] = time - times[0], True
        left &= ~there
    return pd.DataFrame({"row": np.arange(uid.shape[1]), "uid": uid[0], "duration": duration, "ended": ended})


@dataclass(frozen=True)
class Survival:
    """Share not yet ended as a function of time, by the estimate of Kaplan and Meier."""

    times: Array
    """(n,) durations at which some ended, and those at which others were last seen."""
    survival: Array
    """(n,) share that lasts longer."""
    low: Array
    """(n,) lower end of the interval of confidence."""
    high: Array
    """(n,) upper end."""
    n: int
    """How many were watched."""
    rate: float
    """Ends per unit of time at risk: the hazard, if it is constant."""
    rate_error: float
    """Its standard error, the rate over the root of the number of ends."""

    @property
    def median(self) -> float:
        """Duration that half outlast; nan if more than half were censored before."""
        ended = np.flatnonzero(self.survival <= 0.5)
        return float(self.times[ended[0]]) if len(ended) else float("nan")

    def at(self, time: float) -> float:
        """Share that lasts longer than a time; nan beyond the longest that was watched, unless all ended."""
        before = np.searchsorted(self.times, time, side="right")
        if before == len(self.times) and time > self.times[-1] and self.survival[-1] > 0:
            return float("nan")
        return float(self.survival[before - 1]) if before else 1.0

    def restricted_mean(self, until: float) -> float:
        """Mean of the duration or `until`, whichever is less: the area below the curve up to there.

        The mean itself is not known where somebody was censored; this is. nan beyond what was watched.
        """
        if np.isnan(self.at(until)):
            return float("nan")
        inside = self.times < until
        ends = np.concatenate([[0.0], self.times[inside], [until]])
        return float((np.diff(ends) * np.concatenate([[1.0], self.survival[inside]])).sum())


def survival(durations: ArrayLike, ended: ArrayLike, *, confidence: float = 0.95) -> Survival:
    """Estimate the law of durations of which some are known only to be longer than was watched.

    Parameters
    ----------
    durations
        (n,) how long each lasted, or was watched, in any unit of time.
    ended
        (n,) whether its end was seen.
    confidence
        Of the interval round the estimate at each time: log-log, by Greenwood's variance; nan where that is none.

    References
    ----------
    Kaplan, E. L., & Meier, P. (1958). Nonparametric estimation from incomplete observations. Journal of the American
    Statistical Association 53, 457–481.
    """
    from scipy import stats

    lengths, is_end = np.asarray(durations, float), np.asarray(ended, bool)
    if lengths.ndim != 1 or lengths.shape != is_end.shape or not len(lengths):
        raise InputError(f"durations {lengths.shape} and ended {is_end.shape}: must be as many, and at least one")
    if not (lengths >= 0).all():
        raise InputError("durations: must all be 0 or more")
    if not 0 < confidence < 1:
        raise InputError(f"confidence = {confidence}: must be between 0 and 1")
    curve: Any = stats.ecdf(stats.CensoredData(lengths[is_end], right=lengths[~is_end])).sf
    low, high = _interval(curve, confidence)
    n_ends, risk = int(is_end.sum()), float(lengths.sum())
    rate = n_ends / risk if risk else float("nan")
    error = rate / np.sqrt(n_ends) if n_ends else float("nan")
    return Survival(curve.quantiles, curve.probabilities, low, high, len(lengths), rate, float(error))


def _interval(curve: Any, confidence: float) -> tuple[Array, Array]:
    import warnings

    with warnings.catch_warnings():  # it warns of times at which there is no interval, and says nan
        warnings.simplefilter("ignore", RuntimeWarning)
        found = curve.confidence_interval(confidence_level=confidence, method="log-log")
    return found.low.probabilities, found.high.probabilities


def _uid(trajectory: Trajectory) -> Array:
    if trajectory.uid is not None:
        return trajectory.uid
    return np.broadcast_to(np.arange(trajectory.values.shape[1]), trajectory.values.shape)
