"""Whom a row means where some of what names its customer was changed on the way."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from crm.domain.identity import EMAIL, PHONE, Identity
from crm.domain.imports.spreadsheet_damage import DAMAGED_ID

ID_KEPT = "id_kept"
"""Warning: the row of an export of ours has another id of a type than its customer, who keeps the one that is known."""

_EDITABLE = (EMAIL, PHONE)


class Meant(NamedTuple):
    """The identities that the row means, and warnings."""

    identities: tuple[Identity, ...]
    warnings: tuple[str, ...] = ()


def meant_by_profile(said: Sequence[Identity], person: Sequence[Identity]) -> Meant:
    """Of a row that has our own id of a person, who has these identities, the canonical profile's first.

    The row is about that person whatever else it says. A further address or number is one more; a further id only where
    the person has none of its type.
    """
    held = {identity.type for identity in person}
    own = [identity for identity in said if identity in person]
    others = [identity for identity in said if identity not in person]
    added = [identity for identity in others if identity.type in _EDITABLE or identity.type not in held]
    return Meant((*(own or person[:1]), *added), (ID_KEPT,) * (len(others) - len(added)))


def without_leading_zeros(said: Sequence[Identity], person: Iterable[Identity]) -> Meant | None:
    """Of a row whose strongest identity nobody has, beside one of this person: what it means if it is an id of the
    person that has lost its leading zeros. None if it is not.
    """
    first = said[0]
    padded = [
        identity
        for identity in person
        if identity.type == first.type
        and identity.value.startswith("0")
        and identity.value.lstrip("0") == first.value
    ]
    return (
        Meant((padded[0], *said[1:]), (DAMAGED_ID,)) if len(padded) == 1 and first.value.isdigit() else None
    )
