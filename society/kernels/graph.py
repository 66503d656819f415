"""Kernels of `graph`: edges to compressed rows, by a counting sort in two passes.

Positions and places are unsigned, because compiled code then need not ask whether an index counts from the end of
an array: that halves the time.
"""

import numpy as np

from society.kernels import serial

ONE = np.uint64(1)


@serial
def count_arcs(source, target, directed, heard, hears):
    """Add to (n_agents + 1,) how many hear each person and how many each hears; self-loops do not count."""
    for e in range(len(source)):
        i, j = target[e], source[e]
        if i != j:
            heard[j] += ONE
            hears[i] += ONE
            if not directed:
                heard[i] += ONE
                hears[j] += ONE


@serial
def to_starts(counts):
    """Turn the lengths of rows, of which the last is 0, into where each row starts."""
    total = np.uint64(0)
    for i in range(len(counts)):
        count = counts[i]
        counts[i] = total
        total += count


@serial
def group_by_heard(source, target, weights, directed, place, listener, strength):
    """Write the listener of each arc to the row of whom they hear, in the order of the edges.

    place (n_agents,) is where each row goes on; strength has no entries where weights (n_edges,) has none.
    """
    weighted = len(weights) > 0
    for e in range(len(source)):
        i, j = target[e], source[e]
        if i == j:
            continue
        p = place[j]
        listener[p] = i
        if weighted:
            strength[p] = weights[e]
        place[j] = p + ONE
        if not directed:
            p = place[i]
            listener[p] = j
            if weighted:
                strength[p] = weights[e]
            place[i] = p + ONE


@serial
def group_by_listener(heard, listener, strength, starts, place, indices, strengths):
    """Write whom each arc comes from to the row of its listener, ascending; of repeated arcs the first is kept.

    heard (n_agents + 1,) bounds the rows of listener, and starts the rows of indices, which end at place (n_agents,).
    """
    weighted = len(strength) > 0
    for j in range(np.uint64(len(place))):
        for a in range(heard[j], heard[j + ONE]):
            i = listener[a]
            p = place[i]
            if p > starts[i] and indices[p - ONE] == j:
                continue
            indices[p] = j
            if weighted:
                strengths[p] = strength[a]
            place[i] = p + ONE


@serial
def close_gaps(starts, place, indices, strengths):
    """Move rows together that end at place (n_agents,), before the next starts; starts (n_agents + 1,) changes."""
    weighted = len(strengths) > 0
    kept = np.uint64(0)
    for i in range(np.uint64(len(place))):
        first = starts[i]
        starts[i] = kept
        for a in range(first, place[i]):
            indices[kept] = indices[a]
            if weighted:
                strengths[kept] = strengths[a]
            kept += ONE
    starts[len(place)] = kept
