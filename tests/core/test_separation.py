"""Separation of labels: the linear programme against all extreme rays, and the finite limits against what is left."""

from __future__ import annotations

import csv
import itertools
import json
import warnings
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

import mle_core as mle
from mle_core.classification.separation import contrasts, separate

REFERENCE = Path(__file__).parent.parent / "reference"
CASES = {case["id"]: case for case in json.loads((REFERENCE / "cases.json").read_text(encoding="utf-8"))}
PUBLISHED = ["ucla_complete_separation", "silvapulle_separation"]
# UCLA, "What is complete or quasi-complete separation": y, x1, x2.
UCLA = np.array(
    [(0, 1, 3), (0, 2, 0), (0, 3, -1), (0, 3, 4), (1, 3, 1), (1, 4, 0), (1, 5, 2), (1, 6, 7), (1, 10, 3), (1, 11, 4)],
    dtype=float,
)


@pytest.fixture(autouse=True)
def no_warning_leaks():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def strict_by_enumeration(rows: np.ndarray) -> np.ndarray:
    """Which rows of an integer matrix of full column rank some direction of {δ : rows·δ ≥ 0} makes positive.

    That cone is pointed, so it is spanned by rays on which p − 1 independent rows vanish; each is a vector of cofactors.
    """
    p = rows.shape[1]
    strict = np.zeros(len(rows), dtype=bool)
    for chosen in itertools.combinations(range(len(rows)), p - 1):
        part = rows[list(chosen)]
        ray = np.array([(-1) ** j * np.linalg.det(np.delete(part, j, axis=1)) for j in range(p)])
        for side in (np.rint(ray), -np.rint(ray)):
            products = rows @ side
            if (products >= 0).all():
                strict |= products > 0
    return strict


def expected_kind(strict: np.ndarray) -> str | None:
    return None if not strict.any() else "complete" if strict.all() else "quasi"


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(-3, 3), st.integers(-3, 3)), min_size=4, max_size=9))
def test_two_classes_against_all_extreme_rays(data):
    table = np.array(data, dtype=float)
    X = np.c_[np.ones(len(table)), table[:, 1:]]
    if np.linalg.matrix_rank(X) < 3:
        with pytest.raises(mle.RankDeficientError):
            mle.fit_classifier(table[:, 1:], table[:, 0])
        return
    strict = strict_by_enumeration((2 * table[:, :1] - 1) * X)
    result = mle.fit_classifier(table[:, 1:], table[:, 0])
    assert result.separation == expected_kind(strict)
    assert result.converged
    if result.separation is None:
        assert result.direction is None and np.isfinite(result.theta).all()
        return
    along = (2 * table[:, 0] - 1) * (X @ list(result.direction.values()))
    np.testing.assert_array_equal(along > 1e-9, strict)
    assert (along > -1e-9).all()
    assert max(abs(value) for value in result.direction.values()) == 1
    # The supremum is the maximum of what is not separated.
    left, sign = X[~strict], (2 * table[:, 0] - 1)[~strict]

    def loss(theta):
        return np.logaddexp(0, -sign * (left @ theta)).sum()

    best = optimize.minimize(loss, np.zeros(3), method="BFGS", options={"gtol": 1e-9}).fun if len(left) else 0.0
    assert -result.loglik == pytest.approx(best, abs=1e-8)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(-2, 2)), min_size=5, max_size=8), st.integers(0, 9))
def test_three_classes_against_all_extreme_rays(data, seed):
    y, x = np.array(data).T
    if len(set(y)) < 3 or len(set(x)) < 2:
        return
    X = np.c_[np.ones(len(x)), x]
    strict = strict_by_enumeration(contrasts(X, y, 3))
    result = mle.fit_classifier(x, y, loss="softmax")
    assert result.separation == expected_kind(strict)
    found = separate(contrasts(X, y, 3))
    np.testing.assert_array_equal(strict, np.zeros_like(strict) if found is None else found.strict)


