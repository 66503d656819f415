"""Kernels of `monitoring`: practice of self-observation, and what one sees of oneself."""

import math

import numpy as np
from numba import prange

from society.kernels import parallel
from society.kernels.maths import probability
from society.kernels.philox import ROWS, four_normals, uniform


@parallel
def train(key, share, years, rate_practice, rate_decay, uid, practice, skill):
    """Move skill (n_agents,) towards 1 with practice and towards 0 without; draw first who practises at all."""
    for i in prange(len(uid)):
        if np.isnan(practice[i]):
            practice[i] = 1.0 if uniform(key, uid[i], 0, 0) < share else 0.0
        gain, loss = rate_practice * practice[i], rate_decay * (1.0 - practice[i])
        if gain + loss > 0.0:
            skill[i] += probability((gain + loss) * years) * (gain / (gain + loss) - skill[i])


@parallel
def observe(
    key, step, following, settling, noise, threshold,
    uid, traits, skill, anchor, self_image, changed_step, noticed_step, noticed_displacement,
):  # fmt: skip
    """Let self-images follow traits, seen with noise, and anchors self-images; note when one changed and noticed it.

    `following` and `settling` are the shares of the way that a step covers, `noise` the standard deviation of one look
    without skill. The threshold and displacements are root mean squares over traits.
    """
    n_agents, n_traits = traits.shape
    for block in prange((n_agents + ROWS - 1) // ROWS):
        first = block * ROWS
        people = uid[first : first + ROWS]
        n = len(people)
        drawn, changed, seen = np.empty((4, n)), np.zeros(n), np.zeros(n)
        for number in range((n_traits + 3) // 4):
            four_normals(key, people, number, step, drawn)
            for k in range(n):
                i = first + k
                for lane in range(min(4, n_traits - 4 * number)):
                    d = 4 * number + lane
                    is_new = np.isnan(anchor[i, d])
                    here = np.float64(traits[i, d])
                    origin, image = (here, here) if is_new else (np.float64(anchor[i, d]), self_image[i, d])
                    image += following * (here + noise * (1.0 - skill[i]) * drawn[lane, k] - image)
                    changed[k] += (here - origin) * (here - origin)
                    seen[k] += (image - origin) * (image - origin)
                    self_image[i, d], anchor[i, d] = image, origin + settling * (image - origin)
        for k in range(n):
            i = first + k
            if changed_step[i] < 0 and changed[k] > threshold * threshold * n_traits:
                changed_step[i] = step
            if noticed_step[i] < 0 and seen[k] > threshold * threshold * n_traits:
                noticed_step[i] = step
                noticed_displacement[i] = math.sqrt(changed[k] / n_traits)
