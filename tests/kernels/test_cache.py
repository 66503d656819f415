"""The cache of compiled kernels, tried in a small package of the same shape, in fresh interpreters."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import society.kernels
import society.paths

CALLEE = "from society.kernels import device\n\n\n@device\ndef factor():\n    return {value}\n"
CALLER = """
from numba import prange

from society.kernels import parallel
from society.kernels.callee import factor


@parallel
def scale(x):
    for i in prange(len(x)):
        x[i] = factor() * x[i]
"""
CALL = """
import sys

import numpy as np

from society.kernels import threads
from society.kernels.caller import scale

x = np.ones(1)
with threads(int(sys.argv[1])):
    scale(x)
dispatcher = scale.alone if sys.argv[1] == "1" else scale.together
print(int(x[0]), len(dispatcher.stats.cache_hits))
"""


@pytest.fixture
def package(tmp_path):
    """A package `society` with the real `kernels/__init__.py` and two kernels, one of which calls the other."""
    return make_package(tmp_path)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """The same package after one interpreter ran the kernel in one thread."""
    package = make_package(tmp_path_factory.mktemp("compiled"))
    assert result_and_hits(package) == (2, 0)
    return package


def make_package(folder):
    package = folder / "society"
    (package / "kernels").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    shutil.copy(society.paths.__file__, package / "paths.py")
    shutil.copy(society.kernels.__file__, package / "kernels" / "__init__.py")
    (package / "kernels" / "caller.py").write_text(CALLER)
    write_callee(package, 2)
    return package


def write_callee(package, value):
    (package / "kernels" / "callee.py").write_text(CALLEE.format(value=value))


def cache_of(package) -> Path:
    """Where the package keeps its compiled kernels."""
    return package.parent / "cache" / "society" / "kernels"


def run(package, code, *arguments, **variables):
    """Run code with the package in a fresh interpreter and return the words it prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA")}
    environment |= {"XDG_CACHE_HOME": str(package.parent / "cache"), "PYTHONPATH": str(package.parent)}
    environment |= {"NUMBA_NUM_THREADS": "2", **variables}
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, env=environment, cwd=package.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def result_and_hits(package, *, n_threads=1, **variables):
    """What the kernel makes of 1, and how many compiled kernels came from the cache."""
    return tuple(int(word) for word in run(package, CALL, str(n_threads), **variables))


def test_a_second_interpreter_takes_the_kernel_from_the_cache(compiled):
    assert result_and_hits(compiled) == (2, 1)


def test_the_version_for_several_threads_is_not_that_for_one(compiled):
    assert result_and_hits(compiled, n_threads=2) == (2, 0)


def test_an_edit_of_a_callee_is_seen(compiled):
    write_callee(compiled, 3)
    seen = result_and_hits(compiled)
    write_callee(compiled, 2)
    assert seen == (3, 0)


def test_numba_alone_does_not_see_an_edit_of_a_callee(package):
    """The reason for the digest; if this fails, numba has mended it and the digest may go."""
    folder = str(package.parent / "mine")
    assert result_and_hits(package, NUMBA_CACHE_DIR=folder)[0] == 2
    write_callee(package, 3)
    assert result_and_hits(package, NUMBA_CACHE_DIR=folder)[0] == 2


def test_a_folder_that_the_user_chose_is_used(package):
    result_and_hits(package, NUMBA_CACHE_DIR=str(package.parent / "mine"))
    assert [*(package.parent / "mine").rglob("*.nbi")]
    assert not cache_of(package).exists()


def test_only_the_newest_digests_are_kept(package):
    for age in range(6):
        old = cache_of(package) / f"old{age}"
        old.mkdir(parents=True)
        os.utime(old, (1e9 - age, 1e9 - age))
    digest, kept = run(package, "from society.kernels import *; print(sources_digest(), KEPT_DIGESTS)")
    expected = {digest, *(f"old{age}" for age in range(int(kept) - 1))}
    assert {folder.name for folder in cache_of(package).iterdir()} == expected


def test_without_a_place_to_cache_kernels_still_run(package):
    """A file stands where the cache's folder should be; even root cannot write below it."""
    (package.parent / "cache").write_text("")
    assert result_and_hits(package)[0] == 2
