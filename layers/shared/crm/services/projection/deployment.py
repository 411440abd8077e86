"""The projector of this deployment, and the ids of its profiles."""

from typing import TYPE_CHECKING, Any

from crm.domain.identity import Identity, profile_id
from crm.settings import settings

if TYPE_CHECKING:
    from crm.services.projection.projector import Projector


def id_of(identity: Identity) -> str:
    """Return the id of the profile of an identity."""
    return profile_id(settings().identity_namespace, identity)


def deployed_projector(**options: Any) -> "Projector":
    """Return a projector of this deployment's table. `options`: further arguments of `Projector`."""
    # Functions that only compute profile ids start without what projecting needs.
    from crm.services.projection.projector import Projector
    from crm.services.ruleset.ruleset import current_rule_set
    from crm.storage.profiles import ProfileTable

    config = settings()
    return Projector(
        ProfileTable(),
        id_of,
        config.processing_consent_required,
        joins_closed=config.public_joins_closed,
        rule_set=current_rule_set,
        retention_days=config.retention_days,
        **options,
    )
