"""Build the responses for sources and API keys: instants as ISO 8601, without secrets."""

from crm.domain.api_key import ApiKey
from crm.domain.source import LeftOutBySource, Limit, Source
from crm.domain.times import iso, iso_or_none
from crm.domain.views.access import ApiKeyView, CallerView, LeftOutEventsView, SourceView
from crm.settings import Settings


def source_view(source: Source, limit: Limit | None) -> SourceView:
    """Build the model `Source`, with the limit in force."""
    return {
        "id": source.id,
        "name": source.name,
        "kind": source.kind,
        "allowed_origins": list(source.allowed_origins),
        "enabled": source.enabled,
        "rate_limit": limit.rate if limit else None,
        "burst": limit.burst if limit and limit.is_default else source.burst,
        "default_limit": limit is not None and limit.is_default,
        "write_key": source.write_key,
        "retiring_key": source.retiring_key,
        "retires_at": iso_or_none(source.retires_at),
        "created_at": iso(source.created_at),
        "updated_at": iso(source.updated_at),
        "version": source.version,
    }


def left_out_view(found: LeftOutBySource | None) -> LeftOutEventsView | None:
    """Build the model `LeftOutEvents`."""
    if found is None:
        return None
    return {"since": iso(found.since), "last_at": iso(found.last_at), "events": found.events}


def api_key_view(key: ApiKey, last_used_at: int | None = None) -> ApiKeyView:
    """Build the model `ApiKey`. `last_used_at` in epoch ms."""
    return {
        "id": key.id,
        "name": key.name,
        "scopes": list(key.scopes),
        "classes": None if key.classes is None else list(key.classes),
        "created_at": iso(key.created_at),
        "created_by": key.created_by,
        "last_used_at": iso_or_none(last_used_at),
        "revoked": key.revoked_at is not None,
        "revoked_at": iso_or_none(key.revoked_at),
        "revoked_by": key.revoked_by,
    }


def caller_view(key: ApiKey, deployment: Settings) -> CallerView:
    """Build the model `Caller`."""
    shown = api_key_view(key)
    return {
        "id": shown["id"],
        "name": shown["name"],
        "scopes": shown["scopes"],
        "classes": shown["classes"],
        "time_zone": deployment.time_zone,
        "processing_consent_required": deployment.processing_consent_required,
    }
