"""The header of a file: the names of its columns and a few cells of each."""

import uuid
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Self

from crm.domain.attribute import Attribute
from crm.domain.exports.columns import others_column
from crm.domain.identity import identity_types
from crm.domain.imports.aliases import alias_key, aliases, keys_of, lesser_keys_of
from crm.domain.imports.cleaned_cells import cleaned

CONSENT_PREFIX, ATTRIBUTE_PREFIX = "consent:", "attribute:"
COMPUTED = frozenset(
    {"id", "kind", "first_seen", "last_seen", "last_transaction_at", "orders", "revenue"}
    | {"activities", "classes", "responsible", "lists", "segments"}
)
"""Columns of this project's exports that no file can fill, in addition to those of further identities."""

REPORTED = frozenset({"import_line", "import_code", "import_error"})
"""Columns that reports add to rejected rows."""

_OURS_ALONE = frozenset({"first_seen", "last_transaction_at", "activities", "classes", "responsible"})
"""Columns of this project's exports whose names other systems do not use, without those of further identities."""

_ENOUGH_OF_OURS = 3
_ID_VERSION = 5


@dataclass(frozen=True, slots=True)
class ColumnHeader:
    """A column (`index` from 0), the keys of its name and of parts of it, and the filled cells below it."""

    index: int
    name: str
    keys: tuple[str, ...]
    lesser_keys: tuple[str, ...]
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnHeaders:
    """All headers of a file.

    `labels`: names of attributes by the keys of these and of their labels. `identities`: types. `own`: it looks like
    an export of this project; `worked_out`: the computed columns of such exports.
    """

    all: tuple[ColumnHeader, ...]
    keys: frozenset[str]
    attributes: Mapping[str, Attribute]
    labels: Mapping[str, str]
    identities: frozenset[str]
    worked_out: frozenset[str]
    own: bool

    @property
    def any_samples(self) -> bool:
        """Return whether some cell is not empty."""
        return any(header.samples for header in self.all)

    @classmethod
    def of(
        cls,
        header: Sequence[str],
        samples: Sequence[Sequence[str]],
        attributes: Mapping[str, Attribute],
        custom_types: Sequence[str],
    ) -> Self:
        """Read the headers of a file."""
        headers = tuple(
            ColumnHeader(
                index,
                name.strip(),
                tuple(keys_of(name)),
                tuple(dict.fromkeys(lesser_keys_of(name))),
                _filled(samples, index),
            )
            for index, name in enumerate(header)
        )
        identities = frozenset(identity_types(custom_types))
        return cls(
            all=headers,
            keys=frozenset(key for header in headers for key in header.keys),
            attributes=attributes,
            labels=_labels(attributes),
            identities=identities,
            worked_out=COMPUTED | {others_column(type_) for type_ in identities},
            own=_is_own(headers, identities),
        )

    def has(self, attribute: str) -> bool:
        """Return whether some column has the name of this attribute."""
        return not self.keys.isdisjoint(aliases()["attributes"][attribute])


def _filled(samples: Sequence[Sequence[str]], index: int) -> tuple[str, ...]:
    cells = (cell.strip() for cell in cleaned([row[index] for row in samples if index < len(row)]))
    return tuple(cell for cell in cells if cell)


def _labels(attributes: Mapping[str, Attribute]) -> dict[str, str]:
    by_label = {alias_key(attribute.label): attribute.name for attribute in attributes.values()}
    return by_label | {alias_key(name): name for name in attributes}


def _is_own(headers: Sequence[ColumnHeader], identities: Set[str]) -> bool:
    """Return whether the whole header shows it: other systems, too, have columns like `orders` and `last_seen`."""
    if any(header.name == "id" and are_profile_ids(header.samples) for header in headers):
        return True
    found = {header.name for header in headers}
    unmistakable = _OURS_ALONE.union(map(others_column, identities))
    return sum(name in unmistakable or name.startswith(ATTRIBUTE_PREFIX) for name in found) >= _ENOUGH_OF_OURS


def are_profile_ids(ids: Sequence[str]) -> bool:
    """Return whether these texts have the form of profile ids: UUIDs made from names."""
    try:
        return bool(ids) and all(uuid.UUID(id_).version == _ID_VERSION for id_ in ids)
    except ValueError:
        return False
