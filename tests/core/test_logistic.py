"""Logistic regression at many coefficients against finite differences, the fits, and a plain loop."""

from __future__ import annotations

import numpy as np
import pytest

import mle_core as mle

TABLE = mle.DATA_TABLES["challenger"]
X = (TABLE.values("temperature_F") - 70) / 10
Y = (TABLE.values("distressed_orings") > 0).astype(int)


def test_derivatives_are_those_of_the_value():
    theta = np.array([[-1.0, -2.0], [3.0, 0.5], [0.0, 0.0]])
    lam = np.array([0.0, 0.7, 2.0])
    found = mle.logistic_terms(X, Y, theta, lam)
    h = 1e-5
    for j in range(2):
        move = h * np.eye(2)[j]
        up, down = (mle.logistic_terms(X, Y, theta + s * move, lam) for s in (1, -1))
        np.testing.assert_allclose((up.value - down.value) / (2 * h), found.gradient[:, j], atol=1e-7)
        np.testing.assert_allclose((up.gradient - down.gradient) / (2 * h), found.hessian[:, j], atol=1e-7)
    np.testing.assert_allclose(found.value, found.losses.sum(axis=1) + lam * theta[:, 1] ** 2 / 2, rtol=1e-14)
    np.testing.assert_allclose(
        mle.logistic_map(X, Y, 9 * theta, lam), mle.logistic_terms(X, Y, 9 * theta, lam).value, rtol=2e-6
    )


@pytest.mark.parametrize("z", [0.3, 40.0, -800.0])
def test_terms_keep_their_digits_and_are_those_of_the_loss(z):
    found = mle.logistic_terms([[1.0], [1.0]], [0, 1], [0.0, z])
    np.testing.assert_allclose(found.losses, mle.LOSSES["bce"].value([0.0, 1.0], z), rtol=1e-15)
    np.testing.assert_array_equal(found.probabilities, mle.logistic_probabilities([1.0, 1.0], [0.0, z]))
    one_hot = np.eye(2)
    np.testing.assert_allclose(found.losses, mle.LOSSES["softmax"].value(one_hot, [0.0, z]), rtol=1e-14)


@pytest.mark.parametrize("lam", [0.0, 0.5, 20.0])
def test_both_descents_end_at_the_fit(lam):
    fitted = mle.fit_classifier(X, Y, ridge=lam)
    starts = np.array([[0.0, 0.0], [4.0, 5.0]])
    assert mle.logistic_terms(X, Y, fitted.theta, lam).gradient == pytest.approx([0, 0], abs=1e-8)
    for method, step, epochs in (("newton", 1.0, 40), ("gradient", 2.0, 2000)):
        path = mle.logistic_descent(X, Y, starts, method, step, epochs, lam)
        np.testing.assert_allclose(path[-1], np.tile(fitted.theta, (2, 1)), atol=1e-6)
    if lam == 0:  # Hosmer & Lemeshow's units: 15.0429 and −0.23216 a degree
        b, w = path[-1, 0]
        assert (b - 7 * w, w / 10) == pytest.approx((15.0429, -0.23216), abs=1e-4)


def test_gradient_descent_is_that_of_training():
    path = mle.logistic_descent(X, Y, [[0.2, -0.1]], "gradient", 0.7, 30)
    trained = mle.train_neuron(X, Y, "bce", [0.2, -0.1], step=0.7, epochs=30)
    np.testing.assert_allclose(path[:, 0], trained.weights, atol=1e-12)


def test_separated_labels_send_the_weight_away_with_the_logarithm_of_the_steps():
    x, y = np.array([-2.0, -1.0, 1.0, 2.0]), np.array([0, 0, 1, 1])
    path = mle.logistic_descent(x, y, [[0.0, 0.0]], "gradient", 1.0, 8000)[:, 0, 1]
    growth = path[[2000, 4000, 8000]]
    # Soudry et al. (2018): w grows by log 2 over the margin, which is 1, when the steps double.
    np.testing.assert_allclose(np.diff(growth), np.log(2), rtol=0.02)
    far = mle.logistic_descent(x, y, [[0.0, 0.0]], "newton", 1.0, 200)
    assert np.isfinite(far).all() and mle.logistic_terms(x, y, far[-1]).value[0] < 1e-9


def test_what_makes_no_sense_is_named():
    with pytest.raises(mle.DomainError, match="only 0 and 1"):
        mle.logistic_terms(X, Y + 1, [0, 0])
    with pytest.raises(ValueError, match="2 coefficients"):
        mle.logistic_terms(X, Y, [0, 0, 0])
    with pytest.raises(mle.DomainError, match="ridge = -1"):
        mle.logistic_terms(X, Y, [0, 0], -1.0)
    with pytest.raises(ValueError, match="no method 'bfgs'"):
        mle.logistic_descent(X, Y, [[0, 0]], "bfgs")
    with pytest.raises(ValueError, match="23 rows and y has 2"):
        mle.logistic_terms(X, [0, 1], [0, 0])
    for wrong in ({"step": 0.0}, {"epochs": 0}):
        with pytest.raises(mle.DomainError):
            mle.logistic_descent(X, Y, [[0, 0]], **wrong)


