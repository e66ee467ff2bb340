"""The bivariate normal that is nearest to a mixture of bivariate normals, by forward or reverse KL.

The picture of Bishop (2006), Pattern Recognition and Machine Learning, figures 10.2 and 10.3.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from ..divergences.multivariate import check_covariance
from ..domain import Array, DomainError, MleError
from ..sample import as_floats

__all__ = ["MultivariateProjection", "project_multivariate"]


@lru_cache(maxsize=4)
def _rule(step: float) -> tuple[Array, Array]:
    """Nodes (m, 2) and weights (m,) of the trapezoid rule for the standard normal in the plane."""
    axis = np.arange(-8.0, 8.0 + step / 2, step)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    grid = grid[np.sum(grid**2, axis=1) <= 64]
    mass = np.exp(-0.5 * np.sum(grid**2, axis=1))
    return grid, mass / mass.sum()


# A search walks on the coarse rule and ends on a fine one.
_FINE, _COARSE, _FINEST = 0.25, 0.5, 0.0625
_LOG_2PI = math.log(2 * math.pi)


@dataclass(frozen=True, eq=False)
class MultivariateProjection:
    """A bivariate normal that is locally nearest to a target.

    Parameters
    ----------
    mean, covariance : ndarray of shapes (2,) and (2, 2)
    value : float
        The divergence there in nats.
    kind : str
        "kl" or "reverse_kl".
    path : tuple of (mean, covariance)
        Every iterate, the start first.
    converged : bool
    """

    mean: Array
    covariance: Array
    value: float
    kind: str
    path: tuple[tuple[Array, Array], ...]
    converged: bool = True


@dataclass(frozen=True, eq=False)
class _Mixture:
    """Weights (k,), means (k, 2), Cholesky factors of the covariances and their inverses (k, 2, 2)."""

    weights: Array
    means: Array
    factors: Array
    inverses: Array

    def log_density(self, x: Array) -> tuple[Array, Array]:
        """Log-density (n,) at x (n, 2) and its gradient (n, 2)."""
        z = (x - self.means[:, None]) @ np.swapaxes(self.inverses, 1, 2)
        heights = np.log(self.weights) + np.log(np.abs(np.linalg.det(self.inverses)))
        logs = heights[:, None] - 0.5 * (z[..., 0] ** 2 + z[..., 1] ** 2)
        top = logs.max(axis=0)
        shares = np.exp(logs - top)
        total = shares.sum(axis=0)
        slope = -np.sum((z * (shares / total)[..., None]) @ self.inverses, axis=0)
        return top + np.log(total) - _LOG_2PI, slope

    def step_within(self, factor: Array) -> float:
        """A step, in standard deviations of a normal with this Cholesky factor, that misses no component."""
        widths = np.linalg.svd(np.linalg.solve(factor, self.factors), compute_uv=False)
        return max(_FINEST, _FINE * 0.5 ** math.ceil(max(math.log2(_FINE / float(widths.min())), 0.0)))


def project_multivariate(
    weights: ArrayLike,
    means: ArrayLike,
    covariances: ArrayLike,
    kind: str = "kl",
    *,
    start: tuple[ArrayLike, ArrayLike] | None = None,
) -> tuple[MultivariateProjection, ...]:
    """Every bivariate normal q that locally minimises KL to or from a mixture p of bivariate normals, the best first.

    Parameters
    ----------
    weights : array_like of shape (k,)
        Positive; divided by their sum.
    means, covariances : array_like of shapes (k, 2) and (k, 2, 2)
    kind : str
        "kl": D(p‖q), by moments, exactly. "reverse_kl": D(q‖p), BFGS over the mean and the Cholesky factor of q from
        the whole mixture, every component and every pair of them.
    start : tuple of mean (2,) and covariance (2, 2)
        Only the optimum that is reached from here.

    Returns
    -------
    tuple of MultivariateProjection

    Raises
    ------
    MleError, DomainError
        For shapes that do not match, weights that are not positive, covariances that are not positive definite.

    Notes
    -----
    The expectation under q is a product trapezoid rule within 8 standard deviations of q, with steps of ¼ of one, or the
    width of the narrowest component, but not below 1/16: one that is narrower still is told with a hundredth of a nat.
    """
    if kind not in ("kl", "reverse_kl"):
        raise MleError(f"there is no bivariate projection by {kind!r}; choose kl or reverse_kl.")
    mixture = _checked(weights, means, covariances)
    mean = mixture.weights @ mixture.means
    offsets = mixture.means - mean
    covariance = np.einsum("k,kij->ij", mixture.weights, mixture.factors @ np.swapaxes(mixture.factors, 1, 2))
    covariance = covariance + (offsets.T * mixture.weights) @ offsets
    first = (
        None
        if start is None
        else (as_floats(start[0], "start mean"), check_covariance(start[1], "start covariance", 2))
    )
    if kind == "kl":
        value = _forward_value(mixture, mean, covariance)
        path = ((mean, covariance),) if first is None else (first, (mean, covariance))
        return (MultivariateProjection(mean, covariance, value, kind, path),)
    found: list[MultivariateProjection] = []
    for begin in _starts(mixture) if first is None else [first]:
        run = _reverse(mixture, *begin, known=found)
        if run is not None and (run.converged or first is not None) and not _among(found, run.mean, run.covariance):
            found.append(run)
    return tuple(sorted(found, key=lambda run: run.value))


def _starts(mixture: _Mixture) -> list[tuple[Array, Array]]:
    """Mean and covariance of the whole, of every component and of every pair of components."""
    k = mixture.weights.size
    spreads = mixture.factors @ np.swapaxes(mixture.factors, 1, 2)
    groups = [list(range(k)), *([j] for j in range(k)), *(list(pair) for pair in itertools.combinations(range(k), 2))]
    starts = []
    for group in groups if k > 2 else groups[: k + 1]:
        w = mixture.weights[group] / mixture.weights[group].sum()
        mean = w @ mixture.means[group]
        offsets = mixture.means[group] - mean
        starts.append((mean, np.einsum("k,kij->ij", w, spreads[group]) + (offsets.T * w) @ offsets))
    return starts


def _among(found: Sequence[MultivariateProjection], mean: Array, covariance: Array, within: float = 1e-3) -> bool:
    """Tell whether an optimum is known already, in units of its own width."""
    width = math.sqrt(float(np.trace(covariance)))
    return any(
        np.linalg.norm(mean - other.mean) <= within * width
        and np.linalg.norm(covariance - other.covariance) <= within * width**2
        for other in found
    )


def _checked(weights: ArrayLike, means: ArrayLike, covariances: ArrayLike) -> _Mixture:
    w, m, c = as_floats(weights, "weights"), np.asarray(means, dtype=np.float64), np.asarray(covariances)
    if m.shape != (w.size, 2) or c.shape != (w.size, 2, 2):
        raise MleError(
            f"{w.size} weights need means of shape ({w.size}, 2) and covariances of shape ({w.size}, 2, 2), not "
            f"{m.shape} and {c.shape}; correct them."
        )
    if not np.isfinite(m).all():
        raise MleError("means must be finite; correct them.")
    if not (w > 0).all():
        k = int(np.argmax(~(w > 0)))
        raise DomainError(f"weights[{k}] = {w[k]:g} is outside (0, ∞); leave that component out.")
    factors = np.array(
        [np.linalg.cholesky(check_covariance(matrix, f"covariances[{k}]", 2)) for k, matrix in enumerate(c)]
    )
    return _Mixture(w / w.sum(), m, factors, np.linalg.inv(factors))


def _forward_value(mixture: _Mixture, mean: Array, covariance: Array) -> float:
    """D(p‖q) at q of the same moments: H(q) − H(p), where E_p log q = −H(q)."""
    entropy = 0.0
    for weight, centre, factor in zip(mixture.weights, mixture.means, mixture.factors, strict=True):
        entropy -= weight * float(_rule(_FINE)[1] @ mixture.log_density(centre + _rule(_FINE)[0] @ factor.T)[0])
    return float(max(1 + _LOG_2PI + 0.5 * float(np.linalg.slogdet(covariance)[1]) - entropy, 0.0))


def _reverse(
    mixture: _Mixture, mean: Array, covariance: Array, known: Sequence[MultivariateProjection]
) -> MultivariateProjection | None:
    """BFGS on D(q‖p) over (mean, log of the diagonal of the factor, its lower entry in units of the first).

    None where the coarse walk ends at a known optimum.
    """
    from scipy import optimize

    base = np.linalg.cholesky(covariance)

    def unpack(v: Array) -> tuple[Array, Array]:
        # In the coordinates of the start, in which q is near the standard normal.
        inner = np.array([[math.exp(v[2]), 0.0], [v[4], math.exp(v[3])]])
        return mean + base @ v[:2], base @ inner

    def objective(v: Array, rule: tuple[Array, Array]) -> tuple[float, Array]:
        grid, mass = rule
        centre, factor = unpack(v)
        logs, slope = mixture.log_density(centre + grid @ factor.T)
        value = -float(np.sum(np.log(np.diag(factor)))) - 1 - _LOG_2PI - float(mass @ logs)
        weighted = (slope @ base).T * mass  # the gradient in the coordinates of the start
        by_factor = -weighted @ grid
        gradient = np.array(
            [
                *(-weighted.sum(axis=1)),
                by_factor[0, 0] * math.exp(v[2]) - 1,
                by_factor[1, 1] * math.exp(v[3]) - 1,
                by_factor[1, 0],
            ]
        )
        return value, gradient

    visited = [np.zeros(5)]

    def walk(rule: tuple[Array, Array], size: float, **memory: Array) -> optimize.OptimizeResult:
        return optimize.minimize(
            objective,
            visited[-1],
            args=(rule,),
            jac=True,
            method="BFGS",
            callback=lambda v: visited.append(v.copy()),
            options={"gtol": size, **memory},
        )

    with np.errstate(all="ignore"):
        rough = walk(_rule(_COARSE), 1e-5)
        centre, factor = unpack(rough.x)
        if _among(known, centre, factor @ factor.T):
            return None
        fine = _rule(mixture.step_within(factor))
        result = walk(fine, 1e-9, hess_inv0=0.5 * (rough.hess_inv + rough.hess_inv.T))
        slope = float(np.linalg.norm(objective(result.x, fine)[1]))
        # From a symmetric start the search may end on a saddle: the curvature tells.
        steps = 1e-4 * np.eye(5)
        curve = np.array([objective(result.x + h, fine)[1] - objective(result.x - h, fine)[1] for h in steps]) / 2e-4
        lowest = float(np.linalg.eigvalsh(0.5 * (curve + curve.T))[0])
    path = tuple((centre, factor @ factor.T) for centre, factor in map(unpack, visited))
    centre, factor = unpack(result.x)
    return MultivariateProjection(
        centre, factor @ factor.T, float(result.fun), "reverse_kl", path, slope < 1e-6 and lowest > 0
    )
