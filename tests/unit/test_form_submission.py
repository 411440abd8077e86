"""Submissions in each encoding: parsed, stored, read again."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import InvalidInputError
from crm.domain.forms.body import read_body
from crm.domain.forms.submission import Submission, read_submission, to_document, to_flat
from crm.domain.forms.submission import given as filled_in

URLENCODED = "application/x-www-form-urlencoded"
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=10).filter(lambda name: name[0] != "_")
values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=10)
    | st.lists(st.text(max_size=5), max_size=3)
)
submissions = st.builds(
    Submission,
    fields=st.dictionaries(names, values, max_size=4),
    consents=st.dictionaries(st.sampled_from(["email", "sms:offers"]), values, max_size=2),
    context=st.fixed_dictionaries(
        {}, optional={"locale": st.text(max_size=5), "page": st.just({"url": "https://shop.example/"})}
    ),
    anonymous_id=st.none() | st.text(max_size=10),
    id=st.none() | st.from_regex(r"[A-Za-z0-9-]{1,64}", fullmatch=True),
)


@given(submissions)
def test_a_stored_submission_is_read_back_unchanged(submission: Submission) -> None:
    assert read_submission(to_document(submission)) == submission


@given(submissions)
def test_flat_form_fields_are_read_as_the_same_submission(submission: Submission) -> None:
    fields, beside = to_flat(submission)
    again = read_submission(fields | beside)
    assert (again.fields, again.consents, again.id) == (submission.fields, submission.consents, submission.id)
    assert again.context.get("page") == submission.context.get("page")


def test_a_page_cannot_grant_a_consent_that_the_form_does_not_have() -> None:
    context = {"consent": {"categoryPreferences": {"email": True}}, "traits": {"email": "x"}, "locale": "de"}
    assert read_submission({"email": "x", "_context": context}).context == {"locale": "de"}


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "/contact", "https://", "x" * 3000, 5, None, "http://["]
)
def test_a_page_must_be_a_web_address(address: Any) -> None:
    assert read_submission({"_page": address}).context == {}
    assert read_submission({"_page": address}, page="https://shop.example/").context == {
        "page": {"url": "https://shop.example/"}
    }


@pytest.mark.parametrize("id_", ["a b", "", "x" * 65, "ä", "a#b", 5, ["a"], {}, True])
def test_an_invalid_submission_id_is_refused(id_: Any) -> None:
    if not id_:
        assert read_submission({"_submission_id": id_}).id is None
        return
    with pytest.raises(InvalidInputError, match="1 to 64"):
        read_submission({"_submission_id": id_})


def test_the_id_of_the_submission_precedes_that_of_the_request() -> None:
    assert read_submission({"_submission_id": "own"}, id="header").id == "own"
    assert read_submission({"submission_id": "own", "fields": {}}, id="header").id == "own"
    assert read_submission({}, id="header").id == "header"


@pytest.mark.parametrize(
    ("value", "one", "many"),
    [
        ("a", "a", "a"),
        (" ", None, None),
        (None, None, None),
        ([], None, None),
        (["", " "], None, None),
        (["0", "1"], "1", ["0", "1"]),
        (["a", ""], "a", ["a"]),
        (0, 0, 0),
        (False, False, False),
    ],
)
def test_submitted_values_are_normalised(value: Any, one: Any, many: Any) -> None:
    assert filled_in(value, many=False) == one
    assert filled_in(value, many=True) == many


def test_a_repeated_name_has_several_values() -> None:
    assert read_body(b"a=1&b=&a=%C3%A4+2", URLENCODED) == {"a": ["1", "ä 2"], "b": ""}


def test_a_body_is_read_as_utf_8_regardless_of_its_charset() -> None:
    assert read_body("a=ä".encode(), URLENCODED + "; charset=utf-7") == {"a": "ä"}
    assert read_body(b"a=%ff", URLENCODED) == {"a": "�"}
    part = 'Content-Disposition: form-data; name="größe"\r\nContent-Type: text/plain; charset=utf-7\r\n\r\nä'
    body = f"--b\r\n{part}\r\n--b--\r\n".encode()
    assert read_body(body, "multipart/form-data; boundary=b") == {"größe": "ä"}


def test_an_empty_file_field_is_an_empty_field() -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="cv"; filename=""\r\n\r\n\r\n--b--\r\n'
    assert read_body(body, "multipart/form-data; boundary=b") == {"cv": ""}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"&".join(b"a%d=1" % number for number in range(201)), URLENCODED),
        (b"{}", None),
        (b"", "application/json"),
        (b"[" * 300 + b"]" * 300, "application/json"),
        (b'{"a":' * 20 + b"1" + b"}" * 20, "application/json"),
    ],
)
def test_an_unreadable_body_is_refused(body: bytes, content_type: str | None) -> None:
    with pytest.raises(InvalidInputError):
        read_body(body, content_type)
