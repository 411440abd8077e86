"""What holds customers' data outlives its stack, and nothing deletes it by a slip."""

from typing import Any

import pytest

from infra.cloudformation import read_template

STACK = read_template("template.yaml")["Resources"]
TABLE = read_template("infra/table.yaml")["Resources"]["Table"]


@pytest.mark.parametrize(
    "resource", [STACK["Table"], TABLE, STACK["ImportBucket"]], ids=["stack of the table", "table", "bucket"]
)
def test_what_holds_data_is_kept_by_deletion_and_replacement(resource: dict[str, Any]) -> None:
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_table_refuses_to_be_deleted_and_can_be_restored() -> None:
    assert TABLE["Properties"]["DeletionProtectionEnabled"] is True
    recovery = TABLE["Properties"]["PointInTimeRecoverySpecification"]
    assert recovery["PointInTimeRecoveryEnabled"] is True


def test_nothing_else_that_holds_data_is_in_the_stack() -> None:
    """Whatever stores data and is new has to be protected, too."""
    stores = {"AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::S3::Bucket", "AWS::RDS::DBCluster"}
    assert [name for name, found in STACK.items() if found["Type"] in stores] == ["ImportBucket"]


def test_the_bucket_keeps_no_versions_of_what_was_erased() -> None:
    bucket = STACK["ImportBucket"]["Properties"]
    assert "VersioningConfiguration" not in bucket
    prefixes = {rule.get("Prefix") for rule in bucket["LifecycleConfiguration"]["Rules"]}
    assert prefixes == {None, "people/", "imports/", "uploads/", "exports/", "work/"}
