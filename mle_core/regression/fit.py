"""Maximum-likelihood fits of regressions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..arguments import real_number
from ..domain import Array, Bools, DegenerateDataError, DomainError, MleError, Param
from ..linear.design import Design
from ..linear.noise import Noise, Problem, Solution, loglik_precisely
from ..noises import NOISES
from ..sample import as_floats
from .covariance import covariance
from .result import RegressionResult

__all__ = ["Prepared", "checked_settings", "fit_regression", "prepare"]


def fit_regression(
    X: object,
    y: object,
    noise: str | Noise = "gaussian",
    intercept: bool = True,
    names: Sequence[str] | None = None,
    weights: object = None,
    Z: object = None,
    offset: object = None,
    **options: float | None,
) -> RegressionResult:
    """Fit a linear predictor and its noise by maximum likelihood.

    Parameters
    ----------
    X : array of shape (n, d) or (n,), or None
        Columns of the predictor, without the constant; None for the constant alone. Never modified.
    y : array of shape (n,)
    noise : str or Noise
        A key of `NOISES`: "gaussian", "laplace", "student_t", "huber", "heteroscedastic" (log-variance linear in Z) or
        "poisson" (log link).
    intercept : bool
        Add a constant, named "intercept", to X; also to Z.
    names : sequence of str, optional
        Names of the d columns; those of a data frame, else x1, …, xd. Where one of them is that of a noise parameter,
        the latter is called noise_b, say, in `names`, for intervals, tests and profiles.
    weights : array of shape (n,), optional
        Counts: weight w is the same as the row w times.
    Z : array of shape (n, q) or (n,), optional
        Columns of the log-variance for "heteroscedastic"; X if None.
    offset : array of shape (n,), optional
        Added to the linear predictor, with coefficient 1 (the log exposure of counts).
    **options
        Settings of the noise model: ``k=1.345`` of huber, ``nu=4.0`` to hold ν of student_t.

    Returns
    -------
    RegressionResult
        Non-convergence and separation (infinite coefficients of a Poisson regression) are results, not exceptions;
        so is data without noise: sigma = 0 and log-likelihood ∞, with a warning.

    Raises
    ------
    RankDeficientError
        If columns depend on each other; the message names them.
    DegenerateDataError
        If there are no more observations than coefficients, or the likelihood is unbounded (student_t with most
        points on one plane).
    DomainError
        If y cannot occur, such as −1 as a count, or an option is outside its domain.
    TypeError, ValueError
        If the data are not finite numbers, or their shapes do not agree.

    Notes
    -----
    Columns and y are divided by powers of two, which loses no bit. Methods: gaussian by Householder QR with refinement
    (Björck 1967); laplace by the simplex method (Barrodale & Roberts 1973); student_t (Lange, Little & Taylor 1989),
    huber, heteroscedastic (Harvey 1976) and poisson (McCullagh & Nelder 1989) by safeguarded Newton steps.
    Standard errors come from the expected information, for student_t and huber from the observed one.
    """
    prepared = prepare(X, y, noise, intercept, names, weights, Z, offset)
    settings = checked_settings(prepared.noise, options)
    problem = prepared.with_settings(settings)
    held = prepared.held(settings)
    with np.errstate(all="ignore"):
        return prepared.result(problem, held, prepared.noise.solve(problem, held, None))


@dataclass(frozen=True, eq=False)
class Prepared:
    """The data of a fit, checked, and divided by powers of two; `problem` has the default settings."""

    noise: Noise
    problem: Problem
    parameters: tuple[Param, ...]
    design: Design
    all_rows: Design
    variance_everywhere: Design | None
    y: Array
    offset: Array
    unit: float
    factors: Array

    def with_settings(self, settings: Mapping[str, float | None]) -> Problem:
        return replace(self.problem, options=settings)

    def held(self, settings: Mapping[str, float | None]) -> dict[int, float]:
        """Place of a noise parameter → the value that a setting holds it at, in the problem's unit."""
        params = self.noise.parameters(self.problem)
        return {
            j: value / self.unit**param.power for j, param in enumerate(params) if (value := settings.get(param.name))
        }

    def result(self, problem: Problem, held: Mapping[int, float], solution: Solution) -> RegressionResult:
        """The result of a solution, in the units of the data."""
        model, design, unit, factors = self.noise, self.design, self.unit, self.factors
        value, notes = _value(model, problem, solution)
        matrix, more = covariance(model, problem, solution.theta, held, value)
        params = model.parameters(problem)
        return RegressionResult(
            noise=model,
            parameters=self.parameters,
            coefficient_names=design.names,
            theta=solution.theta * factors,
            loglik=value - (design.n * math.log(unit) if model.gaussian_like else 0.0),
            covariance=matrix * factors[:, None] * factors,
            errors=np.sqrt(np.diagonal(matrix)) * factors,
            n=design.n,
            converged=solution.converged,
            method=solution.method,
            message=solution.message,
            warnings=(*design.warnings(), *solution.warnings, *notes, *more),
            fixed={self.parameters[j].name: float(problem.options[params[j].name] or 0.0) for j in held},
            certificate=solution.certificate,
            design=self.all_rows,
            kept=design.kept,
            variance_design=self.variance_everywhere,
            y=self.y,
            offset=self.offset,
            problem=problem,
            factors=factors,
            scaled_covariance=matrix,
            unit=unit,
            limit=None if solution.eta is None else _everywhere(solution.eta, design.kept),
        )


