"""Passage: how long people stay in a basin and when they first get somewhere, from what was seen of them.

Nobody is watched for ever: what had not ended when watching did is marked as censored, for `survival` to count so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    censored. Chance carries people to and fro over the border of two basins many times before they leave it behind: for
    the time until they come to another attractor take `first_passages`.

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


def _uid(trajectory: Trajectory) -> Array:
    if trajectory.uid is not None:
        return trajectory.uid
    return np.broadcast_to(np.arange(trajectory.values.shape[1]), trajectory.values.shape)
