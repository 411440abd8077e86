"""Names of tags: which are valid, and which are equal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import InvalidInputError
from crm.domain.named import folded_name, valid_description
from crm.domain.stored_record import from_record, to_record
from crm.domain.tag import TAG_NAMING, Tag, valid_tag_name


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        (" VIP ", "VIP"),
        ("new \t customer", "new customer"),
        ("Zu\u0308rich", "Z\u00fcrich"),
        ("a/b #1", "a/b #1"),
    ],
)
def test_names_are_normalised(given_name: str, name: str) -> None:
    assert valid_tag_name(given_name) == name


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\x00b", "\ud800", "tag_0123456789ab"])
def test_an_invalid_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError, match="1 to 100 printable characters"):
        valid_tag_name(name)


def test_names_are_compared_without_case_and_extra_spaces() -> None:
    assert folded_name("Große  Kunden") == folded_name(" GROSSE kunden")
    assert folded_name("VIP") != folded_name("VIP2")


@given(st.text(max_size=40))
def test_normalising_a_name_keeps_its_tag(name: str) -> None:
    try:
        clean = valid_tag_name(name)
    except InvalidInputError:
        return
    assert valid_tag_name(clean) == clean
    assert folded_name(clean) == folded_name(name)


def test_descriptions_are_one_line() -> None:
    assert valid_description(" for the\nnewsletter ") == "for the newsletter"
    assert valid_description("") == ""
    for wrong in ("x" * 501, "a\x00"):
        with pytest.raises(InvalidInputError, match="at most 500 printable characters"):
            valid_description(wrong)


def test_a_stored_record_is_read_back_unchanged() -> None:
    tag = Tag(id="tag_0123456789ab", name="VIP", created_at=1)
    assert TAG_NAMING.id_format.matches(tag.id)
    assert from_record(Tag, to_record(tag)) == tag
