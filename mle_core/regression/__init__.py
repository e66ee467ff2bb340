"""Regression: a linear predictor with a noise model."""

from .features import Features, polynomial_features, radial_features
from .fit import fit_regression
from .prediction import Band
from .result import RegressionResult
from .surface import regression_surface
from .terms import GaussianTerms, gaussian_terms

__all__ = [
    "Band",
    "Features",
    "GaussianTerms",
    "RegressionResult",
    "fit_regression",
    "gaussian_terms",
    "polynomial_features",
    "radial_features",
    "regression_surface",
]
