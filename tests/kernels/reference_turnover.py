"""Plain-Python twins of the kernels of `turnover` and `migration`; `reference` names them too."""

import math

from .reference import philox, uniform


def dies(key, step, uid, age, years, rate, senescence, modal_age, until, leaving):
    """The hazard, integrated over the step by the antiderivative of the exponential."""
    for i in range(len(uid)):
        before, after = (math.exp(senescence * (a - modal_age)) for a in (age[i] - years, age[i]))
        p = -math.expm1(-(rate * years + after - before))
        if uniform(key, uid[i], 0, step) < p or age[i] >= until:
            leaving[i] = True


def neighbour_parent(key, who, uid, is_new, indptr, indices, parent):
    for k, i in enumerate(who):
        adults = [int(j) for j in _row(i, indptr, indices) if not is_new[j]]
        parent[k] = min(adults, key=lambda j: philox(key, uid[i], uid[j], 0, 0)[0], default=-1)


def random_parent(key, who, uid, is_new, environment, n_there, parent):
    n = len(uid)
    for k, i in enumerate(who):
        parent[k] = -1
        draws = (int(uniform(key, uid[i], number, 0) * n) for number in range(10**6 if n_there[environment[i]] else 0))
        for j in draws:
            if environment[j] == environment[i] and not is_new[j]:
                parent[k] = j
                break


def count_new_ties(who, is_new, wanted, indptr, indices, n_ties):
    for k, i in enumerate(who):
        n_ties[k] = max(0, wanted[i] - sum(is_new[j] for j in _row(i, indptr, indices)))


def new_ties(key, who, parent, uid, is_new, indptr, indices, weights, starts, friends, strengths):
    weighted = len(weights) > 0
    friends[:] = -1
    for k, (i, p) in enumerate(zip(who, parent, strict=True)):
        family = [float(weights[e]) for e in range(indptr[p], indptr[p + 1])] if weighted else []
        found = {int(p): max(family, default=1.0)}
        for near in (p, i):
            arcs = sorted(
                range(indptr[near], indptr[near + 1]), key=lambda e: philox(key, uid[i], uid[indices[e]], 0, 0)[0]
            )
            for e in arcs:
                if not is_new[indices[e]]:
                    found.setdefault(int(indices[e]), weights[e] if weighted else 1.0)
        for place, (friend, strength) in zip(range(starts[k], starts[k + 1]), found.items(), strict=False):
            friends[place] = friend
            if weighted:
                strengths[place] = strength


def friends_living(who, indptr, indices, environment, out):
    for k, i in enumerate(who):
        homes = [environment[j] for j in _row(i, indptr, indices)]
        for place in range(out.shape[1]):
            out[k, place] = homes.count(place) / max(len(homes), 1)


def add_gumbel(key, step, uid, scale, out):
    for k in range(len(uid)):
        out[k] += scale * -math.log(-math.log(uniform(key, uid[k], 0, step)))


def best_place(utility, home, out):
    for k in range(len(home)):
        best = max(utility[:, k])
        out[k] = home[k] if utility[home[k], k] == best else list(utility[:, k]).index(best)


def _row(i, indptr, indices):
    return indices[indptr[i] : indptr[i + 1]]
