"""Calibrating: trial after trial into a folder, in which everything of use stands after each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from society.calibration.proposals import Proposer
from society.calibration.settings import Calibration
from society.calibration.simulator import Do, Simulator
from society.calibration.study import CalibrationStudy
from society.calibration.work import Progress, TrialWriter, Work
from society.errors import InputError
from society.folder import CALIBRATION, check_folder
from society.provenance import code_digest, versions
from society.runner import end_early, free_folder, origin
from society.sweeps.executors import Way, importable_plugins
from society.sweeps.task import do
from society.sweeps.workers import Workers


@dataclass(frozen=True)
class _How:
    """How runs are done, and who is told."""

    workers: int | None
    timeout: float | None
    progress: Progress | None

    @contextmanager
    def work(self, calibration: Calibration) -> Iterator[Work]:
        """The work of a calibration, with worker processes that live as long."""
        header = calibration.header
        most = max(min(header.batch, header.trials), header.slices) * header.replicates
        with _doing(min(Way.choose(None, self.workers).n_at_once(), most)) as do_all:
            simulator = Simulator(calibration, do_all, self.timeout)
            yield Work(calibration, proposer=Proposer(calibration), simulator=simulator, progress=self.progress)


@contextmanager
def _doing(n_workers: int) -> Iterator[Do]:
    """What does runs: this process, or some worker processes."""
    if n_workers == 1:
        yield lambda tasks: map(do, tasks)
        return
    with Workers(n_workers, importable_plugins()) as pool:
        yield pool.results


def calibrate(
    calibration: Calibration | str | Path,
    *,
    out: str | Path | None = None,
    trials: int | None = None,
    workers: int | None = None,
    timeout: float | None = None,
    force: bool = False,
    accept_changes: bool = False,
    progress: Progress | None = None,
) -> CalibrationStudy:
    """Look for parameters of a scenario for which its societies are like what was observed.

    The same calibration gives the same trials, however many workers there are and however often it was interrupted.

    Parameters
    ----------
    calibration
        What to calibrate, the file that says so, or the folder of a calibration to go on with.
    out
        The folder; by default a new one under ``results``, named after the calibration.
    trials
        Number of trials in all, instead of the file's.
    workers
        Worker processes, one for each core by default; with 1 runs are done in this process.
    timeout
        Seconds that a run may take; a trial one of whose runs takes longer has failed, and so what is proposed after
        it depends on how fast the machine is. It is looked at between steps; a run that hangs within one is ended by
        killing its worker process, which is not done to this process (workers = 1).
    force
        Replace results that stand in the folder.
    accept_changes
        Go on although the code or versions of packages have changed.
    progress
        Called when it starts and after each trial with the number of trials done, that of all, and the smallest
        distance so far.

    Raises
    ------
    InputError
        If the calibration, the folder or the disk does not allow it, or Optuna is missing.
    KeyboardInterrupt
        If interrupted; trials that are done are kept.
    """
    if trials is not None and trials < 1:
        raise InputError(f"trials = {trials}: must be at least 1")
    if timeout is not None and not timeout > 0:
        raise InputError(f"timeout = {timeout}: must be above 0 seconds")
    how = _How(workers, timeout, progress)
    folder = None if isinstance(calibration, Calibration) else Path(calibration)
    if folder is not None and folder.is_dir():
        if out is not None:
            raise InputError(f"out = {str(out)!r}: {folder} is gone on with, and cannot go elsewhere")
        return _go_on(folder, trials, how, accept_changes=accept_changes)
    settings = calibration if isinstance(calibration, Calibration) else Calibration.from_file(calibration)
    settings = _lasting(settings, trials)
    if out is not None:
        check_folder(Path(out), force=force)
    with how.work(settings) as work:  # what is impossible is said before anything is written
        folder = free_folder(settings.header.name) if out is None else Path(out)
        with _at_work(TrialWriter(folder, _manifest(settings), force=force), settings) as writer:
            work.do(writer)
    return CalibrationStudy.load(folder)


def _go_on(folder: Path, trials: int | None, how: _How, *, accept_changes: bool) -> CalibrationStudy:
    """The trials of a folder that have not been done."""
    study = CalibrationStudy.load(folder)
    settings = _lasting(study.calibration, trials)
    if study.n_searched > settings.header.trials:
        raise InputError(f"{folder}: trials = {settings.header.trials}: {study.n_searched} are done already")
    changed = _changes(study)
    if changed and not accept_changes:
        said = "trials to come would differ from those that are done; go on all the same with --accept-changes"
        raise InputError(*changed, said).within(str(folder))
    with how.work(settings) as work:
        writer = TrialWriter(folder, None)
        writer.manifest["history"] = [*writer.manifest["history"], {**origin(settings.base), "changes": changed}]
        with _at_work(writer, settings):
            work.do(writer)
    return CalibrationStudy.load(folder)


def _lasting(calibration: Calibration, trials: int | None) -> Calibration:
    """The same calibration with another number of trials."""
    if trials is None:
        return calibration
    return replace(calibration, header=calibration.header.model_copy(update={"trials": trials}))


def _changes(study: CalibrationStudy) -> list[str]:
    """What has changed since the calibration was begun."""
    before, present = study.manifest["versions"], _versions()
    found = [f"{name} was {before.get(name)}, is {each}" for name, each in present.items() if before.get(name) != each]
    if study.manifest["code_digest"] != code_digest():
        found.append("the code of Society, or of what is added to it, is not that of the trials that are done")
    if study.manifest["scenario_digest"] != study.calibration.base.digest():
        found.append("the scenario, or a file of data that it reads, has changed")
    return found


def _manifest(calibration: Calibration) -> dict[str, Any]:
    header, began = calibration.header, origin(calibration.base)
    return {
        "kind": CALIBRATION,
        "name": header.name,
        "title": header.title,
        "run_id": calibration.base.digest()[:16],
        "trials": header.trials,
        "seed": calibration.seed,
        **began,
        "versions": _versions(),
        "history": [began],
    }


def _versions() -> dict[str, str]:
    import optuna

    return {**versions(), "optuna": optuna.__version__}


@contextmanager
def _at_work(writer: TrialWriter, calibration: Calibration) -> Iterator[TrialWriter]:
    """Whatever ends the work, keep what there is, and say how to go on."""
    try:
        for name, text in calibration.texts().items():
            writer.write_text(name, text)
        writer.manifest["trials"] = calibration.header.trials
        yield writer
        _keep_tables(writer)
        writer.finish("done")
    except BaseException as error:
        with suppress(InputError):
            _keep_tables(writer)
        end_early(writer, error)
        error.add_note(f"trials that are done are kept; society calibrate {writer.folder} goes on")
        raise


def _keep_tables(writer: TrialWriter) -> None:
    """Keep what the trials say, as tables and as the best scenario."""
    study = CalibrationStudy(writer.folder, writer.manifest)
    tables = {"trials.csv": study.trials}
    if np.isfinite(study.trials["distance"]).any():
        tables |= {"fit.csv": study.targets, "identifiability.csv": study.identifiability}
        writer.write_text("best.toml", study.scenario().to_toml())
    for name, table in tables.items():
        writer.write_text(name, table.to_csv(index=False))
    writer.write_text("calibration_notes.txt", "".join(f"{note}\n" for note in study.notes))
