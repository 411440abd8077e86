"""Cache what botocore computes again for each session and each call: it takes a fifth of the time of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any
from unittest import mock

from botocore import hooks, loaders, session, useragent

_ALIASER: Any = hooks.EventAliaser
_AGENT: Any = useragent
_loader = cache(loaders.create_loader)
_alias_event_name = _ALIASER._alias_event_name
_sanitize = lru_cache(maxsize=1024)(_AGENT.sanitize_user_agent_string_component)


@lru_cache(maxsize=4096)
def _aliased(event_name: str) -> Any:
    return _alias_event_name(_ALIASER(None), event_name)


def _alias(_aliaser: Any, event_name: str) -> Any:
    """Return the name of an event, which is the same for each client, since none has aliases."""
    return _aliased(event_name)


@contextmanager
def botocore_caches() -> Iterator[None]:
    """Read the descriptions of services, the names of events and the parts of user agents only once in this context."""
    with (
        mock.patch.object(session, "create_loader", _loader),
        mock.patch.object(_ALIASER, "_alias_event_name", _alias),
        mock.patch.object(_AGENT, "sanitize_user_agent_string_component", _sanitize),
    ):
        yield
