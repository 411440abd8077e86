"""Identities: valid values, and values that identify no customer."""

import base64
import string
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.identity import Identity, normalise, normalise_group, profile_id, strongest_first
from crm.domain.placeholders import is_junk

NAMESPACE = uuid.UUID("6f1c1f0e-3a55-4c8b-9f0e-8f2c8a2f7d11")


@pytest.mark.parametrize(
    "value",
    [
        "anonymous", "GUEST", "distinctId", "distinct_id", "id", "not_authenticated", "email", "undefined",
        "True", "false", "NULL", "none", "NaN", "nil", "-1", "[object Object]", "", "  ", '""', "''", ' " ',
        "0", "000", "00000000-0000-0000-0000-000000000000", "---",
    ],
)  # fmt: skip
def test_placeholder_values_of_clients_are_no_identities(value: str) -> None:
    assert is_junk(value)
    assert normalise("user_id", value) is None


@pytest.mark.parametrize(
    "value",
    [
        "Unassigned", "none selected", "Deleted User", "k. A.", "INSERT USER ID HERE", "java.lang.String",
        "[native code]",
        "aa@aa.com", "test1@test.com", "temp@temp.com",
        "test_user_id", "fake-user", "user-id-here", "example_user_id", "noreply@noreply.com",
        "do-not-reply@donotreply.com",
        "unknown", "Unknown User", "N/A", "n.a.", "NA", "#N/A", "(not set)", "(not provided)", "not_set", "<unknown>",
        "[null]",
        "null null", "default", "TEST", "test-user", "user_id", "userId", "YOUR_USER_ID", "string", "none@none.com",
        "None@None.co.uk", "test@test.com", "no-email@shop.example", "email@email.com", "a@a.com", "test@example.com",
        "\u201cnull\u201d", "\u2018unknown\u2019", "\u2014", "android_id", "N/A (not set)", "xyz@xyz.com",
        "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "ffffffff-ffff-ffff-ffff-ffffffffffff", "00:00:00:00:00:00", "***",
        "{}", "[]", "$USER_ID", ":userId", "@userId", "##email##", "-email-",
        "11111111-1111-1111-1111-111111111111", "unbekannt",
        "Visitor", "someone", "an\u00f3nimo", "invit\u00e9", "NaN-NaN",
        "Optional(nil)", "\\N", "#REF!", "#VALUE!",
        "idfa_not_available", "opt-out", "your@email.com", "sample@email.tst",
        "undefined@gmail.com", "%22null%22", "%20", "null%20", "%5Bobject+Object%5D", "%255Bobject%2520Object%255D",
    ],
)  # fmt: skip
def test_placeholders_are_junk(value: str) -> None:
    assert is_junk(value)
    assert normalise("user_id", value) is None


@pytest.mark.parametrize(
    "value",
    [
        "{{user_id}}", "{{ user.id | default: 'x' }}", "{{{userId}}}", "{{user_id", "crm-{{user_id}}",
        "%7B%7Buser_id%7D%7D",
        "%7b%7buser_id", "%257B%257Buser_id%257D%257D", "${userId}", "%24%7BuserId%7D", "#{user.id}", "<%= user.id %>",
        "{% user_id %}", "<?= $id ?>", "*|UNIQID|*", "*%7CEMAIL%7C*", "%%emailaddr%%", "[[user_id]]", "{user_id}",
        "[USER_ID]",
        "<USER_ID>", "%USER_ID%", "%DEVICE_ID%", "__USER_ID__", "%(user_id)s", "{0}", "{1}",
        "{!Contact.Id}", "{$id}", "&#123;&#123;user_id&#125;&#125;", "&lt;user_id&gt;", "{{email}}@example.com", "%s",
        "%25257B%25257Buser_id%25257D%25257D", "%1$s", "[object HTMLInputElement", "function () { return id }",
        "function anonymous(a", "process.env.USER_ID", "this.userId", "$_GET['id']", "user_undefined", "shop-undefined",
        "user-null", "customer_id:null", "id=none",
        "event.userId", "ctx.session.user.id", "req.body.email", "data.anonymous_id",
    ],
)  # fmt: skip
def test_unrendered_templates_are_junk(value: str) -> None:
    assert normalise("user_id", value) is None
    assert normalise("email", value) is None
    assert normalise_group(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "{6F9619FF-8B86-D011-B42D-00CF4FC964FF}", "{a8d79f6c-0d0f-4a35-9a0b-0d0f4a359a0b}", "[1234]", "100%", "50%off",
        "%41nna",
        "a{b}c", "x-1", "1111111", "2147483647", "tester2", "testimony", "unknown-7", "ana@none.com", "none@gmail.com",
        "test@shop.example", "info@info.de", "noreply@shop.example", "test@mail.ru", "😀", "ñ", "用户", "_",
        "a_b__c",
        "john.null", "ann-none", "user.smith", "data.smith", "event.7.id", "docu.ment", "user-nullify", "functional",
        "AbC%2Fdef==", "%2B49301234567",
        "id-7", "undefined-7", "no-7", "admin", "a+b@gmail.com",
        "8f14e45fceea167a5a36dedd4bea2543", "auth0|5f7c8ec7c33c6c004bbafe82", "dmFsdWU=", "gid://shopify/Customer/7",
    ],
)  # fmt: skip
def test_unusual_ids_are_identities(value: str) -> None:
    assert is_junk(value) is (value == "_")


