"""Build infra/table.yaml, the nested stack of the table, from table.yaml in this folder."""

from typing import Any

from infra.template.sources import read_source

Properties = dict[str, Any]


def build_table() -> Properties:
    """Build the template of the nested stack."""
    source = read_source("table")
    warm = {"WarmThroughput": source["WarmThroughput"]}
    indexes = source["Indexes"]
    keys = dict.fromkeys([*source["Keys"], *(key for index in indexes.values() for key in index["Keys"])])
    properties = {
        **source["Properties"],
        **warm,
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in keys],
        "KeySchema": _key_schema(source["Keys"]),
        "GlobalSecondaryIndexes": [
            {
                "IndexName": name,
                "KeySchema": _key_schema(index["Keys"]),
                "Projection": _projection(index),
                **warm,
            }
            for name, index in indexes.items()
        ],
    }
    kept = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    table = {"Type": "AWS::DynamoDB::Table", **kept, "Properties": properties}
    template: Properties = source["Template"]
    return template | {"Resources": {"Table": table}}


def _key_schema(keys: list[str]) -> list[Properties]:
    return [
        {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=True)
    ]


def _projection(index: Properties) -> Properties:
    if "Attributes" not in index:
        return {"ProjectionType": "KEYS_ONLY"}
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": index["Attributes"]}
