"""The deployed stack, as `make deploy` remembers it: `sam deploy --guided` writes samconfig.toml."""

import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / "samconfig.toml"


def remembered() -> dict[str, Any]:
    """Stack name, region and profile of the last deployment; empty before the first."""
    if not CONFIG.exists():
        return {}
    sections = tomllib.loads(CONFIG.read_text()).get("default", {})
    found: dict[str, Any] = {}
    for name in ("global", "deploy"):
        found |= sections.get(name, {}).get("parameters", {})
    return found


def deployed() -> dict[str, Any]:
    """The same, or the end of the program with a word on what to do."""
    found = remembered()
    if "stack_name" not in found:
        sys.exit("Nothing is deployed from here yet: make deploy")
    return found
