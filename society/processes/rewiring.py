"""Rewiring: people give up ties to those who are unlike them, and find others."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from society.graph import SocialGraph
from society.kernels import rewiring as kernels
from society.population import Array
from society.processes.base import Process
from society.tables import parameter

if TYPE_CHECKING:
    from society.model import Society

NO_TRAITS = np.empty((0, 0), np.float32)


class Rewiring(Process):
    """People give up ties to those who are unlike them, and make new ones with friends of friends or who is like them.

    Each tie i – j is given up at the rate `rate` · |x_i − x_j|^β, by one of the two by lot. Who gives it up looks at
    `candidates` people, each of them a friend's friend with probability c (triadic closure), else anybody, and makes a
    tie with one who is not yet tied to them, chosen with probability ∝ |x_i − x_k|^−β. If there is none the old tie
    stays. So the number of ties is kept, and the new tie has the weight of the old. Where ties run one way, it is who
    hears that chooses whom to hear. Ties of weight below 0 are never given up.

    β (homophily) = 0 is rewiring whatever people are like. With one candidate and c = 0, the chance that two people are
    tied tends, while traits stay, to odds ∝ |x_i − x_j|^−β.

    References
    ----------
    Davidsen, J., Ebel, H., & Bornholdt, S. (2002). Emergence of a small world from local interactions: modeling
    acquaintance networks. Physical Review Letters 88, 128701.
    Holme, P., & Newman, M. E. J. (2006). Nonequilibrium phase transition in the coevolution of networks and opinions.
    Physical Review E 74, 056108.
    McPherson, M., Smith-Lovin, L., & Cook, J. M. (2001). Birds of a feather: homophily in social networks. Annual
    Review of Sociology 27, 415–444.
    """

    kind: ClassVar[str] = "rewiring"
    along_ties: ClassVar[bool] = True
    reads: ClassVar[tuple[str, ...]] = ("traits",)
    decisions: ClassVar[dict[str, str]] = {
        "loss": "whether a tie is given up, and by whom",
        "search": "with whom a new tie is made",
    }

    rate: float = parameter(0.1, "Rate of giving up a tie between people at distance 1.", ge=0, le=1e6, unit="per year")
    homophily: float = parameter(1.0, "Exponent of the distance in traits.", symbol="β", ge=0, le=100)
    closure: float = parameter(0.5, "Probability that a candidate is a friend's friend.", symbol="c", ge=0, le=1)
    candidates: int = parameter(10, "How many people one looks at to replace a tie.", ge=1, le=1000)

    def inputs(self) -> tuple[str, ...]:
        """What people are like matters to homophily only."""
        return self.reads if self.homophily else ()

    def step(self, model: Society) -> None:
        """Give up ties, find others, and tie people anew if there is anything new."""
        graph = model.graph
        traits = model.population["traits"] if self.homophily else NO_TRAITS
        leaves = self._leaves(model, traits)
        arcs = np.flatnonzero(leaves)
        giver = np.searchsorted(graph.indptr, arcs, side="right") - 1
        found = self._found(model, traits, giver, graph.indices[arcs])
        kept = _one_of_each(model.population["uid"], giver, graph.indices[arcs], found, directed=graph.directed)
        if len(kept):
            leaves[arcs] = False
            leaves[arcs[kept]] = True
            model.tie(_moved(graph, leaves, arcs[kept], giver[kept], found[kept]))

    def _leaves(self, model: Society, traits: Array) -> Array:
        """(n_arcs,) whether who stands for the row gives up the tie."""
        graph = model.graph
        leaves = np.empty(graph.n_arcs, bool)
        kernels.give_up(
            model.streams.key(self.name, "loss"), model.n_steps, self.rate * model.years_per_step, self.homophily,
            _farthest(traits), graph.directed, graph.indptr, graph.indices, graph.arc_weights,
            model.population["uid"], traits, leaves,
        )  # fmt: skip
        return leaves

    def _found(self, model: Society, traits: Array, giver: Array, lost: Array) -> Array:
        """(n_lost,) with whom the giver of each lost tie makes a new one, −1 for nobody."""
        graph = model.graph
        found = np.empty(len(giver), np.int64)
        kernels.seek(
            model.streams.key(self.name, "search"), model.n_steps, self.closure, self.homophily, self.candidates,
            graph.indptr, graph.indices, model.population["uid"], traits, giver, lost, found,
        )  # fmt: skip
        return found


def _farthest(traits: Array) -> float:
    """No two people are further apart: the diagonal of the box that holds all."""
    sides = np.ptp(traits.astype(np.float64), axis=0).tolist() if traits.size else []
    return max(math.sqrt(sum(side * side for side in sides)) * (1.0 + 1e-6), 1e-12)


def _one_of_each(uid: Array, giver: Array, lost: Array, found: Array, *, directed: bool) -> Array:
    """Places of the new ties, each once though several seek it: first comes who has the smallest uid."""
    sought = np.flatnonzero(found >= 0)
    one, other = uid[giver[sought]], uid[found[sought]]
    pair = (one, other) if directed else (np.minimum(one, other), np.maximum(one, other))
    order = np.lexsort((uid[lost[sought]], one, *pair))
    first, second = pair[0][order], pair[1][order]
    is_new = np.ones(len(order), bool)
    is_new[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return np.sort(sought[order[is_new]])


def _moved(graph: SocialGraph, leaves: Array, arcs: Array, giver: Array, found: Array) -> SocialGraph:
    """The graph in which each of the arcs, which leave the giver's row, is replaced by one from who was found."""
    listener, heard, weights = giver, found, graph.arc_weights[arcs] if len(graph.arc_weights) else graph.arc_weights
    removed = giver
    if not graph.directed:
        reverse, lost = np.empty(len(arcs), np.int64), graph.indices[arcs]
        kernels.find_arcs(graph.indptr, graph.indices, lost, giver, reverse)
        leaves[reverse] = True
        removed = np.concatenate([giver, lost])
        listener, heard = np.concatenate([giver, found]), np.concatenate([found, giver])
        weights = np.concatenate([weights, weights])
    order = np.lexsort((heard, listener))
    new_starts = _starts(np.bincount(listener, minlength=graph.n_agents))
    gone = _starts(np.bincount(removed, minlength=graph.n_agents))
    indptr = graph.indptr + new_starts - gone
    indices, weights_next = np.empty_like(graph.indices), np.empty_like(graph.arc_weights)
    kernels.move_arcs(
        graph.indptr, graph.indices, graph.arc_weights, leaves,
        new_starts, heard[order], weights[order] if len(weights) else weights,
        indptr, indices, weights_next,
    )  # fmt: skip
    return replace(graph, indptr=indptr, indices=indices, weights=None if graph.weights is None else weights_next)


def _starts(counts: Array) -> Array:
    """Where each row starts, for rows of so many."""
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts
