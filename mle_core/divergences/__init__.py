"""KL divergence and its relatives, entropy and cross-entropy: closed forms, quadrature and Monte Carlo."""

from .closed_forms import CLOSED_FORMS
from .entropies import cross_entropy, entropy
from .kinds import DIVERGENCES, Divergence, Kind
from .monte_carlo import MonteCarloPath, monte_carlo_path
from .multivariate import divergence_multivariate_normal, entropy_multivariate_normal, kl_multivariate_normal
from .normal import kl_normal
from .public import divergence, kl_integrand

__all__ = [
    "CLOSED_FORMS",
    "DIVERGENCES",
    "Divergence",
    "Kind",
    "MonteCarloPath",
    "cross_entropy",
    "divergence",
    "divergence_multivariate_normal",
    "entropy",
    "entropy_multivariate_normal",
    "kl_integrand",
    "kl_multivariate_normal",
    "kl_normal",
    "monte_carlo_path",
]
