"""Classifiers: published fits, general minimisers, and what must not change the answer."""

from __future__ import annotations

import csv
import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, special, stats

import mle_core as mle

REFERENCE = Path(__file__).parent.parent / "reference"
CASES = {case["id"]: case for case in json.loads((REFERENCE / "cases.json").read_text(encoding="utf-8"))}
FITS = ["infert_logit_small", "birthwt_logit", "admit_logit_three_tests"]


@pytest.fixture(autouse=True)
def no_warning_leaks():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def fitted(case_id: str) -> mle.ClassifierResult:
    data = CASES[case_id]["data"]
    with (REFERENCE / data["csv"]).open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == data["n"]
    X = [[float(row[name]) for name in data["x"]] for row in rows]
    return mle.fit_classifier(X, [int(row[data["y"]]) for row in rows], names=data["x"])


def reached(case_id: str, name: str) -> float:
    """What a case states under `name`, of our fit."""
    result = fitted(case_id)
    kind, _, column = name.partition("_")
    own = {"const": "intercept"}.get(column, column)
    if kind == "b":
        return result.coef[own]
    if kind == "se":
        return result.standard_errors[own]
    if kind == "lr95":
        side, _, column = column.partition("_")
        own = {"const": "intercept"}.get(column, column)
        return mle.interval(result, own)[side == "upp"]
    if name.endswith("_stat"):
        slopes = dict.fromkeys(result.columns[1:], 0.0)
        return getattr(mle.test(result, slopes), kind).statistic
    known = {
        "llf": result.loglik,
        "minus2llf": result.deviance,
        "minus2llnull": result.null_deviance,
        "deviance": result.deviance,
        "null_deviance": result.null_deviance,
        "aic": result.aic,
        "bic": result.bic,
    }
    return known[name]


@pytest.mark.parametrize(("case_id", "name"), [(case, name) for case in FITS for name in CASES[case]["expected"]])
def test_published(case_id, name):
    tolerance = CASES[case_id]["tolerance"][name]["abs"]
    assert reached(case_id, name) == pytest.approx(CASES[case_id]["expected"][name], abs=tolerance)


@pytest.mark.parametrize(("case_id", "name"), [(case, name) for case in FITS for name in CASES[case]["high_precision"]])
def test_recomputed_to_22_digits(case_id, name):
    rel = 1e-10 if name.startswith(("b_", "llf", "aic", "bic", "dev", "null", "minus")) else 1e-8
    assert reached(case_id, name) == pytest.approx(float(CASES[case_id]["high_precision"][name]), rel=rel)


