"""Published regressions, within the tolerance of their recomputation to 22 digits."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest

import mle_core as mle

REFERENCE = Path(__file__).parent.parent / "reference"
TASKS = {
    "linear_gaussian": "gaussian",
    "linear_laplace": "laplace",
    "linear_heteroscedastic": "heteroscedastic",
    "glm_poisson": "poisson",
}
CASES = {
    case["id"]: case
    for case in json.loads((REFERENCE / "cases.json").read_text(encoding="utf-8"))
    if case["task"] in TASKS
}


def table(case: dict) -> dict[str, np.ndarray]:
    with (REFERENCE / case["data"]["csv"]).open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == case["data"]["n"]
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


def fitted(case: dict, constant_as_column: bool = False) -> tuple[mle.RegressionResult, dict[str, str]]:
    """The fit, and published name of a coefficient → ours."""
    data = case["data"]
    noise = TASKS[case["task"]]
    if "csv" not in data:
        y = np.array(data["x"], dtype=float)
        return mle.fit_regression(None, y, noise), {"mean": "intercept"}
    values = table(case)
    if "columns" in data:
        powers = {f"x^{j}": values["x"] ** j for j in range(6)} if "x" in values else {}
        columns = {name: powers.get(name, values.get(name, np.ones(data["n"]))) for name in data["columns"]}
        first = data["columns"][0]
        constant = first in ("const", "x^0")
        own = {f"b{j + (not constant)}": name for j, name in enumerate(columns)}
        if constant and not constant_as_column:
            del columns[first]
            own["b0"] = "intercept"
            return _fit(columns, values["y"], noise, True), own
        return _fit(columns, values["y"], noise, False), own
    columns = {name: values[name] for name in data["x"]}
    own = {"b_const": "intercept", **{f"b_{name}".rstrip("."): name for name in columns}}
    if constant_as_column:
        columns = {"const": np.ones(data["n"]), **columns}
        own["b_const"] = "const"
    Z = None
    if "z" in data:
        Z = np.column_stack([values[name] for name in data["z"]])
        if constant_as_column:
            Z = np.column_stack([np.ones(data["n"]), Z])
    return _fit(columns, values[data["y"]], noise, not constant_as_column, Z), own


def _fit(columns, y, noise, intercept, Z=None):
    X = np.column_stack(list(columns.values())) if columns else np.empty((y.size, 0))
    return mle.fit_regression(X, y, noise, intercept=intercept, names=list(columns), Z=Z)


def reached(case: dict, constant_as_column: bool) -> dict[str, float]:
    """Everything of the fit that a case may state, under the case's names."""
    result, own = fitted(case, constant_as_column)
    values = {"llf": result.loglik, "aic": result.aic, "bic": result.bic}
    gaussian = result.noise.key == "gaussian"
    errors = result.classical_standard_errors if gaussian else result.standard_errors
    for published, name in own.items():
        values[published] = result.coef[name]
        tail = published.removeprefix("b_") if "_" in published else published.removeprefix("b")
        values[f"se_{tail}" if "_" in published else f"se{tail}"] = errors[name]
        if gaussian and math.isfinite(result.loglik):
            values[f"t95_low_{tail}"], values[f"t95_upp_{tail}"] = result.t_interval(name)
    if gaussian:
        values |= {"resid_sd": result.residual_sd, "r_squared": result.r_squared}
        values["sigma_mle"] = result.noise_params["sigma"]
    if result.noise.key == "laplace":
        values["laplace_scale_ml"] = result.noise_params["b"]
        values["sum_abs_dev"] = float(np.abs(result.residuals).sum())
        values["dual_certificate_max"] = result.certificate
    if result.noise.key == "poisson":
        saturated = result.y - result.fitted
        values |= {"deviance": result.deviance, "null_deviance": result.null_deviance}
        values["lr_vs_saturated"] = result.deviance
        values["rao_vs_saturated"] = float(np.sum(saturated**2 / result.fitted))
    if result.noise.key == "heteroscedastic":
        values |= result.noise_params
        values["se_gamma2_expected"] = result.standard_errors["gamma2"]
        values["se_gamma2_observed"] = result.observed_standard_errors["gamma2"]
        null = mle.test(result, {"gamma2": 0.0})
        values |= {"lr_stat": null.lr.statistic, "wald_stat_expected": null.wald.statistic}
        values |= {"lm_stat": null.score.statistic, "llf_ols": null.loglik}
    return values


def relative(case: dict, name: str) -> float:
    if name.startswith(("se", "t95")) or name.endswith(("_stat", "_expected")):
        return 1e-8
    given = case["high_precision_rtol"]
    if isinstance(given, dict) and name[0] == "b" and name[1:].isdigit():
        return max(given["coef"], 1e-13)
    return 1e-10


@pytest.mark.parametrize("constant_as_column", [False, True], ids=["intercept", "column"])
@pytest.mark.parametrize("case_id", CASES)
def test_high_precision(case_id, constant_as_column):
    case = CASES[case_id]
    values = reached(case, constant_as_column)
    for name, text in case["high_precision"].items():
        if case_id == "nist_lin_Wampler1" and name.startswith("se"):
            assert math.isnan(values[name])  # not the number 0: there is no noise to err by
            continue
        assert values[name] == pytest.approx(float(text), rel=relative(case, name), abs=1e-14), name


@pytest.mark.parametrize("case_id", [i for i in CASES if i != "nist_lin_Wampler1"])
def test_published_digits(case_id):
    case = CASES[case_id]
    values = reached(case, False)
    for name, number in case["expected"].items():
        # Fifteen certified digits are more than double precision keeps in ill-conditioned columns.
        floor = relative(case, name) * abs(number)
        assert values[name] == pytest.approx(number, rel=0, abs=max(case["tolerance"][name]["abs"], floor)), name


def test_exact_fit_is_flagged():
    result, own = fitted(CASES["nist_lin_Wampler1"])
    assert result.noise_params["sigma"] == 0
    assert result.loglik == math.inf
    assert any("sigma = 0" in text for text in result.warnings)
    assert all(math.isnan(error) for error in result.standard_errors.values())
    assert [result.coef[own[f"b{j}"]] for j in range(6)] == pytest.approx([1.0] * 6, rel=2.7e-9)
    assert result.r_squared == 1


def test_certified_coefficients_to_the_last_digits():
    """Refinement with extended residuals gives Wampler1 and Norris more digits than plain QR keeps."""
    result, own = fitted(CASES["nist_lin_Wampler1"])
    assert [result.coef[own[f"b{j}"]] for j in range(6)] == pytest.approx([1.0] * 6, rel=1e-12)
