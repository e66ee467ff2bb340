"""The real data sets: what they are and that nobody changes them."""

from __future__ import annotations

import numpy as np
import pytest

import mle_core as mle

SIZES = {"michelson": 100, "faithful_waiting": 272, "groundbeef": 254, "toxocara": 53}


def test_the_data_sets_are_those_known():
    assert {key: dataset.values.size for key, dataset in mle.DATASETS.items()} == SIZES


@pytest.mark.parametrize("dataset", mle.DATASETS.values(), ids=lambda dataset: dataset.key)
def test_each_describes_itself_and_fits_its_family(dataset):
    assert dataset.values.dtype == np.float64 and dataset.values.ndim == 1
    assert dataset.name and dataset.quantity and dataset.unit and dataset.source and dataset.licence
    family = mle.FAMILIES[dataset.default_family]
    assert family.discrete == dataset.discrete
    family.check_data(dataset.values)
    assert mle.fit(family, dataset.values).converged


def test_they_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        mle.DATASETS["michelson"].values[0] = 0.0
    with pytest.raises(TypeError):
        mle.DATASETS["mine"] = mle.DATASETS["michelson"]  # type: ignore[index]
    with pytest.raises(TypeError):
        mle.FAMILIES["mine"] = mle.FAMILIES["normal"]  # type: ignore[index]


def test_published_summaries():
    assert mle.DATASETS["michelson"].values.mean() == pytest.approx(299.8524, abs=1e-12)
    assert mle.DATASETS["faithful_waiting"].values.mean() == pytest.approx(70.897, abs=5e-4)
    assert mle.DATASETS["groundbeef"].values.mean() == pytest.approx(73.65, abs=5e-3)
    assert mle.DATASETS["toxocara"].values.mean() == pytest.approx(8.679245, abs=5e-7)


@pytest.mark.parametrize("table", mle.DATA_TABLES.values(), ids=lambda table: table.key)
def test_each_table_describes_its_columns(table):
    assert table.name and table.source and table.licence and table.task in ("regression", "classification")
    assert {column.kind for column in table.columns} <= {"number", "count", "label"}
    rows = {len(table.labels(column.name)) for column in table.columns}
    assert len(rows) == 1 and rows.pop() > 20
    for column in table.columns:
        if column.kind == "label":
            with pytest.raises(ValueError, match="holds labels"):
                table.values(column.name)
            continue
        values = table.values(column.name)
        assert np.isfinite(values).all() and column.quantity
        assert column.kind == "number" or (values == np.round(values)).all()
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 0.0
    assert table.column(table.predictor).kind == "number"
    assert (table.column(table.response).kind == "label") <= (table.task == "classification")
    with pytest.raises(ValueError, match="has no column 'nothing'; choose one of"):
        table.column("nothing")


def test_published_fits_of_the_tables():
    """R's ?stackloss; Dalal, Fowlkes & Hoadley (1989) for any damage; Fisher's (1936) means of petal length."""
    tables = mle.DATA_TABLES
    loss = tables["stackloss"]
    X = np.column_stack([loss.values(name) for name in ("Air.Flow", "Water.Temp", "Acid.Conc.")])
    fitted = mle.fit_regression(X, loss.values("y"))
    assert list(fitted.coef.values()) == pytest.approx([-39.9197, 0.7156, 1.2953, -0.1521], abs=5e-5)
    rings = tables["challenger"]
    damage = (rings.values("distressed_orings") > 0).astype(float)
    logit = mle.fit_classifier(rings.values("temperature_F")[:, None], damage)
    assert list(logit.coef.values()) == pytest.approx([15.0429, -0.2322], abs=5e-5)
    iris = tables["iris"]
    species = np.array(iris.labels("Species"))
    means = [iris.values("Petal.Length")[species == name].mean() for name in ("setosa", "versicolor", "virginica")]
    assert means == pytest.approx([1.462, 4.26, 5.552], abs=1e-9)
