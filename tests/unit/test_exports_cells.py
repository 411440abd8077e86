"""Cells of exports: texts that no spreadsheet runs as formulas, and lists that can be split again."""

import csv
import io
import json
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm.domain.exports.cells import as_typed, cell, joined, neutralised
from crm.domain.exports.formats import CSV, JSONL, header, lines
from crm.domain.list_text import separated

FORMULAS = st.text(alphabet="=+-@\t\r'\uff1d\uff0b\uff0d\uff201aé;,|[(!*\"\n ", max_size=8)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    FORMULAS,
    st.text(),
)
ENTRY = FORMULAS.filter(lambda text: text.strip() == text != "")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(1)",
        "\tx",
        "\rx",
        "\nx",
        '"=1+1"',
        "\uff1d1+1",
        "\uff0b1+1",
        "\uff0d1",
        "\uff20SUM(1)",
        "-",
        "+34 600 12 34 56",
        "'=1+1",
    ],
)
def test_a_formula_is_neutralised(text: str) -> None:
    assert neutralised(text) == f"'{text}"


@pytest.mark.parametrize(
    ("text", "neutral"),
    [
        ("x;=1+1", "x;'=1+1"),
        ("Acme; Ltd;@SUM(1)", "Acme; Ltd;'@SUM(1)"),
        ('x;"=1+1', "x;'\"=1+1"),
        ("two\n=1+1", "two\n'=1+1"),
        ("two\r\n-1+1", "two\r\n'-1+1"),
        ("\n=1", "'\n'=1"),
        ("\t=1", "'\t'=1"),
        ("x,+1+1", "x,'+1+1"),
        ("x|\uff1d1", "x|'\uff1d1"),
        ("x;'=1", "x;''=1"),
        ("a;=1;b;=2", "a;'=1;b;'=2"),
        ("-1;", "'-1;"),
        ("-1\n*HYPERLINK(1)", "'-1\n*HYPERLINK(1)"),
        ("-1|calc!A0", "'-1|calc!A0"),
        ("x;-1\t*A1", "x;'-1\t*A1"),
        ("x;-5,y", "x;'-5,y"),
    ],
)
def test_a_formula_after_a_delimiter_or_a_line_end_is_neutralised(text: str, neutral: str) -> None:
    assert neutralised(text) == neutral
    assert as_typed(neutral) == text


@pytest.mark.parametrize(
    "text", ["Acme; Ltd", "a;-5;+1,5", "two\r\nlines", "1,-2", "x; =1", "a,b", "\u20ac;5"]
)
def test_ordinary_texts_with_delimiters_are_unchanged(text: str) -> None:
    assert neutralised(text) == text


def runs(found: str, expected: str) -> bool:
    """Return whether a cell that begins with a sign may be a formula with effects."""
    number, _, behind = found[1:].partition(",")
    if not number.replace(".", "").replace('"', "").isdecimal():
        return True
    # Of a row that is one cell there, what calls anything is in quotes, which end the number.
    unquoted = re.sub('"[^"]*("|$)', "", behind)
    return bool(set("(|!\t\r\n") & set(unquoted)) and expected != ","


@given(st.lists(FORMULAS, min_size=2, max_size=4), st.sampled_from(",;\t|"))
@example(["", "-1;"], ",")
@example(["", "-1\n*A1"], ";")
@example(["-1", "="], ";")
@example(["-1", "5*A(1)"], ";")
def test_a_file_read_with_any_delimiter_contains_no_formula(texts: list[str], expected: str) -> None:
    names = [str(number) for number in range(len(texts))]
    rows = [dict(zip(names, texts, strict=True))]
    written = b"".join(lines(CSV, names, rows)).decode()
    for row in csv.reader(io.StringIO(written, newline=""), delimiter=expected):
        for found in row:
            assert not found.startswith(tuple("=@\uff1d\uff0b\uff0d\uff20")), written
            assert not found.startswith(("+", "-")) or not runs(found, expected), written


@pytest.mark.parametrize("text", ["x;y", "x,y", "x\ty", "x|y", "x\ny", 'x"y', "5*A(1)", "x!A0"])
def test_a_cell_with_any_delimiter_is_quoted(text: str) -> None:
    (line,) = lines(CSV, ["a", "b"], [{"a": "1", "b": text}])
    assert line == f'1,"{text.replace(chr(34), chr(34) * 2)}"\r\n'.encode()


@pytest.mark.parametrize(
    "text", ["", "a=b", "Ana", " =1", "-5", "+1,5", "-0.5", "+34600123456", "'tis", "1-2", "é=", "0=1"]
)
def test_texts_without_a_formula_are_unchanged(text: str) -> None:
    assert neutralised(text) == text


@given(FORMULAS | st.text())
def test_a_neutralised_text_is_read_back_unchanged(text: str) -> None:
    assert as_typed(neutralised(text)) == text


@given(FORMULAS)
def test_only_plain_numbers_begin_with_a_sign(text: str) -> None:
    safe = neutralised(text)
    assert not safe.startswith(tuple("=@\t\r\n\uff1d\uff0b\uff0d\uff20"))
    first = re.split(r"[;\t|\r\n]", safe)[0]
    assert not first.startswith(("+", "-")) or first[1:].replace(".", "").split(",")[0].isdecimal()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (5.0, "5"),
        (-0.5, "-0.5"),
        (1e300, "1e+300"),
        ("Ana", "Ana"),
        ([], ""),
        (["VIP", "new"], "VIP;new"),
        (["New, and old", "VIP"], '["New, and old","VIP"]'),
        (["[draft]"], '["[draft]"]'),
        ([1, 2], "[1,2]"),
        ({"street": "Mayor 7"}, '{"street":"Mayor 7"}'),
    ],
)
def test_a_value_is_written_as_text(value: Any, text: str) -> None:
    assert cell(value) == text


@given(st.lists(ENTRY))
def test_joined_entries_are_split_again(entries: list[str]) -> None:
    assert separated(joined(entries)) == entries


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("VIP, new", ["VIP", "new"]),
        ("a, b; c", ["a, b", "c"]),
        ("", []),
        ("[draft] one", ["[draft] one"]),
        ("[1, 2]", ["1", "2"]),
        (' ["a;b", 2.50]', ["a;b", "2.50"]),
        ("[[1], 2]", ["[[1]", "2]"]),
        ("[" * 100_000, ["[" * 100_000]),
    ],
)
def test_lists_of_other_systems_are_split_at_their_separators(text: str, entries: list[str]) -> None:
    assert separated(text) == entries


@given(st.lists(st.fixed_dictionaries({"a": VALUES, "ü": VALUES}), max_size=5))
def test_a_csv_file_is_read_back_as_it_was_written(rows: list[dict[str, Any]]) -> None:
    written = header(CSV, ["a", "ü"]) + b"".join(lines(CSV, ["a", "ü"], rows))
    assert written.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    expected = [["a", "ü"]] + [[cell(row[name]) for name in ("a", "ü")] for row in rows]
    assert [[as_typed(text) for text in row] for row in read] == expected


@given(st.lists(st.fixed_dictionaries({"a": VALUES}), max_size=5))
def test_json_lines_contain_values_unchanged(rows: list[dict[str, Any]]) -> None:
    written = header(JSONL, ["a", "b"]) + b"".join(lines(JSONL, ["a", "b"], rows))
    found = [json.loads(line) for line in written.splitlines()]
    assert found == [{"a": row["a"], "b": None} for row in rows]
