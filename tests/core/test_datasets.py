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
