"""The secret that unsubscribe links are sealed with: made at its first use, kept with the definitions.

It is numbered, and the newest seals. With a second one beside it, links sealed by the first stay good until that is
taken out.
"""

import base64
import secrets
from types import ModuleType

from crm.domain.errors import VersionConflictError
from crm.services.definitions.recent import Recent
from crm.storage import lookups

SECRET, LINKS = "secret", "links"
_BYTES = 32
_known: dict[int, bytes] = {}
_missing: Recent[None] = Recent(seconds=5)
"""That there are no more secrets: a made-up token can name any, and may not cost a read each time."""


def newest() -> tuple[int, bytes]:
    """Number and bytes of the secret to seal with. Raises VersionConflictError while another container makes it."""
    if not _known and not _read():
        _make()
    number = max(_known)
    return number, _known[number]


def numbered(number: int) -> bytes | None:
    """The secret of this number; None where there is none. Never makes one."""
    if number not in _known:
        _missing.get("", _read_again)
    return _known.get(number)


def forget() -> None:
    """Forget what was read."""
    _known.clear()
    _missing.clear()


def _read_again(_: str) -> None:
    _read()


def _read() -> bool:
    document = lookups.find(SECRET, LINKS) or {}
    _known.update({int(number): base64.b64decode(text) for number, text in document.items()})
    return bool(document)


def _make() -> None:
    text = base64.b64encode(secrets.token_bytes(_BYTES)).decode()
    try:
        with _definitions().one_transaction() as changes:
            changes.create(SECRET, LINKS, {"1": text})
    except VersionConflictError:
        if not _read():
            raise
    else:
        _known[1] = base64.b64decode(text)


def _definitions() -> ModuleType:
    # Loads PynamoDB, which is needed once in the life of a deployment.
    from crm.storage import definitions

    return definitions
