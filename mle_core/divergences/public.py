"""The one door to the divergences of two distributions, or of two arrays of probabilities."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from ..distribution import Distribution
from ..domain import Array, DomainError, MleError
from .arrays import array_divergence, check_probabilities
from .closed_forms import CLOSED_FORMS
from .kinds import DIVERGENCES, Divergence
from .monte_carlo import by_monte_carlo
from .quadrature import by_quadrature
from .supports import decided_by_supports

__all__ = ["closed_form", "divergence", "kl_integrand"]

_METHODS = ("closed_form", "quadrature", "monte_carlo", "auto")
_DEFAULTS: dict[str, float] = {"order": 2.0}
# Kinds that are functions of Rényi's divergence of one order: the order, and the function.
_FROM_RENYI: Mapping[str, tuple[float, Callable[[float], float]]] = MappingProxyType(
    {
        "hellinger": (0.5, lambda d: math.sqrt(-math.expm1(-0.5 * d))),
        "chi2": (2.0, lambda d: math.expm1(d) if d < 709 else math.inf),
    }
)


def divergence(
    kind: str,
    p: Distribution | ArrayLike,
    q: Distribution | ArrayLike,
    method: str = "closed_form",
    *,
    alpha: float | None = None,
    order: float | None = None,
    n: int = 100_000,
    seed: int = 0,
    normalise: bool = False,
) -> Divergence:
    """How far apart two distributions are.

    Parameters
    ----------
    kind : str
        Key of `DIVERGENCES`: kl, reverse_kl, jeffreys, js, renyi, hellinger (H, not H²), total_variation, chi2,
        wasserstein.
    p, q : Distribution, or arrays of probabilities (n,)
        Arrays are on the same n outcomes, which lie at 0, 1, …, n − 1 for Wasserstein.
    method : str
        "closed_form": exact; for arrays the sum itself. "quadrature": adaptive, with an error estimate; a sum where
        both laws are discrete. "monte_carlo": the mean over `n` draws with generator seed `seed`, with its standard
        error. "auto": the closed form where there is one, else quadrature.
    alpha : float
        Order of Rényi's divergence, positive; needed for it. 1 is Kullback–Leibler.
    order : float
        Order of Wasserstein's distance, at least 1; 2 unless given.
    normalise : bool
        Divide arrays by their sums instead of refusing sums that are not 1.

    Returns
    -------
    Divergence
        kl, reverse_kl, jeffreys, js, renyi in nats (divide by log 2 for bits). ∞ where p has mass outside the support
        of q and the kind needs it there; so also for a discrete law against a continuous one, which are mutually
        singular (js = log 2, hellinger = total_variation = 1).

    Raises
    ------
    MleError
        For an unknown kind, method or option, where no closed form is known (the message names what there is), for
        arrays that do not match, and for probabilities that do not sum to 1 within 1e-9.
    DomainError
        For negative probabilities, and α or order outside their domains.
    TypeError
        For what is not numbers.

    Notes
    -----
    Cover & Thomas (2006), *Elements of Information Theory*, §2 and §8; van Erven & Harremoës (2014) for Rényi; Villani
    (2003) for Wasserstein.

    Examples
    --------
    >>> p, q = Distribution("normal", mu=0, sigma=1), Distribution("normal", mu=1, sigma=2)
    >>> round(divergence("kl", p, q).value, 6)
    0.443147
    """
    if kind not in DIVERGENCES:
        raise MleError(f"there is no divergence {kind!r}; choose one of {', '.join(DIVERGENCES)}.")
    if method not in _METHODS:
        raise MleError(f"there is no method {method!r}; choose one of {', '.join(_METHODS)}.")
    option = _option(kind, alpha, order)
    if isinstance(p, Distribution) != isinstance(q, Distribution):
        raise MleError("p and q must both be distributions or both be arrays of probabilities; convert one of them.")
    if not (isinstance(p, Distribution) and isinstance(q, Distribution)):
        if method == "monte_carlo":
            raise MleError(
                "the sum over arrays of probabilities is exact, so there is no monte_carlo; use closed_form."
            )
        first, second = check_probabilities(p, "p", normalise), check_probabilities(q, "q", normalise)
        done = "closed_form" if method == "auto" else method
        return Divergence(array_divergence(kind, first, second, option), 0.0, done, kind)
    if method == "monte_carlo":
        if not isinstance(n, numbers.Integral) or n < 2:
            raise MleError(f"n = {n!r} is not a number of draws; choose a whole number of at least 2.")
        if not isinstance(seed, numbers.Integral) or seed < 0:
            raise MleError(f"seed = {seed!r} is no seed; choose a whole number of at least 0.")
        return by_monte_carlo(kind, p, q, option, int(n), int(seed))
    if method == "quadrature":
        return by_quadrature(kind, p, q, option)
    found = closed_form(kind, p, q, option)
    if found is not None:
        return found
    if method == "auto":
        return by_quadrature(kind, p, q, option)
    raise MleError(
        f"no closed form is known for {DIVERGENCES[kind].name} of {p.family.key} and {q.family.key}"
        f"{' at these parameters' if kind in CLOSED_FORMS.get((p.family.key, q.family.key), {}) else ''}; "
        "choose method='quadrature' or 'monte_carlo'."
    )


def _option(kind: str, alpha: float | None, order: float | None) -> float:
    """The number that the kind depends on, NaN for none."""
    given = {"alpha": alpha, "order": order}
    wanted = DIVERGENCES[kind].options
    for name, value in given.items():
        if value is not None and name not in wanted:
            raise MleError(f"{kind} takes no {name}; leave it out.")
    for name in wanted:
        value = given[name] if given[name] is not None else _DEFAULTS.get(name)
        if value is None:
            raise MleError(f"{kind} needs {name}, a positive number; pass {name}=0.5 for the Bhattacharyya case.")
        least = 1.0 if name == "order" else 0.0
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            raise TypeError(f"{name} must be a real number, not {value!r}.")
        number = float(value)
        if not (math.isfinite(number) and number >= least and number > 0):
            raise DomainError(
                f"{name} = {number:g} is outside {'[1, ∞)' if least else '(0, ∞)'}; choose a value inside."
            )
        return number
    return math.nan


def closed_form(kind: str, p: Distribution, q: Distribution, option: float) -> Divergence | None:
    """The closed form, None where none is known."""
    decided = decided_by_supports(kind, p, q, option)
    if decided is not None:
        return Divergence(decided[0], 0.0, "closed_form", kind, decided[1])
    if p == q:
        return Divergence(0.0, 0.0, "closed_form", kind)
    forms = CLOSED_FORMS.get((p.family.key, q.family.key), {})
    with np.errstate(all="ignore"):
        value: float | None = None
        if kind == "renyi" and option == 1:
            value = forms["kl"](p.theta, q.theta, math.nan) if "kl" in forms else None
        elif kind in forms:
            value = forms[kind](p.theta, q.theta, option)
        elif kind in _FROM_RENYI and "renyi" in forms:
            alpha, finish = _FROM_RENYI[kind]
            affinity = forms["renyi"](p.theta, q.theta, alpha)
            value = None if affinity is None else finish(affinity)
        elif kind in ("reverse_kl", "jeffreys"):
            back = CLOSED_FORMS.get((q.family.key, p.family.key), {}).get("kl")
            there = forms.get("kl")
            if back is not None:
                value = back(q.theta, p.theta, math.nan)
            if kind == "jeffreys" and value is not None:
                ahead = None if there is None else there(p.theta, q.theta, math.nan)
                value = None if ahead is None else value + ahead
    return None if value is None else Divergence(float(value), 0.0, "closed_form", kind)


def kl_integrand(p: Distribution, q: Distribution, x: ArrayLike) -> Array:
    """p(x) log(p(x)/q(x)), whose integral is D(p‖q).

    Parameters
    ----------
    p, q : Distribution
        Both continuous or both discrete.
    x : array_like

    Returns
    -------
    ndarray of the shape of x
        Nats per unit of x, signed; 0 where p has no mass, ∞ where q has none and p some.

    Raises
    ------
    MleError
        For a discrete and a continuous law, whose densities are not of one kind.
    """
    if p.discrete != q.discrete:
        raise MleError("p and q must both be discrete or both be continuous to be compared point by point; change one.")
    with np.errstate(all="ignore"):
        lp, lq = p.log_prob(x), q.log_prob(x)
        ratio = lp - lq
        # In logs, so that a density below the smallest float still meets a large ratio before it is rounded to 0.
        values = np.copysign(np.exp(lp + np.log(np.abs(ratio))), ratio)
    values = np.where(ratio == 0, 0.0, np.where(np.isposinf(ratio) & np.isfinite(lp), np.inf, values))
    return np.where(np.isneginf(lp), 0.0, values)
