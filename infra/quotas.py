"""Check the account's quotas that would be too low, before a deployment."""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

SHARDS = 4
"""Shards of a new table's stream, and so concurrent containers for each consumer and parallel batch."""

FIXED = 72
"""Webhooks take 50 containers at most, the spill queue 2; about 20 serve the API."""


def warnings(session: Any, parameters: Mapping[str, str]) -> Iterator[str]:
    """Yield the quota increases to request from AWS. Empty without permission to read the quotas."""
    needed = (
        int(parameters["JobConcurrency"])
        + int(parameters["DueConcurrency"])
        + SHARDS * (int(parameters["ProjectionParallelization"]) + 1)
        + FIXED
    )
    try:
        limits = session.client("lambda").get_account_settings()["AccountLimit"]
    except ClientError as error:
        yield f"The account's quotas could not be read ({error.response['Error']['Code']})."
        return
    free = limits["UnreservedConcurrentExecutions"]
    if free < needed:
        yield (
            f"The Lambda quota of this account in {session.region_name} is {free} concurrent "
            f"executions. Under load, this deployment needs about {needed}; further requests are "
            "rejected (429). New accounts begin with 10. Request an increase, which is free and "
            "takes up to a few days:\n  aws service-quotas request-service-quota-increase "
            "--service-code lambda --quota-code L-B99A9384 --desired-value 1000 --region "
            f"{session.region_name}"
        )