def test_challenger():
    with (REFERENCE / "data" / "challenger.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    x = np.array([float(row["temperature_F"]) for row in rows])
    y = np.array([float(row["distressed_orings"]) for row in rows]) > 0
    result = mle.fit_classifier(x, y, names=["temperature"])
    # Any distress: Dalal, Fowlkes & Hoadley (1989), JASA 84, 945-957.
    assert result.coef["intercept"] == pytest.approx(15.0429, abs=5.1e-5)
    assert result.coef["temperature"] == pytest.approx(-0.2322, abs=5.1e-5)
    p, (low, high) = result.predict_proba([31.0]), result.probability_interval([31.0])
    assert p[0] == pytest.approx(special.expit(15.0429 - 31 * 0.2322), abs=1e-4) and low[0] < p[0] < high[0] < 1
    rows = np.array([1.0, 31.0])
    error = np.sqrt(rows @ result.covariance @ rows)
    assert special.logit(low[0]) == pytest.approx(rows @ result.theta - stats.norm.ppf(0.975) * error, rel=1e-10)
    ratio = result.odds_ratios()["temperature"]
    ends = result.theta[1] + stats.norm.ppf([0.025, 0.975]) * result.standard_errors["temperature"]
    odds = np.exp(result.theta[1])
    np.testing.assert_allclose(ratio, [odds, *np.exp(ends), odds * result.standard_errors["temperature"]], rtol=1e-12)


def draw(n=80, d=3, seed=0, classes=2):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    if classes == 2:
        return X, (rng.random(n) < special.expit(X @ [1.0, -0.7, 0.3][:d] - 0.2)).astype(int)
    scores = X @ rng.normal(size=(d, classes)) + rng.gumbel(size=(n, classes))
    return X, scores.argmax(axis=1)


def objective(X, y, loss, theta):
    rows = np.c_[np.ones(len(X)), X]
    if loss == "softmax":
        z = np.c_[np.zeros(len(X)), rows @ theta.reshape(-1, rows.shape[1]).T]
        return mle.LOSSES[loss].value(np.eye(z.shape[1])[y], z).sum()
    return mle.LOSSES[loss].value(y, rows @ theta).sum()


@pytest.mark.parametrize("ridge", [0.0, 0.7])
@pytest.mark.parametrize(("loss", "classes"), [("bce", 2), ("mse", 2), ("softmax", 2), ("softmax", 4)])
@pytest.mark.parametrize("seed", range(3))
def test_against_a_general_minimiser(loss, classes, seed, ridge):
    X, y = draw(seed=seed, classes=classes)
    result = mle.fit_classifier(X, y, loss, ridge=ridge)
    punished = np.tile([0.0, 1.0, 1.0, 1.0], classes - 1)

    def total(theta):
        return objective(X, y, loss, theta) + 0.5 * ridge * np.sum(punished * theta**2)

    found = optimize.minimize(total, np.zeros(result.theta.size), method="BFGS", options={"gtol": 1e-7})
    assert result.converged
    assert total(result.theta) <= found.fun + 1e-12
    np.testing.assert_allclose(result.theta, found.x, atol=2e-5)
    kind = "softmax" if loss == "softmax" else "bce"
    assert result.loglik == pytest.approx(-objective(X, y, kind, result.theta), rel=1e-12)


@given(seed=st.integers(0, 50))
def test_the_expansion_is_one(seed):
    X, y = draw(60, 2, seed, classes=3)
    y[:3] = 0, 1, 2
    result = mle.fit_classifier(X, y, "softmax", ridge=0.5)
    point = result.theta + np.random.default_rng(seed).normal(size=result.theta.size)
    value, score, information = result.expansion(point)
    assert value == pytest.approx(-objective(X, y, "softmax", point), rel=1e-12)
    h = 1e-5
    for j, unit in enumerate(np.eye(point.size)):
        (up, rise, _), (down, fall, _) = result.expansion(point + h * unit), result.expansion(point - h * unit)
        assert score[j] == pytest.approx((up - down) / (2 * h), abs=1e-6)
        np.testing.assert_allclose(information[j], -(rise - fall) / (2 * h), atol=1e-6)
    at_best = result.expansion(result.theta)
    penalty = 0.5 * np.tile([0.0, 1.0, 1.0], 2)
    np.testing.assert_allclose(at_best[1], penalty * result.theta, atol=1e-9)
    np.testing.assert_allclose((at_best[2] + np.diag(penalty)) @ result.covariance, np.eye(point.size), atol=1e-8)
    stacked = result.expansion(np.stack([[point, result.theta]] * 2))
    assert stacked[0].shape == (2, 2) and stacked[2].shape == (2, 2, 6, 6)


@pytest.mark.parametrize("loss", mle.CLASSIFIER_LOSSES)
def test_weights_are_repeats(loss):
    X, y = draw(40, classes=2)
    counts = np.random.default_rng(1).integers(0, 4, 40)
    weighted = mle.fit_classifier(X, y, loss, weights=counts)
    repeated = mle.fit_classifier(np.repeat(X, counts, axis=0), np.repeat(y, counts), loss)
    np.testing.assert_allclose(weighted.theta, repeated.theta, rtol=1e-8)
    np.testing.assert_allclose(weighted.covariance, repeated.covariance, rtol=1e-6)
    assert weighted.n == repeated.n == counts.sum()
    for name in ("loglik", "deviance", "null_deviance", "aic", "bic"):
        assert getattr(weighted, name) == pytest.approx(getattr(repeated, name), rel=1e-12)


@pytest.mark.parametrize("loss", mle.CLASSIFIER_LOSSES)
def test_units_offsets_and_order_of_columns(loss):
    X, y = draw()
    plain = mle.fit_classifier(X, y, loss, names=["a", "b", "c"])
    factors = np.array([2.0**-200, 2.0**60, 1.0])
    scaled = mle.fit_classifier(X * factors, y, loss)
    d = np.r_[1.0, factors]
    np.testing.assert_allclose(scaled.theta * d, plain.theta, rtol=1e-9)
    np.testing.assert_allclose(
        np.sqrt(np.diagonal(scaled.covariance)) * d, np.sqrt(np.diagonal(plain.covariance)), rtol=1e-8
    )
    moved = mle.fit_classifier(np.round(X * 2**20) / 2**20 + [0, 0, 2.0**20], y, loss)
    np.testing.assert_allclose(moved.theta[1:], plain.theta[1:], rtol=1e-5)
    mirrored = mle.fit_classifier(X[::-1, ::-1], y[::-1], loss, names=["c", "b", "a"])
    blocks = [r.coef[1] if loss == "softmax" else r.coef for r in (plain, mirrored)]
    for name in "abc":
        assert blocks[1][name] == pytest.approx(blocks[0][name], rel=1e-8)


def test_flipped_labels_flip_the_signs():
    X, y = draw()
    for loss in ("bce", "mse"):
        plain, flipped = mle.fit_classifier(X, y, loss), mle.fit_classifier(X, 1 - y, loss)
        np.testing.assert_allclose(flipped.theta, -plain.theta, rtol=1e-8)
        assert flipped.loglik == pytest.approx(plain.loglik, rel=1e-12)


def test_softmax_of_two_classes_is_logistic():
    X, y = draw()
    two, soft = mle.fit_classifier(X, y), mle.fit_classifier(X, np.where(y == 1, "yes", "no"), "softmax")
    assert soft.classes == ("no", "yes") and list(soft.coef) == ["yes"]
    assert soft.names == ("yes:intercept", "yes:x1", "yes:x2", "yes:x3")
    np.testing.assert_allclose(soft.theta, two.theta, rtol=1e-12)
    np.testing.assert_allclose(soft.covariance, two.covariance, rtol=1e-10)
    np.testing.assert_allclose(soft.predict_proba(X)[:, 1], two.predict_proba(X), rtol=1e-12)
    assert mle.interval(soft, "yes:x1") == pytest.approx(mle.interval(two, "x1"), rel=1e-8)


def test_the_reference_class_is_a_choice():
    X, y = draw(120, classes=3)
    first, last = mle.fit_classifier(X, y, "softmax"), mle.fit_classifier(X, (y + 1) % 3, "softmax")
    a = np.array([[0.0] * 4, list(first.coef[1].values()), list(first.coef[2].values())])
    b = np.array([[0.0] * 4, list(last.coef[1].values()), list(last.coef[2].values())])  # rows: old classes 2, 0, 1
    np.testing.assert_allclose(b[[1, 2, 0]] - b[1], a, atol=1e-9)
    assert first.loglik == pytest.approx(last.loglik, rel=1e-13)
    p = first.predict_proba(X)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-14)
    np.testing.assert_allclose(p.mean(axis=0), np.bincount(y) / 120, rtol=1e-9)  # the intercepts' score is 0


