"""Elementary functions that give the same bits on every x86-64 machine, for kernels and set-up alike.

The C library's and numpy's own differ between versions and SIMD levels in the last bit, which is enough to
change a simulation. These use IEEE-exact operations only (+ − × ÷ √ floor fma) in a fixed order.
"""

import math
from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numba import types
from numba.extending import intrinsic

from society.kernels import device, serial

LOG2_E = 1.4426950408889634
LN2_HIGH = 0.6931471803691238  # ln 2 with its last bits zero, so that k · LN2_HIGH is exact
LN2_LOW = 1.9082149292705877e-10


def _fused(typing: Any, x: Any, y: Any, z: Any) -> Any:
    """x · y + z of doubles, rounded once; in software where the processor cannot, with the same bits."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.fma(*arguments)

    return types.float64(types.float64, types.float64, types.float64), build


fma = cast("Callable[[float, float, float], float]", intrinsic(_fused))


@device
def exp(x: float) -> float:
    """Exponential, relative error below 1e-15: argument reduction by ln 2, then the Taylor series.

    Infinite from 709 on and 0 below −708, a little within the range of doubles.
    """
    if not x <= 709.0:
        return math.inf if x > 709.0 else math.nan
    if x < -708.0:
        return 0.0
    k = math.floor(x * LOG2_E + 0.5)
    r = fma(k, -LN2_LOW, fma(k, -LN2_HIGH, x))
    series = 1 / 6227020800
    series = fma(series, r, 1 / 479001600)
    series = fma(series, r, 1 / 39916800)
    series = fma(series, r, 1 / 3628800)
    series = fma(series, r, 1 / 362880)
    series = fma(series, r, 1 / 40320)
    series = fma(series, r, 1 / 5040)
    series = fma(series, r, 1 / 720)
    series = fma(series, r, 1 / 120)
    series = fma(series, r, 1 / 24)
    series = fma(series, r, 1 / 6)
    series = fma(series, r, 0.5)
    series = fma(series, r, 1.0)
    series = fma(series, r, 1.0)
    return series * np.int64((np.int64(k) + 1023) << 52).view(np.float64)


@device
def log(x: float) -> float:
    """Natural logarithm of a positive normal number, error below 1e-15: 2 artanh((m − 1)/(m + 1)) + k ln 2.

    Anything else gives a meaningless number.
    """
    bits = np.float64(x).view(np.int64)
    k = (bits >> 52) - 1023
    m = np.int64((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000).view(np.float64)
    if m > 1.4142135623730951:
        m *= 0.5
        k += 1
    s = (m - 1.0) / (m + 1.0)
    square = s * s
    series = 1 / 23
    series = fma(series, square, 1 / 21)
    series = fma(series, square, 1 / 19)
    series = fma(series, square, 1 / 17)
    series = fma(series, square, 1 / 15)
    series = fma(series, square, 1 / 13)
    series = fma(series, square, 1 / 11)
    series = fma(series, square, 1 / 9)
    series = fma(series, square, 1 / 7)
    series = fma(series, square, 1 / 5)
    series = fma(series, square, 1 / 3)
    series = fma(series, square, 1.0)
    return k * LN2_HIGH + (2.0 * s * series + k * LN2_LOW)


@device
def logistic(x: float) -> float:
    """1 / (1 + e^−x)."""
    return 1.0 / (1.0 + exp(-x))


@device
def normal(p: float) -> float:
    """Quantile of the standard normal at p within e^−25 of neither 0 nor 1, relative error about 1e-16.

    Wichura (1988), AS 241, without its far tails, which 32-bit draws do not reach; both branches are evaluated and one
    chosen, so that a loop over it is vectorised.
    """
    q = p - 0.5
    r = 0.180625 - q * q
    top = 2.5090809287301226727e3
    top = fma(top, r, 3.3430575583588128105e4)
    top = fma(top, r, 6.7265770927008700853e4)
    top = fma(top, r, 4.5921953931549871457e4)
    top = fma(top, r, 1.3731693765509461125e4)
    top = fma(top, r, 1.9715909503065514427e3)
    top = fma(top, r, 1.3314166789178437745e2)
    top = fma(top, r, 3.3871328727963666080)
    low = 5.2264952788528545610e3
    low = fma(low, r, 2.8729085735721942674e4)
    low = fma(low, r, 3.9307895800092710610e4)
    low = fma(low, r, 2.1213794301586595867e4)
    low = fma(low, r, 5.3941960214247511077e3)
    low = fma(low, r, 6.8718700749205790830e2)
    low = fma(low, r, 4.2313330701600911252e1)
    centre_top, centre_low = q * top, fma(low, r, 1.0)
    r = math.sqrt(-log(min(p, 1.0 - p))) - 1.6
    top = 7.74545014278341407640e-4
    top = fma(top, r, 2.27238449892691845833e-2)
    top = fma(top, r, 2.41780725177450611770e-1)
    top = fma(top, r, 1.27045825245236838258)
    top = fma(top, r, 3.64784832476320460504)
    top = fma(top, r, 5.76949722146069140550)
    top = fma(top, r, 4.63033784615654529590)
    top = fma(top, r, 1.42343711074968357734)
    low = 1.05075007164441684324e-9
    low = fma(low, r, 5.47593808499534494600e-4)
    low = fma(low, r, 1.51986665636164571966e-2)
    low = fma(low, r, 1.48103976427480074590e-1)
    low = fma(low, r, 6.89767334985100004550e-1)
    low = fma(low, r, 1.67638483018380384940)
    low = fma(low, r, 2.05319162663775882187)
    tail_top, tail_low = (-top if q < 0.0 else top), fma(low, r, 1.0)
    is_central = abs(q) <= 0.425
    return (centre_top if is_central else tail_top) / (centre_low if is_central else tail_low)


@serial
def probability(rate: float) -> float:
    """Probability that a Poisson clock of integrated rate `rate` >= 0 rings: 1 − e^−rate."""
    if rate < 1e-5:  # avoids cancellation; the next term of the series is below 2e-16
        return rate * (1.0 - 0.5 * rate * (1.0 - rate / 3.0))
    return 1.0 - exp(-rate)
