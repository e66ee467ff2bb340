"""Training and landscapes against plain loops."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy import special

import mle_core as mle


@pytest.fixture(autouse=True)
def no_warning_leaks():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def data(n: int = 30, d: int = 2, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    return X, (rng.random(n) < special.expit(2 * X[:, 0] - 0.5)).astype(int)


def plain(X, y, loss, start, step, epochs, optimiser="gradient"):
    """The same training as a textbook writes it, row by row."""
    theta, n = list(start), len(y)
    velocity, first, second = [0.0] * len(theta), [0.0] * len(theta), [0.0] * len(theta)
    path, values = [list(theta)], []
    for epoch in range(epochs + 1):
        gradient, value = [0.0] * len(theta), 0.0
        for row, label in zip(X.tolist(), y.tolist(), strict=True):
            z = theta[0] + sum(w * x for w, x in zip(theta[1:], row, strict=True))
            p = 1 / (1 + np.exp(-z))
            slope = p - label if loss == "bce" else (p - label) * p * (1 - p)
            value += (-np.log(p if label else 1 - p) if loss == "bce" else (label - p) ** 2 / 2) / n
            gradient = [g + slope * x / n for g, x in zip(gradient, [1.0, *row], strict=True)]
        values.append(value)
        if epoch == epochs:
            return np.array(path), np.array(values)
        for j, g in enumerate(gradient):
            if optimiser == "gradient":
                theta[j] -= step * g
            elif optimiser == "momentum":
                velocity[j] = 0.9 * velocity[j] + step * g
                theta[j] -= velocity[j]
            else:
                first[j] = 0.9 * first[j] + 0.1 * g
                second[j] = 0.999 * second[j] + 0.001 * g * g
                unbiased = first[j] / (1 - 0.9 ** (epoch + 1)), second[j] / (1 - 0.999 ** (epoch + 1))
                theta[j] -= step * unbiased[0] / (np.sqrt(unbiased[1]) + 1e-8)
        path.append(list(theta))
    return None


@pytest.mark.parametrize("optimiser", ["gradient", "momentum", "adam"])
@pytest.mark.parametrize("loss", ["bce", "mse"])
def test_a_neuron_against_a_plain_loop(loss, optimiser):
    X, y = data()
    start = [0.5, -2.0, 1.0]
    path, values = plain(X, y, loss, start, 0.3, 25, optimiser)
    found = mle.train_neuron(X, y, loss, start, 0.3, 25, optimiser)
    np.testing.assert_allclose(found.weights, path, rtol=1e-9)
    np.testing.assert_allclose(found.values, values, rtol=1e-10)
    assert found.epochs == 25 and found.stopped == "max epochs" and found.loss == loss
    z = found.weights[:, :1] + found.weights[:, 1:] @ X.T
    np.testing.assert_allclose(found.accuracy, ((z > 0) == (y == 1)).mean(axis=1))
    own = special.expit(np.where(y == 1, z, -z))
    assert found.worst == own[0].argmin()
    np.testing.assert_allclose(found.worst_predictions, own[:, found.worst])
    if optimiser == "gradient":
        moved = np.linalg.norm(np.diff(found.weights, axis=0), axis=1)
        np.testing.assert_allclose(found.gradient_norms[:-1], moved / 0.3, rtol=1e-9)


def test_batches_take_every_row_once_an_epoch_in_an_order_of_the_seed():
    X, y = data(23)
    once = mle.train_neuron(X, y, epochs=5, batch=4, seed=1)
    again = mle.train_neuron(X, y, epochs=5, batch=4, seed=1)
    other = mle.train_neuron(X, y, epochs=5, batch=4, seed=2)
    np.testing.assert_array_equal(once.weights, again.weights)
    assert not np.array_equal(once.weights, other.weights)
    whole = mle.train_neuron(X, y, epochs=5, batch=100, seed=1)
    np.testing.assert_array_equal(whole.weights, mle.train_neuron(X, y, epochs=5).weights)
    # A tiny step makes the order of the rows irrelevant: an epoch of 6 batches is then nearly 6 steps.
    small = mle.train_neuron(X[:20], y[:20], epochs=1, batch=5, step=1e-7).weights[1]
    np.testing.assert_allclose(small, mle.train_neuron(X[:20], y[:20], epochs=1, step=4e-7).weights[1], rtol=1e-5)


def test_training_ends_at_the_fit():
    X, y = data(60)
    found = mle.train_neuron(X, y, step=3.0, epochs=4000, tolerance=1e-10)
    assert found.stopped == "converged" and found.gradient_norms[-1] <= 1e-10 and found.epochs < 4000
    np.testing.assert_allclose(found.weights[-1], mle.fit_classifier(X, y).theta, rtol=1e-7)
    assert found.values[-1] * 60 == pytest.approx(-mle.fit_classifier(X, y).loglik, rel=1e-12)


def test_too_long_a_step_is_told():
    X, y = data(40)
    found = mle.train_neuron(X * 1e3, y, step=1e9, epochs=50)
    assert found.stopped == "diverged" and found.epochs < 50
    assert np.isfinite(found.weights).all() and np.isfinite(found.values).all()


def test_a_confidently_wrong_start_under_two_losses():
    x = np.linspace(-2, 2, 20)
    y = (x > 0).astype(int)
    runs = {loss: mle.train_neuron(x, y, loss, [0.0, -6.0], 0.5, 400) for loss in ("bce", "mse")}
    np.testing.assert_array_equal(runs["bce"].weights[0], runs["mse"].weights[0])
    quick, slow = (mle.epochs_to_recover(runs[loss]) for loss in ("bce", "mse"))
    assert quick is not None and (slow is None or slow > 3 * quick)
    own = runs["bce"].worst_predictions
    assert own[quick] > 0.5 >= own[quick - 1] and (own[quick:] > 0.5).all()
    assert mle.epochs_to_recover(runs["bce"], 1 - 1e-9) is None
    with pytest.raises(mle.DomainError, match="probability = 1 is outside"):
        mle.epochs_to_recover(runs["bce"], 1.0)


@pytest.mark.parametrize("loss", ["hinge", "focal", "smoothed_bce"])
def test_other_losses_descend(loss):
    X, y = data(50)
    found = mle.train_neuron(X, y, loss, step=0.2, epochs=100)
    assert found.values[-1] < found.values[0]
    expected = mle.LOSSES[loss].value(y, found.weights[-1, 0] + X @ found.weights[-1, 1:]).mean()
    assert found.values[-1] == pytest.approx(expected, rel=1e-13)


def test_a_layer_against_a_plain_loop():
    X, _ = data(40)
    y = np.array(["a", "b", "c"])[np.clip(np.round(X[:, 0]), -1, 1).astype(int) + 1]
    start = np.random.default_rng(3).normal(size=(3, 3))
    found = mle.train_layer(X, y, start, 0.4, 20)
    rows, target, theta = np.c_[np.ones(40), X], y[:, None] == np.array(["a", "b", "c"]), start.copy()
    for epoch in range(21):
        p = special.softmax(rows @ theta.T, axis=1)
        np.testing.assert_allclose(found.weights[epoch], theta, rtol=1e-10)
        assert found.values[epoch] == pytest.approx(-np.log(p[target]).mean(), rel=1e-12)
        assert found.accuracy[epoch] == pytest.approx((p.argmax(axis=1) == target.argmax(axis=1)).mean())
        gradient = (p - target).T @ rows / 40
        assert found.gradient_norms[epoch] == pytest.approx(np.linalg.norm(gradient), rel=1e-10)
        assert found.worst_predictions[epoch] == pytest.approx(p[target][found.worst], rel=1e-12)
        theta = theta - 0.4 * gradient
    assert found.classes == ("a", "b", "c")


def test_a_layer_of_two_classes_is_a_neuron_of_twice_the_step():
    X, y = data(30)
    layer, neuron = mle.train_layer(X, y, step=0.1, epochs=30), mle.train_neuron(X, y, step=0.2, epochs=30)
    np.testing.assert_allclose(layer.weights[:, 1] - layer.weights[:, 0], neuron.weights, rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(layer.values, neuron.values, rtol=1e-12)


@pytest.mark.parametrize("loss", ["bce", "mse"])
def test_the_best_step_is_the_best_of_single_runs(loss):
    X, y = data(25)
    steps = [0.01, 0.3, 5.0, 80.0]
    found = mle.best_step(X, y, loss, [0.0, -3.0, 0.0], 40, steps)
    single = [mle.train_neuron(X, y, loss, [0.0, -3.0, 0.0], step, 40).values[-1] for step in steps]
    np.testing.assert_allclose(found.values, single, rtol=1e-9)
    assert found.best == steps[int(np.argmin(single))]
    assert mle.best_step(X, y, loss, epochs=5).steps.size == 61


@pytest.mark.parametrize("loss", ["bce", "mse"])
def test_a_network_against_differences(loss):
    X, y = data(20)
    step = 1e-3
    before, after = (mle.train_network(X, y, loss, hidden=3, epochs=e, step=step, seeds=2) for e in (1, 2))

    def value(parts):
        hidden = np.tanh(X @ parts[0] + parts[1])
        z = (hidden @ parts[2] + parts[3])[:, :, 0]
        return mle.LOSSES[loss].value(y, z).mean(axis=1)

    np.testing.assert_allclose(value(before.parameters), before.values[:, 1], rtol=1e-13)
    h = 1e-6
    for j, part in enumerate(before.parameters):
        for index in np.ndindex(part.shape[1:]):
            move = np.zeros(part.shape)
            move[(slice(None), *index)] = h
            shifted = [[*before.parameters[:j], part + s * move, *before.parameters[j + 1 :]] for s in (1, -1)]
            slope = (value(shifted[0]) - value(shifted[1])) / (2 * h)
            taken = (part - after.parameters[j])[(slice(None), *index)] / step
            np.testing.assert_allclose(taken, slope, atol=1e-8)


def test_a_network_learns_what_a_neuron_cannot():
    X, _ = data(120, seed=3)
    y = X[:, 0] * X[:, 1] > 0
    calls = []
    runs = mle.train_network(X, y, epochs=400, step=1.0, seeds=4, progress=lambda epoch, epochs: calls.append(epoch))
    assert runs.values.shape == runs.accuracy.shape == (4, 401)
    assert runs.accuracy[:, -1].min() > 0.85 > mle.train_neuron(X, y).accuracy[-1]
    assert calls[0] == 0 and calls[-1] == 400 and not runs.diverged.any()
    np.testing.assert_allclose(((runs.predict_proba(X) >= 0.5) == y).mean(axis=1), runs.accuracy[:, -1])
    other = mle.train_network(X, y, "mse", epochs=1, seeds=4)
    np.testing.assert_array_equal(other.accuracy[:, 0], runs.accuracy[:, 0])


@pytest.mark.parametrize("labels", ["hard", "soft"])
@pytest.mark.parametrize("loss", [key for key, one in mle.LOSSES.items() if not one.per_class])
def test_a_landscape_against_a_plain_loop(loss, labels):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=15), rng.integers(0, 2, 15).astype(float)
    if labels == "soft" and mle.LOSSES[loss].soft_labels:
        y = rng.random(15)
    w, b = np.linspace(-6, 9, 5), np.linspace(-4, 4, 3)
    found = mle.loss_landscape(x, y, loss, w, b)
    assert found.values.shape == (3, 5)
    one = mle.LOSSES[loss]
    for i, j in np.ndindex(3, 5):
        z, rows = w[j] * x + b[i], np.c_[x, np.ones(15)]
        assert found.values[i, j] == pytest.approx(one.value(y, z).mean(), rel=1e-12)
        gradient = one.gradient(y, z) @ rows / 15
        assert found.gradient_norms[i, j] == pytest.approx(np.linalg.norm(gradient), rel=1e-10)
        hessian = rows.T @ (one.curvature(y, z)[:, None] * rows) / 15
        assert found.smallest_curvatures[i, j] == pytest.approx(np.linalg.eigvalsh(hessian)[0], abs=1e-15, rel=1e-8)


def test_landscapes_tell_the_bowl_from_the_plateau():
    X, y = data(60, 1)
    grid = np.linspace(-12, 12, 41)
    bowl, plateau = (mle.loss_landscape(X, y, loss, grid, grid) for loss in ("bce", "mse"))
    assert (bowl.smallest_curvatures >= 0).all() and (plateau.smallest_curvatures < 0).mean() > 0.5
    assert plateau.gradient_norms[0, 0] < 0.02 < bowl.gradient_norms[0, 0]
    best = mle.fit_classifier(X, y).coef
    here = mle.loss_landscape(X, y, "bce", [best["x1"]], [best["intercept"]])
    assert here.gradient_norms[0, 0] < 1e-12 and here.values[0, 0] <= bowl.values.min()


def test_a_landscape_of_two_weights_and_large_data():
    X, y = data(3000)
    found = mle.loss_landscape(X, y, "bce", [0.0, 1.0], [-1.0, 2.0, 3.0])
    assert found.values.shape == (3, 2)
    assert found.values[1, 1] == pytest.approx(mle.LOSSES["bce"].value(y, X @ [1.0, 2.0]).mean(), rel=1e-12)


def test_what_is_refused():
    X, y = data()
    for wrong, text in (
        ({"step": 0.0}, "step = 0 is outside"),
        ({"epochs": 0}, "epochs = 0"),
        ({"batch": 0}, "batch = 0"),
        ({"optimiser": "newton"}, "choose one of gradient, momentum, adam"),
        ({"loss": "softmax"}, "train_layer"),
        ({"start": [1.0]}, r"start must have shape \(3,\)"),
    ):
        with pytest.raises(ValueError, match=text):
            mle.train_neuron(X, y, **wrong)
    with pytest.raises(mle.DomainError, match=r"the values found are \{1, 2\}"):
        mle.train_neuron(X, y + 1)
    with pytest.raises(ValueError, match="X has 3 columns"):
        mle.loss_landscape(np.zeros((5, 3)), np.zeros(5), "bce", [0.0], [0.0])
    with pytest.raises(ValueError, match="there is no landscape of the loss 'softmax'"):
        mle.loss_landscape(X, y, "softmax", [0.0], [0.0])


@pytest.mark.parametrize("loss", ["bce", "mse", "focal"])
@pytest.mark.parametrize("optimiser", ["gradient", "momentum", "adam"])
def test_many_starts_take_the_steps_of_one(loss, optimiser):
    rng = np.random.default_rng(8)
    X, y = rng.normal(size=(15, 2)), np.tile([0, 1, 1], 5)
    starts = rng.normal(scale=4, size=(6, 3))
    found = mle.train_from(starts, X, y, loss, 0.7, 40, optimiser)
    for start, weights, values, norms, worst, own, recovered in zip(
        starts, found.weights, found.values, found.gradient_norms, found.worst, found.worst_predictions,
        found.epochs_to_recover, strict=True,
    ):  # fmt: skip
        one = mle.train_neuron(X, y, loss, start, 0.7, 40, optimiser)
        np.testing.assert_allclose(weights, one.weights, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(values, one.values, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(norms, one.gradient_norms, rtol=1e-8, atol=1e-12)
        assert worst == one.worst
        np.testing.assert_allclose(own, one.worst_predictions, rtol=1e-9)
        wanted = mle.epochs_to_recover(one)
        assert np.isnan(recovered) if wanted is None else recovered == wanted
    few = mle.train_from(starts, X, y, loss, 0.7, 40, optimiser, keep=[0, 3, 40])
    np.testing.assert_array_equal(few.weights, found.weights[:, [0, 3, 40]])
    np.testing.assert_array_equal(few.values, found.values[:, [0, 3, 40]])
    np.testing.assert_array_equal(few.epochs_to_recover, found.epochs_to_recover)
    bare = mle.train_from(starts[0, 1:], X, y, loss, 0.7, 40, optimiser, bias=False)
    z = X @ bare.weights[0, 0]
    slope = mle.LOSSES[loss].gradient(y, z) @ X / len(y)
    assert bare.gradient_norms[0, 0] == pytest.approx(np.linalg.norm(slope), rel=1e-12)
    assert bare.weights.shape == (1, 41, 2)


def test_a_start_whose_run_explodes_leaves_the_others_alone():
    X, y = np.array([1e5, -1e5, 2.0]), np.array([0, 1, 1])
    found = mle.train_from([[0.0, 1.0], [0.0, -1e-3]], X, y, "bce", 1e6, 20)
    assert np.isfinite(found.weights).all() and found.diverged[0]
    with pytest.raises(ValueError, match="starts must have 2 columns"):
        mle.train_from([[0.0, 1.0, 2.0]], X, y)
    with pytest.raises(ValueError, match="ascending epochs from 0 to 20"):
        mle.train_from([[0.0, 1.0]], X, y, epochs=20, keep=[0, 21])


@pytest.mark.parametrize("shape", mle.SHAPES)
def test_shapes_are_parted_by_a_hidden_layer_and_by_no_line(shape):
    X, y = mle.points_in_shape(shape, 120, seed=3)
    assert X.shape == (120, 2) and y.sum() == 60
    np.testing.assert_array_equal(X, mle.points_in_shape(shape, 120, seed=3)[0])
    line = mle.fit_classifier(X, y)
    assert ((line.predict_proba(X) > 0.5) == (y == 1)).mean() < 0.92
    runs = mle.train_network(X, y, hidden=8, epochs=400, step=1.0, seeds=3)
    assert runs.accuracy[:, -1].max() > 0.95
    with pytest.raises(ValueError, match="there is no shape 'star'"):
        mle.points_in_shape("star", 10)
    with pytest.raises(mle.DomainError, match="n = 1 must be at least 2"):
        mle.points_in_shape(shape, 1)