def test_data_frames_of_many_overlapping_rows_need_no_linear_programme(monkeypatch):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(5000, 4))
    y = rng.random(5000) < 1 / (1 + np.exp(-4 * X[:, 0]))
    monkeypatch.setattr(optimize, "linprog", lambda *a, **k: pytest.fail("the maximum is the proof"))
    assert mle.fit_classifier(X, y).separation is None
    assert mle.fit_classifier(X, y.astype(int) + (X[:, 1] > 1) * (rng.random(5000) < 0.5), "softmax").separation is None


@pytest.mark.parametrize("case_id", PUBLISHED)
def test_published(case_id):
    case = CASES[case_id]
    data, expected = case["data"], case["expected"]
    if "csv" in data:
        with (REFERENCE / data["csv"]).open(newline="") as lines:
            rows = list(csv.DictReader(lines))
        X, y = [[float(row[name]) for name in data["x"]] for row in rows], [int(row[data["y"]]) for row in rows]
    else:
        X, y = np.c_[data["x1"], data["x2"]], data["y"]
    result = mle.fit_classifier(X, y)
    assert (result.separation is not None) == expected["separated"]
    assert (result.separation == "complete") == expected["complete"]
    if "sup_llf" in expected:
        assert result.loglik == expected["sup_llf"]
        # The likelihood-ratio statistic's limit, 8·2·log 2.
        assert result.null_deviance - result.deviance == pytest.approx(16 * np.log(2), rel=1e-14)


def test_complete_separation():
    data = CASES["ucla_complete_separation"]["data"]
    X, y = np.c_[data["x1"], data["x2"]], np.array(data["y"])
    result = mle.fit_classifier(X, y)
    assert result.separation == "complete" and result.loglik == 0.0 and result.deviance == 0.0
    along = np.c_[np.ones(8), X] @ list(result.direction.values())
    assert ((along > 0) == (y == 1)).all() and (along != 0).all()
    assert all(np.isinf(value) for value in result.coef.values())
    assert [np.sign(value) for value in result.coef.values()] == [np.sign(v) for v in result.direction.values()]
    assert all(np.isnan(value) for value in result.standard_errors.values())
    np.testing.assert_array_equal(result.predict_proba(X), y)
    assert any("completely separated" in text and "ridge" in text for text in result.warnings)


def test_quasi_separation():
    result = mle.fit_classifier(UCLA[:, 1:], UCLA[:, 0])
    assert result.separation == "quasi"
    assert result.coef["intercept"] == -np.inf and result.coef["x1"] == np.inf
    assert result.coef["x2"] == pytest.approx(-0.12062572, abs=5e-9)
    assert -2 * result.loglik == pytest.approx(3.779182526, abs=5e-10)
    assert result.direction["x1"] == pytest.approx(-result.direction["intercept"] / 3)
    assert result.direction["x2"] == 0
    errors = result.standard_errors
    assert np.isnan(errors["intercept"]) and np.isnan(errors["x1"]) and errors["x2"] > 0
    p = result.predict_proba([[1, 0], [4, 0], [3, 0], [3, 1]])
    assert tuple(p[:2]) == (0, 1) and 0 < p[3] < p[2] < 1
    low, high = result.probability_interval([[1, 0], [3, 0]])
    assert tuple(low) == (0, 0) and tuple(high) == (1, 1)


def test_quasi_separation_of_the_endometrial_data():
    """Heinze & Schemper (2002): neovasculisation separates, the limits of the other coefficients are finite."""
    with (REFERENCE / "data" / "endometrial.csv").open(newline="") as lines:
        rows = [{name: float(text) for name, text in row.items()} for row in csv.DictReader(lines)]
    names = ["NV", "PI", "EH"]
    result = mle.fit_classifier(
        [[row[name] for name in names] for row in rows], [row["HG"] for row in rows], names=names
    )
    assert result.separation == "quasi" and result.coef["NV"] == np.inf
    assert result.direction == {"intercept": 0.0, "NV": 1.0, "PI": 0.0, "EH": 0.0}
    printed = {"intercept": (4.3045, 5e-5), "PI": (-0.04218, 5e-6), "EH": (-2.9026, 5e-5)}
    for name, (value, half) in printed.items():
        assert result.coef[name] == pytest.approx(value, abs=half)
    assert result.deviance == pytest.approx(55.393, abs=5e-4)


