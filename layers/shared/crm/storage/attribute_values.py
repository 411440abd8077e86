"""Encode and decode DynamoDB's JSON: bytes become base64 in requests, and base64 becomes bytes in responses."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

_BINARY = b'"B":'


def encode_request(request: Mapping[str, Any]) -> bytes:
    """Encode the body of a request."""
    try:
        return orjson.dumps(request, default=_base64)
    except TypeError:  # a text with half a surrogate pair: DynamoDB decides
        return json.dumps(request, separators=(",", ":"), default=_base64).encode()


def decode_response(body: bytes) -> Any:
    """Decode the body of a response. Raises ValueError for invalid JSON."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        answer = json.loads(body)
    if _BINARY in body:
        for item in _items(answer):
            _decode_bytes(item)
    return answer


def _base64(value: Any) -> str:
    return base64.b64encode(value).decode()


def _items(answer: Mapping[str, Any]) -> Iterator[Any]:
    """Yield every item, wherever responses of DynamoDB contain items."""
    if "Item" in answer:
        yield answer["Item"]
    if "Attributes" in answer:
        yield answer["Attributes"]
    yield from answer.get("Items", ())
    responses = answer.get("Responses", {})
    if isinstance(responses, dict):
        yield from (item for items in responses.values() for item in items)
    reasons: Iterable[Any] = answer.get("CancellationReasons") or ()
    yield from (reason["Item"] for reason in reasons if "Item" in reason)


def _decode_bytes(item: Mapping[str, Any]) -> None:
    """Decode the binary attributes of an item. The table has no bytes within maps or lists."""
    for value in item.values():
        if "B" in value:
            value["B"] = base64.b64decode(value["B"])