@pytest.mark.parametrize(
    "value",
    [
        "+1 111 111 1111", "999-9999999", "0123456789", "1234567890", "+15555555555", "+49 111 1111111", "+49000000000",
        "0049 1111111111", "+44 (0) 0000 000000", "+49 1234567890", "+4912345678", "+390000000000", "+351 999999999",
    ],
)  # fmt: skip
def test_fake_phone_numbers_are_no_identities(value: str) -> None:
    assert normalise("phone", value, phone_region="US") is None


def test_a_deployment_can_add_placeholders() -> None:
    own = frozenset({"kunde-0", "kein@shop.example", "+48601234567"})
    assert normalise("user_id", "KUNDE-0", placeholders=own) is None
    assert normalise("email", "Kein@Shop.example", placeholders=own) is None
    assert normalise("phone", "601 234 567", phone_region="PL", placeholders=own) is None
    assert normalise("user_id", "kunde-1", placeholders=own) == Identity("user_id", "kunde-1")


def test_a_group_id_can_be_any_word_but_a_null_value() -> None:
    assert [normalise_group(value) for value in ("default", "test", 7)] == ["default", "test", "7"]
    assert [normalise_group(value) for value in ("N/A", "null", " ", "{{group_id}}", None, True)] == [
        None
    ] * 6


@given(st.text(), st.sampled_from(string.punctuation + " "))
def test_placeholders_are_recognised_regardless_of_case_and_punctuation(value: str, mark: str) -> None:
    if is_junk(value) and value.isalnum():
        assert is_junk(f"{mark}{value}{mark}")
        assert is_junk(value.upper())


@given(st.uuids())
def test_random_ids_are_identities(value: uuid.UUID) -> None:
    for text in (str(value), value.hex, f"{{{value}}}".upper(), base64.b64encode(value.bytes).decode()):
        assert normalise("anonymous_id", text) == Identity("anonymous_id", text)


@pytest.mark.parametrize("value", ["u1", "0a", "10", "-2", "anonymous2", "no body"])
def test_other_values_are_identities(value: str) -> None:
    assert normalise("user_id", value) == Identity("user_id", value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(123, "123"), (4.0, "4"), (" u1 ", "u1"), ("e\u0301", "\u00e9")],
)
def test_numbers_whitespace_and_unicode_forms_are_normalised(value: object, expected: str) -> None:
    assert normalise("user_id", value) == Identity("user_id", expected)


@pytest.mark.parametrize("value", [None, True, [], {}, "x" * 513, "a\x00b", "\ud800", "a\nb"])
def test_invalid_values_are_no_identities(value: object) -> None:
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
def test_emails_are_lower_cased(value: str, expected: str | None) -> None:
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
def test_phones_are_normalised_to_e164(value: str, region: str | None, expected: str | None) -> None:
    identity = normalise("phone", value, phone_region=region)
    assert identity == (Identity("phone", expected) if expected else None)


def test_identities_are_sorted_by_strength_and_unique() -> None:
    a, c, e, p, u = (Identity(t, "x1") for t in ("anonymous_id", "card", "email", "phone", "user_id"))
    assert strongest_first([a, c, p, a, e, u], ("card",)) == [u, e, p, c, a]
    assert strongest_first([c, a]) == [a], "a type that is not configured names nobody"


def test_a_profile_id_depends_on_identity_and_deployment() -> None:
    identity = Identity("user_id", "u1")
    assert profile_id(NAMESPACE, identity) == str(uuid.uuid5(NAMESPACE, "user_id:u1"))
    assert profile_id(uuid.uuid4(), identity) != profile_id(NAMESPACE, identity)


@pytest.mark.parametrize(
    "value", ["+442088888888", "+33188888888", "+12122222222", "+49301111111", "+4989111111", "+491701234567"]
)
def test_memorable_phone_numbers_are_identities(value: str) -> None:
    assert normalise("phone", value) == Identity("phone", value)
