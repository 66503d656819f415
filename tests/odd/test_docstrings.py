"""What docstrings say: sentences and works."""

from __future__ import annotations

import pytest

from society.odd import docstrings

LISTS = {
    "run on": """
        McFadden, D. (1974). Conditional logit analysis. In Zarembka (ed.), Frontiers in
        Econometrics, 105–142.
        Roberts, B. W., & DelVecchio, W. F. (2000). The rank-order
        consistency of personality.
        """,
    "apart": """
        McFadden, D. (1974). Conditional logit analysis. In Zarembka (ed.), Frontiers in Econometrics, 105–142.

        Roberts, B. W., & DelVecchio, W. F. (2000). The rank-order consistency of personality.
        """,
    "marked": """
        .. [1] McFadden, D. (1974). Conditional logit analysis. In Zarembka (ed.), Frontiers in
           Econometrics, 105–142.
        .. [2] Roberts, B. W., & DelVecchio, W. F. (2000). The rank-order consistency of personality.
        """,
    "authors on two lines": """
        McFadden, D. (1974). Conditional logit analysis. In Zarembka (ed.), Frontiers in Econometrics, 105–142.
        Roberts, B. W., &
        DelVecchio, W. F. (2000). The rank-order consistency of personality.
        """,
}


@pytest.mark.parametrize("section", LISTS.values(), ids=LISTS)
def test_works_are_told_apart(section: str) -> None:
    assert docstrings.works(section) == [
        "McFadden, D. (1974). Conditional logit analysis. In Zarembka (ed.), Frontiers in Econometrics, 105–142.",
        "Roberts, B. W., & DelVecchio, W. F. (2000). The rank-order consistency of personality.",
    ]


@pytest.mark.parametrize(
    ("work", "short"),
    [
        ("McFadden, D. (1974). Logit.", "McFadden, D. (1974)"),
        ("Hagberg, Schult and Swart 2008, Networks.", "Hagberg, Schult and Swart 2008"),
        ("An anonymous chronicle.", "An anonymous chronicle."),
    ],
)
def test_a_work_is_cited_by_authors_and_year(work: str, short: str) -> None:
    assert docstrings.short(work) == short


class Described:
    """First sentence, y = x (Author 1974). A second one.

    More of it.

    Attributes
    ----------
    height
        How tall
        it is.

    References
    ----------
    Author, A. (1974). A work.
    """


class Heir(Described):
    pass


def test_the_lead_is_the_first_sentence() -> None:
    assert docstrings.lead(Described) == "First sentence, y = x (Author 1974)."


def test_the_description_ends_before_the_first_section() -> None:
    assert docstrings.description(Described) == "First sentence, y = x (Author 1974). A second one.\n\nMore of it."


def test_attributes_have_their_sentence() -> None:
    assert docstrings.attributes(Described) == {"height": "How tall it is."}


def test_works_named_twice_are_given_once() -> None:
    assert docstrings.references(Described, Described) == ["Author, A. (1974). A work."]


def test_a_docstring_is_not_inherited() -> None:
    assert docstrings.description(Heir) == ""
