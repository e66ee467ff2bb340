"""The real data sets. What is known of each is in ``data/datasets.json``, the numbers in the CSV beside it."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np

from .domain import Array

__all__ = ["DATASETS", "Dataset"]

_FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Dataset:
    """A published set of observations.

    Parameters
    ----------
    key, name : str
        "michelson" and a title.
    quantity, unit : str
        What was measured, for an axis: "serving size", "g".
    discrete : bool
        Counts, or measurements.
    source, licence : str
        Who published the numbers, and the licence of the collection they were copied from.
    default_family : str
        A key of `FAMILIES` to begin with; not a claim that it fits.
    file, column : str
        Where the numbers are.
    """

    key: str
    name: str
    quantity: str
    unit: str
    discrete: bool
    source: str
    licence: str
    default_family: str
    file: str = field(repr=False)
    column: str = field(repr=False)

    @cached_property
    def values(self) -> Array:
        """The observations (n,), read-only."""
        with (_FOLDER / self.file).open(newline="", encoding="utf-8") as rows:
            values = np.array([float(row[self.column]) for row in csv.DictReader(rows)])
        values.setflags(write=False)
        return values


def _listed() -> Mapping[str, Dataset]:
    entries = json.loads((_FOLDER / "datasets.json").read_text(encoding="utf-8"))
    return MappingProxyType({entry["key"]: Dataset(**entry) for entry in entries})


DATASETS: Mapping[str, Dataset] = _listed()
"""Key → Dataset, read-only."""
