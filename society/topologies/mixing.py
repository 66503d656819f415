"""Random graphs of groups: the stochastic block model."""

from dataclasses import replace
from typing import Literal

import numpy as np

from society.errors import InputError
from society.graph import SocialGraph
from society.population import Array
from society.tables import Name, Share, parameter
from society.topologies.base import Generator


class Blocks(Generator):
    """Groups of people who are tied to each other with one probability within a group and another between groups.

    With m = n · mean degree / 2 expected ties, p_between = μ m / pairs between groups and p_within = (1 − μ) m / pairs
    within. The name of the group is the attribute `group` of a person, and can become an initial column.

    References
    ----------
    Holland, P. W., Laskey, K. B., & Leinhardt, S. (1983). Stochastic blockmodels: first steps. Social Networks 5,
    109–137.
    """

    kind: Literal["blocks"] = "blocks"
    shares: dict[Name, Share] = parameter(..., "Size of each group in proportion to the others, by name.", min_length=1)
    mean_degree: float = parameter(10.0, "Expected number of ties of a person.", ge=0)
    mixing: float = parameter(0.1, "Expected share of ties that run between groups.", symbol="μ", ge=0, le=1)

    def build(self, *, n_agents: int | None, seed: int) -> SocialGraph:
        """Generate the graph."""
        graph = super().build(n_agents=n_agents, seed=seed)
        names = np.array(sorted(self.shares), dtype=object)
        return replace(graph, attributes={"group": np.repeat(names, self.sizes(graph.n_agents))})

    @property
    def mean_ties(self) -> float:
        """The mean degree."""
        return self.mean_degree

    def sizes(self, n_agents: int) -> Array:
        """(n_groups,) people of each group, in the order of names; the largest remainders are rounded up."""
        shares = np.array([self.shares[name] for name in sorted(self.shares)])
        exact = n_agents * shares / shares.sum()
        sizes: Array = np.floor(exact).astype(np.int64)
        sizes[np.argsort(sizes - exact, kind="stable")[: n_agents - sizes.sum()]] += 1
        return sizes

    def probabilities(self, n_agents: int) -> tuple[float, float]:
        """Probability of a tie within a group and between groups."""
        sizes = self.sizes(n_agents)
        n_within = int((sizes * (sizes - 1) // 2).sum())
        n_between = n_agents * (n_agents - 1) // 2 - n_within
        expected = n_agents * self.mean_degree / 2
        ties = ((1 - self.mixing) * expected, n_within), (self.mixing * expected, n_between)
        within, between = (wanted / pairs if pairs else float(wanted > 0) * np.inf for wanted, pairs in ties)
        return within, between

    def check(self, n_agents: int) -> None:
        """There must be pairs enough for the ties, within groups and between them."""
        for p, which, way in zip(self.probabilities(n_agents), ("within", "between"), ("higher", "lower"), strict=True):
            if p > 1:
                raise InputError(
                    f"graph.mean_degree = {self.mean_degree}: too many for the pairs {which} groups among {n_agents} "
                    f"people; needs a {way} graph.mixing than {self.mixing}, a lower mean degree or more people"
                )

    def draw(self, n_agents: int, seed: int) -> tuple[Array, Array]:
        """Both ends of every tie."""
        rng, sizes = np.random.default_rng(seed), self.sizes(n_agents)
        p_within, p_between = self.probabilities(n_agents)
        pairs = sizes * (sizes - 1) // 2
        first_pair, first_person = (np.cumsum(counts) - counts for counts in (pairs, sizes))
        chosen = _chosen(int(pairs.sum()), p_within, rng)
        group = np.searchsorted(first_pair + pairs, chosen, side="right")
        within = _pair(chosen - first_pair[group]) + first_person[group]
        between = _pair(_chosen(n_agents * (n_agents - 1) // 2, p_between, rng))
        home = np.searchsorted(first_person + sizes, between, side="right")
        between = between[:, home[0] != home[1]]
        low, high = np.concatenate([within, between], axis=1)
        return low, high


def _chosen(n_pairs: int, p: float, rng: np.random.Generator) -> Array:
    """Each number below `n_pairs` with probability `p`, ascending, by drawing gaps (Batagelj and Brandes 2005)."""
    runs = [np.empty(0, np.int64)]
    last = -1
    while p > 0 and last < n_pairs - 1:
        expected = p * (n_pairs - 1 - last)
        gaps = rng.geometric(p, size=int(expected + 5 * np.sqrt(expected)) + 10)
        # A gap longer than all pairs ends the run; cut to that, no sum overflows.
        runs.append(last + np.cumsum(np.minimum(gaps, n_pairs + 1, out=gaps)))
        last = int(runs[-1][-1])
    numbers = np.concatenate(runs)
    return numbers[numbers < n_pairs]


def _pair(number: Array) -> Array:
    """(2, n) the pair low < high that stands at place high (high − 1) / 2 + low."""
    high = ((1 + np.sqrt(1 + 8 * number.astype(np.float64))) / 2).astype(np.int64)
    high -= high * (high - 1) // 2 > number  # the root may be rounded up, or down
    high += high * (high + 1) // 2 <= number
    return np.stack([number - high * (high - 1) // 2, high])
