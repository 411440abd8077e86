"""What this deployment names its profiles, and how it projects them."""

from typing import TYPE_CHECKING

from crm.domain.identity import Identity, profile_id
from crm.settings import settings

if TYPE_CHECKING:
    from crm.services.projecting.project import Projector


def id_of(identity: Identity) -> str:
    """The id of the profile of an identity."""
    return profile_id(settings().identity_namespace, identity)


def deployed_projector() -> "Projector":
    """The projector of this deployment's table."""
    # Whoever only reads names profiles, too, and starts without all that conditions need.
    from crm.services.catalogue import catalogue
    from crm.services.projecting.project import Projector
    from crm.storage.profiles import ProfileTable

    return Projector(
        ProfileTable(),
        id_of,
        settings().processing_consent_required,
        joins_closed=settings().public_joins_closed,
        catalogue=catalogue.current,
        retention_days=settings().retention_days,
    )
