"""What a report consists of: sections of blocks, each of which the template draws in one way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from society.figures.style import Figure


@dataclass(frozen=True)
class Paragraph:
    """Plain text; `is_warning` for what a reader must not miss."""

    kind: ClassVar[str] = "paragraph"
    words: str
    is_warning: bool = False


@dataclass(frozen=True)
class Facts:
    """Names and what is known by them."""

    kind: ClassVar[str] = "facts"
    items: dict[str, str]


@dataclass(frozen=True)
class Table:
    """Rows of text; columns from `n_words` on are numbers and stand to the right."""

    kind: ClassVar[str] = "table"
    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    n_words: int = 1


@dataclass(frozen=True)
class Picture:
    """A figure and the name of its file."""

    kind: ClassVar[str] = "picture"
    name: str
    figure: Figure


@dataclass(frozen=True)
class Listing:
    """Text that is kept as it is, such as commands."""

    kind: ClassVar[str] = "listing"
    caption: str
    text: str


@dataclass(frozen=True)
class Folded:
    """A document that opens when asked to; `html` is trusted."""

    kind: ClassVar[str] = "folded"
    title: str
    html: str


type Block = Paragraph | Facts | Table | Picture | Listing | Folded


@dataclass(frozen=True)
class Section:
    """Blocks under a heading; a section without blocks is left out."""

    title: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What links call it."""
        return self.title.lower().replace(" ", "-")
