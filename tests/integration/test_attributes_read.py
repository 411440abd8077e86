"""Values in the types of declared attributes: from edits, forms and events."""

from typing import Any

import pytest

from crm.domain.errors import InvalidInputError, TooLargeError
from crm.services.definitions import attribute_changes, attributes

SIZE: dict[str, Any] = {"name": "shoe_size", "type": "choice", "choices": ["S", "M"]}


@pytest.fixture
def declared(table: Any) -> None:
    attribute_changes.create(**SIZE)


class TestChecked:
    def test_values_are_typed(self, declared: None) -> None:
        given = {"shoe_size": "m", "birthday": "4.5.1990", "email": "Ada@Example.com", "city": ""}
        kept = {"shoe_size": "M", "birthday": "1990-05-04", "email": "ada@example.com", "city": None}
        assert attributes.valid_values(given) == kept

    def test_national_phones_use_the_region_of_the_deployment(self, set_environment: Any, table: Any) -> None:
        set_environment(PHONE_REGION="DE")
        assert attributes.valid_values({"phone": "0170 1234567"}) == {"phone": "+491701234567"}

    def test_all_errors_are_reported_at_once(self, declared: None) -> None:
        attribute_changes.archive("fax")
        given = {"shoe_size": "XL", "shoeColour": "red", "fax": "1", "firstName": "Ada", "city": "Berlin"}
        given |= {"frist_name": "Ada"}
        with pytest.raises(InvalidInputError) as refused:
            attributes.valid_values(given)
        assert refused.value.code == "invalid_value"
        reported = {error["field"]: error["message"] for error in refused.value.details["errors"]}
        assert reported == {
            "shoe_size": "shoe_size must be one of S, M",
            "shoeColour": "shoeColour is not an attribute: declare it at /v1/attributes",
            "fax": "fax is archived and accepts no values",
            "firstName": "firstName is not an attribute: use its standard name, first_name",
            "frist_name": "frist_name is not an attribute: did you mean first_name or last_name? "
            "If not, declare it at /v1/attributes",
        }

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"new": 1}, "unknown_attribute"),
            ({"fax": "1"}, "archived_attribute"),
            ({"age": "x"}, "invalid_value"),
        ],
    )
    def test_each_refusal_has_its_code(self, table: Any, values: dict[str, Any], code: str) -> None:
        attribute_changes.archive("fax")
        with pytest.raises(InvalidInputError) as refused:
            attributes.valid_values(values)
        assert refused.value.code == code

    def test_any_value_set_by_events_can_be_cleared(self, table: Any) -> None:
        attribute_changes.archive("fax")
        assert attributes.valid_values({"shoeColour": None, "fax": None}) == {"shoeColour": None, "fax": None}
        sent = {"x" * 2000: None, "\u00a0": None, "": None}
        assert attributes.valid_values(sent) == sent

    @pytest.mark.parametrize(
        ("name", "value"), [("x" * 40_000, None), ("\ud800", None), ("x" * 101, 1), ("", 1)]
    )
    def test_an_invalid_name_is_truncated_in_the_error(self, table: Any, name: str, value: Any) -> None:
        with pytest.raises(InvalidInputError, match="1 to 100 printable characters") as refused:
            attributes.valid_values({name: value})
        assert refused.value.details["errors"][0]["field"] == name[:100]

    def test_an_attribute_declared_by_another_container_is_known(
        self, table: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert "shoe_size" not in attributes.definitions()
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(attributes, "clear_cache", lambda: None)
            attribute_changes.create(**SIZE)
        assert "shoe_size" not in attributes.definitions()
        assert attributes.valid_values({"shoe_size": "s"}) == {"shoe_size": "S"}

    def test_an_edit_that_is_too_large_is_refused(self, table: Any) -> None:
        for name in (f"text_{n}" for n in range(20)):
            attribute_changes.create(name=name)
        assert attributes.valid_values({"text_0": "x" * 2000})
        with pytest.raises(TooLargeError, match="32768 bytes"):
            attributes.valid_values({f"text_{n}": "x" * 2000 for n in range(20)})


class TestShown:
    def test_sent_values_are_converted_by_their_definitions(self, table: Any) -> None:
        sent = {
            "age": "36",
            "birthday": "1990-05-04T00:00:00.000Z",
            "created_at": 1_795_289_400,
            "zip": 10115,
        }
        read = {"age": 36, "birthday": "1990-05-04", "created_at": "2026-11-21T19:30:00.000Z", "zip": "10115"}
        assert attributes.typed_values(sent) == (read, [])

    def test_unconvertible_values_are_shown_as_sent(self, table: Any) -> None:
        sent = {"age": "old", "gender": "f", "address": {"house": "7"}, "phone": "0170 1234567"}
        assert attributes.typed_values(sent) == (sent, [])

    def test_undeclared_values_are_shown_and_listed(self, table: Any) -> None:
        sent = {"shoeColour": "red", "city": "Berlin", "beta": True}
        assert attributes.typed_values(sent) == (sent, ["beta", "shoeColour"])
        attribute_changes.create(name="shoeColour")
        assert attributes.typed_values(sent) == (sent, ["beta"])

    def test_blank_values_are_not_shown(self, table: Any) -> None:
        assert attributes.typed_values({"city": " ", "x": None}) == ({}, [])

    def test_archived_attributes_are_still_shown(self, table: Any) -> None:
        attribute_changes.archive("age")
        assert attributes.typed_values({"age": "36"}) == ({"age": 36}, [])
