"""Values of attributes: valid input for each type, and the stored value."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.attribute import ATTRIBUTE_TYPES, Attribute, define, is_normal, typed
from crm.domain.errors import InvalidInputError
from crm.domain.standard_attributes import STANDARD


def attribute(type_: str, **more: Any) -> Attribute:
    choices = ("S", "M", "Große") if type_ == "choice" else ()
    return Attribute("size", "Size", type_, **{"choices": choices, **more})


@pytest.mark.parametrize(
    ("type_", "sent", "kept"),
    [
        ("text", "  Ada ", "Ada"),
        ("text", "Zu\u0308rich", "Z\u00fcrich"),
        ("text", "one\r\ntwo\tthree", "one\ntwo\tthree"),
        ("text", 10115, "10115"),
        ("text", 10115.0, "10115"),
        ("text", "👩\u200d🚀", "👩\u200d🚀"),
        ("number", 5, 5),
        ("number", 5.0, 5),
        ("number", "1234.5", 1234.5),
        ("number", " -3 ", -3),
        ("number", "007", 7),
        ("number", ".5", 0.5),
        ("number", "1e3", 1000),
        ("number", 9007199254740991, 9007199254740991),
        ("number", "1.234,56", 1234.56),
        ("number", "1,234.56", 1234.56),
        ("number", "1 234,5", 1234.5),
        ("number", "1\u202f234", 1234),
        ("number", "1'234.50", 1234.5),
        ("number", "1.234.567", 1234567),
        ("number", "12,5", 12.5),
        ("number", "\u22125", -5),
        ("number", "€ 12,50", 12.5),
        ("number", "-$5", -5),
        ("number", "12.50 EUR", 12.5),
        ("boolean", 1.0, True),
        ("boolean", True, True),
        ("boolean", "Yes", True),
        ("boolean", "on", True),
        ("boolean", "1", True),
        ("boolean", 0, False),
        ("boolean", " false ", False),
        ("boolean", "no", False),
        ("date", "1990-05-04", "1990-05-04"),
        ("date", "04.05.1990", "1990-05-04"),
        ("date", "4.5.1990", "1990-05-04"),
        ("date", "1990-05-04T23:30:00-05:00", "1990-05-04"),
        ("date", "0800-12-25", "0800-12-25"),
        ("date", "1990-05-12T00:00:00.000Z", "1990-05-12"),
        ("date", "1990-05-12+02:00", "1990-05-12"),
        ("date", "1990-05-12Z", "1990-05-12"),
        ("date", "19900512", "1990-05-12"),
        ("date", 19900512, "1990-05-12"),
        ("date", 642_470_400, "1990-05-12"),
        ("date", "642470400000", "1990-05-12"),
        ("date", -236_217_600, "1962-07-08"),
        ("date", -48_000_000_000, "1968-06-24"),
        ("datetime", "2026-11-21T19:30:00+01:00", "2026-11-21T18:30:00.000Z"),
        ("datetime", "2026-11-21T19:30:00.123456Z", "2026-11-21T19:30:00.123Z"),
        ("datetime", "2026-11-21T19:30", "2026-11-21T19:30:00.000Z"),
        ("datetime", "21.11.2026", "2026-11-21T00:00:00.000Z"),
        ("datetime", "1950-01-01T00:00:00Z", "1950-01-01T00:00:00.000Z"),
        ("datetime", 1_795_289_400, "2026-11-21T19:30:00.000Z"),
        ("datetime", 1_795_289_400_000, "2026-11-21T19:30:00.000Z"),
        ("datetime", "1795289400", "2026-11-21T19:30:00.000Z"),
        ("datetime", "1795289400.25", "2026-11-21T19:30:00.250Z"),
        ("datetime", "1612122511230", "2021-01-31T19:48:31.230Z"),
        ("datetime", "2026-11-21+01:00", "2026-11-20T23:00:00.000Z"),
        ("choice", " m ", "M"),
        ("choice", "GROSSE", "Große"),
        ("list", ["a", " b", "a", ""], ["a", "b"]),
        ("list", ["a, b", 7], ["a, b", "7"]),
        ("list", "a; b,c ;", ["a", "b,c"]),
        ("list", "a, b", ["a", "b"]),
        ("list", '["a;b", "c"]', ["a;b", "c"]),
    ],
)
def test_a_value_is_converted_to_its_type(type_: str, sent: Any, kept: Any) -> None:
    value = typed(attribute(type_), sent)
    assert value == kept
    assert type(value) is type(kept)


@pytest.mark.parametrize("type_", ATTRIBUTE_TYPES)
@pytest.mark.parametrize("sent", [None, "", " \n"])
def test_null_and_blank_texts_clear_a_value(type_: str, sent: Any) -> None:
    assert typed(attribute(type_), sent) is None


@pytest.mark.parametrize("sent", [[], ["", " "], " ; "])
def test_a_list_without_entries_clears_the_value(sent: Any) -> None:
    assert typed(attribute("list"), sent) is None


@pytest.mark.parametrize(
    ("type_", "sent", "shown"),
    [
        ("text", True, "must be a text"),
        ("text", {"a": 1}, "must be a text"),
        ("text", "x" * 2001, "at most 2000 characters"),
        ("text", "a\x00b", "must not contain control characters"),
        ("text", "\ud800", "must not contain control characters"),
        ("text", float("inf"), "must be a number"),
        ("number", "1,234", "is ambiguous"),
        ("number", "1.234 €", "is ambiguous"),
        ("number", "12 34", "must be a number like 1234.5"),
        ("number", "1.234,567.8", "must be a number like 1234.5"),
        ("number", "1" + " " * 30_000 + "2", "must be a number"),
        ("number", "nan", "must be a number"),
        ("number", "٣", "must be a number"),
        ("number", float("nan"), "at most 15 digits"),
        ("number", 2**53, "at most 15 digits"),
        ("number", 10**400, "at most 15 digits"),
        ("number", "1e999", "at most 15 digits"),
        ("number", True, "must be a number"),
        ("boolean", "perhaps", "must be true or false"),
        ("boolean", 2, "must be true or false"),
        ("boolean", 1.5, "must be true or false"),
        ("date", "31.02.2026", "2026-11-21 or 21.11.2026"),
        ("date", "11/21/2026", "2026-11-21 or 21.11.2026"),
        ("date", "1.1.0000", "2026-11-21 or 21.11.2026"),
        ("date", 20261399, "2026-11-21 or 21.11.2026"),
        ("date", 1990, "2026-11-21 or 21.11.2026"),
        ("date", True, "2026-11-21 or 21.11.2026"),
        ("date", 1e300, "2026-11-21 or 21.11.2026"),
        ("date", float("nan"), "2026-11-21 or 21.11.2026"),
        ("datetime", "yesterday", "2026-11-21T19:30:00+01:00"),
        ("datetime", "0001-01-01T00:00:00+14:00", "2026-11-21T19:30:00+01:00"),
        ("datetime", True, "2026-11-21T19:30:00+01:00"),
        ("datetime", -1, "2026-11-21T19:30:00+01:00"),
        ("choice", "XL", "must be one of S, M, Große"),
        ("choice", True, "must be a text"),
        ("list", 7, "must be a list of texts"),
        ("list", [["a"]], "must be a list of texts"),
        ("list", ["x" * 201], "at most 200 characters"),
        ("list", [str(n) for n in range(101)], "at most 100 entries"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(type_: str, sent: Any, shown: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        typed(attribute(type_), sent)
    assert refused.value.code == "invalid_value"
    assert refused.value.message.startswith("size ")
    assert shown in refused.value.message
    assert refused.value.details == {"attribute": "size", "value_type": type_}


def test_an_error_lists_only_some_of_many_choices() -> None:
    many = attribute("choice", choices=tuple(f"choice {n}" for n in range(200)))
    with pytest.raises(InvalidInputError, match=r"choice 19\.\.\.$"):
        typed(many, "none of them")


def test_entries_of_a_list_can_be_limited_to_choices() -> None:
    sizes = attribute("list", choices=("S", "M"))
    assert typed(sizes, "m;s;M") == ["M", "S"]
    with pytest.raises(InvalidInputError, match="must be one of S, M"):
        typed(sizes, ["S", "XL"])


def test_email_and_phone_are_normalised_as_identities_are() -> None:
    assert typed(STANDARD["email"], " Ada@Example.COM ") == "ada@example.com"
    assert typed(STANDARD["mobile"], "0170 1234567", phone_region="DE") == "+491701234567"
    assert typed(STANDARD["phone"], "+49 (0)30 1234567") == "+49301234567"


@pytest.mark.parametrize(
    ("name", "sent"), [("email", "ada@"), ("email", "ada"), ("phone", "0170 1234567"), ("phone", "call me")]
)
def test_an_invalid_email_or_phone_is_refused(name: str, sent: str) -> None:
    with pytest.raises(InvalidInputError, match=f"{name} must be"):
        typed(STANDARD[name], sent)


@pytest.mark.parametrize(
    "kept", ["ada@example.com", "ada.l+shop@mail.example.co.uk", "+491701234567", "ada@xn--exmple-cua.com"]
)
def test_a_normalised_value_is_left_unchanged(kept: str) -> None:
    name = "phone" if kept.startswith("+") else "email"
    if is_normal(STANDARD[name], kept):
        assert typed(STANDARD[name], kept) == kept


def test_only_formats_have_a_normal_form() -> None:
    assert is_normal(STANDARD["email"], "ada@example.com")
    assert not is_normal(STANDARD["email"], "Ada@example.com")
    assert not is_normal(STANDARD["email"], 7)
    assert not is_normal(STANDARD["city"], "Berlin")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.sampled_from(ATTRIBUTE_TYPES), json_values)
def test_a_value_is_refused_or_read_back_unchanged(type_: str, sent: Any) -> None:
    kind = define("size", {"type": type_, "choices": ["S", "M"]} if type_ == "choice" else {"type": type_})
    try:
        kept = typed(kind, sent)
    except InvalidInputError:
        return
    assert typed(kind, kept) == kept
