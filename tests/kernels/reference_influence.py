"""Plain-Python twins of the kernels by which people influence each other and change their ties, as in `reference`."""

import math

from .reference import philox, unit


def mean_within(indptr, indices, weights, confidence, self_weight, traits, norm):
    """(w x_i + Σ_j a_j x_j) / (w + Σ_j a_j) over the neighbours with |x_j − x_i| ≤ ε."""
    for i in range(len(traits)):
        near = [(a, j) for a, j in ties_of(indptr, indices, weights, i) if distance(traits, i, j) <= confidence]
        total = self_weight + math.fsum(a for a, _ in near)
        for d in range(traits.shape[1]):
            heard = math.fsum(a * float(traits[j, d]) for a, j in near)
            norm[i, d] = (self_weight * float(traits[i, d]) + heard) / total if near else math.nan


def weigh_groups(indptr, indices, weights, group, between, out):
    for i in range(len(group)):
        ties = ties_of(indptr, indices, weights, i)
        out[indptr[i] : indptr[i + 1]] = [a if group[i] == group[j] else between * a for a, j in ties]


def hold_on(stubbornness, traits, innate, norm):
    """θ x(0) + (1 − θ) m."""
    for i, d in cells(traits):
        innate[i, d] = traits[i, d] if math.isnan(innate[i, d]) else innate[i, d]
        norm[i, d] = stubbornness * float(innate[i, d]) + (1 - stubbornness) * float(norm[i, d])


def first_to_meet(key, step, hazard, heaviest, indptr, indices, weights, uid, partner):
    """Whose clock, of rate a, rings first and before `hazard`."""
    for i in range(len(uid)):
        rings = []
        for a, j in ties_of(indptr, indices, weights, i):
            one, other = sorted((int(uid[i]), int(uid[j])))
            if a > 0:
                rings.append((-math.log(unit(philox(key, one, other, 0, step)[0])) / a, j))
        time, j = min(rings, default=(math.inf, -1))
        partner[i] = j if time < hazard else -1


def approach(convergence, confidence, partner, traits, out):
    for i, d in cells(traits):
        j = int(partner[i])
        is_pair = j >= 0 and partner[j] == i and distance(traits, i, j) < confidence
        out[i, d] = convergence * (float(traits[j, d]) - float(traits[i, d])) if is_pair else 0.0


def log_distance(traits, i, j):
    return math.log(max(distance(traits, i, j), 1e-12))


def activate(key, step, lowest, exponent, uid, is_active):
    """The quantile u of the density ∝ a^−γ on [ε, 1] is where (a^p − ε^p) / (1 − ε^p) = u, p = 1 − γ."""
    for i in range(len(uid)):
        u, p = unit(philox(key, uid[i], 0, 0, 0)[0]), 1 - exponent
        activity = lowest ** (1 - u) if p == 0 else (lowest**p + u * (1 - lowest**p)) ** (1 / p)
        is_active[i] = unit(philox(key, uid[i], 1, 0, step)[0]) < activity


def contact(key, step, homophily, reciprocity, active, indptr, indices, weights, uid, traits, chosen, is_mutual):
    """The first to ring of exponential clocks of rate weight · distance^−β."""
    chosen[:], is_mutual[:] = -1, False
    for a, i in enumerate(active):
        others = ties_of(indptr, indices, weights, i) if len(indptr) else [(1.0, j) for j in range(len(uid))]
        rings = []
        for weight, j in others:
            if j != i and weight > 0:
                ring, back, *_ = philox(key, uid[i], uid[j], 0, step)
                rate = weight * max(distance(traits, i, j), 1e-12) ** -homophily
                rings.append((-math.log(unit(ring)) / rate, j, unit(back) < reciprocity))
        for place, (_, j, mutual) in enumerate(sorted(rings)[: chosen.shape[1]]):
            chosen[a, place], is_mutual[a, place] = j, mutual


def speak(controversy, stage, voice):
    for i, d in cells(stage):
        voice[i, d] = math.tanh(controversy * stage[i, d])


