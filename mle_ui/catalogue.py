"""The pages that exist: each file in pages/ declares itself in a literal `PAGE`, read here without running the file."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Page:
    """A page's own words about itself.

    `opens` is the query under which the map opens it: a telling state.
    """

    file: Path
    title: str
    claim: str
    order: int
    icon: str = ":material/show_chart:"
    article: str = ""
    opens: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Path in the address; the map is at the root."""
        return "" if self.file.stem == "home" else self.file.stem.replace("_", "-")


def read_page(file: Path) -> Page:
    """The `PAGE = {...}` of a page file. Raises ValueError if it has none."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "PAGE" for t in node.targets):
            return Page(file, **ast.literal_eval(node.value))
    raise ValueError(f"{file.name} declares no PAGE; see CONTRIBUTING.md, “Add a page”.")


@cache
def pages(folder: Path = ROOT / "pages") -> tuple[Page, ...]:
    """All pages in their order."""
    return tuple(sorted((read_page(file) for file in folder.glob("*.py")), key=lambda page: page.order))
