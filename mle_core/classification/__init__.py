"""Classifiers that are linear in the logit."""

from .assessment import Calibration, Confusion, calibration, confusion
from .assessments import Assessments, assess_many
from .boundary import decision_boundary
from .descents import LOGISTIC_DESCENTS
from .fit import CLASSIFIER_LOSSES, fit_classifier
from .generators import LABELLED_KINDS, labelled_points
from .logistic import (
    LogisticTerms,
    logistic_descent,
    logistic_map,
    logistic_probabilities,
    logistic_terms,
)
from .multinomial import (
    SoftmaxTerms,
    softmax_borders,
    softmax_descent,
    softmax_probabilities,
    softmax_slice,
    softmax_terms,
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
    "SoftmaxTerms",
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
    "softmax_borders",
    "softmax_descent",
    "softmax_probabilities",
    "softmax_slice",
    "softmax_terms",
]
