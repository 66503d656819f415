"""Recorder: at which steps which measures are taken, and the twins that some measures compare with."""

from __future__ import annotations

from society.counterfactual import Counterfactual
from society.errors import found_in
from society.kernels import threads
from society.measures import choose
from society.model import Society
from society.processes.learning import Learning

type Row = dict[str, float | int]


class Recorder:
    """Takes a row of measures every so many steps, and at the first and the last step.

    Twins are societies that differ from the recorded one in lacking one named table; they are stepped along when a row
    is due. Recording never changes the recorded society.
    """

    def __init__(self, model: Society) -> None:
        self.model = model
        self.record = model.scenario.record
        with found_in(model.scenario.source):
            self.measures = choose(self.record.measures, model)
        for path in self.record.twins:
            if path not in model.twins:
                model.twins[path] = self._without(path)

    def _without(self, path: str) -> Society:
        """The same society without a table; nobody reads its ledger, so it keeps none."""
        processes = self.model.scenario.process.items()
        ledgers = {f"process.{name}.ledger": False for name, process in processes if isinstance(process, Learning)}
        return Counterfactual((path,)).twin(self.model, also={**ledgers, "record.twins": []})

    def is_due(self) -> bool:
        """Whether a row belongs to the present step."""
        n_steps = self.model.n_steps
        return n_steps % self.record.every == 0 or n_steps == self.model.scenario.run.steps

    def row(self) -> Row:
        """The step and every measure at it."""
        for twin in self.model.twins.values():
            while twin.n_steps < self.model.n_steps:
                twin.step()
        row: Row = {"step": self.model.n_steps}
        with threads(self.model.threads):
            for measure in self.measures:
                row |= measure(self.model)
        return row
