"""Cells of a column: the same values as in single edits, and the additional formats of files."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.attribute import BOOLEAN, CHOICE, DATE, DATETIME, LIST, NUMBER, TEXT, Attribute, typed
from crm.domain.delimited.rows import Rows
from crm.domain.errors import InvalidInputError
from crm.domain.exports.cells import as_typed
from crm.domain.exports.cells import cell as exported
from crm.domain.imports.cleaned_cells import cleaned
from crm.domain.imports.mapping import ImportMapping, define
from crm.domain.imports.plan import read_plan
from crm.domain.imports.read_rows import Read, RowReader
from crm.domain.standard_attributes import STANDARD

ODD_TEXTS = st.text(
    alphabet=st.sampled_from("aZ9é ü\u0308|'\t\r\n\x00\x7f\u200b\ud800\u00a0ß+-=."), max_size=8
)
TEXTS = st.one_of(ODD_TEXTS, st.text(max_size=12), st.sampled_from(["", " ", "Ada", "'=1", "x" * 2_001]))
NUMBERS = st.one_of(
    st.integers(-(10**17), 10**17).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(-10_000, 10_000, places=2).map(str),
    st.sampled_from(["", "007", "1e3", ".5", "5.", "-0", "-0.0", "+7", "1e400", "x", "1\n2", "12 ", "٣"]),
)
DATES = st.one_of(
    st.dates().map(str),
    st.dates().map(lambda day: f"{day.day}.{day.month}.{day.year:04d}"),
    st.datetimes(timezones=st.none() | st.timezones()).map(str),
    st.sampled_from(
        ["", "2026-W47-6", "20261121", "2026-02-30", "31.02.2026", "2026-11-21T19:30:00Z", "soon"]
    ),
)
CASES = {
    TEXT: TEXTS,
    NUMBER: NUMBERS,
    BOOLEAN: st.sampled_from(["", "yes", "No", " TRUE ", "off", "1", "0", "2", "maybe"]),
    DATE: DATES,
    DATETIME: DATES,
    CHOICE: st.sampled_from(["", "S", " m ", "GROSSE", "große", "XXL"]),
    LIST: st.sampled_from(["", "a;b", "a, b", "a,b;c", " ; ", "x" * 201, ",".join(map(str, range(101)))]),
}


def declared(type_: str) -> Attribute:
    return Attribute("value", "Value", type_, choices=("S", "M", "Große") if type_ == CHOICE else ())


def reading(
    cells: list[str], attribute: Attribute | None, samples: list[str] | None = None, **mapping: Any
) -> Read:
    """Read a file with one column beside the customer's id."""
    columns = [
        {"column": "value", "to": "attribute", "name": "value"},
        {"column": "user_id", "to": "identity", "name": "user_id"},
    ]
    known = {"value": attribute} if attribute else {}
    rows = [[cell, f"u{number}"] for number, cell in enumerate(samples or [])]
    plan = read_plan(define("test", {"columns": columns, **mapping}), ["value", "user_id"], rows, known, ())
    numbers = list(range(1, len(cells) + 1))
    table = [[cell, f"u{number}"] for number, cell in zip(numbers, cells, strict=True)]
    return RowReader(plan, known).read(Rows(table, numbers, numbers, []))


def values(cells: list[str], attribute: Attribute | None, **more: Any) -> list[Any]:
    """Return the value of each row, None for an empty one; refused rows are missing."""
    return [row.attributes.get("value") for row in reading(cells, attribute, **more).rows]


def one_by_one(cells: list[str], attribute: Attribute) -> list[Any]:
    found = []
    for cell in cleaned(cells):
        try:
            found.append(typed(attribute, as_typed(cell)))
        except InvalidInputError:
            found.append(InvalidInputError)
    return found


