"""Email addresses and phones that are read without their libraries: the same result, or none."""

import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm.domain.identity import EMAIL, Identity, normalise, plain_emails
from crm.domain.plain_phones import plain_phone
from tests.support.thoroughness import part_of

PART = st.text(alphabet="aZ0_-+", min_size=1, max_size=5)
DOTTED = st.lists(PART, min_size=1, max_size=4).map(".".join)
RESERVED = ("test", "local", "localhost", "arpa", "onion", "invalid")
TOP = st.sampled_from(["com", "de", "co.uk", "c0m", "xn--p1ai", *RESERVED])
ADDRESSES = st.one_of(
    st.builds("{}@{}.{}".format, DOTTED, DOTTED, TOP),
    st.builds("{}@{}".format, DOTTED, st.sampled_from(["localhost", "a-b", "xn--80ak6aa92e.com", "a--b.de"])),
    st.builds("{}@{}.com".format, st.just("a" * 60), st.integers(1, 64).map(lambda size: "b" * size)),
    st.emails(),
    st.text(alphabet="a@.-_ \nİK", max_size=12),
)
CODES = st.sampled_from(sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)).map(str) | st.just("999")
GROUPS = st.lists(st.from_regex(r"[0-9]{1,5}", fullmatch=True), min_size=1, max_size=4)
PHONES = st.one_of(
    st.builds(
        lambda code, groups, mark: f"+{code}{mark}{mark.join(groups)}",
        CODES,
        GROUPS,
        st.sampled_from(" -.()"),
    ),
    st.from_regex(r"\+[0-9 ().-]{5,20}", fullmatch=True),
)


def by_library(text: str) -> str | None:
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        return None


@settings(max_examples=part_of(300, least=5))
@given(ADDRESSES)
@example("a@b.test")
@example("a@example.LOCAL")
@example("A.B+c@Sub-Domain.Example.COM")
def test_a_plain_email_is_normalised_as_by_the_library(text: str) -> None:
    plain = plain_emails([text])
    assert plain is None or plain == [by_library(text)]


@given(st.lists(ADDRESSES, max_size=5))
def test_a_batch_of_emails_is_plain_or_none(texts: list[str]) -> None:
    one_by_one = [plain_emails([text]) for text in texts]
    together = plain_emails(texts)
    assert together == (None if None in one_by_one else [plain[0] for plain in one_by_one if plain])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" Ada.Lovelace+crm@Example.co.uk ", "ada.lovelace+crm@example.co.uk"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("ada@bücher.example.com", "ada@bücher.example.com"),
        ("ada@example.local", None),
        ("ada@example", None),
        ("ada@example..com", None),
        ("ada@-example.com", None),
        ("ada@example.c0m1", None),
    ],
)
def test_emails_are_normalised(text: str, kept: str | None) -> None:
    assert normalise(EMAIL, text) == (Identity(EMAIL, kept) if kept else None)


@settings(max_examples=part_of(300, least=5))
@given(PHONES)
@example("+49 30 1234567")
@example("+44 (0)20 7946 0958")
@example("+39 06 1234567")
@example("+1 212-555-0100")
@example("+52 1 55 1234 5678")
def test_a_plain_phone_is_formatted_as_by_the_library(text: str) -> None:
    plain = plain_phone(text)
    if plain is not None:
        number = phonenumbers.parse(text, None)
        assert phonenumbers.is_possible_number(number)
        assert plain == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@pytest.mark.parametrize(
    "text", ["+49 30 1234567", "+1 212-555-0100", "+48 601 234 567", "+33 6 12 34 56 78"]
)
def test_common_phone_formats_are_plain(text: str) -> None:
    assert plain_phone(text) == "+" + "".join(filter(str.isdigit, text))
