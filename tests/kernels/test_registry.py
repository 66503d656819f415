"""Every kernel has a plain-Python twin with the same arguments."""

import importlib
import inspect
import pkgutil

import pytest
from numba.core.dispatcher import Dispatcher

from society import kernels

from . import reference

MODULES = [importlib.import_module(f"society.kernels.{each.name}") for each in pkgutil.iter_modules(kernels.__path__)]
KERNELS = {
    name: member
    for module in MODULES
    for name, member in vars(module).items()
    if isinstance(member, Dispatcher) and member.__module__ == module.__name__ and not name.startswith("_")
}


def test_kernels_are_found():
    assert {"explore", "hear", "reinforce", "philox", "exp"} <= set(KERNELS)


def test_no_two_files_define_kernels_of_one_name():
    defined = [name for module in MODULES for name, each in vars(module).items() if each is KERNELS.get(name)]
    homes = [each.__module__ for each in KERNELS.values()]
    own = [
        (module.__name__, name)
        for module in MODULES
        for name, each in vars(module).items()
        if isinstance(each, Dispatcher) and each.__module__ == module.__name__ and not name.startswith("_")
    ]
    assert len(own) == len(homes) <= len(defined)


@pytest.mark.parametrize("name", KERNELS)
def test_every_kernel_has_a_twin_with_the_same_arguments(name):
    twin = getattr(reference, name, None)
    assert twin is not None, f"tests/kernels/reference.py: write a plain-Python twin of {name}"
    assert [*inspect.signature(twin).parameters] == [*inspect.signature(KERNELS[name].py_func).parameters]


@pytest.mark.parametrize("name", KERNELS)
def test_a_twin_is_not_a_kernel(name):
    assert not isinstance(getattr(reference, name), Dispatcher)
