"""Labelled points drawn with a seed: classes that overlap, classes that a line separates, and the exclusive or."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..domain import Array, DomainError, MleError

__all__ = ["LABELLED_KINDS", "labelled_points"]

LABELLED_KINDS = ("overlapping", "separable", "xor")
"""What `labelled_points` can draw."""


def labelled_points(
    kind: str, n: int, *, classes: int = 2, features: int = 2, seed: int = 0
) -> tuple[Array, NDArray[np.intp]]:
    """Draw points of several classes, the rows in turn of each class.

    Parameters
    ----------
    kind : str
        "overlapping": normal clouds of standard deviation 1 around centres 2.4 apart from their neighbours.
        "separable": points within 0.9 of centres 2.4 apart, so that hyperplanes separate the classes. "xor": two classes
        that share the four corners (±1, ±1) crosswise, normal of standard deviation 0.65.
    n : int
        Rows, at least one for each class.
    classes : int
        At least 2; the centres stand on a circle, with one feature on a line. Always 2 for "xor".
    features : int
        1 or 2; always 2 for "xor".
    seed : int

    Returns
    -------
    X : ndarray of shape (n, features)
    labels : ndarray of shape (n,)
        0 … classes − 1.

    Raises
    ------
    DomainError, ValueError
        For an unknown kind, or fewer rows than classes.
    """
    if kind not in LABELLED_KINDS:
        raise MleError(f"there are no {kind!r} points; choose one of {', '.join(LABELLED_KINDS)}.")
    if classes < 2 or n < classes or features not in (1, 2):
        raise DomainError(
            f"n = {n}, classes = {classes}, features = {features}: there must be 2 classes or more, a row for each, and 1 or 2 "
            "features."
        )
    if kind == "xor" and (classes, features) != (2, 2):
        raise DomainError(f"classes = {classes}, features = {features}: the exclusive or has 2 classes and 2 features.")
    rng = np.random.default_rng(seed)
    labels = (np.arange(n) % classes).astype(np.intp)
    if kind == "xor":
        first = 2.0 * rng.integers(0, 2, n) - 1
        corners = np.stack([first, first * (1 - 2.0 * labels)], axis=1)
        return corners + 0.65 * rng.standard_normal((n, 2)), labels
    centres = _centres(classes, features)[labels]
    if kind == "overlapping":
        return centres + rng.standard_normal((n, features)), labels
    noise = rng.standard_normal((n, features))
    noise *= 0.9 * np.sqrt(rng.random((n, 1))) / np.linalg.norm(noise, axis=1, keepdims=True)
    return centres + noise, labels


def _centres(classes: int, features: int) -> Array:
    """Centres (classes, features) whose neighbours are 2.4 apart."""
    if features == 1:
        return np.asarray(2.4 * (np.arange(classes) - (classes - 1) / 2)[:, None])
    angle = 2 * np.pi * np.arange(classes) / classes + np.pi * (classes == 2)
    return np.asarray(1.2 / np.sin(np.pi / classes) * np.stack([np.cos(angle), np.sin(angle)], axis=1))
