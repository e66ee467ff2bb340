"""Directions of ascent: which way to go from a point.

A maker takes the options of a run and gives a function ``propose(point, restart)`` → direction (k,), which remembers
what its method remembers (a velocity, a matrix). `restart` makes it forget.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from ..domain import Array
from .problem import Point

__all__ = ["Direction", "Maker", "Options", "adam", "bfgs", "gradient", "momentum", "newton", "scoring"]

Direction: TypeAlias = Callable[[Point, bool], Array]


@dataclass(frozen=True)
class Options:
    """What a direction may be told: the friction of momentum, Nesterov's look ahead, the two memories of Adam."""

    momentum: float = 0.9
    nesterov: bool = False
    betas: tuple[float, float] = (0.9, 0.999)


Maker: TypeAlias = Callable[[Options], Direction]


def gradient(options: Options) -> Direction:
    """Steepest ascent (Cauchy 1847)."""

    def propose(point: Point, restart: bool) -> Array:
        return point.gradient

    return propose


def momentum(options: Options) -> Direction:
    """Heavy ball (Polyak 1964): v ← βv + g, step along v; Nesterov's (1983) steps along g + βv.

    The form of Sutskever, Martens, Dahl & Hinton (2013) in which the iterates are the points that look ahead.
    """
    velocity: Array | None = None

    def propose(point: Point, restart: bool) -> Array:
        nonlocal velocity
        old = None if restart else velocity
        velocity = point.gradient if old is None else options.momentum * old + point.gradient
        return point.gradient + options.momentum * velocity if options.nesterov else velocity

    return propose


def newton(options: Options) -> Direction:
    """Newton's direction, the eigenvalues of −H made positive so that it climbs (Nocedal & Wright 2006, §3.4)."""

    def propose(point: Point, restart: bool) -> Array:
        return point.gradient if point.observed is None else point.observed.step(point.gradient)

    return propose


def scoring(options: Options) -> Direction:
    """Fisher (1925): Newton's direction with the expected in place of the observed information."""

    def propose(point: Point, restart: bool) -> Array:
        return point.gradient if point.expected is None else point.expected.step(point.gradient)

    return propose


def bfgs(options: Options) -> Direction:
    """Broyden, Fletcher, Goldfarb & Shanno (1970): the inverse Hessian learnt from the gradients (N. & W., eq. 6.17)."""
    inverse: Array | None = None
    last: Point | None = None

    def propose(point: Point, restart: bool) -> Array:
        nonlocal inverse, last
        k = point.theta.size
        if restart or inverse is None or last is None:
            inverse = np.eye(k) / max(1.0, float(np.linalg.norm(point.gradient)))
        else:
            s, y = point.theta - last.theta, last.gradient - point.gradient
            sy = float(s @ y)
            # Without positive curvature along the step the matrix would lose its definiteness: keep the old one.
            if sy > 1e-14 * float(np.linalg.norm(s) * np.linalg.norm(y)):
                if fresh[0]:
                    inverse = np.eye(k) * (sy / float(y @ y))
                shift = np.eye(k) - np.outer(s, y) / sy
                inverse = shift @ inverse @ shift.T + np.outer(s, s) / sy
                fresh[0] = False
        if restart or last is None:
            fresh[0] = True
        last = point
        return np.asarray(inverse @ point.gradient)

    fresh = [True]  # no curvature learnt yet: the first pair sets the scale (N. & W., eq. 6.20)
    return propose


def adam(options: Options) -> Direction:
    """Kingma & Ba (2015), algorithm 1, with the correction of the bias of both averages."""
    first, second = options.betas
    mean: Array | None = None
    square: Array | None = None
    count = 0

    def propose(point: Point, restart: bool) -> Array:
        nonlocal mean, square, count
        if restart or mean is None or square is None:
            mean, square, count = np.zeros_like(point.gradient), np.zeros_like(point.gradient), 0
        count += 1
        mean = first * mean + (1 - first) * point.gradient
        square = second * square + (1 - second) * point.gradient**2
        return np.asarray((mean / (1 - first**count)) / (np.sqrt(square / (1 - second**count)) + 1e-8))

    return propose
