"""Published results, within the tolerance of their recomputation to 22 digits."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

import mle_core as mle

REFERENCE = Path(__file__).parent.parent / "reference"
CASES = {case["id"]: case for case in json.loads((REFERENCE / "cases.json").read_text(encoding="utf-8"))}

# Case → family, and the published names of its parameters in the order of theta.
FITS = {
    "mass_fitdistr_gamma": ("gamma", ("shape", "rate")),
    "mass_fitdistr_t_df9": ("student_t", ("m", "s")),
    "mass_fitdistr_weibull": ("weibull", ("shape", "scale")),
    "mass_test_normal": ("normal", ("mean", "sd")),
    "mass_test_lognormal": ("lognormal", ("meanlog", "sdlog")),
    "mass_test_poisson": ("poisson", ("lambda",)),
    "groundbeef_weibull": ("weibull", ("shape", "scale")),
    "horsekicks_poisson": ("poisson", ("lambda",)),
}
MOMENTS = ["nist_univ_NumAcc1", "nist_univ_NumAcc2", "nist_univ_NumAcc4", "nist_univ_Michelso", "nist_univ_PiDigits"]


def fitted(case_id: str) -> mle.FitResult:
    case = CASES[case_id]
    data = case["data"]
    key, _ = FITS.get(case_id, ("normal", ()))
    fixed = {"nu": float(data["fixed"]["df"])} if "fixed" in data else {}
    if "value" in data:
        return mle.fit(key, data["value"], weights=data["count"], fixed=fixed)
    if "x" in data:
        return mle.fit(key, data["x"], fixed=fixed)
    with (REFERENCE / data["csv"]).open(newline="") as rows:
        x = [float(row[data["column"]]) for row in csv.DictReader(rows)]
    assert len(x) == data["n"]
    return mle.fit(key, x, fixed=fixed)


def reached(case_id: str) -> dict[str, float]:
    """Everything of the fit that a case may state, under the case's names."""
    result = fitted(case_id)
    names = dict(zip(FITS[case_id][1], result.names, strict=False))
    values = {"llf": result.loglik, "aic": result.aic, "bic": result.bic}
    for published, name in names.items():
        values[published] = result.params[name]
        values[f"se_{published}"] = result.standard_errors[name]
        values[f"lr95_low_{published}"], values[f"lr95_upp_{published}"] = mle.interval(result, name)
    if len(names) == 2:
        scale = np.prod([result.standard_errors[name] for name in names.values()])
        values["corr"] = result.covariance[0, 1] / scale
    return values


def test_every_case_of_these_families_is_tested():
    words = ("normal (", "gamma (", "weibull (", "student-t", "Poisson, frequency", "poisson (lambda")
    univariate = {
        i for i, case in CASES.items() if case["task"] == "univariate_fit" and case["model"].startswith(words)
    }
    assert univariate | {"mass_test_lognormal"} == set(FITS)
    assert {i for i, case in CASES.items() if case["task"] == "univariate_moments"} == set(MOMENTS)


@pytest.mark.parametrize("case_id", FITS)
def test_fit(case_id):
    case, values = CASES[case_id], reached(case_id)
    for name, text in case["high_precision"].items():
        relative = 1e-8 if name.startswith("se_") or name == "corr" else 1e-10
        absolute = 1e-12 if name == "corr" else 0.0
        assert values[name] == pytest.approx(float(text), rel=relative, abs=absolute), name
    for name, printed in case["expected"].items():
        assert abs(values[name] - printed) <= case["tolerance"][name]["abs"], name


@pytest.mark.parametrize("case_id", MOMENTS)
def test_moments(case_id):
    case, result = CASES[case_id], fitted(case_id)
    exact = {name: float(text) for name, text in case["high_precision_of_double_rounded_data"].items()}
    assert result.params["mu"] == pytest.approx(exact["mean"], rel=1e-13)
    assert result.params["sigma"] == pytest.approx(exact["sigma_mle"], rel=1e-13)
    assert result.params["sigma"] * np.sqrt(result.n / (result.n - 1)) == pytest.approx(exact["sd"], rel=1e-13)
    assert result.loglik == pytest.approx(exact["llf"], rel=1e-12)
    assert result.standard_errors["mu"] == pytest.approx(exact["se_mean"], rel=1e-12)
    assert result.standard_errors["sigma"] == pytest.approx(exact["se_sigma"], rel=1e-12)
    tolerance = case["tolerance"]
    assert abs(result.params["mu"] - case["expected"]["mean"]) <= max(tolerance["mean"]["abs"], 1e-13 * exact["mean"])


def test_loglik_printed_by_r():
    values = {name: float(text) for name, text in CASES["r_loglik_normal_1to5"]["high_precision"].items()}
    result = fitted("r_loglik_normal_1to5")
    assert result.loglik == pytest.approx(values["llf"], rel=1e-14)
    assert result.params == pytest.approx({"mu": values["mean"], "sigma": values["sigma_mle"]}, rel=1e-15)
