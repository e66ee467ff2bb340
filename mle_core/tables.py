"""Real data sets of several columns, for regression and classification.

What is known of each is in ``data/tables.json``, the numbers in the CSV beside it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np

from .domain import Array, MleError

__all__ = ["DATA_TABLES", "Column", "DataTable"]

_FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Column:
    """A column of a table: its name, what was measured and in which unit; `kind` is "number", "count" or "label"."""

    name: str
    quantity: str
    unit: str
    kind: str


@dataclass(frozen=True)
class DataTable:
    """Published observations of several quantities.

    Parameters
    ----------
    key, name : str
        "stackloss" and a title.
    task : str
        "regression" or "classification": what it is shown for.
    columns : tuple of Column
    response : str
        Name of the column that is explained.
    predictor : str
        Name of the column that explains it first.
    source, licence : str
        Who published the numbers, and the licence of the collection they were copied from.
    file : str
        Where the numbers are.
    """

    key: str
    name: str
    task: str
    columns: tuple[Column, ...]
    response: str
    predictor: str
    source: str
    licence: str
    file: str = field(repr=False)

    def column(self, name: str) -> Column:
        """What is known of a column; a ValueError lists the names."""
        for column in self.columns:
            if column.name == name:
                return column
        raise MleError(f"{self.key} has no column {name!r}; choose one of {', '.join(c.name for c in self.columns)}.")

    @cached_property
    def _rows(self) -> tuple[Mapping[str, str], ...]:
        with (_FOLDER / self.file).open(newline="", encoding="utf-8") as rows:
            return tuple(csv.DictReader(rows))

    def values(self, name: str) -> Array:
        """The numbers of a column (n,), read-only; a ValueError for labels."""
        if self.column(name).kind == "label":
            raise MleError(f"{name} of {self.key} holds labels, not numbers; use labels({name!r}).")
        values = np.array([float(row[name]) for row in self._rows])
        values.setflags(write=False)
        return values

    def labels(self, name: str) -> tuple[str, ...]:
        """A column as it stands, one text per row."""
        self.column(name)
        return tuple(row[name] for row in self._rows)


def _listed() -> Mapping[str, DataTable]:
    entries = json.loads((_FOLDER / "tables.json").read_text(encoding="utf-8"))
    tables = [
        DataTable(**{**entry, "columns": tuple(Column(name, *facts) for name, facts in entry["columns"].items())})
        for entry in entries
    ]
    return MappingProxyType({table.key: table for table in tables})


DATA_TABLES: Mapping[str, DataTable] = _listed()
"""Key → DataTable, read-only."""
