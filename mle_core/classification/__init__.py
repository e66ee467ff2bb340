"""Classifiers that are linear in the logit."""

from .assessment import Calibration, Confusion, calibration, confusion
from .fit import CLASSIFIER_LOSSES, fit_classifier
from .logistic import LOGISTIC_DESCENTS, LogisticTerms, logistic_descent, logistic_terms
from .result import ClassifierResult, OddsRatio

__all__ = [
    "CLASSIFIER_LOSSES",
    "LOGISTIC_DESCENTS",
    "Calibration",
    "ClassifierResult",
    "Confusion",
    "LogisticTerms",
    "OddsRatio",
    "calibration",
    "confusion",
    "fit_classifier",
    "logistic_descent",
    "logistic_terms",
]
