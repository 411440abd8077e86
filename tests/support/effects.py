"""Effects of activities in tests."""

from typing import Any, cast

from crm.domain.effect_fields import Effects


def effects_on(**registers: Any) -> Effects:
    """Return effects with the changes of these registers."""
    return cast("Effects", registers)
