"""The response to an invalid request has all errors at once, by field."""

import pytest

from crm.domain.errors import InvalidInputError
from crm.domain.field_errors import FieldErrors


def test_no_errors_raise_nothing() -> None:
    wrong = FieldErrors()
    with wrong.within("tags"):
        pass
    wrong.raise_any()


def test_the_first_error_sets_code_and_message_and_all_are_listed() -> None:
    wrong = FieldErrors()
    with wrong.within("identities.email"):
        raise InvalidInputError("must be an email", code="invalid_identity")
    with wrong.within("consents.0", parts=True):
        raise InvalidInputError("state must be granted or denied", details={"field": "state"})
    with wrong.within("responsible"):
        raise InvalidInputError("name must not be empty", details={"field": "name"})
    with wrong.within("attributes"):
        shown = [
            {"field": "age", "message": "must be a number"},
            {"field": "zip", "message": "must be a text"},
        ]
        raise InvalidInputError("must be a number", details={"errors": shown})
    with pytest.raises(InvalidInputError) as refused:
        wrong.raise_any()
    assert refused.value.code == "invalid_identity"
    assert refused.value.message == "identities.email: must be an email"
    assert [error["field"] for error in refused.value.details["errors"]] == [
        "identities.email",
        "consents.0.state",
        "responsible",
        "attributes.age",
        "attributes.zip",
    ]


def test_errors_of_other_types_are_not_collected() -> None:
    wrong = FieldErrors()
    with pytest.raises(LookupError), wrong.within("tags"):
        raise LookupError
