"""Areas of the slices of p(x; θ) against closed forms and SciPy's quadrature, and the tails that make them infinite."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, special

import mle_core as mle

#: family, parameter, observations, theta, area over the parameter, area over its other coordinate, maximum.
CLOSED = [
    ("normal", "mu", [1.0], [9, 1], 1.0, 0.5 * math.exp(0.5 + 0.125), 1.0),
    ("normal", "sigma", [1.0], [0, 9], math.inf, 0.5, 1.0),
    ("normal", "sigma", [1.0, 2.0], [0, 9], 1 / (2 * math.sqrt(10 * math.pi)), 1 / (10 * math.pi), math.sqrt(2.5)),
    ("exponential", "rate", [2.0], [9], 1 / 4, 1 / 2, 0.5),
    ("exponential", "rate", [2.0, 0.5, 1.5], [9], 6 / 4.0**4, 2 / 4.0**3, 0.75),
    ("poisson", "rate", [3.0], [9], 1.0, 1 / 3, 3.0),
    ("poisson", "rate", [0.0], [9], 1.0, math.inf, 0.0),
    ("geometric", "p", [3.0], [0.9], special.beta(2, 4), special.beta(1, 3), 0.25),
    ("bernoulli", "p", [1.0], [0.9], 0.5, math.inf, 1.0),
    ("binomial", "p", [3.0], [0.9, 12], 1 / 13, special.comb(12, 3) * special.beta(3, 9), 0.25),
    ("cauchy", "x0", [3.0], [0, 1], 1.0, math.inf, 3.0),
    ("cauchy", "gamma", [3.0], [0, 1], math.inf, 1 / 6, 3.0),
    ("laplace", "b", [3.0], [0, 1], math.inf, 1 / 6, 3.0),
    ("laplace", "mu", [3.0], [0, 1], 1.0, math.exp(1.5) / 4 * (2 + 2 / 3), 3.0),
    ("student_t", "mu", [3.0], [0, 1, 5], 1.0, math.inf, 3.0),
    ("lognormal", "mu", [2.0], [0, 0.5], 0.5, 0.25 * math.sqrt(2) * math.exp(0.125 * 0.25), math.log(2)),
    ("pareto", "xm", [2.0], [1, 2.5], 2.5 / 3.5, 1 / 2, 2.0),
    ("uniform", "low", [0.5], [-1, 1], math.inf, 0.5 * integrate.quad(lambda a: math.exp(a / 2) / (1 - a), -80, 0.5, points=[0])[0], 0.5),
    ("uniform", "low", [0.5, 0.2], [-1, 1], 1 / 0.8, 0.5 * integrate.quad(lambda a: math.exp(a / 2) / (1 - a) ** 2, -80, 0.2)[0], 0.2),
    ("uniform", "low", [2.0], [-1, 1], 0.0, 0.0, math.nan),
    ("gamma", "rate", [2.0], [3, 9], special.gamma(4) / special.gamma(3) / 2**2, 0.5, 1.5),
    ("weibull", "scale", [2.0], [2, 9], special.gamma(0.5), 0.5, 2.0),
    ("negative_binomial", "mu", [3.0], [2, 9], 2.0, 1 / 3, 3.0),
    ("negative_binomial", "mu", [3.0], [1, 9], math.inf, 1 / 3, 3.0),
    ("negative_binomial", "mu", [3.0], [1.01, 9], 1.01 / 0.01, 1 / 3, 3.0),
    ("negative_binomial", "size", [3.0], [2, 5], math.inf, math.inf, None),
    ("student_t", "nu", [3.0], [0, 1, 5], math.inf, math.inf, None),
    ("normal_mixture", "mu1", [1.0], [0.4, -2, 0.8, 2, 1.2], math.inf, None, 1.0),
    ("normal_mixture", "sigma1", [1.0], [0.4, -2, 0.8, 2, 1.2], math.inf, math.inf, 3.0),
]  # fmt: skip


@pytest.mark.parametrize(("family", "name", "x", "theta", "area", "other", "best"), CLOSED)
def test_areas_known_in_closed_form(family, name, x, theta, area, other, best):
    found = mle.likelihood_slice(family, [x], name, [theta])
    assert np.exp(found.log_area[0]) == pytest.approx(area, rel=1e-6)
    if other is not None:
        assert np.exp(found.log_area_transformed[0]) == pytest.approx(other, rel=1e-6)
    if best is not None:
        assert found.argmax[0] == pytest.approx(best, rel=1e-5, nan_ok=True)
        if 0 < best < 1e6 and family != "uniform":
            law = mle.FAMILIES[family]
            at = np.array(theta, dtype=float)
            at[law.index(name)] = found.argmax[0]
            at = np.nextafter(at, 0) if family == "bernoulli" else at
            assert found.log_height[0] == pytest.approx(float(mle.loglik(family, x, at)), abs=1e-6)


@pytest.mark.parametrize(
    ("family", "x", "theta"),
    [(key, n, share) for key in mle.FAMILIES for n, share in ((2, 0.4), (5, 0.6))],
)
def test_against_adaptive_quadrature(family, x, theta):
    law = mle.FAMILIES[family]
    sample = law.quantile(np.linspace(0.15, 0.8, x), law.default)
    for place, param in enumerate(law.params):
        if param.given:
            continue
        found = mle.likelihood_slice(law, sample[None], param.name, law.default[None])
        area, top = np.exp(found.log_area[0] - found.log_height[0]), found.log_height[0]
        if not np.isfinite(area):
            continue

        def curve(value, place=place, top=top):
            at = law.default.copy()
            at[place] = value
            return math.exp(float(np.sum(law.log_prob(sample, at))) - top) if law.contains(at) else 0.0

        low, high = param.domain.low, param.domain.high
        best = found.argmax[0]
        cuts = np.unique(
            np.clip(
                [best + s * (0.1 + abs(best)) * r for s in (-1, 0, 1) for r in (0.1, 0.5, 2, 10)] + sample.tolist(),
                low,
                high,
            )
        )
        inner = sum(integrate.quad(curve, a, b, epsabs=1e-10, limit=200)[0] for a, b in pairwise(cuts))
        inner += integrate.quad(curve, low, cuts[0], epsabs=1e-10)[0] if cuts[0] > low else 0.0
        inner += integrate.quad(curve, cuts[-1], high, epsabs=1e-10)[0] if cuts[-1] < high else 0.0
        assert area == pytest.approx(inner, rel=1e-5, abs=1e-7), param.name


def test_an_observation_on_the_mean_has_no_highest_sigma():
    found = mle.likelihood_slice("normal", [[0.0], [0.1]], "sigma", [[0.0, 1.0]])
    assert found.log_height[0] == math.inf and found.argmax[0] == 0
    assert np.isfinite(found.log_height[1]) and found.argmax[1] == pytest.approx(0.1, rel=1e-5)


@pytest.mark.parametrize("family", mle.FAMILIES)
def test_every_density_has_area_one(family):
    law = mle.FAMILIES[family]
    low, high = np.array([[p.typical.low, p.typical.high] for p in law.params]).T
    corners = [
        law.default,
        *(np.where(np.arange(low.size) == j, end, law.default) for j in range(low.size) for end in (low[j], high[j])),
    ]
    assert mle.density_area(law, np.array(corners)) == pytest.approx(np.ones(len(corners)), abs=1e-6)


def test_the_other_coordinate_is_monotone_and_named_by_the_domain():
    params = {p.name: p for f in ("normal", "bernoulli") for p in mle.FAMILIES[f].params}
    assert mle.reparametrised(params["sigma"], [1.0, math.e]).tolist() == [0.0, 1.0]
    assert mle.reparametrised(params["p"], [0.5, 1.0]).tolist() == [0.0, math.inf]
    assert mle.reparametrised(params["mu"], 2.0) == pytest.approx(math.e)


def test_a_given_number_is_no_coordinate():
    with pytest.raises(mle.MleError, match="choose another parameter"):
        mle.likelihood_slice("binomial", [[3.0]], "n", [[0.3, 12.0]])
