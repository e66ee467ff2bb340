"""Classifiers that are linear in the logit."""

from .assessment import Calibration, Confusion, calibration, confusion
from .fit import CLASSIFIER_LOSSES, fit_classifier
from .result import ClassifierResult, OddsRatio

__all__ = [
    "CLASSIFIER_LOSSES",
    "Calibration",
    "ClassifierResult",
    "Confusion",
    "OddsRatio",
    "calibration",
    "confusion",
    "fit_classifier",
]
