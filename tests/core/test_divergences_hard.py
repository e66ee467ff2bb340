"""The hard cases of the divergences: nearly equal, hugely different, degenerate, disjoint, singular."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import mle_core as mle

INTEGRALS = [kind for kind in mle.DIVERGENCES if kind != "wasserstein"]


def normal(mu: float, sigma: float) -> mle.Distribution:
    return mle.Distribution("normal", mu=mu, sigma=sigma)


def exact_kl(mu_p: float, sigma_p: float, mu_q: float, sigma_q: float) -> mpmath.mpf:
    with mpmath.workdps(60):
        m, s, n, t = (mpmath.mpf(value) for value in (mu_p, sigma_p, mu_q, sigma_q))
        return (s / t) ** 2 / 2 - mpmath.mpf(1) / 2 - mpmath.log(s / t) + ((m - n) / t) ** 2 / 2


def relative(value: float, exact: mpmath.mpf) -> float:
    with mpmath.workdps(60):
        return float(abs((mpmath.mpf(value) - exact) / exact))


@given(
    st.floats(-10, 10),
    st.floats(-5, 5),
    st.floats(-16, 3),
    st.sampled_from([-1, 1]),
    st.sampled_from([0, 1e-12, 1e-3, 1]),
)
def test_kl_near_equal(mu, log_sigma, exponent, sign, shift):
    sigma = math.exp(log_sigma)
    other = sigma * math.exp(sign * 10**exponent) if exponent < 0 else sigma * 10 ** (sign * exponent)
    theta = (mu, sigma, mu + shift * sigma, other)
    exact = exact_kl(*theta)
    value = mle.divergence("kl", normal(*theta[:2]), normal(*theta[2:])).value
    assert value >= 0 and float(mle.kl_normal(*theta)) >= 0
    if exact > 0:
        assert relative(value, exact) < 1.5e-15
        assert relative(float(mle.kl_normal(*theta)), exact) < 1.5e-15


@pytest.mark.parametrize("ratio", [1 + 1e-9, 1 - 1e-9, 1 + 1e-15, 0.999, 1.05])
def test_kl_near_equal_to_the_last_digits(ratio):
    value = mle.divergence("kl", normal(0, 1), normal(0, ratio)).value
    assert relative(value, exact_kl(0, 1, 0, ratio)) < 4e-16


@pytest.mark.parametrize("ratio", [1e-8, 1e8, 1e-150, 1e150, 1e-160, 1e160])
def test_kl_sigma_ratio(ratio):
    p, q = normal(0, ratio), normal(0, 1)
    exact = exact_kl(0, ratio, 0, 1)
    value = mle.divergence("kl", p, q).value
    assert float(mle.kl_normal(0, ratio, 0, 1)) == value
    if ratio == 1e160:  # ½·10³²⁰ is beyond float64
        assert value == math.inf
    else:
        assert relative(value, exact) < 4e-16
    for method in ("quadrature", "monte_carlo"):
        found = mle.divergence("kl", p, q, method)
        right = abs(found.value - value) <= 5 * found.error + 1e-9 * value
        assert (math.isfinite(found.value) and right and value < math.inf) or (
            found.error == math.inf and found.message
        )


@pytest.mark.parametrize("kind", ["renyi", "hellinger", "total_variation", "chi2"])
@pytest.mark.parametrize("step", [1e-3, 1e-6, 1e-9])
def test_other_divergences_of_nearly_equal_normals(kind, step):
    """Against N(0, 1) and N(m, t²) in 50 digits: ∫ p^α q^(1−α) = t^α/√w · exp(−α (1−α) m²/(2w)), w = αt² + 1 − α."""
    options = {"alpha": 0.7} if kind == "renyi" else {}
    value = mle.divergence(kind, normal(0, 1), normal(step, 1 + step), **options).value
    with mpmath.workdps(50):
        m, t = mpmath.mpf(step), mpmath.mpf(1 + step)
        if kind == "total_variation":
            # The densities cross where (1 − t²) x² − 2 m x + m² + 2 t² log t = 0.
            a, c = 1 - t * t, m * m + 2 * t * t * mpmath.log(t)
            root = mpmath.sqrt(m * m - a * c)
            low, high = sorted([(m + root) / a, (m - root) / a])
            of_q = mpmath.ncdf((high - m) / t) - mpmath.ncdf((low - m) / t)
            exact = abs(mpmath.ncdf(high) - mpmath.ncdf(low) - of_q)
        else:
            alpha = {"renyi": mpmath.mpf(0.7), "hellinger": mpmath.mpf(0.5), "chi2": mpmath.mpf(2)}[kind]
            w = alpha * t**2 + 1 - alpha
            log = alpha * mpmath.log(t) - mpmath.log(w) / 2 - alpha * (1 - alpha) * m**2 / (2 * w)
            transforms = {
                "renyi": lambda: log / (alpha - 1),
                "hellinger": lambda: mpmath.sqrt(1 - mpmath.exp(log)),
                "chi2": lambda: mpmath.exp(log) - 1,
            }
            exact = transforms[kind]()
    assert relative(value, exact) < 2e-15


@pytest.mark.parametrize("kind", list(mle.DIVERGENCES))
@pytest.mark.parametrize(
    ("p", "q"),
    [((0, 1), (1e-9, 1)), ((0, 1e-160), (0, 1)), ((1e8, 1e-8), (0, 1)), ((0, 1), (40, 1)), ((0, 1e160), (0, 1))],
)
def test_quadrature_of_extremes_is_right_within_its_error_or_says_that_it_failed(kind, p, q):
    options = {"alpha": 2} if kind == "renyi" else {}
    exact = mle.divergence(kind, normal(*p), normal(*q), "auto", **options).value
    found = mle.divergence(kind, normal(*p), normal(*q), "quadrature", **options)
    assert found.value == exact or abs(found.value - exact) <= found.error + 1e-8 * exact
    assert found.error < math.inf or found.message


@pytest.mark.parametrize("sigma", [0.0, -1.0, math.nan, math.inf])
def test_kl_sigma_zero(sigma):
    with pytest.raises(mle.DomainError, match="sigma = "):
        normal(0, sigma)
    with pytest.raises(mle.DomainError, match="sigma_q = "):
        mle.kl_normal(0, 1, 0, [1.0, sigma])


@pytest.mark.parametrize("method", ["closed_form", "quadrature", "monte_carlo"])
def test_js_disjoint(method):
    p, q = mle.Distribution("uniform", low=0, high=1), mle.Distribution("uniform", low=2, high=3)
    largest = {"js": math.log(2), "total_variation": 1, "hellinger": 1}
    for kind in INTEGRALS:
        options = {"alpha": 0.5} if kind == "renyi" else {}
        assert mle.divergence(kind, p, q, method, **options).value == largest.get(kind, math.inf)
        if method == "closed_form":
            assert mle.divergence(kind, [1, 0], [0, 1], **options).value == largest.get(kind, math.inf)


def test_tv_underflow():
    for distance in (0.1, 3, 40, 1e5):
        value = mle.divergence("total_variation", normal(0, 1), normal(distance, 1)).value
        assert value == pytest.approx(1 - 2 * stats.norm.cdf(-distance / 2), rel=1e-14)
    assert mle.divergence("total_variation", normal(0, 1), normal(40, 1)).value == 1


def exact_multivariate(mean_p, cov_p, mean_q, cov_q) -> float:
    """The textbook's formula with inverses and determinants, in 60 digits."""
    with mpmath.workdps(60):
        p, q = mpmath.matrix(cov_p.tolist()), mpmath.matrix(cov_q.tolist())
        gap = mpmath.matrix((np.array(mean_q, dtype=float)).tolist()) - mpmath.matrix(np.array(mean_p, float).tolist())
        inverse = q**-1
        product = inverse * p
        trace = sum(product[i, i] for i in range(p.rows))
        logs = mpmath.log(mpmath.det(q) / mpmath.det(p))
        return float((trace - p.rows + (gap.T * inverse * gap)[0] + logs) / 2)