def test_quasi_separation_is_the_limit_of_far_fits():
    result = mle.fit_classifier(UCLA[:, 1:], UCLA[:, 0])
    far = mle.profile(result, "x1", [5.0, 20.0, 40.0])
    assert (np.diff(far.values) > 0).all() and far.values[-1] <= result.loglik
    assert far.values[-1] == pytest.approx(result.loglik, abs=1e-12)
    assert far.path[-1, 2] == pytest.approx(result.coef["x2"], abs=1e-9)


def test_intervals_of_separated_data():
    result = mle.fit_classifier(UCLA[:, 1:], UCLA[:, 0])
    drop = mle.likelihood_ratio_drop(0.95)
    low, high = mle.interval(result, "x1")
    assert high == np.inf
    assert mle.profile(result, "x1", [low]).values[0] == pytest.approx(result.loglik - drop, abs=1e-8)
    for end in mle.interval(result, "x2"):
        assert mle.profile(result, "x2", [end]).values[0] == pytest.approx(result.loglik - drop, abs=1e-8)


def test_one_class_alone_is_separated_by_the_intercept():
    result = mle.fit_classifier([1.0, 2.0, 4.0], [1, 1, 1])
    assert result.separation == "complete" and result.loglik == 0 and result.coef["intercept"] == np.inf


def test_ridge_makes_estimates_finite_and_says_so():
    result = mle.fit_classifier(UCLA[:, 1:], UCLA[:, 0], ridge=0.1)
    assert result.separation == "quasi" and np.isfinite(result.theta).all() and result.converged
    assert any("only through the ridge" in text for text in result.warnings)


@pytest.mark.parametrize("factor", [1e-9, 1e9])
def test_units_do_not_matter(factor):
    result = mle.fit_classifier(UCLA[:, 1:] * [factor, 1 / factor] + [1, 0], UCLA[:, 0])
    assert result.separation == "quasi" and result.coef["x1"] == np.inf
    assert result.coef["x2"] == pytest.approx(-0.12062572 * factor, rel=1e-7)


def test_nearly_separated_data_have_a_finite_maximum():
    x = np.array([0.0, 1, 2, 3, 4, 5, 6, 7])
    x[3], x[4] = 3.5 + 5e-7, 3.5 - 5e-7
    result = mle.fit_classifier(x, [0, 0, 0, 0, 1, 1, 1, 1])
    assert result.separation is None and result.converged and np.isfinite(result.theta).all()
    x[3], x[4] = 3.5, 3.5
    assert mle.fit_classifier(x, [0, 0, 0, 0, 1, 1, 1, 1]).separation == "quasi"
    x[3], x[4] = 3.5 - 5e-7, 3.5 + 5e-7
    assert mle.fit_classifier(x, [0, 0, 0, 0, 1, 1, 1, 1]).separation == "complete"


def test_a_far_point_is_no_doubt():
    rng = np.random.default_rng(0)
    x = np.r_[rng.normal(size=300), 400.0]
    y = np.r_[rng.random(300) < 1 / (1 + np.exp(-2 * x[:300])), True]
    result = mle.fit_classifier(x, y)
    assert result.separation is None and result.warnings == ()