def velocity(coupling, indptr, indices, voice, stage, slope):
    """−x_i + K Σ_j tanh(α x_j)."""
    for i, d in cells(stage):
        heard = math.fsum(voice[j, d] for j in indices[indptr[i] : indptr[i + 1]])
        slope[i, d] = coupling * heard - stage[i, d]


def advance(ahead, share, traits, slope, stage, moved):
    for i, d in cells(traits):
        moved[i, d] += share * slope[i, d]
        stage[i, d] = float(traits[i, d]) + ahead * slope[i, d]


def squared_distance(traits, i, j):
    return distance(traits, i, j) ** 2


def place_of(indices, first, last, j):
    return first + sum(int(each) < j for each in indices[first:last])


def one_of(word, n):
    return int(word) * int(n) // 2**32


def give_up(key, step, hazard, homophily, farthest, directed, indptr, indices, weights, uid, traits, leaves):
    """With probability 1 − exp(−hazard · distance^β), by the one of the two whom the lot says."""
    for i in range(len(uid)):
        for e, (a, j) in zip(range(indptr[i], indptr[i + 1]), ties_of(indptr, indices, weights, i), strict=True):
            ends = (int(uid[i]), int(uid[j]))
            ring, lot, *_ = philox(key, *(ends if directed else sorted(ends)), 0, step)
            is_mine = directed or (unit(lot) < 0.5) == (ends[0] < ends[1])
            bound = hazard * distance(traits, i, j) ** homophily
            leaves[e] = a > 0 and is_mine and unit(ring) < -math.expm1(-bound)


def seek(key, step, closure, homophily, n_candidates, indptr, indices, uid, traits, giver, lost, found):
    """The first to ring of clocks of rate distance^−β, of who is not tied to the giver."""
    for t, i in enumerate(giver):
        friends = indices[indptr[i] : indptr[i + 1]].tolist()
        rings = []
        for candidate in range(n_candidates):
            kind, first, second, lot = philox(key, uid[i], uid[lost[t]], candidate, step)
            k = one_of(first, len(uid))
            if unit(kind) < closure:
                friend = friends[one_of(first, len(friends))]
                theirs = indices[indptr[friend] : indptr[friend + 1]]
                k = int(theirs[one_of(second, len(theirs))]) if len(theirs) else i
            if k != i and k not in friends:
                rings.append((-math.log(unit(lot)) * max(distance(traits, i, k), 1e-12) ** homophily, k))
        found[t] = min(rings)[1] if rings else -1


def find_arcs(indptr, indices, listener, heard, arcs):
    for t, (i, j) in enumerate(zip(listener, heard, strict=True)):
        arcs[t] = indptr[i] + indices[indptr[i] : indptr[i + 1]].tolist().index(j)


def move_arcs(
    indptr, indices, weights, leaves, new_starts, new_heard, new_weights, indptr_next, indices_next, weights_next
):  # fmt: skip
    for i in range(len(indptr) - 1):
        arcs, new = range(indptr[i], indptr[i + 1]), range(new_starts[i], new_starts[i + 1])
        row = [(indices[e], weights[e] if len(weights) else 1.0) for e in arcs if not leaves[e]]
        row = sorted(row + [(new_heard[e], new_weights[e] if len(weights) else 1.0) for e in new])
        for place, (heard, weight) in enumerate(row, indptr_next[i]):
            indices_next[place] = heard
            if len(weights):
                weights_next[place] = weight


def ties_of(indptr, indices, weights, i):
    """(weight, neighbour) of each tie of a person."""
    return [(float(weights[e]) if len(weights) else 1.0, int(indices[e])) for e in range(indptr[i], indptr[i + 1])]


def distance(traits, i, j):
    """Euclidean distance between two people."""
    return math.dist(traits[i].tolist(), traits[j].tolist())


def cells(matrix):
    """Row and column of every entry."""
    return [(i, d) for i in range(matrix.shape[0]) for d in range(matrix.shape[1])]
