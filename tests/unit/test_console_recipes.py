"""The recipes of the console are those of docs/segments.md."""

import json
import re
from pathlib import Path

from tests.recipes import RECIPES

TEXTS = Path(__file__).parents[2] / "functions/serve_console/src/texts/en/recipes.ts"


def test_the_console_has_the_recipes_of_the_docs() -> None:
    source = TEXTS.read_text()
    titles = re.findall(r'^    title: (".+"),$', source, re.MULTILINE)
    conditions = re.findall(r"^    condition: (.+),$", source, re.MULTILINE)
    offered = dict(zip(map(json.loads, titles), map(json.loads, conditions), strict=True))
    assert len(RECIPES) == 20
    assert json.dumps(offered) == json.dumps(RECIPES)
