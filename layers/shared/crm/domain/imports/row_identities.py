"""Resolve the identities of a row where some of them were changed on the way."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from crm.domain.identity import EMAIL, PHONE, Identity
from crm.domain.imports.spreadsheet_damage import DAMAGED_ID

ID_KEPT = "id_kept"
"""Warning: the row of an export has another id of a type than its customer, who keeps the known one."""

_EDITABLE = (EMAIL, PHONE)


class ResolvedRow(NamedTuple):
    """The resolved identities of the row, and warnings."""

    identities: tuple[Identity, ...]
    warnings: tuple[str, ...] = ()


def resolve_by_profile(given: Sequence[Identity], person: Sequence[Identity]) -> ResolvedRow:
    """Resolve a row with the profile id of a person, who has these identities, the canonical profile's first.

    The row is about that person whatever else it holds. A further address or number is added; a further id only where
    the person has none of its type.
    """
    held = {identity.type for identity in person}
    own = [identity for identity in given if identity in person]
    others = [identity for identity in given if identity not in person]
    added = [identity for identity in others if identity.type in _EDITABLE or identity.type not in held]
    return ResolvedRow((*(own or person[:1]), *added), (ID_KEPT,) * (len(others) - len(added)))


def without_leading_zeros(given: Sequence[Identity], person: Iterable[Identity]) -> ResolvedRow | None:
    """Resolve a row whose strongest identity is unknown, next to one of this person.

    It is resolved if that identity is an id of the person without its leading zeros; else the result is None.
    """
    first = given[0]
    padded = [
        identity
        for identity in person
        if identity.type == first.type
        and identity.value.startswith("0")
        and identity.value.lstrip("0") == first.value
    ]
    return (
        ResolvedRow((padded[0], *given[1:]), (DAMAGED_ID,))
        if len(padded) == 1 and first.value.isdigit()
        else None
    )
