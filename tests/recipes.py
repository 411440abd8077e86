"""The recipes of docs/segments.md, by their titles, as they stand there."""

import json
import re
from pathlib import Path
from typing import Any

_PAGE = (Path(__file__).parents[1] / "docs/segments.md").read_text()
_FOUND = re.findall(r"^\*\*\d+\. (.+?)\.\*\*.*?```json\n(.+?)\n```", _PAGE, re.MULTILINE | re.DOTALL)

RECIPES: dict[str, Any] = {title: json.loads(condition) for title, condition in _FOUND}
