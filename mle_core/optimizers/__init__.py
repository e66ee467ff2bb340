"""Optimisers as direction × step rule, every iterate kept.

``optimize(problem, start, "newton")`` climbs a `Problem`; `OPTIMIZERS`, `STEP_RULES` and `SCHEDULES` say what there is.
"""

from .batch_gradients import BatchGradients, gradient_scatter
from .driver import optimize
from .likelihood_problem import likelihood_problem
from .many import MANY, Paths, optimize_many
from .newton_cuts import NewtonCuts, newton_cuts
from .parabola import Parabola, newton_parabola
from .path import Path
from .problem import Problem
from .registry import OPTIMIZERS, Optimizer, available_optimizers
from .steps import SCHEDULES, STEP_RULES, StepRule

__all__ = [
    "MANY",
    "OPTIMIZERS",
    "SCHEDULES",
    "STEP_RULES",
    "BatchGradients",
    "NewtonCuts",
    "Optimizer",
    "Parabola",
    "Path",
    "Paths",
    "Problem",
    "StepRule",
    "available_optimizers",
    "gradient_scatter",
    "likelihood_problem",
    "newton_cuts",
    "newton_parabola",
    "optimize",
    "optimize_many",
]
