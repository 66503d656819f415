"""Random graphs without groups or places: small world, scale free, Erdős–Rényi, random regular."""

from typing import Any, Literal

import numpy as np

from society.errors import InputError
from society.kernels.topologies import rewire
from society.population import Array
from society.tables import parameter
from society.topologies.base import Generator


class SmallWorld(Generator):
    """A ring on which everybody is tied to the k nearest, and the far end of each tie is moved with probability p.

    At p = 0 the mean local clustering is 3(k − 2) / 4(k − 1).

    References
    ----------
    Watts, D. J., & Strogatz, S. H. (1998). Collective dynamics of 'small-world' networks. Nature 393, 440–442.
    """

    kind: Literal["small_world"] = "small_world"
    mean_degree: int = parameter(10, "Ties of a person on the ring, an even number.", symbol="k", ge=0, multiple_of=2)
    p_rewire: float = parameter(
        0.1, "Probability that the far end of a tie is moved to anybody.", symbol="p", ge=0, le=1
    )

    @property
    def mean_ties(self) -> float:
        """The mean degree."""
        return self.mean_degree

    def draw(self, n_agents: int, seed: int) -> tuple[Array, Array]:
        """Both ends of every tie."""
        person, width = np.arange(n_agents, dtype=np.int32), self.mean_degree // 2
        ends = (person[:, None] + np.arange(1, width + 1, dtype=np.int32)) % np.int32(n_agents)
        rewire(np.uint64(seed), self.p_rewire, np.full(n_agents, self.mean_degree, np.int32), ends)
        return np.repeat(person, width), ends.ravel()


