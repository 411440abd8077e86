"""The one DynamoDB client of a container, made when the first call needs it.

Calls of ours are prepared and signed by `DynamoDB`; PynamoDB's go through the client of botocore whose connection and
credentials both share.
"""

from functools import cache
from typing import TYPE_CHECKING, cast

from crm.storage.dynamodb import DynamoDB
from crm.storage.transport import Transport

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

USER_AGENT = "customer-data"
"""botocore would put one together anew for every call, which takes an eighth of the call."""

_CONNECTIONS = 10
"""What botocore keeps open without being told."""


@cache
def botocore_client() -> "DynamoDBClient":
    """A low-level client. AWS_ENDPOINT_URL and the credentials come from the environment, as botocore reads them."""
    # botocore without boto3 and without parameter validation: both cost more than the call itself.
    import botocore.session
    from botocore.config import Config

    from crm.settings import settings

    config = Config(
        parameter_validation=False,
        connect_timeout=2,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 4},
        max_pool_connections=max(_CONNECTIONS, settings().projection_threads),
        user_agent=f"{USER_AGENT} Botocore/{botocore.__version__}",
    )
    session = botocore.session.get_session()
    client = session.create_client("dynamodb", region_name=settings().region, config=config)
    return cast("DynamoDBClient", client)


@cache
def transport() -> Transport:
    """What sends prepared requests on the client's connection."""
    return Transport(botocore_client())


@cache
def dynamodb() -> DynamoDB:
    """DynamoDB, by prepared calls."""
    return DynamoDB(transport())


def forget() -> None:
    """Make new clients from now on."""
    for made in (botocore_client, transport, dynamodb):
        made.cache_clear()
