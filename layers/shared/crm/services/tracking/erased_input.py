"""Drop rejected input about people who were erased since it was received: no projector does, as it is in no log."""

from collections.abc import Mapping, Sequence

from botocore.exceptions import BotoCoreError, ClientError

from crm.domain.erasure import names_erased
from crm.domain.identity_mentions import MentionReading, mentions_in
from crm.domain.tracking.rejection import Rejection
from crm.settings import settings
from crm.storage.batch_put import Put
from crm.storage.rejected import PreparedContent, prepared_content
from crm.storage.tombstones import erased_among


def identity_reading() -> MentionReading:
    """Return the deployment's identity settings."""
    return MentionReading(settings().phone_region, settings().custom_identity_types)


def without_erased(rejections: Sequence[Rejection]) -> list[Rejection]:
    """Return the rejections without those about erased people."""
    received = {r.id: PreparedContent(r.content, r.reception.received_at) for r in rejections}
    erased_ids = _ids_of_erased(received)
    return [rejection for rejection in rejections if rejection.id not in erased_ids]


def puts_without_erased(puts: Sequence[Put]) -> list[Put]:
    """Return prepared items without the rejections about erased people."""
    erased_ids = _ids_of_erased({put.sk: found for put in puts if (found := prepared_content(put))})
    return [put for put in puts if put.sk not in erased_ids]


def _ids_of_erased(received: Mapping[str, PreparedContent]) -> set[str]:
    mentioned = {id_: mentions_in(held.content, identity_reading()) for id_, held in received.items()}
    named = {one for mentions in mentioned.values() for mention in mentions for one in mention.identities}
    try:
        erased = erased_among(named)
    except (BotoCoreError, ClientError):
        return set()  # keeping it for a month is better than refusing without a trace
    return {
        id_
        for id_, mentions in mentioned.items()
        if names_erased(mentions, received[id_].received_at, erased)
    }
