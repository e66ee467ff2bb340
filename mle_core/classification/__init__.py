"""Classifiers that are linear in the logit."""

from .assessment import Calibration, Confusion, calibration, confusion
from .assessments import Assessments, assess_many
from .boundary import decision_boundary
from .fit import CLASSIFIER_LOSSES, fit_classifier
from .generators import LABELLED_KINDS, labelled_points
from .logistic import (
    LOGISTIC_DESCENTS,
    LogisticTerms,
    logistic_descent,
    logistic_map,
    logistic_probabilities,
    logistic_terms,
)
from .result import ClassifierResult, OddsRatio

__all__ = [
    "CLASSIFIER_LOSSES",
    "LABELLED_KINDS",
    "LOGISTIC_DESCENTS",
    "Assessments",
    "Calibration",
    "ClassifierResult",
    "Confusion",
    "LogisticTerms",
    "OddsRatio",
    "assess_many",
    "calibration",
    "confusion",
    "decision_boundary",
    "fit_classifier",
    "labelled_points",
    "logistic_descent",
    "logistic_map",
    "logistic_probabilities",
    "logistic_terms",
]
