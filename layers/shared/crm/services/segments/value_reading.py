"""Show the values that definitions compute of a customer."""

from crm.domain.api_key import Principal
from crm.domain.views.profile_values import ProfileValuesView
from crm.services.profiles import people
from crm.services.profiles.profile_view import is_hidden
from crm.services.ruleset.computed_values import values_of_members


def readings_of(profile_id: str, viewer: Principal, *, now: int) -> ProfileValuesView:
    """Return the model `Values` at this instant (epoch ms). Raises NotFoundError."""
    members = people.find(profile_id, viewer).members
    values = values_of_members(members, now, hidden=is_hidden(members, now))
    return {
        "aggregates": values["aggregates"],
        "scores": values["scores"],
        "expressions": values["expressions"],
        "building": values["building"],
    }