@pytest.mark.parametrize("type_", CASES)
@given(data=st.data())
def test_cells_are_typed_as_edits_are(type_: str, data: st.DataObject) -> None:
    attribute, cells = declared(type_), data.draw(st.lists(CASES[type_], min_size=1, max_size=6))
    expected = one_by_one(cells, attribute)
    read = reading(cells, attribute)
    kept = {row.number: row.attributes.get("value") for row in read.rows}
    refused = {row.number: row.code for row in read.bad}
    for number, value in enumerate(expected, 1):
        if value is InvalidInputError:
            # Formats that only files have may be read, too; the tests below show them.
            assert number in refused or type_ in (DATE, DATETIME, NUMBER, CHOICE)
        else:
            assert (kept[number], type(kept[number])) == (value, type(value))
    assert set(refused.values()) <= {"invalid_value"}


@given(st.lists(TEXTS.filter(lambda text: len(text) < 100), min_size=1, max_size=6))
def test_undeclared_values_are_kept_as_text(cells: list[str]) -> None:
    expected = [value for value in one_by_one(cells, declared(TEXT)) if value is not InvalidInputError]
    assert values(cells, None) == expected


def test_long_texts_are_kept_up_to_the_size_of_a_row() -> None:
    read = reading(["x" * 30_000, "x" * 40_000, "é" * 20_000], None)
    assert [row.number for row in read.rows] == [1]
    assert [(row.number, row.code) for row in read.bad] == [(2, "invalid_value"), (3, "row_too_large")]


@pytest.mark.parametrize(
    ("cells", "mapping", "expected"),
    [
        (["12,5", "1.234,56", "7"], {}, [12.5, 1234.56, 7]),
        (["12.5", "1,234.56", "1,234"], {}, [12.5, 1234.56, 1234]),
        (["1.234"], {}, [1.234]),
        (["1.234"], {"decimal_mark": ","}, [1234]),
        (["1,234"], {"decimal_mark": "."}, [1234]),
        (["1,234"], {"decimal_mark": ","}, [1.234]),
        (["1,234,567", "1.234.567"], {}, [1234567, 1234567]),
        (["1 234 567", "1\u202f234", "1'234"], {}, [1234567, 1234, 1234]),
        (["€ 12.50", "$12.50", "12.50 EUR", "-$5"], {}, [12.5, 12.5, 12.5, -5]),
        (["12.5"], {"decimal_mark": ","}, []),
        (["1,234"], {}, [1234]),
        (["12,34,56"], {}, []),
    ],
)
def test_number_formats_are_read(cells: list[str], mapping: dict[str, Any], expected: list[Any]) -> None:
    assert values(cells, declared(NUMBER), samples=cells, **mapping) == expected


@pytest.mark.parametrize(
    ("cells", "mapping", "expected"),
    [
        (["31/12/2026", "01/02/2026"], {}, ["2026-12-31", "2026-02-01"]),
        (["12/31/2026", "01/02/2026"], {}, ["2026-12-31", "2026-01-02"]),
        (["12/31/2026", "31/12/2026"], {"date_format": "MM/DD/YYYY"}, ["2026-12-31"]),
        (["01/02/2026", "05/05/2026"], {}, ["2026-05-05"]),
        (["01/02/2026"], {"date_format": "DD/MM/YYYY"}, ["2026-02-01"]),
        (["1-2-26", "2026-11-21"], {"date_format": "M-D-YY"}, ["2026-01-02", "2026-11-21"]),
        (["20261121"], {"date_format": "YYYYMMDD"}, ["2026-11-21"]),
        (["2026/11/21", "2026.11.21", "21.11.26"], {}, ["2026-11-21"] * 3),
        (["12/31/45", "12/31/29"], {}, ["1945-12-31", "2029-12-31"]),
        (["0/0/00", "0000-00-00", ""], {}, [None, None, None]),
        (["2026-11-21 14:22:33 +0100", "11/21/2026 2:22 PM"], {}, ["2026-11-21", "2026-11-21"]),
        (["31.02.2026", "2026-13-01", "soon"], {}, []),
    ],
)
def test_date_formats_are_read(cells: list[str], mapping: dict[str, Any], expected: list[Any]) -> None:
    assert values(cells, declared(DATE), samples=cells, **mapping) == expected


