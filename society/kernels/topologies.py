"""Kernels of `topologies`: what generators cannot do with whole arrays."""

import numpy as np

from society.kernels import device, serial
from society.kernels.philox import UNIT, philox, unit


@serial
def rewire(key, p, degree, ends):
    """Move, one after another, the far end of each tie of ends (n_agents, k / 2) to anybody with probability p.

    Row i of ends lists the ties that start at i; degree (n_agents,) counts the ties of each person. Whoever is tied to
    everybody keeps their ties, and nobody is tied to oneself or to another twice.
    """
    n_agents, width = ends.shape
    for column in range(width):
        for i in range(n_agents):
            if unit(philox(key, i, column, 0, 0)[0]) >= p or degree[i] >= n_agents - 1:
                continue
            attempt = 1
            while True:
                words = philox(key, i, column, attempt, 0)
                j = np.int64((np.float64(words[0]) + np.float64(words[1]) * UNIT) * UNIT * n_agents)
                if j < n_agents and j != i and not is_tied(ends, i, j):
                    break
                attempt += 1
            degree[ends[i, column]] -= 1
            degree[j] += 1
            ends[i, column] = j


@device
def is_tied(ends, i, j):
    """Whether a tie that starts at i ends at j, or one that starts at j ends at i."""
    found = False
    for column in range(ends.shape[1]):
        found |= ends[i, column] == j or ends[j, column] == i
    return found


@serial
def close_pairs(cosh_most, starts, angle, radius, sinh, across, up, source, target):
    """Write the pairs of points of a hyperbolic disc whose distance has a cosh of at most `cosh_most`.

    Points stand in rings round the centre, from starts (n_rings + 1,), and within a ring by angle. With polar
    coordinates (r, φ) of each point, radius is exp(r), sinh is sinh(r), across is cos(φ) and up is sin(φ). Only points
    that may be close are looked at: in each ring from the angle of a point outwards, to both sides. Returns how many
    pairs there are; those that fit are written to source and target.
    """
    n_pairs = 0
    for ring in range(len(starts) - 1):
        for other in range(ring, len(starts) - 1):
            first, stop = starts[other], starts[other + 1]
            least = np.inf
            for j in range(first, stop):
                least = min(least, sinh[j])
            nearest = first
            for i in range(starts[ring], starts[ring + 1]):
                while nearest < stop and angle[nearest] < angle[i]:
                    nearest += 1
                reach = 2.0 * (cosh_most - 1.0) / (sinh[i] * least)  # no pair is close whose squared chord is larger
                n_seen = 0
                for step in (1, -1):
                    j = nearest if step == 1 else nearest - 1
                    while n_seen < stop - first:
                        if j >= stop:
                            j = first
                        elif j < first:
                            j = stop - 1
                        chord = (across[i] - across[j]) ** 2 + (up[i] - up[j]) ** 2
                        if chord > reach:
                            break
                        ratio = radius[i] / radius[j]
                        is_close = (ratio + 1.0 / ratio) / 2.0 + sinh[i] * sinh[j] * chord / 2.0 <= cosh_most
                        if is_close and (other > ring or j > i):
                            if n_pairs < len(source):
                                source[n_pairs], target[n_pairs] = i, j
                            n_pairs += 1
                        n_seen += 1
                        j += step
    return n_pairs
