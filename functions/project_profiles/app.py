"""Stream of the table -> profiles brought up to their logs."""

from typing import Any

from crm.observability import traced
from crm.services.projecting.projection import project_records


@traced
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """One batch of the stream. What fails goes to the failure queue; if that fails too, the batch comes again."""
    project_records(event["Records"])
    return {"batchItemFailures": []}
