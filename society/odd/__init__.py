"""ODD: a description of a model for readers of a paper, written from its scenario and its code.

The document follows Grimm et al. (2020) and, for human decisions, Müller et al. (2013). It says what declarations
say (columns, parameters, random decisions, measures, docstrings) and nothing that would need a run.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from society.errors import InputError

if TYPE_CHECKING:
    from society.scenario import Scenario

SUFFIXES = (".md", ".html")
"""Files that a document can be written to."""


def describe(scenario: Scenario, *, varied: Mapping[str, str] | None = None) -> str:
    """Describe the model of a scenario as an ODD+D document in Markdown.

    The social graph is read if it stands in a file, and made if only it tells how many people there are.

    Parameters
    ----------
    scenario
        The scenario.
    varied
        What else values at these paths are in other runs, in words, such as ``factor: 0, 0.5, 1``: the document says it
        beside each.

    Raises
    ------
    InputError
        If the graph's file cannot be read or a measure does not apply.
    """
    from society.odd import concepts, details, overview
    from society.odd.subject import Subject

    subject = Subject(scenario, varied or {})
    sections = (
        overview.purpose,
        overview.entities,
        overview.processes,
        concepts.concepts,
        details.initialisation,
        details.input_data,
        details.submodels,
        details.implementation,
        details.bibliography,
        details.appendix,
    )
    return "\n\n".join(block for section in sections for block in section(subject) if block) + "\n"


def write(document: str, path: Path) -> None:
    """Write a document of `describe` to a file, as it is (.md) or as one HTML page (.html).

    Raises
    ------
    InputError
        If the file has another suffix or cannot be written.
    """
    if path.suffix not in SUFFIXES:
        raise InputError(f"{path}: must end in {' or '.join(SUFFIXES)}")
    try:
        path.write_text(to_html(document) if path.suffix == ".html" else document, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None


def to_html(document: str) -> str:
    """A document of `describe` as one HTML page that needs nothing else."""
    from society.odd.html import to_html

    return to_html(document)
