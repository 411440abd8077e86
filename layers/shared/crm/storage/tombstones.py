"""Read tombstones: which profiles were erased, and when. They decide about input that is in no log."""

import base64
import gzip
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from crm.domain.identity import Identity, profile_id
from crm.domain.identity_mentions import Mention, Reading, mentions_in
from crm.domain.tracking.rejection import Rejection
from crm.settings import settings
from crm.storage.batch_put import Put
from crm.storage.keys import PK, PROFILE_PREFIX, PROFILE_SK, REJECTED_PREFIX, SK
from crm.storage.partitions import batch_get

_CALL_SIZE = 100  # maximum keys of a BatchGetItem call

_Received = tuple[bytes, int]
"""Content of rejected input, and when it was received (epoch ms)."""


def reading() -> Reading:
    """Return the deployment's identity settings."""
    return Reading(settings().phone_region, settings().custom_identity_types)


def without_erased(rejections: Sequence[Rejection]) -> list[Rejection]:
    """Drop the rejections that name an erased person and were received or happened before the erasure."""
    received = {r.id: (r.content, r.reception.received_at) for r in rejections}
    erased_ids = _ids_of_erased(received)
    return [rejection for rejection in rejections if rejection.id not in erased_ids]


def puts_without_erased(puts: Sequence[Put]) -> list[Put]:
    """Drop such rejections from prepared items, which may contain other items."""
    rejected = {p.sk: json.loads(p.item) for p in puts if p.pk.startswith(REJECTED_PREFIX)}
    received = {
        key: (gzip.decompress(base64.b64decode(item["raw"]["B"])), int(item["r"]["N"]))
        for key, item in rejected.items()
        if item.keys() >= {"raw", "r"}
    }
    erased_ids = _ids_of_erased(received)
    return [put for put in puts if put.sk not in erased_ids]


def _ids_of_erased(received: Mapping[str, _Received]) -> set[str]:
    mentioned = {key: (mentions_in(content, reading()), at) for key, (content, at) in received.items()}
    named = {one for mentions, _ in mentioned.values() for mention in mentions for one in mention.identities}
    try:
        erased = _erased(named)
    except (BotoCoreError, ClientError):
        return set()  # keeping it for a month is better than refusing without a trace
    return {key for key, (mentions, at) in mentioned.items() if _is_of_erased(mentions, at, erased)}


def _is_of_erased(mentions: Iterable[Mention], received_at: int, erased: Mapping[Identity, int]) -> bool:
    return any(
        min(received_at, received_at if mention.at is None else mention.at) <= erased[identity]
        for mention in mentions
        for identity in mention.identities & erased.keys()
    )


def _erased(identities: Collection[Identity]) -> dict[Identity, int]:
    """Return the erased profiles among these, and when they were erased (epoch ms)."""
    namespace = settings().identity_namespace
    by_key = {PROFILE_PREFIX + profile_id(namespace, identity): identity for identity in identities}
    found: dict[Identity, int] = {}
    keys = sorted(by_key)
    for start in range(0, len(keys), _CALL_SIZE):
        for item in _stubs(keys[start : start + _CALL_SIZE]):
            found[by_key[item[PK]["S"]]] = int(item["erased_at"]["N"])
    return found


def _stubs(keys: Sequence[str]) -> list[dict[str, Any]]:
    wanted = {
        "Keys": [{PK: {"S": key}, SK: {"S": PROFILE_SK}} for key in keys],
        "ProjectionExpression": "pk, erased_at",
    }
    return [item for item in batch_get(wanted) if "erased_at" in item]
