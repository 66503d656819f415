"""PairRun: a society and its twin that step together, in one thread, always to the same step."""

from __future__ import annotations

from copy import copy

from dashboards.history import History
from dashboards.live import LiveRun
from society.counterfactual import Counterfactual
from society.folder import TWIN
from society.model import Society
from society.pairs import Pair
from society.recorder import Recorder
from society.scenario import Scenario
from society.twin_study import ORIGINAL


class PairRun(LiveRun):
    """A society to play, pause, step and reset, beside its twin, as `society.twin` runs them.

    Parameters
    ----------
    scenario
        What to simulate.
    change
        What its twin lacks or has otherwise.
    threads
        Threads to compute with; by default as for a `LiveRun`.
    """

    def __init__(self, scenario: Scenario, change: Counterfactual, *, threads: int | None = None) -> None:
        self.change = change
        super().__init__(scenario, threads=threads)

    def reset(self, scenario: Scenario | None = None, *, change: Counterfactual | None = None) -> None:
        """Begin both anew, with another scenario or another change if one is given."""
        with self._changed:  # a copy, so that a society that is being built without the change is not taken for this
            self.change = change or self.change
            self._order(target=0, wanted=copy(scenario or self._wanted or self.scenario))

    @property
    def twin(self) -> Society:
        """The twin; to be looked at within `look` alone."""
        return self._recorders[1].model

    @property
    def twin_history(self) -> History:
        """What was measured in the twin so far, at the same steps."""
        return self.histories[1]

    def _made(self, scenario: Scenario) -> tuple[Recorder, ...]:
        pair = Pair(scenario, self.change, self._threads)
        return pair.recorders[ORIGINAL], pair.recorders[TWIN]