@pytest.mark.parametrize(
    ("cell", "mapping", "expected"),
    [
        ("2026-07-01 12:00", {"time_zone": "Europe/Berlin"}, "2026-07-01T10:00:00.000Z"),
        ("2026-07-01 12:00 +0000", {"time_zone": "Europe/Berlin"}, "2026-07-01T12:00:00.000Z"),
        ("2026-07-01", {"time_zone": "Europe/Berlin"}, "2026-06-30T22:00:00.000Z"),
        ("2026-07-01 12:00", {}, "2026-07-01T12:00:00.000Z"),
        ("7/31/2026 12:05 AM", {}, "2026-07-31T00:05:00.000Z"),
        ("7/31/2026, 12:05:30 pm", {}, "2026-07-31T12:05:30.000Z"),
        ("2026-07-01 12:00:00.25 UTC", {}, "2026-07-01T12:00:00.250Z"),
        ("1795289400", {}, "2026-11-21T19:30:00.000Z"),
        ("1795289400123", {}, "2026-11-21T19:30:00.123Z"),
    ],
)
def test_time_formats_are_read(cell: str, mapping: dict[str, Any], expected: str) -> None:
    assert values([cell], declared(DATETIME), samples=[cell], **mapping) == [expected]


def test_the_date_format_of_one_column_decides_that_of_another() -> None:
    header = ["email", "birthday", "created_at"]
    row = ["a@example.com", "01/02/1990", "12/31/2025"]
    plan = read_plan(ImportMapping(name="x"), header, [row], STANDARD, ())
    read = RowReader(plan, STANDARD).read(Rows([row], [1], [2], []))
    assert read.rows[0].attributes["birthday"] == "1990-01-02"


@pytest.mark.parametrize(
    ("cell", "expected"), [("ja", True), ("Nein", False), ("oui", True), ("x", True), ("perhaps", None)]
)
def test_yes_and_no_are_read_in_other_languages(cell: str, expected: bool | None) -> None:
    assert values([cell], declared(BOOLEAN)) == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("cell", "expected"), [("F", "female"), ("männlich", "male"), ("Divers", "other"), ("n/a", None)]
)
def test_genders_of_other_systems_are_read(cell: str, expected: str | None) -> None:
    plan = read_plan(ImportMapping(name="x"), ["email", "gender"], [], STANDARD, ())
    read = RowReader(plan, STANDARD).read(Rows([["a@example.com", cell]], [1], [2], []))
    assert read.rows[0].attributes.get("gender") == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("'=1+1", "=1+1"),
        ("'+49 30", "+49 30"),
        ("'@ada", "@ada"),
        ("'-5", "-5"),
        ("'\uff1d1", "\uff1d1"),
        ("'hello'", "'hello'"),
        ("'", "'"),
        ("''=", "'="),
    ],
)
def test_the_apostrophe_of_an_export_is_removed(cell: str, expected: str) -> None:
    assert values([cell, "plain"], declared(TEXT)) == [expected, "plain"]


@given(
    st.lists(
        st.text('ab,;[] "', min_size=1, max_size=5).filter(lambda text: text == text.strip()), max_size=4
    )
)
def test_lists_are_read_as_they_are_exported(entries: list[str]) -> None:
    expected = list(dict.fromkeys(entries)) or None
    assert values([exported(entries)], declared(LIST)) == [expected]


def test_numbers_after_an_apostrophe_are_read() -> None:
    assert values(["'-5"], declared(NUMBER)) == [-5]


def test_errors_do_not_quote_the_cell() -> None:
    (bad,) = reading(["secret"], declared(NUMBER)).bad
    assert bad.message.startswith("value must be a number")
    assert "secret" not in bad.message