def test_the_maximum_with_held_coefficients():
    X, y = draw()
    result = mle.fit_classifier(X, y)
    rows = np.c_[np.ones(len(X)), X]
    path, loglik = result.maximum_at({0: np.array([0.5, 1.0]), 2: np.array([-1.0, 0.0])})
    for point, value in zip(path, loglik, strict=True):

        def loss(free, point=point):
            return mle.LOSSES["bce"].value(y, rows @ [point[0], free[0], point[2], free[1]]).sum()

        best = optimize.minimize(loss, [0.0, 0.0], method="BFGS", options={"gtol": 1e-8})
        assert -value == pytest.approx(best.fun, rel=1e-12)
        np.testing.assert_allclose(point[[1, 3]], best.x, atol=1e-6)
    np.testing.assert_array_equal(path[:, [0, 2]], [[0.5, -1.0], [1.0, 0.0]])
    everything, value = result.maximum_at({j: np.array([t]) for j, t in enumerate(result.theta)})
    np.testing.assert_array_equal(everything[0], result.theta)
    assert value[0] == pytest.approx(result.loglik, rel=1e-13)
    assert result.maximum_at({0: np.array([np.inf])})[1][0] == -np.inf


def test_fits_off_the_maximum_have_no_likelihood_intervals():
    X, y = draw()
    for result in (mle.fit_classifier(X, y, ridge=1.0), mle.fit_classifier(X, y, "mse")):
        with pytest.raises(ValueError, match="not at the maximum of the likelihood"):
            mle.interval(result, "x1")
        assert result.warnings


