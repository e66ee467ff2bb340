"""What links that are out in the world mean: for each state in tests/pages the value of every control.

Defaults are left out of links, so a changed default changes old links. If that is meant, say so in the change log and write the
table anew with `python -m tests.ui.golden`; if not, put the default back.
"""

from __future__ import annotations

import json
from pathlib import Path

from mle_ui.live.tables import Slider
from tests import pages

FILE = Path(__file__).with_name("golden.json")


def meant(state: pages.State) -> dict[str, object]:
    """Every control's value in a state, as it is written in a link."""
    return {
        control.key: control.labels[value] if isinstance(control, Slider) else value
        for control, value in pages.scene(state).items
    }


def known() -> dict[str, dict[str, object]]:
    """Name of the state → what its link means."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def main() -> None:
    table = {str(state): meant(state) for state in pages.STATES}
    FILE.write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
