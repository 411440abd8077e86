"""The detection of a file's format, and formats that users give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crm.domain.delimited.detection import Detected, FileError, detect
from crm.domain.delimited.dialect import Dialect
from crm.domain.delimited.text_encoding import encoding_of_words
from crm.domain.errors import InvalidInputError
from crm.domain.stored_record import from_record, to_record

CONTACTS = Path("../shared/data/contacts-us-500.csv")
TABLE = "name;email\nAnn;ann@example.com\nBob;bob@example.com\n"


def found(text: str | bytes, *, whole: bool = True, **given: Any) -> Detected:
    return detect(text.encode() if isinstance(text, str) else text, whole=whole, given=given)


def codes(detected: Detected) -> list[str]:
    return [problem.code for problem in detected.problems]


@pytest.mark.skipif(not CONTACTS.exists(), reason="needs the shared data")
def test_a_real_list_of_contacts_is_detected() -> None:
    detected = found(CONTACTS.read_bytes())
    assert detected.dialect == Dialect()
    assert detected.header[:3] == ["first_name", "last_name", "company_name"]
    assert len(detected.header) == 12
    assert len(detected.rows) == 20
    assert detected.rows[0][2] == "Benton, John B Jr"
    assert codes(detected) == []


def test_a_dialect_is_stored_and_read_back_unchanged() -> None:
    dialect = Dialect(encoding="cp1250", delimiter="\t", quote="'", skip_lines=2, header=False)
    assert from_record(Dialect, to_record(dialect)) == dialect


def test_a_given_dialect_overrides_the_detection() -> None:
    text = "x;y;z,u\na;b;c,d\ne;f;g,h\n"
    assert found(text).header == ["x", "y", "z,u"]
    assert found(text, delimiter=",").header == ["x;y;z", "u"]
    assert found(text, header=False).rows[0] == ["x", "y", "z,u"]
    assert found(text, skip_lines=1).header == ["a", "b", "c,d"]
    assert found('a,"b\n', quote="").header == ["a", '"b']
    assert found("ł;x\n1;2\n".encode("cp1250"), encoding="Windows-1250").header == ["ł", "x"]


def test_a_byte_order_mark_overrides_the_given_encoding() -> None:
    assert found(b"\xef\xbb\xbfa,b\n", encoding="cp1252").dialect == Dialect(bom=3)


@pytest.mark.parametrize(
    ("field", "value"), [("delimiter", "ab"), ("delimiter", '"'), ("quote", "x"), ("encoding", "klingon")]
)
def test_an_invalid_dialect_is_refused(field: str, value: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        detect(TABLE.encode(), whole=True, given={field: value})
    assert refused.value.details == {"field": field}


def test_skipping_all_lines_leaves_an_empty_file() -> None:
    with pytest.raises(FileError) as refused:
        found(TABLE, skip_lines=3)
    assert refused.value.code == "empty_file"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Customers\n\n" + TABLE, "skipped_lines"),
        ("Ann;ann@example.com\nBob;bob@example.com\n", "no_header"),
        ("name;email\n", "no_rows"),
        ("email\nann@example.com\n", "one_column"),
        ("name;name\nAnn;ann@example.com\n", "duplicate_columns"),
        (TABLE + "Cleo\n", "wrong_column_count"),
        (TABLE + '"Cleo;c@example.com\n', "unclosed_quote"),
        (TABLE + "\0;c@example.com\n", "unreadable_bytes"),
        (TABLE.replace("Ann", "Åse").encode("cp1252"), "encoding_guessed"),
    ],
)
def test_anomalies_are_reported(text: str | bytes, code: str) -> None:
    assert codes(found(text)) == [code]


def test_problems_never_quote_a_cell_of_a_row() -> None:
    text = TABLE + "Cleo\n" + '"Dan;dan@example.com\n'
    assert not any(name in problem.message for problem in found(text).problems for name in ("Cleo", "Dan"))


def test_column_names_are_read_from_the_header() -> None:
    assert found("  name ;;email;;\nAnn;x;ann@example.com;;\n").header == ["name", "column 2", "email"]
    assert found('"first\nname",email\nAnn,ann@example.com\n').header == ["first\nname", "email"]
    assert found("name,email\nAnn,ann@example.com,extra\nBob,bob@example.com,more\n").header == [
        "name", "email", "column 3",
    ]  # fmt: skip


def test_a_header_wider_than_its_rows_is_the_header() -> None:
    detected = found("name,email,city,note\nAnn,ann@example.com\nBob,bob@example.com\n")
    assert detected.header == ["name", "email", "city", "note"]
    assert codes(detected) == ["wrong_column_count"]


def test_a_first_line_of_values_is_not_a_header() -> None:
    assert not found("Ann;a@example.com;1,50\nBob;b@example.com;2,50\n").dialect.header
    assert not found("Ann,Berlin,yes\nBob,Berlin,no\n").dialect.header
    assert found("Name,City,Member\nAnn,Berlin,yes\nBob,Berlin,no\n").dialect.header
    assert found("email,2024,2025\na@example.com,5,6\nb@example.com,7,8\n").dialect.header


@pytest.mark.parametrize("word", ["sep=;", '"sep=;"', "SEP=;", "sep=;;;", "sep=; "])
def test_a_sep_line_for_excel_declares_the_delimiter(word: str) -> None:
    for columns in (["email"], ["email", "name"], ["email", "name", "city"]):
        table = "".join(";".join(f"{name}{n}" for name in columns) + "\n" for n in range(3))
        detected = found(f"{word}\n{';'.join(columns)}\n{table}")
        assert detected.header == columns
        assert (detected.dialect.delimiter, detected.dialect.skip_lines) == (";", 1)
        assert len(detected.rows) == 3
    assert found(f"{word}\nCustomers\nemail;name\nann@example.com;Ann\n").dialect.skip_lines == 2


@pytest.mark.parametrize("mark", ["^", "~", ":", "|", "\x1f", "\x01", "#", "!", "*"])
@pytest.mark.parametrize("rows", [1, 2, 30])
def test_rare_delimiters_are_detected(mark: str, rows: int) -> None:
    table = [["E-mail", "Name", "City"], *([f"p{n}@example.com", "Smith, Ann", "Bonn"] for n in range(rows))]
    detected = found("".join(mark.join(row) + "\n" for row in table))
    assert detected.dialect.delimiter == mark
    assert detected.header == table[0]
    assert detected.rows == table[1:21]


@pytest.mark.parametrize("mark", ["^", "~", ":", "#"])
def test_rare_delimiters_inside_quotes_are_text(mark: str) -> None:
    text = f'"email"{mark}"name"\n"a@example.com"{mark}"Smith{mark} Ann"\n"b@example.com"{mark}"Bob"\n'
    assert found(text).rows == [["a@example.com", f"Smith{mark} Ann"], ["b@example.com", "Bob"]]


@pytest.mark.parametrize("count", [1, 2, 40])
def test_leading_rows_of_empty_cells_are_skipped(count: int) -> None:
    detected = found(";;;\n" * count + "email;name;city;x\na@example.com;Ann;Bonn;1\n")
    assert (detected.header, detected.dialect.skip_lines) == (["email", "name", "city", "x"], count)
    assert detected.rows == [["a@example.com", "Ann", "Bonn", "1"]]


def test_a_rare_delimiter_below_a_title_is_detected() -> None:
    rows = "".join(f"p{n}@example.com^Ann\n" for n in range(9))
    assert found(f"Customers\nemail^name\n{rows}").header == ["email", "name"]


@pytest.mark.parametrize(
    "row",
    ["https://example.com/a", "a@example.com,2026-01-31 10:20:30", "2026-01-31 10:20:30,a@example.com"],
)
def test_urls_and_times_are_not_split_at_rare_delimiters(row: str) -> None:
    for header in ("", f"email{',at' * row.count(',')}\n"):
        assert found(header + f"{row}\n" * 9).dialect.delimiter == ","


def test_spaces_before_quotes_are_detected() -> None:
    detected = found(
        'email, name, city\na@example.com, "Smith, Ann", "Bonn"\nb@example.com, "Doe, Bob", "Rome"\n'
    )
    assert detected.header == ["email", "name", "city"]
    assert detected.rows[0] == ["a@example.com", "Smith, Ann", "Bonn"]
    assert detected.dialect.skip_initial_space
    assert not found(
        'a@example.com,Ann, "the boss" at home\nb@example.com,Bob,x\n'
    ).dialect.skip_initial_space
    assert not found("a, b\n1, 2\n").dialect.skip_initial_space


def test_a_column_name_can_be_a_long_text() -> None:
    wording = "I agree to this text. " * 100
    table = f"email,name,{wording}\n" + "".join(f"p{n}@example.com,Ann {n},Yes\n" for n in range(3))
    detected = found(table)
    assert detected.header == ["email", "name", wording.strip()]
    assert len(detected.rows) == 3


def test_a_file_with_too_many_columns_is_refused() -> None:
    with pytest.raises(FileError) as refused:
        found(",".join(f"c{n}" for n in range(1_001)) + "\n")
    assert refused.value.code == "too_many_columns"


def test_a_truncated_sample_is_detected_as_the_whole_file_is() -> None:
    table = "name;note\n" + "".join(f'Zoë {n};"a\r\n{"ü" * n}; b"\n' for n in range(40))
    whole = found(table).dialect
    content = table.encode()
    for end in range(200, len(content), 29):
        cut = found(content[:end], whole=False)
        assert cut.dialect == whole
        assert codes(cut) == []


def test_a_cell_longer_than_the_sample_leaves_the_detection_unchanged() -> None:
    cell = "x;y\n" * 80_000
    detected = found(f'{TABLE}Cleo;"{cell}"\n', whole=False)
    assert detected.header == ["name", "email"]
    assert detected.rows == [["Ann", "ann@example.com"], ["Bob", "bob@example.com"]]


def test_words_after_the_sample_decide_an_open_encoding() -> None:
    assert found(TABLE).encoding_open
    assert not found(TABLE, encoding="cp1252").encoding_open
    assert not found(TABLE.replace("Ann", "Zoë")).encoding_open
    assert found(TABLE.replace("Ann", "Zoë").encode("cp1252")).encoding_open
    assert encoding_of_words([]) is None
    assert encoding_of_words(["Zoë".encode(), "Köln".encode()]) == "utf-8"
    assert encoding_of_words(["Paweł".encode("cp1250"), "Łódź".encode("cp1250")]) == "cp1250"
    assert encoding_of_words(["Hélène".encode("cp1252"), "Nîmes".encode("cp1252")]) == "cp1252"
