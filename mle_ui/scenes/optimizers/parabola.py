"""Newton's parabola along its own step: what it promises, and what the log-likelihood gives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.scenes.optimizers.arena import Arena

Array = npt.NDArray[np.float64]

#: Shares of the full step at which both curves are drawn.
SHARES = np.linspace(-0.6, 2.2, 57)
#: Below this rise (nats, summed) the two curves differ by rounding alone.
_RESOLVED = 1e-7


@dataclass(frozen=True, eq=False)
class Cut:
    """The line from θ through the end of the full Newton step, heights as shares of the rise that the parabola promises.

    Parameters
    ----------
    truth, parabola : ndarray of shape (57,)
        At `SHARES` of the step; −∞ outside the domain.
    promised, gained : float
        Nats, summed: the parabola's rise at the full step, and the log-likelihood's.
    concave : bool
        Whether the parabola has a top at θ. If not, the step goes as far as to the top of its mirror image.
    """

    truth: Array
    parabola: Array
    promised: float
    gained: float
    concave: bool


@lru_cache(maxsize=4096)
def cut(arena: Arena, theta: tuple[float, ...]) -> Cut:
    """Newton's step at a point in the problem's coordinates."""
    problem, here, n = arena.problem, np.array(theta), arena.n
    touching = mle.newton_parabola(problem, here)
    full = mle.optimize(problem, here, "newton", 1, step=1.0, tol=0.0)
    # No step: it leaves the domain, or the slope is exactly zero.
    end = full.theta[-1] if full.n_steps else full.rejected[-1][-1] if full.rejected else here
    line = here + SHARES[:, None] * (end - here)
    promised = n * float(touching.gradient @ (end - here)) / 2
    parabola = n * (touching(line) - touching.value)
    with np.errstate(all="ignore"):
        truth = n * (np.asarray(problem.value(line)) - touching.value)
        gained = n * (float(problem.value(end)) - touching.value)
    if promised < _RESOLVED:
        shape = 2 * SHARES - SHARES**2
        return Cut(shape, shape, max(promised, 0.0), max(promised, 0.0), touching.top is not None)
    return Cut(truth / promised, parabola / promised, promised, gained, touching.top is not None)
