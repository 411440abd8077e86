"""Configure PynamoDB for the single table: the base class of its entities.

Importing binds nothing: the table's name, the region and the client are looked up at the first call.
"""

from pynamodb.attributes import DiscriminatorAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.models import Model

from crm.settings import settings
from crm.storage.connection import botocore_client


class Item(Model):
    """An entity of the table. Subclass it with `discriminator="<entity>"`; always query with a prefix of `sk`."""

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


def pynamodb_connection() -> Connection:
    """Return a separate connection, which PynamoDB's transactions require, over the shared client."""
    return share_client(Connection(region=settings().region))


def share_client(bound: Connection) -> Connection:
    """Share one botocore client among models: PynamoDB would create one per model, about 70 ms each."""
    bound._client = botocore_client()  # type: ignore[assignment] # the same botocore client under two stub names
    return bound
