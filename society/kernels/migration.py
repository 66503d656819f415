"""Kernels of `migration`: where friends live, and where each of those who consider moving would rather live."""

from numba import prange

from society.kernels import parallel
from society.kernels.maths import log
from society.kernels.philox import uniform


@parallel
def friends_living(who, indptr, indices, environment, out):
    """out (n, n_environments): share of the neighbours of `who` (n,) who live in each, 0 for who has none."""
    for k in prange(len(who)):
        i = who[k]
        n = indptr[i + 1] - indptr[i]
        out[k] = 0.0
        for e in range(indptr[i], indptr[i + 1]):
            out[k, environment[indices[e]]] += 1.0 / n


@parallel
def add_gumbel(key, step, uid, scale, out):
    """out (n,) += scale · Gumbel noise."""
    for k in prange(len(uid)):
        out[k] -= scale * log(-log(uniform(key, uid[k], 0, step)))


@parallel
def best_place(utility, home, out):
    """out (n,): the place of highest utility (n_places, n); home (n,) where no other is better."""
    for k in prange(len(home)):
        best = home[k]
        for place in range(len(utility)):
            if utility[place, k] > utility[best, k]:
                best = place
        out[k] = best
