"""Components of the console contain no texts: these are in `src/texts`, ready for translation."""

import re
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "functions/serve_console/src"
COMMENTS = re.compile(r"/\*.*?\*/|^\s*//.*$", re.DOTALL | re.MULTILINE)
ATTRIBUTES = r"(?:label|title|placeholder|aria-label|alt|hint|text|summary|none)"
LITERALS = [
    re.compile(rf'\b{ATTRIBUTES}="([^"]*[A-Za-z]{{2}}[^"]*)"'),
    re.compile(r">\s*([A-Za-z][A-Za-z ,.!?\u2019']*[A-Za-z.!?])\s*</"),
    re.compile(r"^\s+([A-Z][a-z]+(?: [a-z]+)+[.!?]?)\s*$", re.MULTILINE),
    re.compile(r'\btoast\(\s*["`]([^"`]+)'),
]
NO_TEXT = {"https://", "${escaped(form.name)}"}
"""Strings that are code, or the same in each language."""


def _literals(path: Path) -> list[str]:
    source = COMMENTS.sub("", path.read_text())
    return [found for literal in LITERALS for found in literal.findall(source) if found not in NO_TEXT]


def test_components_contain_no_literal_texts() -> None:
    found = {path.name: _literals(path) for path in SOURCES.rglob("*.tsx")}
    assert {name: texts for name, texts in found.items() if texts} == {}


def test_the_search_finds_literal_texts() -> None:
    planted = (
        'h(<Button label="Save it">\n  Save all of them\n</Button>);\ntoast("Saved.")\n<p>Hello there</p>'
    )
    found = [text for literal in LITERALS for text in literal.findall(planted)]
    assert set(found) == {"Save it", "Hello there", "Save all of them", "Saved."}
