"""Text becomes Markdown that shows the same text; markdown-it, which renders it, is the judge."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from society.odd import markdown
from tests.odd.documents import cells

RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


def rendered(source: str) -> tuple[list[str], str]:
    """Tags and text of rendered Markdown."""
    reader = _Reader()
    reader.feed(RENDERER.render(source))
    return reader.tags, reader.words.strip()


@pytest.mark.parametrize(
    "words",
    [
        "R_p(y) = −½ κ_p a_ip |y − T_p|²",
        "a * b * c and **bold**",
        "_so_ called, a_b_c and _ alone",
        "x < 3, <b>bold</b> and <https://example.org>",
        "[link](somewhere) and [ref][1]",
        "~~struck~~, \\alpha and \\* and &amp; AT&T",
        "# not a heading",
        "- not a list",
        "+ not a list",
        "> not a quotation",
        "1. not a number",
        "12) nor this",
        "---",
        "### ",
        "a lone ` backtick",
        "costs $5 or $6",
        "![image](x.png)",
        "-0.5 is fine",
    ],
)
def test_text_is_shown_as_it_is(words: str) -> None:
    assert rendered(markdown.text(words)) == (["p"], words.strip())


@pytest.mark.parametrize("words", ["`x_1 * y`", "``[environment.*]``", "`a|b`"])
def test_code_is_shown_as_code(words: str) -> None:
    assert rendered(markdown.text(words)) == (["p", "code"], words.strip("`"))


@pytest.mark.parametrize("words", ["plain", "a`b", "``", "`x`", "a``b`c"])
def test_code_may_hold_backticks(words: str) -> None:
    assert rendered(markdown.code(words)) == (["p", "code"], words)


@pytest.mark.parametrize("words", ["kind of _formula_", "α|β", "two\nlines", "a\\|b", "|", "`a|b`"])
def test_a_cell_is_one_cell(words: str) -> None:
    line = markdown.table(["one", "two"], [[markdown.text(words), "end"]]).splitlines()[2]
    assert len(cells(line)) == 2


def test_a_table_is_a_table_to_whoever_renders_it() -> None:
    tags, words = rendered(markdown.table(["|x|", "y"], [[markdown.text("|a| < `b|c`"), ""]]))
    assert tags.count("td") == 2
    assert words.split() == ["|x|", "y", "|a|", "<", "b|c", "–"]


def test_lines_of_a_paragraph_are_joined() -> None:
    assert markdown.paragraphs("one\ntwo\n\nthree") == "one two\n\nthree"


def test_a_formula_broken_before_a_sign_is_no_list() -> None:
    assert rendered(markdown.paragraphs("x' = x\n+ y\n1. z")) == (["p"], "x' = x + y 1. z")


def test_lists_stay_lists() -> None:
    assert markdown.paragraphs("Expected:\n- one\n  more\n- two") == "Expected:\n\n- one more\n- two"


def test_what_is_indented_is_kept_as_it_is() -> None:
    assert markdown.paragraphs("Thus\n\n    x' = x\n      + y") == "Thus\n\n```text\nx' = x\n  + y\n```"


def test_a_quotation_goes_through_empty_lines() -> None:
    assert markdown.quote("one\n\ntwo") == "> one\n>\n> two"


def test_a_block_is_fenced_by_more_than_it_holds() -> None:
    assert markdown.block("```\nx\n```").startswith("````text\n")
