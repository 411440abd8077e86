"""The projector of this deployment, and the ids of its profiles."""

from functools import cache
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
    config, (projector, profiles, ruleset) = settings(), _modules()
    made: Projector = projector.Projector(
        profiles.ProfileTable(),
        id_of,
        config.processing_consent_required,
        joins_closed=config.public_joins_closed,
        rule_set=ruleset.current,
        retention_days=config.retention_days,
        **options,
    )
    return made


@cache
def _modules() -> tuple[Any, Any, Any]:
    """Import what projecting needs. Functions that only compute profile ids start without it."""
    from crm.services.projection import projector
    from crm.services.ruleset import ruleset
    from crm.storage import profiles

    return projector, profiles, ruleset
