"""Build an alarm for every function, every consumer of the stream, every queue and every index: infra/alarms.yaml."""

from collections.abc import Iterator

from infra.alarm import Properties, dimension, metric, rate, ref, single
from infra.dashboard import names_of_functions

BUSY = {
    "Authorize",
    "CaptureForm",
    "DeliverWebhooks",
    "ProjectProfiles",
    "Profiles",
    "PublishChanges",
    "ServeSite",
    "TrackEvents",
}
"""Functions that serve visitors and events: one failure among millions of calls is expected."""

QUEUE_OLD, QUEUE_FILLED = "ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"
SECONDS_IN_QUEUE = {
    "SpillQueue": (900, "Accepted events wait too long for the table."),
    "FailureQueue": (900, "Profiles wait too long to be projected again."),
    "UnpublishedQueue": (900, "Changes that the stream's consumer could not publish wait too long."),
    "JobQueue": (14_400, "Parts of jobs wait too long. Raise JobConcurrency."),
    "DueQueue": (1_800, "Customers whose segments are due wait too long. Raise DueConcurrency."),
    "DropDeadLetters": (3_600, "A dropped file is neither imported nor marked as failed."),
}
"""Queues that drain by themselves: an old message means that they do not."""

DEAD_LETTERS = {
    "SpillDeadLetters": "Accepted events could not be stored. Redrive the queue.",
    "FailureDeadLetters": "Profiles could not be projected. Redrive the queue.",
    "UnpublishedDeadLetters": (
        "Memberships or changes of profiles could not be published. The message contains the profile id."
    ),
    "JobDeadLetters": "A job failed in all attempts; it may be an erasure. Retry it.",
    "WebhookDeadLetters": "Deliveries to webhooks could neither be sent nor recorded as failed. Redrive the queue.",
}
"""Queues that are drained by hand only."""

COUNTED = {
    "ProfileStuck": ("ProfileStuck", "Profiles cannot be projected. GET /v1/health lists them."),
    "DropGivenUp": (
        "DropGivenUp",
        ("The import of a dropped file could not be started. GET /v1/imports?state=failed lists it."),
    ),
    "StreamForgotten": (
        "StreamForgotten",
        "Events expired in the stream before they were projected. A job projects them.",
    ),
    "WebhookDied": (
        "WebhookDead",
        ("A webhook delivery failed after a day of retries. Correct the receiver and replay the delivery."),
    ),
}
"""Our own metrics for which a single occurrence raises an alarm."""


def alarms(template: Properties, indexes: list[str]) -> Properties:
    """Build the template of the nested stack."""
    resources = template["Resources"]
    queues = [name for name, found in resources.items() if found["Type"] == "AWS::SQS::Queue"]
    parameters = {name: {"Type": "String"} for name in ("Product", "ApiId", "TableName", *queues)}
    parameters["AlarmEmail"] = {"Type": "String", "Default": ""}
    found: Properties = {
        "Topic": {"Type": "AWS::SNS::Topic"},
        "Subscription": {
            "Type": "AWS::SNS::Subscription",
            "Condition": "EmailIsGiven",
            "Properties": {
                "TopicArn": ref("Topic"),
                "Protocol": "email",
                "Endpoint": ref("AlarmEmail"),
            },
        },
    }
    always = {"TreatMissingData": "notBreaching", "AlarmActions": [ref("Topic")]}
    for name, properties in (
        *_of_functions(resources),
        *_of_queues(queues),
        *_of_product_metrics(),
        *_of_the_table(indexes),
        *_of_the_account(),
    ):
        found[name] = {"Type": "AWS::CloudWatch::Alarm", "Properties": {**properties, **always}}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Alarms, and the topic that receives them",
        "Parameters": parameters,
        "Conditions": {"EmailIsGiven": {"Fn::Not": [{"Fn::Equals": [ref("AlarmEmail"), ""]}]}},
        "Resources": found,
    }


