"""botocore's descriptions of services, read once: a session of its own reads them for a fifth of a second."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from unittest import mock

from botocore import loaders, session

_loader = cache(loaders.create_loader)


@contextmanager
def shared_models() -> Iterator[None]:
    """Have all sessions that are created in here read the descriptions from the same loader."""
    with mock.patch.object(session, "create_loader", _loader):
        yield
