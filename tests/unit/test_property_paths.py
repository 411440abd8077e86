"""Paths of properties: their meaning, and the correct form of paths in the notation of other tools."""

import pytest

from crm.domain.property_paths import normalised_path, values_at

ORDER = {"total": 5, "products": [{"sku": "A"}, {"sku": "B"}], "tags[]": "x", "properties": {"total": 6}}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("total", [5]),
        ("products.sku", ["A", "B"]),
        ("products.1.sku", ["B"]),
        ("products.2.sku", []),
        ("tags[]", ["x"]),
    ],
)
def test_a_path_selects_values(path: str, values: list[object]) -> None:
    assert values_at(ORDER, path) == values
    assert normalised_path(path) == path


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("products[0].sku", "products.0.sku"),
        ("$.products[1].sku", "products.1.sku"),
        ("products[].sku", "products.sku"),
        ("products[*].sku", "products.sku"),
        ("products.*.sku", "products.sku"),
        ("products.-1.sku", "products.sku"),
        ("matrix[0][1]", "matrix.0.1"),
        ("$.total", "total"),
        ("properties.total", "total"),
        ("properties.products[0].sku", "products.0.sku"),
    ],
)
def test_a_path_in_another_notation_is_respelled(path: str, meant: str) -> None:
    assert normalised_path(path) == meant


@pytest.mark.parametrize(
    "path",
    [
        "utm[source]",
        "$price",
        "price.$",
        "*",
        "-1",
        "a-1",
        "$",
        "properties",
        "properties.",
        "ids[]",
        "a[12345]",
    ],
)
def test_unusual_property_names_are_kept(path: str) -> None:
    assert normalised_path(path) == path


def test_a_path_within_an_entry_keeps_properties() -> None:
    assert normalised_path("properties.size", within_entry=True) == "properties.size"
    assert normalised_path("sizes[0]", within_entry=True) == "sizes.0"