def _of_functions(resources: Properties) -> Iterator[tuple[str, Properties]]:
    """Build the alarms of functions. An unknown exception escapes its function on purpose: a single one is worth a look
    at the log.
    """
    for name, function in names_of_functions(resources).items():
        place, verb = dimension("FunctionName", {"Fn::Sub": function}), function.partition("-")[2]
        events = resources[name]["Properties"].get("Events", {}).values()
        if name in BUSY:
            failed, all_ = metric("AWS/Lambda", "Errors", place), metric("AWS/Lambda", "Invocations", place)
            yield f"{name}Errors", rate(f"{verb} raises errors", failed, all_)
        else:
            yield (
                f"{name}Errors",
                single(f"{verb} raised an error. See its log.", "AWS/Lambda", "Errors", place),
            )
        if any(event["Type"] == "DynamoDB" for event in events):
            late = f"{verb} is more than ten minutes behind the stream, which keeps records for a day."
            yield (
                f"{name}Late",
                single(late, "AWS/Lambda", "IteratorAge", place, "Maximum", 600_000, periods=5),
            )


def _of_queues(queues: list[str]) -> Iterator[tuple[str, Properties]]:
    for name in queues:
        place = dimension("QueueName", ref(name))
        if name in SECONDS_IN_QUEUE:
            seconds, description = SECONDS_IN_QUEUE[name]
            yield (
                f"{name}Old",
                single(description, "AWS/SQS", QUEUE_OLD, place, "Maximum", seconds, minutes=5),
            )
        elif name in DEAD_LETTERS:
            yield f"{name}Filled", single(DEAD_LETTERS[name], "AWS/SQS", QUEUE_FILLED, place, "Maximum")
        elif name != "WebhookQueue":
            raise LookupError(f"{name} has no alarm: add it to infra/alarms.py")
    failing = "Projections fail and are retried; see the log of project-profiles"
    sent = metric("AWS/SQS", "NumberOfMessagesSent", dimension("QueueName", ref("FailureQueue")))
    projector = dimension("FunctionName", {"Fn::Sub": "${Product}-project-profiles"})
    yield "FailureQueueUsed", rate(failing, sent, metric("AWS/Lambda", "Invocations", projector))
    # Messages that wait for their next attempt are in flight, of which SQS allows at most 120,000.
    full = "Failing receivers will soon delay the other webhooks. Disable the webhooks that fail."
    waiting = dimension("QueueName", ref("WebhookQueue"))
    in_flight = "ApproximateNumberOfMessagesNotVisible"
    yield "WebhookQueueFull", single(full, "AWS/SQS", in_flight, waiting, "Maximum", 100_000, periods=5)


def _of_product_metrics() -> Iterator[tuple[str, Properties]]:
    place = dimension("service", ref("Product"))
    for name, (counted, description) in COUNTED.items():
        yield name, single(description, "CustomerData", counted, place)
    late = "Customers have been due for half an hour. Raise DueConcurrency or DueWidth."
    age = single(late, "CustomerData", "DueAge", place, "Minimum", 1_800, minutes=5, periods=3)
    yield "DueLate", age


def _of_the_table(indexes: list[str]) -> Iterator[tuple[str, Properties]]:
    """Build the alarms of the table. Its own metrics leave out its indexes, whose throttles block the writes of the
    table.
    """
    place = dimension("TableName", ref("TableName"))
    description = "is throttled: a hot partition or a sudden peak"
    for kind in ("Read", "Write"):
        throttled = metric("AWS/DynamoDB", f"{kind}ThrottleEvents", place)
        used = metric("AWS/DynamoDB", f"Consumed{kind}CapacityUnits", place)
        alarm = rate(f"{kind}s of the table are throttled", throttled, used, periods=3)
        yield f"Table{kind}Throttles", alarm
    for index in indexes:
        of_index = [*place, *dimension("GlobalSecondaryIndexName", index)]
        throttled = metric("AWS/DynamoDB", "WriteThrottleEvents", of_index)
        used = metric("AWS/DynamoDB", "ConsumedWriteCapacityUnits", of_index)
        name = index.title().replace("_", "")
        alarm = rate(f"The index {index} {description}", throttled, used, periods=3)
        yield f"Index{name}Throttles", alarm


def _of_the_account() -> Iterator[tuple[str, Properties]]:
    # Concurrency belongs to the account: without a dimension, the metrics count all functions of the region.
    throttled, invoked = metric("AWS/Lambda", "Throttles", []), metric("AWS/Lambda", "Invocations", [])
    description = "Lambda throttles invocations: raise the account's limit of concurrent executions"
    yield "Throttles", rate(description, throttled, invoked, periods=3)
    place = dimension("ApiId", ref("ApiId"))
    failed, requests = metric("AWS/ApiGateway", "5xx", place), metric("AWS/ApiGateway", "Count", place)
    yield "ApiFailures", rate("The API returns 5xx responses", failed, requests)
