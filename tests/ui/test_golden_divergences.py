"""Links to /kl and /cross-entropy that are out in the world: where their sliders stand, and two of their numbers."""

from __future__ import annotations

from importlib import import_module

import pytest

from mle_ui.live import moving
from mle_ui.state import Link
from tests.ui.test_golden_links import WHY

#: Page and query → picture, values of the sliders, the first two readouts.
GOLDEN = {
    ("kl", ""): ("pair", (-1.0, 1.0, 1.0, 1.5, 0.5, 1000.0), {"kl": "1.017", "reverse_kl": "2.22"}),
    ("kl", "view=fit"): (
        "fit",
        (0.41, 4.0, 0.6, 0.8, 0.5, 3.0, 1.0, 2.5),
        {"forward": "0.411 at 0.36, 2.10", "left": "0.884 at −1.98, 0.62"},
    ),
    ("kl", "view=plane"): (
        "plane",
        (0.41, 0.5, -0.6, 0.6, 0.8, -1.7, -0.9, 1.7, 0.9, 3.0, -0.4, 2.2, 2.5, 0.5),
        {"forward": "0.6737", "forward_back": "1.611"},
    ),
    ("kl", "view=bars"): ("bars", (0.36, 0.48, 0.16, 0.2, 0.2, 0.6), {"kl": "0.4203", "reverse_kl": "0.5004"}),
    ("kl", "mu_p=0&sigma_q=0.5&unit=bits"): (
        "pair",
        (0.0, 1.0, 1.0, 0.5, 0.5, 1000.0),
        {"kl": "4.049", "reverse_kl": "1.18"},
    ),
    ("kl", "view=forward and reverse fit&apart=6&weight=0.2&third=Jensen–Shannon"): (
        "fit",
        (0.2, 6.0, 0.6, 0.8, 0.5, 3.0, 1.0, 2.5),
        {"forward": "0.704 at 1.80, 2.52", "left": "1.61 at −3.00, 0.60"},
    ),
    ("kl", "view=fits in 2-D&rho_1=0.2&x_2=2&y_2=-1&step=14"): (
        "plane",
        (0.41, 0.2, -0.6, 0.6, 0.8, -1.7, -0.9, 2.0, -1.0, 14.0, -0.4, 2.2, 2.5, 0.5),
        {"forward": "0.4856", "forward_back": "1.047"},
    ),
    ("kl", "view=histograms&p=1 2 1&q=0.2 0.2 0.6"): (
        "bars",
        (0.25, 0.5, 0.25, 0.2, 0.2, 0.6),
        {"kl": "0.2951", "reverse_kl": "0.2974"},
    ),
    ("kl", "view=histograms&q3=0"): ("bars", (0.36, 0.48, 0.16, 0.2, 0.2, 0.0), {"kl": "∞", "reverse_kl": "0.1847"}),
    ("kl", "mu_p=abc&sigma_q=nan&view=9&nobody=1"): (
        "pair",
        (-1.0, 1.0, 1.0, 1.5, 0.5, 1000.0),
        {"kl": "1.017", "reverse_kl": "2.22"},
    ),
    ("cross_entropy", ""): ("sum", (0.0, 0.5, 1.0, 1.0), {"density_p": "0.726", "density_d": "0.818"}),
    ("cross_entropy", "view=theta"): ("theta", (1.4, 1.2, 11.0, 0.0, 1.0, 1.0), {"cross": "2.129", "kl": "0.710"}),
    ("cross_entropy", "view=codes"): ("codes", (0.0, 0.0), {"own": "1.750", "d": "0.447"}),
    ("cross_entropy", "view=theta&truth=mixture"): (
        "theta",
        (1.4, 1.2, 11.0, 0.0, 1.0, 0.36, 3.0, 0.5),
        {"cross": "2.242", "kl": "0.866"},
    ),
    ("cross_entropy", "view=theta&truth=student_t&over=sigma"): (
        "theta",
        (1.4, 1.2, 11.0, 0.0, 1.0, 5.0, 1.0),
        {"cross": "2.361", "kl": "0.733"},
    ),
    ("cross_entropy", "mu_p=1&sigma_p=0.2&cell=1"): (
        "sum",
        (1.0, 0.2, 1.0, 1.0),
        {"density_p": "−0.190", "density_d": "1.129"},
    ),
    ("cross_entropy", "view=over θ&truth=mixture&weight=0.08&m=90&seed=3"): (
        "theta",
        (1.4, 1.2, 90.0, 0.0, 1.0, 0.08, 3.0, 0.5),
        {"cross": "1.425", "kl": "0.422"},
    ),
    ("cross_entropy", "view=codes and labels&p=1 1 2&label=b&harden=0.5"): (
        "codes",
        (0.5, 0.0),
        {"own": "1.299", "d": "0.773"},
    ),
    ("cross_entropy", "mu_p=abc&view=9"): ("sum", (0.0, 0.5, 1.0, 1.0), {"density_p": "0.726", "density_d": "0.818"}),
}


@pytest.mark.parametrize(("page", "link"), list(GOLDEN))
def test_old_links_mean_what_they_meant(page, link):
    ask = Link(dict(part.split("=", 1) for part in link.split("&") if part))
    shown = import_module(f"mle_ui.scenes.{page}.scene").build(ask)
    picture, values, said = GOLDEN[page, link]
    assert not ask.problems and shown.picture == picture, WHY
    assert moving.values(shown) == pytest.approx(values, rel=1e-12), WHY
    assert {readout.name: readout.value for readout in shown.strip()[:2]} == said, WHY
