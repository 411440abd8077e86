"""RudderStack's way to tell of consents, `context.consentManagement`, as Segment's, `consent.categoryPreferences`."""

from typing import Any

_ALLOWED, _DENIED = "allowedConsentIds", "deniedConsentIds"


def with_preferences(context: dict[str, Any]) -> dict[str, Any]:
    """A context whose consents are all in `consent.categoryPreferences`; what else is said of them stays where it is.

    What is denied in either way is denied.
    """
    told, consent = context.get("consentManagement"), context.get("consent") or {}
    if not isinstance(told, dict) or not isinstance(consent, dict):
        return context
    said = consent.get("categoryPreferences") or {}
    if not isinstance(said, dict):
        return context
    allowed, denied = _ids(told, _ALLOWED), _ids(told, _DENIED)
    preferences = dict.fromkeys(allowed, True) | said | dict.fromkeys(denied, False)
    rest = {
        name: _without_ids(value) if name in (_ALLOWED, _DENIED) else value for name, value in told.items()
    }
    return context | {
        "consent": consent | {"categoryPreferences": preferences},
        "consentManagement": rest,
    }


def _ids(told: dict[str, Any], name: str) -> list[str]:
    """Of a list of ids, or of an object whose names are the ids and whose values say whether they are among them."""
    ids = told.get(name)
    if isinstance(ids, dict):
        return [id_ for id_, is_one in ids.items() if is_one]
    return [id_ for id_ in ids if isinstance(id_, str)] if isinstance(ids, list) else []


def _without_ids(ids: Any) -> Any:
    return [id_ for id_ in ids if not isinstance(id_, str)] if isinstance(ids, list) else ids
