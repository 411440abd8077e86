"""Send items to the spill queue while the table throttles."""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from botocore.exceptions import BotoCoreError, ClientError

from crm.domain.errors import UnavailableError
from crm.settings import settings
from crm.storage.batch_put import Put, raw_put

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_SQS_MESSAGE_BYTES = 240_000
"""Maximum content of a message, below the 256 KB of SQS."""

RETRY_AFTER = 5


class SpillQueue:
    """The spill queue. Each message holds as many prepared items as fit."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, puts: Sequence[Put]) -> None:
        """Send items. Raises UnavailableError if the queue does not accept them either."""
        try:
            for body in pack(puts):
                self._client.send_message(QueueUrl=self._url, MessageBody=body)
        except (BotoCoreError, ClientError):
            message = "Events can be stored neither in the table nor in its queue: send them again."
            raise UnavailableError(message, retry_after=RETRY_AFTER) from None


def pack(puts: Sequence[Put]) -> Iterator[str]:
    """Pack items into message bodies."""
    items: list[str] = []
    size = 0
    for put in puts:
        # In ASCII: SQS rejects some characters that JSON allows.
        item = json.dumps(json.loads(put.item), separators=(",", ":"))
        if items and size + len(item) > MAX_SQS_MESSAGE_BYTES:
            yield _body(items)
            items, size = [], 0
        items.append(item)
        size += len(item) + 1
    if items:
        yield _body(items)


def _body(items: list[str]) -> str:
    return '{"items":[' + ",".join(items) + "]}"


def unpack(body: str) -> list[Put]:
    """Unpack the items of a message body."""
    return [raw_put(item) for item in json.loads(body)["items"]]


def spill_queue() -> SpillQueue:
    """Return the deployment's spill queue; its client is created when the first event must wait."""
    return _open(settings().region, settings().spill_queue_url)


@lru_cache(maxsize=1)
def _open(region: str, url: str) -> SpillQueue:
    import botocore.session
    from botocore.config import Config

    config = Config(connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2})
    client = botocore.session.get_session().create_client("sqs", region_name=region, config=config)
    return SpillQueue(cast("SQSClient", client), url)