def prepare(
    X: object,
    y: object,
    noise: str | Noise,
    intercept: bool = True,
    names: Sequence[str] | None = None,
    weights: object = None,
    Z: object = None,
    offset: object = None,
) -> Prepared:
    """Check the data of `fit_regression` and bring them into a unit in which squares do not overflow."""
    model = _resolve(noise)
    response = as_floats(y, "y")
    columns = np.empty((response.size, 0)) if X is None else X
    design = Design.of(columns, response.size, names, weights, intercept)
    all_rows = design if design.kept.all() else Design.of(columns, response.size, names, None, intercept)
    shift = np.zeros(response.size) if offset is None else as_floats(offset, "offset")
    if shift.size != response.size:
        raise MleError(f"offset has {shift.size} values and y has {response.size}; they must agree.")
    kept = design.kept
    observed = response if kept.all() else response[kept]
    if model.check is not None:
        model.check(response)
    if model.gaussian_like and design.n <= design.p:
        raise DegenerateDataError(
            f"{design.n:g} observation{'s' * (design.n != 1)} for {design.p} coefficients: the noise ({model.name}) is not "
            "estimable, since as many coefficients as observations fit exactly; add observations or leave out columns."
        )
    design.check_rank()
    variance = _variance_design(model, Z, columns, all_rows, weights, intercept)
    if variance is not None:
        variance.check_rank()
    unit = _unit(observed) if model.gaussian_like else 1.0
    problem = Problem(
        X=design.scaled,
        y=observed / unit,
        offset=shift[kept] / unit,
        weights=design.weights,
        n=design.n,
        Z=None if variance is None else variance.scaled,
        log_variance=-2 * math.log(unit) if variance is not None else 0.0,
        options=model.options,
    )
    params = model.parameters(problem)
    taken = set(design.names)
    called = tuple(replace(param, name=f"noise_{param.name}") if param.name in taken else param for param in params)
    clash = sorted({param.name for param in called} & taken)
    if clash:
        raise MleError(f"{clash[0]!r} names a column and a parameter of the noise ({model.name}); rename the column.")
    factors = np.concatenate(
        [
            unit / design.units,
            np.array([unit**param.power for param in params]) if variance is None else 1 / variance.units,
        ]
    )
    return Prepared(
        noise=model,
        problem=problem,
        parameters=called,
        design=design,
        all_rows=all_rows,
        variance_everywhere=variance if kept.all() else _variance_design(model, Z, columns, all_rows, None, intercept),
        y=response,
        offset=shift,
        unit=unit,
        factors=factors,
    )


def _resolve(noise: str | Noise) -> Noise:
    if isinstance(noise, Noise):
        return noise
    if noise not in NOISES:
        raise MleError(f"there is no noise model {noise!r}; choose one of {', '.join(NOISES)}.")
    return NOISES[noise]


def checked_settings(model: Noise, options: Mapping[str, float | None]) -> dict[str, float | None]:
    """The settings of a noise model with their defaults, those given being in their domains."""
    known = dict(model.options)
    for name, value in options.items():
        if name not in known:
            listed = ", ".join(known) or "none"
            raise MleError(f"{model.key} has no option {name!r}; its options: {listed}.")
        if value is None:
            continue
        value = real_number(value, name)
        param = next(param for param in (*model.params, *model.curve) if param.name == name)
        if not param.contains(value):
            raise DomainError(
                f"{name} = {value} is outside {param.domain}, the domain of {param.symbol} of {model.key}; choose a "
                "value inside."
            )
        known[name] = value
    return known


def _variance_design(
    model: Noise, Z: object, X: object, all_rows: Design, weights: object, intercept: bool
) -> Design | None:
    if not model.per_column:
        if Z is not None:
            raise MleError(f'{model.key} has no log-variance that Z could explain; choose noise="heteroscedastic".')
        return None
    rows = all_rows.X.shape[0]
    if Z is None:
        return Design.of(X, rows, all_rows.names[intercept:], weights, intercept)
    return Design.of(Z, rows, None, weights, intercept, label="Z")


def _unit(y: Array) -> float:
    """The power of two that y is divided by: loses no bit, and squares neither overflow nor underflow."""
    largest = float(np.abs(y).max())
    return math.ldexp(1.0, math.frexp(largest)[1] - 1) if largest > 0 else 1.0


def _value(model: Noise, problem: Problem, solution: Solution) -> tuple[float, tuple[str, ...]]:
    """The log-likelihood at the solution; ∞ where there is no noise at all."""
    p = problem.X.shape[1]
    if solution.eta is not None:
        return float(problem.total(model.terms(problem, solution.eta[None]).value)[0]), ()
    scale = solution.theta[p] if model.gaussian_like and not model.per_column else 1.0
    if scale > 0 and model.maximum_at is not None:
        return float(model.maximum_at(problem, {}, {}, 1)[1][0]), ()
    if scale > 0:
        return loglik_precisely(model, problem, solution.theta), ()
    name = model.params[0].name
    return math.inf, (
        f"all {problem.n:g} observations lie exactly on the fitted plane: {name} = 0 and the log-likelihood is ∞; there "
        "are no standard errors, intervals or tests.",
    )


def _everywhere(eta: Array, kept: Bools) -> Array:
    values = np.full(kept.size, math.nan)
    values[kept] = eta
    return values
