"""Intervals, tests and profiles of anything fitted: what they need of it is the protocol `Fitted`."""

from .along import TestsAlong, tests_along
from .fitted import Fitted
from .intervals import INTERVALS, interval
from .profiles import Profile, likelihood_ratio_drop, profile
from .testing import TestResult, TestStatistic, test

__all__ = [
    "INTERVALS",
    "Fitted",
    "Profile",
    "TestResult",
    "TestStatistic",
    "TestsAlong",
    "interval",
    "likelihood_ratio_drop",
    "profile",
    "test",
    "tests_along",
]
