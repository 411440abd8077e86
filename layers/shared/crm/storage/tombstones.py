"""Read tombstones: which profiles were erased, and when."""

from collections.abc import Collection, Sequence

from crm.domain.identity import Identity, profile_id
from crm.settings import settings
from crm.storage.items import StoredItem
from crm.storage.keys import PK, PROFILE_PREFIX, PROFILE_SK, SK
from crm.storage.partitions import batch_get

_CALL_SIZE = 100  # maximum keys of a BatchGetItem call


def erased_among(identities: Collection[Identity]) -> dict[Identity, int]:
    """Return those of these identities whose profiles were erased, and when (epoch ms). Raises botocore's errors."""
    namespace = settings().identity_namespace
    by_key = {PROFILE_PREFIX + profile_id(namespace, identity): identity for identity in identities}
    found: dict[Identity, int] = {}
    keys = sorted(by_key)
    for start in range(0, len(keys), _CALL_SIZE):
        for item in _stubs(keys[start : start + _CALL_SIZE]):
            found[by_key[item[PK]["S"]]] = int(item["erased_at"]["N"])
    return found


def _stubs(keys: Sequence[str]) -> list[StoredItem]:
    wanted = {
        "Keys": [{PK: {"S": key}, SK: {"S": PROFILE_SK}} for key in keys],
        "ProjectionExpression": "pk, erased_at",
    }
    return [item for item in batch_get(wanted) if "erased_at" in item]
