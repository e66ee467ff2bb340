"""Student-t noise: outliers pull less the farther away they are.

f(r; σ, ν) ∝ (1 + z²/ν)^(−(ν+1)/2) / σ, z = r/σ; ν = ∞ is the Gaussian. Lange, Little & Taylor (1989), JASA 84, 881-896.
With m observations exactly on the fitted plane the likelihood is unbounded for ν < m/(n − m), as σ → 0; any p
observations lie on one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from scipy import special

from ..domain import Array, DegenerateDataError, Interval, Param
from ..families.student_t import NORMAL, normaliser, normaliser_slopes
from ..linear.least_absolute import LeastAbsolute
from ..linear.noise import Noise, Problem, Solution, Terms, location_scale, loglik
from ..linear.noise_ascent import ascend, ascend_many
from . import gaussian

LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)
SIGMA = Param("sigma", "σ", "noise scale", Interval(0, math.inf), Interval(0.1, 10), 1.0, "log", power=1)
NU = Param("nu", "ν", "degrees of freedom", Interval(0, math.inf, closed_high=True), Interval(1, 50), 4.0, "log")


def log_density(r: Array, sigma: Array, nu: Array) -> Array:
    v = np.minimum(nu, NORMAL)
    z = r / sigma
    return np.asarray(normaliser(v) - LOG_SQRT_2PI - np.log(sigma) - 0.5 * (v + 1) * np.log1p(z * z / v))


def influence(r: Array, sigma: Array, nu: Array) -> Array:
    v = np.minimum(nu, NORMAL)
    z = r / sigma
    return np.asarray((v + 1) / v * z / (1 + z * z / v) / sigma)


def curvature(r: Array, sigma: Array, nu: Array) -> Array:
    v = np.minimum(nu, NORMAL)
    q = (r / sigma) ** 2 / v
    return np.asarray((v + 1) / v * (1 - q) / (1 + q) ** 2 / sigma / sigma)


def value(problem: Problem, eta: Array, sigma: Array, nu: Array) -> Array:
    return log_density(problem.y - eta, sigma, nu)


def terms(problem: Problem, eta: Array, sigma: Array, nu: Array) -> Terms:
    v = np.minimum(nu, NORMAL)
    r = problem.y - eta
    z = r / sigma
    q = z * z / v
    e = 1 / (1 + q)
    t = q * e
    ratio = (v + 1) / v
    logs = np.log1p(q)
    slope, curve = normaliser_slopes(v)
    base = location_scale(
        r, sigma, normaliser(v) - LOG_SQRT_2PI - 0.5 * (v + 1) * logs, -ratio * z * e, -ratio * (1 - q) * e * e
    )
    cross = z * (z * z - 1) * e * e / (v * v) / sigma
    sigma_nu = z * cross
    return Terms(
        base.value,
        base.eta,
        base.eta_eta,
        [base.noise[0], slope - 0.5 * logs + 0.5 * ratio * t],
        [base.eta_noise[0], cross],
        [[base.noise_noise[0][0], sigma_nu], [sigma_nu, curve + 0.5 / v * (t - t / v - ratio * t * e)]],
    )


def expected(problem: Problem, theta: Array) -> Array:
    p = problem.X.shape[1]
    sigma, nu = float(theta[p]), min(float(theta[p + 1]), NORMAL)
    n = problem.n
    matrix = np.zeros((p + 2, p + 2))
    matrix[:p, :p] = problem.gram * ((nu + 1) / (nu + 3) / sigma**2)
    matrix[p, p] = 2 * n * nu / (nu + 3) / sigma**2
    if math.isinf(theta[p + 1]):
        return matrix  # flat in ν
    matrix[p, p + 1] = matrix[p + 1, p] = -2 * n / ((nu + 1) * (nu + 3) * sigma)
    if nu < 1e3:
        difference = 0.25 * (special.zeta(2, nu / 2) - special.zeta(2, (nu + 1) / 2))  # ζ(2, a) = ψ′(a)
        matrix[p + 1, p + 1] = n * (difference - 0.5 * (nu + 5) / (nu * (nu + 1) * (nu + 3)))
    else:
        matrix[p + 1, p + 1] = n * (3.5 - 13 / nu) / nu**4  # the difference cancels
    return matrix


def on_plane(problem: Problem, beta: Array) -> float:
    """How many observations lie exactly on the plane."""
    r = np.abs(problem.target - problem.X @ beta)
    size = float(np.abs(problem.target).max() + np.abs(problem.X).max(initial=0.0) * np.abs(beta).sum())
    return float(problem.total((r <= 64 * np.finfo(np.float64).eps * size).astype(np.float64)))


def floor(problem: Problem, beta: Array) -> tuple[float, float]:
    """m/(n − m), and m: the observations on the plane of least absolute deviations, at least p."""
    m = on_plane(problem, beta)
    return m / max(problem.n - m, 1e-9), m


def lowest(problem: Problem) -> float:
    """The ν below which the likelihood is unbounded."""
    return floor(problem, LeastAbsolute.of(problem.X, problem.target, problem.weights).beta)[0]


def finest(problem: Problem) -> float:
    """The σ below which residuals are rounding: there any plane through p observations is a mode, and ν falls to 0."""
    return float(1e-12 * max(problem.least_squares.rss / problem.n, 1e-280) ** 0.5)


def solve(problem: Problem, held: Mapping[int, float], start: Array | None) -> Solution:
    p = problem.X.shape[1]
    normal = problem.least_squares
    fixed_nu = held.get(1)
    if fixed_nu is not None and math.isinf(fixed_nu):
        return _as_normal(problem, held)
    if start is not None and np.isfinite(start).all():
        found = ascend(NOISE, problem, start, held)
        if found.converged:
            return _or_normal(problem, held, found)
    if normal.exact and 0 not in held:
        raise _exact(problem)
    absolute = LeastAbsolute.of(problem.X, problem.target, problem.weights)
    bound, m = floor(problem, absolute.beta)
    notes: tuple[str, ...] = ()
    if 0 not in held and m > p and (fixed_nu if fixed_nu is not None else 1.0) <= bound:
        raise _unbounded(problem, bound, m)
    if 0 not in held and m > max(p, 1):
        notes = (_many_on_plane(bound, m),)
    low = {} if 0 in held or 1 in held else {1: 1.01 * max(bound, 1e-3)}
    candidates = [_from(problem, beta, held, low.get(1, 0.0)) for beta in (normal.beta, absolute.beta)]
    tried = [ascend(NOISE, problem, candidate, held, low=low) for candidate in candidates]
    tried.sort(key=lambda found: (not found.converged, -float(loglik(NOISE, problem, found.theta[None])[0])))
    best = tried[0]
    found = Solution(best.theta, best.method, best.converged, best.message, best.warnings + notes)
    if low and best.theta[p + 1] <= low[1] * (1 + 1e-9):
        text = (
            f"nu = {best.theta[p + 1]:.4g} is where the search ends: below the likelihood is unbounded as sigma → 0; "
            "fix nu."
        )
        found = Solution(best.theta, best.method, False, "stopped at the floor of nu", (*found.warnings, text))
    return _or_normal(problem, held, found)


def solve_each(problem: Problem, nus: Array) -> list[Solution | DegenerateDataError]:
    """What `solve` finds with ν held at each of `nus` (K,), all searched at once; an error where it would raise one."""
    p = problem.X.shape[1]
    normal = problem.least_squares
    finite = np.flatnonzero(np.isfinite(nus))
    out: list[Solution | DegenerateDataError] = [_as_normal(problem, {1: float(nu)}) for nu in nus]
    if not finite.size:
        return out
    absolute = LeastAbsolute.of(problem.X, problem.target, problem.weights)
    bound, m = floor(problem, absolute.beta)
    notes = (_many_on_plane(bound, m),) if m > max(p, 1) else ()
    for k in finite.tolist():
        if normal.exact:
            out[k] = _exact(problem)
        elif m > p and nus[k] <= bound:
            out[k] = _unbounded(problem, bound, m)
    rows = [k for k in finite.tolist() if isinstance(out[k], Solution)]
    if not rows:
        return out
    straight = problem.straight([p + 1])
    starts = np.concatenate([_starts(problem, beta, nus[rows], None) for beta in (normal.beta, absolute.beta)])
    found = ascend_many(NOISE, straight.problem, straight.enter(starts), np.arange(p + 1))
    theta = straight.leave(found.theta).reshape(2, len(rows), p + 2)
    values = loglik(NOISE, problem, theta.reshape(-1, p + 2)).reshape(2, -1)
    converged = found.converged.reshape(2, -1)
    for j, k in enumerate(rows):
        best = max((0, 1), key=lambda i: (converged[i, j], values[i, j]))
        good = bool(converged[best, j])
        message = "converged" if good else f"stopped after {found.steps} steps before convergence"
        at = np.append(theta[best, j, : p + 1], nus[k])
        out[k] = Solution(at, f"Newton, {found.steps} steps", good, message, notes)
    return out


def _exact(problem: Problem) -> DegenerateDataError:
    return DegenerateDataError(
        f"all {problem.n:g} observations lie exactly on the fitted plane, so the likelihood of student_t grows "
        "without bound as sigma → 0; add observations or choose gaussian."
    )


def _unbounded(problem: Problem, bound: float, m: float) -> DegenerateDataError:
    return DegenerateDataError(
        f"{m:g} of {problem.n:g} observations lie exactly on one plane, so the likelihood of student_t grows "
        f"without bound as sigma → 0 (for nu < {bound:.4g}); remove repeated points or choose laplace or gaussian."
    )


def _many_on_plane(bound: float, m: float) -> str:
    return (
        f"{m:g} observations lie exactly on one plane: the likelihood is unbounded for nu < {bound:.4g} as sigma → 0; "
        "the estimate is the maximum above."
    )


def _from(problem: Problem, beta: Array, held: Mapping[int, float], lowest: float) -> Array:
    """Scale and ν of a few that suit the residuals best, after two steps of the EM algorithm."""
    nus = np.array([held[1]]) if 1 in held else np.maximum(np.array([1.0, 2.0, 4.0, 10.0, 40.0]), 1.05 * lowest)
    points = _starts(problem, beta, nus, held.get(0))
    return np.asarray(points[int(np.argmax(loglik(NOISE, problem, points)))])


def _starts(problem: Problem, beta: Array, nus: Array, scale: float | None) -> Array:
    """Theta (K, p + 2) for each ν: the coefficients given, the scale held or after two steps of the EM algorithm."""
    r = problem.target - problem.X @ beta
    # The middle one of the residuals that are not rounding: a plane passes exactly through p observations.
    order = np.sort(np.abs(r))[problem.X.shape[1] :]
    middle = float(np.median(order)) if order.size else 1.0
    middle = middle if middle > 0 else max(float(np.abs(r).max()), 1e-3)
    scales = middle / special.stdtrit(np.minimum(nus, 1e8), 0.75) if scale is None else np.full_like(nus, scale)
    z = r / scales[:, None]
    if scale is None:
        for _ in range(2):
            share = (nus[:, None] + 1) / (nus[:, None] + z * z)
            scales = np.sqrt(problem.total(share * (r * r)) / problem.n)
            z = r / scales[:, None]
    return np.column_stack([np.broadcast_to(beta, (nus.size, beta.size)), scales, nus])


def _as_normal(problem: Problem, held: Mapping[int, float]) -> Solution:
    normal = problem.least_squares
    sigma = held.get(0, math.sqrt(normal.rss / problem.n))
    note = "nu = ∞: the likelihood has no finite maximiser in ν; the noise is Gaussian and the standard errors hold it."
    return Solution(
        np.append(normal.beta, [sigma, math.inf]), "QR decomposition", warnings=() if 1 in held else (note,)
    )


def _or_normal(problem: Problem, held: Mapping[int, float], found: Solution) -> Solution:
    """The Gaussian, unless ν < ∞ is better by more than rounding: compared by value, not by slope."""
    if 1 in held:
        return found
    normal = _as_normal(problem, held)
    finite, infinite = loglik(NOISE, problem, np.stack([found.theta, normal.theta]))
    return normal if not finite > infinite + 1e-13 * abs(infinite) or not math.isfinite(finite) else found


def as_normal(problem: Problem, held: Mapping[int, Array]) -> tuple[Array, Array]:
    """The best with ν = ∞; NaN where ν is held."""
    p = problem.X.shape[1]
    m = len(next(iter(held.values())))
    if p + 1 in held:
        return np.full((m, p + 2), math.nan), np.full(m, math.nan)
    noise = {0: held[p]} if p in held else {}
    coefficients = {j: value for j, value in held.items() if j < p}
    theta, value = gaussian.maximum_at(problem, coefficients, noise, m)
    return np.column_stack([theta, np.full(m, math.inf)]), value


def quantile(p: Array, sigma: Array, nu: Array) -> Array:
    some = np.minimum(nu, 1e10)
    return np.asarray(sigma * np.where(np.asarray(nu) > 1e10, special.ndtri(p), special.stdtrit(some, p)))


NOISE = Noise(
    key="student_t",
    name="Student t",
    params=(SIGMA, NU),
    curve=(SIGMA, NU),
    log_density=log_density,
    influence=influence,
    curvature=curvature,
    value=value,
    terms=terms,
    expected=expected,
    solve=solve,
    quantile=quantile,
    rival=as_normal,
    floors={0: finest, 1: lowest},
    options={"nu": None},
    order=30,
    source="Lange, Little & Taylor (1989), JASA 84, 881-896",
    scipy="stats.t(nu, 0, sigma).logpdf(r)",
)
