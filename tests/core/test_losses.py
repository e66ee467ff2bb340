"""Losses in the logit: 50-digit values, differences, limits, and the chain rule's factors."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import mle_core as mle

REFERENCE = Path(__file__).parent.parent / "reference"
CASES = {case["id"]: case for case in json.loads((REFERENCE / "cases.json").read_text(encoding="utf-8"))}
BINARY = [key for key, loss in mle.LOSSES.items() if not loss.per_class]
SOFT = [key for key in BINARY if mle.LOSSES[key].soft_labels]
PUBLISHED = ["keras_bce_prob", "sklearn_log_loss"]
LOGITS = [-700.0, -40.0, -29.0, -3.2, -1e-3, 0.0, 0.7, 5.0, 29.0, 36.9, 300.0]


@pytest.fixture(autouse=True)
def no_warning_leaks():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def exact(key: str, y: float, z: mp.mpf) -> mp.mpf:
    """The loss as its paper writes it, in as many digits as mpmath is set to."""
    s = 1 / (1 + mp.exp(-z))
    t = 1 / (1 + mp.exp(z))
    if key == "mse":
        return (y - s) ** 2 / 2
    if key == "hinge":
        return max(mp.mpf(0), 1 - (2 * y - 1) * z)
    gamma = mp.mpf(2) if key == "focal" else mp.mpf(0)
    if key == "smoothed_bce":
        y = mp.mpf("0.9") * y + mp.mpf("0.05")
    return -(y * t**gamma * mp.log(s) + (1 - y) * s**gamma * mp.log(t))


@pytest.mark.parametrize("z", LOGITS)
@pytest.mark.parametrize(
    ("key", "y"), [(key, y) for key in BINARY for y in (0.0, 0.25, 1.0) if key in SOFT or y in (0, 1)]
)
def test_value_gradient_and_curvature_to_fifty_digits(key, y, z):
    loss = mle.LOSSES[key]
    with mp.workdps(700):
        wanted = [mp.diff(lambda at: exact(key, mp.mpf(y), at), mp.mpf(z), order) for order in range(3)]
        wanted = [float(value) for value in wanted]
    found = [float(f(y, z)) for f in (loss.value, loss.gradient, loss.curvature)]
    assert found[0] == pytest.approx(wanted[0], rel=3e-15, abs=1e-300)
    hard = y in (0, 1)
    # Between the labels the two terms of a derivative cancel where it passes through zero; then its size is what counts.
    assert found[1] == pytest.approx(wanted[1], rel=1e-13, abs=1e-300 if hard and key != "smoothed_bce" else 1e-16)
    assert found[2] == pytest.approx(wanted[2], rel=1e-12, abs=1e-300 if hard and key != "smoothed_bce" else 1e-16)


@pytest.mark.parametrize("key", BINARY)
@given(y=st.sampled_from([0.0, 1.0]), z=st.floats(-30, 30))
def test_derivatives_against_differences(key, y, z):
    loss = mle.LOSSES[key]
    assume(key != "hinge" or abs(abs(z) - 1) > 1e-3)
    h = 1e-4
    slope = (loss.value(y, z + h) - loss.value(y, z - h)) / (2 * h)
    bend = (loss.gradient(y, z + h) - loss.gradient(y, z - h)) / (2 * h)
    assert loss.gradient(y, z) == pytest.approx(slope, rel=1e-5, abs=1e-7)
    assert loss.curvature(y, z) == pytest.approx(bend, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("key", BINARY)
def test_values_are_never_negative_and_flips_are_symmetric(key):
    loss, z = mle.LOSSES[key], np.linspace(-50, 50, 1001)
    assert (loss.value(1, z) >= 0).all()
    np.testing.assert_allclose(loss.value(1, z), loss.value(0, -z), rtol=1e-14)
    np.testing.assert_allclose(loss.gradient(1, z), -loss.gradient(0, -z), rtol=1e-13, atol=1e-16)
    np.testing.assert_allclose(loss.curvature(1, z), loss.curvature(0, -z), rtol=1e-13)
    assert loss.convex == bool((loss.curvature(1, z) >= 0).all())


@pytest.mark.parametrize("y", [0.1, 0.5, 0.8])
@pytest.mark.parametrize("key", ["bce", "mse"])
def test_soft_labels_have_their_minimum_at_the_label(key, y):
    z = np.log(y / (1 - y))
    assert mle.LOSSES[key].gradient(y, z) == pytest.approx(0, abs=1e-16)
    assert mle.LOSSES[key].curvature(y, z) > 0


def test_options():
    z = np.linspace(-4, 4, 9)
    bce, focal, smoothed = (mle.LOSSES[key] for key in ("bce", "focal", "smoothed_bce"))
    for name in ("value", "gradient", "curvature"):
        plain = getattr(bce, name)(1, z)
        np.testing.assert_allclose(getattr(focal, name)(1, z, gamma=0), plain, rtol=1e-15)
        np.testing.assert_allclose(getattr(smoothed, name)(1, z, epsilon=0), plain, rtol=1e-15)
    assert smoothed.value(1, 0.3, epsilon=0.4) == pytest.approx(float(bce.value(0.8, 0.3)))
    with pytest.raises(ValueError, match="bce has no option 'gamma'; its options are none"):
        bce.value(1, z, gamma=2)
    with pytest.raises(mle.DomainError, match="gamma = -1 of focal is outside"):
        focal.value(1, z, gamma=-1)


def test_logits_1000():
    bce = mle.LOSSES["bce"]
    np.testing.assert_array_equal(bce.value([1, 0, 1, 0], [1000.0, -1000.0, -1000.0, 1000.0]), [0, 0, 1000, 1000])
    np.testing.assert_array_equal(bce.gradient([1, 0, 1, 0], [1000.0, -1000.0, -1000.0, 1000.0]), [0, 0, -1, 1])
    np.testing.assert_array_equal(bce.curvature([1, 0], [1000.0, 1000.0]), [0, 0])
    with mp.workdps(40):
        wanted = float(mp.log1p(mp.exp(-29)))
    assert bce.value(1, 29.0) == pytest.approx(wanted, rel=1e-15)


@pytest.mark.parametrize("key", BINARY)
def test_infinite_logits_give_the_limits(key):
    loss = mle.LOSSES[key]
    right = {"smoothed_bce": np.inf}.get(key, 0.0)
    wrong = {"mse": 0.5}.get(key, np.inf)
    np.testing.assert_array_equal(
        loss.value([1, 0, 1, 0], [np.inf, -np.inf, -np.inf, np.inf]), [right, right, wrong, wrong]
    )
    assert np.isfinite(loss.gradient([0, 1], [np.inf, np.inf])).all()
    np.testing.assert_array_equal(loss.curvature([0, 1], [np.inf, -np.inf]), [0, 0])


def test_prob_0_1():
    bce = mle.LOSSES["bce"]
    np.testing.assert_array_equal(bce.value_from_probability([1, 0, 1, 0], [1, 0, 0, 1]), [0, 0, np.inf, np.inf])
    assert bce.value_from_probability(0.5, 0.0) == np.inf
    softmax = mle.LOSSES["softmax"]
    np.testing.assert_array_equal(
        softmax.value_from_probability([[1, 0], [1, 0]], [[1.0, 0.0], [0.0, 1.0]]), [0, np.inf]
    )
    with pytest.raises(mle.DomainError, match=r"p\[1\] = 1.5 is not a probability in \[0, 1\]"):
        bce.value_from_probability([0, 1], [0.5, 1.5])
    with pytest.raises(mle.DomainError, match=r"the sum of p.* is not 1"):
        softmax.value_from_probability([1, 0], [0.5, 0.4])
    with pytest.raises(ValueError, match="hinge is a loss of logits"):
        mle.LOSSES["hinge"].value_from_probability(1, 0.5)


@pytest.mark.parametrize("key", [key for key in BINARY if mle.LOSSES[key].from_probability])
@pytest.mark.parametrize("y", [0.0, 0.3, 1.0])
def test_from_probability_is_the_loss_of_the_logit(key, y):
    z = np.linspace(-8, 8, 33)
    found = mle.LOSSES[key].value_from_probability(y, 1 / (1 + np.exp(-z)))
    np.testing.assert_allclose(found, mle.LOSSES[key].value(y, z), rtol=1e-11)


def test_softmax_shift():
    loss, rng = mle.LOSSES["softmax"], np.random.default_rng(0)
    z, y = rng.normal(size=(20, 4)) * 3, np.eye(4)[rng.integers(0, 4, 20)]
    for name, size in (("value", 1e-9), ("gradient", 1e-9), ("curvature", 1e-9)):
        plain, moved = (getattr(loss, name)(y, at) for at in (z, z + 1e6))
        np.testing.assert_allclose(moved, plain, atol=size)
    curvature = loss.curvature(y, z)
    assert curvature.shape == (20, 4, 4)
    assert (np.linalg.matrix_rank(curvature, tol=1e-12) == 3).all()
    np.testing.assert_allclose(curvature.sum(axis=-1), 0, atol=1e-15)


def test_softmax_derivatives_against_differences():
    loss, rng = mle.LOSSES["softmax"], np.random.default_rng(1)
    z, y = rng.normal(size=(6, 3)) * 2, rng.dirichlet(np.ones(3), 6)
    h = 1e-5
    for k in range(3):
        move = h * np.eye(3)[k]
        slope = (loss.value(y, z + move) - loss.value(y, z - move)) / (2 * h)
        bend = (loss.gradient(y, z + move) - loss.gradient(y, z - move)) / (2 * h)
        np.testing.assert_allclose(loss.gradient(y, z)[:, k], slope, atol=1e-9)
        np.testing.assert_allclose(loss.curvature(y, z)[:, :, k], bend, atol=1e-9)


@pytest.mark.parametrize("z", [-1000.0, -40.0, -29.0, 0.0, 3.0, 29.0, 1000.0])
def test_softmax_of_two_classes_is_the_binary_loss(z):
    binary, softmax = mle.LOSSES["bce"], mle.LOSSES["softmax"]
    for y in (0, 1):
        label, logits = [1 - y, y], [0.0, z]
        assert softmax.value(label, logits) == pytest.approx(float(binary.value(y, z)), rel=1e-15)
        assert softmax.gradient(label, logits)[1] == pytest.approx(float(binary.gradient(y, z)), rel=1e-15)
        assert softmax.curvature(label, logits)[1, 1] == pytest.approx(float(binary.curvature(y, z)), rel=1e-15)


def test_softmax_limits():
    loss = mle.LOSSES["softmax"]
    np.testing.assert_array_equal(loss.value([[1, 0], [0, 1]], [[np.inf, 0.0], [np.inf, 0.0]]), [0, np.inf])
    np.testing.assert_array_equal(loss.value([1, 0, 0], [1000.0, -1000.0, 0.0]), 0.0)
    np.testing.assert_allclose(loss.gradient([0.2, 0.3, 0.5], [0.0, 0.0, 0.0]), [1 / 3 - 0.2, 1 / 3 - 0.3, 1 / 3 - 0.5])


def test_mse_saturation():
    mse, bce = mle.LOSSES["mse"], mle.LOSSES["bce"]
    # Confidently wrong: the slope of the squared error is e⁻⁴⁰, that of the cross-entropy 1.
    assert mse.gradient(0, 40.0) == pytest.approx(np.exp(-40.0), rel=1e-12)
    assert bce.gradient(0, 40.0) == 1.0
    assert mse.curvature(0, 40.0) < 0 < mse.curvature(0, -1.0)
    assert not mse.convex and bce.convex


@pytest.mark.parametrize("case_id", PUBLISHED)
def test_published(case_id):
    case = CASES[case_id]
    data, p = case["data"], np.array(case["data"]["p"])
    if p.ndim == 2:
        classes = np.unique(data["y"])
        y = np.asarray(data["y"])[:, None] == classes
        found = mle.LOSSES["softmax"].value_from_probability(y, p).mean()
    else:
        found = mle.LOSSES["bce"].value_from_probability(data["y"], p).mean()
    (name,) = case["expected"]
    assert found == pytest.approx(case["expected"][name], abs=case["tolerance"][name]["abs"])
    assert found == pytest.approx(float(case["high_precision"][name]), rel=1e-12)


@pytest.mark.parametrize("key", BINARY)
def test_shapes_and_types(key):
    loss = mle.LOSSES[key]
    assert loss.value(np.ones((4, 1)), np.zeros(3)).shape == (4, 3)
    assert loss.gradient(1, np.zeros((2, 3))).shape == (2, 3)
    assert loss.curvature(np.ones((4, 1), dtype=bool), np.zeros(3, dtype=np.float32)).shape == (4, 3)
    assert np.ndim(loss.value(True, 0)) == 0
    y, z = np.array([0, 1]), np.array([0.5, -0.5])
    before = y.copy(), z.copy()
    loss.value(y, z), loss.gradient(y, z), loss.curvature(y, z)
    np.testing.assert_array_equal(y, before[0])
    np.testing.assert_array_equal(z, before[1])


@pytest.mark.parametrize("key", BINARY)
def test_what_is_refused(key):
    loss = mle.LOSSES[key]
    with pytest.raises(mle.DomainError, match=r"y_true\[2\] = -1 .* \(1 of 3 such values\)"):
        loss.value([0, 1, -1], 0.0)
    with pytest.raises(mle.DomainError, match=r"z\[1, 0\] = nan is not a number"):
        loss.gradient(1, [[0.0], [np.nan]])
    with pytest.raises(TypeError, match="z must hold real numbers"):
        loss.value(1, ["a"])
    with pytest.raises(ValueError, match="do not broadcast"):
        loss.value([0, 1], [1.0, 2.0, 3.0])


def test_registry_is_read_only():
    with pytest.raises(TypeError):
        mle.LOSSES["bce"] = None
    with pytest.raises(AttributeError):
        mle.LOSSES["bce"].key = "x"
    for key, loss in mle.LOSSES.items():
        assert loss.key == key and loss.name and loss.formula and loss.source and repr(loss) == f"Loss({key!r})"


@pytest.mark.parametrize("key", ["bce", "mse"])
def test_the_chain_rule(key):
    rng = np.random.default_rng(0)
    x, w, y = rng.normal(size=40), rng.normal(size=(5, 1)), rng.integers(0, 2, 40)
    found = mle.chain_rule(key, y, w, 0.3, x)
    assert found.product.shape == (5, 40)
    np.testing.assert_allclose(found.by_prediction * found.by_logit * found.by_weight, found.product, rtol=1e-12)
    h = 1e-6
    high, low = mle.chain_rule(key, y, w + h, 0.3, x).value, mle.chain_rule(key, y, w - h, 0.3, x).value
    np.testing.assert_allclose(found.product, (high - low) / (2 * h), atol=1e-8)
    p = found.prediction
    by_p = [mle.LOSSES[key].value_from_probability(y, q) for q in (p * (1 - 1e-7), p * (1 + 1e-7))]
    np.testing.assert_allclose(found.by_prediction, (by_p[1] - by_p[0]) / (2e-7 * p), rtol=1e-5, atol=1e-7)


def test_the_chain_rule_where_a_factor_overflows():
    found = mle.chain_rule("bce", 1, 1.0, 0.0, -1000.0)
    assert (found.by_prediction, found.by_logit, found.product) == (-np.inf, 0.0, 1000.0)
    squared = mle.chain_rule("mse", 1, 1.0, 0.0, -1000.0)
    assert (squared.by_prediction, squared.by_logit, squared.product) == (-1.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="told for mse and bce, not for 'hinge'"):
        mle.chain_rule("hinge", 1, 1, 1, 1)