@pytest.mark.parametrize("classes", [2, 3, 5])
@pytest.mark.parametrize("features", [1, 2])
def test_generated_points_overlap_or_not_as_they_say(classes, features):
    for kind, wanted in (("separable", "complete"), ("overlapping", None)):
        X, labels = mle.labelled_points(kind, 40 * classes, classes=classes, features=features, seed=3)
        assert X.shape == (40 * classes, features) and np.bincount(labels).tolist() == [40] * classes
        # On a line three classes are not told apart by two weights each, but by the order of their slopes: they are.
        assert mle.fit_classifier(X, labels, loss="softmax").separation == wanted


def test_the_exclusive_or_needs_the_product():
    X, labels = mle.labelled_points("xor", 80, seed=1)
    plain = mle.fit_classifier(X, labels)
    with_product = mle.fit_classifier(np.column_stack([X, X[:, 0] * X[:, 1]]), labels)
    assert plain.loglik > -80 * np.log(2) - 1e-9 and plain.loglik < -50 and with_product.loglik > plain.loglik + 20
    for wrong in (("moons", 10, 2), ("xor", 10, 3), ("separable", 1, 2)):
        with pytest.raises(ValueError, match=r"no 'moons'|classes"):
            mle.labelled_points(wrong[0], wrong[1], classes=wrong[2])


@pytest.mark.parametrize(
    "theta",
    [(0.5, -1.0, 2.0), (0.3, 1.0, -2.0, 3.0), (-1.0, 0.5, 0.2, -0.7), (0.2, 1.0, 0.0, 0.0), (-1.0, 2.0, 1.0, -2.0)],
)
@pytest.mark.parametrize("level", [0.5, 0.9])
def test_the_boundary_is_where_the_model_gives_the_level(theta, level):
    curves = mle.decision_boundary(theta, level, reach=4.0)
    at = curves[np.isfinite(curves).all(axis=-1)]
    assert len(at) == (50 if len(theta) == 4 and theta[3] else 25) and np.ptp(at) > 4
    columns = at if len(theta) == 3 else np.column_stack([at, at[:, 0] * at[:, 1]])
    np.testing.assert_allclose(mle.logistic_probabilities(columns, theta), level, rtol=1e-10)


def test_no_weights_have_no_boundary():
    assert np.isnan(mle.decision_boundary([[0.4, 0.0, 0.0], [0.4, 1.0, 0.0]])[0]).all()
    with pytest.raises(mle.DomainError, match="level = 1"):
        mle.decision_boundary([0, 1, 1], 1.0)
    with pytest.raises(ValueError, match="3 or 4"):
        mle.decision_boundary([0, 1])


def test_many_assessments_are_those_of_one():
    rng = np.random.default_rng(4)
    y, p = (rng.random(40) < 0.4).astype(int), rng.random((6, 40))
    p[0], p[1, :3] = 0.3, [0.0, 1.0, 0.5]
    levels = np.array([0.5, 0.2, 0.9, 0.3, 0.0, 1.0])
    found = mle.assess_many(y, p, levels, 5)
    for row, (values, level) in enumerate(zip(p, levels, strict=True)):
        table, checked = mle.confusion(y, values, level), mle.calibration(y, values, 5)
        four = (found.true_positive, found.false_positive, found.false_negative, found.true_negative)
        assert [int(c[row]) for c in four] == [
            table.true_positive, table.false_positive, table.false_negative, table.true_negative,
        ]  # fmt: skip
        for name in ("accuracy", "sensitivity", "specificity"):
            np.testing.assert_allclose(getattr(found, name)[row], getattr(table, name))
        used = found.counts[row] > 0
        for name in ("predicted", "observed", "low", "high"):
            np.testing.assert_allclose(getattr(found, name)[row][used], getattr(checked, name), atol=1e-12)
            assert np.isnan(getattr(found, name)[row][~used]).all()
        assert found.brier[row] == pytest.approx(checked.brier) and found.expected_error[row] == pytest.approx(
            checked.expected_error
        )
    for wrong in ({"p": p * 2}, {"p": p[0]}, {"p": p, "threshold": 2.0}, {"p": p, "bins": 0}):
        with pytest.raises(ValueError, match=r"p |threshold|bins"):
            mle.assess_many(y, **wrong)
