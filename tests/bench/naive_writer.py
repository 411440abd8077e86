"""Naive reads and writes of the projector: profiles by PynamoDB, everything else by botocore.

The items, conditions and transactions are the same; only the client of DynamoDB differs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from pynamodb.attributes import Attribute, BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.connection.table import TableConnection
from pynamodb.models import Model

from crm.settings import settings
from crm.storage.connection import botocore_client
from crm.storage.dynamodb import DynamoDB
from crm.storage.keys import PROFILE_SK
from crm.storage.table import share_client

_NUMBERS = ("v", "erased_at", "cat", "created", "last_seen", "last_transaction")
_TEXTS = (
    "lag", "told", "more", "tags", "consents", "name", "email", "phone", "city", "region", "zip", "company",
    "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk", "gsi3pk", "gsi3sk", "gsi4sk", "gsi5sk", "gsi6sk",
)  # fmt: skip


class NaiveProfileItem(Model):
    """The item of a profile, attribute by attribute. It has no discriminator, which earlier versions wrote."""

    class Meta:
        table_name = ""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    doc = BinaryAttribute(null=True, legacy_encoding=False)
    flips = BinaryAttribute(null=True, legacy_encoding=False)
    for _name in _NUMBERS:
        locals()[_name] = NumberAttribute(null=True)
    for _name in _TEXTS:
        locals()[_name] = UnicodeAttribute(null=True)

    @classmethod
    def _get_connection(cls) -> TableConnection:
        cls.Meta.table_name = settings().table_name
        bound = super()._get_connection()
        share_client(bound.connection)
        return bound


def naive_call(_self: DynamoDB, operation: str, request: Any) -> dict[str, Any]:
    """Replace a prepared call by a call of PynamoDB or botocore."""
    if operation == "GetItem" and request["Key"]["sk"]["S"] == PROFILE_SK:
        return _get(request)
    if operation == "PutItem" and request["Item"]["sk"]["S"] == PROFILE_SK:
        return _put(request)
    if operation == "TransactWriteItems":
        for write in request["TransactItems"]:
            put = write.get("Put")
            if put and put["Item"]["sk"]["S"] == PROFILE_SK:
                put["Item"] = _model(put["Item"]).serialize()
    client: Any = botocore_client()
    answer: dict[str, Any] = client._make_api_call(operation, request)
    return answer


@contextmanager
def naive_writer() -> Iterator[None]:
    """Let every call of storage use the naive clients."""
    with mock.patch.object(DynamoDB, "call", naive_call):
        yield


def _get(request: Any) -> dict[str, Any]:
    found = NaiveProfileItem.query(
        request["Key"]["pk"]["S"],
        NaiveProfileItem.sk == PROFILE_SK,
        consistent_read=request.get("ConsistentRead", False),
    )
    return next(({"Item": _typed(item)} for item in found), {})


def _put(request: Any) -> dict[str, Any]:
    held = request.get("ExpressionAttributeValues", {}).get(":held")
    version: Any = NaiveProfileItem.v  # type: ignore[attr-defined] # made in a loop
    unchanged = version == int(held["N"]) if held else NaiveProfileItem.pk.does_not_exist()
    return dict(_model(request["Item"]).save(condition=unchanged))


def _model(item: Any) -> NaiveProfileItem:
    """Return the model of an item. Raises AssertionError for an attribute that the model would lose."""
    if unknown := item.keys() - NaiveProfileItem.get_attributes().keys():
        raise AssertionError(f"the naive item of a profile has no {', '.join(sorted(unknown))}")
    made = NaiveProfileItem(item["pk"]["S"], item["sk"]["S"])
    for name, value in item.items():
        ((kind, content),) = value.items()
        setattr(made, name, int(content) if kind == "N" else content)
    return made


def _typed(item: NaiveProfileItem) -> dict[str, dict[str, Any]]:
    types: dict[str, Attribute[Any]] = item.get_attributes()
    typed: dict[str, dict[str, Any]] = {}
    for name, value in item.attribute_values.items():
        kind = types[name].attr_type
        if value is not None:
            typed[name] = {kind: str(value) if kind == "N" else value}
    return typed
