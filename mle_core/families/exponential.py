"""Exponential: waiting time for an event that does not age.

f(x; λ) = λ e^(−λx), x ≥ 0. Casella & Berger (2002), §3.3 and example 7.2.
"""

import math
from typing import NamedTuple

import numpy as np

from ..domain import Array, DegenerateDataError, Interval, Param, PerSample
from ..family import Estimate, Family, Law, Likelihood, Sample


class Statistics(NamedTuple):
    n: float
    mean: PerSample


def log_prob(x: Array, rate: Array) -> Array:
    logs: Array = np.log(rate) - rate * x
    return logs


def cdf(x: Array, rate: Array) -> Array:
    return np.asarray(-np.expm1(-rate * x))


def quantile(p: Array, rate: Array) -> Array:
    return np.asarray(-np.log1p(-p) / rate)


def sample(rng: np.random.Generator, size: int, rate: float) -> Array:
    return rng.exponential(1 / rate, size)


def summarise(sample: Sample) -> Statistics:
    return Statistics(sample.n, sample.mean(sample.x))


def stack(x: Array) -> Statistics:
    return Statistics(float(x.shape[1]), x.mean(axis=1))


def loglik(s: Statistics, rate: Array) -> Array:
    return s.n * (np.log(rate) - rate * s.mean)


def score(s: Statistics, rate: Array) -> tuple[Array]:
    return (s.n * (1 / rate - s.mean),)


def information(s: Statistics, rate: Array) -> tuple[tuple[Array]]:
    return ((s.n / rate**2,),)


def mle(s: Statistics) -> Estimate:
    if s.mean == 0:
        raise DegenerateDataError(
            f"all observations equal 0 (n = {s.n:g}), so the likelihood of exponential grows without bound as rate → ∞; "
            "add positive observations or fix rate."
        )
    return Estimate((1 / s.mean,))


def fisher(rate: Array) -> tuple[tuple[Array]]:
    return ((1 / rate**2,),)


FAMILY = Family(
    key="exponential",
    name="Exponential",
    params=(Param("rate", "λ", "rate", Interval(0, math.inf), Interval(0.1, 10), 1.0, "log", power=-1),),
    support=Interval(0, math.inf, closed_low=True),
    law=Law(log_prob, cdf, quantile, sample),
    likelihood=Likelihood(
        summarise,
        loglik,
        score,
        information,
        start=lambda s: (1 / s.mean if s.mean > 0 else 1.0,),
        mle=mle,
        stack=stack,
        fisher=fisher,
        sufficient=("n", "mean"),
    ),
    order=25,
    source="Casella & Berger (2002), Statistical Inference, §3.3",
    scipy="stats.expon(scale=1 / rate)",
    scipy_fit="rate = 1 / x.mean()",
)
