"""Every family of this folder, one file each, ending in ``FAMILY = Family(...)``; adding a file adds it everywhere."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from ..family import Family

__all__ = ["FAMILIES"]


def _listed() -> Mapping[str, Family]:
    found: list[Family] = [import_module(f"{__name__}.{module.name}").FAMILY for module in iter_modules(__path__)]
    return MappingProxyType({family.key: family for family in sorted(found, key=lambda f: (f.order, f.key))})


FAMILIES: Mapping[str, Family] = _listed()
"""Key → Family, read-only."""
