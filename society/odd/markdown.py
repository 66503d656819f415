"""Markdown from plain text: paragraphs, lists, tables and quotations that any reader renders alike.

Texts come from docstrings, comments and scenario files; formulae in them are Unicode and must survive as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

_CODE_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_SPECIAL = re.compile(
    r"""\\(?=[!-/:-@\[-`{-~])       # a backslash that would escape
    | [*~$`]                        # emphasis, strike-through, mathematics, lone backticks
    | (?<![^\W_])_ | _(?![^\W_])    # underscores, except inside a word
    | <(?=[A-Za-z/!?])              # HTML
    | &(?=\#|\w+;)                  # entities
    | (?<=\])[(:\[]                 # links""",
    re.VERBOSE,
)
_BLOCK_START = re.compile(r"(\d{0,9})(?=#{1,6}(?:\s|$)|>|[+-](?:\s|$)|-{3,}$|(?<=\d)[.)](?:\s|$))")
_ITEM = re.compile(r"[-*•]\s+")


def text(words: str) -> str:
    """One line that reads as `words` do: code spans kept, all other markup escaped, blanks and line breaks joined."""
    words = " ".join(words.split())
    parts, end = [], 0
    for span in _CODE_SPAN.finditer(words):
        parts += [_SPECIAL.sub(r"\\\g<0>", words[end : span.start()]), code(span[2].strip())]
        end = span.end()
    line = "".join(parts) + _SPECIAL.sub(r"\\\g<0>", words[end:])
    return _BLOCK_START.sub(r"\1\\", line, count=1) if _BLOCK_START.match(line) else line


def code(words: str) -> str:
    """A code span, fenced by enough backticks."""
    runs = [len(run) for run in re.findall("`+", words)]
    fence = "`" * (max(runs, default=0) + 1)
    pad = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{fence}{pad}{words}{pad}{fence}"


def codes(names: Iterable[str]) -> str:
    """Code spans parted by commas, or a dash if there is none."""
    return ", ".join(map(code, names)) or "–"


def block(lines: str, language: str = "text") -> str:
    """A fenced block of text that is kept as it is."""
    runs = [len(run) for run in re.findall("`{3,}", lines)]
    fence = "`" * max([3, *(run + 1 for run in runs)])
    return f"{fence}{language}\n{lines}\n{fence}"


def paragraphs(words: str) -> str:
    """Paragraphs and lists of a docstring or comment; what is indented is kept as it is, as a formula set apart."""
    pieces: list[tuple[bool, str]] = []
    for lines in _blocks(words.expandtabs()):
        if lines[0].startswith("    "):
            pieces.append((False, block("\n".join(line.removeprefix("    ") for line in lines))))
            continue
        for item in _items(lines):
            is_item = bool(_ITEM.match(item))
            pieces.append((is_item, "- " + text(_ITEM.sub("", item, count=1)) if is_item else text(item)))
    return "\n\n".join(
        ("\n" if is_list else "\n\n").join(piece for _, piece in group)
        for is_list, group in groupby(pieces, key=lambda piece: piece[0])
    )


def _blocks(words: str) -> Iterator[list[str]]:
    """Runs of lines without a blank one."""
    for filled, lines in groupby(words.splitlines(), key=lambda line: bool(line.strip())):
        if filled:
            yield list(lines)


def _items(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a block joined to a paragraph, and to one text a list item."""
    item: list[str] = []
    for line in lines:
        if _ITEM.match(line.lstrip()) and item:
            yield " ".join(item)
            item = []
        item.append(line.strip())
    yield " ".join(item)


def quote(words: str) -> str:
    """A quotation."""
    return "\n".join(f"> {line}".rstrip() for line in paragraphs(words).splitlines())


def bullets(items: Iterable[str]) -> str:
    """A list of items that are Markdown already."""
    return "\n".join(f"- {item}" for item in items)


def numbered(items: Iterable[str]) -> str:
    """A numbered list of items that are Markdown already."""
    return "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1))


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already, each on one line with its bars escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(cell: str) -> str:
    return " ".join(cell.split()).replace("|", r"\|") or "–"
