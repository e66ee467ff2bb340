"""The shape of the package: light to import, one direction of imports, one file a family."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import mle_core as mle

PACKAGE = Path(mle.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Modules that a file imports, as written (leading dots kept)."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return found


def test_importing_is_light():
    code = "import sys, mle_core; print(*[m for m in ('scipy.stats', 'scipy.optimize', 'plotly') if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    assert ran.stdout.strip() == ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_only_numpy_scipy_and_the_standard_library(path):
    roots = {name.split(".")[0] for name in imports(path) if not name.startswith(".")}
    assert roots <= set(sys.stdlib_module_names) | {"numpy", "scipy"}


@pytest.mark.parametrize("path", sorted((PACKAGE / "families").glob("[!_]*.py")), ids=lambda path: path.stem)
def test_a_family_file_holds_the_family_of_its_name(path):
    assert mle.FAMILIES[path.stem].key == path.stem


def test_no_file_asks_for_a_family_by_key():
    for path in FILES:
        if path.parent.name == "families":
            continue
        compared = [
            node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Compare)
        ]
        words = {n.value for c in compared for n in ast.walk(c) if isinstance(n, ast.Constant)}
        assert not words & set(mle.FAMILIES), path.name


def test_files_are_short():
    # The list of public names grows with the package and holds no code.
    public = PACKAGE / "__init__.py"
    assert {type(node) for node in ast.parse(public.read_text(encoding="utf-8")).body} == {
        ast.Expr,
        ast.ImportFrom,
        ast.Assign,
    }
    assert max(len(path.read_text(encoding="utf-8").splitlines()) for path in FILES if path != public) <= 320


def test_public_names_exist():
    assert all(hasattr(mle, name) for name in mle.__all__)
    assert next(iter(mle.FAMILIES)) == "normal"


def test_public_callables_say_what_they_do():
    described = [getattr(mle, name) for name in mle.__all__ if callable(getattr(mle, name))]
    assert len(described) > 15
    assert all((thing.__doc__ or "").strip() for thing in described)


def test_every_public_function_is_called_in_a_test():
    words = "\n".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    functions = [name for name in mle.__all__ if inspect.isfunction(getattr(mle, name))]
    assert len(functions) > 50
    assert [name for name in functions if not re.search(rf"\bmle\.{name}\(", words)] == []