class ScaleFree(Generator):
    """People arrive one after another and tie themselves to m others, whom they choose in proportion to their degree.

    Degrees follow a power law of exponent 3. The first m + 1 people are a star, so that there are m(n − m) ties and the
    mean degree is a little less than 2m in a small population.

    References
    ----------
    Barabási, A.-L., & Albert, R. (1999). Emergence of scaling in random networks. Science 286, 509–512.
    """

    kind: Literal["scale_free"] = "scale_free"
    mean_degree: int = parameter(10, "Mean number of ties of a person, 2m, an even number.", ge=2, multiple_of=2)

    @property
    def mean_ties(self) -> float:
        """The mean degree."""
        return self.mean_degree

    def draw(self, n_agents: int, seed: int) -> tuple[Array, Array]:
        """Both ends of every tie."""
        import rustworkx as rx

        star = rx.generators.star_graph(self.mean_degree // 2 + 1)
        if n_agents == len(star):
            return _ends(star)
        return _ends(rx.barabasi_albert_graph(n_agents, self.mean_degree // 2, seed=seed, initial_graph=star))

    def check(self, n_agents: int) -> None:
        """The first arrival needs m people to tie to."""
        if self.mean_degree // 2 > n_agents - 1:
            raise InputError(
                f"graph.mean_degree = {self.mean_degree}: must be at most {2 * (n_agents - 1)} among {n_agents} people"
            )


class ErdosRenyi(Generator):
    """Every two people are tied with the same probability, independently of all others.

    This is G(n, p) with p = mean degree / (n − 1).

    References
    ----------
    Erdős, P., & Rényi, A. (1959). On random graphs I. Publicationes Mathematicae Debrecen 6, 290–297.

    Gilbert, E. N. (1959). Random graphs. Annals of Mathematical Statistics 30, 1141–1144.
    """

    kind: Literal["erdos_renyi"] = "erdos_renyi"
    mean_degree: float = parameter(10.0, "Expected number of ties of a person.", ge=0)

    @property
    def mean_ties(self) -> float:
        """The mean degree."""
        return self.mean_degree

    def draw(self, n_agents: int, seed: int) -> tuple[Array, Array]:
        """Both ends of every tie."""
        import rustworkx as rx

        return _ends(rx.undirected_gnp_random_graph(n_agents, self.mean_degree / max(n_agents - 1, 1), seed=seed))


class RandomRegular(Generator):
    """Everybody has the same number of ties, to people by chance.

    Ends of ties are paired at random; a tie to oneself or a second one to the same person then exchanges an end with a
    tie drawn by chance until there is none. The result is uniform among such graphs as people become many.

    References
    ----------
    Bollobás, B. (1980). A probabilistic proof of an asymptotic formula for the number of labelled regular graphs.
    European Journal of Combinatorics 1, 311–316.

    McKay, B. D., & Wormald, N. C. (1990). Uniform generation of random regular graphs of moderate degree. Journal of
    Algorithms 11, 52–67.
    """

    kind: Literal["random_regular"] = "random_regular"
    mean_degree: int = parameter(10, "Number of ties of everybody.", symbol="d", ge=0)

    @property
    def mean_ties(self) -> float:
        """The degree."""
        return self.mean_degree

    def check(self, n_agents: int) -> None:
        """Every tie has two ends."""
        super().check(n_agents)
        if n_agents * self.mean_degree % 2:
            raise InputError(
                f"graph.mean_degree = {self.mean_degree}: must be even among {n_agents} people, an odd number"
            )

    def draw(self, n_agents: int, seed: int) -> tuple[Array, Array]:
        """Both ends of every tie; a dense graph is drawn by the ties that it lacks."""
        rng = np.random.default_rng(seed)
        if self.mean_degree <= (n_agents - 1) // 2:
            return _regular(n_agents, self.mean_degree, rng)
        low, high = np.triu_indices(n_agents, 1)
        absent_low, absent_high = _regular(n_agents, n_agents - 1 - self.mean_degree, rng)
        present = ~np.isin(_key(low, high, n_agents), _key(absent_low, absent_high, n_agents))
        return low[present], high[present]


MOST_ROUNDS = 1000
"""Rounds of exchanging ends before pairing starts anew; it takes two or three unless the graph is tiny or dense."""


def _regular(n_agents: int, degree: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Pair ends at random, then exchange ends of impossible ties with other ties where both become possible."""
    while True:
        ends = rng.permutation(np.repeat(np.arange(n_agents), degree)).reshape(-1, 2).T.copy()
        for _ in range(MOST_ROUNDS):
            key = _key(ends[0], ends[1], n_agents)
            order = np.argsort(key, kind="stable")
            ordered = key[order]
            is_bad = ends[0] == ends[1]
            is_bad[order[1:][ordered[1:] == ordered[:-1]]] = True
            bad = np.flatnonzero(is_bad)
            if len(bad) == 0:
                return ends[0], ends[1]
            _exchange(ends, bad, n_agents, ordered, rng)


def _exchange(ends: Array, bad: Array, n_agents: int, keys: Array, rng: np.random.Generator) -> None:
    """Let each bad tie exchange its second end with that of a tie drawn by chance, unless that makes a bad one.

    ends (2, n_ties) changes; keys are those of all ties, ascending.
    """
    partner = rng.integers(ends.shape[1], size=len(bad))
    first, second = ends[:, bad], ends[:, partner]
    new = np.stack([_key(first[0], second[1], n_agents), _key(second[0], first[1], n_agents)])
    is_good = (first[0] != second[1]) & (second[0] != first[1]) & ~np.isin(partner, bad)
    is_good &= (keys[np.searchsorted(keys, new) % len(keys)] != new).all(axis=0)
    is_good &= _stands_once(partner, is_good) & _stands_once(new[0], is_good) & _stands_once(new[1], is_good)
    is_good &= ~np.isin(new[0], new[1]) & ~np.isin(new[1], new[0])
    ends[1, bad[is_good]], ends[1, partner[is_good]] = second[1, is_good], first[1, is_good]


def _stands_once(values: Array, among: Array) -> Array:
    """Which values stand only once among those chosen."""
    _, place, count = np.unique(values[among], return_inverse=True, return_counts=True)
    once = np.zeros(len(values), bool)
    once[np.flatnonzero(among)] = count[place] == 1
    return once


def _key(source: Array, target: Array, n_agents: int) -> Array:
    """One number for each unordered pair of people."""
    low, high = np.minimum(source, target), np.maximum(source, target)
    return low.astype(np.int64) * n_agents + high


def _ends(graph: Any) -> tuple[Array, Array]:
    """Both ends of every tie of a rustworkx graph."""
    ties = np.asarray(graph.edge_list()).reshape(-1, 2)
    return ties[:, 0], ties[:, 1]
