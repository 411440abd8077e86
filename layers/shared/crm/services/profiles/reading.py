"""Read profiles: the canonical one is returned for the id of any member."""

from crm.domain.api_key import Principal
from crm.domain.card_fields import ANONYMOUS, RECOGNISED
from crm.domain.errors import InvalidInputError, NotFoundError
from crm.domain.identity import identity_types, normalise
from crm.domain.views.profiles import ProfileView, StatsView
from crm.services.profiles.people import find
from crm.services.profiles.profile_view import view
from crm.services.profiles.visible_profiles import visible_profiles
from crm.services.projection.deployment import id_of
from crm.settings import settings
from crm.storage.profiles import count_profiles

__all__ = ["PROFILE_KINDS", "get_by_identity", "get_profile", "stats", "view"]

PROFILE_KINDS = (RECOGNISED, ANONYMOUS)


def get_profile(profile_id: str, viewer: Principal) -> ProfileView:
    """Return the profile as the API shows it. Raises NotFoundError."""
    return view(find(profile_id, viewer))


def get_by_identity(type: str, value: str, viewer: Principal) -> ProfileView:
    """Return the profile that owns an identity. Raises InvalidInputError (unknown type) and NotFoundError."""
    types = identity_types(settings().custom_identity_types)
    if type not in types:
        raise InvalidInputError(
            f"{type!r} is not an identity type: use one of {', '.join(types)}", code="invalid_identity_type"
        )
    identity = normalise(
        type, value, phone_region=settings().phone_region, placeholders=settings().placeholder_ids
    )
    if identity is None:
        raise NotFoundError(f"this is not a valid {type}, so no profile has it")
    try:
        return get_profile(id_of(identity), viewer)
    except NotFoundError:
        raise NotFoundError(f"no profile has this {type}") from None


def stats(viewer: Principal) -> StatsView:
    """Count the profiles of each kind that are visible to the viewer."""
    if viewer.classes is None:
        counts = {kind: count_profiles(kind) for kind in PROFILE_KINDS}
    else:
        held = list(visible_profiles(viewer).values())
        counts = {kind: held.count(kind) for kind in PROFILE_KINDS}
    recognised, anonymous = counts[RECOGNISED], counts[ANONYMOUS]
    return {"recognised": recognised, "anonymous": anonymous, "total": recognised + anonymous}
