"""The one DynamoDB client of a container, made when the first call needs it."""

from functools import cache

from crm.storage import connection
from crm.storage.dynamodb import DynamoDB
from crm.storage.transport import Transport


@cache
def transport() -> Transport:
    """What sends prepared requests."""
    return Transport(connection.connection(), connection.user_agent())


@cache
def dynamodb() -> DynamoDB:
    """DynamoDB, by prepared calls."""
    return DynamoDB(transport())


def forget() -> None:
    """Make new clients from now on."""
    connection.forget()
    transport.cache_clear()
    dynamodb.cache_clear()
