"""Files of a report: the page, and its figures beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from society.errors import InputError
from society.folder import write_whole
from society.reports.blocks import Picture, Section

FIGURES = "figures"
"""Folder of the figures, beside the page."""


def file_name(words: str) -> str:
    """A name that files and links can have, of what is drawn."""
    for sign, said in ((">=", "-at-least-"), ("<=", "-at-most-"), (">", "-above-"), ("<", "-below-"), (":", "-to-")):
        words = words.replace(sign, said)
    return re.sub(r"[^\w.]+", "-", words).strip("-")


def check_out(path: Path) -> Path:
    """Refuse a file that is no page, before anything is drawn."""
    if path.suffix != ".html":
        raise InputError(f"{path}: must end in .html")
    if path.is_dir():
        raise InputError(f"{path}: is a folder, not a file")
    with _in_words(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    return path


def write(path: Path, page: str, sections: Sequence[Section], formats: Sequence[str]) -> None:
    """Write the figures, then the page."""
    pictures = [block for section in sections for block in section.blocks if isinstance(block, Picture)]
    for picture in pictures:
        for kind in formats:
            picture.figure.save(path.parent / FIGURES / f"{picture.name}.{kind}")
    with _in_words(path):
        write_whole(path, page.encode())


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses into an error the user can act on."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None
