"""Links that are out in the world. Defaults are left out of links, so a changed default changes what old links mean."""

from __future__ import annotations

import json
import math

import pytest

from tests import pages
from tests.scenes import FITTED, resolve, scene
from tests.ui import golden

WHY = (
    "old links would change: they leave defaults out. If the change is meant, say so in the change log and update this "
    "table; if not, put the default back"
)

#: Where the sliders stand when a link names none of them.
DEFAULT_THETA = {
    ("michelson", "normal"): (299.8272, 0.09643),
    ("michelson", "student_t"): (299.8274, 0.1048, 6.581),
    ("michelson", "lognormal"): (5.7032065, 0.00032161),
    ("michelson", "gamma"): (9266000.0, 33800.0),
    ("michelson", "weibull"): (3044.3, 299.91584),
    ("faithful_waiting", "normal"): (66.82, 15.36),
    ("faithful_waiting", "student_t"): (66.82, 15.36, 5.836),
    ("faithful_waiting", "lognormal"): (4.18, 0.23186),
    ("faithful_waiting", "gamma"): (19.145, 0.28442),
    ("faithful_waiting", "weibull"): (5.4925, 79.852),
    ("faithful_waiting", "poisson"): (68.423,),
    ("groundbeef", "normal"): (62.9, 40.713),
    ("groundbeef", "student_t"): (61.2, 40.842, 6.458),
    ("groundbeef", "lognormal"): (4.008, 0.61),
    ("groundbeef", "gamma"): (3.0534, 0.04315),
    ("groundbeef", "weibull"): (1.8763, 90.978),
    ("toxocara", "normal"): (2.45, 18.745),
    ("toxocara", "student_t"): (-0.28, 0.7206, 3.416),
    ("toxocara", "poisson"): (7.48,),
    ("michelson", "laplace"): (299.8304, 0.08144),
    ("michelson", "logistic"): (299.8268, 0.05644),
    ("michelson", "cauchy"): (299.8256, 0.06536),
    ("michelson", "exponential"): (0.0024241,),
    ("faithful_waiting", "laplace"): (72.6, 13.553),
    ("faithful_waiting", "logistic"): (67.54, 9.444),
    ("faithful_waiting", "cauchy"): (73.16, 10.179),
    ("faithful_waiting", "exponential"): (0.011624,),
    ("faithful_waiting", "geometric"): (0.00976,),
    ("faithful_waiting", "negative_binomial"): (1.377, 74.77),
    ("groundbeef", "laplace"): (70.35, 34.566),
    ("groundbeef", "logistic"): (60.5, 23.688),
    ("groundbeef", "cauchy"): (54.3, 28.413),
    ("groundbeef", "exponential"): (0.011115,),
    ("toxocara", "laplace"): (-1.52, 11.954),
    ("toxocara", "logistic"): (1.1, 8.989),
    ("toxocara", "cauchy"): (-0.01, 4.168),
    ("toxocara", "exponential"): (0.07434,),
    ("toxocara", "geometric"): (0.064,),
    ("toxocara", "negative_binomial"): (0.7879, 16.53),
    ("michelson", "pareto"): (299.612488, 1721.9),
    ("michelson", "uniform"): (299.6054, 300.0831),
    ("faithful_waiting", "pareto"): (42.6268, 2.4823),
    ("faithful_waiting", "uniform"): (42.03, 96.87),
    ("groundbeef", "pareto"): (9.658, 0.6422),
    ("groundbeef", "uniform"): (6.4, 203.24),
    ("toxocara", "uniform"): (-4.64, 79.18),
}

BEEF = "Ground beef servings"
WAITING = "Waiting for Old Faithful"
OWN = "Your own numbers"
#: Query → data, family, theta, third, view, pair.
GOLDEN = {
    "": ("michelson", "normal", (299.8272, 0.09643), "profiled", "contours", "mu-sigma"),
    "mu=299.81&sigma=0.11": ("michelson", "normal", (299.81, 0.11), "profiled", "contours", "mu-sigma"),
    f"data={BEEF}&family=Gamma&shape=4&rate=0.05": (
        "groundbeef", "gamma", (4.0, 0.05), "profiled", "contours", "shape-rate",
    ),
    f"data={BEEF}&family=Weibull&shape=2.5&view=3-D": (
        "groundbeef", "weibull", (2.5, 90.978), "profiled", "3d", "shape-scale",
    ),
    "data=Parasites in cats of Kerguelen&family=Poisson&rate=9": (
        "toxocara", "poisson", (9.0,), "profiled", "contours", "",
    ),
    f"data={WAITING}&family=Student t&nu=∞&third=fixed": (
        "faithful_waiting", "student_t", (66.82, 15.36, math.inf), "fixed", "contours", "mu-sigma",
    ),
    f"data={WAITING}&family=Student t&pair=μ, ν&view=3-D": (
        "faithful_waiting", "student_t", (66.82, 15.36, 5.836), "profiled", "3d", "mu-nu",
    ),
    f"data={OWN}&x=1 2 3 4 9&family=Weibull&shape=1.5": (
        "own", "weibull", (1.5, 10.81), "profiled", "contours", "shape-scale",
    ),
    f"data={OWN}": ("own", "normal", (2.4, 2.189), "profiled", "contours", "mu-sigma"),
    # the program's own words instead of the reader's
    "data=toxocara&family=POISSON&rate=9.0": ("toxocara", "poisson", (9.0,), "profiled", "contours", ""),
    # what means nothing
    "data=zzz&family=zzz&mu=abc&sigma=-1&view=9&third=1e9&nobody=1": (
        "michelson", "normal", (299.8272, 0.09643), "profiled", "contours", "mu-sigma",
    ),
    "mu=1e9&sigma=0": ("michelson", "normal", (299.8272, 0.09643), "profiled", "contours", "mu-sigma"),
    "mu=nan&sigma=inf": ("michelson", "normal", (299.8272, 0.09643), "profiled", "contours", "mu-sigma"),
}  # fmt: skip


def test_every_data_set_and_family_is_in_the_table():
    assert set(FITTED) >= set(DEFAULT_THETA), WHY
    assert set(FITTED) == set(DEFAULT_THETA), "add the new pairs to the table"


@pytest.mark.parametrize(("data", "family"), list(DEFAULT_THETA))
def test_defaults_stay_where_they_are(data, family):
    assert scene(data=data, family=family).theta == pytest.approx(DEFAULT_THETA[data, family], rel=1e-12), WHY


@pytest.mark.parametrize("link", list(GOLDEN))
def test_old_links_mean_what_they_meant(link):
    shown, asked = resolve(**dict(part.split("=", 1) for part in link.split("&") if part))
    assert shown is not None and not asked.problems
    data, family, theta, third, view, pair = GOLDEN[link]
    assert (shown.prepared.observed.data, shown.family.key) == (data, family), WHY
    assert shown.theta == pytest.approx(theta, rel=1e-12), WHY
    assert (shown.third, shown.surface_view, shown.over) == (third, view, pair), WHY


@pytest.mark.parametrize("state", pages.STATES, ids=str)
def test_old_links_of_every_page_mean_what_they_meant(state):
    table = golden.known()
    assert str(state) in table, f"a new state: {golden.__doc__}"
    now = json.loads(json.dumps(golden.meant(state)))
    assert {key: now.get(key) for key in table[str(state)]} == table[str(state)], golden.__doc__
