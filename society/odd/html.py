"""The document as one HTML page: no scripts, nothing from elsewhere, fit for screen, dark rooms and paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PAGE = """<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<nav aria-label="Contents">
{contents}
</nav>
<main>
{body}</main>
</body>
</html>
"""


def to_html(markdown: str) -> str:
    """The page of a Markdown document, its first heading the title, with links to its sections.

    Markup inside the text is shown, never obeyed.
    """
    body, headings = _rendered(markdown)
    return _PAGE.format(
        title=escape(headings[0][2] if headings else "Model description"),
        style=files("society.odd").joinpath("page.css").read_text(encoding="utf-8"),
        contents="\n".join(f'<a href="#{name}">{escape(words)}</a>' for tag, name, words in headings if tag == "h2"),
        body=body,
    )


def to_fragment(markdown: str, *, prefix: str, depth: int) -> str:
    """A Markdown document to stand in another page: names of headings prefixed, headings `depth` levels deeper."""
    return _rendered(markdown, prefix=prefix, depth=depth)[0]


def _rendered(markdown: str, *, prefix: str = "", depth: int = 0) -> tuple[str, list[tuple[str, str, str]]]:
    """The text as HTML; tag, name and words of each heading."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(markdown)
    headings = _name_headings(tokens, prefix)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + depth, 6)}"
    body = parser.renderer.render(tokens, parser.options, {})
    return body.replace("<table>", '<div class="table"><table>').replace("</table>", "</table></div>"), headings


def _name_headings(tokens: Sequence[Token], prefix: str) -> list[tuple[str, str, str]]:
    """Give each heading a name to link to; tag, name and text of each."""
    headings: list[tuple[str, str, str]] = []
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            words = "".join(child.content for child in inline.children or ())
            name = re.sub(r"\W+", "-", words.lower()).strip("-")
            taken = sum(other.startswith(prefix + name) for _, other, _ in headings)
            token.attrSet("id", prefix + (f"{name}-{taken}" if taken else name))
            headings.append((token.tag, str(token.attrGet("id")), words))
    return headings
