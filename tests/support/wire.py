"""AWS in memory, in place of the network: each call has a number, and tests plan faults by number.

The faults are those of production: the process dies before or after a call took effect, the service throttles once
or for a while, fails, responds too late although it did the work, or does only a part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from botocore import UNSIGNED, handlers
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError

from tests.support import bucket_over_http
from tests.support.dynamodb.memory_dynamodb import MemoryDynamoDB
from tests.support.dynamodb.service_answers import raw_response, response
from tests.support.memory_bucket import MemoryBucket, refusal

Body = dict[str, Any]
Answer = tuple[int, Body]

DIE_BEFORE, DIE_AFTER = "the process dies before the call", "the process dies after the call"
THROTTLED, OUTAGE = "throttled once", "throttled for a while"
FAILED, LATE = "internal server error", "done, but the answer is late"
PARTLY = "done only in part"
FAULTS = (DIE_BEFORE, DIE_AFTER, THROTTLED, OUTAGE, FAILED, LATE, PARTLY)
OUTAGE_CALLS = 5
"""The number of further calls that an outage throttles: more than any caller retries at once."""
OK = 200
SERVED_DIRECTLY = ("dynamodb", "eventbridge", "s3", "sqs")
"""Services whose responses need no parsing by botocore, unlike those of streams, which have instants."""
IN_PARTS = ("BatchWriteItem", "BatchGetItem", "SendMessageBatch", "PutEvents")


class ProcessKilled(BaseException):
    """The death of the process, which only the test that redelivers may catch."""


class Wire:
    """All AWS calls of the product, in their order, with the faults that a test plans.

    `plan` has the fault of a call by its number; `meanwhile`, the actions of other processes before that call. `kept`
    has data that tests keep from one trial to the next.
    """

    def __init__(self, store: MemoryDynamoDB) -> None:
        self.store = store
        self.calls: list[str] = []
        self.plan: dict[int, str] = {}
        self.meanwhile: dict[int, Callable[[], None]] = {}
        self.kept: dict[Any, Any] = {}
        self.watching = False
        self.queues: dict[str, list[str]] = {}
        self.events: list[Body] = []
        self.stream: list[Body] = []
        self.bucket = MemoryBucket()
        self._done: dict[str, Answer] = {}
        self._outage: dict[str, int] = {}

    def start(
        self,
        store: MemoryDynamoDB,
        queues: dict[str, list[str]],
        plan: dict[int, str],
        files: dict[str, bytes] | None = None,
    ) -> None:
        """Start a new trial with a table, waiting messages, files, and planned faults by call number."""
        self.store, self.queues, self.plan = store, queues, plan
        self.bucket.files, self.bucket.uploads = dict(files or {}), {}
        self.calls, self.events, self._outage, self._done = [], [], {}, {}
        self.meanwhile = {}

    @contextmanager
    def plugged_in(self) -> Iterator[Wire]:
        """Answer every AWS call of clients made from now on."""
        hooks: list[Any] = [("before-send", self.on_send), ("choose-signer", _unsigned)]
        handlers.BUILTIN_HANDLERS.extend(hooks)
        try:
            yield self
        finally:
            for hook in hooks:
                handlers.BUILTIN_HANDLERS.remove(hook)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Number the calls in this context, and let only these have faults."""
        self.watching = True
        try:
            yield
        finally:
            self.watching = False

    def on_send(self, request: Any, event_name: str, **_more: Any) -> AWSResponse:
        """Handle botocore's `before-send`: return a response instead of a call of the network."""
        operation = event_name.rsplit(".", 1)[-1]
        if ".s3." in event_name:
            return self._on_file(operation, request)
        body = orjson.loads(request.body)
        fault = self._fault(operation)
        perform: Callable[[], Answer] = lambda: self._perform(operation, body)  # noqa: E731
        status, answer = FAULT_HANDLERS[fault](operation, body, perform) if fault else perform()
        return response(request.url, status, answer)

    def serves(self, service: str) -> bool:
        """Return whether the next call has no fault, so that it can be answered before botocore builds a request."""
        number = len(self.calls)
        calm = not self._outage and number not in self.plan and number not in self.meanwhile
        return service in SERVED_DIRECTLY and (calm or not self.watching)

    def answer_json(self, operation: str, body: Body) -> Answer:
        """Answer a direct call of a service with a JSON protocol."""
        self._fault(operation)
        return self._perform(operation, body)

    def answer_files(self, operation: str, parameters: Body) -> Answer:
        """Answer a direct call of S3."""
        self._fault(operation)
        return self.bucket.perform(operation, parameters)

    def _on_file(self, operation: str, request: Any) -> AWSResponse:
        fault, answered = self._fault(operation), [bucket_over_http.refused(*refusal())]

        def perform() -> Answer:
            answered[0] = bucket_over_http.answer(self.bucket, operation, request)
            return answered[0][0], {}

        _ = FAULT_HANDLERS[fault](operation, {}, perform) if fault else perform()
        return raw_response(request.url, *answered[0])

    def _fault(self, operation: str) -> str | None:
        if not self.watching:
            return None
        number = len(self.calls)
        self.calls.append(operation)
        if other := self.meanwhile.pop(number, None):
            other()
        fault = self.plan.get(number)
        if fault == OUTAGE:
            self._outage = {operation: OUTAGE_CALLS}
        elif not fault and operation in self._outage:
            self._outage[operation] -= 1
            if not self._outage[operation]:
                del self._outage[operation]
            fault = THROTTLED
        return fault

    def _perform(self, operation: str, body: Body) -> Answer:
        own: dict[str, Callable[[Body], Body]] = {
            "SendMessage": lambda sent: self._send(sent, [sent["MessageBody"]], {"MessageId": "1"}),
            "SendMessageBatch": lambda sent: self._send(
                sent, [entry["MessageBody"] for entry in sent["Entries"]], {"Successful": [], "Failed": []}
            ),
            "ChangeMessageVisibility": lambda _: {},
            "GetQueueAttributes": self._waiting,
            "PutEvents": self._publish,
            "GetShardIterator": lambda _: {"ShardIterator": "from the beginning"},
            "GetRecords": lambda _: {"Records": self.stream},
        }
        return (OK, own[operation](body)) if operation in own else self._store(operation, body)

    def _store(self, operation: str, body: Body) -> Answer:
        """Perform a call of DynamoDB; a transaction with a known token is not repeated."""
        token = body.get("ClientRequestToken", "")
        answer = self._done.get(token) or self.store.answer(operation, body)
        if token and answer[0] == OK:
            self._done[token] = answer
        return answer

    def _send(self, sent: Body, messages: list[str], answer: Body) -> Body:
        self.queues.setdefault(sent["QueueUrl"].rsplit("/", 1)[-1], []).extend(messages)
        return answer

    def _waiting(self, body: Body) -> Body:
        waiting = len(self.queues.get(body["QueueUrl"].rsplit("/", 1)[-1], []))
        return {"Attributes": {"ApproximateNumberOfMessages": str(waiting)}}

    def _publish(self, body: Body) -> Body:
        self.events.extend(body["Entries"])
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"} for _ in body["Entries"]]}


