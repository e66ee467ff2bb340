"""What an estimator does over repeated samples: sampling distributions, coverage, bootstrap, misspecified models."""

from .bootstrap import BOOTSTRAPS, Bootstrap, bootstrap
from .coverage import Coverage, coverage
from .dependence import ar1_coverage, ar1_inflation, ar1_means, ar1_series
from .many_fits import fit_stack
from .misspecification import PseudoTrue, Sandwich, pseudo_true, sandwich
from .sampling import SamplingDistribution, sampling_distribution

__all__ = [
    "BOOTSTRAPS",
    "Bootstrap",
    "Coverage",
    "PseudoTrue",
    "SamplingDistribution",
    "Sandwich",
    "ar1_coverage",
    "ar1_inflation",
    "ar1_means",
    "ar1_series",
    "bootstrap",
    "coverage",
    "fit_stack",
    "pseudo_true",
    "sampling_distribution",
    "sandwich",
]