def test_ridge_path_shrinks_from_the_maximum_to_zero():
    X, y = draw()
    fits = [mle.fit_classifier(X, y, ridge=ridge) for ridge in (0.0, 1e-9, 0.1, 1.0, 10.0, 1e9)]
    sizes = [np.linalg.norm(result.theta[1:]) for result in fits]
    assert (np.diff(sizes[1:]) < 0).all()
    np.testing.assert_allclose(fits[1].theta, fits[0].theta, rtol=1e-8)
    assert (np.diff([result.loglik for result in fits]) <= 1e-12).all()
    assert fits[-1].theta[0] == pytest.approx(special.logit(y.mean()), abs=1e-6)
    twins = mle.fit_classifier(np.c_[X, X[:, 0]], y, ridge=1.0)  # dependent columns share
    assert twins.coef["x1"] == pytest.approx(twins.coef["x4"], rel=1e-9)


def test_squared_error_has_sandwich_errors_and_beats_its_neighbours():
    X, y = draw(400)
    result, likelihood = mle.fit_classifier(X, y, "mse"), mle.fit_classifier(X, y)
    assert any("not a likelihood" in text for text in result.warnings)
    assert objective(X, y, "mse", result.theta) < objective(X, y, "mse", likelihood.theta)
    assert result.loglik < likelihood.loglik
    rng = np.random.default_rng(0)
    for size in (1e-3, 0.1, 1.0, 5.0):
        near = result.theta + size * rng.normal(size=(50, 4))
        assert min(objective(X, y, "mse", theta) for theta in near) > objective(X, y, "mse", result.theta)
    rows = np.c_[np.ones(400), X]
    z = rows @ result.theta
    bread = np.linalg.inv(rows.T @ (mle.LOSSES["mse"].curvature(y, z)[:, None] * rows))
    scores = mle.LOSSES["mse"].gradient(y, z)[:, None] * rows
    np.testing.assert_allclose(result.covariance, bread @ scores.T @ scores @ bread, rtol=1e-7)


def test_wide_offsets_keep_their_digits():
    rng = np.random.default_rng(4)
    year = 1900.0 + rng.integers(0, 64, 200)
    y = rng.random(200) < special.expit((year - 1930) / 16)
    near, far = mle.fit_classifier(year - 1900, y), mle.fit_classifier(year + 2.0**30, y)
    assert far.coef["x1"] == pytest.approx(near.coef["x1"], rel=1e-9)
    assert far.loglik == pytest.approx(near.loglik, rel=1e-13)


@pytest.mark.parametrize("y", [[-1, 1, -1, 1], [1, 2, 1, 2], [0.0, 0.5, 1.0, 1.0], [0, 1, 2, 1]])
def test_label_dtype(y):
    values = ", ".join(f"{value:g}" for value in sorted(set(y)))
    for loss in ("bce", "mse"):
        with pytest.raises(mle.DomainError, match=rf"the values found are \{{{values}\}}"):
            mle.fit_classifier([1.0, 2.0, 3.0, 4.0], y, loss)


def test_what_is_accepted():
    X, y = draw()
    plain = mle.fit_classifier(X, y)
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    for labels in (y.astype(bool), y.astype(np.float32), list(y), pd.Series(y), y.astype(object)):
        np.testing.assert_array_equal(mle.fit_classifier(X, labels).theta, plain.theta)
    assert mle.fit_classifier(frame, y).names == ("intercept", "a", "b", "c")
    single = mle.fit_classifier(X.astype(np.float32), y)
    np.testing.assert_allclose(single.theta, plain.theta, rtol=1e-5)
    alone = mle.fit_classifier(None, y)
    assert alone.coef == {"intercept": pytest.approx(special.logit(y.mean()), rel=1e-12)}
    assert alone.deviance == pytest.approx(alone.null_deviance, rel=1e-13)
    without = mle.fit_classifier(X, y, intercept=False)
    assert list(without.coef) == ["x1", "x2", "x3"] and without.null_deviance == pytest.approx(160 * np.log(2))
    mixed = mle.fit_classifier(X, pd.Series(y).map({0: "a", 1: "b"}), "softmax")
    assert mixed.classes == ("a", "b")


