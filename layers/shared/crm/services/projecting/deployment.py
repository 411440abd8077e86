"""What this deployment names its profiles, and how it projects them."""

from crm.domain.identity import Identity, profile_id
from crm.services.projecting.project import Projector
from crm.settings import settings
from crm.storage.profiles import ProfileTable


def id_of(identity: Identity) -> str:
    """The id of the profile of an identity."""
    return profile_id(settings().identity_namespace, identity)


def deployed_projector() -> Projector:
    """The projector of this deployment's table."""
    return Projector(ProfileTable(), id_of, settings().processing_consent_required)
