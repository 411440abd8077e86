"""The rules by which this deployment folds logs."""

from collections.abc import Mapping

from crm.domain.consent import CHANNELS
from crm.domain.fold_rules import Declared, FoldRules
from crm.settings import settings


def deployed_rules(attributes: Mapping[str, Declared] | None = None) -> FoldRules:
    """Return the rules of the deployment's parameters, with these declared attributes by name."""
    config = settings()
    return FoldRules(
        attributes or {},
        config.consent_keys.union(CHANNELS),
        config.processing_consent_by_pages,
        config.double_opt_in,
        config.identity_namespace.bytes,
    )
