"""Links of /iid and /optimizers that are out in the world: what they opened when they were made, they open for good."""

from __future__ import annotations

import pytest

from mle_ui.live.tables import Slider
from mle_ui.scenes.iid.scene import build as iid
from mle_ui.scenes.optimizers.scene import build as optimizers
from mle_ui.state import Link
from tests.ui.test_golden_links import WHY

WAITING, MICHELSON, BEEF, CATS = (
    "Waiting for Old Faithful", "Speed of light in air, Michelson 1879", "Ground beef servings", "Parasites in cats of Kerguelen",
)  # fmt: skip
#: Query → where every slider stands, and the other controls that differ from a page without a link, by key.
IID = {
    "": {"m": 95, "mu": 71.6771, "sigma": 13.56996},
    "m=186": {"m": 186, "mu": 71.6771, "sigma": 13.56996},
    f"data={MICHELSON}&family=Normal&over=σ, standard deviation&m=83": {
        "data": "michelson", "over": "sigma", "m": 83, "mu": 299.8644, "sigma": 0.0786145,
    },
    "data=2000 draws, normal with σ = 0.1&m=1244&seed=3": {
        "data": "drawn", "seed": 3, "m": 1244, "mu": 0.000591, "sigma": 0.1014336,
    },
    f"data={CATS}&family=Poisson&m=29": {"data": "toxocara", "family": "poisson", "m": 29, "rate": 9.53229},
    "data=Your own numbers&x=3 1 4 1 5&m=2": {"data": "own", "x": "3 1 4 1 5", "m": 2, "mu": 4.0, "sigma": 1.6},
    "view=sample and law": {"view": "law", "m": 24, "true_mu": 0.0, "true_sigma": 1.0},
    "view=sample and law&law=Gamma&m=574&true_rate=1.206505": {
        "view": "law", "law": "gamma", "m": 574, "true_shape": 3.0, "true_rate": 1.206505,
    },
    "view=dependence&rho=-0.95&m=1000": {"view": "dependence", "m": 1000, "rho": -0.95},
    "view=dependence": {"view": "dependence", "m": 48, "rho": 0.6},
    "data=zzz&m=abc&mu=1e9&view=9": {"m": 95, "mu": 71.6771, "sigma": 13.56996},
}  # fmt: skip
RACE = {
    "": {"step": 40, "mu": 299.8046, "sigma": 0.11033, "batch": 20},
    "step=9&mu=299.849&sigma=0.08369": {"step": 9, "mu": 299.849, "sigma": 0.08369},
    f"data={BEEF}&family=Gamma&racer=Newton&racer=EM&racer=BFGS&coordinates=log&pace=0.5 × 1/curvature&step=7": {
        "data": "groundbeef", "family": "gamma", "racer": ("newton", "bfgs", "em"), "coordinates": "log", "pace": "0.5", "step": 7,
        "shape": 2.3831, "rate": 0.08414,
    },
    f"data={WAITING}&family=Two normals&racer=EM&look=3-D": {
        "data": "faithful_waiting", "family": "normal_mixture", "racer": ("em",), "look": "3d", "mu1": 48.06, "mu2": 83.82,
    },
    "look=mini-batch noise&batch=50&draw=with replacement&against=data passes&length=200&step=200": {
        "look": "noise", "batch": 50, "draw": "with", "against": "passes", "length": "200", "step": 200,
    },
    "newton=always full&decay=falls as 1/t&seed=7": {"newton": "full", "decay": "1/t", "seed": 7},
    "step=abc&mu=-3&pace=9&racer=zzz": {"step": 40},
}  # fmt: skip


def opened(build, link):
    """Every control's value by key: what the link says, and what is left at its default."""
    query: dict[str, list[str]] = {}
    for part in link.split("&") if link else []:
        key, value = part.split("=", 1)
        query.setdefault(key, []).append(value)
    ask = Link(query)
    assert build(ask) is not None and not ask.problems
    stands, moved = {}, {}
    for control, value in ask.items:
        stands[control.key] = control.values[value] if isinstance(control, Slider) else value
        if not isinstance(control, Slider) and value != control.default:
            moved[control.key] = value
    return stands, moved


@pytest.mark.parametrize(("build", "links"), [(iid, IID), (optimizers, RACE)], ids=["iid", "optimizers"])
def test_old_links_mean_what_they_meant(build, links):
    for link, wanted in links.items():
        stands, moved = opened(build, link)
        for key, value in wanted.items():
            assert stands[key] == (pytest.approx(value, rel=1e-12) if isinstance(value, float) else value), (link, WHY)
        assert set(moved) <= set(wanted), (link, WHY)
