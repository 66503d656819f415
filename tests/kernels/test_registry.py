"""Every kernel has a plain-Python twin with the same arguments."""

import importlib
import inspect
import pkgutil

import pytest
from numba.core.dispatcher import Dispatcher

from society import kernels

from . import reference

MODULES = [importlib.import_module(f"society.kernels.{each.name}") for each in pkgutil.iter_modules(kernels.__path__)]
DEFINED = [
    (name, member)
    for module in MODULES
    for name, member in vars(module).items()
    if isinstance(member, Dispatcher | kernels.parallel)
    and member.__module__ == module.__name__
    and not name.startswith("_")
]
KERNELS = dict(DEFINED)


def test_kernels_of_every_decorator_are_found():
    assert {"explore", "in_parts", "philox"} <= set(KERNELS)


def test_no_two_files_define_kernels_of_one_name():
    assert len(DEFINED) == len(KERNELS)


@pytest.mark.parametrize("name", KERNELS)
def test_every_kernel_has_a_plain_twin_with_the_same_arguments(name):
    twin = getattr(reference, name, None)
    assert inspect.isfunction(twin), f"tests/kernels/reference.py: write a plain-Python twin of {name}"
    assert [*inspect.signature(twin).parameters] == [*inspect.signature(KERNELS[name]).parameters]
