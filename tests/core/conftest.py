"""Fixed seeds, and one place that knows how to draw test cases from the registry."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st

import mle_core as mle

settings.register_profile("core", derandomize=True, deadline=None, max_examples=25, database=None)
settings.load_profile("core")

FAMILIES = list(mle.FAMILIES.values())


def typical_theta(family: mle.Family, share: np.ndarray) -> np.ndarray:
    """The theta whose parameters lie at `share` (k,) of their typical ranges."""
    values = []
    for param, s in zip(family.params, share, strict=True):
        low, high = param.typical.low, param.typical.high
        value = low * (high / low) ** s if param.scale == "log" else low + s * (high - low)
        values.append(round(value) if param.integer else value)
    return np.array(values, dtype=float)


def thetas(family: mle.Family) -> st.SearchStrategy[np.ndarray]:
    """Parameters from the typical range, as a hypothesis strategy."""
    shares = st.tuples(*[st.floats(0, 1, allow_subnormal=False) for _ in family.params])
    return shares.map(lambda s: typical_theta(family, np.array(s)))


def draw(family: mle.Family, n: int = 60, seed: int = 1, theta: np.ndarray | None = None) -> np.ndarray:
    """A fixed sample, at the default theta unless another is given."""
    return family.sample(family.default if theta is None else theta, n, np.random.default_rng(seed))


def allowed(family: mle.Family, theta: np.ndarray, n: int) -> np.ndarray:
    """A fixed sample that theta allows: at the default theta, or at theta itself where it bounds the support."""
    return draw(family, n, theta=None if family.support_given is None else theta)


def known(family: mle.Family, theta: np.ndarray | None = None) -> dict[str, float]:
    """The parameters that a fit must be given (the n of a binomial), at the default theta unless another is given."""
    values = family.default if theta is None else theta
    return {param.name: float(v) for param, v in zip(family.params, values, strict=True) if param.given}


def reach(family: mle.Family, value: float) -> float:
    """Step of a finite difference around `value`: short where the likelihood has kinks or jumps."""
    smooth = family.likelihood.errors_from == "observed" and all(param.regular for param in family.params)
    return (2e-4 if smooth else 1e-7) * max(abs(value), 0.1)


@pytest.fixture(params=FAMILIES, ids=lambda family: family.key)
def family(request: pytest.FixtureRequest) -> mle.Family:
    return request.param


@pytest.fixture(params=[f for f in FAMILIES if not f.discrete], ids=lambda family: family.key)
def continuous(request: pytest.FixtureRequest) -> mle.Family:
    return request.param


@pytest.fixture(params=[f for f in FAMILIES if f.discrete], ids=lambda family: family.key)
def discrete(request: pytest.FixtureRequest) -> mle.Family:
    return request.param
