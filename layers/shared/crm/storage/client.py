"""The one DynamoDB client of a container, made when the first call needs it, shared with PynamoDB."""

from functools import cache
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_CONNECTIONS = 10
"""What botocore keeps open without being told."""


@cache
def dynamodb() -> "DynamoDBClient":
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
    )
    session = botocore.session.get_session()
    client = session.create_client("dynamodb", region_name=settings().region, config=config)
    return cast("DynamoDBClient", client)