@pytest.mark.parametrize("d", [1, 2, 5])
@pytest.mark.parametrize("step", [1.0, 1e-4, 1e-8])
def test_kl_of_multivariate_normals_against_sixty_digits(d, step):
    rng = np.random.default_rng(d)
    root, other = rng.normal(size=(d, d)) + 2 * np.eye(d), rng.normal(size=(d, d))
    cov_q = root @ root.T
    cov_p = cov_q + step * other @ other.T
    mean_p, mean_q = rng.normal(size=d), rng.normal(size=d)
    mean_q = mean_p + step * mean_q
    value = mle.kl_multivariate_normal(mean_p, cov_p, mean_q, cov_q)
    # The difference of the covariances is known to 1e-16/step only, once they are rounded; the rest is exact.
    assert value == pytest.approx(exact_multivariate(mean_p, cov_p, mean_q, cov_q), rel=1e-12)
    back = mle.divergence_multivariate_normal("reverse_kl", mean_q, cov_q, mean_p, cov_p).value
    assert back == pytest.approx(value, rel=1e-12)


def test_kl_mvn_singular():
    good = np.array([[2.0, 1.0], [1.0, 2.0]])
    for bad, smallest in (
        (np.ones((2, 2)), "smallest eigenvalue"),
        (np.array([[1.0, 2.0], [2.0, 1.0]]), "eigenvalue is -1"),
    ):
        with pytest.raises(mle.DomainError, match=f"cov_q is not positive definite.*{smallest}"):
            mle.kl_multivariate_normal([0, 0], good, [0, 0], bad)
    with pytest.raises(mle.MleError, match=r"cov_p is not symmetric: cov_p\[0, 1\] = 1.00"):
        mle.kl_multivariate_normal([0, 0], good + np.array([[0, 1e-3], [0, 0]]), [0, 0], good)
    with pytest.raises(mle.MleError, match=r"cov_p must be 3 × 3"):
        mle.kl_multivariate_normal([0, 0, 0], good, [0, 0, 0], np.eye(3))
    with pytest.raises(mle.MleError, match=r"cov_q\[1, 0\] = nan must be finite"):
        mle.kl_multivariate_normal([0, 0], good, [0, 0], [[1, 0], [math.nan, 1]])
    before = good.copy()
    assert mle.kl_multivariate_normal([0, 0], good, [0, 0], good) == 0
    np.testing.assert_array_equal(good, before)


