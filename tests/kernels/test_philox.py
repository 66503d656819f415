"""Random numbers: the published generator, and what draws must be — uniform, independent, of their person alone."""

import numpy as np
import pytest

from society.kernels import max_threads, threads
from society.kernels.philox import fill_exponential, fill_normal, fill_pairs, fill_uniform, philox, uniform, unit
from tests.tolerance import SE, has_mean, has_variance

from . import reference
from .comparison import KEY, SIZES, assert_equals_twin, random_graph, random_uids

N = 1_000_000
KNOWN_ANSWERS = [
    # counter, key and output of philox4x32-10 in the tests of Random123 (Salmon et al. 2011)
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


def words(text):
    return [int(word, 16) for word in text.split()]


@pytest.mark.parametrize("generator", [philox, reference.philox])
@pytest.mark.parametrize(("counter", "key", "output"), KNOWN_ANSWERS)
def test_philox_gives_the_known_answers(generator, counter, key, output):
    low, high = words(key)
    assert [int(word) for word in generator(np.uint64(low | high << 32), *words(counter))] == words(output)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_philox_equals_its_twin(seed):
    rng = np.random.default_rng(seed)
    key, counter = rng.integers(0, 2**64, dtype="u8"), rng.integers(0, 2**32, 4).tolist()
    assert_equals_twin(philox, key, *counter)


@pytest.mark.parametrize(("word", "value"), [(0, 2.0**-33), (2**31, 0.5 + 2.0**-33), (2**32 - 1, 1 - 2.0**-33)])
def test_unit_is_the_middle_of_the_words_interval(word, value):
    assert unit(np.uint64(word)) == value


def test_uniform_equals_its_twin():
    assert_equals_twin(uniform, KEY, 7, 3, 11)


@pytest.mark.parametrize("n", SIZES)
def test_fill_uniform_equals_its_twin(n):
    assert_equals_twin(fill_uniform, KEY, 3, random_uids(np.random.default_rng(n), n), np.zeros(n))


@pytest.mark.parametrize("n", SIZES)
def test_fill_exponential_equals_its_twin(n):
    assert_equals_twin(fill_exponential, KEY, 3, random_uids(np.random.default_rng(n), n), np.zeros(n))


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("width", [1, 4, 5])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_fill_normal_equals_its_twin(n, width, dtype):
    assert_equals_twin(fill_normal, KEY, 3, random_uids(np.random.default_rng(n), n), np.zeros((n, width), dtype))


@pytest.mark.parametrize("n", SIZES)
def test_fill_pairs_equals_its_twin(n):
    rng = np.random.default_rng(n)
    indptr, indices, _ = random_graph(rng, n)
    assert_equals_twin(fill_pairs, KEY, indptr, indices, random_uids(rng, n), np.zeros(len(indices)))


def test_draws_are_of_the_person_not_of_the_row():
    uid = np.random.default_rng(1).permutation(1000).astype("i4")
    together, ordered = np.empty((1000, 5)), np.empty((1000, 5))
    fill_normal(KEY, 0, uid, together)
    fill_normal(KEY, 0, np.arange(1000, dtype="i4"), ordered)
    np.testing.assert_array_equal(together, ordered[uid])


def test_draws_do_not_depend_on_the_number_of_threads():
    uid = np.arange(100_003, dtype="i4")
    alone, together = np.empty((len(uid), 5), "f4"), np.empty((len(uid), 5), "f4")
    with threads(1):
        fill_normal(KEY, 0, uid, alone)
    with threads(max_threads()):
        fill_normal(KEY, 0, uid, together)
    assert alone.tobytes() == together.tobytes()


def test_bits_of_draws_are_pinned():
    """A contract: every result rests on these bits. Whoever changes one changes all results."""
    normals, uniforms = np.empty((2, 5)), np.empty(2)
    fill_normal(np.uint64(1), 7, np.array([0, 12345], "i4"), normals)
    fill_uniform(np.uint64(1), 7, np.array([0, 12345], "i4"), uniforms)
    assert [x.hex() for x in normals[:, ::2].ravel().tolist()] == [
        "-0x1.00ed1573ce60bp+0",
        "0x1.c8e5c457d6308p+0",
        "0x1.0cb05403bcd6ap-1",
        "0x1.a4bfde9f8f5fdp-2",
        "-0x1.3b2a18d40c615p+0",
        "-0x1.8739eeb3b9c88p-1",
    ]
    assert [x.hex() for x in uniforms.tolist()] == ["0x1.4322efec00000p-3", "0x1.519fdb4100000p-1"]


def uniforms(*, key=KEY, step=0, n=N):
    out = np.empty(n)
    fill_uniform(key, step, np.arange(n, dtype="i4"), out)
    return out


def are_independent(one, other):
    """Whether the correlation is within the standard errors of none."""
    return abs(np.corrcoef(one, other)[0, 1]) < SE / np.sqrt(len(one))


@pytest.mark.parametrize("step", [0, 1, 1000])
def test_uniforms_have_mean_one_half_and_variance_one_twelfth(step):
    draws = uniforms(step=step)
    assert has_mean(draws, 1 / 2)
    assert has_variance(draws, 1 / 12)


@pytest.mark.parametrize("shift", [24, 16, 8, 0])
def test_every_byte_of_a_word_takes_all_values_alike(shift):
    """Chi-square over 256 values, whose variance is twice its 255 degrees of freedom."""
    integers = (uniforms() * 2**32).astype("u8")
    counts = np.bincount((integers >> np.uint64(shift) & np.uint64(255)).astype(int), minlength=256)
    expected = N / 256
    chi_square = ((counts - expected) ** 2 / expected).sum()
    assert abs(chi_square - 255) < SE * np.sqrt(2 * 255)


@pytest.mark.parametrize("lag", [1, 2, 64])
def test_people_draw_independently(lag):
    draws = uniforms()
    assert are_independent(draws[:-lag], draws[lag:])


@pytest.mark.parametrize("other", [{"step": 1}, {"key": KEY + np.uint64(1)}, {"key": KEY ^ np.uint64(1 << 63)}])
def test_steps_and_decisions_are_independent(other):
    assert are_independent(uniforms(), uniforms(**other))


def test_a_number_is_not_independent_of_itself():
    assert not are_independent(uniforms(n=1000), uniforms(n=1000))


def test_normals_have_the_moments_of_the_standard_normal():
    """Third and fourth moments have variances 15 and 96."""
    draws = np.empty((N // 5, 5))
    fill_normal(KEY, 0, np.arange(len(draws), dtype="i4"), draws)
    assert has_mean(draws.ravel(), 0)
    assert has_variance(draws.ravel(), 1)
    assert abs((draws**3).mean()) < SE * np.sqrt(15 / N)
    assert abs((draws**4).mean() - 3) < SE * np.sqrt(96 / N)


def test_columns_of_normals_are_independent():
    draws = np.empty((N // 5, 5))
    fill_normal(KEY, 0, np.arange(len(draws), dtype="i4"), draws)
    pairs = [(a, b) for a in range(5) for b in range(a)]
    assert all(are_independent(draws[:, a], draws[:, b]) for a, b in pairs)


def test_the_two_directions_of_a_tie_draw_independently():
    n = 2000
    indptr, indices = (
        np.arange(0, n * (n - 1) + 1, n - 1),
        np.concatenate([np.delete(np.arange(n), i) for i in range(n)]),
    )
    indices = indices.astype("i4")
    for array in (indptr, indices):
        array.setflags(write=False)
    out = np.empty(len(indices))
    fill_pairs(KEY, indptr, indices, np.arange(n, dtype="i4"), out)
    matrix = np.zeros((n, n))
    matrix[~np.eye(n, dtype=bool)] = out
    above = np.triu_indices(n, 1)
    assert are_independent(matrix[above], matrix.T[above])
