"""Where divergences are hard to integrate or sum: tails that span decades, terms far from the mass, cancellation."""

from __future__ import annotations

import math

import mpmath
import pytest

import mle_core as mle


@pytest.mark.parametrize(
    ("p", "q", "alpha", "exact"),
    [
        # log ∑ p^α q^(1−α) = λ_q ((λ_p/λ_q)^α − 1 − α (λ_p/λ_q − 1)), all of it beyond x = 1000.
        (mle.Distribution("poisson", rate=20), mle.Distribution("poisson", rate=0.25), 2.0, 19.75**2 / 0.25),
        (
            mle.Distribution("poisson", rate=20),
            mle.Distribution("poisson", rate=1),
            3.0,
            (20**3 - 1 - 3 * 19) / 2,
        ),
    ],
    ids=str,
)
def test_a_sum_reaches_to_where_its_terms_are_largest(p, q, alpha, exact):
    """Far beyond the mass of either law."""
    found = mle.divergence("renyi", p, q, "quadrature", alpha=alpha)
    assert abs(found.value - exact) <= found.error <= 1e-12 * exact


@pytest.mark.parametrize("kind", ["js", "total_variation", "kl", "renyi"])
@pytest.mark.parametrize(
    ("p", "q"),
    [
        (mle.Distribution("cauchy", x0=0, gamma=1), mle.Distribution("cauchy", x0=1e-4, gamma=1)),
        (mle.Distribution("student_t", mu=0, sigma=1, nu=0.3), mle.Distribution("student_t", mu=0, sigma=2, nu=0.4)),
        (mle.Distribution("gamma", shape=0.07, rate=5), mle.Distribution("gamma", shape=0.08, rate=2)),
        (mle.Distribution("pareto", xm=1, alpha=0.2), mle.Distribution("pareto", xm=1, alpha=12)),
    ],
    ids=str,
)
def test_tails_that_span_many_decades_are_resolved(kind, p, q):
    found = mle.divergence(kind, q, p, "quadrature", **({"alpha": 0.7} if kind == "renyi" else {}))
    assert not found.message
    assert found.error < 1e-9 * max(found.value, 1e-4)


def test_a_slow_power_at_the_end_of_a_support_does_not_diverge():
    p = mle.Distribution("beta", alpha=0.4, beta=2.3)
    q = mle.Distribution("beta", alpha=19.0, beta=0.1)
    exact = mle.divergence("reverse_kl", p, q).value
    found = mle.divergence("reverse_kl", p, q, "quadrature")
    assert exact < math.inf
    assert abs(found.value - exact) <= found.error  # which says that the last hundredth of q lies above 1 − 1e-16


def test_the_cost_of_transport_is_infinite_by_powers_alone():
    """A lognormal's quantiles look like a power for long, and have every moment."""
    wide, narrow = mle.Distribution("lognormal", mu=0, sigma=2), mle.Distribution("lognormal", mu=0, sigma=1)
    exact = mle.divergence("wasserstein", wide, narrow).value
    assert exact == pytest.approx(math.sqrt(math.exp(8) + math.exp(2) - 2 * math.exp(4.5)), rel=1e-14)
    found = mle.divergence("wasserstein", wide, narrow, "quadrature")
    assert abs(found.value - exact) <= found.error < 1e-3 * exact
    heavy = [mle.Distribution("pareto", xm=x, alpha=0.04) for x in (1, 2)]  # quantiles that overflow before 1 − 1e-13
    assert mle.divergence("wasserstein", *heavy, "quadrature").value == math.inf
    student = [mle.Distribution("student_t", mu=0, sigma=sigma, nu=2.5) for sigma in (1, 3)]
    assert abs((found := mle.divergence("wasserstein", *student, "quadrature")).value - 2 * math.sqrt(5)) <= found.error


@pytest.mark.parametrize("step", [0.5, 1e-3, 1e-7])
@pytest.mark.parametrize("alpha", [0.1, 0.5, 0.9, 1.5, 2.0])
@pytest.mark.parametrize("key", ["laplace", "weibull", "pareto", "exponential"])
def test_renyi_of_exponentials_in_disguise_against_fifty_digits(key, alpha, step):
    """The formulas of Gil, Alajaji & Linder (2013), table 2, in mpmath."""
    with mpmath.workdps(50):
        one, r, a = mpmath.mpf(1), mpmath.mpf(1 + step), mpmath.mpf(alpha)
        b = 1 - a
        theta = {
            "laplace": ((0.5, 1.0), (0.5 + step, 1 + step)),
            "weibull": ((1.5, 1.0), (1.5, 1 + step)),
            "pareto": ((1.0, 2.0), (1.0, 2 + 2 * step)),
            "exponential": ((1.0,), (1 + step,)),
        }[key]
        if key == "laplace":
            u, v, d = a, b / r, mpmath.mpf(0.5 + step) - mpmath.mpf("0.5")
            middle = 2 * (u * mpmath.exp(-v * d) - v * mpmath.exp(-u * d)) / (u * u - v * v) if u != v else mpmath.nan
            integral = middle / (2**a * (2 * r) ** b)
        else:
            s = {"weibull": r ** mpmath.mpf("-1.5"), "pareto": mpmath.mpf(2 + 2 * step) / 2, "exponential": r}[key]
            integral = one**a * s**b / (a + b * s)
        exact = mpmath.log(integral) / (a - 1)
        gap = mpmath.sqrt(1 - integral) if alpha == 0.5 else integral - 1
    p, q = (mle.Distribution(key, **dict(zip(mle.FAMILIES[key].names, row, strict=True))) for row in theta)
    assert mle.divergence("renyi", p, q, alpha=alpha).value == pytest.approx(float(exact), rel=1e-14 / step + 1e-13)
    if alpha in (0.5, 2.0):
        kind = "hellinger" if alpha == 0.5 else "chi2"
        assert mle.divergence(kind, p, q).value == pytest.approx(float(gap), rel=1e-14 / step + 1e-13)


def test_numbers_outside_their_domain_are_told():
    p, q = mle.Distribution("normal", mu=0, sigma=1), mle.Distribution("normal", mu=1, sigma=2)
    for options in ({"alpha": 0}, {"alpha": -1}, {"alpha": math.inf}, {"alpha": math.nan}):
        with pytest.raises(mle.DomainError, match=r"outside \(0, ∞\)"):
            mle.divergence("renyi", p, q, **options)
    with pytest.raises(mle.DomainError, match=r"outside \[1, ∞\)"):
        mle.divergence("wasserstein", p, q, order=0.5)
    for seed in (-1, 1.5):
        with pytest.raises(mle.MleError, match="whole number of at least 0"):
            mle.divergence("kl", p, q, "monte_carlo", seed=seed)
