"""Random graphs of people who have places and are tied to those near by: geometric and hyperbolic."""

from functools import cache
from typing import Literal

import numpy as np

from society.errors import InputError
from society.kernels.topologies import close_pairs
from society.population import Array
from society.tables import parameter
from society.topologies.base import Generator


class Geometric(Generator):
    """People live scattered over a square, and any two within a certain distance are tied.

    The distance follows from the mean degree: on a square with joined edges a person has (n − 1) π r² ties expected,
    with borders (n − 1)(π r² − 8r³/3 + r⁴/2).

    References
    ----------
    Gilbert, E. N. (1961). Random plane networks. Journal of the Society for Industrial and Applied Mathematics 9,
    533–543.

    Penrose, M. (2003). Random geometric graphs. Oxford University Press.
    """

    kind: Literal["geometric"] = "geometric"
    mean_degree: float = parameter(10.0, "Expected number of ties of a person.", ge=0)
    borders: bool = parameter(False, "Whether the square has borders; if not, opposite edges are joined.")

    @property
    def mean_ties(self) -> float:
        """The mean degree."""
        return self.mean_degree

    def radius(self, n_agents: int) -> float:
        """Distance within which people are tied, in sides of the square."""
        p = self.mean_degree / max(n_agents - 1, 1)
        if not self.borders:
            return float(np.sqrt(p / np.pi))
        from scipy.optimize import brentq

        return float(brentq(lambda r: _covered(r) - p, 0.0, 1.0, xtol=1e-15))

    def check(self, n_agents: int) -> None:
        """The distance must not reach round the square, or across it."""
        most = (_covered(1.0) if self.borders else np.pi / 4) * (n_agents - 1)
        if self.mean_degree > most:
            raise InputError(
                f"graph.mean_degree = {self.mean_degree}: must be at most {most:.4g} among {n_agents} people"
            )

    def draw(self, n_agents: int, seed: int) -> tuple[Array, Array]:
        """Both ends of every tie."""
        from scipy.spatial import KDTree

        place = np.random.default_rng(seed).random((n_agents, 2))
        tree = KDTree(place, boxsize=None if self.borders else 1.0)
        low, high = tree.query_pairs(self.radius(n_agents), output_type="ndarray").T
        return low, high


def _covered(radius: float) -> float:
    """Probability that two random points of the unit square lie within a radius of at most 1."""
    return np.pi * radius**2 - 8 / 3 * radius**3 + radius**4 / 2


class Hyperbolic(Generator):
    """People live scattered over a hyperbolic disc, and any two within its radius R of each other are tied.

    Who lives near the centre is popular, who lives at a similar angle is similar: degrees follow a power law, and
    friends of friends are friends. With γ = `exponent` and α = (γ − 1) / 2, a person lives at radius r with density
    α sinh(α r) / (cosh(α R) − 1) and at any angle; R follows from the mean degree.

    References
    ----------
    Krioukov, D., Papadopoulos, F., Kitsak, M., Vahdat, A., & Boguñá, M. (2010). Hyperbolic geometry of complex
    networks. Physical Review E 82, 036106.

    von Looz, M., Meyerhenke, H., & Prutkin, R. (2015). Generating random hyperbolic graphs in subquadratic time. ISAAC
    2015, Lecture Notes in Computer Science 9472, 467–478.
    """

    kind: Literal["hyperbolic"] = "hyperbolic"
    mean_degree: float = parameter(10.0, "Expected number of ties of a person.", gt=0)
    exponent: float = parameter(2.7, "Exponent of the power law of degrees.", symbol="γ", gt=2, le=10)

    @property
    def mean_ties(self) -> float:
        """The mean degree."""
        return self.mean_degree

    @property
    def alpha(self) -> float:
        """How much more densely people live further out."""
        return (self.exponent - 1) / 2

    def radius(self, n_agents: int) -> float:
        """Radius of the disc, in units of its curvature."""
        from scipy.optimize import brentq

        p = self.mean_degree / (n_agents - 1)
        return float(brentq(lambda radius: _closeness(radius, self.alpha) - p, 1e-3, MOST_RADIUS))

    def check(self, n_agents: int) -> None:
        """A disc of no size at all would tie everybody to everybody, and one beyond all size nobody."""
        super().check(n_agents)
        least, most = (_closeness(radius, self.alpha) * (n_agents - 1) for radius in (MOST_RADIUS, 1e-3))
        if n_agents > 1 and not least <= self.mean_degree <= most:
            raise InputError(
                f"graph.mean_degree = {self.mean_degree}: must be from {least:.2g} to {most:.4g} "
                f"among {n_agents} people"
            )

    def draw(self, n_agents: int, seed: int) -> tuple[Array, Array]:
        """Both ends of every tie."""
        rng, limit, alpha = np.random.default_rng(seed), self.radius(n_agents), self.alpha
        share, angle = rng.random(n_agents), 2 * np.pi * rng.random(n_agents)
        radius = np.arccosh(1 + share * (np.cosh(alpha * limit) - 1)) / alpha
        n_rings = int(np.ceil(limit))
        ring = np.minimum((radius / limit * n_rings).astype(np.int64), n_rings - 1)
        order = np.lexsort((angle, ring))
        starts = np.searchsorted(ring[order], np.arange(n_rings + 1))
        radius, angle = radius[order], angle[order]
        places = (starts, angle, np.exp(radius), np.sinh(radius), np.cos(angle), np.sin(angle))
        n_expected = int(n_agents * self.mean_degree / 2)
        while True:
            source, target = np.empty((2, n_expected), np.int64)
            n_ties = close_pairs(np.cosh(limit), *places, source, target)
            if n_ties <= n_expected:
                return order[source[:n_ties]], order[target[:n_ties]]
            n_expected = n_ties


MOST_RADIUS = 100.0
"""Of a hyperbolic disc; one with 10⁹ people and a tie each has 45."""
N_NODES = 64
"""Points at which an integral over the radius is evaluated: seven digits or more, whatever the disc."""


@cache
def _quadrature(n_nodes: int) -> tuple[Array, Array]:
    """Points and weights of Gauss and Legendre on the interval from 0 to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(n_nodes)
    return (nodes + 1) / 2, weights / 2


def _closeness(limit: float, alpha: float) -> float:
    """Probability that two random points of a disc of radius `limit` lie within that of each other.

    A point at r is within reach of all at radii up to R − r. Of those further out, at s, it reaches the share θ/π with
    sin²(θ/2) = (cosh R − cosh(r − s)) / (2 sinh r sinh s), here integrated over s = R − r + r u².
    """
    nodes, weights = _quadrature(N_NODES)

    def density(radius: Array) -> Array:
        return np.asarray(alpha * np.sinh(alpha * radius) / (np.cosh(alpha * limit) - 1))

    r, u = limit * nodes[:, None], nodes[None, :]
    s = limit - r + r * u**2
    share = (np.cosh(limit) - np.cosh(r - s)) / (2 * np.sinh(r) * np.sinh(s))
    angle = 2 * np.arcsin(np.sqrt(np.clip(share, 0, 1))) / np.pi
    outer = (angle * density(s) * 2 * r * u) @ weights
    inner = (np.cosh(alpha * (limit - r[:, 0])) - 1) / (np.cosh(alpha * limit) - 1)
    return float((limit * weights * density(r[:, 0])) @ (inner + outer))
