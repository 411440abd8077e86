"""The formats of dates, numbers and words are detected from all rows of a file; the report shows them."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from crm.domain.delimited import detection
from crm.services.imports import detect_format
from tests.support.dropped_files import counts, drop, person
from tests.support.shop import Shop
from tests.support.thoroughness import some_of

CASES = Path(__file__).parents[3] / "shared/cases/imports"
MANY = 60
"""A number of rows far above that of the sample in which columns are recognised."""


def column(job: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in job["result"]["columns"] if each["column"] == name)


def value(shop: Shop, number: int | str, name: str) -> Any:
    return person(shop, "email", f"p{number}@example.com")["attributes"].get(name)


def sheet(header: str, rows: dict[int, str], other: str, delimiter: str = ",") -> str:
    """Write a file with some rows, and many others before and between them."""
    lines = [f"p{number}@example.com{delimiter}{rows.get(number, other)}" for number in range(MANY)]
    return "\n".join([f"email{delimiter}{header}", *lines]) + "\n"


@pytest.fixture
def points(shop: Shop) -> Shop:
    assert shop.ask("POST", "attributes", {"name": "points", "type": "number"}).status == 201
    assert shop.ask("POST", "attributes", {"name": "weight", "type": "number"}).status == 201
    assert shop.ask("POST", "attributes", {"name": "member", "type": "boolean"}).status == 201
    return shop


@pytest.mark.parametrize(
    ("late", "format_", "read", "packed"),
    some_of(
        [
            ("25/12/1990", "DD/MM/YYYY", "1990-02-01", False),
            ("12/25/1990", "MM/DD/YYYY", "1990-01-02", False),
            ("25/12/1990", "DD/MM/YYYY", "1990-02-01", True),
            ("12/25/1990", "MM/DD/YYYY", "1990-01-02", True),
        ],
        one_in=3,
    ),
)
def test_one_date_decides_the_format_of_its_column(
    shop: Shop, late: str, format_: str, read: str, packed: bool
) -> None:
    content = sheet("birthday", {MANY - 1: late}, "01/02/1990").encode()
    job = drop(shop, "people.csv", gzip.compress(content) if packed else content)
    assert counts(job) == {"rows": MANY, "created": MANY}
    assert column(job, "birthday")["date_format"] == format_
    assert value(shop, 0, "birthday") == read
    assert value(shop, MANY - 1, "birthday") == "1990-12-25"


def test_the_majority_of_dates_decides_and_others_are_rejected(shop: Shop) -> None:
    rows = {30: "25/12/1990", 40: "26/12/1990", 50: "12/25/1990"}
    job = drop(shop, "people.csv", sheet("birthday", rows, "01/02/1990"))
    assert column(job, "birthday")["date_format"] == "DD/MM/YYYY"
    assert (counts(job)["rejected"], job["result"]["reasons"]) == (1, {"invalid_value": 1})


def test_another_column_decides_the_date_format(shop: Shop) -> None:
    assert shop.ask("POST", "attributes", {"name": "since", "type": "date"}).status == 201
    drop(shop, "people.csv", sheet("birthday,since", {50: "01/02/1990,25/12/2020"}, "01/02/1990,03/04/2020"))
    assert (value(shop, 0, "birthday"), value(shop, 0, "since")) == ("1990-02-01", "2020-04-03")


def test_ambiguous_dates_are_rejected(shop: Shop) -> None:
    job = drop(shop, "people.csv", sheet("birthday", {}, "01/02/1990"))
    assert job["result"]["reasons"] == {"invalid_value": MANY}
    assert column(job, "birthday")["date_format"] is None


@pytest.mark.parametrize(
    ("late", "mark", "read"),
    some_of(
        [("12,5", ",", 1500), ("1.500,25", ",", 1500), ("1,500.25", ".", 1.5), ("0.5", ".", 1.5)], one_in=3
    ),
)
def test_one_number_decides_the_decimal_mark_of_its_column(
    points: Shop, late: str, mark: str, read: float
) -> None:
    job = drop(points, "people.csv", sheet("points", {MANY - 1: f'"{late}"'}, "1.500"))
    assert counts(job) == {"rows": MANY, "created": MANY}
    assert (column(job, "points")["decimal_mark"], job["result"]["warnings"]) == (mark, {})
    assert value(points, 0, "points") == read


def test_another_column_decides_the_decimal_mark(points: Shop) -> None:
    job = drop(points, "people.csv", sheet("points;weight", {50: "1.500;70,5"}, "1.500;70", ";"))
    assert [column(job, name)["decimal_mark"] for name in ("points", "weight")] == [",", ","]
    assert (value(points, 0, "points"), value(points, 50, "weight")) == (1500, 70.5)
    assert job["result"]["warnings"] == {}


def test_ambiguous_numbers_are_guessed(points: Shop) -> None:
    job = drop(points, "german.csv", sheet("points", {1: "12.345", 2: "900"}, "1.500", ";"))
    assert (column(job, "points")["decimal_mark"], job["result"]["warnings"]) == (
        ",",
        {"decimal_mark_guessed": MANY - 1},
    )
    assert [value(points, number, "points") for number in (0, 1, 2)] == [1500, 12345, 900]


def test_dotted_dates_imply_a_decimal_comma(points: Shop) -> None:
    job = drop(points, "german.tsv", sheet("points\tbirthday", {}, "1.500\t31.12.1990", "\t"))
    assert job["result"]["warnings"] == {"decimal_mark_guessed": MANY}
    assert value(points, 0, "points") == 1500


def test_a_guessed_decimal_point_is_reported(points: Shop) -> None:
    job = drop(points, "english.csv", sheet("points", {}, "1.500"))
    assert (column(job, "points")["decimal_mark"], job["result"]["warnings"]) == (
        ".",
        {"decimal_mark_guessed": MANY},
    )
    assert value(points, 0, "points") == 1.5


@pytest.mark.parametrize(("delimiter", "read"), [(",", 1234), ("\t", 1234), (";", 1.234)])
def test_ambiguous_commas_are_guessed(points: Shop, delimiter: str, read: float) -> None:
    job = drop(points, "sheet.csv", sheet("points", {}, '"1,234"', delimiter))
    assert (counts(job)["created"], job["result"]["warnings"]) == (MANY, {"decimal_mark_guessed": MANY})
    assert value(points, 0, "points") == read


def test_words_of_the_whole_file_make_a_boolean_column(points: Shop) -> None:
    rows = dict(enumerate(["ja", "nein", "Ja", "oui", "non"] * 7, 25))
    job = drop(points, "people.csv", sheet("member", rows, "vielleicht"))
    assert column(job, "member")["target"] == {"to": "attribute", "name": "member"}
    assert column(job, "member")["words"] == {"ja": "yes", "nein": "no", "oui": "yes", "non": "no"}
    assert (value(points, 25, "member"), value(points, 26, "member")) == (True, False)
    assert job["result"]["reasons"] == {"invalid_value": 25}


def test_consent_words_are_reported_with_their_meaning(shop: Shop) -> None:
    rows = {40: "Unsubscribed", 50: "Subscribed"}
    job = drop(shop, "people.csv", sheet("Status", rows, "Archived"))
    assert column(job, "Status")["target"] == {"to": "consent", "name": "email"}
    assert column(job, "Status")["words"] == {"unsubscribed": "denied", "subscribed": "granted"}


def test_the_whole_file_decides_formats_of_event_properties(shop: Shop) -> None:
    fields = {"name": "orders", "kind": "events", "event_name": "Order Completed", "columns": [
        {"column": "email", "to": "identity", "name": "email"}, {"column": "at", "to": "time"},
        {"column": "total", "to": "property", "name": "revenue"}]}  # fmt: skip
    assert shop.ask("POST", "import-mappings", fields).status == 201
    rows = {50: "25/12/2020;7,5"}
    job = drop(shop, "orders/2020.csv", sheet("at;total", rows, "01/02/2020;1.500", ";"))
    assert counts(job) == {"rows": MANY, "events": MANY}
    assert (column(job, "at")["date_format"], column(job, "total")["decimal_mark"]) == ("DD/MM/YYYY", ",")
    assert person(shop, "email", "p0@example.com")["totals"]["revenue"] == 1500


def test_words_are_read_in_the_code_page_of_the_whole_file(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (detect_format, detection):
        monkeypatch.setattr(module, "SAMPLE", 300)
    content = sheet("city;newsletter", {50: "Łódź;tak", 51: "Gdańsk;nie"}, "Rome;", ";").encode("cp852")
    job = drop(shop, "people.csv", content)
    assert job["result"]["dialect"]["encoding"] == "cp852"
    assert column(job, "newsletter")["words"] == {"tak": "yes", "nie": "no"}
    assert value(shop, 50, "city") == "Łódź"


@pytest.mark.skipif(not CASES.exists(), reason="the files are not beside the repository")
def test_thousands_separators_of_a_german_file_are_read(shop: Shop) -> None:
    assert shop.ask("POST", "attributes", {"name": "punkte", "type": "number"}).status == 201
    job = drop(shop, "german.csv", (CASES / "02-de-thousands.csv").read_bytes())
    read = [person(shop, "email", f"th{number}@example.com")["attributes"]["punkte"] for number in (1, 2, 3)]
    assert read == [12345, 1500, 900]
    assert job["result"]["warnings"] == {"decimal_mark_guessed": 2}


@pytest.mark.skipif(not CASES.exists(), reason="the files are not beside the repository")
@pytest.mark.parametrize(
    ("name", "email", "attributes"),
    [
        ("04-space-before-quote.csv", "sq1@example.com", {"name": "Smith, Ann", "city": "Berlin"}),
        ("07-sep-two-columns.csv", "se2@example.com", {"name": "Bob"}),
        ("24-blank-rows.csv", "br1@example.com", {"name": "Ann"}),
        ("16-long-question.csv", "lq4@example.com", {"first_name": "N4"}),
    ],
)
def test_irregular_tables_are_imported(shop: Shop, name: str, email: str, attributes: dict[str, str]) -> None:
    job = drop(shop, "odd.csv", (CASES / name).read_bytes())
    assert "rejected" not in counts(job)
    assert person(shop, "email", email)["attributes"].items() >= attributes.items()