def test_inputs_are_not_modified():
    X, y = draw()
    before = X.copy(), y.copy()
    for loss in mle.CLASSIFIER_LOSSES:
        mle.fit_classifier(X, y, loss, weights=np.ones(len(y)))
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(y, before[1])


@pytest.mark.parametrize("loss", mle.CLASSIFIER_LOSSES)
def test_what_is_refused(loss):
    X, y = draw()
    bad = X.copy()
    bad[3, 1] = np.nan
    for arguments, error, text in (
        ((bad, y), ValueError, r"X\[3, 1\] = nan"),
        ((X, y[:-1]), ValueError, "80 rows and y has 79"),
        ((np.c_[X, 2 * X[:, 0]], y), mle.RankDeficientError, "x4"),
        ((np.c_[X, np.ones(80)], y), mle.RankDeficientError, "x4.*constant"),
        ((X, np.where(y == 1, np.nan, 0.0)), ValueError, "y must be finite"),
        ((X, []), ValueError, "y holds no labels"),
        ((X, y[:, None]), ValueError, "one axis"),
    ):
        with pytest.raises(error, match=text):
            mle.fit_classifier(*arguments, loss=loss)
    with pytest.raises(mle.DomainError, match="ridge = -1"):
        mle.fit_classifier(X, y, loss, ridge=-1.0)
    with pytest.raises(ValueError, match=r"weights\[2\] = -1"):
        mle.fit_classifier(X, y, loss, weights=np.where(np.arange(80) == 2, -1.0, 1.0))
    with pytest.raises(ValueError, match="X has 2 columns, the classifier was fitted on 3"):
        mle.fit_classifier(X, y, loss).predict_proba(X[:, :2])


def test_other_refusals():
    X, y = draw()
    with pytest.raises(ValueError, match="choose one of bce, mse, softmax"):
        mle.fit_classifier(X, y, "hinge")
    with pytest.raises(TypeError, match='use loss="softmax"'):
        mle.fit_classifier(X, np.where(y == 1, "a", "b"))
    with pytest.raises(ValueError, match=r"np\.argmax\(y, axis=1\) is that of a one-hot table"):
        mle.fit_classifier(X, np.eye(2)[y.astype(int)], "softmax")
    with pytest.raises(ValueError, match="only the class 1"):
        mle.fit_classifier(X, np.ones(80, dtype=int), "softmax")
    with pytest.raises(ValueError, match=r"y\[0\] is missing"):
        mle.fit_classifier(X, [None, *["a", "b"] * 39, "a"], "softmax")


def test_confusion_and_calibration():
    y, p = np.array([0, 0, 0, 1, 1, 1, 1, 0]), np.array([0.1, 0.6, 0.2, 0.9, 0.4, 0.5, 1.0, 0.0])
    table = mle.confusion(y, p)
    assert (table.true_positive, table.false_positive, table.false_negative, table.true_negative) == (3, 1, 1, 3)
    assert (table.accuracy, table.sensitivity, table.specificity, table.precision) == (0.75, 0.75, 0.75, 0.75)
    assert np.isnan(mle.confusion([0, 0], [0.1, 0.2]).sensitivity)
    bins = mle.calibration(y, p, 2)
    np.testing.assert_allclose(bins.counts, [4, 4])
    np.testing.assert_allclose(bins.predicted, [0.175, 0.75])
    np.testing.assert_allclose(bins.observed, [0.25, 0.75])
    interval = stats.binomtest(1, 4).proportion_ci(0.95, "exact")
    assert (bins.low[0], bins.high[0]) == pytest.approx((interval.low, interval.high), rel=1e-8)
    assert bins.expected_error == pytest.approx((4 * 0.075 + 0) / 8)
    assert bins.brier == pytest.approx(np.mean((y - p) ** 2))
    edge = mle.calibration([1, 1, 0], [1.0, 1.0, 0.0], 10)
    assert edge.high[-1] == 1.0 and edge.low[0] == 0.0 and edge.counts.sum() == 3
    with pytest.raises(mle.DomainError, match=r"p\[1\] = 1.2"):
        mle.confusion([0, 1], [0.5, 1.2])
    with pytest.raises(mle.DomainError, match="threshold = 2"):
        mle.confusion([0, 1], [0.5, 0.2], 2.0)
    with pytest.raises(ValueError, match="3 labels and 2 prob"):
        mle.calibration([0, 1, 1], [0.5, 0.2])
