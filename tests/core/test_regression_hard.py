"""Regressions on which common libraries go wrong; see tests/reference/hard_cases.json."""

from __future__ import annotations

import csv
import json
import math
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import mle_core as mle

REFERENCE = Path(__file__).parent.parent / "reference"
HARD = {case["id"] for case in json.loads((REFERENCE / "hard_cases.json").read_text("utf-8"))}
ALL = list(mle.NOISES)
SCALED = [key for key, noise in mle.NOISES.items() if noise.gaussian_like]
RNG = np.random.default_rng(5)
X = RNG.normal(size=(30, 2))
Y = np.round(np.exp(0.5 + 0.4 * X[:, 0] + 0.3 * RNG.normal(size=30)) * 3)


@pytest.fixture(autouse=True)
def no_warning_leaks():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def hard(case_id: str, *arguments) -> pytest.MarkDecorator:
    assert case_id in HARD
    return pytest.mark.parametrize(*arguments, ids=lambda value: f"{case_id}-{value}")


@hard("perfect_fit_line", "noise", SCALED)
def test_perfect_fit_line(noise):
    x = np.arange(12.0)
    try:
        result = mle.fit_regression(x, 2 + 3 * x, noise)
    except mle.DegenerateDataError as error:
        assert "exactly on" in str(error) and "without bound" in str(error)
        assert noise in ("student_t", "heteroscedastic")
        return
    assert result.coef == pytest.approx({"intercept": 2.0, "x1": 3.0}, rel=1e-14)
    assert next(iter(result.noise_params.values())) == 0
    assert result.loglik == math.inf
    assert any("= 0 and the log-likelihood is ∞" in text for text in result.warnings)
    assert all(math.isnan(error) for error in result.standard_errors.values())
    assert math.isnan(mle.test(result, {"x1": 3.0}).wald.p_value)


@hard("collinear", "noise", ALL)
def test_collinear_columns_are_named(noise):
    with pytest.raises(mle.RankDeficientError, match=r"column twice depends linearly .*rank 3 of 4.*leave twice out"):
        mle.fit_regression(np.c_[X, 2 * X[:, 0]], Y, noise, names=["first", "second", "twice"])
    several = np.c_[X, X[:, 0] + X[:, 1], X[:, 0] - 0.3 * X[:, 1], X[:, 0] ** 2]
    with pytest.raises(mle.RankDeficientError, match=r"columns x3, x4 depend linearly"):
        mle.fit_regression(several, Y, noise)


@hard("x_constant", "noise", ALL)
def test_constant_column_is_named(noise):
    with pytest.raises(mle.RankDeficientError, match="x3 is constant, like the intercept"):
        mle.fit_regression(np.c_[X, np.full(30, 4.2)], Y, noise)
    without = mle.fit_regression(np.c_[X, np.full(30, 4.2)], Y, noise, intercept=False)
    with_intercept = mle.fit_regression(X, Y, noise)
    assert without.loglik == pytest.approx(with_intercept.loglik, rel=1e-10)


@hard("p_ge_n", "noise", SCALED)
@pytest.mark.parametrize("rows", [1, 2, 3])
def test_no_more_observations_than_coefficients(noise, rows):
    with pytest.raises(mle.DegenerateDataError, match=f"{rows} observations? for 3 coefficients: .*not estimable"):
        mle.fit_regression(X[:rows], Y[:rows], noise)


def test_filip():
    """NIST Filip is a polynomial of degree 10 in x from −8.8 to −3.1: certified or not, its design is what is hard."""
    assert "filip" in HARD
    x = np.linspace(-8.78, -3.13, 82)
    y = 0.8 + 0.05 * np.sin(3 * x)
    raw = mle.fit_regression(mle.polynomial_features(x, 10), y)
    assert any("condition number" in text and 'basis="orthogonal"' in text for text in raw.warnings)
    features = mle.polynomial_features(x, 10, basis="orthogonal")
    smooth = mle.fit_regression(features, y)
    assert not smooth.warnings
    assert smooth.design.condition < 2
    np.testing.assert_allclose(raw.fitted, smooth.fitted, rtol=1e-8)
    np.testing.assert_allclose(smooth.predict(features.at(x[:5])), smooth.fitted[:5], rtol=1e-13)


