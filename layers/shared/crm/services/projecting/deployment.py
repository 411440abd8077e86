"""What this deployment names its profiles, and how it projects them."""

from typing import TYPE_CHECKING, Any

from crm.domain.identity import Identity, profile_id
from crm.settings import settings

if TYPE_CHECKING:
    from crm.services.projecting.project import Projector


def id_of(identity: Identity) -> str:
    """The id of the profile of an identity."""
    return profile_id(settings().identity_namespace, identity)


def deployed_projector(**options: Any) -> "Projector":
    """The projector of this deployment's table. `options`: more of what a projector takes."""
    # Whoever only reads names profiles, too, and starts without all that conditions need.
    from crm.services.catalogue.catalogue import current
    from crm.services.projecting.project import Projector
    from crm.storage.profiles import ProfileTable

    config = settings()
    return Projector(
        ProfileTable(),
        id_of,
        config.processing_consent_required,
        joins_closed=config.public_joins_closed,
        catalogue=current,
        retention_days=config.retention_days,
        **options,
    )
