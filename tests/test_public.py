"""What `import society` gives, and what it does not cost."""

import pytest

import society
from tests.files import python


@pytest.mark.parametrize("name", society.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(society, name).__doc__ or name == "PROCESSES"


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Socety"):
        society.Socety  # noqa: B018


@pytest.mark.parametrize("heavy", ["numpy", "numba", "mesa", "pandas", "networkx"])
def test_importing_the_package_imports_nothing_heavy(heavy: str) -> None:
    assert python(f"import society, sys; sys.exit({heavy!r} in sys.modules)").code == 0
