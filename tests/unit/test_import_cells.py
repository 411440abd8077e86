"""Cells as spreadsheets write them: guarded values, empty values, lists of tags, very long cells."""

from __future__ import annotations

import pytest

from tests.support.imported_rows import read, value_of
from tests.support.thoroughness import part_of


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('="00123"', "00123"),
        ('= "01067"', "01067"),
        ('=""', None),
        ("'07028", "07028"),
        ("'+49 30 123", "+49 30 123"),
        ("'90s", "'90s"),
        ("'t Hooft", "'t Hooft"),
        ("NULL", None),
        ("null", None),
        ("Null", "Null"),
        ("None", "None"),
        ("\\N", None),
        ("N/A", None),
        ("#N/A", None),
        ("#REF!", None),
        ("NaN", None),
        ("NaT", None),
        ("<NA>", None),
        ("n.a.", None),
        ("(blank)", None),
        ("-", None),
        ("--", None),
        ("\u2014", None),
        ("-1", "-1"),
        ("Baden-Baden", "Baden-Baden"),
        ("Nan", "Nan"),
        ("\u200bAnn\u200b", "Ann"),
        ("\ufeff", None),
        ("\u202aAnn\u202c", "Ann"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    ],
)
def test_characters_added_by_spreadsheets_are_removed(cell: str, value: str | None) -> None:
    assert value_of("City", cell, "city") == value


@pytest.mark.parametrize(
    "cell", ["'7012345678901", '="7012345678901"', "7012345678901\u200b", "\u202d7012345678901"]
)
def test_ids_are_read_without_the_guards_of_spreadsheets(cell: str) -> None:
    (row,) = read("Customer ID", [cell]).rows
    assert [identity.value for identity in row.identities] == ["7012345678901"]


def test_cells_of_a_built_in_export_are_read_unchanged() -> None:
    header = "id,email,city,activities,classes,responsible"
    row = ["", "a@example.com", "NULL", "", "", ""]
    assert read(header, row).rows[0].attributes["city"] == "NULL"


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ('"VIP","Summer, 2023"', ["VIP", "Summer, 2023"]),
        ('"Summer, 2023"', ["Summer, 2023"]),
        ("VIP|Gold", ["VIP", "Gold"]),
        ("VIP;Gold, old", ["VIP", "Gold, old"]),
        ("VIP, Gold", ["VIP", "Gold"]),
        ("VIP:::Gold", ["VIP", "Gold"]),
        ('["VIP","Gold|old"]', ["VIP", "Gold|old"]),
        ('"VIP","Gold"', ["VIP", "Gold"]),
        ("NULL", []),
    ],
)
def test_a_cell_of_tags_is_split(cell: str, tags: list[str]) -> None:
    assert list(read("email,Tags", ["a@example.com", cell]).rows[0].tags) == tags


LONG = part_of(200_000, least=50_000)


@pytest.mark.parametrize(
    "cell",
    [
        "\u200b" + " " * LONG + "x",
        "=" * LONG,
        "'" + "1 " * (LONG // 2) + "x",
        "a" * 1_900 + "@",
        "<" * 1_900 + "@",
        "a " * 990 + "@b",
        "1 " * 900 + "x",
        "0/" * (LONG // 2) + "x",
        "Yes" + " " * LONG + "x",
    ],
)
@pytest.mark.timeout(60)
def test_a_long_cell_is_read_in_linear_time(cell: str) -> None:
    """Quadratic time would take minutes."""
    for column in ("City", "E-mail 2", "Phone", "Birthday", "Newsletter", "Tags", "Unsubscribed"):
        read(f"email,{column}", ["a@example.com", cell], ["b@example.com", "yes"])
    read(f"email,{cell}", ["a@example.com", "yes"])
