"""Links of /sampling that are out in the world: what they opened when they were made, they open for good."""

from __future__ import annotations

import pytest

from mle_ui.scenes.sampling.scene import build
from tests.ui.test_golden_links import WHY
from tests.ui.test_golden_links_iid_optimizers import opened

CATS = "Parasites in cats of Kerguelen"
#: Query → where every slider stands, and the other controls that differ from a page without a link, by key.
GOLDEN = {
    "": {"n": 20, "r": 1000, "mu": 0.0, "sigma": 1.0},
    "n=5&of=variance&mu=0.3&sigma=1.2": {"of": "variance", "n": 5, "r": 1000, "mu": 0.3, "sigma": 1.2},
    "n=5&of=s², variance, ÷ (n − 1)&repeats=10 000": {"of": "corrected", "repeats": "10000", "n": 5, "r": 10000, "mu": 0.0},
    "family=Gamma&shape=1.1&seed=7&r=12": {"family": "gamma", "seed": 7, "n": 20, "r": 12, "shape": 1.1, "rate": 1.0},
    "family=Bernoulli&p=0.05": {"family": "bernoulli", "n": 20, "r": 1000, "p": 0.05},
    "source=a Student-t&nu=4.5&of=mu&n=500": {
        "source": "student_t", "of": "mu", "n": 500, "r": 1000, "mu": 0.0, "sigma": 1.0, "nu": 4.5,
    },
    "source=bootstrap": {"source": "bootstrap", "r": 1000, "level": 0.95},
    f"source=real data, resampled&data={CATS}&family=Poisson&kind=parametric&level=0.8": {
        "source": "bootstrap", "data": "toxocara", "family": "poisson", "kind": "parametric", "r": 1000, "level": 0.8,
    },
    "n=7&of=zzz&family=zzz&mu=abc&sigma=1e9&nobody=1": {"n": 20, "r": 1000, "mu": 0.0, "sigma": 1.0},
}  # fmt: skip


@pytest.mark.parametrize("link", list(GOLDEN))
def test_old_links_mean_what_they_meant(link):
    stands, moved = opened(build, link)
    for key, value in GOLDEN[link].items():
        assert stands[key] == (pytest.approx(value, rel=1e-12) if isinstance(value, float) else value), (link, WHY)
    assert set(moved) <= set(GOLDEN[link]), (link, WHY)
