"""Reading profiles: always the canonical one, whichever of its members is asked for."""

from typing import Any

from crm.domain.card import ANONYMOUS, RECOGNISED, describe
from crm.domain.errors import InvalidInputError, NotFoundError
from crm.domain.identity import ANONYMOUS_ID, EMAIL, PHONE, USER_ID, normalise
from crm.domain.profile import ProfileState
from crm.services.deployment import id_of
from crm.services.members import canonical, members_of
from crm.settings import settings
from crm.storage.profiles import ProfileTable, count_profiles

KINDS = (RECOGNISED, ANONYMOUS)


def canonical_members(profile_id: str) -> list[ProfileState]:
    """The canonical profile of this one, then its other members. Raises NotFoundError."""
    table = ProfileTable()
    root = canonical(table, profile_id)
    if root is None:
        raise NotFoundError(f"there is no profile {profile_id}")
    return members_of(table, id_of, root)


def get_profile(profile_id: str) -> dict[str, Any]:
    """The profile as the API answers it. Raises NotFoundError."""
    return describe(canonical_members(profile_id))


def get_by_identity(type: str, value: str) -> dict[str, Any]:
    """The profile that owns an identity. Raises InvalidInputError (unknown type) and NotFoundError."""
    types = (USER_ID, EMAIL, PHONE, *settings().custom_identity_types, ANONYMOUS_ID)
    if type not in types:
        raise InvalidInputError(
            f"{type!r} is no identity type: use one of {', '.join(types)}", code="invalid_identity_type"
        )
    identity = normalise(type, value, phone_region=settings().phone_region)
    if identity is None:
        raise NotFoundError(f"this is no usable {type}, so nobody has it")
    try:
        return get_profile(id_of(identity))
    except NotFoundError:
        raise NotFoundError(f"no profile has this {type}") from None


def stats() -> dict[str, int]:
    """How many profiles of each kind there are."""
    counts = {kind: count_profiles(kind) for kind in KINDS}
    return {**counts, "total": sum(counts.values())}
