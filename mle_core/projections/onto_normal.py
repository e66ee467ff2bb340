"""The normal that is nearest to a mixture of normals: which one, depends on the divergence.

Forward KL D(p‖q) has one answer, the mean and standard deviation of p. Reverse KL D(q‖p) may have one local optimum per
component; all are found, by Newton's method from many starts. Bishop (2006), Pattern Recognition and Machine Learning,
§10.1.2; Minka (2005), Divergence measures and message passing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ..distribution import Distribution
from ..domain import Array, DomainError, MleError
from .mixtures import NormalMixture
from .objectives import Objective, normal_objective, value_at

__all__ = ["Projection", "project"]

_KINDS = ("kl", "reverse_kl", "js", "renyi")
_MAX_STEPS = 200


@dataclass(frozen=True, eq=False)
class Projection:
    """A normal that is locally nearest to a target.

    Parameters
    ----------
    params : mapping
        {"mu": …, "sigma": …}.
    value : float
        The divergence there in nats.
    kind : str
        "kl", "reverse_kl", "js" or "renyi".
    path : ndarray of shape (steps + 1, 2)
        Every iterate (mu, sigma), the start first; read-only.
    converged : bool
        Whether the gradient vanished and the curvature is positive.
    """

    params: Mapping[str, float]
    value: float
    kind: str
    path: Array
    converged: bool = True

    @property
    def distribution(self) -> Distribution:
        """The normal itself."""
        return Distribution("normal", **self.params)


def project(
    target: Distribution | NormalMixture,
    kind: str = "kl",
    *,
    alpha: float | None = None,
    start: tuple[float, float] | None = None,
) -> tuple[Projection, ...]:
    """Every normal q that locally minimises a divergence from a mixture p of normals, the best first.

    Parameters
    ----------
    target : Distribution or NormalMixture
        A normal, a mixture family of the registry, or any number of components.
    kind : str
        "kl": D(p‖q), by moments, exactly. "reverse_kl": D(q‖p). "js". "renyi": D_α(p‖q), whose minimiser tends to that
        of D(q‖p) as α → 0 and is that of D(p‖q) at α = 1.
    alpha : float
        Of Rényi, positive.
    start : tuple of float
        (mu, sigma): only the optimum whose basin this lies in, with the path from here.

    Returns
    -------
    tuple of Projection
        Sorted by value; one each for distinct optima.

    Raises
    ------
    MleError
        For a target that is no mixture of normals, an unknown kind, or α missing.
    DomainError
        For a start whose sigma is not positive, or α not positive.

    Notes
    -----
    Newton's method in (μ, log σ) with the eigenvalues of the Hessian made positive and step halving; gradient and
    Hessian are closed forms under the integral. Reverse KL is integrated in the variable of q by the trapezoid rule.
    """
    mixture = target if isinstance(target, NormalMixture) else NormalMixture.of(target)
    if kind not in _KINDS:
        raise MleError(f"there is no projection by {kind!r}; choose one of {', '.join(_KINDS)}.")
    if kind == "renyi":
        if alpha is None:
            raise MleError("renyi needs alpha, a positive number; pass alpha=0.5 for the Bhattacharyya case.")
        if not (alpha > 0 and math.isfinite(alpha)):
            raise DomainError(f"alpha = {alpha:g} is outside (0, ∞); choose a value inside.")
    elif alpha is not None:
        raise MleError(f"{kind} takes no alpha; leave it out.")
    if start is not None and not (math.isfinite(start[0]) and 0 < start[1] < math.inf):
        raise DomainError(f"start = {start} must be (mu, sigma) with sigma in (0, ∞); choose one inside.")
    # In units of the mixture, so that tolerances and starts know no scale.
    centre, scale = mixture.mean, mixture.sd
    unit = mixture.standardised(centre, scale)
    if kind == "kl" or (kind == "renyi" and alpha == 1):
        first = (centre, scale) if start is None else start
        path = np.array([first] if start is None else [first, (centre, scale)])
        value = value_at(unit, 0.0, 1.0, "kl", math.nan)
        return (_projection(kind, path, value, True),)
    objective = normal_objective(unit, kind, math.nan if alpha is None else alpha)
    starts = _starts(unit) if start is None else [((start[0] - centre) / scale, math.log(start[1] / scale))]
    found: list[tuple[float, Array, bool]] = []
    for mu, log_sigma in starts:
        run = _newton(objective, mu, log_sigma)
        if run is None:
            continue
        value, path, converged = run
        known = any(
            np.allclose(path[-1], other[-1], rtol=0, atol=1e-5 * math.exp(path[-1, 1])) for _, other, _ in found
        )
        if start is not None or (converged and not known):
            found.append((value, path, converged))
    if not found:
        raise DomainError(f"start = {start} has an infinite divergence; choose a larger sigma.")
    found.sort(key=lambda run: run[0])
    return tuple(
        _projection(kind, np.column_stack([centre + scale * path[:, 0], scale * np.exp(path[:, 1])]), value, converged)
        for value, path, converged in found
    )


def _projection(kind: str, path: Array, value: float, converged: bool) -> Projection:
    path.setflags(write=False)
    params = MappingProxyType({"mu": float(path[-1, 0]), "sigma": float(path[-1, 1])})
    return Projection(params, value, kind, path, converged)


def _starts(mixture: NormalMixture) -> list[tuple[float, float]]:
    """(μ, log σ): the whole, every component, the middles between neighbours; each narrow, its own width and wide."""
    order = np.argsort(mixture.means)
    means, sds = mixture.means[order], mixture.sds[order]
    middles = 0.5 * (means[1:] + means[:-1])
    centres = [0.0, *means, *middles]
    widths = [1.0, *sds, *np.maximum(sds[1:], sds[:-1])]
    return [(float(m), math.log(w * c)) for m, w in zip(centres, widths, strict=True) for c in (1.0, 0.4, 2.5)]


def _newton(objective: Objective, mu: float, log_sigma: float) -> tuple[float, Array, bool] | None:
    """Value, path (steps + 1, 2) in (μ, log σ) and whether it converged to a minimum; None from an infinite start."""
    point = np.array([mu, log_sigma])
    with np.errstate(all="ignore"):
        value, gradient, hessian = objective(mu, log_sigma)
        if not math.isfinite(value):
            return None
        path = [point]
        for _ in range(_MAX_STEPS):
            measure = np.array([math.exp(point[1]), 1.0])  # a step of μ counts in units of σ
            scaled = gradient * measure
            values, vectors = np.linalg.eigh(hessian * measure * measure[:, None])
            size = float(np.linalg.norm(scaled))
            if size < 1e-10:
                return value, np.array(path), bool(values[0] > -1e-9)
            safe = np.maximum(np.abs(values), 1e-6)
            step = -vectors @ ((vectors.T @ scaled) / safe)
            step *= min(1.0, 1.0 / float(np.linalg.norm(step)))  # no further than one σ or a factor e
            slope = float(np.dot(step, scaled))
            length = 1.0
            while True:
                trial = point + length * step * measure
                new_value, new_gradient, new_hessian = objective(float(trial[0]), float(trial[1]))
                if new_value <= value + 1e-4 * length * slope:
                    break
                closer = float(np.linalg.norm(new_gradient * measure)) < 0.9 * size
                if closer and abs(new_value - value) <= 1e-12 * max(1.0, abs(value)):
                    break  # the value has no digits left to fall; its gradient has
                length *= 0.5
                if length < 1e-10:
                    return value, np.array(path), bool(size < 1e-7 and values[0] > 0)
            point, value, gradient, hessian = trial, new_value, new_gradient, new_hessian
            path.append(point)
    return value, np.array(path), False
