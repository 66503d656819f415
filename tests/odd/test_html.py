"""The HTML page stands alone, is well formed, and obeys nothing that a scenario says."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from society.odd import describe, to_html
from society.scenario import Scenario
from tests.files import SCENARIOS, tiny

VOID = {"meta", "br", "hr"}


class Page(HTMLParser):
    """Tags, attributes and text of a page; a tag that is not closed in order is an error."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.words = ""
        self.feed(source)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture(scope="module")
def source() -> str:
    return to_html(describe(Scenario.from_file(SCENARIOS / "quickstart.toml")))


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    return Page(source)


def test_nothing_is_loaded_from_anywhere(source: str, page: Page) -> None:
    assert page.tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form"} == set()
    assert all(value.startswith("#") for name, value in page.attributes if name in ("href", "src"))
    assert "url(" not in source
    assert "@import" not in source


def test_links_lead_to_headings(page: Page) -> None:
    names = [value for name, value in page.attributes if name == "id"]
    links = [value for name, value in page.attributes if name == "href"]
    assert len(links) == 10
    assert {link.removeprefix("#") for link in links} <= {*names}


def test_names_of_headings_are_different(page: Page) -> None:
    names = [value for name, value in page.attributes if name == "id"]
    assert len(names) == len({*names}) > 30


def test_the_title_is_that_of_the_document(source: str) -> None:
    assert "<title>Three kinds of information and one feed on the Copenhagen friendship graph</title>" in source


def test_formulae_are_as_in_the_docstring(page: Page) -> None:
    assert "R_p(y) = −½ κ_p a_ip |y − T_p|² over" in page.words


def test_values_other_than_the_default_are_bold(source: str) -> None:
    assert "<td><strong>1.2</strong></td>" in source


def test_html_in_a_document_is_text() -> None:
    page = Page(to_html("# Title\n\n<script>alert(1)</script>\n"))
    assert "script" not in page.tags


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "a < b & c", "# *Bold* | `code`", "</title><b>"])
def test_markup_in_a_title_is_text(title: str) -> None:
    page = Page(to_html(describe(tiny({"scenario.title": title}))))
    assert page.tags & {"script", "b"} == set()
    assert page.words.count(title.replace("`", "")) + page.words.count(title) >= 1
