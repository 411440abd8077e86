"""Remove erased identities from definitions, without changing what a definition means for others.

A definition is partly language: `premium` can be a user's id and the value of a plan. So addresses and phone numbers
are removed everywhere, and an id only where it mixes letters and digits and stands alone as a value, or in a text
that only people read.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any

from crm.domain.erasure import ERASED_TEXT
from crm.domain.identities_in_text import is_conclusive, pattern_of_identities
from crm.domain.identity import EMAIL, PHONE, Identity, normalise
from crm.domain.identity_mentions import MentionReading
from crm.domain.operators import EQUALS, ONE_OF, OPPOSITES

Document = dict[str, Any]

_ADDRESSES = (EMAIL, PHONE)
_READ_BY_PEOPLE = frozenset(
    {
        "description",
        "label",
        "placeholder",
        "wording",
        "success_text",
        "error_text",
        "submit_text",
        "title",
        "required_text",
    }
)
_ADDRESSED = frozenset({"id", "url", "redirect", "allowed_origins", "secret", "retiring_secret"})
"""Fields by which something is found or reached: with another value they would lead elsewhere, or nowhere."""

_EXACT = {EQUALS, ONE_OF}
_EXPRESSION = "text"


class DefinitionRedactor:
    """Removes identities from definitions. A definition without them is returned unchanged."""

    def __init__(self, identities: Collection[Identity], reading: MentionReading) -> None:
        self._identities = frozenset(identities)
        self._region = reading.phone_region
        self._addresses = pattern_of_identities({i for i in identities if i.type in _ADDRESSES})
        self._values = frozenset(i.value for i in identities if i.type not in _ADDRESSES and _is_made_up(i))
        made_up = {i for i in identities if i.type in _ADDRESSES or _is_made_up(i)}
        self._all = pattern_of_identities(made_up)
        quoted = "|".join(map(re.escape, sorted(self._values)))
        self._literals = re.compile(rf"""(["'])(?:{quoted})\1""") if quoted else None

    def readable(self, text: str) -> str:
        """Redact a text that only people read."""
        return self._all.sub(ERASED_TEXT, text) if self._all else text

    def file_name(self, name: str) -> str:
        """Redact the name of a file: an ending like that of an address (`.csv`) is not part of one."""
        for stem in _stems(name):
            if (after := self._text(stem)) != stem:
                return after + name.removeprefix(stem)
        return name

    def document(self, document: Document) -> Document:
        """Redact a definition, or a part of one."""
        return {name: self._field(document, name, value) for name, value in document.items()}

    def names_any(self, document: Document) -> bool:
        """Return whether an address or a phone number is anywhere in it, also where it cannot be removed."""
        return any(self._addresses and self._addresses.search(text) for text in _texts(document))

    def _field(self, document: Document, name: str, value: Any) -> Any:
        if name in _ADDRESSED:
            return value
        if name in _READ_BY_PEOPLE and isinstance(value, str):
            return self.readable(value)
        if name == _EXPRESSION and isinstance(value, str):
            return self._expression(value)
        if name in {"value", "user"}:
            exact = name == "user" or _is_exact(document.get("operator"))
            return self._operand(value, exact=exact)
        return self._part(value)

    def _part(self, value: Any) -> Any:
        if isinstance(value, dict):
            return self.document(value)
        if isinstance(value, list | tuple):
            return [self._part(part) for part in value]
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        return self._addresses.sub(ERASED_TEXT, text) if self._addresses else text

    def _expression(self, text: str) -> str:
        without_addresses = self._text(text)
        return (
            self._literals.sub(rf"\g<1>{ERASED_TEXT}\g<1>", without_addresses)
            if self._literals
            else without_addresses
        )

    def _operand(self, value: Any, *, exact: bool) -> Any:
        if isinstance(value, list):
            return [self._operand(part, exact=exact) for part in value]
        if not isinstance(value, str):
            return self._part(value)
        if (exact and value in self._values) or self._is_address(value):
            return ERASED_TEXT
        return self._text(value)

    def _is_address(self, text: str) -> bool:
        """Return whether a text is one of the addresses or numbers in another spelling."""
        read = (normalise(type_, text, phone_region=self._region) for type_ in _ADDRESSES)
        return not self._identities.isdisjoint(filter(None, read))


def _stems(name: str) -> Iterator[str]:
    """Yield the name, then the name without its last extension and without its last two."""
    yield name
    for _ in range(2):
        name, dot, _ = name.rpartition(".")
        if not dot:
            return
        yield name


def _is_exact(operator: Any) -> bool:
    return OPPOSITES.get(operator, operator) in _EXACT


def _is_made_up(identity: Identity) -> bool:
    """Return whether an id cannot be a word that a definition uses for something else."""
    value = identity.value
    return is_conclusive(identity) and any(map(str.isdigit, value)) and any(map(str.isalpha, value))


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for key, part in value.items() for text in (key, *_texts(part))]
    if isinstance(value, list | tuple):
        return [text for part in value for text in _texts(part)]
    return [value] if isinstance(value, str) else []
