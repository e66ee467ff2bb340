"""KL divergence and its relatives, entropy and cross-entropy: closed forms, quadrature and Monte Carlo."""

from .cells import cross_entropy_rows, normal_cells
from .closed_forms import CLOSED_FORMS
from .discrete_terms import divergence_rows, kl_terms
from .entropies import cross_entropy, entropy
from .kinds import DIVERGENCES, Divergence, Kind
from .monte_carlo import MonteCarloPath, monte_carlo_path
from .multivariate import divergence_multivariate_normal, entropy_multivariate_normal, kl_multivariate_normal
from .normal import kl_normal
from .normal_pairs import IntegrandAreas, divergence_normals, kl_areas_normal, kl_integrand_normal, log_ratio_curve
from .public import divergence, kl_integrand
from .toward_normal import (
    Moments,
    TowardNormal,
    central_moments,
    empirical_moments,
    mixture_entropies,
    nearest_normal,
    toward_normal,
)

__all__ = [
    "CLOSED_FORMS",
    "DIVERGENCES",
    "Divergence",
    "IntegrandAreas",
    "Kind",
    "Moments",
    "MonteCarloPath",
    "TowardNormal",
    "central_moments",
    "cross_entropy",
    "cross_entropy_rows",
    "divergence",
    "divergence_multivariate_normal",
    "divergence_normals",
    "divergence_rows",
    "empirical_moments",
    "entropy",
    "entropy_multivariate_normal",
    "kl_areas_normal",
    "kl_integrand",
    "kl_integrand_normal",
    "kl_multivariate_normal",
    "kl_normal",
    "kl_terms",
    "log_ratio_curve",
    "mixture_entropies",
    "monte_carlo_path",
    "nearest_normal",
    "normal_cells",
    "toward_normal",
]
