"""Elementary functions: their errors, their edges, and their bits.

References are `decimal` with 40 digits for exponential and logarithm, scipy's `ndtri` for the normal quantile.
"""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from scipy.special import ndtri

from society.kernels.maths import exp, log, logistic, normal, probability

DENORMAL = 2.0**-1022


def relative_errors(values, exact):
    """How far each value is from what `exact`, a function of Decimal, gives at its argument."""
    with localcontext(prec=40):
        return [float(abs(Decimal(value) / exact(Decimal(x)) - 1)) for x, value in values.items()]


def test_exp_is_within_1e_15_of_the_exponential():
    points = np.random.default_rng(1).uniform(-700, 700, 2000).tolist() + np.linspace(-1, 1, 1001).tolist()
    assert max(relative_errors({x: exp(x) for x in points}, Decimal.exp)) < 1e-15


def test_log_is_within_1e_15_of_the_logarithm():
    rng = np.random.default_rng(1)
    points = [*(10 ** rng.uniform(-307, 308, 2000)).tolist(), *rng.uniform(0.5, 2.0, 2000).tolist()]
    points += [1 + 2.0**-k for k in range(1, 53)] + [1 - 2.0**-k for k in range(1, 54)]
    assert max(relative_errors({x: log(x) for x in points}, Decimal.ln)) < 1e-15


@pytest.mark.parametrize("x", [DENORMAL, 2.0**1023, 0.5, 2.0])
def test_log_of_a_power_of_two_is_its_exponent_times_log_two(x):
    assert log(x) == pytest.approx(math.log2(x) * math.log(2), rel=1e-15)


def test_logistic_is_within_1e_15_of_its_definition():
    points = np.random.default_rng(1).uniform(-700, 700, 2000).tolist() + np.linspace(-1, 1, 1001).tolist()
    assert max(relative_errors({x: logistic(x) for x in points}, lambda x: 1 / (1 + (-x).exp()))) < 1e-15


def test_normal_is_within_2e_15_of_the_normal_quantile():
    """As far out as draws of 32 bits reach."""
    rng = np.random.default_rng(1)
    for p in [*rng.random(5000).tolist(), *(2.0 ** -rng.uniform(1, 33, 2000)).tolist()]:
        assert normal(p) == pytest.approx(float(ndtri(p)), rel=2e-15)


def test_normal_is_odd_about_one_half():
    for k in range(2, 34):
        assert normal(1 - 2.0**-k) == -normal(2.0**-k)


def test_probability_is_within_2e_16_of_its_definition():
    rates = 10 ** np.random.default_rng(1).uniform(-12, 2.5, 3000)
    for rate in rates.tolist():
        assert probability(rate) == pytest.approx(-math.expm1(-rate), rel=0, abs=2e-16)


def test_small_rates_keep_eleven_digits_of_their_probability():
    """1 − e^−x loses most just above 10⁻⁵, where one part in 2⁵³ of 1 is one in 10¹¹ of the probability."""
    for rate in np.geomspace(1e-300, 1e-4, 2000).tolist():
        assert probability(rate) == pytest.approx(-math.expm1(-rate), rel=2.0**-53 / 1e-5)


@pytest.mark.parametrize(
    ("function", "x", "value"),
    [
        (exp, 0.0, 1.0),
        (exp, -0.0, 1.0),
        (exp, math.inf, math.inf),
        (exp, -math.inf, 0.0),
        (exp, 710.0, math.inf),
        (exp, -750.0, 0.0),
        (log, 1.0, 0.0),
        (logistic, 0.0, 0.5),
        (logistic, math.inf, 1.0),
        (logistic, -math.inf, 0.0),
        (logistic, 750.0, 1.0),
        (logistic, -750.0, 0.0),
        (normal, 0.5, 0.0),
        (probability, 0.0, 0.0),
        (probability, math.inf, 1.0),
        (probability, 750.0, 1.0),
    ],
)
def test_edges_are_exact(function, x, value):
    assert function(x) == value


@pytest.mark.parametrize("function", [exp, logistic, normal, probability])
def test_nan_stays_nan(function):
    assert math.isnan(function(math.nan))


@pytest.mark.parametrize("word", [0, 2**32 - 1])
def test_the_outermost_draws_give_finite_normals(word):
    """A word of 32 bits never gives a normal beyond 6.34."""
    assert 6.33 < abs(normal((word + 0.5) / 2**32)) < 6.34


@pytest.mark.parametrize(
    ("function", "x", "bits"),
    # A contract: these bits are those of every result ever published. Whoever changes one changes all results.
    [
        (exp, 1.0, "0x1.5bf0a8b145769p+1"),
        (exp, -0.1, "0x1.cf46d99d52b3ap-1"),
        (exp, 123.456, "0x1.1428e1cbc0143p+178"),
        (log, 3.0, "0x1.193ea7aad030bp+0"),
        (log, 0.1, "-0x1.26bb1bbb55515p+1"),
        (log, 1e-300, "-0x1.5963447f87fb5p+9"),
        (logistic, 0.3, "0x1.261d545e46a8bp-1"),
        (normal, 0.3, "-0x1.0c7e39582c5fbp-1"),
        (normal, 0.01, "-0x1.29c5c4630ff0ep+1"),
        (probability, 1e-6, "0x1.0c6f713f92497p-20"),
        (probability, 0.2, "0x1.733d4a7a67a9cp-3"),
    ],
)
def test_bits_are_pinned(function, x, bits):
    assert float(function(x)).hex() == bits
