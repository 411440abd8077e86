"""Publish changes from the stream of the table: group memberships, segment changes in logs, and change events."""

from typing import Any

from crm.observability import traced
from crm.services.consume_changes import consume


@traced
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Process a batch of the stream; return the record from which it must be retried."""
    failed = consume(event["Records"])
    if failed is None:
        return {"batchItemFailures": []}
    return {"batchItemFailures": [{"itemIdentifier": failed["dynamodb"]["SequenceNumber"]}]}
