"""Fits of classifiers: logistic regression, softmax, and least squares through the sigmoid to compare with."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence

import numpy as np
from scipy import special

from ..domain import Array, DegenerateDataError, DomainError, MleError
from ..linear.design import Design
from .frame import Frame
from .labels import Labels
from .limit import Limit, find_limit, overlaps
from .model import LogitModel
from .newton import Maximum, maximise_logit
from .result import ClassifierResult
from .squares import minimise_squares

__all__ = ["CLASSIFIER_LOSSES", "fit_classifier"]

CLASSIFIER_LOSSES = ("bce", "mse", "softmax")
"""What `fit_classifier` can minimise."""

_EXPLORE = 30


def fit_classifier(
    X: object,
    y: object,
    loss: str = "bce",
    intercept: bool = True,
    names: Sequence[str] | None = None,
    weights: object = None,
    ridge: float = 0.0,
) -> ClassifierResult:
    """Fit a classifier that is linear in X.

    Parameters
    ----------
    X : array of shape (n, d) or (n,)
        Real numbers of any kind; never modified. None for the intercept alone.
    y : array of shape (n,)
        0 and 1 (numbers or booleans) for "bce" and "mse"; labels of any kind, at least two, for "softmax".
    loss : str
        "bce": logistic regression. "softmax": multinomial logit. "mse": ½(y − σ(z))², which is not a likelihood of the
        labels; log-likelihood, AIC and deviance are then those of the labels at its solution.
    intercept : bool
        Put a column of ones named "intercept" first.
    names : sequence of str, optional
        Names of the columns; a data frame's, else x1 … xd.
    weights : array of shape (n,), optional
        Counts: weight w is the same as the row w times.
    ridge : float
        λ ≥ 0 of the penalty ½ λ Σ w² that is added to the summed loss; over all coefficients but the intercepts, in the
        units of X, and over the classes other than the reference.

    Returns
    -------
    ClassifierResult
        Separated data are a result: infinite coefficients are ±inf, the others at their finite limits, the
        log-likelihood at its supremum. Non-convergence is a result too.

    Raises
    ------
    DomainError
        If y holds other values than 0 and 1 ("bce", "mse"), or the ridge is negative.
    DegenerateDataError
        If there is a ridge, an intercept and only one label.
    RankDeficientError
        If columns depend on each other; not with a ridge.
    TypeError, ValueError
        If X is not made of finite numbers, shapes disagree, or the loss is unknown.

    Notes
    -----
    Newton's method with step-halving on whitened columns. Separation by a linear programme (Konis 2007), which is left
    out where the maximum found is itself the proof that the labels overlap (see `limit.overlaps`).
    """
    if loss not in CLASSIFIER_LOSSES:
        raise MleError(f"there is no classifier with loss {loss!r}; choose one of {', '.join(CLASSIFIER_LOSSES)}.")
    if not isinstance(ridge, numbers.Real):
        raise TypeError(
            f"ridge = {ridge!r} is not a number; choose one in [0, ∞), 0 for the maximum of the likelihood."
        )
    if not (ridge >= 0 and math.isfinite(ridge)):
        raise DomainError(f"ridge = {ridge:g} is outside [0, ∞); choose 0 for the maximum of the likelihood.")
    labels = Labels.of(y) if loss == "softmax" else Labels.binary(y)
    columns = np.empty((labels.codes.size, 0)) if X is None else X
    design = Design.of(columns, labels.codes.size, names, weights, intercept)
    if ridge == 0:
        design.check_rank()
    elif intercept and np.ptp(labels.codes[design.kept]) == 0:
        raise DegenerateDataError(
            f"y holds only {labels.classes[labels.codes[0]]}: the ridge does not hold the intercept, which has no finite "
            "estimate; add rows of the other label or use intercept=False."
        )
    if loss == "softmax" and not design.kept.all():
        labels = Labels.of(np.asarray(y)[design.kept])
        codes = labels.codes
    else:
        codes = labels.codes[design.kept]
    frame = Frame.of(design, orthonormal=ridge == 0)
    model = LogitModel(frame.columns, codes, len(labels.classes), design.weights)
    with np.errstate(all="ignore"):
        free = maximise_logit(model, np.zeros(model.size), most=_EXPLORE)
        proven = overlaps(model, free)
        limit = None if proven else find_limit(model, frame)
        solve = _squares if loss == "mse" else _likelihood
        theta, finite, spread, converged, steps, notes = solve(design, free, model, frame, limit, float(ridge))
        reached = ridge == 0 and loss != "mse" and limit is None and free.converged
        loglik = free.loglik if reached else _loglik(model, frame, finite, limit if ridge == 0 else None)
    k = model.size
    listed = (
        tuple(f"{label}:{name}" for label in labels.classes[1:] for name in design.names)
        if loss == "softmax"
        else design.names
    )
    if limit is not None:
        notes = (_separated(limit, listed, ridge), *notes)
        if np.ptp(codes) == 0:
            notes = (
                f"y holds only the class {labels.classes[codes[0]]!r}, which every row has; add rows of the other.",
                *notes,
            )
    elif not proven and ridge == 0:
        notes = ("the labels are so nearly separated that few digits of the estimates are certain.", *notes)
    if design.n <= k:
        notes = (*notes, f"n = {design.n:g} observations for {k} parameters: standard errors are rough.")
    return ClassifierResult(
        loss=loss,
        classes=labels.classes,
        names=listed,
        theta=theta,
        loglik=loglik,
        n=design.n,
        null_deviance=_null_deviance(design, codes, len(labels.classes)),
        separation=None if limit is None else "complete" if limit.complete else "quasi",
        ridge=float(ridge),
        converged=converged,
        method=f"Newton, {steps} steps",
        message="converged" if converged else "stopped before convergence",
        warnings=notes + design.warnings() if ridge == 0 else notes,
        columns=design.names,
        intercept=design.intercept,
        finite=finite,
        units=np.tile(design.units, len(labels.classes) - 1),
        unit_covariance=spread,
        model=model,
        frame=frame,
        limit=limit,
    )


def _likelihood(
    design: Design, free: Maximum, model: LogitModel, frame: Frame, limit: Limit | None, ridge: float
) -> tuple[Array, Array, Array, bool, int, tuple[str, ...]]:
    to_raw = _to_units(design, model, frame)
    if limit is not None and ridge == 0:
        if limit.model is None:
            nothing = np.zeros(model.size)
            return limit.raw(nothing), nothing, np.full((model.size, model.size), np.nan), True, 0, ()
        rest = maximise_logit(limit.model, np.zeros(model.size), limit.basis)
        inner = limit.basis.T @ rest.information @ limit.basis
        covariance = _sandwich(to_raw @ limit.basis, inner)
        covariance[limit.infinite, :] = covariance[:, limit.infinite] = np.nan
        finite = frame.to_raw(rest.theta)
        return limit.raw(finite), finite, covariance, rest.converged, rest.steps, ()
    penalty = _penalty(design, model, frame, ridge)
    found = free if penalty is None and free.converged else maximise_logit(model, free.theta, penalty=penalty)
    theta = frame.to_raw(found.theta)
    notes: tuple[str, ...] = ()
    if ridge > 0:
        notes = (f"ridge = {ridge:g}: estimates are shrunk, and standard errors take the penalty for information.",)
    return theta, theta, _sandwich(to_raw, found.information), found.converged, found.steps, notes


def _squares(
    design: Design, free: Maximum, model: LogitModel, frame: Frame, limit: Limit | None, ridge: float
) -> tuple[Array, Array, Array, bool, int, tuple[str, ...]]:
    notes: tuple[str, ...] = (
        "the squared error behind a sigmoid is not a likelihood of the labels: standard errors are the sandwich.",
    )
    k = model.size
    to_raw = _to_units(design, model, frame)
    basis, inner = np.eye(k), model
    if limit is not None and ridge == 0:
        if limit.model is None:
            return limit.raw(np.zeros(k)), np.zeros(k), np.full((k, k), np.nan), True, 0, notes
        basis = limit.basis
        inner = LogitModel(limit.model.X @ basis, limit.model.codes, 2, limit.model.weights)
    penalty = _penalty(design, model, frame, ridge)
    guide = maximise_logit(inner, np.zeros(basis.shape[1]), penalty=penalty, most=_EXPLORE).theta
    spread = np.random.default_rng(0).normal(size=(4, guide.size))
    starts = np.concatenate([guide * np.array([[1.0], [0.0], [0.3], [3.0]]), guide + spread])
    found = minimise_squares(inner, starts, penalty)
    if not found.converged:
        notes = (*notes, "no minimum was reached: the squared error may have its infimum at infinity.")
    covariance = np.full((k, k), np.nan)
    if found.converged:
        bread = to_raw @ basis @ np.linalg.inv(found.hessian)
        covariance = bread @ found.variation @ bread.T
    theta = finite = frame.to_raw(basis @ found.theta)
    if limit is not None and ridge == 0:
        covariance[limit.infinite, :] = covariance[:, limit.infinite] = np.nan
        theta = limit.raw(finite)
    return theta, finite, covariance, found.converged, found.steps, notes


def _to_units(design: Design, model: LogitModel, frame: Frame) -> Array:
    """From coefficients of the frame to those of columns of size 1, whose squares are floats."""
    return frame.matrix_to_raw(model.classes) * np.tile(design.units, model.classes - 1)[:, None]


def _penalty(design: Design, model: LogitModel, frame: Frame, ridge: float) -> Array | None:
    if ridge == 0:
        return None
    punished = np.tile(np.arange(design.p) >= design.intercept, model.classes - 1)
    to_raw = frame.matrix_to_raw(model.classes)[punished]
    penalty: Array = ridge * to_raw.T @ to_raw
    return penalty


def _sandwich(matrix: Array, information: Array) -> Array:
    """matrix·information⁻¹·matrixᵀ, by Cholesky; NaN where the information is singular."""
    try:
        factor = np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        return np.full((len(matrix), len(matrix)), np.nan)
    half = np.linalg.solve(factor, matrix.T)
    covariance: Array = half.T @ half
    return covariance


def _loglik(model: LogitModel, frame: Frame, finite: Array, limit: Limit | None) -> float:
    rest = model if limit is None else limit.model
    return 0.0 if rest is None else rest.loglik(frame.from_raw(finite))


def _null_deviance(design: Design, codes: np.ndarray[tuple[int, ...], np.dtype[np.intp]], classes: int) -> float:
    counts = np.bincount(codes, design.weights, minlength=classes)
    if not design.intercept:
        return 2 * design.n * math.log(classes)
    return 0.0 - 2 * float(np.sum(special.xlogy(counts, counts / design.n)))


def _separated(limit: Limit, names: tuple[str, ...], ridge: float) -> str:
    at_infinity = ", ".join(name for name, infinite in zip(names, limit.infinite, strict=True) if infinite)
    kind = "completely" if limit.complete else "quasi-completely"
    if ridge > 0:
        return f"the labels are {kind} separated: the estimates of {at_infinity} are finite only through the ridge."
    return (
        f"the labels are {kind} separated: the likelihood has no finite maximum in {at_infinity}; collect more data, "
        "or use a ridge."
    )
