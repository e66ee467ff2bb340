"""Regression: a linear predictor with a noise model."""

from .features import Features, polynomial_features, radial_features
from .fit import fit_regression
from .generate import RegressionSample, regression_sample
from .over_nu import fit_over_nu
from .prediction import Band
from .quantiles import QuantilePairs, quantile_pairs
from .result import RegressionResult
from .surface import regression_surface
from .terms import GaussianTerms, GaussianTermsMany, gaussian_terms, gaussian_terms_many, mse_gradient

__all__ = [
    "Band",
    "Features",
    "GaussianTerms",
    "GaussianTermsMany",
    "QuantilePairs",
    "RegressionResult",
    "RegressionSample",
    "fit_over_nu",
    "fit_regression",
    "gaussian_terms",
    "gaussian_terms_many",
    "mse_gradient",
    "polynomial_features",
    "quantile_pairs",
    "radial_features",
    "regression_sample",
    "regression_surface",
]
