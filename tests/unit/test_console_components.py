"""The end-to-end tests examine each component of the console's pages."""

import re
from pathlib import Path

from tests.e2e.console.components import ALL, OPENED

CORE = Path(__file__).parents[2] / "functions/serve_console/src/core.ts"
EXPORT = re.compile(r'^export \{([^}]*)\} from "\./components/', re.MULTILINE)


def _exported() -> set[str]:
    names = [name.strip() for line in EXPORT.findall(CORE.read_text()) for name in line.split(",")]
    return {name for name in names if name[:1].isupper()}


def test_every_exported_component_is_checked_by_axe() -> None:
    exported = _exported()
    assert {"Button", "Table", "Dialog"} <= exported
    assert sorted(name for name in exported if f"h({name}," not in ALL and name not in OPENED) == []
