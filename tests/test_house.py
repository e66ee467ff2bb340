"""The house's rules, read from the files: which way imports run, and what a new distribution or page costs."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mle_ui import catalogue

ROOT = Path(__file__).resolve().parent.parent
STDLIB = set(sys.stdlib_module_names)
CORE = sorted((ROOT / "mle_core").rglob("*.py"))
UI = sorted((ROOT / "mle_ui").rglob("*.py"))
PAGES = sorted((ROOT / "pages").glob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
#: Modules of mle_ui that must run where there is no Streamlit.
PURE = [
    *sorted((ROOT / "mle_ui" / "figures").rglob("*.py")),
    *sorted((ROOT / "mle_ui" / "scenes").rglob("*.py")),
    *(ROOT / "mle_ui" / name for name in ("state.py", "ranges.py", "numbers.py", "words.py", "live/tables.py")),
]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> set[str]:
    """Modules that a file imports anywhere in it, by their full names; for `from a import b` both a and a.b."""
    package = [*path.relative_to(ROOT).parent.parts]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


def roots(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)}


def within(name: str, *modules: str) -> bool:
    return any(name == module or name.startswith(module + ".") for module in modules)


def test_the_files_are_where_the_rules_look():
    assert len(CORE) > 10 and len(UI) > 15 and len(PAGES) >= 2
    assert all(path.is_file() for path in PURE)


def test_imports_are_read_with_their_full_names():
    assert "mle_core.family" in imports(ROOT / "mle_core" / "families" / "normal.py")
    assert {"mle_core", "mle_ui.ranges"} <= imports(ROOT / "mle_ui" / "scenes" / "surface" / "prepare.py")


@pytest.mark.parametrize("path", CORE, ids=name_of)
def test_the_core_imports_numpy_scipy_and_itself(path):
    assert roots(path) <= STDLIB | {"numpy", "scipy", "mle_core"}


@pytest.mark.parametrize("path", sorted((ROOT / "mle_core" / "families").glob("[!_]*.py")), ids=name_of)
def test_a_family_imports_only_what_a_family_is_made_of(path):
    assert roots(path) <= STDLIB | {"numpy", "scipy", "mle_core"}
    own = {name for name in imports(path) if within(name, "mle_core")}
    assert own and all(within(name, "mle_core.family", "mle_core.domain", "mle_core.numerics") for name in own), own


@pytest.mark.parametrize("path", UI, ids=name_of)
def test_the_screen_imports_the_core_and_the_four_packages(path):
    assert roots(path) <= STDLIB | {"numpy", "scipy", "plotly", "streamlit", "mle_core", "mle_ui"}


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_imports_the_screen_and_the_core_alone(path):
    assert roots(path) <= STDLIB | {"streamlit", "mle_core", "mle_ui"}


@pytest.mark.parametrize("path", [*CORE, *UI, *PAGES, *TESTS, ROOT / "app.py"], ids=name_of)
def test_nothing_imports_pages(path):
    assert "pages" not in roots(path)


@pytest.mark.parametrize("path", PURE, ids=name_of)
def test_figures_scenes_and_states_know_no_streamlit(path):
    assert "streamlit" not in roots(path)


def test_nor_do_they_load_it_through_others():
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in PURE]
    code = f"import sys, {', '.join(modules)}; print('streamlit' in sys.modules)"
    assert run(code, ROOT) == "False"


@pytest.mark.parametrize("path", sorted((ROOT / "mle_ui" / "figures").rglob("*.py")), ids=name_of)
def test_figures_know_no_state_and_no_scene(path):
    own = {name for name in imports(path) if within(name, "mle_ui")}
    assert all(name == "mle_ui" or within(name, "mle_ui.figures") for name in own), own


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_is_short_and_says_what_it_is(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 90
    page = catalogue.read_page(path)
    assert page.title and page.claim.endswith(".")
    assert page in catalogue.pages()


def test_pages_are_told_apart():
    pages = catalogue.pages()
    assert pages[0].url == ""
    for values in ([p.url for p in pages], [p.title for p in pages], [p.order for p in pages]):
        assert len(set(values)) == len(values)


@pytest.mark.parametrize("word", ["TO" + "DO", "FIX" + "ME", "unsafe_" + "allow_html"])
def test_words_that_are_nowhere(word):
    files = [*CORE, *UI, *PAGES, *TESTS, ROOT / "app.py"]
    assert [name_of(path) for path in files if word in path.read_text(encoding="utf-8")] == []


# -- what an addition costs ---------------------------------------------------------------------------------------


def run(code: str, folder: Path) -> str:
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=folder, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The app in a folder of its own."""
    for name in ("mle_core", "mle_ui", "pages"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


EXPONENTIAL = '''\
"""Exponential: waiting time for an event that does not age."""

import math
from typing import NamedTuple

import numpy as np

from ..domain import Array, Interval, Param
from ..family import Estimate, Family, Law, Likelihood, Sample


class Statistics(NamedTuple):
    n: float
    mean: float


def log_prob(x: Array, decay: Array) -> Array:
    return np.log(decay) - decay * x


def cdf(x: Array, decay: Array) -> Array:
    return -np.expm1(-decay * x)


def quantile(p: Array, decay: Array) -> Array:
    return -np.log1p(-np.asarray(p)) / decay


def sample(rng: np.random.Generator, size: int, decay: float) -> Array:
    return rng.exponential(1 / decay, size)


def summarise(sample: Sample) -> Statistics:
    return Statistics(sample.n, sample.mean(sample.x))


def loglik(s: Statistics, decay: Array) -> Array:
    return s.n * (np.log(decay) - decay * s.mean)


def score(s: Statistics, decay: Array) -> tuple[Array]:
    return (s.n * (1 / decay - s.mean),)


def information(s: Statistics, decay: Array) -> tuple[tuple[Array]]:
    return ((s.n / decay**2,),)


FAMILY = Family(
    key="waiting",
    name="Exponential waiting",
    params=(Param("decay", "λ", "decay", Interval(0, math.inf), Interval(0.1, 10), 1.0, "log", power=-1),),
    support=Interval(0, math.inf, closed_low=True),
    law=Law(log_prob, cdf, quantile, sample),
    likelihood=Likelihood(
        summarise,
        loglik,
        score,
        information,
        start=lambda s: (1 / s.mean,),
        mle=lambda s: Estimate((1 / s.mean,)),
        sufficient=("n", "mean"),
    ),
    order=70,
    scipy="stats.expon(scale=1 / decay)",
    scipy_fit="decay = 1 / x.mean()",
)
'''

SHOW_EXPONENTIAL = """
import numpy as np
import mle_core as mle
from mle_ui.live.tables import encode
from mle_ui.scenes.surface import draw, settings
from mle_ui.scenes.surface.parts import parts
from mle_ui.scenes.surface.scene import build
from mle_ui.state import Link

assert "waiting" in mle.FAMILIES
x = mle.DATASETS["groundbeef"].values
assert np.isclose(mle.fit("waiting", x).params["decay"], 1 / x.mean())
assert settings.FAMILY.options["waiting"] == "Exponential waiting"
scene = build(Link({"data": "groundbeef", "family": "waiting"}))
drawings = draw.drawings(scene)
assert [d.key for d in drawings] == ["density", "profile-decay"], drawings
assert all(d.figure.data for d in drawings)
assert len(encode(scene.tables())) > 1000
shown = parts(scene)
assert all(check.agrees for check in shown.checks())
exec(shown.code(), {})
print("shown")
"""


def test_a_distribution_is_added_in_one_file(copy):
    (copy / "mle_core" / "families" / "waiting.py").write_text(EXPONENTIAL, encoding="utf-8")
    assert run(SHOW_EXPONENTIAL, copy).splitlines()[-1] == "shown"


def test_a_page_is_added_in_one_file(copy):
    page = 'import streamlit as st\n\nPAGE = {"title": "Extra", "claim": "It is here.", "order": 999}\n\nst.title("Extra")\n'
    (copy / "pages" / "extra_one.py").write_text(page, encoding="utf-8")
    code = "from mle_ui import catalogue; last = catalogue.pages()[-1]; print(last.url, last.title, last.claim)"
    assert run(code, copy) == "extra-one Extra It is here."


def test_a_page_without_words_about_itself_is_refused(copy):
    path = copy / "pages" / "bare.py"
    path.write_text("import streamlit as st\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"bare\.py declares no PAGE"):
        catalogue.read_page(path)
