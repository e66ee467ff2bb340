"""Problems that are no families: what `Problem` lets anybody write down, for the tests of the optimisers."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
from conftest import draw

import mle_core as mle

REFERENCE = Path(__file__).parent.parent / "reference"
CASES = {case["id"]: case for case in json.loads((REFERENCE / "cases.json").read_text(encoding="utf-8"))}


def quadratic(k: int = 3, condition: float = 30.0, seed: int = 0) -> tuple[mle.Problem, np.ndarray, np.ndarray]:
    """−½ (θ − t)ᵀA(θ − t), its top t and its curvature A."""
    rng = np.random.default_rng(seed)
    basis = np.linalg.qr(rng.normal(size=(k, k)))[0]
    a = basis @ np.diag(np.geomspace(1, condition, k)) @ basis.T
    a = (a + a.T) / 2
    top = rng.normal(size=k)

    def value(theta):
        d = np.asarray(theta) - top
        return -0.5 * np.einsum("...i,ij,...j->...", d, a, d)

    problem = mle.Problem(
        names=tuple(f"t{j}" for j in range(k)),
        value=value,
        gradient=lambda theta: -(np.asarray(theta) - top) @ a,
        hessian=lambda theta: -a,
        fisher=lambda theta: a,
    )
    return problem, top, a


def rosenbrock() -> mle.Problem:
    """The banana valley of Rosenbrock (1960) upside down; its top is (1, 1)."""

    def gradient(theta):
        x, y = np.moveaxis(np.asarray(theta, dtype=float), -1, 0)
        return np.stack([400 * x * (y - x**2) + 2 * (1 - x), -200 * (y - x**2)], axis=-1)

    def hessian(theta):
        x, y = theta
        return -np.array([[1200 * x**2 - 400 * y + 2, -400 * x], [-400 * x, 200.0]])

    def value(theta):
        x, y = np.moveaxis(np.asarray(theta, dtype=float), -1, 0)
        return -(100 * (y - x**2) ** 2 + (1 - x) ** 2)

    return mle.Problem(names=("x", "y"), value=value, gradient=gradient, hessian=hessian)


def logistic(design: np.ndarray, y: np.ndarray) -> mle.Problem:
    """Mean log-likelihood of a logistic regression of y (n,) on the columns of design (n, k)."""
    n = len(y)

    def chance(theta):
        return 1 / (1 + np.exp(-design @ theta))

    def value(theta):
        z = np.asarray(theta) @ design.T
        return -(np.logaddexp(0, -z) * y + np.logaddexp(0, z) * (1 - y)).mean(axis=-1)

    def hessian(theta):
        p = chance(theta)
        return -(design.T * (p * (1 - p))) @ design / n

    return mle.Problem(
        names=tuple(f"b{j}" for j in range(design.shape[1])),
        value=value,
        gradient=lambda theta: design.T @ (y - chance(theta)) / n,
        hessian=hessian,
        fisher=lambda theta: -hessian(theta),
        scores=lambda theta: design * (y - chance(theta))[:, None],
        batch=lambda rows: logistic(design[rows], y[rows]),
        n=n,
        cheap=False,
    )


def read_logistic(case_id: str) -> tuple[mle.Problem, np.ndarray, dict[str, float]]:
    """A published logistic regression: the problem, its coefficients to 22 digits, and the case's other numbers."""
    case = CASES[case_id]
    with (REFERENCE / case["data"]["csv"]).open(newline="") as rows:
        table = list(csv.DictReader(rows))
    columns = [[float(row[name]) for row in table] for name in case["data"]["x"]]
    design = np.column_stack([np.ones(len(table)), *columns])
    exact = {name: float(text) for name, text in case["high_precision"].items()}
    names = ["const", *case["data"]["x"]]
    problem = logistic(design, np.array([float(row[case["data"]["y"]]) for row in table]))
    return problem, np.array([exact[f"b_{name}"] for name in names]), exact


def read_column(case_id: str) -> np.ndarray:
    """The data of a published fit of one column."""
    data = CASES[case_id]["data"]
    with (REFERENCE / data["csv"]).open(newline="") as rows:
        return np.array([float(row[data["column"]]) for row in csv.DictReader(rows)])


def gamma_problem(n: int = 200, coordinates: str = "log") -> tuple[mle.Problem, np.ndarray]:
    problem = mle.likelihood_problem("gamma", draw(mle.FAMILIES["gamma"], n), coordinates)
    return problem, problem.from_params({"shape": 1.5, "rate": 0.8})


def check_record(path: mle.Path, problem: mle.Problem) -> None:
    """What holds for every path."""
    m, k = path.n_steps, len(problem.names)
    assert path.theta.shape == path.gradients.shape == (m + 1, k)
    assert path.values.shape == path.passes.shape == (m + 1,)
    assert path.steps.shape == path.sizes.shape == (m,)
    assert np.isfinite(path.theta).all()
    assert np.isfinite(path.values).all()
    assert np.isfinite(path.gradients).all()
    assert (np.diff(path.passes) > 0).all()
    assert path.reason in ("converged", "max_steps", "diverged")
    assert path.converged == (path.reason == "converged")
    assert "standard errors" in path.message
    assert m <= len(path.rejected) <= m + 1
    one_by_one = np.array([float(problem.value(theta)) for theta in path.theta])
    np.testing.assert_allclose(path.values, one_by_one, rtol=1e-13, atol=1e-14)
    for name in problem.names:
        assert path.params[name].shape == (m + 1,)
