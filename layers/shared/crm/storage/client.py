"""Create the DynamoDB client of a container at the first call that needs it."""

from functools import cache

from crm.storage import connection
from crm.storage.dynamodb import DynamoDB
from crm.storage.transport import Transport


@cache
def transport() -> Transport:
    """Return the sender of prepared requests."""
    return Transport(connection.connection(), connection.user_agent())


@cache
def dynamodb() -> DynamoDB:
    """Return the DynamoDB client, which uses prepared calls."""
    return DynamoDB(transport())


def clear_cache() -> None:
    """Reset the clients; new ones are created at the next call."""
    connection.clear_cache()
    transport.cache_clear()
    dynamodb.cache_clear()
