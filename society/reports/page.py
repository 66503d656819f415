"""A report as one HTML page: no scripts, nothing from elsewhere, fit for screen, dark rooms, paper and readers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from society.reports.blocks import Picture, Section

WIDER = 1.2
"""How much larger figures stand on the page than in print."""
_PROLOGUE = re.compile(r"\A.*?(?=<svg)|<metadata>.*?</metadata>", re.DOTALL)
_GLYPH = re.compile(r'<path id="(DejaVu[^"]*)".*?/>', re.DOTALL)
_NAME = re.compile(r'(\bid="|href="#|url\(#)(?!DejaVu)')


def to_page(title: str, sections: Sequence[Section], *, version: str) -> str:
    """The page of sections that have blocks, with links to them."""
    environment = Environment(
        loader=PackageLoader("society.reports", "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    style = files("society.reports").joinpath("templates/page.css").read_text(encoding="utf-8")
    return environment.get_template("page.html").render(
        title=title,
        sections=[each for each in sections if each.blocks],
        style=Markup(style),
        version=version,
        inliner=Inliner(),
    )


class Inliner:
    """Makes pictures stand in one page: each with ids of its own, their letters, which are most of them, only once."""

    def __init__(self) -> None:
        self.n_pictures = 0
        self._glyphs: dict[str, str] = {}

    def __call__(self, picture: Picture) -> Markup:
        """The SVG of a picture: described, and as wide as there is room."""
        self.n_pictures += 1
        svg = _GLYPH.sub(self._kept, _PROLOGUE.sub("", picture.figure.svg()))
        opening, rest = _NAME.sub(rf"\g<1>f{self.n_pictures}-", svg).split(">", 1)
        view = Markup(re.findall(r'viewBox="[^"]*"', opening)[0])
        width = WIDER * float(picture.figure.get_figwidth())
        described = Markup('role="img" aria-label="{}" style="width: {:.2f}in"').format(picture.figure.alt, width)
        kept = Markup(' class="kept"' if picture.figure.keeps_colours else "")
        return Markup("<svg{} {} {}>{}").format(kept, view, described, Markup(rest))

    @property
    def glyphs(self) -> Markup:
        """The letters of all pictures so far."""
        return Markup("\n".join(self._glyphs.values()))

    def _kept(self, glyph: re.Match[str]) -> str:
        self._glyphs[glyph[1]] = glyph[0]
        return ""
