"""Enforce DynamoDB's limits on moto, which lacks some of them and approximates others."""

import inspect
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from moto.dynamodb.models import DynamoDBBackend, dynamo_type, table
from moto.dynamodb.responses import DynamoHandler

from tests.support.dynamodb.dynamodb_limits import check_request, read_page
from tests.support.dynamodb.dynamodb_writes import transaction_steps, write_step
from tests.support.dynamodb.item_size import Item, item_size
from tests.support.dynamodb.schema import Table, table_from_definition
from tests.support.dynamodb.service_answers import ServiceError

Body = dict[str, Any]


@contextmanager
def enforced_limits() -> Iterator[None]:
    """Make moto's tables refuse requests and end pages as DynamoDB does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DynamoHandler, "call_action", _refusing(DynamoHandler.call_action))
        patch.setattr(table.Table, "query", _in_pages(table.Table.query))
        patch.setattr(table.Table, "scan", _in_pages(table.Table.scan))
        # Moto's own measures of an item and of a page are approximate, and take longer.
        patch.setattr(dynamo_type, "LimitedSizeDict", dict)
        patch.setattr(table, "RESULT_SIZE_LIMIT", float("inf"))
        yield


class MotoTables:
    """Access to the tables of a moto backend, for the limits."""

    def __init__(self, backend: DynamoDBBackend) -> None:
        self._backend = backend

    def schema(self, name: str) -> Table:
        """Return the keys and the indexes of a table."""
        described: Body = self._backend.get_table(name).describe("Table")["Table"]
        return table_from_definition(described)

    def item(self, table: str, key: Item) -> Item | None:
        """Return the current item of a key."""
        return _on_wire(self._backend.get_item(table, dict(key)))


def _on_wire(item: Any) -> Item | None:
    found: Item | None = item.to_json()["Attributes"] if item else None
    return found


def _refusing(original: Callable[..., Any]) -> Callable[..., Any]:
    def call_action(handler: DynamoHandler) -> Any:
        operation = handler.get_endpoint_name(handler.headers) or ""
        try:
            _check(operation, json.loads(handler.body), handler.dynamodb_backend)
        except ServiceError as error:
            return 400, {}, json.dumps(error.answer)
        return original(handler)

    return call_action


def _check(operation: str, body: Body, backend: DynamoDBBackend) -> None:
    tables = MotoTables(backend)
    check_request(operation, body, tables)
    if operation == "UpdateItem":
        write_step("Update", body, tables)
    elif operation == "TransactWriteItems":
        transaction_steps(body, tables)


def _in_pages(original: Callable[..., Any]) -> Callable[..., Any]:
    """Let moto's Table.query or Table.scan read a page as DynamoDB does: it ends before filters and projections."""
    signature = inspect.signature(original)
    (projection,) = [name for name in signature.parameters if name.startswith("projection_expression")]

    def read(*arguments: Any, **named: Any) -> tuple[list[Any], int, Any]:
        call = signature.bind(*arguments, **named)
        call.apply_defaults()
        given = call.arguments
        condition, paths = given["filter_expression"], given[projection]
        given["filter_expression"] = given[projection] = None
        items, _, _ = original(*call.args, **call.kwargs)
        page, ended = read_page(items, given["limit"], _size)
        last = given["self"]._get_last_evaluated_key(page[-1], given["index_name"]) if ended else None
        kept = [item for item in page if condition is None or condition.expr(item)]
        return [item.project(paths) if paths else item for item in kept], len(page), last

    return read


def _size(item: Any) -> int:
    return item_size(_on_wire(item) or {})
