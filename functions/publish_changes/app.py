"""Stream of the table -> memberships of groups, segments in the logs, and changes on the event bus."""

from typing import Any

from crm.observability import traced
from crm.services.consume_changes import consume


@traced
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """A batch of the stream; answers the record from which on it must come again."""
    failed = consume(event["Records"])
    if failed is None:
        return {"batchItemFailures": []}
    return {"batchItemFailures": [{"itemIdentifier": failed["dynamodb"]["SequenceNumber"]}]}
