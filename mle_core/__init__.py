"""The mathematics of maximum likelihood: families, fits, intervals, surfaces. Numpy and SciPy only; it knows no screen.

>>> import mle_core as mle
>>> result = mle.fit("gamma", [1.2, 0.7, 2.9, 1.6])
>>> low, high = mle.interval(result, "shape")
"""

from .curves import density_curve, mass_bars
from .datasets import DATASETS, Dataset
from .domain import DegenerateDataError, DomainError, Interval, MleError, Param, RankDeficientError
from .families import FAMILIES
from .family import Family
from .fit_result import FitResult, Mode
from .fitting import fit
from .inference import INTERVALS, interval
from .likelihood import Surface, information, loglik, score, surface
from .profiles import Profile, likelihood_ratio_drop, profile
from .testing import TestResult, TestStatistic, test

__all__ = [
    "DATASETS",
    "FAMILIES",
    "INTERVALS",
    "Dataset",
    "DegenerateDataError",
    "DomainError",
    "Family",
    "FitResult",
    "Interval",
    "MleError",
    "Mode",
    "Param",
    "Profile",
    "RankDeficientError",
    "Surface",
    "TestResult",
    "TestStatistic",
    "density_curve",
    "fit",
    "information",
    "interval",
    "likelihood_ratio_drop",
    "loglik",
    "mass_bars",
    "profile",
    "score",
    "surface",
    "test",
]
