"""Birthdays and genders in the formats and the words of other systems."""

from __future__ import annotations

import pytest

from tests.support.imported_rows import read, value_of


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("12 May 1980", "1980-05-12"),
        ("May 12th, 1980", "1980-05-12"),
        ("12-May-80", "1980-05-12"),
        ("Mon, 12 May 1980 10:20:30 GMT", "1980-05-12"),
        ("1980-May-12", "1980-05-12"),
        ("12. Mai 1980", "1980-05-12"),
        ("1er mai 1980", "1980-05-01"),
        ("12 août 1980", "1980-08-12"),
        ("12 de mayo de 1980", "1980-05-12"),
        ("12 maggio 1980", "1980-05-12"),
        ("12 maja 1980 r.", "1980-05-12"),
        ("12 mei 1980", "1980-05-12"),
        ("12 de março de 1980", "1980-03-12"),
        ("12. května 1980", "1980-05-12"),
        ("12.05.80", "1980-05-12"),
        ("12.05.26", "2026-05-12"),
        ("12.12.26", "1926-12-12"),
        ("13/05/29", "1929-05-13"),
        ("29.02.28", "1928-02-29"),
        ("13-05-80", "1980-05-13"),
    ],
)
def test_birthdays_are_read_in_many_formats(cell: str, day: str) -> None:
    assert value_of("Birthday", cell, "birthday") == day


def test_an_unknown_month_is_refused() -> None:
    cells = ["12 May 1980", "1 June 1981", "12 Foo 1980", "May 1980"]
    result = read("email,Birthday", *([f"u{n}@example.com", cell] for n, cell in enumerate(cells)))
    assert [(bad.number, bad.code) for bad in result.bad] == [(3, "invalid_value")]
    assert result.warnings == {"incomplete_date": 1}


@pytest.mark.parametrize(
    "cell", ["--05-12", "05/12", "12.05.", "12 May", "May 12", "1980", "05/1980", "Mai 1980", "1604-05-12"]
)
def test_an_incomplete_birthday_is_left_out(cell: str) -> None:
    result = read("email,Birthday", ["a@example.com", "1980-05-12"], ["b@example.com", cell])
    assert [row.attributes.get("birthday") for row in result.rows] == ["1980-05-12", None]
    assert result.warnings == {"incomplete_date": 1}


@pytest.mark.parametrize(
    ("column", "cells", "genders"),
    [
        ("Sexo", ["V", "M"], ["male", "female"]),
        ("Género", ["Hombre", "V", "Mujer"], ["male", "male", "female"]),
        ("Sexo", ["M", "F"], ["male", "female"]),
        ("Geslacht", ["V", "M"], ["female", "male"]),
        ("Gender", ["varón", "mujer"], ["male", "female"]),
    ],
)
def test_v_means_male_in_spanish_columns_only(column: str, cells: list[str], genders: list[str]) -> None:
    result = read(f"email,{column}", *([f"u{n}@example.com", cell] for n, cell in enumerate(cells)))
    assert [row.attributes.get("gender") for row in result.rows] == genders


@pytest.mark.parametrize(
    ("cells", "genders"),
    [
        (["H", "M", "h", "m"], ["male", "female", "male", "female"]),
        (["M", "F"], ["male", "female"]),
        (["H", "F"], ["male", "female"]),
        (["m", "w", "d"], ["male", "female", "other"]),
        (["M", "K"], ["male", "female"]),
        (["Hombre", "Mujer"], ["male", "female"]),
        (["Herr", "Frau"], ["male", "female"]),
        (["unknown", "F", "prefer not to say"], [None, "female", None]),
    ],
)
def test_the_values_of_a_column_decide_how_genders_are_read(
    cells: list[str], genders: list[str | None]
) -> None:
    result = read("email,Gender", *([f"u{n}@example.com", cell] for n, cell in enumerate(cells)))
    assert [row.attributes.get("gender") for row in result.rows] == genders
