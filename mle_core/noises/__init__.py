"""The registry of noise models: one file each, found by listing this folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from ..linear.noise import Noise

__all__ = ["NOISES"]


def _found() -> Mapping[str, Noise]:
    modules = (
        importlib.import_module(f"{__name__}.{info.name}")
        for info in pkgutil.iter_modules(__path__)
        if not info.name.startswith("_")
    )
    models: list[Noise] = sorted((module.NOISE for module in modules), key=lambda noise: (noise.order, noise.key))
    return MappingProxyType({noise.key: noise for noise in models})


NOISES: Mapping[str, Noise] = _found()
"""Key → noise model, read-only."""