def test_filip_to_its_certified_digits():
    """NIST StRD, Filip. Rounding the powers of x alone moves the coefficients by 2.5e-8; the solver adds nothing."""
    with (REFERENCE / "data" / "nist_Filip.csv").open(newline="") as lines:
        rows = np.array([[float(row["x"]), float(row["y"])] for row in csv.DictReader(lines)])
    x, y = rows.T
    certified = {
        "intercept": (-1467.48961422980, 298.084530995537),
        "x": (-2772.17959193342, 559.779865474950),
        "x^5": (-75.1242017393757, 15.2897178747400),
        "x^10": (-0.402962525080404e-04, 0.896632837373868e-05),
    }
    result = mle.fit_regression(mle.polynomial_features(x, 10), y)
    for name, (value, error) in certified.items():
        assert result.coef[name] == pytest.approx(value, rel=3e-8)
        assert result.classical_standard_errors[name] == pytest.approx(error, rel=1e-7)
    assert result.noise_params["sigma"] * math.sqrt(82 / 71) == pytest.approx(0.334801051324544e-02, rel=1e-9)
    smooth = mle.fit_regression(mle.polynomial_features(x, 10, basis="orthogonal"), y)
    assert smooth.noise_params["sigma"] * math.sqrt(82 / 71) == pytest.approx(0.334801051324544e-02, rel=1e-12)


@hard("student_t_reg_exact_fit", "nu", [None, 1.0, 4.0])
def test_student_t_with_most_points_on_a_line(nu):
    x = np.arange(20.0)
    y = 2 + 3 * x
    y[[4, 15]] += [5.0, -7.0]
    with pytest.raises(mle.DegenerateDataError, match=r"18 of 20 observations lie exactly on one plane"):
        mle.fit_regression(x, y, "student_t", nu=nu)


def test_student_t_with_a_few_points_on_a_line_says_so():
    rng = np.random.default_rng(3)
    x = np.arange(40.0)
    scatter = 2 * rng.standard_t(4, 40)
    scatter[::7] = 0.0
    y = 2 + 0.5 * x + scatter
    assert np.sum(np.abs(mle.fit_regression(x, y, "laplace").residuals) < 1e-9) == 6
    for nu in (4.0, None):
        result = mle.fit_regression(x, y, "student_t", nu=nu)
        assert result.converged and any("6 observations lie exactly on one plane" in text for text in result.warnings)


