"""PynamoDB's view of our one table: the base of every entity, and the index of profiles.

Importing binds nothing: the table's name, the region and the client are looked up at the first call.
"""

from typing import Any

from pynamodb.attributes import DiscriminatorAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.models import Model

from crm.settings import settings
from crm.storage import keys
from crm.storage.client import dynamodb


class Item(Model):
    """An entity of the table. Subclass with `discriminator="<entity>"`; always query with a prefix of `sk`."""

    class Meta:
        table_name = ""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    discriminator = DiscriminatorAttribute()

    @classmethod
    def _get_connection(cls) -> TableConnection:
        cls.Meta.table_name = settings().table_name
        bound = super()._get_connection()
        share_client(bound.connection)
        return bound


def connection() -> Connection:
    """A connection of its own, as PynamoDB's transactions want it, over the shared client."""
    return share_client(Connection(region=settings().region))


def share_client(bound: Connection) -> Connection:
    """PynamoDB would make one botocore client per model, some 70 ms each."""
    bound._client = dynamodb()  # type: ignore[assignment] # the same botocore client under two stub names
    return bound


CARD_ATTRIBUTES = [
    "name",
    "email",
    "phone",
    "city",
    "region",
    "zip",
    "company",
    "tags",
    "consents",
    "created",
    "seen_hour",
    "last_transaction",
    "kind",
    "profile_id",
    "discriminator",
]
"""What the profiles index projects beside its keys."""


class ProfilesIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call] # an untyped hook
    """Profiles by kind and by the hour they were last seen."""

    class Meta:
        index_name = keys.PROFILES_INDEX
        projection = IncludeProjection(CARD_ATTRIBUTES)

    gsi1pk = UnicodeAttribute(hash_key=True)
    gsi1sk = UnicodeAttribute(range_key=True)
