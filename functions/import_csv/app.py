"""File in the bucket -> the job that imports it."""

import time
from typing import Any

from crm.services.imports import drops


def handler(event: dict[str, Any], _context: object) -> None:
    """An event "Object Created" of S3, as EventBridge delivers it. Raises what storing and queuing the job raise."""
    drops.hear(event["detail"], now=time.time_ns() // 1_000_000)