@hard("laplace_nonunique", "n", [2, 4, 10])
def test_laplace_nonunique(n):
    y = np.arange(n, dtype=float) ** 1.5
    result = mle.fit_regression(None, y, "laplace")
    assert result.certificate == pytest.approx(1.0)
    assert any("more than one" in text for text in result.warnings)
    assert y[n // 2 - 1] <= result.coef["intercept"] <= y[n // 2]
    # 1/(2 f(0)) = b: the standard error of a median, not the inverse of a Hessian that is zero.
    assert result.standard_errors["intercept"] == pytest.approx(result.noise_params["b"] / math.sqrt(n))
    # Two groups of two: any line that passes between both pairs.
    between = mle.fit_regression([0, 0, 1, 1], [0.0, 1.0, 3.0, 5.0], "laplace")
    assert between.certificate == pytest.approx(1.0)


def test_laplace_unique():
    assert mle.fit_regression(None, [1.0, 2.0, 7.0], "laplace").certificate < 1
    assert mle.fit_regression(X, Y + 0.1 * X[:, 1] ** 2, "laplace").certificate < 1


@hard("poisson_overflow", "size", [1.0, 1e5, 1e15])
def test_poisson_overflow(size):
    x = np.linspace(0, 1, 25)
    y = np.floor(size * np.exp(8 * (x - 1))) + 1
    result = mle.fit_regression(x, y, "poisson")
    assert result.converged and math.isfinite(result.loglik)
    assert abs(np.sum(y - result.fitted)) < 1e-9 * y.sum()
    far = mle.fit_regression(1000 * x, y, "poisson", offset=np.full(25, 300.0))
    assert far.loglik == pytest.approx(result.loglik, rel=1e-9)
    assert far.coef["intercept"] == pytest.approx(result.coef["intercept"] - 300, rel=1e-10)


@hard("poisson_all_zero", "with_slope", [False, True])
def test_poisson_all_zero(with_slope):
    x = np.linspace(-1, 2, 30)
    result = mle.fit_regression(x if with_slope else None, np.zeros(30), "poisson")
    assert result.coef["intercept"] == -math.inf
    assert result.loglik == 0
    assert not result.fitted.any()
    assert any("separation" in text for text in result.warnings)
    assert math.isnan(result.standard_errors["intercept"])


def test_poisson_group_of_zeros():
    """A group whose counts are all zero: its coefficient is −∞, the others are those of a fit without the group."""
    group = np.repeat([0, 1, 2], 6)
    dose = np.tile(np.arange(6.0), 3)
    y = np.where(group == 2, 0, np.round(np.exp(0.3 * dose) + group))
    columns = np.c_[group == 1, group == 2, dose]
    result = mle.fit_regression(columns, y, "poisson", names=["one", "two", "dose"])
    rest = mle.fit_regression(columns[:12, [0, 2]], y[:12], "poisson", names=["one", "dose"])
    assert result.coef["two"] == -math.inf
    for name in ("intercept", "one", "dose"):
        assert result.coef[name] == pytest.approx(rest.coef[name], rel=1e-9)
    assert result.loglik == pytest.approx(rest.loglik, rel=1e-12)
    assert result.loglik_per_point.sum() == pytest.approx(result.loglik)
    assert not result.fitted[12:].any()
    # The supremum is approached, and not passed.
    near = mle.fit_regression(columns[:, [0, 2]], y, "poisson", offset=-30.0 * (group == 2))
    assert result.loglik - 1e-9 <= near.loglik <= result.loglik


def test_poisson_wants_counts():
    with pytest.raises(mle.DomainError, match=r"y\[2\] = -1\.0 is not a whole number ≥ 0, which counts must be"):
        mle.fit_regression([1, 2, 3, 4], [1, 0, -1, 2], "poisson")
    with pytest.raises(mle.DomainError, match=r"y\[1\] = 0\.5 and 1 more are not whole numbers"):
        mle.fit_regression([1, 2, 3, 4], [1, 0.5, 1.5, 2], "poisson")


@hard("nan_inf", "bad", [math.nan, math.inf, -math.inf])
def test_nan_and_infinity(bad):
    columns, y, weights = X.copy(), Y.copy(), np.ones(30)
    columns[3, 1] = y[4] = weights[5] = bad
    with pytest.raises(ValueError, match=r"1 of 60 values are NaN or infinite, the first is X\[3, 1\] = "):
        mle.fit_regression(columns, Y)
    with pytest.raises(ValueError, match=r"1 of 30 values are NaN or infinite, the first is y\[4\] = "):
        mle.fit_regression(X, y)
    with pytest.raises(ValueError, match=r"weights\[5\] = "):
        mle.fit_regression(X, Y, weights=weights)
    with pytest.raises(ValueError, match=r"Z\[3, 1\] = "):
        mle.fit_regression(X, Y, "heteroscedastic", Z=columns)


def test_strings_objects_ints_bools():
    assert "strings_objects_ints_bools" in HARD
    with pytest.raises(TypeError, match="X must hold real numbers"):
        mle.fit_regression([["a"], ["b"], ["c"]], [1, 2, 4])
    with pytest.raises(TypeError, match="y must hold real numbers"):
        mle.fit_regression([1, 2, 3], ["a", "b", "c"])
    with pytest.raises(ValueError, match="masked"):
        mle.fit_regression(np.ma.masked_array([1.0, 2, 3], [True, False, False]), [1, 2, 4])
    flags = np.arange(30) % 2 == 0
    expected = mle.fit_regression(flags.astype(float), Y)
    for same in (flags, flags.tolist(), flags.astype(object), flags.astype(np.float32), pd.Series(flags)):
        assert mle.fit_regression(same, Y.astype(int)).loglik == expected.loglik
    frame = pd.DataFrame({"dose": X[:, 0], "age": X[:, 1]})
    assert tuple(mle.fit_regression(frame, pd.Series(Y)).coef) == ("intercept", "dose", "age")


def test_arguments_that_do_not_agree():
    for arguments, text in [
        ({"y": Y[:-1]}, "X has 30 rows and y has 29 values"),
        ({"names": ["a"]}, "2 columns and there are 1 names"),
        ({"names": ["a", "a"]}, "two columns are named 'a'"),
        ({"names": ["a", "intercept"]}, "two columns are named 'intercept'"),
        ({"weights": np.ones(29)}, "one count per row"),
        ({"weights": -np.ones(30)}, "must not be negative"),
        ({"weights": np.zeros(30)}, "every weight is 0"),
        ({"noise": "cauchy"}, "no noise model 'cauchy'"),
        ({"Z": X}, "no log-variance"),
        ({"k": 2.0}, "no option 'k'"),
        ({"noise": "huber", "k": -1.0}, r"k = -1\.0 is outside \(0, ∞\)"),
        ({"noise": "student_t", "nu": 0.0}, r"nu = 0\.0 is outside \(0, ∞\]"),
        ({"offset": np.ones(3)}, "offset has 3 values"),
    ]:
        with pytest.raises(mle.MleError, match=text):
            mle.fit_regression(**{"X": X, "y": Y, **arguments})


@pytest.mark.parametrize("noise", ALL)
def test_input_is_left_alone(noise):
    columns, y, weights = X.copy(), Y.copy(), np.arange(30.0) % 3
    for array in (columns, y, weights):
        array.setflags(write=False)
    mle.fit_regression(columns, y, noise, weights=weights)
    np.testing.assert_array_equal(columns, X)


def test_variance_that_goes_to_zero_is_told():
    """Harvey's likelihood is unbounded where a variance can go to zero at an observation that is fitted exactly."""
    x = np.array([-1.0, -0.8, -0.3, 0.1, 0.4, 30.0])
    y = np.array([0.3, -0.4, 0.1, 0.5, -0.6, 5.0])
    result = mle.fit_regression(x, y, "heteroscedastic", Z=(x > 10).astype(float))
    assert not result.converged
    assert any("without bound" in text for text in result.warnings)


@pytest.mark.parametrize(("seed", "rows"), [(2, 9), (3, 9), (19, 8), (55, 9)])
def test_a_variance_below_the_rounding_of_y_is_no_estimate(seed, rows):
    """Few rows for six parameters: the search runs to where the residual of a row differs from 0 by rounding alone."""
    rng = np.random.default_rng([seed, rows])
    columns = rng.normal(size=(rows, 2))
    y = columns @ [1.0, -1.0] + rng.standard_t(1, rows)
    result, flat = (mle.fit_regression(columns, y, noise) for noise in ("heteroscedastic", "gaussian"))
    assert flat.loglik - 5 < result.loglik < math.inf
    assert not result.converged and any("without bound" in text for text in result.warnings)


@pytest.mark.parametrize("noise", ["huber", "student_t", "laplace", "gaussian"])
def test_nearly_dependent_columns_keep_their_likelihood(noise):
    """Powers up to the tenth span what orthogonal polynomials span, so that the maximum is the same."""
    x = np.linspace(-8.78, -3.13, 82)
    y = 0.8 + 0.05 * np.sin(3 * x) + 0.01 * np.random.default_rng(1).standard_t(4, 82)
    raw = mle.fit_regression(mle.polynomial_features(x, 10), y, noise)
    smooth = mle.fit_regression(mle.polynomial_features(x, 10, basis="orthogonal"), y, noise)
    assert raw.converged and raw.loglik == pytest.approx(smooth.loglik, abs=1e-4)  # the powers are rounded
    assert all(error > 0 for error in raw.standard_errors.values())


def test_a_small_sample_is_gaussian():
    rng = np.random.default_rng(1)
    for n in (3, 4, 5, 6, 8):
        x = rng.normal(size=n)
        result = mle.fit_regression(x, x + rng.normal(size=n), "student_t")
        assert result.converged and result.noise_params["nu"] == math.inf
        assert math.isnan(result.standard_errors["nu"]) and result.standard_errors["x1"] > 0


@pytest.mark.parametrize("noise", SCALED)
def test_a_column_may_be_named_like_a_noise_parameter(noise):
    plain = mle.fit_regression(X, Y, noise)
    names = (*list(plain.noise_params)[:1], "k")
    options = {"nu": 4.0} if noise == "student_t" else {}
    plain, result = mle.fit_regression(X, Y, noise, **options), mle.fit_regression(X, Y, noise, names=names, **options)
    assert tuple(result.coef) == ("intercept", *names) and result.noise_params == plain.noise_params
    assert result.names[3:] == (f"noise_{names[0]}", *plain.names[4:])
    assert list(result.standard_errors.values()) == list(plain.standard_errors.values())
    assert result.free == plain.free
    for name, same in ((names[0], "x1"), (f"noise_{names[0]}", names[0])):
        assert mle.interval(result, name, method="wald") == mle.interval(plain, same, method="wald")
    with pytest.raises(ValueError, match=r"'noise_.*' names a column and a parameter"):
        mle.fit_regression(X, Y, noise, names=(f"noise_{names[0]}", names[0]))


def test_a_perfect_fit_has_no_interval():
    x = np.arange(20.0)
    with pytest.raises(ValueError, match="unbounded"):
        mle.interval(mle.fit_regression(x, 2 * x + 1), "x1")
