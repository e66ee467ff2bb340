"""The maximum of a classifier's likelihood with some coefficients held: what profiles and intervals are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from ..domain import Array
from .frame import Frame
from .limit import Limit, find_limit
from .model import LogitModel
from .newton import maximise_logit

__all__ = ["Search", "prepare_search"]

Search: TypeAlias = Callable[[Sequence[int], Array], tuple[Array, float]]
"""Places and values of the held coefficients → theta (k,) and its log-likelihood."""


def prepare_search(
    model: LogitModel, frame: Frame, apart: Limit | None, estimate: Array, places: frozenset[int]
) -> Search:
    """Prepare the search with the coefficients of X at `places` held.

    Parameters
    ----------
    model : LogitModel
        On the frame's columns.
    frame : Frame
    apart : Limit or None
        How the labels are separated with all coefficients free; if they are not, they are not with fewer either.
    estimate : ndarray of shape (k,)
        Coefficients of X to begin near, where they are not separated.
    places : frozenset of int
    """
    k = model.size
    free = np.eye(k)[:, [j for j in range(k) if j not in places]]
    forth = frame.matrix_from_raw(model.classes)
    limit = find_limit(model, frame, free) if apart is not None and free.size else None
    basis = np.linalg.qr(forth @ free)[0] if limit is None else limit.basis
    rest = model if limit is None else limit.model
    begin = np.zeros(k) if apart is not None else frame.from_raw(estimate)

    def search(order: Sequence[int], value: Array) -> tuple[Array, float]:
        raw = np.zeros(k)
        raw[list(order)] = value
        offset = forth @ raw
        best, loglik = offset, 0.0
        if rest is not None:
            # From the point nearest to the estimate in the metric of the columns.
            starts = [begin]
            if apart is not None and len(order) == 1 and raw[order[0]] * apart.direction[order[0]] > 0:
                # Where all that can be right is right: from elsewhere far out nothing curves that could lead there.
                starts.append(forth @ (apart.direction * (raw[order[0]] / apart.direction[order[0]])))
            with np.errstate(all="ignore"):
                starts = [offset + basis @ (basis.T @ (start - offset)) for start in starts]
                found = maximise_logit(rest, max(starts, key=rest.loglik), basis)
            best, loglik = found.theta, found.loglik
        theta = frame.to_raw(best) if limit is None else limit.raw(frame.to_raw(best))
        theta[list(order)] = value
        return theta, loglik

    return search
