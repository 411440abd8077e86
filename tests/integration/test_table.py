"""PynamoDB's view of the table is the template's."""

from crm.storage.keys import GROUPS_INDEX, GROUPS_PK, GROUPS_SK
from crm.storage.table import Item, ProfilesIndex
from tests.integration.deployment import table_definition

TEMPLATE = table_definition()
INDEXES = {index["IndexName"]: index for index in TEMPLATE["GlobalSecondaryIndexes"]}


def test_keys() -> None:
    keys = {key["KeyType"]: key["AttributeName"] for key in TEMPLATE["KeySchema"]}
    assert keys == {"HASH": Item._hash_keyname, "RANGE": Item._range_keyname}


def test_the_index_of_profiles() -> None:
    defined, schema = INDEXES[ProfilesIndex.Meta.index_name], ProfilesIndex._get_schema()
    assert defined["KeySchema"] == schema["key_schema"]
    assert defined["Projection"]["NonKeyAttributes"] == schema["projection"]["NonKeyAttributes"]


def test_the_index_of_groups() -> None:
    defined = [key["AttributeName"] for key in INDEXES[GROUPS_INDEX]["KeySchema"]]
    assert defined == [GROUPS_PK, GROUPS_SK]


def test_the_stream_shows_both_images() -> None:
    assert TEMPLATE["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
