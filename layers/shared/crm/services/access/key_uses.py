"""Record when API keys are used: once an hour for each key in each container, so that a request costs no write."""

from crm.domain.api_key import Principal
from crm.observability import log
from crm.storage import key_uses

_HOUR_MS = 3_600_000
_MAX_KEYS = 1_000
"""Keys that a container remembers; beyond them it starts again."""

_recorded: dict[str, int] = {}


def record_use(principal: Principal, *, now: int) -> None:
    """Record that a key is used. `now` in epoch ms. Failures are logged: a request never fails by it."""
    if now - _recorded.get(principal.id, 0) < _HOUR_MS:
        return
    if len(_recorded) >= _MAX_KEYS:
        _recorded.clear()
    _recorded[principal.id] = now
    try:
        key_uses.store_use(principal.key_id, now)
    except Exception:
        log.exception("the use of an API key could not be noted", extra={"principal": principal.id})


def last_uses() -> dict[str, int]:
    """Return when keys were last used (epoch ms), by key id."""
    return key_uses.all_uses()


def clear_cache() -> None:
    """Clear the recorded uses."""
    _recorded.clear()
