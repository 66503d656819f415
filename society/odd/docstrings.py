"""Docstrings as documentation: what a class or function says of itself, and the works it refers to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from docstring_parser import Docstring, DocstringStyle, parse

_YEAR = re.compile(r"\b(1[5-9]|20)\d\d[a-z]?\b")
_AUTHOR = re.compile(r"(?:[a-z]+\s|d')*[A-Z][\w'’-]+, (?:[A-Z]\.|[A-Z][a-z]+ (?:and|&))")
_MARKER = re.compile(r"(?:[-*•]|\.\. \[\w+\]|\[\w+\]|\d+\.)\s+")


def description(thing: Any) -> str:
    """What a class or function says before the first section of its own docstring; empty if it has none."""
    return (_parsed(thing).description or "").strip()


def lead(thing: Any) -> str:
    """The first sentence of `description`, to the end of its first paragraph if it does not stop before."""
    paragraph = " ".join(description(thing).split("\n\n", 1)[0].split())
    return re.split(r"(?<=[a-z0-9)`´²³][.:]) (?=[A-Z`(\"])", paragraph, maxsplit=1)[0].removesuffix(":")


def attributes(thing: Any) -> dict[str, str]:
    """The Attributes section of a docstring: name to sentence."""
    found = (each for each in _parsed(thing).meta if each.args[:1] == ["attribute"])
    return {each.args[1]: " ".join((each.description or "").split()) for each in found}


def references(*things: Any) -> list[str]:
    """The works in the References sections of docstrings, sorted, each once."""
    found = {work for thing in things for section in _sections(thing, "references") for work in works(section)}
    return sorted(found, key=str.casefold)


def works(section: str) -> list[str]:
    """The entries of a References section: each starts with its authors, or after a blank line or a marker."""
    entries: list[str] = []
    for line in section.splitlines():
        line = line.strip()
        starts = not entries or not entries[-1] or bool(_MARKER.match(line))
        if starts or not line or (_YEAR.search(entries[-1]) and _AUTHOR.match(line)):
            entries.append(_MARKER.sub("", line, count=1))
        else:
            entries[-1] += f" {line}"
    return [entry for entry in entries if entry]


def short(work: str) -> str:
    """Authors and year of an entry, as far as it tells them."""
    year = _YEAR.search(work)
    if year is None:
        return work
    return work[: year.end()] + (")" if work[year.end() :].startswith(")") else "")


def _sections(thing: Any, name: str) -> Iterable[str]:
    return [each.description or "" for each in _parsed(thing).meta if each.args == [name]]


def _parsed(thing: Any) -> Docstring:
    """The docstring that a class itself has: unlike `inspect.getdoc`, `__doc__` is not inherited."""
    return parse(thing.__doc__ or "", DocstringStyle.NUMPYDOC)
