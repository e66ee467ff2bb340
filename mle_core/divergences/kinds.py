"""The divergences as data: what each is called, what it means, and how large it gets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["DIVERGENCES", "Divergence", "Kind"]


@dataclass(frozen=True)
class Kind:
    """One kind of divergence.

    Parameters
    ----------
    key, name, symbol : str
        "kl", "Kullback–Leibler" and "D(p‖q)".
    formula : str
        The definition for densities; sums take the place of integrals for discrete laws.
    unit : str
        "nats" (divide by log 2 for bits), "" for a pure number, or "units of x".
    symmetric : bool
        Whether D(p, q) = D(q, p) always.
    maximum : float
        The largest value it can take; ∞ where there is none.
    options : tuple of str
        Names of the numbers that it depends on: "alpha", "order".
    """

    key: str
    name: str
    symbol: str
    formula: str
    unit: str
    symmetric: bool
    maximum: float
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Divergence:
    """The value of a divergence and how far to trust it.

    Parameters
    ----------
    value : float
        In the unit of its kind: nats for kl, reverse_kl, jeffreys, js and renyi (divide by log 2 for bits).
    error : float
        0 for a closed form, an estimate of the absolute error for a quadrature, one standard error for Monte Carlo;
        ∞ where the method failed.
    method : str
        "closed_form", "quadrature" or "monte_carlo".
    kind : str
        Key of `DIVERGENCES`.
    message : str
        Empty, or why the value is infinite or not to be trusted.
    """

    value: float
    error: float
    method: str
    kind: str
    message: str = ""

    def __float__(self) -> float:
        return self.value


_KINDS = (
    Kind("kl", "Kullback–Leibler", "D(p‖q)", "∫ p log(p/q)", "nats", False, math.inf),
    Kind("reverse_kl", "reverse Kullback–Leibler", "D(q‖p)", "∫ q log(q/p)", "nats", False, math.inf),
    Kind("jeffreys", "Jeffreys", "J(p, q)", "∫ (p − q) log(p/q)", "nats", True, math.inf),
    Kind(
        "js",
        "Jensen–Shannon",
        "JS(p, q)",
        "½ D(p‖m) + ½ D(q‖m), m = ½ (p + q)",
        "nats",
        True,
        math.log(2),
    ),
    Kind("renyi", "Rényi", "D_α(p‖q)", "log ∫ p^α q^(1−α) / (α − 1)", "nats", False, math.inf, ("alpha",)),
    Kind("hellinger", "Hellinger distance", "H(p, q)", "√(½ ∫ (√p − √q)²)", "", True, 1.0),
    Kind("total_variation", "total variation", "TV(p, q)", "½ ∫ |p − q|", "", True, 1.0),
    Kind("chi2", "Pearson χ²", "χ²(p‖q)", "∫ (p − q)² / q", "", False, math.inf),
    Kind(
        "wasserstein",
        "Wasserstein distance",
        "W_k(p, q)",
        "(∫ |Q_p(u) − Q_q(u)|^k du)^(1/k), Q the quantiles",
        "units of x",
        True,
        math.inf,
        ("order",),
    ),
)

DIVERGENCES: Mapping[str, Kind] = MappingProxyType({kind.key: kind for kind in _KINDS})
"""Key → Kind, read-only."""