@pytest.mark.parametrize("condition", [1e6, 1e12])
def test_kl_of_ill_conditioned_covariances(condition):
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    cov_q = turn @ np.diag([1.0, 1 / condition]) @ turn.T
    cov_q = 0.5 * (cov_q + cov_q.T)
    value = mle.kl_multivariate_normal([0, 0], np.eye(2), [0, 0], cov_q)
    assert value == pytest.approx(exact_multivariate([0, 0], np.eye(2), [0, 0], cov_q), rel=1e-15 * condition + 1e-13)
    # Scales that differ by 10³⁰⁰ are no ill condition.
    unit = np.diag([1e-150, 1e150])
    good = np.array([[2.0, 1.0], [1.0, 2.0]])
    scaled = mle.kl_multivariate_normal([0, 0], unit @ good @ unit, [0, 0], unit**2)
    assert scaled == pytest.approx(mle.kl_multivariate_normal([0, 0], good, [0, 0], np.eye(2)), rel=1e-12)


@pytest.mark.parametrize("kind", ["kl", "reverse_kl", "jeffreys", "renyi", "hellinger", "chi2", "wasserstein"])
def test_one_dimension_and_products_are_the_univariate_normal(kind):
    options = {"alpha": 0.3} if kind == "renyi" else {}
    p, q = (0.3, 1.2), (-0.4, 1.5)
    one = mle.divergence(kind, normal(*p), normal(*q), **options).value
    given_ = mle.divergence_multivariate_normal(kind, p[0], p[1] ** 2, q[0], q[1] ** 2, **options)
    assert given_.value == pytest.approx(one, rel=1e-13)
    two = mle.divergence_multivariate_normal(
        kind, [p[0]] * 2, np.eye(2) * p[1] ** 2, [q[0]] * 2, np.eye(2) * q[1] ** 2, **options
    ).value
    of_two = {
        "hellinger": math.sqrt(1 - (1 - one**2) ** 2),
        "chi2": (1 + one) ** 2 - 1,
        "wasserstein": math.sqrt(2) * one,
    }.get(kind, 2 * one)
    assert two == pytest.approx(of_two, rel=1e-13)


def test_wasserstein_of_multivariate_normals_against_square_roots_of_matrices():
    from scipy import linalg

    rng = np.random.default_rng(4)
    a, b = (m @ m.T + np.eye(3) for m in rng.normal(size=(2, 3, 3)))
    root = linalg.sqrtm(b)
    exact = math.sqrt(np.trace(a + b - 2 * linalg.sqrtm(root @ a @ root).real) + 3)
    value = mle.divergence_multivariate_normal("wasserstein", [1, 1, 1], a, [0, 0, 0], b).value
    assert value == pytest.approx(exact, rel=1e-10)
    assert mle.entropy_multivariate_normal(a) == pytest.approx(stats.multivariate_normal(cov=a).entropy(), rel=1e-12)