def _unsigned(**_: Any) -> object:
    return UNSIGNED


def _kill_before(_operation: str, _body: Body, _perform: Callable[[], Answer]) -> Answer:
    raise ProcessKilled


def _kill_after(_operation: str, _body: Body, perform: Callable[[], Answer]) -> Answer:
    perform()
    raise ProcessKilled


def _late(_operation: str, _body: Body, perform: Callable[[], Answer]) -> Answer:
    perform()
    raise ReadTimeoutError(endpoint_url="https://aws")


def _throttled(_operation: str, _body: Body, _perform: Callable[[], Answer]) -> Answer:
    return 400, {"__type": "aws#ProvisionedThroughputExceededException", "message": "slow down"}


def _failed(_operation: str, _body: Body, _perform: Callable[[], Answer]) -> Answer:
    return 500, {"__type": "aws#InternalServerError", "message": "try again"}


def _partly(operation: str, body: Body, perform: Callable[[], Answer]) -> Answer:
    """Perform the first half; the caller must notice that the second is missing."""
    whole = body.get("RequestItems", body)
    lists = [(whole, name) for name, value in whole.items() if isinstance(value, list)]
    lists += [(value, "Keys") for value in whole.values() if isinstance(value, dict) and "Keys" in value]
    ((holder, name),) = lists
    done, left = _halves(holder[name])
    holder[name] = done
    status, answer = perform()
    holder[name] = left
    return status, answer | _unprocessed(operation, body, left) if left else answer


def _halves(entries: list[Any]) -> tuple[list[Any], list[Any]]:
    middle = (len(entries) + 1) // 2
    return entries[:middle], entries[middle:]


def _unprocessed(operation: str, body: Body, left: list[Any]) -> Body:
    answers: dict[str, Body] = {
        "BatchWriteItem": {"UnprocessedItems": body.get("RequestItems")},
        "BatchGetItem": {"UnprocessedKeys": body.get("RequestItems")},
        "SendMessageBatch": {
            "Failed": [{"Id": "1", "SenderFault": False, "Code": "InternalError"}] * len(left)
        },
        "PutEvents": {"FailedEntryCount": len(left)},
    }
    return answers[operation]


FAULT_HANDLERS: dict[str, Callable[[str, Body, Callable[[], Answer]], Answer]] = {
    DIE_BEFORE: _kill_before,
    DIE_AFTER: _kill_after,
    THROTTLED: _throttled,
    OUTAGE: _throttled,
    FAILED: _failed,
    LATE: _late,
    PARTLY: _partly,
}
