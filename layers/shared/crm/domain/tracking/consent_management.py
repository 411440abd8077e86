"""Convert RudderStack's `context.consentManagement` to Segment's form of consents, `consent.categoryPreferences`."""

from typing import Any

_ALLOWED, _DENIED = "allowedConsentIds", "deniedConsentIds"


def with_preferences(context: dict[str, Any]) -> dict[str, Any]:
    """Return the context with all consents in `consent.categoryPreferences`; other details stay where they are.

    A consent that either form denies is denied.
    """
    management, consent = context.get("consentManagement"), context.get("consent") or {}
    if not isinstance(management, dict) or not isinstance(consent, dict):
        return context
    given = consent.get("categoryPreferences") or {}
    if not isinstance(given, dict):
        return context
    allowed, denied = _ids(management, _ALLOWED), _ids(management, _DENIED)
    preferences = dict.fromkeys(allowed, True) | given | dict.fromkeys(denied, False)
    rest = {
        name: _without_ids(value) if name in (_ALLOWED, _DENIED) else value
        for name, value in management.items()
    }
    return context | {
        "consent": consent | {"categoryPreferences": preferences},
        "consentManagement": rest,
    }


def _ids(management: dict[str, Any], name: str) -> list[str]:
    """Return the ids of a list, or of an object whose names are ids and whose values are whether they are included."""
    ids = management.get(name)
    if isinstance(ids, dict):
        return [id_ for id_, is_one in ids.items() if is_one]
    return [id_ for id_ in ids if isinstance(id_, str)] if isinstance(ids, list) else []


def _without_ids(ids: Any) -> Any:
    return [id_ for id_ in ids if not isinstance(id_, str)] if isinstance(ids, list) else ids
