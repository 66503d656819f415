"""Proposals: which point is tried next, by a sampler of Optuna.

A sampler's proposals are a function of its seed and of what the trials before scored, told in order. So nothing of it
need be kept on disk: it is asked again from the beginning, and given the scores that stand there.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from society.calibration.settings import Calibration
from society.errors import InputError
from society.sweeps.factors import Factor, Label, Normal, Range

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.samplers import BaseSampler

STARTUP_TRIALS = 10
"""Random trials before the tree-structured Parzen estimator has enough to go by."""


class Proposer:
    """Proposes points and learns what they scored.

    Parameters
    ----------
    calibration
        The space, the sampler and its seed.

    Raises
    ------
    InputError
        If a package that the sampler needs is missing.
    """

    def __init__(self, calibration: Calibration) -> None:
        try:
            import optuna
        except ImportError:
            raise InputError("calibrate needs Optuna: pip install 'society[analysis]'") from None
        self._factors = calibration.factors
        self._distributions = {path: _distribution(factor) for path, factor in self._factors.items()}
        with _silently():
            self._study = optuna.create_study(sampler=_sampler(calibration))

    def ask(self) -> dict[str, Label]:
        """The labels of the next point."""
        with _silently():
            trial = self._study.ask(self._distributions)
        return {path: _label(self._factors[path], number) for path, number in trial.params.items()}

    def tell(self, number: int, distance: float | None) -> None:
        """What trial `number` scored, None if it failed. Trials are told in the order in which they were asked for."""
        from optuna.trial import TrialState

        with _silently():
            if distance is None:
                self._study.tell(number, state=TrialState.FAIL)
            else:
                self._study.tell(number, distance)


def _distribution(factor: Factor) -> BaseDistribution:
    """What a sampler knows of a factor."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if isinstance(factor, Normal):
        return FloatDistribution(0.0, 1.0)  # of its quantiles
    if not isinstance(factor, Range):
        return CategoricalDistribution(factor.levels())
    log = factor.scale == "log"
    if factor.whole:
        return IntDistribution(int(factor.low), int(factor.high), log=log)
    return FloatDistribution(float(factor.low), float(factor.high), log=log)


def _label(factor: Factor, number: Any) -> Label:
    return factor.quantile(np.array([number]))[0] if isinstance(factor, Normal) else number


def _sampler(calibration: Calibration) -> BaseSampler:
    from optuna import samplers

    kind, seed = calibration.header.sampler, calibration.seed % 2**32
    if kind == "tpe":
        together = calibration.header.batch > 1
        return samplers.TPESampler(
            seed=seed, multivariate=True, constant_liar=together, n_startup_trials=STARTUP_TRIALS
        )
    if kind == "qmc":
        return samplers.QMCSampler(seed=seed, scramble=True, warn_independent_sampling=False)
    if kind == "random":
        return samplers.RandomSampler(seed=seed)
    if find_spec("cmaes") is None:
        raise InputError("sampler = 'cmaes' needs cmaes: pip install 'society[analysis]'")
    independent = samplers.RandomSampler(seed=seed)
    return samplers.CmaEsSampler(seed=seed, independent_sampler=independent, warn_independent_sampling=False)


@contextmanager
def _silently() -> Iterator[None]:
    """Without what Optuna logs of each trial, or warns of its own interface."""
    from optuna import logging
    from optuna.exceptions import ExperimentalWarning

    level = logging.get_verbosity()
    logging.set_verbosity(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)
            yield
    finally:
        logging.set_verbosity(level)
