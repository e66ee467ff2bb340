"""One simulation for all locations and scales: samples of c·X + a are c times those of X, shifted, and so are the estimates.

The maximum likelihood estimate is equivariant (Casella & Berger 2002, §7.2.2): in a family that is closed under shifts and
changes of scale, the estimates from samples of X tell those from samples of a + c·X exactly. What is simulated once, at
location 0 and scale 1, serves every location and scale; roots of the likelihood-ratio, Wald and score statistics do not change.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from ..domain import Array
from ..family import Family
from ..fitting.fit import resolve

__all__ = ["canonical_theta", "carry", "carry_errors", "moves"]

#: Families of which the logarithm has a location and a scale, with the parameters' powers there.
_OF_LOGS: Mapping[str, tuple[int, ...]] = MappingProxyType({"lognormal": (1, 1)})


def _powers(law: Family) -> tuple[int, ...]:
    return _OF_LOGS.get(law.key) or tuple(param.power for param in law.params)


def _locations(law: Family) -> list[bool]:
    return [power == 1 and param.domain.low == -np.inf for power, param in zip(_powers(law), law.params, strict=True)]


def _scale_place(law: Family) -> int | None:
    """The one parameter that is a scale, or a power of one; None where there is none, or more than one."""
    located = _locations(law)
    places = [j for j, power in enumerate(_powers(law)) if power and not located[j]]
    return places[0] if len(places) == 1 and sum(located) <= 1 else None


def moves(family: str | Family) -> tuple[bool, ...]:
    """For each parameter, whether it is a location or a scale, so that estimates at one value tell those at every other."""
    law = resolve(family)
    found = _scale_place(law) is not None
    return tuple(found and power != 0 for power in _powers(law))


def canonical_theta(family: str | Family, theta: ArrayLike) -> Array:
    """theta (k,) with its location at 0 and its scale at 1; the rest, the shapes, as they are."""
    law = resolve(family)
    point = law.check_theta(theta).copy()
    located = _locations(law)
    for j, moved in enumerate(moves(law)):
        if moved:
            point[j] = 0.0 if located[j] else 1.0
    return point


def _unit(law: Family, theta: Array) -> Array:
    """The scale c (...) of theta (..., k): data at theta are c times those at the canonical scale; 1 without a scale."""
    place = _scale_place(law)
    return np.ones(theta.shape[:-1]) if place is None else theta[..., place] ** (1.0 / _powers(law)[place])


def carry(family: str | Family, estimates: ArrayLike, theta: ArrayLike) -> Array:
    """Estimates from samples at theta, given those from the same samples at its canonical values.

    Parameters
    ----------
    family : str or Family
    estimates : array of shape (m, k)
        At `canonical_theta(family, theta)`.
    theta : array of shape (..., k)

    Returns
    -------
    ndarray of shape (..., m, k)
    """
    law, point = resolve(family), np.asarray(theta, dtype=np.float64)
    out = carry_errors(law, estimates, point)
    for j, located in enumerate(_locations(law)):
        if located and moves(law)[j]:
            out[..., j] += point[..., None, j]
    return out


def carry_errors(family: str | Family, errors: ArrayLike, theta: ArrayLike) -> Array:
    """The same for standard errors, which know no location."""
    law, point = resolve(family), np.asarray(theta, dtype=np.float64)
    unit = _unit(law, point)[..., None]
    values = np.asarray(errors, dtype=np.float64)
    moved = zip(_powers(law), moves(law), strict=True)
    factors = np.stack([unit**power if moving else np.ones_like(unit) for power, moving in moved], axis=-1)
    return values * factors
