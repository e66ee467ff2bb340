"""Maximum-likelihood fits of the families."""

from .fit import fit, resolve
from .result import FitResult, Mode

__all__ = ["FitResult", "Mode", "fit", "resolve"]
