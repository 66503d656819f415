"""Reports: a study as one HTML page, with its figures as files if they are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from society.reports.blocks import Section
    from society.reports.subject import Subject
    from society.results import Study


def report(
    study: Study | str | Path,
    *,
    out: str | Path | None = None,
    figures: Sequence[str] = (),
    outcomes: Sequence[str] = (),
) -> Path:
    """Write a report of a study: one HTML page that needs nothing else, and its figures as files.

    Parameters
    ----------
    study
        A study, or its folder. It may be running, have failures, or have no run that is done.
    out
        The file, which ends in .html; ``report/report.html`` in the study's folder by default. It is replaced.
    figures
        Formats, png, svg or pdf, in which each figure is written too, into the folder ``figures`` beside the page.
    outcomes
        What is drawn: columns such as ``known.cooperative``, measures, which stand for all their columns, or what is
        taken of their series, such as ``peak(capture.feed)`` (`society.outcomes`). By default the measures that the
        scenario names, or else what differs most between design points beside noise; the page says how.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    InputError
        If there is no study, no such outcome or format, or the files cannot be written.
    """
    from society.figures.style import check_format
    from society.reports.files import check_out, write
    from society.reports.page import to_page
    from society.reports.subject import Subject
    from society.results import Study

    for kind in figures:
        check_format(kind, at="figures")
    study = study if isinstance(study, Study) else Study.load(study)
    path = check_out(study.folder / "report" / "report.html" if out is None else Path(out))
    subject = Subject(study, tuple(outcomes))
    sections = _sections(subject)
    manifest = study.manifest
    page = to_page(str(manifest["title"] or manifest["name"]), sections, version=manifest["versions"]["society"])
    write(path, page, sections, figures)
    return path


def _sections(subject: Subject) -> list[Section]:
    """Everything there is to say of a study, in order."""
    from society.reports.design import design
    from society.reports.methods import methods
    from society.reports.outcomes import outcomes
    from society.reports.progress import progress
    from society.reports.reproduction import reproduction
    from society.reports.world import world

    results = [*outcomes(subject)]
    return [design(subject), progress(subject), methods(subject), *results, *world(subject), reproduction(subject)]
