"""Every code in the report of an import has a sentence in the console."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
READERS = ("domain/imports", "domain/delimited", "services/imports")
TEXTS = (ROOT / "functions/serve_console/src/texts/en/importPage.ts").read_text()
SNAKE_CASE = re.compile(r"[a-z]+(_[a-z]+)+")
OTHERS = {
    "beginning_only",  # of a preview, which has sentences of its own
    "not_text",  # of a file that is not imported at all, likewise
    "not_a_table",
    "import_not_begun",
    *("changed_at", "profile_id", "message_id"),  # targets of columns
    *("order_id", "financial_status", "cancelled_at", "shared_phones", "opt_out_details"),  # columns
    *(
        "import_content",
        "import_line",
        "import_code",
        "import_error",
        "marks_size",
        "duplicate_of",
    ),  # of the job
}
"""Constants that are not codes of rows."""


def _texts(section: str) -> dict[str, str]:
    found = re.search(rf"^  {section}: {{$(.*?)^  }} as Record", TEXTS, re.DOTALL | re.MULTILINE)
    assert found, section
    return dict(re.findall(r'^    (\w+): "(.*)",$', found[1], re.MULTILINE))


def _constants() -> set[str]:
    """Return the string constants of modules that read rows: `ROW_TOO_LARGE, ERASED = "row_too_large", "erased"`."""
    files = [
        file
        for folder in READERS
        for file in (ROOT / "layers/shared/crm" / folder).rglob("*.py")
        if "aliases" not in file.name  # words of column headers
    ]
    nodes = [node for file in files for node in ast.parse(file.read_text()).body]
    values = [value for node in nodes if isinstance(node, ast.Assign) for value in _strings(node.value)]
    return {value for value in values if SNAKE_CASE.fullmatch(value)}


def _strings(value: ast.expr) -> list[str]:
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def test_each_code_has_a_sentence() -> None:
    assert _constants() - OTHERS - _texts("codes").keys() - _texts("warningCodes").keys() == set()


def test_each_sentence_is_one_and_belongs_to_a_code() -> None:
    texts = _texts("codes") | _texts("warningCodes")
    assert len(texts) >= 36
    assert [text for text in texts.values() if "_" in text or not text.endswith(".")] == []
    single_words = {code for code in texts if "_" not in code}
    assert single_words == {"exists", "unknown", "deleted", "erased"}
    assert texts.keys() - single_words <= _constants()
