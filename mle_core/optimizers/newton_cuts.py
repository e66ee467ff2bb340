"""Newton's method looked at along its own steps: the log-likelihood, the parabola that touches it, and the one that is climbed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..domain import Array, Bools
from .points_many import Points
from .problem import Problem

__all__ = ["NewtonCuts", "newton_cuts"]


@dataclass(frozen=True, eq=False)
class NewtonCuts:
    """Cuts through a problem at m points along the full Newton step; heights in nats per observation above the point.

    Parameters
    ----------
    step : ndarray of shape (m, k)
        The full step: along each curvature's direction as far as its size says, always uphill.
    truth, touching : ndarray of shape (m, s)
        The value, −inf outside the domain, and its second-order Taylor polynomial at shares of the step.
    promised, gained : ndarray of shape (m,)
        Rise of the parabola that the step climbs, and of the value, at the end of the step.
    concave : ndarray of shape (m,)
        Whether the touching parabola has a top. Where it has none, the step goes to the top of another one, with the same
        slope, in which each curvature that points upwards is turned over (Nocedal & Wright 2006, §3.4).
    """

    step: Array
    truth: Array
    touching: Array
    promised: Array
    gained: Array
    concave: Bools

    def model(self, shares: ArrayLike) -> Array:
        """Heights (m, s) of the parabola that the step climbs: its top is the end of the step."""
        s = np.asarray(shares, dtype=np.float64)
        return np.asarray(self.promised[:, None] * (2 * s - s**2))


def newton_cuts(problem: Problem, theta: ArrayLike, shares: ArrayLike) -> NewtonCuts:
    """The cuts at theta (m, k), drawn at `shares` (s,) of the full step; points inside the domain of a problem with a Hessian."""
    here = Points(problem, np.asarray(theta, dtype=np.float64))
    s = np.asarray(shares, dtype=np.float64)
    with np.errstate(all="ignore"):
        metric = here.observed
        step = np.where(metric.known[:, None], metric.step(here.gradient), here.gradient)
        slope = np.sum(here.gradient * step, axis=1)
        bend = np.einsum("mi,mij,mj->m", step, here.hessian, step)
        line = here.theta[:, None] + np.append(s, 1.0)[:, None] * step[:, None]
        truth = np.asarray(problem.value(line)) - here.value[:, None]
    touching = slope[:, None] * s + 0.5 * bend[:, None] * s**2
    return NewtonCuts(step, truth[:, :-1], touching, slope / 2, truth[:, -1], metric.concave)
