"""Read stored attributes by their definitions, for the card, exports, conditions and expressions.

The stored value stays as it was sent. A value that its definition cannot read is shown as it was sent; it passes the
conditions `not_empty` and the opposites, as a value that is present and equals none. Undeclared attributes are as
they were sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crm.domain.attribute import CHOICE, LIST, TEXT, Attribute, is_normal, typed
from crm.domain.attribute_operands import readable_operand
from crm.domain.errors import InvalidInputError
from crm.domain.operators import EMPTY, NOT_EMPTY, OPPOSITES, Test, comparison_of
from crm.domain.standard_attributes import STANDARD

_UNREADABLE: Final = object()
"""A value that its definition cannot read: it is neither empty nor equal to anything."""

_TEXTS = (TEXT, CHOICE, LIST)


@dataclass(frozen=True, slots=True)
class AttributeReader:
    """A reader by the definitions of all attributes by name.

    `phone_region` (ISO 3166 country) reads national phone numbers.
    """

    definitions: Mapping[str, Attribute] = field(default_factory=lambda: STANDARD)
    phone_region: str | None = None

    def read(self, name: str, value: Any) -> Any:
        """Return the value as plain JSON of its type; None if it is empty, UNREADABLE where it is not of
        the type.
        """
        attribute = self.definitions.get(name)
        if attribute is None or is_normal(attribute, value):
            return value
        try:
            return typed(attribute, value, phone_region=self.phone_region)
        except InvalidInputError:
            return _UNREADABLE

    def shown(self, name: str, value: Any) -> Any:
        """Return the value as the card shows it: typed, or as it was sent."""
        read = self.read(name, value)
        return value if read is _UNREADABLE else read

    def test(self, name: str, operator: str, operand: Any) -> Test:
        """Build the test of values as `read` returns them. An operand that the type does not have equals nothing."""
        attribute = self.definitions.get(name)
        if attribute is None:
            return comparison_of(operator, operand)
        found = readable_operand(attribute, operator, operand, phone_region=self.phone_region)
        if found is None and operator not in {EMPTY, NOT_EMPTY}:
            return lambda _value: operator in OPPOSITES
        return comparison_of(operator, found, as_text=attribute.type in _TEXTS)


STANDARD_READER = AttributeReader()
"""The reader of a deployment without declared attributes."""
