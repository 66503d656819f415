"""Random inputs for kernels, and the comparison of a kernel with its twin."""

import inspect

import numpy as np

from society.kernels import max_threads, threads

from . import reference

SIZES = (1, 7, 300)
"""Numbers of people that kernels are tried on: one has no neighbours, 300 do not fit into one block of rows."""
SIZES_BY_TRAIT = (1, 7, 1100)
"""The same for kernels that work trait by trait, on more people at a time."""
KEY = np.uint64(0x0123456789ABCDEF)
N_TRAITS = 5
N_SLOTS = 80
"""Items, in more than one word."""
RELATIVE = {"float32": 1e-5, "float64": 1e-12}
"""How far a kernel may be from its twin, relative to the value or to 1/100 of the largest of its array."""


def assert_equals_twin(kernel, *arguments):
    """Run a kernel and its twin on copies of the arguments: every array, and what is returned, must agree.

    The kernel runs in one thread and in several, which must give the same bits. Returns the arguments as the kernel
    left them.
    """
    name = kernel.__name__
    expected = _copied(arguments)
    with threads(1):
        after, result = _run(kernel, arguments)
    with threads(max_threads()):
        again, result_again = _run(kernel, arguments)
    returned = getattr(reference, name)(*expected)
    for argument, one, several, twin in zip(inspect.signature(kernel).parameters, after, again, expected, strict=True):
        assert_same_bits(one, several, name=f"{name}: {argument}")
        assert_close(np.asarray(one), np.asarray(twin), name=f"{name}: {argument}")
    if returned is not None:
        assert_same_bits(result, result_again, name=name)
        assert_close(np.asarray(result), np.asarray(returned), name=name)
    return after


def assert_same_bits(one, several, *, name):
    """Equal to the last bit."""
    assert np.asarray(one).tobytes() == np.asarray(several).tobytes(), f"{name} depends on the number of threads"


def assert_close(actual, expected, *, name):
    """Equal for integers and truth values, within `RELATIVE` for floats."""
    if actual.dtype.kind != "f":
        np.testing.assert_array_equal(actual, expected, err_msg=name)
        return
    tolerance = RELATIVE[actual.dtype.name]
    finite = np.abs(expected[np.isfinite(expected)])
    largest = finite.max() if finite.size else 0.0
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=0.01 * tolerance * largest, err_msg=name)


def random_graph(rng, n, *, weighted=False, mutual=False, low=0.1):
    """indptr, indices and weights, from `low` on, of a graph in which person 0 hears nobody, all read-only.

    It is directed unless ties are `mutual`.
    """
    arcs = rng.random((n, n)) < min(0.3, 3 / n)
    if mutual:
        arcs |= arcs.T
        arcs[:, 0] = False
    arcs[0] = False
    np.fill_diagonal(arcs, False)
    indptr = np.concatenate([[0], np.cumsum(arcs.sum(axis=1))]).astype("i8")
    indices = np.nonzero(arcs)[1].astype("i4")
    weights = rng.uniform(low, 3.0, len(indices) if weighted else 0).astype("f4")
    for array in (indptr, indices, weights) if weighted else (indptr, indices):
        array.setflags(write=False)
    return indptr, indices, weights


def random_floats(rng, *shape):
    """Standard normal float32."""
    return rng.normal(size=shape).astype("f4")


def random_bits(rng, n, *, share=0.4, n_slots=N_SLOTS):
    """(n, n_words) bit sets in which each of `n_slots` bits is set with probability `share`; no other bit is."""
    flags = np.zeros((n, -(-n_slots // 64) * 64), bool)
    flags[:, :n_slots] = rng.random((n, n_slots)) < share
    return np.packbits(flags, axis=1, bitorder="little").view("u8")


def random_uids(rng, n):
    """Distinct numbers of people, in no order."""
    return rng.permutation(10 * n)[:n].astype("i4")


def _run(kernel, arguments):
    copies = _copied(arguments)
    return copies, kernel(*copies)


def _copied(arguments):
    """Arguments with arrays copied, read-only where they were."""
    return [_copy(each) if isinstance(each, np.ndarray) else each for each in arguments]


def _copy(array):
    copy = array.copy()
    copy.setflags(write=array.flags.writeable)
    return copy
