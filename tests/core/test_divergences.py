"""Divergences: published values, agreement of the three methods, and what every divergence must obey."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
from conftest import typical_theta
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

import mle_core as mle
from mle_core.divergences import CLOSED_FORMS

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
CASES = {case["id"]: case for case in json.loads((REFERENCE / "cases.json").read_text(encoding="utf-8"))}
INTEGRALS = [kind for kind in mle.DIVERGENCES if kind != "wasserstein"]
OPTIONS = {"renyi": [{"alpha": 0.3}, {"alpha": 0.5}, {"alpha": 1.0}], "wasserstein": [{"order": 1}, {"order": 2}]}
EVERY = [(kind, options) for kind in mle.DIVERGENCES for options in OPTIONS.get(kind, [{}])]


def normal(mu: float, sigma: float) -> mle.Distribution:
    return mle.Distribution("normal", mu=mu, sigma=sigma)


def at(key: str, *shares: float) -> mle.Distribution:
    """The distribution at these shares of the typical ranges of its parameters."""
    family = mle.FAMILIES[key]
    share = np.array([*shares, *[0.5] * len(family.params)])[: len(family.params)]
    return mle.Distribution(key, **dict(zip(family.names, typical_theta(family, share), strict=True)))


# -- published -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a", "b", "c", "d"])
def test_kl_edward(name):
    case = CASES["kl_edward"]
    data = next(entry for entry in case["data"]["cases"] if entry["name"] == name)
    cov_p, cov_q = (np.diag(np.square(np.array(data[key], dtype=float))) for key in ("s0", "s1"))
    value = mle.kl_multivariate_normal(data["m0"], cov_p, data["m1"], cov_q)
    assert value == pytest.approx(float(case["high_precision"][name]), rel=1e-14)
    assert value == pytest.approx(case["expected"][name], abs=case["tolerance"][name]["abs"])
    columns = zip(data["m0"], data["s0"], data["m1"], data["s1"], strict=True)
    parts = [mle.divergence("kl", normal(m, s), normal(n, t)).value for m, s, n, t in columns]
    assert sum(parts) == pytest.approx(value, rel=1e-14)


GAUSSIANS = ["gauss_div_std_vs_1_2", "gauss_div_near"]
GAUSS = {
    "kl_pq": ("kl", {}, lambda v: v),
    "kl_pq_closed": ("kl", {}, lambda v: v),
    "kl_qp": ("reverse_kl", {}, lambda v: v),
    "js_nats": ("js", {}, lambda v: v),
    "hellinger_sq": ("hellinger", {}, lambda v: v * v),
    "tv": ("total_variation", {}, lambda v: v),
    "renyi_half": ("renyi", {"alpha": 0.5}, lambda v: v),
    "renyi_2": ("renyi", {"alpha": 2}, lambda v: v),
    "wasserstein1": ("wasserstein", {"order": 1}, lambda v: v),
    "wasserstein2": ("wasserstein", {"order": 2}, lambda v: v),
}


@pytest.mark.parametrize("method", ["closed_form", "quadrature"])
@pytest.mark.parametrize("key", list(GAUSS))
@pytest.mark.parametrize("case", GAUSSIANS)
def test_published_divergences_of_two_normals(case, key, method):
    data = CASES[case]["data"]
    p, q = normal(data["mu0"], data["sigma0"]), normal(data["mu1"], data["sigma1"])
    kind, options, transform = GAUSS[key]
    if (kind, method) == ("js", "closed_form"):
        with pytest.raises(mle.MleError, match=r"no closed form .*quadrature"):
            mle.divergence(kind, p, q)
        return
    value = mle.divergence(kind, p, q, method, **options).value
    assert transform(value) == pytest.approx(float(CASES[case]["high_precision"][key]), rel=1e-10)


@pytest.mark.parametrize("case", GAUSSIANS)
def test_published_entropies_of_two_normals(case):
    data, exact = CASES[case]["data"], CASES[case]["high_precision"]
    p, q = normal(data["mu0"], data["sigma0"]), normal(data["mu1"], data["sigma1"])
    assert mle.entropy(p) == pytest.approx(float(exact["entropy_p"]), rel=1e-15)
    assert mle.cross_entropy(p, q) == pytest.approx(float(exact["cross_entropy_pq"]), rel=1e-15)
    assert mle.cross_entropy(p, q) == pytest.approx(mle.entropy(p) + mle.divergence("kl", p, q).value, rel=1e-15)


@pytest.mark.parametrize("name", ["a", "b", "c0", "d0"])
def test_scipy_jensenshannon(name):
    case = CASES["scipy_jensenshannon"]
    data = next(entry for entry in case["data"]["cases"] if entry["name"] == name)
    value = mle.divergence("js", data["p"], data["q"], normalise=True).value
    distance = math.sqrt(value / math.log(data.get("base", math.e)))
    assert distance == pytest.approx(float(case["high_precision"][name]), rel=1e-14)
    assert distance == pytest.approx(case["expected"][name], abs=case["tolerance"][name]["abs"])


# -- the three methods ---------------------------------------------------------------------------------------------

PAIRS = [(pair, kind) for pair, forms in CLOSED_FORMS.items() for kind in forms]


@pytest.mark.parametrize(
    ("pair", "kind"), PAIRS, ids=lambda value: value if isinstance(value, str) else "-".join(value)
)
@settings(max_examples=4)
@given(data=st.data())
def test_closed_form_quadrature_and_monte_carlo_agree(pair, kind, data):
    share = st.floats(0.25, 0.75, allow_subnormal=False)
    p, q = (at(key, *data.draw(st.lists(share, min_size=4, max_size=4))) for key in pair)
    if "n" in p.params and "n" in q.params:
        q = mle.Distribution(q.family, **{**q.params, "n": p.params["n"]})
    if "size" in p.params:
        q = mle.Distribution(q.family, **{**q.params, "size": p.params["size"]})
    if "uniform" in pair:
        q = mle.Distribution("uniform", low=p.params["low"] - 0.5, high=p.params["high"] + 0.2)
    for options in OPTIONS.get(kind, [{}]):
        try:
            closed = mle.divergence(kind, p, q, **options)
        except mle.MleError as error:  # such as an order that the form does not know
            assert "at these parameters" in str(error)
            continue
        summed = mle.divergence(kind, p, q, "quadrature", **options)
        assert closed.error == 0 and closed.value >= 0
        if math.isinf(closed.value):
            assert summed.value == math.inf
            continue
        assert abs(closed.value - summed.value) <= summed.error + 1e-9 * closed.value + 1e-12
        drawn = mle.divergence(kind, p, q, "monte_carlo", n=4000, seed=1, **options)
        if not drawn.message:
            assert abs(drawn.value - closed.value) <= 6 * drawn.error + 1e-9 * closed.value + 1e-12


ACROSS = [
    ("normal", "laplace"),
    ("laplace", "normal"),
    ("student_t", "logistic"),
    ("normal", "cauchy"),
    ("exponential", "weibull"),
    ("gamma", "lognormal"),
    ("lognormal", "gamma"),
    ("beta", "uniform"),
    ("exponential", "normal"),
    ("poisson", "geometric"),
    ("geometric", "negative_binomial"),
    ("bernoulli", "poisson"),
]


@pytest.mark.parametrize("pair", ACROSS, ids="-".join)
def test_kl_across_families_against_an_independent_integral(pair):
    p, q = at(pair[0], 0.4), at(pair[1], 0.6)
    if "uniform" in pair:
        q = mle.Distribution("uniform", low=-0.5, high=1.5)
    found = mle.divergence("kl", p, q, "quadrature")
    if p.discrete:
        x = np.arange(0, 2000)
        mass, other = p.prob(x), q.log_prob(x)
        some = mass > 0
        exact = float(np.sum(mass[some] * (p.log_prob(x[some]) - other[some])))
    else:
        low, high = (float(v) for v in p.quantile([1e-14, 1 - 1e-14]))
        edges = p.quantile([0.001, 0.1, 0.5, 0.9, 0.999])
        pieces = [low, *edges, high]
        exact = sum(
            integrate.quad(lambda x: float(mle.kl_integrand(p, q, x)), a, b, epsabs=1e-12, epsrel=1e-12, limit=200)[0]
            for a, b in itertools.pairwise(pieces)
        )
    assert found.value == pytest.approx(exact, rel=1e-8, abs=1e-10)
    assert found.error < 1e-9 * max(found.value, 1)
    drawn = mle.divergence("kl", p, q, "monte_carlo", n=20_000, seed=3)
    assert abs(drawn.value - found.value) <= 5 * drawn.error
    assert mle.cross_entropy(p, q) == pytest.approx(mle.entropy(p) + found.value, rel=1e-12)


@pytest.mark.parametrize(
    ("kind", "p", "q"),
    [
        ("kl", mle.Distribution("cauchy", x0=0, gamma=1), normal(0, 1)),
        ("kl", mle.Distribution("cauchy", x0=0, gamma=1), mle.Distribution("laplace", mu=0, b=1)),
        ("kl", mle.Distribution("student_t", mu=0, sigma=1, nu=1.9), normal(0, 1)),
        ("kl", normal(0, 1), mle.Distribution("exponential", rate=1)),
        ("reverse_kl", mle.Distribution("exponential", rate=1), normal(0, 1)),
        ("chi2", mle.Distribution("laplace", mu=0, b=1), normal(0, 3)),
        ("chi2", normal(0, 1.5), normal(0, 1)),
        ("chi2", mle.Distribution("geometric", p=0.1), mle.Distribution("geometric", p=0.3)),
        ("kl", mle.Distribution("poisson", rate=3), mle.Distribution("binomial", p=0.3, n=10)),
        ("kl", mle.Distribution("poisson", rate=3), normal(3, 1)),
    ],
    ids=str,
)
def test_infinite_where_p_has_mass_that_q_has_not(kind, p, q):
    for method in ("quadrature", "monte_carlo"):
        found = mle.divergence(kind, p, q, method)
        assert found.value == math.inf and found.message


@pytest.mark.parametrize("method", ["closed_form", "quadrature"])
def test_renyi_and_chi2_of_normals_are_infinite_from_the_boundary_on(method):
    edge = normal(0, math.sqrt(0.5))
    for q, finite in ((normal(0, 0.70), False), (edge, False), (normal(0, 0.72), True)):
        for kind, options in (("renyi", {"alpha": 2}), ("chi2", {})):
            assert math.isfinite(mle.divergence(kind, normal(0, 1), q, method, **options).value) == finite or q is edge


def test_student_with_a_variance_is_finitely_far_from_the_normal():
    p = mle.Distribution("student_t", mu=0, sigma=1, nu=3)
    x = np.linspace(-4000, 4000, 400_001)
    exact = integrate.simpson(mle.kl_integrand(p, normal(0, 2), x), x=x)
    # Beyond ±4000 lie ½ (x/2)² · 2 · 6√3/(πx⁴) dx, up to smaller orders.
    exact += 0.25 * 6 * math.sqrt(3) / math.pi / 4000
    assert mle.divergence("kl", p, normal(0, 2), "quadrature").value == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize("key", list(mle.FAMILIES))
def test_every_family_against_every_other(key):
    """A finite value with a small error, or an infinite one with its reason; KL agrees with Monte Carlo."""
    p = at(key, 0.5)
    for other in mle.FAMILIES:
        q = at(other, 0.45, 0.55)
        for kind in ("kl", "reverse_kl", "js", "total_variation"):
            found = mle.divergence(kind, p, q, "auto")
            if math.isinf(found.value):
                assert found.error == 0 and found.message
            else:
                assert found.value >= 0 and found.error <= 1e-9 * max(found.value, 1e-3)
                drawn = mle.divergence(kind, p, q, "monte_carlo", n=2000, seed=1)
                # 2000 draws say nothing of an event that is rarer than one in a few hundred of them.
                unseen = 1e-9 if kind.endswith("kl") else 10 / 2000
                assert drawn.message or abs(drawn.value - found.value) <= 6 * drawn.error + unseen


def test_single_precision_probabilities_are_taken():
    p, q = np.array([0.1, 0.2, 0.7], dtype=np.float32), np.array([0.3, 0.3, 0.4], dtype=np.float32)
    exact = mle.divergence("kl", [0.1, 0.2, 0.7], [0.3, 0.3, 0.4]).value
    assert mle.divergence("kl", p, q).value == pytest.approx(exact, rel=1e-6)
    with pytest.raises(mle.DomainError, match="not 1"):
        mle.divergence("kl", np.array([0.1, 0.2, 0.6], dtype=np.float32), q)
