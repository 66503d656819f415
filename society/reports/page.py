"""A report as one HTML page: no scripts, nothing from elsewhere, fit for screen, dark rooms, paper and readers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from society.reports.blocks import Picture, Section

_PROLOGUE = re.compile(r"\A.*?(?=<svg)|<metadata>.*?</metadata>\s*", re.DOTALL)
_NAMES = re.compile(r'(\bid="|xlink:href="#|href="#|url\(#)')


def to_page(title: str, sections: Sequence[Section], *, version: str) -> str:
    """The page of sections that have blocks, with links to them."""
    environment = Environment(
        loader=PackageLoader("society.reports", "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["inline"] = inline
    style = files("society.reports").joinpath("templates/page.css").read_text(encoding="utf-8")
    return environment.get_template("page.html").render(
        title=title, sections=[each for each in sections if each.blocks], style=Markup(style), version=version
    )


def inline(picture: Picture) -> Markup:
    """The SVG of a picture to stand in a page: ids of its own, described, as wide as there is room."""
    svg = _PROLOGUE.sub("", picture.figure.svg())
    svg = _NAMES.sub(rf"\g<1>{re.sub(r'[^\w-]', '-', picture.name)}-", svg)
    opening, rest = svg.split(">", 1)
    width = float(picture.figure.get_figwidth())
    view = re.search(r'viewBox="[^"]*"', opening)
    attributes = Markup('role="img" aria-label="{}" style="width: {}in"').format(
        picture.figure.alt, f"{1.2 * width:.2f}"
    )
    return Markup(f'<svg xmlns:xlink="http://www.w3.org/1999/xlink" {view[0] if view else ""} {attributes}>{rest}')
