"""The mathematics of maximum likelihood: families, fits, intervals, surfaces. Numpy and SciPy only; it knows no screen.

>>> import mle_core as mle
>>> result = mle.fit("gamma", [1.2, 0.7, 2.9, 1.6])
>>> low, high = mle.interval(result, "shape")
"""

from .bootstrap import BOOTSTRAPS, Bootstrap, bootstrap
from .chain_rule import ChainRule, chain_rule
from .classification import (
    CLASSIFIER_LOSSES,
    Calibration,
    ClassifierResult,
    Confusion,
    OddsRatio,
    calibration,
    confusion,
    fit_classifier,
)
from .coverage import Coverage, coverage
from .curves import density_curve, mass_bars
from .datasets import DATASETS, Dataset
from .distribution import Distribution
from .divergences import (
    DIVERGENCES,
    Divergence,
    cross_entropy,
    divergence,
    divergence_multivariate_normal,
    entropy,
    entropy_multivariate_normal,
    kl_integrand,
    kl_multivariate_normal,
    kl_normal,
    monte_carlo_path,
)
from .domain import DegenerateDataError, DomainError, Interval, MleError, Param, RankDeficientError
from .families import FAMILIES
from .family import Family
from .fit_result import FitResult, Mode
from .fitted import Fitted
from .fitting import fit
from .inference import INTERVALS, interval
from .landscape import Landscape, loss_landscape
from .likelihood import Surface, information, loglik, score, surface
from .likelihood_problem import likelihood_problem
from .losses import LOSSES, Loss
from .many_fits import fit_stack
from .misspecification import PseudoTrue, Sandwich, pseudo_true, sandwich
from .mixtures import NormalMixture
from .network import NetworkRuns, train_network
from .noise import Noise
from .noises import NOISES
from .optimizers import (
    OPTIMIZERS,
    SCHEDULES,
    STEP_RULES,
    BatchGradients,
    Optimizer,
    Parabola,
    Path,
    StepRule,
    available_optimizers,
    gradient_scatter,
    newton_parabola,
    optimize,
)
from .problem import Problem
from .profiles import Profile, likelihood_ratio_drop, profile
from .projections import Projection, project
from .projections_multivariate import MultivariateProjection, project_multivariate
from .regression import (
    Band,
    Features,
    GaussianTerms,
    RegressionResult,
    fit_regression,
    gaussian_terms,
    polynomial_features,
    radial_features,
    regression_surface,
)
from .simulation import SamplingDistribution, sampling_distribution
from .step_search import StepSearch, best_step
from .testing import TestResult, TestStatistic, test
from .training import train_layer, train_neuron
from .trajectory import Trajectory, epochs_to_recover

__all__ = [
    "BOOTSTRAPS",
    "CLASSIFIER_LOSSES",
    "DATASETS",
    "DIVERGENCES",
    "FAMILIES",
    "INTERVALS",
    "LOSSES",
    "NOISES",
    "OPTIMIZERS",
    "SCHEDULES",
    "STEP_RULES",
    "Band",
    "BatchGradients",
    "Bootstrap",
    "Calibration",
    "ChainRule",
    "ClassifierResult",
    "Confusion",
    "Coverage",
    "Dataset",
    "DegenerateDataError",
    "Distribution",
    "Divergence",
    "DomainError",
    "Family",
    "Features",
    "FitResult",
    "Fitted",
    "GaussianTerms",
    "Interval",
    "Landscape",
    "Loss",
    "MleError",
    "Mode",
    "MultivariateProjection",
    "NetworkRuns",
    "Noise",
    "NormalMixture",
    "OddsRatio",
    "Optimizer",
    "Parabola",
    "Param",
    "Path",
    "Problem",
    "Profile",
    "Projection",
    "PseudoTrue",
    "RankDeficientError",
    "RegressionResult",
    "SamplingDistribution",
    "Sandwich",
    "StepRule",
    "StepSearch",
    "Surface",
    "TestResult",
    "TestStatistic",
    "Trajectory",
    "available_optimizers",
    "best_step",
    "bootstrap",
    "calibration",
    "chain_rule",
    "confusion",
    "coverage",
    "cross_entropy",
    "density_curve",
    "divergence",
    "divergence_multivariate_normal",
    "entropy",
    "entropy_multivariate_normal",
    "epochs_to_recover",
    "fit",
    "fit_classifier",
    "fit_regression",
    "fit_stack",
    "gaussian_terms",
    "gradient_scatter",
    "information",
    "interval",
    "kl_integrand",
    "kl_multivariate_normal",
    "kl_normal",
    "likelihood_problem",
    "likelihood_ratio_drop",
    "loglik",
    "loss_landscape",
    "mass_bars",
    "monte_carlo_path",
    "newton_parabola",
    "optimize",
    "polynomial_features",
    "profile",
    "project",
    "project_multivariate",
    "pseudo_true",
    "radial_features",
    "regression_surface",
    "sampling_distribution",
    "sandwich",
    "score",
    "surface",
    "test",
    "train_layer",
    "train_network",
    "train_neuron",
]
