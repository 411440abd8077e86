"""Identities: what names somebody, and what names nobody."""

import uuid

import pytest

from crm.domain.identity import Identity, is_junk, normalise, profile_id, strongest_first

NAMESPACE = uuid.UUID("6f1c1f0e-3a55-4c8b-9f0e-8f2c8a2f7d11")


@pytest.mark.parametrize(
    "value",
    [
        "anonymous", "GUEST", "distinctId", "distinct_id", "id", "not_authenticated", "email", "undefined",
        "True", "false", "NULL", "none", "NaN", "nil", "-1", "[object Object]", "", "  ", '""', "''", ' " ',
        "0", "000", "00000000-0000-0000-0000-000000000000", "---",
    ],
)  # fmt: skip
def test_values_that_broken_clients_send_for_everybody_are_junk(value: str) -> None:
    assert is_junk(value)
    assert normalise("user_id", value) is None


@pytest.mark.parametrize("value", ["u1", "0a", "10", "-2", "anonymous2", "no body"])
def test_other_values_are_identities(value: str) -> None:
    assert normalise("user_id", value) == Identity("user_id", value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(123, "123"), (4.0, "4"), (" u1 ", "u1"), ("e\u0301", "\u00e9")],
)
def test_numbers_blanks_and_unicode_forms_are_normalised(value: object, expected: str) -> None:
    assert normalise("user_id", value) == Identity("user_id", expected)


@pytest.mark.parametrize("value", [None, True, [], {}, "x" * 513, "a\x00b", "\ud800", "a\nb"])
def test_what_cannot_be_a_name_is_no_identity(value: object) -> None:
    assert normalise("user_id", value) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ann@Example.COM", "ann@example.com"),
        (" ann+tag@example.com ", "ann+tag@example.com"),
        ("not an email", None),
        ("a@b", None),
        ("@example.com", None),
    ],
)
def test_emails_are_one_whatever_their_case(value: str, expected: str | None) -> None:
    assert normalise("email", value) == (Identity("email", expected) if expected else None)


@pytest.mark.parametrize(
    ("value", "region", "expected"),
    [
        ("+48 601-234-567", None, "+48601234567"),
        ("601 234 567", "PL", "+48601234567"),
        ("601 234 567", None, None),
        ("(504) 621-8927", "US", "+15046218927"),
        ("12", "US", None),
        ("call me", "US", None),
    ],
)
def test_phones_are_e164(value: str, region: str | None, expected: str | None) -> None:
    identity = normalise("phone", value, phone_region=region)
    assert identity == (Identity("phone", expected) if expected else None)


def test_the_strongest_comes_first_and_nothing_twice() -> None:
    a, c, e, p, u = (Identity(t, "x1") for t in ("anonymous_id", "card", "email", "phone", "user_id"))
    assert strongest_first([a, c, p, a, e, u], ("card",)) == [u, e, p, c, a]
    assert strongest_first([c, a]) == [a], "a type that is not configured names nobody"


def test_an_identity_names_one_profile_per_deployment() -> None:
    identity = Identity("user_id", "u1")
    assert profile_id(NAMESPACE, identity) == str(uuid.uuid5(NAMESPACE, "user_id:u1"))
    assert profile_id(uuid.uuid4(), identity) != profile_id(NAMESPACE, identity)
