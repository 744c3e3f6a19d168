"""Quantiles and tails of the normal and of Student's t distribution."""

from functools import lru_cache
from math import exp, expm1, inf, isinf, lgamma, log, log1p, pi, sqrt, tan
from statistics import NormalDist
from typing import Final

_NORMAL: Final = NormalDist()
_TINY: Final = 1e-300
_CLOSE: Final = 1e-15


@lru_cache(maxsize=64)
def z_quantile(confidence: float) -> float:
    """How many standard errors an interval of this confidence reaches to either side: 1.959964 for 0.95."""
    return -_NORMAL.inv_cdf((1 - confidence) / 2)


def two_sided_p(statistic: float, degrees: float = inf) -> float:
    """The chance of a statistic at least as far from zero, of the normal or of a t distribution.

    The t tail is the incomplete beta function by its continued fraction, by Lentz's method (Press and others, Numerical
    Recipes, section 6.4).
    """
    if isinf(degrees) or isinf(statistic):
        return 2 * _NORMAL.cdf(-abs(statistic))
    a, square = degrees / 2, statistic * statistic
    if square == 0:
        return 1.0
    log_x, log_rest = -log1p(square / degrees), -log1p(degrees / square)
    front = exp(a * log_x + log_rest / 2 + _log_gamma_ratio(a)) / sqrt(pi)
    if exp(log_x) < (a + 1) / (a + 2.5):
        return front * _beta_fraction(exp(log_x), a, 0.5) / a
    return 1 - front * _beta_fraction(exp(log_rest), 0.5, a) / 0.5


def _log_gamma_ratio(a: float) -> float:
    """The logarithm of gamma(a + 1/2) / gamma(a). Far out the difference of two large numbers would lose digits."""
    if a < 100:
        return lgamma(a + 0.5) - lgamma(a)
    return log(a) / 2 - 1 / (8 * a) + 1 / (192 * a**3) - 1 / (640 * a**5)


def _beta_fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1) or _TINY)
    value = d
    for m in range(1, 500):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + term * d or _TINY)
            c = 1 + term / c or _TINY
            value *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return value


@lru_cache(maxsize=4096)
def t_quantile(confidence: float, degrees: float) -> float:
    """As `z_quantile`, of Student's t. At least one degree of freedom, whole or not.

    Hill 1970 (ACM algorithm 396), relative error 7e-6. It was made for whole degrees: between 1 and 3 the broken ones,
    which only Welch has, are improved by Newton's method on the tail (own).
    """
    if degrees < 1:
        raise ValueError(f"Student's t needs at least one degree of freedom, not {degrees}")
    p = 1 - confidence
    if isinf(degrees):
        return z_quantile(confidence)
    if degrees == 1:
        return 1 / tan(p * pi / 2)
    if degrees == 2:
        return sqrt(2 / (p * (2 - p)) - 2)
    found = _hill(p, degrees)
    if degrees > 3:
        return found
    log_front = _log_gamma_ratio(degrees / 2) - log(degrees * pi) / 2
    for _ in range(50):
        # On the logarithm, for which the tail is nearly straight.
        tail = two_sided_p(found, degrees)
        density = exp(log_front - (degrees + 1) / 2 * log1p(found * found / degrees))
        step = log(tail / p) * tail / (2 * density * found)
        found *= exp(step)
        if abs(step) < 1e-12:
            break
    return found


def _hill(p: float, n: float) -> float:
    """The quantile that a t of n degrees exceeds, to both sides, with chance p. Names and steps as published."""
    a = 1 / (n - 0.5)
    b = 48 / (a * a)
    c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * sqrt(a * pi / 2) * n
    x = d * p
    y = x ** (2 / n)
    if y > 0.05 + a:
        x = _NORMAL.inv_cdf(p / 2)
        y = x * x
        if n < 5:
            c += 0.3 * (n - 4.5) * (x + 0.6)
        c += (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b
        y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
        y = expm1(a * y * y)
    else:
        y = ((1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)) * y - 1) * (
            n + 1
        ) / (n + 2) + 1 / y
    return sqrt(n * y)
