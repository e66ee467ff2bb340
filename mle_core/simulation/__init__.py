"""What an estimator does over repeated samples: sampling distributions, coverage, bootstrap, misspecified models."""

from .bootstrap import BOOTSTRAPS, Bootstrap, bootstrap
from .coverage import Coverage, IntervalRoots, coverage, interval_roots
from .dependence import ar1_coverage, ar1_inflation, ar1_means, ar1_series
from .equivariance import canonical_theta, carry, carry_errors, moves
from .estimands import Estimand, estimands
from .many_fits import fit_stack
from .misspecification import PseudoTrue, Sandwich, limit_covariance, pseudo_true, sandwich
from .sampling import SamplingDistribution, sampling_distribution

__all__ = [
    "BOOTSTRAPS",
    "Bootstrap",
    "Coverage",
    "Estimand",
    "IntervalRoots",
    "PseudoTrue",
    "SamplingDistribution",
    "Sandwich",
    "ar1_coverage",
    "ar1_inflation",
    "ar1_means",
    "ar1_series",
    "bootstrap",
    "canonical_theta",
    "carry",
    "carry_errors",
    "coverage",
    "estimands",
    "fit_stack",
    "interval_roots",
    "limit_covariance",
    "moves",
    "pseudo_true",
    "sampling_distribution",
    "sandwich",
]
