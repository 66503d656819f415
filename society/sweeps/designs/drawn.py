"""Designs that fill the space of factors: points of the unit cube, taken through the quantile function of each factor.

A design of SALib keeps its order of rows, on which the analysis of it depends.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from hashlib import blake2b
from importlib import import_module
from typing import Any, ClassVar, Literal

import numpy as np

from society.errors import InputError
from society.sweeps.designs.base import MAX_RUNS, Design, Factors, Row
from society.sweeps.factors import Normal
from society.tables import parameter

BATCH = 1024
"""Rows of a random design that are drawn at a time."""


def stream(seed: int, name: str) -> np.random.Generator:
    """Random numbers of one part of a design, apart from those of any run and any other part."""
    key = blake2b(f"{seed}/sweep.{name}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(int.from_bytes(key, "little"))))


class Drawn(Design):
    """A design of points in the unit cube."""

    samples: int

    def size(self, factors: Factors) -> int:
        """The number of samples."""
        return self.samples

    @abstractmethod
    def cubes(self, factors: Factors, *, seed: int) -> Iterator[np.ndarray]:
        """(n, n_factors) points of the unit cube, some at a time."""

    def draw(self, factors: Factors, *, seed: int) -> Iterator[Row]:
        """The quantiles of the points."""
        for cube in self.cubes(factors, seed=seed):
            columns = [factor.quantile(u) for factor, u in zip(factors.values(), cube.T, strict=True)]
            for labels in zip(*columns, strict=True):
                yield dict(zip(factors, labels, strict=True))

    def check(self, factors: Factors) -> list[str]:
        """There must be something to draw."""
        return [] if factors else [f"factors: is required in a {self.kind} design"]


class Lhs(Drawn):
    """A Latin hypercube: of as many strata of each factor as there are samples, each has one point.

    References
    ----------
    McKay, M. D., Beckman, R. J. and Conover, W. J. (1979). A comparison of three methods for selecting values of input
    variables in the analysis of output from a computer code. Technometrics 21(2), 239–245.
    """

    kind: ClassVar[str] = "lhs"

    design: Literal["lhs"] = parameter(..., "A Latin hypercube.")
    samples: int = parameter(..., "Number of points.", ge=1, le=MAX_RUNS)

    def cubes(self, factors: Factors, *, seed: int) -> Iterator[np.ndarray]:
        """One hypercube, each point at random within its strata."""
        from scipy.stats import qmc

        yield qmc.LatinHypercube(len(factors), scramble=True, rng=stream(seed, "lhs")).random(self.samples)


class Random(Drawn):
    """Independent draws: more samples, and more factors, keep the earlier ones."""

    kind: ClassVar[str] = "random"
    is_endless: ClassVar[bool] = True

    design: Literal["random"] = parameter(..., "Independent draws.")
    samples: int = parameter(..., "Number of points; with constraints, of points that fulfil them.", ge=1, le=MAX_RUNS)

    def cubes(self, factors: Factors, *, seed: int) -> Iterator[np.ndarray]:
        """Points without end, the coordinates of each factor from a stream of its own."""
        generators = [stream(seed, f"random.{path}").bit_generator for path in factors]
        while True:
            raw = np.column_stack([generator.random_raw(BATCH) for generator in generators])
            yield (raw >> np.uint64(11)) * 2.0**-53


class Sobol(Drawn):
    """Saltelli's sample of a scrambled Sobol' sequence, for variance-based sensitivity indices.

    For each of `samples` points A and their partners B, rows are A, then A with each factor in turn from B; with second
    order, B with each factor in turn from A; then B. More samples keep the earlier rows.

    References
    ----------
    Saltelli, A. (2002). Making best use of model evaluations to compute sensitivity indices. Computer Physics
    Communications 145(2), 280–297.
    """

    kind: ClassVar[str] = "sobol"
    takes_constraints: ClassVar[bool] = False

    design: Literal["sobol"] = parameter(..., "Saltelli's sample for Sobol' indices.")
    samples: int = parameter(..., "Number of base points, a power of two.", ge=2, le=2**19)
    second_order: bool = parameter(False, "Whether indices of pairs of factors can be estimated, for twice the runs.")

    def size(self, factors: Factors) -> int:
        """Base points times the rows of each."""
        return self.samples * ((2 if self.second_order else 1) * len(factors) + 2)

    def cubes(self, factors: Factors, *, seed: int) -> Iterator[np.ndarray]:
        """The sample of SALib, in its order."""
        sample = _salib("sobol").sample
        generator = stream(seed, "sobol")
        yield sample(_cube(factors), self.samples, calc_second_order=self.second_order, seed=generator)

    def check(self, factors: Factors) -> list[str]:
        """The number of points must be a power of two, on which the balance of the sequence depends."""
        found = super().check(factors)
        if self.samples & (self.samples - 1):
            above = 1 << self.samples.bit_length()
            found.append(f"sweep.samples = {self.samples}: must be a power of two, such as {above // 2} or {above}")
        return found


class Morris(Drawn):
    """Trajectories in which one factor changes at a time, by Δ = levels / (2 levels - 2), for elementary effects.

    More samples keep the earlier ones.

    References
    ----------
    Morris, M. D. (1991). Factorial sampling plans for preliminary computational experiments. Technometrics 33(2),
    161–174.
    """

    kind: ClassVar[str] = "morris"
    takes_constraints: ClassVar[bool] = False

    design: Literal["morris"] = parameter(..., "Trajectories for elementary effects.")
    samples: int = parameter(
        ..., "Number of trajectories, each of one row more than there are factors.", ge=2, le=10**5
    )
    levels: int = parameter(4, "Number of levels of each factor, an even number.", ge=2, le=1000, multiple_of=2)

    def size(self, factors: Factors) -> int:
        """Trajectories times their rows."""
        return self.samples * (len(factors) + 1)

    def cubes(self, factors: Factors, *, seed: int) -> Iterator[np.ndarray]:
        """The sample of SALib, in its order, on the exact levels."""
        sample = _salib("morris").sample
        points = sample(_cube(factors), self.samples, num_levels=self.levels, seed=stream(seed, "morris"))
        yield np.rint(points * (self.levels - 1)) / (self.levels - 1)

    def check(self, factors: Factors) -> list[str]:
        """A normal distribution must have bounds, since the outermost levels are 0 and 1."""
        return super().check(factors) + [
            f'factors."{path}": a morris design takes its bounds, so give low and high'
            for path, factor in factors.items()
            if isinstance(factor, Normal) and (factor.low is None or factor.high is None)
        ]


def _salib(method: str) -> Any:
    """The module of SALib that samples for a method."""
    try:
        return import_module(f"SALib.sample.{method}")
    except ImportError:
        raise InputError(f"sweep.design = {method!r}: needs SALib: pip install 'society[analysis]'") from None


def _cube(factors: Factors) -> dict[str, Any]:
    """The unit cube in the words of SALib."""
    return {"num_vars": len(factors), "names": [*factors], "bounds": [[0.0, 1.0]] * len(factors)}
