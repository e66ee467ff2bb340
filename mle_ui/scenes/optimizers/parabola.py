"""Newton's parabola along its own step: what it promises, and what the log-likelihood gives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

import mle_core as mle
from mle_ui.scenes.optimizers.arena import Arena

Array = npt.NDArray[np.float64]

#: Shares of the full step at which the curves are drawn.
SHARES = np.linspace(-0.6, 2.2, 57)
#: A step that promises less (nats, summed) is not worth looking at.
WORTH = 0.01
#: Below this rise (nats, summed) the curves differ by rounding alone.
_RESOLVED = 1e-7


@dataclass(frozen=True, eq=False)
class Cut:
    """The line from θ through the end of the full Newton step, heights as shares of the rise that is promised there.

    The parabola that the step climbs has its top at its end: 2s − s² at the share s, always.

    Parameters
    ----------
    truth, touching : ndarray of shape (57,)
        ℓ at `SHARES` of the step, −∞ outside the domain; and the parabola that touches it, which may have no top.
    promised, gained : float
        Nats, summed: the rise of the climbed parabola at the full step, and the log-likelihood's.
    concave : bool
        Whether the touching parabola has a top at θ. Then it is the one that is climbed; if not, that one is turned over.
    """

    truth: Array
    touching: Array
    promised: float
    gained: float
    concave: bool


def climbed(shares: Array) -> Array:
    """The parabola that the step climbs."""
    return 2 * shares - shares**2


@lru_cache(maxsize=4096)
def cut(arena: Arena, theta: tuple[float, ...]) -> Cut:
    """Newton's step at a point in the problem's coordinates."""
    return cuts(arena, np.array(theta)[None])[0]


def cuts(arena: Arena, theta: Array) -> list[Cut]:
    """The same at many points (m, k) at once."""
    found, n, out = mle.optimizers.newton_cuts(arena.problem, theta, SHARES), arena.n, []
    for i in range(len(theta)):
        promised, gained, concave = float(n * found.promised[i]), float(n * found.gained[i]), bool(found.concave[i])
        if promised < _RESOLVED:
            shape, rise = climbed(SHARES), max(promised, 0.0)
            out.append(Cut(shape, shape, rise, rise, concave))
        else:
            out.append(Cut(n * found.truth[i] / promised, n * found.touching[i] / promised, promised, gained, concave))
    return out
