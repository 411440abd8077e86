"""PynamoDB's view of the table is the template's."""

import pytest

from crm.storage.table import GroupsIndex, Item, ProfilesIndex
from tests.integration.deployment import table_definition

TEMPLATE = table_definition()
INDEXES = {index["IndexName"]: index for index in TEMPLATE["GlobalSecondaryIndexes"]}


def test_keys() -> None:
    keys = {key["KeyType"]: key["AttributeName"] for key in TEMPLATE["KeySchema"]}
    assert keys == {"HASH": Item._hash_keyname, "RANGE": Item._range_keyname}


@pytest.mark.parametrize("index", [ProfilesIndex, GroupsIndex])
def test_indexes(index: type[ProfilesIndex | GroupsIndex]) -> None:
    defined = INDEXES.pop(index.Meta.index_name)
    schema = index._get_schema()
    assert defined["KeySchema"] == schema["key_schema"]
    assert defined["Projection"]["NonKeyAttributes"] == schema["projection"]["NonKeyAttributes"]


def test_the_stream_shows_both_images() -> None:
    assert TEMPLATE["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
