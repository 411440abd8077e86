"""The deployment on moto, and the shop in memory: strangers meet the real handlers with all limits on."""

from tests.integration.conftest import (
    api_key,
    aws,
    bucket,
    bus,
    client,
    http_event,
    pump,
    queue,
    send,
    set_environment,
    shop,
    shop_on_wire,
    source,
    staff,
    table,
    write_key,
)

__all__ = [
    "api_key",
    "aws",
    "bucket",
    "bus",
    "client",
    "http_event",
    "pump",
    "queue",
    "send",
    "set_environment",
    "shop",
    "shop_on_wire",
    "source",
    "staff",
    "table",
    "write_key",
]
