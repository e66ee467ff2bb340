"""The optimisers, as data: a direction, what it needs of a problem, and its usual step rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..domain import MleError
from . import directions
from .directions import Maker
from .problem import Problem

__all__ = ["OPTIMIZERS", "Optimizer", "available_optimizers"]


@dataclass(frozen=True)
class Optimizer:
    """One method.

    Parameters
    ----------
    key, name, sentence : str
        "newton", "Newton" and what it does in one sentence.
    needs : tuple of str
        What it uses of a `Problem` beyond the value: gradient, hessian, fisher, batch, em_step.
    step : float or str
        The usual step rule: a key of `STEP_RULES`, or a size; 0 for "one over the curvature at the start", and "none"
        where there is nothing to choose.
    direction : callable or None
        None where there is no direction to choose.
    natural : bool
        Whether the direction has a length of its own, so that a line search begins with size 1.
    decay : str or None
        The usual decay of a step size.
    mini_batches : bool
        Whether it can follow the gradients of mini-batches.
    """

    key: str
    name: str
    needs: tuple[str, ...]
    step: float | str
    sentence: str
    direction: Maker | None = None
    natural: bool = False
    decay: str | None = None
    mini_batches: bool = False


OPTIMIZERS: Mapping[str, Optimizer] = MappingProxyType(
    {
        optimizer.key: optimizer
        for optimizer in (
            Optimizer(
                "gradient",
                "Gradient ascent",
                ("gradient",),
                "line_search",
                "Go where the slope is steepest; slow in a narrow valley, and it depends on the units.",
                directions.gradient,
                mini_batches=True,
            ),
            Optimizer(
                "momentum",
                "Momentum",
                ("gradient",),
                "line_search",
                "A heavy ball keeps some of its velocity, so that it swings less and runs along the valley.",
                directions.momentum,
                mini_batches=True,
            ),
            Optimizer(
                "newton",
                "Newton",
                ("gradient", "hessian"),
                "line_search",
                "Jump to the top of the parabola that touches here; the digits double at every step near the maximum.",
                directions.newton,
                natural=True,
            ),
            Optimizer(
                "fisher",
                "Fisher scoring",
                ("gradient", "fisher"),
                "line_search",
                "Newton with the expected information, which is never negative.",
                directions.scoring,
                natural=True,
            ),
            Optimizer(
                "bfgs",
                "BFGS",
                ("gradient",),
                "wolfe",
                "Learn the curvature from the gradients on the way; Newton's speed without second derivatives.",
                directions.bfgs,
                natural=True,
            ),
            Optimizer(
                "adam",
                "Adam",
                ("gradient",),
                0.05,
                "Each coordinate has a step of its own, about the step size whatever the slope.",
                directions.adam,
                natural=True,
                mini_batches=True,
            ),
            Optimizer(
                "sgd",
                "Mini-batch gradient ascent",
                ("gradient", "batch"),
                0.0,
                "Each step sees a few observations: cheap and noisy, so the step size has to fall.",
                directions.gradient,
                decay="1/t",
                mini_batches=True,
            ),
            Optimizer(
                "em",
                "Expectation-maximisation",
                ("em_step",),
                "none",
                "Guess to which component each observation belongs, then fit the components; the likelihood never falls.",
            ),
        )
    }
)


def available_optimizers(problem: Problem) -> tuple[str, ...]:
    """Keys of `OPTIMIZERS`, in their order, whose needs the problem meets: a Hessian, a Fisher information, EM steps, rows."""
    return tuple(
        key for key, method in OPTIMIZERS.items() if all(getattr(problem, need) is not None for need in method.needs)
    )


def method_for(problem: Problem, key: str) -> Optimizer:
    """The record of a key; a ValueError lists the methods if it is unknown or the problem cannot serve it."""
    if key not in OPTIMIZERS:
        raise MleError(f"there is no optimiser {key!r}; choose one of {', '.join(OPTIMIZERS)}.")
    missing = [need for need in OPTIMIZERS[key].needs if getattr(problem, need) is None]
    if missing:
        raise MleError(
            f"{key} needs {' and '.join(missing)}, which this problem has not; choose one of "
            f"{', '.join(available_optimizers(problem))}."
        )
    return OPTIMIZERS[key]
