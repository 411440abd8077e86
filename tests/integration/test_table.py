"""The code's assumptions about the table agree with the template."""

import pytest

from crm.storage.keys import GROUPS_INDEX, GROUPS_PK, GROUPS_SK, PROFILES_INDEX, PROFILES_PK, PROFILES_SK
from crm.storage.table import Item
from tests.support.template import table_definition

TEMPLATE = table_definition()
INDEXES = {index["IndexName"]: index for index in TEMPLATE["GlobalSecondaryIndexes"]}


def test_the_keys_of_the_table_equal_the_template() -> None:
    keys = {key["KeyType"]: key["AttributeName"] for key in TEMPLATE["KeySchema"]}
    assert keys == {"HASH": Item._hash_keyname, "RANGE": Item._range_keyname}


@pytest.mark.parametrize(
    ("index", "keys"),
    [(PROFILES_INDEX, [PROFILES_PK, PROFILES_SK]), (GROUPS_INDEX, [GROUPS_PK, GROUPS_SK])],
)
def test_the_keys_of_indexes_equal_the_template(index: str, keys: list[str]) -> None:
    assert [key["AttributeName"] for key in INDEXES[index]["KeySchema"]] == keys


def test_the_stream_shows_both_images() -> None:
    assert TEMPLATE["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