@pytest.mark.parametrize("gap", [1e-3, 1e-6, 1e-8])
def test_fits_near_separation_keep_their_digits(gap):
    x, y = [0.0, 1, 2, 3.5 + gap, 3.5, 5, 6, 7], [0, 0, 0, 0, 1, 1, 1, 1]
    result = mle.fit_classifier(x, y)
    assert result.separation is None and result.converged
    with mp.workdps(60):
        theta = mp.matrix(result.theta.tolist())
        for _ in range(8):
            score, information = mp.zeros(2, 1), mp.zeros(2, 2)
            for value, label in zip(x, y, strict=True):
                row = mp.matrix([1, mp.mpf(value)])
                p = 1 / (1 + mp.exp(-(theta.T * row)[0]))
                score += (label - p) * row
                information += p * (1 - p) * row * row.T
            theta += mp.lu_solve(information, score)
        assert mp.norm(score) < 1e-40
        exact = [float(value) for value in theta]
    np.testing.assert_allclose(result.theta, exact, rtol=1e-7)


def test_tests_of_separated_data():
    result = mle.fit_classifier(UCLA[:, 1:], UCLA[:, 0])
    found = mle.test(result, {"x1": 0.0})
    without = mle.fit_classifier(UCLA[:, 2], UCLA[:, 0])
    assert found.lr.statistic == pytest.approx(without.deviance - result.deviance, rel=1e-10)
    assert np.isfinite(found.score.statistic) and np.isnan(found.wald.statistic)


def test_a_ridge_does_not_hold_an_intercept_that_separates():
    assert "y holds only the class 1" in mle.fit_classifier([0.0, 1.0, 3.0], [1, 1, 1]).warnings[0]
    with pytest.raises(TypeError, match="ridge = 'a' is not a number"):
        mle.fit_classifier([0.0, 1.0, 3.0], [1, 0, 1], ridge="a")
    with pytest.raises(mle.MleError, match=r"y must not have rows of different lengths"):
        mle.fit_classifier([0.0, 1.0, 3.0], [[1, 0], [0], [1]])
    with pytest.raises(mle.DegenerateDataError, match="y holds only 1"):
        mle.fit_classifier([1.0, 2.0, 4.0], [1, 1, 1], ridge=1.0)
    assert mle.fit_classifier([1.0, 2.0, 4.0], [1, 1, 1], ridge=1.0, intercept=False).converged


def test_iris_is_separated_but_for_two_species():
    with (REFERENCE / "data" / "iris.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    species = np.array([row.pop("Species") for row in rows])
    X = np.array([[float(value) for value in row.values()] for row in rows])
    result = mle.fit_classifier(X, species, loss="softmax")
    assert result.separation == "quasi" and result.classes == ("setosa", "versicolor", "virginica")
    later = species != "setosa"
    two = mle.fit_classifier(X[later], species[later] == "virginica")
    # Deviance and coefficients as R's glm prints them for versicolor against virginica.
    assert two.deviance == pytest.approx(11.899, abs=5.1e-4)
    np.testing.assert_allclose(two.theta, [-42.638, -2.465, -6.681, 9.429, 18.286], atol=5.1e-4)
    assert result.loglik == pytest.approx(two.loglik, rel=1e-10)
    p = result.predict_proba(X)
    np.testing.assert_allclose(p[later, 2], two.predict_proba(X[later]), rtol=1e-8)
    np.testing.assert_array_equal(p[~later], np.tile([1.0, 0.0, 0.0], (50, 1)))


@pytest.mark.parametrize("gap", [1e-8, 1e-9, 1e-11, 1e-13])
def test_tiny_margins_are_decided_exactly(gap):
    x, y = np.array([-2.0, -1, 1, 1 + gap, 2, 3]), [0, 0, 0, 1, 1, 1]
    result = mle.fit_classifier(x, y)
    assert result.separation == "complete" and result.loglik == 0
    np.testing.assert_array_equal(result.predict_proba(x), y)
    x[3] = 1
    assert mle.fit_classifier(x, y).separation == "quasi"
    assert mle.fit_classifier(1e3 * x + 5e5, y).separation == "quasi"
    three = np.array([0.0, 1, 1 + gap, 2, 2 + gap, 3])
    assert mle.fit_classifier(three, [0, 0, 1, 1, 2, 2], "softmax").separation == "complete"
