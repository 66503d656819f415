"""Collector: Mesa's data collector, filled with the rows that a recorder takes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import mesa
from mesa.time import Priority, Schedule

from society.recorder import Recorder

if TYPE_CHECKING:
    import pandas as pd

    from society.model import Society


class Collector(mesa.DataCollector):  # type: ignore[misc]
    """The measures of `record.measures` under the names of result columns, at the steps of `record.every`.

    It takes a row at once, and later ones by Mesa's own schedule, after everything else that happens at their time.
    """

    def __init__(self, model: Society) -> None:
        self.recorder = Recorder(model)
        self.row = self.recorder.row()
        super().__init__(model_reporters={name: partial(self._of_row, name) for name in self.row})
        super().collect(model)
        record, run = model.scenario.record, model.scenario.run
        following = (int(model.time) // record.every + 1) * record.every
        schedule = Schedule(interval=record.every, start=following)
        model.schedule_recurring(self._collect_due, schedule, priority=Priority.LOW)
        if run.steps % record.every and run.steps > model.time:
            model.schedule_event(self._collect_due, at=run.steps, priority=Priority.LOW)

    def collect(self, model: Society) -> None:
        """Take a row now."""
        self.row = self.recorder.row()
        super().collect(model)

    def get_model_vars_dataframe(self) -> pd.DataFrame:
        """All rows that are complete: a page may ask while another thread collects."""
        import pandas as pd

        complete = min(map(len, self.model_vars.values()))
        return pd.DataFrame({name: values[:complete] for name, values in self.model_vars.items()})

    def _collect_due(self) -> None:
        self.collect(self.recorder.model)

    def _of_row(self, name: str, model: Society) -> float:
        return self.row[name]
