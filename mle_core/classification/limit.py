"""The maximum of a classifier's likelihood, in the limit where it lies at infinity.

Along a separating direction the separated contrasts tend to certainty and drop out; what is left has a finite maximum
in the coefficients that it determines (Geyer 2009, Electronic Journal of Statistics 3, 259-289).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..domain import Array, Bools
from .frame import Frame
from .model import LogitModel
from .newton import Maximum
from .separation import Separation, all_positive, contrasts, narrowest, separate

__all__ = ["Limit", "find_limit", "overlaps"]


@dataclass(frozen=True, eq=False)
class Limit:
    """What is left of a separated problem.

    Parameters
    ----------
    complete : bool
    direction : ndarray of shape (p,)
        In the units of X, the largest entry ±1; 0 for coefficients that are held.
    infinite : ndarray of bool, shape (p,)
        Coefficients of X that have no finite limit.
    model : LogitModel or None
        The likelihood of what is not separated, on the frame's columns; None if everything is.
    basis : ndarray of shape (p, r)
        Directions of the frame's coefficients that it determines.
    """

    complete: bool
    direction: Array
    infinite: Bools
    model: LogitModel | None
    basis: Array

    def raw(self, theta: Array) -> Array:
        """theta (p,) of X with ±∞ where the direction leads, NaN where infinity has no sign."""
        signs = np.where(self.direction == 0, np.nan, np.sign(self.direction))
        with np.errstate(invalid="ignore"):
            return np.where(self.infinite, signs * np.inf, theta)


def overlaps(model: LogitModel, best: Maximum) -> bool:
    """Tell whether the end of Newton's method proves that the labels overlap, so that no direction separates them.

    Notes
    -----
    By Stiemke's theorem nothing separates the contrasts a if and only if Σ u·a = 0 for some u > 0. At the maximum the
    score is that sum, with u the weighted probabilities of the wrong classes. What rounding and the last step leave of
    it is taken out by a change of the largest u alone, which is at most its length over the smallest singular value
    of their contrasts; if they stay positive, that is the proof, and no linear programme is needed.
    """
    if not best.converged:
        return False
    shares = model.mistakes(best.theta)
    rounding = 1e-14 * float(np.linalg.norm(shares)) * float(np.abs(model.X).max())
    doubt = float(np.linalg.norm(best.score)) + rounding
    for depth in (1e-1, 1e-3, 1e-5, 1e-7, 1e-9):
        floor = depth * float(shares.max())
        sizes = np.linalg.eigvalsh(model.contrast_products(shares > floor))
        if sizes[0] > 1e-12 * sizes[-1] and floor > 10 * doubt / np.sqrt(sizes[0]):
            return True
    return False


def find_limit(model: LogitModel, frame: Frame, free: Array | None = None) -> Limit | None:
    """Separation of the labels, by a linear programme; None if they overlap.

    Parameters
    ----------
    model : LogitModel
        On the frame's columns.
    frame : Frame
    free : ndarray of shape (p, f), optional
        Coefficients of X that are free, as columns of the unit matrix; all if None.
    """
    rows = contrasts(model.X, model.codes, model.classes)
    to_raw = frame.matrix_to_raw(model.classes)
    basis = np.eye(model.size) if free is None else np.linalg.qr(np.linalg.solve(to_raw, free))[0]
    found = separate(rows @ basis)
    if found is None:
        return None
    direction = _snapped(to_raw @ basis, found.direction)
    raw = contrasts(frame.raw, model.codes, model.classes)
    if not (found.complete and all_positive(raw, direction)):
        fine = narrowest(rows @ basis, found)
        if fine is not None and all_positive(raw, to_raw @ basis @ fine):
            everything, nothing = np.eye(basis.shape[1]), np.empty((basis.shape[1], 0))
            found = Separation(True, fine, np.ones_like(found.strict), everything, nothing)
            direction = to_raw @ basis @ fine
    null = np.stack([_snapped(to_raw @ basis, column) for column in found.null.T], axis=1)
    infinite = (null != 0).any(axis=1)
    if free is not None:
        held = ~free.any(axis=1)
        direction[held], infinite[held] = 0.0, False
    return Limit(
        complete=found.complete,
        direction=direction / np.abs(direction).max(),
        infinite=infinite,
        model=_remaining(model, found),
        basis=basis @ found.free,
    )


def _snapped(matrix: Array, vector: Array) -> Array:
    """matrix·vector, with what is only rounding set to zero."""
    product = matrix @ vector
    size = np.linalg.norm(matrix, axis=1) * np.linalg.norm(vector)
    return np.where(np.abs(product) > 1e-9 * size, product, 0.0)


def _remaining(model: LogitModel, found: Separation) -> LogitModel | None:
    if found.complete:
        return None
    n, c = model.X.shape[0], model.classes - 1
    tied = ~found.strict.reshape(n, c)
    rows = tied.any(axis=1)
    codes = model.codes[rows]
    active = None
    if c > 1:
        others = np.array([[k for k in range(model.classes) if k != own] for own in range(model.classes)])
        active = np.zeros((len(codes), model.classes), dtype=np.bool_)
        np.put_along_axis(active, others[codes], tied[rows], axis=1)
        np.put_along_axis(active, codes[:, None], True, axis=1)
    weights = None if model.weights is None else model.weights[rows]
    return replace(model, X=model.X[rows], codes=codes, weights=weights, active=active)
