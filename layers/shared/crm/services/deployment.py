"""What this deployment names its profiles."""

from crm.domain.identity import Identity, profile_id
from crm.settings import settings


def id_of(identity: Identity) -> str:
    """The id of the profile of an identity."""
    return profile_id(settings().identity_namespace, identity)
