"""Softmax regression at many coefficients: against differences, the fits, logistic regression, and points on both sides of a border."""

from __future__ import annotations

import numpy as np
import pytest

import mle_core as mle

X, Y = mle.labelled_points("overlapping", 90, classes=3, features=2, seed=4)
RANDOM = np.random.default_rng(7)
THETA = RANDOM.normal(size=(4, 2, 3))
LAM = np.array([0.0, 0.3, 1.0, 8.0])


def test_the_slope_is_that_of_the_value_and_terms_add_up():
    found = mle.softmax_terms(X, Y, THETA, LAM)
    h = 1e-5
    for c in range(2):
        for j in range(3):
            move = np.zeros((2, 3))
            move[c, j] = h
            up, down = (mle.softmax_terms(X, Y, THETA + s * move, LAM).value for s in (1, -1))
            np.testing.assert_allclose((up - down) / (2 * h), found.gradient[:, c, j], atol=1e-6)
    np.testing.assert_allclose(found.probabilities.sum(axis=-1), 1.0, rtol=1e-14)
    np.testing.assert_array_equal(mle.softmax_probabilities(X, THETA), found.probabilities)
    own = np.take_along_axis(found.probabilities, np.broadcast_to(Y[:, None], (4, 90, 1)), axis=-1)[..., 0]
    np.testing.assert_allclose(found.losses, -np.log(own), rtol=1e-12)
    weights = np.square(THETA[..., 1:]).sum(axis=(1, 2))
    np.testing.assert_allclose(found.value, found.losses.sum(axis=1) + LAM * weights / 2, rtol=1e-13)


def test_two_classes_are_logistic_regression():
    x, y = mle.labelled_points("overlapping", 40, classes=2, features=2, seed=1)
    theta = RANDOM.normal(size=(5, 1, 3))
    soft, plain = mle.softmax_terms(x, y, theta, 0.4), mle.logistic_terms(x, y, theta[:, 0], 0.4)
    np.testing.assert_allclose(soft.value, plain.value, rtol=1e-13)
    np.testing.assert_allclose(soft.gradient[:, 0], plain.gradient, atol=1e-11)
    for method, step in (("gradient", 1.0), ("newton", 1.0)):
        one = mle.softmax_descent(x, y, theta, method, step, 12, 0.4)
        np.testing.assert_allclose(
            one[:, :, 0], mle.logistic_descent(x, y, theta[:, 0], method, step, 12, 0.4), atol=1e-9
        )


@pytest.mark.parametrize("lam", [0.1, 1.0, 20.0])
def test_both_descents_end_at_the_fit(lam):
    fitted = mle.fit_classifier(X, Y, loss="softmax", ridge=lam)
    for method, step, epochs in (("newton", 1.0, 40), ("gradient", 1.0, 6000)):
        end = mle.softmax_descent(X, Y, THETA, method, step, epochs, lam)[-1]
        np.testing.assert_allclose(end, np.tile(fitted.theta.reshape(2, 3), (4, 1, 1)), atol=2e-4)


@pytest.mark.parametrize("place", [0, 1])
def test_a_slice_is_the_loss_with_one_class_replaced(place):
    grid = 4 * RANDOM.normal(size=(4, 30, 3))
    found = mle.softmax_slice(X, Y, THETA, place, grid, LAM)
    whole = np.repeat(THETA[:, None], 30, axis=1)
    whole[:, :, place] = grid
    np.testing.assert_allclose(found, mle.softmax_terms(X, Y, whole, LAM[:, None]).value, rtol=2e-6)


def test_too_long_a_step_bursts_and_stays():
    path = mle.softmax_descent(1e40 * X, Y, THETA, "gradient", 1e40, 30)
    assert np.isfinite(path).all()


@pytest.mark.parametrize("seed", range(6))
def test_on_a_border_two_classes_are_equal_and_the_greatest(seed):
    random = np.random.default_rng(seed)
    classes = 3 + seed % 3
    theta = 2 * random.normal(size=(classes - 1, 3))
    borders = mle.softmax_borders(theta, 6.0)
    pairs = [(i, j) for i in range(classes) for j in range(i + 1, classes)]
    assert borders.shape == (len(pairs), 2, 2)
    logits = lambda at: np.concatenate([np.zeros((len(at), 1)), theta[:, 0] + at @ theta[:, 1:].T], axis=1)  # noqa: E731
    met = 0
    for (i, j), ends in zip(pairs, borders, strict=True):
        if np.isnan(ends).any():
            continue
        met += 1
        inside = ends[0] + np.linspace(0.01, 0.99, 9)[:, None] * (ends[1] - ends[0])
        z = logits(inside)
        np.testing.assert_allclose(z[:, i], z[:, j], atol=1e-9)
        assert np.all(z[:, i] >= z.max(axis=1) - 1e-9)
    assert met
    # Beyond the borders nobody else meets: neighbours on a grid with different winners are crossed by a piece of theirs.
    x = random.uniform(-3, 3, size=(4000, 2))
    near = x + random.normal(scale=1e-3, size=x.shape)
    first, second = logits(x).argmax(axis=1), logits(near).argmax(axis=1)
    for k in np.flatnonzero(first != second)[:20]:
        i, j = sorted((int(first[k]), int(second[k])))
        a, b = borders[pairs.index((i, j))]
        assert not np.isnan(a).any()
        share = np.clip((x[k] - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
        assert np.linalg.norm(a + share * (b - a) - x[k]) < 0.02


def test_what_is_refused():
    with pytest.raises(ValueError, match="must end in"):
        mle.softmax_terms(X, Y, THETA[:, :1])
    with pytest.raises(ValueError, match="no method"):
        mle.softmax_descent(X, Y, THETA, "adam")
    with pytest.raises(ValueError, match="ridge = -1"):
        mle.softmax_terms(X, Y, THETA, -1.0)
    with pytest.raises(ValueError, match="3 coefficients"):
        mle.softmax_borders(np.zeros((2, 4)))
