"""Show the values that definitions compute of a customer."""

from typing import Any

from crm.domain.api_key import Principal
from crm.services.profiles import people
from crm.services.profiles.profile_view import is_hidden
from crm.services.ruleset.computed_values import values_of_members


def values_of(profile_id: str, viewer: Principal, *, now: int) -> dict[str, Any]:
    """Return the model `Values` at this instant (epoch ms). Raises NotFoundError."""
    members = people.find(profile_id, viewer).members
    return values_of_members(members, now, hidden=is_hidden(members, now))
