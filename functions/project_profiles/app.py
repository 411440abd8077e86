"""Project profiles from their logs, driven by the stream of the table."""

from typing import Any

from crm.observability import traced
from crm.services.projection.arrivals import ARRIVALS
from crm.services.projection.stream_consumer import project_records


@traced
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Process a batch of the stream. Failures go to the failure queue; if that fails too, the batch is retried."""
    project_records(event["Records"])
    ARRIVALS.note(event["Records"])
    return {"batchItemFailures": []}
